//! Finds the directories that hold Terraform files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::configuration::Configuration;
use crate::directory::is_config;
use crate::read::words;

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    pub(crate) directories: BTreeSet<PathBuf>,
    /// Paths that could not be entered, and why.
    pub(crate) problems: BTreeMap<PathBuf, String>,
}

/// Walks `roots`, which are directories, all in repositories or none. What `.gitignore` names is left
/// out, what the configuration excludes and hidden files too; links are not followed, so that there
/// are no loops. Files that depend on the machine, such as the ignore file of the user, play no part.
pub(crate) fn walk(
    roots: &[PathBuf],
    in_repository: bool,
    configuration: &Arc<Configuration>,
) -> Walked {
    let Some((first, rest)) = roots.split_first() else {
        return Walked::default();
    };
    // With `.`, a root that is a link is entered.
    let mut builder = WalkBuilder::new(first.join("."));
    for root in rest {
        builder.add(root.join("."));
    }
    builder
        .standard_filters(false)
        .hidden(true)
        .git_ignore(true)
        // The parents end at the root of the repository. Without one they have no end and may
        // belong to anybody.
        .require_git(in_repository)
        .parents(in_repository)
        .follow_links(false)
        .filter_entry({
            let configuration = configuration.clone();
            move |entry| entry.depth() == 0 || is_wanted(entry, &configuration)
        })
        .threads(rayon::current_num_threads());
    let found = Mutex::new(Walked::default());
    builder.build_parallel().run(|| Box::new(|entry| visit(&found, entry)));
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn is_wanted(entry: &DirEntry, configuration: &Configuration) -> bool {
    let name = entry.file_name();
    if name == ".terraform" || name == ".git" {
        return false;
    }
    // Files that are excluded are sorted out later, for a whole directory at once.
    if entry.file_type().is_some_and(|kind| kind.is_dir()) {
        !configuration.excludes_directory(entry.path())
    } else {
        is_config(name)
    }
}

fn visit(found: &Mutex<Walked>, entry: Result<DirEntry, ignore::Error>) -> WalkState {
    match entry {
        Ok(entry) => {
            let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
            if !is_directory
                && is_config(entry.file_name())
                && let Some(directory) = entry.path().parent()
            {
                let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                if !found.directories.contains(directory) {
                    found.directories.insert(directory.to_owned());
                }
            }
        }
        Err(error) => {
            if let Some((path, reason)) = reason_of(&error) {
                let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                found.problems.insert(path.to_owned(), reason);
            }
        }
    }
    WalkState::Continue
}

/// The path and the system's words of an error; `None` for what is no such error, as a pattern of
/// a `.gitignore` that cannot be read.
fn reason_of(error: &ignore::Error) -> Option<(&Path, String)> {
    match error {
        ignore::Error::WithPath { path, err } => {
            let reason = words(err.io_error()?);
            Some((path, reason))
        }
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            reason_of(err)
        }
        _ => None,
    }
}
