//! Looks for what stands twice in the lists of a client, before they become sets.

use diagnostics::Safety;
use engine::{BlockContext, Reporter};

/// The arguments that are sets of strings.
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

/// Reports each string that stands in a list literal a second time.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for name in SETS {
        let set = cx.get(name);
        if set.as_elements().is_none_or(<[_]>::is_empty) {
            continue;
        }
        let strings = reporter.written_strings(&set);
        for (at, string) in strings.iter().enumerate() {
            let first = strings[..at].iter().find(|other| other.as_str() == string.as_str());
            let (Some(first), Some(text)) = (first, string.as_str()) else {
                continue;
            };
            let is_printable = string.marks().is_printable();
            let shown = if is_printable { format!("`{text}`") } else { "this".to_owned() };
            reporter
                .report(string, format!("{shown} is listed twice in `{name}`"))
                .related(first, "it is listed here first")
                .remove(Safety::Safe, "remove the second one", string)
                .emit();
        }
    }
}
