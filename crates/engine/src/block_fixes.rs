//! Fixes that edit the block in front of a rule beyond its values: its nested blocks and the lines of
//! its arguments. All instances have that text in common, so such a fix is for all of them or none.

use diagnostics::Safety;
use source::FileId;
use syntax::Block;
use value::Value;

use crate::Finding;
use crate::edit;
use crate::place::Own;

impl<'a> Finding<'_, 'a> {
    /// Sets the argument `name` of the nested block that `within` is to `value`. Does nothing where
    /// that is made by a `dynamic` block.
    #[must_use]
    pub fn set_argument_in(
        self,
        safety: Safety,
        title: impl Into<String>,
        within: &Value,
        name: &str,
        value: &Value,
    ) -> Self {
        let block = self.own_block().and_then(|(file, block)| nested(file, block, within));
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

    /// Takes the argument `name` out of the block, or out of the nested block that `within` is.
    #[must_use]
    pub fn delete_argument(
        self,
        safety: Safety,
        title: impl Into<String>,
        within: Option<&Value>,
        name: &str,
    ) -> Self {
        let own = self.own_block();
        let block = own.and_then(|(file, block)| match within {
            Some(within) => nested(file, block, within),
            None => Some((file, block)),
        });
        let edits = block.and_then(|(file, block)| edit::delete_argument(file, block, name));
        self.fix(safety, title, edits, Own::default())
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
