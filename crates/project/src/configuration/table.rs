//! The configuration files that were read, each once.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use config::{FILE_LIMIT, Reading};
use rulebook::RuleIndex;
use source::{FileId, ReadError, Text};

use crate::read::{read_anywhere, read_error};
use crate::schemas::{SchemaFile, read_schemas};

/// Stack for reading one file: expressions nest deeply, and threads that walk have little.
const STACK_SIZE: usize = 16 * 1024 * 1024;

/// All files. A diagnostic of one has its place in the table as the id of the file.
#[derive(Debug, Default)]
pub(super) struct Table {
    entries: Vec<Entry>,
    places: HashMap<PathBuf, usize>,
    /// The schemas that were read, or why they could not be, by the path of the file.
    schemas: HashMap<PathBuf, Result<SchemaFile, String>>,
}

/// One file.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) text: Result<Text, ReadError>,
    /// What it says; nothing when it cannot be read.
    pub(super) reading: Reading,
}

impl Table {
    pub(super) fn find(&self, path: &Path) -> Option<&Entry> {
        self.places.get(path).map(|place| &self.entries[*place])
    }

    pub(super) fn get(&self, place: usize) -> &Entry {
        &self.entries[place]
    }

    /// The id that diagnostics of the file have.
    pub(super) fn id(place: usize) -> FileId {
        FileId(u32::try_from(place).expect("invariant: fewer than 2^32 files"))
    }

    /// Reads the file at `path`, or takes its text from `texts`.
    pub(super) fn read(
        &mut self,
        path: PathBuf,
        texts: &HashMap<PathBuf, Text>,
        index: &RuleIndex,
    ) -> usize {
        if let Some(place) = self.places.get(&path) {
            return *place;
        }
        let given = texts.get(&path).cloned();
        let text = given.map_or_else(|| read_anywhere(&path, FILE_LIMIT), Ok);
        let id = Self::id(self.entries.len());
        let read = text.and_then(|text| Ok((text.clone(), deeply(text, id, index)?)));
        match read {
            Ok((text, reading)) => self.add(Entry { path, text: Ok(text), reading }),
            Err(error) => self.refuse(path, error),
        }
    }

    /// Reads the schemas in the file at `path`; gives why they cannot be had.
    pub(super) fn schemas(&mut self, path: PathBuf, root: &Path) -> Result<SchemaFile, String> {
        let read = |path: &PathBuf| read_schemas(path, Some(root));
        self.schemas.entry(path).or_insert_with_key(read).clone()
    }

    /// Adds a file that cannot be read.
    pub(super) fn refuse(&mut self, path: PathBuf, error: ReadError) -> usize {
        self.add(Entry { path, text: Err(error), reading: Reading::default() })
    }

    fn add(&mut self, entry: Entry) -> usize {
        let place = self.entries.len();
        self.places.insert(entry.path.clone(), place);
        self.entries.push(entry);
        place
    }
}

/// Reads `text` on a thread of its own, which has stack enough.
fn deeply(text: Text, file: FileId, index: &RuleIndex) -> Result<Reading, ReadError> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK_SIZE);
        let reader = builder.spawn_scoped(scope, || config::read(text, file, index));
        let reader = reader.map_err(|error| read_error(&error))?;
        Ok(reader.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}
