//! Regular expressions of Go (RE2), rewritten for the `regex` crate: what only Go understands is
//! translated, what only the crate understands is refused, names of groups are kept apart.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use regex::{Regex, RegexBuilder};

/// Largest compiled expression, in bytes.
const MAX_COMPILED: usize = 1 << 21;
/// Go's own limit.
const MAX_REPEAT: u32 = 1000;

/// Compiled expressions that a thread keeps; compiling one takes a hundred times as long as a match.
const MAX_KEPT: usize = 32;

thread_local! {
    static RECENT: RefCell<VecDeque<(String, Rc<Pattern>)>> = const { RefCell::new(VecDeque::new()) };
}

/// A compiled expression.
pub(super) struct Pattern {
    pub regex: Regex,
    /// The names of the groups; empty for groups without.
    pub names: Vec<String>,
}

/// Why there is none.
pub(super) enum PatternError {
    /// Go refuses it, too: what and where, in its words.
    Invalid(&'static str, String),
    /// It is too large.
    Limit,
}

impl Pattern {
    /// The compiled form of `pattern`, which the thread may have kept from an earlier call.
    pub(super) fn of(pattern: &str) -> Result<Rc<Self>, PatternError> {
        let kept = RECENT.with_borrow(|recent| {
            let mut recent = recent.iter();
            recent.find(|(text, _)| text == pattern).map(|(_, compiled)| Rc::clone(compiled))
        });
        if let Some(compiled) = kept {
            return Ok(compiled);
        }
        let compiled = Rc::new(Self::compile(pattern)?);
        RECENT.with_borrow_mut(|recent| {
            if recent.len() == MAX_KEPT {
                recent.pop_front();
            }
            recent.push_back((pattern.to_owned(), Rc::clone(&compiled)));
        });
        Ok(compiled)
    }

    fn compile(pattern: &str) -> Result<Self, PatternError> {
        let mut translation = Translation {
            pattern,
            at: 0,
            out: String::with_capacity(pattern.len() + 16),
            names: Vec::new(),
            open: Vec::new(),
            repeatable: Repeat::Nothing,
        };
        translation.run()?;
        let regex = RegexBuilder::new(&translation.out)
            .size_limit(MAX_COMPILED)
            .dfa_size_limit(MAX_COMPILED)
            .nest_limit(200)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => PatternError::Limit,
                _ if pattern.contains("\\p") || pattern.contains("\\P") => {
                    PatternError::Invalid("invalid character class range", pattern.to_owned())
                }
                _ => PatternError::Invalid("invalid syntax", pattern.to_owned()),
            })?;
        Ok(Self { regex, names: translation.names })
    }
}

/// What the next repetition operator would repeat.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeat {
    /// There is nothing before it.
    Nothing,
    Something,
    /// Already repeated, starting there.
    Repeated(usize),
}

struct Translation<'p> {
    pattern: &'p str,
    at: usize,
    out: String,
    names: Vec<String>,
    /// Where the open groups start.
    open: Vec<usize>,
    repeatable: Repeat,
}

impl<'p> Translation<'p> {
    fn rest(&self) -> &'p str {
        &self.pattern[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn run(&mut self) -> Result<(), PatternError> {
        while let Some(letter) = self.peek() {
            self.at += letter.len_utf8();
            match letter {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                ')' => {
                    if self.open.pop().is_none() {
                        return Err(self.unexpected_parenthesis());
                    }
                    self.push(")");
                }
                '|' => {
                    self.out.push('|');
                    self.repeatable = Repeat::Nothing;
                }
                '*' | '+' | '?' => self.repeat(self.at - 1)?,
                '{' => self.counted()?,
                _ => self.literal(letter),
            }
        }
        match self.open.first() {
            Some(_) => Err(PatternError::Invalid("missing closing )", self.pattern.to_owned())),
            None => Ok(()),
        }
    }

    fn unexpected_parenthesis(&self) -> PatternError {
        PatternError::Invalid("unexpected )", self.pattern.to_owned())
    }

    /// Something that can be repeated.
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.repeatable = Repeat::Something;
    }

    fn literal(&mut self, letter: char) {
        match letter {
            // These are operators here, too.
            '.' | '^' | '$' => self.out.push(letter),
            _ => self.out.push_str(&regex::escape(letter.encode_utf8(&mut [0; 4]))),
        }
        self.repeatable = Repeat::Something;
    }

    /// A repetition operator that starts at `start`; the position is after its first letter.
    fn repeat(&mut self, start: usize) -> Result<(), PatternError> {
        match self.repeatable {
            Repeat::Nothing => {
                let operator = self.pattern[start..self.at].to_owned();
                let what = "missing argument to repetition operator";
                return Err(PatternError::Invalid(what, operator));
            }
            Repeat::Repeated(before) => {
                let operators = self.pattern[before..self.at].to_owned();
                return Err(PatternError::Invalid("invalid nested repetition operator", operators));
            }
            Repeat::Something => {}
        }
        self.out.push_str(&self.pattern[start..self.at]);
        if self.skip("?") {
            self.out.push('?');
        }
        self.repeatable = Repeat::Repeated(start);
        Ok(())
    }

