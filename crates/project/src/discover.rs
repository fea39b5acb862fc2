//! From the paths of the command line to the directories that are modules.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use config::FILE_NAME;
use rayon::prelude::*;

use crate::configuration::{ConfigSource, Configuration, Setup};
use crate::directory::{self, DirectoryFiles};
use crate::disk::Disk;
use crate::error::ProjectError;
use crate::paths::{Project, display_path, resolved};
use crate::read::words;
use crate::walk::{Walked, walk};

/// The modules that the command line names, by name only: no file is read yet.
#[derive(Debug)]
pub struct Found {
    pub(crate) cwd: PathBuf,
    /// The root that all modules share, else `cwd`.
    pub(crate) root: PathBuf,
    pub(crate) disk: Disk,
    pub(crate) configuration: Arc<Configuration>,
    /// Directories that were given, and those of files that were given.
    pub(crate) directories: BTreeSet<PathBuf>,
    pub(crate) modules: BTreeMap<ShownPath, FoundModule>,
    /// Directories and files that could not be looked at, and why.
    pub(crate) problems: BTreeMap<ShownPath, String>,
    pub(crate) notices: Vec<String>,
}

/// A path as output shows it, by which all is sorted, and the path itself: different ones may look
/// alike.
pub(crate) type ShownPath = (String, PathBuf);

/// One directory.
#[derive(Debug)]
pub(crate) struct FoundModule {
    pub(crate) files: DirectoryFiles,
    /// The files whose diagnostics are wanted; all when `None`.
    pub(crate) wanted: Option<BTreeSet<PathBuf>>,
    /// Whether the directory was asked for, not only files of it.
    pub(crate) is_whole: bool,
}

/// Finds the modules of `paths`, relative to `cwd`, which is absolute. A directory is walked; of a
/// file, the directory is the module. A path that does not exist is an error; all else that cannot
/// be looked at is a problem of the result, and what `setup` or the configuration files exclude is
/// left out.
pub fn find(paths: &[PathBuf], cwd: &Path, setup: Setup) -> Result<Found, ProjectError> {
    let given = Given::new(paths, cwd, setup)?;
    let walked = given.walked();
    Ok(given.found(walked))
}

/// The module in `directory` alone, relative to `cwd`, which is absolute; without configuration.
pub fn find_module(directory: &Path, cwd: &Path) -> Result<Found, ProjectError> {
    let setup = Setup { source: ConfigSource::None, ..Setup::default() };
    Ok(Given::new(&[directory.to_owned()], cwd, setup)?.found(Walked::default()))
}

impl Found {
    fn add(&mut self, path: PathBuf, listing: io::Result<DirectoryFiles>, given: &Wanted) {
        match listing {
            Ok(files) => {
                for file in given.files.iter().filter(|_| !given.is_whole) {
                    self.notices.extend(self.notice(file, &files));
                }
                let wanted = self.wanted(&path, &files, given);
                let mut config = files.config.iter().chain(&files.overrides);
                let is_module = config.clone().next().is_some();
                // Where all configuration is excluded, values of variables are nothing by themselves.
                let is_wanted = wanted.as_ref().is_none_or(|wanted| {
                    !given.files.is_empty() || config.any(|file| wanted.contains(file))
                });
                let is_whole = given.is_whole;
                if is_module && is_wanted {
                    self.modules.insert(self.shown(path), FoundModule { files, wanted, is_whole });
                }
            }
            Err(error) => {
                self.problems.insert(self.shown(path), words(&error));
            }
        }
    }

    /// The files of a directory whose diagnostics are wanted; all when `None`. What was given counts
    /// even when the configuration excludes it.
    fn wanted(
        &self,
        directory: &Path,
        files: &DirectoryFiles,
        given: &Wanted,
    ) -> Option<BTreeSet<PathBuf>> {
        if !given.is_whole {
            return Some(given.files.clone());
        }
        let others = files.all().filter(|file| !given.files.contains(*file));
        let excluded = self.configuration.excluded(directory, others);
        let rest = || files.all().filter(|file| !excluded.contains(file)).cloned().collect();
        (!excluded.is_empty()).then(rest)
    }

    fn shown(&self, path: PathBuf) -> ShownPath {
        (display_path(&path, &self.cwd), path)
    }

    /// What there is to say about a file that was given and is not read.
    fn notice(&self, file: &Path, files: &DirectoryFiles) -> Option<String> {
        let has = |list: &[PathBuf]| list.iter().any(|other| other == file);
        if has(&files.config) || has(&files.overrides) || has(&files.variable_files) {
            return None;
        }
        let shown = |path: &Path| format!("`{}`", display_path(path, &self.cwd));
        if let Some(other) = files.replaced.get(file) {
            return Some(format!("{} is left out: {} stands in for it", shown(file), shown(other)));
        }
        if file.file_name().is_some_and(|name| name == FILE_NAME) {
            return Some(format!("of {} only its own mistakes are reported", shown(file)));
        }
        Some(format!("{} is left out: Terraform does not load it by itself", shown(file)))
    }
}

