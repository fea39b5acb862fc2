//! How values are shown in messages: one short line in HCL's syntax, nothing that is secret.

use std::fmt::{self, Write};

use crate::{Value, ValueKind};

/// About how many characters are shown.
const WIDTH: usize = 60;

impl fmt::Display for Value {
    /// At most about sixty characters on one line, control and bidirectional characters escaped.
    /// Values whose marks forbid it, also nested ones, are `(sensitive value)`, unknown ones
    /// `(unknown)`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut writer = Short { text: String::new(), left: WIDTH };
        writer.value(self);
        formatter.write_str(&writer.text)
    }
}

/// Text that stops growing when it is long enough.
struct Short {
    text: String,
    left: usize,
}

impl Short {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.left = self.left.saturating_sub(text.chars().count());
    }

    fn value(&mut self, value: &Value) {
        if !value.marks().is_printable() {
            return self.push("(sensitive value)");
        }
        match value.kind() {
            ValueKind::Null(_) => self.push("null"),
            ValueKind::Unknown(_) => self.push("(unknown)"),
            ValueKind::Bool(bool) => self.push(if *bool { "true" } else { "false" }),
            ValueKind::Number(number) => self.number(&number.to_string()),
            ValueKind::String(text) => self.string(text),
            ValueKind::List(_, elements)
            | ValueKind::Set(_, elements)
            | ValueKind::Tuple(elements) => {
                self.push("[");
                self.parts(elements.iter().map(|element| (None, element)));
                self.push("]");
            }
            ValueKind::Map(_, entries) | ValueKind::Object(entries) => {
                let braces = if entries.is_empty() { ("{", "}") } else { ("{ ", " }") };
                self.push(braces.0);
                self.parts(entries.iter().map(|(key, value)| (Some(&**key), value)));
                self.push(braces.1);
            }
        }
    }

    fn parts<'a>(&mut self, parts: impl Iterator<Item = (Option<&'a str>, &'a Value)>) {
        for (at, (key, value)) in parts.enumerate() {
            if at > 0 {
                self.push(", ");
            }
            if self.left <= 8 {
                return self.push("…");
            }
            if let Some(key) = key {
                if is_identifier(key) {
                    self.push(key);
                } else {
                    self.string(key);
                }
                self.push(" = ");
            }
            self.value(value);
        }
    }

    fn number(&mut self, text: &str) {
        let shown = text.len().min(self.left.max(8));
        self.push(&text[..shown]);
        if shown < text.len() {
            self.push("…");
        }
    }

    fn string(&mut self, text: &str) {
        let room = self.left.max(8).saturating_sub(2);
        self.push(&quoted(text, room));
    }
}

/// A string as addresses write it: all of it in quotes, escaped as in messages.
pub fn quote(text: &str) -> String {
    quoted(text, usize::MAX)
}

/// A string in quotes, cut when it takes more than about `room` characters.
fn quoted(text: &str, room: usize) -> String {
    let mut shown = String::new();
    let mut length = 0;
    let mut cut = "";
    for letter in text.chars() {
        if length >= room {
            cut = "…";
            break;
        }
        let before = shown.len();
        write_letter(&mut shown, letter);
        length += shown[before..].chars().count();
    }
    // `${` and `%{` would start a template.
    let shown = shown.replace("${", "$${").replace("%{", "%%{");
    format!("\"{shown}{cut}\"")
}

fn write_letter(out: &mut String, letter: char) {
    match letter {
        '"' | '\\' => out.extend(['\\', letter]),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        letter if letter.is_control() || is_invisible(letter) => {
            let code = u32::from(letter);
            let _ = if code > 0xffff {
                write!(out, "\\U{code:08x}")
            } else {
                write!(out, "\\u{code:04x}")
            };
        }
        _ => out.push(letter),
    }
}

/// Characters that show as nothing or change the direction of text.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

fn is_identifier(key: &str) -> bool {
    let mut letters = key.chars();
    letters.next().is_some_and(|letter| letter.is_ascii_alphabetic() || letter == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Marks, Reason, Type};

    #[test]
    fn short_and_safe() {
        let check = |value: &Value, expect: &str| assert_eq!(value.to_string(), expect);
        check(&Value::string("a\n\u{202e}\"${x}"), r#""a\n\u202e\"$${x}""#);
        check(&Value::unknown(Type::String, Reason::Data), "(unknown)");
        check(&Value::null(Type::Dynamic), "null");
        let secret = Value::string("s").marked(Marks::CONCEALED);
        let object = Value::object([
            ("a b".into(), secret),
            ("c".into(), Value::tuple([Value::number(1), Value::bool(true)])),
        ]);
        check(&object, r#"{ "a b" = (sensitive value), c = [1, true] }"#);
        check(&Value::object([]), "{}");
        let long = Value::tuple(vec![Value::string("x".repeat(20)); 50]);
        let text = long.to_string();
        assert!(text.chars().count() < 80 && text.ends_with("…]"), "{text}");
        assert_eq!(quote(&"x\"".repeat(50)), format!("\"{}\"", "x\\\"".repeat(50)));
        let text = Value::string("x".repeat(5_000)).to_string();
        assert!(text.chars().count() < 70 && text.ends_with("…\""), "{text}");
    }
}
