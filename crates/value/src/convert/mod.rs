//! Conversion of values to types, with Terraform's rules and messages.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::mismatch::mismatch;
use crate::unify::unify_with;
use crate::{Identity, Number, Reason, Refinement, Type, Unknown, Value, ValueKind};

/// Why a value cannot be converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvertError {
    /// Where in the value it is, from the outside in.
    pub path: Vec<PathStep>,
    /// What is wrong, in Terraform's words: `a number is required`.
    pub message: String,
}

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathStep {
    /// An element of a list, set or tuple.
    Index(usize),
    /// A value of a map.
    Key(Arc<str>),
    /// An attribute of an object.
    Attribute(Arc<str>),
}

impl ConvertError {
    fn new(message: impl Into<String>) -> Self {
        Self { path: Vec::new(), message: message.into() }
    }

    /// The path as it is written after a name: `[0].a`; empty for the value itself.
    pub fn path_text(&self) -> String {
        self.path
            .iter()
            .map(|step| match step {
                PathStep::Index(index) => format!("[{index}]"),
                PathStep::Key(key) => format!("[{key:?}]"),
                PathStep::Attribute(name) => format!(".{name}"),
            })
            .collect()
    }
}

impl fmt::Display for ConvertError {
    /// The message alone, as Terraform prints it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for ConvertError {}

/// The value as one of a type. `Dynamic` in it takes what is there; an optional attribute that is
/// missing becomes `null` (defaults are not applied here). Marks stay, and the origins of the
/// value and its parts.
pub fn convert(value: &Value, wanted: &Type) -> Result<Value, ConvertError> {
    let ty = value.ty();
    let result_type = wanted.without_optional();
    if ty == result_type {
        return Ok(value.clone());
    }
    if !convertible(&ty, wanted, true) {
        return Err(ConvertError::new(mismatch(&ty, wanted)));
    }
    apply(value, &ty, wanted)
}

/// Whether there is a conversion between two types. `lossy` ones fail for some values.
pub(crate) fn convertible(from: &Type, to: &Type, lossy: bool) -> bool {
    match (from, to) {
        (_, Type::Dynamic) | (Type::Number | Type::Bool, Type::String) => true,
        (Type::Dynamic, _) | (Type::String, Type::Number | Type::Bool) => lossy,
        (Type::Object(from), Type::Object(to)) => {
            to.attributes.iter().all(|(name, to_ty)| match from.attributes.get(name) {
                None => to.optional.contains(name),
                Some(ty) => part_convertible(ty, to_ty, lossy),
            })
        }
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len()
                && from.iter().zip(&**to).all(|(from, to)| part_convertible(from, to, lossy))
        }
        (Type::List(from) | Type::Set(from), Type::List(to)) | (Type::Set(from), Type::Set(to)) => {
            part_convertible(from, to, lossy)
        }
        (Type::List(from), Type::Set(to)) => lossy && part_convertible(from, to, lossy),
        (Type::Map(from), Type::Map(to)) => part_convertible(from, to, lossy),
        (Type::Tuple(from), Type::List(to) | Type::Set(to)) => {
            tuple_element(from, to, lossy).is_some()
        }
        (Type::Object(from), Type::Map(to)) => {
            let types: Vec<Type> = from.attributes.values().cloned().collect();
            object_element(&types, to, lossy).is_some()
        }
        (Type::Map(from), Type::Object(to)) => {
            lossy
                && to.attributes.iter().all(|(name, ty)| {
                    part_convertible(from, ty, lossy) || to.optional.contains(name)
                })
        }
        _ => false,
    }
}

fn part_convertible(from: &Type, to: &Type, lossy: bool) -> bool {
    from == to || convertible(from, to, lossy)
}

/// The type that the elements of a tuple take in a list or set of `wanted`.
fn tuple_element<'a>(types: &[Type], wanted: &'a Type, lossy: bool) -> Option<Cow<'a, Type>> {
    if types.is_empty() {
        return Some(Cow::Borrowed(wanted));
    }
    let mut element = Cow::Borrowed(wanted);
    if *wanted == Type::Dynamic {
        let unified = unify_with(types, lossy)?;
        if unified == Type::Dynamic && types.iter().any(|ty| *ty != Type::Dynamic) {
            return None;
        }
        element = Cow::Owned(unified);
    }
    types.iter().all(|ty| part_convertible(ty, &element, lossy)).then_some(element)
}

