//! The lines of a comment that speak to cfglint, with the place of each of their bytes.

use source::TextRange;
use syntax::Tree;

/// What such a line begins with, in whatever case.
pub(super) const NAME: &str = "cfglint";

/// A line of a comment without the marks of the comment.
#[derive(Debug)]
pub(super) struct Line {
    bytes: Vec<u8>,
    /// Where each byte begins in the file, and where the last one ends.
    offsets: Vec<u32>,
}

/// What a comment holds.
#[derive(Debug)]
pub(super) struct Comment {
    /// The lines that begin with [`NAME`].
    pub(super) lines: Vec<Line>,
    /// Whether something else stands in it too.
    pub(super) has_prose: bool,
}

impl Line {
    /// The text of the line; what is not UTF-8 is replaced.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the bytes from `start` to `end` of the line stand in the file.
    pub(super) fn place(&self, start: usize, end: usize) -> TextRange {
        TextRange::new(self.offsets[start], self.offsets[end])
    }

    fn trimmed(mut self, is_mark: impl Fn(u8) -> bool) -> Self {
        let marks = self.bytes.iter().take_while(|byte| is_mark(**byte)).count();
        self.bytes.drain(..marks);
        self.offsets.drain(..marks);
        let length = self.bytes.trim_ascii_end().len();
        self.bytes.truncate(length);
        self.offsets.truncate(length + 1);
        self
    }

    fn starts_with_name(&self) -> bool {
        let start = self.bytes.get(..NAME.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(NAME.as_bytes()))
    }
}

/// Reads the comment at `range` of `tree`; `None` when no line of it speaks to cfglint.
pub(super) fn read(tree: &Tree, range: TextRange) -> Option<Comment> {
    let bytes = range.slice(tree.text());
    if !may_hold_name(bytes) {
        return None;
    }
    let lines: Vec<Line> = if tree.is_json() {
        let is_blank = |byte: u8| byte.is_ascii_whitespace();
        split(&unescaped(bytes, range.start())).map(|line| line.trimmed(is_blank)).collect()
    } else {
        let (content, is_mark): (_, fn(u8) -> bool) = match bytes {
            [b'/', b'*', rest @ ..] => (without_end(rest), |byte| byte == b'*' || is_space(byte)),
            [b'/', b'/', rest @ ..] => (rest, |byte| byte == b'/' || is_space(byte)),
            _ => (bytes, |byte| byte == b'#' || is_space(byte)),
        };
        let marks = if bytes.starts_with(b"#") { 0 } else { 2 };
        split(&plain(content, range.start() + marks)).map(|line| line.trimmed(is_mark)).collect()
    };
    let written = lines.iter().filter(|line| !line.bytes.is_empty()).count();
    let lines: Vec<Line> = lines.into_iter().filter(Line::starts_with_name).collect();
    let has_prose = lines.len() < written;
    (!lines.is_empty()).then_some(Comment { lines, has_prose })
}

