//! The names that functions have which are not in the tables of their field: those that get their
//! arguments unevaluated, that differ from run to run, that are gone, that render templates.

use value::{Reason, Type, Unknown, Value};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::strings::string;
use super::text;
use crate::file_template::templatefile;

/// Functions that get their arguments unevaluated: the evaluator's.
const SPECIAL_FORMS: [&str; 4] = ["can", "convert", "templatestring", "try"];

/// Whether Terraform has a built-in function of that name (also `core::name`).
pub fn is_terraform_function(name: &str) -> bool {
    is_special_form(super::plain(name)) || super::find(name).is_some()
}

/// Whether the function looks at its arguments unevaluated.
pub fn is_special_form(name: &str) -> bool {
    SPECIAL_FORMS.contains(&name)
}

/// Functions that render templates; `templatestring` looks at its argument unevaluated.
pub(super) static RENDERING: &[Function] = &[Function::asking(
    "templatefile",
    &[Parameter::new("path", ParameterType::String), Parameter::new("vars", ParameterType::Any)],
    |_| Ok(Type::Dynamic),
    |arguments, around| templatefile(text(arguments, 0), &arguments[1], around),
)
.quoting()
.nullable()];

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
        "{name:?} was removed after Terraform 0.12: write {instead} \
         instead"
    ))
}
