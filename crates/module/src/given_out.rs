//! Which resources are given to what cannot be seen: to modules that are not read, to what makes things
//! of its own, to what others read, and by the outputs of the root module. Goes by what is written, whatever it comes to.

use std::collections::BTreeSet;

use eval::{Reference, references};
use syntax::{Block, Expr, Item};

use crate::calls::passed;
use crate::evaluation::Evaluation;
use crate::fast::{FastMap, FastSet};
use crate::resource::is_builtin;
use crate::{Argument, Callee, Declared, Module, ModuleId, Placed, Resource, ResourceMode, holes};

/// More modules than this, counted once for each way that leads to them, are not followed.
const MAX_PLACES: usize = 10_000;

/// Types whose resources make others out of what they are given.
const MAKERS: [&str; 6] = [
    "aws_cloudcontrolapi_resource",
    "aws_cloudformation_stack",
    "aws_cloudformation_stack_instances",
    "aws_cloudformation_stack_set",
    "aws_cloudformation_stack_set_instance",
    "external",
];

/// Types whose resources keep what they are given where other configurations read it.
const STORES: [&str; 5] = [
    "aws_appconfig_hosted_configuration_version",
    "aws_dynamodb_table_item",
    "aws_s3_object",
    "aws_secretsmanager_secret_version",
    "aws_ssm_parameter",
];

/// Types whose attributes may say all that the block is given.
const ECHOES: [&str; 2] = ["null_resource", "terraform_data"];

/// Arguments that pass no value on.
const META_ARGUMENTS: [&str; 5] = ["depends_on", "provider", "providers", "source", "version"];

/// A place and a resource of the module there, by its position.
type Node = (usize, usize);

/// What is given out of an evaluation.
pub(crate) struct GivenOut<'m> {
    /// Whether all blocks of all modules are read.
    pub(crate) is_complete: bool,
    /// Places by the names of the calls on the way there, joined by dots.
    places: FastMap<String, usize>,
    elsewhere: FastSet<Node>,
    by_root: FastSet<Node>,
    stored: FastSet<Node>,
    imported: BTreeSet<(String, String)>,
    root: &'m Module<'m>,
}

impl<'m> GivenOut<'m> {
    pub(crate) fn of(evaluation: &Evaluation<'m>) -> Self {
        let root = evaluation.modules.get(evaluation.root);
        let (places, is_complete) = places(evaluation);
        let names = places.iter().enumerate().map(|(at, place)| (place.path.clone(), at)).collect();
        let mut elsewhere = Flow::new(&places);
        for at in 0..places.len() {
            elsewhere.follow_unseen(at, evaluation);
        }
        let elsewhere = elsewhere.found;
        let mut by_root = Flow::new(&places);
        for output in root.outputs.values() {
            by_root.body(0, output);
        }
        let by_root = by_root.found;
        let mut stored = Flow::new(&places);
        for at in 0..places.len() {
            stored.follow_stores(at);
        }
        let stored = stored.found;
        let imported = imported(root);
        Self { is_complete, places: names, elsewhere, by_root, stored, imported, root }
    }

    /// Whether something of a resource is given to what cannot be seen. The resource has the path of
    /// its module instance and its position there.
    pub(crate) fn elsewhere(&self, (path, index): (&str, usize)) -> bool {
        self.holds(&self.elsewhere, path, index)
    }

    /// Whether an output of the root module has something of it.
    pub(crate) fn by_root(&self, (path, index): (&str, usize)) -> bool {
        self.holds(&self.by_root, path, index)
    }

    /// Whether something of it is kept where other configurations may read it.
    pub(crate) fn is_stored(&self, (path, index): (&str, usize)) -> bool {
        self.holds(&self.stored, path, index)
    }

    fn holds(&self, found: &FastSet<Node>, path: &str, index: usize) -> bool {
        self.places.get(path).is_none_or(|place| found.contains(&(*place, index)))
    }

    /// Whether an `import` block may be about a resource of that type and name.
    pub(crate) fn is_imported(&self, block_type: &str, name: &str) -> bool {
        // What could not be read may be one.
        self.root.files.has_unread_config
            || self.imported.contains(&(block_type.to_owned(), name.to_owned()))
    }
}

/// A module as the calls on one way use it.
struct Place<'m> {
    path: String,
    id: ModuleId,
    module: &'m Module<'m>,
    /// The place of the caller and the call.
    called_by: Option<(usize, &'m Declared<'m>)>,
    /// Where its calls lead, by their name.
    calls: FastMap<&'m str, usize>,
}

