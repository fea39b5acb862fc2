//! Cuts JSON into tokens and tells what no token can be. Never looks at the grammar.

use std::borrow::Cow;

use source::TextRange;

use crate::lexer::{char_at, is_number, offset, stray_message};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    Comma,
    Colon,
    Equals,
    /// `decode` when it means something else than its bytes.
    String {
        decode: bool,
    },
    Number,
    /// `true`, or what somebody took for a name.
    Word,
    End,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: TextRange,
    /// The width of the blanks at the start of its line.
    pub(super) indent: usize,
    /// Whether it is the first of its line.
    pub(super) is_first: bool,
}

/// What is wrong with a token, or with what stands before it.
pub(super) struct Fault {
    pub(super) range: TextRange,
    pub(super) message: Cow<'static, str>,
}

#[derive(Clone)]
pub(super) struct Lexer<'t> {
    text: &'t [u8],
    pos: usize,
    indent: usize,
    is_first: bool,
    /// Whether a string without an end holds what may have been meant to close something.
    pub(super) has_lost_closers: bool,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self { text, pos: 0, indent: 0, is_first: true, has_lost_closers: false }
    }

    /// The next token. What is no token is told to `fault` and passed over.
    pub(super) fn next(&mut self, fault: &mut impl FnMut(Fault)) -> Token {
        self.is_first = self.pos == 0;
        loop {
            self.blanks();
            let start = self.pos;
            let Some(&byte) = self.text.get(start) else {
                return self.token(Kind::End, 0);
            };
            return match byte {
                b'{' => self.token(Kind::OpenBrace, 1),
                b'}' => self.token(Kind::CloseBrace, 1),
                b'[' => self.token(Kind::OpenBracket, 1),
                b']' => self.token(Kind::CloseBracket, 1),
                b',' => self.token(Kind::Comma, 1),
                b':' => self.token(Kind::Colon, 1),
                b'=' => self.token(Kind::Equals, 1),
                b'"' => self.string(fault),
                b'0'..=b'9' | b'-' | b'+' | b'.' => self.number(fault),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
                _ => {
                    self.stray(fault);
                    continue;
                }
            };
        }
    }

    fn blanks(&mut self) {
        let start = self.pos;
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
        self.pos += self.text[start..].iter().take_while(blank).count();
        if let Some(line) = memchr::memrchr(b'\n', &self.text[start..self.pos]) {
            self.indent = self.pos - (start + line + 1);
            self.is_first = true;
        }
    }

    fn token(&mut self, kind: Kind, length: usize) -> Token {
        let range = range(self.pos, self.pos + length);
        self.pos += length;
        Token { kind, range, indent: self.indent, is_first: self.is_first }
    }

    fn string(&mut self, fault: &mut impl FnMut(Fault)) -> Token {
        let text = self.text;
        let start = self.pos;
        let mut at = start + 1;
        let (mut has_escape, mut all) = (false, 0);
        while let Some(&byte) = text.get(at) {
            match byte {
                b'"' | b'\n' | b'\r' => break,
                b'\\' => {
                    has_escape = true;
                    at += escape(text, at, fault);
                }
                0..=0x1f => {
                    let message = match byte {
                        b'\t' => "a tab in a string is written `\\t`".into(),
                        _ => format!("this character in a string is written `\\u{byte:04x}`"),
                    };
                    fault(Fault { range: range(at, at + 1), message: message.into() });
                    at += 1;
                }
                _ => {
                    all |= byte;
                    at += 1;
                }
            }
        }
        if text.get(at) == Some(&b'"') {
            at += 1;
        } else {
            let message = "this string is never closed".into();
            fault(Fault { range: range(start, start + 1), message });
            self.has_lost_closers |= memchr::memchr2(b'}', b']', &text[start..at]).is_some();
        }
        let is_utf8 = all < 0x80 || std::str::from_utf8(&text[start..at]).is_ok();
        self.token(Kind::String { decode: has_escape || !is_utf8 }, at - start)
    }

    fn number(&mut self, fault: &mut impl FnMut(Fault)) -> Token {
        let rest = &self.text[self.pos..];
        let part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.iter().take_while(part).count();
        if !is_json_number(&rest[..length]) {
            let range = range(self.pos, self.pos + length);
            fault(Fault { range, message: number_message(&rest[..length]).into() });
        }
        self.token(Kind::Number, length)
    }

    fn word(&mut self) -> Token {
        let rest = &self.text[self.pos..];
        let part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let length = rest.iter().take_while(part).count();
        self.token(Kind::Word, length)
    }

    /// Passes over what JSON has no use for.
    fn stray(&mut self, fault: &mut impl FnMut(Fault)) {
        let start = self.pos;
        let rest = &self.text[start..];
        let (length, message) = match rest {
            [b'/', b'/', ..] | [b'#', ..] => {
                let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                (line, COMMENT.into())
            }
            [b'/', b'*', ..] => {
                let end = memchr::memmem::find(&rest[2..], b"*/");
                (end.map_or(rest.len(), |end| end + 4), COMMENT.into())
            }
            [0xef, 0xbb, 0xbf, ..] if start == 0 => {
                (3, "JSON must not begin with a byte order mark".into())
            }
            [b'\'', ..] => (1, stray_message('\'')),
            _ => match char_at(self.text, start) {
                Some(c) => (c.len_utf8(), character_message(c)),
                None => (1, "not UTF-8; save the file in the encoding UTF-8".into()),
            },
        };
        self.pos += length;
        let shown = rest[..length].split(|byte| *byte == b'\n').next().unwrap_or(rest);
        let shown = shown.strip_suffix(b"\r").unwrap_or(shown);
        fault(Fault { range: range(start, start + shown.len()), message });
    }
}

