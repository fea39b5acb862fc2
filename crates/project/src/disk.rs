//! Files on request, inside the project only.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use source::{Files, ReadError};

use crate::read::{is_inside, read, read_error};

/// The files of a project. Nothing outside its roots is read, links resolved.
#[derive(Clone, Debug)]
pub struct Disk {
    cwd: PathBuf,
    roots: Vec<PathBuf>,
}

impl Disk {
    /// The files below `roots`; paths are relative to `cwd`. A root that does not exist has none.
    pub fn new(cwd: impl Into<PathBuf>, roots: impl IntoIterator<Item = PathBuf>) -> Self {
        let roots = roots.into_iter().filter_map(|root| fs::canonicalize(root).ok());
        Self { cwd: cwd.into(), roots: roots.collect() }
    }

    /// The roots, links resolved.
    pub(crate) fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    /// Where `path` lies, when that is in the project.
    fn resolve(&self, base: &str, path: &str) -> Result<PathBuf, ReadError> {
        let path = self.cwd.join(base).join(path);
        // Also a directory on the way may be a link.
        if is_inside(&path, &self.roots)? { Ok(path) } else { Err(ReadError::OutsideProject) }
    }
}

impl Files for Disk {
    fn read(&self, base: &str, path: &str, limit: u64) -> Result<Arc<[u8]>, ReadError> {
        read(&self.resolve(base, path)?, &self.roots, limit)
    }

    fn list(&self, base: &str, path: &str) -> Result<Vec<String>, ReadError> {
        let directory = self.resolve(base, path)?;
        let mut names = Vec::new();
        for entry in fs::read_dir(directory).map_err(|error| read_error(&error))? {
            let name = entry.map_err(|error| read_error(&error))?.file_name();
            names.push(name.to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }
}
