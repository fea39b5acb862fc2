//! The configuration file of cfglint: reads and validates the text, joins the files that count and
//! tells which level a rule has. Never touches the disk: `project` finds the files.

mod config;
mod policy;
mod read;
#[cfg(test)]
mod tests;
mod values;

pub use config::{Config, Exclude, FailOn, NamedFile, Preset, RuleSetting, Setting};
pub use policy::{Choice, Overrides, Policy};
pub use read::{Reading, read};

/// The name by which the file is found.
pub const FILE_NAME: &str = ".cfglint.hcl";

/// A file that is longer is not read: 1 MiB.
pub const FILE_LIMIT: u64 = 1024 * 1024;
