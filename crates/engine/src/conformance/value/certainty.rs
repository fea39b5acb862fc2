//! How certain it is that a value outside of a constraint is refused: the one place that knows the
//! level of findings about values.

use diagnostics::Level;
use schema::{Constraint, Demand, Distance, Selection};

/// What is known of a demand of a constraint, as far as levels go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Certainty {
    /// How many sources say so: 3 stands for two that agree.
    pub(super) confidence: u8,
    /// Whether values are added over time.
    pub(super) is_open: bool,
    /// Whether the provider was seen to refuse a value for it.
    pub(super) is_enforced: bool,
    /// Whether a version may be in use of which nothing is known, newer or older.
    pub(super) may_differ: bool,
    /// How far the versions that may be in use are from the one that was seen.
    pub(super) distance: Distance,
}

impl Certainty {
    pub(super) fn new(constraint: Constraint<'_>, demand: Demand, selection: Selection) -> Self {
        Self {
            confidence: constraint.confidence(),
            is_open: constraint.is_open(),
            is_enforced: constraint.is_enforced(demand),
            may_differ: selection.may_be_newer || selection.may_be_older,
            distance: selection.distance,
        }
    }

    /// The level of a value that does not have the form, the length or the size that is wanted.
    pub(super) fn of_form(self) -> Level {
        // What nobody was seen to refuse may be rewritten by the provider before AWS sees it. A newer
        // version may admit more, unless others say the same as the one that was seen.
        let is_agreed = self.confidence >= 3 && !self.is_open;
        let is_certain = self.is_refused() || self.distance == Distance::NextMajor && is_agreed;
        if self.is_enforced && is_certain { Level::Error } else { Level::Warning }
    }

    /// The level of a value that is none of those that may be chosen. What is no slip of one of them
    /// may be one that another version knows.
    pub(super) fn of_choice(self, is_slip: bool) -> Level {
        let may_be_known = self.may_differ && !is_slip && (self.is_open || !self.is_refused());
        if may_be_known { Level::Warning } else { self.of_form() }
    }

    /// The level of what the provider is only known to refuse if it was seen to.
    pub(super) fn if_enforced(self) -> Level {
        if self.is_refused() { Level::Error } else { Level::Warning }
    }

    /// Whether the versions that may be in use are like the one that was seen to refuse a value.
    fn is_refused(self) -> bool {
        self.is_enforced && self.distance == Distance::SameMajor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels() {
        let check = |(distance, confidence, is_open, is_enforced, may_differ),
                     expect: [Level; 3]| {
            let it = Certainty { confidence, is_open, is_enforced, may_differ, distance };
            assert_eq!([it.of_form(), it.of_choice(true), it.of_choice(false)], expect, "{it:?}");
        };
        let (error, warning) = (Level::Error, Level::Warning);
        let (same, next, old) = (Distance::SameMajor, Distance::NextMajor, Distance::Old);
        check((same, 3, false, false, false), [warning; 3]);
        check((same, 3, false, true, false), [error; 3]);
        check((same, 2, true, true, false), [error; 3]);
        check((next, 3, false, false, true), [warning; 3]);
        check((next, 3, false, true, true), [error, error, warning]);
        check((next, 3, false, true, false), [error; 3]);
        check((next, 3, true, true, false), [warning; 3]);
        check((next, 2, false, true, false), [warning; 3]);
        check((old, 3, false, true, false), [warning; 3]);
    }
}
