//! What a configuration file says, as plain data.

use std::fmt;
use std::str::FromStr;

use diagnostics::Level;
use rulebook::{RuleEntry, RulePattern};
use source::Location;

use crate::values::choices;

/// The pack of cfglint's own diagnostics, which are never off.
pub(crate) const CORE: &str = "core";

/// What one file says; what is wrong in it is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Whether the search ends at this file.
    pub root: bool,
    /// Which rules are on.
    pub preset: Option<Preset>,
    /// The lowest level that makes a run fail.
    pub fail_on: Option<FailOn>,
    /// What is not checked, in source order.
    pub exclude: Vec<Exclude>,
    /// Files that are read before this one, in source order.
    pub extends: Vec<NamedFile>,
    /// Schemas of providers, in source order.
    pub schemas: Vec<NamedFile>,
    /// Levels of rules; no pattern comes twice, and no rule of the pack `core` is off.
    pub rules: Vec<RuleSetting>,
}

/// A pattern as in `.gitignore`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclude {
    /// The pattern.
    pub pattern: String,
    /// Where it stands.
    pub location: Location,
}

/// The path of another file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFile {
    /// The path, relative to the directory of the file that says so.
    pub path: String,
    /// Where it stands.
    pub location: Location,
}

/// `rule "pattern" { level = … }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSetting {
    /// The rules that are meant.
    pub pattern: RulePattern,
    /// What they get.
    pub setting: Setting,
}

impl Config {
    /// What this file alone says of `rule`: the most specific pattern wins.
    pub(crate) fn setting(&self, rule: &RuleEntry) -> Option<Setting> {
        let settings = self.rules.iter().map(|set| (&set.pattern, set.setting));
        most_specific(settings, rule)
    }
}

/// The setting of the most specific pattern that means `rule`; of equal ones the last. `*` does not
/// mean the pack `core`.
pub(crate) fn most_specific<'a>(
    settings: impl Iterator<Item = (&'a RulePattern, Setting)>,
    rule: &RuleEntry,
) -> Option<Setting> {
    let meant = settings.filter(|(pattern, _)| means(pattern, rule));
    meant.max_by_key(|(pattern, _)| specificity(pattern)).map(|(_, setting)| setting)
}

/// Whether `pattern` means `rule`; `*` does not mean the pack `core`.
pub(crate) fn means(pattern: &RulePattern, rule: &RuleEntry) -> bool {
    match pattern {
        RulePattern::All => !is_core(rule),
        RulePattern::Pack(pack) => rule.id.split_once('/').is_some_and(|(of, _)| of == pack),
        RulePattern::Rule(id) => id.as_str() == rule.id,
    }
}

pub(crate) fn is_core(rule: &RuleEntry) -> bool {
    rule.id.split_once('/').is_some_and(|(pack, _)| pack == CORE)
}

const fn specificity(pattern: &RulePattern) -> u8 {
    match pattern {
        RulePattern::All => 0,
        RulePattern::Pack(_) => 1,
        RulePattern::Rule(_) => 2,
    }
}

/// What a rule is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The rule does not run.
    Off,
    /// All its diagnostics have this level.
    Level(Level),
}

impl Setting {
    /// The words of all settings.
    pub const WORDS: [&'static str; 4] = ["off", "note", "warning", "error"];
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let level = Level::from_str(text);
        level.map(Self::Level).map_err(|_| choices("a level", text, &Self::WORDS))
    }
}

/// Which rules are on, by their pages. Each has the rules of those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Preset {
    /// Pages of level error.
    Minimal,
    /// Pages of level warning as well, but for the group `style` and those that ask for `strict`.
    #[default]
    Recommended,
    /// All.
    Strict,
}

impl Preset {
    /// All presets; each includes the rules of those before it.
    pub const ALL: [Self; 3] = [Self::Minimal, Self::Recommended, Self::Strict];
    /// The words of all presets, the default first.
    pub const WORDS: [&'static str; 3] = ["recommended", "strict", "minimal"];

    /// The word that configuration uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Recommended => "recommended",
            Self::Strict => "strict",
        }
    }

    /// Whether `rule` is on. The pack `core` always is.
    pub fn includes(self, rule: &RuleEntry) -> bool {
        let smallest = rule.smallest_preset().parse::<Self>();
        is_core(rule) || smallest.is_ok_and(|smallest| smallest <= self)
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Preset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|preset| preset.as_str() == text);
        known.ok_or_else(|| choices("a preset", text, &Self::WORDS))
    }
}

/// The lowest level that makes a run fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// Errors only.
    Error,
    /// Errors and warnings.
    #[default]
    Warning,
    /// Everything.
    Note,
    /// Nothing.
    Never,
}

impl FailOn {
    /// The words of all of them.
    pub const WORDS: [&'static str; 4] = ["error", "warning", "note", "never"];

    /// Whether a diagnostic of `level` makes the run fail.
    pub fn includes(self, level: Level) -> bool {
        match self {
            Self::Error => level >= Level::Error,
            Self::Warning => level >= Level::Warning,
            Self::Note => level >= Level::Note,
            Self::Never => false,
        }
    }
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "error" => Ok(Self::Error),
            "warning" => Ok(Self::Warning),
            "note" => Ok(Self::Note),
            "never" => Ok(Self::Never),
            other => Err(choices("a level to fail on", other, &Self::WORDS)),
        }
    }
}
