//! Compares the validity of ID tokens with its limits.

use engine::{BlockContext, Reporter};

use crate::duration::{ID, check_range};

/// Reports a validity below 5 minutes or above 24 hours.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    check_range(cx, reporter, &ID);
}
