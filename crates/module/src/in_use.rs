//! Which versions of a provider a root module may meet, and the schemas of its resources in these.
//! Never says what is wrong with a resource.

use std::rc::Rc;

use schema::{BlockSchema, Kind, Provider, Selection, TERRAFORM, public_name};
use version::{Admitted, Constraints, Version};

use crate::evaluation::Evaluation;
use crate::modules::ModuleId;
use crate::{ModuleValues, Resource, ResourceMode};

/// A provider as a root module with all that it calls uses it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ProviderInUse<'m> {
    /// What is known of it in all versions.
    pub provider: Provider<'m>,
    /// The snapshots that speak of the versions that may be met.
    pub selection: Selection,
    /// The versions that may be met.
    pub admitted: Rc<Admitted>,
}

impl ProviderInUse<'_> {
    /// Whether any of the known snapshots speaks of a version that may be met.
    pub fn is_described(&self) -> bool {
        !self.selection.snapshots.is_empty()
    }

    /// The provider and its versions in the words of messages: `hashicorp/aws 5.31.0
    /// as locked`, `hashicorp/aws ~> 5.0`, `hashicorp/aws 6.0.0` for the newest that is
    /// known.
    pub fn words(&self) -> String {
        let source = self.provider.source();
        if source == TERRAFORM {
            return "Terraform".to_owned();
        }
        let name = short_name(source);
        match &*self.admitted {
            Admitted::Locked(version) => format!("{name} {version} as locked"),
            Admitted::Constraints(constraints) => {
                let text = constraints.to_string();
                // One version is named as it is.
                let exact = text.strip_prefix("= ").filter(|rest| !rest.contains(','));
                format!("{name} {}", exact.unwrap_or(&text))
            }
            Admitted::Any => match self.provider.newest() {
                Some(newest) => format!("{name} {newest}"),
                None => name.to_owned(),
            },
        }
    }
}

/// The source of a provider without the host, where that is a public registry.
fn short_name(source: &str) -> &str {
    public_name(source).unwrap_or(source)
}

/// What an evaluation knows of providers so far.
#[derive(Default)]
pub(crate) struct Providers<'m> {
    /// By module and local name there; of the latter a module has few.
    by_name: Vec<(ModuleId, Vec<NamedProvider<'m>>)>,
    /// By source address.
    admitted: Vec<(Box<str>, Rc<Admitted>)>,
}

type NamedProvider<'m> = (Box<str>, Option<ProviderInUse<'m>>);

impl<'m> Providers<'m> {
    fn get(&self, module: ModuleId, name: &str) -> Option<&Option<ProviderInUse<'m>>> {
        let at = self.by_name.binary_search_by_key(&module, |(module, _)| *module).ok()?;
        let (_, named) = &self.by_name[at];
        named.iter().find(|(other, _)| **other == *name).map(|(_, found)| found)
    }

    fn insert(&mut self, module: ModuleId, name: &str, found: Option<ProviderInUse<'m>>) {
        let place = self.by_name.binary_search_by_key(&module, |(module, _)| *module);
        let at = place.unwrap_or_else(|at| {
            self.by_name.insert(at, (module, Vec::new()));
            at
        });
        self.by_name[at].1.push((name.into(), found));
    }
}

impl<'m> ModuleValues<'m> {
    /// The provider of a resource, as far as schemas of it are known.
    pub fn provider(&self, resource: &Resource<'_>) -> Option<ProviderInUse<'m>> {
        self.provider_named(&resource.provider_name()?)
    }

    /// The provider that the module calls `local_name`, as far as schemas of it are known.
    pub fn provider_named(&self, local_name: &str) -> Option<ProviderInUse<'m>> {
        let (evaluation, module) = (self.evaluation, self.instance.module);
        if let Some(known) = evaluation.providers.borrow().get(module, local_name) {
            return known.clone();
        }
        let source = self.module().provider_source(local_name);
        let found = source.and_then(|source| evaluation.provider(&source));
        evaluation.providers.borrow_mut().insert(module, local_name, found.clone());
        found
    }

    /// What may stand in a resource in the versions of its provider that may be met; `None` where
    /// the provider or the type is not known. Of a type that none of them has it is what other
    /// versions have.
    pub fn schema_of(&self, resource: &Resource<'_>) -> Option<BlockSchema<'m>> {
        let ProviderInUse { provider, selection, .. } = self.provider(resource)?;
        let kind = match resource.mode {
            ResourceMode::Managed => Kind::Resource,
            ResourceMode::Data => Kind::Data,
        };
        let found = provider.find(kind, &resource.block_type)?;
        Some(BlockSchema::new(found.body(), selection))
    }
}

impl<'m> Evaluation<'m> {
    /// The provider of that source as the root uses it.
    fn provider(&self, source: &str) -> Option<ProviderInUse<'m>> {
        let scope = self.modules.get(self.root).files.schema_scope;
        let provider = self.modules.schemas().provider_in(scope, source)?;
        let admitted = self.admitted(source);
        Some(ProviderInUse { provider, selection: provider.select(&admitted), admitted })
    }

    /// The versions of a provider that the root may meet: that of its lock file, unless the
    /// constraints forbid it, so that another one has to be installed first; else all that the
    /// constraints of the root and of what it calls admit together. Constraints that cannot be read
    /// or contradict each other say nothing.
    pub(crate) fn admitted(&self, source: &str) -> Rc<Admitted> {
        let known = |(other, admitted): &(Box<str>, Rc<Admitted>)| {
            (**other == *source).then(|| admitted.clone())
        };
        if let Some(known) = self.providers.borrow().admitted.iter().find_map(known) {
            return known;
        }
        let constraints = self.constraints(source).filter(Constraints::spans_any);
        let is_admitted =
            |version: &Version| constraints.as_ref().is_none_or(|it| it.admits(version));
        let admitted = match self.locked(source).filter(is_admitted) {
            Some(version) => Admitted::Locked(version),
            None => constraints.map_or(Admitted::Any, Admitted::Constraints),
        };
        let admitted = Rc::new(admitted);
        self.providers.borrow_mut().admitted.push((source.into(), admitted.clone()));
        admitted
    }

    /// The version of a provider that the lock file of the root names.
    fn locked(&self, source: &str) -> Option<Version> {
        let locked = &self.modules.get(self.root).files.locked;
        let elsewhere = || {
            let name = short_name(source);
            let has_same_name = |other: &&String| name != source && short_name(other) == name;
            locked.keys().find(has_same_name).and_then(|other| locked.get(other))
        };
        locked.get(source).or_else(elsewhere)?.parse().ok()
    }

    /// What the root and all that it calls say of the versions of a provider.
    fn constraints(&self, source: &str) -> Option<Constraints> {
        let is_it = |other: &str| short_name(other) == short_name(source);
        let modules = self.modules.tree(self.root).into_iter().map(|id| self.modules.get(id));
        let said = modules.flat_map(|module| {
            let own = module.version_constraints().filter(|(other, _)| is_it(other));
            own.filter_map(|(_, text)| Constraints::parse(&text.text))
        });
        said.reduce(Constraints::and)
    }
}
