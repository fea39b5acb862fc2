//! Cuts text into tokens. A file in order is lexed strictly; a broken one again, `mending`: then
//! what was left open is closed where the layout says that it should have been.

mod chars;
mod heredoc;
mod literal;
mod mend;
mod string;
mod token;

use std::borrow::Cow;

use source::{BOM, TextRange};

pub(crate) use chars::char_at;
pub(crate) use literal::{hex_char, is_number};
pub use token::{Token, TokenKind};

use crate::tree::{MAX_ERRORS, SyntaxError, SyntaxErrorKind};
use TokenKind as T;

/// What lexing gives.
pub(crate) struct Lexed {
    /// All tokens but blanks and comments; the last is `End`.
    pub(crate) tokens: Vec<Token>,
    pub(crate) comments: Vec<TextRange>,
    /// In strict mode at most one; then the tokens end early.
    pub(crate) errors: Vec<SyntaxError>,
    /// `{` less `}`, those of template sequences left out.
    pub(crate) open_braces: i64,
    /// Whether a comment without end swallowed the rest of the text.
    pub(crate) is_cut: bool,
}

/// Where lexing starts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// In code.
    Code,
    /// In the text of a template.
    Template,
}

/// What surrounds the place that is being lexed.
#[derive(Clone, Copy)]
enum Mode {
    /// Between quotes. Up to `lines_until` line ends are part of the (broken) string.
    Quote { open: u32, lines_until: u32 },
    /// Between `<<EOT` and `EOT`. `first` until something of it was read; `limit` is where an
    /// unterminated one is taken to end.
    Heredoc { open: TextRange, marker: TextRange, first: bool, limit: Option<u32> },
    /// In the text of a template without quotes.
    Bare,
    /// Between `${` and `}`. `depth` counts braces of objects; `indent` is that of the line.
    Braces { open: TextRange, depth: u32, indent: u32 },
}

pub(crate) struct Lexer<'t> {
    text: &'t [u8],
    pos: usize,
    modes: Vec<Mode>,
    out: Lexed,
    mending: bool,
    stopped: bool,
    /// Where the line begins; kept up to date only as far as mending needs it.
    line_start: usize,
    /// What is known for mending heredocs.
    heredocs: mend::Heredocs<'t>,
}

/// Lexes `text`, which must be shorter than 4 GiB.
pub(crate) fn lex(text: &[u8], start: Start, mending: bool) -> Lexed {
    let mut lexer = Lexer {
        text,
        pos: 0,
        modes: Vec::new(),
        out: Lexed {
            tokens: Vec::with_capacity(text.len() / 5 + 16),
            comments: Vec::new(),
            errors: Vec::new(),
            open_braces: 0,
            is_cut: false,
        },
        mending,
        stopped: false,
        line_start: 0,
        heredocs: mend::Heredocs::default(),
    };
    if start == Start::Template {
        lexer.modes.push(Mode::Bare);
    }
    lexer.run();
    lexer.out
}

/// All tokens of `text` read as a file, blanks and comments included: side by side they are the
/// text.
pub fn tokens(text: &[u8]) -> Vec<Token> {
    let lexed = lex(text, Start::Code, true);
    let mut all = Vec::with_capacity(lexed.tokens.len() * 2);
    let mut comments = lexed.comments.into_iter().peekable();
    let mut at = 0;
    let mut add = |kind, start, end| {
        if at < start {
            all.push(Token { kind: T::Space, start: at, end: start });
        }
        if start < end {
            all.push(Token { kind, start, end });
        }
        at = end;
    };
    if text.starts_with(BOM) {
        add(T::Space, 0, 3);
    }
    for token in lexed.tokens {
        while let Some(comment) = comments.next_if(|comment| comment.start() < token.start) {
            add(T::Comment, comment.start(), comment.end());
        }
        add(token.kind, token.start, token.end);
    }
    all
}

/// An offset; texts of 4 GiB and more are refused before.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("invariant: text is shorter than 4 GiB")
}

