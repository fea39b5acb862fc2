//! Reads the files of the modules that were found.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diagnostics::{Diagnostic, Level, core};
use module::ModuleFiles;
use rayon::prelude::*;
use source::{FileId, FileSet, Location, ReadError, SourceFile, TextRange};

use crate::FILE_LIMIT;
use crate::directory::UnreadFiles;
use crate::discover::{Found, FoundModule, ShownPath};
use crate::disk::Disk;
use crate::error::ProjectError;
use crate::paths::{display_path, resolved, slashed};
use crate::read::{read, read_anywhere};

/// All that a run reads.
#[derive(Debug)]
pub struct Discovery {
    /// The files of all modules, sorted by path, then files that could not be read (without text),
    /// then `--var-file` files.
    pub files: FileSet,
    /// The modules, sorted by directory.
    pub modules: Vec<ModuleFiles>,
    /// For each module the files that are known and not read yet.
    pub unread: Vec<UnreadFiles>,
    /// What could not be read or is too long, sorted by path.
    pub problems: Vec<Diagnostic>,
    /// What is to be said apart from diagnostics.
    pub notices: Vec<String>,
    /// The project root that all modules share, else the working directory; absolute,
    /// `/`-separated, without the first `/`.
    pub root: String,
    /// The working directory, written likewise.
    pub directory: String,
    /// Files on request.
    pub disk: Disk,
    cwd: PathBuf,
    ids: Ids,
    /// Files whose diagnostics are not wanted: those beside a file that was given.
    unwanted: BTreeSet<FileId>,
}

/// The files that were read, and those that could not be.
type Ids = BTreeMap<PathBuf, Result<FileId, FileId>>;

impl Found {
    /// Reads all files, in parallel. The result does not depend on the number of threads.
    pub fn load(self) -> Discovery {
        let paths: BTreeSet<ShownPath> = self
            .modules
            .values()
            .flat_map(|module| module.files.config.iter().chain(&module.files.variable_files))
            .map(|path| (display_path(path, &self.cwd), path.clone()))
            .collect();
        let roots = self.disk.roots();
        let texts: Vec<_> = paths
            .into_par_iter()
            .map(|(shown, path)| {
                let text = read(&path, roots, FILE_LIMIT);
                (shown, path, text)
            })
            .collect();

        let mut loader = Loader::default();
        for (shown, path, text) in texts {
            loader.add(&shown, path, text);
        }
        for ((shown, _), reason) in &self.problems {
            loader.problem(shown, &ReadError::Io(reason.clone()));
        }
        let mut discovery = Discovery {
            files: loader.files,
            modules: Vec::with_capacity(self.modules.len()),
            unread: Vec::with_capacity(self.modules.len()),
            problems: loader.problems,
            notices: self.notices,
            root: slashed(&self.root),
            directory: slashed(&self.cwd),
            disk: self.disk,
            cwd: self.cwd,
            ids: loader.ids,
            unwanted: BTreeSet::new(),
        };
        for ((directory, _), found) in self.modules {
            discovery.add(directory, found);
        }
        discovery.finish()
    }
}

#[derive(Default)]
struct Loader {
    files: FileSet,
    ids: Ids,
    problems: Vec<Diagnostic>,
}

impl Loader {
    fn add(&mut self, shown: &str, path: PathBuf, text: Result<Arc<[u8]>, ReadError>) {
        let id = match text {
            Ok(text) => Ok(self.files.add(SourceFile::new(shown, text))),
            Err(error) => Err(self.problem(shown, &error)),
        };
        self.ids.insert(path, id);
    }

    /// A file without text that the diagnostic about it can sit on.
    fn problem(&mut self, shown: &str, error: &ReadError) -> FileId {
        let id = self.files.add(SourceFile::new(shown, &b""[..]));
        let (rule, level, message) = match error {
            ReadError::NotFound => {
                (core::UNREADABLE_FILE, Level::Error, "cannot be read: it is not there".to_owned())
            }
            ReadError::OutsideProject => (
                core::UNREADABLE_FILE,
                Level::Warning,
                "is not read: it is a link that leads out of the project".to_owned(),
            ),
            ReadError::TooLarge(_) => {
                (core::LIMIT, Level::Warning, "is not read: it is longer than 16 MiB".to_owned())
            }
            ReadError::Io(words) => {
                (core::UNREADABLE_FILE, Level::Error, format!("cannot be read: {words}"))
            }
        };
        let place = Location::new(id, TextRange::empty(0));
        self.problems.push(Diagnostic::new(rule, level, place, message));
        id
    }
}

