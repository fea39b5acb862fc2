//! What may stand in a block: attributes and nested blocks. Over several versions of a provider there
//! may be several variants of one name; each says which snapshots have it.

use std::ops::Range;

use crate::attribute::{Attribute, Mode, mode_of};
use crate::bytes::{ATTRIBUTE, BLOCK, Listed, MAX_DEPTH, Reader, Section, u16_at, u24_at};
use crate::provider::Counts;
use crate::selection::Snapshots;

/// The body that stands for content that is not described.
pub(crate) const OPEN: usize = 0;

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

    #[inline]
    pub(crate) fn reader(self) -> Reader<'d> {
        self.reader
    }

    #[inline]
    pub(crate) fn depth(self) -> u8 {
        self.depth
    }

    /// The numbers of all attributes, and those of all blocks.
    fn numbers(self) -> (&'d [[u8; 3]], &'d [[u8; 3]]) {
        let bytes = self.reader.part(Section::BodyEnds, Section::Bodies, self.number);
        let (numbers, _) = bytes.get(2..).unwrap_or_default().as_chunks();
        numbers.split_at(usize::from(u16_at(bytes, 0)).min(numbers.len()))
    }

    /// The records of its attributes.
    pub(crate) fn attribute_records(self) -> Listed<'d, ATTRIBUTE> {
        Listed::new(self.reader, Section::Attributes, self.numbers().0)
    }

    /// The records of its nested blocks.
    fn block_records(self) -> Listed<'d, BLOCK> {
        Listed::new(self.reader, Section::Blocks, self.numbers().1)
    }

    /// Whether its content is not described, so that anything may stand in it.
    #[inline]
    pub fn is_open(self) -> bool {
        self.number == OPEN
    }

    /// The snapshots that have it.
    #[inline]
    pub fn presence(self) -> Snapshots {
        self.presence
    }

    /// All attributes in all their variants, sorted by name, the oldest variant of a name first.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'d>> {
        let all = self.attribute_records();
        self.attributes_at(all, 0..all.len())
    }

    /// Those of [`Self::attributes`] that have to be set in the snapshots that have them.
    pub fn required(self) -> impl Iterator<Item = Attribute<'d>> {
        let all = self.attribute_records();
        let mut places = 0..all.len();
        std::iter::from_fn(move || {
            let at = places.find(|at| mode_of(all.get(*at)) == Mode::Required)?;
            Some(Attribute::new(self, at, all.get(at)))
        })
        .filter(|one| !one.presence().is_empty())
    }

    /// The variants of an attribute, the oldest first; none when there is no such attribute.
    pub fn attributes_named(self, name: &str) -> impl DoubleEndedIterator<Item = Attribute<'d>> {
        let all = self.attribute_records();
        let found = self.reader.named(all.len(), name, |at| u24_at(all.get(at), 0));
        self.attributes_at(all, found)
    }

    /// The attributes at some places of their list, but for those that no snapshot has.
    pub(crate) fn attributes_at(
        self,
        all: Listed<'d, ATTRIBUTE>,
        places: Range<usize>,
    ) -> impl DoubleEndedIterator<Item = Attribute<'d>> {
        let found = places.map(move |at| Attribute::new(self, at, all.get(at)));
        found.filter(|one| !one.presence().is_empty())
    }

    /// All nested blocks in all their variants, sorted by name, the oldest variant of a name first.
    pub fn blocks(self) -> impl Iterator<Item = NestedBlock<'d>> {
        let all = self.block_records();
        self.blocks_at(all, 0..all.len())
    }

    /// The variants of a nested block, the oldest first; none when there is no such block.
    pub fn blocks_named(self, name: &str) -> impl DoubleEndedIterator<Item = NestedBlock<'d>> {
        let all = self.block_records();
        let found = self.reader.named(all.len(), name, |at| u24_at(all.get(at), 0));
        self.blocks_at(all, found)
    }

    fn blocks_at(
        self,
        all: Listed<'d, BLOCK>,
        places: Range<usize>,
    ) -> impl DoubleEndedIterator<Item = NestedBlock<'d>> {
        let found = places.map(move |at| NestedBlock { body: self, record: all.get(at) });
        found.filter(|one| !one.presence().is_empty())
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
        let mut last = None;
        for block in self.blocks().filter(|one| one.presence().intersects(within)) {
            counts.blocks += 1;
            // Variants of a block have one body.
            if last != Some(block.name_number()) {
                last = Some(block.name_number());
                block.body().count(within, counts);
            }
        }
    }
}

/// A nested block in one of its variants.
#[derive(Clone, Copy)]
pub struct NestedBlock<'d> {
    body: Body<'d>,
    /// name 3, body 3, nesting 1, flags 1, min 2, max 2, replacement 3, presence 2
    record: &'d [u8; BLOCK],
}

impl<'d> NestedBlock<'d> {
    /// The number of the text that is its name.
    #[inline]
    pub(crate) fn name_number(self) -> usize {
        u24_at(self.record, 0)
    }

    /// Whether another block of its body has its name.
    pub fn has_name_of(self, other: Self) -> bool {
        self.name_number() == other.name_number()
    }

    /// Its name.
    pub fn name(self) -> &'d str {
        self.body.reader.text(self.name_number())
    }

    /// What may stand in it. All variants have the same.
    pub fn body(self) -> Body<'d> {
        let depth = self.body.depth.saturating_add(1);
        Body::new(self.body.reader, u24_at(self.record, 3), self.presence(), depth)
    }

    /// How often it may be repeated.
    pub fn nesting(self) -> Nesting {
        Nesting::of(self.record[6])
    }

    /// How many there have to be.
    #[inline]
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
    #[inline]
    pub fn is_deprecated(self) -> bool {
        self.record[7] & 1 != 0
    }

    /// What to use instead of it, when that is known and it is deprecated or removed later.
    pub fn replaced_by(self) -> Option<&'d str> {
        self.body.reader.optional_text(u24_at(self.record, 12))
    }

    /// The snapshots that have it in this variant.
    #[inline]
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

impl std::fmt::Debug for NestedBlock<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("NestedBlock").field(&self.name()).finish()
    }
}
