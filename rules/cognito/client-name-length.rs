//! Counts the bytes of the name of a client, as the provider does.

use engine::{BlockContext, Reporter};

use crate::url::KnownText;

const MOST: usize = 128;

/// Reports a name that is empty or longer than the limit, whatever its unknown parts come to.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let name = cx.get("name");
    let Some(text) = KnownText::of(&name) else {
        return;
    };
    let bytes = text.len();
    let fault = match (bytes, text.is_whole) {
        (0, true) => "`name` is empty".to_owned(),
        (1..=MOST, _) | (0, false) => return,
        _ if !name.marks().is_printable() => "`name` is too long".to_owned(),
        (_, true) => format!("`name` is {bytes} bytes long"),
        (_, false) => format!("`name` is at least {bytes} bytes long"),
    };
    reporter.report(&name, format!("{fault}; a client name has 1 to 128")).emit();
}
