//! Runs all checks that a change must pass.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

const STEPS: [&[&str]; 4] = [
    &["fmt", "--all", "--", "--check"],
    &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
    &["doc", "--workspace", "--no-deps"],
    &["test", "--workspace"],
];

/// Runs formatting, clippy, docs and tests, and stops at the first that fails.
pub fn run(root: &Path) -> Result<()> {
    // `build.rs` names the Rust checks by path, so `cargo fmt` does not see them.
    println!("rustfmt --check rules/*/*.rs");
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--check", "--edition", "2024"]).args(rust_checks(root)?).current_dir(root);
    let status = rustfmt.status().context("cannot start rustfmt")?;
    ensure!(status.success(), "`rustfmt --check` failed for the Rust checks of rules");
    for step in STEPS {
        println!("cargo {}", step.join(" "));
        let status = Command::new(env!("CARGO"))
            .args(step)
            .env("RUSTDOCFLAGS", "-D warnings")
            .current_dir(root)
            .status()
            .context("cannot start cargo")?;
        ensure!(status.success(), "`cargo {}` failed", step.join(" "));
    }
    println!("ready");
    Ok(())
}

/// The Rust files in the folders of `rules`, sorted.
fn rust_checks(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in entries(&root.join("rules"))?.into_iter().filter(|path| path.is_dir()) {
        files.extend(entries(&folder)?);
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot list {}", folder.display()))?
        .map(|entry| entry.map(|entry| entry.path()));
    Ok(entries.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::rust_checks;

    #[test]
    fn the_rust_checks_are_found() {
        let files = rust_checks(&crate::root()).expect("the folder is readable");
        assert!(files.iter().any(|file| file.ends_with("cognito/callback-url-not-https.rs")));
        assert!(files.iter().all(|file| !file.ends_with("build.rs")), "{files:?}");
    }
}
