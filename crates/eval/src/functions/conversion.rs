//! Functions that change types or marks.

#![expect(clippy::unnecessary_wraps, reason = "the shape that the table needs")]

use value::{Marks, Type, Value, ValueKind, convert};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::unknown;

/// The whole of the argument reaches the conversion, so that the message can name its type.
const V: &[Parameter] = &[Parameter::new("v", ParameterType::Any).null().marked().dynamic()];
const ANY: &[Parameter] =
    &[Parameter::new("value", ParameterType::Any).null().unknown().dynamic().marked()];

macro_rules! to_type {
    ($name:literal, $ty:expr) => {
        Function::new($name, V, |arguments| check(&arguments[0], &$ty), to).nullable()
    };
}

pub(super) static FUNCTIONS: &[Function] = &[
    to_type!("tostring", Type::String),
    to_type!("tonumber", Type::Number),
    to_type!("tobool", Type::Bool),
    to_type!("tolist", Type::list(Type::Dynamic)),
    to_type!("toset", Type::set(Type::Dynamic)),
    to_type!("tomap", Type::map(Type::Dynamic)),
    Function::new("sensitive", ANY, same_type, |arguments, _| {
        Ok(arguments[0].clone().marked(Marks::SENSITIVE))
    })
    .nullable(),
    Function::new("nonsensitive", ANY, same_type, |arguments, _| {
        let marks = arguments[0].marks().without(Marks::SENSITIVE);
        Ok(arguments[0].clone().with_marks(marks))
    })
    .nullable(),
    Function::new("issensitive", ANY, super::strings::bool, |arguments, _| {
        let value = &arguments[0];
        Ok(if value.marks().contains(Marks::SENSITIVE) {
            Value::bool(true)
        } else if value.is_unknown() {
            unknown(Type::Bool)
        } else {
            Value::bool(false)
        })
    }),
    Function::new("ephemeralasnull", ANY, same_type, |arguments, _| Ok(as_null(&arguments[0])))
        .nullable(),
];

fn same_type(arguments: &[Value]) -> Outcome<Type> {
    Ok(arguments[0].ty())
}

/// The wanted type, if there is a conversion from that of the value.
fn check(value: &Value, wanted: &Type) -> Outcome<Type> {
    let ty = value.ty();
    // An unknown value of the type converts only if all such values may.
    let typed = Value::unknown(ty.clone(), value::Reason::Derived);
    if convert(&typed, wanted).is_ok() {
        return Ok(wanted.clone());
    }
    Err(FunctionError::argument(0, no_conversion(&ty, wanted)))
}

fn no_conversion(ty: &Type, wanted: &Type) -> String {
    format!("cannot convert {} to {}", ty.friendly_name(), wanted.constraint_name())
}

fn to(arguments: &[Value], wanted: &Type) -> Outcome {
    let value = &arguments[0];
    convert(value, wanted).map_err(|_| {
        let ty = value.ty();
        let shown = value.as_str().map(|text| format!("{text:?}"));
        let message = match (shown, wanted) {
            _ if !value.marks_deep().is_printable() => {
                let (ty, wanted) = (ty.friendly_name(), wanted.constraint_name());
                format!("cannot convert this sensitive {ty} to {wanted}")
            }
            (Some(text), Type::Number) => format!("{text} is no number in decimal notation"),
            (Some(text), Type::Bool) => {
                format!("{text} is neither \"true\" nor \"false\", so it is no bool")
            }
            _ => no_conversion(&ty, wanted),
        };
        FunctionError::argument(0, message)
    })
}

/// The same with `null` for ephemeral parts.
fn as_null(value: &Value) -> Value {
    if value.marks().contains(Marks::EPHEMERAL) {
        return Value::null(value.ty()).marked(value.marks().without(Marks::EPHEMERAL));
    }
    if !value.marks_deep().contains(Marks::EPHEMERAL) {
        return value.clone();
    }
    let all = |elements: &[Value]| elements.iter().map(as_null).collect::<Vec<_>>();
    let changed = match value.kind() {
        ValueKind::List(ty, elements) => Value::list(ty.clone(), all(elements)),
        ValueKind::Set(ty, elements) => Value::set(ty.clone(), all(elements)),
        ValueKind::Tuple(elements) => Value::tuple(all(elements)),
        ValueKind::Map(ty, entries) => {
            let entries = entries.iter().map(|(key, value)| (key.clone(), as_null(value)));
            Value::map(ty.clone(), entries)
        }
        ValueKind::Object(entries) => {
            Value::object(entries.iter().map(|(key, value)| (key.clone(), as_null(value))))
        }
        _ => value.clone(),
    };
    changed.marked(value.marks()).with_origin(value.origin().clone())
}
