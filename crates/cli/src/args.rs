//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use config::{FailOn, Overrides, Preset, Setting};
use project::ConfigSource;
use report::Format;
use rulebook::RulePattern;

use crate::catalog;
use crate::color::ColorChoice;
use crate::output::OutputFile;

const USAGE: &str = "cfglint [OPTIONS] [PATH]...\n       cfglint <COMMAND>";

const AFTER_HELP: &str = "\
Exit codes:
  0  nothing at or above --fail-on; with --diff, no difference
  1  something at or above --fail-on; with --diff, a difference
  2  wrong usage or configuration, or output that cannot be written
  3  internal error

A path that is called like a subcommand is written ./rules.";

/// What is to be done.
pub(crate) struct Arguments {
    pub(crate) command: Command,
    pub(crate) color: ColorChoice,
    pub(crate) threads: Option<usize>,
}

pub(crate) enum Command {
    Check(CheckOptions),
    Explain { rule: String },
    Rules { format: RulesFormat },
    Debug(DebugCommand),
}

/// `--fix` or `--diff`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FixOptions {
    /// Whether files are written, else only the difference is shown.
    pub(crate) writes: bool,
    /// `--unsafe-fixes`
    pub(crate) with_unsafe: bool,
}

/// Options of a check.
#[derive(Clone, Debug, Default)]
pub(crate) struct CheckOptions {
    pub(crate) paths: Vec<PathBuf>,
    /// The default depends on the terminal.
    pub(crate) format: Option<Format>,
    pub(crate) outputs: Vec<OutputFile>,
    /// `--config` and `--no-config`
    pub(crate) config: ConfigSource,
    /// What wins over the configuration files.
    pub(crate) overrides: Overrides,
    pub(crate) given: GivenOptions,
    /// `--schema`
    pub(crate) schemas: Vec<PathBuf>,
    pub(crate) fix: Option<FixOptions>,
}

/// What is set from outside.
#[derive(Clone, Debug, Default)]
pub(crate) struct GivenOptions {
    /// `--var` and `--var-file` in the order given.
    pub(crate) assignments: Vec<AssignmentOption>,
    pub(crate) workspace: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AssignmentOption {
    Value(String, String),
    File(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum RulesFormat {
    Text,
    Json,
    /// The index that `docs/rules.md` is.
    Markdown,
}

/// Finds mistakes in Terraform configuration, by evaluating it
#[derive(Parser)]
#[command(name = "cfglint", version, override_usage = USAGE, after_help = AFTER_HELP)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<SubcommandLine>,
    #[command(flatten)]
    check: CheckLine,
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto", global = true)]
    color: ColorChoice,
    /// Threads to work with [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = parse_threads, global = true)]
    threads: Option<usize>,
}

#[derive(Args)]
struct CheckLine {
    /// Directories to walk and files to check; of a file, its whole module is read
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to print what is found: full, concise, json or sarif
    /// [default: full on a terminal, else concise]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Also write what is found to FILE; may be repeated
    #[arg(long, value_name = "FORMAT=FILE")]
    output: Vec<OutputFile>,
    /// The lowest level that gives exit code 1: error, warning, note or never [default: warning]
    #[arg(long, value_name = "LEVEL")]
    fail_on: Option<FailOn>,
    #[command(flatten)]
    choice: ChoiceLine,
    /// Apply the safe fixes, then report what remains
    #[arg(long, group = "mending")]
    fix: bool,
    /// Print what --fix would change as a unified diff, and write nothing
    #[arg(long, group = "mending", conflicts_with = "format")]
    diff: bool,
    /// With --fix or --diff, apply also fixes that may change what is deployed
    #[arg(long, requires = "mending")]
    unsafe_fixes: bool,
    #[command(flatten)]
    given: GivenLine,
    /// Read the schemas of providers from FILE, which has what `terraform providers schema -json`
    /// prints; may be repeated
    #[arg(long, value_name = "FILE")]
    schema: Vec<PathBuf>,
}

/// What is set from outside.
#[derive(Args)]
struct GivenLine {
    /// Set a variable of the modules that nobody calls, as Terraform's -var does
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_assignment)]
    var: Vec<(String, String)>,
    /// Set variables from FILE, as Terraform's -var-file does
    #[arg(long, value_name = "FILE")]
    var_file: Vec<PathBuf>,
    /// What terraform.workspace is [default: not known]
    #[arg(long, value_name = "NAME")]
    workspace: Option<String>,
}

