//! An attribute and the type of its values. Never judges a value.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;
use std::sync::Arc;

use value::{ObjectType, Type};

use crate::body::{Body, Nesting};
use crate::bytes::{
    ATTRIBUTE, Listed, MAX_DEPTH, Reader, Section, TYPE, same, u16_at, u24, u24_at,
};
use crate::constraint::Constraint;
use crate::selection::Snapshots;

/// How many types and attributes a type is built of at most; beyond that its parts are any.
const MAX_PARTS: usize = 40_000;

/// What may be done with an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// It has to be set.
    Required,
    /// It may be set.
    Optional,
    /// It may be set; else the provider decides.
    OptionalComputed,
    /// Only the provider sets it.
    Computed,
}

impl Mode {
    const fn of(number: u16) -> Self {
        match number & 3 {
            0 => Self::Required,
            1 => Self::Optional,
            2 => Self::OptionalComputed,
            _ => Self::Computed,
        }
    }
}

/// Bits of an attribute; the lowest two are its [`Mode`].
pub(crate) mod flag {
    pub(crate) const SENSITIVE: u16 = 4;
    pub(crate) const WRITE_ONLY: u16 = 8;
    pub(crate) const DEPRECATED: u16 = 16;
    /// Its type is given as nested attributes with modes of their own.
    pub(crate) const NESTED: u16 = 32;
}

/// Kinds of types as they are written.
pub(crate) mod kind {
    pub(crate) const DYNAMIC: u8 = 0;
    pub(crate) const STRING: u8 = 1;
    pub(crate) const NUMBER: u8 = 2;
    pub(crate) const BOOL: u8 = 3;
    pub(crate) const LIST: u8 = 4;
    pub(crate) const SET: u8 = 5;
    pub(crate) const MAP: u8 = 6;
    /// An object: the number is that of a body.
    pub(crate) const OBJECT: u8 = 7;
    /// A tuple: the number is that of a list of types, written as a body without names.
    pub(crate) const TUPLE: u8 = 8;
}

/// An attribute in one of its variants.
#[derive(Clone, Copy)]
pub struct Attribute<'d> {
    body: Body<'d>,
    /// Its place in the body.
    at: usize,
    record: &'d Record,
}

/// name 3, type 3, flags 2, constraint 2, replacement 3, presence 2
pub(crate) type Record = [u8; ATTRIBUTE];

/// What may be done with the attribute that has this record.
#[inline]
pub(crate) fn mode_of(record: &Record) -> Mode {
    Mode::of(u16_at(record, 6))
}

impl<'d> Attribute<'d> {
    /// The attribute at a place of a body, with its record.
    #[inline]
    pub(crate) fn new(body: Body<'d>, at: usize, record: &'d Record) -> Self {
        Self { body, at, record }
    }

    /// Its name.
    pub fn name(self) -> &'d str {
        self.body.reader().text(self.name_number())
    }

    /// The number of the text that is its name.
    #[inline]
    pub(crate) fn name_number(self) -> usize {
        u24_at(self.record, 0)
    }

    /// Whether another attribute of its body has its name.
    pub fn has_name_of(self, other: Self) -> bool {
        self.name_number() == other.name_number()
    }

    /// The places of all its variants among the attributes of its body.
    #[inline]
    fn places(self, all: Listed<'d, ATTRIBUTE>) -> Range<usize> {
        let name = self.name_number();
        // A text has one number, and variants stand side by side.
        same(all.len(), self.at, |at| u24_at(all.get(at), 0) == name)
    }

    /// All variants of the attribute, the oldest first.
    pub fn variants(self) -> impl DoubleEndedIterator<Item = Attribute<'d>> {
        let all = self.body.attribute_records();
        self.body.attributes_at(all, self.places(all))
    }

    /// The newest variant of the attribute that one of the snapshots has.
    pub fn newest_in(self, snapshots: Snapshots) -> Option<Self> {
        let mut variants = self.variants();
        variants.rfind(|one| one.presence().intersects(snapshots))
    }

    /// The type that a value is converted to. Attributes of an object that need not be set are optional
    /// in it.
    pub fn ty(self) -> Type {
        let mut budget = MAX_PARTS;
        type_of(self.body, u24_at(self.record, 3), 0, &mut budget)
    }

    #[inline]
    fn flags(self) -> u16 {
        u16_at(self.record, 6)
    }

    /// What may be done with it.
    #[inline]
    pub fn mode(self) -> Mode {
        mode_of(self.record)
    }

    /// Whether configuration may set it.
    #[inline]
    pub fn is_settable(self) -> bool {
        self.mode() != Mode::Computed
    }

    /// Whether its value must not be shown.
    pub fn is_sensitive(self) -> bool {
        self.flags() & flag::SENSITIVE != 0
    }

    /// Whether it takes ephemeral values, which are kept nowhere.
    pub fn is_write_only(self) -> bool {
        self.flags() & flag::WRITE_ONLY != 0
    }

    /// Whether it should no longer be used.
    #[inline]
    pub fn is_deprecated(self) -> bool {
        self.flags() & flag::DEPRECATED != 0
    }

    /// What to use instead of it, when that is known and it is deprecated or removed later.
    pub fn replaced_by(self) -> Option<&'d str> {
        self.body.reader().optional_text(u24_at(self.record, 10))
    }

    /// The snapshots that have it in this variant.
    #[inline]
    pub fn presence(self) -> Snapshots {
        let own = Snapshots::read(self.body.reader(), u16_at(self.record, 13));
        own.and(self.body.presence())
    }

    /// What is known of the values that it takes; of its elements where it is a collection of strings
    /// or numbers.
    #[inline]
    pub fn constraint(self) -> Option<Constraint<'d>> {
        Constraint::read(self.body.reader(), usize::from(u16_at(self.record, 8)))
    }

    /// What is in it, where it is an object or a collection of objects. The nesting of one object is
    /// [`Nesting::Single`].
    pub fn object(self) -> Option<(Nesting, Body<'d>)> {
        let reader = self.body.reader();
        let (outer, number) = type_record(reader, u24_at(self.record, 3));
        let (nesting, (of, number)) = match outer {
            kind::OBJECT => (Nesting::Single, (outer, number)),
            kind::LIST => (Nesting::List, type_record(reader, number)),
            kind::SET => (Nesting::Set, type_record(reader, number)),
            kind::MAP => (Nesting::Map, type_record(reader, number)),
            _ => return None,
        };
        let depth = self.body.depth().saturating_add(1);
        (of == kind::OBJECT).then(|| (nesting, Body::new(reader, number, self.presence(), depth)))
    }

    /// Whether its objects may be written as blocks, too: a list or set of objects whose attributes have
    /// no modes of their own, as the older SDK of providers has them.
    pub fn accepts_blocks(self) -> bool {
        self.flags() & flag::NESTED == 0
            && matches!(self.object(), Some((Nesting::List | Nesting::Set, _)))
    }
}

