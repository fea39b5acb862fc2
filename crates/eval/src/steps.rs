//! Attributes and elements of values, and the values of literals.

use std::sync::Arc;

use value::{Identity, Number, Reason, Type, Unknown, Value, ValueKind};

use crate::derived;
use crate::fault::{Fault, as_unknown, error_value, limit_value, unknown};
use crate::types::article;

const INVALID_INDEX: &str = "Invalid index";
const UNSUPPORTED_ATTRIBUTE: &str = "Unsupported attribute";

/// The number of a literal; beyond the limits when it cannot be held.
pub(crate) fn number(text: &str) -> Value {
    Number::parse(text).map_or_else(limit_value, |number| Value::new(ValueKind::Number(number)))
}

/// A known truth.
pub(crate) fn bool(known: bool) -> Value {
    Value::new(ValueKind::Bool(known))
}

/// `null` of a type.
pub(crate) fn null(ty: Type) -> Value {
    Value::new(ValueKind::Null(ty))
}

/// A known string.
pub(crate) fn string(text: &str) -> Value {
    Value::string(text)
}

/// `value.name`, for objects and maps.
pub(crate) fn attribute(value: &Value, name: &str) -> Result<Value, Fault> {
    match value.kind() {
        ValueKind::Null(_) => Err(Fault::new(
            "Attempt to get attribute from null value",
            format!("the value is null, so it has no attribute `{name}`"),
        )),
        ValueKind::Object(attributes) => match attributes.get(name) {
            Some(found) => Ok(found.clone().marked(value.marks())),
            None => Err(no_attribute(name)),
        },
        ValueKind::Map(_, elements) => match elements.get(name) {
            Some(found) => Ok(found.clone().marked(value.marks())),
            None => Err(Fault::new(
                "Missing map element",
                format!("the map has no element with the key `{name}`"),
            )),
        },
        ValueKind::Unknown(parent) => match &parent.ty {
            Type::Dynamic => Ok(part_of(value, parent, Type::Dynamic, &string(name))),
            Type::Object(object) => match object.attributes.get(name) {
                Some(ty) => Ok(part_of(value, parent, ty.clone(), &string(name))),
                None => Err(no_attribute(name)),
            },
            Type::Map(element) => {
                let ty = Type::clone(element);
                Ok(part_of(value, parent, ty, &string(name)))
            }
            ty => Err(no_attributes(ty, name)),
        },
        _ => Err(no_attributes(&value.ty(), name)),
    }
}

fn no_attribute(name: &str) -> Fault {
    Fault::new(UNSUPPORTED_ATTRIBUTE, format!("the object has no attribute `{name}`"))
}

fn no_attributes(ty: &Type, name: &str) -> Fault {
    let detail = match ty {
        Type::List(element) if is_object_with(element, name) => {
            format!("a list has no attributes; its elements have `{name}`: pick one, or use `[*]`")
        }
        Type::Set(element) if is_object_with(element, name) => {
            format!("a set has no attributes; its elements have `{name}`: iterate over them")
        }
        _ => format!("{} has no attributes, so there is no `{name}`", article(ty)),
    };
    Fault::new(UNSUPPORTED_ATTRIBUTE, detail)
}

fn is_object_with(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Object(object) if object.attributes.contains_key(name))
}

/// `value[key]`, for lists, tuples, maps and objects.
pub(crate) fn index(value: &Value, key: &Value) -> Result<Value, Fault> {
    if let ValueKind::Null(_) = value.kind() {
        let detail = "the value is null, so it has no elements";
        return Err(Fault::new("Attempt to index null value", detail));
    }
    if let ValueKind::Null(_) = key.kind() {
        return Err(Fault::new(INVALID_INDEX, "the key of the element is null"));
    }
    let is_dynamic =
        |value: &Value| as_unknown(value).is_some_and(|unknown| unknown.ty == Type::Dynamic);
    if is_dynamic(value) || is_dynamic(key) {
        return Ok(unknown_element(value, key, Type::Dynamic));
    }
    // The type of a large value is not made up only to look at its outermost part.
    match value.kind() {
        ValueKind::List(element, _) => sequence_element(value, key, element.clone()),
        ValueKind::Tuple(_) => sequence_element(value, key, Type::Dynamic),
        ValueKind::Map(element, _) => map_element(value, key, element.clone()),
        ValueKind::Object(_) => object_element(value, key),
        ValueKind::Unknown(unknown) => match &unknown.ty {
            Type::List(element) => sequence_element(value, key, Type::clone(element)),
            Type::Tuple(_) => sequence_element(value, key, Type::Dynamic),
            Type::Map(element) => map_element(value, key, Type::clone(element)),
            Type::Object(_) => object_element(value, key),
            ty => Err(no_elements(ty)),
        },
        _ => Err(no_elements(&value.ty())),
    }
}

fn no_elements(ty: &Type) -> Fault {
    let detail = match ty {
        Type::Set(_) => {
            "a set has no order and no keys, so its elements cannot be picked one by one".to_owned()
        }
        _ => format!("{} has no elements", article(ty)),
    };
    Fault::new(INVALID_INDEX, detail)
}

fn convert_key(key: &Value, want: &Type) -> Result<Value, Fault> {
    value::convert(key, want).map_err(|error| {
        Fault::new(INVALID_INDEX, format!("the key of the element is unsuitable: {error}"))
    })
}

