//! A parsed file: its bytes, its nodes, its comments and its errors.

use std::borrow::Cow;
use std::sync::Arc;

use source::TextRange;

use crate::node::{Node, NodeId, NodeKind};
use crate::view::{Body, Expr};

/// Of more errors than that nobody wants to read: the lexer and the parser stop reporting there.
pub(crate) const MAX_ERRORS: usize = 1000;

/// A parsed file. Text is any bytes; what is not UTF-8 is reported and read on.
#[derive(Debug)]
pub struct Tree {
    pub(crate) text: Arc<[u8]>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) root: NodeId,
    pub(crate) expr: Option<NodeId>,
    pub(crate) comments: Vec<TextRange>,
    pub(crate) errors: Vec<SyntaxError>,
}

impl Tree {
    /// All bytes of the file.
    pub fn text(&self) -> &Arc<[u8]> {
        &self.text
    }

    /// The items of the file; none when the text was parsed as an expression or a template.
    pub fn body(&self) -> Body<'_> {
        Body::new(self, self.root)
    }

    /// The expression or template that the text was parsed as; `None` for a file.
    pub fn expr(&self) -> Option<Expr<'_>> {
        self.expr.map(|id| Expr::new(self, id))
    }

    /// Errors, sorted by place.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// Comments, sorted by place, markers included; a line comment without its line end.
    pub fn comments(&self) -> &[TextRange] {
        &self.comments
    }

    /// The node of `id`, which must be of this tree.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The children of `id`, in source order.
    pub fn children(&self, id: NodeId) -> Children<'_> {
        Children { tree: self, next: self.node(id).first_child }
    }

    /// Bytes of memory held beyond the text.
    pub fn heap_size(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>()
            + self.comments.capacity() * size_of::<TextRange>()
            + self.errors.capacity() * size_of::<SyntaxError>()
    }

    pub(crate) fn kind(&self, id: NodeId) -> NodeKind {
        self.node(id).kind
    }

    pub(crate) fn slice(&self, range: TextRange) -> Cow<'_, str> {
        let bytes = range.slice(&self.text);
        // Looks at whole words of bytes, which the lossy reading does not.
        match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(bytes),
        }
    }
}

/// The children of a node.
#[derive(Clone)]
pub struct Children<'t> {
    tree: &'t Tree,
    next: NodeId,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next == NodeId::NONE {
            return None;
        }
        let id = self.next;
        self.next = self.tree.node(id).next_sibling;
        Some(id)
    }
}

/// Something in the text that is not HCL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What sort it is.
    pub kind: SyntaxErrorKind,
    /// The piece of text at fault.
    pub range: TextRange,
    /// Lower case, no final stop: what was expected and where it began.
    pub message: Cow<'static, str>,
    /// A second place that explains it, such as the brace that was left open.
    pub related: Option<(TextRange, Cow<'static, str>)>,
}

/// Sorts of syntax errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// The grammar is broken.
    Grammar,
    /// The bytes are not UTF-8, or the file is in another encoding.
    Encoding,
    /// An argument is set twice in one body.
    DuplicateAttribute,
    /// Nested too deeply or too long for us.
    Limit,
}
