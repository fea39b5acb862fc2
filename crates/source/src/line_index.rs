//! Turns byte offsets into lines and columns.

/// A place as people count: both numbers start at 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LineColumn {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in the unit of the call that made it.
    pub column: u32,
}

/// The byte order mark, with which a file may begin.
pub const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The line starts of one file. A line ends after its `\n`; a lone `\r` ends none.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Whether each byte of the text is a character, so that nothing has to be counted: all of a file
    /// may stand on one line, and many places be asked for.
    is_ascii: bool,
}

impl LineIndex {
    /// Reads the line starts of `text`, which may be any bytes up to 4 GiB.
    pub fn new(text: &[u8]) -> Self {
        let mut starts = vec![0];
        let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        starts.extend(ends.map(|(at, _)| offset_after(at)));
        Self { starts, is_ascii: text.is_ascii() }
    }

    /// Number of lines; a text that ends in `\n` has an empty last one.
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// 1-based line of the byte at `offset`.
    pub fn line(&self, offset: u32) -> u32 {
        let line = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// Byte offset at which the 1-based `line` starts, or `None` past the last line.
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.starts.get(line.checked_sub(1)? as usize).copied()
    }

    /// Line and column of `offset`, the column counted in characters (Unicode scalar values): a
    /// tab is one, a byte order mark none, a byte that is not UTF-8 one replacement character.
    pub fn position(&self, text: &[u8], offset: u32) -> LineColumn {
        self.column_by(text, offset, |_| 1)
    }

    /// Line and column of `offset`, the column counted in UTF-16 code units.
    pub fn position_utf16(&self, text: &[u8], offset: u32) -> LineColumn {
        self.column_by(text, offset, |c| if c as u32 > 0xFFFF { 2 } else { 1 })
    }

    fn column_by(&self, text: &[u8], offset: u32, width: impl Fn(char) -> u32) -> LineColumn {
        let offset = (offset as usize).min(text.len());
        let line = self.line(u32::try_from(offset).unwrap_or(u32::MAX));
        let mut start = self.starts[line as usize - 1] as usize;
        if start == 0 && text.starts_with(BOM) && offset >= BOM.len() {
            start = BOM.len();
        }
        let before = &text[start.min(offset)..offset];
        let columns = if self.is_ascii || before.is_ascii() {
            u32::try_from(before.len()).unwrap_or(u32::MAX)
        } else {
            String::from_utf8_lossy(before).chars().map(width).sum()
        };
        LineColumn { line, column: columns.saturating_add(1) }
    }
}

fn offset_after(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, offset: u32, expect: (u32, u32)) {
        let place = LineIndex::new(text.as_bytes()).position(text.as_bytes(), offset);
        assert_eq!((place.line, place.column), expect, "{text:?} at {offset}");
    }

    #[test]
    fn columns_count_characters() {
        check("a\nb", 2, (2, 1));
        check("é = 1", 3, (1, 3));
        check("\tx", 1, (1, 2));
        check("\u{feff}x", 3, (1, 1));
        check("\u{feff}x", 0, (1, 1));
        check("a\r\nb", 3, (2, 1));
        check("", 0, (1, 1));
        check("a", 99, (1, 2));
    }

    #[test]
    fn utf16_counts_surrogates_twice() {
        let text = "😀x".as_bytes();
        let place = LineIndex::new(text).position_utf16(text, 4);
        assert_eq!(place.column, 3);
    }

    #[test]
    fn bytes_that_are_not_utf8_count_once() {
        let text = b"\xffx";
        assert_eq!(LineIndex::new(text).position(text, 1).column, 2);
    }
}
