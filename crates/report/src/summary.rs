//! The counts of a report and the line that ends it.

use std::time::Duration;

use diagnostics::Level;

use crate::Report;

/// How many diagnostics there are; suppressed ones do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Of level error.
    pub errors: usize,
    /// Of level warning.
    pub warnings: usize,
    /// Of level note.
    pub notes: usize,
    /// With a fix, of any level.
    pub fixable: usize,
}

impl Counts {
    /// Counts the diagnostics of `report`.
    pub fn of(report: &Report<'_>) -> Self {
        let mut counts = Self::default();
        for diagnostic in report.active() {
            match diagnostic.level {
                Level::Error => counts.errors += 1,
                Level::Warning => counts.warnings += 1,
                Level::Note => counts.notes += 1,
            }
            counts.fixable += usize::from(diagnostic.fix.is_some());
        }
        counts
    }
}

/// `Found 3 errors, 1 warning in 14 files (2 modules) in 12 ms.`, or that there is nothing.
pub fn summary_line(report: &Report<'_>) -> String {
    let counts = Counts::of(report);
    let levels = [(counts.errors, "error"), (counts.warnings, "warning"), (counts.notes, "note")];
    let found: Vec<_> =
        levels.iter().filter(|(n, _)| *n > 0).map(|(n, word)| plural(*n, word)).collect();
    let found = if found.is_empty() {
        "No problems found".to_owned()
    } else {
        format!("Found {}", found.join(", "))
    };
    let files = plural(report.summary.files, "file");
    let modules = plural(report.summary.modules, "module");
    let elapsed = report.summary.elapsed.map(|time| format!(" in {}", duration(time)));
    format!("{found} in {files} ({modules}){}.", elapsed.unwrap_or_default())
}

fn plural(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

fn duration(time: Duration) -> String {
    if time.as_millis() < 1000 {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use diagnostics::{Diagnostic, RuleId};
    use source::{FileId, FileSet, Location, TextRange};

    use super::*;
    use crate::Summary;

    fn check(levels: &[Level], summary: Summary, expect: &str) {
        let place = Location::new(FileId(0), TextRange::empty(0));
        let rule = RuleId::from_static("a/b");
        let found: Vec<_> =
            levels.iter().map(|level| Diagnostic::new(rule.clone(), *level, place, "m")).collect();
        let files = FileSet::new();
        let report = Report {
            files: &files,
            diagnostics: &found,
            rules: &[],
            summary,
            version: "0",
            root: "",
            directory: "",
        };
        assert_eq!(summary_line(&report), expect);
    }

    #[test]
    fn says_what_was_found() {
        use Level::{Error, Note, Warning};
        let many = Summary { files: 14, modules: 2, elapsed: Some(Duration::from_millis(12)) };
        check(
            &[Error, Warning, Error, Error],
            many,
            "Found 3 errors, 1 warning in 14 files (2 modules) in 12 ms.",
        );
        let one = Summary { files: 1, modules: 1, elapsed: None };
        check(&[Note], one, "Found 1 note in 1 file (1 module).");
        let slow = Summary { elapsed: Some(Duration::from_millis(1234)), ..one };
        check(&[], slow, "No problems found in 1 file (1 module) in 1.2 s.");
    }
}
