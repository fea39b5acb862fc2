//! Steps into a value of which it is not known which of several it is.

use std::borrow::Cow;

use syntax::Expr;
use syntax::view::ExprKind;
use value::{Identity, Reason, Type, Value, ValueKind};

use super::{At, Possible, Visitor};

/// Steps, the first of them and those after it.
pub(super) struct Path<'p> {
    pub(super) step: Step<'p>,
    pub(super) rest: Option<&'p Path<'p>>,
}

impl Path<'_> {
    /// The steps as one text.
    pub(super) fn words(path: Option<&Self>) -> Box<str> {
        let mut words = String::new();
        let mut at = path;
        while let Some(Path { step, rest }) = at {
            match step {
                Step::Name(name) => words.extend([".", name]),
                Step::Index(index) => words.extend(["[", &index.to_string(), "]"]),
                Step::Element => words.push('*'),
            }
            at = *rest;
        }
        words.into()
    }
}

/// A step into a value.
pub(super) enum Step<'p> {
    /// The attribute or entry of that name.
    Name(Cow<'p, str>),
    /// The element at that place.
    Index(usize),
    /// Any element or entry.
    Element,
}

impl<'p> Step<'p> {
    /// The name of the entry that is meant in a map or object; `None` for any.
    pub(super) fn name(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Name(name) => Some(Cow::Borrowed(name)),
            Self::Index(index) => Some(index.to_string().into()),
            Self::Element => None,
        }
    }

    /// The place of the element that is meant in a list or tuple.
    fn index(&self) -> Option<usize> {
        match self {
            Self::Name(name) => name.parse().ok(),
            Self::Index(index) => Some(*index),
            Self::Element => None,
        }
    }

    /// What the key of an index stands for.
    pub(super) fn of(key: Expr<'p>) -> Self {
        match key.kind() {
            ExprKind::Number(digits) => digits.parse().map_or(Self::Element, Self::Index),
            ExprKind::Template(_) => match key.as_plain_string() {
                Some(name) => Self::Name(name.into()),
                None => Self::Element,
            },
            _ => Self::Element,
        }
    }
}

/// Tells what the part of `value` at `path` may be.
pub(super) fn of_value<'m>(
    value: &Value,
    path: Option<&Path<'_>>,
    at: At<'_, 'm>,
    visitor: &mut Visitor<'_, 'm>,
) -> bool {
    let Some(Path { step, rest }) = path else { return visitor(Possible::Value(value)) };
    if let ValueKind::Unknown(unknown) = value.kind() {
        if let Some(Identity::Address(address)) = &unknown.identity
            && let Some(place) = at.values.evaluation.open_place(address)
        {
            return at.attribute_of(place, path, visitor);
        }
        if is_refused(&unknown.ty, path) {
            return visitor(Possible::Invalid);
        }
        let ty = of_type(&unknown.ty, path);
        return visitor(Possible::Value(&Value::unknown(ty, Reason::Derived)));
    }
    if let Step::Element = step {
        let entries = value.as_entries().into_iter().flat_map(|entries| entries.values());
        let mut parts = value.as_elements().into_iter().flatten().chain(entries);
        return parts.any(|part| of_value(part, *rest, at, visitor));
    }
    // Terraform makes a number of a text here, and the other way round.
    let part = match value.as_entries() {
        Some(entries) => step.name().and_then(|name| entries.get(&*name)),
        None => step.index().and_then(|index| value.get(index)),
    };
    match part {
        Some(part) => of_value(part, *rest, at, visitor),
        None => visitor(Possible::Invalid),
    }
}

/// The type of what is at `path` in a value of the type `ty`.
pub(super) fn of_type(ty: &Type, path: Option<&Path<'_>>) -> Type {
    let Some(Path { step, rest }) = path else { return ty.clone() };
    let part = match (ty, step) {
        (Type::Object(object), Step::Name(name)) => object.attributes.get(&**name),
        (Type::Tuple(types), Step::Index(index)) => types.get(*index),
        _ => ty.element(),
    };
    part.map_or(Type::Dynamic, |part| of_type(part, *rest))
}

/// Whether values of the type `ty` have elements that a splat goes through.
pub(super) fn is_list(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_))
}

/// Whether a value of the type `ty` certainly has nothing at `path`.
pub(super) fn is_refused(ty: &Type, path: Option<&Path<'_>>) -> bool {
    let Some(Path { step, rest }) = path else { return false };
    let part = match (ty, step) {
        (Type::Object(object), Step::Name(name)) => object.attributes.get(&**name),
        (Type::Tuple(types), Step::Index(index)) => types.get(*index),
        (Type::Map(element), _)
        | (Type::List(element), Step::Index(_) | Step::Element)
        | (Type::Set(element), Step::Element) => Some(&**element),
        (Type::Dynamic, _)
        // A value that is no list is one of one item in a splat.
        | (_, Step::Element)
        // Terraform makes a text of a number here, and the other way round.
        | (Type::Object(_), Step::Index(_)) => return false,
        (Type::List(_) | Type::Tuple(_), Step::Name(_)) if step.index().is_some() => return false,
        _ => None,
    };
    part.is_none_or(|part| is_refused(part, *rest))
}
