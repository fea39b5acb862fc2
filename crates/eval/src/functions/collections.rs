//! Functions of collections that find, choose and count.

#![expect(clippy::unnecessary_wraps, reason = "the shape that the table needs")]

use value::{Reason, Refinement, Type, Unknown, Value, convert, equals, unify};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::numbers::{length_of_text, number};
use super::strings::bool;
use super::{elements, text, unknown, whole};

const ANY_LIST: Parameter = Parameter::new("list", ParameterType::Any);
const BOOLS: Parameter = Parameter::new("list", ParameterType::ListOfBool);
const INPUT_MAP: Parameter = Parameter::new("inputMap", ParameterType::Any);
const VALS: Parameter = Parameter::new("vals", ParameterType::Any).unknown().dynamic().null();

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "length",
        &[Parameter::new("value", ParameterType::Any).dynamic().unknown().marked()],
        |arguments| {
            let ty = arguments[0].ty();
            if ty == Type::String || ty == Type::Dynamic || ty.is_iterable() {
                return Ok(Type::Number);
            }
            Err(FunctionError::new("neither text nor a collection has been given"))
        },
        |arguments, _| Ok(length(&arguments[0]).marked(arguments[0].marks())),
    ),
    Function::new(
        "contains",
        &[ANY_LIST, Parameter::new("value", ParameterType::Any).null()],
        bool,
        |arguments, _| contains(&arguments[0], &arguments[1]),
    ),
    Function::new(
        "index",
        &[ANY_LIST, Parameter::new("value", ParameterType::Any)],
        number,
        |arguments, _| index(&arguments[0], &arguments[1]),
    ),
    Function::new("alltrue", &[BOOLS], bool, |arguments, _| Ok(all_true(elements(arguments, 0)))),
    Function::new("anytrue", &[BOOLS], bool, |arguments, _| Ok(any_true(elements(arguments, 0)))),
    Function::new("coalesce", &[], coalesce_type, coalesce).variadic(VALS),
    Function::new("coalescelist", &[], coalescelist_type, coalescelist).variadic(VALS),
    Function::new("element", ELEMENT, element_type, element).nullable().shallow(),
    Function::new("one", &[ANY_LIST], one_type, one).nullable().shallow(),
    Function::new("lookup", LOOKUP, lookup_type, lookup)
        .variadic(Parameter::new("default", ParameterType::Any).unknown().dynamic().null().marked())
        .nullable()
        .shallow(),
    Function::new("keys", &[INPUT_MAP.unknown().marked()], keys_type, keys).shallow(),
    Function::new(
        "values",
        &[Parameter::new("mapping", ParameterType::Any).marked()],
        values_type,
        values,
    ),
    Function::new("matchkeys", MATCHKEYS, matchkeys_type, matchkeys),
];

const ELEMENT: &[Parameter] = &[ANY_LIST.marked(), Parameter::new("index", ParameterType::Number)];
const LOOKUP: &[Parameter] =
    &[INPUT_MAP.marked(), Parameter::new("key", ParameterType::String).marked()];
const MATCHKEYS: &[Parameter] = &[
    Parameter::new("values", ParameterType::ListOfAny),
    Parameter::new("keys", ParameterType::ListOfAny),
    Parameter::new("searchset", ParameterType::ListOfAny),
];

fn length(value: &Value) -> Value {
    if let Some(length) = value.length() {
        return Value::number(length);
    }
    let ty = value.ty();
    if ty == Type::String {
        return length_of_text(value);
    }
    if ty == Type::Dynamic {
        return unknown(Type::Number);
    }
    let (min, max) = value.length_range();
    let number = value::Range::inclusive(Some(min.into()), max.map(Into::into));
    let refinement = Refinement { number, ..Refinement::NOT_NULL };
    Unknown::new(Type::Number, Reason::Derived).refined(refinement).into_value()
}

fn contains(list: &Value, wanted: &Value) -> Outcome {
    let Some(elements) = list.as_elements() else {
        return Err(FunctionError::new("that is no list, tuple or set"));
    };
    let mut open = false;
    for element in elements {
        match equals(wanted, element).as_bool() {
            Some(true) => return Ok(Value::bool(true)),
            Some(false) => {}
            None => open = true,
        }
    }
    Ok(if open { unknown(Type::Bool) } else { Value::bool(false) })
}

fn index(list: &Value, wanted: &Value) -> Outcome {
    let elements = match list.ty() {
        Type::List(_) | Type::Tuple(_) => list.as_elements().unwrap_or_default(),
        _ => return Err(FunctionError::new("that is no list or tuple")),
    };
    if elements.is_empty() {
        return Err(FunctionError::new("cannot search an empty list"));
    }
    for (at, element) in elements.iter().enumerate() {
        match equals(element, wanted).as_bool() {
            Some(true) => return Ok(Value::number(at)),
            Some(false) => {}
            None => return Ok(unknown(Type::Number)),
        }
    }
    Err(FunctionError::new("item not found"))
}

