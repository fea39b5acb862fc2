//! The typed view of a tree: bodies, attributes, blocks and expressions as HCL names them. A view
//! is a tree and a node of it; it costs nothing to make. The JSON syntax gives the same view. Never
//! gives a range that is not one of the file.

mod expr;
mod template;

use std::borrow::Cow;

use source::TextRange;

use crate::node::{NodeId, NodeKind, item};
use crate::tree::{Children, Tree};
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
                self.tree.range(self.id)
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
    /// Attributes and blocks in source order. In the JSON syntax blocks are what Terraform's language
    /// has as blocks; all that a provider defines counts as attributes (see [`Self::blocks_of`]).
    pub fn items(self) -> impl Iterator<Item = Item<'t>> {
        Items { tree: self.tree, children: self.tree.children(self.id), blocks: None }
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

    /// The nested blocks of that type, for whoever knows that it is a block type. The JSON syntax
    /// does not tell arguments from blocks; there a property whose value is an object or a list of
    /// objects gives its blocks.
    pub fn blocks_of(self, kind: &str) -> impl Iterator<Item = Block<'t>> {
        let tree = self.tree;
        let is_block = move |id: &NodeId| tree.kind(*id) == NodeKind::Block;
        tree.children(self.id)
            .flat_map(move |id| Some(id).into_iter().chain(tree.parts(id)).filter(is_block))
            .map(move |id| Block::new(tree, id))
            .filter(move |block| block.is_of(kind))
    }

    /// The first attribute of that name. In the JSON syntax any property of that name: who asks for
    /// it knows that it is an argument.
    pub fn attribute(self, name: &str) -> Option<Attribute<'t>> {
        let tree = self.tree;
        let is_wanted = |id: &NodeId| {
            let node = tree.node(*id);
            let may_be = match node.kind() {
                NodeKind::ObjectItem => node.data() != item::COMMENT,
                kind => kind == NodeKind::Attribute,
            };
            may_be && tree.is_named(node.first_child, name)
        };
        tree.parts(self.id).find(is_wanted).map(|id| Attribute::new(tree, id))
    }
}

/// The items of a body.
struct Items<'t> {
    tree: &'t Tree,
    children: Children<'t>,
    /// The parts of a property of the JSON syntax that is nothing but blocks.
    blocks: Option<Children<'t>>,
}

impl<'t> Iterator for Items<'t> {
    type Item = Item<'t>;

    fn next(&mut self) -> Option<Item<'t>> {
        let tree = self.tree;
        loop {
            if let Some(parts) = &mut self.blocks {
                match parts.find(|id| tree.kind(*id) == NodeKind::Block) {
                    Some(id) => return Some(Item::Block(Block::new(tree, id))),
                    None => self.blocks = None,
                }
            }
            let id = self.children.next()?;
            match (tree.kind(id), tree.node(id).data()) {
                (NodeKind::Attribute, _) | (NodeKind::ObjectItem, item::ATTRIBUTE) => {
                    return Some(Item::Attribute(Attribute::new(tree, id)));
                }
                (NodeKind::Block, _) => return Some(Item::Block(Block::new(tree, id))),
                (_, item::BLOCKS) => self.blocks = Some(tree.parts(id)),
                _ => {}
            }
        }
    }
}

impl<'t> Attribute<'t> {
    /// The name.
    pub fn name(self) -> Cow<'t, str> {
        self.tree.name_of(child(self.tree, self.id, 0))
    }

    /// Whether that is its name.
    pub fn is_named(self, name: &str) -> bool {
        self.tree.is_named(child(self.tree, self.id, 0), name)
    }

    /// Where the name stands; in the JSON syntax with its quotes.
    pub fn name_range(self) -> TextRange {
        self.tree.range(child(self.tree, self.id, 0))
    }

    /// The value; [`ExprKind::Missing`] when it is not typed yet.
    pub fn expr(self) -> Expr<'t> {
        Expr::new(self.tree, child(self.tree, self.id, 1))
    }
}

impl<'t> Block<'t> {
    /// The type: `resource` of `resource "a" "b" {}`.
    pub fn kind(self) -> Cow<'t, str> {
        self.tree.name_of(child(self.tree, self.id, 0))
    }

    /// Whether that is its type.
    pub fn is_of(self, kind: &str) -> bool {
        self.tree.is_named(child(self.tree, self.id, 0), kind)
    }

    /// Where the type stands; in the JSON syntax with its quotes.
    pub fn kind_range(self) -> TextRange {
        self.tree.range(child(self.tree, self.id, 0))
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

    /// The piece to mark when the whole block is meant: from the type to the last label. In the JSON
    /// syntax the innermost of these, or the brace that opens one of a list of blocks.
    pub fn header_range(self) -> TextRange {
        if !self.tree.is_json() {
            return self
                .labels()
                .fold(self.kind_range(), |range, label| range.cover(label.range()));
        }
        if self.tree.node(self.id).data() == 1 {
            let start = self.range().start();
            return TextRange::new(start, start + 1);
        }
        self.labels().last().map_or(self.kind_range(), Label::range)
    }
}

impl<'t> Label<'t> {
    /// The text, without quotes, escapes decoded.
    pub fn text(self) -> Cow<'t, str> {
        if self.tree.node(self.id).data() == 0 || self.tree.is_json() {
            return self.tree.name_of(self.id);
        }
        let range = self.tree.node(self.id).range();
        if let Some(text) = self.tree.str_at(range)
            && let Some(text) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'))
            && !template::has_escapes(text)
        {
            return Cow::Borrowed(text);
        }
        let quoted = self.tree.bytes(range);
        let text = quoted.strip_prefix(b"\"").unwrap_or(quoted);
        template::decode(text.strip_suffix(b"\"").unwrap_or(text), true)
    }
}

/// The `index`th child. The parser gives every node all the children of its kind.
#[inline]
fn child(tree: &Tree, id: NodeId, index: usize) -> NodeId {
    let first = tree.node(id).first_child;
    let child = (0..index).fold(first, |child, _| tree.node(child).next_sibling);
    assert!(child != NodeId::NONE, "invariant: the parser fills all parts of a node");
    child
}

/// The first child of such a kind. Again the parser sees to it that there is one.
fn child_of_kind(tree: &Tree, id: NodeId, is_wanted: impl Fn(NodeKind) -> bool) -> NodeId {
    part(tree.parts(id).find(|id| is_wanted(tree.kind(*id))))
}

/// A part that the parser gives every node of its kind.
fn part(id: Option<NodeId>) -> NodeId {
    id.expect("invariant: the parser fills all parts of a node")
}