/// Options that choose rules and their levels.
#[derive(Args)]
struct ChoiceLine {
    /// Which rules run: recommended, strict (notes and style too) or minimal (errors only)
    /// [default: recommended]
    #[arg(long, value_name = "NAME")]
    preset: Option<Preset>,
    /// Run only these rules, such as pack/name or pack/*; separated by commas, may be repeated
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = catalog::parse_pattern)]
    only: Vec<RulePattern>,
    /// Leave these rules out
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = catalog::parse_skip)]
    skip: Vec<RulePattern>,
    /// Set the level of a rule to off, note, warning or error; may be repeated
    #[arg(long, value_name = "RULE=LEVEL", value_parser = catalog::parse_level)]
    level: Vec<(RulePattern, Setting)>,
    /// Read the configuration from FILE instead of searching .cfglint.hcl
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long)]
    no_config: bool,
}

#[derive(Subcommand)]
enum SubcommandLine {
    /// Tell what a rule looks for, why, and how to fix it
    Explain {
        /// Its id, such as cognito/oauth-implicit-flow
        #[arg(value_name = "RULE")]
        rule: String,
    },
    /// List all rules
    Rules {
        /// How to print the list
        #[arg(long, value_enum, default_value = "text")]
        format: RulesFormat,
    },
    /// Show what cfglint sees, for comparison with other tools; not stable
    #[command(hide = true)]
    Debug {
        #[command(subcommand)]
        command: DebugLine,
    },
}

#[derive(Subcommand)]
enum DebugLine {
    /// For each file whether it is valid
    Verdict(ListLine),
    /// For each file its attributes and blocks
    Struct(ListLine),
    /// For each file its expressions
    Exprs(ListLine),
    /// Check, and print how long each phase and rule took
    Timing(Box<CheckLine>),
    /// How many of all values are known, and why the others are not
    Survey(Box<SurveyLine>),
    /// For each JSON string of standard input, an expression, its value as JSON
    Eval(EvalLine),
    /// What Terraform would plan for a module if nothing existed yet, as JSON
    Values(ValuesLine),
}

#[derive(Args)]
struct SurveyLine {
    /// Print what Terraform would refuse
    #[arg(long)]
    errors: bool,
    #[command(flatten)]
    check: CheckLine,
}

#[derive(Args)]
struct EvalLine {
    /// The module in whose scope expressions are evaluated
    #[arg(long, value_name = "DIR", default_value = ".")]
    module: PathBuf,
}

#[derive(Args)]
struct ValuesLine {
    /// The root module
    #[arg(value_name = "DIR", default_value = ".")]
    module: PathBuf,
    #[command(flatten)]
    given: GivenLine,
}

#[derive(Args)]
struct ListLine {
    /// A file with paths, one a line
    #[arg(long, value_name = "FILE")]
    list: PathBuf,
}

/// A hidden command.
pub(crate) enum DebugCommand {
    List { what: ListedFact, list: PathBuf },
    Timing(CheckOptions),
    Survey { check: CheckOptions, errors: bool },
    Eval { module: PathBuf },
    Values { module: PathBuf, given: GivenOptions },
}

/// What is printed about each file of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListedFact {
    Verdict,
    Structure,
    Expressions,
}

