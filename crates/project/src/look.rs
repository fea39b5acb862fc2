//! Looks at the directories that calls name. Never says that one is not there unless that is sure.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use module::Absence;
use source::ReadError;

use crate::directory::{self, DirectoryFiles};
use crate::load::Discovery;
use crate::paths::cleaned;
use crate::read::words;

/// What lies in a directory.
pub(crate) enum Seen {
    /// The module at that place of the run.
    Known(usize),
    /// A module that is not in the run.
    New {
        path: PathBuf,
        /// The same with links resolved.
        real: PathBuf,
        files: DirectoryFiles,
    },
    /// No module that may be read.
    Absent(Absence),
}

/// The directories of the modules, links resolved.
#[derive(Default)]
pub(crate) struct Look {
    /// The places of the modules; `None` as long as nobody asked.
    modules: Option<HashMap<PathBuf, usize>>,
    /// The names in directories by the same in lower case, where calls name what is not there.
    names: HashMap<PathBuf, HashMap<String, OsString>>,
}

impl Look {
    /// Looks at what the local `source` in the module at `caller` leads to.
    pub(crate) fn local(&mut self, discovery: &Discovery, caller: usize, source: &str) -> Seen {
        let caller = &discovery.places[caller].path;
        let by_words = cleaned(&caller.join(source));
        let seen = self.at(discovery, &by_words);
        if !matches!(seen, Seen::Absent(_)) {
            return seen;
        }
        // Terraform starts where links lead, and goes up from there.
        let real = fs::canonicalize(caller).unwrap_or_else(|_| caller.clone());
        if real == *caller {
            return seen;
        }
        let other = self.at(discovery, &cleaned(&real.join(source)));
        if matches!((&seen, &other), (Seen::Absent(Absence::NotFound), _) | (_, Seen::Known(_))) {
            return other;
        }
        seen
    }

    /// Looks at the directory at `path`, which is absolute.
    pub(crate) fn at(&mut self, discovery: &Discovery, path: &Path) -> Seen {
        let real = match discovery.disk.locate(path) {
            Ok(real) => real,
            Err(error) => return Seen::Absent(self.absence(discovery, &error, path)),
        };
        if let Some(at) = self.modules(discovery).get(&real) {
            return Seen::Known(*at);
        }
        match fs::metadata(&real) {
            Ok(found) if !found.is_dir() => return Seen::Absent(Absence::NotFound),
            Ok(_) => {}
            Err(error) => return Seen::Absent(Absence::NotRead(words(&error))),
        }
        match directory::list(path) {
            Ok(files) if files.config.is_empty() && files.overrides.is_empty() => {
                Seen::Absent(Absence::Empty)
            }
            Ok(files) => Seen::New { path: path.to_owned(), real, files },
            Err(error) => Seen::Absent(Absence::NotRead(words(&error))),
        }
    }

    /// Says that the module in the directory `real` has this place.
    pub(crate) fn add(&mut self, real: PathBuf, at: usize) {
        self.modules.get_or_insert_default().insert(real, at);
    }

    /// Why nothing was found at `path`.
    fn absence(&mut self, discovery: &Discovery, error: &ReadError, path: &Path) -> Absence {
        match error {
            ReadError::NotFound if self.differs_in_case(discovery, path) => Absence::NotRead(
                "a directory of that name is there, but in other upper and lower case".to_owned(),
            ),
            ReadError::NotFound => Absence::NotFound,
            ReadError::OutsideProject => {
                Absence::NotRead("it lies outside of the project".to_owned())
            }
            ReadError::TooLarge(_) => Absence::NotRead("it is too large".to_owned()),
            ReadError::Io(words) => Absence::NotRead(words.clone()),
        }
    }

    /// Whether something is at `path` for a system that does not tell upper from lower case.
    fn differs_in_case(&mut self, discovery: &Discovery, path: &Path) -> bool {
        let mut found = PathBuf::new();
        let mut differs = false;
        for part in path.components() {
            let next = found.join(part);
            if fs::symlink_metadata(&next).is_ok() {
                found = next;
                continue;
            }
            let names = self.names.entry(found.clone()).or_insert_with(|| names_in(&found));
            let Some(name) = names.get(&part.as_os_str().to_string_lossy().to_lowercase()) else {
                return false;
            };
            found.push(name);
            differs = true;
            // Where a link leads out, whether something is there is not told.
            if discovery.disk.locate(&found).is_err() {
                return false;
            }
        }
        differs
    }

    fn modules(&mut self, discovery: &Discovery) -> &HashMap<PathBuf, usize> {
        self.modules.get_or_insert_with(|| {
            let real = |path: &PathBuf| fs::canonicalize(path).unwrap_or_else(|_| path.clone());
            // The walk does not follow links: only those that were given may have some in them.
            let linked: Vec<_> =
                discovery.given.iter().filter(|path| real(path) != **path).collect();
            let places = discovery.places.iter().enumerate();
            let modules = places.map(|(at, place)| {
                let is_linked = linked.iter().any(|path| place.path.starts_with(path));
                (if is_linked { real(&place.path) } else { place.path.clone() }, at)
            });
            modules.collect()
        })
    }
}

impl Discovery {
    /// Whether `real`, a directory, lies below a `.terraform` of the project: it is the code of
    /// other people.
    pub(crate) fn is_foreign(&self, real: &Path) -> bool {
        let mut within = self.disk.roots().iter().filter_map(|root| real.strip_prefix(root).ok());
        within.all(|path| path.components().any(|part| part.as_os_str() == ".terraform"))
    }

    /// The files of a directory that is called whose diagnostics may be wanted; all when `None`.
    pub(crate) fn wanted_files(
        &self,
        directory: &Path,
        files: &DirectoryFiles,
    ) -> Option<BTreeSet<PathBuf>> {
        if self.is_foreign(directory) {
            return Some(BTreeSet::new());
        }
        let configuration = self.configured.configuration();
        let root = configuration.project(directory).root;
        let mut above = directory.ancestors().take_while(|path| **path != root);
        if above.any(|path| configuration.excludes_directory(path)) {
            return Some(BTreeSet::new());
        }
        let excluded = configuration.excluded(directory, files.all());
        let rest = || files.all().filter(|file| !excluded.contains(file)).cloned().collect();
        (!excluded.is_empty()).then(rest)
    }
}

/// The names in `directory` by the same in lower case.
fn names_in(directory: &Path) -> HashMap<String, OsString> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
    // Of names that differ in case only it is always the same one.
    names.sort_unstable();
    names.into_iter().map(|name| (name.to_string_lossy().to_lowercase(), name)).collect()
}
