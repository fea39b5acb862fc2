//! Texts that are committed and compared with what is printed today.

use std::fs;
use std::path::Path;

/// Compares `found` with the file at `path`, or writes it there where the environment has
/// `UPDATE_FIXTURES`, for somebody to read the difference.
#[track_caller]
pub(crate) fn compare(path: &Path, found: &str) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(path, found).expect("writable");
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(found, expected, "{name}; UPDATE_FIXTURES=1 writes it anew");
}
