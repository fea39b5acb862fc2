//! Whether an edited text can be trusted without judging it: it reads as well as before, and all
//! comments are still there.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use source::TextRange;
use syntax::{Item, Syntax, Tree};

/// Trees deeper than this are not shown to readers that descend by recursion.
const MAX_OTHER_DEPTH: usize = 200;

/// What there is to be known of a text.
pub(crate) struct Reading {
    errors: usize,
    is_read_elsewhere: bool,
    /// Where the comments are, and what tells their texts from others.
    comments: Vec<(TextRange, u64)>,
    /// Where the arguments and blocks of the file begin.
    items: Vec<u32>,
}

impl Reading {
    pub(crate) fn of(text: &[u8], syntax: Syntax) -> Self {
        let tree = syntax::parse_as(text, syntax);
        let comments = tree.comments().iter();
        let comments =
            comments.map(|comment| (*comment, hash(comment.slice(text).trim_ascii_end())));
        Self {
            errors: tree.errors().len(),
            is_read_elsewhere: is_read_elsewhere(&tree),
            comments: comments.collect(),
            items: tree.body().items().map(start_of).collect(),
        }
    }

    /// The number of the argument or block of the file at `offset`.
    pub(crate) fn item(&self, offset: u32) -> usize {
        self.items.partition_point(|start| *start <= offset)
    }

    /// Whether `after` has no more syntax errors, can be read by another reader if this could, and
    /// holds all comments but those that `changed` touches.
    pub(crate) fn becomes(&self, after: &Self, changed: &[TextRange]) -> bool {
        after.errors <= self.errors
            && (!self.is_read_elsewhere || after.is_read_elsewhere)
            && self.keeps_comments(after, changed)
    }

    fn keeps_comments(&self, after: &Self, changed: &[TextRange]) -> bool {
        let mut left: BTreeMap<u64, usize> = BTreeMap::new();
        for (_, text) in &after.comments {
            *left.entry(*text).or_default() += 1;
        }
        let touches = |comment: TextRange| {
            let is_touched =
                |edit: &TextRange| edit.start() < comment.end() && comment.start() < edit.end();
            changed.iter().any(is_touched)
        };
        self.comments.iter().filter(|(range, _)| !touches(*range)).all(|(_, text)| {
            let count = left.get_mut(text).filter(|count| **count > 0);
            count.map(|count| *count -= 1).is_some()
        })
    }
}

fn start_of(item: Item<'_>) -> u32 {
    match item {
        Item::Attribute(attribute) => attribute.range().start(),
        // In JSON syntax the header stands in front of the object that is the block.
        Item::Block(block) => block.header_range().start().min(block.range().start()),
    }
}

/// Tells texts from each other.
pub(crate) fn hash(text: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Whether a reader that is not ours accepts the text. `false` also when it cannot be asked.
fn is_read_elsewhere(tree: &Tree) -> bool {
    let text: &[u8] = tree.text();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if tree.is_json() {
        return serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok();
    }
    let Ok(text) = std::str::from_utf8(text) else { return false };
    !is_deep(tree) && text.parse::<hcl_edit::structure::Body>().is_ok()
}

fn is_deep(tree: &Tree) -> bool {
    let mut open = vec![(tree.body().id(), 0)];
    while let Some((id, depth)) = open.pop() {
        if depth > MAX_OTHER_DEPTH {
            return true;
        }
        open.extend(tree.children(id).map(|child| (child, depth + 1)));
    }
    false
}
