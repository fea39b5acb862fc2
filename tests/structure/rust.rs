//! Looks at Rust sources as `rustfmt` writes them: functions and string literals. Knows no more of the
//! grammar than that takes.

use std::ops::Range;

/// A function with a body.
pub(super) struct Function<'t> {
    pub(super) name: &'t str,
    /// From its first to its last line.
    pub(super) lines: usize,
    pub(super) is_test: bool,
}

/// The functions of `text`, nested ones and those of macros too.
pub(super) fn functions(text: &str) -> Vec<Function<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let indent = &line[..line.len() - line.trim_start().len()];
        let Some(name) = name_of(line.trim_start()) else { continue };
        let close = format!("{indent}}}");
        let mut is_open = false;
        let end = lines[at..].iter().position(|line| {
            let ends = if is_open { line.starts_with(&close) } else { line.ends_with(['}', ';']) };
            is_open |= line.ends_with('{');
            ends
        });
        let before = at.checked_sub(1).map(|before| lines[before].trim());
        let is_test = before == Some("#[test]");
        found.push(Function { name, lines: end.unwrap_or(0) + 1, is_test });
    }
    found
}

/// The name that a line declares a function of.
fn name_of(line: &str) -> Option<&str> {
    let mut rest = line;
    if let Some(public) = rest.strip_prefix("pub") {
        rest = public
            .strip_prefix('(')
            .map_or(public, |scope| scope.split_once(')').map_or(scope, |(_, rest)| rest));
        rest = rest.trim_start();
    }
    for word in ["const ", "async ", "unsafe "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let name = rest.strip_prefix("fn ")?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    Some(&name[..end])
}

/// The literals of a source, and the source without them.
pub(super) struct Literals {
    /// The source with blanks in the place of comments and of what stands in quotes; as long as it.
    pub(super) code: String,
    /// Where each string stands, quotes left out, and its text.
    pub(super) strings: Vec<(Range<usize>, String)>,
}

/// Reads the literals of `text`.
pub(super) fn literals(text: &str) -> Literals {
    let mut code = text.as_bytes().to_vec();
    let mut strings = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (inside, after) = match rest.as_bytes() {
            [b'/', b'/', ..] => {
                let length = rest.find('\n').unwrap_or(rest.len());
                (0..length, length)
            }
            [b'"', ..] => quoted(rest),
            [b'r', b'"' | b'#', ..] if !ends_word(&text[..at]) => raw(rest),
            [b'\'', ..] => character(rest),
            _ => (0..0, 1),
        };
        let place = at + inside.start..at + inside.end;
        if matches!(rest.as_bytes()[0], b'"' | b'r') && inside.start > 0 {
            strings.push((place.clone(), joined(&text[place.clone()])));
        }
        code[place].fill(b' ');
        at += after;
    }
    let code = String::from_utf8_lossy(&code).into_owned();
    Literals { code, strings }
}

fn ends_word(before: &str) -> bool {
    before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// The inside of the string that `rest` begins with, and how long it is with its quotes.
fn quoted(rest: &str) -> (Range<usize>, usize) {
    let mut at = 1;
    while at < rest.len() && rest.as_bytes()[at] != b'"' {
        at += if rest.as_bytes()[at] == b'\\' { 2 } else { 1 };
    }
    let end = at.min(rest.len());
    (1..end, (end + 1).min(rest.len()))
}

fn raw(rest: &str) -> (Range<usize>, usize) {
    let hashes = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
    if rest.as_bytes().get(1 + hashes) != Some(&b'"') {
        return (0..0, 1);
    }
    let start = 2 + hashes;
    let close = format!("\"{}", "#".repeat(hashes));
    let length = rest[start..].find(&close).unwrap_or(rest.len() - start);
    (start..start + length, (start + length + close.len()).min(rest.len()))
}

/// A character between single quotes; a lifetime is none.
fn character(rest: &str) -> (Range<usize>, usize) {
    let inner = &rest[1..];
    let length = if inner.starts_with('\\') {
        inner.char_indices().skip(2).find(|(_, c)| *c == '\'').map_or(0, |(at, _)| at)
    } else {
        inner.chars().next().map_or(0, char::len_utf8)
    };
    if inner[length..].starts_with('\'') { (0..length + 2, length + 2) } else { (0..0, 1) }
}

/// A literal that goes on over several lines, as one.
fn joined(literal: &str) -> String {
    let mut parts = literal.split("\\\n");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.trim_start())
}

#[test]
fn literals_are_told_from_code() {
    let check = |text: &str, code: &str, expect: &[&str]| {
        let found = literals(text);
        let strings: Vec<&str> = found.strings.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!((found.code.as_str(), &strings[..]), (code, expect), "{text}");
    };
    check(r#"f("a", 'b', "\"c")"#, r#"f(" ",    , "   ")"#, &["a", r#"\"c"#]);
    check("x // \"a\"\ny", "x       \ny", &[]);
    check("&'a str", "&'a str", &[]);
    check(r"'\'' '{' b'x'", r"     _    b   ".replace('_', "").as_str(), &[]);
    check("r#\"a\"b\"# for", "r#\"   \"# for", &["a\"b"]);
    check("\"a \\\n   b\"", "\"        \"", &["a b"]);
}
