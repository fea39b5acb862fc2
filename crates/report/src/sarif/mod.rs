//! SARIF 2.1.0 as GitHub code scanning wants it: one run, all rules, results with fingerprints,
//! paths from the project root, columns in UTF-16 units, no `null`. Suppressed diagnostics are left
//! out, because GitHub shows them as open.

mod place;
mod results;
mod rules;

use std::collections::{BTreeMap, HashMap};
use std::io;

use diagnostics::{Diagnostic, Level, core};
use serde::Serialize;
use serde_json::ser::PrettyFormatter;
use serde_json::{Value, json};
use serde_sarif::sarif::{
    Invocation, Message, Notification, PropertyBag, ReportingDescriptorReference, Run,
    RunAutomationDetails, Sarif, Tool, ToolComponent,
};

use crate::escape::SafeFormatter;
use crate::{Report, escape};
use place::Places;
use results::Results;
use rules::Rules;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const INFORMATION_URI: &str = env!("CARGO_PKG_REPOSITORY");
/// GitHub keeps so many results of a run.
const RESULTS_LIMIT: usize = 5_000;
const NOTIFICATIONS_LIMIT: usize = 100;

pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let formatter = SafeFormatter(PrettyFormatter::with_indent(b" "));
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, formatter);
    log(report).serialize(&mut serializer)?;
    writeln!(out)
}

fn log(report: &Report<'_>) -> Sarif {
    let mut groups = grouped(report.active());
    let found = groups.len();
    // Stable, so that places stay in order within a level.
    groups.sort_by_key(|group| std::cmp::Reverse(group[0].level));
    groups.truncate(RESULTS_LIMIT);
    let kept: Vec<&Diagnostic> = groups.iter().map(|group| group[0]).collect();

    let rules = Rules::new(report, &kept);
    let mut places = Places::new(report);
    let notifications = notifications(&kept, &rules, &mut places);
    let mut results = Results { rules: &rules, places: &mut places };
    let results = groups.iter().map(|group| results.result(group)).collect::<Vec<_>>();

    let driver = ToolComponent::builder()
        .name("cfglint")
        .version(report.version)
        .semantic_version(report.version)
        .information_uri(INFORMATION_URI)
        .rules(rules.descriptors())
        .build();
    let invocation = Invocation::builder()
        .execution_successful(true)
        .tool_execution_notifications(notifications)
        .build();
    let mut run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .automation_details(RunAutomationDetails::builder().id("cfglint/").build())
        .column_kind(Value::from("utf16CodeUnits"))
        .invocations(vec![invocation])
        .results(results)
        .build();
    run.properties = omitted(found);
    Sarif::builder().schema(SCHEMA).version("2.1.0").runs(vec![run]).build()
}

/// The diagnostics that say the same of the same place, together: GitHub would keep one of them
/// only. No group is empty.
fn grouped<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>) -> Vec<Vec<&'a Diagnostic>> {
    let mut groups: Vec<Vec<&Diagnostic>> = Vec::new();
    let mut places = HashMap::new();
    for one in diagnostics {
        let at = *places
            .entry((&one.rule, one.level, one.location, &one.message))
            .or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

/// Says that results were left out, if some were.
fn omitted(found: usize) -> Option<PropertyBag> {
    let omitted = found.checked_sub(RESULTS_LIMIT).filter(|omitted| *omitted > 0)?;
    let note = format!("only the {RESULTS_LIMIT} worst of {found} results are listed");
    let properties = BTreeMap::from([
        ("omittedResults".to_owned(), json!(omitted)),
        ("note".to_owned(), json!(note)),
    ]);
    Some(PropertyBag::builder().additional_properties(properties).build())
}

/// What kept cfglint from seeing everything. Other readers than GitHub show it apart.
fn notifications(
    kept: &[&Diagnostic],
    rules: &Rules<'_>,
    places: &mut Places<'_>,
) -> Vec<Notification> {
    let of_run = [core::SYNTAX_ERROR, core::UNREADABLE_FILE, core::LIMIT, core::RULE_PANIC];
    kept.iter()
        .filter(|diagnostic| of_run.contains(&diagnostic.rule))
        .take(NOTIFICATIONS_LIMIT)
        .map(|diagnostic| {
            let rule = ReportingDescriptorReference::builder()
                .id(diagnostic.rule.as_str())
                .index(rules.index(diagnostic.rule.as_str()))
                .build();
            Notification::builder()
                .level(level(diagnostic.level))
                .message(message(&diagnostic.message))
                .locations(vec![places.location(diagnostic.location)])
                .associated_rule(rule)
                .build()
        })
        .collect()
}

fn level(level: Level) -> Value {
    Value::from(level.as_str())
}

/// A message of plain text: nothing in `text` becomes a link.
fn message(text: &str) -> Message {
    Message::builder().text(without_links(&escape(text))).build()
}

/// `[a](b)` is a link even in plain text, and `\` takes its meaning from a bracket.
fn without_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '[' | ']') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_no_links() {
        assert_eq!(without_links("[a](b)"), r"\[a\](b)");
        assert_eq!(without_links(r"[a\](b)"), r"\[a\\\](b)");
    }
}