fn sequence_element(value: &Value, key: &Value, element: Type) -> Result<Value, Fault> {
    let converted = convert_key(key, &Type::Number)?;
    let ValueKind::Number(number) = converted.kind() else {
        return Ok(unknown_element(value, key, element));
    };
    let position = number.to_usize();
    let marks = value.marks() | key.marks();
    let (length, found) = match value.kind() {
        ValueKind::List(_, elements) | ValueKind::Tuple(elements) => {
            let found = position.and_then(|position| elements.get(position));
            (elements.len(), found.map(|found| found.clone().marked(marks)))
        }
        ValueKind::Unknown(parent) => match &parent.ty {
            Type::Tuple(types) => {
                let ty = position.and_then(|position| types.get(position));
                let part = |ty: &Type| part_of(value, parent, ty.clone(), &converted);
                (types.len(), ty.map(part))
            }
            // Terraform asks how many there are only once it knows.
            _ => return Ok(unknown_element(value, &converted, element)),
        },
        _ => (0, None),
    };
    found.ok_or_else(|| Fault::new(INVALID_INDEX, why_no_element(number, length, key)))
}

/// The number itself is not shown when it is sensitive.
fn why_no_element(number: &Number, length: usize, key: &Value) -> String {
    let shown = if key.marks().is_printable() { format!(" {number:?}") } else { String::new() };
    if !number.is_integer() {
        format!("the index{shown} is not a whole number")
    } else if number.is_negative() {
        format!("the index{shown} is negative; elements are counted from 0")
    } else if length == 0 {
        "there are no elements".to_owned()
    } else {
        format!("the index{shown} is out of range: the last element is {}", length - 1)
    }
}

fn map_element(value: &Value, key: &Value, element: Type) -> Result<Value, Fault> {
    let text = convert_key(key, &Type::String)?;
    match (value.kind(), text.kind()) {
        (ValueKind::Map(_, elements), ValueKind::String(name)) => match elements.get(name) {
            Some(found) => Ok(found.clone().marked(value.marks() | key.marks())),
            None => Err(Fault::new(INVALID_INDEX, no_key("map", name, key))),
        },
        _ => Ok(unknown_element(value, &text, element)),
    }
}

fn object_element(value: &Value, key: &Value) -> Result<Value, Fault> {
    let text = convert_key(key, &Type::String)?;
    let ValueKind::String(name) = text.kind() else {
        return Ok(unknown_element(value, key, Type::Dynamic));
    };
    if let Some(Type::Object(object)) = as_unknown(value).map(|unknown| &unknown.ty)
        && !object.attributes.contains_key(name)
    {
        // Terraform asks whether there is such an attribute only once it knows.
        return Ok(unknown_element(value, &text, Type::Dynamic));
    }
    attribute(value, name).map_err(|_| Fault::new(INVALID_INDEX, no_key("object", name, key)))
}

fn no_key(what: &str, name: &str, key: &Value) -> String {
    if key.marks().is_printable() {
        format!("the {what} has no element `{name}`")
    } else {
        format!("the {what} has no element of that key")
    }
}

/// An element of which it is not known which one it is, or of what.
fn unknown_element(value: &Value, key: &Value, ty: Type) -> Value {
    match (as_unknown(value), as_unknown(key)) {
        (Some(parent), None) => part_of(value, parent, ty, key),
        (Some(parent), Some(_)) if parent.reason == Reason::Error => error_value(ty),
        (_, Some(which)) if matches!(which.reason, Reason::Error | Reason::Limit) => {
            unknown(ty, which.reason.clone()).marked(value.marks())
        }
        _ => {
            let unknown = Unknown::new(ty, Reason::Derived);
            let identity = derived::of_operation("[]", &[value, key]);
            Unknown { identity, ..unknown }.into_value().marked(value.marks())
        }
    }
}

/// How a name is written behind what it is a part of, be it an attribute or a key.
fn name_step(name: &str) -> String {
    let mut chars = name.chars();
    let is_name = chars.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if is_name { format!(".{name}") } else { format!("[{name:?}]") }
}

fn key_step(key: &Value) -> String {
    match key.kind() {
        ValueKind::String(name) => name_step(name),
        ValueKind::Number(number) => format!("[{number:?}]"),
        ValueKind::Bool(known) => name_step(if *known { "true" } else { "false" }),
        _ => "[?]".to_owned(),
    }
}

/// The attribute or element `key` of a value that is not known: not known for the same reason, and
/// the part of what that is the value of.
fn part_of(value: &Value, parent: &Unknown, ty: Type, key: &Value) -> Value {
    let identity = match &parent.identity {
        Some(Identity::Address(address)) => {
            Some(Identity::Address(Arc::from(format!("{address}{}", key_step(key)))))
        }
        Some(Identity::Derived(_)) => match key.kind() {
            ValueKind::String(_) => derived::of_operation(".", &[value, key]),
            _ => derived::of_operation("[]", &[value, key]),
        },
        _ => None,
    };
    let part = Unknown {
        ty,
        refinement: value::Refinement::default(),
        reason: parent.reason.clone(),
        identity,
    };
    Value::new(ValueKind::Unknown(Arc::new(part)))
        .with_marks(value.marks())
        .with_origin(value.origin().clone())
}