/// Reads the arguments, the name of the program first.
pub(crate) fn parse(
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> Result<Arguments, clap::Error> {
    let matches = CommandLine::command().try_get_matches_from(arguments)?;
    refuse_mixture(&matches)?;
    let line = CommandLine::from_arg_matches(&matches)?;
    let command = match line.command {
        None => Command::Check(check_options(line.check, &matches)),
        Some(SubcommandLine::Explain { rule }) => Command::Explain { rule },
        Some(SubcommandLine::Rules { format }) => Command::Rules { format },
        Some(SubcommandLine::Debug { command }) => Command::Debug(debug_command(command, &matches)),
    };
    Ok(Arguments { command, color: line.color, threads: line.threads })
}

/// Paths and options of a check do not go with a subcommand.
fn refuse_mixture(matches: &ArgMatches) -> Result<(), clap::Error> {
    let Some(subcommand) = matches.subcommand_name() else {
        return Ok(());
    };
    let mut of_check = CheckLine::augment_args(clap::Command::new("check"));
    of_check.build();
    let given = |argument: &&clap::Arg| {
        matches.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine)
    };
    let Some(argument) = of_check.get_arguments().find(given) else {
        return Ok(());
    };
    let message = format!(
        "`{argument}` does not go with the subcommand `{subcommand}`; the path is written \
         `./{subcommand}`, the options of a subcommand come after it"
    );
    Err(CommandLine::command().error(ErrorKind::ArgumentConflict, message))
}

fn debug_command(line: DebugLine, matches: &ArgMatches) -> DebugCommand {
    let listed = |what, line: ListLine| DebugCommand::List { what, list: line.list };
    let of_command = matches
        .subcommand()
        .and_then(|(_, debug)| debug.subcommand())
        .map_or(matches, |(_, command)| command);
    match line {
        DebugLine::Verdict(line) => listed(ListedFact::Verdict, line),
        DebugLine::Struct(line) => listed(ListedFact::Structure, line),
        DebugLine::Exprs(line) => listed(ListedFact::Expressions, line),
        DebugLine::Timing(line) => DebugCommand::Timing(check_options(*line, of_command)),
        DebugLine::Survey(line) => {
            let SurveyLine { errors, check } = *line;
            DebugCommand::Survey { check: check_options(check, of_command), errors }
        }
        DebugLine::Eval(EvalLine { module }) => DebugCommand::Eval { module },
        DebugLine::Values(ValuesLine { module, given }) => {
            DebugCommand::Values { module, given: given_options(given, of_command) }
        }
    }
}

fn given_options(line: GivenLine, matches: &ArgMatches) -> GivenOptions {
    let places = |id| matches.indices_of(id).into_iter().flatten();
    let values = line.var.into_iter().map(|(name, text)| AssignmentOption::Value(name, text));
    let files = line.var_file.into_iter().map(AssignmentOption::File);
    let mut assignments: Vec<_> =
        places("var").zip(values).chain(places("var_file").zip(files)).collect();
    assignments.sort_by_key(|(place, _)| *place);
    let assignments = assignments.into_iter().map(|(_, assignment)| assignment).collect();
    GivenOptions { assignments, workspace: line.workspace }
}

fn check_options(line: CheckLine, matches: &ArgMatches) -> CheckOptions {
    CheckOptions {
        paths: line.paths,
        format: line.format,
        outputs: line.output,
        config: match line.choice.config {
            Some(path) => ConfigSource::File(path),
            None if line.choice.no_config => ConfigSource::None,
            None => ConfigSource::Search,
        },
        overrides: Overrides {
            preset: line.choice.preset,
            fail_on: line.fail_on,
            only: line.choice.only,
            skip: line.choice.skip,
            levels: line.choice.level,
        },
        given: given_options(line.given, matches),
        schemas: line.schema,
        fix: (line.fix || line.diff)
            .then_some(FixOptions { writes: line.fix, with_unsafe: line.unsafe_fixes }),
    }
}

fn parse_assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    let name = name.trim();
    if name.is_empty() {
        Err("the name is missing; write NAME=VALUE".to_owned())
    } else {
        Ok((name.to_owned(), value.to_owned()))
    }
}

fn parse_threads(text: &str) -> Result<usize, String> {
    let threads = text.parse::<usize>().ok().filter(|threads| (1..=1024).contains(threads));
    threads.ok_or_else(|| "write a number from 1 to 1024".to_owned())
}

#[cfg(test)]
mod tests;
