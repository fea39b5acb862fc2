//! What the text is cut into.

use source::TextRange;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum TokenKind {
    /// Blanks, and the byte order mark.
    Space,
    /// `\n` or `\r\n`.
    Newline,
    /// A comment, without the line end.
    Comment,
    /// An identifier or keyword.
    Name,
    /// A number.
    Number,
    /// A quoted string without any template sequence, quotes included.
    String,
    /// The quote that opens a string with template sequences (or a broken one).
    OpenQuote,
    /// The quote that closes it; empty when it is missing.
    CloseQuote,
    /// Text in a quoted template; one line of text in a heredoc.
    Literal,
    /// `<<EOT` or `<<-EOT` with its line end.
    OpenHeredoc,
    /// The line of the end marker without its line end; empty when it is missing.
    CloseHeredoc,
    /// `${` or `${~`.
    OpenInterpolation,
    /// `%{` or `%{~`.
    OpenDirective,
    /// The `}` or `~}` that ends an interpolation or directive; empty when it is missing.
    CloseSequence,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `=`
    Assign,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `!`
    Not,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `.`
    Dot,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `::`
    DoubleColon,
    /// `?`
    Question,
    /// `...`
    Ellipsis,
    /// `=>`
    Arrow,
    /// What HCL has no use for; an error says so.
    Bad,
    /// Stands between the lines of an expression when the next line looks like an item of its own.
    /// Never in a list of tokens.
    Barrier,
    /// The end of the text, empty.
    End,
}

/// A piece of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Token {
    /// The bytes that it covers.
    pub const fn range(&self) -> TextRange {
        TextRange::new(self.start, self.end)
    }
}

impl TokenKind {
    /// The token that closes what this one opens.
    pub(crate) const fn closer(self) -> Option<Self> {
        Some(match self {
            Self::OpenBrace => Self::CloseBrace,
            Self::OpenBracket => Self::CloseBracket,
            Self::OpenParen => Self::CloseParen,
            Self::OpenQuote => Self::CloseQuote,
            Self::OpenHeredoc => Self::CloseHeredoc,
            Self::OpenInterpolation | Self::OpenDirective => Self::CloseSequence,
            _ => return None,
        })
    }

    /// Whether it closes something.
    pub(crate) const fn is_closer(self) -> bool {
        matches!(
            self,
            Self::CloseBrace
                | Self::CloseBracket
                | Self::CloseParen
                | Self::CloseQuote
                | Self::CloseHeredoc
                | Self::CloseSequence
        )
    }
}
