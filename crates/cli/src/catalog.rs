//! The built-in rules: what reports tell about them, `explain` and `rules`.

mod markdown;

use std::fmt::Write as _;

use config::{Preset, Setting};
use engine::BuiltinRule;
use report::{RuleInfo, escape};
use rulebook::{Page, RuleEntry, RuleIndex, RulePattern, UnknownRule, explain as explain_page};
use rules::RULES;
use serde::Serialize;

use crate::args::RulesFormat;
use crate::streams::Streams;
use crate::{CLEAN, USAGE};

/// Sections of a page that are not for readers.
const TESTS_SECTION: &str = "Cases";

/// The pack of cfglint's own diagnostics.
const CORE: &str = "core";

/// Where the page of a rule is read.
fn url(id: &str) -> String {
    format!("{}/blob/main/rules/{id}.md", env!("CARGO_PKG_REPOSITORY"))
}

/// All rules as reports need them; their pages are read only when `with_pages`.
pub(crate) fn rule_infos(with_pages: bool) -> Vec<RuleInfo> {
    let info = |rule: &BuiltinRule| {
        let page = with_pages.then(|| page(rule)).flatten();
        RuleInfo {
            id: rule.id.to_owned(),
            title: rule.title.to_owned(),
            level: rule.level,
            summary: page.as_ref().map(|page| page.summary.clone()).unwrap_or_default(),
            help_markdown: page.as_ref().map(help_markdown).unwrap_or_default(),
            help_text: page.as_ref().map(explain_page).unwrap_or_default(),
            tags: page.as_ref().map(tags).unwrap_or_default(),
            security: page.and_then(|page| page.security),
            url: Some(url(rule.id)),
        }
    };
    RULES.iter().map(info).collect()
}

/// The page of a rule; the build has read it before, so it is valid.
fn page(rule: &BuiltinRule) -> Option<Page> {
    let (pack, name) = rule.id.split_once('/')?;
    Page::parse(pack, name, rule.text).ok()
}

fn help_markdown(page: &Page) -> String {
    let mut text = format!("# {}\n\n{}\n", page.title, page.summary);
    for section in page.sections.iter().filter(|section| section.heading != TESTS_SECTION) {
        let _ = write!(text, "\n## {}\n\n{}\n", section.heading, section.text.trim());
    }
    text
}

/// The tags of a page, its group and its pack.
fn tags(page: &Page) -> Vec<String> {
    let more = [page.group.clone(), page.id.pack().to_owned(), "terraform".to_owned()];
    page.tags.iter().cloned().chain(more).collect()
}

/// Prints the page of the rule called `id`; the name without its pack will do where it is the only
/// one.
pub(crate) fn explain(id: &str, streams: &mut Streams) -> anyhow::Result<u8> {
    let Some(page) = find(id) else {
        streams.note(&format!("error: {}", unknown(id, false)));
        return Ok(USAGE);
    };
    streams.write(explain_page(&page).as_bytes())?;
    Ok(CLEAN)
}

fn find(id: &str) -> Option<Page> {
    let is_name = |rule: &&BuiltinRule| rule.id.split_once('/').is_some_and(|(_, name)| name == id);
    let mut named = RULES.iter().filter(is_name);
    let only = named.next().filter(|_| named.next().is_none());
    let known = index().get(id).map(|entry| entry.id);
    let rule = RULES.iter().find(|rule| Some(rule.id) == known);
    rule.or(only).and_then(page)
}

/// All built-in rules by their ids.
pub(crate) fn index() -> RuleIndex {
    RuleIndex::new(RULES.iter().map(entry))
}

fn entry(rule: &BuiltinRule) -> RuleEntry {
    RuleEntry {
        id: rule.id,
        level: rule.level,
        group: rule.group,
        preset: rule.preset,
        aliases: rule.aliases,
    }
}

/// What `--only` names.
pub(crate) fn parse_pattern(text: &str) -> Result<RulePattern, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("the rule is missing; write pack/name, pack/* or *".to_owned());
    }
    index().pattern(text).map_err(|_| unknown(text, true))
}

/// What `--skip` names: nothing of the pack `core`.
pub(crate) fn parse_skip(text: &str) -> Result<RulePattern, String> {
    let pattern = parse_pattern(text)?;
    if pattern.is_of_pack(CORE) { Err(never_off(&pattern)) } else { Ok(pattern) }
}

