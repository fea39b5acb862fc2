//! How certain it is that a value outside of a constraint is refused: the one place that knows the
//! level of findings about values.

use diagnostics::Level;
use schema::{Constraint, Demand, Selection};

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
    /// Whether a version may be in use that is older than those from which it was learnt.
    pub(super) may_be_old: bool,
}

impl Certainty {
    pub(super) fn new(constraint: Constraint<'_>, demand: Demand, selection: Selection) -> Self {
        Self {
            confidence: constraint.confidence(),
            is_open: constraint.is_open(),
            is_enforced: constraint.is_enforced(demand),
            may_differ: selection.may_be_newer || selection.may_be_older,
            may_be_old: selection.may_be_old,
        }
    }

    /// The level of a value that does not have the form, the length or the size that is wanted.
    pub(super) fn of_form(self) -> Level {
        let is_certain = self.is_enforced || self.confidence >= 3 && !self.is_open;
        if is_certain && !self.may_be_old { Level::Error } else { Level::Warning }
    }

    /// The level of a value that is none of those that may be chosen. What is no slip of one of them
    /// may be one that another version knows.
    pub(super) fn of_choice(self, is_slip: bool) -> Level {
        let may_be_known = self.may_differ && !is_slip && (self.is_open || !self.is_enforced);
        if may_be_known { Level::Warning } else { self.of_form() }
    }

    /// The level of what the provider is only known to refuse if it was seen to.
    pub(super) fn if_enforced(self) -> Level {
        if self.is_enforced && !self.may_be_old { Level::Error } else { Level::Warning }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels() {
        let check = |(confidence, is_open, is_enforced, may_differ), expect: [Level; 3]| {
            let it = Certainty { confidence, is_open, is_enforced, may_differ, may_be_old: false };
            assert_eq!([it.of_form(), it.of_choice(true), it.of_choice(false)], expect, "{it:?}");
        };
        let (error, warning) = (Level::Error, Level::Warning);
        check((3, false, false, false), [error; 3]);
        check((2, false, false, false), [warning; 3]);
        check((3, true, false, false), [warning; 3]);
        check((3, true, true, false), [error; 3]);
        check((3, false, false, true), [error, error, warning]);
        check((3, false, true, true), [error; 3]);
        check((3, true, true, true), [error, error, warning]);
        check((2, false, true, true), [error; 3]);
        let old = Certainty {
            confidence: 3,
            is_open: false,
            is_enforced: true,
            may_differ: false,
            may_be_old: true,
        };
        let found = [old.of_form(), old.of_choice(true), old.of_choice(false), old.if_enforced()];
        assert_eq!(found, [warning; 4]);
    }
}
