//! Quoted strings.

use super::{Lexer, Mode, T, offset};

/// For each byte whether a string may hold it without a second look.
static PLAIN: [bool; 256] = {
    let mut table = [true; 256];
    let mut special = b"\"\\$%\r\n" as &[u8];
    while let [byte, rest @ ..] = special {
        table[*byte as usize] = false;
        special = rest;
    }
    table
};

/// Literal text in quotes, and what ended it.
struct Run {
    end: usize,
    has_escape: bool,
    all: u8,
}

impl Lexer<'_> {
    /// Lexes a string whose quote is at `self.pos`: as one token if it is a plain one, else the
    /// quote only. Returns whether the mode changed.
    pub(super) fn open_string(&mut self) -> bool {
        let start = self.pos;
        if self.mending && self.closes_outer_string() {
            return true;
        }
        let run = self.literal_run(start + 1);
        if self.at(run.end) == b'"' {
            self.check_quoted(start + 1, run.end, run.has_escape, run.all);
            self.take(T::String, run.end + 1 - start);
            return false;
        }
        self.take(T::OpenQuote, 1);
        self.modes.push(Mode::Quote { open: offset(start), lines_until: 0 });
        true
    }

    /// The text from `at` up to a quote, a template sequence, a line end or the end.
    #[inline]
    fn literal_run(&self, at: usize) -> Run {
        let mut run = Run { end: at, has_escape: false, all: 0 };
        while let Some(&byte) = self.text.get(run.end) {
            run.all |= byte;
            if PLAIN[usize::from(byte)] {
                run.end += 1;
                continue;
            }
            let next = self.at(run.end + 1);
            match byte {
                b'\\' if !matches!(next, b'\n' | b'\r') && run.end + 1 < self.text.len() => {
                    run.has_escape = true;
                    run.end += 1 + self.char_len(run.end + 1);
                }
                b'\\' => {
                    run.has_escape = true;
                    run.end += 1;
                }
                b'$' | b'%' if next == byte && self.at(run.end + 2) == b'{' => run.end += 3,
                b'$' | b'%' if next != b'{' => run.end += 1,
                _ => break,
            }
        }
        run
    }

    /// Goes on in a string that is not plain.
    pub(super) fn quote(&mut self, lines_until: u32) {
        let start = self.pos;
        let run = self.literal_run(start);
        let end = if self.mending {
            self.end_before_opener(start, run.end, lines_until)
        } else {
            run.end
        };
        if end > start {
            // Bytes after a backslash were skipped unseen.
            let all = if run.has_escape { 0xff } else { run.all };
            self.check_quoted(start, end, run.has_escape, all);
            self.take(T::Literal, end - start);
        }
        match self.text.get(end) {
            _ if end < run.end => self.unclosed_string(end),
            Some(b'"') => {
                self.take(T::CloseQuote, 1);
                self.modes.pop();
            }
            Some(b'$') => self.open_sequence(T::OpenInterpolation),
            Some(b'%') => self.open_sequence(T::OpenDirective),
            Some(_) if end < lines_until as usize => {
                // The error is told already; the line end counts as text.
                let len = if self.at(end) == b'\r' && self.at(end + 1) == b'\n' { 2 } else { 1 };
                self.take(T::Literal, len);
            }
            Some(_) => self.line_end_in_string(end),
            None => {}
        }
    }

    /// Lexes `${`, `${~`, `%{` or `%{~`.
    pub(super) fn open_sequence(&mut self, kind: super::TokenKind) {
        let start = self.pos;
        let len = if self.at(start + 2) == b'~' { 3 } else { 2 };
        self.take(kind, len);
        let indent = if self.mending { self.indent(self.line_start) } else { 0 };
        self.modes.push(Mode::Braces { open: Self::range(start, start + len), depth: 0, indent });
    }
}
