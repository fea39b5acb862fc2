//! How much is found, and where: what a fix must not make more of.

use std::collections::{BTreeMap, BTreeSet};

use diagnostics::{Diagnostic, RuleId};
use source::{FileId, Location};

/// A part of what is judged whose fixes are proved apart from those of other parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Area {
    /// The argument or block of a file that has this number.
    Item(FileId, usize),
    /// The files in a directory.
    Directory(String),
    /// All files.
    Everything,
}

/// How many diagnostics there are of each rule in each area, at each level or above. Suppressed
/// ones do not count.
#[derive(Debug, Default)]
pub(crate) struct Counts(BTreeMap<(Area, RuleId), [usize; 3]>);

impl Counts {
    pub(crate) fn of(found: &[Diagnostic], mut area: impl FnMut(Location) -> Area) -> Self {
        let mut counts = Self::default();
        for diagnostic in found.iter().filter(|diagnostic| diagnostic.suppressed.is_none()) {
            let of_rule = (area(diagnostic.location), diagnostic.rule.clone());
            let levels = counts.0.entry(of_rule).or_default();
            for count in &mut levels[..=diagnostic.level as usize] {
                *count += 1;
            }
        }
        counts
    }

    /// The rules that find more here than `before`, with the areas in which they do.
    pub(crate) fn more_than(&self, before: &Self) -> BTreeSet<(Area, RuleId)> {
        let is_more = |key, now: &[usize; 3]| {
            let before = before.0.get(key).copied().unwrap_or_default();
            now.iter().zip(before).any(|(now, before)| *now > before)
        };
        let more = self.0.iter().filter(|(key, now)| is_more(key, now));
        more.map(|((area, rule), _)| (area.clone(), rule.clone())).collect()
    }
}
