//! Puts edits into a text, and tells where offsets are afterwards. Edits are checked: ranges that do
//! not fit are never applied.

use diagnostics::Edit;

/// `text` with `edits`, which must be sorted and must not overlap; `None` when they do or do not fit
/// the text. Line breaks of the edits become those of the text, and a text without a line break at
/// its end gets none.
pub(crate) fn apply(text: &[u8], edits: &[&Edit]) -> Option<Vec<u8>> {
    let has_crlf = uses_crlf(text);
    let mut out = Vec::with_capacity(text.len() + 64);
    let mut done = 0;
    for edit in edits {
        let range = edit.location.range;
        let (start, end) = (range.start() as usize, range.end() as usize);
        out.extend_from_slice(text.get(done..start)?);
        text.get(start..end)?;
        if has_crlf {
            out.extend_from_slice(with_crlf(&edit.text).as_bytes());
        } else {
            out.extend_from_slice(edit.text.as_bytes());
        }
        done = end;
    }
    out.extend_from_slice(text.get(done..)?);
    if !text.ends_with(b"\n") && out.ends_with(b"\n") {
        out.pop();
        if out.ends_with(b"\r") {
            out.pop();
        }
    }
    Some(out)
}

/// Where the byte at `offset` is after sorted `edits` of the file: what was replaced is at the start
/// of what replaced it.
pub(crate) fn moved(offset: u32, edits: &[&Edit], has_crlf: bool) -> u32 {
    let mut shift: i64 = 0;
    for edit in edits {
        let range = edit.location.range;
        if range.start() >= offset && !(range.is_empty() && range.start() == offset) {
            break;
        }
        if range.end() > offset {
            return moved_by(range.start(), shift);
        }
        let length = if has_crlf { with_crlf(&edit.text).len() } else { edit.text.len() };
        shift += i64::try_from(length).unwrap_or(0) - i64::from(range.len());
    }
    moved_by(offset, shift)
}

fn moved_by(offset: u32, shift: i64) -> u32 {
    u32::try_from(i64::from(offset) + shift).unwrap_or(0)
}

/// Whether the first line of `text` ends with CR LF.
pub(crate) fn uses_crlf(text: &[u8]) -> bool {
    let first = text.iter().position(|byte| *byte == b'\n');
    first.is_some_and(|at| at > 0 && text[at - 1] == b'\r')
}

fn with_crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}
