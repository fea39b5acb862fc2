//! The rules of a run as SARIF descriptors.

use std::collections::{BTreeMap, HashMap};

use diagnostics::{Diagnostic, Level};
use serde_json::{Value, json};
use serde_sarif::sarif::{
    MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor,
};

use super::{INFORMATION_URI, level};
use crate::{Report, RuleInfo};

/// GitHub cuts descriptions there.
const DESCRIPTION_LIMIT: usize = 1024;
/// GitHub keeps so many tags.
const TAGS_LIMIT: usize = 10;

/// All rules, those included that only a diagnostic names, with their places in the list.
pub(super) struct Rules<'a> {
    report: &'a Report<'a>,
    /// Rules that diagnostics name and the report does not list: rules of users.
    unlisted: Vec<(&'a str, Level)>,
    index: HashMap<&'a str, i64>,
}

impl<'a> Rules<'a> {
    pub(super) fn new(report: &'a Report<'a>, kept: &[&'a Diagnostic]) -> Self {
        let mut rules = Self { report, unlisted: Vec::new(), index: HashMap::new() };
        for rule in report.rules {
            rules.add(&rule.id);
        }
        for diagnostic in kept {
            if rules.add(diagnostic.rule.as_str()) {
                rules.unlisted.push((diagnostic.rule.as_str(), diagnostic.level));
            }
        }
        rules
    }

    /// Gives `id` the next place; false when it has one.
    fn add(&mut self, id: &'a str) -> bool {
        let next = i64::try_from(self.index.len()).unwrap_or(i64::MAX);
        let is_new = !self.index.contains_key(id);
        self.index.entry(id).or_insert(next);
        is_new
    }

    pub(super) fn index(&self, id: &str) -> i64 {
        self.index.get(id).copied().unwrap_or(-1)
    }

    pub(super) fn descriptors(&self) -> Vec<ReportingDescriptor> {
        let mut rules: Vec<(i64, ReportingDescriptor)> = Vec::with_capacity(self.index.len());
        for rule in self.report.rules {
            let index = self.index(&rule.id);
            if rules.last().is_none_or(|(last, _)| *last < index) {
                rules.push((index, descriptor(rule)));
            }
        }
        let unlisted = self.unlisted.iter().map(|(id, level)| descriptor(&bare(id, *level)));
        rules.into_iter().map(|(_, rule)| rule).chain(unlisted).collect()
    }
}

/// A rule of which nothing but its id is known.
fn bare(id: &str, level: Level) -> RuleInfo {
    RuleInfo {
        id: id.to_owned(),
        title: id.to_owned(),
        summary: String::new(),
        level,
        help_markdown: String::new(),
        help_text: String::new(),
        tags: Vec::new(),
        security: None,
        url: None,
    }
}

fn descriptor(rule: &RuleInfo) -> ReportingDescriptor {
    let title = first_of([&rule.title, &rule.id]);
    let summary = first_of([&rule.summary, title]);
    let help_text = first_of([&rule.help_text, summary]);
    let help_markdown = first_of([&rule.help_markdown, help_text]);
    let help = MultiformatMessageString::builder().text(help_text).markdown(help_markdown).build();
    ReportingDescriptor::builder()
        .id(rule.id.as_str())
        .name(pascal_case(&rule.id))
        .short_description(description(title))
        .full_description(description(summary))
        .help(help)
        .help_uri(rule.url.as_deref().unwrap_or(INFORMATION_URI))
        .default_configuration(ReportingConfiguration::builder().level(level(rule.level)).build())
        .properties(properties(rule))
        .build()
}

/// The first text that is not empty: GitHub refuses empty ones.
fn first_of(texts: [&str; 2]) -> &str {
    texts.into_iter().find(|text| !text.trim().is_empty()).unwrap_or("-")
}

/// A description is a sentence, within GitHub's limit.
fn description(text: &str) -> MultiformatMessageString {
    let mut text: String = text.chars().take(DESCRIPTION_LIMIT - 1).collect();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    MultiformatMessageString::builder().text(text).build()
}

fn properties(rule: &RuleInfo) -> PropertyBag {
    let (severity, precision) = match rule.level {
        Level::Error => ("error", "very-high"),
        Level::Warning => ("warning", "high"),
        Level::Note => ("recommendation", "high"),
    };
    let mut more: BTreeMap<String, Value> = BTreeMap::from([
        ("precision".into(), json!(precision)),
        ("problem.severity".into(), json!(severity)),
    ]);
    let mut tags: Vec<String> = Vec::new();
    if let Some(number) = rule.security.as_deref().map(security_severity) {
        tags.push("security".into());
        more.insert("security-severity".into(), json!(number));
    }
    for tag in &rule.tags {
        if !tags.contains(tag) && tags.len() < TAGS_LIMIT {
            tags.push(tag.clone());
        }
    }
    let bag = PropertyBag::builder().additional_properties(more);
    if tags.is_empty() { bag.build() } else { bag.tags(tags).build() }
}

/// The middle of the band that GitHub shows under that word.
fn security_severity(word: &str) -> &'static str {
    match word {
        "critical" => "9.5",
        "high" => "8.0",
        "medium" => "5.5",
        _ => "2.0",
    }
}

/// `cognito/oauth-implicit-flow` → `CognitoOauthImplicitFlow`.
fn pascal_case(id: &str) -> String {
    let words = id.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(capitalised).collect()
}

fn capitalised(word: &str) -> impl Iterator<Item = char> {
    let mut rest = word.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest)
}
