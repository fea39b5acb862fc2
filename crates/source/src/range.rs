//! Byte ranges and the files they lie in.

use std::fmt;

/// A half-open range of byte offsets, `start <= end`, in one file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TextRange {
    start: u32,
    end: u32,
}

impl TextRange {
    /// The range from `start` up to, not including, `end`.
    ///
    /// # Panics
    /// When `end` lies before `start`.
    pub const fn new(start: u32, end: u32) -> Self {
        assert!(start <= end, "invariant: a range ends at or after its start");
        Self { start, end }
    }

    /// The empty range at `offset`.
    pub const fn empty(offset: u32) -> Self {
        Self { start: offset, end: offset }
    }

    /// First byte.
    pub const fn start(self) -> u32 {
        self.start
    }

    /// The byte after the last one.
    pub const fn end(self) -> u32 {
        self.end
    }

    /// Number of bytes.
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the range covers no byte.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly inside.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The bytes of `text` that the range names; what lies past the end of `text` is left out.
    pub fn slice(self, text: &[u8]) -> &[u8] {
        let end = (self.end as usize).min(text.len());
        &text[(self.start as usize).min(end)..end]
    }
}

impl fmt::Debug for TextRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// A file of a [`crate::FileSet`], by its place in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

impl FileId {
    /// Text that is in no file: a rule page, the command line, the environment.
    pub const NOWHERE: Self = Self(u32::MAX);
}

/// A range in a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The bytes of it.
    pub range: TextRange,
}

impl Location {
    /// The place of `range` in `file`.
    pub const fn new(file: FileId, range: TextRange) -> Self {
        Self { file, range }
    }
}
