//! What can be told about a URL of which perhaps only the beginning is known.

use engine::BlockContext;
use value::{Value, ValueKind};

/// Hosts for which Cognito accepts `http`.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Words that authors leave where something is yet to be written.
pub(crate) const OPEN_ENDS: [&str; 3] = ["TODO", "FIXME", "XXX"];

/// What is known of a text: all of it, or how it begins and what follows somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownText {
    /// What it begins with; the whole text when that is known.
    pub start: String,
    /// Whether `start` is the whole text.
    pub is_whole: bool,
    /// The known pieces after the first one that is not known, in order.
    pub later: Vec<String>,
    /// Whether the last known piece is how it ends.
    pub has_end: bool,
}

impl KnownText {
    /// What is known of a string value; `None` of anything else and of `null`.
    pub fn of(value: &Value) -> Option<Self> {
        match value.kind() {
            ValueKind::String(text) => Some(Self {
                start: text.to_string(),
                is_whole: true,
                later: Vec::new(),
                has_end: true,
            }),
            ValueKind::Unknown(unknown) => {
                let certain = &unknown.refinement;
                let start = certain.prefix.as_deref().unwrap_or_default().to_owned();
                let pieces = certain.pieces.as_deref().unwrap_or_default();
                let after = usize::from(certain.prefix.is_some() && !start.is_empty());
                let suffix = certain.suffix.iter().filter(|_| pieces.is_empty());
                let later = pieces.iter().skip(after).chain(suffix);
                Some(Self {
                    start,
                    is_whole: false,
                    later: later.map(ToString::to_string).collect(),
                    has_end: certain.suffix.as_deref().is_some_and(|end| !end.is_empty()),
                })
            }
            _ => None,
        }
    }

    /// The number of bytes that it certainly has.
    pub fn len(&self) -> usize {
        self.pieces().map(str::len).sum()
    }

    /// The number of characters that it certainly has.
    pub fn characters(&self) -> usize {
        self.pieces().map(|piece| piece.chars().count()).sum()
    }

    /// The known pieces, in order.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.start).chain(&self.later).map(String::as_str)
    }

    /// Whether it certainly is a URL with the scheme `http` or `https`, in whatever case.
    pub fn is_web(&self) -> bool {
        self.is_plain_http()
            || self.scheme().is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
    }

    /// The scheme, if the text certainly begins with one: `https` of `https://…`.
    pub fn scheme(&self) -> Option<&str> {
        let (scheme, _) = self.start.split_once(':')?;
        is_scheme(scheme).then_some(scheme)
    }

    /// Whether it certainly is a URL with the scheme `http`, in whatever case.
    pub fn is_plain_http(&self) -> bool {
        self.scheme().is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"))
    }

    /// What certainly follows `scheme://`, and `None` when the text does not begin like that.
    pub fn after_slashes(&self) -> Option<&str> {
        self.start[self.scheme()?.len() + 1..].strip_prefix("//")
    }
}

/// Whether Cognito takes the host of an `http` URL for this very machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loopback {
    Yes,
    No,
    /// Not unless an interpolation holds more than a part of a host name, such as `@localhost/`.
    Hardly,
    Unknown,
}

/// Judges the host of a URL that begins with a scheme and `//`.
pub(crate) fn loopback(text: &KnownText) -> Loopback {
    let Some(rest) = text.after_slashes() else {
        return Loopback::Unknown;
    };
    let end = rest.find(['/', '?', '#', '\\']);
    let authority = &rest[..end.unwrap_or(rest.len())];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.to_ascii_lowercase();
    let is_complete = text.is_whole || end.is_some();
    let is = |name: &str| {
        host.strip_prefix(name).is_some_and(|port| match port.strip_prefix(':') {
            Some(_) => true,
            None => port.is_empty() && is_complete,
        })
    };
    if LOOPBACK.iter().any(|name| is(name)) {
        return Loopback::Yes;
    }
    if is_complete && host.is_empty() {
        return Loopback::Unknown;
    }
    if is_complete {
        return Loopback::No;
    }
    // What stands before an `@` is no host.
    if text.later.iter().find_map(|piece| piece.chars().find(|c| "/?#\\@".contains(*c)))
        == Some('@')
    {
        return Loopback::Unknown;
    }
    let next = text.later.first().map(String::as_str).unwrap_or_default();
    let may_begin = LOOPBACK.iter().any(|name| name.starts_with(&host));
    if !may_begin || host.is_empty() && continues_host(next) {
        Loopback::Hardly
    } else {
        Loopback::Unknown
    }
}

