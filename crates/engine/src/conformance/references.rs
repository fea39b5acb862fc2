//! Judges references to attributes of resources, as Terraform does before it evaluates anything: also
//! in `try` and `can`. Says nothing about resources that are not declared, because a tool may write
//! the file with them. Evaluates nothing.

use std::borrow::Cow;

use diagnostics::{Edit, Fix, Level, Safety};
use module::{Declared, Module, ModuleValues, Placed, Resource, ResourceMode};
use schema::Selection;
use source::{FileId, Location, TextRange};
use syntax::view::ExprKind;
use syntax::{Attribute, Block, Expr, Item};

use super::certainty::{Certainty, of_unknown_name};
use super::references_known::KnownTypes;
use super::references_places::Places;
use super::references_schema::{Astray, Why, first_astray};
use super::references_walk::{Step, Traversal, Traversals};
use super::versions::when;
use super::{Finding, OfModule};
use crate::SchemaRule;

/// Judges the references in a module.
pub(super) fn judge(values: &ModuleValues<'_>, found: &mut OfModule<'_>) {
    if !found.runs(SchemaRule::UnknownAttribute) {
        return;
    }
    let module = values.module();
    // What a module has none of, none of its references can be of.
    if module.resources.is_empty() {
        return;
    }
    let (types, places) = (KnownTypes::default(), Places::default());
    let traversals = Traversals::default();
    let mut judge = Judge { values, module, found, types, places, traversals };
    for local in module.locals.values() {
        judge.places.find(local.expr.tree(), local.expr.range(), false);
        judge.expr(local.expr, local.file, None);
    }
    let named = [&module.variables, &module.outputs, &module.module_calls];
    for declared in named.into_iter().flat_map(|all| all.values()).chain(&module.providers) {
        judge.declared(declared, None);
    }
    for resource in &module.resources {
        judge.declared(&resource.declared, Some(resource));
    }
}

struct Judge<'j, 'r, 'm> {
    values: &'j ModuleValues<'m>,
    module: &'m Module<'m>,
    found: &'j mut OfModule<'r>,
    types: KnownTypes<'m>,
    /// Those of what is being judged.
    places: Places,
    traversals: Traversals<'m>,
}

/// What a traversal is of.
#[derive(Clone, Copy)]
struct Target<'m> {
    resource: &'m Resource<'m>,
    /// Whether it is the block that the traversal stands in, whose type is named then.
    is_self: bool,
}

impl<'m> Judge<'_, '_, 'm> {
    /// What is in effect in a block and those that override it.
    fn declared(&mut self, declared: &Declared<'m>, of: Option<&'m Resource<'m>>) {
        for part in declared.body().parts() {
            let (tree, range) = (part.block.tree(), part.block.range());
            self.places.find(tree, range, of.is_some());
            let may_ignore = of.is_some() && self.places.may_ignore(tree, range);
            if self.places.is_empty() && !may_ignore {
                continue;
            }
            let is_overridden = declared.is_overridden();
            for item in part.block.body().items() {
                match item {
                    Item::Attribute(attribute) if !self.places.any_in(attribute.range()) => {}
                    Item::Attribute(attribute) => {
                        if !is_overridden || is_in_effect(declared, part, attribute) {
                            self.attribute(attribute, part.file, of);
                        }
                    }
                    Item::Block(block) if !may_ignore && !self.places.any_in(block.range()) => {}
                    Item::Block(block) => {
                        if !is_overridden || has_effect(declared, part, block) {
                            self.block(block, part.file, of);
                        }
                    }
                }
            }
        }
    }

    fn block(&mut self, block: Block<'m>, file: FileId, of: Option<&'m Resource<'m>>) {
        // Nested blocks are as deep as the parser lets them be.
        let mut blocks = vec![block];
        while let Some(block) = blocks.pop() {
            for item in block.body().items() {
                match item {
                    Item::Attribute(attribute) if attribute.is_named("ignore_changes") => {
                        let of = of.filter(|_| block.is_of("lifecycle"));
                        self.ignored(attribute.expr(), file, of);
                    }
                    Item::Attribute(attribute) => self.attribute(attribute, file, of),
                    Item::Block(block) => blocks.push(block),
                }
            }
        }
    }

