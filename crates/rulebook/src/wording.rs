//! How names, titles, summaries and messages are worded.

/// What is wrong with `pack/name` as the id of a rule, if anything: both are lower-case words joined
/// by hyphens, and the name says what the problem is, not the cure.
pub fn fault_of_name(pack: &str, name: &str) -> Option<String> {
    if let Some(word) = [pack, name].into_iter().find(|word| !is_kebab_case(word)) {
        return Some(format!("`{word}` is not of lower-case words joined by hyphens"));
    }
    let prefix = ["no-", "require-"].into_iter().find(|prefix| name.starts_with(prefix))?;
    Some(format!("`{name}` names the cure; name the problem, without `{prefix}`"))
}

/// What is wrong with the literal text of a message, if anything: it starts in lower case, has no
/// final stop, and its backticks come in pairs. `starts` and `ends` say whether the text is the
/// start and the end of the message.
pub fn fault_of_message(text: &str, starts: bool, ends: bool) -> Option<&'static str> {
    let first = text.chars().next();
    if starts && first.is_some_and(char::is_uppercase) {
        return Some("a message starts in lower case");
    }
    if starts && first.is_some_and(char::is_whitespace) {
        return Some("a message does not start with a space");
    }
    if ends && text.ends_with(['.', '!', ' ', '\n', ':', ',', ';']) {
        return Some("a message has no final stop");
    }
    if text.contains(['\n', '\r', '\t']) {
        return Some("a message is one line");
    }
    None
}

/// What is wrong with a title, if anything.
pub(crate) fn fault_of_title(text: &str) -> Option<&'static str> {
    let first = text.chars().next()?;
    if first.is_lowercase() {
        return Some("a title starts with a capital or with code");
    }
    if text.ends_with(['.', '!', ':', ';']) {
        return Some("a title has no final stop");
    }
    if text.matches('`').count() % 2 == 1 {
        return Some("a backtick of the title has no partner");
    }
    None
}

/// Whether `text` is words of lower-case letters and digits, joined by hyphens.
pub(crate) fn is_kebab_case(text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.split('-').all(word)
}

/// Whether a page must not hold the character: it could make text look other than it is.
pub(crate) fn is_deceptive(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    control
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages() {
        let check = |text, expect: Option<&str>| {
            assert_eq!(fault_of_message(text, true, true), expect, "{text}");
        };
        check("the implicit flow exposes tokens", None);
        check("`name` is too long", None);
        check("\"x\" is odd", None);
        check("The flow", Some("a message starts in lower case"));
        check("the flow.", Some("a message has no final stop"));
        check("the\nflow", Some("a message is one line"));
        assert_eq!(fault_of_message("The", false, true), None);
        assert_eq!(fault_of_message("a.", true, false), None);
    }

    #[test]
    fn titles() {
        assert_eq!(fault_of_title("OAuth flow is unknown"), None);
        assert_eq!(fault_of_title("`name` is odd"), None);
        assert!(fault_of_title("name is odd").is_some());
        assert!(fault_of_title("Name is odd.").is_some());
        assert!(fault_of_title("A `name").is_some());
    }

    #[test]
    fn names() {
        assert_eq!(fault_of_name("cognito", "oauth-flow"), None);
        assert_eq!(fault_of_name("core", "limit"), None);
        for (pack, name) in [("a-", "x"), ("a", "some--x"), ("a", "no-x"), ("a", "require-x")] {
            assert!(fault_of_name(pack, name).is_some(), "{pack}/{name}");
        }
    }

    #[test]
    fn kebab_case() {
        for good in ["a", "oauth-flow", "x2-y"] {
            assert!(is_kebab_case(good), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "A", "a_b", "2a", "a b"] {
            assert!(!is_kebab_case(bad), "{bad}");
        }
    }
}
