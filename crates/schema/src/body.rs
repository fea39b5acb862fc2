//! What may stand in a block: attributes and nested blocks. Over several versions of a provider there
//! may be several variants of one name; each says which snapshots have it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use value::{ObjectType, Type};

use crate::bytes::{ATTRIBUTE, BLOCK, MAX_DEPTH, Reader, Section, TYPE, u16_at, u24_at};
use crate::constraint::Constraint;
use crate::provider::Counts;
use crate::selection::Snapshots;

/// How many types and attributes a type is built of at most; beyond that its parts are any.
const MAX_PARTS: usize = 40_000;

/// The body that stands for content that is not described.
pub(crate) const OPEN: usize = 0;

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

/// How often a block may be repeated, and how its instances are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are Terraform's")]
pub enum Nesting {
    Single,
    Group,
    List,
    Set,
    Map,
}

impl Nesting {
    const fn of(number: u8) -> Self {
        match number {
            0 => Self::Single,
            1 => Self::Group,
            2 => Self::List,
            3 => Self::Set,
            _ => Self::Map,
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

/// What may stand in a block or an object.
#[derive(Clone, Copy)]
pub struct Body<'d> {
    reader: Reader<'d>,
    number: usize,
    /// The snapshots that have all that it lies in.
    presence: Snapshots,
    depth: u8,
}

impl<'d> Body<'d> {
    pub(crate) fn new(reader: Reader<'d>, number: usize, presence: Snapshots, depth: u8) -> Self {
        let number = if depth > MAX_DEPTH { OPEN } else { number };
        Self { reader, number, presence, depth }
    }

    /// The number of attributes, and the numbers of all attributes and blocks.
    fn parts(self) -> (usize, &'d [u8]) {
        let bytes = self.reader.part(Section::BodyEnds, Section::Bodies, self.number);
        let attributes = usize::from(u16_at(bytes, 0));
        let rest = bytes.get(2..).unwrap_or_default();
        (attributes.min(rest.len() / 3), rest)
    }

    /// Whether its content is not described, so that anything may stand in it.
    pub fn is_open(self) -> bool {
        self.number == OPEN
    }

    /// The snapshots that have it.
    pub fn presence(self) -> Snapshots {
        self.presence
    }

    /// All attributes in all their variants, sorted by name, the oldest variant of a name first.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'d>> {
        let (count, _) = self.parts();
        (0..count).map(move |at| self.attribute(at)).filter(|one| !one.presence().is_empty())
    }

    /// The variants of an attribute, the oldest first; none when there is no such attribute.
    pub fn attributes_named(self, name: &str) -> impl Iterator<Item = Attribute<'d>> {
        let (count, _) = self.parts();
        let name_at = |at| self.attribute(at).name_bytes();
        let found = run(count, name.as_bytes(), name_at);
        found.map(move |at| self.attribute(at)).filter(|one| !one.presence().is_empty())
    }

    /// All nested blocks in all their variants, sorted by name, the oldest variant of a name first.
    pub fn blocks(self) -> impl Iterator<Item = NestedBlock<'d>> {
        let (count, rest) = self.parts();
        let blocks = rest.len() / 3 - count;
        (0..blocks).map(move |at| self.block(at)).filter(|one| !one.presence().is_empty())
    }

    /// The variants of a nested block, the oldest first; none when there is no such block.
    pub fn blocks_named(self, name: &str) -> impl Iterator<Item = NestedBlock<'d>> {
        let (count, rest) = self.parts();
        let name_at = |at| self.block(at).name_bytes();
        let found = run(rest.len() / 3 - count, name.as_bytes(), name_at);
        found.map(move |at| self.block(at)).filter(|one| !one.presence().is_empty())
    }

    fn attribute(self, at: usize) -> Attribute<'d> {
        let (_, rest) = self.parts();
        let record = self.reader.record(Section::Attributes, ATTRIBUTE, u24_at(rest, at * 3));
        Attribute { body: self, at, record }
    }

    fn block(self, at: usize) -> NestedBlock<'d> {
        let (count, rest) = self.parts();
        let number = u24_at(rest, (count + at) * 3);
        NestedBlock { body: self, record: self.reader.record(Section::Blocks, BLOCK, number) }
    }

    /// Adds what is in it in the snapshots of `within`.
    pub(crate) fn count(self, within: Snapshots, counts: &mut Counts) {
        for attribute in self.attributes().filter(|one| one.presence().intersects(within)) {
            counts.attributes += 1;
            counts.constraints += usize::from(attribute.constraint().is_some());
            if let Some((_, body)) = attribute.object() {
                body.count(within, counts);
            }
        }
        let mut last = "";
        for block in self.blocks().filter(|one| one.presence().intersects(within)) {
            counts.blocks += 1;
            // Variants of a block have one body.
            if block.name() != last {
                last = block.name();
                block.body().count(within, counts);
            }
        }
    }
}

