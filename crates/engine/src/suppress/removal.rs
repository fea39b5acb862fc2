//! Takes suppressions out of a file again without touching what stands beside them.

use source::{BOM, LineIndex, TextRange};
use syntax::Tree;

use super::directive::Word;

/// What to write where, to be rid of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Removal {
    pub(super) range: TextRange,
    pub(super) text: &'static str,
}

impl Removal {
    fn of(start: u32, end: u32) -> Self {
        Self { range: TextRange::new(start, end), text: "" }
    }
}

/// Takes the word at `index` out of `words` with the comma or blank beside it; there is another one.
pub(super) fn word(words: &[Word], index: usize) -> Removal {
    match index.checked_sub(1) {
        Some(before) => Removal::of(words[before].range.end(), words[index].range.end()),
        None => Removal::of(words[0].range.start(), words[1].range.start()),
    }
}

/// The text of a file in lines. Both are looked up, since a line may be the whole file.
#[derive(Clone, Copy)]
pub(super) struct Lines<'t> {
    pub(super) tree: &'t Tree,
    pub(super) index: &'t LineIndex,
}

impl Lines<'_> {
    /// Takes out the line at `range` of the comment at `comment`, in which other things stand as
    /// well: only possible where it has a line of the file to itself.
    pub(super) fn remove_line(self, comment: TextRange, range: TextRange) -> Option<Removal> {
        let (start, next) = (self.start(range.start()), self.next(range.end()));
        let is_alone = comment.start() < start && self.end(range.end()) < comment.end();
        (!self.tree.is_json() && is_alone).then(|| Removal::of(start, next))
    }

    /// Takes out the comment at `comment`; `whole` is the same with what belongs to it. A comment
    /// that has lines to itself goes with them.
    pub(super) fn remove_comment(self, comment: TextRange, whole: TextRange) -> Option<Removal> {
        if self.tree.is_json() {
            return self.remove_json_string(comment, whole);
        }
        if let Some(lines) = self.whole_lines(comment) {
            return Some(lines);
        }
        let before = self.slice(self.start(comment.start()), comment.start());
        let end = self.end(comment.end());
        if is_blank(self.slice(comment.end(), end)) {
            let blanks = length(before) - length(before.trim_ascii_end());
            return Some(Removal::of(comment.start() - blanks, end));
        }
        if before.last().is_none_or(u8::is_ascii_whitespace) {
            return Some(Removal::of(comment.start(), self.after_blanks(comment.end())));
        }
        // Without it two words could become one.
        Some(Removal { range: comment, text: " " })
    }

    /// Takes out the JSON string whose content stands at `content`, with its key and its comma.
    /// `whole` is the property.
    fn remove_json_string(self, content: TextRange, whole: TextRange) -> Option<Removal> {
        let text = self.tree.text();
        let string = TextRange::new(content.start().checked_sub(1)?, content.end() + 1);
        let quoted = string.slice(text);
        if quoted.len() < 2 || !quoted.starts_with(b"\"") || !quoted.ends_with(b"\"") {
            return None;
        }
        let unit = if whole.end() == string.end() { whole } else { string };
        let behind = &text[unit.end() as usize..];
        let blanks = behind.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if behind.get(blanks) == Some(&b',') {
            let with_comma = TextRange::new(unit.start(), unit.end() + length(&behind[..=blanks]));
            let end = self.after_blanks(with_comma.end());
            let lines = self.whole_lines(with_comma);
            return Some(lines.unwrap_or_else(|| Removal::of(unit.start(), end)));
        }
        let before = text[..unit.start() as usize].trim_ascii_end();
        if before.ends_with(b",") {
            return Some(Removal::of(length(before) - 1, unit.end()));
        }
        let lines = self.whole_lines(unit);
        Some(lines.unwrap_or_else(|| Removal::of(unit.start(), unit.end())))
    }

    /// The whole lines of `range`, if nothing else stands on them.
    fn whole_lines(self, range: TextRange) -> Option<Removal> {
        let start = self.start(range.start());
        let before = self.slice(start, range.start());
        let after = self.slice(range.end(), self.end(range.end()));
        let is_alone = is_blank(before) && is_blank(after);
        is_alone.then(|| Removal::of(start, self.next(range.end())))
    }

    fn slice(&self, start: u32, end: u32) -> &[u8] {
        TextRange::new(start, end).slice(self.tree.text())
    }

    /// The start of the line of `offset`, behind a byte order mark.
    fn start(self, offset: u32) -> u32 {
        match self.index.line_start(self.index.line(offset)) {
            None | Some(0) if self.tree.text().starts_with(BOM) => length(BOM),
            start => start.unwrap_or(0),
        }
    }

    /// The end of the line of `offset`, before its line break.
    fn end(self, offset: u32) -> u32 {
        let line = self.slice(offset, self.next(offset));
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        offset + length(line.strip_suffix(b"\r").unwrap_or(line))
    }

    /// The start of the line after that of `offset`, or the end of the file.
    fn next(self, offset: u32) -> u32 {
        let next = self.index.line_start(self.index.line(offset) + 1);
        next.unwrap_or_else(|| length(self.tree.text()))
    }

    /// The offset behind the blanks that begin at `offset`.
    fn after_blanks(self, offset: u32) -> u32 {
        let rest = &self.tree.text()[offset as usize..];
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        offset + length(&rest[..blanks])
    }
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_whitespace)
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("invariant: files are shorter than 4 GiB")
}
