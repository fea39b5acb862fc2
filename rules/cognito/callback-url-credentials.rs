//! Looks for user names and passwords in redirect URLs, be they known in part.

use diagnostics::{Level, Safety};
use engine::{BlockContext, Reporter};
use value::Value;

use crate::url::{KnownText, UserInfo, redirect_urls, user_info};

/// Reports each redirect URL in which something stands before an `@` in front of the host.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for (value, name) in redirect_urls(cx) {
        let level = match KnownText::of(&value).map(|url| user_info(&url)) {
            Some(UserInfo::Yes) => Level::Warning,
            Some(UserInfo::Likely) => Level::Note,
            Some(UserInfo::No) | None => continue,
        };
        let message = format!("{name} should not hold a user name or password");
        let finding = reporter.report(&value, message).level(level);
        if let Some(url) = value.as_str().and_then(without_user) {
            let with = Value::string(url).marked(value.marks());
            finding.replace(Safety::Unsafe, "take out what stands before `@`", &with).emit();
        }
    }
}

/// A URL without what stands before the last `@` in front of its host.
fn without_user(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let at = rest[..end].rfind('@')?;
    Some(format!("{scheme}://{}", &rest[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::without_user;

    #[test]
    fn users_are_taken_out() {
        let check = |url, expect: &str| assert_eq!(without_user(url).as_deref(), Some(expect));
        check("https://user:pw@a.org/@me", "https://a.org/@me");
        check("https://a@b@a.org?x=@", "https://a.org?x=@");
        check("https://@a.org", "https://a.org");
        assert_eq!(without_user("https://a.org/@me"), None);
    }
}
