//! Unicode as Terraform sees it: strings are NFC, characters are grapheme clusters.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_segmentation::UnicodeSegmentation;

/// The NFC form, which all string values have.
pub fn normalize(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// What Terraform counts and cuts as one character: grapheme clusters of Unicode 15.0, in which
/// Indic conjuncts are not joined.
pub fn graphemes(text: &str) -> impl Iterator<Item = &str> {
    text.graphemes(true).flat_map(|cluster| {
        let mut rest = Some(cluster);
        std::iter::from_fn(move || {
            let cluster = rest?;
            let end = conjunct_boundary(cluster);
            rest = end.map(|end| &cluster[end..]);
            Some(&cluster[..end.unwrap_or(cluster.len())])
        })
    })
}

/// Where a cluster was joined only by the rule for Indic conjuncts (GB9c): before a letter that
/// would not belong to the character before it alone.
fn conjunct_boundary(cluster: &str) -> Option<usize> {
    if cluster.is_ascii() {
        return None;
    }
    let mut before = cluster.char_indices();
    let mut last = before.next()?;
    for (at, letter) in before {
        if letter.is_alphabetic() {
            let pair = &cluster[last.0..at + letter.len_utf8()];
            if pair.graphemes(true).nth(1).is_some() {
                return Some(at);
            }
        }
        last = (at, letter);
    }
    None
}

/// The part of the beginning of a string that whatever follows cannot change.
pub fn safe_prefix(prefix: &str) -> String {
    let prefix = normalize(prefix);
    let Some(last) = graphemes(&prefix).last() else {
        return String::new();
    };
    let mut chars = last.chars();
    let certain = matches!(
        (chars.next(), chars.next()),
        (
            Some(
                '-' | '_'
                    | ':'
                    | ';'
                    | '/'
                    | '\\'
                    | ','
                    | '.'
                    | '('
                    | ')'
                    | '{'
                    | '}'
                    | '['
                    | ']'
                    | '|'
                    | '?'
                    | '!'
                    | '~'
                    | ' '
                    | '\t'
                    | '@'
                    | '#'
                    | '$'
                    | '%'
                    | '^'
                    | '&'
                    | '*'
                    | '+'
                    | '"'
                    | '\''
            ),
            None
        )
    );
    if certain { prefix.into_owned() } else { prefix[..prefix.len() - last.len()].to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters() {
        let check = |text: &str, expect: &[&str]| {
            assert_eq!(graphemes(text).collect::<Vec<_>>(), expect);
        };
        check("", &[]);
        check("ab", &["a", "b"]);
        check("\u{1f44d}\u{1f3fd}a", &["\u{1f44d}\u{1f3fd}", "a"]);
        check("\r\n", &["\r\n"]);
        check("नमस्ते", &["न", "म", "स्", "ते"]);
        let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
        check(family, &[family]);
    }

    #[test]
    fn prefixes() {
        let check = |prefix: &str, expect: &str| assert_eq!(safe_prefix(prefix), expect);
        check("", "");
        check("foo-", "foo-");
        check("foo", "fo");
        check("e\u{301}", "");
        check("a/e\u{301}", "a/");
    }
}
