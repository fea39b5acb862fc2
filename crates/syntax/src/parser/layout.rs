//! How a broken file is laid out: indentation, and which lines look like items.

use crate::lexer::{Lexed, TokenKind as T, offset};

/// The layout, token by token.
pub(super) struct Layout {
    /// The width of the blanks at the start of each token's line.
    indents: Vec<u32>,
    /// Whether the token is the first of a line that looks like an argument or a block.
    items: Vec<bool>,
    /// How many `{` lack their `}`.
    pub(super) unclosed: u32,
    /// How many `}` are too many.
    pub(super) surplus: u32,
    /// Whether the end of the text is out of sight, in a comment.
    pub(super) is_cut: bool,
    /// The indentation of the item that is being parsed.
    pub(super) item_indent: u32,
}

impl Layout {
    pub(super) fn new(text: &[u8], lexed: &Lexed) -> Self {
        let count = lexed.tokens.len();
        let mut layout = Self {
            indents: Vec::with_capacity(count),
            items: vec![false; count],
            unclosed: u32::try_from(lexed.open_braces).unwrap_or(0),
            surplus: u32::try_from(-lexed.open_braces).unwrap_or(0),
            is_cut: lexed.is_cut,
            item_indent: 0,
        };
        let (mut indent, mut line_start, mut is_first) = (0, 0, true);
        for (at, token) in lexed.tokens.iter().enumerate() {
            if is_first {
                let line = &text[line_start..token.start as usize];
                indent = offset(line.iter().take_while(|c| matches!(c, b' ' | b'\t')).count());
                layout.items[at] = looks_like_item(lexed, at);
            }
            layout.indents.push(indent);
            is_first = token.kind == T::Newline;
            line_start = token.end as usize;
        }
        layout
    }

    pub(super) fn indent(&self, token: usize) -> u32 {
        self.indents.get(token).copied().unwrap_or(0)
    }

    pub(super) fn is_item(&self, token: usize) -> bool {
        self.items.get(token).copied().unwrap_or(false)
    }
}

/// `name =`, or `name "label" {`.
fn looks_like_item(lexed: &Lexed, at: usize) -> bool {
    let kind = |at: usize| lexed.tokens.get(at).map_or(T::End, |token| token.kind);
    if kind(at) != T::Name {
        return false;
    }
    let mut next = at + 1;
    if kind(next) == T::Assign {
        return true;
    }
    while matches!(kind(next), T::Name | T::String) && next < at + 9 {
        next += 1;
    }
    kind(next) == T::OpenBrace
}
