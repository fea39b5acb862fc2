//! Counts the characters of redirect URLs, be they known in part.

use diagnostics::{Level, Safety};
use engine::{BlockContext, Reporter};
use value::Value;

use crate::url::{KnownText, redirect_urls};

const MOST: usize = 1024;

/// Reports each redirect URL that is empty or too long.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for (url, name) in redirect_urls(cx) {
        match url.as_str() {
            Some("") if name.starts_with('`') => check_default(cx, &url, reporter),
            Some("") => reporter
                .report(&url, format!("{name} must not be empty"))
                .remove(Safety::Safe, "remove the empty URL", &url)
                .emit(),
            _ if KnownText::of(&url).is_some_and(|text| text.characters() > MOST) => {
                reporter.report(&url, format!("{name} has at most {MOST} characters")).emit();
            }
            _ => {}
        }
    }
}

/// Judges an empty default, which providers took for an absent one before 3.32.
fn check_default(cx: &BlockContext<'_>, url: &Value, reporter: &mut Reporter<'_>) {
    let level = match cx.provider_is(">= 3.32") {
        Some(true) => Level::Error,
        None => Level::Warning,
        Some(false) => return,
    };
    let message = "`default_redirect_uri` must not be empty; use `null` for none";
    let finding = reporter.report(url, message).level(level);
    // What comes from elsewhere may be something else another time.
    if url.origin().steps().count() == 1 {
        let title = "leave out `default_redirect_uri`";
        finding.delete_argument(Safety::Safe, title, None, "default_redirect_uri").emit();
    }
}
