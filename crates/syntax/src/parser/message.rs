//! Words for what was found.

use std::borrow::Cow;

use super::{Parser, T};

/// "found …" for the next token. Never echoes control characters.
pub(super) fn found(parser: &mut Parser<'_>) -> String {
    if parser.layout.is_none() {
        // A strict parser gives up without a word.
        return String::new();
    }
    let kind = parser.kind();
    let text = String::from_utf8_lossy(parser.token_text());
    let what: Cow<'static, str> = match kind {
        T::Newline | T::Barrier => "the end of the line".into(),
        T::End => "the end of the file".into(),
        T::String | T::OpenQuote => "a string".into(),
        T::OpenHeredoc => "a heredoc".into(),
        T::CloseQuote => "the end of the string".into(),
        T::CloseHeredoc => "the end of the heredoc".into(),
        T::CloseSequence => "the end of the template sequence".into(),
        T::Name if text.chars().count() > 40 => "a name".into(),
        T::Number if text.len() > 40 => "a number".into(),
        T::Literal | T::Bad => "other text".into(),
        _ => format!("`{text}`").into(),
    };
    format!("found {what}")
}