/// The places, among `count` sorted ones, at which `name` is found.
fn run<'d>(
    count: usize,
    name: &[u8],
    name_at: impl Fn(usize) -> &'d [u8],
) -> std::ops::Range<usize> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low.midpoint(high);
        if name_at(middle) < name {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let mut end = low;
    while end < count && name_at(end) == name {
        end += 1;
    }
    low..end
}

/// An attribute in one of its variants.
#[derive(Clone, Copy)]
pub struct Attribute<'d> {
    body: Body<'d>,
    /// Its place in the body.
    at: usize,
    /// name 3, type 3, flags 2, constraint 2, replacement 3, presence 2
    record: &'d [u8],
}

impl<'d> Attribute<'d> {
    fn name_bytes(self) -> &'d [u8] {
        self.body.reader.text_bytes(u24_at(self.record, 0))
    }

    /// Its name.
    pub fn name(self) -> &'d str {
        self.body.reader.text(u24_at(self.record, 0))
    }

    /// All variants of the attribute, the oldest first.
    pub fn variants(self) -> impl Iterator<Item = Attribute<'d>> {
        let (count, _) = self.body.parts();
        // A text has one number, and variants stand side by side.
        let is_same =
            move |at: &usize| self.body.attribute(*at).name_number() == self.name_number();
        let before = (0..self.at).rev().take_while(is_same).count();
        let from = self.at - before;
        let all = (from..count).take_while(is_same).map(move |at| self.body.attribute(at));
        all.filter(|one| !one.presence().is_empty())
    }

    fn name_number(self) -> usize {
        u24_at(self.record, 0)
    }

    /// The type that a value is converted to. Attributes of an object that need not be set are optional
    /// in it.
    pub fn ty(self) -> Type {
        let mut budget = MAX_PARTS;
        type_of(self.body, u24_at(self.record, 3), 0, &mut budget)
    }

    fn flags(self) -> u16 {
        u16_at(self.record, 6)
    }

    /// What may be done with it.
    pub fn mode(self) -> Mode {
        Mode::of(self.flags())
    }

    /// Whether configuration may set it.
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
    pub fn is_deprecated(self) -> bool {
        self.flags() & flag::DEPRECATED != 0
    }

    /// What to use instead of it, when that is known and it is deprecated or removed later.
    pub fn replaced_by(self) -> Option<&'d str> {
        self.body.reader.optional_text(u24_at(self.record, 10))
    }

    /// The snapshots that have it in this variant.
    pub fn presence(self) -> Snapshots {
        let own = Snapshots::read(self.body.reader, u16_at(self.record, 13));
        own.and(self.body.presence)
    }

    /// What is known of the values that it takes; of its elements where it is a collection of strings
    /// or numbers.
    pub fn constraint(self) -> Option<Constraint<'d>> {
        Constraint::read(self.body.reader, usize::from(u16_at(self.record, 8)))
    }

    /// What is in it, where it is an object or a collection of objects. The nesting of one object is
    /// [`Nesting::Single`].
    pub fn object(self) -> Option<(Nesting, Body<'d>)> {
        let reader = self.body.reader;
        let (outer, number) = type_record(reader, u24_at(self.record, 3));
        let (nesting, (of, number)) = match outer {
            kind::OBJECT => (Nesting::Single, (outer, number)),
            kind::LIST => (Nesting::List, type_record(reader, number)),
            kind::SET => (Nesting::Set, type_record(reader, number)),
            kind::MAP => (Nesting::Map, type_record(reader, number)),
            _ => return None,
        };
        let depth = self.body.depth.saturating_add(1);
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
    let record = reader.record(Section::Types, TYPE, number);
    (record.first().copied().unwrap_or(kind::DYNAMIC), u24_at(record, 1))
}

