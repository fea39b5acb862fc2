//! Which snapshots of a provider speak of the versions that a configuration may meet. Never reads
//! what is in them.

use std::ops::Bound;

use version::{Admitted, Constraints, Version};

use crate::bytes::{PRESENCE, Reader, Section};

/// A set of snapshots of one provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Snapshots(pub(crate) u32);

impl Snapshots {
    /// No snapshot.
    pub const NONE: Self = Self(0);

    /// The snapshot of a number, counted from the oldest.
    pub const fn one(number: usize) -> Self {
        Self(if number < 32 { 1 << number } else { 0 })
    }

    /// The first `count` snapshots.
    pub const fn first(count: usize) -> Self {
        Self(if count < 32 { (1 << count) - 1 } else { u32::MAX })
    }

    #[inline]
    pub(crate) fn read(reader: Reader<'_>, number: u16) -> Self {
        // The first set is all.
        if number == 0 {
            return Self(u32::MAX);
        }
        let record: Option<&[u8; PRESENCE]> = reader.record(Section::Presences, number.into());
        record.map_or(Self::NONE, |bits| Self(u32::from_le_bytes(*bits)))
    }

    /// Those of either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether one is in both.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether all of the others are in it.
    pub const fn contains_all(self, others: Self) -> bool {
        others.0 & !self.0 == 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The number of the oldest.
    pub const fn oldest(self) -> Option<usize> {
        if self.0 == 0 { None } else { Some(self.0.trailing_zeros() as usize) }
    }

    /// The number of the newest.
    pub const fn newest(self) -> Option<usize> {
        if self.0 == 0 { None } else { Some(31 - self.0.leading_zeros() as usize) }
    }

    /// The numbers of all, oldest first.
    pub fn numbers(self) -> impl Iterator<Item = usize> {
        (0..32).filter(move |number| self.0 & (1 << number) != 0)
    }
}

/// The snapshots that speak of the versions that may be met. What holds in all of them is taken to
/// hold in every such version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The snapshots; none where all these versions come before the first of them.
    pub snapshots: Snapshots,
    /// Whether a version behind the last snapshot may be met.
    pub may_be_newer: bool,
    /// Whether a version before the first snapshot may be met.
    pub may_be_older: bool,
    /// How far these versions are from the one that was asked which values it refuses.
    pub distance: Distance,
}

/// How far versions are from the last of the major version before the newest, which was asked which
/// values it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distance {
    /// All are of the same major version.
    SameMajor,
    /// Some are of the newest major version, which may admit more.
    NextMajor,
    /// Some are older, which may have been quite another thing.
    Old,
}

impl Selection {
    /// What of it is in `presence`; all of `presence` where that is nothing, so that one who looks into
    /// what no selected version has sees it as it was.
    #[must_use]
    pub const fn within(self, presence: Snapshots) -> Self {
        let both = self.snapshots.and(presence);
        Self { snapshots: if both.is_empty() { presence } else { both }, ..self }
    }
}

/// The numbers of a version; prereleases are not told apart from what they come before.
type Numbers = [u64; 3];

/// The interval of versions from the first number up to, but without, the second.
#[derive(Clone, Copy)]
struct Interval(Numbers, Option<Numbers>);

impl Interval {
    fn meets(self, other: Self) -> bool {
        let start = self.0.max(other.0);
        [self.1, other.1].into_iter().flatten().all(|end| start < end)
    }
}

/// The snapshots, given their versions in ascending order, that speak of `admitted`.
pub(crate) fn select(versions: &[Version], admitted: &Admitted) -> Selection {
    let Some(newest) = versions.len().checked_sub(1) else {
        // Data without a version was made from the provider that is in use.
        return Selection {
            snapshots: Snapshots::one(0),
            may_be_newer: false,
            may_be_older: false,
            distance: Distance::SameMajor,
        };
    };
    let any = Selection {
        snapshots: Snapshots::one(newest),
        may_be_newer: true,
        may_be_older: false,
        distance: Distance::NextMajor,
    };
    let interval = match admitted {
        Admitted::Locked(version) => {
            let numbers = version.numbers();
            Interval(numbers, Some(next(numbers)))
        }
        Admitted::Constraints(constraints) if constraints.spans_any() => interval_of(constraints),
        Admitted::Constraints(_) | Admitted::Any => return any,
    };
    around(versions, interval, admitted)
}

