//! `uuidv5`: the UUID of a name in a namespace. Never makes one by chance.

use uuid::{Builder, Uuid};
use value::Value;

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::strings::string;
use super::{digest, text};

pub(super) static FUNCTIONS: &[Function] = &[Function::new(
    "uuidv5",
    &[
        Parameter::new("namespace", ParameterType::String),
        Parameter::new("name", ParameterType::String),
    ],
    string,
    |arguments, _| uuidv5(text(arguments, 0), text(arguments, 1)),
)
.quoting()
.slow()];

fn uuidv5(namespace: &str, name: &str) -> Outcome {
    let space = match namespace {
        "dns" => Uuid::NAMESPACE_DNS,
        "url" => Uuid::NAMESPACE_URL,
        "oid" => Uuid::NAMESPACE_OID,
        "x500" => Uuid::NAMESPACE_X500,
        _ => parse(namespace).ok_or_else(|| {
            let what = format!("the namespace {namespace} is neither known nor a UUID");
            FunctionError::new(what)
        })?,
    };
    let mut bytes = space.as_bytes().to_vec();
    bytes.extend_from_slice(name.as_bytes());
    let mut hash = [0; 16];
    for (place, byte) in hash.iter_mut().zip(digest::sha1(&bytes)) {
        *place = byte;
    }
    Ok(Value::string(Builder::from_sha1_bytes(hash).into_uuid().to_string()))
}

/// A UUID with or without hyphens, in braces, or as a URN. Like Terraform's reader, it does not look
/// what the braces are.
fn parse(text: &str) -> Option<Uuid> {
    let text = match text.len() {
        38 => text.get(1..37)?,
        45 if text.get(..9)?.eq_ignore_ascii_case("urn:uuid:") => &text[9..],
        32 | 36 => text,
        _ => return None,
    };
    Uuid::try_parse(text).ok()
}
