//! Values of which parts are taken away, and the scope that shows them instead of the real ones.
//! Knows nothing of rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use eval::{Lookup, Scope};
use source::Location;
use value::{Reason, Refinement, Type, Unknown, Value, ValueKind};

/// What is taken away of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Mask {
    /// Nothing.
    #[default]
    None,
    /// All but its type.
    Unknown,
    /// All but its type and the number of its elements.
    Counted,
    /// The whole element, so that the collection has one less.
    Removed,
    /// Something of these elements or attributes, counted from 0.
    Parts(BTreeMap<usize, Mask>),
}

impl Mask {
    /// Puts `mask` at `path`; gives back what was there.
    pub(super) fn put(&mut self, path: &[usize], mask: Self) -> Self {
        let Some((first, rest)) = path.split_first() else { return std::mem::replace(self, mask) };
        if let Self::None = self {
            *self = Self::Parts(BTreeMap::new());
        }
        match self {
            Self::Parts(parts) => parts.entry(*first).or_default().put(rest, mask),
            other => other.clone(),
        }
    }

    /// Whether the part at `path` is taken away as a whole.
    pub(super) fn hides(&self, path: &[usize]) -> bool {
        match (self, path) {
            (Self::None, _) | (Self::Parts(_), []) => false,
            (Self::Parts(parts), [first, rest @ ..]) => {
                parts.get(first).is_some_and(|part| part.hides(rest))
            }
            _ => true,
        }
    }

    /// Whether something is taken away of the part at `path`.
    pub(super) fn touches(&self, path: &[usize]) -> bool {
        match (self, path) {
            (Self::None, _) => false,
            (Self::Parts(parts), [first, rest @ ..]) => {
                parts.get(first).is_some_and(|part| part.touches(rest))
            }
            (Self::Parts(parts), []) => parts.values().any(|part| part.touches(&[])),
            _ => true,
        }
    }

    /// What is left of `value`; `None` when it is removed.
    pub(super) fn of(&self, value: &Value) -> Option<Value> {
        let left = match self {
            Self::None => return Some(value.clone()),
            Self::Removed => return None,
            Self::Unknown => unknown_like(value),
            Self::Counted => counted(value),
            Self::Parts(parts) => rebuilt(value, parts),
        };
        let marks = left.marks() | value.marks();
        Some(left.with_origin(value.origin().clone()).with_marks(marks))
    }
}

/// An unknown value of the type of `value`. The type of a tuple or object would tell how many
/// parts it has, so it goes too.
fn unknown_like(value: &Value) -> Value {
    let ty = match value.kind() {
        ValueKind::Tuple(_) | ValueKind::Object(_) => Type::Dynamic,
        _ => value.ty(),
    };
    Value::unknown(ty, Reason::Derived)
}

/// As many elements as `value` has, none of them known.
fn counted(value: &Value) -> Value {
    match value.kind() {
        ValueKind::List(_, elements) | ValueKind::Set(_, elements) => {
            of_length(value.ty(), elements.len())
        }
        ValueKind::Map(_, entries) => of_length(value.ty(), entries.len()),
        ValueKind::Tuple(elements) => {
            Value::tuple(elements.iter().map(unknown_like).collect::<Vec<_>>())
        }
        _ => unknown_like(value),
    }
}

fn of_length(ty: Type, length: usize) -> Value {
    let refinement = Refinement::with_length(length as u64, Some(length as u64));
    Unknown::new(ty, Reason::Derived).refined(refinement).into_value()
}

fn rebuilt(value: &Value, parts: &BTreeMap<usize, Mask>) -> Value {
    let left = |index: usize, part: &Value| match parts.get(&index) {
        Some(mask) => mask.of(part),
        None => Some(part.clone()),
    };
    let elements = |all: &[Value]| -> Vec<Value> {
        all.iter().enumerate().filter_map(|(index, part)| left(index, part)).collect()
    };
    let entries = |all: &BTreeMap<Arc<str>, Value>| -> Vec<(Arc<str>, Value)> {
        let all = all.iter().enumerate();
        all.filter_map(|(index, (name, part))| Some((name.clone(), left(index, part)?))).collect()
    };
    match value.kind() {
        ValueKind::List(ty, all) => Value::list(ty.clone(), elements(all)),
        ValueKind::Set(ty, all) => Value::set(ty.clone(), elements(all)),
        ValueKind::Tuple(all) => Value::tuple(elements(all)),
        ValueKind::Map(ty, all) => Value::map(ty.clone(), entries(all)),
        ValueKind::Object(all) => Value::object(entries(all)),
        _ => value.clone(),
    }
}

