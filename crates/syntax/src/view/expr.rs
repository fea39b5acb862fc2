//! Expressions, all but templates.

use std::borrow::Cow;

use source::TextRange;

use super::{Expr, Part, Template, child, part};
use crate::node::{BinaryOp, NodeId, NodeKind, UnaryOp};
use crate::tree::Tree;

impl<'t> Expr<'t> {
    /// The expression whose node is `id` in `tree`.
    ///
    /// # Panics
    /// When `id` is of another tree.
    pub fn of(tree: &'t Tree, id: NodeId) -> Self {
        Self::new(tree, id)
    }

    /// What the expression is, with its parts.
    pub fn kind(self) -> ExprKind<'t> {
        let (tree, id) = (self.tree, self.id);
        let expr = |at| Expr::new(tree, child(tree, id, at));
        let node = tree.node(id);
        match node.kind {
            NodeKind::Number => ExprKind::Number(tree.text_of(id)),
            NodeKind::True => ExprKind::Bool(true),
            NodeKind::False => ExprKind::Bool(false),
            NodeKind::Null => ExprKind::Null,
            NodeKind::Template | NodeKind::Heredoc => ExprKind::Template(Template::new(tree, id)),
            NodeKind::Tuple => ExprKind::Tuple(Exprs { tree, id }),
            NodeKind::Object => ExprKind::Object(Object { tree, id }),
            NodeKind::ForTuple | NodeKind::ForObject => ExprKind::For(For { tree, id }),
            NodeKind::Call => ExprKind::Call(Call { tree, id }),
            NodeKind::Variable => ExprKind::Variable(tree.text_of(id)),
            NodeKind::GetAttr
            | NodeKind::Index
            | NodeKind::LegacyIndex
            | NodeKind::Splat
            | NodeKind::AttrSplat => self.step(),
            NodeKind::SplatItem => ExprKind::SplatItem,
            NodeKind::Conditional => {
                ExprKind::Conditional { condition: expr(0), yes: expr(1), no: expr(2) }
            }
            NodeKind::Binary => ExprKind::Binary {
                op: BinaryOp::from_data(node.data),
                left: expr(0),
                right: expr(1),
            },
            NodeKind::Unary => {
                ExprKind::Unary { op: UnaryOp::from_data(node.data), operand: expr(0) }
            }
            NodeKind::Paren => ExprKind::Paren(expr(0)),
            _ => ExprKind::Missing,
        }
    }

    /// A step of a traversal.
    fn step(self) -> ExprKind<'t> {
        let (tree, id) = (self.tree, self.id);
        let (target, second) = (child(tree, id, 0), child(tree, id, 1));
        let (target, name) = (Expr::new(tree, target), second);
        let second = Expr::new(tree, second);
        match tree.kind(id) {
            NodeKind::GetAttr => {
                ExprKind::GetAttr { target, name: tree.text_of(name), name_range: tree.range(name) }
            }
            NodeKind::Index => ExprKind::Index { target, key: second },
            NodeKind::LegacyIndex => ExprKind::LegacyIndex { target, key: second },
            kind => ExprKind::Splat { target, each: second, full: kind == NodeKind::Splat },
        }
    }

    /// The expression without the parentheses around it.
    #[must_use]
    pub fn without_parens(self) -> Self {
        let mut inner = self;
        while let ExprKind::Paren(next) = inner.kind() {
            inner = next;
        }
        inner
    }

    /// The text of a quoted template or heredoc that has no template sequence.
    pub fn as_plain_string(self) -> Option<String> {
        let ExprKind::Template(template) = self.kind() else {
            return None;
        };
        if !template.is_plain() {
            return None;
        }
        let literal = |part: Part<'_>| match part {
            Part::Literal { text, .. } => Some(text.into_owned()),
            _ => None,
        };
        match template.only_part() {
            Some(part) => literal(part),
            None => template.parts().into_iter().map(literal).collect(),
        }
    }
}

