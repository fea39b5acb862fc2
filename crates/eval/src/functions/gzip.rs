//! `base64gzip`: text compressed as Terraform does it, to the byte. Never unpacks anything.

use value::{MAX_STRING, Type, Value};

use super::call::{Function, Parameter, ParameterType};
use super::deflate::deflate;
use super::encoding::base64_encode;
use super::strings::string;
use super::text;

/// What precedes the data: the mark of the format, the method, no time, an unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

pub(super) static FUNCTIONS: &[Function] = &[Function::new(
    "base64gzip",
    &[Parameter::new("str", ParameterType::String)],
    string,
    |arguments, _| {
        let packed = base64_encode(&gzip(text(arguments, 0).as_bytes()));
        let too_long = packed.len() > MAX_STRING;
        Ok(if too_long { Value::limit(Type::String) } else { Value::string(packed) })
    },
)
.costing(|arguments| {
    let text = arguments.iter().map(Value::text_size).fold(0, u64::saturating_add);
    // The tables for the search alone take a while.
    usize::try_from(text / 8).unwrap_or(usize::MAX).saturating_add(500)
})];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = HEADER.to_vec();
    out.extend(deflate(bytes));
    out.extend(crc32fast::hash(bytes).to_le_bytes());
    // Terraform's strings are shorter than what this field has room for.
    out.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
    out
}
