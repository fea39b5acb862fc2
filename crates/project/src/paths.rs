//! Paths as output shows them, and where the project begins.

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

/// The nearest directory from `cwd` upwards that has a `.git`, else `cwd`; and whether it has one.
pub fn project_root(cwd: &Path) -> (PathBuf, bool) {
    let repository = cwd.ancestors().find(|directory| directory.join(".git").exists());
    repository.map_or_else(|| (cwd.to_owned(), false), |root| (root.to_owned(), true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expect: &str) {
        assert_eq!(display_path(Path::new(path), Path::new("/work/project")), expect);
    }

    #[test]
    fn paths_are_relative_to_the_working_directory() {
        check(".", ".");
        check("a/./b.tf", "a/b.tf");
        check("./a/../b.tf", "b.tf");
        check("../other/x.tf", "../other/x.tf");
        check("/work/project/a.tf", "a.tf");
        check("/etc/x.tf", "../../etc/x.tf");
        check("/work", "..");
        check("/../../work/project/a", "a");
    }
}
