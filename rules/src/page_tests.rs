//! Runs the examples of the rule pages. `build.rs` writes one test a page, which calls
//! [`check_page`]; the tests of this file look at all pages at once.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use ::schema::{Attribute, Body, Catalog, Kind};
use diagnostics::{Diagnostic, Level};
use engine::testing::{Outcome, apply_fixes, check_files};
use engine::{BuiltinRule, RuleCode, SchemaRule};
use rulebook::{Example, Expectation, Page, Scope, UseKind, VERSION_FUNCTIONS, fault_of_message};

use crate::RULES;

include!(concat!(env!("OUT_DIR"), "/page_tests.rs"));

/// Runs all examples of the page of that rule, with only this rule; `code` is the text of its Rust
/// check, if it has one.
///
/// # Panics
/// When an example does not give what its carets say, or `Fixed` is not what the fix gives.
#[track_caller]
pub(crate) fn check_page(id: &str, code: &str) {
    let rule = RULES.iter().find(|rule| rule.id == id).expect("invariant: the table has all pages");
    let page = read(rule);
    let mut complaints = String::new();
    check_todo(&format!("{id}.md"), rule.text, &mut complaints);
    check_todo(&format!("{id}.rs"), code, &mut complaints);
    let mut told = Vec::new();
    for example in &page.examples {
        let levels = check_example(rule, &page, example, &mut complaints);
        if example.files.iter().any(|(_, text)| text.contains("required_providers")) {
            told.push(levels);
        }
    }
    check_versions(&page, code, &told, &mut complaints);
    check_fixed(rule, &page, &mut complaints);
    assert!(complaints.is_empty(), "\n{complaints}");
}

/// What the template of `cargo xtask new-rule` leaves to be written.
fn check_todo(file: &str, text: &str, to: &mut String) {
    for (index, line) in text.lines().enumerate() {
        if line.contains("TODO") || line.contains("\"todo\"") {
            let _ = writeln!(to, "rules/{file}:{}: to be written: {line}", index + 1);
        }
    }
}

/// What depends on the version of the provider is shown for one that it speaks of and one that it
/// does not: with a finding and without, or, where only the level depends on it, with two levels.
/// `told` are the levels in each example with a `required_providers`.
fn check_versions(page: &Page, code: &str, told: &[Vec<Level>], to: &mut String) {
    let asks = |text: &str| VERSION_FUNCTIONS.iter().any(|name| text.contains(&format!("{name}(")));
    let levels = page.header.body().blocks().filter_map(|check| {
        let range = check.body().attribute("level")?.expr().range();
        Some(range.start() + page.header_offset..range.end() + page.header_offset)
    });
    let levels: Vec<_> = levels.collect();
    let mut uses = page.uses.iter().filter(|name| VERSION_FUNCTIONS.contains(&&*name.name));
    let is_silent =
        uses.any(|name| !levels.iter().any(|level| level.contains(&name.range.start())));
    let is_used = page.uses.iter().any(|name| VERSION_FUNCTIONS.contains(&&*name.name));
    if !is_used && !asks(code) {
        return;
    }
    let has_finding = told.iter().any(|levels| !levels.is_empty());
    let differs = told.iter().any(|levels| *levels != told[0]);
    let has_silence = !is_silent || told.iter().any(Vec::is_empty);
    if !has_finding || !differs || !has_silence {
        let _ = writeln!(
            to,
            "rules/{}.md: what it finds depends on the version of the provider; it needs an example \
             with `required_providers` in which it finds something and one in which another version \
             keeps it silent or changes the level",
            page.id
        );
    }
}

