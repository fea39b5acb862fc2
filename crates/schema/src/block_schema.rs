//! A block type as one configuration meets it: one argument and one block of each name. Never says
//! what is wrong with a block.

use crate::attribute::Attribute;
use crate::body::{Body, NestedBlock, Nesting};
use crate::selection::Selection;

/// What may stand in a block in the versions that a configuration may meet.
#[derive(Clone, Copy, Debug)]
pub struct BlockSchema<'d> {
    /// What may stand in it over all versions.
    pub body: Body<'d>,
    /// The snapshots that count.
    pub selection: Selection,
}

impl<'d> BlockSchema<'d> {
    /// The schema of a body, in which only those of the selected snapshots count that have it.
    pub fn new(body: Body<'d>, selection: Selection) -> Self {
        Self { body, selection: selection.within(body.presence()) }
    }

    /// The newest selected variant of an attribute, settable or not.
    pub fn attribute(self, name: &str) -> Option<Attribute<'d>> {
        self.body.attributes_named(name).rev().find(|one| self.has(*one))
    }

    /// The newest selected variant of an attribute that may be set.
    pub fn argument(self, name: &str) -> Option<Attribute<'d>> {
        let mut found = self.body.attributes_named(name).rev();
        found.find(|one| one.is_settable() && self.has(*one))
    }

    /// The newest selected variant of a nested block.
    pub fn block(self, name: &str) -> Option<NestedBlock<'d>> {
        let mut found = self.body.blocks_named(name).rev();
        found.find(|one| one.presence().intersects(self.selection.snapshots))
    }

    fn has(self, attribute: Attribute<'_>) -> bool {
        attribute.presence().intersects(self.selection.snapshots)
    }

    /// The attributes that may be set, each once, sorted by name.
    pub fn arguments(self) -> impl Iterator<Item = Attribute<'d>> {
        let found = self.body.attributes().filter(move |one| one.is_settable() && self.has(*one));
        last_of_each(found, Attribute::name_number)
    }

    /// All attributes, each once, sorted by name.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'d>> {
        let found = self.body.attributes().filter(move |one| self.has(*one));
        last_of_each(found, Attribute::name_number)
    }

    /// The nested blocks, each once, sorted by name. What is an attribute that may be written as blocks
    /// is not among them.
    pub fn blocks(self) -> impl Iterator<Item = NestedBlock<'d>> {
        let is_selected =
            move |one: &NestedBlock<'d>| one.presence().intersects(self.selection.snapshots);
        last_of_each(self.body.blocks().filter(is_selected), NestedBlock::name_number)
    }

    /// What may stand in a nested block of it.
    #[must_use]
    pub fn nested(self, block: NestedBlock<'d>) -> Self {
        Self::new(block.body(), self.selection)
    }

    /// What may stand in the objects of an argument of it.
    pub fn object(self, attribute: Attribute<'d>) -> Option<(Nesting, Self)> {
        let (nesting, body) = attribute.object()?;
        Some((nesting, Self::new(body, self.selection)))
    }
}

/// Of each run of items with one name the last, given the numbers of the names.
fn last_of_each<T: Copy>(
    items: impl Iterator<Item = T>,
    name: impl Fn(T) -> usize,
) -> impl Iterator<Item = T> {
    let mut items = items.peekable();
    std::iter::from_fn(move || {
        let mut last = items.next()?;
        while let Some(next) = items.next_if(|next| name(*next) == name(last)) {
            last = next;
        }
        Some(last)
    })
}
