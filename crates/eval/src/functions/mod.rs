//! The functions of Terraform: which there are, and calls of them. Reads files through the scope
//! only. `try`, `can`, `convert` and `templatestring` look at their arguments unevaluated
//! and are the evaluator's.

mod addresses;
mod call;
mod charset;
mod collections;
mod conversion;
mod csv;
mod deflate;
mod digest;
mod encoding;
mod files;
mod fileset;
mod format;
mod format_value;
mod glob;
mod gzip;
mod huffman;
mod names;
mod numbers;
mod paths;
mod pattern;
mod pattern_class;
mod pattern_names;
mod power;
mod regex;
mod rsa;
mod sequences;
mod sets;
mod strings;
mod tfvars;
mod time;
mod uuid;
mod yaml_decode;
mod yaml_encode;
mod yaml_scalar;

use std::collections::HashMap;
use std::sync::LazyLock;

use value::{Reason, Type, Unknown, Value};

pub use call::{CallError, Function, FunctionError, Parameter, ParameterType};
pub(crate) use call::{Outcome, Surroundings};
pub(crate) use files::text_of;
pub use names::{is_special_form, is_terraform_function};
pub(crate) use tfvars::is_identifier;

static TABLES: [&[Function]; 25] = [
    addresses::FUNCTIONS,
    charset::FUNCTIONS,
    collections::FUNCTIONS,
    conversion::FUNCTIONS,
    csv::FUNCTIONS,
    encoding::FUNCTIONS,
    files::FUNCTIONS,
    fileset::FUNCTIONS,
    format::FUNCTIONS,
    gzip::FUNCTIONS,
    names::IMPURE,
    names::REMOVED,
    names::RENDERING,
    numbers::FUNCTIONS,
    paths::FUNCTIONS,
    regex::FUNCTIONS,
    rsa::FUNCTIONS,
    sequences::FUNCTIONS,
    sets::FUNCTIONS,
    strings::FUNCTIONS,
    tfvars::FUNCTIONS,
    time::FUNCTIONS,
    uuid::FUNCTIONS,
    yaml_decode::FUNCTIONS,
    yaml_encode::FUNCTIONS,
];

/// The function of a name, also as `core::name`.
pub fn find(name: &str) -> Option<&'static Function> {
    static BY_NAME: LazyLock<HashMap<&'static str, &'static Function>> = LazyLock::new(|| {
        let functions = TABLES.iter().copied().flatten();
        functions.map(|function| (function.name, function)).collect()
    });
    BY_NAME.get(plain(name)).copied()
}

/// The name without the namespace that all but the functions of providers may have.
fn plain(name: &str) -> &str {
    name.strip_prefix("core::").filter(|plain| !plain.contains("::")).unwrap_or(name)
}

/// An unknown value made from unknown values.
fn unknown(ty: Type) -> Value {
    Value::unknown(ty, Reason::Derived)
}

/// The same, certainly not null.
fn unknown_not_null(ty: Type) -> Value {
    Unknown::new(ty, Reason::Derived).not_null().into_value()
}

/// A number as the whole number that Terraform needs; the text is its complaint.
fn whole(value: &Value) -> Result<i64, String> {
    value
        .as_number()
        .and_then(value::Number::to_i64)
        .ok_or_else(|| format!("only whole numbers from {} to {} are possible", i64::MIN, i64::MAX))
}

/// The text of an argument that the call has made sure is a known string.
fn text(arguments: &[Value], index: usize) -> &str {
    arguments.get(index).and_then(Value::as_str).unwrap_or_default()
}

/// The elements of an argument that the call has made sure is a known list, set or tuple.
fn elements(arguments: &[Value], index: usize) -> &[Value] {
    arguments.get(index).and_then(Value::as_elements).unwrap_or_default()
}

#[cfg(test)]
mod tests;