/// The type that the attributes of an object take in a map of `wanted`.
fn object_element<'a>(types: &[Type], wanted: &'a Type, lossy: bool) -> Option<Cow<'a, Type>> {
    if types.is_empty() {
        return Some(Cow::Borrowed(wanted));
    }
    let mut element = Cow::Borrowed(wanted);
    if *wanted == Type::Dynamic {
        let unified = unify_with(types, lossy)?;
        // An attribute of no type makes the others no more alike.
        let mut certain = types.iter().filter(|ty| **ty != Type::Dynamic);
        let first = certain.next();
        if unified == Type::Dynamic && certain.any(|ty| Some(ty) != first) {
            return None;
        }
        element = Cow::Owned(unified);
    }
    types.iter().all(|ty| part_convertible(ty, &element, lossy)).then_some(element)
}

/// Converts a value of type `ty` for which there is a conversion.
fn apply(value: &Value, ty: &Type, wanted: &Type) -> Result<Value, ConvertError> {
    if *wanted == Type::Dynamic || ty == wanted {
        return Ok(value.clone());
    }
    let converted = match value.kind() {
        ValueKind::Null(_) => Value::null(replace_dynamic(ty, &wanted.without_optional())),
        ValueKind::Unknown(unknown) => convert_unknown(unknown, wanted),
        ValueKind::Bool(bool) => Value::string(if *bool { "true" } else { "false" }),
        ValueKind::Number(number) => match number.to_text() {
            Some(text) => Value::string(text),
            None => Value::limit(Type::String),
        },
        ValueKind::String(text) => convert_string(text, wanted)?,
        ValueKind::List(_, elements) | ValueKind::Set(_, elements) => {
            convert_sequence(elements, ty, wanted)?
        }
        ValueKind::Tuple(elements) => match wanted {
            Type::Tuple(types) => convert_tuple(elements, types)?,
            _ => tuple_to_collection(elements, ty, wanted)?,
        },
        ValueKind::Map(from, entries) => match wanted {
            Type::Object(_) => map_to_object(entries, from, wanted)?,
            _ => map_to_map(entries, from, wanted)?,
        },
        ValueKind::Object(attributes) => match wanted {
            Type::Object(_) => object_to_object(attributes, wanted)?,
            _ => object_to_map(attributes, ty, wanted)?,
        },
    };
    let origin = value.origin().clone();
    Ok(converted.marked(value.marks()).with_origin(origin))
}

/// Converts a part of a value. Parts of unknown type are checked only now.
fn apply_part(
    value: &Value,
    ty: &Type,
    wanted: &Type,
    step: impl FnOnce() -> PathStep,
) -> Result<Value, ConvertError> {
    let converted =
        if *ty == Type::Dynamic { convert(value, wanted) } else { apply(value, ty, wanted) };
    converted.map_err(|mut error| {
        error.path.insert(0, step());
        error
    })
}

fn convert_string(text: &str, wanted: &Type) -> Result<Value, ConvertError> {
    if *wanted == Type::Number {
        return Number::parse(text)
            .map(Value::number)
            .ok_or_else(|| ConvertError::new("a number is required"));
    }
    match text {
        "true" | "1" => Ok(Value::bool(true)),
        "false" | "0" => Ok(Value::bool(false)),
        _ => {
            let lower = text.to_lowercase();
            let hint = if lower == "true" || lower == "false" {
                format!("; to convert from string, use lowercase \"{lower}\"")
            } else {
                String::new()
            };
            Err(ConvertError::new(format!("a bool is required{hint}")))
        }
    }
}

/// An unknown value of another type, with what stays certain.
fn convert_unknown(unknown: &Unknown, wanted: &Type) -> Value {
    let ty = replace_dynamic(&unknown.ty, &wanted.without_optional());
    let mut refinement =
        Refinement { not_null: unknown.refinement.not_null, ..Refinement::default() };
    let length = &unknown.refinement.length;
    let bounds = match (&unknown.ty, &ty) {
        (Type::Object(from), Type::Map(_)) => {
            let count = from.attributes.len() as u64;
            Some((count, Some(count)))
        }
        (Type::Tuple(from), Type::List(_)) => {
            let count = from.len() as u64;
            Some((count, Some(count)))
        }
        (Type::Tuple(from), Type::Set(_)) => {
            let count = from.len() as u64;
            Some((count.min(1), Some(count)))
        }
        (from, to) if from.is_collection() && to.is_collection() => {
            let min = length.min.as_ref().map_or(0, |bound| bound.value);
            let min = if matches!(to, Type::Set(_)) { min.min(1) } else { min };
            Some((min, length.max.as_ref().map(|bound| bound.value)))
        }
        _ => None,
    };
    if let Some((min, max)) = bounds {
        let not_null = refinement.not_null;
        refinement = Refinement { not_null, ..Refinement::with_length(min, max) };
    }
    let identity = Identity::converted(unknown, &ty);
    let converted = Unknown { ty, refinement, reason: unknown.reason.clone(), identity };
    converted.into_value()
}