/// All places of an evaluation, that of the root first, and whether these are all and can be read in
/// full.
fn places<'m>(evaluation: &Evaluation<'m>) -> (Vec<Place<'m>>, bool) {
    let modules = evaluation.modules;
    let place = |path, id, called_by| Place {
        path,
        id,
        module: modules.get(id),
        called_by,
        calls: FastMap::default(),
    };
    let mut all = vec![place(String::new(), evaluation.root, None)];
    let mut is_complete = true;
    let mut at = 0;
    while at < all.len() {
        let module = all[at].module;
        is_complete &= is_read(module);
        for (name, call) in &module.module_calls {
            let path = match &*all[at].path {
                "" => name.to_string(),
                path => format!("{path}.{name}"),
            };
            let callee = modules.callee(evaluation.root, all[at].id, &path, call);
            let Callee::Module(id) = callee else { continue };
            if all.len() >= MAX_PLACES {
                return (all, false);
            }
            // What calls itself is not read again.
            if ways_up(&all, at).any(|above| all[above].id == id) {
                continue;
            }
            let next = all.len();
            all[at].calls.insert(name.as_ref(), next);
            all.push(place(path, id, Some((at, call))));
        }
        at += 1;
    }
    (all, is_complete)
}

/// A place, that of its caller, and so on.
fn ways_up<'p>(all: &'p [Place<'_>], at: usize) -> impl Iterator<Item = usize> + 'p {
    std::iter::successors(Some(at), |at| Some(all[*at].called_by?.0))
}

/// Whether no block of a module may be missing.
fn is_read(module: &Module<'_>) -> bool {
    let files = &module.files;
    let mut trees = files.config.iter().chain(&files.overrides);
    !files.has_unread_config
        && module.is_certain()
        && trees.all(|file| holes(module.sources.tree(*file)).next().is_none())
}

/// Type and name of all that the `import` blocks of a module may be about.
fn imported(root: &Module<'_>) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    for file in root.files.config.iter().chain(&root.files.overrides) {
        let body = root.sources.tree(*file).body();
        for import in body.blocks_of("import") {
            let Some(to) = import.body().attribute("to") else { continue };
            let words: Vec<String> = match to.expr().as_plain_string() {
                Some(text) => text.split('.').map(str::to_owned).collect(),
                None => references(to.expr()).first().map(words_of).unwrap_or_default(),
            };
            let words: Vec<&str> =
                words.iter().map(|word| word.split('[').next().unwrap_or(word)).collect();
            if let [.., block_type, name] = *words {
                all.insert((block_type.to_owned(), name.to_owned()));
            }
        }
    }
    all
}

fn words_of(reference: &Reference<'_>) -> Vec<String> {
    let words = std::iter::once(reference.root).chain(reference.attributes.iter().copied());
    words.map(str::to_owned).collect()
}

