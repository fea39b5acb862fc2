//! Blocks with what override files change in them, as Terraform merges them. Never evaluates
//! anything.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use source::{FileId, Location};
use syntax::view::ExprKind;
use syntax::{Attribute, Block, Body, Expr, Item};

use crate::Name;

/// A block and the file that it is in.
#[derive(Clone, Copy)]
pub struct Placed<'a> {
    /// The file.
    pub file: FileId,
    /// The block.
    pub block: Block<'a>,
}

impl<'a> Placed<'a> {
    /// The place of the block's header.
    pub fn header(self) -> Location {
        Location::new(self.file, self.block.header_range())
    }

    /// What stands in it, which no override file changes.
    pub fn body(self) -> MergedBody<'a, 'a> {
        MergedBody::new(self, None)
    }
}

/// An argument and the file that it is in.
#[derive(Clone, Copy)]
pub struct Argument<'a> {
    /// The file.
    pub file: FileId,
    /// The argument.
    pub attribute: Attribute<'a>,
}

impl<'a> Argument<'a> {
    /// Its value.
    pub fn expr(self) -> Expr<'a> {
        self.attribute.expr()
    }

    /// Where its value stands.
    pub fn location(self) -> Location {
        Location::new(self.file, self.expr().range())
    }
}

/// What blocks of override files change in a block. Looking something up takes no longer for many
/// of them.
#[derive(Clone, Default)]
pub(crate) struct Changes<'a> {
    /// Later ones win.
    blocks: Vec<Placed<'a>>,
    arguments: HashMap<Name<'a>, Argument<'a>>,
    /// For each type of nested blocks the last of `blocks` that has any.
    nested: HashMap<Name<'a>, usize>,
    /// Where each of `blocks` begins and ends.
    places: BTreeMap<(FileId, u32), u32>,
}

impl<'a> Changes<'a> {
    /// Adds a block that overrides those before it.
    pub(crate) fn add(&mut self, placed: Placed<'a>) {
        let Placed { file, block } = placed;
        let at = self.blocks.len();
        self.blocks.push(placed);
        self.places.insert((file, block.range().start()), block.range().end());
        for item in block.body().items() {
            let name = name_of(&item);
            match item {
                _ if is_kept(&block.kind(), &name) => {}
                Item::Block(_) => {
                    self.nested.insert(name, at);
                }
                Item::Attribute(attribute) => {
                    let argument = Argument { file, attribute };
                    if is_block_in_json(attribute) {
                        self.nested.insert(name.clone(), at);
                    }
                    // Providers that are passed to a module stay when an override passes none.
                    let is_passed = block.kind() == "module" && name == "providers";
                    if !is_passed || has_some(argument.expr()) {
                        self.arguments.insert(name, argument);
                    }
                }
            }
        }
    }

    fn holds(&self, location: Location) -> bool {
        let Location { file, range } = location;
        let before = self.places.range(..=(file, range.start())).next_back();
        before.is_some_and(|((of, _), end)| *of == file && range.end() <= *end)
    }
}

/// The body of a block with what the blocks of override files change in it: arguments one by one,
/// nested blocks all of a type at once.
#[derive(Clone, Copy)]
pub struct MergedBody<'m, 'a> {
    base: Placed<'a>,
    changes: Option<&'m Changes<'a>>,
}

impl<'m, 'a> MergedBody<'m, 'a> {
    pub(crate) fn new(base: Placed<'a>, changes: Option<&'m Changes<'a>>) -> Self {
        Self { base, changes }
    }

    /// The block that is overridden.
    pub fn base(self) -> Placed<'a> {
        self.base
    }

    /// What overrides it; later ones win.
    pub fn overrides(self) -> &'m [Placed<'a>] {
        self.changes.map_or(&[], |changes| &changes.blocks)
    }

    /// The block that is overridden, then what overrides it.
    pub fn parts(self) -> impl Iterator<Item = Placed<'a>> {
        std::iter::once(self.base).chain(self.overrides().iter().copied())
    }

    /// The argument of that name which is in effect.
    pub fn argument(self, name: &str) -> Option<Argument<'a>> {
        let changed = self.changes.and_then(|changes| changes.arguments.get(name).copied());
        changed.or_else(|| argument_in(self.base, name))
    }

    /// The nested blocks of that type which are in effect, those called `dynamic` that make some
    /// included, in source order. Where an override has any, it has all.
    pub fn blocks_of(self, kind: &str) -> impl Iterator<Item = Placed<'a>> {
        let changed = self.changes.and_then(|changes| {
            let at = changes.nested.get(kind)?;
            Some(changes.blocks[*at])
        });
        let part = changed.unwrap_or(self.base);
        let blocks = blocks_in(part.block.body(), kind);
        blocks.map(move |block| Placed { file: part.file, block })
    }

    /// All arguments and nested blocks that are in effect, in no particular order. A `lifecycle`
    /// block is given as it is before it is overridden, see [`MergedBody::lifecycle`].
    pub fn items(self) -> impl Iterator<Item = Item<'a>> {
        let base = self.base.block.body().items();
        let base = base.filter(move |item| !self.is_changed(item));
        let overrides = self.overrides().iter().enumerate();
        let changed = overrides.flat_map(move |(at, part)| {
            let items = part.block.body().items();
            items.filter(move |item| self.is_in_effect(item, at, *part))
        });
        base.chain(changed)
    }

    fn is_changed(self, item: &Item<'a>) -> bool {
        self.changes.is_some_and(|changes| match item {
            Item::Attribute(_) => changes.arguments.contains_key(&name_of(item)),
            Item::Block(_) => changes.nested.contains_key(&name_of(item)),
        })
    }

    /// Whether an item of the override `part`, which is the one at `at`, is in effect.
    fn is_in_effect(self, item: &Item<'a>, at: usize, part: Placed<'a>) -> bool {
        self.changes.is_some_and(|changes| match item {
            Item::Attribute(attribute) => {
                let found = changes.arguments.get(&name_of(item));
                let is_it = |found: &Argument<'a>| found.attribute.id() == attribute.id();
                found.is_some_and(|found| found.file == part.file && is_it(found))
            }
            Item::Block(_) => changes.nested.get(&name_of(item)) == Some(&at),
        })
    }

    /// The argument of that name in the `lifecycle` block which is in effect: override files change
    /// them one by one, but not what triggers a replacement.
    pub fn lifecycle(self, name: &str) -> Option<Argument<'a>> {
        let in_part = |part: &Placed<'a>| {
            let block = part.block.body().blocks_of("lifecycle").next()?;
            argument_in(Placed { block, ..*part }, name)
        };
        let overrides = self.overrides().iter().rev().filter_map(in_part);
        let mut overrides = overrides.filter(|found| match name {
            "replace_triggered_by" => false,
            // An empty list of changes to ignore leaves the list as it is.
            "ignore_changes" => has_some(found.expr()),
            _ => true,
        });
        overrides.next().or_else(|| in_part(&self.base))
    }
}