impl Discovery {
    fn add(&mut self, directory: String, found: FoundModule) {
        let FoundModule { files, wanted } = found;
        let mut module = ModuleFiles { directory, ..ModuleFiles::default() };
        let unread = &files.unread;
        module.has_unread_config = !unread.json_config.is_empty() || !unread.overrides.is_empty();
        module.has_unread_overrides = !unread.overrides.is_empty();
        module.has_unread_variables = !unread.json_variables.is_empty();
        module.has_lock_file = files.has_lock_file;
        let config = files.config.iter().map(|path| (path, true));
        for (path, is_config) in config.chain(files.variable_files.iter().map(|path| (path, false)))
        {
            let id = self.ids.get(path).expect("invariant: all files of modules were read");
            let (Ok(file) | Err(file)) = id;
            if wanted.as_ref().is_some_and(|wanted| !wanted.contains(path)) {
                self.unwanted.insert(*file);
            }
            match id {
                Ok(id) if is_config => module.config.push(*id),
                Ok(id) => module.variable_files.push(*id),
                Err(_) if is_config => module.has_unread_config = true,
                Err(_) => module.has_unread_variables = true,
            }
        }
        self.modules.push(module);
        self.unread.push(files.unread);
    }

    /// Sorts the problems, and leaves out those that are not wanted.
    fn finish(mut self) -> Self {
        let mut problems = std::mem::take(&mut self.problems);
        problems.retain(|problem| self.wants(problem.location.file));
        problems.sort_by_key(|problem| self.files.get(problem.location.file).path().to_owned());
        self.problems = problems;
        self
    }

    /// Whether diagnostics in `file` are asked for. They are not in the other files of a module of
    /// which only single files were given.
    pub fn wants(&self, file: FileId) -> bool {
        !self.unwanted.contains(&file)
    }

    /// Number of files that are checked.
    pub fn file_count(&self) -> usize {
        let of_module = |module: &ModuleFiles| {
            let files = module.config.iter().chain(&module.variable_files);
            files.filter(|file| self.wants(**file)).count()
        };
        self.modules.iter().map(of_module).sum()
    }

    /// Whether `path`, relative to the working directory, is one of the files that were found.
    pub fn reads(&self, path: &Path) -> bool {
        let is_same =
            |other: &Path, real: &Path| fs::canonicalize(other).is_ok_and(|other| other == real);
        fs::canonicalize(self.cwd.join(path))
            .is_ok_and(|real| self.ids.keys().any(|other| is_same(other, &real)))
    }

    /// Adds a `--var-file`, wherever it lies, or gives the id that it has already. Its diagnostics
    /// are wanted.
    pub fn add_variable_file(&mut self, path: &Path) -> Result<FileId, ProjectError> {
        if path.extension().is_some_and(|extension| extension == "json") {
            return Err(ProjectError::Json { path: path.to_owned() });
        }
        let full = resolved(path, &self.cwd);
        if let Some(Ok(known)) = self.ids.get(&full) {
            self.unwanted.remove(known);
            return Ok(*known);
        }
        let text = read_anywhere(&full, FILE_LIMIT).map_err(|error| match error {
            ReadError::TooLarge(_) => ProjectError::TooLarge { path: path.to_owned() },
            ReadError::NotFound | ReadError::OutsideProject => {
                ProjectError::Missing { path: path.to_owned() }
            }
            ReadError::Io(reason) => ProjectError::Unreadable { path: path.to_owned(), reason },
        })?;
        let id = self.files.add(SourceFile::new(display_path(&full, &self.cwd), text));
        self.ids.insert(full, Ok(id));
        Ok(id)
    }
}