/// Something that passes values on.
#[derive(PartialEq, Eq, Hash)]
enum Step<'m> {
    Variable(usize, &'m str),
    Local(usize, &'m str),
    Output(usize, &'m str),
    /// A resource, and which of its arguments, if not all.
    Resource(usize, usize, Option<&'m str>),
}

/// Follows references to the resources that they lead to.
struct Flow<'p, 'm> {
    places: &'p [Place<'m>],
    seen: FastSet<Step<'m>>,
    /// Expressions that are still to be looked at.
    open: Vec<(usize, Expr<'m>)>,
    found: FastSet<Node>,
}

impl<'p, 'm> Flow<'p, 'm> {
    fn new(places: &'p [Place<'m>]) -> Self {
        let (seen, found) = (FastSet::default(), FastSet::default());
        Self { places, seen, open: Vec::new(), found }
    }

    /// Follows all that the module at a place gives to what cannot be seen.
    fn follow_unseen(&mut self, at: usize, evaluation: &Evaluation<'m>) {
        let place = &self.places[at];
        for (name, call) in &place.module.module_calls {
            if !place.calls.contains_key(name.as_ref()) {
                self.body(at, call);
            }
        }
        for resource in &place.module.resources {
            if is_maker(resource, place.module, evaluation) {
                self.body(at, &resource.declared);
            }
        }
        for provider in &place.module.providers {
            let source = provider.block.label(0).and_then(|name| {
                place.module.provider_source(&name).map(std::borrow::Cow::into_owned)
            });
            if !source.is_some_and(|source| evaluation.modules.schemas().knows(&source)) {
                self.body(at, provider);
            }
        }
    }

    /// Follows all that the module at a place keeps for others.
    fn follow_stores(&mut self, at: usize) {
        for resource in &self.places[at].module.resources {
            if resource.mode == ResourceMode::Managed && STORES.contains(&&*resource.block_type) {
                self.body(at, &resource.declared);
            }
        }
    }

    /// Follows all expressions in a block and in the blocks that override it.
    fn body(&mut self, at: usize, declared: &'m Declared<'m>) {
        for part in declared.body().parts() {
            self.block(at, part);
        }
        self.run();
    }

    fn block(&mut self, at: usize, part: Placed<'m>) {
        let mut blocks: Vec<Block<'m>> = vec![part.block];
        while let Some(block) = blocks.pop() {
            for item in block.body().items() {
                match item {
                    Item::Attribute(attribute) => {
                        if !META_ARGUMENTS.contains(&&*attribute.name()) {
                            self.open.push((at, attribute.expr()));
                        }
                    }
                    Item::Block(block) => blocks.push(block),
                }
            }
        }
    }

    fn run(&mut self) {
        while let Some((at, expr)) = self.open.pop() {
            for reference in references(expr) {
                self.reference(at, &reference);
            }
        }
    }

    fn reference(&mut self, at: usize, reference: &Reference<'m>) {
        let place = &self.places[at];
        let first = reference.attributes.first().copied();
        match (reference.root, first) {
            ("each" | "count" | "path" | "terraform" | "self", _) | (_, None) => {}
            ("var", Some(name)) => self.variable(at, name),
            ("local", Some(name)) => {
                if let Some((name, local)) = place.module.locals.get_key_value(name)
                    && self.seen.insert(Step::Local(at, name.as_ref()))
                {
                    self.open.push((at, local.expr));
                }
            }
            ("module", Some(name)) => {
                let output = reference.attributes.get(1).copied().or(reference.part);
                self.outputs(at, name, output);
            }
            ("data", Some(block_type)) => {
                if let Some(name) = reference.attributes.get(1) {
                    self.resource(at, (ResourceMode::Data, block_type, name), None);
                }
            }
            (block_type, Some(name)) => {
                let attribute = reference.attributes.get(1).copied().or(reference.part);
                self.resource(at, (ResourceMode::Managed, block_type, name), attribute);
            }
        }
    }

    fn variable(&mut self, at: usize, name: &'m str) {
        if let Some((caller, call)) = self.places[at].called_by
            && self.seen.insert(Step::Variable(at, name))
        {
            let passed = passed(call, name).map(Argument::expr);
            let all = [passed, repetition(call)];
            self.open.extend(all.into_iter().flatten().map(|expr| (caller, expr)));
        }
    }

    fn outputs(&mut self, at: usize, name: &str, output: Option<&str>) {
        let Some(child) = self.places[at].calls.get(name).copied() else { return };
        let outputs = &self.places[child].module.outputs;
        let one = output.and_then(|output| outputs.get_key_value(output));
        let all = outputs.iter().filter(|_| one.is_none());
        for (name, declared) in one.into_iter().chain(all) {
            if self.seen.insert(Step::Output(child, name.as_ref()))
                && let Some(value) = declared.argument("value")
            {
                self.open.push((child, value.expr()));
            }
        }
    }

    /// A resource is met, and so is what its attribute is made of; what the provider computes is not
    /// made of anything that is written.
    fn resource(
        &mut self,
        at: usize,
        (mode, block_type, name): (ResourceMode, &str, &str),
        attribute: Option<&'m str>,
    ) {
        let module = self.places[at].module;
        let Some(index) = module.resource_position(mode, block_type, name) else { return };
        let resource = &module.resources[index];
        if mode == ResourceMode::Managed {
            self.found.insert((at, index));
        }
        let is_whole = mode == ResourceMode::Data
            || is_builtin(resource)
            || ECHOES.contains(&block_type)
            || attribute
                .is_none_or(|name| resource.declared.body().blocks_of(name).next().is_some());
        let attribute = attribute.filter(|_| !is_whole);
        if !self.seen.insert(Step::Resource(at, index, attribute)) {
            return;
        }
        match attribute {
            Some(attribute) => {
                let written = resource.declared.argument(attribute).map(Argument::expr);
                let repeated = written.and_then(|_| repetition(&resource.declared));
                let all = [written, repeated].into_iter().flatten();
                self.open.extend(all.map(|expr| (at, expr)));
            }
            None => {
                for part in resource.declared.body().parts() {
                    self.block(at, part);
                }
            }
        }
    }
}

/// The `count` or `for_each` of a block.
fn repetition<'m>(declared: &Declared<'m>) -> Option<Expr<'m>> {
    let repeated = declared.argument("count").or_else(|| declared.argument("for_each"));
    repeated.map(Argument::expr)
}

/// Whether a resource may make others out of what it is given.
fn is_maker(resource: &Resource<'_>, module: &Module<'_>, evaluation: &Evaluation<'_>) -> bool {
    let source = module.provider_of(resource);
    let is_known = source.is_some_and(|source| evaluation.modules.schemas().knows(&source));
    let has_provisioner = || resource.declared.body().blocks_of("provisioner").next().is_some();
    !is_known || MAKERS.contains(&&*resource.block_type) || has_provisioner()
}
