//! Looks for units that are not known while Terraform validates, beside numbers that are.

use diagnostics::Level;
use engine::{BlockContext, Reporter};
use value::{Origin, Value};

use crate::duration::{TOKENS, Token, UNITS};

/// Reports each unit that rests on what has no value yet while the number it is for has one.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    // Most units are literals, which the text says at once.
    let is_computed = |token: &Token| {
        let unit = cx.written_in(UNITS, token.unit);
        let is_literal = unit.is_none_or(|unit| unit.expr().as_plain_string().is_some());
        !is_literal && !cx.get(token.validity).is_null()
    };
    let computed: Vec<&Token> = TOKENS.into_iter().filter(|token| is_computed(token)).collect();
    if computed.is_empty() {
        return;
    }
    let Some(blocks) = cx.at_validation(UNITS) else { return };
    let Some(block) = blocks.as_elements().and_then(<[Value]>::first) else { return };
    for token in computed {
        let unit = block.get_attr(token.unit).filter(|unit| unit.is_unknown());
        let number = unit.and_then(|_| cx.at_validation(token.validity));
        if number.is_some_and(|number| number.as_number().is_some()) {
            report(cx, reporter, token);
        }
    }
}

fn report(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>, token: &Token) {
    // Before 4.62 number and unit were not looked at together.
    let all_multiply = cx.provider_is(">= 4.62");
    if all_multiply == Some(false) {
        return;
    }
    let Token { validity, unit, .. } = token;
    let Some(written) = cx.written_in(UNITS, unit) else { return };
    let message = format!(
        "`{validity}` is fixed, but its unit `{unit}` has no value yet when Terraform validates; the \
         provider takes it for zero seconds and refuses it"
    );
    // What is wrong is the mention in the block: elsewhere there may well be a unit.
    let mention = Value::null(value::Type::Dynamic).with_origin(Origin::made(written.location()));
    let mut finding = reporter.report(&mention, message);
    if all_multiply.is_none() {
        finding = finding.level(Level::Warning);
    }
    finding.related(&cx.get(validity), "the number is set here").emit();
}
