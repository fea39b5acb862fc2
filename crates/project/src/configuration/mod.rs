//! The configuration files of cfglint: found upwards from each directory, read once, and what they
//! exclude. Never fails for what they say: that is diagnostics.

mod layer;
mod patterns;
mod policies;
mod table;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use config::{FILE_NAME, Overrides};
use rulebook::RuleIndex;
use source::{ReadError, Text};

use crate::directory;
use crate::error::ProjectError;
use crate::paths::{Project, resolved};
use crate::schemas::SchemaFile;
use layer::{Base, Chain, Layer};
pub(crate) use policies::Configured;
use table::Table;

/// Where the configuration of cfglint comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ConfigSource {
    /// From the files that are found upwards from each directory.
    #[default]
    Search,
    /// From this file for all directories.
    File(PathBuf),
    /// From nowhere.
    None,
}

/// What decides over files and rules, apart from what the files say.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Where the configuration comes from.
    pub source: ConfigSource,
    /// What wins over it.
    pub overrides: Overrides,
    /// The rules that there are.
    pub index: RuleIndex,
}

/// All configuration files that were met so far.
#[derive(Debug)]
pub(crate) struct Configuration {
    setup: Setup,
    cwd: PathBuf,
    /// The working directory, links resolved.
    real_cwd: PathBuf,
    /// The directories that were given.
    directories: BTreeSet<PathBuf>,
    /// Texts that stand in for those on the disk.
    texts: HashMap<PathBuf, Text>,
    /// Directories that are project roots when there is no other sign of one.
    boundaries: BTreeSet<PathBuf>,
    /// Whether something was excluded.
    leaves_out: AtomicBool,
    state: RwLock<State>,
}

#[derive(Debug, Default)]
struct State {
    places: HashMap<PathBuf, Arc<Place>>,
    table: Table,
    /// The chain of all directories when the configuration is not searched for.
    fixed: Option<Arc<Chain>>,
}

/// What is known of one directory.
#[derive(Clone, Debug)]
struct Place {
    /// The directory, when a link leads to it.
    real: Option<PathBuf>,
    /// The project root; `None` in directories above all that were given.
    root: Option<PathBuf>,
    is_in_repository: bool,
    chain: Arc<Chain>,
}

impl Configuration {
    /// The configuration of `directories` and what lies below them; all paths are absolute. Those of
    /// `texts` stand in for what is on the disk.
    pub(crate) fn new(
        setup: Setup,
        cwd: &Path,
        directories: BTreeSet<PathBuf>,
        texts: HashMap<PathBuf, Text>,
    ) -> Result<Self, ProjectError> {
        let real_cwd = real(cwd);
        let outside = directories.iter().map(|path| real(path));
        let mut boundaries: BTreeSet<_> =
            outside.filter(|path| !path.starts_with(&real_cwd)).collect();
        boundaries.insert(real_cwd.clone());
        let cwd = clean(cwd);
        let mut new = Self {
            setup,
            cwd,
            real_cwd,
            directories,
            texts,
            boundaries,
            leaves_out: AtomicBool::new(false),
            state: RwLock::default(),
        };
        let mut state = State::default();
        state.fixed = new.fixed(&mut state.table)?;
        new.state = RwLock::new(state);
        for directory in &new.directories {
            let real = real(directory);
            let mut place = Place::clone(&new.place(&real));
            if real != *directory {
                place.real = Some(real);
                let mut state = new.state.write().unwrap_or_else(PoisonError::into_inner);
                state.places.insert(directory.clone(), Arc::new(place));
            }
        }
        Ok(new)
    }

    /// The same, read anew with other texts.
    fn with_texts(&self, texts: HashMap<PathBuf, Text>) -> Result<Self, ProjectError> {
        Self::new(self.setup.clone(), &self.cwd, self.directories.clone(), texts)
    }

    /// The chain that holds everywhere; `None` when it is searched for.
    fn fixed(&self, table: &mut Table) -> Result<Option<Arc<Chain>>, ProjectError> {
        let path = match &self.setup.source {
            ConfigSource::Search => return Ok(None),
            ConfigSource::None => return Ok(Some(Arc::default())),
            ConfigSource::File(path) => path,
        };
        if directory::is_of_terraform(path) {
            return Err(ProjectError::NoConfig { path: path.clone() });
        }
        let full = resolved(path, &self.cwd);
        let directory = real(full.parent().unwrap_or(&self.cwd));
        let entry = table.read(full, &self.texts, &self.setup.index);
        if let Err(error) = &table.get(entry).text {
            return Err(ProjectError::of_config(path, error));
        }
        let repository = directory.ancestors().find(|above| above.join(".git").exists());
        let in_cwd = directory.starts_with(&self.real_cwd).then_some(&*self.real_cwd);
        let root = repository.or(in_cwd).unwrap_or(&directory);
        let base = Base { directory: &self.cwd, root };
        let layer = Layer::new(entry, base, table, &self.texts, &self.setup.index);
        Ok(Some(Arc::new(Chain::default().with(layer))))
    }

