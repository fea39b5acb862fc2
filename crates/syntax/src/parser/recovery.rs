//! What to do after an error: what to blame, what to skip, where to go on.

use source::TextRange;

use super::{Parser, T, message};
use crate::node::NodeId;
use crate::tree::{SyntaxError, SyntaxErrorKind};

/// What stands between the items of a collection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    None,
    Comma,
    /// A comma or a line end.
    Line,
}

/// Brackets opened while skipping.
#[derive(Default)]
struct Nesting {
    open: Vec<T>,
    counts: [usize; 6],
}

impl Nesting {
    fn slot(closer: T) -> usize {
        match closer {
            T::CloseBrace => 0,
            T::CloseBracket => 1,
            T::CloseParen => 2,
            T::CloseQuote => 3,
            T::CloseHeredoc => 4,
            _ => 5,
        }
    }

    fn open(&mut self, closer: T) {
        self.open.push(closer);
        self.counts[Self::slot(closer)] += 1;
    }

    /// Closes up to the opening that `closer` matches; `false` when there is none.
    fn close(&mut self, closer: T) -> bool {
        if self.counts[Self::slot(closer)] == 0 {
            return false;
        }
        while let Some(last) = self.open.pop() {
            self.counts[Self::slot(last)] -= 1;
            if last == closer {
                break;
            }
        }
        true
    }
}

