//! From the paths of the command line to the directories that are modules.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::directory::{self, DirectoryFiles};
use crate::disk::Disk;
use crate::error::ProjectError;
use crate::paths::{display_path, project_root};
use crate::read::words;
use crate::walk::walk;

/// The modules that the command line names, by name only: no file is read yet.
#[derive(Debug)]
pub struct Found {
    pub(crate) cwd: PathBuf,
    pub(crate) root: PathBuf,
    pub(crate) disk: Disk,
    /// By the path that output shows.
    pub(crate) modules: BTreeMap<String, FoundModule>,
    /// Directories and files that could not be looked at, by the path that output shows.
    pub(crate) problems: BTreeMap<String, String>,
    pub(crate) notices: Vec<String>,
}

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
    let (root, in_repository) = project_root(cwd);
    let walked = walk(&given.directories, in_repository);

    // A directory may be reached twice, the file paths of one may be given one by one.
    let mut wanted: BTreeMap<PathBuf, Option<BTreeSet<PathBuf>>> = BTreeMap::new();
    for file in &given.files {
        let directory = file.parent().unwrap_or(cwd).to_owned();
        let files = wanted.entry(directory).or_insert_with(|| Some(BTreeSet::new()));
        files.get_or_insert_default().insert(file.clone());
    }
    let whole = given.directories.iter().cloned().chain(walked.directories.iter().map(clean));
    wanted.extend(whole.map(|directory| (directory, None)));

    let listed: Vec<_> = wanted
        .into_par_iter()
        .map(|(path, wanted)| (directory::list(&path), path, wanted))
        .collect();
    let roots = given.roots(&root);
    let mut found = Found {
        cwd: cwd.to_owned(),
        root,
        disk: Disk::new(cwd, roots),
        modules: BTreeMap::new(),
        problems: BTreeMap::new(),
        notices: Vec::new(),
    };
    for (path, reason) in walked.problems {
        found.problems.insert(display_path(&clean(&path), cwd), reason);
    }
    for (listing, path, wanted) in listed {
        found.add(&path, listing, wanted);
    }
    Ok(found)
}

impl Found {
    fn add(
        &mut self,
        path: &Path,
        listing: io::Result<DirectoryFiles>,
        wanted: Option<BTreeSet<PathBuf>>,
    ) {
        let shown = display_path(path, &self.cwd);
        match listing {
            Ok(files) => {
                for file in wanted.iter().flatten() {
                    self.notices.extend(self.notice(file, &files));
                }
                if !files.config.is_empty() {
                    self.modules.insert(shown, FoundModule { files, wanted });
                }
            }
            Err(error) => {
                self.problems.insert(shown, words(&error));
            }
        }
    }

    /// What there is to say about a file that was given and is not read.
    fn notice(&self, file: &Path, files: &DirectoryFiles) -> Option<String> {
        let has = |list: &[PathBuf]| list.iter().any(|other| other == file);
        if has(&files.config) || has(&files.variable_files) {
            return None;
        }
        let unread = &files.unread;
        let is_unread =
            has(&unread.json_config) || has(&unread.overrides) || has(&unread.json_variables);
        let reason = if is_unread {
            "JSON syntax and override files are not read yet"
        } else {
            "Terraform does not load it by itself"
        };
        Some(format!("`{}` is left out: {reason}", display_path(file, &self.cwd)))
    }
}

/// The paths of the command line, absolute.
struct Given {
    directories: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Given {
    fn new(paths: &[PathBuf], cwd: &Path) -> Result<Self, ProjectError> {
        let mut given = Self { directories: Vec::new(), files: Vec::new() };
        for path in paths {
            let full = clean(cwd.join(path));
            let metadata = fs::metadata(&full).map_err(|error| ProjectError::of(path, error))?;
            if metadata.is_dir() {
                given.directories.push(full);
            } else {
                given.files.push(full);
            }
        }
        Ok(given)
    }

    /// Where files may lie: in the project, or in what was named.
    fn roots(&self, root: &Path) -> Vec<PathBuf> {
        let of_files = self.files.iter().filter_map(|file| file.parent()).map(Path::to_owned);
        let given = self.directories.iter().chain(&self.files).cloned();
        std::iter::once(root.to_owned()).chain(given).chain(of_files).collect()
    }
}

/// `path` without `.`; `..` stays, for it may follow a link.
fn clean(path: impl AsRef<Path>) -> PathBuf {
    path.as_ref().components().collect()
}
