//! Which versions of a provider a configuration may meet. Never says where that is written.

use crate::{Constraints, Version};

/// The versions of a provider that a configuration may meet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Admitted {
    /// The one that the lock file names.
    Locked(Version),
    /// Those that all constraints of the configuration admit.
    Constraints(Constraints),
    /// Nothing is said of them.
    #[default]
    Any,
}

impl Admitted {
    /// Whether it may be `version`.
    pub fn admits(&self, version: &Version) -> bool {
        match self {
            Self::Locked(locked) => locked == version,
            Self::Constraints(constraints) => constraints.admits(version),
            Self::Any => true,
        }
    }
}
