//! The typed view of a tree: bodies, attributes, blocks and expressions as HCL names them. A view
//! is a tree and a node of it; it costs nothing to make. The JSON syntax will give the same view.

mod expr;
mod template;

use std::borrow::Cow;

use source::TextRange;

use crate::node::{NodeId, NodeKind};
use crate::tree::Tree;
pub use expr::{Call, ExprKind, Exprs, For, ForParts, Object, ObjectKey};
pub use template::{Part, Template};

macro_rules! view {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name<'t> {
            tree: &'t Tree,
            id: NodeId,
        }

        impl<'t> $name<'t> {
            pub(crate) const fn new(tree: &'t Tree, id: NodeId) -> Self {
                Self { tree, id }
            }

            /// The node, as a key for maps.
            pub const fn id(self) -> NodeId {
                self.id
            }

            /// The tree that it is of.
            pub const fn tree(self) -> &'t Tree {
                self.tree
            }

            /// The bytes that it covers.
            pub fn range(self) -> TextRange {
                self.tree.node(self.id).range()
            }
        }
    };
}

view! {
    /// The items of a file or of a block.
    Body
}
view! {
    /// `name = expr`.
    Attribute
}
view! {
    /// `type "label" { … }`.
    Block
}
view! {
    /// A label of a block.
    Label
}
view! {
    /// Any expression; [`Expr::kind`] says which.
    Expr
}

/// An item of a body.
#[derive(Clone, Copy)]
pub enum Item<'t> {
    /// `name = expr`.
    Attribute(Attribute<'t>),
    /// `type "label" { … }`.
    Block(Block<'t>),
}

impl<'t> Body<'t> {
    /// Attributes and blocks in source order.
    pub fn items(self) -> impl Iterator<Item = Item<'t>> {
        let tree = self.tree;
        tree.children(self.id).map(move |id| match tree.kind(id) {
            NodeKind::Attribute => Item::Attribute(Attribute::new(tree, id)),
            _ => Item::Block(Block::new(tree, id)),
        })
    }

    /// The attributes in source order; one that is set twice comes twice.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'t>> {
        self.items().filter_map(|item| match item {
            Item::Attribute(attribute) => Some(attribute),
            Item::Block(_) => None,
        })
    }

    /// The blocks in source order.
    pub fn blocks(self) -> impl Iterator<Item = Block<'t>> {
        self.items().filter_map(|item| match item {
            Item::Block(block) => Some(block),
            Item::Attribute(_) => None,
        })
    }

    /// The first attribute of that name.
    pub fn attribute(self, name: &str) -> Option<Attribute<'t>> {
        self.attributes().find(|attribute| attribute.name() == name)
    }
}

impl<'t> Attribute<'t> {
    /// The name.
    pub fn name(self) -> Cow<'t, str> {
        self.tree.slice(self.name_range())
    }

    /// Where the name stands.
    pub fn name_range(self) -> TextRange {
        self.tree.node(child(self.tree, self.id, 0)).range()
    }

    /// The value; [`ExprKind::Missing`] when it is not typed yet.
    pub fn expr(self) -> Expr<'t> {
        Expr::new(self.tree, child(self.tree, self.id, 1))
    }
}

impl<'t> Block<'t> {
    /// The type: `resource` of `resource "a" "b" {}`.
    pub fn kind(self) -> Cow<'t, str> {
        self.tree.slice(self.kind_range())
    }

    /// Where the type stands.
    pub fn kind_range(self) -> TextRange {
        self.tree.node(child(self.tree, self.id, 0)).range()
    }

    /// The labels, quoted or bare.
    pub fn labels(self) -> impl Iterator<Item = Label<'t>> {
        let tree = self.tree;
        tree.children(self.id)
            .filter(move |id| tree.kind(*id) == NodeKind::Label)
            .map(move |id| Label::new(tree, id))
    }

    /// The text of the label at `index`, from 0.
    pub fn label(self, index: usize) -> Option<Cow<'t, str>> {
        self.labels().nth(index).map(Label::text)
    }

    /// The items between the braces.
    pub fn body(self) -> Body<'t> {
        let tree = self.tree;
        Body::new(tree, child_of_kind(tree, self.id, |kind| kind == NodeKind::Body))
    }

    /// From the type to the last label: the piece to mark when the whole block is meant.
    pub fn header_range(self) -> TextRange {
        self.labels().fold(self.kind_range(), |range, label| range.cover(label.range()))
    }
}

impl<'t> Label<'t> {
    /// The text, without quotes, escapes decoded.
    pub fn text(self) -> Cow<'t, str> {
        let range = self.range();
        if self.tree.node(self.id).data() == 0 {
            return self.tree.slice(range);
        }
        let quoted = range.slice(self.tree.text());
        let text = quoted.strip_prefix(b"\"").unwrap_or(quoted);
        template::decode(text.strip_suffix(b"\"").unwrap_or(text), true)
    }
}

/// The `index`th child. The parser gives every node all the children of its kind.
fn child(tree: &Tree, id: NodeId, index: usize) -> NodeId {
    tree.children(id).nth(index).expect("invariant: the parser fills all parts of a node")
}

/// The first child of such a kind. Again the parser sees to it that there is one.
fn child_of_kind(tree: &Tree, id: NodeId, is_wanted: impl Fn(NodeKind) -> bool) -> NodeId {
    let child = tree.children(id).find(|id| is_wanted(tree.kind(*id)));
    child.expect("invariant: the parser fills all parts of a node")
}
