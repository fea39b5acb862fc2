//! Runs all checks that a change must pass.

use std::path::Path;

use anyhow::{Context, Result, ensure};

const STEPS: [&[&str]; 4] = [
    &["fmt", "--all", "--", "--check"],
    &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
    &["doc", "--workspace", "--no-deps"],
    &["test", "--workspace"],
];

/// Runs formatting, clippy, docs and tests, and stops at the first that fails.
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a task of developers")]
pub fn run(root: &Path) -> Result<()> {
    for step in STEPS {
        println!("cargo {}", step.join(" "));
        let status = std::process::Command::new(env!("CARGO"))
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