    fn attribute(&mut self, attribute: Attribute<'m>, file: FileId, of: Option<&'m Resource<'m>>) {
        // These name objects, of which no attribute is read.
        let has_any = self.places.any_in(attribute.range());
        if has_any && !matches!(&*attribute.name(), "depends_on" | "provider" | "providers") {
            self.expr(attribute.expr(), file, of);
        }
    }

    fn expr(&mut self, expr: Expr<'m>, file: FileId, of: Option<&'m Resource<'m>>) {
        let mut found = std::mem::take(&mut self.traversals);
        found.find(expr, &self.places);
        for (Traversal { root, in_try, .. }, steps) in found.iter() {
            let (mode, block_type, rest) = match (*root, steps) {
                ("self", rest) => {
                    if let Some(resource) = of {
                        let target = Target { resource, is_self: true };
                        self.steps(target, rest, (file, *in_try));
                    }
                    continue;
                }
                ("data", [Step::Attribute(block_type, _), rest @ ..]) => {
                    (ResourceMode::Data, block_type, rest)
                }
                ("data", _) => continue,
                (_, rest) => (ResourceMode::Managed, root, rest),
            };
            let [Step::Attribute(name, _), rest @ ..] = rest else { continue };
            let module = self.module;
            let Some(resource) = module.resource(mode, block_type, name) else { continue };
            let target = Target { resource, is_self: false };
            // Which instance is meant does not matter.
            let rest = if let [Step::Index(..), rest @ ..] = rest { rest } else { rest };
            self.steps(target, rest, (file, *in_try));
        }
        self.traversals = found;
    }

    /// The names in `ignore_changes`, which are those of the block around.
    fn ignored(&mut self, list: Expr<'m>, file: FileId, of: Option<&'m Resource<'m>>) {
        let (Some(resource), ExprKind::Tuple(names)) = (of, list.kind()) else { return };
        for name in names.iter() {
            let Some(steps) = relative(name) else { continue };
            let target = Target { resource, is_self: true };
            // Nobody evaluates these.
            self.steps(target, &steps, (file, true));
        }
    }

    /// Judges the steps from an instance of a resource.
    fn steps(&mut self, target: Target<'m>, steps: &[Step<'m>], (file, in_try): (FileId, bool)) {
        let [first, rest @ ..] = steps else { return };
        let known = self.types.of(self.values, target.resource);
        let Some(schema) = known.schema else { return };
        // Most take one step, and many the same one.
        let only = match (first, rest) {
            (Step::Attribute(name, _), []) => Some(name),
            _ => None,
        };
        if only.is_some_and(|name| known.right.contains(name)) {
            return;
        }
        let Some(astray) = first_astray(schema, steps) else {
            known.right.extend(only.copied());
            return;
        };
        // What is evaluated only where there are elements is hidden by `try`. What an evaluation
        // shows is told by it, unless `try` hides it there.
        let is_told = if in_try { !astray.after_splat } else { !astray.is_in_value };
        if is_told {
            self.tell(target, &astray, schema.selection, file);
        }
    }

    fn tell(
        &mut self,
        target: Target<'m>,
        astray: &Astray<'_>,
        selection: Selection,
        file: FileId,
    ) {
        let Some(provider) = self.values.provider(target.resource) else { return };
        let of_structure = Certainty::of(selection).of_structure();
        let owner = target.owner(astray);
        let mut fix = None;
        let (level, message) = match &astray.why {
            Why::Unknown { name, meant } => {
                let meant = meant.as_deref();
                let Some(level) = of_unknown_name(selection, name, meant) else { return };
                fix = meant.and_then(|meant| self.renamed(file, astray.range, meant));
                let hint = match meant {
                    Some(meant) => format!("; did you mean `{meant}`?"),
                    None if selection.may_be_newer => "; a newer version may have it".to_owned(),
                    None => String::new(),
                };
                let words = provider.words();
                (Some(level), format!("{owner} has no attribute `{name}` in {words}{hint}"))
            }
            Why::OtherVersions { name, presence } => {
                let was_before = presence.oldest() < selection.snapshots.oldest();
                if selection.may_be_older && was_before {
                    return;
                }
                let (words, selected) = (provider.words(), selection.snapshots);
                let when = when(provider.provider, *presence, selected);
                (of_structure, format!("{owner} has no attribute `{name}` in {words}: {when}"))
            }
            why => (of_structure, format!("{owner} {}", misread(why))),
        };
        let lowered = |level: Option<Level>| level.unwrap_or(Level::Error).min(Level::Warning);
        let level = if astray.after_splat { Some(lowered(level)) } else { level };
        let location = Location::new(file, astray.range);
        let rule = SchemaRule::UnknownAttribute;
        self.found.add(Finding { rule, level, location, message, related: Vec::new(), fix });
    }

    fn renamed(&self, file: FileId, range: TextRange, name: &str) -> Option<Fix> {
        // In JSON the name may stand in a string with escapes.
        let is_json = self.module.sources.tree(file).is_json();
        let edits = vec![Edit { location: Location::new(file, range), text: name.to_owned() }];
        let title = format!("write `{name}`");
        (!is_json).then_some(Fix { safety: Safety::Unsafe, title, edits })
    }
}

