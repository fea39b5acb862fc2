//! Patterns of `exclude` as matchers of paths.

use std::path::Path;

use diagnostics::Diagnostic;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::layer::problem;
use super::table::Table;

/// Matchers take some hundred times the memory of their patterns: these are at most 64 KiB together.
const MAX_LENGTH: usize = 64 * 1024;

/// The patterns of all `files` of the `table`, relative to `directory`.
pub(super) fn patterns(
    files: &[usize],
    directory: &Path,
    table: &Table,
    problems: &mut Vec<Diagnostic>,
) -> Gitignore {
    let mut builder = GitignoreBuilder::new(directory);
    let mut length = 0;
    for exclude in files.iter().flat_map(|file| &table.get(*file).reading.config.exclude) {
        length += exclude.pattern.len();
        if length > MAX_LENGTH {
            let message = "the patterns from here on do not count: they are too long together";
            problems.push(problem(exclude.location, message));
            break;
        }
        if let Err(error) = builder.add_line(None, &with_plain_braces(&exclude.pattern)) {
            problems.push(problem(exclude.location, reason(&error)));
        }
    }
    builder.build().unwrap_or_else(|_| {
        let mut excludes = files.iter().flat_map(|file| &table.get(*file).reading.config.exclude);
        if let Some(exclude) = excludes.next_back() {
            let message = "the patterns are too many or too long together";
            problems.push(problem(exclude.location, message));
        }
        Gitignore::empty()
    })
}

/// `pattern` with its braces escaped: in `.gitignore` they stand for themselves, as in
/// `{{cookiecutter.name}}/`, but the matcher would read alternatives.
fn with_plain_braces(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            '[' => class_length(rest).unwrap_or(1),
            other => other.len_utf8(),
        };
        if matches!(first, '{' | '}') {
            out.push('\\');
        }
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out
}

/// The length of the class, such as `[a-z]`, that `text` begins with; `None` when it has no end.
fn class_length(text: &str) -> Option<usize> {
    let first = 1 + usize::from(text[1..].starts_with(['!', '^']));
    // A `]` that comes first stands for itself.
    let end = text.char_indices().find(|(at, c)| *at > first && *c == ']');
    end.map(|(at, _)| at + 1)
}

/// The words of an error about a pattern: `unclosed character class; missing ']'`.
fn reason(error: &ignore::Error) -> String {
    let words = match error {
        ignore::Error::Glob { err, .. } => err.trim_end_matches('.').replace('\'', "`"),
        other => other.to_string(),
    };
    format!("the pattern cannot be read: {words}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_stand_for_themselves() {
        let check = |pattern: &str, expect: &str| assert_eq!(with_plain_braces(pattern), expect);
        check("{{name}}/*.tf", "\\{\\{name\\}\\}/*.tf");
        check("\\{a}[{}]", "\\{a\\}[{}]");
        check("[]{]{[!]}]}", "[]{]\\{[!]}]\\}");
        check("[{", "[\\{");
        check("ü{\\", "ü\\{\\");
        check("\\ü[ü]", "\\ü[ü]");
    }
}
