//! All modules of a run, and which module each call leads to.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use schema::Catalog;

use crate::calls::{is_local, join};
use crate::{Absence, Declared, Module};

/// One of the modules of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(u32);

/// The modules of a run. None is there twice.
pub struct Modules<'a> {
    all: Vec<Module<'a>>,
    by_directory: HashMap<&'a str, ModuleId>,
    absent: &'a BTreeMap<String, Absence>,
    /// The modules that local calls of each lead to, one for each call.
    called: Vec<Vec<ModuleId>>,
    /// How many calls lead to each module.
    calls: Vec<usize>,
    schemas: &'a Catalog<'a>,
}

/// Where a call leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callee {
    /// A module of the run.
    Module(ModuleId),
    /// A local directory that is no module; the directory, and why.
    Absent(String, Absence),
    /// A module that is not installed, or a source that says nothing.
    Unknown,
}

impl<'a> Modules<'a> {
    /// The modules of a run, in the order of their directories, what directories that are not among
    /// them are, and the schemas of providers.
    pub fn new(
        all: Vec<Module<'a>>,
        absent: &'a BTreeMap<String, Absence>,
        schemas: &'a Catalog<'a>,
    ) -> Self {
        let ids = (0..).map(ModuleId);
        let by_directory =
            all.iter().map(|module| module.files.directory.as_str()).zip(ids).collect();
        let (called, calls) = (Vec::new(), vec![0; all.len()]);
        let mut modules = Self { all, by_directory, absent, called, calls, schemas };
        modules.called = modules.all.iter().map(|module| modules.called_by(module)).collect();
        let mut calls = std::mem::take(&mut modules.calls);
        for callee in modules.called.iter().flatten().copied().chain(modules.installed()) {
            calls[callee.0 as usize] += 1;
        }
        modules.calls = calls;
        modules
    }

    /// The schemas of providers.
    pub fn schemas(&self) -> &'a Catalog<'a> {
        self.schemas
    }

    /// A module and all that it calls, directly or not, and what is installed for it.
    pub(crate) fn tree(&self, root: ModuleId) -> BTreeSet<ModuleId> {
        let installed = self.get(root).files.installed.values();
        let installed = installed.filter_map(|directory| self.by_directory.get(directory.as_str()));
        let mut stack: Vec<ModuleId> = installed.copied().chain([root]).collect();
        let mut tree = BTreeSet::new();
        while let Some(id) = stack.pop() {
            if tree.insert(id) {
                stack.extend(&self.called[id.0 as usize]);
            }
        }
        tree
    }

    /// How many calls of the run lead to a module.
    ///
    /// # Panics
    /// When `id` is of another run.
    pub fn number_of_calls(&self, id: ModuleId) -> usize {
        self.calls[id.0 as usize]
    }

