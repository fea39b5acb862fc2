//! The order of a set's elements, and what makes two of them one.

use std::cmp::Ordering;
use std::fmt::Write;

use crate::number::NumberFormat;
use crate::{Value, ValueKind, raw_equals};

/// Puts elements in Terraform's order and drops those that are certainly equal to an earlier one.
pub(crate) fn order_set(elements: &mut Vec<Value>) {
    // Invariant: equal elements of one type have the same text, and those of one text are in a
    // total order in which only equal ones are equal; so equal elements end up side by side.
    // Different elements may have the same text: numbers of more than ten digits, or objects with
    // other names.
    let mut keyed: Vec<(Option<String>, Value)> = std::mem::take(elements)
        .into_iter()
        .map(|element| {
            let compound = element.as_elements().is_some() || element.as_entries().is_some();
            (compound.then(|| hash_text(&element)), element)
        })
        .collect();
    keyed.sort_by(|(one_text, one), (two_text, two)| {
        rank(one).cmp(&rank(two)).then_with(|| match (one_text, two_text) {
            (Some(one_text), Some(two_text)) => {
                one_text.cmp(two_text).then_with(|| structural_order(one, two))
            }
            _ => structural_order(one, two),
        })
    });
    for (_, element) in keyed {
        let repeated = element.is_wholly_known()
            && elements.last().is_some_and(|last| raw_equals(last, &element));
        if !repeated {
            elements.push(element);
        }
    }
}

/// Known values come first, then unknown ones, then null.
fn rank(value: &Value) -> u8 {
    match value.kind() {
        ValueKind::Null(_) => 2,
        ValueKind::Unknown(_) => 1,
        _ => 0,
    }
}

/// A total order of values of one type.
fn structural_order(one: &Value, two: &Value) -> Ordering {
    let by_rank = rank(one).cmp(&rank(two));
    if by_rank.is_ne() {
        return by_rank;
    }
    match (one.kind(), two.kind()) {
        (ValueKind::String(one), ValueKind::String(two)) => one.cmp(two),
        (ValueKind::Number(one), ValueKind::Number(two)) => {
            if one == two {
                Ordering::Equal
            } else {
                one.compare(two)
            }
        }
        (ValueKind::Bool(one), ValueKind::Bool(two)) => one.cmp(two),
        _ => {
            let elements = one.as_elements().zip(two.as_elements());
            let entries = one.as_entries().zip(two.as_entries());
            if let Some((one, two)) = elements {
                return first_difference(
                    one.iter().zip(two).map(|(one, two)| structural_order(one, two)),
                )
                .then(one.len().cmp(&two.len()));
            }
            let Some((one, two)) = entries else {
                return Ordering::Equal;
            };
            first_difference(one.iter().zip(two).map(|((one_key, one), (two_key, two))| {
                one_key.cmp(two_key).then_with(|| structural_order(one, two))
            }))
            .then(one.len().cmp(&two.len()))
        }
    }
}

fn first_difference(mut orders: impl Iterator<Item = Ordering>) -> Ordering {
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// The text that Terraform hashes, which orders elements that are not primitive.
fn hash_text(value: &Value) -> String {
    let mut text = String::new();
    write_hash(value, &mut text);
    text
}

fn write_hash(value: &Value, out: &mut String) {
    match value.kind() {
        ValueKind::Unknown(_) => out.push('?'),
        ValueKind::Null(_) => out.push('~'),
        ValueKind::Number(number) => {
            out.push_str(&number.format(NumberFormat::General, Some(10)).unwrap_or_default());
        }
        ValueKind::Bool(bool) => out.push(if *bool { 'T' } else { 'F' }),
        ValueKind::String(text) => write_quoted(text, out),
        ValueKind::List(_, elements) | ValueKind::Set(_, elements) => {
            out.push('[');
            write_all(elements.iter(), out);
            out.push(']');
        }
        ValueKind::Tuple(elements) => {
            out.push('<');
            write_all(elements.iter(), out);
            out.push('>');
        }
        ValueKind::Map(_, entries) => {
            out.push('{');
            for (key, value) in &**entries {
                write_quoted(key, out);
                out.push(':');
                write_hash(value, out);
                out.push(';');
            }
            out.push('}');
        }
        ValueKind::Object(entries) => {
            out.push('<');
            write_all(entries.values(), out);
            out.push('>');
        }
    }
}

fn write_all<'a>(values: impl Iterator<Item = &'a Value>, out: &mut String) {
    for value in values {
        write_hash(value, out);
        out.push(';');
    }
}

/// Go's quoted form.
fn write_quoted(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{7f}' => {
                let _ = write!(out, "\\x{:02x}", u32::from(letter));
            }
            '\u{80}'..='\u{9f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}
