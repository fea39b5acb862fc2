//! Judges the names of nested blocks and how many of them there are. Never evaluates anything.

use diagnostics::Level;
use rulebook::did_you_mean;
use schema::{Attribute, BlockSchema, NestedBlock, Snapshots};
use source::Location;
use value::Type;

use super::arguments::rename;
use super::certainty::{Certainty, of_unknown_name};
use super::plan::{Count, Finding, Limits};
use super::walk::{META_ARGUMENTS, Scope, Walk};
use crate::SchemaRule;

/// A nested block of a known type.
pub(super) struct Found<'a> {
    pub(super) name: &'a str,
    pub(super) schema: BlockSchema<'a>,
    /// Whether it is one of a list of blocks, and not of the objects of an argument.
    pub(super) is_block: bool,
}

/// The nested blocks of one type in a body.
pub(super) struct Counted<'a> {
    name: &'a str,
    is_block: bool,
    /// Where those begin that are written out.
    pub(super) written: Vec<Location>,
    /// The frames of the `dynamic` blocks that make more.
    pub(super) made: Vec<usize>,
}

impl<'a> Counted<'a> {
    /// The entry of `all` for blocks such as `found`.
    pub(super) fn of<'c>(all: &'c mut Vec<Self>, found: &Found<'a>) -> &'c mut Self {
        let known = all.iter().position(|counted| counted.name == found.name);
        let at = known.unwrap_or_else(|| {
            let (name, is_block) = (found.name, found.is_block);
            all.push(Self { name, is_block, written: Vec::new(), made: Vec::new() });
            all.len() - 1
        });
        &mut all[at]
    }
}

impl<'a> Walk<'_, 'a> {
    /// The type of a nested block whose name stands at `location`; where there is none, that is told.
    pub(super) fn find_block(
        &mut self,
        scope: &Scope<'_, 'a>,
        name: &str,
        location: Location,
    ) -> Option<Found<'a>> {
        if let Some(block) = scope.schema.block(name) {
            if is_deprecated(scope, name) {
                self.deprecated(scope, location, block.name(), block.replaced_by());
            }
            let schema = scope.schema.nested(block);
            return Some(Found { name: block.name(), schema, is_block: true });
        }
        match scope.schema.attribute(name) {
            Some(attribute) => self.argument_as_block(scope, attribute, location),
            None if scope.is_top() && META_ARGUMENTS.contains(&name) => {
                self.tell_argument(scope, (name, "…"), location);
                None
            }
            None => {
                self.unknown_block(scope, name, location);
                None
            }
        }
    }

    /// The objects of an argument that may be written as blocks; for other arguments tells that they
    /// are none.
    fn argument_as_block(
        &mut self,
        scope: &Scope<'_, 'a>,
        attribute: Attribute<'a>,
        location: Location,
    ) -> Option<Found<'a>> {
        let name = attribute.name();
        if !attribute.is_settable() && scope.schema.argument(name).is_none() {
            self.read_only(scope, name, location);
            return None;
        }
        if attribute.accepts_blocks() {
            let (_, schema) = scope.schema.object(attribute)?;
            return Some(Found { name, schema, is_block: false });
        }
        let value = match attribute.ty() {
            Type::Map(_) | Type::Object(_) => "{ … }",
            Type::List(_) | Type::Set(_) | Type::Tuple(_) => "[ … ]",
            _ => "…",
        };
        self.tell_argument(scope, (name, value), location);
        None
    }

    fn tell_argument(
        &mut self,
        scope: &Scope<'_, 'a>,
        (name, value): (&str, &str),
        location: Location,
    ) {
        if !self.rules.runs(SchemaRule::ArgumentAsBlock) {
            return;
        }
        let owner = self.plan.shown(scope.owner);
        let words = self.provider.words();
        let message = format!(
            "`{name}` is an argument of {owner}, not a block, in {words}: write `{name} = {value}`"
        );
        let level = Certainty::of(scope.schema.selection).of_structure();
        self.tell(scope, (SchemaRule::ArgumentAsBlock, level), location, message);
    }

    fn unknown_block(&mut self, scope: &Scope<'_, 'a>, name: &str, location: Location) {
        if self.is_in_other_versions(scope, name, location)
            || !self.rules.runs(SchemaRule::UnknownBlock)
            || !scope.is_read
        {
            return;
        }
        let selection = scope.schema.selection;
        let blocks = scope.schema.blocks().map(NestedBlock::name);
        let objects = scope.schema.arguments().filter(|argument| argument.accepts_blocks());
        let block = did_you_mean(name, blocks.chain(objects.map(Attribute::name)));
        let argument = || did_you_mean(name, scope.schema.arguments().map(Attribute::name));
        let meant = block.or_else(argument);
        let Some(level) = of_unknown_name(selection, name, meant) else { return };
        let hint = match (block, meant) {
            (Some(meant), _) => format!("; did you mean `{meant}`?"),
            (None, Some(meant)) => format!("; did you mean the argument `{meant}`?"),
            _ if selection.may_be_newer => "; a newer version may have it".to_owned(),
            _ => String::new(),
        };
        let owner = self.plan.shown(scope.owner);
        let message = format!("{owner} has no block `{name}` in {}{hint}", self.provider.words());
        let fix = block.and_then(|meant| rename_block(scope, location, meant));
        let (rule, level) = (SchemaRule::UnknownBlock, Some(level));
        self.add(scope, Finding { rule, level, location, message, related: Vec::new(), fix });
    }

    /// Compares how many nested blocks there are with how many there have to be and may be.
    pub(super) fn count(&mut self, scope: &Scope<'_, 'a>, counted: Vec<Counted<'a>>) {
        self.missing_blocks(scope, &counted);
        let selection = scope.schema.selection;
        for Counted { name, is_block, written, made } in counted {
            let variants = scope.schema.body.blocks_named(name);
            let Some(limits) = Limits::of(variants, selection).filter(|_| is_block) else {
                continue;
            };
            let (few, many) = (SchemaRule::MissingBlock, SchemaRule::TooManyBlocks);
            if !made.is_empty() {
                if !self.rules.runs(few) && !self.rules.runs(many) {
                    continue;
                }
                let min = if scope.is_read { limits.min } else { 0 };
                let limits = Limits { min, ..limits };
                let (owner, frame) = (scope.owner, scope.frame);
                self.plan.counts.push(Count { owner, frame, limits, written, made, selection });
            } else if let Some(first) = limits.max.and_then(|max| written.get(max))
                && self.rules.runs(many)
            {
                let message = self.takes(scope.owner, limits);
                let level = Certainty::of(selection).of_structure();
                self.tell(scope, (many, level), *first, message);
            }
        }
    }

    fn missing_blocks(&mut self, scope: &Scope<'_, 'a>, counted: &[Counted<'a>]) {
        if !scope.is_read || !self.rules.runs(SchemaRule::MissingBlock) {
            return;
        }
        let selection = scope.schema.selection;
        let mut last: Option<NestedBlock<'a>> = None;
        for block in scope.schema.body.blocks().filter(|block| block.min_items() > 0) {
            if last.is_some_and(|last| last.has_name_of(block)) {
                continue;
            }
            last = Some(block);
            let name = block.name();
            let known = counted.iter().find(|counted| counted.name == name);
            let (written, made) = known.map_or((0, 0), |it| (it.written.len(), it.made.len()));
            let variants = scope.schema.body.blocks_named(name);
            let Some(limits) = Limits::of(variants, selection) else { continue };
            // What an argument of that name sets is told where it stands.
            let is_argument = scope.body.argument(name).is_some();
            if made == 0 && written < limits.min && !is_argument {
                let message = self.needs(scope.owner, limits);
                let header = self.plan.owners[scope.owner].header;
                let level = Certainty::of(selection).of_structure();
                self.tell(scope, (SchemaRule::MissingBlock, level), header, message);
            }
        }
    }

    /// That a block needs more blocks of a type, in words.
    fn needs(&self, owner: usize, limits: Limits<'_>) -> String {
        needs(&self.plan.shown(owner).to_string(), limits, &self.provider.words())
    }

    fn takes(&self, owner: usize, limits: Limits<'_>) -> String {
        takes(&self.plan.shown(owner).to_string(), limits, &self.provider.words())
    }

    /// Adds a finding that has no fix.
    pub(super) fn tell(
        &mut self,
        scope: &Scope<'_, 'a>,
        (rule, level): (SchemaRule, Option<Level>),
        location: Location,
        message: String,
    ) {
        self.add(scope, Finding { rule, level, location, message, related: Vec::new(), fix: None });
    }

    /// Tells that what is set can only be set by the provider.
    pub(super) fn read_only(&mut self, scope: &Scope<'_, 'a>, name: &str, location: Location) {
        if !self.rules.runs(SchemaRule::ReadOnlyArgument) {
            return;
        }
        let owner = self.plan.shown(scope.owner);
        let words = self.provider.words();
        let message = sets_only_the_provider(&owner.to_string(), name, &words);
        let level = Certainty::of(scope.schema.selection).of_structure();
        self.tell(scope, (SchemaRule::ReadOnlyArgument, level), location, message);
    }
}

