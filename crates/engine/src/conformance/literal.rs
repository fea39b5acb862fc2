//! Tells what can be known of a value from how it is written. Never evaluates anything.

use schema::Attribute;
use syntax::Expr;
use syntax::view::{ExprKind, ObjectKey, Part, Template};
use value::{Number, Type, Value};

use super::plan::{Slot, Wants};
use super::value::{are_right_elements, are_right_entries, is_right_string};

/// Whether an expression refers to nothing and calls nothing.
pub(super) fn is_literal(expr: Expr<'_>) -> bool {
    match expr.kind() {
        ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Null => true,
        ExprKind::Template(template) => template.is_plain(),
        ExprKind::Paren(inner) => is_literal(inner),
        ExprKind::Unary { operand, .. } => is_literal(operand),
        ExprKind::Tuple(elements) => elements.iter().all(is_literal),
        ExprKind::Object(object) => object.items().all(|(key, value)| {
            let is_plain = match key {
                ObjectKey::Name(..) => true,
                ObjectKey::Expr(key) => is_literal(key),
            };
            is_plain && is_literal(value)
        }),
        _ => false,
    }
}

/// The text of a string that is written between quotes in plain ASCII without any escape.
fn quoted(expr: Expr<'_>) -> Option<&str> {
    if !matches!(expr.kind(), ExprKind::Template(_)) || expr.tree().is_json() {
        return None;
    }
    let text = expr.range().slice(expr.tree().text());
    let text = text.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let is_itself =
        |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'$' | b'%');
    if text.iter().all(is_itself) { std::str::from_utf8(text).ok() } else { None }
}

/// Whether the value of a slot, which refers to nothing, is right, as far as that is seen at once.
pub(super) fn is_right(slot: &Slot<'_>) -> bool {
    let Slot { attribute, selection, wants, .. } = *slot;
    if wants == Wants::Null {
        return false;
    }
    let expr = slot.expr();
    match expr.kind() {
        ExprKind::Template(_) => {
            quoted(expr).is_some_and(|text| is_right_string(text, attribute, selection))
        }
        ExprKind::Tuple(elements) => {
            let texts: Option<Vec<&str>> = elements.iter().map(quoted).collect();
            texts.is_some_and(|texts| are_right_elements(&texts, attribute, selection))
        }
        ExprKind::Object(object) => {
            let are_texts = |(key, value): (ObjectKey<'_>, Expr<'_>)| {
                let is_plain = match key {
                    ObjectKey::Name(..) => true,
                    ObjectKey::Expr(key) => quoted(key).is_some(),
                };
                is_plain && quoted(value).is_some()
            };
            object.items().all(are_texts) && are_right_entries(attribute, selection)
        }
        _ => false,
    }
}

/// The value of a text, number or truth value that is written out.
pub(super) fn plain(expr: Expr<'_>) -> Option<Value> {
    if let Some(text) = quoted(expr) {
        return Some(Value::string(text));
    }
    match expr.kind() {
        ExprKind::Template(_) => expr.as_plain_string().map(Value::string),
        ExprKind::Number(digits) => Number::parse(digits).map(Value::number),
        ExprKind::Bool(bool) => Some(Value::bool(bool)),
        _ => None,
    }
}

/// Whether a value that is written so may be wrong for an attribute, as far as its type and what is
/// known of its values go. What is null is another question.
pub(super) fn may_be_wrong(expr: Expr<'_>, attribute: Attribute<'_>) -> bool {
    if attribute.constraint().is_some() {
        return true;
    }
    match (attribute.ty(), expr.kind()) {
        (_, ExprKind::Missing | ExprKind::Null) => false,
        // What may hold anything is judged by the provider.
        (ty, _) if ty.has_dynamic() => false,
        (Type::String, ExprKind::Template(template)) => is_one_interpolation(template),
        (Type::String, ExprKind::Bool(_) | ExprKind::Number(_))
        | (Type::Bool, ExprKind::Bool(_))
        | (Type::Number, ExprKind::Number(_)) => false,
        _ => true,
    }
}

/// Whether a value that is written so may be null.
pub(super) fn may_be_null(expr: Expr<'_>) -> bool {
    match expr.kind() {
        ExprKind::Template(template) => is_one_interpolation(template),
        ExprKind::Number(_)
        | ExprKind::Bool(_)
        | ExprKind::Tuple(_)
        | ExprKind::Object(_)
        | ExprKind::For(_)
        | ExprKind::Binary { .. }
        | ExprKind::Unary { .. }
        | ExprKind::Missing => false,
        ExprKind::Paren(inner) => may_be_null(inner),
        _ => true,
    }
}

/// Whether a template is nothing but `${ … }`, so that it may be of any type.
fn is_one_interpolation(template: Template<'_>) -> bool {
    if template.is_plain() {
        return false;
    }
    match template.only_part() {
        Some(part) => matches!(part, Part::Interpolation { .. }),
        None => matches!(template.parts().as_slice(), [Part::Interpolation { .. }]),
    }
}

/// What a bool or number in quotes would be without them, where `expr` is one and is written as
/// nobody could take for a string.
pub(super) fn unquoted(expr: Expr<'_>, ty: &Type) -> Option<String> {
    if !matches!(ty, Type::Bool | Type::Number) {
        return None;
    }
    let ExprKind::Template(template) = expr.kind() else { return None };
    let text = expr.as_plain_string().filter(|_| !template.is_heredoc())?;
    let is_plain = match ty {
        Type::Bool => matches!(text.as_str(), "true" | "false"),
        _ => is_plain_number(&text),
    };
    is_plain.then_some(text)
}

/// Whether a text is a number without an exponent, a sign but for a minus, and zeros before it.
fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| {
        !part.is_empty() && part.len() <= 15 && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    are_digits(whole) && are_digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}
