//! Tasks of the developers of cfglint: `cargo xtask new-rule PACK/NAME`, `cargo xtask ready`,
//! `cargo xtask release-ids`.

#![expect(clippy::disallowed_methods, reason = "tasks read and write files and run programs")]
#![expect(clippy::print_stdout, reason = "tasks tell what they do")]

mod new_rule;
mod packs;
mod ready;
mod release_ids;

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
    /// Adds the ids of today's rules to the list of those that were released
    ReleaseIds,
}

fn main() -> Result<()> {
    let root = root();
    match Arguments::parse().task {
        Task::NewRule { id, rust } => new_rule::run(&root, &id, rust),
        Task::Ready => ready::run(&root),
        Task::ReleaseIds => release_ids::run(&root),
    }
}

/// The root of the workspace. Cargo tells it anew on each run: where work trees share a target folder,
/// the program may have been built in another one.
fn root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR");
    let manifest = manifest.map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    manifest.parent().map_or(manifest.clone(), Path::to_path_buf)
}
