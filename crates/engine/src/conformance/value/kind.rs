//! Whether a value converts to the type of its argument, by Terraform's rules, and which part of it
//! is to blame if not.

use std::sync::Arc;

use diagnostics::{Level, Safety};
use value::{Marks, ObjectType, Reason, Type, Value, ValueKind, convert};

use super::words::{kind_of, listed, of_type};
use super::{Fault, Replacement};
use crate::SchemaRule;

/// The parts of `value` that do not convert to `wanted`; `path` is how the value is called.
pub(super) fn judge(value: &Value, wanted: &Type, path: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    collect(value, wanted, path, &mut faults);
    faults
}

fn collect(value: &Value, wanted: &Type, path: &str, faults: &mut Vec<Fault>) {
    if !may_be_judged(value) || convert(value, wanted).is_ok() {
        return;
    }
    let before = faults.len();
    match (value.kind(), wanted) {
        (
            ValueKind::List(_, elements) | ValueKind::Set(_, elements) | ValueKind::Tuple(elements),
            Type::List(wanted) | Type::Set(wanted),
        ) => {
            for (at, element) in elements.iter().enumerate() {
                collect(&part(element, value), wanted, &format!("{path}[{at}]"), faults);
            }
        }
        (ValueKind::Map(_, entries) | ValueKind::Object(entries), Type::Map(wanted)) => {
            for (key, entry) in &**entries {
                let path = format!("{path}[{}]", value::quote(key));
                collect(&part(entry, value), wanted, &path, faults);
            }
        }
        (ValueKind::Map(_, entries) | ValueKind::Object(entries), Type::Object(object)) => {
            faults.extend(missing(value, |name| entries.contains_key(name), object, path));
            for (name, wanted) in &object.attributes {
                let Some(entry) = entries.get(name) else { continue };
                collect(&part(entry, value), wanted, &format!("{path}.{name}"), faults);
            }
        }
        _ => {}
    }
    if faults.len() == before {
        faults.push(mismatch(value, wanted, path));
    }
}

/// Whether something can be said of the type of a value. What Terraform refuses to compute, and what
/// a limit keeps from being known, is told elsewhere.
fn may_be_judged(value: &Value) -> bool {
    let is_lost =
        |reason: &Reason| matches!(reason, Reason::Error | Reason::Limit | Reason::Module);
    !value.is_null() && !value.as_unknown().is_some_and(|unknown| is_lost(&unknown.reason))
}

/// An element as what it is on its own: with the marks of the whole, and with its origin where it
/// has none.
pub(super) fn part(element: &Value, whole: &Value) -> Value {
    let element = element.clone().marked(whole.marks());
    if element.origin().is_empty() { element.with_origin(whole.origin().clone()) } else { element }
}

/// The fault of an object that lacks attributes.
fn missing(
    value: &Value,
    has: impl Fn(&str) -> bool,
    object: &ObjectType,
    path: &str,
) -> Option<Fault> {
    let is_missing = |name: &&Arc<str>| !has(name) && !object.optional.contains(*name);
    let names: Vec<&str> =
        object.attributes.keys().filter(is_missing).map(|name| &**name).collect();
    if names.is_empty() {
        return None;
    }
    // The keys of a value are as secret as what they lead to.
    let plural = if names.len() == 1 { "" } else { "s" };
    let message = format!(
        "`{path}` lacks the attribute{plural} {}; objects of this type have all attributes, those \
         without a value as `null`",
        listed(names, "and")
    );
    Some(fault(value, message, None))
}

fn mismatch(value: &Value, wanted: &Type, path: &str) -> Fault {
    let is_whole = !value.ty().is_primitive() && convertible_kind(&value.ty(), wanted);
    let message = if is_whole {
        // The kind fits, so that what is inside does not.
        let error = convert(value, wanted).err();
        let reason = error.map(|error| error.message).filter(|_| is_printable(value));
        match reason {
            Some(reason) => format!("`{path}` does not fit {}: {reason}", of_type(wanted)),
            None => format!("`{path}` does not fit {}", of_type(wanted)),
        }
    } else {
        format!("`{path}` must be {}, not {}", of_type(wanted), kind_of(value))
    };
    fault(value, message, replacement(value, wanted))
}

fn is_printable(value: &Value) -> bool {
    value.marks_deep().is_printable()
}

/// Whether a type is of the same shape as the one that is wanted, so that naming both says nothing.
fn convertible_kind(ty: &Type, wanted: &Type) -> bool {
    matches!(
        (ty, wanted),
        (Type::List(_) | Type::Set(_) | Type::Tuple(_), Type::List(_) | Type::Set(_))
            | (Type::Map(_) | Type::Object(_), Type::Map(_) | Type::Object(_))
            | (Type::Tuple(_), Type::Tuple(_))
    )
}

fn replacement(value: &Value, wanted: &Type) -> Option<Replacement> {
    let text = value.as_str().filter(|_| is_printable(value));
    match wanted {
        Type::Bool => {
            let text = text?.trim().to_ascii_lowercase();
            let (bool, safety) = match &*text {
                "true" => (true, Safety::Safe),
                "false" => (false, Safety::Safe),
                "yes" | "on" | "enabled" => (true, Safety::Unsafe),
                "no" | "off" | "disabled" => (false, Safety::Unsafe),
                _ => return None,
            };
            let title = format!("write `{bool}`");
            Some(Replacement { safety, title, value: Value::bool(bool) })
        }
        Type::List(element) | Type::Set(element) if element.is_primitive() => {
            let is_element = value.ty().is_primitive() && convert(value, element).is_ok();
            let value = Some(value).filter(|it| is_element && it.is_known() && is_printable(it))?;
            let bare = value.clone().with_marks(Marks::NONE);
            let title = "write a list of one".to_owned();
            let safety = Safety::Unsafe;
            Some(Replacement { safety, title, value: Value::tuple([bare]) })
        }
        _ => None,
    }
}

fn fault(value: &Value, message: String, replacement: Option<Replacement>) -> Fault {
    let rule = SchemaRule::WrongType;
    Fault { rule, level: Level::Error, value: value.clone(), message, replacement }
}
