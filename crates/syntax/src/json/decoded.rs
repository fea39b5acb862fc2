//! What JSON strings with escapes mean, and which bytes of the file each byte of that stands for.
//! Never holds what is written without escapes.

use std::borrow::Cow;

use source::TextRange;

use crate::lexer::hex_char;

/// What stands for a byte that is not UTF-8, and for half of a surrogate pair, as in Go.
const REPLACEMENT: &str = "\u{fffd}";

/// Decoded strings side by side. Offsets in them begin behind the end of the file, so that a node
/// needs no more than its two offsets to say where its text is.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    /// The offset of the first byte.
    base: u32,
    text: String,
    /// Sorted by `decoded`; from there up to the next one each byte stands for one of the file,
    /// unless the piece is an escape, which stands for all of it.
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    decoded: u32,
    source: u32,
    is_escape: bool,
}

impl Decoded {
    /// An empty store for a file of `length` bytes.
    pub(super) fn after(length: u32) -> Self {
        Self { base: length + 1, text: String::new(), pieces: Vec::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.pieces.shrink_to_fit();
    }

    pub(crate) fn heap_size(&self) -> usize {
        self.text.capacity() + self.pieces.capacity() * size_of::<Piece>()
    }

    /// Whether the range is one of decoded text.
    pub(crate) fn holds(&self, range: TextRange) -> bool {
        range.start() >= self.base && !self.is_empty()
    }

    pub(crate) fn bytes(&self, range: TextRange) -> &[u8] {
        let bytes = self.text.as_bytes();
        bytes.get(self.index(range.start())..self.index(range.end())).unwrap_or_default()
    }

    /// The decoded text at `range`, when it is one of decoded text.
    pub(crate) fn str_at(&self, range: TextRange) -> Option<&str> {
        let is_held = self.holds(range);
        is_held.then(|| self.text.get(self.index(range.start())..self.index(range.end())))?
    }

    fn index(&self, offset: u32) -> usize {
        offset.saturating_sub(self.base) as usize
    }

    /// The bytes of the file that the range stands for.
    pub(crate) fn in_source(&self, range: TextRange) -> TextRange {
        if !self.holds(range) {
            return range;
        }
        let start = self.offset_in_source(range.start());
        TextRange::new(start, self.offset_in_source(range.end()).max(start))
    }

    fn offset_in_source(&self, offset: u32) -> u32 {
        let after = self.pieces.partition_point(|piece| piece.decoded <= offset);
        let Some(piece) = after.checked_sub(1).and_then(|at| self.pieces.get(at)) else {
            return 0;
        };
        piece.source + if piece.is_escape { 0 } else { offset - piece.decoded }
    }

    /// Adds what the string means whose content is `content`, at `start` in the file, and returns
    /// the range of it.
    pub(super) fn add(&mut self, content: &[u8], start: u32) -> TextRange {
        let first = self.offset();
        for run in Runs::new(content) {
            let at = offset(content.len() - run.before);
            self.pieces.push(Piece {
                decoded: self.offset(),
                source: start + at,
                is_escape: run.is_escape,
            });
            self.text.push_str(&run.text);
        }
        let end = self.offset();
        self.pieces.push(Piece {
            decoded: end,
            source: start + offset(content.len()),
            is_escape: true,
        });
        // The end of one string is not the start of the next.
        self.text.push('\0');
        TextRange::new(first, end)
    }

    fn offset(&self) -> u32 {
        self.base + offset(self.text.len())
    }
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).expect("invariant: JSON files are much smaller than 4 GiB")
}

/// A name as a JSON string: without quotes, escapes decoded. What has no quotes is the name itself.
pub(crate) fn decode(written: &[u8]) -> Cow<'_, str> {
    let Some(content) = written.strip_prefix(b"\"") else {
        return String::from_utf8_lossy(written);
    };
    let content = content.strip_suffix(b"\"").unwrap_or(content);
    if memchr::memchr(b'\\', content).is_none() {
        return String::from_utf8_lossy(content);
    }
    Runs::new(content).map(|run| run.text).collect::<String>().into()
}

/// A run of a string's content without escapes, or one escape.
struct Run<'t> {
    text: Cow<'t, str>,
    is_escape: bool,
    /// Bytes left when it began.
    before: usize,
}

struct Runs<'t> {
    rest: &'t [u8],
    /// Bytes up to the next backslash. Not searched for again after each byte that is not UTF-8.
    unescaped: usize,
}

impl<'t> Runs<'t> {
    fn new(content: &'t [u8]) -> Self {
        Self { rest: content, unescaped: until_backslash(content) }
    }