impl Parser<'_> {
    /// Takes `closer`, which closes what `open` opened. If something else stands there, says so,
    /// and skips to it if it can be found.
    #[inline]
    pub(super) fn close(&mut self, closer: T, open: TextRange, what: &'static str) {
        if self.kind() == closer && !self.broken {
            self.bump();
        } else {
            self.close_broken(closer, open, what);
        }
    }

    #[cold]
    fn close_broken(&mut self, closer: T, open: TextRange, what: &'static str) {
        if self.at_end_of_list() {
            self.never_closed(open, what);
        } else if !self.broken {
            let expected = match closer {
                T::CloseParen => ")",
                T::CloseBracket => "]",
                _ => "}",
            };
            let (range, found) = (self.here(), message::found(self));
            let text = format!("expected `{expected}` to end the {what}, {found}");
            self.error_with(range, text, open, "it begins here");
        }
        if self.layout.is_none() {
            return;
        }
        while self.kind() != closer {
            if !self.resume(Separator::None) {
                return;
            }
        }
        self.bump();
        self.broken = false;
    }

    /// Whether the next token can only be the end of the list or call that it stands in.
    pub(super) fn at_end_of_list(&mut self) -> bool {
        let kind = self.kind();
        matches!(kind, T::End | T::Barrier | T::Newline) || kind.is_closer()
    }

    /// Before a part of something in brackets: whether the brackets end here without it, or are
    /// left open, which is reported.
    pub(super) fn ends_early(&mut self, closer: T, open: TextRange, what: &'static str) -> bool {
        let is_open = !self.broken && self.kind() != closer && self.at_end_of_list();
        if is_open {
            self.never_closed(open, what);
        }
        is_open
    }

    /// Reports brackets that were not closed where they should be.
    pub(super) fn never_closed(&mut self, open: TextRange, what: &'static str) {
        let is_cut = self.layout.as_ref().is_some_and(|layout| layout.is_cut);
        if is_cut && self.kind() == T::End {
            // The comment without end is to blame.
            self.broken = true;
            return;
        }
        let at = self.next_place();
        self.error_with(
            open,
            format!("this {what} is never closed"),
            at,
            "its end was expected before this",
        );
    }

    /// The next token that is no line end.
    fn next_place(&self) -> TextRange {
        let rest = self.tokens[self.pos..].iter();
        let next =
            rest.map(|token| (token.kind, token.range())).find(|(kind, _)| *kind != T::Newline);
        next.map_or(TextRange::empty(self.end), |(_, range)| range)
    }

    /// Skips to where a collection can go on: at a separator (then it is `true`, and the error is
    /// over), or at its end, at the end of what is around it, or before a line that looks like an
    /// item.
    pub(super) fn resume(&mut self, separator: Separator) -> bool {
        let Some(layout) = &self.layout else {
            return false;
        };
        let mut nesting = Nesting::default();
        loop {
            let token = self.tokens[self.pos];
            let is_outside = nesting.open.is_empty();
            match token.kind {
                T::End => return false,
                T::Comma if is_outside && separator != Separator::None => break,
                T::Newline if is_outside && separator == Separator::Line => break,
                T::Newline if layout.is_item(self.pos + 1) => {
                    let in_braces = nesting.open.last() == Some(&T::CloseBrace);
                    if !in_braces || layout.indent(self.pos + 1) <= layout.item_indent {
                        return false;
                    }
                }
                kind => {
                    if let Some(closer) = kind.closer() {
                        nesting.open(closer);
                    } else if kind.is_closer() && !nesting.close(kind) {
                        return false;
                    }
                }
            }
            self.pos += 1;
            self.end = token.end;
        }
        self.broken = false;
        true
    }

    /// Skips the rest of an item, up to its line end or to the `}` of the block around it.
    pub(super) fn resume_after_item(&mut self, in_block: bool) {
        let Some(layout) = &self.layout else { return };
        let mut nesting = Nesting::default();
        loop {
            let token = self.tokens[self.pos];
            match token.kind {
                // Nothing follows; what is open is open because of the same mistake.
                T::End => return,
                T::Newline if nesting.open.is_empty() => break,
                T::Newline if layout.is_item(self.pos + 1) => {
                    let in_braces = nesting.open.last() == Some(&T::CloseBrace);
                    if !in_braces || layout.indent(self.pos + 1) <= layout.item_indent {
                        break;
                    }
                }
                T::CloseBrace if in_block && !nesting.close(T::CloseBrace) => break,
                kind => {
                    if let Some(closer) = kind.closer() {
                        nesting.open(closer);
                    } else if kind.is_closer() && (kind != T::CloseBrace || !in_block) {
                        nesting.close(kind);
                    }
                }
            }
            self.pos += 1;
            self.end = token.end;
        }
        self.broken = false;
    }

    /// Skips to the `}` that ends the template sequence.
    pub(super) fn skip_to_sequence_end(&mut self) {
        if self.kind() == T::CloseSequence {
            return;
        }
        let mut depth = 0_u32;
        loop {
            let token = self.tokens[self.pos];
            match token.kind {
                T::End => return,
                T::OpenInterpolation | T::OpenDirective => depth += 1,
                T::CloseSequence if depth == 0 => return,
                T::CloseSequence => depth -= 1,
                _ => {}
            }
            self.pos += 1;
            self.end = token.end;
        }
    }

    /// Skips to the token that closes the template.
    pub(super) fn skip_template(&mut self) {
        let mut depth = 0_u32;
        loop {
            let token = self.tokens[self.pos];
            match token.kind {
                T::End => return,
                T::OpenQuote | T::OpenHeredoc => depth += 1,
                T::CloseQuote | T::CloseHeredoc if depth == 0 => return,
                T::CloseQuote | T::CloseHeredoc => depth -= 1,
                _ => {}
            }
            self.pos += 1;
            self.end = token.end;
        }
    }

    /// Skips the rest of a block whose `{` is taken, `}` included. Returns whether there was one.
    pub(super) fn skip_block(&mut self) -> bool {
        let mut depth = 0_u32;
        loop {
            let token = self.bump();
            match token.kind {
                T::End => return false,
                T::OpenBrace => depth += 1,
                T::CloseBrace if depth == 0 => return true,
                T::CloseBrace => depth -= 1,
                _ => {}
            }
        }
    }

    /// At a line end inside the braces that the token `opener` opened: whether the layout says
    /// that they should have been closed before. Only in a file that has too few `}`.
    pub(super) fn is_left_open(&self, opener: usize) -> bool {
        let Some(layout) = &self.layout else {
            return false;
        };
        if layout.unclosed == 0 {
            return false;
        }
        let next = self.pos + 1;
        let (indent, outer) = (layout.indent(next), layout.indent(opener));
        let is_over = match self.tokens.get(next).map(|token| token.kind) {
            Some(T::CloseBrace) => indent < outer,
            _ => layout.is_item(next) && indent <= outer,
        };
        is_over && self.is_indented(opener)
    }

    /// Whether what stands in the braces is indented, so that the layout can be trusted. So it is
    /// when it begins in the line of the brace.
    fn is_indented(&self, opener: usize) -> bool {
        let Some(layout) = &self.layout else {
            return false;
        };
        let after = &self.tokens[opener + 1..];
        let lines = after.iter().take_while(|token| token.kind == T::Newline).count();
        let first = opener + 1 + lines;
        let is_header = || {
            let next = self.tokens.get(first + 1).map(|token| token.kind);
            layout.is_item(first) && matches!(next, Some(T::String | T::Name))
        };
        lines == 0 || layout.indent(first) > layout.indent(opener) || is_header()
    }

    /// At the line end where braces should have been closed before.
    pub(super) fn blame_open_brace(&mut self, open: TextRange, what: &'static str) {
        self.never_closed(open, what);
        if let Some(layout) = &mut self.layout {
            layout.unclosed -= 1;
            self.broken = false;
        }
    }

    /// At a `}` in the braces that the token `opener` opened: whether the layout says that it is
    /// one too many. Only in a file that has too many of them.
    pub(super) fn is_surplus_brace(&mut self, opener: usize) -> bool {
        let is_indented = self.is_indented(opener);
        let Some(layout) = &mut self.layout else {
            return false;
        };
        let starts_line = self.pos > 0 && self.tokens[self.pos - 1].kind == T::Newline;
        let is_surplus = layout.surplus > 0
            && starts_line
            && is_indented
            && layout.indent(self.pos) > layout.indent(opener);
        layout.surplus -= u32::from(is_surplus);
        is_surplus
    }

    /// The range of a node.
    pub(super) fn range_of(&self, id: NodeId) -> TextRange {
        self.nodes[id.0 as usize].range()
    }
}

/// Sorts errors, and leaves of those in one line the first only: the others are echoes of it.
pub(crate) fn tidy(text: &[u8], errors: &mut Vec<SyntaxError>) {
    if errors.len() < 2 {
        return;
    }
    let is_duplicate = |error: &SyntaxError| error.kind == SyntaxErrorKind::DuplicateAttribute;
    errors.sort_by_key(|error| (error.range.start(), is_duplicate(error)));
    let mut last: Option<u32> = None;
    errors.retain(|error| {
        if is_duplicate(error) {
            return true;
        }
        let start = error.range.start();
        let is_echo = last.is_some_and(|last| {
            let between = &text[last as usize..start as usize];
            memchr::memchr(b'\n', between).is_none()
        });
        last = Some(start);
        !is_echo
    });
}
