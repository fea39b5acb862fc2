//! Expressions: operators, traversals and terms.

use source::TextRange;

use super::{Children, Parser, T, message};
use crate::node::{BinaryOp, NodeId, NodeKind, UnaryOp};

/// An operator that waits for its right side.
#[derive(Clone, Copy)]
struct Pending {
    left: NodeId,
    op: BinaryOp,
}

/// Operators of rising precedence that can wait at once: one of each level.
const LEVELS: usize = 6;

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> NodeId {
        if !self.descend() {
            return self.missing();
        }
        let id = self.conditional();
        self.ascend();
        id
    }

    fn conditional(&mut self) -> NodeId {
        let condition = self.operation();
        if self.kind() != T::Question || self.broken {
            return condition;
        }
        let question = self.bump().range();
        let yes = self.expression();
        let no = if self.broken {
            self.missing()
        } else if self.eat(T::Colon) {
            self.expression()
        } else {
            let found = message::found(self);
            let range = self.here();
            let text = format!("expected `:` and the other result of the conditional, {found}");
            self.error_with(range, text, question, "the conditional's `?`");
            self.missing()
        };
        let mut children = Children::new();
        for child in [condition, yes, no] {
            self.add(&mut children, child);
        }
        let start = self.start_of(condition);
        self.node(NodeKind::Conditional, 0, start, &children)
    }

    /// Operators with two operands, without recursion.
    fn operation(&mut self) -> NodeId {
        let mut left = self.unary();
        let Some(first) = binary_op(self.kind()) else {
            return left;
        };
        let mut pending = [Pending { left, op: first }; LEVELS];
        let mut count = 0;
        while let Some(op) = binary_op(self.kind()).filter(|_| !self.broken) {
            while count > 0 && precedence(pending[count - 1].op) >= precedence(op) {
                count -= 1;
                left = self.binary(pending[count], left);
            }
            self.bump();
            pending[count] = Pending { left, op };
            count += 1;
            left = self.unary();
        }
        for waiting in pending[..count].iter().rev() {
            left = self.binary(*waiting, left);
        }
        left
    }

    fn binary(&mut self, Pending { left, op }: Pending, right: NodeId) -> NodeId {
        self.pair(NodeKind::Binary, op as u8, left, right)
    }

    fn unary(&mut self) -> NodeId {
        let op = match self.kind() {
            T::Minus => UnaryOp::Negate,
            T::Not => UnaryOp::Not,
            _ => return self.traversal(),
        };
        if !self.descend() {
            return self.missing();
        }
        let start = self.bump().start;
        let mut children = Children::new();
        let operand = self.unary();
        self.add(&mut children, operand);
        self.ascend();
        self.node(NodeKind::Unary, op as u8, start, &children)
    }

    fn traversal(&mut self) -> NodeId {
        let target = self.term();
        if matches!(self.kind(), T::Dot | T::OpenBracket) && !self.broken {
            self.steps(target)
        } else {
            target
        }
    }

    /// What follows the target of a traversal.
    fn steps(&mut self, mut target: NodeId) -> NodeId {
        while !self.broken {
            target = match self.kind() {
                T::Dot => self.dot(target),
                T::OpenBracket => self.bracket(target),
                _ => break,
            };
        }
        target
    }

    fn dot(&mut self, target: NodeId) -> NodeId {
        let dot = self.bump().range();
        match self.kind() {
            T::Name => self.attribute_step(target),
            T::Number => self.legacy_index(target),
            T::Star => self.attribute_splat(target),
            _ => {
                let found = message::found(self);
                let range = self.here();
                self.error_with(
                    range,
                    format!("expected an attribute name after the dot, {found}"),
                    dot,
                    "the dot",
                );
                let name = self.empty(NodeKind::Name);
                self.pair(NodeKind::GetAttr, 0, target, name)
            }
        }
    }

    #[inline]
    fn attribute_step(&mut self, target: NodeId) -> NodeId {
        let name = self.bump().range();
        let name = self.leaf(NodeKind::Name, 0, name);
        self.pair(NodeKind::GetAttr, 0, target, name)
    }

    fn legacy_index(&mut self, target: NodeId) -> NodeId {
        let text = self.token_text();
        if text.contains(&b'.') {
            let text = String::from_utf8_lossy(text).replace('.', "][");
            let range = self.here();
            self.error(range, format!("two indexes after dots are one number; write `[{text}]`"));
        }
        let key = self.bump().range();
        let key = self.leaf(NodeKind::Number, 0, key);
        self.pair(NodeKind::LegacyIndex, 0, target, key)
    }

    /// `target.*`, with the dot taken, and the attributes that follow.
    fn attribute_splat(&mut self, target: NodeId) -> NodeId {
        self.bump();
        let mut each = self.empty(NodeKind::SplatItem);
        while self.kind() == T::Dot && !self.broken {
            self.bump();
            each = match self.kind() {
                T::Name => self.attribute_step(each),
                T::Number => self.legacy_index(each),
                T::Star => {
                    self.error_here("a splat (`.*`) cannot follow another; use `[*]`");
                    break;
                }
                _ => {
                    let found = message::found(self);
                    self.error_here(format!("expected an attribute name after the dot, {found}"));
                    break;
                }
            };
        }
        self.pair(NodeKind::AttrSplat, 0, target, each)
    }

    /// `target[…]`
    fn bracket(&mut self, target: NodeId) -> NodeId {
        let open = self.bump().range();
        if self.kind() == T::Star {
            return self.full_splat(target, open);
        }
        let outer = std::mem::replace(&mut self.newlines, false);
        self.ends_early(T::CloseBracket, open, "index");
        let key = if self.broken { self.missing() } else { self.expression() };
        self.close(T::CloseBracket, open, "index");
        self.newlines = outer;
        let id = self.pair(NodeKind::Index, 0, target, key);
        self.nodes[id.0 as usize].end = self.end;
        id
    }

    /// `target[*]` and all that follows.
    fn full_splat(&mut self, target: NodeId, open: TextRange) -> NodeId {
        self.bump();
        self.close(T::CloseBracket, open, "splat");
        let item = self.empty(NodeKind::SplatItem);
        let each = if self.descend() {
            let each = self.steps(item);
            self.ascend();
            each
        } else {
            item
        };
        self.pair(NodeKind::Splat, 0, target, each)
    }

    fn term(&mut self) -> NodeId {
        match self.kind() {
            T::String => self.plain_string(),
            T::Name => self.name_or_call(),
            T::Number => {
                let range = self.bump().range();
                self.leaf(NodeKind::Number, 0, range)
            }
            T::OpenQuote => self.quoted_template(),
            T::OpenHeredoc => self.heredoc(),
            T::OpenBracket => self.tuple(),
            T::OpenBrace => self.object(),
            T::OpenParen => self.parens(),
            _ => {
                let found = message::found(self);
                self.error_here(format!("expected an expression, {found}"));
                self.missing()
            }
        }
    }

    fn name_or_call(&mut self) -> NodeId {
        let name = self.bump().range();
        match self.kind() {
            T::OpenParen => return self.call(name),
            T::DoubleColon => return self.namespaced_call(name),
            _ => {}
        }
        let kind = match name.slice(self.text) {
            b"true" => NodeKind::True,
            b"false" => NodeKind::False,
            b"null" => NodeKind::Null,
            _ => NodeKind::Variable,
        };
        self.leaf(kind, 0, name)
    }

    fn parens(&mut self) -> NodeId {
        let open = self.bump().range();
        let outer = std::mem::replace(&mut self.newlines, false);
        let mut children = Children::new();
        self.ends_early(T::CloseParen, open, "parenthesis");
        let inner = if self.broken { self.missing() } else { self.expression() };
        self.add(&mut children, inner);
        self.close(T::CloseParen, open, "parenthesis");
        self.newlines = outer;
        self.node(NodeKind::Paren, 0, open.start(), &children)
    }
}

const fn binary_op(kind: T) -> Option<BinaryOp> {
    Some(match kind {
        T::Or => BinaryOp::Or,
        T::And => BinaryOp::And,
        T::Equal => BinaryOp::Equal,
        T::NotEqual => BinaryOp::NotEqual,
        T::Less => BinaryOp::Less,
        T::LessEqual => BinaryOp::LessEqual,
        T::Greater => BinaryOp::Greater,
        T::GreaterEqual => BinaryOp::GreaterEqual,
        T::Plus => BinaryOp::Add,
        T::Minus => BinaryOp::Subtract,
        T::Star => BinaryOp::Multiply,
        T::Slash => BinaryOp::Divide,
        T::Percent => BinaryOp::Modulo,
        _ => return None,
    })
}

const fn precedence(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 0,
        BinaryOp::And => 1,
        BinaryOp::Equal | BinaryOp::NotEqual => 2,
        BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => 3,
        BinaryOp::Add | BinaryOp::Subtract => 4,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => 5,
    }
}
