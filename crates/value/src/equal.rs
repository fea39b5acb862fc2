//! Equality, of which the answer may be unknown.

use crate::{Range, Reason, Refinement, Type, Unknown, Value, ValueKind};

/// Terraform's `==`: `true`, `false` or an unknown bool. Types must agree: `1 == "1"` is `false`.
/// The result has the marks of both sides, nested ones included.
pub fn equals(one: &Value, two: &Value) -> Value {
    let marks = if one.is_null() == two.is_null() {
        one.marks_deep() | two.marks_deep()
    } else {
        one.marks() | two.marks()
    };
    answer(equal(one, two)).marked(marks)
}

/// Whether two values are the same: of the same type, known to the same extent and equal. Marks
/// and origins do not matter; unknown values are the same if they are of one type.
pub fn raw_equals(one: &Value, two: &Value) -> bool {
    match (one.kind(), two.kind()) {
        (ValueKind::Null(one), ValueKind::Null(two)) => one == two,
        (ValueKind::Unknown(one), ValueKind::Unknown(two)) => {
            one.ty == two.ty && one.refinement == two.refinement
        }
        (ValueKind::Bool(one), ValueKind::Bool(two)) => one == two,
        (ValueKind::Number(one), ValueKind::Number(two)) => one == two,
        (ValueKind::String(one), ValueKind::String(two)) => one == two,
        (ValueKind::List(one_ty, one), ValueKind::List(two_ty, two))
        | (ValueKind::Set(one_ty, one), ValueKind::Set(two_ty, two)) => {
            one_ty == two_ty && raw_equal_elements(one, two)
        }
        (ValueKind::Tuple(one), ValueKind::Tuple(two)) => raw_equal_elements(one, two),
        (ValueKind::Map(one_ty, one), ValueKind::Map(two_ty, two)) => {
            one_ty == two_ty && raw_equal_entries(one, two)
        }
        (ValueKind::Object(one), ValueKind::Object(two)) => raw_equal_entries(one, two),
        _ => false,
    }
}

fn raw_equal_elements(one: &[Value], two: &[Value]) -> bool {
    one.len() == two.len() && one.iter().zip(two).all(|(one, two)| raw_equals(one, two))
}

type Entries = std::collections::BTreeMap<std::sync::Arc<str>, Value>;

fn raw_equal_entries(one: &Entries, two: &Entries) -> bool {
    one.len() == two.len()
        && one
            .iter()
            .zip(two)
            .all(|((one_key, one), (two_key, two))| one_key == two_key && raw_equals(one, two))
}

/// A bool of which the answer may be unknown.
fn answer(answer: Option<bool>) -> Value {
    match answer {
        Some(bool) => Value::bool(bool),
        None => Unknown::new(Type::Bool, Reason::Derived).not_null().into_value(),
    }
}

/// `None`: not known.
fn equal(one: &Value, two: &Value) -> Option<bool> {
    if one.is_null() && two.is_not_null() || two.is_null() && one.is_not_null() {
        return Some(false);
    }
    match (one.as_unknown(), two.as_unknown()) {
        (Some(_), Some(_)) => None,
        (None, Some(unknown)) => equal_to_unknown(one, unknown),
        (Some(unknown), None) => equal_to_unknown(two, unknown),
        (None, None) if one.is_null() || two.is_null() => Some(one.is_null() && two.is_null()),
        (None, None) => equal_known(one, two),
    }
}

fn equal_to_unknown(known: &Value, unknown: &Unknown) -> Option<bool> {
    if known.is_null() {
        return None;
    }
    let ty = known.ty();
    if !could_be(known, &ty, unknown) {
        return Some(false);
    }
    if unknown.ty.has_dynamic() || ty == unknown.ty { None } else { Some(false) }
}

