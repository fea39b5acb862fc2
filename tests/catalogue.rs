//! `docs/rules-from-catalogue.md`, compared with the fixtures of the catalogue, with the pages, and
//! with what the binary finds in the examples.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rulebook::RuleEntry;
use rules::RULES;
use serde_json::Value;

use super::folder::run;

const TABLE: &str = "docs/rules-from-catalogue.md";
const FIXTURES: &str = "fixtures/catalogue/cognito";
/// What stands in the table in place of a rule that has no page yet.
const MISSING: &str = "missing";

/// A row of the table.
struct Row {
    id: String,
    /// The rule that finds it; none where it is missing.
    rule: Option<String>,
    /// The level in the catalogue.
    there: String,
    /// The level of the finding in the bad example.
    here: String,
    preset: String,
    /// The line of the bad example that is at fault; none where it has no fault.
    line: Option<u64>,
    remark: String,
}

/// What is found in an example.
struct Found {
    rule: String,
    level: String,
    line: u64,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The rows of the table; they are numbered from one.
fn rows() -> Vec<Row> {
    let text = read(TABLE);
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| #"));
    let rows: Vec<Row> = rows.enumerate().map(|(at, line)| row(at + 1, line)).collect();
    assert!(!rows.is_empty(), "{TABLE} has no rows");
    rows
}

/// The names of the rules that are not from the catalogue: the list below the table.
fn later() -> Vec<String> {
    let text = read(TABLE);
    let (_, list) = text.split_once("\n## Not from the catalogue\n").expect("the list is there");
    let names = list.lines().filter_map(|line| line.strip_prefix("* [`cognito/")?.split_once('`'));
    names.map(|(name, _)| name.to_owned()).collect()
}

fn row(number: usize, line: &str) -> Row {
    let inner = line.strip_prefix("| ").and_then(|line| line.strip_suffix('|'));
    let cells: Vec<&str> = inner.unwrap_or_default().split('|').map(str::trim).collect();
    let [at, id, rule, there, here, preset, fault, remark] = cells[..] else {
        panic!("a row has eight cells: {line}");
    };
    assert_eq!(at, number.to_string(), "the rows are numbered: {line}");
    let id = id.strip_prefix('`').and_then(|id| id.strip_suffix('`'));
    let rule = (rule != MISSING).then(|| {
        let name = rule.strip_prefix("[`").and_then(|rest| rest.split_once('`'));
        let (name, _) = name.unwrap_or_else(|| panic!("neither a link nor `{MISSING}`: {line}"));
        assert_eq!(rule, format!("[`{name}`](../rules/{name}.md)"), "the link is another rule's");
        name.to_owned()
    });
    let fault = (fault != "-").then(|| fault.parse());
    Row {
        id: id.unwrap_or_else(|| panic!("an id is code: {line}")).to_owned(),
        rule,
        there: there.to_owned(),
        here: here.to_owned(),
        preset: preset.to_owned(),
        line: fault.map(|fault| fault.unwrap_or_else(|_| panic!("no number of a line: {line}"))),
        remark: remark.to_owned(),
    }
}

/// Id, group and level of the rules of the catalogue, in its order.
fn index() -> Vec<(String, String, String)> {
    let index = read(&format!("{FIXTURES}/index.tsv"));
    let rules = index.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [id, group, level, _versions] = cells[..] else {
            panic!("a rule has four cells: {line}");
        };
        (id.to_owned(), group.to_owned(), level.to_owned())
    });
    rules.collect()
}

fn example(id: &str, kind: &str) -> String {
    read(&format!("{FIXTURES}/{id}/{kind}/main.tf"))
}

/// What the preset `strict` finds, by the id and the kind of the example.
fn found() -> BTreeMap<(String, String), Vec<Found>> {
    let arguments = ["--no-config", "--preset", "strict", "--format", "json", FIXTURES];
    let output = run(&root(), &arguments);
    let output: Value = serde_json::from_slice(&output.stdout).expect("JSON is printed");
    let mut found: BTreeMap<_, Vec<Found>> = BTreeMap::new();
    for diagnostic in output["diagnostics"].as_array().expect("a list") {
        let text = |name: &str| diagnostic[name].as_str().unwrap_or_default().to_owned();
        let path = text("path").replace('\\', "/");
        let example = path.strip_prefix(FIXTURES).and_then(|path| path.strip_prefix('/'));
        let mut parts = example.unwrap_or_else(|| panic!("{path} is no example")).split('/');
        let mut part = || parts.next().unwrap_or_default().to_owned();
        let line = diagnostic["range"]["start"]["line"].as_u64().expect("a number");
        let one = Found { rule: text("rule"), level: text("level"), line };
        found.entry((part(), part())).or_default().push(one);
    }
    found
}

/// What is wrong with what is found in the examples of a row.
fn faults(row: &Row, rule: &str, bad: &[Found], good: &[Found]) -> String {
    let mut faults = String::new();
    let of_rule = |found: &&Found| found.rule == rule;
    for Found { line, level, .. } in good.iter().filter(of_rule) {
        let _ = writeln!(faults, "{}: good, line {line}: found {level} {rule}", row.id);
    }
    let Some(wanted) = row.line else { return faults };
    let is_wanted = |found: &Found| found.line == wanted && found.level == row.here;
    if !bad.iter().filter(of_rule).any(is_wanted) {
        let found = bad.iter().filter(of_rule);
        let found: Vec<_> =
            found.map(|found| format!("{} in line {}", found.level, found.line)).collect();
        let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
        let _ = writeln!(
            faults,
            "{}: bad: expected {} of {rule} in line {wanted}, found {found}",
            row.id, row.here
        );
    }
    faults
}

