//! Judges whether redirect URLs are absolute, be only their beginning known.

use diagnostics::{Level, Safety};
use engine::{BlockContext, Reporter};
use value::Value;

use crate::url::{KnownText, Relative, relative};

/// Reports each URL without a scheme or with one that is none, or `http` and `https` without a host.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for url in cx.elements("callback_urls") {
        check_url(&url, None, reporter);
    }
    for url in cx.elements("logout_urls") {
        check_url(&url, Some(Level::Warning), reporter);
    }
    check_url(&cx.get("default_redirect_uri"), None, reporter);
}

fn check_url(value: &Value, level: Option<Level>, reporter: &mut Reporter<'_>) {
    // Modules pass an empty string for "none"; that is a matter of length, not of form.
    let Some(text) = KnownText::of(value).filter(|text| !text.is_whole || text.len() > 0) else {
        return;
    };
    let Some(fault) = relative(&text) else {
        return;
    };
    let message = match fault {
        Relative::Scheme => "this is not an absolute URL: it has no scheme such as `https://`",
        Relative::OddScheme => "this is not an absolute URL: a scheme has no underscore",
        Relative::Host => "this is not an absolute URL: it has no host",
    };
    // No source says that AWS refuses such a scheme.
    let level = if fault == Relative::OddScheme { Some(Level::Warning) } else { level };
    let mut finding = reporter.report(value, message);
    if let Some(level) = level {
        finding = finding.level(level);
    }
    if let Some(host_and_path) = value.as_str().filter(|text| looks_like_host(text)) {
        let with = Value::string(format!("https://{host_and_path}")).marked(value.marks());
        finding.replace(Safety::Unsafe, "put `https://` before it", &with).emit();
    }
}

/// Whether `text` begins with a dotted name, as `app.example.org/cb` does.
fn looks_like_host(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or_default();
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    host.contains('.')
        && host.split('.').all(label)
        && host.rsplit('.').next().is_some_and(|top| top.bytes().all(|b| b.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::looks_like_host;

    #[test]
    fn hosts() {
        for text in ["app.example.org", "app.example.org/cb", "a-b.example.org/"] {
            assert!(looks_like_host(text), "{text}");
        }
        for text in ["", "/cb", "cb", "cb/x", "index.", ".org", "a b.org", "a.b:80", "1.2.3.4"] {
            assert!(!looks_like_host(text), "{text}");
        }
    }
}
