//! Judges the scheme and host of callback URLs, be the host known in part only.

use diagnostics::{Level, Safety};
use engine::{BlockContext, Reporter};
use value::Value;

use crate::url::{KnownText, Loopback, loopback, with_https};

const CALLBACK: &str = "`http` is accepted";
const DEFAULT: &str = "`default_redirect_uri` may use `http`";

/// Reports each callback URL and the default one that is `http` and not on this machine.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for url in cx.elements("callback_urls") {
        check_url(&url, CALLBACK, reporter);
    }
    check_url(&cx.get("default_redirect_uri"), DEFAULT, reporter);
}

fn check_url(value: &Value, rule: &str, reporter: &mut Reporter<'_>) {
    let Some(url) = KnownText::of(value).filter(KnownText::is_plain_http) else {
        return;
    };
    let host = loopback(&url);
    let doubt = match host {
        Loopback::No => "",
        Loopback::Hardly => ", and this host seems to be none of them",
        Loopback::Yes | Loopback::Unknown => return,
    };
    // Whether AWS compares the scheme of `HTTP://` by case was not seen, so that is no error.
    let is_certain = host == Loopback::No && url.scheme() == Some("http");
    let hosts = "`localhost`, `127.0.0.1` and `[::1]`";
    let finding = reporter.report(value, format!("{rule} only for {hosts}{doubt}"));
    let finding = if is_certain { finding } else { finding.level(Level::Warning) };
    if let Some(with) = with_https(value) {
        finding.replace(Safety::Unsafe, "use `https`", &with).emit();
    }
}
