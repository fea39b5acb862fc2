//! Functions that make lists, tuples, maps and objects of others. Elements keep their origin.

#![expect(clippy::unnecessary_wraps, reason = "the shape that the table needs")]

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use value::{
    MAX_ELEMENTS, Marks, Reason, Refinement, Type, Unknown, Value, ValueKind, convert, raw_equals,
    unify,
};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::collections::sequence;
use super::strings::strings;
use super::{elements, unknown, whole};

const ANY_LIST: Parameter = Parameter::new("list", ParameterType::Any);
const LIST: Parameter = Parameter::new("list", ParameterType::ListOfAny);
const STRINGS: Parameter = Parameter::new("list", ParameterType::ListOfString);

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("concat", &[], concat_type, concat)
        .variadic(Parameter::new("seqs", ParameterType::Any).marked()),
    Function::new("flatten", &[ANY_LIST.marked()], flatten_type, |arguments, ty| {
        Ok(flatten(&arguments[0], ty))
    }),
    Function::new("distinct", &[LIST], |arguments| Ok(arguments[0].ty()), distinct),
    Function::new("compact", &[STRINGS], strings, compact),
    Function::new("chunklist", CHUNKLIST, |arguments| Ok(Type::list(arguments[0].ty())), chunklist),
    Function::new("reverse", &[ANY_LIST.marked()], reverse_type, reverse),
    Function::new("slice", SLICE, slice_type, slice).shallow(),
    Function::new("sort", &[STRINGS.unknown()], strings, |arguments, _| sort(&arguments[0])),
    Function::new("merge", &[], merge_type, merge)
        .variadic(Parameter::new("maps", ParameterType::Any).dynamic().null().marked()),
    Function::new("zipmap", ZIPMAP, zipmap_type, zipmap),
    Function::new(
        "transpose",
        &[Parameter::new("values", ParameterType::MapOfStringLists)],
        |_| Ok(ParameterType::MapOfStringLists.ty()),
        |arguments, ty| transpose(&arguments[0], ty),
    ),
];

const CHUNKLIST: &[Parameter] =
    &[LIST.marked(), Parameter::new("size", ParameterType::Number).marked()];
const SLICE: &[Parameter] = &[
    ANY_LIST.marked(),
    Parameter::new("start_index", ParameterType::Number),
    Parameter::new("end_index", ParameterType::Number),
];
const ZIPMAP: &[Parameter] = &[
    Parameter::new("keys", ParameterType::ListOfString).marked(),
    Parameter::new("values", ParameterType::Any).marked(),
];

fn own_marks(arguments: &[Value]) -> Marks {
    arguments.iter().fold(Marks::NONE, |marks, argument| marks | argument.marks())
}

fn concat_type(arguments: &[Value]) -> Outcome<Type> {
    if arguments.is_empty() {
        return Err(FunctionError::new("at least one argument is required"));
    }
    let types: Vec<Type> = arguments.iter().map(Value::ty).collect();
    if types.iter().all(|ty| matches!(ty, Type::List(_)))
        && let Some(common) = unify(&types)
    {
        return Ok(common);
    }
    let mut result = Vec::new();
    for (at, (argument, ty)) in arguments.iter().zip(types).enumerate() {
        match ty {
            Type::Tuple(types) => result.extend(types.iter().cloned()),
            Type::List(_) if argument.is_unknown() => return Ok(Type::Dynamic),
            Type::List(element) => {
                let count = argument.length().unwrap_or_default();
                result.extend(std::iter::repeat_n((*element).clone(), count));
            }
            ty => {
                let name = ty.friendly_name();
                let message = format!("{name} cannot be joined to a list");
                return Err(FunctionError::argument(at, message));
            }
        }
        if result.len() > MAX_ELEMENTS {
            return Ok(Type::Dynamic);
        }
    }
    Ok(Type::tuple(result))
}

