//! Files on request, inside the project only.

use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use source::{Entry, EntryKind, Files, ReadError, Text};

use crate::paths::cleaned;
use crate::read::{read_anywhere, read_error};

/// A directory with more entries is not listed.
const MAX_ENTRIES: usize = 100_000;

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

    /// Where `path`, which is absolute, lies, links resolved, when that is in the project.
    pub(crate) fn locate(&self, path: &Path) -> Result<PathBuf, ReadError> {
        match fs::canonicalize(path) {
            // Also a directory on the way may be a link.
            Ok(real) if self.holds(&real) => Ok(real),
            Ok(_) => Err(ReadError::OutsideProject),
            // Whether something is there is not told of what lies outside.
            Err(error) if !self.holds_parent(path) => match error.kind() {
                io::ErrorKind::NotFound => Err(ReadError::OutsideProject),
                _ => Err(read_error(&error)),
            },
            Err(error) => Err(read_error(&error)),
        }
    }

    /// Whether the nearest directory above `path` that exists lies in the project.
    fn holds_parent(&self, path: &Path) -> bool {
        let mut above = path.ancestors().skip(1);
        let nearest = above.find_map(|above| fs::canonicalize(above).ok());
        nearest.is_some_and(|real| self.holds(&real))
    }

    fn resolve(&self, base: &str, path: &str) -> Result<PathBuf, ReadError> {
        self.locate(&self.by_words(base, path))
    }

    /// The absolute form of `path`; `..` after other words is taken by the words.
    pub(crate) fn by_words(&self, base: &str, path: &str) -> PathBuf {
        self.cwd.join(base).join(cleaned(Path::new(path)))
    }

    /// Whether `real`, in which links are resolved, lies in the project.
    fn holds(&self, real: &Path) -> bool {
        self.roots.iter().any(|root| real.starts_with(root))
    }

    /// What the link at `path` leads to.
    fn kind_of_link(&self, path: &Path) -> EntryKind {
        match fs::canonicalize(path) {
            Ok(real) if !self.holds(&real) => EntryKind::Outside,
            Ok(real) => {
                fs::metadata(real).map_or(EntryKind::Other, |found| kind(found.file_type()))
            }
            Err(_) => EntryKind::Other,
        }
    }
}

impl Files for Disk {
    fn read(&self, base: &str, path: &str, limit: u64) -> Result<Text, ReadError> {
        read_anywhere(&self.resolve(base, path)?, limit)
    }

    fn kind(&self, base: &str, path: &str) -> Result<EntryKind, ReadError> {
        let found = fs::metadata(self.resolve(base, path)?);
        found.map(|found| kind(found.file_type())).map_err(|error| read_error(&error))
    }

    fn list(&self, base: &str, path: &str) -> Result<Vec<Entry>, ReadError> {
        let directory = self.resolve(base, path)?;
        let mut entries = Vec::new();
        for found in fs::read_dir(directory).map_err(|error| read_error(&error))? {
            let found = found.map_err(|error| read_error(&error))?;
            let file_type = found.file_type().map_err(|error| read_error(&error))?;
            let is_link = file_type.is_symlink();
            let kind = if is_link { self.kind_of_link(&found.path()) } else { kind(file_type) };
            let name = found.file_name().to_string_lossy().into_owned();
            entries.push(Entry { name, kind, is_link });
            if entries.len() > MAX_ENTRIES {
                return Err(ReadError::TooLarge(entries.len() as u64));
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }
}

/// What a file type that is no link says.
fn kind(file_type: FileType) -> EntryKind {
    match file_type {
        found if found.is_file() => EntryKind::File,
        found if found.is_dir() => EntryKind::Directory,
        _ => EntryKind::Other,
    }
}
