//! How certain a finding is: the one place that knows the level of what newer or older versions of a
//! provider may allow.

use diagnostics::Level;
use schema::Selection;

/// What is known of the versions that may be met.
#[derive(Clone, Copy)]
pub(super) struct Certainty {
    selection: Selection,
}

impl Certainty {
    pub(super) const fn of(selection: Selection) -> Self {
        Self { selection }
    }

    /// The level, where it is another than that of the rule, of a finding that all selected versions
    /// agree on.
    pub(super) fn of_structure(self) -> Option<Level> {
        self.selection.may_be_older.then_some(Level::Warning)
    }
}

/// The level of a name that no selected version knows; `None` when nothing is to be said. `meant` is
/// a known name that is close to it.
pub(super) fn of_unknown_name(
    selection: Selection,
    name: &str,
    meant: Option<&str>,
) -> Option<Level> {
    if selection.may_be_older {
        return None;
    }
    if selection.may_be_newer && !meant.is_some_and(|meant| is_slip(name, meant)) {
        return Some(Level::Warning);
    }
    Some(Level::Error)
}

/// Whether a name is so close to another, by more than digits, that it is a slip of it and no sibling
/// that a newer version has. The close name of a short one differs by one letter.
fn is_slip(name: &str, meant: &str) -> bool {
    let letters =
        |name: &str| -> String { name.chars().filter(|char| !char.is_ascii_digit()).collect() };
    let is_close = name.chars().count() < 6 || rulebook::is_slip(name, meant);
    is_close && letters(name) != letters(meant)
}
