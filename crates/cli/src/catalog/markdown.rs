//! The index of the rules as a Markdown page: a table for each pack and group.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use config::Preset;
use diagnostics::Safety;
use engine::BuiltinRule;
use rulebook::{FixTemplate, Page};
use rules::RULES;

use super::{CORE, entry, page, url};

/// The groups in the order of the page; others come after them.
const GROUPS: [&str; 7] =
    ["schema", "api", "best-practice", "drift", "style", "deprecated", "cross-resource"];

/// What stands above the tables.
const HEAD: &str = "\
# Rules

<!-- What `cfglint rules --format markdown` prints. -->

*level*: that of the page; a finding may have a lower one where less is certain. *preset*: the smallest
that has the rule; larger ones have it too, and what is `always` on belongs to no preset. *fix*: `safe`
fixes are made by `--fix`, `unsafe` ones only with `--unsafe-fixes`; a `-` has none, and `yes` means
that it depends on what is found. `cfglint explain RULE` prints the page of a rule.
";

/// The whole page.
pub(super) fn list() -> String {
    let mut text = HEAD.to_owned();
    let packs: BTreeSet<&str> = RULES.iter().map(pack).collect();
    for name in packs {
        let of_pack: Vec<&BuiltinRule> = RULES.iter().filter(|rule| pack(rule) == name).collect();
        let _ = write!(text, "\n## {name}\n\n{} rules.\n", of_pack.len());
        for group in groups(&of_pack) {
            if group != name {
                let _ = write!(text, "\n### {name}: {group}\n");
            }
            text.push_str(
                "\n| rule | level | preset | fix | what it finds |\n|---|---|---|---|---|\n",
            );
            for rule in of_pack.iter().filter(|rule| rule.group == group) {
                let _ = writeln!(text, "{}", row(rule));
            }
        }
    }
    text
}

fn pack(rule: &BuiltinRule) -> &'static str {
    rule.id.split_once('/').map_or(rule.id, |(pack, _)| pack)
}

/// The groups of some rules, in the order of [`GROUPS`].
fn groups(rules: &[&BuiltinRule]) -> Vec<&'static str> {
    let place = |group: &str| GROUPS.iter().position(|known| *known == group);
    let mut groups: Vec<&str> = rules.iter().map(|rule| rule.group).collect();
    groups.sort_by_key(|group| (place(group).unwrap_or(GROUPS.len()), *group));
    groups.dedup();
    groups
}

fn row(rule: &BuiltinRule) -> String {
    let (id, level) = (rule.id, rule.level.as_str());
    let fix = page(rule).map_or("-", |page| fix(&page));
    let title = rule.title.replace('|', "\\|");
    format!("| [`{id}`]({}) | {level} | {} | {fix} | {title} |", url(id), preset(rule))
}

/// The smallest preset that has the rule.
fn preset(rule: &BuiltinRule) -> &'static str {
    if pack(rule) == CORE {
        return "always";
    }
    let entry = entry(rule);
    let smallest = Preset::ALL.into_iter().find(|preset| preset.includes(&entry));
    smallest.map_or("-", Preset::as_str)
}

/// Which fixes a rule has. A page whose checks are in Rust only shows that there is one.
fn fix(page: &Page) -> &'static str {
    let fixes: Vec<Safety> =
        page.checks.iter().flat_map(|check| &check.fixes).map(safety).collect();
    let has = |safety| fixes.contains(&safety);
    match (has(Safety::Safe), has(Safety::Unsafe)) {
        (true, true) => "safe or unsafe",
        (true, false) => "safe",
        (false, true) => "unsafe",
        (false, false) if page.section("Fixed").is_some() => "yes",
        (false, false) => "-",
    }
}

fn safety(fix: &FixTemplate) -> Safety {
    match fix {
        FixTemplate::Remove { safety, .. }
        | FixTemplate::Replace { safety, .. }
        | FixTemplate::Refer { safety, .. }
        | FixTemplate::Insert { safety, .. }
        | FixTemplate::Set { safety, .. }
        | FixTemplate::InsertBlock { safety, .. }
        | FixTemplate::Delete { safety, .. } => *safety,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_has_one_row() {
        let text = list();
        for rule in RULES {
            let start = format!("| [`{}`](", rule.id);
            assert_eq!(text.matches(&start).count(), 1, "{}", rule.id);
        }
        assert_eq!(text.lines().filter(|line| line.starts_with("| [")).count(), RULES.len());
    }

    #[test]
    fn rows_say_what_the_pages_do() {
        let row = |id: &str| {
            let rule = RULES.iter().find(|rule| rule.id == id).map(row).unwrap_or_default();
            rule.split(" | ").skip(1).map(str::to_owned).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(
            row("cognito/oauth-implicit-flow"),
            "warning, recommended, unsafe, OAuth implicit flow is enabled |"
        );
        assert!(row("core/unused-suppression").starts_with("warning, always, "));
        assert!(row("cognito/oauth-flow-unknown").starts_with("error, minimal, safe or unsafe, "));
        assert!(row("cognito/analytics-app-selector").starts_with("error, minimal, -, "));
        assert!(row("schema/quoted-literal").starts_with("note, strict, yes, "));
    }

    #[test]
    fn groups_are_in_order() {
        let of = |pack_: &str| {
            let rules: Vec<&BuiltinRule> =
                RULES.iter().filter(|rule| pack(rule) == pack_).collect();
            groups(&rules)
        };
        let cognito = of("cognito");
        assert_eq!(cognito[..3], ["schema", "api", "best-practice"]);
        assert_eq!(of("core"), ["core"]);
    }
}
