//! Bodies: arguments and blocks.

use std::collections::HashMap;

use source::TextRange;

use super::{Children, MAX_ERRORS, Parser, T, message};
use crate::lexer::offset;
use crate::node::{NodeId, NodeKind};
use crate::tree::{SyntaxError, SyntaxErrorKind};

/// Up to that many arguments in a body their hashes are compared one by one.
const FEW: usize = 48;

impl Parser<'_> {
    pub(super) fn file(&mut self) -> NodeId {
        let mut items = Children::new();
        self.items(&mut items, None);
        let id = self.node(NodeKind::Body, 0, 0, &items);
        self.nodes[id.0 as usize].end = offset(self.text.len());
        id
    }

    /// The items of a file, or of the block whose `{` is the token `opener`, up to its end.
    fn items(&mut self, items: &mut Children, opener: Option<usize>) {
        let base = self.names.len();
        let outer = std::mem::replace(&mut self.newlines, true);
        loop {
            match self.kind() {
                T::Name => self.item(items, opener),
                T::Newline if opener.is_some_and(|opener| self.is_left_open(opener)) => break,
                T::Newline => {
                    self.bump();
                }
                T::End => break,
                T::CloseBrace if opener.is_some_and(|opener| !self.is_surplus_brace(opener)) => {
                    break;
                }
                _ => self.stray(opener.is_some()),
            }
        }
        self.newlines = outer;
        if has_equal(&mut self.names[base..]) {
            self.report_duplicates(items);
        }
        self.names.truncate(base);
    }

    fn item(&mut self, items: &mut Children, opener: Option<usize>) {
        let in_block = opener.is_some();
        if let Some(layout) = &mut self.layout {
            layout.item_indent = layout.indent(self.pos);
        }
        let name = self.bump().range();
        match self.kind() {
            T::Assign => {
                let id = self.attribute(name);
                self.add(items, id);
            }
            T::Name | T::String | T::OpenQuote | T::OpenBrace => {
                let id = self.block(name);
                self.add(items, id);
            }
            _ => self.lone_name(name),
        }
        match self.kind() {
            T::Newline | T::End if !self.broken => {}
            _ => self.after_item(in_block),
        }
    }

    /// `name = value`, with the name taken.
    fn attribute(&mut self, name: TextRange) -> NodeId {
        self.names.push(hash(name.slice(self.text)));
        let id = self.leaf(NodeKind::Name, 0, name);
        self.bump();
        let value = self.expression();
        self.pair(NodeKind::Attribute, 0, id, value)
    }

    fn lone_name(&mut self, name: TextRange) {
        let text = String::from_utf8_lossy(name.slice(self.text));
        let text: String = text.chars().take(40).collect();
        if self.kind() == T::Colon {
            let colon = self.here();
            self.error(colon, format!("expected `=` after `{text}`, found `:`"));
        } else {
            self.error(name, format!("expected `=` and a value, or a block, after `{text}`"));
        }
    }

    /// Something stands between the end of an item and the end of its line.
    fn after_item(&mut self, in_block: bool) {
        if !self.broken {
            let (range, found) = (self.here(), message::found(self));
            let text = match self.kind() {
                T::Comma => "arguments are separated by new lines, not by commas".into(),
                _ => format!("expected a new line after this, {found}"),
            };
            self.error(range, text);
            if self.at_item() {
                self.broken = self.layout.is_none();
                return;
            }
        }
        self.resume_after_item(in_block);
    }

    /// Whether an argument or a block seems to begin at the next token.
    fn at_item(&mut self) -> bool {
        let next = self.tokens.get(self.pos + 1).map(|token| token.kind);
        self.kind() == T::Name && matches!(next, Some(T::Assign | T::OpenBrace | T::String))
    }

    /// No item begins with the next token.
    fn stray(&mut self, in_block: bool) {
        if let Some(layout) = &mut self.layout {
            layout.item_indent = layout.indent(self.pos);
        }
        let kind = self.kind();
        let (range, found) = (self.here(), message::found(self));
        let text = match kind {
            T::CloseBrace => {
                self.broken |= self.is_echo();
                "unexpected `}`: nothing is open that it could close".into()
            }
            T::String | T::OpenQuote => "the name of an argument must not be quoted".into(),
            _ => format!("expected an argument or a block, {found}"),
        };
        self.error(range, text);
        if matches!(kind, T::CloseBrace | T::Bad) {
            self.bump();
            if self.at_item() || self.kind() == T::CloseBrace {
                self.broken = self.layout.is_none();
                return;
            }
        }
        self.resume_after_item(in_block);
    }

    /// At a `}` too many: whether an error just before, in a line as far indented, accounts for
    /// it, because there the `{` was lost.
    fn is_echo(&mut self) -> bool {
        if self.errors.len() >= MAX_ERRORS {
            return false;
        }
        let start = self.token().start;
        let before = self.errors.iter().map(|error| error.range.start()).filter(|at| *at < start);
        let Some(last) = before.max().filter(|last| Some(*last) != self.excused) else {
            return false;
        };
        let Some(layout) = &self.layout else {
            return false;
        };
        let line = self.tokens.partition_point(|token| token.start < last);
        let is_echo = layout.indent(line) == layout.indent(self.pos);
        if is_echo {
            self.excused = Some(last);
        }
        is_echo
    }

    /// A block whose type is taken.
    fn block(&mut self, name: TextRange) -> NodeId {
        let mut children = Children::new();
        let id = self.leaf(NodeKind::Name, 0, name);
        self.add(&mut children, id);
        self.labels(&mut children);
        if self.kind() == T::OpenBrace && !self.broken {
            self.braces(&mut children);
        } else {
            let body = self.empty(NodeKind::Body);
            self.add(&mut children, body);
        }
        self.node(NodeKind::Block, 0, name.start(), &children)
    }

    fn labels(&mut self, children: &mut Children) {
        loop {
            let label = match self.kind() {
                T::Name => {
                    let range = self.bump().range();
                    self.leaf(NodeKind::Label, 0, range)
                }
                T::String => {
                    let range = self.bump().range();
                    self.leaf(NodeKind::Label, 1, range)
                }
                T::OpenQuote => self.label_of_tokens(),
                T::OpenBrace => return,
                _ => return self.after_labels(),
            };
            self.add(children, label);
        }
    }

    /// A label that the lexer took for a template.
    fn label_of_tokens(&mut self) -> NodeId {
        let start = self.bump().start;
        if matches!(self.token().kind, T::OpenInterpolation | T::OpenDirective | T::Literal) {
            let next = self.tokens[self.pos..].iter().find(|token| token.kind != T::Literal);
            if let Some(token) = next.filter(|token| token.kind != T::CloseQuote) {
                let range = token.range();
                self.error(
                    range,
                    "a block label is a plain string; write `$${` for a literal `${`",
                );
            }
        }
        self.skip_template();
        if self.token().kind == T::CloseQuote {
            self.bump();
        }
        self.broken = self.broken && self.layout.is_none();
        self.leaf(NodeKind::Label, 1, TextRange::new(start, self.end.max(start)))
    }

    /// Neither a label nor `{`.
    fn after_labels(&mut self) {
        let (range, found) = (self.here(), message::found(self));
        match self.kind() {
            T::Assign => {
                self.error(range, "a block has no `=`, and an argument no labels");
                let brace = self.pos + 1;
                if self.layout.is_some() && self.tokens[brace].kind == T::OpenBrace {
                    self.bump();
                    self.broken = false;
                }
            }
            T::Newline => {
                self.error(range, "expected `{` on the line of the block's type and labels");
                let lines = self.tokens[self.pos..].iter();
                let lines = lines.take_while(|token| token.kind == T::Newline).count();
                let brace = self.pos + lines;
                if self.layout.is_some() && self.tokens[brace].kind == T::OpenBrace {
                    self.pos = brace;
                    self.broken = false;
                }
            }
            _ => self.error(range, format!("expected a label or `{{`, {found}")),
        }
    }

    /// `{ … }` of a block.
    fn braces(&mut self, children: &mut Children) {
        let opener = self.pos;
        let open = self.bump().range();
        if !self.descend() {
            let body = self.empty(NodeKind::Body);
            self.add(children, body);
            self.broken = !self.skip_block() || self.layout.is_none();
            return;
        }
        let mut items = Children::new();
        if matches!(self.kind(), T::Newline | T::End | T::CloseBrace) {
            self.items(&mut items, Some(opener));
        } else {
            self.one_line_body(&mut items, opener);
        }
        self.ascend();
        let end = match self.kind() {
            T::CloseBrace => self.token().start,
            _ => self.end,
        };
        let body = self.node(NodeKind::Body, 0, open.end(), &items);
        self.nodes[body.0 as usize].end = end.max(open.end());
        self.add(children, body);
        match self.kind() {
            T::CloseBrace => {
                self.bump();
            }
            T::Newline => self.blame_open_brace(open, "block"),
            _ => self.never_closed(open, "block"),
        }
    }

    /// `{ name = value }`. What is more than that is an error, and read like any body.
    fn one_line_body(&mut self, items: &mut Children, opener: usize) {
        let next = self.tokens.get(self.pos + 1).map(|token| token.kind);
        if self.kind() == T::Name && next == Some(T::Assign) {
            let base = self.names.len();
            let name = self.bump().range();
            let id = self.attribute(name);
            self.names.truncate(base);
            self.add(items, id);
            if self.kind() == T::CloseBrace && !self.broken {
                return;
            }
            let (range, found) = (self.here(), message::found(self));
            match self.kind() {
                T::Comma => self.error(range, "a block on one line can hold only one argument"),
                T::Newline => self.error(
                    range,
                    "expected `}`: a block that begins with an argument on its line ends there too",
                ),
                T::End => {}
                _ => self.error(range, format!("expected `}}` after the only argument, {found}")),
            }
            if self.layout.is_some() {
                if self.kind() == T::Comma {
                    self.bump();
                }
                self.broken = false;
            }
        } else if self.kind() == T::Name {
            let range = self.here();
            self.error(range, "a block on one line can hold only one argument, `name = value`");
            self.broken = self.layout.is_none();
        }
        self.items(items, Some(opener));
    }

    /// Reports arguments that are set twice.
    #[cold]
    fn report_duplicates(&mut self, items: &Children) {
        let mut seen: HashMap<&[u8], TextRange> = HashMap::new();
        let mut next = items.first;
        while next != NodeId::NONE {
            let item = self.nodes[next.0 as usize];
            next = item.next_sibling;
            if item.kind != NodeKind::Attribute {
                continue;
            }
            let range = self.range_of(item.first_child);
            let name = range.slice(self.text);
            let Some(first) = seen.get(name).copied() else {
                seen.insert(name, range);
                continue;
            };
            if self.errors.len() < MAX_ERRORS {
                let text: String = String::from_utf8_lossy(name).chars().take(40).collect();
                self.errors.push(SyntaxError {
                    kind: SyntaxErrorKind::DuplicateAttribute,
                    range,
                    message: format!("argument `{text}` is set already").into(),
                    related: Some((first, "first set here".into())),
                });
            }
        }
    }
}

/// A hash of a name, from its ends and its length.
fn hash(name: &[u8]) -> u32 {
    let head = name.first_chunk::<8>();
    let (head, tail) = match (head, name.last_chunk::<8>()) {
        (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
        _ => (name.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)), 0),
    };
    let mixed =
        (head ^ tail.rotate_left(29) ^ name.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

/// Whether two of the hashes are equal.
fn has_equal(hashes: &mut [u32]) -> bool {
    if hashes.len() <= FEW {
        return (1..hashes.len()).any(|at| hashes[..at].contains(&hashes[at]));
    }
    hashes.sort_unstable();
    hashes.windows(2).any(|pair| pair[0] == pair[1])
}
