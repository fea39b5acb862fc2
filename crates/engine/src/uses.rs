//! How often the named values of modules are used, which tells whether the text that makes a value
//! may be blamed and changed for one use of it.

use std::collections::HashMap;
use std::sync::OnceLock;

use source::FileId;
use syntax::{Body, Expr, Item};
use value::{Step, StepKind};

use module::{Declared, Module};

/// How often the named values of the modules of a run are referred to, each in its own module.
/// Counted when a module is first asked for; may be shared by threads.
pub(crate) struct Uses<'m, 'a> {
    modules: Vec<ModuleUses<'m, 'a>>,
    by_file: HashMap<FileId, usize>,
}

struct ModuleUses<'m, 'a> {
    module: &'m Module<'a>,
    /// How many calls lead to the module.
    calls: usize,
    counts: OnceLock<HashMap<String, u32>>,
}

impl<'m, 'a> Uses<'m, 'a> {
    /// The uses in `modules`; with each module goes how many calls of the run lead to it.
    pub(crate) fn new(modules: impl IntoIterator<Item = (&'m Module<'a>, usize)>) -> Self {
        let mut uses = Self { modules: Vec::new(), by_file: HashMap::new() };
        for (module, calls) in modules {
            for file in module.files.config.iter().chain(&module.files.overrides) {
                uses.by_file.insert(*file, uses.modules.len());
            }
            uses.modules.push(ModuleUses { module, calls, counts: OnceLock::new() });
        }
        uses
    }

    /// Whether `step` went through a named value that is used in more than one place.
    pub(crate) fn is_shared(&self, step: &Step) -> bool {
        let Some(at) = self.by_file.get(&step.location.file) else {
            return matches!(step.kind, StepKind::Reference(_) | StepKind::Output(_));
        };
        let module = &self.modules[*at];
        match &step.kind {
            StepKind::Reference(name) => module.is_shared(name),
            // What a module gives out, it gives to all who call it.
            StepKind::Output(_) => module.calls != 1,
            _ => false,
        }
    }
}

impl ModuleUses<'_, '_> {
    fn is_shared(&self, name: &str) -> bool {
        match name.split_once('.') {
            Some(("each", "value")) => false,
            Some(("var" | "local", _)) => self.count(name) != 1,
            Some(("module", rest)) => match rest.split_once('.') {
                Some((call, _)) => self.count(name) + self.count(&format!("module.{call}")) != 1,
                None => self.count(&all_of_call(rest)) != 1,
            },
            _ => true,
        }
    }

    /// Number of references to `name`, such as `local.x`.
    fn count(&self, name: &str) -> u32 {
        let counts = self.counts.get_or_init(|| read(self.module));
        counts.get(name).copied().unwrap_or(0)
    }
}

/// Under which name all references to a call are counted, whichever output they take.
fn all_of_call(call: &str) -> String {
    format!("module.{call}.*")
}

/// Counts the references in `module`.
fn read(module: &Module<'_>) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    let Module { files, sources, .. } = module;
    if files.overrides.is_empty() {
        for file in &files.config {
            count_in(sources.tree(*file).body(), &mut counts);
        }
        return counts;
    }
    let overridden: HashMap<_, _> = module
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
    for local in module.locals.values() {
        count_in_expr(local.expr, &mut counts);
    }
    let has_no_base = |provider: &&Declared<'_>| files.overrides.contains(&provider.file);
    for provider in module.providers.iter().filter(has_no_base) {
        count_in_items(provider.body().items(), &mut counts);
    }
    counts
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
        let mut count = |name: String| *counts.entry(name).or_default() += 1;
        match (reference.root, &reference.attributes[..]) {
            (root @ ("var" | "local"), [name, ..]) => count(format!("{root}.{name}")),
            ("module", [call]) => {
                count(format!("module.{call}"));
                count(all_of_call(call));
            }
            ("module", [call, output, ..]) => {
                count(format!("module.{call}.{output}"));
                count(all_of_call(call));
            }
            _ => {}
        }
    }
}