/// Builds a type of at most `budget` parts.
fn type_of(body: Body<'_>, number: usize, depth: u8, budget: &mut usize) -> Type {
    let Some(left) = budget.checked_sub(1).filter(|_| depth < MAX_DEPTH) else {
        return Type::Dynamic;
    };
    *budget = left;
    let (what, number) = type_record(body.reader, number);
    match what {
        kind::STRING => Type::String,
        kind::NUMBER => Type::Number,
        kind::BOOL => Type::Bool,
        kind::LIST => Type::list(type_of(body, number, depth + 1, budget)),
        kind::SET => Type::set(type_of(body, number, depth + 1, budget)),
        kind::MAP => Type::map(type_of(body, number, depth + 1, budget)),
        kind::OBJECT | kind::TUPLE => {
            let depth_inside = body.depth.saturating_add(1);
            let inner = Body::new(body.reader, number, body.presence, depth_inside);
            let (attributes, _) = inner.parts();
            let left = budget.checked_sub(attributes).filter(|_| !inner.is_open());
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
        required.get(*name).is_none_or(|presence| !presence.contains_all(body.presence))
    };
    object.optional = object.attributes.keys().filter(is_optional).cloned().collect();
    Type::Object(Arc::new(object))
}

/// A nested block in one of its variants.
#[derive(Clone, Copy)]
pub struct NestedBlock<'d> {
    body: Body<'d>,
    /// name 3, body 3, nesting 1, flags 1, min 2, max 2, replacement 3, presence 2
    record: &'d [u8],
}

impl<'d> NestedBlock<'d> {
    fn name_bytes(self) -> &'d [u8] {
        self.body.reader.text_bytes(u24_at(self.record, 0))
    }

    /// Its name.
    pub fn name(self) -> &'d str {
        self.body.reader.text(u24_at(self.record, 0))
    }

    /// What may stand in it. All variants have the same.
    pub fn body(self) -> Body<'d> {
        let depth = self.body.depth.saturating_add(1);
        Body::new(self.body.reader, u24_at(self.record, 3), self.presence(), depth)
    }

    /// How often it may be repeated.
    pub fn nesting(self) -> Nesting {
        Nesting::of(self.record.get(6).copied().unwrap_or(0))
    }

    /// How many there have to be.
    pub fn min_items(self) -> u32 {
        u16_at(self.record, 8).into()
    }

    /// How many there may be, when that is limited.
    pub fn max_items(self) -> Option<u32> {
        let limit = u16_at(self.record, 10);
        match self.nesting() {
            Nesting::Single | Nesting::Group => Some(1),
            _ => (limit > 0).then_some(limit.into()),
        }
    }

    /// Whether it should no longer be used.
    pub fn is_deprecated(self) -> bool {
        self.record.get(7).is_some_and(|flags| flags & 1 != 0)
    }

    /// What to use instead of it, when that is known and it is deprecated or removed later.
    pub fn replaced_by(self) -> Option<&'d str> {
        self.body.reader.optional_text(u24_at(self.record, 12))
    }

    /// The snapshots that have it in this variant.
    pub fn presence(self) -> Snapshots {
        let own = Snapshots::read(self.body.reader, u16_at(self.record, 15));
        own.and(self.body.presence)
    }
}

impl std::fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Body").field(&self.number).finish()
    }
}

impl std::fmt::Debug for Attribute<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Attribute").field(&self.name()).finish()
    }
}

impl std::fmt::Debug for NestedBlock<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("NestedBlock").field(&self.name()).finish()
    }
}
