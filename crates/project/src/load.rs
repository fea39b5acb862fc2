//! Reads the files of the modules that were found.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::mem::take;
use std::path::{Path, PathBuf};

use config::Policy;
use diagnostics::{Diagnostic, Level, core};
use module::{Absence, ModuleFiles};
use rayon::prelude::*;
use source::{FileId, FileSet, Location, ReadError, SourceFile, Text, TextRange};
use syntax::{Syntax, Tree};

use crate::FILE_LIMIT;
use crate::configuration::Configured;
use crate::discover::{Found, FoundModule, ShownPath};
use crate::disk::Disk;
use crate::error::ProjectError;
use crate::lock;
use crate::paths::{display_path, resolved, slashed};
use crate::read::{read, read_anywhere, refusal};

/// All that a run reads.
#[derive(Debug)]
pub struct Discovery {
    /// The files of all modules that were found, sorted by path, then files that could not be read
    /// (without text), then the configuration files of cfglint, then the files of modules that calls
    /// lead to, then `--var-file` files.
    pub files: FileSet,
    /// The modules, sorted by directory.
    pub modules: Vec<ModuleFiles>,
    /// What is known of directories that calls lead to and that are no modules of the run by that
    /// name, written as in [`ModuleFiles::directory`].
    pub absent: BTreeMap<String, Absence>,
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
    pub(crate) cwd: PathBuf,
    /// Directories that were given, and those of files that were given.
    pub(crate) given: BTreeSet<PathBuf>,
    /// Where the modules lie, in their order.
    pub(crate) places: Vec<Place>,
    /// All files and directories that were looked at, each once.
    pub(crate) ids: Vec<(PathBuf, ReadId)>,
    pub(crate) configured: Configured,
    /// Variable files of the command line in JSON, whatever the end of their names says.
    json_variables: BTreeSet<FileId>,
    /// Files whose diagnostics are not wanted: those beside a file that was given.
    pub(crate) unwanted: BTreeSet<FileId>,
}

/// The id of a file that was read, or of one that could not be.
pub(crate) type ReadId = Result<FileId, FileId>;

impl Found {
    /// Reads all files, in parallel. The result does not depend on the number of threads.
    pub fn load(self) -> Discovery {
        let mut loader = Loader::default();
        let of_modules = loader.read(self.modules.values(), &self.cwd, &self.disk);
        let locked = lock::read_all(self.modules.values(), &self.disk);
        for ((shown, path), reason) in &self.problems {
            let id = loader.problem(shown, &ReadError::Io(reason.clone()));
            loader.ids.push((path.clone(), Err(id)));
        }
        let configured = loader.configured(&self);
        let mut discovery = Discovery {
            files: loader.files,
            modules: Vec::with_capacity(self.modules.len()),
            absent: BTreeMap::new(),
            problems: loader.problems,
            notices: self.notices,
            root: slashed(&self.root),
            directory: slashed(&self.cwd),
            disk: self.disk,
            cwd: self.cwd,
            given: self.directories,
            places: Vec::with_capacity(self.modules.len()),
            ids: loader.ids,
            configured,
            json_variables: BTreeSet::new(),
            unwanted: BTreeSet::new(),
        };
        let mut of_modules = of_modules.into_iter();
        for (((directory, path), found), locked) in self.modules.into_iter().zip(locked) {
            discovery.places.push(Place { path, is_asked: found.is_whole, is_wanted: true });
            discovery.add(directory, found, locked, &mut of_modules);
        }
        discovery.finish();
        discovery
    }
}

/// Where a module of a run lies.
#[derive(Debug)]
pub(crate) struct Place {
    /// Its directory, absolute.
    pub(crate) path: PathBuf,
    /// Whether all of it was asked for, so that what it calls is of interest too.
    pub(crate) is_asked: bool,
    /// Whether it is one of the modules that are checked.
    pub(crate) is_wanted: bool,
}

/// Reads files into a set.
#[derive(Default)]
struct Loader {
    files: FileSet,
    ids: Vec<(PathBuf, ReadId)>,
    problems: Vec<Diagnostic>,
}

