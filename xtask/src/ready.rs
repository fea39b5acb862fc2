//! Runs all checks that a change must pass.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::packs::rust_checks;

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
    // Without a file it would wait for input.
    let status = rustfmt.stdin(Stdio::null()).status().context("cannot start rustfmt")?;
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
