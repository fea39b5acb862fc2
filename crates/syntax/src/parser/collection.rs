//! Tuples, objects, `for` expressions and calls.

use source::TextRange;

use super::recovery::Separator;
use super::{Children, Parser, T, message};
use crate::node::{NodeId, NodeKind};

/// In messages.
const FOR: &str = "`for` expression";

impl Parser<'_> {
    pub(super) fn tuple(&mut self) -> NodeId {
        let open = self.bump().range();
        let outer = std::mem::replace(&mut self.newlines, false);
        let id = if self.at_keyword(b"for") {
            self.for_expression(open, T::CloseBracket)
        } else {
            let mut items = Children::new();
            while !self.at_end_of_list() {
                let item = self.expression();
                self.add(&mut items, item);
                if !self.separator(T::CloseBracket, "item") {
                    break;
                }
            }
            self.close(T::CloseBracket, open, "list");
            self.node(NodeKind::Tuple, 0, open.start(), &items)
        };
        self.newlines = outer;
        id
    }

    /// Between the items of a list or the arguments of a call. Returns whether to go on.
    fn separator(&mut self, closer: T, what: &'static str) -> bool {
        if !self.broken {
            match self.kind() {
                T::Comma => {
                    self.bump();
                    return true;
                }
                kind if kind == closer => return false,
                _ if self.starts_operand() => {
                    let range = self.here();
                    self.error(range, format!("expected `,` before the next {what}"));
                }
                _ => return false,
            }
        }
        self.resume(Separator::Comma) && self.eat(T::Comma)
    }

    /// Whether the next token would start an expression.
    fn starts_operand(&mut self) -> bool {
        matches!(
            self.kind(),
            T::Name
                | T::Number
                | T::String
                | T::OpenQuote
                | T::OpenHeredoc
                | T::OpenBracket
                | T::OpenBrace
                | T::OpenParen
        )
    }

    pub(super) fn object(&mut self) -> NodeId {
        let opener = self.pos;
        let open = self.bump().range();
        let outer = std::mem::replace(&mut self.newlines, false);
        let id = if self.at_keyword(b"for") {
            self.for_expression(open, T::CloseBrace)
        } else {
            // The look for `for` went over line ends.
            self.pos = opener + 1;
            self.newlines = true;
            self.object_items(opener, open)
        };
        self.newlines = outer;
        id
    }

    fn object_items(&mut self, opener: usize, open: TextRange) -> NodeId {
        let mut items = Children::new();
        let errors_before = self.errors.len();
        loop {
            match self.kind() {
                T::Newline if self.is_left_open(opener) => {
                    // Whatever else seemed wrong inside came of this.
                    self.errors.truncate(errors_before);
                    self.blame_open_brace(open, "object");
                    return self.node(NodeKind::Object, 0, open.start(), &items);
                }
                T::Newline => {
                    self.bump();
                }
                kind if kind.is_closer() || kind == T::End => break,
                _ => {
                    let item = self.object_item(opener);
                    self.add(&mut items, item);
                    if !self.item_separator() {
                        break;
                    }
                }
            }
        }
        self.close(T::CloseBrace, open, "object");
        self.node(NodeKind::Object, 0, open.start(), &items)
    }

    fn object_item(&mut self, opener: usize) -> NodeId {
        let key = self.expression();
        let start = self.start_of(key);
        let value = if self.broken {
            self.missing()
        } else if matches!(self.kind(), T::Assign | T::Colon) {
            self.bump();
            self.expression()
        } else {
            self.key_without_value(opener);
            self.missing()
        };
        let mut children = Children::new();
        self.add(&mut children, key);
        self.add(&mut children, value);
        self.node(NodeKind::ObjectItem, 0, start, &children)
    }

    fn key_without_value(&mut self, opener: usize) {
        let open = self.tokens[opener].range();
        let (range, found) = (self.here(), message::found(self));
        match self.kind() {
            T::End => self.never_closed(open, "object"),
            T::Newline | T::Comma | T::CloseBrace => {
                self.error(range, "expected `=` and a value after the key");
            }
            T::Name => {
                self.error(
                    range,
                    "expected `=` after the key; write a key with dots or spaces in quotes",
                );
            }
            _ => self.error(range, format!("expected `=` after the key, {found}")),
        }
    }

    /// Between the items of an object. Returns whether to go on.
    fn item_separator(&mut self) -> bool {
        if !self.broken {
            match self.kind() {
                T::Comma => {
                    self.bump();
                    return true;
                }
                T::Newline => return true,
                T::CloseBrace | T::End => return false,
                _ => {
                    let found = message::found(self);
                    self.error_here(format!("expected a comma or a new line, {found}"));
                }
            }
        }
        if !self.resume(Separator::Line) {
            return false;
        }
        self.eat(T::Comma);
        true
    }

    /// From the `for` to the closing bracket.
    fn for_expression(&mut self, open: TextRange, closer: T) -> NodeId {
        self.bump();
        let mut children = Children::new();
        self.for_header(&mut children, closer, open);
        self.ends_early(closer, open, FOR);
        let is_object = closer == T::CloseBrace;
        if !self.broken && !self.eat(T::Colon) {
            let found = message::found(self);
            self.error_here(format!("expected `:` after the collection of the `for`, {found}"));
        }
        self.ends_early(closer, open, FOR);
        self.for_result(&mut children, is_object);
        let is_grouped = !self.broken && self.kind() == T::Ellipsis;
        if is_grouped {
            let ellipsis = self.bump().range();
            if !is_object {
                self.error(ellipsis, "a `for` that makes a list cannot group with `...`");
            }
        }
        if !self.broken && self.at_keyword(b"if") {
            let start = self.bump().start;
            let mut condition = Children::new();
            let expr = self.expression();
            self.add(&mut condition, expr);
            let condition = self.node(NodeKind::ForCondition, 0, start, &condition);
            self.add(&mut children, condition);
        }
        self.close(closer, open, FOR);
        let kind = if is_object { NodeKind::ForObject } else { NodeKind::ForTuple };
        self.node(kind, u8::from(is_grouped && is_object), open.start(), &children)
    }

    /// `k, v in collection`, of expressions and directives alike.
    pub(super) fn for_header(&mut self, children: &mut Children, closer: T, open: TextRange) {
        for is_second in [false, true] {
            self.ends_early(closer, open, FOR);
            if self.kind() == T::Name && !self.broken {
                let name = self.bump().range();
                let name = self.leaf(NodeKind::Name, 0, name);
                self.add(children, name);
            } else {
                let found = message::found(self);
                let after = if is_second { "the comma" } else { "`for`" };
                self.error_here(format!("expected a name after {after}, {found}"));
                break;
            }
            if is_second || !self.eat(T::Comma) {
                break;
            }
        }
        if !self.broken && self.at_keyword(b"in") {
            self.bump();
        } else if !self.broken {
            let found = message::found(self);
            self.error_here(format!("expected `in` after the names of the `for`, {found}"));
        }
        self.ends_early(closer, open, FOR);
        let collection = if self.broken { self.missing() } else { self.expression() };
        self.add(children, collection);
    }

    /// `value` or `key => value`.
    fn for_result(&mut self, children: &mut Children, is_object: bool) {
        let result = if self.broken { self.missing() } else { self.expression() };
        if self.broken || self.kind() != T::Arrow {
            if is_object {
                let range = self.nodes[result.0 as usize].range();
                self.error(range, "a `for` that makes an object needs a key: `key => value`");
                let at = TextRange::empty(range.start());
                let key = self.leaf(NodeKind::Missing, 0, at);
                self.add(children, key);
            }
            return self.add(children, result);
        }
        self.bump();
        let value = self.expression();
        if is_object {
            self.add(children, result);
        } else {
            let range = self.nodes[result.0 as usize].range();
            self.error(range, "a `for` that makes a list cannot have a key");
        }
        self.add(children, value);
    }

    pub(super) fn namespaced_call(&mut self, first: TextRange) -> NodeId {
        while self.eat(T::DoubleColon) {
            if self.kind() != T::Name {
                let found = message::found(self);
                self.error_here(format!("expected a function name after `::`, {found}"));
                break;
            }
            self.bump();
        }
        let name = TextRange::new(first.start(), self.end);
        if !self.broken && self.kind() == T::OpenParen {
            return self.call(name);
        }
        let found = message::found(self);
        self.error_here(format!("expected `(` after the name of the function, {found}"));
        let mut children = Children::new();
        let id = self.leaf(NodeKind::Name, 0, name);
        self.add(&mut children, id);
        self.node(NodeKind::Call, 0, name.start(), &children)
    }

    /// A call whose name is taken.
    pub(super) fn call(&mut self, name: TextRange) -> NodeId {
        let open = TextRange::new(name.start(), self.bump().end);
        let mut children = Children::new();
        let id = self.leaf(NodeKind::Name, 0, name);
        self.add(&mut children, id);
        let outer = std::mem::replace(&mut self.newlines, false);
        let mut is_expanded = false;
        while !self.at_end_of_list() {
            let argument = self.expression();
            self.add(&mut children, argument);
            if !self.broken && self.kind() == T::Ellipsis {
                is_expanded = true;
                self.bump();
                if self.kind() != T::CloseParen {
                    let found = message::found(self);
                    self.error_here(format!("expected `)` after `...`, {found}"));
                }
                break;
            }
            if !self.separator(T::CloseParen, "argument") {
                break;
            }
        }
        self.close(T::CloseParen, open, "call");
        self.newlines = outer;
        self.node(NodeKind::Call, u8::from(is_expanded), name.start(), &children)
    }
}