/// What an expression is.
#[derive(Clone, Copy)]
#[expect(missing_docs, reason = "the fields are named after the grammar")]
pub enum ExprKind<'t> {
    /// Digits as written.
    Number(&'t str),
    Bool(bool),
    Null,
    /// A quoted string or heredoc, interpolated or not.
    Template(Template<'t>),
    Tuple(Exprs<'t>),
    Object(Object<'t>),
    For(For<'t>),
    Call(Call<'t>),
    /// The first name of a traversal.
    Variable(&'t str),
    GetAttr {
        target: Expr<'t>,
        name: &'t str,
        name_range: TextRange,
    },
    Index {
        target: Expr<'t>,
        key: Expr<'t>,
    },
    /// `target.0`
    LegacyIndex {
        target: Expr<'t>,
        key: Expr<'t>,
    },
    /// `target[*]` (full) or `target.*`; `each` starts at a [`ExprKind::SplatItem`].
    Splat {
        target: Expr<'t>,
        each: Expr<'t>,
        full: bool,
    },
    SplatItem,
    Conditional {
        condition: Expr<'t>,
        yes: Expr<'t>,
        no: Expr<'t>,
    },
    Binary {
        op: BinaryOp,
        left: Expr<'t>,
        right: Expr<'t>,
    },
    Unary {
        op: UnaryOp,
        operand: Expr<'t>,
    },
    Paren(Expr<'t>),
    /// Not typed yet, or not readable.
    Missing,
}

/// Expressions side by side.
#[derive(Clone, Copy)]
pub struct Exprs<'t> {
    tree: &'t Tree,
    id: NodeId,
}

impl<'t> Exprs<'t> {
    /// They, in source order.
    pub fn iter(self) -> impl Iterator<Item = Expr<'t>> {
        self.tree.children(self.id).map(move |id| Expr::new(self.tree, id))
    }
}

/// `{ k = v }`.
#[derive(Clone, Copy)]
pub struct Object<'t> {
    tree: &'t Tree,
    id: NodeId,
}

impl<'t> Object<'t> {
    /// Keys and values in source order.
    pub fn items(self) -> impl Iterator<Item = (ObjectKey<'t>, Expr<'t>)> {
        let tree = self.tree;
        tree.children(self.id).map(move |item| {
            let key = Expr::new(tree, child(tree, item, 0));
            let key = match key.kind() {
                ExprKind::Variable(name) => ObjectKey::Name(name, key.range()),
                ExprKind::Bool(true) => ObjectKey::Name("true", key.range()),
                ExprKind::Bool(false) => ObjectKey::Name("false", key.range()),
                ExprKind::Null => ObjectKey::Name("null", key.range()),
                _ => ObjectKey::Expr(key),
            };
            (key, Expr::new(tree, child(tree, item, 1)))
        })
    }
}

/// The key of an object item.
#[derive(Clone, Copy)]
pub enum ObjectKey<'t> {
    /// A bare name stands for itself.
    Name(&'t str, TextRange),
    /// Anything else is evaluated.
    Expr(Expr<'t>),
}

/// `f(a, b...)`.
#[derive(Clone, Copy)]
pub struct Call<'t> {
    tree: &'t Tree,
    id: NodeId,
}

impl<'t> Call<'t> {
    /// The name, namespaces included and white space taken out: `core::upper`.
    pub fn name(self) -> Cow<'t, str> {
        let name = self.tree.text_of(child(self.tree, self.id, 0));
        if name.contains([' ', '\t', '\n', '\r']) {
            name.split_whitespace().collect::<String>().into()
        } else {
            name.into()
        }
    }

    /// Where the name stands.
    pub fn name_range(self) -> TextRange {
        self.tree.range(child(self.tree, self.id, 0))
    }

    /// The arguments in source order.
    pub fn arguments(self) -> impl Iterator<Item = Expr<'t>> {
        self.tree.children(self.id).skip(1).map(move |id| Expr::new(self.tree, id))
    }

    /// Whether the last argument is a list that is spread: `f(list...)`.
    pub fn is_expanded(self) -> bool {
        self.tree.node(self.id).data() == 1
    }

    /// The whole call.
    pub fn range(self) -> TextRange {
        self.tree.range(self.id)
    }
}

/// `[for …]` or `{for …}`.
#[derive(Clone, Copy)]
pub struct For<'t> {
    tree: &'t Tree,
    id: NodeId,
}

/// The parts of a `for` expression.
#[derive(Clone, Copy)]
pub struct ForParts<'t> {
    /// Name of the key or index, when two names are given.
    pub key_name: Option<&'t str>,
    /// Name of the value.
    pub value_name: &'t str,
    /// What is iterated.
    pub collection: Expr<'t>,
    /// The key of the result, for `{for …}` only.
    pub key: Option<Expr<'t>>,
    /// The element or value of the result.
    pub value: Expr<'t>,
    /// The `if`.
    pub condition: Option<Expr<'t>>,
    /// Whether values of equal keys are grouped (`...`).
    pub group: bool,
}

impl<'t> For<'t> {
    /// The parts; missing ones (of broken text) are `ExprKind::Missing`.
    pub fn parts(self) -> ForParts<'t> {
        let tree = self.tree;
        let mut parts = tree.children(self.id).peekable();
        let mut name = || parts.next_if(|id| tree.kind(*id) == NodeKind::Name);
        let names = (name(), name());
        let text = |id: NodeId| tree.text_of(id);
        let (key_name, value_name) = match names {
            (first, Some(second)) => (first.map(text), text(second)),
            (first, None) => (None, first.map_or("", text)),
        };
        let mut rest = || Expr::new(tree, part(parts.next()));
        let collection = rest();
        let key = (tree.kind(self.id) == NodeKind::ForObject).then(&mut rest);
        let value = rest();
        let condition = parts.find(|id| tree.kind(*id) == NodeKind::ForCondition);
        let condition = condition.map(|id| Expr::new(tree, child(tree, id, 0)));
        let group = tree.node(self.id).data() == 1;
        ForParts { key_name, value_name, collection, key, value, condition, group }
    }
}
