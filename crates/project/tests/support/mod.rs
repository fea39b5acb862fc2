//! Directories made for a test.

use std::fs;

use tempfile::TempDir;

/// A directory with these files; the text `-> a` makes a link.
pub(crate) fn tree(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (path, text) in files {
        let full = directory.path().join(path);
        fs::create_dir_all(full.parent().expect("has a parent")).expect("directories");
        match text.strip_prefix("-> ") {
            Some(target) => std::os::unix::fs::symlink(target, full).expect("a link"),
            None => fs::write(full, text).expect("a file"),
        }
    }
    directory
}