    fn take(&mut self, length: usize) {
        self.rest = &self.rest[length..];
        self.unescaped = match self.unescaped.checked_sub(length) {
            Some(left) => left,
            None => until_backslash(self.rest),
        };
    }
}

fn until_backslash(text: &[u8]) -> usize {
    memchr::memchr(b'\\', text).unwrap_or(text.len())
}

impl<'t> Iterator for Runs<'t> {
    type Item = Run<'t>;

    fn next(&mut self) -> Option<Run<'t>> {
        let rest = self.rest;
        let before = rest.len();
        let (length, text, is_escape) = match rest {
            [] => return None,
            [b'\\', ..] => {
                let (text, length) = escape(rest);
                (length, Cow::Owned(text), true)
            }
            _ => {
                let end = self.unescaped;
                match valid_start(&rest[..end]) {
                    "" => (1, Cow::Borrowed(REPLACEMENT), true),
                    valid => (valid.len(), Cow::Borrowed(valid), false),
                }
            }
        };
        self.take(length);
        Some(Run { text, is_escape, before })
    }
}

/// As much of the start of `bytes` as is UTF-8.
fn valid_start(bytes: &[u8]) -> &str {
    // Looks at whole words of bytes, which the search for chunks does not.
    let is_valid = std::str::from_utf8(bytes);
    is_valid.unwrap_or_else(|_| bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid()))
}

/// Decodes the escape at the start of `text`, which is never empty; with its length. What is no
/// escape stays without its backslash.
fn escape(text: &[u8]) -> (String, usize) {
    let plain = match text.get(1) {
        Some(b'"') => "\"",
        Some(b'\\') => "\\",
        Some(b'/') => "/",
        Some(b'b') => "\u{8}",
        Some(b'f') => "\u{c}",
        Some(b'n') => "\n",
        Some(b'r') => "\r",
        Some(b't') => "\t",
        Some(b'u') => return unicode(text),
        _ => return (String::new(), 1),
    };
    (plain.to_owned(), 2)
}

/// Decodes `\uXXXX`, or two of them that are a surrogate pair.
fn unicode(text: &[u8]) -> (String, usize) {
    let Some(unit) = unit(text) else {
        return (String::new(), 1);
    };
    if let Some(c) = char::from_u32(unit) {
        return (c.into(), 6);
    }
    let low = text.get(6..).filter(|rest| rest.starts_with(b"\\u")).and_then(self::unit);
    match low.filter(|low| unit < 0xdc00 && (0xdc00..0xe000).contains(low)) {
        Some(low) => {
            let c = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            (char::from_u32(c).map_or(REPLACEMENT.to_owned(), String::from), 12)
        }
        None => (REPLACEMENT.to_owned(), 6),
    }
}

/// The number of `\uXXXX`.
fn unit(text: &[u8]) -> Option<u32> {
    let digits = text.get(2..6).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    hex_char(digits).map(u32::from).or_else(|| {
        // Surrogates are no characters.
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expect: &str) {
        assert_eq!(decode(written.as_bytes()), expect);
    }

    #[test]
    fn names() {
        check(r#""plain""#, "plain");
        check(r#""a\"b\\c\/d\b\f\n\r\t""#, "a\"b\\c/d\u{8}\u{c}\n\r\t");
        check(r#""\u0041\u00e9\u20AC""#, "Aé€");
        check(r#""\ud83d\ude00!""#, "😀!");
        check(r#""\ud83d!\ude00""#, "\u{fffd}!\u{fffd}");
        check(r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀");
        check("bare", "bare");
        check(r#""unclosed"#, "unclosed");
        check(r#""\q\u12""#, "qu12");
        check("", "");
    }

    #[test]
    fn offsets() {
        let file = br#"["a\"b", "\ud83d\ude00x"]"#;
        let mut decoded = Decoded::after(25);
        let first = decoded.add(&file[2..6], 2);
        let second = decoded.add(&file[10..23], 10);
        assert_eq!(decoded.str_at(first), Some("a\"b"));
        assert_eq!(decoded.str_at(second), Some("😀x"));
        assert_eq!(decoded.str_at(TextRange::new(4, 9)), None);
        assert_eq!(decoded.in_source(first), TextRange::new(2, 6));
        assert_eq!(decoded.in_source(second), TextRange::new(10, 23));
        let quote = TextRange::new(first.start() + 1, first.start() + 2);
        assert_eq!(decoded.in_source(quote), TextRange::new(3, 5));
        let x = TextRange::new(second.end() - 1, second.end());
        assert_eq!(decoded.in_source(x), TextRange::new(22, 23));
        assert_eq!(decoded.in_source(TextRange::new(4, 9)), TextRange::new(4, 9));
    }
}
