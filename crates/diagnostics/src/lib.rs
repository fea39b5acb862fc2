//! Diagnostics, levels, fixes and rule ids as plain data. Knows no rule and no output format.

mod fix;
mod level;
mod rule_id;

pub use fix::{Edit, Fix, Safety};
pub use level::Level;
pub use rule_id::{RuleId, core};

use source::Location;

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that found it.
    pub rule: RuleId,
    /// How bad it is.
    pub level: Level,
    /// What is wrong: lower case, no final stop, code in backticks, no control characters of the
    /// file (writers escape them all the same).
    pub message: String,
    /// The smallest piece of source that is wrong.
    pub location: Location,
    /// Which instance of a block with `count` or `for_each`, such as `["eu"]`, when not all.
    pub instance: Option<String>,
    /// Under which answers to undecided conditions, when not under all.
    pub when: Option<String>,
    /// Further places that explain it.
    pub related: Vec<Related>,
    /// The way of the value at fault, from what made it to where it is used; empty when that is
    /// one place.
    pub flow: Vec<Related>,
    /// Whether the source at its places holds a secret, so that writers show the places only.
    pub hides_source: bool,
    /// How to mend it.
    pub fix: Option<Fix>,
    /// Why it is not to be reported, when it is not.
    pub suppressed: Option<Suppression>,
    /// Page that explains the rule.
    pub url: Option<String>,
}

impl Diagnostic {
    /// A diagnostic with only what every one has.
    pub fn new(rule: RuleId, level: Level, location: Location, message: impl Into<String>) -> Self {
        Self {
            rule,
            level,
            message: message.into(),
            location,
            instance: None,
            when: None,
            related: Vec::new(),
            flow: Vec::new(),
            hides_source: false,
            fix: None,
            suppressed: None,
            url: None,
        }
    }

    /// The same with one more related place.
    #[must_use]
    pub fn with_related(mut self, location: Location, message: impl Into<String>) -> Self {
        self.related.push(Related { message: message.into(), location });
        self
    }

    /// The same with a fix.
    #[must_use]
    pub fn with_fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }
}

/// A place that explains a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What it has to do with it, worded as [`Diagnostic::message`].
    pub message: String,
    /// Where.
    pub location: Location,
}

/// Why a diagnostic is silenced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// What silenced it.
    pub kind: SuppressionKind,
    /// The reason its author gave.
    pub justification: Option<String>,
}

/// What can silence a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressionKind {
    /// A comment in the configuration.
    Comment,
    /// The configuration file of cfglint.
    Config,
    /// The recorded debt of the project.
    Baseline,
}

impl SuppressionKind {
    /// The word that output uses: `comment`, `config` or `baseline`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Config => "config",
            Self::Baseline => "baseline",
        }
    }
}
