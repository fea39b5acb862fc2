//! `cfglint debug survey`: how many values of all arguments are known, why the others are not, and
//! what Terraform would refuse.

use std::fmt::Write as _;

use eval::EvalError;
use module::{Causes, Evaluation, Module, ModuleId, Modules, Problem, Survey};
use rayon::prelude::*;
use report::escape;
use source::{FileSet, Location};

use crate::args::CheckOptions;
use crate::session::{Session, Times};
use crate::streams::Streams;

/// Counts, and prints each error too where `with_errors`.
pub(crate) fn run(
    options: &CheckOptions,
    with_errors: bool,
    streams: &mut Streams,
) -> anyhow::Result<()> {
    let session = Session::open(options, &mut Times::default())?;
    let discovery = &session.discovery;
    // As in a check, files that are not there may yet be built.
    let overlay = discovery.overlay(&discovery.files).before_builds();
    let schemas = session.catalog();
    let input = session.input(&overlay, &schemas);
    let modules = input.modules.par_iter();
    let modules = modules.map(|files| Module::assemble(files, input.sources)).collect();
    let modules = Modules::new(modules, input.absent, input.schemas);
    let survey = |root: &ModuleId| {
        let evaluation = Evaluation::new(&modules, *root, input.settings, input.files);
        Survey::of(&evaluation)
    };
    let roots = modules.roots();
    let surveys: Vec<Survey> = roots.par_iter().map(survey).collect();
    let mut all = Survey::default();
    for survey in surveys {
        all.add(survey);
    }
    if with_errors {
        streams.write(errors(&all, input.sources.files).as_bytes())?;
    }
    streams.write(counts(&all, roots.len()).as_bytes())
}

fn counts(survey: &Survey, roots: usize) -> String {
    let mut text = String::new();
    let mut row = |count: usize, name: &str| {
        let _ = writeln!(text, "{count:>10}  {name}");
    };
    row(roots, "root modules");
    row(survey.module_instances, "module instances");
    row(survey.known, "known");
    row(survey.partly_known, "partly known");
    let mut unknown: Vec<_> = survey.unknown.iter().collect();
    unknown.sort_by_key(|(causes, count)| (std::cmp::Reverse(**count), **causes));
    for (causes, count) in unknown {
        row(*count, &format!("unknown: {}", names(*causes)));
    }
    row(survey.in_error, "in error");
    row(survey.perhaps_in_error, "in error if it exists");
    text
}

fn names(causes: Causes) -> String {
    causes.names().collect::<Vec<_>>().join(" + ")
}

/// A line for each thing that Terraform would refuse.
fn errors(survey: &Survey, files: &FileSet) -> String {
    let mut lines: Vec<String> = survey
        .problems
        .iter()
        .filter_map(|(address, problem)| line(address, problem, files))
        .collect();
    lines.sort();
    lines.dedup();
    lines.concat()
}

fn line(address: &str, problem: &Problem, files: &FileSet) -> Option<String> {
    let (location, text, doubt) = match problem {
        Problem::Invalid { error, from_default, may_be_absent } => {
            let doubts = [(*from_default, "default"), (*may_be_absent, "may be absent")];
            let doubts = doubts.iter().filter(|(holds, _)| *holds).map(|(_, doubt)| *doubt);
            (error.location, shown(error), doubts.collect::<Vec<_>>().join(", "))
        }
        Problem::Undeclared(error) => (error.location, shown(error), String::new()),
        Problem::Cycle(members) => {
            let names = members.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
            (members.first()?.1, format!("Cycle: {}", names.join(", ")), String::new())
        }
        Problem::AbsentModule { place, directory, .. } => {
            (*place, format!("Absent module: {directory}"), String::new())
        }
        Problem::Recursion { place, name } => (*place, format!("Recursion: {name}"), String::new()),
        Problem::Limit => return Some(format!("-\tLimit\t{}\n", escape(address))),
    };
    let place = place(location, files);
    let doubt = if doubt.is_empty() { "certain" } else { &doubt };
    Some(format!("{place}\t{}\t{doubt}\t{}\n", escape(&text), escape(address)))
}

fn shown(error: &EvalError) -> String {
    let build = if error.missing_file { " (a file that may be built)" } else { "" };
    format!("{}: {}{build}", error.summary, error.detail)
}

fn place(location: Location, files: &FileSet) -> String {
    let file = files.get(location.file);
    let position = file.position(location.range.start());
    format!("{}:{}:{}", escape(file.path()), position.line, position.column)
}
