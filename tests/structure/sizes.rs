//! Every file says what it holds; files and functions stay short or say why not.

use super::rust::functions;
use super::sources;

const MAX_FILE: usize = 500;
const MAX_FUNCTION: usize = 50;
/// A test may be a table of cases.
const MAX_TEST: usize = 100;

/// The `//!` lines at the top.
fn header(text: &str) -> String {
    let lines = text.lines().take_while(|line| line.starts_with("//!"));
    lines.map(|line| line.trim_start_matches("//!").trim()).collect::<Vec<_>>().join(" ")
}

/// Complaints about one file.
fn faults(path: &str, text: &str) -> Vec<String> {
    let header = header(text);
    let mut faults = Vec::new();
    if header.is_empty() {
        faults.push(format!("{path} does not open with `//!`"));
    }
    let lines = text.lines().count();
    if lines > MAX_FILE && !header.contains("One file because") {
        faults.push(format!("{path} has {lines} lines and no `One file because …` in its `//!`"));
    }
    for function in functions(text) {
        let limit = if function.is_test { MAX_TEST } else { MAX_FUNCTION };
        let (name, lines) = (function.name, function.lines);
        let reason = format!("`{name}` is one function because");
        if lines > limit && !header.contains(&reason) {
            faults.push(format!(
                "{path}: `{name}` has {lines} lines and no “{reason} …” in the `//!`"
            ));
        }
    }
    faults
}

#[test]
fn files_say_what_they_hold_and_stay_short() {
    let sources = sources();
    let faults: Vec<String> =
        sources.iter().flat_map(|(path, text)| faults(&path.to_string_lossy(), text)).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn long_things_are_seen() {
    let body = "    x();\n".repeat(MAX_FUNCTION);
    let long = format!("//! A file.\n\npub(crate) fn long() {{\n{body}}}\n");
    assert_eq!(faults("a.rs", &long).len(), 1);
    let reasoned = long.replace("A file.", "`long` is one function because it is a table.");
    assert!(faults("a.rs", &reasoned).is_empty());
    let table = long.replace("pub(crate) fn", "#[test]\nfn");
    assert!(faults("a.rs", &table).is_empty());
    assert_eq!(faults("a.rs", "fn short() {}\n").len(), 1, "there is no `//!`");
    let many = format!("//! A file.\n{}", "// x\n".repeat(MAX_FILE));
    assert_eq!(faults("a.rs", &many).len(), 1);
}