/// That an argument of `owner` cannot be set.
pub(super) fn sets_only_the_provider(owner: &str, name: &str, words: &str) -> String {
    format!("only the provider sets `{name}` of {owner} in {words}")
}

/// That `owner` needs more blocks of a type.
pub(super) fn needs(owner: &str, limits: Limits<'_>, words: &str) -> String {
    let Limits { name, min, .. } = limits;
    match min {
        1 => format!("{owner} requires a block `{name}` in {words}"),
        _ => format!("{owner} requires at least {min} blocks `{name}` in {words}"),
    }
}

/// That `owner` takes no more blocks of a type.
pub(super) fn takes(owner: &str, limits: Limits<'_>, words: &str) -> String {
    let name = limits.name;
    match limits.max.unwrap_or_default() {
        0 => format!("{owner} takes no block `{name}` in {words}"),
        1 => format!("{owner} takes only one block `{name}` in {words}"),
        max => format!("{owner} takes at most {max} blocks `{name}` in {words}"),
    }
}

/// Whether a nested block is deprecated in all versions that are met.
fn is_deprecated(scope: &Scope<'_, '_>, name: &str) -> bool {
    let variants = scope.schema.body.blocks_named(name).filter(|block| block.is_deprecated());
    let deprecated = variants.fold(Snapshots::NONE, |all, block| all.union(block.presence()));
    deprecated.contains_all(scope.schema.selection.snapshots)
}

/// A fix that writes the name of another block type, unless blocks of it are there.
fn rename_block(scope: &Scope<'_, '_>, location: Location, name: &str) -> Option<diagnostics::Fix> {
    let part = scope.body.parts().find(|part| part.file == location.file)?;
    // The label of a `dynamic` block is quoted.
    let text = part.block.tree().text();
    let is_quoted = location.range.slice(text).starts_with(b"\"");
    if is_quoted && !part.block.tree().is_json() {
        let fix = rename(scope, location, name)?;
        let edits = fix.edits.into_iter();
        let quoted = edits.map(|edit| diagnostics::Edit { text: format!("\"{name}\""), ..edit });
        return Some(diagnostics::Fix { edits: quoted.collect(), ..fix });
    }
    rename(scope, location, name)
}