impl Loader {
    /// Reads all files of `modules`; gives their ids, module by module.
    fn read<'m>(
        &mut self,
        modules: impl Iterator<Item = &'m FoundModule>,
        cwd: &Path,
        disk: &Disk,
    ) -> Vec<ReadId> {
        let mut paths: Vec<(ShownPath, usize)> = modules
            .flat_map(|module| module.files.all())
            .map(|path| (display_path(path, cwd), path.clone()))
            .enumerate()
            .map(|(place, path)| (path, place))
            .collect();
        paths.sort();
        let texts: Vec<_> = paths
            .into_par_iter()
            .map(|((shown, path), place)| {
                let text = read(&path, disk.roots(), FILE_LIMIT);
                (shown, path, place, text)
            })
            .collect();
        let mut of_modules = vec![Err(FileId(0)); texts.len()];
        for (shown, path, place, text) in texts {
            of_modules[place] = self.add(&shown, path, text);
        }
        of_modules
    }

    fn add(&mut self, shown: &str, path: PathBuf, text: Result<Text, ReadError>) -> ReadId {
        let id = match text {
            Ok(text) => Ok(self.files.add(SourceFile::new(shown, text))),
            Err(error) => Err(self.problem(shown, &error)),
        };
        self.ids.push((path, id));
        id
    }

    /// Adds the configuration files that count for the files of `found`.
    fn configured(&mut self, found: &Found) -> Configured {
        let directory = |path: &'_ PathBuf| path.parent().unwrap_or(&found.cwd).to_owned();
        // Most files stand beside others of their directory.
        let groups = || self.ids.chunk_by(|(path, _), (next, _)| path.parent() == next.parent());
        let of_files = groups().map(|files| directory(&files[0].0));
        let directories = found.directories.iter().cloned().chain(of_files).collect();
        let mut configured = Configured::new(found.configuration.clone());
        let added = configured.extend(directories, &mut self.files);
        for files in groups() {
            let ids = files.iter().map(|(_, Ok(id) | Err(id))| *id);
            configured.add(ids, &directory(&files[0].0));
        }
        self.ids.extend(added.into_iter().map(|(path, id)| (path, Ok(id))));
        configured
    }

    /// A file without text that the diagnostic about it can sit on.
    fn problem(&mut self, shown: &str, error: &ReadError) -> FileId {
        let id = self.files.add(SourceFile::new(shown, &b""[..]));
        let (rule, level) = match error {
            ReadError::NotFound | ReadError::Io(_) => (core::UNREADABLE_FILE, Level::Error),
            ReadError::OutsideProject => (core::UNREADABLE_FILE, Level::Warning),
            ReadError::TooLarge(_) => (core::LIMIT, Level::Warning),
        };
        let message = refusal(error, FILE_LIMIT);
        let place = Location::new(id, TextRange::empty(0));
        self.problems.push(Diagnostic::new(rule, level, place, message));
        id
    }
}

impl Discovery {
    /// Reads more modules, whose files come after all others; gives the ids of the files of each,
    /// those that could not be read included. What is wrong with them is not sorted in yet.
    pub(crate) fn load_more(&mut self, found: Vec<(ShownPath, FoundModule)>) -> Vec<Vec<FileId>> {
        let mut loader = Loader {
            files: take(&mut self.files),
            ids: take(&mut self.ids),
            problems: take(&mut self.problems),
        };
        let ids = loader.read(found.iter().map(|(_, module)| module), &self.cwd, &self.disk);
        (self.files, self.ids, self.problems) = (loader.files, loader.ids, loader.problems);
        let mut of_modules = Vec::with_capacity(found.len());
        let locked = lock::read_all(found.iter().map(|(_, module)| module), &self.disk);
        let mut ids = ids.into_iter();
        for (((directory, path), module), locked) in found.into_iter().zip(locked) {
            let own = ids.by_ref().take(module.files.all().count()).collect::<Vec<_>>();
            of_modules.push(own.iter().map(|(Ok(id) | Err(id))| *id).collect());
            self.places.push(Place { path, is_asked: false, is_wanted: false });
            self.add(directory, module, locked, &mut own.into_iter());
        }
        of_modules
    }

    /// Adds a module, whose files come next in `ids`.
    fn add(
        &mut self,
        directory: String,
        found: FoundModule,
        locked: BTreeMap<String, String>,
        ids: &mut impl Iterator<Item = ReadId>,
    ) {
        let FoundModule { files, wanted, .. } = found;
        let mut module = ModuleFiles { directory, locked, ..ModuleFiles::default() };
        module.has_lock_file = files.lock_file.is_some();
        let mut take = |paths: &[PathBuf]| self.take(paths, wanted.as_ref(), ids);
        (module.config, module.has_unread_config) = take(&files.config);
        (module.overrides, module.has_unread_overrides) = take(&files.overrides);
        (module.variable_files, module.has_unread_variables) = take(&files.variable_files);
        module.has_unread_config |= module.has_unread_overrides;
        self.modules.push(module);
    }

    /// Takes the ids of `paths`: gives those of files that could be read, and whether some could not.
    fn take(
        &mut self,
        paths: &[PathBuf],
        wanted: Option<&BTreeSet<PathBuf>>,
        ids: &mut impl Iterator<Item = ReadId>,
    ) -> (Vec<FileId>, bool) {
        let mut read = Vec::with_capacity(paths.len());
        for (path, id) in paths.iter().zip(ids) {
            let (Ok(file) | Err(file)) = id;
            if wanted.is_some_and(|wanted| !wanted.contains(path)) {
                self.unwanted.insert(file);
            }
            read.extend(id);
        }
        let is_some_unread = read.len() < paths.len();
        (read, is_some_unread)
    }

