//! Says once what was found several times: in all instances of a block, in all calls of a module.

use std::collections::{BTreeMap, HashMap, HashSet};

use diagnostics::{Diagnostic, RuleId};
use module::{Module, ModuleId};
use source::{FileId, Location};

use crate::reporter::Found;

/// Findings of several instances of one block: what all have in common is said once.
#[derive(Default)]
pub(crate) struct Merged {
    found: Vec<(Found, Vec<InstanceName>)>,
    by_place: HashMap<(RuleId, Location), Vec<usize>>,
}

/// An instance: its place among all, and its key when that may be shown.
type InstanceName = (usize, Option<String>);

impl Merged {
    /// Adds what was found for an instance.
    pub(crate) fn add(&mut self, found: Found, (index, key): (usize, Option<&str>)) {
        let instance = (index, key.map(str::to_owned));
        let diagnostic = &found.diagnostic;
        let place = (diagnostic.rule.clone(), diagnostic.location);
        let same = self.by_place.entry(place).or_default();
        let known = same.iter().find(|at| is_same(&self.found[**at].0.diagnostic, diagnostic));
        let Some(known) = known else {
            same.push(self.found.len());
            self.found.push((found, vec![instance]));
            return;
        };
        let (known, instances) = &mut self.found[*known];
        if instances.last() != Some(&instance) {
            instances.push(instance);
        }
        join(&mut known.diagnostic, diagnostic);
    }

    /// Whether nothing was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// One finding for what all of so many instances have in common, else one for each instance,
    /// with a fix only where it leaves the others alone. `address` is that of the block.
    pub(crate) fn into_found(
        self,
        count: usize,
        address: &str,
    ) -> impl Iterator<Item = OfInstance> {
        self.found.into_iter().flat_map(move |(found, instances)| {
            let Found { mut diagnostic, fixes, .. } = found;
            let is_common = instances.len() == count;
            if !is_common && !fixes.of_block {
                diagnostic.fix = None;
            }
            let keys = if is_common {
                vec![None]
            } else {
                instances.into_iter().map(|(_, key)| key).collect()
            };
            keys.into_iter().map(move |key| OfInstance {
                diagnostic: Diagnostic { instance: key, ..diagnostic.clone() },
                address: address.to_owned(),
                of_calls: fixes.of_calls,
            })
        })
    }
}

/// Whether two findings are the same but for their fixes.
fn is_same(a: &Diagnostic, b: &Diagnostic) -> bool {
    (a.level, &a.message, &a.related, &a.when) == (b.level, &b.message, &b.related, &b.when)
}

/// Takes what `other`, which is the same, has beside, into `known`.
pub(crate) fn join(known: &mut Diagnostic, other: &Diagnostic) {
    // What mends one would be wrong for another.
    if known.fix != other.fix {
        known.fix = None;
    }
    known.hides_source |= other.hides_source;
}

/// A diagnostic about one module instance.
pub(crate) struct OfInstance {
    pub(crate) diagnostic: Diagnostic,
    /// The address of what it is about: a module, or a block in it without its key.
    pub(crate) address: String,
    /// The number of calls on the way to the module of which its fix changes one instance only.
    pub(crate) of_calls: usize,
}

/// What was found in the module instances of all roots.
#[derive(Default)]
pub(crate) struct Calls {
    of_modules: BTreeMap<ModuleId, OfModule>,
}

#[derive(Default)]
struct OfModule {
    /// Number of its instances.
    count: usize,
    /// What was found, in how many instances, and where first.
    found: Vec<(OfInstance, usize)>,
    by_place: HashMap<(RuleId, Location), Vec<usize>>,
}

impl Calls {
    /// Adds what was found in one instance of `module`.
    pub(crate) fn add(&mut self, module: ModuleId, found: Vec<OfInstance>) {
        let of_module = self.of_modules.entry(module).or_default();
        of_module.count += 1;
        for found in found {
            of_module.add(found);
        }
    }

    /// Whether some instance of `module` was judged.
    pub(crate) fn has(&self, module: ModuleId) -> bool {
        self.of_modules.contains_key(&module)
    }

    /// One diagnostic for what all calls of a module have in common; else it names those that it is
    /// about.
    pub(crate) fn into_diagnostics<'m>(
        self,
        module: impl Fn(ModuleId) -> &'m Module<'m>,
    ) -> Vec<Diagnostic> {
        let shared = self.shared_files(module);
        let mut diagnostics = Vec::new();
        for of_module in self.of_modules.into_values() {
            let count = of_module.count;
            for (found, of) in of_module.found {
                let edits_shared = found.edits_any(&shared);
                let OfInstance { mut diagnostic, address, of_calls } = found;
                if of < count {
                    let key = diagnostic.instance.unwrap_or_default();
                    let more = if of > 1 { format!(" and {} more", of - 1) } else { String::new() };
                    diagnostic.instance = Some(format!("{address}{key}{more}"));
                    // The instances of a call have its text in common, but for what `each.value` is.
                    if edits_shared || repeated_calls(&address) > of_calls {
                        diagnostic.fix = None;
                    }
                }
                diagnostics.push(diagnostic);
            }
        }
        diagnostics
    }

    /// The files of modules that have several instances.
    fn shared_files<'m>(&self, module: impl Fn(ModuleId) -> &'m Module<'m>) -> HashSet<FileId> {
        let shared = self.of_modules.iter().filter(|(_, of_module)| of_module.count > 1);
        shared
            .flat_map(|(id, _)| {
                let files = module(*id).files;
                files.config.iter().chain(&files.overrides).copied()
            })
            .collect()
    }
}

impl OfInstance {
    /// Whether the fix changes one of `files`.
    fn edits_any(&self, files: &HashSet<FileId>) -> bool {
        let edits = self.diagnostic.fix.iter().flat_map(|fix| &fix.edits);
        edits.into_iter().any(|edit| files.contains(&edit.location.file))
    }
}

/// How many calls in an address are repeated; more, where a key looks like one.
fn repeated_calls(address: &str) -> usize {
    address.matches('[').count()
}

impl OfModule {
    fn add(&mut self, found: OfInstance) {
        let diagnostic = &found.diagnostic;
        let place = (diagnostic.rule.clone(), diagnostic.location);
        let same = self.by_place.entry(place).or_default();
        let is_known = |at: &&usize| {
            let known = &self.found[**at].0.diagnostic;
            is_same(known, diagnostic) && known.instance == diagnostic.instance
        };
        if let Some(known) = same.iter().find(is_known) {
            let (known, count) = &mut self.found[*known];
            *count += 1;
            join(&mut known.diagnostic, diagnostic);
        } else {
            same.push(self.found.len());
            self.found.push((found, 1));
        }
    }
}
