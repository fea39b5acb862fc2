//! Messages of diagnostics in the sources are worded as the house style has it. Those of rule pages
//! are judged when the pages are read.

use std::ops::Range;

use super::rust::{Literals, literals};
use super::sources;

/// What stands before the text of a message or of a title. Dots, brackets and signs belong to it.
const BEFORE: &[&str] = &[
    "Diagnostic::new(",
    ".with_related(",
    ".error(",
    ".error_here(",
    ".fault(",
    ".report(",
    ".report_block(",
    ".related(",
    "let message =",
    "let title =",
    "message:",
    "title:",
];

/// The expressions after a mark of [`BEFORE`], up to the end of the statement or argument.
fn expressions(code: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for mark in BEFORE {
        for (at, _) in code.match_indices(mark) {
            let is_part = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let start = at + mark.len();
            if !is_part || mark.starts_with('.') {
                found.push(start..start + length(&code[start..], mark.ends_with(':')));
            }
        }
    }
    found
}

/// The length of the expression that `code` begins with; a comma ends it where `is_field`.
fn length(code: &str, is_field: bool) -> usize {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        let is_end = matches!(c, ')' | ']' | '}' | ';') || (is_field && c == ',');
        match c {
            _ if depth == 0 && is_end => return at,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// What is wrong with the messages of a source.
fn faults(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
    let Literals { code, strings } = literals(code);
    let expressions = expressions(&code);
    let in_message = |place: &Range<usize>| {
        let is_inside = |whole: &Range<usize>| whole.start <= place.start && place.end <= whole.end;
        expressions.iter().any(is_inside) && !is_pattern(&code[place.end + 1..])
    };
    let messages = strings.iter().filter(|(place, text)| in_message(place) && is_sentence(text));
    messages
        .filter_map(|(_, text)| {
            // A piece of a message that others follow.
            let ends = !text.ends_with(' ');
            let starts = !starts_with_acronym(text);
            let fault = rulebook::fault_of_message(text, starts, ends)?;
            Some(format!("{fault}: {text}"))
        })
        .collect()
}

/// Whether the literal before `rest` is a pattern of a `match`.
fn is_pattern(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['"', '#']).trim_start();
    rest.starts_with("=>") || rest.starts_with('|')
}

/// A text of several words; what joins or names is none.
fn is_sentence(text: &str) -> bool {
    let words = text.split(' ').filter(|word| word.chars().any(char::is_alphabetic));
    words.count() > 1 && !text.starts_with([' ', ',', ';'])
}

fn starts_with_acronym(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or_default();
    word.chars().filter(|c| c.is_uppercase()).count() > 1
}

#[test]
fn messages_are_worded_alike() {
    let mut found = 0;
    let mut complaints = Vec::new();
    for (path, text) in sources() {
        let path = path.to_string_lossy().replace('\\', "/");
        // What evaluation refuses is worded as Terraform does; it becomes a message in `engine`.
        let is_ours = !path.starts_with("crates/eval/") && !path.starts_with("crates/value/");
        let is_library = is_ours && (path.starts_with("crates/") || path.starts_with("rules/"));
        if !is_library || path.contains("/tests/") || path.ends_with("tests.rs") {
            continue;
        }
        found += expressions(&literals(&text).code).len();
        complaints.extend(faults(&text).into_iter().map(|fault| format!("{path}: {fault}")));
    }
    assert!(found > 200, "only {found} messages were found");
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn bad_wording_is_seen() {
    let check = |text: &str, expect: usize| assert_eq!(faults(text).len(), expect, "{text}");
    check(r#"Diagnostic::new(rule, level, place, "The flow is bad")"#, 1);
    check(r#"Diagnostic::new(rule, level, place, "the flow is bad")"#, 0);
    check(r#"let message = format!("the flow {x} is bad.");"#, 1);
    check(r#"let message = match x { "A b" => "a bad flow", _ => "Some flow" };"#, 1);
    check(r#"Fix { title: "Remove it now".to_owned(), other: "Not a title" }"#, 1);
    check(r#"x.error(range, "JSON has no comments")"#, 0);
    check(r#"let other = "Not a message.";"#, 0);
    check("#[cfg(test)]\nmod tests { let message = \"Not this\"; }", 0);
}
