//! What the rules of the pack `schema` find in `fixtures/schema-rules`, compared with the caret
//! comments there. Each file is a root module with a lock file; its comments say
//! `# ^^^ rule: words of the message`, with the level before the rule where it is not `error`.
//! `CARETS=overwrite` writes what is found into the fixtures, for somebody to read the difference.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rulebook::{Example, Expectation, read_marked};
use serde_json::Value;
use tempfile::TempDir;

use super::folder::{project, run};

/// A finding in the terms of a caret comment. Its path is that in the fixture.
struct Found {
    path: String,
    line: u32,
    columns: Range<u32>,
    level: String,
    rule: String,
    message: String,
}

impl Found {
    fn is(&self, wanted: &Expectation, path: &str) -> bool {
        let (level, rule, words) = parts(&wanted.text);
        self.path == path
            && self.line == wanted.line
            && self.columns == wanted.columns
            && self.level == level
            && self.rule == rule
            && self.message.contains(words)
    }
}

/// Level, rule and words of a caret comment.
fn parts(text: &str) -> (&str, &str, &str) {
    let (rule, words) = text.split_once(": ").unwrap_or((text, ""));
    let (level, rule) = rule.split_once(' ').unwrap_or(("error", rule));
    (level, rule, words)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/schema-rules")
}

/// The fixtures by their names.
fn fixtures() -> BTreeMap<String, Example> {
    let mut fixtures = BTreeMap::new();
    for entry in fs::read_dir(folder()).expect("the fixtures are there") {
        let path = entry.expect("readable").path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "tf") {
            let text = fs::read_to_string(&path).expect("readable");
            let example = read_marked(&text);
            let example = example.unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
            fixtures.insert(name, example);
        }
    }
    fixtures
}

/// All fixtures as one project, each in a folder of its name.
fn written(fixtures: &BTreeMap<String, Example>) -> TempDir {
    let lock = fs::read(folder().join(".terraform.lock.hcl")).expect("readable");
    let mut files = Vec::new();
    for (name, example) in fixtures {
        files.push((format!("{name}/.terraform.lock.hcl"), lock.clone()));
        for (path, text) in &example.files {
            files.push((format!("{name}/{path}"), text.clone().into_bytes()));
        }
    }
    project(files)
}

/// What the rules find in the project, by the fixtures. The lines of the files are needed since
/// carets mark one line: what goes on below it is marked up to its end.
fn found(project: &TempDir) -> BTreeMap<String, Vec<Found>> {
    let arguments = ["--no-config", "--only", "schema/*", "--format", "json", "."];
    let output = run(project.path(), &arguments);
    let output: Value = serde_json::from_slice(&output.stdout).expect("JSON is printed");
    let mut found: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for diagnostic in output["diagnostics"].as_array().expect("a list") {
        let text = |name: &str| diagnostic[name].as_str().unwrap_or_default().to_owned();
        let number = |end: &str, name: &str| {
            let number = diagnostic["range"][end][name].as_u64();
            u32::try_from(number.expect("a number")).expect("a small number")
        };
        let (line, path) = (number("start", "line"), text("path"));
        let is_one_line = line == number("end", "line");
        let end = if is_one_line {
            number("end", "column")
        } else {
            let source = fs::read_to_string(project.path().join(&path)).expect("readable");
            let length = source.lines().nth(line as usize - 1).unwrap_or_default().chars().count();
            u32::try_from(length).expect("a short line") + 1
        };
        let (fixture, path) = path.split_once('/').expect("a fixture has a folder");
        let rule = text("rule");
        found.entry(fixture.to_owned()).or_default().push(Found {
            path: path.to_owned(),
            line,
            columns: number("start", "column")..end,
            level: text("level"),
            rule: rule.trim_start_matches("schema/").to_owned(),
            message: text("message"),
        });
    }
    found
}

