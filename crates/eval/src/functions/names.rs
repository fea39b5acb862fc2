//! All names that Terraform's functions have, and what is known of those that are not implemented.

use value::{Reason, Type, Unknown, Value};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::strings::{bool, string};

/// Functions that get their arguments unevaluated: the evaluator's.
const SPECIAL_FORMS: [&str; 4] = ["can", "convert", "templatestring", "try"];

/// Functions whose result is not computed, to check the arguments of calls.
static MISSING: &[Function] = &[
    Function::new("abspath", PATH, string, missing),
    Function::new("base64gzip", &[text("str")], string, missing),
    Function::new("file", PATH, string, missing),
    Function::new("filebase64", PATH, string, missing),
    Function::new("filebase64sha256", PATH, string, missing),
    Function::new("filebase64sha512", PATH, string, missing),
    Function::new("fileexists", PATH, bool, missing),
    Function::new("filemd5", PATH, string, missing),
    Function::new("fileset", &[text("path"), text("pattern")], set_of_strings, missing),
    Function::new("filesha1", PATH, string, missing),
    Function::new("filesha256", PATH, string, missing),
    Function::new("filesha512", PATH, string, missing),
    Function::new("pathexpand", PATH, string, missing),
    Function::new("rsadecrypt", &[text("ciphertext"), text("privatekey")], string, missing),
    Function::new("templatefile", &[text("path"), ANY], dynamic, missing),
    Function::new("textdecodebase64", &[text("source"), text("encoding")], string, missing),
    Function::new("textencodebase64", &[text("string"), text("encoding")], string, missing),
    Function::new("uuidv5", &[text("namespace"), text("name")], string, missing),
    Function::new("yamldecode", &[text("src")], dynamic, missing).nullable(),
    Function::new("yamlencode", &[ANY.null()], string, missing),
];
const PATH: &[Parameter] = &[text("path")];
const ANY: Parameter = Parameter::new("value", ParameterType::Any).unknown().dynamic();

const fn text(name: &'static str) -> Parameter {
    Parameter::new(name, ParameterType::String)
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that the table needs")]
fn set_of_strings(_: &[Value]) -> Outcome<Type> {
    Ok(Type::set(Type::String))
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that the table needs")]
fn dynamic(_: &[Value]) -> Outcome<Type> {
    Ok(Type::Dynamic)
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that the table needs")]
fn missing(_: &[Value], ty: &Type) -> Outcome {
    // The call sees to it that those are not null that never are.
    Ok(Value::unknown(ty.clone(), Reason::Function))
}

/// The function of that name that Terraform has, but that is not implemented here.
pub(crate) fn find_missing(name: &str) -> Option<&'static Function> {
    let name = name.strip_prefix("core::").unwrap_or(name);
    MISSING.iter().find(|function| function.name == name)
}

/// Whether Terraform has a built-in function of that name (also `core::name`), implemented here or
/// not.
pub fn is_terraform_function(name: &str) -> bool {
    let name = name.strip_prefix("core::").unwrap_or(name);
    is_special_form(name) || super::find(name).is_some() || missing_result(name).is_some()
}

/// Whether the function looks at its arguments unevaluated.
pub fn is_special_form(name: &str) -> bool {
    SPECIAL_FORMS.contains(&name)
}

/// What a function gives that is not implemented: an unknown value, of its type where that is
/// always the same. `None` for implemented functions and for names that are none.
pub fn missing_result(name: &str) -> Option<Value> {
    let ty = match name.strip_prefix("core::").unwrap_or(name) {
        "fileexists" => Type::Bool,
        "fileset" => Type::set(Type::String),
        "templatefile" | "yamldecode" => Type::Dynamic,
        "templatestring" => Type::String,
        name => find_missing(name).map(|_| Type::String)?,
    };
    Some(Unknown::new(ty, Reason::Function).not_null().into_value())
}

/// Functions whose result differs from run to run. The evaluator gives each call an identity.
pub(super) static IMPURE: &[Function] = &[
    Function::new("timestamp", &[], string, |_, _| Ok(impure())),
    Function::new("plantimestamp", &[], string, |_, _| Ok(impure())),
    Function::new("uuid", &[], string, |_, _| Ok(impure())),
    Function::new("bcrypt", &[Parameter::new("str", ParameterType::String)], string, |_, _| {
        Ok(impure())
    })
    .variadic(Parameter::new("cost", ParameterType::Number)),
];

fn impure() -> Value {
    Unknown::new(Type::String, Reason::Impure).not_null().into_value()
}

/// Functions that Terraform still knows, to say what to write instead.
pub(super) static REMOVED: &[Function] = &[
    Function::new("list", &[], |_| Err(removed("list", "tolist([ ... ])")), never)
        .variadic(ANYTHING),
    Function::new("map", &[], |_| Err(removed("map", "tomap({ ... })")), never).variadic(ANYTHING),
];

/// What runs if the type of the result is an error already: nothing.
#[expect(clippy::unnecessary_wraps, reason = "the shape that the table needs")]
fn never(_: &[Value], ty: &Type) -> Outcome {
    Ok(Value::unknown(ty.clone(), Reason::Error))
}

const ANYTHING: Parameter =
    Parameter::new("vals", ParameterType::Any).null().unknown().dynamic().marked();

fn removed(name: &str, instead: &str) -> FunctionError {
    FunctionError::new(format!(
        "the {name:?} function was deprecated in Terraform v0.12 and is no longer available; use \
         {instead} syntax to write a literal {name}"
    ))
}
