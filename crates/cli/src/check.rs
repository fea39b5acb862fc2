//! The check itself: reads and judges through a session, then reports.

use std::time::{Duration, Instant};

use config::FailOn;
use diagnostics::{Diagnostic, Level, core};
use project::Discovery;
use report::{Report, RuleInfo, Summary};

use crate::args::CheckOptions;
use crate::session::{Judged, Session, Times};
use crate::streams::Streams;
use crate::{CLEAN, FOUND, USAGE, catalog, output};

/// What a check found, before it is written.
pub(crate) struct Checked {
    pub(crate) discovery: Discovery,
    /// Sorted by path, place and rule.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// A notice for each variable that is set and not declared.
    pub(crate) undeclared: Vec<String>,
    pub(crate) times: Times,
}

/// Checks and reports; gives the exit code.
pub(crate) fn run(options: &CheckOptions, streams: &mut Streams) -> anyhow::Result<u8> {
    let start = Instant::now();
    let checked = check(options)?;
    output::refuse_damage(options, |path| checked.discovery.reads(path))?;
    notices(&checked, options, streams);
    let rules = rules(options);
    let report = checked.report(&rules, Some(start.elapsed()));
    let all_written = output::write(&report, options, streams)?;
    Ok(if all_written { checked.exit_code() } else { USAGE })
}

/// The rules as the outputs need them.
pub(crate) fn rules(options: &CheckOptions) -> Vec<RuleInfo> {
    catalog::rule_infos(output::needs_rule_pages(options))
}

/// Says on standard error what is no finding.
pub(crate) fn notices(checked: &Checked, options: &CheckOptions, streams: &mut Streams) {
    for notice in checked.discovery.notices.iter().chain(&checked.undeclared) {
        streams.note(&format!("note: {}", report::escape(notice)));
    }
    if checked.discovery.modules.is_empty() && checked.diagnostics.is_empty() {
        let paths: Vec<_> =
            options.paths.iter().map(|path| format!("`{}`", path.display())).collect();
        let is_all = !checked.discovery.leaves_out();
        let apart = if is_all { "" } else { ", apart from what the configuration excludes" };
        let text = format!("no Terraform file found in {}{apart}", paths.join(", "));
        streams.note(&format!("note: {}", report::escape(&text)));
    }
}

/// Whether `diagnostic` makes a run fail.
fn fails(diagnostic: &Diagnostic, fail_on: FailOn) -> bool {
    diagnostic.suppressed.is_none() && fail_on.includes(diagnostic.level)
}

/// Reads and judges what `options` name.
pub(crate) fn check(options: &CheckOptions) -> anyhow::Result<Checked> {
    let mut times = Times::default();
    let session = Session::open(options, &mut times)?;
    let judged = session.judge(&session.discovery.files, &mut times);
    let Session { discovery, .. } = session;
    let Judged { diagnostics, undeclared, .. } = judged;
    Ok(Checked { discovery, diagnostics, undeclared, times })
}

/// Whether the configuration of cfglint has a mistake, whatever level it gives to its own.
pub(crate) fn has_config_error(discovery: &Discovery, found: &[Diagnostic]) -> bool {
    let problems = discovery.config_problems(&discovery.files);
    let own = found.iter().filter(|diagnostic| diagnostic.rule == core::CONFIG);
    problems.iter().chain(own).any(|problem| problem.level == Level::Error)
}

impl Checked {
    /// The exit code that the diagnostics give.
    pub(crate) fn exit_code(&self) -> u8 {
        let fail_on = |file| self.discovery.policy(file).fail_on();
        let is_failure = |found: &Diagnostic| fails(found, fail_on(found.location.file));
        match self.has_config_error() {
            true => USAGE,
            false if self.diagnostics.iter().any(is_failure) => FOUND,
            false => CLEAN,
        }
    }

    /// Whether the configuration of cfglint has a mistake.
    pub(crate) fn has_config_error(&self) -> bool {
        has_config_error(&self.discovery, &self.diagnostics)
    }

    /// The report over what was found.
    pub(crate) fn report<'a>(
        &'a self,
        rules: &'a [RuleInfo],
        elapsed: Option<Duration>,
    ) -> Report<'a> {
        Report {
            files: &self.discovery.files,
            diagnostics: &self.diagnostics,
            rules,
            summary: Summary {
                files: self.discovery.file_count(),
                modules: self.discovery.checked_modules().count(),
                elapsed,
            },
            version: env!("CARGO_PKG_VERSION"),
            root: &self.discovery.root,
            directory: &self.discovery.directory,
        }
    }
}

#[cfg(test)]
mod tests {
    use diagnostics::{RuleId, Suppression, SuppressionKind};
    use source::{FileId, FileSet, Location, TextRange};

    use super::*;

    fn found(level: Level) -> Diagnostic {
        let place = Location::new(FileId(0), TextRange::empty(0));
        Diagnostic::new(RuleId::from_static("a/b"), level, place, "m")
    }

    #[test]
    fn what_is_silenced_does_not_fail() {
        assert!(!fails(&found(Level::Note), FailOn::Warning));
        assert!(fails(&found(Level::Warning), FailOn::Warning));
        assert!(!fails(&found(Level::Error), FailOn::Never));
        let mut known = found(Level::Error);
        let kind = SuppressionKind::Baseline;
        known.suppressed = Some(Suppression { kind, justification: None });
        assert!(!fails(&known, FailOn::Note));
    }

    #[test]
    fn diagnostics_are_sorted_by_path_place_and_rule() {
        let mut files = FileSet::new();
        let b = files.add(source::SourceFile::new("b.tf", &b"x"[..]));
        let a = files.add(source::SourceFile::new("a.tf", &b"x"[..]));
        let at = |rule, file, offset| {
            let place = Location::new(file, TextRange::empty(offset));
            Diagnostic::new(RuleId::from_static(rule), Level::Error, place, "m")
        };
        let sorted = [at("z/z", a, 0), at("a/a", a, 1), at("a/b", a, 1), at("a/a", b, 0)];
        let mut mixed = vec![];
        for index in [3, 2, 0, 1] {
            mixed.push(sorted[index].clone());
        }
        engine::sort(&mut mixed, &files);
        assert_eq!(mixed, sorted);
    }
}