/// A fixture with comments that say what is found.
fn with_carets(text: &str, found: &[Found]) -> String {
    let is_caret = |line: &str| {
        let comment = line.trim_start().strip_prefix('#');
        comment.is_some_and(|comment| comment.trim_start().starts_with('^'))
    };
    let (mut path, mut number) = ("main.tf", 0);
    let mut new = String::new();
    for line in text.lines().filter(|line| !is_caret(line)) {
        let _ = writeln!(new, "{line}");
        if let Some(name) = line.strip_prefix("# file:") {
            (path, number) = (name.trim(), 0);
            continue;
        }
        number += 1;
        let mut here: Vec<&Found> =
            found.iter().filter(|found| found.path == path && found.line == number).collect();
        here.sort_by_key(|found| found.columns.start);
        for found in here {
            let _ = writeln!(new, "{}", caret_comment(line, found));
        }
    }
    new
}

/// The comment below `line` that says what is found there, without the version of the provider.
fn caret_comment(line: &str, found: &Found) -> String {
    let Found { columns, level, rule, message, .. } = found;
    let (start, end) = (columns.start as usize - 1, columns.end as usize - 1);
    let indent = line.chars().count() - line.trim_start().chars().count();
    let length = end.saturating_sub(start);
    // The `#` stands for the first caret where there is no room before it.
    let (hash, carets) = if start <= indent {
        (start, "^".repeat(length.saturating_sub(1).max(1)))
    } else {
        let hash = indent.min(start - 1);
        (hash, format!("{}{}", " ".repeat(start - hash - 1), "^".repeat(length.max(1))))
    };
    let words = [" (hashicorp/", " in hashicorp/"]
        .iter()
        .fold(message.as_str(), |words, mark| words.split(mark).next().unwrap_or(words));
    let level = if level == "error" { String::new() } else { format!("{level} ") };
    format!("{}#{carets} {level}{rule}: {words}", " ".repeat(hash))
}

/// Writes what is found into the fixtures where the environment asks for it.
fn overwrite(fixtures: &BTreeMap<String, Example>, found: &BTreeMap<String, Vec<Found>>) {
    for name in fixtures.keys() {
        let path = folder().join(format!("{name}.tf"));
        let text = fs::read_to_string(&path).expect("readable");
        let found = found.get(name).map(Vec::as_slice).unwrap_or_default();
        fs::write(&path, with_carets(&text, found)).expect("writable");
    }
}

#[test]
fn fixtures_have_what_their_carets_say() {
    let fixtures = fixtures();
    let mut found = found(&written(&fixtures));
    if std::env::var("CARETS").is_ok_and(|value| value == "overwrite") {
        overwrite(&fixtures, &found);
        return;
    }
    let mut complaints = String::new();
    for (name, example) in &fixtures {
        let mut found = found.remove(name).unwrap_or_default();
        for wanted in &example.expectations {
            let path = &example.files[wanted.file].0;
            if let Some(at) = found.iter().position(|found| found.is(wanted, path)) {
                found.remove(at);
            } else {
                let Expectation { line, columns, text, .. } = wanted;
                let columns = format!("{}-{}", columns.start, columns.end);
                let _ = writeln!(complaints, "{name}/{path}:{line}:{columns}: expected {text}");
            }
        }
        for Found { path, line, columns, level, rule, message } in found {
            let columns = format!("{}-{}", columns.start, columns.end);
            let _ = writeln!(
                complaints,
                "{name}/{path}:{line}:{columns}: found {level} {rule}: {message}"
            );
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
    assert!(found.is_empty(), "something is found in no fixture");
}

/// So that the fixtures stay what they are for: forty types, and every rule of a type.
#[test]
fn fixtures_cover_the_rules() {
    let fixtures = fixtures();
    let types = fixtures.keys().filter(|name| name.starts_with("aws_")).count();
    assert!(types >= 40, "{types} types");
    let marks = fixtures.values().flat_map(|example| &example.expectations);
    let marked: BTreeSet<&str> = marks.map(|mark| parts(&mark.text).1).collect();
    let rules = rules::RULES.iter().filter_map(|rule| rule.id.strip_prefix("schema/"));
    let missing: Vec<&str> = rules.filter(|rule| !marked.contains(rule)).collect();
    assert!(missing.is_empty(), "no fixture is about {missing:?}");
}