/// What was asked for of one directory.
#[derive(Default)]
struct Wanted {
    is_whole: bool,
    /// Files that were given by themselves.
    files: BTreeSet<PathBuf>,
}

/// The paths of the command line, absolute.
struct Given {
    cwd: PathBuf,
    configuration: Arc<Configuration>,
    directories: Vec<PathBuf>,
    files: Vec<PathBuf>,
    /// What cannot be looked at, and why.
    problems: Vec<(PathBuf, String)>,
    /// The project of each path; those of directories stand first.
    projects: Vec<Project>,
}

impl Given {
    fn new(paths: &[PathBuf], cwd: &Path, setup: Setup) -> Result<Self, ProjectError> {
        let (mut directories, mut files, mut problems) = (Vec::new(), Vec::new(), Vec::new());
        for path in paths {
            let full = resolved(path, cwd);
            match fs::metadata(cwd.join(path)) {
                Ok(metadata) if metadata.is_dir() => directories.push(full),
                Ok(_) => files.push(full),
                Err(error) if is_missing(&error) => {
                    return Err(ProjectError::Missing { path: path.clone() });
                }
                Err(error) => problems.push((full, words(&error))),
            }
        }
        let of_files = files.iter().map(|file| file.parent().unwrap_or(cwd));
        let all: Vec<&Path> = directories.iter().map(PathBuf::as_path).chain(of_files).collect();
        let distinct = all.iter().map(|path| (*path).to_owned()).collect();
        let configuration = Configuration::new(setup, cwd, distinct, HashMap::new())?;
        let projects = all.iter().map(|directory| configuration.project(directory)).collect();
        let (cwd, configuration) = (cwd.to_owned(), Arc::new(configuration));
        Ok(Self { cwd, configuration, directories, files, problems, projects })
    }

    /// Walks the directories.
    fn walked(&self) -> Walked {
        let mut walked = Walked::default();
        for in_repository in [false, true] {
            let with_projects = self.directories.iter().zip(&self.projects);
            let chosen = with_projects.filter(|(_, of)| of.is_repository == in_repository);
            let roots: Vec<_> = chosen.map(|(directory, _)| directory.clone()).collect();
            let more = walk(&roots, in_repository, &self.configuration);
            walked.directories.extend(more.directories);
            walked.problems.extend(more.problems);
        }
        walked
    }

    /// Reads the names in the directories that were given and those that were `walked` to.
    fn found(self, walked: Walked) -> Found {
        // A directory may be reached twice, the files of one may be given one by one.
        let mut wanted: BTreeMap<PathBuf, Wanted> = BTreeMap::new();
        for file in &self.files {
            let directory = file.parent().unwrap_or(&self.cwd).to_owned();
            wanted.entry(directory).or_default().files.insert(file.clone());
        }
        let whole = self.directories.iter().cloned().chain(walked.directories.iter().map(clean));
        for directory in whole {
            wanted.entry(directory).or_default().is_whole = true;
        }

        let listed: Vec<_> = wanted
            .into_par_iter()
            .map(|(path, wanted)| (directory::list(&path), path, wanted))
            .collect();
        let mut found = Found {
            disk: Disk::new(&self.cwd, self.roots()),
            root: self.shared_root(),
            configuration: self.configuration.clone(),
            directories: self.given_directories(),
            cwd: self.cwd,
            modules: BTreeMap::new(),
            problems: BTreeMap::new(),
            notices: Vec::new(),
        };
        let walked = walked.problems.into_iter().map(|(path, reason)| (clean(path), reason));
        for (path, reason) in self.problems.into_iter().chain(walked) {
            found.problems.insert(found.shown(path), reason);
        }
        for (listing, path, wanted) in listed {
            found.add(path, listing, &wanted);
        }
        found
    }

    fn given_directories(&self) -> BTreeSet<PathBuf> {
        let of_files = self.files.iter().filter_map(|file| file.parent()).map(Path::to_owned);
        self.directories.iter().cloned().chain(of_files).collect()
    }

    /// Where files may lie: in the projects, or in what was named.
    fn roots(&self) -> Vec<PathBuf> {
        let projects = self.projects.iter().map(|project| project.root.clone());
        let given = self.given_directories().into_iter().chain(self.files.iter().cloned());
        let roots: BTreeSet<_> = projects.chain(given).collect();
        roots.into_iter().collect()
    }

    /// The project root that all paths share, by their words too; else the working directory.
    fn shared_root(&self) -> PathBuf {
        let mut projects = self.projects.iter();
        let shared = projects.next().filter(|first| projects.all(|other| other == *first));
        let mut given = self.directories.iter().chain(&self.files);
        match shared {
            Some(project) if given.all(|path| path.starts_with(&project.root)) => {
                project.root.clone()
            }
            _ => self.cwd.clone(),
        }
    }
}

/// Whether there is nothing of that name.
fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// `path` without `.`.
fn clean(path: impl AsRef<Path>) -> PathBuf {
    path.as_ref().components().collect()
}
