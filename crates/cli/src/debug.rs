//! Hidden commands: what cfglint sees, for comparison with other tools, and where its time goes.
#![expect(clippy::disallowed_methods, reason = "lists name files to read")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;
use project::words;
use rayon::prelude::*;
use report::{Format, FullOptions, escape};
use syntax::{Syntax, Tree, oracle};

use crate::args::{CheckOptions, DebugCommand, ListedFact};
use crate::check::{check, rules};
use crate::streams::Streams;
use crate::{CLEAN, output};

/// Files of a list that are read before their lines are printed.
const AT_ONCE: usize = 1024;

pub(crate) fn run(command: &DebugCommand, streams: &mut Streams) -> anyhow::Result<u8> {
    match command {
        DebugCommand::List { what, list } => listed(*what, list, streams)?,
        DebugCommand::Timing(options) => timing(options, streams)?,
        DebugCommand::Survey { check, errors } => {
            crate::debug_survey::run(check, *errors, streams)?;
        }
        DebugCommand::Eval { module } => crate::debug_eval::run(module, streams)?,
        DebugCommand::Values { module, given } => {
            crate::debug_values::run(module, given, streams)?;
        }
    }
    Ok(CLEAN)
}

/// One line for each file that `list` names.
fn listed(what: ListedFact, list: &Path, streams: &mut Streams) -> anyhow::Result<()> {
    let paths = fs::read_to_string(list).map_err(|error| {
        anyhow!("the list `{}` cannot be read: {}", list.display(), words(&error))
    })?;
    let paths: Vec<&str> = paths.lines().filter(|path| !path.is_empty()).collect();
    for some in paths.chunks(AT_ONCE) {
        let lines: Vec<String> = some.par_iter().map(|path| line(what, path)).collect();
        streams.write(lines.concat().as_bytes())?;
    }
    Ok(())
}

fn line(what: ListedFact, path: &str) -> String {
    let tree = fs::read(path).map(|text| syntax::parse_as(text, Syntax::of_path(path)));
    let path = &escape(path);
    match (what, tree) {
        (ListedFact::Verdict, Ok(tree)) => verdict(path, &tree),
        (ListedFact::Verdict, Err(error)) => {
            format!("{path}\terror\t0:0\tcannot be read: {}\n", escape(&words(&error)))
        }
        (ListedFact::Structure, Ok(tree)) => oracle::structure(&tree) + "\n",
        (ListedFact::Expressions, Ok(tree)) => oracle::expressions(&tree) + "\n",
        (ListedFact::Structure | ListedFact::Expressions, Err(_)) => "\n".to_owned(),
    }
}

fn verdict(path: &str, tree: &Tree) -> String {
    match oracle::verdict(tree) {
        None => format!("{path}\tok\n"),
        Some(error) => {
            let lines = source::LineIndex::new(tree.text());
            let place = lines.position(tree.text(), error.range.start());
            let message = escape(&error.message);
            format!("{path}\terror\t{}:{}\t{message}\n", place.line, place.column)
        }
    }
}

/// Checks, throws the report away and prints on standard error how long what took.
fn timing(options: &CheckOptions, streams: &mut Streams) -> anyhow::Result<()> {
    let mut checked = check(options)?;
    let mut times = std::mem::take(&mut checked.times);
    let format = output::format(options, streams.is_terminal);
    times.measure("report", || -> anyhow::Result<()> {
        let rules = rules(options);
        let full = FullOptions { color: streams.color, width: streams.width, summary: true };
        written(format, &checked.report(&rules, None), full)
    })?;
    let total = times.phases.iter().map(|(_, time)| *time).sum();
    let mut text = String::new();
    let mut row = |name: &str, time: Duration| {
        let _ = writeln!(text, "{:>12.3} ms  {name}", time.as_secs_f64() * 1000.0);
    };
    for (phase, time) in &times.phases {
        row(phase, *time);
    }
    row("total", total);
    // The slowest first; the time is the sum over all threads.
    times.rules.sort_by_key(|(id, time)| (std::cmp::Reverse(*time), *id));
    for (rule, time) in &times.rules {
        row(rule, *time);
    }
    streams.note(text.trim_end());
    Ok(())
}

fn written(format: Format, report: &report::Report<'_>, full: FullOptions) -> anyhow::Result<()> {
    Ok(format.write(report, full, &mut std::io::sink())?)
}
