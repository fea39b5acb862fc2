//! `primaryLocationLineHash`, the fingerprint by which GitHub recognises a result when lines move:
//! a rolling hash of 100 UTF-16 units from the start of the line, white space left out. Must give
//! what `github/codeql-action` gives (`fixtures/report/line-hash-vectors.json`).

use std::collections::HashMap;

const WINDOW: usize = 100;
const BASE: i64 = 37;
/// `BASE` to the power of `WINDOW`, wrapping.
const BASE_POWER: i64 = BASE.wrapping_pow(100);
const END_OF_FILE: u16 = 0xFFFF;
const SPACE: u16 = 0x20;
const TAB: u16 = 0x09;
const LINE_FEED: u16 = 0x0A;
const CARRIAGE_RETURN: u16 = 0x0D;

/// The fingerprint of each line of `text`, such as `39fa2ee980eb94b0:1`. Lines end at CR, LF and
/// CRLF; the one after a final line end counts.
pub(crate) fn line_hashes(text: &str) -> Vec<String> {
    let mut hasher = LineHasher::new();
    let mut after_return = false;
    for unit in text.encode_utf16().chain([END_OF_FILE]) {
        let skipped = unit == SPACE || unit == TAB || (after_return && unit == LINE_FEED);
        after_return = !skipped && unit == CARRIAGE_RETURN;
        if !skipped {
            hasher.read(if after_return { LINE_FEED } else { unit });
        }
    }
    for _ in 0..WINDOW {
        hasher.push(0);
    }
    hasher.hashes
}

struct LineHasher {
    /// The last units, a ring; `at` is the oldest.
    window: [u16; WINDOW],
    /// Whether a line starts with the unit in this slot of the ring.
    starts_line: [bool; WINDOW],
    at: usize,
    hash: i64,
    line_begins: bool,
    seen: HashMap<i64, u32>,
    hashes: Vec<String>,
}

impl LineHasher {
    fn new() -> Self {
        Self {
            window: [0; WINDOW],
            starts_line: [false; WINDOW],
            at: 0,
            hash: 0,
            line_begins: true,
            seen: HashMap::new(),
            hashes: Vec::new(),
        }
    }

    /// Takes a unit of the text.
    fn read(&mut self, unit: u16) {
        let slot = self.at;
        let begins = std::mem::replace(&mut self.line_begins, unit == LINE_FEED);
        self.push(unit);
        self.starts_line[slot] = begins;
    }

    /// Moves the window on by one unit. A line whose first unit falls out has its hash.
    fn push(&mut self, unit: u16) {
        if std::mem::take(&mut self.starts_line[self.at]) {
            let count = self.seen.entry(self.hash).or_insert(0);
            *count += 1;
            self.hashes.push(format!("{:x}:{count}", self.hash));
        }
        let old = std::mem::replace(&mut self.window[self.at], unit);
        self.hash = self
            .hash
            .wrapping_mul(BASE)
            .wrapping_add(i64::from(unit))
            .wrapping_sub(BASE_POWER.wrapping_mul(i64::from(old)));
        self.at = (self.at + 1) % WINDOW;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Vector {
        /// The file in hexadecimal digits; empty for the one that is made here.
        bytes: String,
        lines: usize,
        /// Some of its lines with their hashes.
        hashes: Vec<(usize, String)>,
    }

    #[test]
    fn equals_the_original() {
        let vectors: HashMap<String, Vector> =
            serde_json::from_str(include_str!("../../../fixtures/report/line-hash-vectors.json"))
                .expect("the fixture is JSON");
        assert_eq!(vectors.len(), 18);
        for (name, vector) in vectors {
            let text = if name == "big" { big() } else { decode(&vector.bytes) };
            let hashes = line_hashes(&text);
            assert_eq!(hashes.len(), vector.lines, "{name}");
            for (line, hash) in vector.hashes {
                assert_eq!(hashes[line - 1], hash, "{name}:{line}");
            }
        }
    }

    fn decode(hex: &str) -> String {
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex digits");
        let bytes: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn big() -> String {
        use std::fmt::Write as _;
        let mut text = String::new();
        for n in 0..5000 {
            let _ = write!(text, "line {n} = \"{}\"\r\n", n * n);
        }
        text
    }
}
