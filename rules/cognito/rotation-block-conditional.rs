//! Looks for a `refresh_token_rotation` block that may go away later.

use engine::{BlockContext, Reporter};
use value::{Origin, Type, Value};

const ROTATION: &str = "refresh_token_rotation";
const MESSAGE: &str = "if this `refresh_token_rotation` block goes away later the apply fails with \
                       `block count changed from 0 to 1`; keep the block and switch `feature`";

/// Reports a `dynamic` block of which only values that are set from outside decide whether it exists.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(repeated) = cx.dynamic_of(ROTATION) else { return };
    if cx.at_validation(ROTATION).is_some_and(|blocks| blocks.is_unknown()) {
        let place = Origin::made(repeated.location());
        reporter.report(&Value::null(Type::Dynamic).with_origin(place), MESSAGE).emit();
    }
}
