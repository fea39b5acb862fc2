//! The check itself: walk, read, parse, judge, report.
#![expect(clippy::disallowed_methods, reason = "the command knows its working directory")]

use std::collections::BTreeSet;
use std::env;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use diagnostics::Diagnostic;
use engine::{Input, RuleSet};
use module::{Assignment, ModuleFiles, Settings, Sources};
use project::Discovery;
use rayon::prelude::*;
use report::{Report, RuleInfo, Summary};
use source::FileSet;
use syntax::Tree;

use crate::args::{AssignmentOption, CheckOptions};
use crate::streams::Streams;
use crate::{CLEAN, FOUND, USAGE, catalog, output};

/// Modules that a note names.
const MODULES_SHOWN: usize = 3;

/// What a check found, before it is written.
pub(crate) struct Checked {
    pub(crate) discovery: Discovery,
    /// Sorted by path, place and rule.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// A notice for each variable that is set and not declared.
    pub(crate) undeclared: Vec<String>,
    pub(crate) times: Times,
}

/// How long the parts of a check took.
#[derive(Default)]
pub(crate) struct Times {
    /// In the order in which they ran.
    pub(crate) phases: Vec<(&'static str, Duration)>,
    pub(crate) rules: Vec<(&'static str, Duration)>,
}

impl Times {
    pub(crate) fn measure<T>(&mut self, phase: &'static str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.phases.push((phase, start.elapsed()));
        result
    }
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
    Ok(if all_written { exit_code(&checked.diagnostics, options) } else { USAGE })
}

/// The rules as the outputs need them.
pub(crate) fn rules(options: &CheckOptions) -> Vec<RuleInfo> {
    catalog::rule_infos(output::needs_rule_pages(options))
}

/// What was left out, so that nobody takes silence for praise.
fn blind_spots(discovery: &Discovery) -> Vec<String> {
    let mut spots = Vec::new();
    let unjudged = discovery.modules.iter().filter(|module| module.has_unread_overrides);
    let unjudged: Vec<String> = unjudged.map(|module| format!("`{}`", module.directory)).collect();
    if !unjudged.is_empty() {
        let shown = unjudged[..unjudged.len().min(MODULES_SHOWN)].join(", ");
        let more = if unjudged.len() > MODULES_SHOWN { " and more" } else { "" };
        spots.push(format!(
            "modules with override files, which are not read yet, are not judged: {shown}{more}"
        ));
    }
    let json: usize = discovery.unread.iter().map(|files| files.json_config.len()).sum();
    if json > 0 {
        spots.push(format!("files in JSON syntax are not read yet: {json} left out"));
    }
    spots
}

fn notices(checked: &Checked, options: &CheckOptions, streams: &mut Streams) {
    for notice in checked.discovery.notices.iter().chain(&checked.undeclared) {
        streams.note(&format!("note: {}", report::escape(notice)));
    }
    for notice in blind_spots(&checked.discovery) {
        streams.note(&format!("note: {}", report::escape(&notice)));
    }
    if checked.discovery.modules.is_empty() && checked.diagnostics.is_empty() {
        let paths: Vec<_> =
            options.paths.iter().map(|path| format!("`{}`", path.display())).collect();
        let text = format!("no Terraform file found in {}", paths.join(", "));
        streams.note(&format!("note: {}", report::escape(&text)));
    }
}

fn exit_code(diagnostics: &[Diagnostic], options: &CheckOptions) -> u8 {
    let mut active = diagnostics.iter().filter(|diagnostic| diagnostic.suppressed.is_none());
    let fails = active.any(|diagnostic| options.fail_on.includes(diagnostic.level));
    if fails { FOUND } else { CLEAN }
}

/// Reads and judges what `options` name.
pub(crate) fn check(options: &CheckOptions) -> anyhow::Result<Checked> {
    let cwd = env::current_dir().context("cannot find the working directory")?;
    let mut times = Times::default();
    let found = times.measure("walk", || project::find(&options.paths, &cwd))?;
    let mut discovery = times.measure("read", || found.load());
    let settings = settings(options, &mut discovery)?;
    let trees = times.measure("parse", || parse(&discovery.files));

    let sources = Sources { files: &discovery.files, trees: &trees };
    let input = Input { sources, modules: &discovery.modules, settings: &settings };
    let undeclared = undeclared(&discovery.modules, sources, &settings);
    let outcome = engine::check(input, &RuleSet::new(rules::RULES));
    times.phases.push(("assemble", outcome.assembling));
    times.phases.push(("judge", outcome.judging));
    times.rules = outcome.rules;

    let mut diagnostics = outcome.diagnostics;
    diagnostics.retain(|diagnostic| discovery.wants(diagnostic.location.file));
    diagnostics.extend(discovery.problems.iter().cloned());
    engine::sort(&mut diagnostics, &discovery.files);
    Ok(Checked { discovery, diagnostics, undeclared, times })
}

/// Tells of each name that the command line sets and no module declares.
fn undeclared(modules: &[ModuleFiles], sources: Sources<'_>, settings: &Settings) -> Vec<String> {
    let is_asked = !modules.is_empty() && !settings.assignments.is_empty();
    if !is_asked || modules.iter().any(|module| module.has_unread_config) {
        return Vec::new();
    }
    let config = modules.iter().flat_map(|module| &module.config);
    let blocks = config.flat_map(|file| sources.tree(*file).body().blocks());
    let declared: BTreeSet<_> = blocks
        .filter(|block| block.kind() == "variable")
        .filter_map(|block| block.labels().next().map(syntax::Label::text))
        .collect();
    let mut notices = Vec::new();
    let mut add = |name: &str, option: &str| {
        let notice = format!("no module declares the variable `{name}` that {option} sets");
        if !declared.contains(name) && !notices.contains(&notice) {
            notices.push(notice);
        }
    };
    for assignment in &settings.assignments {
        match assignment {
            Assignment::Value(name, _) => add(name, "--var"),
            Assignment::File(file) => {
                let option = format!("`{}`", sources.files.get(*file).path());
                let entries = sources.tree(*file).body().attributes();
                entries.for_each(|entry| add(&entry.name(), &option));
            }
        }
    }
    notices
}

/// Parses all files; the trees stand in the order of the files.
pub(crate) fn parse(files: &FileSet) -> Vec<Tree> {
    let texts: Vec<_> = files.iter().map(|(_, file)| file.text().clone()).collect();
    texts.into_par_iter().map(syntax::parse).collect()
}

fn settings(options: &CheckOptions, discovery: &mut Discovery) -> anyhow::Result<Settings> {
    let mut assignments = Vec::with_capacity(options.assignments.len());
    for option in &options.assignments {
        assignments.push(match option {
            AssignmentOption::Value(name, text) => Assignment::Value(name.clone(), text.clone()),
            AssignmentOption::File(path) => {
                let file = discovery.add_variable_file(path).context("--var-file")?;
                Assignment::File(file)
            }
        });
    }
    Ok(Settings {
        environment: project::terraform_variables(),
        assignments,
        workspace: options.workspace.clone(),
    })
}

impl Checked {
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
                modules: self.discovery.modules.len(),
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
    use diagnostics::{Level, RuleId, Suppression, SuppressionKind};
    use source::{FileId, Location, TextRange};

    use super::*;
    use crate::args::FailOn;

    fn found(level: Level) -> Diagnostic {
        let place = Location::new(FileId(0), TextRange::empty(0));
        Diagnostic::new(RuleId::from_static("a/b"), level, place, "m")
    }

    fn check(diagnostics: &[Diagnostic], fail_on: FailOn, expect: u8) {
        let options = CheckOptions {
            paths: Vec::new(),
            format: None,
            outputs: Vec::new(),
            fail_on,
            assignments: Vec::new(),
            workspace: None,
        };
        assert_eq!(exit_code(diagnostics, &options), expect);
    }

    #[test]
    fn the_exit_code_tells_the_level() {
        check(&[], FailOn::Note, CLEAN);
        check(&[found(Level::Note)], FailOn::Warning, CLEAN);
        check(&[found(Level::Note), found(Level::Warning)], FailOn::Warning, FOUND);
        check(&[found(Level::Error)], FailOn::Never, CLEAN);
        let mut known = found(Level::Error);
        let kind = SuppressionKind::Baseline;
        known.suppressed = Some(Suppression { kind, justification: None });
        check(&[known], FailOn::Note, CLEAN);
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