    /// What follows `{`: a count, or a brace like any other letter.
    fn counted(&mut self) -> Result<(), PatternError> {
        let start = self.at - 1;
        let Some(end) = self.rest().find('}') else {
            self.push("\\{");
            return Ok(());
        };
        let count = &self.rest()[..end];
        let (min, max) = count.split_once(',').unwrap_or((count, count));
        let is_count = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !is_count(min) || !(max.is_empty() || is_count(max)) {
            self.push("\\{");
            return Ok(());
        }
        self.at += end + 1;
        let number = |text: &str| text.parse::<u32>().unwrap_or(u32::MAX);
        let unordered = !max.is_empty() && number(min) > number(max);
        if number(min) > MAX_REPEAT || (!max.is_empty() && number(max) > MAX_REPEAT) || unordered {
            let text = self.pattern[start..self.at].to_owned();
            return Err(PatternError::Invalid("invalid repeat count", text));
        }
        self.repeat(start)
    }

    /// What follows `(`.
    fn group(&mut self) -> Result<(), PatternError> {
        let start = self.at - 1;
        self.open.push(start);
        self.repeatable = Repeat::Nothing;
        let named = ["?P<", "?<"].iter().find(|prefix| self.rest().starts_with(**prefix));
        if let Some(prefix) = named {
            self.at += prefix.len();
            let rest = self.rest();
            let name = rest.split('>').next().unwrap_or_default();
            let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            if name.is_empty() || name.len() == rest.len() || !name.chars().all(word) {
                let end = rest.find('>').map_or(self.pattern.len(), |end| self.at + end + 1);
                let shown = if rest.starts_with(['=', '!']) {
                    self.pattern[start..].to_owned()
                } else {
                    self.pattern[start..end].to_owned()
                };
                return Err(PatternError::Invalid("invalid named capture", shown));
            }
            self.at += name.len() + 1;
            self.names.push(name.to_owned());
            self.out.push('(');
            return Ok(());
        }
        if !self.skip("?") {
            self.names.push(String::new());
            self.out.push('(');
            return Ok(());
        }
        self.flags(start)
    }

    /// What follows `(?`: flags, then `:` or `)`.
    fn flags(&mut self, start: usize) -> Result<(), PatternError> {
        let flags = self.at;
        let mut negated = false;
        let mut any = false;
        while let Some(letter) = self.peek() {
            self.at += letter.len_utf8();
            match letter {
                'i' | 'm' | 's' | 'U' => any = true,
                '-' if !negated => (negated, any) = (true, false),
                ':' | ')' if !negated || any => {
                    self.out.push_str("(?");
                    self.out.push_str(&self.pattern[flags..self.at]);
                    if letter == ')' {
                        if !any {
                            break;
                        }
                        self.open.pop();
                    }
                    return Ok(());
                }
                _ => break,
            }
        }
        let text = self.pattern[start..self.at].to_owned();
        Err(PatternError::Invalid("invalid or unsupported Perl syntax", text))
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<(), PatternError> {
        if self.skip("Q") {
            let end = self.rest().find("\\E").unwrap_or(self.rest().len());
            let quoted = &self.rest()[..end];
            self.at += end;
            self.skip("\\E");
            for letter in quoted.chars() {
                self.push(&regex::escape(letter.encode_utf8(&mut [0; 4])));
            }
            return Ok(());
        }
        let Some(letter) = self.peek() else {
            let what = "trailing backslash at end of expression";
            return Err(PatternError::Invalid(what, String::new()));
        };
        match letter {
            'A' | 'z' => {
                self.at += 1;
                self.push(&format!("\\{letter}"));
                Ok(())
            }
            'b' => {
                self.at += 1;
                self.push("(?-u:\\b)");
                Ok(())
            }
            'B' => {
                self.at += 1;
                self.push("\\B");
                Ok(())
            }
            _ => {
                let text = self.class_escape()?;
                self.push(&text);
                Ok(())
            }
        }
    }

    /// An escape that also stands in a class; the position is after the backslash.
    fn class_escape(&mut self) -> Result<String, PatternError> {
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
            'p' | 'P' => {
                let end = match self.peek() {
                    Some('{') => self.rest().find('}').map(|end| end + 1),
                    Some(class) => Some(class.len_utf8()),
                    None => None,
                };
                let Some(end) = end else {
                    return Err(self.bad_escape(start));
                };
                self.at += end;
                Ok(self.pattern[start..self.at].to_owned())
            }
            'x' => self.hexadecimal(start),
            '0'..='7' => self.octal(start, letter),
            _ if letter.is_ascii_punctuation() => {
                Ok(regex::escape(letter.encode_utf8(&mut [0; 4])))
            }
            _ => Err(self.bad_escape(start)),
        }
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
    fn class(&mut self) -> Result<(), PatternError> {
        let start = self.at - 1;
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
                self.push("]");
                return Ok(());
            }
            let posix = self.rest().strip_prefix("[:").and_then(|rest| rest.find(":]"));
            if let Some(end) = posix {
                let end = self.at + end + 4;
                self.out.push_str(&self.pattern[self.at..end]);
                self.at = end;
            } else {
                self.at += letter.len_utf8();
                match letter {
                    '\\' => {
                        let text = self.class_escape()?;
                        self.out.push_str(&text);
                    }
                    '-' if first || self.peek() == Some(']') => self.out.push_str("\\-"),
                    '-' => self.out.push('-'),
                    _ => self.out.push_str(&regex::escape(letter.encode_utf8(&mut [0; 4]))),
                }
            }
            first = false;
        }
    }
}