fn convert_tuple(elements: &[Value], types: &[Type]) -> Result<Value, ConvertError> {
    let mut converted = Vec::with_capacity(elements.len());
    for (at, (element, wanted)) in elements.iter().zip(types).enumerate() {
        converted.push(apply_part(element, &element.ty(), wanted, || PathStep::Index(at))?);
    }
    Ok(Value::tuple(converted))
}

/// A list or set to another list or set.
fn convert_sequence(elements: &[Value], ty: &Type, wanted: &Type) -> Result<Value, ConvertError> {
    let (Some(from), Some(to)) = (ty.element(), wanted.element()) else {
        return Err(ConvertError::new(mismatch(ty, wanted)));
    };
    let to_list = matches!(wanted, Type::List(_));
    let set = matches!(ty, Type::Set(_));
    if set && to_list && elements.len() > 1 && !elements.iter().all(Value::is_wholly_known) {
        // Unknown elements may be equal to others, so even the length is open.
        return Ok(Value::unknown(Type::list(from.clone()), Reason::Derived));
    }
    let mut converted = Vec::with_capacity(elements.len());
    for (at, element) in elements.iter().enumerate() {
        converted.push(apply_part(element, from, to, || PathStep::Index(at))?);
    }
    collection(converted, from, to, to_list)
}

fn tuple_to_collection(
    elements: &[Value],
    ty: &Type,
    wanted: &Type,
) -> Result<Value, ConvertError> {
    let to_list = matches!(wanted, Type::List(_));
    let (Type::Tuple(types), Some(to)) = (ty, wanted.element()) else {
        return Err(ConvertError::new(mismatch(ty, wanted)));
    };
    let Some(element) = tuple_element(types, to, true) else {
        return Err(ConvertError::new(mismatch(ty, wanted)));
    };
    let mut converted = Vec::with_capacity(elements.len());
    for (at, (value, from)) in elements.iter().zip(&**types).enumerate() {
        converted.push(apply_part(value, from, &element, || PathStep::Index(at))?);
    }
    collection(converted, &element, &element, to_list)
}

/// A list or set of converted elements, which get one type where `wanted` leaves it open.
fn collection(
    elements: Vec<Value>,
    from: &Type,
    wanted: &Type,
    list: bool,
) -> Result<Value, ConvertError> {
    let (ty, elements) = one_type(elements, from, wanted)?;
    Ok(if list { Value::list(ty, elements) } else { Value::set(ty, elements) })
}

/// Gives all elements the same type.
fn one_type(
    elements: Vec<Value>,
    from: &Type,
    wanted: &Type,
) -> Result<(Type, Vec<Value>), ConvertError> {
    if !wanted.has_dynamic() {
        return Ok((wanted.without_optional(), elements));
    }
    if elements.is_empty() {
        let ty = if *wanted == Type::Dynamic { from } else { wanted };
        return Ok((ty.without_optional(), elements));
    }
    let types: Vec<Type> = elements.iter().map(Value::ty).collect();
    // What has no type yet fits any.
    let mut certain = types.iter().filter(|ty| **ty != Type::Dynamic);
    let first = certain.next().unwrap_or(&Type::Dynamic);
    let unified = if certain.all(|ty| ty == first) {
        first.clone()
    } else {
        unify_with(&types, true)
            .ok_or_else(|| ConvertError::new("cannot find a common base type for all elements"))?
    };
    let mut converted = Vec::with_capacity(elements.len());
    for (at, (element, ty)) in elements.into_iter().zip(&types).enumerate() {
        converted.push(if *ty == unified {
            element
        } else {
            apply_part(&element, ty, &unified, || PathStep::Index(at))?
        });
    }
    Ok((unified, converted))
}

type Entries = BTreeMap<Arc<str>, Value>;

fn map_to_map(entries: &Entries, from: &Type, wanted: &Type) -> Result<Value, ConvertError> {
    let Some(to) = wanted.element() else {
        return Err(ConvertError::new(mismatch(&Type::map(from.clone()), wanted)));
    };
    let mut converted = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        converted.push(apply_part(value, from, to, || PathStep::Key(key.clone()))?);
    }
    let (ty, converted) = one_type(converted, from, to)?;
    Ok(Value::map(ty, entries.keys().cloned().zip(converted)))
}

