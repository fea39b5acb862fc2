//! Paths as output shows them, and where the project begins.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// `path` as output shows it: relative to `cwd`, `/`-separated, with `../` where it lies outside,
/// `.` for `cwd` itself. Links are not resolved; what is not UTF-8 is replaced.
pub fn display_path(path: &Path, cwd: &Path) -> String {
    let (path, cwd) = (normalized(&cwd.join(path)), normalized(cwd));
    let common = path.components().zip(cwd.components()).take_while(|(a, b)| a == b).count();
    let up = cwd.components().skip(common).map(|_| "..".into());
    let down = path.components().skip(common).map(|part| part.as_os_str().to_string_lossy());
    let parts: Vec<_> = up.chain(down).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// `path` without `.` and `..`, as far as its words tell.
fn normalized(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            // At the root, `..` stays there.
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// `path` without `.` and without `..` after other words, as far as its words tell.
pub(crate) fn cleaned(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        let is_on_words = matches!(out.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::CurDir => {}
            Component::ParentDir if is_on_words => {
                out.pop();
            }
            Component::ParentDir if out.has_root() => {}
            part => out.push(part),
        }
    }
    out
}

/// `path` absolute and without `.` and `..`, so that its words name the file that it leads to: links
/// stay, except those that a `..` goes back over.
pub(crate) fn resolved(path: &Path, cwd: &Path) -> PathBuf {
    let full: PathBuf = cwd.join(path).components().collect();
    let by_words = normalized(&full);
    if !full.components().any(|part| part == Component::ParentDir) {
        return full;
    }
    let real = fs::canonicalize(&full);
    match (real, full.file_name(), full.parent()) {
        // What cannot be looked at is reported under its words.
        (Err(_), ..) => by_words,
        (Ok(real), ..) if fs::canonicalize(&by_words).is_ok_and(|other| other == real) => by_words,
        (Ok(real), Some(name), Some(parent)) => {
            fs::canonicalize(parent).map_or(real, |parent| parent.join(name))
        }
        (Ok(real), ..) => real,
    }
}

/// The project that a directory belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Project {
    /// The nearest directory upwards that has a `.git` or a configuration file of cfglint that says
    /// so; else the working directory when it lies above, else the directory itself. Links resolved.
    pub(crate) root: PathBuf,
    /// Whether a directory upwards has a `.git`.
    pub(crate) is_repository: bool,
}

/// An absolute path as SARIF counts from it: `/`-separated, without the first `/`.
pub(crate) fn slashed(path: &Path) -> String {
    let parts = path.components().filter(|part| *part != Component::RootDir);
    let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expect: &str) {
        assert_eq!(display_path(Path::new(path), Path::new("/home/ann/project")), expect);
    }

    #[test]
    fn paths_are_relative_to_the_working_directory() {
        check(".", ".");
        check("a/./b.tf", "a/b.tf");
        check("./a/../b.tf", "b.tf");
        check("../other/x.tf", "../other/x.tf");
        check("/home/ann/project/a.tf", "a.tf");
        check("/etc/x.tf", "../../../etc/x.tf");
        check("/home/ann", "..");
        check("/../../home/ann/project/a", "a");
    }
}
