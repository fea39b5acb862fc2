//! Replaces files, each whole or not at all. Never follows a link out of the project and never
//! overwrites what somebody else has changed meanwhile.

use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use source::FileId;

use crate::error::ProjectError;
use crate::load::Discovery;
use crate::paths::display_path;
use crate::read::{is_inside, words};

/// Numbers the files that are being written.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Gives the regular file at `target`, which need not exist yet, other contents: writes a file beside
/// it, with the same owner and permissions, that takes its name when it is complete. Where `target`
/// is a link, the link is replaced.
pub fn replace_file(target: &Path, bytes: &[u8]) -> io::Result<()> {
    Staged::write(target, bytes)?.take_place()
}

/// New contents beside a file. Dropped, they are gone.
struct Staged<'t> {
    beside: PathBuf,
    target: &'t Path,
}

impl<'t> Staged<'t> {
    fn write(target: &'t Path, bytes: &[u8]) -> io::Result<Self> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!(".cfglint-{}-{number}.tmp", std::process::id());
        let beside = target.with_file_name(name);
        let mut file = File::options().write(true).create_new(true).open(&beside)?;
        let staged = Self { beside, target };
        if let Ok(metadata) = fs::metadata(target) {
            take_owner(&staged.beside, &metadata);
            file.set_permissions(metadata.permissions())?;
        }
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(staged)
    }

    fn take_place(self) -> io::Result<()> {
        fs::rename(&self.beside, self.target)
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        // After the renaming there is nothing of that name.
        let _ = fs::remove_file(&self.beside);
    }
}

