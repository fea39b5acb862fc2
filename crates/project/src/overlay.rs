//! Files on request, with the texts of a run laid over those of the disk.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use source::{Entry, EntryKind, FileId, FileSet, Files, ReadError, Text};

use crate::load::Discovery;
use crate::read::read_anywhere;

/// The files of a project as a run has them: a file of the run has the text that it has there, all
/// others are those of the disk. Nothing outside the project is read, links resolved.
#[derive(Debug)]
pub struct Overlay<'a> {
    discovery: &'a Discovery,
    files: &'a FileSet,
    /// The files of the run by their paths; empty as long as nobody asked.
    by_path: OnceLock<HashMap<&'a Path, FileId>>,
    /// Whether files may be there later that are not yet.
    is_incomplete: bool,
}

impl Discovery {
    /// The files of the project with the texts of `files`, which are those of this run.
    pub fn overlay<'a>(&'a self, files: &'a FileSet) -> Overlay<'a> {
        Overlay { discovery: self, files, by_path: OnceLock::new(), is_incomplete: false }
    }
}

impl Overlay<'_> {
    /// The same before anything is built: a file that is not there may be made before Terraform
    /// runs, so that nothing is known of it.
    #[must_use]
    pub fn before_builds(mut self) -> Self {
        self.is_incomplete = true;
        self
    }

    /// `result`, where what is not there may be there later.
    fn for_now<T>(&self, result: Result<T, ReadError>) -> Result<T, ReadError> {
        match result {
            Err(ReadError::NotFound) if self.is_incomplete => {
                Err(ReadError::Io("it may be made later".to_owned()))
            }
            result => result,
        }
    }

    /// The text that the run has of the file at `path`, which is absolute.
    fn text(&self, path: &Path) -> Option<&Text> {
        let by_path = self.by_path.get_or_init(|| {
            let read = self.discovery.ids.iter();
            // Of our own configuration the text may be left out.
            let read = read.filter_map(|(path, id)| Some((path.as_path(), id.ok()?)));
            read.filter(|(_, id)| !self.discovery.is_config(*id)).collect()
        });
        by_path.get(path).map(|id| self.files.get(*id).text())
    }
}

impl Files for Overlay<'_> {
    fn read(&self, base: &str, path: &str, limit: u64) -> Result<Text, ReadError> {
        let disk = &self.discovery.disk;
        let by_words = disk.by_words(base, path);
        let real = disk.locate(&by_words)?;
        let Some(text) = self.text(&by_words).or_else(|| self.text(&real)) else {
            return read_anywhere(&real, limit);
        };
        let length = text.len() as u64;
        if length > limit { Err(ReadError::TooLarge(length)) } else { Ok(text.clone()) }
    }

    fn kind(&self, base: &str, path: &str) -> Result<EntryKind, ReadError> {
        self.for_now(self.discovery.disk.kind(base, path))
    }

    fn list(&self, base: &str, path: &str) -> Result<Vec<Entry>, ReadError> {
        self.discovery.disk.list(base, path)
    }
}
