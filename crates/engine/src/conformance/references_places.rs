//! Where the text of a block or an expression may have a traversal of a resource, found without a walk
//! over its nodes. Finds too many places, never too few.

use memchr::memchr2_iter;
use memchr::memmem::Finder;
use source::TextRange;
use syntax::Tree;

/// The places in one range of a file where the first step after the root of a traversal may begin that
/// is of a resource. Kept from one range to the next for its memory.
pub(super) struct Places {
    /// Sorted; `None` where the text does not tell.
    starts: Option<Vec<u32>>,
    self_name: Finder<'static>,
    ignore_changes: Finder<'static>,
}

impl Default for Places {
    /// Everywhere.
    fn default() -> Self {
        let (self_name, ignore_changes) = (Finder::new("self"), Finder::new("ignore_changes"));
        Self { starts: None, self_name, ignore_changes }
    }
}

impl Places {
    /// Finds those in `range`; with `of_self` also those after `self`, which has steps of other kinds.
    pub(super) fn find(&mut self, tree: &Tree, range: TextRange, of_self: bool) {
        // JSON has escapes, and broken text may be read as anything.
        if tree.is_json() || !tree.errors().is_empty() {
            self.starts = None;
            return;
        }
        let text = range.slice(tree.text());
        let starts = self.starts.get_or_insert_default();
        starts.clear();
        let add = |at: usize| {
            if may_follow_root(text, at) {
                starts.push(range.start() + u32::try_from(at).unwrap_or(u32::MAX));
            }
        };
        // After a type a name has to come, after `self` an index may.
        if of_self && self.self_name.find(text).is_some() {
            memchr2_iter(b'.', b'[', text).for_each(add);
        } else {
            each_dot(text, add);
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.starts.as_ref().is_some_and(Vec::is_empty)
    }

    /// Whether one may be in `range`, which has to lie in that in which they were found.
    pub(super) fn any_in(&self, range: TextRange) -> bool {
        let Some(starts) = &self.starts else { return true };
        let at = starts.partition_point(|start| *start < range.start());
        starts.get(at).is_some_and(|start| *start < range.end())
    }

    /// Whether the list `ignore_changes` may stand in `range`.
    pub(super) fn may_ignore(&self, tree: &Tree, range: TextRange) -> bool {
        tree.is_json() || self.ignore_changes.find(range.slice(tree.text())).is_some()
    }
}

/// Calls `found` with the place of each dot in `text`. Dots are so frequent that a search that starts anew
/// after each one costs more than looking at all words of the text.
fn each_dot(text: &[u8], mut found: impl FnMut(usize)) {
    const LOW: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    const DOTS: u64 = u64::from_le_bytes([b'.'; 8]);
    let mut check = |at: usize| {
        if text[at] == b'.' {
            found(at);
        }
    };
    let (words, rest) = text.as_chunks::<8>();
    for (number, bytes) in words.iter().enumerate() {
        // Bytes that are dots become 0; the subtraction then sets the high bit of these, and maybe of
        // others after them.
        let word = u64::from_le_bytes(*bytes) ^ DOTS;
        let mut bits = word.wrapping_sub(LOW) & !word & HIGH;
        while bits != 0 {
            check(number * 8 + bits.trailing_zeros() as usize / 8);
            bits &= bits - 1;
        }
    }
    (text.len() - rest.len()..text.len()).for_each(check);
}

const NAME: u8 = 1;
const UNDERSCORE: u8 = 2;

/// For each byte whether it may be one of a name. All that is not ASCII may.
static CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 256")]
        let c = byte as u8;
        if c.is_ascii_alphanumeric() || c == b'-' || c >= 0x80 {
            table[byte] = NAME;
        } else if c == b'_' {
            table[byte] = NAME | UNDERSCORE;
        }
        byte += 1;
    }
    table
};

/// Whether the root of a traversal of a resource may end before the step at `at` in valid text.
fn may_follow_root(text: &[u8], at: usize) -> bool {
    let before = &text[..at];
    let (mut class, mut other) = (0, None);
    for byte in before.iter().rev() {
        match CLASS[usize::from(*byte)] {
            0 => {
                other = Some(*byte);
                break;
            }
            found => class |= found,
        }
    }
    if class == 0 {
        // White space or a comment may stand between a name and a step.
        return text[at] == b'[' || matches!(other, Some(b' ' | b'\t' | b'\r' | b'\n' | b'/'));
    }
    // What follows a dot at once is no root.
    let is_wanted = || matches!(before.last_chunk(), Some(b"data" | b"self"));
    other != Some(b'.') && (class & UNDERSCORE != 0 || is_wanted())
}
