//! Judges what `provider_details` of an identity provider lacks, and secrets that stand in it. Never
//! puts a value of it into a message.

use std::collections::BTreeMap;
use std::sync::Arc;

use diagnostics::Level;
use engine::{BlockContext, Reporter};
use value::{Marks, Value};

type Details = BTreeMap<Arc<str>, Value>;

/// Reports keys that the type of provider needs, metadata that is given twice, and written secrets.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let details = cx.get("provider_details");
    let Some(entries) = details.as_entries() else { return };
    let kind = cx.get("provider_type");
    let (refused, described): (&[&str], &[&str]) = match kind.as_str() {
        Some("Google" | "Facebook" | "LoginWithAmazon") => {
            (&["client_id", "client_secret", "authorize_scopes"], &[])
        }
        Some("SignInWithApple") => {
            (&["client_id"], &["team_id", "key_id", "private_key", "authorize_scopes"])
        }
        Some("OIDC") => {
            (&["client_id"], &["authorize_scopes", "oidc_issuer", "attributes_request_method"])
        }
        Some("SAML") => {
            check_metadata(&details, entries, &kind, reporter);
            (&[], &[])
        }
        _ => (&[], &[]),
    };
    for (keys, level) in [(refused, Level::Error), (described, Level::Warning)] {
        let missing = keys.iter().filter(|key| lacks(entries, key));
        let missing: Vec<String> = missing.map(|key| format!("`{key}`")).collect();
        if missing.is_empty() {
            continue;
        }
        let name = kind.as_str().unwrap_or_default();
        let missing = missing.join(", ");
        let message = format!("`provider_details` of a provider of type `{name}` lacks {missing}");
        let finding = reporter.report(&details, message).level(level).because(&[&kind]);
        finding.related(&kind, "the type is set here").emit();
    }
    check_secrets(entries, reporter);
}

fn check_metadata(details: &Value, entries: &Details, kind: &Value, reporter: &mut Reporter<'_>) {
    match (lacks(entries, "MetadataURL"), lacks(entries, "MetadataFile")) {
        (true, true) => {
            let message = "`provider_details` of a provider of type `SAML` needs `MetadataURL` or \
                           `MetadataFile`";
            let finding = reporter.report(details, message).because(&[kind]);
            finding.related(kind, "the type is set here").emit();
        }
        (false, false) if is_text(entries, "MetadataURL") && is_text(entries, "MetadataFile") => {
            let message = "`MetadataURL` and `MetadataFile` are both set; one is enough";
            reporter.report(details, message).level(Level::Warning).because(&[kind]).emit();
        }
        _ => {}
    }
}

/// What came from the environment or the command line stands in no file.
fn check_secrets(entries: &Details, reporter: &mut Reporter<'_>) {
    for key in ["client_secret", "private_key"] {
        let Some(secret) = entries.get(key).filter(|_| is_text(entries, key)) else { continue };
        if !secret.marks().contains(Marks::CONCEALED) {
            let message = format!("the `{key}` stands in the configuration");
            reporter.report(secret, message).level(Level::Warning).emit();
        }
    }
}

fn lacks(entries: &Details, key: &str) -> bool {
    !entries.contains_key(key)
}

/// Whether the value of a key is known to be a text that is not empty.
fn is_text(entries: &Details, key: &str) -> bool {
    entries.get(key).and_then(Value::as_str).is_some_and(|text| !text.is_empty())
}
