//! Tests of the command line.

use super::*;

fn parsed(line: &str) -> Arguments {
    let words = std::iter::once("cfglint").chain(line.split_whitespace());
    parse(words).map_err(|error| error.to_string()).expect("valid arguments")
}

fn check(line: &str) -> CheckOptions {
    match parsed(line).command {
        Command::Check(options) => options,
        _ => panic!("{line}: not a check"),
    }
}

/// The exit code and the text of the error.
fn refused(line: &str) -> (i32, String) {
    let words = std::iter::once("cfglint").chain(line.split_whitespace());
    let error = parse(words).err().expect("invalid arguments");
    (error.exit_code(), error.to_string())
}

#[test]
fn the_command_line_is_consistent() {
    CommandLine::command().debug_assert();
}

#[test]
fn paths_are_checked() {
    assert_eq!(check("").paths, [PathBuf::from(".")]);
    assert_eq!(check("a ./rules b/c.tf").paths.len(), 3);
    // Only the first word can be a subcommand.
    assert_eq!(check("a rules").paths[1], PathBuf::from("rules"));
    assert_eq!(check("--workspace rules").given.workspace.as_deref(), Some("rules"));
    assert!(matches!(parsed("rules").command, Command::Rules { format: RulesFormat::Text }));
    let markdown = parsed("rules --format markdown").command;
    assert!(matches!(markdown, Command::Rules { format: RulesFormat::Markdown }));
    assert!(matches!(parsed("explain a/b").command, Command::Explain { .. }));
    assert_eq!(parsed("rules --color never").color, ColorChoice::Never);
    let debug = parsed("--threads 2 --color always debug verdict --list x");
    assert_eq!((debug.threads, debug.color), (Some(2), ColorChoice::Always));
}

#[test]
fn paths_and_subcommands_do_not_mix() {
    for line in ["--format json rules", "--var a=1 explain x"] {
        let (code, message) = refused(line);
        assert!(code == 2 && message.contains("does not go with the subcommand"), "{line}");
    }
}

#[test]
fn options_are_read() {
    let options = check("--format json --output sarif=a=b.sarif --output full=x --fail-on never");
    assert_eq!(options.format, Some(Format::Json));
    assert_eq!(options.outputs.len(), 2);
    assert_eq!(options.outputs[0].path, PathBuf::from("a=b.sarif"));
    assert_eq!(options.overrides.fail_on, Some(FailOn::Never));
    assert_eq!(parsed("--threads 3").threads, Some(3));
}

#[test]
fn fixes_are_asked_for() {
    let options = |writes, with_unsafe| Some(FixOptions { writes, with_unsafe });
    assert_eq!(check("").fix, None);
    assert_eq!(check("--fix").fix, options(true, false));
    assert_eq!(check("--fix --unsafe-fixes").fix, options(true, true));
    assert_eq!(check("--diff").fix, options(false, false));
    assert_eq!(check("--unsafe-fixes --diff a").fix, options(false, true));
    for line in ["--unsafe-fixes", "--fix --diff", "--diff --format json"] {
        assert_eq!(refused(line).0, 2, "{line}");
    }
}

#[test]
fn assignments_keep_their_order() {
    let value = |name: &str, text: &str| AssignmentOption::Value(name.into(), text.into());
    let file = |path: &str| AssignmentOption::File(path.into());
    let expect = [value("a", "1"), file("x"), value("b", "c=d"), file("y"), value("e", "")];
    let line = "--var a=1 --var-file x --var b=c=d --var-file y --var e=";
    assert_eq!(check(line).given.assignments, expect);
    let timing = format!("debug timing {line} dir");
    let Command::Debug(DebugCommand::Timing(options)) = parsed(&timing).command else {
        panic!("not timing")
    };
    assert_eq!(options.given.assignments, expect);
}

#[test]
fn wrong_usage_has_its_code() {
    for line in ["--format xml", "--output json", "--var a", "--threads 0", "--nonsense"] {
        assert_eq!(refused(line).0, 2, "{line}");
    }
    assert!(refused("--format xml").1.contains("full, concise, json, sarif"));
    assert_eq!(refused("--help").0, 0);
    assert_eq!(refused("--version"), (0, format!("cfglint {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn rules_are_chosen() {
    let options = check(
        "--only core/config,core/limit --only cognito/* --skip * --level core/*=note \
         --preset strict --fail-on note --config x.hcl",
    );
    let Overrides { preset, fail_on, only, skip, levels } = options.overrides;
    let shown: Vec<_> = only.iter().chain(&skip).map(ToString::to_string).collect();
    assert_eq!(shown, ["core/config", "core/limit", "cognito/*", "*"]);
    assert_eq!((preset, fail_on), (Some(Preset::Strict), Some(FailOn::Note)));
    assert_eq!(levels[0].1, Setting::Level(diagnostics::Level::Note));
    assert_eq!(options.config, ConfigSource::File("x.hcl".into()));
    assert_eq!(check("--no-config").config, ConfigSource::None);
    let none = check("");
    assert_eq!((none.config, none.overrides.fail_on), (ConfigSource::Search, None));
}

#[test]
fn rules_that_are_not_there_are_refused() {
    let check = |line: &str, expect: &str| {
        let (code, message) = refused(line);
        assert!(code == 2 && message.contains(expect), "{line}: {message}");
    };
    check("--only core/confg", "there is no rule `core/confg`; did you mean `core/config`?");
    check("--skip core/config", "`core/config` cannot be off");
    check("--skip core/*", "`core/*` cannot be off");
    check("--level core/limit=off", "`core/limit` cannot be off");
    check("--level core/limit", "write RULE=LEVEL");
    check("--level core/limit=erorr", "did you mean `error`?");
    check("--preset stirct", "did you mean `strict`?");
    check("--fail-on x", "use `error`, `warning`, `note` or `never`");
    check("--config a --no-config", "cannot be used with");
}
