//! The bytes of a file, and whether all of them are UTF-8. Never holds them twice.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::TextRange;

/// Bytes that are shared, not copied. That they are UTF-8 is found out once, so that a piece of
/// them is a `str` at the cost of a look at its two ends.
#[derive(Clone)]
pub struct Text(Bytes);

#[derive(Clone)]
enum Bytes {
    Utf8(Arc<str>),
    Other(Arc<[u8]>),
}

impl Text {
    /// All bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Bytes::Utf8(text) => text.as_bytes(),
            Bytes::Other(bytes) => bytes,
        }
    }

    /// All of it, when it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Bytes::Utf8(text) => Some(text),
            Bytes::Other(_) => None,
        }
    }

    /// The piece that `range` names, when all of the text is UTF-8 and the piece lies in it.
    #[inline]
    pub fn str_at(&self, range: TextRange) -> Option<&str> {
        match &self.0 {
            Bytes::Utf8(text) => text.get(range.start() as usize..range.end() as usize),
            Bytes::Other(_) => None,
        }
    }

    /// Whether both are the same bytes in memory.
    pub fn is_shared_with(&self, other: &Self) -> bool {
        std::ptr::eq(self.as_bytes(), other.as_bytes())
    }
}

impl Deref for Text {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl Default for Text {
    fn default() -> Self {
        "".into()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        String::from_utf8_lossy(self).fmt(f)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Text {}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Bytes::Utf8(text.into()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Bytes::Utf8(text.into()))
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Self {
        bytes.as_slice().into()
    }
}

impl From<&[u8]> for Text {
    fn from(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => Self(Bytes::Other(bytes.into())),
        }
    }
}

impl<const N: usize> From<&[u8; N]> for Text {
    fn from(bytes: &[u8; N]) -> Self {
        bytes.as_slice().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_text_that_is_utf8() {
        let text = Text::from("aé\n".as_bytes());
        assert_eq!(text.as_str(), Some("aé\n"));
        assert_eq!(text.str_at(TextRange::new(1, 3)), Some("é"));
        assert_eq!(text.str_at(TextRange::empty(4)), Some(""));
        assert_eq!(text.str_at(TextRange::new(1, 2)), None, "half of a character");
        assert_eq!(text.str_at(TextRange::new(3, 5)), None, "past the end");
    }

    #[test]
    fn text_that_is_not_utf8_keeps_its_bytes() {
        let text = Text::from(b"a\xff");
        assert_eq!((text.as_str(), text.str_at(TextRange::new(0, 1))), (None, None));
        assert_eq!(text.as_bytes(), b"a\xff");
        assert_eq!(&text[1..], b"\xff");
        assert_ne!(text, Text::from("a"));
    }
}
