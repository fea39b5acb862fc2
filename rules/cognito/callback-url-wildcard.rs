//! Looks for wildcards in callback and logout URLs, be they known in part.

use engine::{BlockContext, Reporter};

use crate::url::KnownText;

/// Reports each URL with `*` in its host or at the end of its path.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for (list, name) in [("callback_urls", "callback URLs"), ("logout_urls", "logout URLs")] {
        for value in cx.elements(list) {
            if KnownText::of(&value).is_some_and(|url| has_wildcard(&url)) {
                let why = "are compared letter by letter, so one with a wildcard never matches";
                reporter.report(&value, format!("{name} {why}")).emit();
            }
        }
    }
}

fn has_wildcard(url: &KnownText) -> bool {
    let ends = ['?', '#'];
    let address = url.start.split(ends).next().unwrap_or_default();
    let host = match address.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(':') => rest.split('/').next(),
        _ => None,
    };
    host.is_some_and(|host| host.contains('*')) || url.is_whole && address.ends_with('*')
}
