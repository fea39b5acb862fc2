//! The counts of a report and the line that ends it.

use std::time::Duration;

use diagnostics::Level;

use crate::Report;

/// How many diagnostics there are.
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
    /// Suppressed, which count nowhere else.
    pub suppressed: usize,
}

impl Counts {
    /// Counts the diagnostics of `report`.
    pub fn of(report: &Report<'_>) -> Self {
        let (mut counts, mut active) = (Self::default(), 0);
        for diagnostic in report.active() {
            match diagnostic.level {
                Level::Error => counts.errors += 1,
                Level::Warning => counts.warnings += 1,
                Level::Note => counts.notes += 1,
            }
            counts.fixable += usize::from(diagnostic.fix.is_some());
            active += 1;
        }
        counts.suppressed = report.diagnostics.len() - active;
        counts
    }
}

/// `Found 3 errors, 1 warning (2 suppressed) in 14 files (2 modules) in 12 ms.`, or that there is
/// nothing.
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
    let suppressed = match counts.suppressed {
        0 => String::new(),
        n => format!(" ({n} suppressed)"),
    };
    let files = plural(report.summary.files, "file");
    let modules = plural(report.summary.modules, "module");
    let elapsed = report.summary.elapsed.map(|time| format!(" in {}", duration(time)));
    format!("{found}{suppressed} in {files} ({modules}){}.", elapsed.unwrap_or_default())
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
    use diagnostics::{Diagnostic, RuleId, Suppression, SuppressionKind};
    use source::{FileId, FileSet, Location, TextRange};

    use super::*;
    use crate::Summary;

    fn check(levels: &[Level], summary: Summary, expect: &str) {
        let place = Location::new(FileId(0), TextRange::empty(0));
        let rule = RuleId::from_static("a/b");
        let found: Vec<_> =
            levels.iter().map(|level| Diagnostic::new(rule.clone(), *level, place, "m")).collect();
        assert_eq!(line(&found, summary), expect);
    }

    fn line(found: &[Diagnostic], summary: Summary) -> String {
        let files = FileSet::new();
        summary_line(&Report {
            files: &files,
            diagnostics: found,
            rules: &[],
            summary,
            version: "0",
            root: "",
            directory: "",
        })
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

    #[test]
    fn suppressed_ones_are_counted_apart() {
        let place = Location::new(FileId(0), TextRange::empty(0));
        let warning = Diagnostic::new(RuleId::from_static("a/b"), Level::Warning, place, "m");
        let mut silent = warning.clone();
        let kind = SuppressionKind::Comment;
        silent.suppressed = Some(Suppression { kind, justification: None });
        let summary = Summary { files: 1, modules: 1, elapsed: None };
        let check = |found: &[Diagnostic], expect: &str| {
            assert_eq!(line(found, summary), format!("{expect} in 1 file (1 module)."));
        };
        check(&[warning, silent.clone()], "Found 1 warning (1 suppressed)");
        check(&[silent.clone(), silent], "No problems found (2 suppressed)");
    }
}