/// Gives `path` the owner that `metadata` names, where that is allowed; else it is ours.
#[cfg(unix)]
fn take_owner(path: &Path, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let _ = chown(path, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn take_owner(_path: &Path, _metadata: &Metadata) {}

impl Discovery {
    /// Tells whether [`Discovery::write`] may write `file`, as far as that can be known before.
    pub fn check_writable(&self, file: FileId) -> Result<(), ProjectError> {
        self.target(file).map(drop)
    }

    /// The path of the file that [`Discovery::write`] replaces, links resolved, as output shows it.
    pub fn target_name(&self, file: FileId) -> String {
        let real = || {
            let path = fs::canonicalize(self.path(file)?).ok()?;
            Some(display_path(&path, &fs::canonicalize(&self.cwd).ok()?))
        };
        real().unwrap_or_else(|| self.files.get(file).path().to_owned())
    }

    /// Replaces `file` by `text`, if it is still what it was when it was read. Through a link inside
    /// the project it is the file that the link leads to which is replaced.
    pub fn write(&self, file: FileId, text: &[u8]) -> Result<(), ProjectError> {
        let target = self.target(file)?;
        let refused = |error: &io::Error| self.refused(file, words(error));
        let staged = Staged::write(&target, text).map_err(|error| {
            self.refused(file, format!("no file can be made beside it: {}", words(&error)))
        })?;
        let present = fs::read(&target).map_err(|error| refused(&error))?;
        if present == text {
            // The file has two names, and was mended under the other one.
            return Ok(());
        }
        if present != **self.files.get(file).text() {
            return Err(self.refused(file, "it changed while cfglint was running"));
        }
        staged.take_place().map_err(|error| refused(&error))
    }

    /// The file to replace, links resolved.
    fn target(&self, file: FileId) -> Result<PathBuf, ProjectError> {
        let path = self.path(file).ok_or_else(|| self.refused(file, "it was not read"))?;
        let refused = |error: &io::Error| self.refused(file, words(error));
        let target = fs::canonicalize(&path).map_err(|error| refused(&error))?;
        if !is_inside(&target, self.disk.roots()).unwrap_or(false) {
            return Err(self.refused(file, "it lies outside the project"));
        }
        // What other people wrote is changed only where it was asked for.
        if self.is_foreign(&target) {
            return Err(self.refused(file, "it is a link that leads below `.terraform`"));
        }
        let metadata = fs::metadata(&target).map_err(|error| refused(&error))?;
        if !metadata.is_file() {
            return Err(self.refused(file, "it is not a regular file"));
        }
        // Renaming would replace it all the same, whoever may write it.
        if metadata.permissions().readonly() {
            return Err(self.refused(file, "it is read-only"));
        }
        File::options().write(true).open(&target).map_err(|error| refused(&error))?;
        Ok(target)
    }

    fn refused(&self, file: FileId, reason: impl Into<String>) -> ProjectError {
        let path = self.files.get(file).path().into();
        ProjectError::NotWritten { path, reason: reason.into() }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// What is read of a folder with one file.
    fn discovery(folder: &Path, text: &str) -> (Discovery, FileId) {
        fs::create_dir_all(folder.join(".git")).expect("a folder");
        fs::write(folder.join("main.tf"), text).expect("is written");
        let found = crate::find(&[".".into()], folder, crate::Setup::default()).expect("is there");
        (found.load(), FileId(0))
    }

    fn names(folder: &Path) -> usize {
        fs::read_dir(folder).expect("is there").count()
    }

    #[test]
    fn a_file_that_changed_meanwhile_is_not_overwritten() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (discovery, file) = discovery(folder.path(), "a = 1\n");
        let path = folder.path().join("main.tf");
        fs::write(&path, "a = 2\n").expect("is written");
        let error = discovery.write(file, b"a = 3\n").expect_err("it changed");
        let expect = "`main.tf` cannot be written: it changed while cfglint was running";
        assert_eq!(error.to_string(), expect);
        assert_eq!(fs::read(&path).expect("is there"), b"a = 2\n");
        // What is there already need not be written.
        discovery.write(file, b"a = 2\n").expect("is written");
        fs::remove_file(&path).expect("is removed");
        assert!(discovery.write(file, b"a = 3\n").is_err());
        assert_eq!(names(folder.path()), 1, "something is left behind");
    }

    #[test]
    fn files_are_replaced_whole() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (discovery, file) = discovery(folder.path(), "a = 1\n");
        discovery.check_writable(file).expect("is writable");
        discovery.write(file, b"a = 3\n").expect("is written");
        assert_eq!(fs::read(folder.path().join("main.tf")).expect("is there"), b"a = 3\n");
        assert_eq!(names(folder.path()), 2);
    }

    #[test]
    fn what_is_no_file_any_more_is_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (discovery, file) = discovery(folder.path(), "a = 1\n");
        let path = folder.path().join("main.tf");
        fs::remove_file(&path).expect("is removed");
        fs::create_dir(&path).expect("a folder");
        let error = discovery.write(file, b"a = 3\n").expect_err("a folder");
        assert!(error.to_string().ends_with("it is not a regular file"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_out_by_now_is_refused() {
        let outside = tempfile::tempdir().expect("a temporary folder");
        let target = outside.path().join("main.tf");
        fs::write(&target, "a = 1\n").expect("is written");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (discovery, file) = discovery(folder.path(), "a = 1\n");
        let path = folder.path().join("main.tf");
        fs::remove_file(&path).expect("is removed");
        std::os::unix::fs::symlink(&target, &path).expect("a link");
        let error = discovery.write(file, b"a = 3\n").expect_err("leads out");
        assert!(error.to_string().ends_with("it lies outside the project"), "{error}");
        assert_eq!(fs::read(&target).expect("is there"), b"a = 1\n");
    }

    #[cfg(unix)]
    #[test]
    fn below_terraform_only_what_was_given_is_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let below = folder.path().join(".terraform/modules/a");
        fs::create_dir_all(&below).expect("a folder");
        fs::write(below.join("a.tf"), "a = 1\n").expect("is written");
        std::os::unix::fs::symlink(below.join("a.tf"), folder.path().join("link.tf"))
            .expect("a link");
        let (all, _) = discovery(folder.path(), "");
        let error = all.write(FileId(0), b"a = 3\n").expect_err("is a link");
        assert!(error.to_string().starts_with("`link.tf` cannot be written: it is a link"));
        let setup = crate::Setup::default();
        let given = crate::find(std::slice::from_ref(&below), folder.path(), setup)
            .expect("is there")
            .load();
        given.write(FileId(0), b"a = 3\n").expect("was given");
        assert_eq!(fs::read(below.join("a.tf")).expect("is there"), b"a = 3\n");
    }
}
