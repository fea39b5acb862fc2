//! Calls of modules and what is wrong with them.

use diagnostics::Level;

use super::references_tests::found;
use crate::SchemaRule;

const MODULE: &str = "variable \"name\" {}\nvariable \"size\" {\n  default = 1\n}\nvariable \"count\" {\n  default = 1\n}\n";

fn check(call: &str, unknown: &[&str], missing: &[&str]) {
    let main = format!("module \"m\" {{\n  source = \"./m\"\n{call}\n}}\n");
    check_files(&[("main.tf", &main), ("m/main.tf", MODULE)], unknown, missing);
}

fn check_files(files: &[(&str, &str)], unknown: &[&str], missing: &[&str]) {
    let errors = |messages: &[&str]| -> Vec<(Level, String)> {
        messages.iter().map(|message| (Level::Error, (*message).to_owned())).collect()
    };
    assert_eq!(found(SchemaRule::UnknownModuleArgument, files), errors(unknown), "{files:?}");
    assert_eq!(found(SchemaRule::MissingModuleArgument, files), errors(missing), "{files:?}");
}

const MISSING: &str = "`module.m` does not set the variable `name`, which has no default";

#[test]
fn arguments() {
    check("name = 1", &[], &[]);
    check("name = null", &[], &[]);
    check(
        "name = 1\nsize = 2\ncount = 1\nproviders = {}\ndepends_on = []\nversion = \"1\"",
        &[],
        &[],
    );
    check("size = 2", &[], &[MISSING]);
    let message = "the module has no variable `nam`; did you mean `name`?";
    check("nam = 1", &[message], &[MISSING]);
    check("name = 1\ncolour = 2", &["the module has no variable `colour`"], &[]);
    // One that is passed already is not meant.
    check("name = 1\nnames = 2", &["the module has no variable `names`"], &[]);
}

#[test]
fn blocks() {
    check("_ {\n  count = 2\n}\nname = 1", &[], &[]);
    check("_ {\n  name = 2\n}", &[], &[]);
    let message = "a call of a module takes no block `foo`";
    check("name = 1\nfoo {}", &[message], &[]);
    let message = "a call of a module takes no block `size`: write `size = …`";
    check("name = 1\nsize {}", &[message], &[]);
}

#[test]
fn what_is_not_read_is_not_judged() {
    let main = "module \"m\" {\n  source = \"./other\"\n  x = 1\n}\n";
    check_files(&[("main.tf", main)], &[], &[]);
    let main = "module \"m\" {\n  source = \"foo/bar/aws\"\n  x = 1\n}\n";
    check_files(&[("main.tf", main), ("m/main.tf", MODULE)], &[], &[]);
    let main = "module \"m\" {\n  source = \"./m\"\n  x = 1\n}\n";
    check_files(&[("main.tf", main), ("m/x_override.tf", MODULE)], &[], &[]);
}

#[test]
fn json() {
    let main = r#"{"module": {"m": {"source": "./m", "//": "x", "nam": 1}}}"#;
    let message = "the module has no variable `nam`; did you mean `name`?";
    check_files(&[("main.tf.json", main), ("m/main.tf", MODULE)], &[message], &[MISSING]);
}

#[test]
fn overrides_pass_arguments_too() {
    let main = "module \"m\" {\n  source = \"./m\"\n}\n";
    let more = "module \"m\" {\n  name = 1\n  nam = 1\n}\n";
    let files = [("main.tf", main), ("override.tf", more), ("m/main.tf", MODULE)];
    check_files(&files, &["the module has no variable `nam`"], &[]);
}
