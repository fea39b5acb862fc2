//! What a value holds and what is certain about it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Number, Range, Refinement, Type, Unknown, Value, ValueKind};

impl Value {
    /// The string, if it is a known one.
    pub fn as_str(&self) -> Option<&str> {
        if let ValueKind::String(text) = &self.kind { Some(text) } else { None }
    }

    /// The number, if it is a known one.
    pub fn as_number(&self) -> Option<&Number> {
        if let ValueKind::Number(number) = &self.kind { Some(number) } else { None }
    }

    /// The truth value, if it is a known one.
    pub fn as_bool(&self) -> Option<bool> {
        if let ValueKind::Bool(bool) = self.kind { Some(bool) } else { None }
    }

    /// What is known of it, if it is unknown.
    pub fn as_unknown(&self) -> Option<&Unknown> {
        if let ValueKind::Unknown(unknown) = &self.kind { Some(unknown) } else { None }
    }

    /// The elements of a known list, set or tuple.
    pub fn as_elements(&self) -> Option<&[Self]> {
        match &self.kind {
            ValueKind::List(_, elements)
            | ValueKind::Set(_, elements)
            | ValueKind::Tuple(elements) => Some(elements),
            _ => None,
        }
    }

    /// The entries of a known map or object, in key order.
    pub fn as_entries(&self) -> Option<&BTreeMap<Arc<str>, Self>> {
        match &self.kind {
            ValueKind::Map(_, entries) | ValueKind::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// Keys and values as `for` goes through them: position and element of a list or tuple,
    /// element twice of a set, key and value of a map or object. `None` for what cannot be gone
    /// through or is not known.
    pub fn iterate(&self) -> Option<Vec<(Self, Self)>> {
        let position = |(at, element): (usize, &Self)| (Self::number(at), element.clone());
        Some(match &self.kind {
            ValueKind::List(_, elements) | ValueKind::Tuple(elements) => {
                elements.iter().enumerate().map(position).collect()
            }
            ValueKind::Set(_, elements) => {
                elements.iter().map(|element| (element.clone(), element.clone())).collect()
            }
            ValueKind::Map(_, entries) | ValueKind::Object(entries) => {
                entries.iter().map(|(key, value)| (Self::string(key), value.clone())).collect()
            }
            _ => return None,
        })
    }

    /// The element at a position of a known list, set or tuple.
    pub fn get(&self, index: usize) -> Option<&Self> {
        self.as_elements()?.get(index)
    }

    /// The value of a key of a known map or an attribute of a known object.
    pub fn get_attr(&self, name: &str) -> Option<&Self> {
        self.as_entries()?.get(name)
    }

    /// Number of elements or entries, if certain; the number of a set with unknown elements is
    /// not. Unknown tuples and objects have the length of their type.
    pub fn length(&self) -> Option<usize> {
        match &self.kind {
            ValueKind::Set(_, elements) if elements.len() > 1 && !self.is_wholly_known() => None,
            ValueKind::List(_, elements)
            | ValueKind::Set(_, elements)
            | ValueKind::Tuple(elements) => Some(elements.len()),
            ValueKind::Map(_, entries) | ValueKind::Object(entries) => Some(entries.len()),
            ValueKind::Unknown(unknown) => match &unknown.ty {
                Type::Tuple(elements) => Some(elements.len()),
                Type::Object(object) => Some(object.attributes.len()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Between which numbers the length lies, for collections known or not; both included.
    pub fn length_range(&self) -> (u64, Option<u64>) {
        if let Some(length) = self.length() {
            return (length as u64, Some(length as u64));
        }
        match &self.kind {
            ValueKind::Set(_, elements) => {
                let known = elements.iter().filter(|element| element.is_wholly_known()).count();
                (known.max(1) as u64, Some(elements.len() as u64))
            }
            ValueKind::Unknown(unknown) => {
                let length = &unknown.refinement.length;
                let min = length.min.as_ref().map_or(0, |bound| bound.value);
                (min, length.max.as_ref().map(|bound| bound.value))
            }
            _ => (0, None),
        }
    }

    /// What is certain about it, be it known or unknown.
    pub fn refinement(&self) -> Refinement {
        match &self.kind {
            ValueKind::Null(_) => Refinement::default(),
            ValueKind::Unknown(unknown) => unknown.refinement.clone(),
            ValueKind::String(text) => Refinement {
                prefix: Some(text.clone()),
                suffix: Some(text.clone()),
                ..Refinement::NOT_NULL
            },
            ValueKind::Number(number) => Refinement {
                number: Range::inclusive(Some(number.clone()), Some(number.clone())),
                ..Refinement::NOT_NULL
            },
            ValueKind::List(..) | ValueKind::Set(..) | ValueKind::Map(..) => {
                let (min, max) = self.length_range();
                Refinement::with_length(min, max)
            }
            _ => Refinement::NOT_NULL,
        }
    }

    /// The same, certainly not null. A `null` stays what it is.
    #[must_use]
    pub fn refined_not_null(self) -> Self {
        let ValueKind::Unknown(unknown) = &self.kind else {
            return self;
        };
        if unknown.refinement.not_null || unknown.ty == Type::Dynamic {
            return self;
        }
        let value = Unknown::clone(unknown).not_null().into_value();
        Self { origin: self.origin, ..value }.marked(self.marks)
    }
}
