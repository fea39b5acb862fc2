//! What `terraform validate` says of the fixtures. Terraform is told to take the plugin from where it
//! lies, so nothing is initialised or fetched.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Verdict;
use super::fixtures::Fixtures;

const PROVIDER: &str = "\
terraform {
  required_providers {
    aws = {
      source = \"hashicorp/aws\"
    }
  }
}

provider \"aws\" {
  region = \"eu-west-1\"
}
";

/// Fixtures that terraform refuses before it looks at any resource, so that they are validated alone.
const ALONE: &str = "calls-";

/// The first line of `terraform version`, if there is a terraform.
pub(super) fn terraform_version() -> Option<String> {
    let output = Command::new("terraform").arg("version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find(|line| line.starts_with("Terraform"))?;
    Some(line.to_owned())
}

/// The folder below `folder` that holds the plugin of hashicorp/aws of that version.
pub(super) fn plugin(folder: &Path, version: &str) -> Option<PathBuf> {
    let wanted = Path::new("hashicorp").join("aws").join(version);
    for entry in std::fs::read_dir(folder).ok()? {
        let path = entry.ok()?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("terraform-provider-aws") && path.is_file() {
            let is_wanted = folder.parent().is_some_and(|parent| parent.ends_with(&wanted));
            return is_wanted.then(|| folder.to_owned());
        }
        if path.is_dir()
            && let Some(found) = plugin(&path, version)
        {
            return Some(found);
        }
    }
    None
}

/// The errors of `terraform validate`.
pub(super) fn verdicts(fixtures: &Fixtures, plugin: &Path, folder: &Path) -> Result<Vec<Verdict>> {
    std::fs::create_dir_all(folder)?;
    let settings = folder.join("terraform.rc");
    let plugin = plugin.canonicalize()?;
    std::fs::write(
        &settings,
        format!(
            "provider_installation {{\n  dev_overrides {{\n    \"hashicorp/aws\" = {:?}\n  }}\n  \
             direct {{}}\n}}\n",
            plugin.to_string_lossy()
        ),
    )?;
    let (alone, together): (Vec<_>, Vec<_>) =
        fixtures.all.iter().partition(|(name, _)| name.starts_with(ALONE));
    let mut verdicts = Vec::new();
    let groups = alone.into_iter().map(|fixture| vec![fixture]).chain([together]);
    for (number, group) in groups.enumerate() {
        let root = folder.join(number.to_string());
        let mut main = PROVIDER.to_owned();
        for (name, files) in group {
            Fixtures::write(files, &root.join(name))?;
            let unknown = required(files).map(|name| format!("  {name} = timestamp()\n"));
            let unknown: String = unknown.collect();
            let _ = writeln!(main, "\nmodule \"{name}\" {{\n  source = \"./{name}\"\n{unknown}}}");
        }
        std::fs::write(root.join("main.tf"), main)?;
        terraform(&["get"], &root, &settings)?;
        let output = terraform(&["validate", "-json"], &root, &settings)?;
        let output: Value = serde_json::from_slice(&output).context("terraform printed no JSON")?;
        let diagnostics = output["diagnostics"].as_array().into_iter().flatten();
        verdicts.extend(diagnostics.filter_map(verdict));
    }
    Ok(verdicts)
}

/// The variables without a default that a fixture declares; a call must set them.
fn required(files: &[(String, String)]) -> impl Iterator<Item = &str> {
    let text = files.iter().filter(|(path, _)| !path.contains('/')).map(|(_, text)| text.as_str());
    text.flat_map(|text| text.split("variable \"").skip(1)).filter_map(|rest| {
        let block = rest.split("\n}").next().unwrap_or(rest);
        let (name, body) = block.split_once('"')?;
        (!body.contains("default")).then_some(name)
    })
}

fn terraform(arguments: &[&str], folder: &Path, settings: &Path) -> Result<Vec<u8>> {
    let output = Command::new("terraform")
        .args(arguments)
        .current_dir(folder)
        .env("TF_CLI_CONFIG_FILE", settings)
        .output()
        .context("cannot run terraform")?;
    if output.stdout.is_empty() && !output.status.success() {
        bail!("terraform {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}

/// An error that stands in a fixture.
fn verdict(diagnostic: &Value) -> Option<Verdict> {
    let text = |name: &str| diagnostic[name].as_str().unwrap_or_default();
    let (fixture, path) = diagnostic["range"]["filename"].as_str()?.split_once('/')?;
    (text("severity") == "error").then_some(())?;
    Some(Verdict {
        fixture: fixture.to_owned(),
        path: path.to_owned(),
        line: usize::try_from(diagnostic["range"]["start"]["line"].as_u64()?).ok()?,
        level: text("severity").to_owned(),
        what: text("summary").to_owned(),
        message: text("detail").split_whitespace().collect::<Vec<_>>().join(" "),
    })
}
