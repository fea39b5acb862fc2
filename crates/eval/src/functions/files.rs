//! What stands in files, and whether there are any. Reads through the scope only, inside the
//! project and up to a limit; what cannot be read is unknown.

use source::{EntryKind, Files, ReadError, Text};
use value::{Type, Value};

use super::call::{Function, FunctionError, Outcome, Surroundings};
use super::encoding::{base64_encode, hex};
use super::paths::{PATH, clean, expand, unread};
use super::strings::{bool, string};
use super::{digest, text};

/// Bytes that a file may have.
const MAX_FILE: u64 = 1 << 20;
/// Bytes of a file that a step reads.
const BYTES: usize = 256;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::asking("file", PATH, string, |arguments, around| {
        Ok(match text_of(text(arguments, 0), around)? {
            Some(text) => Value::string(text),
            None => unread(Type::String),
        })
    })
    .quoting(),
    Function::asking("filebase64", PATH, string, |arguments, around| {
        let path = text(arguments, 0);
        match read(path, around) {
            Ok(bytes) => Ok(Value::string(base64_encode(&bytes))),
            Err(failure) => failure.of_argument(path).map(|()| unread(Type::String)),
        }
    })
    .quoting(),
    Function::asking("fileexists", PATH, bool, exists).quoting(),
    hash("filemd5", |path, around| hashed(path, around, |bytes| hex(&digest::md5(bytes)))),
    hash("filesha1", |path, around| hashed(path, around, |bytes| hex(&digest::sha1(bytes)))),
    hash("filesha256", |path, around| hashed(path, around, |bytes| hex(&digest::sha256(bytes)))),
    hash("filesha512", |path, around| hashed(path, around, |bytes| hex(&digest::sha512(bytes)))),
    hash("filebase64sha256", |path, around| {
        hashed(path, around, |bytes| base64_encode(&digest::sha256(bytes)))
    }),
    hash("filebase64sha512", |path, around| {
        hashed(path, around, |bytes| base64_encode(&digest::sha512(bytes)))
    }),
];

const fn hash(name: &'static str, run: fn(&[Value], &Surroundings<'_>) -> Outcome) -> Function {
    Function::asking(name, PATH, string, run).quoting()
}

/// The digest of a file.
fn hashed(arguments: &[Value], around: &Surroundings<'_>, digest: fn(&[u8]) -> String) -> Outcome {
    let path = text(arguments, 0);
    match read(path, around) {
        Ok(bytes) => Ok(Value::string(digest(&bytes))),
        Err(failure) => failure.of_call(path).map(|()| unread(Type::String)),
    }
}

/// Why a file is not read.
enum Failure {
    /// There is none of that name.
    Missing,
    /// It is a directory; its path as Terraform writes it.
    Directory(String),
    /// `~` cannot be resolved, whoever runs Terraform.
    Home(&'static str),
    /// It lies where nothing is read, it is too large, or it is no regular file here.
    Unread,
}

impl Failure {
    /// What Terraform says where it blames the argument; nothing when it may well read the file.
    fn of_argument(self, path: &str) -> Outcome<()> {
        let error = |text: String| Err(FunctionError::argument(0, text));
        match self {
            Self::Unread => Ok(()),
            Self::Home(why) => error(format!("failed to expand ~: {why}")),
            Self::Directory(clean) => error(format!("{clean} is a directory")),
            Self::Missing => Err(FunctionError::argument(
                0,
                format!(
                    "no file exists at {path:?}; a file that is made while the configuration is \
                     applied cannot be read, only what the resource that makes it says of it"
                ),
            )
            .missing_file()),
        }
    }

    /// The same where Terraform blames the call.
    fn of_call(self, path: &str) -> Outcome<()> {
        let error = |text: String| Err(FunctionError::new(text));
        match self {
            Self::Unread => Ok(()),
            Self::Home(why) => error(format!("failed to expand ~: {why}")),
            Self::Directory(clean) => error(format!("read {clean}: is a directory")),
            Self::Missing => {
                let text = format!("there is no file {}", clean(path));
                Err(FunctionError::new(text).missing_file())
            }
        }
    }
}

/// What lies at `path` and where to read it: the files, their base and the clean path.
pub(super) struct Place<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) base: &'a str,
    pub(super) path: String,
}

/// The place of a path; `None` when nothing is known of files or of the home directory.
pub(super) fn place<'a>(
    path: &str,
    around: &Surroundings<'a>,
) -> Result<Option<Place<'a>>, &'static str> {
    let expanded = expand(path, around)?;
    let files = around.scope.and_then(|scope| scope.files());
    Ok(match (expanded, files) {
        (Some(expanded), Some((files, base))) => {
            Some(Place { files, base, path: clean(&expanded.path) })
        }
        _ => None,
    })
}

fn read(path: &str, around: &Surroundings<'_>) -> Result<Text, Failure> {
    let Some(place) = place(path, around).map_err(Failure::Home)? else {
        return Err(Failure::Unread);
    };
    if !around.budget.spend(16) {
        return Err(Failure::Unread);
    }
    match place.files.kind(place.base, &place.path) {
        Ok(EntryKind::File) => {}
        Ok(EntryKind::Directory) => return Err(Failure::Directory(place.path)),
        Err(ReadError::NotFound) => return Err(Failure::Missing),
        Ok(EntryKind::Other | EntryKind::Outside) | Err(_) => return Err(Failure::Unread),
    }
    match place.files.read(place.base, &place.path, MAX_FILE) {
        Ok(bytes) if around.budget.spend(bytes.len() / BYTES) => Ok(bytes),
        _ => Err(Failure::Unread),
    }
}

/// The text of a file; `None` when it is not read.
pub(crate) fn text_of(path: &str, around: &Surroundings<'_>) -> Outcome<Option<String>> {
    let bytes = match read(path, around) {
        Ok(bytes) => bytes,
        Err(failure) => return failure.of_argument(path).map(|()| None),
    };
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Some(text.to_owned())),
        Err(_) => Err(FunctionError::new(format!(
            "{path:?} holds no UTF-8; `filebase64` gives them in Base64, and \
             functions like `filesha256` their digest"
        ))),
    }
}

fn exists(arguments: &[Value], around: &Surroundings<'_>) -> Outcome {
    let place = place(text(arguments, 0), around)
        .map_err(|why| FunctionError::new(format!("failed to expand ~: {why}")))?;
    let Some(place) = place.filter(|_| around.budget.spend(16)) else {
        return Ok(unread(Type::Bool));
    };
    match place.files.kind(place.base, &place.path) {
        Ok(EntryKind::File) => Ok(Value::bool(true)),
        Err(ReadError::NotFound) => Ok(Value::bool(false)),
        Ok(EntryKind::Directory) => {
            Err(FunctionError::new(format!("{:?} is a directory, not a file", place.path)))
        }
        Ok(EntryKind::Other | EntryKind::Outside) | Err(_) => Ok(unread(Type::Bool)),
    }
}