const COMMENT: &str = "JSON has no comments; write a property `\"//\"` instead";

fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(offset(start), offset(end))
}

/// Checks the escape at `at` in a string and returns its length.
fn escape(text: &[u8], at: usize, fault: &mut impl FnMut(Fault)) -> usize {
    let rest = &text[at..];
    let mut tell = |length: usize, message: Cow<'static, str>| {
        fault(Fault { range: range(at, at + length), message });
        length
    };
    match rest.get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
        Some(b'u') => {
            let digits = rest[2..].iter().take(4).take_while(|byte| byte.is_ascii_hexdigit());
            let length = 2 + digits.count();
            if length < 6 {
                tell(length, "`\\u` must be followed by 4 hexadecimal digits".into());
            }
            length
        }
        Some(byte) if byte.is_ascii_graphic() => {
            tell(2, format!("`\\{}` is not an escape sequence of JSON", char::from(*byte)).into())
        }
        _ => tell(1, "this is not an escape sequence; write `\\\\` for a backslash".into()),
    }
}

/// Whether it is a number as JSON writes them, and one that Go can read.
fn is_json_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_whole = whole == 1 || whole > 1 && digits[0] != b'0';
    let rest = &digits[whole..];
    let rest = match rest {
        [b'.', fraction @ ..] => {
            let length = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if length == 0 {
                return false;
            }
            &fraction[length..]
        }
        _ => rest,
    };
    let is_exponent = match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', digits @ ..] | [b'e' | b'E', digits @ ..] => {
            !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    };
    is_whole && is_exponent && is_number(digits)
}

fn number_message(text: &[u8]) -> &'static str {
    match text {
        [b'+', ..] => "a number of JSON has no `+` before it",
        [b'.', ..] | [b'-', b'.', ..] => "a number of JSON has a digit before the point",
        [b'0', b'0'..=b'9', ..] | [b'-', b'0', b'0'..=b'9', ..] => {
            "a number of JSON has no leading zeros"
        }
        _ => "this is not a valid number",
    }
}

fn character_message(c: char) -> Cow<'static, str> {
    match c {
        '“' | '”' | '„' | '`' | ';' => stray_message(c),
        c if c.is_ascii_graphic() => format!("the character `{c}` is not used in JSON").into(),
        c => format!("the character U+{:04X} is not used in JSON", u32::from(c)).into(),
    }
}
