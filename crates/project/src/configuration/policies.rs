//! The configuration as a run needs it: what holds for each file and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use config::Policy;
use diagnostics::Diagnostic;
use source::{FileId, FileSet, Location, SourceFile, Text};

use super::Configuration;
use super::layer::Chain;
use super::table::Table;
use crate::paths::display_path;

/// The policies of a run and the files that they come from.
#[derive(Debug)]
pub(crate) struct Configured {
    configuration: Arc<Configuration>,
    /// The directories for which configuration was searched.
    directories: BTreeSet<PathBuf>,
    /// The configuration files that count for them.
    ids: BTreeMap<PathBuf, FileId>,
    /// Their ids once more.
    files: BTreeSet<FileId>,
    policies: Vec<Policy>,
    /// The policy of a chain, by its address; the chains are kept by the configuration.
    by_chain: HashMap<usize, usize>,
    of_file: HashMap<FileId, usize>,
    problems: Vec<Diagnostic>,
}

impl Configured {
    /// Nothing yet of `configuration`.
    pub(crate) fn new(configuration: Arc<Configuration>) -> Self {
        Self {
            configuration,
            directories: BTreeSet::new(),
            ids: BTreeMap::new(),
            files: BTreeSet::new(),
            policies: Vec::new(),
            by_chain: HashMap::new(),
            of_file: HashMap::new(),
            problems: Vec::new(),
        }
    }

    /// Searches for `directories`, and adds the files that count to `files`; gives those that are
    /// new, each with what holds for it.
    pub(crate) fn extend(
        &mut self,
        directories: BTreeSet<PathBuf>,
        files: &mut FileSet,
    ) -> Vec<(PathBuf, FileId)> {
        let mut found = self.configuration.counting(&directories);
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut new = Vec::new();
        for (path, text) in found {
            if !self.ids.contains_key(&path) {
                let shown = self.configuration.shown(&path);
                let id = files.add(SourceFile::new(shown, text));
                self.files.insert(id);
                self.ids.insert(path.clone(), id);
                new.push((path, id));
            }
        }
        self.directories.extend(directories);
        for (path, id) in &new {
            self.add([*id], path.parent().unwrap_or(path));
        }
        if !new.is_empty() {
            self.problems = self.configuration.problems(&self.directories, &self.ids);
        }
        new
    }

    /// What is known of configuration files.
    pub(crate) fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// What holds for `file`.
    pub(crate) fn policy(&self, file: FileId) -> Option<&Policy> {
        self.policies.get(*self.of_file.get(&file)?)
    }

    /// All that holds somewhere.
    pub(crate) fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// Says that `files` lie in `directory`, which is absolute.
    pub(crate) fn add(&mut self, files: impl IntoIterator<Item = FileId>, directory: &Path) {
        let chain = self.configuration.chain(directory);
        let key = Arc::as_ptr(&chain) as usize;
        let policy = *self.by_chain.entry(key).or_insert_with(|| {
            self.policies.push(self.configuration.policy(&chain));
            self.policies.len() - 1
        });
        self.of_file.extend(files.into_iter().map(|file| (file, policy)));
    }

    /// Whether the configuration excluded something.
    pub(crate) fn leaves_out(&self) -> bool {
        self.configuration.leaves_out()
    }

    /// Whether `file` is one of them.
    pub(crate) fn is_config(&self, file: FileId) -> bool {
        self.files.contains(&file)
    }

    /// What is wrong with the configuration when its files have the texts of `files`.
    pub(crate) fn problems(&self, files: &FileSet) -> Vec<Diagnostic> {
        let changed = self.configuration.changed(&self.ids, files);
        if changed.is_empty() {
            return self.problems.clone();
        }
        let again = self.configuration.with_texts(changed);
        again.map_or_else(|_| Vec::new(), |again| again.problems(&self.directories, &self.ids))
    }
}

impl Configuration {
    /// The chains of `directories`, each once.
    fn chains(&self, directories: &BTreeSet<PathBuf>) -> Vec<Arc<Chain>> {
        let mut chains: Vec<Arc<Chain>> = Vec::new();
        let mut seen = BTreeSet::new();
        for directory in directories {
            let chain = self.chain(directory);
            if seen.insert(Arc::as_ptr(&chain) as usize) {
                chains.push(chain);
            }
        }
        chains
    }

    /// Paths and texts of the files that count for `directories`; of those that cannot be read the
    /// text is empty.
    fn counting(&self, directories: &BTreeSet<PathBuf>) -> Vec<(PathBuf, Text)> {
        let chains = self.chains(directories);
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let layers = chains.iter().flat_map(|chain| &chain.layers);
        let places: BTreeSet<usize> =
            layers.flat_map(|layer| layer.files.iter().copied()).collect();
        let entries = places.into_iter().map(|place| state.table.get(place));
        entries.map(|entry| (entry.path.clone(), entry.text.clone().unwrap_or_default())).collect()
    }

    /// What is wrong with the files that count for `directories`, in places of `ids`.
    fn problems(
        &self,
        directories: &BTreeSet<PathBuf>,
        ids: &BTreeMap<PathBuf, FileId>,
    ) -> Vec<Diagnostic> {
        let chains = self.chains(directories);
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let mut problems = Vec::new();
        let (mut files, mut layers) = (BTreeSet::new(), BTreeSet::new());
        for layer in chains.iter().flat_map(|chain| &chain.layers) {
            if layers.insert(Arc::as_ptr(layer) as usize) {
                problems.extend(layer.problems.iter().cloned());
            }
            let new = layer.files.iter().filter(|place| files.insert(**place));
            problems.extend(new.flat_map(|place| state.table.get(*place).reading.problems.clone()));
        }
        problems.into_iter().filter_map(|problem| moved(problem, &state.table, ids)).collect()
    }

    fn policy(&self, chain: &Chain) -> Policy {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let files = chain.layers.iter().flat_map(|layer| &layer.files);
        let configs: Vec<_> = files.map(|file| &state.table.get(*file).reading.config).collect();
        Policy::new(&configs, &self.setup.overrides, &self.setup.index)
    }

    /// The files of `ids` that have another text in `files`.
    fn changed(&self, ids: &BTreeMap<PathBuf, FileId>, files: &FileSet) -> HashMap<PathBuf, Text> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let text = |path: &PathBuf| state.table.find(path)?.text.clone().ok();
        let new = ids.iter().map(|(path, id)| (path, files.get(*id).text()));
        let changed = new.filter(|(path, new)| text(path).is_some_and(|old| old != **new));
        changed.map(|(path, new)| (path.clone(), new.clone())).collect()
    }

    /// `path` as output shows it.
    fn shown(&self, path: &Path) -> String {
        // Links on the way to the working directory are resolved in some paths.
        let is_real = path.starts_with(&self.real_cwd) && !path.starts_with(&self.cwd);
        display_path(path, if is_real { &self.real_cwd } else { &self.cwd })
    }
}

/// `problem` in places of `ids` instead of those of the table; `None` when its file is not there.
fn moved(
    mut problem: Diagnostic,
    table: &Table,
    ids: &BTreeMap<PathBuf, FileId>,
) -> Option<Diagnostic> {
    let relocated = |location: Location| {
        let path = &table.get(location.file.0 as usize).path;
        ids.get(path).map(|id| Location::new(*id, location.range))
    };
    problem.location = relocated(problem.location)?;
    problem.related.retain_mut(|related| {
        relocated(related.location).map(|location| related.location = location).is_some()
    });
    for edit in problem.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
        edit.location = relocated(edit.location)?;
    }
    Some(problem)
}
