//! Compares the validity of access tokens with its limits.

use engine::{BlockContext, Reporter};

use crate::duration::{ACCESS, check_range};

/// Reports a validity below 5 minutes or above 24 hours.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    check_range(cx, reporter, &ACCESS);
}