    /// What is known of `directory`, which is absolute.
    fn place(&self, directory: &Path) -> Arc<Place> {
        let known = self.state.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = known.places.get(directory) {
            return place.clone();
        }
        drop(known);
        // Patterns are matched by the bytes of paths, which may have no `.` in them then.
        let directory = &*clean(directory);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let is_new = |path: &&Path| !state.places.contains_key(*path);
        let missing: Vec<&Path> = directory.ancestors().take_while(is_new).collect();
        // Paths may be longer than a stack is deep.
        for path in missing.into_iter().rev() {
            let above = path.parent().and_then(|above| state.places.get(above).cloned());
            let place = self.look(path, above.as_deref(), &mut state);
            state.places.insert(path.to_owned(), Arc::new(place));
        }
        let place = state.places.get(directory).cloned();
        place.expect("invariant: the directory is the first of its ancestors")
    }

    /// Looks at `directory`; `above` is the one that holds it.
    fn look(&self, directory: &Path, above: Option<&Place>, state: &mut State) -> Place {
        let name = directory.file_name();
        let real = above.and_then(|above| Some(above.real.as_ref()?.join(name?)));
        let at = real.as_deref().unwrap_or(directory);
        let is_repository = at.join(".git").exists();
        let inherited = above.filter(|above| above.root.is_some() && !is_repository);
        let is_boundary = self.boundaries.contains(at);
        let root = match inherited {
            Some(above) => above.root.clone(),
            None => (is_repository || is_boundary).then(|| at.to_owned()),
        };
        let is_in_repository = is_repository || above.is_some_and(|above| above.is_in_repository);
        let inherited = inherited.map(|above| above.chain.clone());
        let mut place = Place { real: None, root, is_in_repository, chain: Arc::default() };
        if let Some(fixed) = &state.fixed {
            place.chain = fixed.clone();
        } else {
            self.search(at, inherited, &mut place, &mut state.table);
        }
        Place { real, ..place }
    }

    /// Adds the configuration file of `directory` to those that count from above.
    fn search(
        &self,
        directory: &Path,
        inherited: Option<Arc<Chain>>,
        place: &mut Place,
        table: &mut Table,
    ) {
        let path = directory.join(FILE_NAME);
        let metadata = fs::symlink_metadata(&path);
        // Where nothing can be looked at, the files beside it cannot be read either.
        let Ok(metadata) = metadata else {
            place.chain = inherited.unwrap_or_default();
            return;
        };
        let outer_root = place.root.clone().unwrap_or_else(|| directory.to_owned());
        let leads_out = metadata.is_symlink()
            && fs::canonicalize(&path).is_ok_and(|real| !real.starts_with(&outer_root));
        let entry = if leads_out {
            table.refuse(path, ReadError::OutsideProject)
        } else {
            table.read(path, &self.texts, &self.setup.index)
        };
        let is_root = table.get(entry).reading.config.root;
        if is_root {
            place.root = Some(directory.to_owned());
        }
        let Some(root) = &place.root else { return };
        let outer = inherited.filter(|_| !is_root).unwrap_or_default();
        let base = Base { directory, root };
        let layer = Layer::new(entry, base, table, &self.texts, &self.setup.index);
        place.chain = Arc::new(outer.with(layer));
    }

    /// The project that `directory` belongs to, one of those that were given.
    pub(crate) fn project(&self, directory: &Path) -> Project {
        let place = self.place(directory);
        let root = place.root.clone().unwrap_or_else(|| directory.to_owned());
        Project { root, is_repository: place.is_in_repository }
    }

    /// Whether the configuration excludes the directory at `path`, looked at by itself.
    pub(crate) fn excludes_directory(&self, path: &Path) -> bool {
        let (Some(above), Some(name)) = (path.parent(), path.file_name()) else {
            return false;
        };
        let place = self.place(above);
        place.chain.has_patterns() && {
            let above = place.real.as_deref().unwrap_or(above);
            let is_excluded = place.chain.excludes(&clean(above).join(name), true);
            self.leaves_out.fetch_or(is_excluded, Ordering::Relaxed);
            is_excluded
        }
    }

    /// Those of `files`, which lie in `directory`, that the configuration excludes.
    pub(crate) fn excluded<'f>(
        &self,
        directory: &Path,
        files: impl Iterator<Item = &'f PathBuf>,
    ) -> BTreeSet<&'f PathBuf> {
        let place = self.place(directory);
        if !place.chain.has_patterns() {
            return BTreeSet::new();
        }
        let directory = clean(place.real.as_deref().unwrap_or(directory));
        let is_excluded = |file: &&PathBuf| {
            let name = file.file_name();
            name.is_some_and(|name| place.chain.excludes(&directory.join(name), false))
        };
        let excluded: BTreeSet<_> = files.filter(is_excluded).collect();
        self.leaves_out.fetch_or(!excluded.is_empty(), Ordering::Relaxed);
        excluded
    }

    /// Whether something was excluded.
    pub(crate) fn leaves_out(&self) -> bool {
        self.leaves_out.load(Ordering::Relaxed)
    }

    /// The schemas of providers that the configuration of `directory` names, the outermost first.
    pub(crate) fn schemas(&self, directory: &Path) -> Vec<SchemaFile> {
        let chain = self.chain(directory);
        chain.layers.iter().flat_map(|layer| layer.schemas.iter().cloned()).collect()
    }

    fn chain(&self, directory: &Path) -> Arc<Chain> {
        self.place(directory).chain.clone()
    }
}

fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// `path` without `.`.
fn clean(path: &Path) -> PathBuf {
    path.components().collect()
}
