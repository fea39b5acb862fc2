//! Where the code of a file stands: what is on a line, what comes after a comment, which block is
//! around it.

use std::cell::Cell;
use std::cmp::Reverse;

use source::{BOM, LineIndex, TextRange};
use syntax::{NodeId, NodeKind, Tree};

/// The layout of one file.
pub(super) struct Layout<'t> {
    tree: &'t Tree,
    lines: &'t LineIndex,
    /// The comments with all that belongs to them, in source order: in JSON the whole property.
    gaps: Vec<Gap>,
    /// Arguments, also those of calls, elements of lists and items of objects, sorted by their start.
    items: Vec<TextRange>,
    /// The line that was asked for last: all of a file may stand on one.
    last_line: Cell<Option<(u32, TextRange)>>,
    blocks: Vec<Nested>,
}

/// A comment among the code.
struct Gap {
    range: TextRange,
    /// Whether code stands before it on its line.
    follows_code: bool,
    /// Where the code after it begins.
    next_code: Option<u32>,
}

impl<'t> Layout<'t> {
    /// Reads the layout of `tree`, whose lines are `lines`.
    pub(super) fn new(tree: &'t Tree, lines: &'t LineIndex) -> Self {
        let mut nodes = Nodes::default();
        nodes.collect(tree);
        let Nodes { mut items, blocks, properties } = nodes;
        items.sort_by_key(|item| item.start());
        let ranges = gaps(tree, properties);
        let (blocks, last_line) = (nested(blocks), Cell::new(None));
        let mut layout = Self { tree, lines, gaps: Vec::new(), items, last_line, blocks };
        layout.gaps = layout.surroundings(&ranges);
        layout
    }

    /// The line that a comment is about: its own if it follows code, else the next that holds some.
    /// An argument or element of several lines that begins there belongs to it.
    pub(super) fn line_of(&self, comment: TextRange) -> Option<TextRange> {
        let gap = self.gap(comment)?;
        let offset = if gap.follows_code { gap.range.start() } else { gap.next_code? };
        Some(self.line(offset))
    }

    /// The block that a comment is about: the one below it if it stands alone above its header, the
    /// one before it if that ends on its line, else the innermost around it.
    pub(super) fn block_of(&self, comment: TextRange) -> Option<TextRange> {
        let gap = self.gap(comment)?;
        if !gap.follows_code && !self.tree.is_json() {
            let below = gap.next_code?;
            let first = self.blocks.partition_point(|(block, _)| block.start() < below);
            if let Some((block, _)) = self.blocks.get(first)
                && block.start() == below
            {
                return Some(*block);
            }
        }
        // Behind a block there may be nothing else on its last line.
        let ends_here = |block: TextRange| {
            !self.tree.is_json() && self.lines.line(block.end()) == self.lines.line(comment.start())
        };
        let mut blocks = outwards(&self.blocks, comment.start());
        blocks.find(|block| block.contains(comment) || ends_here(*block))
    }

    /// The comment with what belongs to it: in JSON the property, or the element of its list.
    pub(super) fn whole(&self, comment: TextRange) -> TextRange {
        self.gap(comment).map_or(comment, |gap| gap.range)
    }

    fn gap(&self, comment: TextRange) -> Option<&Gap> {
        let after = self.gaps.partition_point(|gap| gap.range.start() <= comment.start());
        self.gaps.get(after.checked_sub(1)?)
    }

    /// The line of `offset` with its line end, and what begins on it.
    fn line(&self, offset: u32) -> TextRange {
        let line = self.lines.line(offset);
        if let Some((_, range)) = self.last_line.get().filter(|(last, _)| *last == line) {
            return range;
        }
        let start = self.lines.line_start(line).unwrap_or(offset);
        // At the end of the file a diagnostic may stand behind the last byte.
        let end = self.lines.line_start(line + 1).unwrap_or(u32::MAX);
        let from = self.items.partition_point(|item| item.start() < start);
        let begun = self.items[from..].iter().take_while(|item| item.start() < end);
        let end = begun.map(|item| item.end()).fold(end, u32::max);
        let range = TextRange::new(start, end);
        self.last_line.set(Some((line, range)));
        range
    }

