//! Compares the default redirect URI with the callback URLs and looks for the one that was meant.

use diagnostics::Safety;
use engine::{BlockContext, Reporter};

/// Reports a default redirect URI that is none of the callback URLs, when all of them are known.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let (default, callbacks) = (cx.get("default_redirect_uri"), cx.get("callback_urls"));
    let Some(uri) = default.as_str().filter(|uri| !uri.is_empty()) else {
        return;
    };
    let urls = cx.elements("callback_urls");
    // An unknown URL may be the one; without any URL another rule speaks.
    if !callbacks.is_wholly_known() || urls.is_empty() {
        return;
    }
    if urls.iter().any(|url| url.as_str() == Some(uri)) {
        return;
    }
    let near = urls.iter().find_map(|url| {
        let difference = difference(uri, url.as_str()?)?;
        Some((url, difference))
    });
    let mut message = "`default_redirect_uri` is none of the `callback_urls`".to_owned();
    if let Some((_, difference)) = near {
        message.push_str("; one differs only in ");
        message.push_str(difference);
    }
    let mut finding = reporter.report(&default, message).because(&[&callbacks]);
    if let Some((url, _)) = near {
        finding = finding.related(url, "this is the callback URL that differs");
        finding = finding.replace(Safety::Unsafe, "use the callback URL", url);
    }
    finding.emit();
}

/// The one small thing in which two URLs differ, if there is one.
fn difference(one: &str, other: &str) -> Option<&'static str> {
    let without_slash = |url: &str| url.strip_suffix('/').unwrap_or(url).to_owned();
    let without_scheme = |url: &str| {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        rest.map(str::to_owned)
    };
    if without_slash(one) == without_slash(other) {
        Some("a trailing slash")
    } else if one.to_lowercase() == other.to_lowercase() {
        Some("upper and lower case")
    } else if without_scheme(one).is_some_and(|rest| Some(rest) == without_scheme(other)) {
        Some("the scheme")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn differences() {
        let check = |one, other, expect: Option<&str>| {
            assert_eq!(difference(one, other), expect, "{one} {other}");
            assert_eq!(difference(other, one), expect, "{other} {one}");
        };
        check("https://a.org/cb", "https://a.org/cb/", Some("a trailing slash"));
        check("https://a.org/cb", "https://a.org/CB", Some("upper and lower case"));
        check("https://a.org/cb", "http://a.org/cb", Some("the scheme"));
        check("https://a.org/cb", "https://b.org/cb", None);
        check("https://a.org/cb", "http://a.org/CB/", None);
        check("a", "b", None);
    }
}
