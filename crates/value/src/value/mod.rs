//! Values: known or unknown, with marks and origin.

mod parts;

use std::collections::BTreeMap;
use std::sync::Arc;

use source::Location;

use crate::set::order_set;
use crate::text::normalize;
use crate::{Marks, Number, Origin, Reason, StepKind, Type, Unknown};

/// Longest string, in bytes. A longer one becomes unknown (`Reason::Limit`).
pub const MAX_STRING: usize = 1 << 20;
/// Most elements of a collection, tuple or object. A larger one becomes unknown.
pub const MAX_ELEMENTS: usize = 100_000;
/// Most values in a value, it and all nested ones counted. A larger one becomes unknown.
pub const MAX_SIZE: u32 = 500_000;
/// Most levels of nesting. A deeper value becomes unknown.
pub const MAX_DEPTH: u32 = 200;
/// Values of more nested values than this do not hand their origin steps down.
const MAX_STEP_SIZE: u32 = 1_000;

/// A value of Terraform. Cheap to clone; what concerns all nested values is computed once, when it
/// is made.
#[derive(Clone, Debug)]
pub struct Value {
    kind: ValueKind,
    origin: Origin,
    marks: Marks,
    nested: Nested,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum ValueKind {
    /// `null` of a type; `Dynamic` for a bare `null`.
    Null(Type),
    /// Not known.
    Unknown(Arc<Unknown>),
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, NFC.
    String(Arc<str>),
    /// A list of elements of one type.
    List(Type, Arc<[Value]>),
    /// A set of elements of one type, in Terraform's order, without equal ones. Elements may be
    /// unknown.
    Set(Type, Arc<[Value]>),
    /// A map of values of one type, in key order.
    Map(Type, Arc<BTreeMap<Arc<str>, Value>>),
    /// Elements with a type each.
    Tuple(Arc<[Value]>),
    /// Attributes with a type each, in key order.
    Object(Arc<BTreeMap<Arc<str>, Value>>),
}

/// What is true of a value's parts.
#[derive(Clone, Copy, Debug)]
struct Nested {
    /// Marks of nested values, not of the value itself.
    marks: Marks,
    /// Whether the value or a nested one is unknown.
    unknown: bool,
    depth: u32,
    size: u32,
    /// Bytes of all strings and keys.
    text: u64,
}

impl Nested {
    const LEAF: Self = Self { marks: Marks::NONE, unknown: false, depth: 1, size: 1, text: 0 };

    fn of(kind: &ValueKind) -> Self {
        match kind {
            ValueKind::Bool(_) | ValueKind::Number(_) => Self::LEAF,
            ValueKind::String(text) => Self { text: text.len() as u64, ..Self::LEAF },
            ValueKind::Null(ty) => Self { depth: ty.depth(), size: ty.size(), ..Self::LEAF },
            ValueKind::Unknown(unknown) => Self {
                unknown: true,
                depth: unknown.ty.depth(),
                size: unknown.ty.size(),
                ..Self::LEAF
            },
            ValueKind::List(_, elements)
            | ValueKind::Set(_, elements)
            | ValueKind::Tuple(elements) => Self::sum(elements.iter()),
            ValueKind::Map(_, entries) | ValueKind::Object(entries) => {
                let keys = entries.keys().map(|key| key.len() as u64).sum::<u64>();
                let sum = Self::sum(entries.values());
                Self { text: sum.text.saturating_add(keys), ..sum }
            }
        }
    }

    fn sum<'a>(values: impl Iterator<Item = &'a Value>) -> Self {
        let mut sum = Self { depth: 0, ..Self::LEAF };
        for value in values {
            sum.marks |= value.marks_deep();
            sum.unknown |= value.nested.unknown;
            sum.depth = sum.depth.max(value.nested.depth);
            sum.size = sum.size.saturating_add(value.nested.size);
            sum.text = sum.text.saturating_add(value.nested.text);
        }
        sum.depth += 1;
        sum
    }
}