/// The kind of a type, and the number of what it is made of.
fn type_record(reader: Reader<'_>, number: usize) -> (u8, usize) {
    let record: Option<&[u8; TYPE]> = reader.record(Section::Types, number);
    record.map_or((kind::DYNAMIC, 0), |&[what, a, b, c]| (what, u24([a, b, c])))
}

/// Builds a type of at most `budget` parts.
fn type_of(body: Body<'_>, number: usize, depth: u8, budget: &mut usize) -> Type {
    let Some(left) = budget.checked_sub(1).filter(|_| depth < MAX_DEPTH) else {
        return Type::Dynamic;
    };
    *budget = left;
    let (what, number) = type_record(body.reader(), number);
    match what {
        kind::STRING => Type::String,
        kind::NUMBER => Type::Number,
        kind::BOOL => Type::Bool,
        kind::LIST => Type::list(type_of(body, number, depth + 1, budget)),
        kind::SET => Type::set(type_of(body, number, depth + 1, budget)),
        kind::MAP => Type::map(type_of(body, number, depth + 1, budget)),
        kind::OBJECT | kind::TUPLE => {
            let depth_inside = body.depth().saturating_add(1);
            let inner = Body::new(body.reader(), number, body.presence(), depth_inside);
            let left =
                budget.checked_sub(inner.attribute_records().len()).filter(|_| !inner.is_open());
            let Some(left) = left else { return Type::Dynamic };
            *budget = left;
            if what == kind::OBJECT {
                object_type(inner, depth, budget)
            } else {
                let element =
                    |one: Attribute<'_>| type_of(inner, u24_at(one.record, 3), depth + 1, budget);
                Type::tuple(inner.attributes().map(element).collect::<Vec<_>>())
            }
        }
        _ => Type::Dynamic,
    }
}

/// The type of an object. An attribute that some of its snapshots do not have may be left out, and one
/// whose type differs between them is any.
fn object_type(body: Body<'_>, depth: u8, budget: &mut usize) -> Type {
    let mut object = ObjectType::default();
    let mut required: BTreeMap<Arc<str>, Snapshots> = BTreeMap::new();
    for attribute in body.attributes() {
        let name: Arc<str> = attribute.name().into();
        let ty = type_of(body, u24_at(attribute.record, 3), depth + 1, budget);
        if attribute.mode() == Mode::Required {
            let presence = required.entry(name.clone()).or_default();
            *presence = presence.union(attribute.presence());
        }
        match object.attributes.entry(name) {
            Entry::Vacant(entry) => drop(entry.insert(ty)),
            Entry::Occupied(mut entry) if *entry.get() != ty => drop(entry.insert(Type::Dynamic)),
            Entry::Occupied(_) => {}
        }
    }
    let is_optional = |name: &&Arc<str>| {
        required.get(*name).is_none_or(|presence| !presence.contains_all(body.presence()))
    };
    object.optional = object.attributes.keys().filter(is_optional).cloned().collect();
    Type::Object(Arc::new(object))
}

impl std::fmt::Debug for Attribute<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Attribute").field(&self.name()).finish()
    }
}
