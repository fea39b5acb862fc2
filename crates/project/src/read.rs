//! Reads one file, within bounds.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use source::{ReadError, Text};

/// The bytes of the regular file at `path`, at most `limit` of them. It must lie in one of the
/// `roots`, which are canonical, links resolved.
pub(crate) fn read(path: &Path, roots: &[PathBuf], limit: u64) -> Result<Text, ReadError> {
    let link = fs::symlink_metadata(path).map_err(|error| read_error(&error))?;
    if link.is_symlink() && !is_inside(path, roots)? {
        return Err(ReadError::OutsideProject);
    }
    read_anywhere(path, limit)
}

/// The same wherever it lies.
pub(crate) fn read_anywhere(path: &Path, limit: u64) -> Result<Text, ReadError> {
    // A pipe would block, a device would never end.
    let metadata = fs::metadata(path).map_err(|error| read_error(&error))?;
    if !metadata.is_file() {
        return Err(ReadError::Io("not a regular file".to_owned()));
    }
    if metadata.len() > limit {
        return Err(ReadError::TooLarge(metadata.len()));
    }
    let length = usize::try_from(metadata.len()).unwrap_or(0);
    let mut bytes = Vec::with_capacity(length + 1);
    let file = File::open(path).map_err(|error| read_error(&error))?;
    // It may have grown since.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| read_error(&error))?;
    let length = bytes.len() as u64;
    if length > limit { Err(ReadError::TooLarge(length)) } else { Ok(bytes.into()) }
}

/// Whether `path` lies in one of `roots`, links resolved.
pub(crate) fn is_inside(path: &Path, roots: &[PathBuf]) -> Result<bool, ReadError> {
    let real = fs::canonicalize(path).map_err(|error| read_error(&error))?;
    Ok(roots.iter().any(|root| real.starts_with(root)))
}

/// The words of the system without its error number, in lower case: `permission denied`.
pub fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = words.chars();
    chars.next().into_iter().flat_map(char::to_lowercase).chain(chars).collect()
}

pub(crate) fn read_error(error: &io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound => ReadError::NotFound,
        _ => ReadError::Io(words(error)),
    }
}

/// Why a file is not read; `limit` is how many bytes it may have.
pub(crate) fn refusal(error: &ReadError, limit: u64) -> String {
    match error {
        ReadError::NotFound => "cannot be read: it is not there".to_owned(),
        ReadError::OutsideProject => {
            "is not read: it is a link that leads out of the project".to_owned()
        }
        ReadError::TooLarge(_) => {
            format!("is not read: it is longer than {} MiB", limit / (1024 * 1024))
        }
        ReadError::Io(words) => format!("cannot be read: {words}"),
    }
}
