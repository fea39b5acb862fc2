//! What cfglint says of the fixtures, from a build of these sources.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Verdict;
use super::fixtures::Fixtures;

/// What the rules of the pack `schema` find; each fixture is a root module with the lock file.
pub(super) fn verdicts(root: &Path, fixtures: &Fixtures, folder: &Path) -> Result<Vec<Verdict>> {
    for (name, files) in &fixtures.all {
        Fixtures::write(files, &folder.join(name))?;
        std::fs::write(folder.join(name).join(".terraform.lock.hcl"), &fixtures.lock)?;
    }
    // So that no project above the temporary folder counts.
    std::fs::create_dir(folder.join(".git"))?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--bin", "cfglint", "--manifest-path"])
        .arg(root.join("Cargo.toml"))
        .args(["--", "--no-config", "--only", "schema/*", "--format", "json", "."])
        .current_dir(folder)
        .output()
        .context("cannot run cargo")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    let output: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("cfglint printed no JSON: {errors}"))?;
    Ok(output["diagnostics"].as_array().into_iter().flatten().filter_map(verdict).collect())
}

fn verdict(diagnostic: &Value) -> Option<Verdict> {
    let text = |name: &str| diagnostic[name].as_str().unwrap_or_default().to_owned();
    let path = text("path");
    let (fixture, path) = path.split_once('/')?;
    Some(Verdict {
        fixture: fixture.to_owned(),
        path: path.to_owned(),
        line: usize::try_from(diagnostic["range"]["start"]["line"].as_u64()?).ok()?,
        level: text("level"),
        what: text("rule").trim_start_matches("schema/").to_owned(),
        message: text("message"),
    })
}
