//! Looks for numbers of which `token_validity_units` leaves the unit out.

use diagnostics::{Level, Safety};
use engine::{BlockContext, Reporter};
use value::{Identity, Value};

use crate::duration::{TOKENS, Token, UNITS};

/// Reports each validity that has no unit in a block that is surely there.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let blocks = cx.get(UNITS);
    let Some(block) = blocks.as_elements().and_then(<[Value]>::first) else { return };
    for token in TOKENS {
        let unit = block.get_attr(token.unit);
        if unit.is_some_and(Value::is_null) {
            check_token(cx, reporter, token, block);
        }
    }
}

fn check_token(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>, token: &Token, block: &Value) {
    let number = cx.get(token.validity);
    if !is_set(&number) {
        return;
    }
    // Before 4.62 the unit that is left out is the default one.
    let all_multiply = cx.provider_is(">= 4.62");
    if all_multiply == Some(false) {
        return;
    }
    let Token { validity, unit, default_unit, .. } = token;
    let message = format!(
        "`{validity}` has no unit: where `{UNITS}` leaves `{unit}` out, the provider takes it for zero \
         seconds and refuses it"
    );
    let null = block.get_attr(unit).filter(|unit| !unit.origin().is_empty());
    let mut finding = reporter.report(null.unwrap_or(block), message);
    if number.is_unknown() || all_multiply.is_none() {
        finding = finding.level(Level::Warning);
    }
    let title = format!("set `{unit} = \"{default_unit}\"`, the default");
    finding
        .because(&[&number])
        .related(&number, "the number is set here")
        .set_argument_in(Safety::Safe, title, Some(block), unit, &Value::string(*default_unit))
        .emit();
}

/// Whether a number is certainly there. A variable that has to be set is not set to `null`.
fn is_set(number: &Value) -> bool {
    match number.as_unknown() {
        None => !number.is_null(),
        Some(unknown) if unknown.refinement.not_null => true,
        Some(unknown) => match &unknown.identity {
            Some(Identity::Address(address)) => {
                address.strip_prefix("var.").is_some_and(|name| !name.contains(['.', '[']))
            }
            _ => false,
        },
    }
}