#[test]
fn pages_show_what_depends_on_versions() {
    let page = |check: &str| {
        let text = format!(
            "# Bad\n\nIt is.\n\n```hcl rule\nlevel = \"error\"\ngroup = \"api\"\n\
             check \"resource\" \"aws_x\" {{\n{check}\ncondition = self.a\nmessage = \"bad\"\n}}\n```\n\n\
             ## Why\n\nSo.\n\n## How to fix\n\nDo.\n\n## Flagged\n\n```hcl\na = 1\n# ^ bad\n```\n\n\
             ## Allowed\n\n```hcl\na = 1\n```\n"
        );
        Page::parse("cognito", "a", &text).expect("the page is good")
    };
    let complains = |check: &str, code: &str, told: &[&[Level]]| {
        let told: Vec<Vec<Level>> = told.iter().map(|levels| levels.to_vec()).collect();
        let mut complaints = String::new();
        check_versions(&page(check), code, &told, &mut complaints);
        !complaints.is_empty()
    };
    let (when, level) =
        ("when = provider_is(\"< 4\")", "level = provider_is(\"< 4\") ? \"error\" : \"note\"");
    let (one, other): (&[Level], &[Level]) = (&[Level::Error], &[Level::Note]);
    assert!(!complains("", "", &[]));
    assert!(complains(when, "", &[]) && complains(when, "", &[one, one]));
    assert!(complains(when, "", &[&[], &[]]) && complains(when, "", &[one, other]));
    assert!(!complains(when, "", &[one, &[]]));
    assert!(complains(level, "", &[one, one]) && !complains(level, "", &[one, other]));
    assert!(complains(&format!("{when}\n{level}"), "", &[one, other]));
    assert!(complains("", "cx.provider_may_be(\"4\")", &[one]));
    assert!(!complains("", "cx.provider_may_be(\"4\")", &[one, &[]]));
}

fn read(rule: &BuiltinRule) -> Page {
    let (pack, name) = rule.id.split_once('/').unwrap_or_default();
    Page::parse(pack, name, rule.text).expect("invariant: build.rs has read the page")
}

/// A diagnostic in the terms of a caret comment.
struct Found {
    file: String,
    line: u32,
    columns: Range<u32>,
    level: Level,
    message: String,
}

impl Found {
    fn new(outcome: &Outcome, diagnostic: &Diagnostic) -> Self {
        let file = outcome.files.get(diagnostic.location.file);
        let range = diagnostic.location.range;
        let (start, end) = (file.position(range.start()), file.position(range.end()));
        let end_column = if start.line == end.line {
            end.column
        } else {
            // Carets mark one line: what goes on below it is marked up to its end.
            let next = file.lines().line_start(start.line + 1).unwrap_or(range.end());
            file.position(next.saturating_sub(1)).column
        };
        let mut message = diagnostic.message.clone();
        if let Some(when) = &diagnostic.when {
            let _ = write!(message, " (when {when})");
        }
        Self {
            file: file.path().to_owned(),
            line: start.line,
            columns: start.column..end_column,
            level: diagnostic.level,
            message,
        }
    }

    fn is(&self, expectation: &Expectation, example: &Example) -> bool {
        let (level, text) = level_and_text(&expectation.text);
        self.file == example.files[expectation.file].0
            && self.line == expectation.line
            && self.columns == expectation.columns
            && level.is_none_or(|level| level == self.level)
            && self.message.contains(text)
    }
}

/// The words of a caret comment may begin with a level: `error: names no flow`.
fn level_and_text(text: &str) -> (Option<Level>, &str) {
    match text.split_once(": ") {
        Some((level, rest)) if level.parse::<Level>().is_ok() => (level.parse().ok(), rest),
        _ => (None, text),
    }
}