/// The snapshots that are admitted themselves, and the neighbours of every gap between snapshots into
/// which the interval reaches: what lies in a gap is known only where both neighbours agree. Where a
/// major version begins in it, what was before it plays no part.
fn reached(versions: &[Version], interval: Interval, admitted: &Admitted) -> Snapshots {
    let mut snapshots = Snapshots::NONE;
    let mut add = |number| snapshots = snapshots.union(Snapshots::one(number));
    for (number, version) in versions.iter().enumerate() {
        let is_locked =
            matches!(admitted, Admitted::Locked(locked) if locked.numbers() == version.numbers());
        if is_locked || admitted.admits(version) {
            add(number);
        }
        let Some(following) = versions.get(number + 1) else { continue };
        let begins_major = version.major < following.major;
        if interval.meets(gap(version, following)) {
            add(number + 1);
            // What a major version takes away is gone from its first release on.
            if !begins_major {
                add(number);
            }
        }
        if begins_major && interval.meets(rest_of_major(version)) {
            // Few versions were released there, if any, and they are much like the last that is known.
            add(number);
            // Who asks for none before them may have one with more in it, as the next has.
            if interval.0 > version.numbers() {
                add(number + 1);
            }
        }
    }
    snapshots
}

/// What speaks of the versions in an interval.
fn around(versions: &[Version], interval: Interval, admitted: &Admitted) -> Selection {
    let mut selection = Selection {
        snapshots: reached(versions, interval, admitted),
        may_be_newer: false,
        may_be_older: false,
        distance: Distance::SameMajor,
    };
    let last = versions.len() - 1;
    if interval.meets(Interval(next(versions[last].numbers()), None)) {
        selection.may_be_newer = true;
        selection.snapshots = selection.snapshots.union(Snapshots::one(last));
    }
    if interval.meets(Interval([0; 3], Some(versions[0].numbers()))) {
        selection.may_be_older = true;
        if interval.meets(Interval(versions[0].numbers(), None)) {
            selection.snapshots = selection.snapshots.union(Snapshots::one(0));
        }
    } else if selection.snapshots.is_empty() {
        // All that is asked for is excluded again; nothing can be said of what is meant.
        selection = Selection {
            snapshots: Snapshots::first(versions.len()),
            may_be_newer: true,
            may_be_older: true,
            distance: Distance::Old,
        };
    }
    selection.distance = selection.distance.max(distance(versions[last].major, interval));
    selection
}

fn distance(newest: u64, interval: Interval) -> Distance {
    if interval.meets(Interval([0; 3], Some([newest.saturating_sub(1), 0, 0]))) {
        Distance::Old
    } else if interval.meets(Interval([newest, 0, 0], None)) {
        Distance::NextMajor
    } else {
        Distance::SameMajor
    }
}

/// The versions between two snapshots. The data holds the last release of every major version, or one
/// close to it, so those behind it with the same major number are left to [`rest_of_major`].
fn gap(before: &Version, after: &Version) -> Interval {
    let start = if before.major < after.major {
        [before.major.saturating_add(1), 0, 0]
    } else {
        next(before.numbers())
    };
    Interval(start, Some(after.numbers()))
}

/// The versions behind the last snapshot of a major version.
fn rest_of_major(last: &Version) -> Interval {
    Interval(next(last.numbers()), Some([last.major.saturating_add(1), 0, 0]))
}

/// The interval that constraints span.
fn interval_of(constraints: &Constraints) -> Interval {
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
    Interval(start, end)
}

