//! The cfglint command: reads the arguments, joins project, engine, rules and report, prints and
//! tells by its exit code how it went.

mod args;
mod catalog;
mod check;
mod color;
mod debug;
mod debug_eval;
mod debug_module;
mod debug_survey;
mod debug_values;
mod fix;
mod guard;
mod output;
mod session;
mod streams;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Context as _;

use args::{Arguments, Command};
use streams::Streams;
use usage::Usage;

/// Nothing at or above `--fail-on`.
const CLEAN: u8 = 0;
/// Something at or above `--fail-on`.
const FOUND: u8 = 1;
/// Wrong usage or configuration, or output that cannot be written.
const USAGE: u8 = 2;
/// A bug of cfglint.
const INTERNAL: u8 = 3;

/// Where bugs are reported.
const ISSUES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/issues");

/// Stack of the threads that work: files nest deeply.
const STACK_SIZE: usize = 16 * 1024 * 1024;

/// Runs the command with the arguments of the process.
pub fn main() -> ExitCode {
    let code = guard::catch_panics(|| {
        let words: Vec<OsString> = std::env::args_os().collect();
        match args::parse(&words) {
            Ok(arguments) => run(&arguments),
            Err(error) => {
                let usage = Usage::new(error, &words);
                streams::print_usage(&usage, usage::color_choice(&words));
                usage.code
            }
        }
    });
    ExitCode::from(code)
}

fn run(arguments: &Arguments) -> u8 {
    let mut streams = Streams::of_process(arguments.color);
    let outcome = thread_pool(arguments.threads)
        .and_then(|pool| pool.install(|| dispatch(arguments, &mut streams)));
    outcome.unwrap_or_else(|error| {
        streams.note(&format!("error: {}", report::escape(&format!("{error:#}"))));
        USAGE
    })
}

fn dispatch(arguments: &Arguments, streams: &mut Streams) -> anyhow::Result<u8> {
    match &arguments.command {
        Command::Check(options) => match options.fix {
            Some(fix) => fix::run(options, fix, streams),
            None => check::run(options, streams),
        },
        Command::Explain { rule } => catalog::explain(rule, streams),
        Command::Rules { format } => catalog::list(*format, streams),
        Command::Debug(command) => debug::run(command, streams),
    }
}

fn thread_pool(threads: Option<usize>) -> anyhow::Result<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .stack_size(STACK_SIZE)
        .build()
        .context("cannot start threads")
}