    /// Sorts the problems, and leaves out those that are not wanted.
    pub(crate) fn finish(&mut self) {
        let mut problems = take(&mut self.problems);
        problems.retain(|problem| self.wants(problem.location.file));
        problems.sort_by_key(|problem| self.files.get(problem.location.file).path().to_owned());
        self.problems = problems;
    }

    /// Whether diagnostics in `file` are asked for. They are not in the other files of a module of
    /// which only single files were given, nor in modules that were read only because they are
    /// called, when these lie below `.terraform`, are excluded, or are not called by what was asked
    /// for.
    pub fn wants(&self, file: FileId) -> bool {
        !self.unwanted.contains(&file)
    }

    /// Whether the configuration excluded something that would be checked.
    pub fn leaves_out(&self) -> bool {
        self.configured.leaves_out()
    }

    /// What the configuration and the command line say of rules and levels in `file`.
    ///
    /// # Panics
    /// When `file` is of another set.
    pub fn policy(&self, file: FileId) -> &Policy {
        self.configured.policy(file).expect("invariant: every file has a policy")
    }

    /// All policies of the run.
    pub fn policies(&self) -> &[Policy] {
        self.configured.policies()
    }

    /// Whether `file` is a configuration file of cfglint, which is no Terraform configuration.
    pub fn is_config(&self, file: FileId) -> bool {
        self.configured.is_config(file)
    }

    /// What is wrong with the configuration when its files have the texts of `files`. All of it are
    /// diagnostics of the rule `core/config`. The policies stay those of the run.
    pub fn config_problems(&self, files: &FileSet) -> Vec<Diagnostic> {
        self.configured.problems(files)
    }

    /// The tree of `file` when it has that `text`.
    pub fn parsed(&self, file: FileId, text: Text) -> Tree {
        // Our own configuration is read elsewhere and is nothing to rules.
        let text = if self.is_config(file) { Text::default() } else { text };
        syntax::parse_as(text, self.syntax(file))
    }

    /// The syntax that `file` is written in.
    pub fn syntax(&self, file: FileId) -> Syntax {
        if self.json_variables.contains(&file) {
            return Syntax::JsonVariables;
        }
        Syntax::of_path(self.files.get(file).path())
    }

    /// Where `file` lies; `None` when it could not be read.
    pub(crate) fn path(&self, file: FileId) -> Option<PathBuf> {
        let known = self.ids.iter().find(|(_, Ok(id) | Err(id))| *id == file);
        match known {
            Some((path, id)) => id.is_ok().then(|| path.clone()),
            None => Some(self.cwd.join(self.files.get(file).path())),
        }
    }

    /// Number of files that are checked.
    pub fn file_count(&self) -> usize {
        let of_module = |module: &ModuleFiles| {
            let files = module.config.iter().chain(&module.overrides).chain(&module.variable_files);
            files.filter(|file| self.wants(**file)).count()
        };
        self.modules.iter().map(of_module).sum()
    }

    /// The modules that are checked: those that were found, and those that they call.
    pub fn checked_modules(&self) -> impl Iterator<Item = &ModuleFiles> {
        let modules = self.modules.iter().zip(&self.places);
        modules.filter(|(_, place)| place.is_wanted).map(|(module, _)| module)
    }

    /// Whether `path`, relative to the working directory, is one of the files that were found.
    pub fn reads(&self, path: &Path) -> bool {
        let is_same =
            |other: &Path, real: &Path| fs::canonicalize(other).is_ok_and(|other| other == real);
        fs::canonicalize(self.cwd.join(path))
            .is_ok_and(|real| self.ids.iter().any(|(other, _)| is_same(other, &real)))
    }

    /// Adds a `--var-file`, wherever it lies, or gives the id that it has already. Its diagnostics
    /// are wanted.
    pub fn add_variable_file(&mut self, path: &Path) -> Result<FileId, ProjectError> {
        let full = resolved(path, &self.cwd);
        let known = |(path, id): &(PathBuf, ReadId)| id.ok().filter(|_| *path == full);
        if let Some(known) = self.ids.iter().find_map(known) {
            self.unwanted.remove(&known);
            return Ok(known);
        }
        let text = read_anywhere(&full, FILE_LIMIT).map_err(|error| match error {
            ReadError::TooLarge(_) => ProjectError::TooLarge { path: path.to_owned() },
            ReadError::NotFound | ReadError::OutsideProject => {
                ProjectError::Missing { path: path.to_owned() }
            }
            ReadError::Io(reason) => ProjectError::Unreadable { path: path.to_owned(), reason },
        })?;
        let id = self.files.add(SourceFile::new(display_path(&full, &self.cwd), text));
        if full.extension().is_some_and(|extension| extension == "json") {
            self.json_variables.insert(id);
        }
        self.configured.add([id], full.parent().unwrap_or(&self.cwd));
        self.ids.push((full, Ok(id)));
        Ok(id)
    }
}
