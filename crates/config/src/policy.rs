//! Files and command line joined: which level each rule has.

use std::collections::HashMap;

use diagnostics::{Level, RuleId};
use rulebook::{RuleEntry, RuleIndex, RulePattern};

use crate::config::{Config, FailOn, Preset, Setting, is_core, means, most_specific};

/// What the command line says; it wins over all files.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--preset`
    pub preset: Option<Preset>,
    /// `--fail-on`
    pub fail_on: Option<FailOn>,
    /// `--only`
    pub only: Vec<RulePattern>,
    /// `--skip`
    pub skip: Vec<RulePattern>,
    /// `--level`; of equal patterns the last counts.
    pub levels: Vec<(RulePattern, Setting)>,
}

/// What becomes of the diagnostics of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// There are none: the rule does not run.
    Off,
    /// They keep their level.
    Page,
    /// They all have this level.
    Level(Level),
}

impl From<Setting> for Choice {
    fn from(setting: Setting) -> Self {
        match setting {
            Setting::Off => Self::Off,
            Setting::Level(level) => Self::Level(level),
        }
    }
}

/// What holds for the files of a directory.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    choices: HashMap<&'static str, Choice>,
    fail_on: FailOn,
}

impl Policy {
    /// Joins `layers`, the outermost first, with the command line, for the rules of `index`. What a
    /// later layer says wins.
    pub fn new(layers: &[&Config], overrides: &Overrides, index: &RuleIndex) -> Self {
        let innermost = || layers.iter().rev();
        let preset = overrides.preset.or_else(|| innermost().find_map(|layer| layer.preset));
        let fail_on = overrides.fail_on.or_else(|| innermost().find_map(|layer| layer.fail_on));
        let preset = preset.unwrap_or_default();
        let choices = index.iter().map(|rule| (rule.id, choice(rule, layers, overrides, preset)));
        Self { choices: choices.collect(), fail_on: fail_on.unwrap_or_default() }
    }

    /// What becomes of the diagnostics of `rule`.
    pub fn choice(&self, rule: &RuleId) -> Choice {
        self.choices.get(rule.as_str()).copied().unwrap_or(Choice::Page)
    }

    /// Whether `rule` runs.
    pub fn is_on(&self, rule: &RuleId) -> bool {
        self.choice(rule) != Choice::Off
    }

    /// The lowest level that makes a run fail.
    pub fn fail_on(&self) -> FailOn {
        self.fail_on
    }
}

fn choice(rule: &RuleEntry, layers: &[&Config], overrides: &Overrides, preset: Preset) -> Choice {
    let levels = overrides.levels.iter().map(|(pattern, setting)| (pattern, *setting));
    let given = most_specific(levels, rule);
    let set = || layers.iter().rev().find_map(|layer| layer.setting(rule));
    if is_core(rule) {
        return match given.or_else(set) {
            Some(Setting::Level(level)) => Choice::Level(level),
            Some(Setting::Off) | None => Choice::Page,
        };
    }
    let is_meant = |patterns: &[RulePattern]| patterns.iter().any(|pattern| means(pattern, rule));
    let is_only = !overrides.only.is_empty();
    if is_meant(&overrides.skip) || (is_only && !is_meant(&overrides.only)) {
        return Choice::Off;
    }
    match given.or_else(set) {
        // Whoever asks for a rule gets it, whatever a file says.
        Some(Setting::Off) if is_only && given.is_none() => Choice::Page,
        Some(setting) => setting.into(),
        None if is_only || preset.includes(rule) => Choice::Page,
        None => Choice::Off,
    }
}
