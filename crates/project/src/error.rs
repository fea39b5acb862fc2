//! What stops a run before it starts.

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
    /// A `--var-file` that cannot be read.
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
    /// A `--var-file` in JSON.
    #[error("`{}`: variable files in JSON are not read yet", path.display())]
    Json {
        /// As given.
        path: PathBuf,
    },
}