/// A block and the blocks of override files that change it.
#[derive(Clone)]
pub struct Declared<'a> {
    /// The file.
    pub file: FileId,
    /// The block.
    pub block: Block<'a>,
    changes: Option<Box<Changes<'a>>>,
}

impl<'a> Declared<'a> {
    pub(crate) fn new(file: FileId, block: Block<'a>) -> Self {
        Self { file, block, changes: None }
    }

    /// Adds a block that overrides it and those that do so before.
    pub(crate) fn add_override(&mut self, placed: Placed<'a>) {
        self.changes.get_or_insert_default().add(placed);
    }

    /// The place of the block's header.
    pub fn header(&self) -> Location {
        Location::new(self.file, self.block.header_range())
    }

    /// Whether an override file changes it.
    pub fn is_overridden(&self) -> bool {
        self.changes.is_some()
    }

    /// Whether `location` is in the block or in one that overrides it.
    pub fn holds(&self, location: Location) -> bool {
        let is_in_block = location.file == self.file && self.block.range().contains(location.range);
        is_in_block || self.changes.as_ref().is_some_and(|changes| changes.holds(location))
    }

    /// What is in effect in it.
    pub fn body(&self) -> MergedBody<'_, 'a> {
        let base = Placed { file: self.file, block: self.block };
        MergedBody::new(base, self.changes.as_deref())
    }

    /// The argument of that name, when it is set.
    pub fn argument(&self, name: &str) -> Option<Argument<'a>> {
        self.body().argument(name)
    }
}

/// Whether what is called `name` in a block of type `kind` stays as it is, because Terraform refuses
/// to override it, or merges what stands in it.
fn is_kept(kind: &str, name: &str) -> bool {
    let kinds: &[&str] = match name {
        "depends_on" => &["resource", "data", "module", "output"],
        "lifecycle" => &["resource", "data"],
        "precondition" => &["output"],
        "validation" => &["variable"],
        _ => return false,
    };
    kinds.contains(&kind)
}

fn argument_in<'a>(part: Placed<'a>, name: &str) -> Option<Argument<'a>> {
    let attribute = part.block.body().attribute(name)?;
    Some(Argument { file: part.file, attribute })
}

/// Whether an attribute in JSON is one or more nested blocks where the name is that of a block type:
/// a list of lists makes blocks too, and so does a list of nulls.
fn is_block_in_json(attribute: Attribute<'_>) -> bool {
    attribute.tree().is_json()
        && match attribute.expr().kind() {
            ExprKind::Object(_) => true,
            ExprKind::Tuple(elements) => elements.iter().next().is_some(),
            _ => false,
        }
}

/// Whether an expression is anything but an empty list or object.
pub(crate) fn has_some(expr: Expr<'_>) -> bool {
    match expr.kind() {
        ExprKind::Tuple(elements) => elements.iter().next().is_some(),
        ExprKind::Object(object) => object.items().next().is_some(),
        _ => true,
    }
}

/// The blocks of that type and those that make such blocks, in source order.
fn blocks_in<'a>(body: Body<'a>, kind: &str) -> impl Iterator<Item = Block<'a>> {
    let is_json = body.tree().is_json();
    let makes =
        |block: &Block<'a>| block.kind() == "dynamic" && block.label(0).as_deref() == Some(kind);
    let native =
        (!is_json).then(|| body.blocks().filter(move |block| block.kind() == kind || makes(block)));
    let mut json = Vec::new();
    if is_json {
        json.extend(body.blocks_of(kind));
        json.extend(body.blocks_of("dynamic").filter(makes));
        json.sort_by_key(|block| block.range().start());
    }
    native.into_iter().flatten().chain(json)
}

/// The name under which an item is overridden: a `dynamic` block goes with those that it makes.
fn name_of<'a>(item: &Item<'a>) -> Name<'a> {
    match item {
        Item::Attribute(attribute) => attribute.name(),
        Item::Block(block) => match block.kind() {
            Cow::Borrowed("dynamic") => block.label(0).unwrap_or(Cow::Borrowed("dynamic")),
            kind => kind,
        },
    }
}
