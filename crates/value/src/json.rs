//! Values as JSON, in the forms that Terraform writes.

use std::fmt::Write;

use crate::{Type, Value, ValueKind};

impl Value {
    /// The value as `terraform output -json` writes it, numbers with all digits. Unknown elements
    /// of sequences are `null`, unknown entries of maps and objects are left out, as in plans.
    /// Marks are not minded.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        write_value(&mut text, self);
        text
    }

    /// Which parts are unknown, as `after_unknown` in plans: `true` for unknown, otherwise
    /// `false` or, for what has parts, those of them.
    pub fn unknown_to_json(&self) -> String {
        let mut text = String::new();
        write_unknown(&mut text, self);
        text
    }

    /// Which parts have one of `marks`, in the form of [`Value::unknown_to_json`].
    pub fn marks_to_json(&self, marks: crate::Marks) -> String {
        let mut text = String::new();
        write_marks(&mut text, self, marks);
        text
    }
}

fn write_value(out: &mut String, value: &Value) {
    match value.kind() {
        ValueKind::Null(_) | ValueKind::Unknown(_) => out.push_str("null"),
        ValueKind::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
        ValueKind::Number(number) if number.is_zero() => out.push('0'),
        ValueKind::Number(number) if number.is_infinite() => out.push_str("null"),
        ValueKind::Number(number) => match number.to_text() {
            Some(text) => out.push_str(&text),
            None => out.push_str("null"),
        },
        ValueKind::String(text) => write_string(out, text, false),
        ValueKind::List(_, elements) | ValueKind::Set(_, elements) | ValueKind::Tuple(elements) => {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_value(out, element);
            }
            out.push(']');
        }
        ValueKind::Map(_, entries) | ValueKind::Object(entries) => {
            out.push('{');
            let known = entries.iter().filter(|(_, value)| value.is_known());
            for (at, (key, value)) in known.enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_string(out, key, false);
                out.push(':');
                write_value(out, value);
            }
            out.push('}');
        }
    }
}

fn write_unknown(out: &mut String, value: &Value) {
    write_parts(out, value, &|part| if part.is_unknown() { "true" } else { "false" });
}

fn write_marks(out: &mut String, value: &Value, marks: crate::Marks) {
    write_parts(out, value, &|part| {
        if !part.marks().without(part.marks().without(marks)).is_none() {
            return "true";
        }
        // Nothing is said of the parts of what is not known.
        match part.as_unknown().map(|unknown| &unknown.ty) {
            Some(Type::List(_) | Type::Set(_) | Type::Tuple(_)) => "[]",
            Some(Type::Map(_) | Type::Object(_)) => "{}",
            _ => "false",
        }
    });
}

/// What `says` of each part, unless that is `false` and the part has parts itself; entries that are
/// merely `false` are left out.
fn write_parts(out: &mut String, value: &Value, says: &dyn Fn(&Value) -> &'static str) {
    let said = says(value);
    if said != "false" {
        out.push_str(said);
    } else if let Some(elements) = value.as_elements() {
        out.push('[');
        for (at, element) in elements.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            write_parts(out, element, says);
        }
        out.push(']');
    } else if let Some(entries) = value.as_entries() {
        out.push('{');
        let mut first = true;
        for (key, value) in entries {
            let scalar = value.as_elements().is_none() && value.as_entries().is_none();
            if scalar && says(value) == "false" {
                continue;
            }
            if !first {
                out.push(',');
            }
            first = false;
            write_string(out, key, false);
            out.push(':');
            write_parts(out, value, says);
        }
        out.push('}');
    } else {
        out.push_str("false");
    }
}

/// A JSON string; `html` escapes `<`, `>` and `&` too, as Go does by default.
pub fn write_string(out: &mut String, text: &str, html: bool) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            '<' | '>' | '&' if html => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Marks, Reason};

    #[test]
    fn values() {
        let check = |value: &Value, json: &str, unknown: &str| {
            assert_eq!(value.to_json(), json);
            assert_eq!(value.unknown_to_json(), unknown);
        };
        let unknown = Value::unknown(Type::String, Reason::Variable);
        check(&unknown, "null", "true");
        check(&Value::string("a\"\n\u{1}<"), r#""a\"\n\u0001<""#, "false");
        let tuple = Value::tuple([unknown.clone(), Value::number(1)]);
        check(&tuple, "[null,1]", "[true,false]");
        let object = Value::object([
            ("a".into(), unknown),
            ("b".into(), Value::number(crate::Number::ZERO.neg())),
            ("c".into(), Value::tuple([])),
        ]);
        check(&object, r#"{"b":0,"c":[]}"#, r#"{"a":true,"c":[]}"#);
    }

    #[test]
    fn marks() {
        let secret = Value::bool(true).marked(Marks::SENSITIVE);
        let object = Value::object([("a".into(), secret), ("b".into(), Value::bool(true))]);
        assert_eq!(object.marks_to_json(Marks::SENSITIVE), r#"{"a":true}"#);
        assert_eq!(object.marks_to_json(Marks::EPHEMERAL), "{}");
        let unknown = |ty| Value::unknown(ty, Reason::Variable);
        let map = unknown(Type::map(Type::String));
        let parts = [map.clone(), unknown(Type::Dynamic), map.marked(Marks::SENSITIVE)];
        assert_eq!(Value::tuple(parts).marks_to_json(Marks::SENSITIVE), "[{},false,true]");
    }
}
