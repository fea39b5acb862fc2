//! Looks for characters in redirect URLs that cannot be seen.

use diagnostics::Safety;
use engine::{BlockContext, Reporter};
use value::Value;

use crate::url::{KnownText, redirect_urls};

/// Characters that only change how text is shown (category Cf), and those without a meaning (Co).
const HIDDEN: [(char, char); 24] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{180e}', '\u{180e}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{2064}'),
    ('\u{2066}', '\u{206f}'),
    ('\u{e000}', '\u{f8ff}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{fff9}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0001}', '\u{e0001}'),
    ('\u{e0020}', '\u{e007f}'),
    ('\u{f0000}', '\u{ffffd}'),
    ('\u{100000}', '\u{10fffd}'),
];

/// Reports each redirect URL with a character that the pattern of the API leaves out.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    for (value, name) in redirect_urls(cx) {
        let Some(url) = KnownText::of(&value) else {
            continue;
        };
        if !url.pieces().any(|piece| piece.contains(is_bad)) {
            continue;
        }
        let message = format!("{name} must not contain white space or invisible characters");
        let finding = reporter.report(&value, message);
        let trimmed = value.as_str().map(str::trim);
        if let Some(text) = trimmed.filter(|text| !text.is_empty() && !text.contains(is_bad)) {
            let with = Value::string(text).marked(value.marks());
            finding.replace(Safety::Safe, "take the white space away", &with).emit();
        }
    }
}

fn is_bad(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control() || c == ' ';
    }
    let is_hidden = || HIDDEN.iter().any(|(first, last)| (*first..=*last).contains(&c));
    c.is_whitespace() || c.is_control() || is_hidden()
}

#[cfg(test)]
mod tests {
    use super::is_bad;

    #[test]
    fn characters() {
        for c in " \t\n\u{7f}\u{85}\u{a0}\u{2028}\u{3000}\u{200b}\u{feff}\u{e000}".chars() {
            assert!(is_bad(c), "{c:?}");
        }
        for c in "a0%~|^é☃漢🙂\u{301}\u{fe0f}".chars() {
            assert!(!is_bad(c), "{c:?}");
        }
    }
}
