//! Compares the validity of refresh tokens with its limits.

use engine::{BlockContext, Reporter};

use crate::duration::{REFRESH, check_range};

/// Reports a validity below 60 minutes or above 3650 days.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    check_range(cx, reporter, &REFRESH);
}
