//! Looks for fragments in redirect URLs, be they known in part.

use diagnostics::{Level, Safety};
use engine::{BlockContext, Reporter};
use value::Value;

use crate::url::{KnownText, redirect_urls};

/// Reports each redirect URL with a `#` in what is known of it.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for (value, name) in redirect_urls(cx) {
        let has_fragment =
            KnownText::of(&value).is_some_and(|url| url.pieces().any(|piece| piece.contains('#')));
        if !has_fragment {
            continue;
        }
        // The API says nothing of fragments in logout URLs.
        let is_logout = name.contains("logout");
        let (must, level) =
            if is_logout { ("should", Level::Warning) } else { ("must", Level::Error) };
        let message = format!("{name} {must} not have a fragment");
        let finding = reporter.report(&value, message).level(level);
        let before = value.as_str().and_then(|text| text.split_once('#'));
        if let Some((before, _)) = before.filter(|(before, _)| !before.is_empty()) {
            let with = Value::string(before).marked(value.marks());
            finding.replace(Safety::Unsafe, "cut the URL off before `#`", &with).emit();
        }
    }
}
