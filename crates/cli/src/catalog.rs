//! The built-in rules: what reports tell about them, `explain` and `rules`.

use std::fmt::Write as _;

use engine::BuiltinRule;
use report::{RuleInfo, escape};
use rulebook::{Page, did_you_mean, explain as explain_page};
use rules::RULES;
use serde::Serialize;

use crate::args::RulesFormat;
use crate::streams::Streams;
use crate::{CLEAN, USAGE};

/// Sections of a page that are not for readers.
const TESTS_SECTION: &str = "Cases";

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
        streams.note(&format!("error: {}", unknown(id)));
        return Ok(USAGE);
    };
    streams.write(explain_page(&page).as_bytes())?;
    Ok(CLEAN)
}

fn find(id: &str) -> Option<Page> {
    let is_name = |rule: &&BuiltinRule| rule.id.split_once('/').is_some_and(|(_, name)| name == id);
    let mut named = RULES.iter().filter(is_name);
    let only = named.next().filter(|_| named.next().is_none());
    let rule = RULES.iter().find(|rule| rule.id == id).or(only);
    let former = || {
        let mut pages = RULES.iter().filter_map(page);
        pages.find(|page| page.aliases.iter().any(|alias| alias == id))
    };
    rule.and_then(page).or_else(former)
}

fn unknown(id: &str) -> String {
    let names = RULES.iter().filter_map(|rule| rule.id.split_once('/').map(|(_, name)| name));
    let by_name = did_you_mean(id.rsplit('/').next().unwrap_or(id), names)
        .and_then(|name| RULES.iter().find(|rule| rule.id.ends_with(&format!("/{name}"))))
        .map(|rule| rule.id);
    let meant = did_you_mean(id, RULES.iter().map(|rule| rule.id)).or(by_name);
    let hint = match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "`cfglint rules` lists all".to_owned(),
    };
    format!("there is no rule `{}`; {hint}", escape(id))
}

/// Prints all rules.
pub(crate) fn list(format: RulesFormat, streams: &mut Streams) -> anyhow::Result<u8> {
    let text = match format {
        RulesFormat::Text => text_list(),
        RulesFormat::Json => json_list()?,
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
        assert!(unknown(&slip).contains(&format!("did you mean `{}`?", rule.id)));
        let (_, name) = rule.id.split_once('/').expect("ids have a pack");
        assert!(unknown(&format!("elsewhere/{name}")).contains(rule.id));
        let strange = unknown("\u{1b}[31m");
        assert_eq!(strange, "there is no rule `\\u{1b}[31m`; `cfglint rules` lists all");
    }

    #[test]
    fn pages_are_read_on_demand() {
        assert!(rule_infos(false).iter().all(|rule| rule.help_text.is_empty()));
        assert!(rule_infos(true).iter().all(|rule| !rule.help_text.is_empty()));
    }
}
