//! Schemas of providers that are given: what `terraform providers schema -json` prints, kept in compact
//! form below the project root, where the next run finds it. A cache that cannot be read or written is
//! passed over. Never writes outside the project.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use schema::{Catalog, Data, Model};
use sha2::{Digest as _, Sha256};

use crate::error::ProjectError;
use crate::load::Discovery;
use crate::paths::resolved;
use crate::read::{read_anywhere, read_error, refusal};
use crate::write::replace_file;

/// A schema that is longer is not read: 256 MiB. That of a large provider has some 15 MiB.
const SCHEMA_LIMIT: u64 = 256 * 1024 * 1024;

/// Stack for reading one file: it may nest deeply, and threads that walk have little.
const STACK_SIZE: usize = 16 * 1024 * 1024;

/// Raised when the same text would be read in another way; the format of the data has a number of its
/// own.
const READING: &str = "1";

/// The folder of the cache below the project root.
const CACHE: [&str; 2] = [".cfglint", "cache"];

/// The providers that one file describes.
pub(crate) type SchemaFile = Arc<[Data]>;

/// The schemas of providers that were given.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    /// Each with the scope in which it counts; later ones go before the others.
    files: Vec<(u32, SchemaFile)>,
}

impl Schemas {
    /// The schemas that are built in, and before them those that were given.
    pub fn catalog(&self) -> Catalog<'_> {
        let data = self.files.iter().flat_map(|(scope, file)| file.iter().map(|one| (*scope, one)));
        data.fold(Catalog::builtin(), |catalog, (scope, data)| catalog.with_in(scope, data))
    }
}

impl Discovery {
    /// Reads the files of `--schema`, wherever they lie, and joins them with those that configuration
    /// files name. The latter count for the modules to which these files apply, which are told so.
    pub fn load_schemas(&mut self, given: &[PathBuf]) -> Result<Schemas, ProjectError> {
        let configuration = self.configured.configuration();
        let root = self.given.iter().next().map(|directory| configuration.project(directory).root);
        let mut files = Vec::new();
        for path in given {
            let read = read_schemas(&resolved(path, &self.cwd), root.as_deref());
            let refused = |reason| ProjectError::NoSchema { path: path.clone(), reason };
            files.push((0, read.map_err(refused)?));
        }
        let mut scopes: Vec<Vec<SchemaFile>> = Vec::new();
        for (module, place) in self.modules.iter_mut().zip(&self.places) {
            let named = configuration.schemas(&place.path);
            if named.is_empty() {
                continue;
            }
            let known = scopes.iter().position(|other| is_same(other, &named));
            let scope = known.unwrap_or_else(|| {
                scopes.push(named);
                scopes.len() - 1
            });
            module.schema_scope = u32::try_from(scope + 1).unwrap_or(0);
        }
        for (scope, named) in (1..).zip(scopes) {
            files.extend(named.into_iter().map(|file| (scope, file)));
        }
        Ok(Schemas { files })
    }
}

/// Whether both name the same files.
fn is_same(one: &[SchemaFile], other: &[SchemaFile]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| Arc::ptr_eq(one, other))
}

/// Reads the schemas in the file at `path`, or finds them in the cache below `root`. Else gives what is
/// wrong, as the rest of a sentence.
pub(crate) fn read_schemas(path: &Path, root: Option<&Path>) -> Result<SchemaFile, String> {
    let text = read_anywhere(path, SCHEMA_LIMIT).map_err(|error| refusal(&error, SCHEMA_LIMIT))?;
    let cache = root.map(|root| Cache::new(root, &text));
    if let Some(found) = cache.as_ref().and_then(Cache::read) {
        return Ok(found);
    }
    let data = convert(&text)?;
    if let Some(cache) = cache {
        // The next run is slower, that is all.
        let _ = cache.write(&data);
    }
    Ok(data)
}

/// The compact form of what `terraform providers schema -json` prints.
fn convert(text: &[u8]) -> Result<SchemaFile, String> {
    let work = || {
        let models = Model::from_terraform_json(text).map_err(|error| {
            format!("is not what `terraform providers schema -json` prints: {error}")
        })?;
        let encode = |model: &Model| model.encode().and_then(Data::new);
        let data: Option<SchemaFile> = models.iter().map(encode).collect();
        data.ok_or_else(|| "is not read: it has too many entries".to_owned())
    };
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK_SIZE);
        let reader = builder.spawn_scoped(scope, work);
        let reader = reader.map_err(|error| refusal(&read_error(&error), SCHEMA_LIMIT))?;
        reader.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Where the compact form of one text is kept.
struct Cache {
    root: PathBuf,
    name: String,
}

