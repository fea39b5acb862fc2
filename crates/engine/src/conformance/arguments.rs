//! Judges the names of arguments: whether they are known, may be set, and are there where they have to
//! be. Never evaluates anything.

use diagnostics::{Edit, Fix, Safety};
use module::Argument;
use rulebook::did_you_mean;
use schema::{Attribute, Mode, NestedBlock, Snapshots};
use source::Location;
use syntax::Expr;
use syntax::view::ExprKind;

use super::blocks::Counted;
use super::certainty::{Certainty, of_unknown_name};
use super::literal::may_be_null;
use super::plan::{Finding, Wants};
use super::walk::{META_ARGUMENTS, META_BLOCKS, Scope, Walk};
use crate::SchemaRule;

/// The only types of which `id` may be set although the schema of each type made with the older SDK
/// says so: its resources have an `id` that it refuses.
const WITH_FREE_ID: &[&str] = &["aws_elasticache_reserved_cache_node"];

/// The variants of an attribute that are met.
struct Met<'a> {
    newest: Attribute<'a>,
    /// The newest that may be set.
    settable: Option<Attribute<'a>>,
    is_deprecated: bool,
    /// Whether it has to be set in all of them.
    is_required: bool,
}

impl<'a> Walk<'_, 'a> {
    /// Judges an argument of a block; what the schema says of it, where it knows it.
    pub(super) fn argument(
        &mut self,
        scope: &Scope<'_, 'a>,
        argument: Argument<'a>,
        counted: &mut Vec<Counted<'a>>,
    ) -> Option<Attribute<'a>> {
        let name = argument.attribute.name();
        if scope.is_top() && META_ARGUMENTS.contains(&&*name) {
            return None;
        }
        let is_json = argument.attribute.tree().is_json();
        if scope.is_top() && META_BLOCKS.contains(&&*name) {
            if !is_json {
                self.block_as_argument(scope, argument);
            }
            return None;
        }
        if is_json && are_json_blocks(scope, argument) {
            self.json_blocks(scope, &name, counted);
            return None;
        }
        match met(scope, &name) {
            Some(met) => {
                self.known(scope, argument, &met);
                return Some(met.newest);
            }
            None if scope.schema.block(&name).is_some() => self.block_as_argument(scope, argument),
            None => self.unknown(scope, argument),
        }
        None
    }

    /// Judges an argument that there is.
    fn known(&mut self, scope: &Scope<'_, 'a>, argument: Argument<'a>, met: &Met<'a>) {
        let is_null = || matches!(argument.expr().without_parens().kind(), ExprKind::Null);
        let Some(attribute) = met.settable.filter(|attribute| !self.is_own_id(scope, *attribute))
        else {
            if may_be_null(argument.expr()) {
                self.slot(scope, argument, met.newest, Wants::Null);
            } else if !is_null() {
                self.read_only(scope, met.newest.name(), name_of(argument));
            }
            return;
        };
        if met.is_deprecated && !is_null() {
            self.deprecated(scope, name_of(argument), attribute.name(), attribute.replaced_by());
        }
        let is_required = met.is_required && !scope.is_object;
        let wants = if is_required { Wants::Value } else { Wants::Anything };
        self.slot(scope, argument, attribute, wants);
    }

    /// Whether an attribute is the `id` that the older SDK of providers adds to each resource and
    /// refuses to be told.
    fn is_own_id(&self, scope: &Scope<'_, 'a>, attribute: Attribute<'a>) -> bool {
        let top = &self.plan.owners[scope.owner];
        scope.is_top()
            && attribute.name() == "id"
            && attribute.mode() == Mode::OptionalComputed
            && !top.is_data
            && self.provider.provider.source().contains("/hashicorp/")
            && !WITH_FREE_ID.contains(&top.name)
    }

    /// Tells that an argument or nested block is deprecated.
    pub(super) fn deprecated(
        &mut self,
        scope: &Scope<'_, 'a>,
        location: Location,
        name: &str,
        replacement: Option<&str>,
    ) {
        if !self.rules.runs(SchemaRule::DeprecatedArgument) {
            return;
        }
        let owner = self.plan.shown(scope.owner);
        let words = self.provider.words();
        let instead = replacement.map(|other| format!("; use `{other}`")).unwrap_or_default();
        let message = format!("`{name}` of {owner} is deprecated in {words}{instead}");
        let fix = renamed(scope, location, (name, replacement));
        self.add(
            scope,
            Finding {
                rule: SchemaRule::DeprecatedArgument,
                level: None,
                location,
                message,
                related: Vec::new(),
                fix,
            },
        );
    }

    /// Tells that a nested block is written as an argument.
    fn block_as_argument(&mut self, scope: &Scope<'_, 'a>, argument: Argument<'a>) {
        let name = argument.attribute.name();
        if !self.rules.runs(SchemaRule::BlockAsArgument) {
            return;
        }
        let owner = self.plan.shown(scope.owner);
        let words = self.provider.words();
        let message = format!(
            "`{name}` is a block of {owner}, not an argument, in {words}: write `{name} {{ … }}`"
        );
        let level = Certainty::of(scope.schema.selection).of_structure();
        self.tell(scope, (SchemaRule::BlockAsArgument, level), name_of(argument), message);
    }

    /// Tells that there is no argument of that name in the versions that are met.
    fn unknown(&mut self, scope: &Scope<'_, 'a>, argument: Argument<'a>) {
        let (name, location) = (argument.attribute.name(), name_of(argument));
        if self.is_in_other_versions(scope, &name, location) {
            return;
        }
        if !self.rules.runs(SchemaRule::UnknownArgument) || !scope.is_read {
            return;
        }
        let selection = scope.schema.selection;
        let arguments = scope.schema.arguments().map(Attribute::name);
        let meta = META_ARGUMENTS.iter().copied().filter(|_| scope.is_top());
        let argument = did_you_mean(&name, arguments.chain(meta));
        let blocks = scope.schema.blocks().map(NestedBlock::name);
        let block = || did_you_mean(&name, blocks).filter(|_| argument.is_none());
        let block = block();
        let meant = argument.or(block);
        let Some(level) = of_unknown_name(selection, &name, meant) else { return };
        let hint = match (argument, block) {
            (Some(meant), _) => format!("; did you mean `{meant}`?"),
            (None, Some(meant)) => format!("; did you mean the block `{meant}`?"),
            _ if selection.may_be_newer => "; a newer version may have it".to_owned(),
            _ => String::new(),
        };
        let owner = self.plan.shown(scope.owner);
        let words = self.provider.words();
        let fix = argument.and_then(|meant| rename(scope, location, meant));
        let message = format!("{owner} has no argument `{name}` in {words}{hint}");
        let rule = SchemaRule::UnknownArgument;
        let level = Some(level);
        self.add(scope, Finding { rule, level, location, message, related: Vec::new(), fix });
    }

    /// Tells which required arguments are not set. `set` are those of which that is known already.
    pub(super) fn missing_arguments(&mut self, scope: &Scope<'_, 'a>, set: &[Attribute<'a>]) {
        if !scope.is_read || !self.rules.runs(SchemaRule::MissingArgument) {
            return;
        }
        let selected = scope.schema.selection.snapshots;
        let mut last: Option<(Attribute<'a>, Snapshots)> = None;
        for attribute in scope.schema.body.required() {
            let before = last.filter(|(other, _)| other.has_name_of(attribute));
            let known = before.map_or(Snapshots::NONE, |(_, known)| known);
            let required = known.union(attribute.presence());
            last = Some((attribute, required));
            // Told at the variant with which the last snapshot is met.
            let is_met = required.contains_all(selected) && !known.contains_all(selected);
            let is_written =
                || set.iter().any(|one| one.has_name_of(attribute)) || scope.has(attribute.name());
            if is_met && !is_written() {
                self.missing_argument(scope, attribute);
            }
        }
    }

    fn missing_argument(&mut self, scope: &Scope<'_, 'a>, attribute: Attribute<'a>) {
        let owner = self.plan.shown(scope.owner).to_string();
        let message = requires(&owner, attribute.name(), &self.provider.words());
        let header = self.plan.owners[scope.owner].header;
        let level = Certainty::of(scope.schema.selection).of_structure();
        self.tell(scope, (SchemaRule::MissingArgument, level), header, message);
    }
}

/// That `owner` requires an argument.
pub(super) fn requires(owner: &str, name: &str, words: &str) -> String {
    format!("{owner} requires the argument `{name}` in {words}")
}

/// Whether what stands in JSON as a property is meant as nested blocks.
fn are_json_blocks(scope: &Scope<'_, '_>, argument: Argument<'_>) -> bool {
    let name = argument.attribute.name();
    let is_object = |expr: Expr<'_>| matches!(expr.kind(), ExprKind::Object(_));
    let (are_objects, is_empty) = match argument.expr().kind() {
        ExprKind::Object(_) => (true, false),
        ExprKind::Tuple(elements) => {
            let mut elements = elements.iter().peekable();
            let is_empty = elements.peek().is_none();
            (!is_empty && elements.all(is_object), is_empty)
        }
        ExprKind::Null => (false, true),
        _ => (false, false),
    };
    match scope.schema.attribute(&name) {
        Some(attribute) => attribute.accepts_blocks() && are_objects,
        None => scope.schema.block(&name).is_some() && (are_objects || is_empty),
    }
}

/// A fix that writes the name of what replaces an argument, where that is an argument of the same
/// type which is not set.
pub(super) fn renamed(
    scope: &Scope<'_, '_>,
    location: Location,
    (name, replacement): (&str, Option<&str>),
) -> Option<Fix> {
    let replacement = scope.schema.argument(replacement?)?;
    let old = scope.schema.body.attributes_named(name).next_back()?;
    if old.ty() != replacement.ty() || old.name() == replacement.name() {
        return None;
    }
    rename(scope, location, replacement.name())
}

/// The variants of an attribute that are met; `None` when there are none.
fn met<'a>(scope: &Scope<'_, 'a>, name: &str) -> Option<Met<'a>> {
    let selected = scope.schema.selection.snapshots;
    let (mut deprecated, mut required) = (Snapshots::NONE, Snapshots::NONE);
    let mut met: Option<Met<'a>> = None;
    let variants = scope.schema.body.attributes_named(name);
    for variant in variants {
        let presence = variant.presence();
        if !presence.intersects(selected) {
            continue;
        }
        if variant.is_deprecated() {
            deprecated = deprecated.union(presence);
        }
        if variant.mode() == Mode::Required {
            required = required.union(presence);
        }
        let before = met.and_then(|met| met.settable);
        let settable = variant.is_settable().then_some(variant).or(before);
        met = Some(Met { newest: variant, settable, is_deprecated: false, is_required: false });
    }
    met.map(|met| Met {
        is_deprecated: deprecated.contains_all(selected),
        is_required: required.contains_all(selected),
        ..met
    })
}

/// Where the name of an argument stands.
pub(super) fn name_of(argument: Argument<'_>) -> Location {
    Location::new(argument.file, argument.attribute.name_range())
}

/// A fix that writes `name` at `location`, unless something of that name is there.
pub(super) fn rename(scope: &Scope<'_, '_>, location: Location, name: &str) -> Option<Fix> {
    if scope.has(name) {
        return None;
    }
    let part = scope.body.parts().find(|part| part.file == location.file)?;
    let text = if part.block.tree().is_json() { format!("\"{name}\"") } else { name.to_owned() };
    let edits = vec![Edit { location, text }];
    Some(Fix { safety: Safety::Unsafe, title: format!("rename to `{name}`"), edits })
}
