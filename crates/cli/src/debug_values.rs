//! `cfglint debug values`: what Terraform would plan for a module of which nothing exists yet, as
//! one JSON object. It is a comparison with `terraform show -json`, so that sensitive values are in
//! it as they are there.

use std::path::Path;

use module::Plan;

use crate::args::GivenOptions;
use crate::debug_module::look_at;
use crate::streams::Streams;

/// The workspace of a directory where none was selected.
const DEFAULT_WORKSPACE: &str = "default";

/// Prints what Terraform would plan for the root module in `directory`. As it plans for one
/// workspace, `terraform.workspace` is known here.
pub(crate) fn run(
    directory: &Path,
    given: &GivenOptions,
    streams: &mut Streams,
) -> anyhow::Result<()> {
    let workspace = given.workspace.clone().or_else(project::terraform_workspace);
    let workspace = workspace.unwrap_or_else(|| DEFAULT_WORKSPACE.to_owned());
    let given = GivenOptions { workspace: Some(workspace), ..given.clone() };
    let mut json = look_at(directory, &given, |root| Plan::of(&root.evaluation()).to_json())?;
    json.push('\n');
    streams.write(json.as_bytes())
}
