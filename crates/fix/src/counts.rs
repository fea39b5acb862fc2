//! How much is found: what a fix must not make more of.

use std::collections::BTreeMap;

use diagnostics::Diagnostic;
use source::FileSet;

/// How many diagnostics there are of each rule in each directory, at each level or above. Suppressed
/// ones do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts(BTreeMap<(String, String), [usize; 3]>);

impl Counts {
    pub(crate) fn of(found: &[Diagnostic], files: &FileSet) -> Self {
        let mut counts = Self::default();
        for diagnostic in found.iter().filter(|diagnostic| diagnostic.suppressed.is_none()) {
            let path = files.get(diagnostic.location.file).path();
            let directory = directory(path).to_owned();
            let of_rule = counts.0.entry((diagnostic.rule.as_str().to_owned(), directory));
            let levels = of_rule.or_default();
            for count in &mut levels[..=diagnostic.level as usize] {
                *count += 1;
            }
        }
        counts
    }

    /// The directories in which some rule finds more in `later`.
    pub(crate) fn worse_in<'l>(&self, later: &'l Self) -> Vec<&'l str> {
        let is_worse = |key: &(String, String), now: &[usize; 3]| {
            let before = self.0.get(key).copied().unwrap_or_default();
            now.iter().zip(before).any(|(now, before)| *now > before)
        };
        let worse = later.0.iter().filter(|(key, now)| is_worse(key, now));
        worse.map(|((_, directory), _)| directory.as_str()).collect()
    }
}

/// The part of a path before the last `/`.
pub(crate) fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}
