//! Judges the schemes of callback URLs, be nothing known of what follows.

use engine::{BlockContext, Reporter};

use crate::url::KnownText;

/// Schemes that are of no single app, that systems bind to one, or that are hosts.
const OTHERS: [&str; 10] = [
    "http",
    "https",
    "urn",
    "localhost",
    "chrome-extension",
    "moz-extension",
    "safari-web-extension",
    "ms-app",
    "ms-appx-web",
    "ms-browser-extension",
];

/// Reports each callback URL with the scheme of an app that holds no domain.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for value in cx.elements("callback_urls") {
        let Some(url) = KnownText::of(&value) else {
            continue;
        };
        let scheme = url.scheme().map(str::to_ascii_lowercase);
        let Some(scheme) = scheme.filter(|scheme| !scheme.contains('.')) else {
            continue;
        };
        if !OTHERS.contains(&scheme.as_str()) {
            let shown = if value.marks().is_printable() {
                format!("the scheme `{scheme}`")
            } else {
                "this scheme".to_owned()
            };
            let message = format!("any app can claim {shown}; use a domain written backwards");
            reporter.report(&value, message).emit();
        }
    }
}
