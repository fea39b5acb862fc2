//! All names that Terraform's functions have, and what is known of those that are not implemented.

use value::{Reason, Type, Unknown, Value};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::strings::string;

/// Functions that get their arguments unevaluated: the evaluator's.
const SPECIAL_FORMS: [&str; 4] = ["can", "convert", "templatestring", "try"];

/// Functions whose result is not computed, by what it is.
const STRINGS: [&str; 17] = [
    "abspath",
    "base64gzip",
    "file",
    "filebase64",
    "filebase64sha256",
    "filebase64sha512",
    "filemd5",
    "filesha1",
    "filesha256",
    "filesha512",
    "pathexpand",
    "rsadecrypt",
    "templatestring",
    "textdecodebase64",
    "textencodebase64",
    "uuidv5",
    "yamlencode",
];
/// The same of other types.
const OTHERS: [(&str, MakeType); 4] = [
    ("fileexists", || Type::Bool),
    ("fileset", || Type::set(Type::String)),
    ("templatefile", || Type::Dynamic),
    ("yamldecode", || Type::Dynamic),
];

type MakeType = fn() -> Type;

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
    let name = name.strip_prefix("core::").unwrap_or(name);
    let ty = if STRINGS.contains(&name) {
        Type::String
    } else {
        OTHERS.iter().find(|(other, _)| *other == name)?.1()
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