/// Runs an example; gives the levels of what was found in it.
fn check_example(
    rule: &'static BuiltinRule,
    page: &Page,
    example: &Example,
    to: &mut String,
) -> Vec<Level> {
    let outcome = check_files(rule, &example.files);
    let mut found: Vec<Found> = Vec::new();
    for diagnostic in &outcome.diagnostics {
        check_wording(diagnostic, to);
        found.push(Found::new(&outcome, diagnostic));
    }
    let all = show(&found);
    let levels = found.iter().map(|found| found.level).collect();
    let mut missing = Vec::new();
    for expectation in &example.expectations {
        match found.iter().position(|found| found.is(expectation, example)) {
            Some(at) => drop(found.remove(at)),
            None => missing.push(expectation),
        }
    }
    if missing.is_empty() && found.is_empty() {
        return levels;
    }
    let _ = writeln!(to, "rules/{}.md:{}: {}", rule.id, line_of(page, example), example.section);
    for expectation in missing {
        let Expectation { line, columns, text, file, .. } = expectation;
        let file = &example.files[*file].0;
        let columns = format!("{}-{}", columns.start, columns.end);
        let _ = writeln!(to, "  expected {file}:{line}:{columns}: {text}");
    }
    let _ = writeln!(to, "  found:\n{all}");
    levels
}

fn line_of(page: &Page, example: &Example) -> usize {
    let before = page.text.get(..example.range.start() as usize).unwrap_or_default();
    before.matches('\n').count() + 1
}

fn show(found: &[Found]) -> String {
    let mut text = String::new();
    for Found { file, line, columns, level, message } in found {
        let columns = format!("{}-{}", columns.start, columns.end);
        let _ = writeln!(text, "    {file}:{line}:{columns}: {level}: {message}");
    }
    text
}

fn check_wording(diagnostic: &Diagnostic, to: &mut String) {
    let related = diagnostic.related.iter().map(|related| &related.message);
    let titles = diagnostic.fix.iter().map(|fix| &fix.title);
    for message in [&diagnostic.message].into_iter().chain(related).chain(titles) {
        if let Some(fault) = fault_of_message(message, true, true) {
            let _ = writeln!(to, "{fault}: {message}");
        }
        if message.matches('`').count() % 2 == 1 {
            let _ = writeln!(to, "a backtick has no partner: {message}");
        }
    }
}

/// `Fixed` is what the fixes make of the first example under `Flagged`, and nothing is found in it.
fn check_fixed(rule: &'static BuiltinRule, page: &Page, to: &mut String) {
    let Some(flagged) = page.examples_in("Flagged").next() else {
        return;
    };
    let after = apply_fixes(rule, &flagged.files);
    match page.examples_in("Fixed").next() {
        None if after == flagged.files => {}
        None => {
            let _ = writeln!(to, "a fix gives this, but there is no `Fixed`:\n{}", text(&after));
        }
        Some(fixed) if after == fixed.files => {}
        Some(_) => {
            let _ = writeln!(to, "the fix gives something else than `Fixed`:\n{}", text(&after));
        }
    }
}

fn text(files: &[(String, String)]) -> String {
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| {
            format!(
                "# file: {name}
{text}"
            )
        })
        .collect();
    files.concat()
}

fn pages() -> impl Iterator<Item = (&'static BuiltinRule, Page)> {
    RULES.iter().map(|rule| (rule, read(rule)))
}

/// The pages that judge; those of `core` only explain.
fn judging_pages() -> impl Iterator<Item = (&'static BuiltinRule, Page)> {
    pages().filter(|(_, page)| page.scope != Scope::Core)
}

#[test]
fn the_table_is_sorted_and_whole() {
    assert!(RULES.is_sorted_by(|one, two| one.id < two.id));
    for (rule, page) in pages() {
        assert_eq!(rule.id, page.id.as_str());
        let has_code = matches!(rule.code, RuleCode::Block(_) | RuleCode::Module(_));
        assert_eq!(has_code, page.needs_code(), "{}", rule.id);
        assert_eq!(rule.blocks.is_empty(), page.scope != Scope::Block, "{}", rule.id);
        assert_eq!(rule.preset, page.preset, "{}", rule.id);
    }
}

/// That every page has a rule of the engine is seen when it is built.
#[test]
fn every_schema_rule_has_a_page() {
    for rule in SchemaRule::ALL {
        let id = format!("schema/{}", rule.name());
        let page = RULES.iter().find(|page| page.id == id);
        let code = page.map(|page| page.code);
        assert!(matches!(code, Some(RuleCode::Schema(code)) if code == *rule), "{id}");
    }
}

