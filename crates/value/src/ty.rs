//! Terraform's types, their names and their JSON form.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::json::write_string;

/// A type of Terraform. `Dynamic` is "any": not known yet.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the names are Terraform's")]
pub enum Type {
    Dynamic,
    String,
    Number,
    Bool,
    List(Arc<Type>),
    Set(Arc<Type>),
    Map(Arc<Type>),
    Tuple(Arc<[Type]>),
    Object(Arc<ObjectType>),
}

/// The attributes of an object type.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct ObjectType {
    /// Name and type of each attribute.
    pub attributes: BTreeMap<Arc<str>, Type>,
    /// Names of those that may be left out (`optional(…)`); only in type constraints.
    pub optional: BTreeSet<Arc<str>>,
}

impl Type {
    /// A list of elements of one type.
    pub fn list(element: Self) -> Self {
        Self::List(Arc::new(element))
    }

    /// A set of elements of one type.
    pub fn set(element: Self) -> Self {
        Self::Set(Arc::new(element))
    }

    /// A map of values of one type.
    pub fn map(element: Self) -> Self {
        Self::Map(Arc::new(element))
    }

    /// A tuple.
    pub fn tuple(elements: impl IntoIterator<Item = Self>) -> Self {
        Self::Tuple(elements.into_iter().collect())
    }

    /// An object without optional attributes.
    pub fn object<K: Into<Arc<str>>>(attributes: impl IntoIterator<Item = (K, Self)>) -> Self {
        let attributes = attributes.into_iter().map(|(name, ty)| (name.into(), ty)).collect();
        Self::Object(Arc::new(ObjectType { attributes, optional: BTreeSet::new() }))
    }

    /// Whether it is string, number or bool.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::String | Self::Number | Self::Bool)
    }

    /// Whether it is a list, set or map.
    pub fn is_collection(&self) -> bool {
        matches!(self, Self::List(_) | Self::Set(_) | Self::Map(_))
    }

    /// Whether it is a tuple or an object.
    pub fn is_structural(&self) -> bool {
        matches!(self, Self::Tuple(_) | Self::Object(_))
    }

    /// Whether values of it can be gone through: collections, tuples and objects.
    pub fn is_iterable(&self) -> bool {
        self.is_collection() || self.is_structural()
    }

    /// The type of the elements of a list, set or map.
    pub fn element(&self) -> Option<&Self> {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => Some(element),
            _ => None,
        }
    }

    /// Whether it or a part of it is `Dynamic`.
    pub fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::String | Self::Number | Self::Bool => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_dynamic(),
            Self::Tuple(elements) => elements.iter().any(Self::has_dynamic),
            Self::Object(object) => object.attributes.values().any(Self::has_dynamic),
        }
    }

    /// Whether it or a part of it has optional attributes.
    pub fn has_optional(&self) -> bool {
        match self {
            Self::Dynamic | Self::String | Self::Number | Self::Bool => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_optional(),
            Self::Tuple(elements) => elements.iter().any(Self::has_optional),
            Self::Object(object) => {
                !object.optional.is_empty() || object.attributes.values().any(Self::has_optional)
            }
        }
    }

    /// The type that values of this constraint have: no attribute is optional.
    #[must_use]
    pub fn without_optional(&self) -> Self {
        if !self.has_optional() {
            return self.clone();
        }
        match self {
            Self::Dynamic | Self::String | Self::Number | Self::Bool => self.clone(),
            Self::List(element) => Self::list(element.without_optional()),
            Self::Set(element) => Self::set(element.without_optional()),
            Self::Map(element) => Self::map(element.without_optional()),
            Self::Tuple(elements) => Self::tuple(elements.iter().map(Self::without_optional)),
            Self::Object(object) => Self::object(
                object.attributes.iter().map(|(name, ty)| (name.clone(), ty.without_optional())),
            ),
        }
    }

    /// [`Type::without_optional`] of a type at hand.
    pub(crate) fn concrete(self) -> Self {
        if self.has_optional() { self.without_optional() } else { self }
    }

    /// Whether a value of this type is one of the type `wanted`, in which `Dynamic` stands for
    /// any type.
    pub fn conforms_to(&self, wanted: &Self) -> bool {
        match (self, wanted) {
            (_, Self::Dynamic) => true,
            (Self::List(one), Self::List(two))
            | (Self::Set(one), Self::Set(two))
            | (Self::Map(one), Self::Map(two)) => one.conforms_to(two),
            (Self::Tuple(one), Self::Tuple(two)) => {
                one.len() == two.len() && one.iter().zip(&**two).all(|(a, b)| a.conforms_to(b))
            }
            (Self::Object(one), Self::Object(two)) => {
                one.attributes.len() == two.attributes.len()
                    && one.attributes.iter().zip(&two.attributes).all(
                        |((name, ty), (wanted_name, wanted))| {
                            name == wanted_name && ty.conforms_to(wanted)
                        },
                    )
            }
            _ => self == wanted,
        }
    }

    /// The name in Terraform's messages: `list of string`, `object`.
    pub fn friendly_name(&self) -> String {
        self.name(false)
    }

    /// The name in messages about type constraints: `list of any single type`, `any type`.
    pub fn constraint_name(&self) -> String {
        self.name(true)
    }

    fn name(&self, constraint: bool) -> String {
        let of = |kind: &str, element: &Self| {
            if constraint && *element == Self::Dynamic {
                format!("{kind} of any single type")
            } else {
                format!("{kind} of {}", element.name(constraint))
            }
        };
        match self {
            Self::Dynamic if constraint => "any type".to_owned(),
            Self::Dynamic => "dynamic".to_owned(),
            Self::String => "string".to_owned(),
            Self::Number => "number".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::List(element) => of("list", element),
            Self::Set(element) => of("set", element),
            Self::Map(element) => of("map", element),
            Self::Tuple(_) => "tuple".to_owned(),
            Self::Object(_) => "object".to_owned(),
        }
    }

    /// The form that `terraform output -json` writes: `["list","string"]`.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        self.write_json(&mut text);
        text
    }

    fn write_json(&self, out: &mut String) {
        let of = |out: &mut String, kind: &str, element: &Self| {
            out.push_str("[\"");
            out.push_str(kind);
            out.push_str("\",");
            element.write_json(out);
            out.push(']');
        };
        match self {
            Self::Dynamic => out.push_str("\"dynamic\""),
            Self::String => out.push_str("\"string\""),
            Self::Number => out.push_str("\"number\""),
            Self::Bool => out.push_str("\"bool\""),
            Self::List(element) => of(out, "list", element),
            Self::Set(element) => of(out, "set", element),
            Self::Map(element) => of(out, "map", element),
            Self::Tuple(elements) => {
                out.push_str("[\"tuple\",[");
                for (at, element) in elements.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    element.write_json(out);
                }
                out.push_str("]]");
            }
            Self::Object(object) => object.write_json(out),
        }
    }

    /// Number of levels of nesting; a primitive has one.
    pub(crate) fn depth(&self) -> u32 {
        1 + match self {
            Self::Dynamic | Self::String | Self::Number | Self::Bool => 0,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.depth(),
            Self::Tuple(elements) => elements.iter().map(Self::depth).max().unwrap_or(0),
            Self::Object(object) => object.attributes.values().map(Self::depth).max().unwrap_or(0),
        }
    }

    /// Number of types in it, itself included.
    pub(crate) fn size(&self) -> u32 {
        let parts = match self {
            Self::Dynamic | Self::String | Self::Number | Self::Bool => 0,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.size(),
            Self::Tuple(elements) => {
                elements.iter().fold(0u32, |sum, element| sum.saturating_add(element.size()))
            }
            Self::Object(object) => {
                object.attributes.values().fold(0u32, |sum, ty| sum.saturating_add(ty.size()))
            }
        };
        parts.saturating_add(1)
    }
}