impl Value {
    /// A value without marks or origin. What goes beyond the limits of this file becomes unknown.
    /// The kind must be as [`ValueKind`] says; [`Value::string`] and [`Value::set`] see to it.
    pub fn new(kind: ValueKind) -> Self {
        let nested = Nested::of(&kind);
        let count = match &kind {
            ValueKind::List(_, elements)
            | ValueKind::Set(_, elements)
            | ValueKind::Tuple(elements) => elements.len(),
            ValueKind::Map(_, entries) | ValueKind::Object(entries) => entries.len(),
            _ => 0,
        };
        let long = matches!(&kind, ValueKind::String(text) if text.len() > MAX_STRING);
        let value = Self { kind, origin: Origin::default(), marks: Marks::NONE, nested };
        if nested.depth > MAX_DEPTH || nested.size > MAX_SIZE {
            return Self::limit(Type::Dynamic).marked(nested.marks);
        }
        if count > MAX_ELEMENTS || long {
            let ty = match value.kind {
                ValueKind::Tuple(_) | ValueKind::Object(_) => Type::Dynamic,
                _ => value.ty(),
            };
            return Self::limit(ty).marked(nested.marks);
        }
        value
    }

    /// A value that a limit keeps from being known.
    pub fn limit(ty: Type) -> Self {
        Self::unknown(ty, Reason::Limit)
    }

    /// A string.
    pub fn string(text: impl AsRef<str>) -> Self {
        Self::new(ValueKind::String(normalize(text.as_ref()).into()))
    }

    /// A number.
    pub fn number(number: impl Into<Number>) -> Self {
        Self::new(ValueKind::Number(number.into()))
    }

    /// `true` or `false`.
    pub fn bool(bool: bool) -> Self {
        Self::new(ValueKind::Bool(bool))
    }

    /// `null` of a type; of `Dynamic` for a bare `null`.
    pub fn null(ty: Type) -> Self {
        Self::new(ValueKind::Null(ty.concrete()))
    }

    /// A value of which only the type is known.
    pub fn unknown(ty: Type, reason: Reason) -> Self {
        Unknown::new(ty.concrete(), reason).into_value()
    }

    /// A list. All elements are of that type.
    pub fn list(element: Type, elements: impl Into<Arc<[Self]>>) -> Self {
        Self::new(ValueKind::List(element, elements.into()))
    }

    /// A set of those elements, in any order, equal ones included. Their marks become the set's.
    /// All are of that type.
    pub fn set(element: Type, elements: impl Into<Vec<Self>>) -> Self {
        let mut elements = elements.into();
        if elements.len() > MAX_ELEMENTS {
            return Self::limit(Type::set(element));
        }
        let mut marks = Marks::NONE;
        for element in &mut elements {
            let deep = element.marks_deep();
            if !deep.is_none() {
                marks |= deep;
                *element = element.unmark_deep().0;
            }
        }
        order_set(&mut elements);
        Self::new(ValueKind::Set(element, elements.into())).marked(marks)
    }

    /// A map. All values are of that type.
    pub fn map(element: Type, entries: impl IntoIterator<Item = (Arc<str>, Self)>) -> Self {
        Self::new(ValueKind::Map(element, Arc::new(entries.into_iter().collect())))
    }

    /// A tuple.
    pub fn tuple(elements: impl Into<Arc<[Self]>>) -> Self {
        Self::new(ValueKind::Tuple(elements.into()))
    }

    /// An object.
    pub fn object(attributes: impl IntoIterator<Item = (Arc<str>, Self)>) -> Self {
        Self::new(ValueKind::Object(Arc::new(attributes.into_iter().collect())))
    }

    /// What it is.
    pub fn kind(&self) -> &ValueKind {
        &self.kind
    }

    /// Its type.
    pub fn ty(&self) -> Type {
        match &self.kind {
            ValueKind::Null(ty) => ty.clone(),
            ValueKind::Unknown(unknown) => unknown.ty.clone(),
            ValueKind::Bool(_) => Type::Bool,
            ValueKind::Number(_) => Type::Number,
            ValueKind::String(_) => Type::String,
            ValueKind::List(element, _) => Type::list(element.clone()),
            ValueKind::Set(element, _) => Type::set(element.clone()),
            ValueKind::Map(element, _) => Type::map(element.clone()),
            ValueKind::Tuple(elements) => Type::tuple(elements.iter().map(Self::ty)),
            ValueKind::Object(attributes) => {
                Type::object(attributes.iter().map(|(name, value)| (name.clone(), value.ty())))
            }
        }
    }

