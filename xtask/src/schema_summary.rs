//! Records what a provider says of itself as a small text. Never records what our own data says.

use std::path::Path;

use anyhow::{Context, Result};

use crate::schemas::read_model;

/// Writes the summary of what `terraform providers schema -json` printed.
pub fn run(file: &Path, out: &Path) -> Result<()> {
    let summary = read_model(file)?.summary();
    std::fs::write(out, summary).with_context(|| format!("cannot write {}", out.display()))?;
    println!("wrote {}", out.display());
    Ok(())
}