    /// The module of that id.
    ///
    /// # Panics
    /// When `id` is of another run.
    pub fn get(&self, id: ModuleId) -> &Module<'a> {
        &self.all[id.0 as usize]
    }

    /// All modules, in the order of their directories.
    pub fn iter(&self) -> impl Iterator<Item = (ModuleId, &Module<'a>)> {
        (0..).map(ModuleId).zip(&self.all)
    }

    /// Where `call`, which stands in `caller`, leads. `path` are the names of all calls on the way
    /// from `root` to it, joined by dots.
    pub fn callee(
        &self,
        root: ModuleId,
        caller: ModuleId,
        path: &str,
        call: &Declared<'_>,
    ) -> Callee {
        let Some(source) = source(call) else { return Callee::Unknown };
        if is_local(&source) {
            return self.local(&join(&self.get(caller).files.directory, &source));
        }
        let installed = self.get(root).files.installed.get(path);
        let found = installed.and_then(|directory| self.by_directory.get(directory.as_str()));
        found.map_or(Callee::Unknown, |id| Callee::Module(*id))
    }

    fn local(&self, directory: &str) -> Callee {
        if let Some(id) = self.by_directory.get(directory) {
            return Callee::Module(*id);
        }
        match self.absent.get(directory) {
            Some(Absence::Alias(other)) => {
                let known = self.by_directory.get(other.as_str());
                known.map_or(Callee::Unknown, |id| Callee::Module(*id))
            }
            Some(absence) => Callee::Absent(directory.to_owned(), absence.clone()),
            None => Callee::Unknown,
        }
    }

    /// For each module whether `is_wanted` holds of it or of one that it calls, directly or not.
    /// Where modules are installed, it may.
    pub fn leading_to(&self, is_wanted: impl Fn(&Module<'a>) -> bool) -> BTreeSet<ModuleId> {
        let mut leading: BTreeSet<ModuleId> = self
            .iter()
            .filter(|(_, module)| is_wanted(module) || !module.files.installed.is_empty())
            .map(|(id, _)| id)
            .collect();
        loop {
            let count = leading.len();
            for (caller, callees) in (0..).map(ModuleId).zip(&self.called) {
                if callees.iter().any(|callee| leading.contains(callee)) {
                    leading.insert(caller);
                }
            }
            if leading.len() == count {
                return leading;
            }
        }
    }

    /// The modules that nobody calls and nobody has installed; of those that only call each other,
    /// the first.
    pub fn roots(&self) -> Vec<ModuleId> {
        let is_installed: BTreeSet<_> = self.installed().collect();
        let mut has_caller = is_installed.clone();
        for (at, callees) in (0..).map(ModuleId).zip(&self.called) {
            has_caller.extend(callees.iter().filter(|callee| **callee != at));
        }
        let mut reached = is_installed;
        let mut roots = Vec::new();
        let uncalled = self.iter().map(|(id, _)| id).filter(|id| !has_caller.contains(id));
        let all = self.iter().map(|(id, _)| id);
        for root in uncalled.chain(all) {
            if reached.contains(&root) {
                continue;
            }
            roots.push(root);
            let mut stack = vec![root];
            while let Some(id) = stack.pop() {
                if reached.insert(id) {
                    stack.extend(&self.called[id.0 as usize]);
                }
            }
        }
        roots.sort_unstable();
        roots
    }

    /// The modules that local calls of `module` lead to, one for each call.
    fn called_by(&self, module: &Module<'a>) -> Vec<ModuleId> {
        let sources = module.module_calls.values().filter_map(source);
        let local = sources.filter(|source| is_local(source));
        local
            .filter_map(|source| match self.local(&join(&module.files.directory, &source)) {
                Callee::Module(id) => Some(id),
                _ => None,
            })
            .collect()
    }

    /// The modules that `terraform init` has put somewhere, those that lie in the tree anyway left
    /// out.
    fn installed(&self) -> impl Iterator<Item = ModuleId> {
        let directories = self.all.iter().flat_map(|module| module.files.installed.values());
        let ids = directories.filter_map(|directory| self.by_directory.get(directory.as_str()));
        ids.copied().filter(|id| self.get(*id).is_foreign())
    }
}

/// The text of the `source` of a call, when it is one.
fn source(call: &Declared<'_>) -> Option<String> {
    call.argument("source")?.expr().as_plain_string()
}

impl Module<'_> {
    /// Whether `terraform init` has put it where it lies: it is the code of other people.
    pub fn is_foreign(&self) -> bool {
        self.files.directory.split('/').any(|part| part == ".terraform")
    }
}

/// The path of `directory` as seen from `base`, both relative to the same directory; `None` when
/// their words do not tell.
pub(crate) fn relative(base: &str, directory: &str) -> Option<String> {
    let parts = |path: &'_ str| -> Vec<Cow<'_, str>> {
        path.split('/').filter(|part| *part != ".").map(|part| part.to_owned().into()).collect()
    };
    let (base, directory) = (parts(base), parts(directory));
    let shared = base.iter().zip(&directory).take_while(|(one, two)| one == two).count();
    let up = &base[shared..];
    if up.iter().any(|part| part == "..") {
        return None;
    }
    let steps = up.iter().map(|_| "..").chain(directory[shared..].iter().map(AsRef::as_ref));
    let path = steps.collect::<Vec<_>>().join("/");
    Some(if path.is_empty() { ".".to_owned() } else { path })
}
