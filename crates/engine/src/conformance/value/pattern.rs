//! Patterns of the constraints, compiled when they are first asked for. Never reports.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Largest compiled pattern, in bytes. What is larger judges nothing.
const MAX_COMPILED: usize = 1 << 21;
/// Compiled patterns that a thread keeps; compiling one takes a hundred times as long as a match.
const MAX_KEPT: usize = 512;

thread_local! {
    static KEPT: RefCell<HashMap<String, Rc<Pattern>>> = RefCell::default();
}

/// A pattern in its two forms.
#[derive(Default)]
struct Pattern {
    /// For ASCII text. It has no tables of Unicode, which take most of the time of compiling.
    ascii: Option<regex::bytes::Regex>,
    /// For all other text; compiled when some is met.
    unicode: std::cell::OnceCell<Option<regex::Regex>>,
}

/// Whether `text` as a whole matches `pattern`; `None` where the pattern cannot be used.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    let kept = KEPT.with_borrow(|kept| kept.get(pattern).cloned());
    let compiled = kept.unwrap_or_else(|| {
        let compiled = Rc::new(Pattern { ascii: ascii(pattern), ..Pattern::default() });
        KEPT.with_borrow_mut(|kept| {
            if kept.len() >= MAX_KEPT {
                kept.clear();
            }
            kept.insert(pattern.to_owned(), compiled.clone());
        });
        compiled
    });
    match &compiled.ascii {
        Some(regex) if text.is_ascii() => Some(regex.is_match(text.as_bytes())),
        _ => {
            let regex = compiled.unicode.get_or_init(|| unicode(pattern));
            regex.as_ref().map(|regex| regex.is_match(text))
        }
    }
}

fn whole(pattern: &str) -> String {
    format!(r"\A(?:{pattern})\z")
}

/// A dot stands for line ends too, because what services do there differs.
fn ascii(pattern: &str) -> Option<regex::bytes::Regex> {
    let mut builder = regex::bytes::RegexBuilder::new(&whole(&without_categories(pattern)));
    let builder = builder.unicode(false).dot_matches_new_line(true).nest_limit(100);
    builder.size_limit(MAX_COMPILED).dfa_size_limit(MAX_COMPILED).build().ok()
}

/// The ASCII characters of the categories of Unicode that patterns name.
const CATEGORIES: &[(&str, &str)] = &[
    (r"\p{C}", r"[\x00-\x1f\x7f]"),
    (r"\p{L}", "[a-zA-Z]"),
    (r"\p{M}", "[a&&b]"),
    (r"\p{N}", "[0-9]"),
    (r"\p{P}", r"[!-#%-*,-/:;?@\[-\]_{}]"),
    (r"\p{S}", r"[$+<->\^`|~]"),
    (r"\p{Z}", "[ ]"),
    (r"\p{Zs}", "[ ]"),
];

/// The same pattern, as far as ASCII text goes, with characters in place of categories.
fn without_categories(pattern: &str) -> Cow<'_, str> {
    if !pattern.contains(r"\p{") {
        return pattern.into();
    }
    let (mut written, mut rest) = (String::new(), pattern);
    while let Some(at) = rest.find('\\') {
        written.push_str(&rest[..at]);
        rest = &rest[at..];
        let category = CATEGORIES.iter().find(|(category, _)| rest.starts_with(category));
        let (taken, chars) = category.map_or_else(
            || {
                // The backslash and what it stands before.
                let taken = rest.chars().take(2).map(char::len_utf8).sum();
                (taken, &rest[..taken])
            },
            |(category, chars)| (category.len(), *chars),
        );
        written.push_str(chars);
        rest = &rest[taken..];
    }
    written.push_str(rest);
    written.into()
}

fn unicode(pattern: &str) -> Option<regex::Regex> {
    let mut builder = regex::RegexBuilder::new(&whole(pattern));
    let builder = builder.dot_matches_new_line(true).nest_limit(100);
    builder.size_limit(MAX_COMPILED).dfa_size_limit(MAX_COMPILED).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_whole_text() {
        let check = |pattern: &str, text: &str, expect: Option<bool>| {
            assert_eq!(matches(pattern, text), expect, "{pattern} {text}");
            assert_eq!(matches(pattern, text), expect, "{pattern} {text} again");
        };
        check("[a-z]+", "abc", Some(true));
        check("[a-z]+", "abc1", Some(false));
        check("a|b", "ab", Some(false));
        check("^[a-z]+$", "abc", Some(true));
        check("[^x]{2}", "éa", Some(true));
        check(".{1,2}", "éé", Some(true));
        check(r"[\w]+", "é", Some(true));
        check(r"[\p{L}]+", "é", Some(true));
        check(r"[\p{L}]+", "e", Some(true));
        check(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "a B_0-@", Some(true));
        check(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "a(b)", Some(false));
        check(r"[^\p{L}]\p{N}", "_1", Some(true));
        check(r"[^\p{L}]\p{N}", "a1", Some(false));
        check(r"\\p{1}", r"\p", Some(true));
        check(r"\\\p{N}", r"\1", Some(true));
        check(r"[\P{L}]+", "12", Some(true));
        check("[\u{e9}-\u{ff}]+", "é", Some(true));
        check("[\u{e9}-\u{ff}]+", "e", Some(false));
        check(".*", "a\nb", Some(true));
        check("(", "a", None);
        check("(?=a)", "a", None);
        check("(a{1000}){1000}", "a", None);
    }

    #[test]
    fn categories_are_those_of_unicode() {
        for (category, chars) in CATEGORIES {
            let (of_unicode, of_ascii) = (unicode(category), ascii(chars));
            let (of_unicode, of_ascii) = of_unicode.zip(of_ascii).expect("they are compiled");
            for char in (0..128).map(char::from) {
                let text = String::from(char);
                let is_one = of_ascii.is_match(text.as_bytes());
                assert_eq!(is_one, of_unicode.is_match(&text), "{category} {char:?}");
            }
        }
    }
}