impl ObjectType {
    fn write_json(&self, out: &mut String) {
        out.push_str("[\"object\",{");
        for (at, (name, ty)) in self.attributes.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            write_string(out, name, false);
            out.push(':');
            ty.write_json(out);
        }
        out.push('}');
        if !self.optional.is_empty() {
            for (at, name) in self.optional.iter().enumerate() {
                out.push_str(if at == 0 { ",[" } else { "," });
                write_string(out, name, false);
            }
            out.push(']');
        }
        out.push(']');
    }
}

impl fmt::Display for Type {
    /// The type as a constraint is written: `list(string)`, `object({a = optional(number)})`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dynamic => formatter.write_str("any"),
            Self::String => formatter.write_str("string"),
            Self::Number => formatter.write_str("number"),
            Self::Bool => formatter.write_str("bool"),
            Self::List(element) => write!(formatter, "list({element})"),
            Self::Set(element) => write!(formatter, "set({element})"),
            Self::Map(element) => write!(formatter, "map({element})"),
            Self::Tuple(elements) => {
                formatter.write_str("tuple([")?;
                for (at, element) in elements.iter().enumerate() {
                    let comma = if at > 0 { ", " } else { "" };
                    write!(formatter, "{comma}{element}")?;
                }
                formatter.write_str("])")
            }
            Self::Object(object) => {
                formatter.write_str("object({")?;
                for (at, (name, ty)) in object.attributes.iter().enumerate() {
                    let comma = if at > 0 { ", " } else { "" };
                    if object.optional.contains(name) {
                        write!(formatter, "{comma}{name} = optional({ty})")?;
                    } else {
                        write!(formatter, "{comma}{name} = {ty}")?;
                    }
                }
                formatter.write_str("})")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested() -> Type {
        let mut object = ObjectType::default();
        object.attributes.insert("a".into(), Type::String);
        object.attributes.insert("b".into(), Type::list(Type::Dynamic));
        object.optional.insert("b".into());
        Type::map(Type::Object(Arc::new(object)))
    }

    #[test]
    fn names() {
        let check = |ty: &Type, name: &str, constraint: &str, text: &str, json: &str| {
            assert_eq!(ty.friendly_name(), name);
            assert_eq!(ty.constraint_name(), constraint);
            assert_eq!(ty.to_string(), text);
            assert_eq!(ty.to_json(), json);
        };
        check(&Type::String, "string", "string", "string", "\"string\"");
        check(&Type::Dynamic, "dynamic", "any type", "any", "\"dynamic\"");
        let list = Type::list(Type::Dynamic);
        let json = r#"["list","dynamic"]"#;
        check(&list, "list of dynamic", "list of any single type", "list(any)", json);
        let tuple = Type::tuple([Type::Number, Type::Bool]);
        let json = r#"["tuple",["number","bool"]]"#;
        check(&tuple, "tuple", "tuple", "tuple([number, bool])", json);
        let text = "map(object({a = string, b = optional(list(any))}))";
        let json = r#"["map",["object",{"a":"string","b":["list","dynamic"]},["b"]]]"#;
        check(&nested(), "map of object", "map of object", text, json);
    }

    #[test]
    fn optional_and_dynamic() {
        let ty = nested();
        assert!(ty.has_dynamic() && ty.has_optional());
        assert!(!ty.without_optional().has_optional());
        assert!(Type::list(Type::String).conforms_to(&Type::list(Type::Dynamic)));
        assert!(!Type::list(Type::String).conforms_to(&Type::list(Type::Number)));
        assert_eq!((ty.depth(), ty.size()), (4, 5));
    }
}
