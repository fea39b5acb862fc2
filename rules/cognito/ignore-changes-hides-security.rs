//! Looks for arguments that matter to security of which changes are ignored.

use engine::{BlockContext, Reporter};
use value::{Origin, Type, Value};

/// Who gets in, and where they are sent, rests on these.
const WATCHED: [&str; 7] = [
    "callback_urls",
    "allowed_oauth_flows",
    "allowed_oauth_scopes",
    "explicit_auth_flows",
    "write_attributes",
    "prevent_user_existence_errors",
    "enable_token_revocation",
];

/// Reports each of them in `ignore_changes`, and `all`.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for (name, place) in cx.ignored_changes() {
        let message = match &*name {
            "all" => "no change that is made outside of Terraform will ever be seen".to_owned(),
            name if WATCHED.contains(&name) => {
                format!("changes of `{name}` that are made outside of Terraform will never be seen")
            }
            _ => continue,
        };
        let written = Value::null(Type::Dynamic).with_origin(Origin::made(place));
        reporter.report(&written, message).emit();
    }
}
