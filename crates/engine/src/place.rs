//! Where a diagnostic sits: turns the origin of a value into places in the source.

use std::cell::OnceCell;
use std::collections::HashMap;

use source::{FileId, Location};
use syntax::{Body, Expr, Item};
use value::{Step, StepKind, Value};

use module::{Declared, Module};

/// How often the named values of a module are referred to in it.
pub(crate) struct Uses<'m, 'a> {
    module: &'m Module<'a>,
    counts: OnceCell<HashMap<String, u32>>,
}

impl<'m, 'a> Uses<'m, 'a> {
    pub(crate) fn new(module: &'m Module<'a>) -> Self {
        Self { module, counts: OnceCell::new() }
    }

    /// Number of references to `name`, such as `local.x`.
    fn count(&self, name: &str) -> u32 {
        let counts = self.counts.get_or_init(|| self.read());
        counts.get(name).copied().unwrap_or(0)
    }

    fn read(&self) -> HashMap<String, u32> {
        let mut counts = HashMap::new();
        let Module { files, sources, .. } = self.module;
        if files.overrides.is_empty() {
            for file in &files.config {
                count_in(sources.tree(*file).body(), &mut counts);
            }
            return counts;
        }
        let overridden: HashMap<_, _> = self
            .module
            .declared()
            .filter(|declared| declared.is_overridden())
            .map(|declared| ((declared.file, declared.block.id()), declared))
            .collect();
        for file in &files.config {
            for block in sources.tree(*file).body().blocks() {
                match overridden.get(&(*file, block.id())) {
                    Some(declared) => count_in_items(declared.body().items(), &mut counts),
                    None if block.kind() == "locals" => {}
                    None => count_in(block.body(), &mut counts),
                }
            }
        }
        for local in self.module.locals.values() {
            count_in_expr(local.expr, &mut counts);
        }
        let has_no_base = |provider: &&Declared<'_>| files.overrides.contains(&provider.file);
        for provider in self.module.providers.iter().filter(has_no_base) {
            count_in_items(provider.body().items(), &mut counts);
        }
        counts
    }
}

/// Counts the references in `body`.
fn count_in(body: Body<'_>, counts: &mut HashMap<String, u32>) {
    count_in_items(body.items(), counts);
}

/// Counts the references in `items`; those of a variable to itself (`validation`) are no uses.
fn count_in_items<'t>(
    items: impl IntoIterator<Item = Item<'t>>,
    counts: &mut HashMap<String, u32>,
) {
    for item in items {
        match item {
            Item::Attribute(attribute) => count_in_expr(attribute.expr(), counts),
            Item::Block(block) if block.kind() == "validation" => {}
            Item::Block(block) => count_in(block.body(), counts),
        }
    }
}

fn count_in_expr(expr: Expr<'_>, counts: &mut HashMap<String, u32>) {
    for reference in eval::references(expr) {
        if let ("var" | "local", Some(name)) =
            (reference.root.as_ref(), reference.attributes.first())
        {
            *counts.entry(format!("{}.{name}", reference.root)).or_default() += 1;
        }
    }
}

/// A block in a file, with what overrides it in others.
#[derive(Clone, Copy)]
pub(crate) struct BlockPlace<'a> {
    pub(crate) file: FileId,
    declared: &'a Declared<'a>,
}

impl<'a> BlockPlace<'a> {
    pub(crate) fn new(declared: &'a Declared<'a>) -> Self {
        Self { file: declared.file, declared }
    }

    pub(crate) fn header(self) -> Location {
        self.declared.header()
    }

    /// Whether an override file changes the block.
    pub(crate) fn is_overridden(self) -> bool {
        self.declared.is_overridden()
    }

    fn holds(self, location: Location) -> bool {
        self.declared.holds(location)
    }
}

/// Where a value is to be blamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The piece of source to mark.
    pub(crate) location: Location,
    /// A place that shows how the value got there, or where it was written.
    pub(crate) related: Option<(Location, String)>,
    /// Whether `location` is what made the value and has no other use, so that it may be edited.
    pub(crate) is_editable: bool,
    /// Whether the value came through `each.value`, so that other instances have one of their own.
    pub(crate) is_of_instance: bool,
}

impl Place {
    /// A place where nothing can be edited.
    pub(crate) fn at(location: Location) -> Self {
        Self { location, related: None, is_editable: false, is_of_instance: false }
    }
}

/// The place of `value` as seen from `block`: what made it when that has one use, else its last
/// mention in the block. `None` when nothing of it stands in the source.
pub(crate) fn place_of(value: &Value, block: BlockPlace<'_>, uses: &Uses<'_, '_>) -> Option<Place> {
    let steps = || value.origin().steps().filter(|step| step.location.file != FileId::NOWHERE);
    let made = steps().last()?;
    let mention = steps().find(|step| block.holds(step.location));
    let is_shared = steps().any(|step| is_shared(step, uses));
    let is_of_instance = steps().any(|step| name_of(step) == Some("each.value"));
    let has_source = !matches!(made.kind, StepKind::Reference(_));
    if has_source && !is_shared {
        let is_outside = !block.holds(made.location);
        let related = mention.filter(|_| is_outside).map(|step| {
            let name = name_of(step).unwrap_or_default();
            (step.location, format!("`{name}` is used here"))
        });
        return Some(Place { location: made.location, related, is_editable: true, is_of_instance });
    }
    let mention = mention?;
    let related = (has_source && made.location != mention.location)
        .then(|| (made.location, "the value comes from here".to_owned()));
    Some(Place { location: mention.location, related, is_editable: false, is_of_instance })
}

/// Whether a step went through a named value that is used in more than one place.
fn is_shared(step: &Step, uses: &Uses<'_, '_>) -> bool {
    let Some(name) = name_of(step) else { return false };
    match name.split_once('.') {
        Some(("each", "value")) => false,
        Some(("var" | "local", _)) => uses.count(name) != 1,
        _ => true,
    }
}

fn name_of(step: &Step) -> Option<&str> {
    match &step.kind {
        StepKind::Reference(name) => Some(name),
        _ => None,
    }
}
