//! How types and values are named in messages.

use std::fmt::Write;

use value::Type;

/// The type with an article: `a string`, `an object`, `a list of string`.
pub(crate) fn article(ty: &Type) -> String {
    let name = match ty {
        Type::Dynamic => return "a value of unknown type".to_owned(),
        _ => ty.friendly_name(),
    };
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// Why two types cannot be made one: the first difference, in words.
pub(crate) fn describe_mismatch(yes: &Type, no: &Type) -> String {
    let mut path = String::new();
    let (yes, no) = first_difference(yes, no, &mut path);
    if path.is_empty() {
        return match (yes, no) {
            (Type::Object(_), Type::Object(_)) => missing_attribute(yes, no, &path),
            (Type::Tuple(one), Type::Tuple(two)) => lengths(one.len(), two.len(), &path),
            _ => format!("the result is {} if true, but {} if false", article(yes), article(no)),
        };
    }
    match (yes, no) {
        (Type::Object(_), Type::Object(_)) => missing_attribute(yes, no, &path),
        (Type::Tuple(one), Type::Tuple(two)) => lengths(one.len(), two.len(), &path),
        _ => format!("`{path}` is {} if true, but {} if false", article(yes), article(no)),
    }
}

/// Goes down as long as both types are of the same shape.
fn first_difference<'a>(yes: &'a Type, no: &'a Type, path: &mut String) -> (&'a Type, &'a Type) {
    match (yes, no) {
        (Type::Object(one), Type::Object(two)) => {
            let same_names = one.attributes.keys().eq(two.attributes.keys());
            let differs = one.attributes.iter().find_map(|(name, ty)| {
                let other = two.attributes.get(name)?;
                (ty != other).then_some((name, ty, other))
            });
            match differs {
                Some((name, one, two)) if same_names => {
                    path.push('.');
                    path.push_str(name);
                    first_difference(one, two, path)
                }
                _ => (yes, no),
            }
        }
        (Type::Tuple(one), Type::Tuple(two)) if one.len() == two.len() => {
            let differs = one.iter().zip(two.iter()).position(|(one, two)| one != two);
            match differs {
                Some(at) => {
                    let _ = write!(path, "[{at}]");
                    first_difference(&one[at], &two[at], path)
                }
                None => (yes, no),
            }
        }
        (Type::List(one), Type::List(two))
        | (Type::Set(one), Type::Set(two))
        | (Type::Map(one), Type::Map(two)) => {
            path.push_str("[*]");
            first_difference(one, two, path)
        }
        _ => (yes, no),
    }
}

fn missing_attribute(yes: &Type, no: &Type, path: &str) -> String {
    let (Type::Object(one), Type::Object(two)) = (yes, no) else {
        return String::new();
    };
    let only = |one: &value::ObjectType, two: &value::ObjectType| {
        one.attributes.keys().find(|name| !two.attributes.contains_key(*name)).cloned()
    };
    let (name, other) = match (only(one, two), only(two, one)) {
        (Some(name), _) => (name, "false"),
        (None, Some(name)) => (name, "true"),
        (None, None) => return "the two results are of different types".to_owned(),
    };
    format!("the attribute `{path}.{name}` is missing if {other}").replace("`.", "`")
}

fn lengths(yes: usize, no: usize, path: &str) -> String {
    let what = if path.is_empty() { "the result".to_owned() } else { format!("`{path}`") };
    format!("{what} has {yes} elements if true, but {no} if false")
}
