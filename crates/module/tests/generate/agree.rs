//! Whether what is claimed of a value that is not known holds of one that it can be. Never minds
//! marks and origins.

use std::cmp::Ordering;

use value::{Range, Reason, Refinement, Type, Unknown, Value, ValueKind, convert, raw_equals};

/// What is claimed and does not hold of `actual`; what is not known after all can be anything.
pub fn disagreement(claimed: &Value, actual: &Value) -> Option<String> {
    let wrong = |what: &str| Some(format!("{what}: {} but {}", shown(claimed), shown(actual)));
    if actual.is_unknown() {
        return None;
    }
    if let Some(unknown) = claimed.as_unknown() {
        if is_error(claimed) {
            return wrong("an error");
        }
        return unmet(unknown, actual).and_then(|what| wrong(&what));
    }
    if claimed.is_null() || actual.is_null() {
        return if claimed.is_null() && actual.is_null() { None } else { wrong("null") };
    }
    // As long as Terraform does not know the type of one arm of a conditional it does not convert
    // the other to it.
    let (ty, own) = (actual.ty(), claimed.ty());
    if ty != own && !ty.conforms_to(&own) && actual.is_wholly_known() {
        let as_type = |value, ty: &Type| convert(value, ty).ok().filter(|it| it.ty() == *ty);
        if let Some(claimed) = as_type(claimed, &ty) {
            return disagreement(&claimed, actual);
        }
        let actual = as_type(actual, &own);
        return actual.map_or_else(|| wrong("type"), |actual| disagreement(claimed, &actual));
    }
    parts_disagree(claimed, actual)
}

/// The same of two values of which neither is unknown or null.
fn parts_disagree(claimed: &Value, actual: &Value) -> Option<String> {
    let wrong = |what: &str| Some(format!("{what}: {} but {}", shown(claimed), shown(actual)));
    match (claimed.kind(), actual.kind()) {
        (ValueKind::Set(_, claims), ValueKind::Set(_, elements)) => {
            let is_known = claims.iter().all(Value::is_wholly_known);
            let could_be = |claim: &Value| {
                elements.iter().any(|element| disagreement(claim, element).is_none())
            };
            let fits = elements.len() <= claims.len()
                && (!is_known || elements.len() == claims.len())
                && claims.iter().all(could_be);
            if fits { None } else { wrong("set") }
        }
        _ if claimed.as_elements().is_some() => {
            let (Some(claims), Some(elements)) = (claimed.as_elements(), actual.as_elements())
            else {
                return wrong("kind");
            };
            if claims.len() != elements.len() {
                return wrong("length");
            }
            claims.iter().zip(elements).find_map(|(claim, element)| disagreement(claim, element))
        }
        _ if claimed.as_entries().is_some() => {
            let (Some(claims), Some(entries)) = (claimed.as_entries(), actual.as_entries()) else {
                return wrong("kind");
            };
            if claims.keys().ne(entries.keys()) {
                return wrong("keys");
            }
            claims.iter().find_map(|(key, claim)| disagreement(claim, &entries[key]))
        }
        _ if raw_equals(claimed, actual) => None,
        _ => wrong("value"),
    }
}

/// Everything about a value, as text.
pub fn shown(value: &Value) -> String {
    match value.as_unknown() {
        Some(unknown) => {
            let identity = unknown.identity.is_some();
            format!("unknown {} {:?} {identity}", unknown.ty, unknown.refinement)
        }
        None => format!("{} {}", value.to_json(), value.ty()),
    }
}

pub fn is_error(value: &Value) -> bool {
    let reason = value.as_unknown().map(|unknown| &unknown.reason);
    matches!(reason, Some(Reason::Error | Reason::Limit))
}

/// Whether a part of it is an error.
pub fn has_error(value: &Value) -> bool {
    is_error(value)
        || value.as_elements().is_some_and(|all| all.iter().any(has_error))
        || value.as_entries().is_some_and(|all| all.values().any(has_error))
}

fn unmet(unknown: &Unknown, actual: &Value) -> Option<String> {
    let Refinement { not_null, prefix, suffix, pieces, number, length } = &unknown.refinement;
    if actual.is_null() {
        return not_null.then(|| "not null".to_owned());
    }
    if unknown.ty != Type::Dynamic && convert(actual, &unknown.ty).is_err() && !has_error(actual) {
        return Some("type".to_owned());
    }
    let is_in = |text: &str| {
        let mut rest = text;
        let mut pieces = pieces.iter().flat_map(|pieces| pieces.iter());
        prefix.as_ref().is_none_or(|it| text.starts_with(&**it))
            && suffix.as_ref().is_none_or(|it| text.ends_with(&**it))
            && pieces.all(|piece| match rest.split_once(&**piece) {
                Some((_, after)) => {
                    rest = after;
                    true
                }
                None => false,
            })
    };
    let holds = match actual.kind() {
        ValueKind::String(text) => is_in(text),
        ValueKind::Number(actual) => within(number, |bound| actual.compare(bound)),
        _ => match actual.length() {
            Some(actual) => within(length, |bound| (actual as u64).cmp(bound)),
            None => true,
        },
    };
    (!holds).then(|| "range".to_owned())
}

fn within<T>(range: &Range<T>, compare: impl Fn(&T) -> Ordering) -> bool {
    let above = range.min.as_ref().is_none_or(|bound| match compare(&bound.value) {
        Ordering::Equal => bound.inclusive,
        order => order.is_gt(),
    });
    above
        && range.max.as_ref().is_none_or(|bound| match compare(&bound.value) {
            Ordering::Equal => bound.inclusive,
            order => order.is_lt(),
        })
}