fn concat(arguments: &[Value], ty: &Type) -> Outcome {
    let mut all = Vec::new();
    for (at, argument) in arguments.iter().enumerate() {
        let converted = match ty {
            Type::List(_) => {
                convert(argument, ty).map_err(|error| FunctionError::argument(at, error.message))?
            }
            _ => argument.clone(),
        };
        all.extend_from_slice(converted.as_elements().unwrap_or_default());
        if all.len() > MAX_ELEMENTS {
            return Ok(Value::limit(ty.clone()));
        }
    }
    Ok(sequence(ty, all).marked(own_marks(arguments)))
}

/// The type comes with the result; where that is unknown, so is its type.
fn flatten_type(arguments: &[Value]) -> Outcome<Type> {
    let list = &arguments[0];
    if !list.is_wholly_known() {
        return Ok(Type::Dynamic);
    }
    match list.ty() {
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => Ok(Type::Dynamic),
        _ => Err(FunctionError::new("that is no list, set or tuple")),
    }
}

fn flatten(list: &Value, ty: &Type) -> Value {
    let (elements, marks) = flattened(list);
    let flat = elements.map_or_else(|| unknown(ty.clone()), Value::tuple);
    flat.marked(marks)
}

/// The elements of a list and of all lists in it, and the marks of these lists. No elements if an
/// unknown list is among them.
fn flattened(list: &Value) -> (Option<Vec<Value>>, Marks) {
    let mut out = Vec::new();
    let mut marks = list.marks();
    let mut known = list.length().is_some();
    let mut open: Vec<&Value> = list.as_elements().unwrap_or_default().iter().rev().collect();
    while let Some(value) = open.pop() {
        let nested = match value.kind() {
            ValueKind::Null(_) => false,
            ValueKind::Unknown(unknown) if unknown.ty == Type::Dynamic => {
                known = false;
                continue;
            }
            ValueKind::Unknown(unknown) => {
                matches!(unknown.ty, Type::List(_) | Type::Set(_) | Type::Tuple(_))
            }
            _ => value.as_elements().is_some(),
        };
        if !nested {
            out.push(value.clone());
            continue;
        }
        marks |= value.marks();
        if value.is_unknown() || value.length().is_none() {
            known = false;
        } else if let Some(elements) = value.as_elements() {
            open.extend(elements.iter().rev());
        }
    }
    (known.then_some(out), marks)
}

fn distinct(arguments: &[Value], ty: &Type) -> Outcome {
    if !arguments[0].is_wholly_known() {
        return Ok(unknown(ty.clone()));
    }
    let mut seen = Seen::default();
    let kept = elements(arguments, 0).iter().filter(|element| seen.insert(element)).cloned();
    Ok(sequence(ty, kept.collect()))
}

/// Known values of one type, found again quickly.
#[derive(Default)]
pub(super) struct Seen<'v>(HashMap<String, Vec<&'v Value>>);

impl<'v> Seen<'v> {
    pub(super) fn contains(&self, value: &Value) -> bool {
        self.0
            .get(&value.to_json())
            .is_some_and(|same| same.iter().any(|other| raw_equals(other, value)))
    }

    /// Whether it is new.
    pub(super) fn insert(&mut self, value: &'v Value) -> bool {
        let same = self.0.entry(value.to_json()).or_default();
        let new = !same.iter().any(|other| raw_equals(other, value));
        if new {
            same.push(value);
        }
        new
    }
}

fn compact(arguments: &[Value], ty: &Type) -> Outcome {
    if !arguments[0].is_wholly_known() {
        return Ok(unknown(ty.clone()));
    }
    let full = |element: &&Value| element.as_str().is_some_and(|text| !text.is_empty());
    Ok(sequence(ty, elements(arguments, 0).iter().filter(full).cloned().collect()))
}

fn chunklist(arguments: &[Value], ty: &Type) -> Outcome {
    let list = &arguments[0];
    let marks = own_marks(arguments);
    let size = whole(&arguments[1])
        .map_err(|message| FunctionError::new(format!("invalid size: {message}")))?;
    let Ok(size) = usize::try_from(size) else {
        return Err(FunctionError::new("the size is negative"));
    };
    let inner = list.ty();
    let elements = elements(arguments, 0);
    let chunks: Vec<Value> = match size {
        _ if elements.is_empty() => Vec::new(),
        0 => vec![list.clone().with_marks(Marks::NONE)],
        _ => elements.chunks(size).map(|chunk| sequence(&inner, chunk.to_vec())).collect(),
    };
    Ok(sequence(ty, chunks).marked(marks))
}