/// The redirect URLs of a client, each with the words for it.
pub(crate) fn redirect_urls(cx: &BlockContext<'_>) -> Vec<(Value, &'static str)> {
    let callbacks = cx.elements("callback_urls").into_iter().map(|url| (url, "a callback URL"));
    let logouts = cx.elements("logout_urls").into_iter().map(|url| (url, "a logout URL"));
    let default = (cx.get("default_redirect_uri"), "`default_redirect_uri`");
    callbacks.chain(logouts).chain([default]).collect()
}

/// Whether something stands before an `@` in front of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserInfo {
    Yes,
    /// Only unless an interpolation before the `@` holds where the host ends.
    Likely,
    No,
}

/// Looks for an `@` in front of the host of a URL that begins with a scheme and `//`.
pub(crate) fn user_info(url: &KnownText) -> UserInfo {
    let Some(start) = url.after_slashes() else {
        return UserInfo::No;
    };
    let later = url.later.iter().map(String::as_str);
    for (at, piece) in std::iter::once(start).chain(later).enumerate() {
        match piece.find(['/', '?', '#', '\\', '@']) {
            Some(end) if piece[end..].starts_with('@') && at == 0 => return UserInfo::Yes,
            Some(end) if piece[end..].starts_with('@') => return UserInfo::Likely,
            Some(_) => return UserInfo::No,
            None => {}
        }
    }
    UserInfo::No
}

/// How a host ends, in lower case and without a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostEnd {
    /// What is known of its end.
    pub text: String,
    /// Whether that is the whole host.
    pub is_whole: bool,
}

/// How the host of a URL ends, if interpolations hold no more than parts of a host, a path or a query.
pub(crate) fn host_end(url: &KnownText) -> Option<HostEnd> {
    const GAP: char = '\0';
    let mut rest = url.after_slashes()?.to_owned();
    for piece in &url.later {
        rest.push(GAP);
        rest.push_str(piece);
    }
    if !url.has_end {
        rest.push(GAP);
    }
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split(':').next().unwrap_or_default();
    let end = host.rsplit(GAP).next().unwrap_or_default();
    let is_whole = end.len() == host.len();
    Some(HostEnd { text: end.to_ascii_lowercase(), is_whole })
}

/// A known URL with the scheme `http`, with `https` instead.
pub(crate) fn with_https(url: &Value) -> Option<Value> {
    let rest = url.as_str()?.get("http".len()..)?;
    Some(Value::string(format!("https{rest}")).marked(url.marks()))
}

/// Whether `text` looks like the rest of a host name and what follows it: `.example.org/cb`.
fn continues_host(text: &str) -> bool {
    let Some(end) = text.find(['/', ':']) else {
        return false;
    };
    let host = &text[..end];
    let mut labels = host.split('.');
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    labels.next() == Some("") && labels.clone().count() >= 1 && labels.all(label)
}

/// Why a text is certainly not an absolute URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relative {
    /// It has no scheme.
    Scheme,
    /// What stands for a scheme has an underscore, which no scheme has.
    OddScheme,
    /// It is `http` or `https` without a host.
    Host,
}

/// Why `text` is certainly not an absolute URL, if it is not.
pub(crate) fn relative(text: &KnownText) -> Option<Relative> {
    let end = text.start.find(|c: char| !is_scheme_char(c) && c != '_');
    let may_start = may_start_scheme(text.start.trim_start_matches('_'));
    let scheme = match end {
        // Nothing but characters of a scheme: the colon may yet come, unless this is all.
        None if text.is_whole || !may_start => return Some(Relative::Scheme),
        None => return None,
        Some(end) => &text.start[..end],
    };
    if text.scheme().is_none() {
        let has_colon = text.start[scheme.len()..].starts_with(':');
        let is_odd = has_colon && may_start && scheme.contains('_');
        return Some(if is_odd { Relative::OddScheme } else { Relative::Scheme });
    }
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return None;
    }
    let rest = &text.start[scheme.len() + 1..];
    let slashes = rest.bytes().take_while(|byte| *byte == b'/').count();
    let host = rest[slashes..].chars().next();
    let has_host = match (slashes, host) {
        (2, Some(first)) => !matches!(first, '?' | '#' | ':'),
        (0..=2, None) => !text.is_whole,
        _ => false,
    };
    (!has_host).then_some(Relative::Host)
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && may_start_scheme(text) && text.chars().all(is_scheme_char)
}

