//! Says once what was found several times: in all instances of a block, in all calls of a module.

use std::collections::{BTreeMap, HashMap};

use diagnostics::{Diagnostic, RuleId};
use module::{Module, ModuleId};
use source::Location;

use crate::context::Found;

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
        // What mends one instance would be wrong for another.
        if known.diagnostic.fix != diagnostic.fix {
            known.diagnostic.fix = None;
        }
    }

    /// One diagnostic for what all of so many instances have in common, else one for each instance,
    /// with a fix only where it leaves the others alone.
    pub(crate) fn into_diagnostics(self, count: usize) -> impl Iterator<Item = Diagnostic> {
        self.found.into_iter().flat_map(move |(found, instances)| {
            let Found { mut diagnostic, fixes_instance, .. } = found;
            let is_common = instances.len() == count;
            if !is_common && !fixes_instance {
                diagnostic.fix = None;
            }
            let keys = if is_common {
                vec![None]
            } else {
                instances.into_iter().map(|(_, key)| key).collect()
            };
            keys.into_iter().map(move |key| Diagnostic { instance: key, ..diagnostic.clone() })
        })
    }
}

/// Whether two findings are the same but for their fixes.
fn is_same(a: &Diagnostic, b: &Diagnostic) -> bool {
    (a.level, &a.message, &a.related, &a.when) == (b.level, &b.message, &b.related, &b.when)
}

/// A diagnostic about one module instance.
pub(crate) struct OfInstance {
    pub(crate) diagnostic: Diagnostic,
    /// The address of what it is about: a module, or a block in it without its key.
    pub(crate) address: String,
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
        let mut diagnostics = Vec::new();
        for (id, of_module) in self.of_modules {
            let count = of_module.count;
            for (found, of) in of_module.found {
                let OfInstance { mut diagnostic, address } = found;
                if of < count {
                    let key = diagnostic.instance.unwrap_or_default();
                    let more = if of > 1 { format!(" and {} more", of - 1) } else { String::new() };
                    diagnostic.instance = Some(format!("{address}{key}{more}"));
                    if edits_inside(&diagnostic, module(id)) {
                        diagnostic.fix = None;
                    }
                }
                diagnostics.push(diagnostic);
            }
        }
        diagnostics
    }
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
            if known.diagnostic.fix != diagnostic.fix {
                known.diagnostic.fix = None;
            }
        } else {
            same.push(self.found.len());
            self.found.push((found, 1));
        }
    }
}

/// Whether the fix of a diagnostic changes files of `module`, which other calls share.
fn edits_inside(diagnostic: &Diagnostic, module: &Module<'_>) -> bool {
    let files = module.files;
    diagnostic.fix.iter().flat_map(|fix| &fix.edits).any(|edit| {
        let file = edit.location.file;
        files.config.contains(&file) || files.overrides.contains(&file)
    })
}
