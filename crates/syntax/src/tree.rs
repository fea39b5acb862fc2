//! A parsed file: its bytes, its nodes, its comments and its errors. Never gives a range that is
//! not one of the file.

use std::borrow::Cow;

use source::{Text, TextRange};

use crate::json::Decoded;
use crate::node::{Node, NodeId, NodeKind};
use crate::view::{Body, Expr};

/// Of more errors than that nobody wants to read: the lexer and the parser stop reporting there.
pub(crate) const MAX_ERRORS: usize = 1000;

/// A parsed file. Text is any bytes; what is not UTF-8 is reported and read on.
#[derive(Debug)]
pub struct Tree {
    pub(crate) text: Text,
    pub(crate) nodes: Vec<Node>,
    pub(crate) root: NodeId,
    pub(crate) expr: Option<NodeId>,
    pub(crate) comments: Vec<TextRange>,
    pub(crate) errors: Vec<SyntaxError>,
    pub(crate) syntax: Syntax,
    /// What strings with escapes mean; of the JSON syntax only.
    pub(crate) decoded: Decoded,
}

/// Which syntax a file is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Syntax {
    /// Terraform's own syntax: `.tf`, `.tfvars`.
    #[default]
    Native,
    /// `.tf.json`.
    Json,
    /// `.tfvars.json`: every string is literal.
    JsonVariables,
}

impl Syntax {
    /// The syntax of the file at `path`, by the end of its name.
    pub fn of_path(path: &str) -> Self {
        let has_end = |end: &str| path.ends_with(end);
        match () {
            () if has_end(".tfvars.json") => Self::JsonVariables,
            () if has_end(".json") => Self::Json,
            () => Self::Native,
        }
    }
}

impl Tree {
    /// All bytes of the file.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// The syntax that the text was read as.
    pub const fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// Whether it is one of the JSON syntaxes.
    pub fn is_json(&self) -> bool {
        self.syntax != Syntax::Native
    }

    /// The bytes of the text that the node `id` covers.
    #[inline]
    pub fn range(&self, id: NodeId) -> TextRange {
        self.in_source(self.node(id).range())
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

    /// Comments, sorted by place, markers included; a line comment without its line end. In the JSON
    /// syntax what the strings of properties `//` of bodies hold, without the quotes.
    pub fn comments(&self) -> &[TextRange] {
        &self.comments
    }

    /// The node of `id`, which must be of this tree.
    #[inline]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The children of `id`, in source order. Of a property of the JSON syntax key and value only,
    /// not the blocks that it may be read as, which would show the same text again.
    #[inline]
    pub fn children(&self, id: NodeId) -> Children<'_> {
        let left = if self.kind(id) == NodeKind::ObjectItem { 2 } else { u32::MAX };
        Children { left, ..self.parts(id) }
    }

    /// The children of `id`, and the blocks that a property of the JSON syntax may be read as.
    #[inline]
    pub(crate) fn parts(&self, id: NodeId) -> Children<'_> {
        Children { tree: self, next: self.node(id).first_child, left: u32::MAX }
    }

    /// The nodes from the root of the file down that hold `range`.
    pub fn path_to(&self, range: TextRange) -> Vec<NodeId> {
        let mut path = vec![self.root];
        while let Some(last) = path.last() {
            let next = self.children(*last).find(|id| self.range(*id).contains(range));
            match next {
                Some(next) => path.push(next),
                None => break,
            }
        }
        path
    }

    /// Bytes of memory held beyond the text.
    pub fn heap_size(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>()
            + self.comments.capacity() * size_of::<TextRange>()
            + self.errors.capacity() * size_of::<SyntaxError>()
            + self.decoded.heap_size()
    }

    /// The bytes of the file that `range` stands for, which may be one of decoded text.
    #[inline]
    pub(crate) fn in_source(&self, range: TextRange) -> TextRange {
        if self.decoded.is_empty() { range } else { self.decoded.in_source(range) }
    }

    /// The bytes of a range of the file or of decoded text.
    #[inline]
    pub(crate) fn bytes(&self, range: TextRange) -> &[u8] {
        if self.decoded.holds(range) { self.decoded.bytes(range) } else { range.slice(&self.text) }
    }

    /// The text of a name or number that the parser found, which is UTF-8 whatever is around it.
    #[inline]
    pub(crate) fn text_of(&self, id: NodeId) -> &str {
        let range = self.node(id).range();
        let text = self.str_at(range);
        text.or_else(|| Some(self.bytes(range).utf8_chunks().next()?.valid())).unwrap_or_default()
    }

    /// The text of a range of the file or of decoded text. `None` where not all of the file is UTF-8,
    /// even when that piece of it is.
    #[inline]
    pub(crate) fn str_at(&self, range: TextRange) -> Option<&str> {
        // Decoded text lies behind the end of the file, where that has no piece.
        self.text.str_at(range).or_else(|| self.decoded.str_at(range))
    }

    /// The name that the node `id` is: in the JSON syntax a string, to be decoded.
    pub(crate) fn name_of(&self, id: NodeId) -> Cow<'_, str> {
        let range = self.node(id).range();
        if self.is_json() { crate::json::decode(self.bytes(range)) } else { self.slice(range) }
    }

    /// Whether the node `id` is that name.
    #[inline]
    pub(crate) fn is_named(&self, id: NodeId, name: &str) -> bool {
        if self.is_json() {
            return self.name_of(id) == name;
        }
        let range = self.node(id).range();
        range.len() as usize == name.len() && range.slice(&self.text) == name.as_bytes()
    }

    #[inline]
    pub(crate) fn kind(&self, id: NodeId) -> NodeKind {
        self.node(id).kind
    }

    /// The text of a range of the file or of decoded text, what is not UTF-8 replaced.
    #[inline]
    pub(crate) fn slice(&self, range: TextRange) -> Cow<'_, str> {
        match self.str_at(range) {
            Some(text) => Cow::Borrowed(text),
            None => String::from_utf8_lossy(self.bytes(range)),
        }
    }
}

/// The children of a node.
#[derive(Clone, Debug)]
pub struct Children<'t> {
    tree: &'t Tree,
    next: NodeId,
    left: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    #[inline]
    fn next(&mut self) -> Option<NodeId> {
        if self.next == NodeId::NONE || self.left == 0 {
            return None;
        }
        self.left -= 1;
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