/// The numbers of the release that would come next.
fn next([major, minor, patch]: Numbers) -> Numbers {
    [major, minor, patch.saturating_add(1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSIONS: [&str; 6] = ["4.67.0", "5.0.0", "5.31.0", "5.100.0", "6.2.0", "6.69.1"];

    fn shown(versions: &[&str], admitted: &Admitted) -> String {
        let read: Vec<Version> =
            versions.iter().map(|text| text.parse().expect("a version")).collect();
        let selection = select(&read, admitted);
        let names: Vec<&str> =
            selection.snapshots.numbers().map(|number| versions[number]).collect();
        let older = if selection.may_be_older { "older " } else { "" };
        let newer = if selection.may_be_newer { " newer" } else { "" };
        format!("{older}{}{newer}", names.join(" "))
    }

    fn locked(text: &str) -> Admitted {
        Admitted::Locked(text.parse().expect("a version"))
    }

    fn constraints(text: &str) -> Admitted {
        Admitted::Constraints(Constraints::parse(text).expect("constraints"))
    }

    #[test]
    fn a_locked_version_is_its_snapshot_or_its_neighbours() {
        let check = |text: &str, expect: &str| {
            assert_eq!(shown(&VERSIONS, &locked(text)), expect, "{text}");
        };
        check("5.31.0", "5.31.0");
        check("5.40.0", "5.31.0 5.100.0");
        check("6.69.1", "6.69.1");
        check("6.70.0", "6.69.1 newer");
        check("7.0.0", "6.69.1 newer");
        check("3.76.1", "older ");
        // Between the last of a major version and the first snapshot of the next.
        check("6.0.0", "6.2.0");
        check("5.100.1", "5.100.0 6.2.0");
        check("6.0.0-beta1", "6.2.0");
        check("6.2.0-beta1", "6.2.0");
    }

    #[test]
    fn constraints_select_what_they_span_and_the_neighbours() {
        let check = |text: &str, expect: &str| {
            assert_eq!(shown(&VERSIONS, &constraints(text)), expect, "{text}");
        };
        check("~> 5.0", "5.0.0 5.31.0 5.100.0");
        check("~> 6.0", "6.2.0 6.69.1 newer");
        check("~> 6.2", "6.2.0 6.69.1 newer");
        check("~> 5.31.0", "5.31.0 5.100.0");
        check("= 5.31.0", "5.31.0");
        check("5.31", "5.31.0");
        check(">= 5.40, < 5.50", "5.31.0 5.100.0");
        check("> 5.31.0, < 5.100.0", "5.31.0 5.100.0");
        check(">= 5.31.0, <= 5.31.0", "5.31.0");
        check("< 6", "older 4.67.0 5.0.0 5.31.0 5.100.0");
        check(">= 4.67", "4.67.0 5.0.0 5.31.0 5.100.0 6.2.0 6.69.1 newer");
        check(">= 4", "older 4.67.0 5.0.0 5.31.0 5.100.0 6.2.0 6.69.1 newer");
        check(">= 5.100, < 6.69.1", "5.100.0 6.2.0 6.69.1");
        check("~> 7.0", "6.69.1 newer");
        check("~> 3.0", "older ");
        check("<= 6.69.1, >= 6.69.1", "6.69.1");
        check(">= 5.100, < 6.1", "5.100.0 6.2.0");
        check("!= 5.31.0, ~> 5.0", "5.0.0 5.31.0 5.100.0");
        check("> 5.100.0, < 6.0.0", "5.100.0 6.2.0");
        check("~> 5.101", "5.100.0 6.2.0");
        check("!= 6.69.1", "older 4.67.0 5.0.0 5.31.0 5.100.0 6.2.0 6.69.1 newer");
    }

    #[test]
    fn distance_is_that_of_the_farthest() {
        let check = |admitted: &Admitted, expect: Distance| {
            let read = VERSIONS.map(|text| text.parse().expect("a version"));
            assert_eq!(select(&read, admitted).distance, expect, "{admitted:?}");
        };
        check(&Admitted::Any, Distance::NextMajor);
        check(&locked("4.67.0"), Distance::Old);
        check(&locked("5.0.0"), Distance::SameMajor);
        check(&constraints("~> 5.0"), Distance::SameMajor);
        check(&constraints(">= 4.67"), Distance::Old);
        check(&constraints(">= 5"), Distance::NextMajor);
        check(&constraints("~> 6.2"), Distance::NextMajor);
    }

    #[test]
    fn nothing_said_or_contradictions_mean_the_newest() {
        assert_eq!(shown(&VERSIONS, &Admitted::Any), "6.69.1 newer");
        assert_eq!(shown(&VERSIONS, &constraints("> 5, < 4")), "6.69.1 newer");
        // A single version that is excluded again says nothing.
        let expect = "older 4.67.0 5.0.0 5.31.0 5.100.0 6.2.0 6.69.1 newer";
        assert_eq!(shown(&VERSIONS, &constraints("5.31.0, != 5.31.0")), expect);
    }

    #[test]
    fn one_snapshot_speaks_of_what_reaches_it() {
        let check = |admitted: Admitted, expect: &str| {
            assert_eq!(shown(&["8.7.0"], &admitted), expect, "{admitted:?}");
        };
        check(Admitted::Any, "8.7.0 newer");
        check(locked("8.7.0"), "8.7.0");
        check(locked("6.1.0"), "older ");
        check(constraints("~> 8.0"), "older 8.7.0 newer");
        check(constraints("~> 6.0"), "older ");
    }

    #[test]
    fn data_without_a_version_is_of_the_provider_in_use() {
        for admitted in [Admitted::Any, locked("5.0.0"), constraints("~> 6.0")] {
            let expect = Selection {
                snapshots: Snapshots::one(0),
                may_be_newer: false,
                may_be_older: false,
                distance: Distance::SameMajor,
            };
            assert_eq!(select(&[], &admitted), expect);
        }
    }

    #[test]
    fn a_selection_is_narrowed_to_what_a_block_has() {
        let selection = Selection {
            snapshots: Snapshots(0b0110),
            may_be_newer: true,
            may_be_older: false,
            distance: Distance::SameMajor,
        };
        assert_eq!(selection.within(Snapshots(0b1100)).snapshots, Snapshots(0b0100));
        assert_eq!(selection.within(Snapshots(0b1000)).snapshots, Snapshots(0b1000));
    }
}
