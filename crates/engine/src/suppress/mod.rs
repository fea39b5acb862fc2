//! Comments that silence diagnostics: `# cfglint:ignore pack/name reason`.

mod areas;
mod comment;
mod complaint;
mod directive;
mod layout;
mod removal;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use diagnostics::{Diagnostic, RuleId, Suppression, SuppressionKind, core};
use module::Sources;
use rulebook::RuleIndex;
use source::{FileId, LineIndex, TextRange};
use syntax::Tree;

use areas::{Areas, Finder};
use complaint::Complaints;
use directive::{CORE, Directive, Fault, Meaning, Reach};
use layout::Layout;

/// Marks those of `diagnostics` as suppressed that comments of `sources` silence, and adds one for
/// each comment that is misspelt or silences nothing. `is_judged` tells whether a rule was run for a
/// file: a comment about a rule that was not is never called unused, nor is one in a directory in
/// which cfglint itself found something, since that may have kept a rule from its work.
pub fn suppress(
    sources: Sources<'_>,
    index: &RuleIndex,
    is_judged: &dyn Fn(&RuleId, FileId) -> bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let files = sources.files.iter().zip(sources.trees);
    let mut found: Vec<FileComments<'_>> = files
        .filter_map(|((file, source), tree)| FileComments::read(file, tree, source.lines(), index))
        .collect();
    if found.is_empty() {
        return;
    }
    let places: HashMap<FileId, usize> =
        found.iter().enumerate().map(|(at, comments)| (comments.file, at)).collect();
    for diagnostic in diagnostics.iter_mut() {
        if diagnostic.rule.pack() != CORE && diagnostic.suppressed.is_none() {
            let at = places.get(&diagnostic.location.file);
            diagnostic.suppressed = at.and_then(|at| found[*at].silence(diagnostic));
        }
    }
    let doubtful = doubtful_directories(sources, diagnostics);
    for comments in &found {
        let is_sure = comments.tree.errors().is_empty()
            && !doubtful.contains(directory(sources, comments.file));
        let is_judged = |rule: &RuleId| is_sure && is_judged(rule, comments.file);
        Complaints { comments, index, is_judged: &is_judged }.tell(diagnostics);
    }
}

/// The directories in which something may have kept rules from finding all there is.
fn doubtful_directories<'s>(sources: Sources<'s>, diagnostics: &[Diagnostic]) -> HashSet<&'s str> {
    let own = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.rule.pack() == CORE && diagnostic.rule != core::CONFIG);
    own.map(|diagnostic| directory(sources, diagnostic.location.file)).collect()
}

fn directory(sources: Sources<'_>, file: FileId) -> &str {
    sources.files.get(file).path().rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The suppressions of one file.
struct FileComments<'t> {
    file: FileId,
    tree: &'t Tree,
    faults: Vec<Fault>,
    written: Vec<Written>,
    /// The directive and the word of each number in the areas.
    words: Vec<(usize, usize)>,
    lines: Finder,
    blocks: Finder,
    whole: Finder,
}

/// A directive in its comment.
struct Written {
    directive: Directive,
    /// Whether each of its words has silenced something.
    used: Vec<bool>,
    comment: TextRange,
    /// The comment with what belongs to it: in JSON the property.
    whole: TextRange,
    /// The line of the comment, without marks.
    line: TextRange,
    /// Whether something else stands in the comment.
    is_shared: bool,
}

impl<'t> FileComments<'t> {
    /// Reads the comments of `tree`, if one speaks to cfglint.
    fn read(file: FileId, tree: &'t Tree, lines: &'t LineIndex, index: &RuleIndex) -> Option<Self> {
        let (mut faults, mut written) = (Vec::new(), Vec::new());
        for range in tree.comments() {
            let Some(comment) = comment::read(tree, *range) else { continue };
            for line in &comment.lines {
                match directive::read(line, index) {
                    Some(Ok(directive)) => written.push(Written {
                        used: vec![false; directive.words.len()],
                        directive,
                        comment: *range,
                        whole: *range,
                        line: line.place(0, line.bytes().len()),
                        is_shared: comment.is_shared,
                    }),
                    Some(Err(fault)) => faults.push(fault),
                    None => {}
                }
            }
        }
        (!faults.is_empty() || !written.is_empty())
            .then(|| Self::place(file, tree, lines, faults, written))
    }

    /// Finds the area of each directive.
    fn place(
        file: FileId,
        tree: &'t Tree,
        lines: &'t LineIndex,
        mut faults: Vec<Fault>,
        mut written: Vec<Written>,
    ) -> Self {
        let layout = Layout::new(tree, lines);
        let (mut words, mut areas) = (Vec::new(), [(); 3].map(|()| Areas::default()));
        for (at, written) in written.iter_mut().enumerate() {
            written.whole = layout.whole(written.comment);
            let (area, sort) = match written.directive.reach {
                Reach::Line => (layout.line_of(written.comment), 0),
                Reach::Block => (layout.block_of(written.comment), 1),
                Reach::File => (Some(TextRange::new(0, u32::MAX)), 2),
            };
            if area.is_none() && written.directive.reach == Reach::Block {
                faults.push(Fault::no_block(written.directive.name));
                written.directive.words.clear();
            }
            for (word_at, word) in written.directive.words.iter().enumerate() {
                if let (Meaning::Rules(pattern), Some(area)) = (&word.meaning, area) {
                    areas[sort].add(area, pattern, words.len());
                    words.push((at, word_at));
                }
            }
        }
        let [lines, blocks, whole] = areas.map(Areas::finish);
        Self { file, tree, faults, written, words, lines, blocks, whole }
    }

    /// What silences `diagnostic`: the comment that is nearest to it, which is then in use.
    fn silence(&mut self, diagnostic: &Diagnostic) -> Option<Suppression> {
        let (rule, offset) = (&diagnostic.rule, diagnostic.location.range.start());
        let mut areas = [&self.lines, &self.blocks, &self.whole].into_iter();
        let (at, word) = self.words[areas.find_map(|areas| areas.find(rule, offset))?];
        let written = &mut self.written[at];
        written.used[word] = true;
        let justification = written.directive.justification.clone();
        Some(Suppression { kind: SuppressionKind::Comment, justification })
    }
}