/// `RULE=LEVEL`
pub(crate) fn parse_level(text: &str) -> Result<(RulePattern, Setting), String> {
    let (pattern, level) = text.split_once('=').ok_or("write RULE=LEVEL")?;
    let pattern = parse_pattern(pattern)?;
    let setting = level.trim().parse()?;
    if setting == Setting::Off && pattern.is_of_pack(CORE) {
        return Err(never_off(&pattern));
    }
    Ok((pattern, setting))
}

fn never_off(pattern: &RulePattern) -> String {
    format!("`{pattern}` cannot be off: cfglint's own diagnostics always count")
}

/// Says that `id` is no rule, and which was probably meant; a pattern where `or_pattern`.
fn unknown(id: &str, or_pattern: bool) -> String {
    let hint = match index().pattern(id) {
        Err(UnknownRule { suggestion: Some(meant) }) if or_pattern || !meant.contains('*') => {
            format!("did you mean `{meant}`?")
        }
        _ => "`cfglint rules` lists all".to_owned(),
    };
    format!("there is no rule `{}`; {hint}", escape(id))
}

/// Prints all rules.
pub(crate) fn list(format: RulesFormat, streams: &mut Streams) -> anyhow::Result<u8> {
    let text = match format {
        RulesFormat::Text => text_list(),
        RulesFormat::Json => json_list()?,
        RulesFormat::Markdown => markdown::list(),
    };
    streams.write(text.as_bytes())?;
    Ok(CLEAN)
}

fn text_list() -> String {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in RULES {
        let _ = writeln!(text, "{:width$}  {:7}  {}", rule.id, rule.level.as_str(), rule.title);
    }
    text
}

fn json_list() -> anyhow::Result<String> {
    let list = JsonList { version: 1, rules: RULES.iter().map(JsonRule::new).collect() };
    Ok(serde_json::to_string_pretty(&list)? + "\n")
}

fn presets(rule: &BuiltinRule) -> Vec<&'static str> {
    let entry = entry(rule);
    Preset::ALL
        .iter()
        .filter(|preset| preset.includes(&entry))
        .map(|preset| preset.as_str())
        .collect()
}

#[derive(Serialize)]
struct JsonList {
    version: u32,
    rules: Vec<JsonRule>,
}

#[derive(Serialize)]
struct JsonRule {
    id: &'static str,
    title: &'static str,
    summary: Option<String>,
    level: &'static str,
    group: &'static str,
    /// Those in which it is on.
    presets: Vec<&'static str>,
    tags: Vec<String>,
    security: Option<String>,
    url: String,
}

impl JsonRule {
    fn new(rule: &BuiltinRule) -> Self {
        let page = page(rule);
        Self {
            id: rule.id,
            title: rule.title,
            summary: page.as_ref().map(|page| page.summary.clone()),
            level: rule.level.as_str(),
            group: rule.group,
            presets: presets(rule),
            tags: page.as_ref().map(|page| page.tags.clone()).unwrap_or_default(),
            security: page.and_then(|page| page.security),
            url: url(rule.id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_found_by_id_and_name() {
        for rule in RULES {
            let found = find(rule.id).map(|page| page.id.to_string());
            assert_eq!(found.as_deref(), Some(rule.id));
        }
        if let Some((_, name)) = RULES.first().and_then(|rule| rule.id.split_once('/')) {
            assert!(find(name).is_some());
        }
        assert!(find("no/such-rule").is_none());
    }

    #[test]
    fn slips_get_a_suggestion() {
        let Some(rule) = RULES.first() else { return };
        let slip = format!("{}x", rule.id);
        assert!(unknown(&slip, false).contains(&format!("did you mean `{}`?", rule.id)));
        let (_, name) = rule.id.split_once('/').expect("ids have a pack");
        assert!(unknown(&format!("elsewhere/{name}"), false).contains(rule.id));
        assert!(unknown("core", true).contains("did you mean `core/*`?"));
        assert!(!unknown("core", false).contains("did you mean"));
        let strange = unknown("\u{1b}[31m", true);
        assert_eq!(strange, "there is no rule `\\u{1b}[31m`; `cfglint rules` lists all");
    }

    #[test]
    fn presets_are_listed() {
        let of = |id| RULES.iter().find(|rule| rule.id == id).map(presets);
        let all = Some(vec!["minimal", "recommended", "strict"]);
        assert_eq!(of("core/unused-suppression"), all);
        let warning = of("cognito/oauth-implicit-flow");
        assert_eq!(warning, Some(vec!["recommended", "strict"]));
    }

    #[test]
    fn pages_are_read_on_demand() {
        assert!(rule_infos(false).iter().all(|rule| rule.help_text.is_empty()));
        assert!(rule_infos(true).iter().all(|rule| !rule.help_text.is_empty()));
    }
}
