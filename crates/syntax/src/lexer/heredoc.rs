//! Heredocs, and templates without quotes.

use source::TextRange;

use super::{Lexer, Mode, T, chars};

impl Lexer<'_> {
    /// Lexes the `<<` at `self.pos`, with all that introduces a heredoc if it does. Returns whether
    /// the mode changed.
    pub(super) fn open_heredoc(&mut self) -> bool {
        let start = self.pos;
        let name = if self.at(start + 2) == b'-' { start + 3 } else { start + 2 };
        let end = chars::name_end(self.text, name);
        let line_end = match (self.at(end), self.at(end + 1)) {
            (b'\n', _) => end + 1,
            (b'\r', b'\n') => end + 2,
            _ => 0,
        };
        if end == name || line_end == 0 {
            let message = if end == name {
                "expected the name of an end marker after `<<`"
            } else {
                "expected a line end after the name of the end marker"
            };
            self.fault(Self::range(start, end.max(start + 2)), message);
            self.take(T::Bad, end.max(start + 2) - start);
            return false;
        }
        let (open, marker) = (Self::range(start, end), Self::range(name, end));
        let limit = self.mending.then(|| self.mend_heredoc(open, marker, line_end)).flatten();
        // A heredoc without any line ends before the line end that introduces it.
        let line_end = limit.map_or(line_end, |limit| line_end.min(limit as usize));
        self.take(T::OpenHeredoc, line_end - start);
        self.modes.push(Mode::Heredoc { open, marker, first: true, limit });
        true
    }

    /// Goes on in a heredoc, up to its end or to a template sequence.
    pub(super) fn heredoc(&mut self, marker: TextRange, first: bool, limit: Option<u32>) {
        // Whoever comes back from a template sequence is in the middle of a line.
        if let Some(Mode::Heredoc { first, .. }) = self.modes.last_mut() {
            *first = false;
        }
        let mut line_start = first;
        let end = limit.map_or(self.text.len(), |limit| limit as usize);
        while self.pos < end {
            if line_start && limit.is_none() {
                if let Some(len) = self.end_marker(self.pos, marker) {
                    self.take(T::CloseHeredoc, len);
                    self.modes.pop();
                    return;
                }
                self.line_start = self.pos;
            }
            match self.template_line(end) {
                Some(ended) => line_start = ended,
                None => return,
            }
        }
        if limit.is_some() {
            self.push(T::CloseHeredoc, self.pos, self.pos);
            self.modes.pop();
        }
    }

    /// Goes on in a template without quotes.
    pub(super) fn bare(&mut self) {
        while self.pos < self.text.len() && self.template_line(self.text.len()).is_some() {}
    }

    /// Lexes up to the end of the line or to a template sequence, which is opened. Returns whether
    /// the line ended, or `None` when a sequence or an error did.
    fn template_line(&mut self, limit: usize) -> Option<bool> {
        let start = self.pos;
        let mut at = start;
        let (end, sequence) = loop {
            let Some(len) = memchr::memchr3(b'\n', b'$', b'%', self.text.get(at..limit).unwrap_or_default()) else {
                break (limit, None);
            };
            at += len;
            let byte = self.text[at];
            if byte == b'\n' {
                break (at + 1, None);
            }
            let next = self.at(at + 1);
            if next == byte && self.at(at + 2) == b'{' {
                at += 3;
            } else if next == b'{' {
                let interpolates = byte == b'$';
                break (at, Some(if interpolates { T::OpenInterpolation } else { T::OpenDirective }));
            } else {
                at += 1;
            }
        };
        // `$${` may reach past the place where a broken heredoc is taken to end.
        let end = end.min(limit);
        if end > start {
            self.check_line(start, end);
            self.take(T::Literal, end - start);
        }
        if self.stopped {
            return None;
        }
        let Some(kind) = sequence else { return Some(self.text[end - 1] == b'\n') };
        self.open_sequence(kind);
        None
    }

    /// The length of the end marker's line at `at`, line end left out, if it is one.
    pub(super) fn end_marker(&self, at: usize, marker: TextRange) -> Option<usize> {
        let (rest, marker) = (&self.text[at..], marker.slice(self.text));
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        // A marker is often absent at the first byte; other white space is rare.
        let first = rest.get(blanks)?;
        if *first != marker[0] && *first < 0x80 && !matches!(first, 0x0b | 0x0c) {
            return None;
        }
        let len = memchr::memchr(b'\n', rest)?;
        let line = rest[..len].strip_suffix(b"\r").unwrap_or(&rest[..len]);
        let text = std::str::from_utf8(line).ok()?;
        (text.trim().as_bytes() == marker).then_some(line.len())
    }
}
