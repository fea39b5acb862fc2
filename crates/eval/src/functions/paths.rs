//! Paths as text: made short, made absolute, `~` put in. Never looks at files.

use value::{Marks, Reason, Refinement, Type, Unknown, Value};

use super::call::{Function, FunctionError, Parameter, ParameterType, Surroundings};
use super::strings::string;
use super::text;

pub(super) const PATH: &[Parameter] = &[Parameter::new("path", ParameterType::String)];

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("abspath", PATH, string, |arguments, _| Ok(absolute(text(arguments, 0)))),
    Function::asking("pathexpand", PATH, string, |arguments, around| {
        let expanded = expand(text(arguments, 0), around).map_err(FunctionError::new)?;
        Ok(expanded.map_or_else(|| unread(Type::String), Expanded::into_value))
    }),
];

/// What is not known because it depends on the machine or lies in files that are not read. Never
/// null.
pub(super) fn unread(ty: Type) -> Value {
    Unknown::new(ty, Reason::File).not_null().into_value()
}

/// A path without `.`, `..` and double slashes as far as that goes without looking at links.
pub(super) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// `path` as seen from `base`; `None` when that cannot be told from the text. Both are clean.
pub(super) fn relative(base: &str, path: &str) -> Option<String> {
    let base: Vec<&str> = base.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let path: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let common = base.iter().zip(&path).take_while(|(one, two)| one == two).count();
    if base[common..].contains(&"..") {
        return None;
    }
    let up = base[common..].iter().map(|_| "..");
    let parts: Vec<&str> = up.chain(path[common..].iter().copied()).collect();
    Some(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

/// A path after `~` was put in.
pub(super) struct Expanded {
    pub(super) path: String,
    /// Whether it tells something of the machine.
    marks: Marks,
}

impl Expanded {
    fn into_value(self) -> Value {
        Value::string(self.path).marked(self.marks)
    }
}

/// The path with the home directory for a leading `~`; `None` when that directory is not known.
/// The error is in Terraform's words.
pub(super) fn expand(
    path: &str,
    around: &Surroundings<'_>,
) -> Result<Option<Expanded>, &'static str> {
    let Some(rest) = path.strip_prefix('~') else {
        return Ok(Some(Expanded { path: path.to_owned(), marks: Marks::NONE }));
    };
    if !rest.is_empty() && !rest.starts_with(['/', '\\']) {
        return Err("the home of another user is not known");
    }
    let home = around.scope.and_then(|scope| scope.home());
    Ok(home
        .map(|home| Expanded { path: clean(&format!("{home}/{rest}")), marks: Marks::CONCEALED }))
}

/// The absolute form. Of a relative path only the ends are certain.
fn absolute(path: &str) -> Value {
    if path.starts_with('/') {
        return Value::string(clean(path));
    }
    let path = clean(path);
    let below = path.trim_start_matches("../");
    let suffix = if matches!(below, "." | "..") { String::new() } else { format!("/{below}") };
    let suffix = (!suffix.is_empty()).then(|| suffix.into());
    // The two overlap where the working directory is the root, so they are no two pieces.
    let refinement = Refinement { prefix: Some("/".into()), suffix, ..Refinement::NOT_NULL };
    Unknown::new(Type::String, Reason::File).refined(refinement).into_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_paths() {
        let check = |path: &str, expect: &str| assert_eq!(clean(path), expect, "{path}");
        check("", ".");
        check("./a//b/", "a/b");
        check("a/../../b", "../b");
        check("/../a/./b/..", "/a");
        check("~/x", "~/x");
    }

    #[test]
    fn relative_paths() {
        let check = |base: &str, path: &str, expect: Option<&str>| {
            assert_eq!(relative(base, path).as_deref(), expect, "{base} {path}");
        };
        check("files", "files/sub/a", Some("sub/a"));
        check("files/sub", "files/b", Some("../b"));
        check(".", "a/b", Some("a/b"));
        check("a", "a", Some("."));
        check("../x", "../x/y", Some("y"));
        check("../x", "y", None);
    }
}
