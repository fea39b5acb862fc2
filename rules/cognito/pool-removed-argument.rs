//! Finds the argument for the days of an invitation that provider 3.0 took away.

use engine::{BlockContext, Reporter};

use crate::pool_text::written_in;

/// Reports the name of the argument where no version may be met that has it.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    if cx.provider_may_be("< 3.0") {
        return;
    }
    for name in written_in(cx, "admin_create_user_config", "unused_account_validity_days") {
        let message = "`unused_account_validity_days` was removed in version 3.0 of the provider; use \
                       `temporary_password_validity_days` in `password_policy`";
        reporter.report(&name, message).emit();
    }
}