/// The first element that is not `true` decides.
fn all_true(elements: &[Value]) -> Value {
    match elements.iter().find(|element| element.as_bool() != Some(true)) {
        None => Value::bool(true),
        Some(element) if element.is_unknown() => unknown(Type::Bool),
        Some(_) => Value::bool(false),
    }
}

fn any_true(elements: &[Value]) -> Value {
    if elements.iter().any(|element| element.as_bool() == Some(true)) {
        Value::bool(true)
    } else if elements.iter().any(Value::is_unknown) {
        unknown(Type::Bool)
    } else {
        Value::bool(false)
    }
}

fn coalesce_type(arguments: &[Value]) -> Outcome<Type> {
    let types: Vec<Type> = arguments.iter().map(Value::ty).collect();
    unify(&types).ok_or_else(|| FunctionError::new("the arguments have no type in common"))
}

fn coalesce(arguments: &[Value], ty: &Type) -> Outcome {
    for (at, argument) in arguments.iter().enumerate() {
        let argument =
            convert(argument, ty).map_err(|error| FunctionError::argument(at, error.message))?;
        if argument.is_unknown() {
            // What comes after it may be the result as well.
            return Ok(unknown(ty.clone()));
        }
        if !argument.is_null() && argument.as_str() != Some("") {
            return Ok(argument);
        }
    }
    Err(FunctionError::new("every argument is null or empty"))
}

fn coalescelist_type(arguments: &[Value]) -> Outcome<Type> {
    if arguments.is_empty() {
        return Err(FunctionError::new("at least one argument is required"));
    }
    let mut types = Vec::new();
    for argument in arguments {
        if argument.is_unknown() {
            return Ok(Type::Dynamic);
        }
        let ty = argument.ty();
        if !matches!(ty, Type::List(_) | Type::Tuple(_)) {
            return Err(FunctionError::new("one of the arguments is no list or tuple"));
        }
        types.push(ty);
    }
    let same = types.windows(2).all(|pair| pair[0] == pair[1]);
    Ok(if same { types.swap_remove(0) } else { Type::Dynamic })
}

fn coalescelist(arguments: &[Value], ty: &Type) -> Outcome {
    for argument in arguments {
        if argument.is_unknown() {
            return Ok(unknown(ty.clone()));
        }
        if argument.as_elements().is_some_and(|elements| !elements.is_empty()) {
            return Ok(argument.clone());
        }
    }
    Err(FunctionError::new("no non-null arguments"))
}

/// The position that an index means, counted from the end if it is negative and around if it is
/// beyond.
fn position(index: &Value, length: usize) -> Outcome<usize> {
    let index =
        whole(index).map_err(|message| FunctionError::new(format!("invalid index: {message}")))?;
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    if length == 0 {
        return Err(FunctionError::new("an empty list has no elements"));
    }
    Ok(usize::try_from(index.rem_euclid(length)).unwrap_or_default())
}

fn element_type(arguments: &[Value]) -> Outcome<Type> {
    match arguments[0].ty() {
        Type::List(element) => Ok((*element).clone()),
        Type::Tuple(_) if arguments[1].is_unknown() => Ok(Type::Dynamic),
        Type::Tuple(types) => Ok(types[position(&arguments[1], types.len())?].clone()),
        ty => Err(FunctionError::new(format!(
            "{} has no elements to choose from",
            ty.friendly_name()
        ))),
    }
}

fn element(arguments: &[Value], ty: &Type) -> Outcome {
    let list = &arguments[0];
    let elements = elements(arguments, 0);
    let at = position(&arguments[1], elements.len())?;
    let element = elements.get(at).cloned().unwrap_or_else(|| unknown(ty.clone()));
    Ok(element.marked(list.marks()))
}

const NOT_ONE: &str = "only a list, set or tuple of at most one element will do";

fn one_type(arguments: &[Value]) -> Outcome<Type> {
    match arguments[0].ty() {
        Type::List(element) | Type::Set(element) => Ok((*element).clone()),
        Type::Tuple(types) if types.len() < 2 => {
            Ok(types.first().cloned().unwrap_or(Type::Dynamic))
        }
        _ => Err(FunctionError::argument(0, NOT_ONE)),
    }
}

fn one(arguments: &[Value], ty: &Type) -> Outcome {
    if arguments[0].length().is_none() {
        return Ok(unknown(ty.clone()));
    }
    match elements(arguments, 0) {
        [] => Ok(Value::null(ty.clone())),
        [element] => Ok(element.clone()),
        _ => Err(FunctionError::argument(0, NOT_ONE)),
    }
}

/// A key, quoted, unless it is secret.
fn shown_key(key: &Value) -> String {
    if key.marks().is_printable() {
        format!("{:?}", key.as_str().unwrap_or_default())
    } else {
        "(sensitive value)".to_owned()
    }
}

