//! Override files: puts their blocks onto those of the other files, as Terraform does.

use std::collections::HashMap;

use source::{FileId, Location};
use syntax::{Attribute, Block, Body};

use crate::merged::{Placed, has_some};
use crate::{Declared, Local, Module, Name, ResourceMode};

/// Something in an override file that Terraform refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Where it stands.
    pub location: Location,
    /// What is wrong with it.
    pub reason: RefusedReason,
}

/// Why Terraform refuses something in an override file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusedReason {
    /// What it overrides is declared in none of the other files: `var.x`, `aws_x.y`.
    NothingToOverride(String),
    /// Blocks of that type may not stand in override files.
    Block(String),
    /// `depends_on` may not be overridden.
    DependsOn,
    /// A second block in one file of a type of which there may be one; the first stands here.
    Second(&'static str, Location),
}

/// Blocks of which an override file may have one.
const STATE_STORAGE: [&str; 3] = ["backend", "cloud", "state_store"];

/// The providers of a module by their type and alias; none where the alias is not plain text.
type ProviderKey<'a> = (Name<'a>, Option<String>);

/// A module into which override files are merged.
struct Merge<'m, 'a> {
    module: &'m mut Module<'a>,
    /// Places in `module.providers`; of those that are declared twice the first.
    providers: HashMap<ProviderKey<'a>, usize>,
}

/// Merges the override files of `module` into it, in their order.
pub(crate) fn merge(module: &mut Module<'_>) {
    let mut providers = HashMap::new();
    for (at, provider) in module.providers.iter().enumerate() {
        if let Some(key) = provider_key(provider.block) {
            providers.entry(key).or_insert(at);
        }
    }
    let files = module.files;
    let mut merge = Merge { module, providers };
    for file in &files.overrides {
        merge.file(*file);
    }
}

impl<'a> Merge<'_, 'a> {
    fn file(&mut self, file: FileId) {
        let mut storages: Vec<Placed<'a>> = Vec::new();
        for block in self.module.sources.tree(file).body().blocks() {
            let placed = Placed { file, block };
            match &*block.kind() {
                "locals" => self.locals(file, block.body()),
                "resource" => self.resource(ResourceMode::Managed, placed),
                "data" => self.resource(ResourceMode::Data, placed),
                "variable" => {
                    self.named(placed, "var", |module, name| module.variables.get_mut(name));
                }
                "output" => {
                    self.named(placed, "output", |module, name| module.outputs.get_mut(name));
                }
                "module" => {
                    self.named(placed, "module", |module, name| module.module_calls.get_mut(name));
                }
                "provider" => self.provider(placed),
                "terraform" => {
                    self.module.add_required_providers(file, block, true);
                    self.module.settings.push(Declared::new(file, block));
                    storages.extend(state_storages(placed));
                }
                kind @ ("moved" | "import" | "check") => {
                    self.refuse(placed.header(), RefusedReason::Block(kind.to_owned()));
                }
                // Terraform takes no notice of all others.
                _ => {}
            }
        }
        self.refuse_second(&storages);
    }

    /// A block with one label, which has the name of what it overrides.
    fn named(
        &mut self,
        placed: Placed<'a>,
        prefix: &str,
        base: for<'m> fn(&'m mut Module<'a>, &str) -> Option<&'m mut Declared<'a>>,
    ) {
        let Some(name) = placed.block.label(0) else { return };
        self.refuse_parts(placed);
        match base(self.module, &name) {
            Some(declared) => declared.add_override(placed),
            None => self.nothing_to_override(placed.header(), format!("{prefix}.{name}")),
        }
    }

    fn resource(&mut self, mode: ResourceMode, placed: Placed<'a>) {
        let mut labels = placed.block.labels().map(syntax::Label::text);
        let (Some(block_type), Some(name), None) = (labels.next(), labels.next(), labels.next())
        else {
            return;
        };
        self.refuse_parts(placed);
        match self.module.resource_mut(mode, &block_type, &name) {
            Some(resource) => resource.declared.add_override(placed),
            None => {
                self.nothing_to_override(placed.header(), mode.address(&block_type, &name));
            }
        }
    }

    /// A provider without alias need not be declared: it overrides an empty one.
    fn provider(&mut self, placed: Placed<'a>) {
        let Some(key) = provider_key(placed.block) else { return };
        match (self.providers.get(&key), &key) {
            (Some(at), _) => self.module.providers[*at].add_override(placed),
            (None, (name, Some(alias))) => {
                self.nothing_to_override(placed.header(), format!("{name}.{alias}"));
            }
            (None, (_, None)) => {
                self.providers.insert(key, self.module.providers.len());
                self.module.providers.push(Declared::new(placed.file, placed.block));
            }
        }
    }

    fn locals(&mut self, file: FileId, body: Body<'a>) {
        for attribute in body.attributes() {
            let name = attribute.name();
            let name_range = attribute.name_range();
            if let Some(local) = self.module.locals.get_mut(&name) {
                *local = Local { file, name_range, expr: attribute.expr() };
            } else {
                let location = Location::new(file, name_range);
                self.nothing_to_override(location, format!("local.{name}"));
            }
        }
    }

    /// Refuses what may not be overridden in a block that may: conditions and `depends_on`.
    fn refuse_parts(&mut self, placed: Placed<'a>) {
        let Placed { file, block } = placed;
        let body = block.body();
        let (kind, lifecycle) = (block.kind(), body.blocks_of("lifecycle"));
        let inner = lifecycle.flat_map(|lifecycle| lifecycle.body().blocks());
        let conditions = body.blocks().chain(inner).filter(|nested| match &*nested.kind() {
            "validation" => kind == "variable",
            "precondition" => kind != "module",
            "postcondition" => kind == "resource" || kind == "data",
            _ => false,
        });
        for nested in conditions {
            let location = Location::new(file, nested.header_range());
            self.refuse(location, RefusedReason::Block(nested.kind().into_owned()));
        }
        let depends_on = body.attribute("depends_on").map(Attribute::expr);
        if let Some(expr) = depends_on.filter(|expr| kind != "variable" && has_some(*expr)) {
            self.refuse(Location::new(file, expr.range()), RefusedReason::DependsOn);
        }
    }

    /// Refuses all but the first block of each kind of state storage in one file.
    fn refuse_second(&mut self, storages: &[Placed<'a>]) {
        for kind in STATE_STORAGE {
            let mut same = storages.iter().filter(|storage| storage.block.kind() == kind);
            let Some(first) = same.next() else { continue };
            for second in same {
                self.refuse(second.header(), RefusedReason::Second(kind, first.header()));
            }
        }
    }

    fn nothing_to_override(&mut self, location: Location, what: String) {
        self.refuse(location, RefusedReason::NothingToOverride(what));
    }

    fn refuse(&mut self, location: Location, reason: RefusedReason) {
        self.module.refused.push(Refused { location, reason });
    }
}

/// The blocks in a `terraform` block that say where the state is kept.
fn state_storages(terraform: Placed<'_>) -> impl Iterator<Item = Placed<'_>> {
    let Placed { file, block } = terraform;
    let nested = block.body().blocks().map(move |block| Placed { file, block });
    nested.filter(|nested| STATE_STORAGE.contains(&&*nested.block.kind()))
}

fn provider_key(block: Block<'_>) -> Option<ProviderKey<'_>> {
    let alias = block.body().attribute("alias").map(|alias| alias.expr().as_plain_string());
    let alias = match alias {
        Some(text) => Some(text?),
        None => None,
    };
    Some((block.label(0)?, alias))
}
