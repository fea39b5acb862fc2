//! Characters: which make names, and what counts as UTF-8.

use source::TextRange;

const START: u8 = 1;
const PART: u8 = 2;

/// For each byte whether it starts or continues a name.
static NAME: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 256")]
        let c = byte as u8;
        if c.is_ascii_alphabetic() || c == b'_' {
            table[byte] = START | PART;
        } else if c.is_ascii_digit() || c == b'-' {
            table[byte] = PART;
        }
        byte += 1;
    }
    table
};

/// The end of the name that starts at `at`, or `at` when none does.
pub(super) fn name_end(text: &[u8], at: usize) -> usize {
    let mut end = at;
    match text.get(at) {
        Some(byte) if NAME[usize::from(*byte)] & START != 0 => end += 1,
        Some(0x80..) => match char_at(text, at) {
            Some(c) if is_name_start(c) => end += c.len_utf8(),
            _ => return at,
        },
        _ => return at,
    }
    loop {
        match text.get(end) {
            Some(byte) if NAME[usize::from(*byte)] & PART != 0 => end += 1,
            Some(0x80..) => match char_at(text, end) {
                Some(c) if is_name_part(c) => end += c.len_utf8(),
                _ => return end,
            },
            _ => return end,
        }
    }
}

/// Unicode's `ID_Start`, which has a few characters that `XID_Start` leaves out.
fn is_name_start(c: char) -> bool {
    unicode_ident::is_xid_start(c)
        || matches!(c, '\u{e33}' | '\u{eb3}' | '\u{ff9e}' | '\u{ff9f}')
        || is_only_id(c)
}

fn is_name_part(c: char) -> bool {
    unicode_ident::is_xid_continue(c) || is_only_id(c)
}

/// In `ID_Start` and `ID_Continue`, but in neither of the `XID` sets.
const fn is_only_id(c: char) -> bool {
    matches!(
        c,
        '\u{37a}' | '\u{309b}' | '\u{309c}' | '\u{fc5e}'
            ..='\u{fc63}'
                | '\u{fdfa}'
                | '\u{fdfb}'
                | '\u{fe70}'
                | '\u{fe72}'
                | '\u{fe74}'
                | '\u{fe76}'
                | '\u{fe78}'
                | '\u{fe7a}'
                | '\u{fe7c}'
                | '\u{fe7e}'
    )
}

/// The character that starts at `at`, if the bytes there are UTF-8.
pub(crate) fn char_at(text: &[u8], at: usize) -> Option<char> {
    let end = text.len().min(at + 4);
    text.get(at..end)?.utf8_chunks().next()?.valid().chars().next()
}

/// How many bytes at the start of `bytes` make a character as Go's HCL sees it: any lead byte with
/// its continuation bytes, so overlong forms and surrogates pass. 0 when they make none.
pub(super) fn loose_char_len(bytes: &[u8]) -> usize {
    let len = match bytes.first() {
        Some(0..=0x7f) => return 1,
        Some(0xc0..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf7) => 4,
        _ => return 0,
    };
    let tail = bytes.get(1..len).unwrap_or_default();
    if tail.len() == len - 1 && tail.iter().all(|byte| byte & 0xc0 == 0x80) { len } else { 0 }
}

/// The first run of bytes of `range` that is not UTF-8 (in the loose sense of
/// [`loose_char_len`]).
pub(super) fn bad_bytes(text: &[u8], range: TextRange) -> Option<TextRange> {
    let bytes = range.slice(text);
    if std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    let mut at = 0;
    while at < bytes.len() {
        match loose_char_len(&bytes[at..]) {
            0 => break,
            len => at += len,
        }
    }
    if at == bytes.len() {
        return None;
    }
    let run = bytes[at..].iter().take_while(|byte| **byte >= 0x80).count().max(1);
    let bad = (at..at + run).take_while(|at| loose_char_len(&bytes[*at..]) == 0).count().max(1);
    let offset = |by: usize| range.start() + u32::try_from(by).unwrap_or(u32::MAX);
    Some(TextRange::new(offset(at), offset(at + bad)))
}
