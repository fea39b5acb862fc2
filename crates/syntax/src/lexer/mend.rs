//! Where to close what was left open. Only broken files are read this way, so no rule here can
//! spoil a good one.

use std::collections::HashMap;

use source::TextRange;

use super::{Lexer, Mode, T, chars, offset};

/// Beyond this many blanks a line is no further indented; bounds the work on hostile files.
const MAX_INDENT: usize = 1000;
/// How many lines a quoted string that was broken over lines may have.
const MAX_STRING_LINES: usize = 20;

/// What is known of the heredocs of a broken file.
#[derive(Default)]
pub(super) struct Heredocs<'t> {
    /// For each line that is a mere name, the last place of it.
    markers: Option<HashMap<&'t [u8], usize>>,
    /// Bytes searched so far for the ends of heredocs that have no marker.
    searched: usize,
}

impl Lexer<'_> {
    /// The width of the blanks at the line start `at`.
    pub(super) fn indent(&self, at: usize) -> u32 {
        let blanks = self.text[at..].iter().take(MAX_INDENT);
        offset(blanks.take_while(|byte| matches!(byte, b' ' | b'\t')).count())
    }

    /// Whether the line at `at` begins like an argument (`name =`) or a block (`name "label" {`).
    fn is_item(&self, at: usize) -> bool {
        let name = self.skip_blanks(at);
        let end = chars::name_end(self.text, name);
        if end == name {
            return false;
        }
        let mut at = self.skip_blanks(end);
        if self.at(at) == b'=' {
            return !matches!(self.at(at + 1), b'=' | b'>');
        }
        for _ in 0..8 {
            if self.at(at) == b'{' {
                return true;
            }
            let end = if self.at(at) == b'"' {
                let label = self.text[at + 1..].iter().take(200);
                match label.take_while(|byte| !matches!(byte, b'\n' | b'"')).count() {
                    200 => return false,
                    len => at + 1 + len + 1,
                }
            } else {
                chars::name_end(self.text, at)
            };
            if end == at {
                return false;
            }
            at = self.skip_blanks(end);
        }
        false
    }

    fn skip_blanks(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }

    /// At a quote inside `"… ${ …`: whether it is the one that closes the outer string, because no
    /// string can follow what stands before it. If so, closes the template sequence.
    pub(super) fn closes_outer_string(&mut self) -> bool {
        let [.., Mode::Quote { .. }, Mode::Braces { open, depth: 0, .. }] = *self.modes else {
            return false;
        };
        let Some(last) = self.out.tokens.last() else {
            return false;
        };
        let ends_operand = match last.kind {
            T::Name => !matches!(last.range().slice(self.text), b"in" | b"if" | b"for"),
            T::Number | T::String | T::CloseQuote | T::CloseBracket | T::CloseParen => true,
            _ => false,
        };
        if ends_operand {
            self.close_sequence(open);
        }
        ends_operand
    }

    fn close_sequence(&mut self, open: TextRange) {
        self.fault(open, "this template sequence is never closed");
        self.push(T::CloseSequence, self.pos, self.pos);
        self.modes.pop();
    }

    /// At a line end in a template sequence, before the line at `next`: closes the sequence, and
    /// the string around it, if the next line is clearly none of it. Returns whether it did.
    pub(super) fn mend_at_line_end(&mut self, next: usize) -> bool {
        let mut has_closed = false;
        while let [.., outer, Mode::Braces { open, depth, indent }] = *self.modes {
            let is_over = if let Mode::Heredoc { marker, .. } = outer {
                self.end_marker(next, marker).is_some() || depth == 0 && self.is_item(next)
            } else {
                self.is_item(next) && (depth == 0 || self.indent(next) <= indent)
            };
            if !is_over {
                break;
            }
            self.close_sequence(open);
            has_closed = true;
            if let Mode::Quote { .. } = outer {
                self.push(T::CloseQuote, self.pos, self.pos);
                self.modes.pop();
            }
        }
        has_closed
    }

    /// At a line end inside a quoted string. The string ends here, unless it was plainly meant to
    /// go on over the next lines.
    pub(super) fn line_end_in_string(&mut self, end: usize) {
        if self.at(end) == b'\r' && self.at(end + 1) != b'\n' {
            self.fault(Self::range(end, end + 1), super::stray_message('\r'));
            return self.take(T::Literal, 1);
        }
        let Some(&Mode::Quote { open, .. }) = self.modes.last() else {
            return;
        };
        let closing = if self.mending { self.closing_quote(end) } else { None };
        if let Some(closing) = closing {
            let message = "a quoted string must end on its line; write `\\n` for a line end, or a \
                           heredoc, `<<EOT`";
            self.fault(TextRange::new(open, offset(end)), message);
            if let Some(Mode::Quote { lines_until, .. }) = self.modes.last_mut() {
                *lines_until = offset(closing);
            }
            return;
        }
        self.unclosed_string(end);
    }

    /// Closes a string at `end`, where nothing does.
    pub(super) fn unclosed_string(&mut self, end: usize) {
        if let Some(Mode::Quote { open, .. }) = self.modes.pop() {
            self.fault(TextRange::new(open, open + 1), "this string is not closed on its line");
            self.push(T::CloseQuote, end, end);
        }
    }

    /// The end of literal text in a string, given that it runs from `start` to `end`. If the line
    /// ends there, unclosed, with a bracket that opens something, the bracket is none of it.
    pub(super) fn end_before_opener(&self, start: usize, end: usize, lines_until: u32) -> usize {
        let is_over = matches!(self.at(end), b'\r' | b'\n') && end >= lines_until as usize;
        match self.text[start..end].trim_ascii_end() {
            [before @ .., b' ', b'{' | b'[' | b'('] if is_over => {
                if self.closing_quote(end).is_some() {
                    return end;
                }
                start + before.trim_ascii_end().len()
            }
            _ => end,
        }
    }

    /// The quote on one of the lines after `line_end` that closes a string broken over lines.
    fn closing_quote(&self, line_end: usize) -> Option<usize> {
        let mut at = line_end;
        for _ in 0..MAX_STRING_LINES {
            at += memchr::memchr(b'\n', &self.text[at..])? + 1;
            let rest = &self.text[at..];
            let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
            let first = line.trim_ascii_start().first()?;
            if matches!(first, b'}' | b']' | b')' | b'#') || self.is_item(at) {
                return None;
            }
            let mut quotes = memchr::memchr_iter(b'"', line);
            if let Some(quote) = quotes.next() {
                let ends_well = match line[quote + 1..].trim_ascii_start().first() {
                    Some(byte) => matches!(byte, b',' | b')' | b']' | b'}' | b'#' | b'?' | b':'),
                    None => true,
                };
                return (quotes.count().is_multiple_of(2) && ends_well).then_some(at + quote);
            }
        }
        None
    }

    /// Where a heredoc that has no end marker is taken to end: before the first line that is
    /// indented no deeper than the one that opened it and begins an item or closes a block.
    pub(super) fn mend_heredoc(
        &mut self,
        open: TextRange,
        marker: TextRange,
        first_line: usize,
    ) -> Option<u32> {
        let text = self.text;
        let markers = self.heredocs.markers.get_or_insert_with(|| lines_of_names(text));
        if markers.get(marker.slice(text)).is_some_and(|last| *last >= first_line) {
            return None;
        }
        let indent = self.indent(self.line_start);
        let (mut at, mut limit) = (first_line, open.end() as usize);
        // Text such as JSON closes braces of its own.
        let mut braces = 0_i64;
        while at < text.len() && self.heredocs.searched <= 4 * text.len() {
            let len = memchr::memchr(b'\n', &text[at..]).unwrap_or(text.len() - at);
            self.heredocs.searched += len + 1;
            let line = &text[at..at + len];
            let is_shallow = self.indent(at) <= indent;
            let closes = braces <= 0 && line.trim_ascii_start().starts_with(b"}");
            if is_shallow && (closes || self.is_item(at)) {
                let name = String::from_utf8_lossy(marker.slice(text));
                let name: String = name.chars().take(40).collect();
                self.fault(
                    open,
                    format!("this heredoc is never closed: no line holds only `{name}`"),
                );
                return Some(offset(limit));
            }
            limit = at + line.strip_suffix(b"\r").unwrap_or(line).len();
            at += len + 1;
            for byte in line {
                braces += i64::from(*byte == b'{') - i64::from(*byte == b'}');
            }
        }
        None
    }

    /// The end marker of a heredoc whose name is missing: the first line below that is a mere name.
    pub(super) fn guess_marker(&mut self, line_end: usize) -> Option<TextRange> {
        let mut at = line_end + 1;
        while at < self.text.len() && self.heredocs.searched <= 4 * self.text.len() {
            let len = memchr::memchr(b'\n', &self.text[at..]).unwrap_or(self.text.len() - at);
            self.heredocs.searched += len + 1;
            let name = self.skip_blanks(at);
            let end = chars::name_end(self.text, name);
            if end > name && self.text[end..at + len].trim_ascii().is_empty() {
                return Some(Self::range(name, end));
            }
            at += len + 1;
        }
        None
    }
}

fn lines_of_names(text: &[u8]) -> HashMap<&[u8], usize> {
    let mut lines = HashMap::new();
    let mut at = 0;
    for line in text.split(|byte| *byte == b'\n') {
        let name = line.trim_ascii();
        if !name.is_empty() && chars::name_end(name, 0) == name.len() {
            lines.insert(name, at);
        }
        at += line.len() + 1;
    }
    lines
}