/// Only what compares blocks with schemas is so general that another rule may say it better.
#[test]
fn every_superseded_rule_is_of_the_schema() {
    for (rule, page) in pages() {
        assert_eq!(page.supersedes, rule.supersedes, "{}", rule.id);
        for general in rule.supersedes {
            let found = RULES.iter().find(|other| other.id == *general);
            let is_schema = found.is_some_and(|rule| matches!(rule.code, RuleCode::Schema(_)));
            assert!(is_schema, "{}: `{general}` is no rule of the pack `schema`", rule.id);
            assert!(page.scope != Scope::Schema, "{}: the engine tells these apart", rule.id);
        }
    }
}

#[test]
fn every_page_names_its_evidence() {
    for (rule, page) in pages() {
        assert!(!page.sources.is_empty(), "{} has no sources", rule.id);
        let needs_versions = page.scope != Scope::Core;
        assert!(page.versions.is_some() == needs_versions, "{}: versions", rule.id);
        assert!(!page.tags.is_empty(), "{} has no tags", rule.id);
    }
}

/// A function that is not there or an argument that the schema does not know would keep a check
/// silent for ever.
#[test]
fn every_name_of_a_check_is_known() {
    for (rule, page) in pages() {
        for name in &page.uses {
            let is_known = match name.kind {
                UseKind::Function => {
                    engine::PAGE_FUNCTIONS.contains(&name.name.as_str())
                        || eval::functions::is_special_form(&name.name)
                        || eval::functions::find(&name.name).is_some()
                }
                UseKind::Argument | UseKind::NestedArgument => {
                    let check = &page.checks[name.check];
                    let kind = if check.block_kind == "data" { Kind::Data } else { Kind::Resource };
                    let mut types = Catalog::builtins()
                        .filter_map(|provider| provider.find(kind, &check.block_type));
                    types.any(|found| may_hold(found.body(), &name.name))
                }
                UseKind::Type => bodies_of(&name.name).next().is_some(),
                UseKind::ArgumentOf | UseKind::AttributeOf => {
                    let (of, path) = name.name.split_once('/').unwrap_or_default();
                    bodies_of(of).any(|body| match name.kind {
                        UseKind::AttributeOf => body.attributes_named(path).next().is_some(),
                        _ => path == "_address" || may_lead(body, path),
                    })
                }
            };
            assert!(is_known, "{}: `{}` is not known", rule.id, name.name);
        }
    }
}

/// What may stand in resources of that type; in those of all types where it is empty.
fn bodies_of(of: &str) -> impl Iterator<Item = Body<'static>> + use<> {
    let named = Catalog::builtins().filter_map({
        let of = of.to_owned();
        move |provider| Some(provider.find(Kind::Resource, &of)?.body())
    });
    let all = Catalog::builtins().filter(|_| of.is_empty());
    let all: Vec<_> = all.flat_map(|provider| provider.types(Kind::Resource)).collect();
    named.chain(all.into_iter().map(::schema::BlockType::body))
}

/// The same for what may stand in an argument that nothing is known of.
fn may_lead(body: Body<'_>, path: &str) -> bool {
    let first = path.split('.').next().unwrap_or(path);
    let is_deeper = first != path;
    may_hold(body, path)
        || is_deeper && body.attributes_named(first).any(Attribute::is_settable)
        || path.split_once('.').is_some_and(|(block, rest)| {
            body.blocks_named(block).any(|block| may_lead(block.body(), rest))
        })
}

/// Whether an argument or nested block of that name, or `block.argument`, may stand in a block.
fn may_hold(body: Body<'_>, name: &str) -> bool {
    match name.split_once('.') {
        Some((block, argument)) => {
            body.blocks_named(block).any(|block| may_hold(block.body(), argument))
        }
        None => {
            body.attributes_named(name).any(Attribute::is_settable)
                || body.blocks_named(name).next().is_some()
        }
    }
}

