//! Looks for arguments that no version of the provider that may be met has.

use engine::{BlockContext, Reporter};
use value::{Origin, Type, Value};

/// Arguments and nested blocks with the first version that has them.
const SINCE: [(&str, &str); 7] = [
    ("access_token_validity", "3.32.0"),
    ("id_token_validity", "3.32.0"),
    ("token_validity_units", "3.32.0"),
    ("enable_token_revocation", "3.50.0"),
    ("enable_propagate_additional_user_context_data", "4.18.0"),
    ("auth_session_validity", "4.38.0"),
    ("region", "6.0.0"),
];
/// Before this some of them are missing.
const ANY_MISSING: &str = "< 6.0.0";

/// Reports each argument that came after all versions that may be met.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    // For most modules that settles it at once.
    if cx.provider_is(ANY_MISSING) != Some(true) {
        return;
    }
    for (name, since) in SINCE {
        let places = cx.written(name);
        if places.is_empty() || cx.provider_is(&format!("< {since}")) != Some(true) {
            continue;
        }
        let versions = cx.provider_in_words().unwrap_or_default();
        let message =
            format!("`{name}` came with hashicorp/aws {since}, and this module allows {versions}");
        for place in places {
            let written = Value::null(Type::Dynamic).with_origin(Origin::made(place));
            reporter.report(&written, message.clone()).emit();
        }
    }
}
