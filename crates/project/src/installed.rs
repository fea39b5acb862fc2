//! Follows calls to where `terraform init` has put their modules.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;

use module::local_directory;
use rayon::prelude::*;

use crate::FILE_LIMIT;
use crate::calls::Call;
use crate::follow::Follow;
use crate::load::Discovery;
use crate::manifest::{self, Record};
use crate::paths::cleaned;
use crate::read::read_anywhere;

/// The roots that have a manifest.
pub(crate) struct Installed {
    roots: Vec<Root>,
}

/// A module in whose directory Terraform ran.
struct Root {
    module: usize,
    /// Those that were not looked at yet, the deepest calls first.
    records: Vec<Record>,
    /// The module that the calls of a key lead to.
    places: HashMap<String, usize>,
    /// Places of the modules that were installed, by their keys.
    installed: BTreeMap<String, usize>,
}

impl Installed {
    /// Reads the manifests of the modules that nobody else calls and that need one. The local calls
    /// were followed before.
    pub(crate) fn new(follow: &mut Follow<'_>) -> Self {
        let candidates: Vec<usize> = candidates(follow).into_iter().collect();
        let discovery = &*follow.discovery;
        let roots = candidates.into_par_iter().filter_map(|module| {
            let path = discovery.places[module].path.join(manifest::PATH);
            // Most have none, and to resolve links takes longer.
            fs::metadata(&path).ok()?;
            let real = discovery.disk.locate(&path).ok()?;
            let text = read_anywhere(&real, FILE_LIMIT).ok()?;
            let mut records = manifest::records(&text)?;
            records.reverse();
            let places = HashMap::from([(String::new(), module)]);
            Some(Root { module, records, places, installed: BTreeMap::new() })
        });
        Self { roots: roots.collect() }
    }

    /// Follows the calls that are one step deeper; gives whether there were any, whose modules are
    /// to be read then.
    pub(crate) fn next(&mut self, follow: &mut Follow<'_>) -> bool {
        let next = self.roots.iter().filter_map(|root| root.records.last());
        // A depth of which there is no record is passed over: a key may be of any length.
        let Some(depth) = next.map(|record| record.depth).min() else { return false };
        for root in &mut self.roots {
            while let Some(record) = root.records.pop_if(|record| record.depth == depth) {
                root.follow(&record, follow);
            }
        }
        true
    }

    /// Tells the modules where those are that they call.
    pub(crate) fn finish(self, discovery: &mut Discovery) {
        for root in self.roots {
            let directories = root.installed.into_iter().map(|(key, at)| {
                let directory = discovery.modules[at].directory.clone();
                (key, directory)
            });
            discovery.modules[root.module].installed = directories.collect();
        }
    }
}

impl Root {
    fn follow(&mut self, record: &Record, follow: &mut Follow<'_>) {
        let (caller, name) = record.call();
        let Some(caller) = self.places.get(caller).copied() else { return };
        let calls = follow.calls.get(caller).map_or(&[][..], Vec::as_slice);
        let Ok(at) = calls.binary_search_by(|call| (*call.name).cmp(name)) else { return };
        let call = &calls[at];
        let Some(source) = &call.source else { return };
        let module = match local_directory(&follow.shown(caller), source) {
            Some(directory) => follow.module_in(&directory),
            None if record.is_for(call) => {
                let base = &follow.discovery.places[self.module].path;
                let path = cleaned(&base.join(&record.directory));
                let module = follow.module_at(&path);
                self.installed.extend(module.map(|module| (record.key.clone(), module)));
                module
            }
            None => None,
        };
        self.places.extend(module.map(|module| (record.key.clone(), module)));
    }
}

/// The modules that no other calls and from which calls lead to modules that are not local.
fn candidates(follow: &Follow<'_>) -> BTreeSet<usize> {
    let is_local =
        |call: &Call| call.source.as_deref().is_none_or(|it| local_directory("", it).is_some());
    let mut callers = vec![Vec::new(); follow.callees.len()];
    for (caller, callees) in follow.callees.iter().enumerate() {
        for callee in callees.iter().filter(|callee| **callee != caller) {
            callers[*callee].push(caller);
        }
    }
    let calls = follow.calls.iter().enumerate();
    let mut stack: Vec<usize> =
        calls.filter(|(_, calls)| !calls.iter().all(is_local)).map(|(at, _)| at).collect();
    let mut seen: BTreeSet<usize> = stack.iter().copied().collect();
    while let Some(at) = stack.pop() {
        stack.extend(callers[at].iter().copied().filter(|caller| seen.insert(*caller)));
    }
    seen.retain(|at| callers[*at].is_empty());
    seen
}
