//! Numbers, and the checks of literal text: escapes and encoding.

use source::TextRange;

use super::{Lexer, T, char_at, chars};

impl Lexer<'_> {
    /// Lexes a number as far as Go's HCL does: digits, dots and exponents in any order, so that
    /// `1.2.3` is one bad number and not two good ones.
    pub(super) fn number(&mut self) {
        let start = self.pos;
        let mut at = start + 1;
        let mut end = at;
        let mut is_plain = true;
        loop {
            match self.at(at) {
                b'0'..=b'9' => at += 1,
                b'.' => {
                    at += 1;
                    continue;
                }
                b'e' | b'E' if self.at(at + 1).is_ascii_digit() => at += 2,
                b'e' | b'E'
                    if matches!(self.at(at + 1), b'+' | b'-')
                        && self.at(at + 2).is_ascii_digit() =>
                {
                    at += 3;
                }
                _ => break,
            }
            is_plain &= at == end + 1;
            end = at;
        }
        if !is_plain && !is_number(&self.text[start..end]) {
            self.fault(Self::range(start, end), "this is not a valid number");
        }
        self.take(T::Number, end - start);
    }

    /// Checks literal text of a quoted string; `all` holds the bits of all its bytes.
    pub(super) fn check_quoted(&mut self, start: usize, end: usize, has_escape: bool, all: u8) {
        if all >= 0x80 {
            self.check_encoding(start, end);
        }
        if !has_escape {
            return;
        }
        let mut at = start;
        while let Some(len) = memchr::memchr(b'\\', &self.text[at..end]) {
            at += len;
            at += self.check_escape(at, end);
        }
    }

    /// Checks the escape at `at` and returns its length.
    fn check_escape(&mut self, at: usize, end: usize) -> usize {
        let digits = match self.text[at + 1..end].first() {
            Some(b'n' | b'r' | b't' | b'"' | b'\\') => return 2,
            Some(b'u') => 4,
            Some(b'U') => 8,
            _ => return self.unknown_escape(at, end),
        };
        let hex = &self.text[at + 2..end];
        let hex = &hex[..hex.iter().take(digits).take_while(|c| c.is_ascii_hexdigit()).count()];
        let range = Self::range(at, at + 2 + hex.len());
        if hex.len() < digits {
            let message = if digits == 4 {
                "`\\u` must be followed by 4 hexadecimal digits"
            } else {
                "`\\U` must be followed by 8 hexadecimal digits"
            };
            self.fault(range, message);
        } else if hex_char(hex).is_none() {
            self.fault(range, "this escape names no Unicode character");
        }
        2 + hex.len()
    }

    fn unknown_escape(&mut self, at: usize, end: usize) -> usize {
        let c = char_at(self.text, at + 1).filter(|_| at + 1 < end);
        let len = c.map_or(1, |c| 1 + c.len_utf8());
        let message = match c {
            Some(c) if c.is_ascii_graphic() => format!("`\\{c}` is not an escape sequence").into(),
            _ => "this is not an escape sequence; write `\\\\` for a backslash".into(),
        };
        let range: TextRange = Self::range(at, at + len);
        self.report(crate::tree::SyntaxErrorKind::Grammar, range, message);
        len
    }

    /// The first carriage return of `start..end` that no line feed follows.
    pub(super) fn lone_return(&self, start: usize, end: usize) -> Option<usize> {
        let mut returns = memchr::memchr_iter(b'\r', &self.text[start..end]).map(|at| start + at);
        returns.find(|at| self.at(at + 1) != b'\n')
    }

    /// Checks a line of a heredoc or of a bare template.
    pub(super) fn check_line(&mut self, start: usize, end: usize) {
        let line = &self.text[start..end];
        if let Some(at) = self.lone_return(start, end) {
            self.fault(Self::range(at, at + 1), super::stray_message('\r'));
        }
        if !line.is_ascii() {
            self.check_encoding(start, end);
        }
    }

    /// The length of the character at `at` in a string, at least 1.
    pub(super) fn char_len(&self, at: usize) -> usize {
        chars::loose_char_len(&self.text[at..]).max(1)
    }
}

/// The character of an escape's hexadecimal digits.
pub(crate) fn hex_char(hex: &[u8]) -> Option<char> {
    let hex = std::str::from_utf8(hex).ok()?;
    char::from_u32(u32::from_str_radix(hex, 16).ok()?)
}

/// Whether text of digits, dots and exponents is a number: one dot, then one exponent, at most.
pub(crate) fn is_number(text: &[u8]) -> bool {
    let exponent = text.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (mantissa, exponent) = text.split_at(exponent.unwrap_or(text.len()));
    if memchr::memchr_iter(b'.', mantissa).count() > 1 {
        return false;
    }
    let Some((_, exponent)) = exponent.split_first() else {
        return true;
    };
    let digits = exponent.strip_prefix(b"-").or(exponent.strip_prefix(b"+")).unwrap_or(exponent);
    // Beyond 31 bits Go's reader of numbers gives up.
    let value = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<i32>().ok());
    digits.iter().all(u8::is_ascii_digit) && value.is_some()
}
