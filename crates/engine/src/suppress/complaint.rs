//! What is said about suppressions that silence nothing or cannot be understood.

use std::collections::BTreeMap;

use diagnostics::{Diagnostic, Edit, Fix, Level, RuleId, Safety, core};
use rulebook::{RuleEntry, RuleIndex, RulePattern};
use source::{Location, TextRange};

use super::directive::{CORE, Fault, Meaning, Reach, Word, shown};
use super::removal::{self, Removal};
use super::{FileComments, Written};

/// Judges the suppressions of a file after all diagnostics were seen.
pub(super) struct Complaints<'c> {
    pub(super) comments: &'c FileComments<'c>,
    pub(super) index: &'c RuleIndex,
    /// Whether a rule was run and would have been seen to find something.
    pub(super) is_judged: &'c dyn Fn(&RuleId) -> bool,
}

/// What is to become of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Stays,
    /// It silences nothing.
    Unused,
    /// It names what cannot be silenced.
    Core,
}

impl Complaints<'_> {
    /// Adds them to `diagnostics`.
    pub(super) fn tell(&self, diagnostics: &mut Vec<Diagnostic>) {
        let faults = self.comments.faults.iter();
        diagnostics.extend(faults.map(|fault| self.invalid(fault)));
        let mut decided: BTreeMap<&RulePattern, bool> = BTreeMap::new();
        for written in &self.comments.written {
            let words = &written.directive.words;
            let verdicts: Vec<Verdict> = words
                .iter()
                .zip(&written.used)
                .map(|(word, is_used)| match &word.meaning {
                    Meaning::Core => Verdict::Core,
                    Meaning::Rules(pattern) if !is_used => {
                        let decided = decided.entry(pattern);
                        let is_decided = *decided.or_insert_with(|| self.is_decided(pattern));
                        if is_decided { Verdict::Unused } else { Verdict::Stays }
                    }
                    Meaning::Rules(_) | Meaning::Unknown(_) => Verdict::Stays,
                })
                .collect();
            for (at, word) in words.iter().enumerate() {
                diagnostics.extend(self.about(written, &verdicts, at, word));
            }
        }
    }

    /// Whether `pattern` would have silenced something if there were something. Of a wildcard that is
    /// certain only where all that a usual run looks at was run: another run may need it.
    fn is_decided(&self, pattern: &RulePattern) -> bool {
        let is_usual = |rule: &&RuleEntry| rule.level > Level::Note && rule.group != "style";
        let is_wildcard = !matches!(pattern, RulePattern::Rule(_));
        let meant = self.index.iter().filter(|rule| !is_wildcard || is_usual(rule));
        let ids = meant.map(|rule| RuleId::from_static(rule.id));
        let mut ids = ids.filter(|id| id.pack() != CORE && pattern.matches(id)).peekable();
        ids.peek().is_some() && ids.all(|id| (self.is_judged)(&id))
    }

    fn about(
        &self,
        written: &Written,
        verdicts: &[Verdict],
        at: usize,
        word: &Word,
    ) -> Option<Diagnostic> {
        let text = shown(&word.text);
        let removal = || self.removal(written, verdicts, at);
        match (verdicts[at], &word.meaning) {
            (Verdict::Unused, _) => {
                let place = match written.directive.reach {
                    Reach::Line => "here",
                    Reach::Block => "in this block",
                    Reach::File => "in this file",
                };
                let message = format!("`{text}` silences nothing {place}");
                let diagnostic = self.warning(core::UNUSED_SUPPRESSION, word.range, message);
                Some(diagnostic.with_fix(removal()))
            }
            (Verdict::Core, _) => {
                let message = format!(
                    "`{text}` cannot be silenced: it stands for what cfglint itself reports"
                );
                let diagnostic = self.warning(core::INVALID_SUPPRESSION, word.range, message);
                Some(diagnostic.with_fix(removal()))
            }
            (Verdict::Stays, Meaning::Unknown(suggestion)) => {
                Some(self.invalid(&Fault::unknown_rule(word, suggestion.as_deref())))
            }
            (Verdict::Stays, _) => None,
        }
    }

    fn warning(&self, rule: RuleId, range: TextRange, message: String) -> Diagnostic {
        Diagnostic::new(rule, Level::Warning, self.place(range), message)
    }

    fn place(&self, range: TextRange) -> Location {
        Location::new(self.comments.file, range)
    }

    fn invalid(&self, fault: &Fault) -> Diagnostic {
        let diagnostic =
            self.warning(core::INVALID_SUPPRESSION, fault.range, fault.message.clone());
        let remedy = fault.remedy.as_ref();
        diagnostic.with_fix(
            remedy.map(|remedy| self.fix(remedy.title.clone(), remedy.range, remedy.text.clone())),
        )
    }

    fn fix(&self, title: String, range: TextRange, text: String) -> Fix {
        Fix { safety: Safety::Safe, title, edits: vec![Edit { location: self.place(range), text }] }
    }

    /// Takes out the word at `at`, or the whole directive when nothing of it stays.
    fn removal(&self, written: &Written, verdicts: &[Verdict], at: usize) -> Option<Fix> {
        let tree = self.comments.tree;
        if !tree.errors().is_empty() {
            return None;
        }
        let words = &written.directive.words;
        let (Removal { range, text }, title) = if verdicts.contains(&Verdict::Stays) {
            let ranges: Vec<TextRange> = words.iter().map(|word| word.range).collect();
            let title = format!("remove `{}`", shown(&words[at].text));
            (removal::word(&ranges, at), title)
        } else if written.is_shared {
            (removal::line(tree, written.comment, written.line)?, "remove the line".to_owned())
        } else {
            let removal = removal::comment(tree, written.comment, written.whole)?;
            (removal, "remove the comment".to_owned())
        };
        Some(self.fix(title, range, text.to_owned()))
    }
}