#[test]
fn the_table_has_the_catalogue() {
    let catalogue = index();
    assert_eq!(catalogue.len(), 156);
    let rows = rows();
    let table: Vec<_> = rows.iter().map(|row| (row.id.clone(), row.there.clone())).collect();
    let catalogue: Vec<_> = catalogue.into_iter().map(|(id, _, level)| (id, level)).collect();
    assert_eq!(table, catalogue);
    let folders = fs::read_dir(root().join(FIXTURES)).expect("the fixtures are there");
    let folders = folders.map(|entry| entry.expect("readable").path());
    let folders: BTreeSet<String> = folders
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    assert_eq!(folders, rows.iter().map(|row| row.id.clone()).collect());
}

#[test]
fn what_differs_has_a_remark() {
    for row in rows() {
        let differs = row.there != row.here;
        assert!(!differs || !row.remark.is_empty(), "{}: why is the level another?", row.id);
        if row.line.is_none() {
            let is_same = example(&row.id, "bad") == example(&row.id, "good");
            assert!(is_same, "{}: only an example that is also the good one has no fault", row.id);
            assert!(!row.remark.is_empty(), "{}: why has the example no fault?", row.id);
        }
    }
}

#[test]
fn examples_have_the_findings_of_their_rules() {
    let (rows, mut found) = (rows(), found());
    let mut complaints = String::new();
    for row in &rows {
        let mut take = |kind: &str| found.remove(&(row.id.clone(), kind.to_owned()));
        let (bad, good) = (take("bad").unwrap_or_default(), take("good").unwrap_or_default());
        if let Some(rule) = &row.rule {
            complaints.push_str(&faults(row, rule, &bad, &good));
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
    assert!(found.is_empty(), "found in no example: {:?}", found.keys());
}

#[test]
fn rules_have_the_groups_of_the_catalogue_and_the_presets_of_the_table() {
    let rule = |id: &str| {
        let rule = RULES.iter().find(|rule| rule.id == id);
        rule.unwrap_or_else(|| panic!("there is no rule {id}"))
    };
    let groups = index();
    let mut complaints = String::new();
    for row in rows() {
        let Some(rule) = row.rule.as_deref().map(rule) else { continue };
        let group = groups.iter().find(|(id, ..)| *id == row.id).map(|(_, group, _)| group);
        if rule.id.starts_with("cognito/") && group.is_none_or(|group| group != rule.group) {
            let _ = writeln!(complaints, "{}: the group {}, not {group:?}", row.id, rule.group);
        }
        let entry = RuleEntry {
            id: rule.id,
            level: rule.level,
            group: rule.group,
            preset: rule.preset,
            aliases: rule.aliases,
        };
        let preset = entry.smallest_preset();
        if preset != row.preset {
            let _ = writeln!(complaints, "{}: {preset}, not {}", row.id, row.preset);
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

/// A rule of the catalogue has the page of its name, unless a rule about schemas finds it or it says
/// that it is missing.
#[test]
fn pages_have_rows() {
    let mut complaints = String::new();
    let mut pages: BTreeSet<&str> =
        RULES.iter().filter_map(|rule| rule.id.strip_prefix("cognito/")).collect();
    for Row { id, rule, .. } in rows() {
        let has_page = pages.remove(id.as_str());
        let page = format!("cognito/{id}");
        let complaint = match rule {
            None if has_page => format!("is not missing: write [`{page}`](../rules/{page}.md)"),
            Some(rule) if rule == page && !has_page => "has no page".to_owned(),
            Some(rule) if rule != page && has_page => format!("has a page, not {rule}"),
            Some(rule) if rule != page && !rule.starts_with("schema/") => {
                format!("{rule} is the page of another")
            }
            _ => continue,
        };
        let _ = writeln!(complaints, "{id}: {complaint}");
    }
    for id in later() {
        if !pages.remove(id.as_str()) {
            let _ = writeln!(complaints, "{id}: has no page, or a row");
        }
    }
    for page in pages {
        let _ = writeln!(complaints, "rules/cognito/{page}.md has no row");
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

/// So that the tests above can fail.
#[test]
fn faults_are_seen() {
    let one = |level: &str, line| Found { rule: "a/b".to_owned(), level: level.to_owned(), line };
    let table = "| 1 | `b` | [`a/b`](../rules/a/b.md) | error | note | strict | 3 | why |";
    let row = row(1, table);
    assert_eq!(row.rule.as_deref(), Some("a/b"));
    let check = |bad: Option<Found>, good: Option<Found>| {
        faults(&row, "a/b", bad.as_slice(), good.as_slice())
    };
    assert_eq!(check(Some(one("note", 3)), None), "");
    assert!(check(Some(one("error", 3)), None).contains("expected note"));
    assert!(check(Some(one("note", 4)), None).contains("found note in line 4"));
    assert!(check(None, None).contains("found nothing"));
    assert!(check(Some(one("note", 3)), Some(one("note", 9))).contains("good, line 9"));
}
