//! Finds modules and those that they call, reads their files, `--var-file` files and `TF_VAR_*`, and replaces files that
//! were mended. The only library that touches disk and environment. Never starts a process.
#![expect(clippy::disallowed_methods, reason = "the one library that reads disk and environment")]

mod calls;
mod configuration;
mod directory;
mod discover;
mod disk;
mod environment;
mod error;
mod follow;
mod installed;
mod load;
mod lock;
mod look;
mod manifest;
mod overlay;
mod paths;
mod read;
mod schemas;
mod walk;
mod write;

pub use configuration::{ConfigSource, Setup};
pub use discover::{Found, find, find_module};
pub use disk::Disk;
pub use environment::{terraform_variables, terraform_workspace};
pub use error::ProjectError;
pub use load::Discovery;
pub use overlay::Overlay;
pub use read::words;
pub use schemas::Schemas;
pub use write::replace_file;

/// A file that is longer is not read: 16 MiB.
pub const FILE_LIMIT: u64 = 16 * 1024 * 1024;