/// An id that a rule had means that rule and no other.
#[test]
fn every_alias_means_one_rule() {
    let mut aliases = BTreeSet::new();
    for (rule, page) in pages() {
        assert_eq!(page.aliases, rule.aliases, "{}", rule.id);
        for alias in rule.aliases {
            let of_today = RULES.iter().any(|other| other.id == *alias);
            assert!(!of_today, "{}: the alias `{alias}` is the id of a rule", rule.id);
            assert!(aliases.insert(*alias), "{}: the alias `{alias}` is taken", rule.id);
        }
    }
}

/// Sentences of `Why` that say something, and not so many that nobody reads them.
#[test]
fn every_page_explains_itself() {
    for (rule, page) in pages() {
        let why = page.section("Why").unwrap_or_default();
        let sentences = why.matches(['.', ';', '?']).count();
        assert!(
            (1..=16).contains(&sentences) && (sentences > 2 || page.scope == Scope::Core),
            "{}: {sentences} sentences in Why",
            rule.id
        );
        for line in why.lines().chain(page.section("How to fix").unwrap_or_default().lines()) {
            let length = line.chars().count();
            assert!(length <= 104, "{}: a line of {length} characters: {line}", rule.id);
        }
    }
}

#[test]
fn every_page_has_an_unknown_that_stays_silent() {
    for (rule, page) in judging_pages() {
        let silent = page.examples_in("Allowed").chain(page.examples_in("Cases"));
        let unknown = |(_, text): &(String, String)| {
            let mut variables = text.split("variable \"").skip(1);
            variables.any(|rest| !rest.split("\n}").next().unwrap_or(rest).contains("default"))
        };
        let has = silent.into_iter().any(|example| example.files.iter().any(unknown));
        assert!(has, "{} has no example with an unknown value", rule.id);
    }
}

/// Whether a rule judges the words of the source, not what they evaluate to.
fn is_about_words(rule: &BuiltinRule) -> bool {
    use SchemaRule as S;
    let RuleCode::Schema(code) = rule.code else { return false };
    matches!(
        code,
        S::UnknownArgument
            | S::UnknownBlock
            | S::BlockAsArgument
            | S::ArgumentAsBlock
            | S::ReadOnlyArgument
            | S::DeprecatedArgument
            | S::DeprecatedType
            | S::UnknownType
            | S::ArgumentNotInVersion
            | S::UnknownAttribute
            | S::QuotedLiteral
            | S::UnknownModuleArgument
            | S::MissingModuleArgument
    )
}

#[test]
fn every_page_finds_what_comes_through_a_name() {
    for (rule, page) in judging_pages().filter(|(rule, _)| !is_about_words(rule)) {
        let flagged = page.examples.iter().filter(|example| !example.expectations.is_empty());
        let named = |(_, text): &(String, String)| {
            ["local.", "var.", "each."].iter().any(|name| text.contains(name))
        };
        let has = flagged.into_iter().any(|example| example.files.iter().any(named));
        assert!(has, "{} finds nothing behind a local or a variable", rule.id);
    }
}

/// The project grew from a page of provider documentation; its sentences are not ours to ship.
#[test]
fn no_page_copies_the_provider_documentation() {
    let phrases = [
        "should an application secret be",
        "whether the client is allowed to follow",
        "list of allowed callback urls for",
        "choose which errors and responses",
        "time limit in days refresh tokens",
        "an id for the analytics configuration",
        "authorizes amazon cognito to publish",
    ];
    for (rule, page) in pages() {
        let words: Vec<_> = page.text.split_whitespace().map(str::to_lowercase).collect();
        let text = words.join(" ");
        for phrase in phrases {
            assert!(!text.contains(phrase), "{} copies “{phrase}”", rule.id);
        }
    }
}
