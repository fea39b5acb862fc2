//! What rules may ask of the text of a block: what is written in it, and what of it has a value before
//! anything else has.

use module::{Argument, Bindings, Name, Placed, ResourceMode, Shaper};
use source::Location;
use value::Value;

use crate::BlockContext;

impl<'a> BlockContext<'a> {
    /// Where an argument or nested blocks of that name are written: the name, or the header of each
    /// block. Whether there is such a name in the versions that may be met plays no part.
    pub fn written(&self, name: &str) -> Vec<Location> {
        let body = self.declared.body();
        let blocks: Vec<Location> = body.blocks_of(name).map(Placed::header).collect();
        // In JSON a block looks like an argument too.
        if !blocks.is_empty() {
            return blocks;
        }
        let argument = body.argument(name).into_iter();
        argument.map(|it| Location::new(it.file, it.attribute.name_range())).collect()
    }

    /// An argument as it is written in the first nested block of that name, be that made by `dynamic`.
    pub fn written_in(&self, block: &str, name: &str) -> Option<Argument<'a>> {
        let placed = self.declared.body().blocks_of(block).next()?;
        let is_dynamic = placed.block.kind() == "dynamic";
        let content = || placed.body().blocks_of("content").next();
        let holder = if is_dynamic { content()? } else { placed };
        holder.body().argument(name)
    }

    /// An argument or nested block list as Terraform knows it while it validates, before any variable,
    /// key or index has a value. `None` where it is not known what Terraform knows.
    pub fn at_validation(&self, name: &str) -> Option<Value> {
        let body = self.declared.body();
        if body.parts().any(Placed::is_broken) {
            return None;
        }
        let (values, bindings) = (self.values.at_validation(), Bindings::default());
        let shaper = Shaper::new(&values, body, &bindings);
        let value = match self.schema.argument(name) {
            Some(argument) => shaper.attribute(argument, self.schema),
            None => shaper.blocks(self.schema.block(name)?, self.schema).value,
        };
        values.is_as_validated(&value).then_some(value)
    }

    /// What the first `dynamic` block that makes nested blocks of that name repeats over.
    pub fn dynamic_of(&self, block: &str) -> Option<Argument<'a>> {
        let mut blocks = self.declared.body().blocks_of(block);
        let dynamic = blocks.find(|placed| placed.block.kind() == "dynamic")?;
        dynamic.body().argument("for_each")
    }

    /// The arguments of which the block ignores changes, each with the place that says so; `all` is one.
    pub fn ignored_changes(&self) -> Vec<(Name<'a>, Location)> {
        self.declared.ignored_changes()
    }

    /// Where the block is imported, if an `import` block says so.
    pub fn imported_at(&self) -> Option<Location> {
        let (block_type, name) = (self.block().label(0)?, self.block().label(1)?);
        let is_managed = self.block().kind() == ResourceMode::Managed.block_kind();
        let import = is_managed.then(|| self.values.import_of(&block_type, &name))?;
        Some(import?.place())
    }
}