fn reverse_type(arguments: &[Value]) -> Outcome<Type> {
    match arguments[0].ty() {
        Type::Tuple(types) => Ok(Type::tuple(types.iter().rev().cloned())),
        Type::List(element) | Type::Set(element) => Ok(Type::List(element)),
        ty => {
            let name = ty.friendly_name();
            let message = format!("{name} is no list or tuple");
            Err(FunctionError::argument(0, message))
        }
    }
}

fn reverse(arguments: &[Value], ty: &Type) -> Outcome {
    let reversed = elements(arguments, 0).iter().rev().cloned().collect();
    Ok(sequence(ty, reversed).marked(arguments[0].marks()))
}

fn slice_type(arguments: &[Value]) -> Outcome<Type> {
    match arguments[0].ty() {
        Type::List(element) => bounds(arguments).map(|_| Type::List(element)),
        Type::Tuple(types) => Ok(match bounds(arguments)? {
            Some((start, end)) => Type::tuple(types[start..end].iter().cloned()),
            None => Type::Dynamic,
        }),
        Type::Set(_) => Err(FunctionError::argument(
            0,
            "a set has no order, so it has no slices; `tolist` gives it \
             one",
        )),
        _ => Err(FunctionError::argument(0, "that is no list or tuple")),
    }
}

/// Where a slice starts and ends, if both are known.
fn bounds(arguments: &[Value]) -> Outcome<Option<(usize, usize)>> {
    let length = arguments[0].length();
    let bound = |at: usize, name: &str| -> Outcome<Option<usize>> {
        if arguments[at].is_unknown() {
            return Ok(None);
        }
        let failed = |message: String| FunctionError::argument(at, message);
        let index = whole(&arguments[at])
            .map_err(|message| failed(format!("invalid {name} index: {message}")))?;
        let Ok(index) = usize::try_from(index) else {
            return Err(failed(format!("{name} index must not be less than zero")));
        };
        if length.is_some_and(|length| index > length) {
            let message = format!("{name} index must not be greater than the length of the list");
            return Err(failed(message));
        }
        Ok(Some(index))
    };
    let (start, end) = (bound(1, "start")?, bound(2, "end")?);
    let (Some(start), Some(end)) = (start, end) else {
        return Ok(None);
    };
    if start > end {
        let message = "the start lies behind the end";
        return Err(FunctionError::argument(1, message));
    }
    Ok(Some((start, end)))
}

fn slice(arguments: &[Value], ty: &Type) -> Outcome {
    let Some((start, end)) = bounds(arguments)? else {
        return Ok(unknown(ty.clone()));
    };
    let cut = elements(arguments, 0).get(start..end).unwrap_or_default();
    Ok(sequence(ty, cut.to_vec()).marked(arguments[0].marks()))
}

fn sort(list: &Value) -> Outcome {
    let ty = Type::list(Type::String);
    let Some(elements) = list.as_elements().filter(|_| list.is_wholly_known()) else {
        let (min, max) = list.length_range();
        let refinement = Refinement::with_length(min, max);
        return Ok(Unknown::new(ty, Reason::Derived).refined(refinement).into_value());
    };
    if let Some(at) = elements.iter().position(Value::is_null) {
        let message = format!("element {at} of the list is null, which has no place in an order");
        return Err(FunctionError::new(message));
    }
    let mut sorted = elements.to_vec();
    sorted.sort_by(|one, two| one.as_str().cmp(&two.as_str()));
    Ok(sequence(&ty, sorted))
}

