//! All rules by their ids: what a pattern such as `cognito/*` or a former id means.

use std::collections::BTreeMap;
use std::fmt;

use diagnostics::{Level, RuleId};

use crate::did_you_mean;

/// The presets, each with all rules of those before it.
pub const PRESETS: &[&str] = &["minimal", "recommended", "strict"];

/// The smallest preset that has the rules of that level and group whose pages name no other.
pub fn usual_preset(level: Level, group: &str) -> &'static str {
    match level {
        Level::Error => PRESETS[0],
        Level::Warning if group != "style" => PRESETS[1],
        Level::Warning | Level::Note => PRESETS[2],
    }
}

/// What there is to know of a rule for choosing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleEntry {
    /// `pack/name`.
    pub id: &'static str,
    /// The level of its page.
    pub level: Level,
    /// The group of its page.
    pub group: &'static str,
    /// The smallest preset that has it, where its page says so.
    pub preset: Option<&'static str>,
    /// Ids that it had before.
    pub aliases: &'static [&'static str],
}

impl RuleEntry {
    /// The smallest preset that has it.
    pub fn smallest_preset(&self) -> &'static str {
        self.preset.unwrap_or_else(|| usual_preset(self.level, self.group))
    }
}

/// Which rules somebody means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RulePattern {
    /// `*`: all.
    All,
    /// `pack/*`: all of a pack.
    Pack(String),
    /// `pack/name`: one.
    Rule(RuleId),
}

impl RulePattern {
    /// Whether the rule `id` is meant.
    pub fn matches(&self, id: &RuleId) -> bool {
        match self {
            Self::All => true,
            Self::Pack(pack) => id.pack() == pack,
            Self::Rule(rule) => rule == id,
        }
    }

    /// Whether only rules of `pack` are meant.
    pub fn is_of_pack(&self, pack: &str) -> bool {
        match self {
            Self::All => false,
            Self::Pack(own) => own == pack,
            Self::Rule(rule) => rule.pack() == pack,
        }
    }
}

impl fmt::Display for RulePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            Self::Pack(pack) => write!(f, "{pack}/*"),
            Self::Rule(rule) => rule.fmt(f),
        }
    }
}

/// A pattern that means no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRule {
    /// The pattern that was probably meant.
    pub suggestion: Option<String>,
}

/// All rules of a run.
#[derive(Clone, Debug, Default)]
pub struct RuleIndex {
    rules: BTreeMap<&'static str, RuleEntry>,
    former: BTreeMap<&'static str, &'static str>,
}

impl RuleIndex {
    /// The index of `rules`.
    pub fn new(rules: impl IntoIterator<Item = RuleEntry>) -> Self {
        let mut index = Self::default();
        for rule in rules {
            index.former.extend(rule.aliases.iter().map(|alias| (*alias, rule.id)));
            index.rules.insert(rule.id, rule);
        }
        index
    }

    /// The rule of that id; former ids count.
    pub fn get(&self, id: &str) -> Option<&RuleEntry> {
        self.rules.get(id).or_else(|| self.rules.get(self.former.get(id)?))
    }

    /// All rules, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = &RuleEntry> {
        self.rules.values()
    }

    /// What `text` means: `*`, `pack/*`, `pack/name`, or an id that the rule had before.
    pub fn pattern(&self, text: &str) -> Result<RulePattern, UnknownRule> {
        if text == "*" {
            return Ok(RulePattern::All);
        }
        if let Some(pack) = text.strip_suffix("/*") {
            let is_known = self.packs().any(|other| other == pack);
            return if is_known {
                Ok(RulePattern::Pack(pack.to_owned()))
            } else {
                let suggestion = did_you_mean(pack, self.packs()).map(|pack| format!("{pack}/*"));
                Err(UnknownRule { suggestion })
            };
        }
        match self.get(text) {
            Some(rule) => Ok(RulePattern::Rule(RuleId::from_static(rule.id))),
            None => Err(UnknownRule { suggestion: self.suggestion(text) }),
        }
    }

    /// The names of the packs, each as often as it has rules.
    fn packs(&self) -> impl Iterator<Item = &'static str> {
        self.rules.keys().filter_map(|id| Some(id.split_once('/')?.0))
    }

    /// The id that was probably meant: the same name in another pack or none, or a slip. Of a pack
    /// all of it.
    fn suggestion(&self, text: &str) -> Option<String> {
        if self.packs().any(|pack| pack == text) {
            return Some(format!("{text}/*"));
        }
        let name_of = |id: &'static str| id.split_once('/').map_or(id, |(_, name)| name);
        let name = text.rsplit('/').next().unwrap_or(text);
        let same_name = || self.rules.keys().find(|id| name_of(id) == name).copied();
        let near_name = || {
            let near = did_you_mean(name, self.rules.keys().map(|id| name_of(id)))?;
            self.rules.keys().find(|id| name_of(id) == near).copied()
        };
        let ids = self.rules.keys().copied();
        let found = same_name().or_else(|| did_you_mean(text, ids)).or_else(near_name);
        found.map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> RuleIndex {
        let rule = |id, aliases| RuleEntry {
            id,
            level: Level::Warning,
            group: "api",
            preset: None,
            aliases,
        };
        RuleIndex::new([
            rule("cognito/oauth-implicit-flow", &["cognito/implicit-flow"][..]),
            rule("cognito/oauth-flow-unknown", &[]),
            rule("core/config", &[]),
        ])
    }

    #[test]
    fn patterns_mean_rules() {
        let means = |text: &str| {
            let pattern = index().pattern(text).map_err(|unknown| unknown.suggestion);
            pattern.map(|pattern| pattern.to_string())
        };
        let check = |text: &str, expect: &str| assert_eq!(means(text), Ok(expect.to_owned()));
        check("*", "*");
        check("cognito/*", "cognito/*");
        check("core/config", "core/config");
        check("cognito/implicit-flow", "cognito/oauth-implicit-flow");
        let slip = |text: &str, expect: Option<&str>| {
            assert_eq!(means(text), Err(expect.map(str::to_owned)), "{text}");
        };
        slip("cognto/*", Some("cognito/*"));
        slip("cognito/oauth-implict-flow", Some("cognito/oauth-implicit-flow"));
        slip("oauth-implicit-flow", Some("cognito/oauth-implicit-flow"));
        slip("other/oauth-flow-unkown", Some("cognito/oauth-flow-unknown"));
        slip("cognito", Some("cognito/*"));
        slip("nothing/like-it", None);
        slip("", None);
    }

    #[test]
    fn patterns_match_ids() {
        let id = RuleId::from_static("cognito/oauth-flow-unknown");
        let matches = |text: &str| index().pattern(text).is_ok_and(|pattern| pattern.matches(&id));
        assert!(matches("*") && matches("cognito/*") && matches("cognito/oauth-flow-unknown"));
        assert!(!matches("core/*") && !matches("cognito/oauth-implicit-flow"));
    }
}
