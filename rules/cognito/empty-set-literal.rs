//! Looks for empty sets, which some versions of the provider ignore or fail on.

use diagnostics::{Level, Safety};
use engine::{BlockContext, Reporter};
use value::Value;

const SETS: [&str; 8] = [
    "allowed_oauth_flows",
    "allowed_oauth_scopes",
    "callback_urls",
    "explicit_auth_flows",
    "logout_urls",
    "read_attributes",
    "supported_identity_providers",
    "write_attributes",
];

/// Reports each set that is known to be empty where an old version may be in use.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for name in SETS {
        let set = cx.get(name);
        if set.as_elements().is_some_and(<[Value]>::is_empty) {
            check_set(cx, reporter, name, &set);
        }
    }
}

fn check_set(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>, name: &str, set: &Value) {
    let is_old = cx.provider_is("< 4.62");
    let is_ignored = cx.provider_is("< 4.60") == Some(true);
    let (level, message) = match is_old {
        Some(false) => return,
        Some(true) if is_ignored => {
            let message =
                format!("this provider ignores an empty `{name}`, as if it were not there");
            (Level::Warning, message)
        }
        Some(true) => {
            let message = format!(
                "this provider can fail on an empty `{name}` with `was cty.SetValEmpty, but now null`"
            );
            (Level::Warning, message)
        }
        None => {
            let message = format!(
                "an empty `{name}` is ignored by providers before 4.60, which may be used here, and can \
                 fail the apply with 4.60 and 4.61"
            );
            (Level::Note, message)
        }
    };
    let mut finding = reporter.report(set, message).level(level);
    if is_ignored {
        let title = format!("remove `{name}`");
        finding = finding.delete_argument(Safety::Safe, title, None, name);
    }
    finding.emit();
}
