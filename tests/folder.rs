//! A project in a temporary folder, and the binary run in it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A project of `files`: the path and the bytes of each.
pub(crate) fn project<P: AsRef<Path>, T: AsRef<[u8]>>(
    files: impl IntoIterator<Item = (P, T)>,
) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// What cfglint does with `arguments` in `folder`, without colours that the environment may ask for.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cfglint"))
        .args(arguments)
        .args(["--color", "never"])
        .current_dir(folder)
        .output()
        .expect("the binary runs")
}