impl Lexer<'_> {
    fn run(&mut self) {
        if self.modes.is_empty() && self.text.starts_with(BOM) {
            self.pos = 3;
        }
        while self.pos < self.text.len() && !self.stopped {
            match self.modes.last().copied() {
                None | Some(Mode::Braces { .. }) => self.code(),
                Some(Mode::Quote { lines_until, .. }) => self.quote(lines_until),
                Some(Mode::Heredoc { marker, first, limit, .. }) => {
                    self.heredoc(marker, first, limit);
                }
                Some(Mode::Bare) => self.bare(),
            }
        }
        self.finish();
        let end = offset(self.text.len());
        self.out.tokens.push(Token { kind: T::End, start: end, end });
    }

    /// Closes what is open at the end of the text. Only the innermost opening is blamed.
    fn finish(&mut self) {
        let end = self.text.len();
        let mut blamed = false;
        while let Some(mode) = self.modes.pop() {
            let (kind, open, message) = match mode {
                Mode::Bare => continue,
                Mode::Quote { open, .. } => {
                    (T::CloseQuote, TextRange::new(open, open + 1), "this string is never closed")
                }
                Mode::Heredoc { open, .. } => (
                    T::CloseHeredoc,
                    open,
                    "this heredoc is never closed: its end marker must stand alone on a line",
                ),
                Mode::Braces { open, .. } => {
                    (T::CloseSequence, open, "this template sequence is never closed")
                }
            };
            if !blamed {
                self.fault(open, message);
                blamed = true;
            }
            self.push(kind, end, end);
        }
    }

    #[inline]
    fn push(&mut self, kind: TokenKind, start: usize, end: usize) {
        #[expect(clippy::cast_possible_truncation, reason = "texts of 4 GiB are refused before")]
        self.out.tokens.push(Token { kind, start: start as u32, end: end as u32 });
    }

    #[inline]
    fn at(&self, at: usize) -> u8 {
        self.text.get(at).copied().unwrap_or(0)
    }

    fn range(start: usize, end: usize) -> TextRange {
        TextRange::new(offset(start), offset(end))
    }

    /// Reports an error; a strict lexer stops there.
    fn fault(&mut self, range: TextRange, message: impl Into<Cow<'static, str>>) {
        self.report(SyntaxErrorKind::Grammar, range, message.into());
    }

    fn report(&mut self, kind: SyntaxErrorKind, range: TextRange, message: Cow<'static, str>) {
        if self.stopped {
            return;
        }
        if self.out.errors.len() < MAX_ERRORS {
            self.out.errors.push(SyntaxError { kind, range, message, related: None });
        }
        self.stopped = !self.mending;
    }

    /// Lexes code until the mode changes. The common bytes are dealt with here, the others in
    /// [`Self::rare`].
    fn code(&mut self) {
        let text = self.text;
        let mut at = self.pos;
        while let Some(&byte) = text.get(at) {
            let start = at;
            at += 1;
            let kind = match byte {
                b' ' | b'\t' => continue,
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                    at = chars::name_end(text, start);
                    T::Name
                }
                b',' => T::Comma,
                b'(' => T::OpenParen,
                b')' => T::CloseParen,
                b'[' => T::OpenBracket,
                b']' => T::CloseBracket,
                b'\n' if !self.mending => T::Newline,
                b'.' if self.at(at) != b'.' => T::Dot,
                b'=' if !matches!(self.at(at), b'=' | b'>') => T::Assign,
                _ => {
                    self.pos = start;
                    if self.rare(byte) || self.stopped {
                        return;
                    }
                    at = self.pos;
                    continue;
                }
            };
            self.push(kind, start, at);
        }
        self.pos = at;
    }

    /// Lexes what starts at `self.pos` with `byte`. Returns whether the mode changed.
    fn rare(&mut self, byte: u8) -> bool {
        let (start, next) = (self.pos, self.at(self.pos + 1));
        match (byte, next) {
            (b'"', _) => return self.open_string(),
            (b'\n', _) => return self.newline(1),
            (b'\r', b'\n') => return self.newline(2),
            (b'{', _) => self.open_brace(),
            (b'}', _) => return self.close_brace(1),
            (b'~', b'}') if self.ends_sequence() => return self.close_brace(2),
            (b'0'..=b'9', _) => self.number(),
            (b'#', _) | (b'/', b'/') => self.line_comment(),
            (b'/', b'*') => self.block_comment(),
            (b'<', b'<') => return self.open_heredoc(),
            (b'.', b'.') if self.at(start + 2) == b'.' => self.take(T::Ellipsis, 3),
            _ => match operator(byte, next) {
                Some((kind, len)) => self.take(kind, len),
                None => self.name_or_stray(),
            },
        }
        false
    }

    /// Makes a token of the next `len` bytes.
    fn take(&mut self, kind: TokenKind, len: usize) {
        self.push(kind, self.pos, self.pos + len);
        self.pos += len;
    }

    fn newline(&mut self, len: usize) -> bool {
        let at = self.pos;
        // What is left open in this line is closed before its end.
        if self.mending && !self.modes.is_empty() && self.mend_at_line_end(at + len) {
            return true;
        }
        self.take(T::Newline, len);
        self.line_start = self.pos;
        false
    }

    fn open_brace(&mut self) {
        self.take(T::OpenBrace, 1);
        self.out.open_braces += 1;
        if let Some(Mode::Braces { depth, .. }) = self.modes.last_mut() {
            *depth += 1;
        }
    }

    /// Whether a `}` here would end a template sequence.
    fn ends_sequence(&self) -> bool {
        matches!(self.modes.last(), Some(Mode::Braces { depth: 0, .. }))
    }

    fn close_brace(&mut self, len: usize) -> bool {
        if self.ends_sequence() {
            self.take(T::CloseSequence, len);
            self.modes.pop();
            return true;
        }
        if let Some(Mode::Braces { depth, .. }) = self.modes.last_mut() {
            *depth -= 1;
        }
        self.take(T::CloseBrace, 1);
        self.out.open_braces -= 1;
        false
    }

    fn line_comment(&mut self) {
        let rest = &self.text[self.pos..];
        let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let shown = if len < rest.len() && rest[..len].ends_with(b"\r") { len - 1 } else { len };
        self.out.comments.push(Self::range(self.pos, self.pos + shown));
        self.pos += shown;
    }

    fn block_comment(&mut self) {
        let start = self.pos;
        let end = memchr::memmem::find(&self.text[start + 2..], b"*/");
        self.pos = end.map_or(self.text.len(), |len| start + 2 + len + 2);
        self.out.comments.push(Self::range(start, self.pos));
        if end.is_none() {
            self.out.is_cut = true;
            self.fault(Self::range(start, start + 2), "this comment is never closed");
        }
    }

    fn name_or_stray(&mut self) {
        let start = self.pos;
        let end = chars::name_end(self.text, start);
        if end > start {
            return self.take(T::Name, end - start);
        }
        let Some(c) = char_at(self.text, start) else {
            return self.stray_bytes();
        };
        let len = c.len_utf8();
        self.fault(Self::range(start, start + len), stray_message(c));
        self.take(T::Bad, len);
    }

    /// Bytes in code that are not UTF-8.
    fn stray_bytes(&mut self) {
        let start = self.pos;
        let is_stray = |at: usize| {
            self.text.get(at).is_some_and(|byte| *byte >= 0x80) && char_at(self.text, at).is_none()
        };
        let mut len = 1;
        while is_stray(start + len) {
            len += 1;
        }
        self.bad_encoding(Self::range(start, start + len));
        self.take(T::Bad, len);
    }

    fn bad_encoding(&mut self, range: TextRange) {
        let message = "not UTF-8; save the file in the encoding UTF-8".into();
        self.report(SyntaxErrorKind::Encoding, range, message);
    }

    /// Reports bytes of `start..end` that are not UTF-8.
    fn check_encoding(&mut self, start: usize, end: usize) {
        if let Some(bad) = chars::bad_bytes(self.text, Self::range(start, end)) {
            self.bad_encoding(bad);
        }
    }
}

