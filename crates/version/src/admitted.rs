//! Which versions of a provider a configuration may meet. Never says where that is written.

use crate::interval::Interval;
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

    /// Whether all of them are such as `wanted` asks for; `None` where some are and others are not.
    /// Where nothing is said of them they are `newest` and what comes after it. A prerelease counts
    /// as the release that it comes before.
    pub fn all_satisfy(&self, wanted: &Constraints, newest: Option<&Version>) -> Option<bool> {
        let admitted = match (self, newest) {
            (Self::Locked(version), _) => Interval::one(version),
            (Self::Constraints(constraints), _) => Interval::of(constraints),
            (Self::Any, Some(newest)) => Interval::one(newest).with_all_after(),
            (Self::Any, None) => return None,
        };
        let span = Interval::of(wanted);
        let excluded = || wanted.excluded().map(Interval::one);
        if !span.meets(admitted) || excluded().any(|one| one.contains_all(admitted)) {
            Some(false)
        } else if span.contains_all(admitted) && !excluded().any(|one| one.meets(admitted)) {
            Some(true)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constraints(text: &str) -> Constraints {
        Constraints::parse(text).unwrap_or_else(|| panic!("{text:?} is a constraint"))
    }

    fn version(text: &str) -> Version {
        text.parse().unwrap_or_else(|_| panic!("{text:?} is a version"))
    }

    #[test]
    fn admitted_versions_satisfy_conditions_together() {
        let check = |admitted: &str, wanted: &str, expect| {
            let found = Admitted::Constraints(constraints(admitted))
                .all_satisfy(&constraints(wanted), None);
            assert_eq!(found, expect, "{admitted} is {wanted}");
        };
        check("~> 3.31.0", "< 3.32", Some(true));
        check("~> 3.31", "< 3.32", None);
        check(">= 4.0", ">= 4.62", None);
        check(">= 4.0", ">= 4", Some(true));
        check(">= 4.0", "< 4", Some(false));
        check(">= 4.0", "< 9", None);
        check("< 4.62", ">= 4.62", Some(false));
        check("<= 4.61.0", "< 4.61.1", Some(true));
        check("> 4.61.0", ">= 4.61.1", Some(true));
        check("5.1", ">= 4.62, < 5.2", Some(true));
        check("5.1", "~> 4.62", Some(false));
        check("~> 4.60", ">= 4.60, < 4.64", None);
        check("!= 5.0.0", ">= 0", Some(true));
        check("5.0.0", "!= 5.0.0", Some(false));
        check("~> 5.0", "!= 5.0.0", None);
        check("~> 5.1", "!= 5.0.0", Some(true));
        check("6.0.0-beta1", ">= 6", Some(true));
        check("6.0.0-beta1, < 6.0.0", ">= 6", Some(true));
        check("< 6.0.0-beta1", "< 6", Some(true));
        check("> 6.0.0-beta1", ">= 6", Some(true));
    }

    #[test]
    fn a_locked_version_decides() {
        let check = |locked: &str, wanted: &str, expect| {
            let found = Admitted::Locked(version(locked)).all_satisfy(&constraints(wanted), None);
            assert_eq!(found, Some(expect), "{locked} is {wanted}");
        };
        check("5.31.0", ">= 4.62", true);
        check("5.31.0", ">= 5.32", false);
        check("5.31.0", "!= 5.31.0", false);
        check("5.31.0", "!= 5.30.0", true);
        check("6.0.0-beta1", ">= 6.0", true);
    }

    #[test]
    fn what_nothing_is_said_of_is_new() {
        let newest = version("6.10.0");
        let check = |wanted: &str, expect| {
            let found = Admitted::Any.all_satisfy(&constraints(wanted), Some(&newest));
            assert_eq!(found, expect, "{wanted}");
            assert_eq!(Admitted::Any.all_satisfy(&constraints(wanted), None), None);
        };
        check(">= 4.62", Some(true));
        check("< 6.10.0", Some(false));
        check("< 7", None);
        check("6.10.0", None);
    }
}