impl Cache {
    fn new(root: &Path, text: &[u8]) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let mut hash = Sha256::new();
        hash.update(format!("{version} {READING} {}\n", schema::FORMAT));
        hash.update(text);
        let mut name = "schema-".to_owned();
        for byte in hash.finalize().iter().take(16) {
            let _ = write!(name, "{byte:02x}");
        }
        Self { root: root.to_owned(), name: name + ".bin" }
    }

    /// The folder, when nothing on the way to it is a link.
    fn folder(&self) -> io::Result<PathBuf> {
        let mut folder = self.root.clone();
        for name in CACHE {
            folder.push(name);
            refuse_link(&folder)?;
        }
        Ok(folder)
    }

    fn read(&self) -> Option<SchemaFile> {
        let path = self.folder().ok()?.join(&self.name);
        let is_file = fs::symlink_metadata(&path).is_ok_and(|found| found.is_file());
        let bytes = is_file.then(|| read_anywhere(&path, SCHEMA_LIMIT).ok())??;
        unpack(&bytes)
    }

    fn write(&self, data: &[Data]) -> io::Result<()> {
        let mut folder = self.root.clone();
        for name in CACHE {
            folder.push(name);
            if let Err(error) = fs::create_dir(&folder)
                && error.kind() != io::ErrorKind::AlreadyExists
            {
                return Err(error);
            }
            // The next folder is made in this one, which must not lie elsewhere.
            refuse_link(&folder)?;
        }
        let ignore = folder.join(".gitignore");
        if fs::symlink_metadata(&ignore).is_err() {
            replace_file(&ignore, b"*\n")?;
        }
        replace_file(&folder.join(&self.name), &pack(data))
    }
}

/// Whether `folder` is a folder itself, and no link to one.
fn refuse_link(folder: &Path) -> io::Result<()> {
    let is_folder = fs::symlink_metadata(folder)?.is_dir();
    if is_folder { Ok(()) } else { Err(io::ErrorKind::NotADirectory.into()) }
}

/// Several pieces of data as one text: how many there are, and each behind its length.
fn pack(data: &[Data]) -> Vec<u8> {
    let mut bytes = (data.len() as u64).to_le_bytes().to_vec();
    for one in data {
        let piece = one.as_bytes();
        bytes.extend_from_slice(&(piece.len() as u64).to_le_bytes());
        bytes.extend_from_slice(piece);
    }
    bytes
}

/// The pieces of [`pack`]; `None` for other bytes.
fn unpack(bytes: &[u8]) -> Option<SchemaFile> {
    let (count, mut bytes) = bytes.split_first_chunk::<8>()?;
    let mut data = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<8>() {
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (piece, rest) = rest.split_at_checked(length)?;
        data.push(Data::new(piece.to_vec())?);
        bytes = rest;
    }
    let is_whole = bytes.is_empty() && data.len() as u64 == u64::from_le_bytes(*count);
    is_whole.then(|| data.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &[u8] = br#"{"format_version": "1.0", "provider_schemas": {"a.b/c/d": {}}}"#;

    fn cache_of(root: &Path) -> Option<SchemaFile> {
        Cache::new(root, SCHEMA).read()
    }

    fn read(root: &Path) -> usize {
        let file = root.join("schema.json");
        fs::write(&file, SCHEMA).expect("can be written");
        read_schemas(&file, Some(root)).expect("is a schema").len()
    }

    #[test]
    fn what_was_read_is_kept() {
        let root = tempfile::tempdir().expect("a folder");
        assert!(cache_of(root.path()).is_none());
        assert_eq!(read(root.path()), 1);
        assert_eq!(cache_of(root.path()).expect("is kept").len(), 1);
    }

    #[test]
    fn a_broken_cache_is_passed_over() {
        let root = tempfile::tempdir().expect("a folder");
        assert_eq!(read(root.path()), 1);
        let file = root.path().join(".cfglint/cache").join(Cache::new(root.path(), SCHEMA).name);
        let whole = fs::read(&file).expect("is kept");
        for length in 0..whole.len() {
            assert!(unpack(&whole[..length]).is_none(), "{length} bytes");
        }
        assert!(unpack(&[0xff; 64]).is_none());
        fs::write(&file, b"other").expect("can be written");
        assert_eq!(read(root.path()), 1);
        assert!(cache_of(root.path()).is_some(), "it is written anew");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_behind_a_link() {
        let check = |folder: &str, link: &str| {
            let (root, outside) = (tempfile::tempdir(), tempfile::tempdir());
            let (root, outside) = (root.expect("a folder"), outside.expect("a folder"));
            fs::create_dir_all(root.path().join(folder)).expect("can be made");
            let link = root.path().join(link);
            std::os::unix::fs::symlink(outside.path(), link).expect("can be made");
            assert_eq!(read(root.path()), 1);
            assert_eq!(fs::read_dir(outside.path()).expect("is there").count(), 0);
        };
        check("", ".cfglint");
        check(".cfglint", ".cfglint/cache");
    }
}
