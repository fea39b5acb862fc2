//! Heredocs, and templates without quotes.

use source::TextRange;

use super::{Lexer, Mode, T, TokenKind, chars};

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
            return self.bad_heredoc(name, end);
        }
        let (open, marker) = (Self::range(start, end), Self::range(name, end));
        let limit = self.mending.then(|| self.mend_heredoc(open, marker, line_end)).flatten();
        // A heredoc without any line ends before the line end that introduces it.
        let line_end = limit.map_or(line_end, |limit| line_end.min(limit as usize));
        self.take(T::OpenHeredoc, line_end - start);
        self.modes.push(Mode::Heredoc { open, marker, first: true, limit });
        true
    }

    /// A `<<` that introduces nothing. If only the name of the marker is missing, and a line below
    /// looks like one, that is it.
    fn bad_heredoc(&mut self, name: usize, end: usize) -> bool {
        let message = if end == name {
            "expected the name of an end marker after `<<`"
        } else {
            "expected a line end after the name of the end marker"
        };
        let start = self.pos;
        let open = Self::range(start, end.max(start + 2));
        self.fault(open, message);
        let line_end = end + usize::from(self.at(end) == b'\r');
        if self.mending
            && self.at(line_end) == b'\n'
            && let Some(marker) = self.guess_marker(line_end)
        {
            self.take(T::OpenHeredoc, line_end + 1 - start);
            self.modes.push(Mode::Heredoc { open, marker, first: true, limit: None });
            return true;
        }
        self.take(T::Bad, open.len() as usize);
        false
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
        let limit = self.text.len();
        while self.pos < limit {
            let (end, _) = self.literal_end(limit);
            if let Some(at) = self.lone_return(self.pos, end) {
                // As in Go's HCL, all the rest is literal text then.
                if at > self.pos {
                    self.take(T::Literal, at - self.pos);
                }
                return self.take(T::Literal, limit - at);
            }
            if self.template_line(limit).is_none() {
                return;
            }
        }
    }

    /// Lexes up to the end of the line or to a template sequence, which is opened. Returns whether
    /// the line ended, or `None` when a sequence or an error did.
    fn template_line(&mut self, limit: usize) -> Option<bool> {
        let start = self.pos;
        let (end, sequence) = self.literal_end(limit);
        // `$${` may reach past the place where a broken heredoc is taken to end.
        let end = end.min(limit);
        if end > start {
            self.check_line(start, end);
            self.take(T::Literal, end - start);
        }
        if self.stopped {
            return None;
        }
        let Some(kind) = sequence else {
            return Some(self.text[end - 1] == b'\n');
        };
        self.open_sequence(kind);
        None
    }

    /// Where the literal text at `self.pos` ends, and which sequence begins there, if one does.
    fn literal_end(&self, limit: usize) -> (usize, Option<TokenKind>) {
        let mut at = self.pos;
        loop {
            let rest = self.text.get(at..limit).unwrap_or_default();
            let Some(len) = memchr::memchr3(b'\n', b'$', b'%', rest) else {
                return (limit, None);
            };
            at += len;
            let (byte, next) = (self.text[at], self.at(at + 1));
            match (byte, next) {
                (b'\n', _) => return (at + 1, None),
                (b'$', b'{') => return (at, Some(T::OpenInterpolation)),
                (b'%', b'{') => return (at, Some(T::OpenDirective)),
                _ if next == byte && self.at(at + 2) == b'{' => at += 3,
                // Go's lexer makes a token of its own of this line end, and strip markers see
                // tokens.
                _ if self.blank_before_line_end(at + 1) => return (at + 2, None),
                _ => at += 1,
            }
        }
    }

    /// Whether there is one blank at `at`, and a line end after it.
    fn blank_before_line_end(&self, at: usize) -> bool {
        matches!(self.at(at), b' ' | b'\t' | b'\r' | 0x0b | 0x0c)
            && match self.at(at + 1) {
                b'\n' => true,
                b'\r' => self.at(at + 2) == b'\n',
                _ => false,
            }
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
