//! One writer for each output format. Pure: a [`Report`] goes in, bytes come out. Never touches the
//! disk, the environment or the terminal.

mod concise;
mod escape;
mod excerpt;
mod full;
mod json;
mod line_hash;
mod sarif;
mod summary;

use std::fmt;
use std::io;
use std::str::FromStr;
use std::time::Duration;

use diagnostics::{Diagnostic, Level};
use source::FileSet;

pub use escape::{escape, is_hidden};
pub use full::FullOptions;
pub use summary::{Counts, summary_line};

/// All that a writer needs.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The files that diagnostics point into.
    pub files: &'a FileSet,
    /// What was found, sorted by path, place and rule.
    pub diagnostics: &'a [Diagnostic],
    /// All rules of the run, whether they found something or not.
    pub rules: &'a [RuleInfo],
    /// Numbers of the run.
    pub summary: Summary,
    /// Version of cfglint.
    pub version: &'a str,
    /// The directory from which SARIF counts its paths, `/`-separated.
    pub root: &'a str,
    /// The working directory; like `root` relative to some directory above both.
    pub directory: &'a str,
}

/// What the formats tell about a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// `pack/name`.
    pub id: String,
    /// The problem, in a few words.
    pub title: String,
    /// One paragraph, plain text.
    pub summary: String,
    /// Level of its diagnostics unless told otherwise.
    pub level: Level,
    /// The whole explanation, Markdown.
    pub help_markdown: String,
    /// The same as plain text.
    pub help_text: String,
    /// Free words.
    pub tags: Vec<String>,
    /// `low`, `medium`, `high` or `critical` for rules about security.
    pub security: Option<String>,
    /// Address of its page.
    pub url: Option<String>,
}

/// Numbers of a run that the diagnostics do not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were checked.
    pub files: usize,
    /// Modules that were checked.
    pub modules: usize,
    /// How long it took; `None` keeps the output the same from run to run.
    pub elapsed: Option<Duration>,
}

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Source excerpts for people.
    Full,
    /// One line a diagnostic.
    Concise,
    /// `docs/json.md`.
    Json,
    /// SARIF 2.1.0.
    Sarif,
}

impl Format {
    /// All formats, in the order in which help lists them.
    pub const ALL: [Self; 4] = [Self::Full, Self::Concise, Self::Json, Self::Sarif];

    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Sarif => "sarif",
        }
    }

    /// Writes `report`; `options` matter to [`Format::Full`] only.
    pub fn write(
        self,
        report: &Report<'_>,
        options: FullOptions,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        match self {
            Self::Full => full::write(report, options, out),
            Self::Concise => concise::write(report, out),
            Self::Json => json::write(report, out),
            Self::Sarif => sarif::write(report, out),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.as_str() == text).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|format| format.as_str()).collect();
            format!("`{}` is not a format; use one of {}", escape(text), names.join(", "))
        })
    }
}

impl<'a> Report<'a> {
    /// The diagnostics that are not suppressed.
    fn active(&self) -> impl Iterator<Item = &'a Diagnostic> + use<'a> {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.suppressed.is_none())
    }

    /// The rule of that id.
    fn rule(&self, id: &str) -> Option<&'a RuleInfo> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Where the page of a diagnostic's rule is.
    fn url(&self, diagnostic: &'a Diagnostic) -> Option<&'a str> {
        let of_rule = || self.rule(diagnostic.rule.as_str())?.url.as_deref();
        diagnostic.url.as_deref().or_else(of_rule)
    }
}

/// For which instance and when a diagnostic holds: ` (instance ["eu"], when …)`, or nothing.
fn context(diagnostic: &Diagnostic) -> String {
    qualifier(diagnostic).map_or_else(String::new, |text| format!(" ({text})"))
}

/// The same without the brackets; `None` when it holds for all instances and always.
fn qualifier(diagnostic: &Diagnostic) -> Option<String> {
    let instance = diagnostic.instance.as_ref().map(|key| format!("instance {key}"));
    let when = when(diagnostic).map(|when| format!("when {when}"));
    let parts: Vec<_> = instance.into_iter().chain(when).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The assumptions of a diagnostic without the word "when".
fn when(diagnostic: &Diagnostic) -> Option<&str> {
    let when = diagnostic.when.as_deref()?;
    Some(when.strip_prefix("when ").unwrap_or(when))
}