fn operator(byte: u8, next: u8) -> Option<(TokenKind, usize)> {
    Some(match (byte, next) {
        (b'=', b'=') => (T::Equal, 2),
        (b'=', b'>') => (T::Arrow, 2),
        (b'!', b'=') => (T::NotEqual, 2),
        (b'<', b'=') => (T::LessEqual, 2),
        (b'>', b'=') => (T::GreaterEqual, 2),
        (b'&', b'&') => (T::And, 2),
        (b'|', b'|') => (T::Or, 2),
        (b':', b':') => (T::DoubleColon, 2),
        (b'.', _) => (T::Dot, 1),
        (b':', _) => (T::Colon, 1),
        (b'?', _) => (T::Question, 1),
        (b'*', _) => (T::Star, 1),
        (b'!', _) => (T::Not, 1),
        (b'<', _) => (T::Less, 1),
        (b'>', _) => (T::Greater, 1),
        (b'+', _) => (T::Plus, 1),
        (b'-', _) => (T::Minus, 1),
        (b'/', _) => (T::Slash, 1),
        (b'%', _) => (T::Percent, 1),
        _ => return None,
    })
}

/// What to say about a character that HCL has no use for.
pub(crate) fn stray_message(c: char) -> Cow<'static, str> {
    match c {
        '&' => "bitwise operators are not supported; did you mean `&&`?".into(),
        '|' => "bitwise operators are not supported; did you mean `||`?".into(),
        '~' => "bitwise operators are not supported; did you mean `!`?".into(),
        '^' => "bitwise operators are not supported".into(),
        '`' => "backticks are not valid; write a string of many lines as a heredoc, `<<EOT`".into(),
        '\'' => "single quotes are not valid; write strings in double quotes".into(),
        '“' | '”' | '„' => {
            "curly quotes are not valid; write strings in straight quotes".into()
        }
        ';' => "`;` is not valid; write each argument on a line of its own".into(),
        '\r' => "a carriage return without a line feed is no line end".into(),
        c if c.is_control() || !is_shown(c) => {
            format!("the character U+{:04X} is not used in HCL", u32::from(c)).into()
        }
        c => format!("the character `{c}` is not used in HCL").into(),
    }
}

/// Whether a terminal shows the character as itself: no blank, no format or direction mark.
fn is_shown(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..)
}
