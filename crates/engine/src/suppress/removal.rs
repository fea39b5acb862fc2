//! Takes suppressions out of a file again without touching what stands beside them.

use source::TextRange;
use syntax::Tree;

const BOM: &[u8] = b"\xEF\xBB\xBF";

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
pub(super) fn word(words: &[TextRange], index: usize) -> Removal {
    match index.checked_sub(1) {
        Some(before) => Removal::of(words[before].end(), words[index].end()),
        None => Removal::of(words[0].start(), words[1].start()),
    }
}

/// Takes out the line at `range` of the comment at `comment`, in which other things stand as well:
/// only possible where it has a line of the file to itself.
pub(super) fn line(tree: &Tree, comment: TextRange, range: TextRange) -> Option<Removal> {
    let text = tree.text();
    let (start, end) = (line_start(text, range.start()), next_line(text, range.end()));
    let is_inside = comment.start() < start && line_end(text, range.end()) < comment.end();
    let ends_there = TextRange::new(range.end(), comment.end()).slice(text);
    let has_end = ends_there.iter().position(|byte| *byte == b'\n').is_some();
    (!tree.is_json() && is_inside && has_end).then(|| Removal::of(start, end))
}

/// Takes out the comment at `comment`; `whole` is the same with what belongs to it. A comment that
/// has lines to itself goes with them.
pub(super) fn comment(tree: &Tree, comment: TextRange, whole: TextRange) -> Option<Removal> {
    let text = tree.text();
    if tree.is_json() {
        return json_string(text, comment, whole);
    }
    if let Some(lines) = own_lines(text, comment) {
        return Some(lines);
    }
    let before = TextRange::new(line_start(text, comment.start()), comment.start()).slice(text);
    let end = line_end(text, comment.end());
    if is_blank(TextRange::new(comment.end(), end).slice(text)) {
        let code = before.trim_ascii_end().len();
        return Some(Removal::of(comment.start() - length(&before[code..]), end));
    }
    if before.last().is_none_or(u8::is_ascii_whitespace) {
        return Some(Removal::of(comment.start(), after_blanks(text, comment.end())));
    }
    // Without it two words could become one.
    Some(Removal { range: comment, text: " " })
}

/// Takes out the JSON string whose content stands at `content`, with its key and its comma. `whole`
/// is the property.
fn json_string(text: &[u8], content: TextRange, whole: TextRange) -> Option<Removal> {
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
        let lines = own_lines(text, with_comma);
        let end = after_blanks(text, with_comma.end());
        return Some(lines.unwrap_or_else(|| Removal::of(unit.start(), end)));
    }
    let before = text[..unit.start() as usize].trim_ascii_end();
    if before.ends_with(b",") {
        return Some(Removal::of(length(before) - 1, unit.end()));
    }
    Some(own_lines(text, unit).unwrap_or_else(|| Removal::of(unit.start(), unit.end())))
}

/// The whole lines of `range`, if nothing else stands on them.
fn own_lines(text: &[u8], range: TextRange) -> Option<Removal> {
    let (start, end) = (line_start(text, range.start()), line_end(text, range.end()));
    let before = TextRange::new(start, range.start()).slice(text);
    let after = TextRange::new(range.end(), end).slice(text);
    (is_blank(before) && is_blank(after)).then(|| Removal::of(start, next_line(text, range.end())))
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_whitespace)
}

/// The start of the line of `offset`, behind a byte order mark.
fn line_start(text: &[u8], offset: u32) -> u32 {
    let before = &text[..offset as usize];
    match memchr::memrchr(b'\n', before) {
        Some(at) => length(&text[..=at]),
        None if before.starts_with(BOM) => length(BOM),
        None => 0,
    }
}

/// The end of the line of `offset`, before its line break.
fn line_end(text: &[u8], offset: u32) -> u32 {
    let rest = &text[offset as usize..];
    let line = memchr::memchr(b'\n', rest).map_or(rest, |at| &rest[..at]);
    offset + length(line.strip_suffix(b"\r").unwrap_or(line))
}

/// The start of the line after that of `offset`, or the end of the file.
fn next_line(text: &[u8], offset: u32) -> u32 {
    let rest = &text[offset as usize..];
    offset + memchr::memchr(b'\n', rest).map_or(length(rest), |at| length(&rest[..=at]))
}

/// The offset behind the blanks that begin at `offset`.
fn after_blanks(text: &[u8], offset: u32) -> u32 {
    let rest = &text[offset as usize..];
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    offset + length(&rest[..blanks])
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("invariant: files are shorter than 4 GiB")
}
