//! What is said about suppressions that silence nothing or cannot be understood.

use std::collections::{BTreeMap, HashSet};

use diagnostics::{Diagnostic, Edit, Fix, Level, RuleId, Safety, core};
use rulebook::{RuleEntry, RuleIndex, RulePattern};
use source::{Location, TextRange};

use super::areas::Spots;
use super::directive::{CORE, Fault, Meaning, Reach, Word, shown};
use super::doubt::FileDoubts;
use super::removal::{self, Lines, Removal};
use super::{FileComments, LeftOver, Written};

/// Judges the suppressions of a file after all diagnostics were seen.
pub(super) struct Complaints<'c> {
    pub(super) comments: &'c FileComments<'c>,
    pub(super) index: &'c RuleIndex,
    /// Whether a rule was run.
    pub(super) is_judged: &'c dyn Fn(&RuleId) -> bool,
    pub(super) doubts: FileDoubts<'c>,
    pub(super) left: &'c LeftOver,
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

/// How much of a comment goes with a word.
#[derive(Clone, Copy)]
enum Share {
    Word,
    Line,
    Comment,
}

impl Complaints<'_> {
    /// Adds them to `diagnostics`.
    pub(super) fn tell(&self, diagnostics: &mut Vec<Diagnostic>) {
        let faults = self.comments.faults.iter();
        diagnostics.extend(faults.map(|fault| self.invalid(fault)));
        let written = &self.comments.written;
        let mut decided = BTreeMap::new();
        let verdicts: Vec<_> = written.iter().map(|one| self.judge(one, &mut decided)).collect();
        // The comments of which something is left when all that is for nothing has gone.
        let stays = |(written, verdicts): &(&Written, &Vec<Verdict>)| {
            written.has_prose || verdicts.is_empty() || verdicts.contains(&Verdict::Stays)
        };
        let staying = written.iter().zip(&verdicts).filter(stays);
        let staying: HashSet<u32> = staying.map(|(one, _)| one.comment.start()).collect();
        for (written, verdicts) in written.iter().zip(&verdicts) {
            let share = match () {
                () if verdicts.contains(&Verdict::Stays) => Share::Word,
                () if staying.contains(&written.comment.start()) => Share::Line,
                () => Share::Comment,
            };
            for (at, word) in written.directive.words.iter().enumerate() {
                let about = self.about(written, verdicts[at], word);
                diagnostics.extend(about.map(|diagnostic| match verdicts[at] {
                    Verdict::Stays => diagnostic,
                    Verdict::Unused | Verdict::Core => {
                        diagnostic.with_fix(self.removal(written, at, share))
                    }
                }));
            }
        }
    }

    /// What is to become of each word. `decided` has what is known of patterns.
    fn judge<'w>(
        &self,
        written: &'w Written,
        decided: &mut BTreeMap<&'w RulePattern, bool>,
    ) -> Vec<Verdict> {
        let words = written.directive.words.iter().zip(&written.used);
        let verdicts = words.map(|(word, is_used)| match &word.meaning {
            Meaning::Core => Verdict::Core,
            Meaning::Rules(pattern) if !is_used => {
                let decided = decided.entry(pattern);
                let is_decided = *decided.or_insert_with(|| self.is_decided(pattern));
                let is_unused = is_decided && !self.is_open(written, pattern);
                if is_unused { Verdict::Unused } else { Verdict::Stays }
            }
            Meaning::Rules(_) | Meaning::Unknown(_) => Verdict::Stays,
        });
        verdicts.collect()
    }

    /// Whether `pattern` would have silenced something if there were something. Of a wildcard that is
    /// certain only where all that a usual run looks at was run: another run may need it.
    fn is_decided(&self, pattern: &RulePattern) -> bool {
        let is_usual = |rule: &&RuleEntry| rule.level > Level::Note && rule.group != "style";
        let is_wildcard = !matches!(pattern, RulePattern::Rule(_));
        let meant = self.index.iter().filter(|rule| !is_wildcard || is_usual(rule));
        let ids = meant.map(|rule| RuleId::from_static(rule.id));
        let mut ids = ids.filter(|id| id.pack() != CORE && pattern.matches(id)).peekable();
        let is_certain = self.doubts.is_certain() && ids.peek().is_some();
        is_certain && ids.all(|id| (self.is_judged)(&id))
    }

    /// Whether a run with other values may need `pattern`.
    fn is_open(&self, written: &Written, pattern: &RulePattern) -> bool {
        let reach = written.directive.reach;
        written.area.is_some_and(|area| self.doubts.is_open(pattern, reach, area))
    }

    /// What is said about `word`, without a way to be rid of it.
    fn about(&self, written: &Written, verdict: Verdict, word: &Word) -> Option<Diagnostic> {
        let text = shown(&word.text);
        match (verdict, &word.meaning) {
            (Verdict::Unused, meaning) => {
                let place = match written.directive.reach {
                    Reach::Line => "here",
                    Reach::Block => "in this block",
                    Reach::File => "in this file",
                };
                let hint = match meaning {
                    Meaning::Rules(pattern) => self.hint(written, pattern),
                    Meaning::Core | Meaning::Unknown(_) => "",
                };
                let message = format!("`{text}` silences nothing {place}{hint}");
                Some(self.warning(core::UNUSED_SUPPRESSION, word.range, message))
            }
            (Verdict::Core, _) => {
                let message = format!(
                    "`{text}` cannot be silenced: it stands for what cfglint itself reports"
                );
                Some(self.warning(core::INVALID_SUPPRESSION, word.range, message))
            }
            (Verdict::Stays, Meaning::Unknown(suggestion)) => {
                Some(self.invalid(&Fault::unknown_rule(word, suggestion.as_deref())))
            }
            (Verdict::Stays, _) => None,
        }
    }

    /// Where the comment should stand, if what it was probably written for is still reported.
    fn hint(&self, written: &Written, pattern: &RulePattern) -> &'static str {
        let LeftOver { found, related } = self.left;
        let is_in = |spots: &Spots, area: Option<TextRange>| {
            area.is_some_and(|area| spots.find(pattern, area).is_some())
        };
        if written.directive.reach != Reach::File && is_in(related, written.area) {
            return ": a comment about a value belongs where the value is written";
        }
        if written.directive.reach == Reach::Line && is_in(found, written.block) {
            return ": for other lines of the block there is `cfglint:ignore-block`";
        }
        ""
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

    /// Takes out the word at `at`, or with it all that is there for nothing as well.
    fn removal(&self, written: &Written, at: usize, share: Share) -> Option<Fix> {
        let tree = self.comments.tree;
        if !tree.errors().is_empty() {
            return None;
        }
        let lines = Lines { tree, index: self.comments.lines };
        let words = &written.directive.words;
        let (Removal { range, text }, title) = match share {
            Share::Word => {
                (removal::word(words, at), format!("remove `{}`", shown(&words[at].text)))
            }
            Share::Line => {
                let removal = lines.remove_line(written.comment, written.line)?;
                (removal, "remove the line".to_owned())
            }
            Share::Comment => {
                let removal = lines.remove_comment(written.comment, written.whole)?;
                (removal, "remove the comment".to_owned())
            }
        };
        Some(self.fix(title, range, text.to_owned()))
    }
}