/// Whether a known value that is not null is in the range of an unknown one.
fn could_be(known: &Value, ty: &Type, unknown: &Unknown) -> bool {
    if unknown.ty == Type::Dynamic {
        return true;
    }
    if !ty.conforms_to(&unknown.ty) {
        return false;
    }
    // Terraform knows prefixes only; a suffix would decide what it leaves open.
    let Refinement { prefix, number, length, .. } = &unknown.refinement;
    match known.kind() {
        ValueKind::String(text) => prefix.as_ref().is_none_or(|prefix| text.starts_with(&**prefix)),
        ValueKind::Number(known) => {
            let above = number.min.as_ref().is_none_or(|min| {
                let order = known.compare(&min.value);
                order.is_gt() || order.is_eq() && min.inclusive
            });
            above
                && number.max.as_ref().is_none_or(|max| {
                    let order = known.compare(&max.value);
                    order.is_lt() || order.is_eq() && max.inclusive
                })
        }
        ValueKind::List(..) | ValueKind::Set(..) | ValueKind::Map(..) => {
            let (min, max) = known.length_range();
            overlaps(min, max, length)
        }
        _ => true,
    }
}

fn overlaps(min: u64, max: Option<u64>, range: &Range<u64>) -> bool {
    range.min.as_ref().is_none_or(|bound| max.is_none_or(|max| max >= bound.value))
        && range.max.as_ref().is_none_or(|bound| min <= bound.value)
}

/// Both are known and not null; parts may be unknown or null.
fn equal_known(one: &Value, two: &Value) -> Option<bool> {
    match (one.kind(), two.kind()) {
        (ValueKind::Number(one), ValueKind::Number(two)) => return Some(one == two),
        (ValueKind::Bool(one), ValueKind::Bool(two)) => return Some(one == two),
        (ValueKind::String(one), ValueKind::String(two)) => return Some(one == two),
        _ => {}
    }
    let (one_ty, two_ty) = (one.ty(), two.ty());
    if !type_is_known(one) || !type_is_known(two) {
        let possible = one_ty.conforms_to(&two_ty) || two_ty.conforms_to(&one_ty);
        return if possible { None } else { Some(false) };
    }
    if one_ty != two_ty {
        return Some(false);
    }
    equal_parts(one, two)
}

/// Whether no part of it is unknown even in its type. A bare `null` has a type, in this sense.
fn type_is_known(value: &Value) -> bool {
    if value.is_wholly_known() {
        return true;
    }
    match value.kind() {
        ValueKind::Unknown(unknown) => !unknown.ty.has_dynamic(),
        _ => {
            value.as_elements().is_none_or(|elements| elements.iter().all(type_is_known))
                && value.as_entries().is_none_or(|entries| entries.values().all(type_is_known))
        }
    }
}

/// Both are known, not null and of the same type.
fn equal_parts(one: &Value, two: &Value) -> Option<bool> {
    let same = |one: &Value, two: &Value| match (one.kind(), two.kind()) {
        (ValueKind::Number(one), ValueKind::Number(two)) => Some(one == two),
        (ValueKind::Bool(one), ValueKind::Bool(two)) => Some(one == two),
        (ValueKind::String(one), ValueKind::String(two)) => Some(one == two),
        (ValueKind::Null(_) | ValueKind::Unknown(_), _)
        | (_, ValueKind::Null(_) | ValueKind::Unknown(_)) => equal(one, two),
        _ => equal_parts(one, two),
    };
    if let (ValueKind::Set(_, one), ValueKind::Set(_, two)) = (one.kind(), two.kind()) {
        if one.iter().chain(&**two).any(Value::is_unknown) {
            return None;
        }
        // Both are in order, so equal sets are so pairwise.
        return all(one.len() == two.len(), one.iter().zip(&**two).map(|(a, b)| same(a, b)));
    }
    if let (Some(one), Some(two)) = (one.as_elements(), two.as_elements()) {
        return all(one.len() == two.len(), one.iter().zip(two).map(|(a, b)| same(a, b)));
    }
    let (one, two) = one.as_entries().zip(two.as_entries())?;
    if one.len() != two.len() || one.keys().ne(two.keys()) {
        return Some(false);
    }
    all(true, one.values().zip(two.values()).map(|(a, b)| same(a, b)))
}

/// The first part that is not certainly equal decides: like Terraform's, the search stops at an
/// unknown part even if a later one differs.
fn all(same_length: bool, parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    if !same_length {
        return Some(false);
    }
    for part in parts {
        match part {
            Some(true) => {}
            decided => return decided,
        }
    }
    Some(true)
}
