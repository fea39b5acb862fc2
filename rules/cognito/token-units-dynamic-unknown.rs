//! Looks for units in a `dynamic` block of which the number is not known while Terraform validates.

use diagnostics::Level;
use engine::{BlockContext, Reporter};
use value::{Origin, Value};

use crate::duration::{TOKENS, UNITS};

const MESSAGE: &str = "while Terraform validates it is not known whether there is a \
                       `token_validity_units` block, and with a fixed validity the provider fails then \
                       with `Value Conversion Error`";

/// Reports a `dynamic` block over what has no value yet beside a number that has one.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(repeated) = cx.dynamic_of(UNITS) else { return };
    if !cx.at_validation(UNITS).is_some_and(|blocks| blocks.is_unknown()) {
        return;
    }
    let fixed = |name: &'static str| {
        let number = cx.at_validation(name)?;
        number.as_number().is_some().then(|| cx.get(name))
    };
    let Some(number) = TOKENS.iter().find_map(|token| fixed(token.validity)) else { return };
    // Before 4.62 number and unit were not looked at together.
    let all_multiply = cx.provider_is(">= 4.62");
    if all_multiply == Some(false) {
        return;
    }
    let repeated = Value::null(value::Type::Dynamic).with_origin(Origin::made(repeated.location()));
    let mut finding = reporter.report(&repeated, MESSAGE);
    if all_multiply.is_none() {
        finding = finding.level(Level::Warning);
    }
    finding.related(&number, "the number is set here").emit();
}
