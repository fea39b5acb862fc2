//! Looks for URLs on the machine itself in lists that also hold those of a public site.

use diagnostics::Safety;
use engine::{BlockContext, Reporter};

use crate::url::{KnownText, Loopback, host_end, loopback};

/// Reports each loopback URL in a list with a public one.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let lists = [("callback_urls", "this callback URL"), ("logout_urls", "this logout URL")];
    for (list, name) in lists {
        let urls = cx.elements(list);
        let texts: Vec<Option<KnownText>> = urls.iter().map(KnownText::of).collect();
        let public = texts.iter().position(|text| text.as_ref().is_some_and(is_public));
        let Some(public) = public.map(|at| &urls[at]) else {
            continue;
        };
        for (url, text) in urls.iter().zip(&texts) {
            let is_local = |url: &KnownText| url.is_web() && loopback(url) == Loopback::Yes;
            if !text.as_ref().is_some_and(is_local) {
                continue;
            }
            let others = "while others are those of a public site";
            reporter
                .report(url, format!("{name} is on the machine of whoever opens it, {others}"))
                .because(&[public])
                .related(public, "this one is of a public site")
                .remove(Safety::Unsafe, "remove the loopback URL", url)
                .emit();
        }
    }
}

/// Whether a URL is `https` with a host that is certainly on another machine.
fn is_public(url: &KnownText) -> bool {
    let scheme = url.scheme();
    if !scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")) {
        return false;
    }
    let is_elsewhere = match loopback(url) {
        Loopback::No => true,
        Loopback::Hardly => url.after_slashes().is_some_and(|host| !host.is_empty()),
        Loopback::Yes | Loopback::Unknown => false,
    };
    let is_own = |host: &str| host.ends_with(".localhost") || host.starts_with("127.");
    is_elsewhere && !host_end(url).is_some_and(|host| is_own(&host.text))
}
