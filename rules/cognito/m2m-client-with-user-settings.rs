//! Lists the settings for users of a client that only machines use.

use engine::{BlockContext, Reporter};
use value::Value;

/// What has a meaning only when users sign in.
const FOR_USERS: [&str; 8] = [
    "callback_urls",
    "logout_urls",
    "default_redirect_uri",
    "supported_identity_providers",
    "explicit_auth_flows",
    "id_token_validity",
    "read_attributes",
    "write_attributes",
];

/// Reports the settings for users, all in one, when `client_credentials` is the only flow.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let flows = cx.get("allowed_oauth_flows");
    let only = flows.as_elements().filter(|flows| flows.len() == 1);
    if only.and_then(|flows| flows[0].as_str()) != Some("client_credentials") {
        return;
    }
    let settings = FOR_USERS.iter().map(|name| (*name, cx.get(name)));
    let used: Vec<(&str, Value)> = settings.filter(|(name, value)| is_used(name, value)).collect();
    let Some((_, first)) = used.first() else {
        return;
    };
    let names = used.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>();
    let names = match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    };
    let message = format!("a machine-to-machine client does not use {names}");
    let mut finding = reporter.report(first, message).because(&[&flows]);
    for (name, value) in &used[1..] {
        finding = finding.related(value, format!("`{name}` is set here"));
    }
    finding.related(&flows, "the only flow is set here").emit();
}

/// Whether a setting is certainly there and says something.
fn is_used(name: &str, value: &Value) -> bool {
    match value.as_elements() {
        Some(flows) if name == "explicit_auth_flows" => flows
            .iter()
            .any(|flow| flow.as_str().is_some_and(|flow| flow != "ALLOW_REFRESH_TOKEN_AUTH")),
        Some(elements) => !elements.is_empty(),
        None => value.is_known() && !value.is_null() && value.as_str() != Some(""),
    }
}
