//! The files of a run, held in memory, and the trait by which they are read.

use std::sync::{Arc, OnceLock};

use crate::{FileId, LineColumn, LineIndex, Location, Text, TextRange};

/// One file: the path that output shows and its bytes.
#[derive(Clone, Debug)]
pub struct SourceFile {
    path: Arc<str>,
    text: Text,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// A file of `text` that output calls `path` (`/`-separated, relative to the working
    /// directory).
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Text>) -> Self {
        Self { path: path.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// The path that output shows.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The part of the path before the last `/`, empty for a file of the working directory.
    pub fn directory(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    /// All bytes, byte order mark and invalid UTF-8 included.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// The line starts, computed at the first call.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column of `offset`, the column in characters.
    pub fn position(&self, offset: u32) -> LineColumn {
        self.lines().position(&self.text, offset)
    }
}

/// All files of a run. Ids count up from 0 in the order of [`FileSet::add`].
#[derive(Clone, Debug, Default)]
pub struct FileSet {
    files: Vec<SourceFile>,
}

impl FileSet {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and returns its id.
    ///
    /// # Panics
    /// When the set already holds 2³² files.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        let id = file_id(self.files.len());
        self.files.push(file);
        id
    }

    /// Gives the file of `id` another text.
    ///
    /// # Panics
    /// When `id` is of another set.
    pub fn set_text(&mut self, id: FileId, text: impl Into<Text>) {
        let file = &mut self.files[id.0 as usize];
        *file = SourceFile::new(file.path.clone(), text);
    }

    /// The file of `id`.
    ///
    /// # Panics
    /// When `id` is of another set.
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All files with their ids, in the order of the ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(at, file)| (file_id(at), file))
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The bytes at `location`.
    pub fn slice(&self, location: Location) -> &[u8] {
        location.range.slice(&self.get(location.file).text)
    }

    /// The whole range of the file of `id`.
    ///
    /// # Panics
    /// When `id` is of another set, or the file has 2³² bytes or more.
    pub fn whole(&self, id: FileId) -> TextRange {
        let length = u32::try_from(self.get(id).text.len());
        TextRange::new(0, length.expect("invariant: fewer than 2^32 bytes in a file"))
    }
}

/// The id of the file at a place in the set.
fn file_id(at: usize) -> FileId {
    FileId(u32::try_from(at).expect("invariant: fewer than 2^32 files"))
}

/// Why a file could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is none of that name.
    NotFound,
    /// It lies outside the project root, links resolved.
    OutsideProject,
    /// It is longer than the limit given, in bytes.
    TooLarge(u64),
    /// The operating system refused; its words.
    Io(String),
}

/// What lies at a path, links resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A device, a pipe, or a link that leads nowhere.
    Other,
    /// A link that leads out of the project, so that nothing is known of what it leads to.
    Outside,
}

/// One name in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name; what is not UTF-8 is replaced.
    pub name: String,
    /// What it leads to.
    pub kind: EntryKind,
    /// Whether it is a link.
    pub is_link: bool,
}

/// How code that never touches the disk reads files. `project` implements it. Paths are absolute or
/// relative to the directory `base`, and `..` in them is taken by their words, as in Terraform:
/// `link/../x` is `x`. Where a path begins with `..`, it goes up from where `base` lies, links
/// resolved.
pub trait Files: Sync {
    /// The bytes of the regular file at `path`, when they are at most `limit`.
    fn read(&self, base: &str, path: &str, limit: u64) -> Result<Text, ReadError>;

    /// What lies at `path`; [`ReadError::NotFound`] when that is nothing, also where a link leads
    /// nowhere.
    fn kind(&self, base: &str, path: &str) -> Result<EntryKind, ReadError>;

    /// The entries of the directory at `path`, sorted by name.
    fn list(&self, base: &str, path: &str) -> Result<Vec<Entry>, ReadError>;
}
