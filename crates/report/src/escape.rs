//! Makes text of strangers harmless: what would move the cursor, change colours, reorder or hide
//! text never reaches the output as it is.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

use serde_json::ser::{Formatter, PrettyFormatter};

/// Whether `c` is a control character, such as a tab or the end of a line, or one that reorders text
/// or shows as nothing.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}'
            | '\u{600}'..='\u{605}' | '\u{61c}'
            | '\u{115f}' | '\u{1160}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{ffa0}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// `text` on one line, each hidden character as `\n`, `\r`, `\t` or `\u{…}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// What stands for `c` in an excerpt of source: one column wide where it replaces something.
pub(crate) fn visible(c: char) -> char {
    match c {
        '\t' => '\t',
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        c if is_hidden(c) => '\u{fffd}',
        c => c,
    }
}

/// Writes JSON strings with hidden characters as `\uXXXX`, so that JSON on a terminal is harmless
/// too. The rest is left to `F`.
pub(crate) struct SafeFormatter<F>(pub(crate) F);

/// How a hidden character stands in a JSON string.
fn write_json_escape<W: ?Sized + io::Write>(writer: &mut W, c: char) -> io::Result<()> {
    let mut units = [0; 2];
    c.encode_utf16(&mut units).iter().try_for_each(|unit| write!(writer, "\\u{unit:04x}"))
}

fn write_safe_fragment<W: ?Sized + io::Write>(writer: &mut W, fragment: &str) -> io::Result<()> {
    let mut rest = fragment;
    while let Some(at) = rest.find(is_hidden) {
        writer.write_all(&rest.as_bytes()[..at])?;
        let c = rest[at..].chars().next().unwrap_or('\u{fffd}');
        write_json_escape(writer, c)?;
        rest = &rest[at + c.len_utf8()..];
    }
    writer.write_all(rest.as_bytes())
}

impl Formatter for SafeFormatter<serde_json::ser::CompactFormatter> {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_safe_fragment(writer, fragment)
    }
}

impl Formatter for SafeFormatter<PrettyFormatter<'_>> {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_safe_fragment(writer, fragment)
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(escape(text), expect);
    }

    #[test]
    fn hidden_characters_are_escaped() {
        check("plain é 漢 😀", "plain é 漢 😀");
        check("a\x1b[31mb", "a\\u{1b}[31mb");
        check("\u{202e}abc\u{2066}", "\\u{202e}abc\\u{2066}");
        check("a\0\u{9b}\u{7f}", "a\\u{0}\\u{9b}\\u{7f}");
        check("two\r\nlines\t", "two\\r\\nlines\\t");
        check("a\u{ad}b\u{200d}c\u{3164}", "a\\u{ad}b\\u{200d}c\\u{3164}");
        for c in "\u{34f}\u{115f}\u{1160}\u{200c}\u{600}\u{605}\u{ffa0}".chars() {
            assert!(is_hidden(c), "{c:?}");
        }
        check("\u{feff}\u{200b}\u{e0041}", "\\u{feff}\\u{200b}\\u{e0041}");
    }

    #[test]
    fn every_replacement_is_visible() {
        for c in '\0'..=char::MAX {
            assert!(c == '\t' || !is_hidden(visible(c)), "{c:?}");
        }
    }

    #[test]
    fn json_strings_hide_nothing() {
        let mut out = Vec::new();
        let text = "a\u{202e}b\u{9b}\u{e0041}\n\"";
        let formatter = SafeFormatter(serde_json::ser::CompactFormatter);
        let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
        serde::Serialize::serialize(text, &mut serializer).expect("memory takes it all");
        let json = String::from_utf8(out).expect("JSON is UTF-8");
        assert_eq!(json, r#""a\u202eb\u009b\udb40\udc41\n\"""#);
        assert_eq!(serde_json::from_str::<String>(&json).expect("valid JSON"), text);
    }
}
