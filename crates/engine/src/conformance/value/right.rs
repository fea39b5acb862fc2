//! Whether nothing is wrong with a value, where that is cheaper to see than what is wrong with one.
//! What is not seen here may still be right.

use schema::{Attribute, Constraint, Format, Mode, Selection};
use value::{Type, Value, ValueKind};

use super::pattern;

/// The variant of an attribute that is judged first: what is right for it is right.
fn newest(attribute: Attribute<'_>, selection: Selection) -> Attribute<'_> {
    attribute.newest_in(selection.snapshots).unwrap_or(attribute)
}

/// Whether a string is right for `attribute` in all versions of `selection`.
pub(crate) fn is_right_string(text: &str, attribute: Attribute<'_>, selection: Selection) -> bool {
    let newest = newest(attribute, selection);
    let skips_zero = newest.mode() != Mode::Required;
    newest.ty() == Type::String
        && newest.constraint().is_none_or(|constraint| {
            skips_zero && text.is_empty() || is_right_text(text, constraint)
        })
}

/// The same of a list or set of strings that is not empty.
pub(crate) fn are_right_elements(
    texts: &[&str],
    attribute: Attribute<'_>,
    selection: Selection,
) -> bool {
    let newest = newest(attribute, selection);
    // Equal elements are one element of a set.
    let (least, is_of_strings) = match newest.ty() {
        Type::List(element) => (texts.len() as u64, *element == Type::String),
        Type::Set(element) => (1, *element == Type::String),
        _ => return false,
    };
    let is_right = |constraint: Constraint<'_>| {
        constraint.min_items().is_none_or(|min| min <= least)
            && constraint.max_items().is_none_or(|max| texts.len() as u64 <= max)
            && texts.iter().all(|text| text.is_empty() || is_right_text(text, constraint))
    };
    is_of_strings && !texts.is_empty() && newest.constraint().is_none_or(is_right)
}

/// The same of strings with keys, whatever they are.
pub(crate) fn are_right_entries(attribute: Attribute<'_>, selection: Selection) -> bool {
    let newest = newest(attribute, selection);
    let is_of_strings = matches!(newest.ty(), Type::Map(element) if *element == Type::String);
    is_of_strings && newest.constraint().is_none()
}

/// Whether nothing can be wrong with a string, number or bool, as far as that is seen at once.
pub(super) fn is_right(value: &Value, constraint: Constraint<'_>) -> bool {
    match value.kind() {
        ValueKind::String(text) => is_right_text(text, constraint),
        ValueKind::Number(number) => {
            let text = || number.to_i64().map(|number| number.to_string());
            constraint.has_values()
                && !has_form(constraint)
                && text().is_some_and(|text| constraint.has_value(&text))
        }
        // Only of its two ends something may be known.
        ValueKind::Unknown(unknown) => {
            unknown.refinement.prefix.is_none() && unknown.refinement.suffix.is_none()
        }
        _ => false,
    }
}

/// The same of a text, which is cheaper to see than what is wrong with one.
fn is_right_text(text: &str, constraint: Constraint<'_>) -> bool {
    if has_form(constraint) {
        return false;
    }
    if constraint.has_values() {
        return constraint.has_value(text);
    }
    let length = text.len() as u64;
    constraint.min_length().is_none_or(|min| min <= length)
        && constraint.max_length().is_none_or(|max| length <= max)
        && constraint.pattern().is_none_or(|pattern| pattern::matches(pattern, text) != Some(false))
}

/// Whether a text has to have a form of which something is known.
fn has_form(constraint: Constraint<'_>) -> bool {
    constraint.format().is_some_and(|format| !matches!(format, Format::Other(_)))
}
