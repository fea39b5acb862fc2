//! Judges the scheme and host of logout URLs, be the host known in part only.

use diagnostics::{Level, Safety};
use engine::{BlockContext, Reporter};

use crate::url::{KnownText, Loopback, loopback, with_https};

/// Reports each logout URL that is `http` and not on this machine.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for value in cx.elements("logout_urls") {
        let url = KnownText::of(&value).filter(KnownText::is_plain_http);
        let level = match url.map(|url| loopback(&url)) {
            Some(Loopback::No) => Level::Warning,
            Some(Loopback::Hardly) => Level::Note,
            Some(Loopback::Yes | Loopback::Unknown) | None => continue,
        };
        let message = "a logout URL should use `https`, except on `localhost`";
        let finding = reporter.report(&value, message).level(level);
        if let Some(with) = with_https(&value) {
            finding.replace(Safety::Unsafe, "use `https`", &with).emit();
        }
    }
}
