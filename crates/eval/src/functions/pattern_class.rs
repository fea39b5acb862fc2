//! Classes of letters and escapes in the regular expressions of Go.

use super::pattern::{PatternError, Translation, states};
use super::pattern_names::unicode_class;

impl Translation<'_> {
    /// An escape that also stands in a class; the position is after the backslash.
    pub(super) fn class_escape(&mut self) -> Result<String, PatternError> {
        let start = self.at - 1;
        let Some(letter) = self.peek() else {
            let what = "trailing backslash at end of expression";
            return Err(PatternError::Invalid(what, String::new()));
        };
        self.at += letter.len_utf8();
        let ascii = match letter {
            'd' => "[0-9]",
            'D' => "[^0-9]",
            'w' => "[0-9A-Za-z_]",
            'W' => "[^0-9A-Za-z_]",
            's' => "[\\t\\n\\x0C\\r ]",
            'S' => "[^\\t\\n\\x0C\\r ]",
            'a' => "\\x07",
            'f' => "\\x0C",
            'n' => "\\n",
            'r' => "\\r",
            't' => "\\t",
            'v' => "\\x0B",
            _ => "",
        };
        if !ascii.is_empty() {
            return Ok(ascii.to_owned());
        }
        match letter {
            'p' | 'P' => self.unicode(start, letter == 'P'),
            'x' => self.hexadecimal(start),
            '0'..='7' => self.octal(start, letter),
            _ if letter.is_ascii_punctuation() => {
                Ok(regex::escape(letter.encode_utf8(&mut [0; 4])))
            }
            _ => Err(self.bad_escape(start)),
        }
    }

    /// What follows `\p`, or `\P` for what is not in the class.
    fn unicode(&mut self, start: usize, negated: bool) -> Result<String, PatternError> {
        let invalid = |end: usize| {
            let text = self.pattern[start..end].to_owned();
            PatternError::Invalid("invalid character class range", text)
        };
        let rest = self.rest();
        let (name, length) = if let Some(braced) = rest.strip_prefix('{') {
            let Some(length) = braced.find('}') else {
                return Err(invalid(self.pattern.len()));
            };
            (&braced[..length], length + 2)
        } else {
            let Some(letter) = self.peek() else {
                return Err(self.bad_escape(start));
            };
            (&rest[..letter.len_utf8()], letter.len_utf8())
        };
        let end = self.at + length;
        let other = name.strip_prefix('^');
        let class = unicode_class(other.unwrap_or(name), negated != other.is_some());
        let class = class.ok_or_else(|| invalid(end))?;
        self.at = end;
        Ok(class)
    }

    fn bad_escape(&self, start: usize) -> PatternError {
        let text = self.pattern[start..self.at].to_owned();
        PatternError::Invalid("invalid escape sequence", text)
    }

    fn hexadecimal(&mut self, start: usize) -> Result<String, PatternError> {
        let braced = self.skip("{");
        let rest = self.rest();
        let length = if braced { rest.find('}').unwrap_or_default() } else { 2 };
        let digits = rest.get(..length).unwrap_or_default();
        self.at += digits.len() + usize::from(braced);
        match u32::from_str_radix(digits, 16).ok().and_then(char::from_u32) {
            Some(letter) if !digits.starts_with('+') => {
                Ok(format!("\\x{{{:x}}}", u32::from(letter)))
            }
            _ => {
                self.at = self.at.min(self.pattern.len());
                Err(self.bad_escape(start))
            }
        }
    }

    /// Up to three octal digits; one alone, but zero, would refer to a group.
    fn octal(&mut self, start: usize, first: char) -> Result<String, PatternError> {
        let more = matches!(self.peek(), Some('0'..='7'));
        if first != '0' && !more {
            return Err(self.bad_escape(start));
        }
        let mut code = first.to_digit(8).unwrap_or_default();
        for _ in 0..2 {
            let Some(digit) = self.peek().and_then(|letter| letter.to_digit(8)) else {
                break;
            };
            code = code * 8 + digit;
            self.at += 1;
        }
        Ok(format!("\\x{{{code:x}}}"))
    }

    /// What follows `[`.
    pub(super) fn class(&mut self) -> Result<(), PatternError> {
        let start = self.at - 1;
        let out = self.out.len();
        self.out.push('[');
        if self.skip("^") {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let Some(letter) = self.peek() else {
                let text = self.pattern[start..].to_owned();
                return Err(PatternError::Invalid("missing closing ]", text));
            };
            if letter == ']' && !first {
                self.at += 1;
                self.out.push(']');
                self.pushed(states(&self.out[out..]));
                return Ok(());
            }
            let posix = self.rest().strip_prefix("[:").and_then(|rest| rest.find(":]"));
            if let Some(end) = posix {
                let end = self.at + end + 4;
                self.out.push_str(&self.pattern[self.at..end]);
                self.at = end;
            } else {
                let from = self.class_letter(letter)?;
                self.out.push_str(&from);
                let mut ahead = self.rest().chars();
                // A minus sign between two letters, and nowhere else, is an operator.
                if !from.starts_with('[')
                    && !from.starts_with("\\p{")
                    && !from.starts_with("\\P{")
                    && ahead.next() == Some('-')
                    && let Some(last) = ahead.next().filter(|last| *last != ']')
                {
                    self.at += 1;
                    let to = self.class_letter(last)?;
                    self.out.push('-');
                    self.out.push_str(&to);
                }
            }
            first = false;
        }
    }

    /// A letter or an escape in a class.
    fn class_letter(&mut self, letter: char) -> Result<String, PatternError> {
        self.at += letter.len_utf8();
        match letter {
            '\\' => self.class_escape(),
            _ => Ok(regex::escape(letter.encode_utf8(&mut [0; 4]))),
        }
    }
}
