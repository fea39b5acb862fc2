//! Looks for hosts of examples and for words to be replaced in redirect URLs.

use engine::{BlockContext, Reporter};
use value::Value;

use crate::url::{HostEnd, KnownText, OPEN_ENDS, host_end};

/// Names below which there are no sites.
const RESERVED: [&str; 7] =
    ["example.com", "example.net", "example.org", "example.edu", "example", "invalid", "test"];

/// Words, without what joins them, that stand for something else.
const WORDS: [&str; 5] = ["changeme", "replaceme", "yourdomain", "yourappdomain", "yourhost"];

/// Reports each redirect URL that was copied from an example or a template.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let lists = [("callback_urls", "this callback URL"), ("logout_urls", "this logout URL")];
    for (list, name) in lists {
        for url in cx.elements(list) {
            check_url(&url, name, reporter);
        }
    }
    check_url(&cx.get("default_redirect_uri"), "`default_redirect_uri`", reporter);
}

fn check_url(value: &Value, name: &str, reporter: &mut Reporter<'_>) {
    let Some(url) = KnownText::of(value) else {
        return;
    };
    if is_of_example(&url) || has_word(&url) {
        reporter.report(value, format!("{name} looks like a placeholder")).emit();
    }
}

fn is_of_example(url: &KnownText) -> bool {
    let Some(HostEnd { text, is_whole }) = host_end(url) else {
        return false;
    };
    RESERVED.iter().any(|name| match text.strip_suffix(name) {
        Some("") => is_whole,
        Some(before) => before.ends_with('.'),
        None => false,
    })
}

fn has_word(url: &KnownText) -> bool {
    url.pieces().any(|piece| {
        let letters: String = piece.chars().filter(|c| !"-_ ".contains(*c)).collect();
        let letters = letters.to_ascii_lowercase();
        let is_bracketed = piece.split_once('<').is_some_and(|(_, rest)| rest.contains('>'));
        let mut words = piece.split(|c: char| !c.is_ascii_alphanumeric());
        is_bracketed
            || WORDS.iter().any(|word| letters.contains(word))
            || words.any(|word| OPEN_ENDS.contains(&word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let check = |text: &str, expect| {
            let url = KnownText {
                start: text.to_owned(),
                is_whole: true,
                later: Vec::new(),
                has_end: true,
            };
            assert_eq!(has_word(&url), expect, "{text}");
        };
        check("https://change-me.dev", true);
        check("https://CHANGE_ME", true);
        check(&format!("https://{}/cb", OPEN_ENDS[0]), true);
        check(&format!("https://{}/cb", OPEN_ENDS[0].to_lowercase()), false);
        check("https://<host>/", true);
        check("https://your.domain.dev/", false);
        check("https://a.dev/>x<", false);
    }
}