    /// Whether it is certainly `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, ValueKind::Null(_))
    }

    /// Whether it is certainly not `null`.
    pub fn is_not_null(&self) -> bool {
        match &self.kind {
            ValueKind::Null(_) => false,
            ValueKind::Unknown(unknown) => unknown.refinement.not_null,
            _ => true,
        }
    }

    /// Whether it is known; nested values may still be unknown.
    pub fn is_known(&self) -> bool {
        !self.is_unknown()
    }

    /// Whether it is unknown itself.
    pub fn is_unknown(&self) -> bool {
        matches!(self.kind, ValueKind::Unknown(_))
    }

    /// Whether it and all nested values are known.
    pub fn is_wholly_known(&self) -> bool {
        !self.nested.unknown
    }

    /// Number of values in it, itself included.
    pub fn size(&self) -> u32 {
        self.nested.size
    }

    /// Bytes of all strings and keys in it. What is shared counts as often as it occurs.
    pub fn text_size(&self) -> u64 {
        self.nested.text
    }

    /// The marks of the value itself; elements have their own.
    pub fn marks(&self) -> Marks {
        self.marks
    }

    /// The marks of the value and all nested ones.
    pub fn marks_deep(&self) -> Marks {
        self.marks | self.nested.marks
    }

    /// Where it comes from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The same with `marks` added.
    #[must_use]
    pub fn marked(mut self, marks: Marks) -> Self {
        self.marks |= marks;
        self
    }

    /// The same with other marks.
    #[must_use]
    pub fn with_marks(mut self, marks: Marks) -> Self {
        self.marks = marks;
        self
    }

    /// The same without marks of its own, and these.
    pub fn unmark(&self) -> (Self, Marks) {
        (self.clone().with_marks(Marks::NONE), self.marks)
    }

    /// The same without any marks, and these.
    pub fn unmark_deep(&self) -> (Self, Marks) {
        let marks = self.marks_deep();
        if self.nested.marks.is_none() {
            return (self.clone().with_marks(Marks::NONE), marks);
        }
        let unmarked = self.map_nested(&|value| value.unmark_deep().0);
        (unmarked.with_origin(self.origin.clone()), marks)
    }

    /// The same with another origin.
    #[must_use]
    pub fn with_origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// The same after one more expression. Nested values that have an origin get the step too,
    /// unless there are more than a thousand of them.
    #[must_use]
    pub fn push_step(self, location: Location, kind: StepKind) -> Self {
        let origin = self.origin.clone();
        self.push_nested(location, &kind).with_origin(origin.then(location, kind))
    }

    /// The step for the nested values only. The origin is lost if there are any.
    fn push_nested(self, location: Location, kind: &StepKind) -> Self {
        if self.nested.size == 1 || self.nested.size > MAX_STEP_SIZE {
            return self;
        }
        let changed = self.map_nested(&|value| {
            let value = value.clone();
            if value.origin.is_empty() {
                value.push_nested(location, kind).with_origin(Origin::default())
            } else {
                value.push_step(location, kind.clone())
            }
        });
        changed.with_marks(self.marks)
    }

    /// The same with each direct element replaced by one of the same type, keeping order. Marks
    /// and origin are lost.
    fn map_nested(&self, change: &dyn Fn(&Self) -> Self) -> Self {
        let all = |elements: &[Self]| elements.iter().map(change).collect();
        let entries = |entries: &BTreeMap<Arc<str>, Self>| {
            Arc::new(entries.iter().map(|(key, value)| (key.clone(), change(value))).collect())
        };
        Self::new(match &self.kind {
            ValueKind::List(ty, elements) => ValueKind::List(ty.clone(), all(elements)),
            ValueKind::Set(ty, elements) => ValueKind::Set(ty.clone(), all(elements)),
            ValueKind::Tuple(elements) => ValueKind::Tuple(all(elements)),
            ValueKind::Map(ty, map) => ValueKind::Map(ty.clone(), entries(map)),
            ValueKind::Object(map) => ValueKind::Object(entries(map)),
            kind => kind.clone(),
        })
    }
}

impl From<Unknown> for Value {
    fn from(unknown: Unknown) -> Self {
        unknown.into_value()
    }
}

#[cfg(test)]
mod tests;