fn may_start_scheme(text: &str) -> bool {
    text.chars().next().is_none_or(|first| first.is_ascii_alphabetic())
}

fn is_scheme_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> KnownText {
        KnownText { start: text.to_owned(), is_whole: true, later: Vec::new(), has_end: true }
    }

    fn part(start: &str, next: &str) -> KnownText {
        let later = next.split('…').filter(|piece| !piece.is_empty()).map(str::to_owned);
        let has_end = !next.is_empty() && !next.ends_with('…');
        KnownText { start: start.to_owned(), is_whole: false, later: later.collect(), has_end }
    }

    #[test]
    fn hosts_of_known_urls() {
        let check = |text: &str, expect| assert_eq!(loopback(&whole(text)), expect, "{text}");
        check("http://localhost", Loopback::Yes);
        check("http://localhost/cb", Loopback::Yes);
        check("http://LocalHost:3000/cb?x#y", Loopback::Yes);
        check("http://127.0.0.1:8080", Loopback::Yes);
        check("http://[::1]/", Loopback::Yes);
        check("http://user@localhost/", Loopback::Yes);
        check("HTTP://localhost?x", Loopback::Yes);
        check("http://localhost.example.org/", Loopback::No);
        check("http://localhost@example.org/", Loopback::No);
        check("http://127.0.0.1.example.org", Loopback::No);
        check("http://127.0.0.2/", Loopback::No);
        check("http://example.org/localhost", Loopback::No);
        check("http://app.localhost/", Loopback::No);
        check("http://", Loopback::Unknown);
        check("http:///cb", Loopback::Unknown);
        check("http:/localhost", Loopback::Unknown);
        check("localhost", Loopback::Unknown);
    }

    #[test]
    fn hosts_of_urls_known_in_part() {
        let check = |start: &str, next: &str, expect| {
            assert_eq!(loopback(&part(start, next)), expect, "{start}…{next}");
        };
        check("http://", "", Loopback::Unknown);
        check("http://", "/cb", Loopback::Unknown);
        check("http://", ".html", Loopback::Unknown);
        check("http://", ".example.org/cb", Loopback::Hardly);
        check("http://", ".example.org:8080", Loopback::Hardly);
        check("http://", "example.org/cb", Loopback::Unknown);
        check("http://", "..org/", Loopback::Unknown);
        check("http://app.", "/cb", Loopback::Hardly);
        check("http://app.", "", Loopback::Hardly);
        check("http://app.", ":…/@me", Loopback::Hardly);
        check("http://user:", "@localhost/cb", Loopback::Unknown);
        check("http://user-", ":…@localhost/cb", Loopback::Unknown);
        check("http://", "@localhost/cb", Loopback::Unknown);
        check("http://user@example.org/", "@localhost", Loopback::No);
        check("http://app.example.org/", "", Loopback::No);
        check("http://local", "", Loopback::Unknown);
        check("http://localhost", "", Loopback::Unknown);
        check("http://localhost:", "/cb", Loopback::Yes);
        check("http://localhost/", "", Loopback::Yes);
        check("http://localhost.", "", Loopback::Hardly);
        check("http://127.0.", "", Loopback::Unknown);
        check("http:", "", Loopback::Unknown);
    }

    #[test]
    fn users_of_urls() {
        let check = |url: &KnownText, expect| assert_eq!(user_info(url), expect, "{url:?}");
        check(&whole("https://user:pw@example.org/"), UserInfo::Yes);
        check(&whole("https://@example.org"), UserInfo::Yes);
        check(&part("myapp://user@", "/cb"), UserInfo::Yes);
        check(&part("https://user:", "@example.org"), UserInfo::Likely);
        check(&part("https://", "…@example.org"), UserInfo::Likely);
        check(&part("https://", "/@me"), UserInfo::No);
        check(&part("", "https://a@b"), UserInfo::No);
        check(&whole("https://example.org/@me"), UserInfo::No);
        check(&whole("https://example.org?a@b"), UserInfo::No);
        check(&whole("com.example.app:/cb@x"), UserInfo::No);
    }

    #[test]
    fn ends_of_hosts() {
        let check = |url: &KnownText, text: &str, is_whole| {
            let expect = HostEnd { text: text.to_owned(), is_whole };
            assert_eq!(host_end(url), Some(expect), "{url:?}");
        };
        check(&whole("https://App.Example.org/cb"), "app.example.org", true);
        check(&whole("https://user:pw@example.org:80?x"), "example.org", true);
        check(&whole("https://"), "", true);
        check(&part("https://", ".example.org/cb"), ".example.org", false);
        check(&part("https://", ".example.org"), ".example.org", false);
        check(&part("https://", ".example.org…"), "", false);
        check(&part("https://app.", ".org…/cb"), "", false);
        check(&part("https://example.org/", ""), "example.org", true);
        check(&part("https://example.org", ""), "", false);
        check(&part("https://example.org:", "/cb"), "example.org", true);
        check(&part("https://user:", "@example.org/"), "example.org", true);
        assert_eq!(host_end(&part("", ".example.org/cb")), None);
        assert_eq!(host_end(&whole("myapp:/cb")), None);
    }

    #[test]
    fn absolute_urls() {
        for text in [
            "https://app.example.org/cb",
            "http://localhost",
            "HTTPS://app.example.org",
            "http://[::1]:80/",
            "myapp://cb",
            "myapp:",
            "com.example.app:/oauth",
            "urn:ietf:wg:oauth:2.0:oob",
            "localhost:3000/cb",
            "a+b-c.1:x",
        ] {
            assert_eq!(relative(&whole(text)), None, "{text}");
        }
    }

    #[test]
    fn relative_urls() {
        let check = |text: &str, expect| assert_eq!(relative(&whole(text)), Some(expect), "{text}");
        check("", Relative::Scheme);
        check("/cb", Relative::Scheme);
        check("//example.org", Relative::Scheme);
        check("app.example.org/cb", Relative::Scheme);
        check("example.org", Relative::Scheme);
        check("127.0.0.1:80", Relative::Scheme);
        check("my_app://cb", Relative::OddScheme);
        check("_app:cb", Relative::OddScheme);
        check("my_app/cb", Relative::Scheme);
        check("my_app", Relative::Scheme);
        check("1_a:cb", Relative::Scheme);
        check(":x", Relative::Scheme);
        check("https://", Relative::Host);
        check("https:///cb", Relative::Host);
        check("https://?x", Relative::Host);
        check("https://:443/", Relative::Host);
        check("http:/x", Relative::Host);
        check("http:x", Relative::Host);
        check("HTTP:", Relative::Host);
    }

    #[test]
    fn urls_known_in_part_are_relative_only_when_certain() {
        let check = |start: &str, expect| assert_eq!(relative(&part(start, "")), expect, "{start}");
        check("", None);
        check("h", None);
        check("https", None);
        check("https:", None);
        check("https:/", None);
        check("https://", None);
        check("https://a", None);
        check("my-app", None);
        check("my_app", None);
        check("_", None);
        check("my_app:", Some(Relative::OddScheme));
        check("/", Some(Relative::Scheme));
        check("9", Some(Relative::Scheme));
        check("app.example.org/", Some(Relative::Scheme));
        check("https:///", Some(Relative::Host));
        check("http:x", Some(Relative::Host));
    }

    #[test]
    fn values() {
        let of = |text: &str| KnownText::of(&Value::string(text));
        assert_eq!(of("a"), Some(whole("a")));
        assert_eq!(KnownText::of(&Value::bool(true)), None);
        assert_eq!(KnownText::of(&Value::null(value::Type::String)), None);
        let unknown = Value::unknown(value::Type::String, value::Reason::Variable);
        assert_eq!(KnownText::of(&unknown), Some(part("", "")));
    }
}