/// The content of a `/* */` comment without its end and the stars that decorate it.
fn without_end(content: &[u8]) -> &[u8] {
    let content = content.strip_suffix(b"*/").unwrap_or(content);
    let stars = content.iter().rev().take_while(|byte| **byte == b'*').count();
    let before = &content[..content.len() - stars];
    // In `pack/**/` the first star is part of a pattern.
    if before.last().is_none_or(|byte| is_space(*byte)) { before } else { content }
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

/// Whether [`NAME`] occurs, in whatever case. Most comments end here.
fn may_hold_name(bytes: &[u8]) -> bool {
    // Its rarest letter.
    const MARK: usize = 2;
    memchr::memchr2_iter(b'g', b'G', bytes).any(|at| {
        let word = at.checked_sub(MARK).and_then(|start| bytes.get(start..start + NAME.len()));
        word.is_some_and(|word| word.eq_ignore_ascii_case(NAME.as_bytes()))
    })
}

/// The bytes of a comment that stand for themselves; they begin at `start` of the file.
fn plain(bytes: &[u8], start: u32) -> Line {
    let end = start + length(bytes);
    Line { bytes: bytes.to_vec(), offsets: (start..=end).collect() }
}

/// The content of a JSON string with its escapes replaced; it begins at `start` of the file.
fn unescaped(bytes: &[u8], start: u32) -> Line {
    let mut line = Line { bytes: Vec::with_capacity(bytes.len()), offsets: Vec::new() };
    let mut rest = bytes;
    while !rest.is_empty() {
        let (text, taken) = match rest {
            [b'\\', b'u', ..] => unicode_escape(rest),
            [b'\\', escape, ..] => (simple_escape(*escape), 2),
            [byte, ..] => (vec![*byte], 1),
            [] => break,
        };
        let at = start + length(bytes) - length(rest);
        line.offsets.extend(text.iter().map(|_| at));
        line.bytes.extend(text);
        rest = rest.get(taken..).unwrap_or_default();
    }
    line.offsets.push(start + length(bytes));
    line
}

fn simple_escape(escape: u8) -> Vec<u8> {
    vec![match escape {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' | b'b' | b'f' => b' ',
        other => other,
    }]
}

/// The character of the escape that `rest` begins with, and how many bytes the escape has.
fn unicode_escape(rest: &[u8]) -> (Vec<u8>, usize) {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let units: Vec<u16> = [unit(0), unit(6)].into_iter().map_while(|unit| unit).collect();
    let first = char::decode_utf16(units).next().and_then(Result::ok);
    let c = first.unwrap_or(char::REPLACEMENT_CHARACTER);
    (c.to_string().into_bytes(), 6 * c.len_utf16())
}

/// The lines of `text`.
fn split(text: &Line) -> impl Iterator<Item = Line> {
    let mut start = 0;
    text.bytes.split(|byte| *byte == b'\n').map(move |bytes| {
        let end = start + bytes.len();
        let line = Line { bytes: bytes.to_vec(), offsets: text.offsets[start..=end].to_vec() };
        start = end + 1;
        line
    })
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("invariant: files are shorter than 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let tree = syntax::parse(text.as_bytes());
        let comments = tree.comments().iter().filter_map(|range| read(&tree, *range));
        let lines: Vec<String> = comments
            .flat_map(|comment| comment.lines)
            .map(|line| {
                let place = line.place(0, line.bytes.len());
                assert_eq!(place.slice(text.as_bytes()), line.bytes, "{text:?}");
                String::from_utf8_lossy(line.bytes()).into_owned()
            })
            .collect();
        assert_eq!(lines, expect, "{text:?}");
    }

    #[test]
    fn marks_of_comments_are_taken_off() {
        check("#cfglint:x", &["cfglint:x"]);
        check("## \t cfglint:x y \r\n", &["cfglint:x y"]);
        check("// cfglint:x", &["cfglint:x"]);
        check("///cfglint:x // y", &["cfglint:x // y"]);
        check("/*cfglint:x*/", &["cfglint:x"]);
        check("/** cfglint:* **/", &["cfglint:*"]);
        check("/* cfglint:x/**/", &["cfglint:x/*"]);
        check("/***/", &[]);
        check("/*\r\n * cfglint:x\r\n *\r\n   CFGlint:y\r\n */", &["cfglint:x", "CFGlint:y"]);
        check("/* cfglint:x", &["cfglint:x"]);
        check("# see cfglint:x", &[]);
        check("a = \"# cfglint:x\"", &[]);
        check("a = <<EOT\n# cfglint:x\nEOT\n", &[]);
        check("# lint: x", &[]);
    }

    #[test]
    fn escapes_of_json_keep_their_places() {
        let check = |text: &str, expect: &str, place: (u32, u32)| {
            let line = unescaped(text.as_bytes(), 10);
            assert_eq!(String::from_utf8_lossy(line.bytes()), expect, "{text}");
            let found = expect.find('x').unwrap_or(0);
            assert_eq!(line.place(found, found + 1), TextRange::new(place.0, place.1), "{text}");
        };
        check(r"a\/x", "a/x", (13, 14));
        check(r"\u0041x", "Ax", (16, 17));
        check(r"\ud83d\ude00x", "😀x", (22, 23));
        check(r"\u0078\n", "x\n", (10, 16));
        check(r"\ud83dx", "\u{fffd}x", (16, 17));
        check(r"x\u00", "x\u{fffd}", (10, 11));
        check(r"x\", "x\\", (10, 11));
    }
}