/// The direct parts of a known collection, tuple or object.
pub(super) fn parts_of(value: &Value) -> Vec<&Value> {
    match (value.as_elements(), value.as_entries()) {
        (Some(elements), _) => elements.iter().collect(),
        (_, Some(entries)) => entries.values().collect(),
        _ => Vec::new(),
    }
}

/// A name that an expression looked up, and what is left of its value.
#[derive(Debug)]
pub(super) struct Name {
    /// Root and attributes: `self`, `callback_urls`.
    pub(super) key: Vec<String>,
    /// Its value.
    pub(super) value: Value,
    /// What is taken away of it.
    pub(super) mask: Mask,
    /// What is left.
    pub(super) left: Value,
    /// Whether it only chooses between the arms of a `?:`.
    pub(super) is_predicate: bool,
}

/// A scope with other values for some of its names.
pub(super) struct MaskedScope<'s> {
    pub(super) inner: &'s dyn Scope,
    pub(super) names: &'s [Name],
}

impl MaskedScope<'_> {
    /// What is left of the value of the name `key`, if that or what it is a part of was masked.
    fn left(&self, key: &[&str]) -> Option<Value> {
        let is_start = |name: &&Name| {
            name.key.len() <= key.len() && name.key.iter().zip(key).all(|(a, b)| a == b)
        };
        let name = self.names.iter().find(is_start)?;
        let mut value = name.left.clone();
        for attribute in &key[name.key.len()..] {
            value = match value.get_attr(attribute) {
                Some(found) => found.clone().marked(value.marks()),
                None => return value.is_unknown().then(|| unknown_like(&value)),
            };
        }
        Some(value)
    }
}

impl Scope for MaskedScope<'_> {
    fn lookup(&self, root: &str, attributes: &[&str], at: Location) -> Lookup {
        match self.inner.lookup(root, attributes, at) {
            Lookup::Found { value, consumed } => {
                let key: Vec<&str> = key(root, attributes, consumed).collect();
                Lookup::Found { value: self.left(&key).unwrap_or(value), consumed }
            }
            undeclared @ Lookup::Undeclared { .. } => undeclared,
        }
    }

    fn around(&self) -> Option<&dyn Scope> {
        Some(self.inner)
    }
}

/// The part of a traversal that is the name.
pub(super) fn key<'k>(
    root: &'k str,
    attributes: &'k [&str],
    consumed: usize,
) -> impl Iterator<Item = &'k str> {
    std::iter::once(root).chain(attributes.iter().take(consumed).map(AsRef::as_ref))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(texts: &[&str]) -> Vec<Value> {
        texts.iter().map(Value::string).collect()
    }

    #[test]
    fn masks_take_parts_away_and_give_them_back() {
        let list = Value::list(Type::String, strings(&["a", "b", "c"]));
        let mut mask = Mask::None;
        assert_eq!(mask.put(&[1], Mask::Unknown), Mask::None);
        assert_eq!(mask.put(&[0], Mask::Removed), Mask::None);
        let left = mask.of(&list).expect("the list is left");
        assert_eq!(left.length(), Some(2));
        assert!(left.get(0).is_some_and(Value::is_unknown));
        assert_eq!(left.get(1).and_then(Value::as_str), Some("c"));
        assert!(mask.touches(&[1]) && !mask.touches(&[2]) && mask.touches(&[]));
        assert!(mask.hides(&[1]) && mask.hides(&[0, 7]) && !mask.hides(&[]));
        assert_eq!(mask.put(&[1], Mask::None), Mask::Unknown);
        assert!(!mask.touches(&[1]));
    }

    #[test]
    fn the_number_of_elements_may_stay() {
        for list in [
            Value::list(Type::String, strings(&["a", "b"])),
            Value::set(Type::String, strings(&["a", "b"])),
            Value::tuple(strings(&["a", "b"])),
        ] {
            let counted = Mask::Counted.of(&list).expect("it is left");
            assert_eq!(counted.length_range(), (2, Some(2)), "{list:?}");
            assert!(!counted.is_wholly_known());
            let unknown = Mask::Unknown.of(&list).expect("it is left");
            assert_eq!(unknown.length(), None, "{list:?}");
        }
    }
}
