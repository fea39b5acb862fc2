//! What stops a run before it starts.

use std::io;
use std::path::PathBuf;

/// A path that was named on purpose and cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// A path on the command line does not exist.
    #[error("`{}` does not exist", path.display())]
    Missing {
        /// As given.
        path: PathBuf,
    },
    /// A path on the command line cannot be looked at.
    #[error("cannot read `{}`: {error}", path.display())]
    Unreadable {
        /// As given.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A `--var-file` that is too long.
    #[error("`{}` is longer than 16 MiB", path.display())]
    TooLarge {
        /// As given.
        path: PathBuf,
    },
    /// A `--var-file` in JSON.
    #[error("`{}`: variable files in JSON are not read yet", path.display())]
    Json {
        /// As given.
        path: PathBuf,
    },
}

impl ProjectError {
    /// The error of looking at `path`.
    pub(crate) fn of(path: impl Into<PathBuf>, error: io::Error) -> Self {
        let path = path.into();
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing { path },
            _ => Self::Unreadable { path, error },
        }
    }
}