impl Target<'_> {
    /// What a step is taken from, in words.
    fn owner(self, astray: &Astray<'_>) -> String {
        let address = if self.is_self {
            self.resource.block_type.clone().into_owned()
        } else {
            self.resource.address()
        };
        match &astray.owner {
            Some(what) => format!("`{what}` of `{address}`"),
            None => format!("`{address}`"),
        }
    }
}

/// What something is that a step takes for something else, as the end of a sentence.
fn misread(why: &Why<'_>) -> String {
    match why {
        Why::NotIndexed { name } => format!(
            "is a list, of which `{name}` is no attribute: say which element, as in `[0].{name}`"
        ),
        Why::Set => {
            "is a set, of which no element can be named: use `one(…)` or a `for` expression"
                .to_owned()
        }
        Why::Leaf { kind } => format!("is a {kind}, which has no parts"),
        Why::Unknown { .. } | Why::OtherVersions { .. } => "does not have it".to_owned(),
    }
}

/// Whether no override file replaces an argument of a part of a block.
fn is_in_effect(declared: &Declared<'_>, part: Placed<'_>, attribute: Attribute<'_>) -> bool {
    declared.argument(&attribute.name()).is_some_and(|argument| {
        argument.file == part.file && argument.attribute.id() == attribute.id()
    })
}

/// Whether no override file replaces a nested block of a part of a block.
fn has_effect(declared: &Declared<'_>, part: Placed<'_>, block: Block<'_>) -> bool {
    let kind = match &*block.kind() {
        "lifecycle" => return true,
        "dynamic" => block.label(0).unwrap_or(Cow::Borrowed("dynamic")),
        _ => block.kind(),
    };
    let mut blocks = declared.body().blocks_of(&kind);
    blocks.any(|other| other.file == part.file && other.block.id() == block.id())
}

/// The steps of an entry of `ignore_changes`. Those that are strings, as old configurations have
/// them, and what Terraform does not read at all are left out.
fn relative(entry: Expr<'_>) -> Option<Vec<Step<'_>>> {
    let (mut base, mut steps) = (entry, Vec::new());
    loop {
        base = match base.kind() {
            ExprKind::GetAttr { target, name, name_range } => {
                steps.push(Step::Attribute(name, name_range));
                target
            }
            ExprKind::Index { target, key } | ExprKind::LegacyIndex { target, key } => {
                steps.push(Step::Index(key.as_plain_string(), key.range()));
                target
            }
            ExprKind::Variable(root) => {
                steps.push(Step::Attribute(root, base.range()));
                steps.reverse();
                return Some(steps);
            }
            _ => return None,
        };
    }
}