fn object_to_map(attributes: &Entries, ty: &Type, wanted: &Type) -> Result<Value, ConvertError> {
    let failed = || ConvertError::new(mismatch(ty, wanted));
    let (Type::Object(object), Some(to)) = (ty, wanted.element()) else {
        return Err(failed());
    };
    let types: Vec<Type> = object.attributes.values().cloned().collect();
    let element = object_element(&types, to, true).ok_or_else(failed)?;
    let mut converted = Vec::with_capacity(attributes.len());
    for ((key, value), from) in attributes.iter().zip(&types) {
        converted.push(apply_part(value, from, &element, || PathStep::Key(key.clone()))?);
    }
    let (ty, converted) = one_type(converted, &element, &element)?;
    Ok(Value::map(ty, attributes.keys().cloned().zip(converted)))
}

fn object_to_object(attributes: &Entries, wanted: &Type) -> Result<Value, ConvertError> {
    let Type::Object(object) = wanted else {
        return Err(ConvertError::new("object required"));
    };
    let mut converted = BTreeMap::new();
    for (name, ty) in &object.attributes {
        let value = match attributes.get(name) {
            None => Value::null(ty.clone()),
            Some(value) => {
                let step = || PathStep::Attribute(name.clone());
                apply_part(value, &value.ty(), ty, step)?
            }
        };
        converted.insert(name.clone(), value);
    }
    Ok(Value::object(converted))
}

fn map_to_object(entries: &Entries, from: &Type, wanted: &Type) -> Result<Value, ConvertError> {
    let Type::Object(object) = wanted else {
        return Err(ConvertError::new("object required"));
    };
    let mut converted = BTreeMap::new();
    for (name, ty) in &object.attributes {
        let value = match entries.get(name) {
            Some(_) if !part_convertible(from, ty, true) => {
                let reason = mismatch(from, ty);
                return Err(ConvertError::new(format!(
                    "the elements of the map do not fit the attribute {name:?}: {reason}"
                )));
            }
            Some(value) => apply_part(value, from, ty, || PathStep::Key(name.clone()))?,
            None if object.optional.contains(name) => Value::null(ty.clone()),
            None => {
                return Err(ConvertError::new(format!("the map lacks the attribute {name:?}")));
            }
        };
        converted.insert(name.clone(), value);
    }
    Ok(Value::object(converted))
}

/// `to` with what is open in it taken from `from`.
fn replace_dynamic(from: &Type, to: &Type) -> Type {
    let unified = |types: Vec<Type>| unify_with(&types, true).unwrap_or(Type::Dynamic);
    match (from, to) {
        (Type::Dynamic, _) => to.clone(),
        (_, Type::Dynamic) => from.clone(),
        _ if !to.has_dynamic() => to.clone(),
        (Type::Map(from), Type::Map(to)) => Type::map(replace_dynamic(from, to)),
        (Type::Object(from), Type::Map(to)) => {
            let from = unified(from.attributes.values().cloned().collect());
            Type::map(replace_dynamic(&from, to))
        }
        (Type::List(from) | Type::Set(from), Type::List(to)) => {
            Type::list(replace_dynamic(from, to))
        }
        (Type::List(from) | Type::Set(from), Type::Set(to)) => Type::set(replace_dynamic(from, to)),
        (Type::Tuple(from), Type::List(to)) => {
            Type::list(replace_dynamic(&unified(from.to_vec()), to))
        }
        (Type::Tuple(from), Type::Set(to)) => {
            Type::set(replace_dynamic(&unified(from.to_vec()), to))
        }
        (Type::Tuple(from), Type::Tuple(to)) => {
            Type::tuple(from.iter().zip(&**to).map(|(from, to)| replace_dynamic(from, to)))
        }
        (Type::Map(from), Type::Object(to)) => Type::object(
            to.attributes.iter().map(|(name, ty)| (name.clone(), replace_dynamic(from, ty))),
        ),
        (Type::Object(from), Type::Object(to)) => {
            Type::object(to.attributes.iter().map(|(name, ty)| {
                let from = from.attributes.get(name).unwrap_or(&Type::Dynamic);
                (name.clone(), replace_dynamic(from, ty))
            }))
        }
        _ => to.clone(),
    }
}

#[cfg(test)]
mod tests;
