//! Looks for the refresh among the authentication flows of clients that sign users in.

use diagnostics::Safety;
use engine::{BlockContext, Reporter};
use value::Value;

use crate::url::KnownText;

const REFRESH: &str = "ALLOW_REFRESH_TOKEN_AUTH";

/// Reports a list of the newer values that is certain not to hold the refresh.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let list = cx.get("explicit_auth_flows");
    let Some(flows) = list.as_elements().filter(|flows| !flows.is_empty()) else {
        return;
    };
    if !flows.iter().all(is_other) || may_rotate(cx) || may_be_machine(cx) {
        return;
    }
    let message = format!("without `{REFRESH}` users cannot renew their session");
    let with = Value::string(REFRESH);
    reporter
        .report(&list, message)
        .insert_element(Safety::Safe, format!("add `{REFRESH}`"), &list, &with, false)
        .emit();
}

/// Whether a flow is certainly one of the newer values and not the refresh.
fn is_other(flow: &Value) -> bool {
    KnownText::of(flow).is_some_and(|flow| {
        let start = flow.start.as_str();
        let may_be_refresh =
            if flow.is_whole { start == REFRESH } else { REFRESH.starts_with(start) };
        start.starts_with("ALLOW_") && !may_be_refresh
    })
}

/// Whether refresh tokens may be rotated, which has a way of its own to refresh.
fn may_rotate(cx: &BlockContext<'_>) -> bool {
    let rotation = cx.get("refresh_token_rotation");
    let is_off = |block: &Value| {
        block.get_attr("feature").is_some_and(|feature| feature.as_str() == Some("DISABLED"))
    };
    match rotation.as_elements() {
        Some(blocks) => !blocks.iter().all(is_off),
        None => !rotation.is_null(),
    }
}

/// Whether the client may be one that only signs in machines.
fn may_be_machine(cx: &BlockContext<'_>) -> bool {
    let flows = cx.get("allowed_oauth_flows");
    match flows.as_elements() {
        Some([flow]) => flow.as_str().is_none_or(|flow| flow == "client_credentials"),
        Some(_) => false,
        None => !flows.is_null(),
    }
}