fn lookup_type(arguments: &[Value]) -> Outcome<Type> {
    if arguments.len() > 3 {
        let given = arguments.len();
        let message = format!("{given} arguments instead of two or three");
        return Err(FunctionError::new(message));
    }
    let default = arguments.get(2);
    match arguments[0].ty() {
        Type::Object(_) if arguments[1].is_unknown() => Ok(Type::Dynamic),
        Type::Object(object) => {
            let key = text(arguments, 1);
            match (object.attributes.get(key), default) {
                (Some(ty), _) => Ok(ty.clone()),
                (None, Some(default)) => Ok(default.ty()),
                (None, None) => {
                    let key = shown_key(&arguments[1]);
                    let message = format!("there is no attribute {key}");
                    Err(FunctionError::argument(0, message))
                }
            }
        }
        Type::Map(element) => {
            if default.is_some_and(|default| convert(default, &element).is_err()) {
                let message = "the default is of another type than the elements of the map";
                return Err(FunctionError::argument(2, message));
            }
            Ok((*element).clone())
        }
        _ => Err(FunctionError::argument(0, "only maps and objects have keys")),
    }
}

fn lookup(arguments: &[Value], ty: &Type) -> Outcome {
    let (map, key) = (&arguments[0], text(arguments, 1));
    let marks = map.marks() | arguments[1].marks();
    if let Some(value) = map.get_attr(key) {
        return Ok(value.clone().marked(marks));
    }
    if let Some(default) = arguments.get(2) {
        let converted =
            convert(default, ty).map_err(|error| FunctionError::argument(2, error.message))?;
        return Ok(converted.marked(marks));
    }
    let key = shown_key(&arguments[1]);
    Err(FunctionError::new(format!("there is no key {key}, and no default")))
}

fn keys_type(arguments: &[Value]) -> Outcome<Type> {
    match arguments[0].ty() {
        Type::Map(_) => Ok(Type::list(Type::String)),
        Type::Object(object) => Ok(Type::tuple(vec![Type::String; object.attributes.len()])),
        _ => Err(FunctionError::argument(0, "must have map or object type")),
    }
}

fn keys(arguments: &[Value], ty: &Type) -> Outcome {
    let map = &arguments[0];
    let keys = match (map.as_entries(), map.ty()) {
        (Some(entries), _) => entries.keys().map(Value::string).collect(),
        (None, Type::Object(object)) => object.attributes.keys().map(Value::string).collect(),
        _ => return Ok(unknown(ty.clone()).marked(map.marks())),
    };
    Ok(sequence(ty, keys).marked(map.marks()))
}

/// A list or tuple, as the type says.
pub(super) fn sequence(ty: &Type, elements: Vec<Value>) -> Value {
    match ty {
        Type::List(element) => Value::list((**element).clone(), elements),
        _ => Value::tuple(elements),
    }
}

fn values_type(arguments: &[Value]) -> Outcome<Type> {
    match arguments[0].ty() {
        Type::Map(element) => Ok(Type::List(element)),
        Type::Object(object) => Ok(Type::tuple(object.attributes.values().cloned())),
        _ => Err(FunctionError::new("only maps and objects have values")),
    }
}

fn values(arguments: &[Value], ty: &Type) -> Outcome {
    let map = &arguments[0];
    let Some(entries) = map.as_entries() else {
        return Ok(unknown(ty.clone()));
    };
    Ok(sequence(ty, entries.values().cloned().collect()).marked(map.marks()))
}

fn matchkeys_type(arguments: &[Value]) -> Outcome<Type> {
    if unify(&[arguments[1].ty(), arguments[2].ty()]).is_none() {
        return Err(FunctionError::new("the keys and what is searched have no type in common"));
    }
    Ok(arguments[0].ty())
}

/// Comparisons beyond this are not worth their time.
const MAX_COMPARISONS: usize = 1_000_000;

fn matchkeys(arguments: &[Value], ty: &Type) -> Outcome {
    if arguments[0].length() != arguments[1].length() {
        return Err(FunctionError::new("there are not as many keys as values"));
    }
    let common = unify(&[arguments[1].ty(), arguments[2].ty()]).unwrap_or(Type::Dynamic);
    let converted = |at: usize| {
        convert(&arguments[at], &common).map_err(|error| FunctionError::argument(at, error.message))
    };
    let (keys, search) = (converted(1)?, converted(2)?);
    let (values, element) = (elements(arguments, 0), ty.element().cloned());
    let element = element.unwrap_or(Type::Dynamic);
    let (Some(keys), Some(search)) = (keys.as_elements(), search.as_elements()) else {
        return Ok(unknown(ty.clone()));
    };
    if search.is_empty() {
        return Ok(Value::list(element, []));
    }
    if !arguments[0].is_wholly_known() || !arguments[1].is_wholly_known() {
        return Ok(unknown(ty.clone()));
    }
    if keys.len().saturating_mul(search.len()) > MAX_COMPARISONS {
        return Ok(Value::limit(ty.clone()));
    }
    let mut matched = Vec::new();
    for (value, key) in values.iter().zip(keys) {
        for candidate in search {
            match equals(key, candidate).as_bool() {
                None => return Ok(unknown(ty.clone())),
                Some(true) => {
                    matched.push(value.clone());
                    break;
                }
                Some(false) => {}
            }
        }
    }
    Ok(Value::list(element, matched))
}
