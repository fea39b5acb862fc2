//! Fixes that edit the block in front of a rule beyond its values: its nested blocks and the lines of
//! its arguments. All instances have that text in common, so such a fix is for all of them or none.

use diagnostics::Safety;
use module::ResourceMode;
use source::{FileId, Location, TextRange};
use syntax::Block;
use value::{Step, StepKind, Value};

use crate::Finding;
use crate::edit::{self, Address, Reference};
use crate::place::{Own, Place, place_of};

impl<'a> Finding<'_, 'a> {
    /// Sets the argument `name` of the block, or of the nested block that `within` is, to `value`.
    /// Does nothing where that is made by a `dynamic` block.
    #[must_use]
    pub fn set_argument_in(
        self,
        safety: Safety,
        title: impl Into<String>,
        within: Option<&Value>,
        name: &str,
        value: &Value,
    ) -> Self {
        let block = self.own_block_or(within);
        let edits = block.and_then(|(file, block)| edit::set_argument(file, block, name, value));
        self.fix(safety, title, edits, Own::default())
    }

    /// Adds a nested block `name` with the arguments that the object `value` holds, but for those that
    /// are `null`. Does nothing where there is such a block, or would be no argument in it.
    #[must_use]
    pub fn insert_block(
        self,
        safety: Safety,
        title: impl Into<String>,
        name: &str,
        value: &Value,
    ) -> Self {
        let entries = value.as_entries().into_iter().flatten();
        let entries: Vec<(&str, &Value)> = entries
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (&**name, value))
            .collect();
        let block = self.own_block().filter(|_| !entries.is_empty());
        let edits = block.and_then(|(file, block)| edit::insert_block(file, block, name, &entries));
        self.fix(safety, title, edits, Own::default())
    }

    /// Adds a `lifecycle` block that ignores changes of the argument `name`. Does nothing where there is a
    /// `lifecycle` block.
    #[must_use]
    pub fn ignore_changes(self, safety: Safety, title: impl Into<String>, name: &str) -> Self {
        let edits = self.own_block().and_then(|(file, block)| {
            // In JSON names are written as texts.
            let list =
                if block.tree().is_json() { format!("[\"{name}\"]") } else { format!("[{name}]") };
            edit::insert_block_of(file, block, "lifecycle", &[("ignore_changes", list)])
        });
        self.fix(safety, title, edits, Own::default())
    }

    /// Takes the argument `name` out of the block, or out of the nested block that `within` is.
    #[must_use]
    pub fn delete_argument(
        self,
        safety: Safety,
        title: impl Into<String>,
        within: Option<&Value>,
        name: &str,
    ) -> Self {
        let block = self.own_block_or(within);
        let edits = block.and_then(|(file, block)| edit::delete_argument(file, block, name));
        self.fix(safety, title, edits, Own::default())
    }

    /// Writes an expression that refers to something in the place of the literal that made `target`:
    /// an address (`aws_x.y.id`) or a template of addresses. Does nothing where the literal stands
    /// neither in the block nor in `locals` of the module, or something that is not declared would
    /// be referred to.
    #[must_use]
    pub fn replace_by_reference(
        self,
        safety: Safety,
        title: impl Into<String>,
        target: &Value,
        reference: &str,
    ) -> Self {
        let reference = Reference::parse(reference).filter(|reference| {
            reference.addresses.iter().all(|address| self.is_declared(address))
        });
        let edits = reference.and_then(|reference| {
            let location = self.place_for_reference(target)?;
            let tree = self.reporter.values.module().sources.tree(location.file);
            reference.written(tree, location)
        });
        self.fix(safety, title, edits, Own::default())
    }

    /// Where the literal stands that made `value`, if a reference may stand there: what is repeated
    /// over must be known beforehand, and outside of the module other names hold.
    fn place_for_reference(&self, value: &Value) -> Option<Location> {
        let (file, block) = self.own_block()?;
        let (_, own) = self.reporter.block?;
        let Place { location, is_editable, .. } = place_of(value, own, self.reporter.uses)?;
        let is_each = |step: &Step| matches!(&step.kind, StepKind::Reference(name) if name.starts_with("each."));
        let location = if is_editable { location } else { self.place_of_reference(value)? };
        if value.origin().steps().any(is_each) {
            return None;
        }
        let holds = |range: TextRange| range.contains(location.range);
        if location.file == file && holds(block.range()) {
            let meta = ["count", "for_each"].into_iter();
            let mut meta = meta.filter_map(|name| block.body().attribute(name));
            return (!meta.any(|argument| holds(argument.range()))).then_some(location);
        }
        let module = self.reporter.values.module();
        let tree = module.sources.tree(location.file);
        let mut locals = tree.body().blocks_of("locals").map(|block| block.body().range());
        (module.files.config.contains(&location.file) && locals.any(holds)).then_some(location)
    }

    /// Where a value refers to a resource, if nothing else goes through that.
    fn place_of_reference(&self, value: &Value) -> Option<Location> {
        let mut way: Vec<&Step> = value.origin().steps().collect();
        way.retain(|step| step.location.file != FileId::NOWHERE);
        way.reverse();
        let [first, rest @ ..] = way.as_slice() else { return None };
        let is_alone = |step: &&Step| {
            matches!(step.kind, StepKind::Reference(_)) && !self.reporter.uses.is_shared(step)
        };
        let refers = matches!(first.kind, StepKind::Reference(_));
        (refers && rest.iter().all(is_alone)).then_some(first.location)
    }

    /// Whether the module declares what an address names, other than the block itself, and an instance
    /// is named of what has several.
    fn is_declared(&self, address: &Address) -> bool {
        let module = self.reporter.values.module();
        let names: Vec<&str> = address.iter().map(|name| name.as_deref().unwrap_or("")).collect();
        let (mode, block_type, name, rest) = match names.as_slice() {
            ["var", name, ..] => return module.variables.contains_key(*name),
            ["data", block_type, name, rest @ ..] => (ResourceMode::Data, block_type, name, rest),
            [block_type, name, rest @ ..] => (ResourceMode::Managed, block_type, name, rest),
            _ => return false,
        };
        let Some(resource) = module.resource(mode, block_type, name) else { return false };
        let declared = &resource.declared;
        let is_self = self.reporter.block.is_some_and(|(_, own)| own.header() == declared.header());
        let is_repeated =
            ["count", "for_each"].iter().any(|name| declared.argument(name).is_some());
        let has_attribute = match rest {
            ["", attribute, ..] => is_repeated && !attribute.is_empty(),
            [attribute, ..] => !is_repeated && !attribute.is_empty(),
            [] => false,
        };
        !is_self && has_attribute
    }

    /// The block, or the nested block that `within` is, and its file.
    fn own_block_or(&self, within: Option<&Value>) -> Option<(FileId, Block<'a>)> {
        let (file, block) = self.own_block()?;
        match within {
            Some(within) => nested(file, block, within),
            None => Some((file, block)),
        }
    }

    /// The block and its file; `None` where an override file changes it, so that its own text may not
    /// be what is in effect.
    fn own_block(&self) -> Option<(FileId, Block<'a>)> {
        let (block, place) = self.reporter.block.filter(|(_, place)| !place.is_overridden())?;
        Some((place.file, block))
    }
}

/// The nested block of `block` that a value is.
fn nested<'t>(file: FileId, block: Block<'t>, value: &Value) -> Option<(FileId, Block<'t>)> {
    let places = value.origin().steps().map(|step| step.location);
    // Steps through the page stand in no file.
    let mut places = places.filter(|place| place.file != FileId::NOWHERE);
    let header = places.next().filter(|_| places.next().is_none())?;
    Some((file, edit::nested_at(file, block, header)?))
}
