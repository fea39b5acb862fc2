//! Compares our verdicts on `fixtures/schema-rules` with those of `terraform validate`. Needs
//! terraform and its AWS plugin and never fetches either.

mod compare;
mod fixtures;
mod ours;
mod theirs;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use compare::{Comparison, Reasons, compare};
use fixtures::Fixtures;

/// The environment variable that stands in for `--plugin-dir`.
const PLUGIN_DIR: &str = "CFGLINT_TERRAFORM_PLUGIN_DIR";
const REASONS: &str = "fixtures/schema-rules/beyond-validate.txt";

/// A mistake that somebody found in a fixture.
struct Verdict {
    fixture: String,
    /// The file within the fixture.
    path: String,
    line: usize,
    /// The level of cfglint; terraform's errors have the word `error` as well.
    level: String,
    /// The rule, or the summary of terraform.
    what: String,
    message: String,
}

/// Runs both over all fixtures and prints how they differ. Fails when an error of ours is neither
/// backed by terraform nor among the known reasons, or when a reason is not needed any more.
pub fn run(root: &Path, plugin_dir: Option<PathBuf>) -> Result<()> {
    let plugin_dir = plugin_dir.or_else(|| std::env::var_os(PLUGIN_DIR).map(PathBuf::from));
    let Some(version) = theirs::terraform_version() else {
        println!("nothing was compared: there is no `terraform` on the PATH");
        return Ok(());
    };
    let Some(plugin_dir) = plugin_dir else {
        println!("nothing was compared: name the plugins with --plugin-dir or {PLUGIN_DIR}");
        return Ok(());
    };
    let fixtures = Fixtures::read(&root.join("fixtures/schema-rules"))?;
    let Some(plugin) = theirs::plugin(&plugin_dir, &fixtures.version) else {
        let (folder, version) = (plugin_dir.display(), &fixtures.version);
        println!("nothing was compared: there is no hashicorp/aws {version} below {folder}");
        return Ok(());
    };
    println!("{version}, hashicorp/aws {}, {} fixtures", fixtures.version, fixtures.all.len());
    let folder = tempfile::TempDir::new()?;
    let ours = ours::verdicts(root, &fixtures, &folder.path().join("ours"))?;
    let theirs = theirs::verdicts(&fixtures, &plugin, &folder.path().join("theirs"))?;
    let reasons = Reasons::parse(&std::fs::read_to_string(root.join(REASONS))?);
    let comparison = compare(&fixtures, &ours, &theirs, &reasons);
    print!("{comparison}");
    let Comparison { unbacked, needless, .. } = &comparison;
    if !unbacked.is_empty() || !needless.is_empty() {
        bail!("see {REASONS}: it has the reasons for errors that terraform does not report");
    }
    Ok(())
}
