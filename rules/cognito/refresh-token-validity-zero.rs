//! Looks for refresh tokens with a validity of zero.

use diagnostics::{Level, Safety};
use engine::{BlockContext, Reporter};
use value::Number;

use crate::duration::REFRESH;

const MESSAGE: &str = "a `refresh_token_validity` of 0 turns refresh tokens neither off nor eternal: AWS \
                       takes it for 30 days, and the provider refuses it since 4.62";

/// Reports a `refresh_token_validity` of zero.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let number = cx.get(REFRESH.validity);
    if number.as_number().and_then(Number::to_i64) != Some(0) {
        return;
    }
    let is_refused = cx.provider_is(">= 4.62");
    let level = if is_refused == Some(true) { Level::Error } else { Level::Warning };
    // Later versions leave the client as it is where the argument is gone.
    let safety = if is_refused == Some(false) { Safety::Safe } else { Safety::Unsafe };
    let title = "remove `refresh_token_validity`, so that it is 30 days";
    let finding = reporter.report(&number, MESSAGE).level(level);
    finding.delete_argument(safety, title, None, REFRESH.validity).emit();
}
