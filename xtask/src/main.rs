//! Tasks of the developers of cfglint: `cargo xtask new-rule PACK/NAME`, `cargo xtask ready`,
//! `cargo xtask release-ids`, `cargo xtask compare-validate`, `cargo xtask schemas DIR`,
//! `cargo xtask schema-summary FILE OUT`, `cargo xtask catalogue FILE`.

#![expect(clippy::disallowed_methods, reason = "tasks read and write files and run programs")]
#![expect(clippy::print_stdout, reason = "tasks tell what they do")]

mod catalogue;
mod compare_validate;
mod new_rule;
mod packs;
mod ready;
mod release_ids;
mod schema_summary;
mod schemas;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tasks of the developers of cfglint")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Writes the page of a new rule from a template
    NewRule {
        /// Pack and name: `cognito/oauth-implicit-flow`
        id: String,
        /// Also writes a Rust file for its check
        #[arg(long)]
        rust: bool,
    },
    /// Formats, lints, documents and tests: what must pass before a change is handed in
    Ready,
    /// Compares our verdicts on `fixtures/schema-rules` with those of `terraform validate`
    CompareValidate {
        /// A folder of plugins, as `terraform providers mirror` makes it, that has the version of
        /// hashicorp/aws that the fixtures name
        #[arg(long)]
        plugin_dir: Option<PathBuf>,
    },
    /// Adds the ids of today's rules to the list of those that were released
    ReleaseIds,
    /// Packs the schemas of providers into the data that is built in
    Schemas {
        /// The folder that `tools/provider-schema` has written
        folder: PathBuf,
        /// Writes data that has less of a version than today's
        #[arg(long)]
        shrink: bool,
    },
    /// Cuts a catalogue of Cognito rules into fixtures: an example to flag and one to leave alone
    /// for each rule, and a list of the rules
    Catalogue {
        /// The catalogue, Markdown
        file: PathBuf,
    },
    /// Records what a provider says of itself, for the test that compares our data with it
    SchemaSummary {
        /// What `terraform providers schema -json` printed
        file: PathBuf,
        /// The file to write
        out: PathBuf,
    },
}

fn main() -> Result<()> {
    let root = root();
    match Arguments::parse().task {
        Task::NewRule { id, rust } => new_rule::run(&root, &id, rust),
        Task::Ready => ready::run(&root),
        Task::CompareValidate { plugin_dir } => compare_validate::run(&root, plugin_dir),
        Task::ReleaseIds => release_ids::run(&root),
        Task::Schemas { folder, shrink } => schemas::run(&root, &folder, shrink),
        Task::Catalogue { file } => catalogue::run(&root, &file),
        Task::SchemaSummary { file, out } => schema_summary::run(&file, &out),
    }
}

/// The root of the workspace. Cargo tells it anew on each run: where work trees share a target folder,
/// the program may have been built in another one.
fn root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR");
    let manifest = manifest.map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    manifest.parent().map_or(manifest.clone(), Path::to_path_buf)
}
