//! Walks over a block and all that is nested in it, once for all rules. Never evaluates anything.

use std::borrow::Cow;
use std::collections::HashSet;

use module::{Argument, MergedBody, Placed, ProviderInUse};
use schema::BlockSchema;
use source::{FileId, Location};
use syntax::{Attribute, Block, Item, Tree};

use super::SchemaRules;
use super::blocks::{Counted, Found};
use super::plan::{Finding, Owner, Plan, TOP};

/// What Terraform itself knows in a resource.
pub(super) const META_ARGUMENTS: &[&str] = &["count", "for_each", "provider", "depends_on"];
/// The same as blocks.
pub(super) const META_BLOCKS: &[&str] = &["lifecycle", "connection", "provisioner", "locals", "_"];

/// A walk over one block.
pub(super) struct Walk<'w, 'a> {
    pub(super) rules: &'w SchemaRules,
    pub(super) provider: &'w ProviderInUse<'a>,
    pub(super) plan: Plan<'a>,
    pub(super) judges_values: bool,
}

/// A body on the way.
pub(super) struct Scope<'w, 'a> {
    pub(super) body: MergedBody<'w, 'a>,
    pub(super) schema: BlockSchema<'a>,
    pub(super) owner: usize,
    pub(super) frame: usize,
    /// Whether all of its text could be read, so that what is not there is absent.
    pub(super) is_read: bool,
    /// Whether it is an object of an argument that is written as a block: which of its attributes
    /// have to be set only the provider knows.
    pub(super) is_object: bool,
}

impl<'a> Scope<'_, 'a> {
    pub(super) fn is_top(&self) -> bool {
        self.owner == TOP
    }

    fn file_of(&self, tree: &Tree) -> FileId {
        let is_in = |part: &Placed<'_>| std::ptr::eq(part.block.tree(), tree);
        self.body.parts().find(is_in).map_or(self.body.base().file, |part| part.file)
    }

    /// Whether something of that name is in the body.
    pub(super) fn has(&self, name: &str) -> bool {
        self.body.argument(name).is_some() || self.body.blocks_of(name).next().is_some()
    }

    fn has_errors(&self) -> bool {
        self.body.parts().any(|part| !part.block.tree().errors().is_empty())
    }

    fn is_json(&self) -> bool {
        self.body.parts().any(|part| part.block.tree().is_json())
    }

    fn argument(&self, attribute: Attribute<'a>) -> Argument<'a> {
        Argument { file: self.file_of(attribute.tree()), attribute }
    }

    fn placed(&self, block: Block<'a>) -> Placed<'a> {
        Placed { file: self.file_of(block.tree()), block }
    }
}

/// Whether text in a block is broken, or names in it mean what they mean to the provider.
pub(super) fn is_unread(part: Placed<'_>) -> bool {
    part.is_broken() || part.block.body().blocks_of("_").next().is_some()
}

impl<'w, 'a> Walk<'w, 'a> {
    /// A walk that starts at the block `top`.
    pub(super) fn new(
        rules: &'w SchemaRules,
        provider: &'w ProviderInUse<'a>,
        top: Owner<'a>,
    ) -> Self {
        let judges_values = rules.judge_values();
        Self { rules, provider, plan: Plan::new(top), judges_values }
    }

    /// Walks over a body and what is nested in it.
    pub(super) fn body(&mut self, scope: &Scope<'_, 'a>) {
        if scope.schema.body.is_open() {
            return;
        }
        let (mut counted, mut set) = (Vec::new(), Vec::new());
        // What is set twice is told elsewhere; in JSON one name may make blocks at several places.
        let mut seen = (scope.has_errors() || scope.is_json()).then(HashSet::<Cow<'a, str>>::new);
        for item in scope.body.items() {
            match item {
                Item::Attribute(attribute) => {
                    let is_new = |seen: &mut HashSet<_>| seen.insert(attribute.name());
                    if seen.as_mut().is_none_or(is_new) {
                        let argument = scope.argument(attribute);
                        if let Some(known) = self.argument(scope, argument, &mut counted) {
                            set.push(known);
                        }
                    }
                }
                Item::Block(block) => {
                    let placed = scope.placed(block);
                    match &*block.kind() {
                        "dynamic" => self.dynamic(scope, placed, &mut counted),
                        kind if scope.is_top() && META_BLOCKS.contains(&kind) => {}
                        "_" => {}
                        _ => self.nested(scope, placed, &mut counted),
                    }
                }
            }
        }
        if !scope.is_object {
            self.missing_arguments(scope, &set);
        }
        self.count(scope, counted);
    }

    /// A nested block that is written out.
    fn nested(
        &mut self,
        scope: &Scope<'_, 'a>,
        placed: Placed<'a>,
        counted: &mut Vec<Counted<'a>>,
    ) {
        let kind = placed.block.kind();
        let place = Location::new(placed.file, placed.block.kind_range());
        let Some(found) = self.find_block(scope, &kind, place) else { return };
        Counted::of(counted, &found).written.push(placed.header());
        self.enter(scope, &found, (placed, scope.frame));
    }

    /// Walks over a block in `scope`.
    pub(super) fn enter(
        &mut self,
        scope: &Scope<'_, 'a>,
        &Found { name, schema, is_block }: &Found<'a>,
        (placed, frame): (Placed<'a>, usize),
    ) {
        let owner = self.plan.owners.len();
        let is_data = self.plan.owners[TOP].is_data;
        let (outer, header) = (Some(scope.owner), placed.header());
        self.plan.owners.push(Owner { name, outer, header, is_data });
        let is_read = scope.is_read && !is_unread(placed);
        let (body, is_object) = (placed.body(), !is_block);
        self.body(&Scope { body, schema, owner, frame, is_read, is_object });
    }

    /// Nested blocks that the JSON syntax shows as an argument.
    pub(super) fn json_blocks(
        &mut self,
        scope: &Scope<'_, 'a>,
        name: &str,
        counted: &mut Vec<Counted<'a>>,
    ) {
        for placed in scope.body.blocks_of(name).filter(|placed| placed.block.kind() == name) {
            self.nested(scope, placed, counted);
        }
    }

    /// Adds a finding about what stands in `scope`.
    pub(super) fn add(&mut self, scope: &Scope<'_, 'a>, finding: Finding) {
        self.plan.findings.push((scope.frame, finding));
    }
}