fn merge_type(arguments: &[Value]) -> Outcome<Type> {
    let mut attributes = BTreeMap::new();
    let mut types = Vec::new();
    let mut open = false;
    for argument in arguments {
        let mut ty = argument.ty();
        match &ty {
            Type::Dynamic => return Ok(Type::Dynamic),
            Type::Object(object) => {
                let own = object.attributes.iter();
                attributes.extend(own.map(|(name, ty)| (name.clone(), ty.clone())));
                if argument.is_null() {
                    ty = Type::object::<Arc<str>>([]);
                }
            }
            Type::Map(element) => match argument.as_entries() {
                Some(entries) => {
                    attributes.extend(entries.keys().map(|key| (key.clone(), (**element).clone())));
                }
                None => open |= !argument.is_null(),
            },
            _ => {
                let name = ty.friendly_name();
                let message = format!("{name:?} is no map or object");
                return Err(FunctionError::new(message));
            }
        }
        types.push(ty);
    }
    if let Some((first, rest)) = types.split_first()
        && rest.iter().all(|ty| ty == first)
    {
        return Ok(first.clone());
    }
    Ok(if open { Type::Dynamic } else { Type::object(attributes) })
}

fn merge(arguments: &[Value], ty: &Type) -> Outcome {
    let mut merged = BTreeMap::new();
    for argument in arguments {
        let entries = argument.as_entries().into_iter().flatten();
        merged.extend(entries.map(|(key, value)| (key.clone(), value.clone())));
        if merged.len() > MAX_ELEMENTS {
            return Ok(Value::limit(ty.clone()));
        }
    }
    let result = match ty {
        Type::Map(element) => Value::map((**element).clone(), merged),
        _ => Value::object(merged),
    };
    Ok(result.marked(own_marks(arguments)))
}

fn zipmap_type(arguments: &[Value]) -> Outcome<Type> {
    let keys = &arguments[0];
    match arguments[1].ty() {
        Type::List(element) => Ok(Type::Map(element)),
        Type::Tuple(_) if !keys.is_wholly_known() => Ok(Type::Dynamic),
        Type::Tuple(types) => {
            let keys = elements(arguments, 0);
            check_lengths(keys.len(), types.len())?;
            let mut attributes = Vec::new();
            for (at, (key, ty)) in keys.iter().zip(&*types).enumerate() {
                let Some(key) = key.as_str() else {
                    return Err(null_key(at));
                };
                attributes.push((Arc::from(key), ty.clone()));
            }
            Ok(Type::object::<Arc<str>>(attributes))
        }
        _ => Err(FunctionError::new("the values are no list or tuple")),
    }
}

fn check_lengths(keys: usize, values: usize) -> Outcome<()> {
    if keys == values {
        return Ok(());
    }
    let message = format!("{keys} keys for {values} values");
    Err(FunctionError::new(message))
}

fn null_key(at: usize) -> FunctionError {
    FunctionError::new(format!("key {at} is null"))
}

fn zipmap(arguments: &[Value], ty: &Type) -> Outcome {
    let marks = own_marks(arguments);
    if !arguments[0].is_wholly_known() {
        return Ok(unknown(ty.clone()).marked(marks));
    }
    let (keys, values) = (elements(arguments, 0), elements(arguments, 1));
    check_lengths(keys.len(), values.len())?;
    let mut entries = BTreeMap::new();
    let mut key_marks = Marks::NONE;
    for (at, (key, value)) in keys.iter().zip(values).enumerate() {
        let Some(name) = key.as_str() else {
            return Err(null_key(at));
        };
        key_marks |= key.marks();
        entries.insert(Arc::from(name), value.clone());
    }
    let result = match ty {
        Type::Map(element) => Value::map((**element).clone(), entries),
        _ => Value::object(entries),
    };
    Ok(result.marked(marks | key_marks))
}

fn transpose(map: &Value, ty: &Type) -> Outcome {
    let Some(entries) = map.as_entries().filter(|_| map.is_wholly_known()) else {
        return Ok(unknown(ty.clone()));
    };
    let mut transposed: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    for (key, list) in entries {
        let Some(elements) = list.as_elements() else {
            return Err(FunctionError::new("one of the lists is null"));
        };
        for element in elements {
            let Some(name) = element.as_str() else {
                return Err(FunctionError::new("the list holds a null"));
            };
            transposed.entry(name.into()).or_default().push(Value::string(key));
        }
    }
    let lists = transposed.into_iter().map(|(key, keys)| (key, Value::list(Type::String, keys)));
    Ok(Value::map(Type::list(Type::String), lists))
}
