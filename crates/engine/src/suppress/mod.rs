//! Comments that silence diagnostics: `# cfglint:ignore pack/name reason`.

mod areas;
mod comment;
mod complaint;
mod directive;
mod doubt;
mod layout;
mod removal;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use diagnostics::{Diagnostic, RuleId, Suppression, SuppressionKind};
use module::Sources;
use rulebook::RuleIndex;
use source::{FileId, LineIndex, SourceFile, TextRange};
use syntax::Tree;

use crate::Undecided;
use areas::{Areas, Finder, Spots};
use complaint::Complaints;
use directive::{CORE, Directive, Fault, Meaning, Reach};
use doubt::Doubts;
use layout::Layout;

/// Marks those of `diagnostics` as suppressed that comments of `sources` silence, and adds one for
/// each comment that is misspelt or silences nothing. `is_judged` tells whether a rule was run for a
/// file: a comment about a rule that was not is never called unused, nor is one where the rule is
/// among the `undecided`, nor one in a directory in which cfglint itself found something, since that
/// may have kept a rule from its work.
pub fn suppress(
    sources: Sources<'_>,
    index: &RuleIndex,
    is_judged: &dyn Fn(&RuleId, FileId) -> bool,
    undecided: &[Undecided],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let files = sources.files.iter().zip(sources.trees);
    let mut found: Vec<FileComments<'_>> = files
        .filter_map(|((file, source), tree)| FileComments::read(file, tree, source, index))
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
    let doubts = Doubts::new(sources, diagnostics, undecided);
    let left = left_over(diagnostics, &places);
    for (comments, left) in found.iter().zip(&left) {
        let doubts = doubts.about(comments.file, comments.tree);
        let is_judged = |rule: &RuleId| is_judged(rule, comments.file);
        let context = Complaints { comments, index, is_judged: &is_judged, doubts, left };
        context.tell(diagnostics);
    }
}

/// What nothing silences in a file.
struct LeftOver {
    /// Where it is.
    found: Spots,
    /// Where that is which explains it, such as the use of a value.
    related: Spots,
}

/// What nothing silences in each of the files, whose numbers are `places`.
fn left_over(diagnostics: &[Diagnostic], places: &HashMap<FileId, usize>) -> Vec<LeftOver> {
    let mut files = vec![[Vec::new(), Vec::new()]; places.len()];
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.suppressed.is_none()) {
        let related = diagnostic.related.iter().map(|related| (1, related.location));
        for (sort, location) in related.chain([(0, diagnostic.location)]) {
            if let Some(at) = places.get(&location.file) {
                let start = location.range.start();
                let first = TextRange::new(start, start.saturating_add(1));
                files[*at][sort].push((diagnostic.rule.clone(), first));
            }
        }
    }
    let files = files.into_iter().map(|spots| spots.map(Spots::new));
    files.map(|[found, related]| LeftOver { found, related }).collect()
}

/// The suppressions of one file.
struct FileComments<'t> {
    file: FileId,
    tree: &'t Tree,
    lines: &'t LineIndex,
    faults: Vec<Fault>,
    written: Vec<Written>,
    /// The directive and the word of each number in the areas.
    words: Vec<(usize, usize)>,
    /// By line, block and file.
    areas: [Finder; 3],
}

/// A directive in its comment.
struct Written {
    directive: Directive,
    /// Whether each of its words has silenced something.
    used: Vec<bool>,
    /// What it is about, and the block that is around this.
    area: Option<TextRange>,
    block: Option<TextRange>,
    comment: TextRange,
    /// The comment with what belongs to it: in JSON the property.
    whole: TextRange,
    /// The line of the comment, without marks.
    line: TextRange,
    /// Whether something else than such directives stands in the comment.
    has_prose: bool,
}

impl<'t> FileComments<'t> {
    /// Reads the comments of `tree`, if one speaks to cfglint.
    fn read(
        file: FileId,
        tree: &'t Tree,
        source: &'t SourceFile,
        index: &RuleIndex,
    ) -> Option<Self> {
        let (mut faults, mut written) = (Vec::new(), Vec::new());
        for range in tree.comments() {
            let Some(comment) = comment::read(tree, *range) else { continue };
            let directives = comment.lines.iter().map(|line| (line, directive::read(line, index)));
            let directives: Vec<_> = directives.collect();
            let is_sound = directives.iter().all(|(_, read)| matches!(read, Some(Ok(_))));
            for (line, directive) in directives {
                match directive {
                    Some(Ok(directive)) => written.push(Written {
                        used: vec![false; directive.words.len()],
                        directive,
                        area: None,
                        block: None,
                        comment: *range,
                        whole: *range,
                        line: line.place(0, line.bytes().len()),
                        has_prose: comment.has_prose || !is_sound,
                    }),
                    Some(Err(fault)) => faults.push(fault),
                    None => {}
                }
            }
        }
        (!faults.is_empty() || !written.is_empty())
            .then(|| Self::place(file, tree, source.lines(), faults, written))
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
            written.block = layout.block_of(written.comment);
            let (area, sort) = match written.directive.reach {
                Reach::Line => (layout.line_of(written.comment), 0),
                Reach::Block => (written.block, 1),
                Reach::File => (Some(TextRange::new(0, u32::MAX)), 2),
            };
            written.area = area;
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
        let areas = areas.map(Areas::finish);
        Self { file, tree, lines, faults, written, words, areas }
    }

    /// What silences `diagnostic`: the comment that is nearest to it, which is then in use.
    fn silence(&mut self, diagnostic: &Diagnostic) -> Option<Suppression> {
        let (rule, offset) = (&diagnostic.rule, diagnostic.location.range.start());
        let mut areas = self.areas.iter();
        let (at, word) = self.words[areas.find_map(|areas| areas.find(rule, offset))?];
        let written = &mut self.written[at];
        written.used[word] = true;
        let justification = written.directive.justification.clone();
        Some(Suppression { kind: SuppressionKind::Comment, justification })
    }
}
