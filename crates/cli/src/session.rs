//! What is read once for a run, and the judgement of it: find, read, parse, judge.
#![expect(clippy::disallowed_methods, reason = "the command knows its working directory")]

use std::collections::BTreeSet;
use std::env;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use config::{Choice, Policy};
use diagnostics::{Diagnostic, RuleId};
use engine::{BuiltinRule, Input, RuleSet};
use module::{Assignment, ModuleFiles, Settings, Sources};
use project::{Discovery, Schemas, Setup};
use rayon::prelude::*;
use rulebook::RuleIndex;
use schema::Catalog;
use source::{FileSet, Files, Text};
use syntax::Tree;

use crate::args::{AssignmentOption, CheckOptions, GivenOptions};
use crate::catalog;

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

/// What is read once for a run; its files may be judged several times, with other texts.
pub(crate) struct Session {
    pub(crate) discovery: Discovery,
    /// The trees of its files as they were read.
    trees: Vec<Tree>,
    /// The texts that `trees` are of.
    texts: Vec<Text>,
    settings: Settings,
    schemas: Schemas,
    rules: RuleSet,
    index: RuleIndex,
}

/// What one judgement of all files gave.
pub(crate) struct Judged {
    /// Sorted by path, place and rule.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The same in files whose diagnostics are not wanted.
    pub(crate) elsewhere: Vec<Diagnostic>,
    /// A notice for each variable that is set and not declared.
    pub(crate) undeclared: Vec<String>,
}

impl Session {
    /// Finds and reads what `options` name.
    pub(crate) fn open(options: &CheckOptions, times: &mut Times) -> anyhow::Result<Self> {
        let cwd = env::current_dir().context("cannot find the working directory")?;
        let index = catalog::index();
        let (source, overrides) = (options.config.clone(), options.overrides.clone());
        let setup = Setup { source, overrides, index: index.clone() };
        let found = times.measure("walk", || project::find(&options.paths, &cwd, setup))?;
        let mut discovery = times.measure("read", || found.load());
        let mut trees = Vec::new();
        times.measure("parse", || discovery.parse(&mut trees));
        times.measure("follow", || discovery.follow_calls(&mut trees));
        let settings = settings(&options.given, &mut discovery)?;
        let schemas = times.measure("schemas", || discovery.load_schemas(&options.schemas))?;
        discovery.parse(&mut trees);
        let texts = discovery.files.iter().map(|(_, file)| file.text().clone()).collect();
        let rules = rules_that_run(discovery.policies());
        Ok(Self { discovery, trees, texts, settings, schemas, rules, index })
    }

    /// The schemas of providers that count.
    pub(crate) fn catalog(&self) -> Catalog<'_> {
        self.schemas.catalog()
    }

    /// What a judgement of the files as they were read looks at; functions read `files`.
    pub(crate) fn input<'s>(&'s self, files: &'s dyn Files, schemas: &'s Catalog<'s>) -> Input<'s> {
        Input {
            sources: Sources { files: &self.discovery.files, trees: &self.trees },
            modules: &self.discovery.modules,
            settings: &self.settings,
            absent: &self.discovery.absent,
            schemas,
            files: Some(files),
        }
    }

    /// Judges `files`: those that were read, maybe with other texts.
    pub(crate) fn judge(&self, files: &FileSet, times: &mut Times) -> Judged {
        let discovery = &self.discovery;
        let others = (!self.are_as_read(files))
            .then(|| times.measure("parse again", || parse(files, discovery)));
        let sources = Sources { files, trees: others.as_ref().unwrap_or(&self.trees) };
        let overlay = discovery.overlay(files).before_builds();
        let schemas = self.catalog();
        let input = Input { sources, ..self.input(&overlay, &schemas) };
        let checked: Vec<_> = discovery.checked_modules().collect();
        let undeclared = undeclared(&checked, sources, &self.settings);
        let outcome = engine::check(input, &self.rules);
        times.phases.push(("assemble", outcome.assembling));
        times.phases.push(("judge", outcome.judging));
        times.rules = outcome.rules;

        let mut diagnostics = outcome.diagnostics;
        for diagnostic in &mut diagnostics {
            place_where_wanted(diagnostic, discovery);
        }
        let is_on = |rule: &RuleId, file| discovery.policy(file).is_on(rule);
        diagnostics.retain(|diagnostic| is_on(&diagnostic.rule, diagnostic.location.file));
        // Before the comments: what was not read may be what they are about.
        diagnostics.extend(discovery.problems.iter().cloned());
        let undecided = &outcome.undecided;
        engine::suppress(sources, &self.index, &is_on, undecided, &mut diagnostics);
        diagnostics.extend(discovery.config_problems(files));
        for diagnostic in &mut diagnostics {
            let policy = discovery.policy(diagnostic.location.file);
            if let Choice::Level(level) = policy.choice(&diagnostic.rule) {
                diagnostic.level = level;
            }
        }
        engine::sort(&mut diagnostics, files);
        let (diagnostics, elsewhere) = diagnostics
            .into_iter()
            .partition(|diagnostic| discovery.wants(diagnostic.location.file));
        Judged { diagnostics, elsewhere, undeclared }
    }

    /// Whether all `files` have the texts that were read.
    fn are_as_read(&self, files: &FileSet) -> bool {
        let mut both = files.iter().zip(&self.texts);
        files.len() == self.texts.len()
            && both.all(|((_, file), text)| file.text().is_shared_with(text))
    }
}

/// Places a diagnostic about a value that was made where nothing is wanted at the last place on its
/// way that is wanted: else nobody would hear of it.
fn place_where_wanted(diagnostic: &mut Diagnostic, discovery: &Discovery) {
    if discovery.wants(diagnostic.location.file) {
        return;
    }
    let mut way = diagnostic.flow.iter().rev().map(|step| step.location);
    let Some(used) = way.find(|place| discovery.wants(place.file)) else { return };
    let made = diagnostic.flow.iter().find(|step| step.location == diagnostic.location).cloned();
    diagnostic.location = used;
    diagnostic.related.retain(|related| related.location != used);
    diagnostic.related.splice(0..0, made);
    // It would change what is not to be changed.
    diagnostic.fix = None;
}

/// The rules that run for some file.
fn rules_that_run(policies: &[Policy]) -> RuleSet {
    let runs = |rule: &&BuiltinRule| {
        let id = RuleId::from_static(rule.id);
        policies.iter().any(|policy| policy.is_on(&id))
    };
    let rules: Vec<_> = rules::RULES.iter().filter(runs).copied().collect();
    RuleSet::new(&rules)
}

/// Tells of each name that the command line sets and no module declares.
fn undeclared(modules: &[&ModuleFiles], sources: Sources<'_>, settings: &Settings) -> Vec<String> {
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

/// Parses all `files`, which are those of `discovery`; the trees stand in their order.
pub(crate) fn parse(files: &FileSet, discovery: &Discovery) -> Vec<Tree> {
    let texts: Vec<_> = files.iter().map(|(id, file)| (id, file.text().clone())).collect();
    texts.into_par_iter().map(|(id, text)| discovery.parsed(id, text)).collect()
}

/// What `given` and the environment set; the files that it names are added to `discovery`.
pub(crate) fn settings(
    given: &GivenOptions,
    discovery: &mut Discovery,
) -> anyhow::Result<Settings> {
    let mut assignments = Vec::with_capacity(given.assignments.len());
    for option in &given.assignments {
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
        workspace: given.workspace.clone(),
    })
}
