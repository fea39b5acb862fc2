//! Compares the URLs of a list by what is the same to a browser.

use engine::{BlockContext, Reporter};

/// Reports each URL that differs from one before it only in what browsers do not mind.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for list in ["callback_urls", "logout_urls"] {
        let urls = cx.elements(list);
        for (at, url) in urls.iter().enumerate() {
            let near = urls[..at]
                .iter()
                .find_map(|other| Some((other, difference(other.as_str()?, url.as_str()?)?)));
            let Some((other, difference)) = near else {
                continue;
            };
            let message = format!("this URL differs from another only in {difference}");
            reporter.report(url, message).related(other, "this is the other URL").emit();
        }
    }
}

/// A URL in parts.
struct Parts<'a> {
    scheme: &'a str,
    host: &'a str,
    port: &'a str,
    path: &'a str,
    /// What follows from `?` or `#` on.
    rest: &'a str,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (path, rest) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
        let is_port = |(_, port): &(&str, &str)| port.bytes().all(|byte| byte.is_ascii_digit());
        let (host, port) = authority.rsplit_once(':').filter(is_port).unwrap_or((authority, ""));
        let default = match scheme.to_ascii_lowercase().as_str() {
            "http" => "80",
            "https" => "443",
            _ => "",
        };
        let port = if port == default { "" } else { port };
        Some(Self { scheme, host, port, path, rest })
    }
}

/// In what two URLs differ, if a browser does not mind it.
fn difference(one: &str, other: &str) -> Option<String> {
    let (a, b) = (Parts::of(one)?, Parts::of(other)?);
    let trimmed = |path: &str| path.strip_suffix('/').unwrap_or(path).to_owned();
    let is_same = a.scheme.eq_ignore_ascii_case(b.scheme)
        && a.host.eq_ignore_ascii_case(b.host)
        && a.port == b.port
        && trimmed(a.path) == trimmed(b.path)
        && a.rest == b.rest;
    if !is_same || one == other {
        return None;
    }
    let has_port = |parts: &Parts<'_>, url: &str| {
        let written =
            parts.scheme.len() + 3 + parts.host.len() + parts.path.len() + parts.rest.len();
        url.len() > written
    };
    let mut found = Vec::new();
    if a.scheme != b.scheme || a.host != b.host {
        found.push("upper and lower case");
    }
    if has_port(&a, one) != has_port(&b, other) {
        found.push("the default port");
    }
    if a.path != b.path {
        found.push("a slash at the end");
    }
    match found.as_slice() {
        [] => None,
        [only] => Some((*only).to_owned()),
        [before @ .., last] => Some(format!("{} and {last}", before.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn differences() {
        let check = |one, other, expect: Option<&str>| {
            assert_eq!(difference(one, other).as_deref(), expect, "{one} {other}");
            assert_eq!(difference(other, one).as_deref(), expect, "{other} {one}");
        };
        check("https://a.org", "https://a.org/", Some("a slash at the end"));
        check("https://a.org/cb?x", "https://a.org/cb/?x", Some("a slash at the end"));
        check("https://a.org:443/", "https://a.org/", Some("the default port"));
        check("https://a.org:/", "https://a.org/", Some("the default port"));
        check("http://[::1]:80", "http://[::1]", Some("the default port"));
        check("MyApp://cb", "myapp://CB", Some("upper and lower case"));
        check(
            "HTTPS://a.org:443/",
            "https://a.org",
            Some("upper and lower case, the default port and a slash at the end"),
        );
        check("https://a.org", "https://a.org", None);
        check("https://a.org:80", "https://a.org", None);
        check("https://a.org/a", "https://a.org/A", None);
        check("https://a.org/cb//", "https://a.org/cb", None);
        check("https://a.org?x", "https://a.org?x/", None);
        check("myapp:/cb", "myapp:/cb/", None);
        check("a", "b", None);
    }
}
