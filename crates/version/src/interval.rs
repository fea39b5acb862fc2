//! Releases without a gap between them, to compare what is admitted with what is asked for. Never
//! tells a prerelease from the release that it comes before.

use std::ops::Bound;

use crate::{Constraints, Version};

/// The three numbers of a release.
type Numbers = [u64; 3];

/// The releases from the first up to, but without, the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    start: Numbers,
    end: Option<Numbers>,
}

impl Interval {
    /// The release of `version` alone.
    pub(crate) fn one(version: &Version) -> Self {
        let start = version.numbers();
        Self { start, end: Some(next(start)) }
    }

    /// Those of it and all that come after.
    pub(crate) fn with_all_after(self) -> Self {
        Self { end: None, ..self }
    }

    /// What conditions span; `!=` has no part in it. At least one release.
    pub(crate) fn of(constraints: &Constraints) -> Self {
        let start = match constraints.lowest_bound() {
            Bound::Unbounded => [0; 3],
            Bound::Included(version) => version.numbers(),
            // The release comes behind a prerelease of its numbers.
            Bound::Excluded(version) if version.is_prerelease() => version.numbers(),
            Bound::Excluded(version) => next(version.numbers()),
        };
        let end = match constraints.highest_bound() {
            Bound::Unbounded => None,
            Bound::Included(version) => Some(next(version.numbers())),
            Bound::Excluded(version) => Some(version.numbers()),
        };
        Self { start, end: end.map(|end| end.max(next(start))) }
    }

    /// Whether all releases of `other` are in it.
    pub(crate) fn contains_all(self, other: Self) -> bool {
        let ends_before = match (other.end, self.end) {
            (_, None) => true,
            (Some(theirs), Some(own)) => theirs <= own,
            (None, Some(_)) => false,
        };
        self.start <= other.start && ends_before
    }

    /// Whether some release is in both.
    pub(crate) fn meets(self, other: Self) -> bool {
        let start = self.start.max(other.start);
        [self.end, other.end].into_iter().flatten().all(|end| start < end)
    }
}

/// The release that would come next.
fn next([major, minor, patch]: Numbers) -> Numbers {
    [major, minor, patch.saturating_add(1)]
}
