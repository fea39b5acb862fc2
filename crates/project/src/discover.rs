//! From the paths of the command line to the directories that are modules.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

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
}

/// Finds the modules of `paths`, relative to `cwd`, which is absolute. A directory is walked; of a
/// file, the directory is the module. A path that does not exist is an error; all else that cannot
/// be looked at is a problem of the result.
pub fn find(paths: &[PathBuf], cwd: &Path) -> Result<Found, ProjectError> {
    let given = Given::new(paths, cwd)?;
    let walked = given.walked();
    Ok(given.found(walked))
}

/// The module in `directory` alone, relative to `cwd`, which is absolute.
pub fn find_module(directory: &Path, cwd: &Path) -> Result<Found, ProjectError> {
    Ok(Given::new(&[directory.to_owned()], cwd)?.found(Walked::default()))
}

impl Found {
    fn add(
        &mut self,
        path: PathBuf,
        listing: io::Result<DirectoryFiles>,
        wanted: Option<BTreeSet<PathBuf>>,
    ) {
        match listing {
            Ok(files) => {
                for file in wanted.iter().flatten() {
                    self.notices.extend(self.notice(file, &files));
                }
                if !files.config.is_empty() {
                    self.modules.insert(self.shown(path), FoundModule { files, wanted });
                }
            }
            Err(error) => {
                self.problems.insert(self.shown(path), words(&error));
            }
        }
    }

    fn shown(&self, path: PathBuf) -> ShownPath {
        (display_path(&path, &self.cwd), path)
    }

    /// What there is to say about a file that was given and is not read.
    fn notice(&self, file: &Path, files: &DirectoryFiles) -> Option<String> {
        let has = |list: &[PathBuf]| list.iter().any(|other| other == file);
        if has(&files.config) || has(&files.variable_files) {
            return None;
        }
        let shown = |path: &Path| format!("`{}`", display_path(path, &self.cwd));
        if let Some(other) = files.replaced.get(file) {
            return Some(format!("{} is left out: {} stands in for it", shown(file), shown(other)));
        }
        let unread = &files.unread;
        let is_unread =
            has(&unread.json_config) || has(&unread.overrides) || has(&unread.json_variables);
        let reason = if is_unread {
            "JSON syntax and override files are not read yet"
        } else {
            "Terraform does not load it by itself"
        };
        Some(format!("{} is left out: {reason}", shown(file)))
    }
}

/// The paths of the command line, absolute.
struct Given {
    cwd: PathBuf,
    directories: Vec<PathBuf>,
    files: Vec<PathBuf>,
    /// What cannot be looked at, and why.
    problems: Vec<(PathBuf, String)>,
    /// The project of each path; those of directories stand first.
    projects: Vec<Project>,
}

impl Given {
    fn new(paths: &[PathBuf], cwd: &Path) -> Result<Self, ProjectError> {
        let mut given = Self {
            cwd: cwd.to_owned(),
            directories: Vec::new(),
            files: Vec::new(),
            problems: Vec::new(),
            projects: Vec::new(),
        };
        for path in paths {
            let full = resolved(path, cwd);
            match fs::metadata(cwd.join(path)) {
                Ok(metadata) if metadata.is_dir() => given.directories.push(full),
                Ok(_) => given.files.push(full),
                Err(error) if is_missing(&error) => {
                    return Err(ProjectError::Missing { path: path.clone() });
                }
                Err(error) => given.problems.push((full, words(&error))),
            }
        }
        let of_files = given.files.iter().map(|file| file.parent().unwrap_or(cwd));
        let directories = given.directories.iter().map(PathBuf::as_path).chain(of_files);
        given.projects = directories.map(|directory| Project::of(directory, cwd)).collect();
        Ok(given)
    }

    /// Walks the directories.
    fn walked(&self) -> Walked {
        let mut walked = Walked::default();
        for in_repository in [false, true] {
            let with_projects = self.directories.iter().zip(&self.projects);
            let chosen = with_projects.filter(|(_, of)| of.is_repository == in_repository);
            let roots: Vec<_> = chosen.map(|(directory, _)| directory.clone()).collect();
            let more = walk(&roots, in_repository);
            walked.directories.extend(more.directories);
            walked.problems.extend(more.problems);
        }
        walked
    }

    /// Reads the names in the directories that were given and those that were `walked` to.
    fn found(self, walked: Walked) -> Found {
        // A directory may be reached twice, the files of one may be given one by one.
        let mut wanted: BTreeMap<PathBuf, Option<BTreeSet<PathBuf>>> = BTreeMap::new();
        for file in &self.files {
            let directory = file.parent().unwrap_or(&self.cwd).to_owned();
            let files = wanted.entry(directory).or_insert_with(|| Some(BTreeSet::new()));
            files.get_or_insert_default().insert(file.clone());
        }
        let whole = self.directories.iter().cloned().chain(walked.directories.iter().map(clean));
        wanted.extend(whole.map(|directory| (directory, None)));

        let listed: Vec<_> = wanted
            .into_par_iter()
            .map(|(path, wanted)| (directory::list(&path), path, wanted))
            .collect();
        let mut found = Found {
            disk: Disk::new(&self.cwd, self.roots()),
            root: self.shared_root(),
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
            found.add(path, listing, wanted);
        }
        found
    }

    /// Where files may lie: in the projects, or in what was named.
    fn roots(&self) -> Vec<PathBuf> {
        let projects = self.projects.iter().map(|project| project.root.clone());
        let of_files = self.files.iter().filter_map(|file| file.parent()).map(Path::to_owned);
        let given = self.directories.iter().chain(&self.files).cloned();
        let roots: BTreeSet<_> = projects.chain(given).chain(of_files).collect();
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
