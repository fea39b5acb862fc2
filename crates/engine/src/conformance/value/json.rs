//! Reads JSON documents that stand in strings, strictly as RFC 8259 has it, and keeps names that are
//! given twice. Never reads files.

use std::borrow::Cow;

/// Most levels of nesting; nothing is said of deeper documents.
const MAX_DEPTH: usize = 100;

/// A JSON value. Numbers are kept as they are written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json<'t> {
    Null,
    Bool(bool),
    Number(&'t str),
    String(Cow<'t, str>),
    Array(Vec<Self>),
    /// Members in the order of the text; a name may be there twice.
    Object(Vec<(Cow<'t, str>, Self)>),
}

/// Why a text is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum JsonError {
    /// What is wrong, and at which line and column of the text, both from 1.
    Invalid(&'static str, u32, u32),
    /// It is nested too deeply to be read here.
    TooDeep,
}

impl<'t> Json<'t> {
    /// Reads a document.
    pub(super) fn parse(text: &'t str) -> Result<Self, JsonError> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(0)?;
        reader.skip_space();
        if reader.at < text.len() {
            return Err(reader.error("something follows the end of the document"));
        }
        Ok(value)
    }

    /// What it is, with an article.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a bool",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// The text, if it is a string.
    pub(super) fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// A name that an object in it has twice.
    pub(super) fn repeated_name(&self) -> Option<&str> {
        match self {
            Self::Array(elements) => elements.iter().find_map(Self::repeated_name),
            Self::Object(members) => {
                let mut seen = std::collections::HashSet::new();
                let repeated = members.iter().find(|(name, _)| !seen.insert(&**name));
                let within = || members.iter().find_map(|(_, value)| value.repeated_name());
                repeated.map(|(name, _)| &**name).or_else(within)
            }
            _ => None,
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn error(&self, message: &'static str) -> JsonError {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[start..].chars().count() + 1;
        let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
        JsonError::Invalid(message, number(line), number(column))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Whether the next byte after white space is that one, which is then behind.
    fn takes(&mut self, byte: u8) -> bool {
        self.skip_space();
        let is_it = self.peek() == Some(byte);
        self.at += usize::from(is_it);
        is_it
    }

    fn value(&mut self, depth: usize) -> Result<Json<'t>, JsonError> {
        if depth > MAX_DEPTH {
            return Err(JsonError::TooDeep);
        }
        self.skip_space();
        match self.peek() {
            None => Err(self.error("it ends too early")),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'\'') => Err(self.error("strings stand in double quotes")),
            Some(b'}' | b']' | b',' | b':') => Err(self.error("a value is missing")),
            Some(_) => self.word(),
        }
    }

    fn word(&mut self) -> Result<Json<'t>, JsonError> {
        let rest = &self.text[self.at..];
        let end = rest.find(|char: char| !char.is_alphanumeric()).unwrap_or(rest.len());
        let value = match &rest[..end] {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            "null" => Json::Null,
            _ => return Err(self.error("this is no value")),
        };
        self.at += end;
        Ok(value)
    }

    fn number(&mut self) -> Result<Json<'t>, JsonError> {
        let start = self.at;
        let digits = |reader: &mut Self| {
            let start = reader.at;
            while matches!(reader.peek(), Some(b'0'..=b'9')) {
                reader.at += 1;
            }
            reader.at - start
        };
        self.at += usize::from(self.peek() == Some(b'-'));
        let has_zero = self.peek() == Some(b'0');
        let count = digits(self);
        let mut is_right = count == 1 || count > 1 && !has_zero;
        if self.peek() == Some(b'.') {
            self.at += 1;
            is_right &= digits(self) > 0;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            is_right &= digits(self) > 0;
        }
        if !is_right {
            self.at = start;
            return Err(self.error("this is no number"));
        }
        Ok(Json::Number(&self.text[start..self.at]))
    }

    fn array(&mut self, depth: usize) -> Result<Json<'t>, JsonError> {
        self.at += 1;
        let mut elements = Vec::new();
        if self.takes(b']') {
            return Ok(Json::Array(elements));
        }
        loop {
            elements.push(self.value(depth + 1)?);
            if self.takes(b']') {
                return Ok(Json::Array(elements));
            }
            if !self.takes(b',') {
                return Err(self.error("a `,` or `]` is missing"));
            }
            self.refuse_end(b']')?;
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json<'t>, JsonError> {
        self.at += 1;
        let mut members = Vec::new();
        if self.takes(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.error("a name in double quotes is missing"));
            }
            let name = self.string()?;
            if !self.takes(b':') {
                return Err(self.error("a `:` is missing"));
            }
            members.push((name, self.value(depth + 1)?));
            if self.takes(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.takes(b',') {
                return Err(self.error("a `,` or `}` is missing"));
            }
            self.refuse_end(b'}')?;
        }
    }

    /// A comma before the end is one too many.
    fn refuse_end(&mut self, end: u8) -> Result<(), JsonError> {
        self.skip_space();
        if self.peek() == Some(end) {
            return Err(self.error("the `,` before this is one too many"));
        }
        Ok(())
    }

    fn string(&mut self) -> Result<Cow<'t, str>, JsonError> {
        let start = self.at + 1;
        self.at = start;
        let mut text = String::new();
        let mut from = start;
        loop {
            match self.peek() {
                None => return Err(self.error("a string has no end")),
                Some(b'"') => {
                    let rest = &self.text[from..self.at];
                    self.at += 1;
                    if text.is_empty() && from == start {
                        return Ok(Cow::Borrowed(rest));
                    }
                    text.push_str(rest);
                    return Ok(Cow::Owned(text));
                }
                Some(b'\\') => {
                    text.push_str(&self.text[from..self.at]);
                    text.push(self.escape()?);
                    from = self.at;
                }
                Some(0..=0x1f) => {
                    return Err(self.error("a string holds a line end or control character"));
                }
                Some(_) => self.at += 1,
            }
        }
    }

    /// An escape sequence. Halves of surrogate pairs that stand alone are read as Go reads them.
    fn escape(&mut self) -> Result<char, JsonError> {
        let simple = match self.text.as_bytes().get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.error("a `\\` starts no escape sequence of JSON")),
        };
        self.at += 2;
        Ok(simple)
    }

    fn unicode(&mut self) -> Result<char, JsonError> {
        let Some(first) = self.code(self.at) else {
            return Err(self.error("four hexadecimal digits follow `\\u`"));
        };
        self.at += 6;
        if (0xd800..0xdc00).contains(&first)
            && let Some(second) = self.code(self.at).filter(|it| (0xdc00..0xe000).contains(it))
        {
            self.at += 6;
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// The code of the `\uXXXX` at a position.
    fn code(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| are_digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents() {
        let check = |text: &str| assert!(Json::parse(text).is_ok(), "{text}");
        for text in [
            "{}",
            "[]",
            " null ",
            "true",
            "0",
            "-0.5e+10",
            "\"\"",
            "[1, [2], {\"a\": false}]",
            "\"\\u00e9\\n\\ud83d\\ude00 \\ud83d\"",
            "{\"a\":{\"b\":[]}}\n",
            "10",
        ] {
            check(text);
        }
        let text = "\"\\u00e9\\ud83d\\ude00\\ud83d\\/x\"";
        let expect = "é\u{1f600}\u{fffd}/x";
        assert_eq!(Json::parse(text).expect("a string").as_str(), Some(expect));
    }

    #[test]
    fn mistakes() {
        let check = |text: &str, message: &'static str, line: u32, column: u32| {
            let expect = Err(JsonError::Invalid(message, line, column));
            assert_eq!(Json::parse(text), expect, "{text}");
        };
        check("", "it ends too early", 1, 1);
        check("foo", "this is no value", 1, 1);
        check("{\n  \"a\": 1,\n}", "the `,` before this is one too many", 3, 1);
        check("[1 2]", "a `,` or `]` is missing", 1, 4);
        check("{\"a\" 1}", "a `:` is missing", 1, 6);
        check("{a: 1}", "a name in double quotes is missing", 1, 2);
        check("{\"a\": 'x'}", "strings stand in double quotes", 1, 7);
        check("{} x", "something follows the end of the document", 1, 4);
        check("01", "this is no number", 1, 1);
        check("1.", "this is no number", 1, 1);
        check("\"a\nb\"", "a string holds a line end or control character", 1, 3);
        check("\"é\\x\"", "a `\\` starts no escape sequence of JSON", 1, 3);
        check("\"\\u12é\"", "four hexadecimal digits follow `\\u`", 1, 2);
        check("\"abc", "a string has no end", 1, 5);
        check("[", "it ends too early", 1, 2);
        check("\u{feff}{}", "this is no value", 1, 1);
    }

    #[test]
    fn depth_is_limited() {
        assert_eq!(Json::parse(&"[".repeat(1_000_000)), Err(JsonError::TooDeep));
    }

    #[test]
    fn repeated_names() {
        let check = |text: &str, expect: Option<&str>| {
            let document = Json::parse(text).expect("a document");
            assert_eq!(document.repeated_name(), expect, "{text}");
        };
        check(r#"{"a": 1, "b": {"a": 1}}"#, None);
        check(r#"{"a": [{"b": 1, "b": 2}]}"#, Some("b"));
        check(r#"{"a": 1, "\u0061": 2}"#, Some("a"));
    }
}
