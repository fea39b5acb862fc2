//! Looks for units that are not known while Terraform validates, beside numbers that are.

use diagnostics::Level;
use engine::{BlockContext, Reporter};
use value::{Origin, Value};

use crate::duration::{TOKENS, Token, UNITS};

/// Reports each unit that rests on what has no value yet while the number it is for has one.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    if TOKENS.iter().all(|token| cx.get(token.validity).is_null()) {
        return;
    }
    let Some(blocks) = cx.at_validation(UNITS) else { return };
    let Some(block) = blocks.as_elements().and_then(<[Value]>::first) else { return };
    for token in TOKENS {
        let unit = block.get_attr(token.unit).filter(|unit| unit.is_unknown());
        let is_fixed = || {
            let number = cx.at_validation(token.validity);
            number.is_some_and(|number| number.as_number().is_some())
        };
        if let Some(unit) = unit.filter(|_| is_fixed()) {
            report(cx, reporter, token, unit);
        }
    }
}

fn report(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>, token: &Token, unit: &Value) {
    // Before 4.62 number and unit were not looked at together.
    let all_multiply = cx.provider_is(">= 4.62");
    if all_multiply == Some(false) {
        return;
    }
    // What is wrong is the mention in the block: elsewhere there may well be a unit.
    let Some(place) = cx.written_in(UNITS, token.unit) else { return };
    let Token { validity, unit: name, .. } = token;
    let message = format!(
        "`{validity}` is fixed, but its unit `{name}` has no value yet when Terraform validates; the \
         provider takes it for zero seconds and refuses it"
    );
    let unit = unit.clone().with_origin(Origin::made(place));
    let mut finding = reporter.report(&unit, message);
    if all_multiply.is_none() {
        finding = finding.level(Level::Warning);
    }
    finding.related(&cx.get(validity), "the number is set here").emit();
}
