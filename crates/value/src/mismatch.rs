//! Terraform's words for a value that does not fit a type.

use crate::convert::convertible;
use crate::{ObjectType, Type};

/// Why no value of the type `got` can become one of `wanted`.
pub fn mismatch(got: &Type, wanted: &Type) -> String {
    let open = |kind: &str| format!("all {kind} elements must have the same type");
    match (got, wanted) {
        (Type::Object(got), Type::Object(wanted)) => mismatched_objects(got, wanted),
        (Type::Tuple(_), Type::List(element)) if **element == Type::Dynamic => open("list"),
        (Type::Tuple(_), Type::Set(element)) if **element == Type::Dynamic => open("set"),
        (Type::Object(_), Type::Map(element)) if **element == Type::Dynamic => open("map"),
        (Type::Tuple(types), Type::List(element) | Type::Set(element)) => {
            let parts = types.iter().enumerate().map(|(at, ty)| (at.to_string(), ty));
            mismatched_parts(parts, element)
        }
        (Type::Object(object), Type::Map(element)) => {
            let parts = object.attributes.iter().map(|(name, ty)| (format!("{name:?}"), ty));
            mismatched_parts(parts, element)
        }
        (Type::Tuple(_) | Type::Object(_), _) if wanted.is_collection() => {
            format!("{} required", wanted.constraint_name())
        }
        (Type::List(got) | Type::Set(got), Type::List(element)) => {
            format!("incorrect list element type: {}", mismatch(got, element))
        }
        (Type::List(got) | Type::Set(got), Type::Set(element)) => {
            format!("incorrect set element type: {}", mismatch(got, element))
        }
        (Type::Map(got), Type::Map(element)) => {
            format!("incorrect map element type: {}", mismatch(got, element))
        }
        _ if got.is_collection() && wanted.is_collection() || confusing(got, wanted) => {
            format!("{} required", wanted.constraint_name())
        }
        _ => format!("{} required, but have {}", wanted.friendly_name(), got.friendly_name()),
    }
}

/// Whether naming the type at hand would confuse more than it helps.
fn confusing(got: &Type, wanted: &Type) -> bool {
    let primitive = got.is_primitive();
    primitive == wanted.is_primitive()
        && *wanted != Type::String
        && !matches!((got, wanted), (Type::Number, Type::Bool) | (Type::Bool, Type::Number))
        && !matches!((got, wanted), (Type::Tuple(_), Type::Object(_)))
}

fn mismatched_parts<'a>(parts: impl Iterator<Item = (String, &'a Type)>, wanted: &Type) -> String {
    for (name, ty) in parts {
        if ty != wanted && !convertible(ty, wanted, true) {
            return format!("element {name}: {}", mismatch(ty, wanted));
        }
    }
    format!("all elements must be {}", wanted.constraint_name())
}

fn mismatched_objects(got: &ObjectType, wanted: &ObjectType) -> String {
    let missing: Vec<String> = wanted
        .attributes
        .keys()
        .filter(|name| !got.attributes.contains_key(*name) && !wanted.optional.contains(*name))
        .map(|name| format!("{name:?}"))
        .collect();
    match missing.as_slice() {
        [] => {}
        [name] => return format!("attribute {name} is required"),
        [one, two] => return format!("attributes {one} and {two} are required"),
        [names @ .., last] => {
            return format!("attributes {}, and {last} are required", names.join(", "));
        }
    }
    for lossy in [true, false] {
        for (name, wanted) in &wanted.attributes {
            if let Some(ty) = got.attributes.get(name)
                && ty != wanted
                && !convertible(ty, wanted, lossy)
            {
                return format!("attribute {name:?}: {}", mismatch(ty, wanted));
            }
        }
    }
    "incorrect object attributes".to_owned()
}