    /// What stands around each of the comments at `ranges`; one pass each way.
    fn surroundings(&self, ranges: &[TextRange]) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = Vec::with_capacity(ranges.len());
        for range in ranges {
            let line = self.lines.line_start(self.lines.line(range.start())).unwrap_or(0);
            let last = gaps.last().filter(|gap| gap.range.end() > line);
            let inherits = last.is_some_and(|gap| gap.range.start() >= line && gap.follows_code);
            let from = last.map_or(line, |gap| gap.range.end());
            let follows_code = inherits || self.code_in(from, range.start()).is_some();
            gaps.push(Gap { range: *range, follows_code, next_code: None });
        }
        let end = u32::try_from(self.tree.text().len()).unwrap_or(u32::MAX);
        let (mut next_start, mut next_code) = (end, None);
        for gap in gaps.iter_mut().rev() {
            gap.next_code = self.code_in(gap.range.end(), next_start).or(next_code);
            (next_start, next_code) = (gap.range.start(), gap.next_code);
        }
        gaps
    }

    /// The first byte of code from `start` to `end`, between which there is no comment.
    fn code_in(&self, start: u32, end: u32) -> Option<u32> {
        let text = self.tree.text();
        let bom = if text.starts_with(BOM) { 3 } else { 0 };
        let start = start.max(bom).min(end);
        let is_json = self.tree.is_json();
        let is_code = |byte: &u8| match byte {
            b',' => !is_json,
            byte => !byte.is_ascii_whitespace(),
        };
        let found = TextRange::new(start, end).slice(text).iter().position(is_code)?;
        Some(start + u32::try_from(found).unwrap_or(0))
    }
}

/// The comments of `tree`; in JSON the innermost of `properties` around each.
fn gaps(tree: &Tree, properties: Vec<TextRange>) -> Vec<TextRange> {
    let properties = nested(properties);
    let comments = tree.comments().iter().copied();
    let ranges = comments.map(|comment| {
        let mut around = outwards(&properties, comment.start());
        around.find(|property| property.contains(comment)).unwrap_or(comment)
    });
    let mut gaps: Vec<TextRange> = ranges.collect();
    gaps.dedup();
    gaps
}

/// From the last of `ranges` that begins up to `offset` to those around it.
fn outwards(ranges: &[Nested], offset: u32) -> impl Iterator<Item = TextRange> {
    let begun = ranges.partition_point(|(range, _)| range.start() <= offset);
    let first = begun.checked_sub(1).and_then(|at| ranges.get(at));
    let all = std::iter::successors(first, |(_, outer)| ranges.get((*outer)?));
    all.map(|(range, _)| *range)
}

/// A range with the index of the one around it.
type Nested = (TextRange, Option<usize>);

/// `ranges` sorted, outer ones first.
fn nested(mut ranges: Vec<TextRange>) -> Vec<Nested> {
    ranges.sort_by_key(|range| (range.start(), Reverse(range.end())));
    let mut nested: Vec<Nested> = Vec::with_capacity(ranges.len());
    for range in ranges {
        let mut outer = nested.len().checked_sub(1);
        while let Some(at) = outer
            && !nested[at].0.contains(range)
        {
            outer = nested[at].1;
        }
        nested.push((range, outer));
    }
    nested
}

/// What is collected from a tree.
#[derive(Default)]
struct Nodes {
    items: Vec<TextRange>,
    blocks: Vec<TextRange>,
    /// The properties of JSON that are no objects, in source order.
    properties: Vec<TextRange>,
}

impl Nodes {
    /// Looks at all nodes of `tree`. In JSON the text does not tell what is a block: each property
    /// that is an object and each object of a list counts as one.
    fn collect(&mut self, tree: &Tree) {
        let is_object = |id: &NodeId| tree.node(*id).kind() == NodeKind::Object;
        let mut open = vec![tree.body().id()];
        while let Some(id) = open.pop() {
            let range = tree.range(id);
            match tree.node(id).kind() {
                NodeKind::Attribute => self.items.push(range),
                NodeKind::ObjectItem => {
                    let value = tree.children(id).nth(1).filter(is_object);
                    if tree.is_json() && value.is_some() {
                        self.blocks.push(range);
                    } else {
                        self.items.push(range);
                    }
                    if tree.is_json() && value.is_none() {
                        self.properties.push(range);
                    }
                }
                NodeKind::Block => self.blocks.push(range),
                NodeKind::Tuple => {
                    self.items.extend(tree.children(id).map(|element| tree.range(element)));
                    let objects = tree.children(id).filter(|id| tree.is_json() && is_object(id));
                    self.blocks.extend(objects.map(|object| tree.range(object)));
                }
                // The first child is the name.
                NodeKind::Call => {
                    self.items.extend(tree.children(id).skip(1).map(|child| tree.range(child)));
                }
                _ => {}
            }
            open.extend(tree.children(id));
        }
    }
}
