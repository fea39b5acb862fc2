//! What stops a run before it starts.

use std::path::{Path, PathBuf};

use source::ReadError;

/// A path that was named on purpose and cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// A path on the command line does not exist.
    #[error("`{}` does not exist", path.display())]
    Missing {
        /// As given.
        path: PathBuf,
    },
    /// A `--var-file` or `--config` that cannot be read.
    #[error("`{}` cannot be read: {reason}", path.display())]
    Unreadable {
        /// As given.
        path: PathBuf,
        /// The words of the system.
        reason: String,
    },
    /// A `--var-file` that is too long.
    #[error("`{}` is longer than 16 MiB", path.display())]
    TooLarge {
        /// As given.
        path: PathBuf,
    },
    /// A file that cannot be replaced.
    #[error("`{}` cannot be written: {reason}", path.display())]
    NotWritten {
        /// As output shows it.
        path: PathBuf,
        /// Why, in the words of the system or ours.
        reason: String,
    },
    /// A `--schema` that cannot be read or is none.
    #[error("the schema `{}` {reason}", path.display())]
    NoSchema {
        /// As given.
        path: PathBuf,
        /// What is wrong with it, as the rest of a sentence.
        reason: String,
    },
    /// A `--config` that Terraform reads.
    #[error("`{}` is a file of Terraform, not a configuration of cfglint", path.display())]
    NoConfig {
        /// As given.
        path: PathBuf,
    },
}

impl ProjectError {
    /// Why the configuration file at `path` cannot be had.
    pub(crate) fn of_config(path: &Path, error: &ReadError) -> Self {
        let path = path.to_owned();
        let reason = match error {
            ReadError::NotFound | ReadError::OutsideProject => return Self::Missing { path },
            ReadError::TooLarge(_) => "it is longer than 1 MiB".to_owned(),
            ReadError::Io(words) => words.clone(),
        };
        Self::Unreadable { path, reason }
    }
}
