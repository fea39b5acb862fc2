//! What the strings of a file stand for: text, templates or expressions, read in place where they
//! are written without escapes.

use std::borrow::Cow;

use source::TextRange;

use super::read::{DECODE, push};
use super::schema::Strings;
use super::structure::Structure;
use crate::node::{Node, NodeId, NodeKind, template};
use crate::parser::{Form, Piece, parse_piece};
use crate::tree::SyntaxErrorKind;

/// Whether text holds a template sequence, escaped or not.
pub(super) fn has_template(text: &[u8]) -> bool {
    memchr::memchr2_iter(b'$', b'%', text).any(|at| text.get(at + 1) == Some(&b'{'))
}

impl Structure<'_> {
    /// Reads the string `id`, whose node tells no more than where it is.
    pub(super) fn string(&mut self, id: NodeId, strings: Strings) {
        let node = *self.node(id);
        let content = self.content(&node);
        let (form, is_lenient) = match strings {
            Strings::Template => (Form::Template, false),
            Strings::Lenient => (Form::Template, true),
            Strings::Expression => (Form::Expression, false),
            Strings::Literal | Strings::Requirement => return self.verbatim(id, content),
        };
        let is_decoded = self.decoded.holds(content);
        let decoded = std::mem::take(&mut self.decoded);
        let bytes = if is_decoded { decoded.bytes(content) } else { content.slice(self.text) };
        let piece = (form == Form::Expression || has_template(bytes))
            .then(|| parse_piece(bytes, form, self.depth));
        self.decoded = decoded;
        match piece {
            None => self.verbatim(id, content),
            Some(piece) if is_lenient && !piece.errors.is_empty() => self.verbatim(id, content),
            Some(piece) => self.splice(id, content, piece, form),
        }
    }

    /// The range of what is between the quotes, decoded if need be.
    fn content(&mut self, node: &Node) -> TextRange {
        let content = between_quotes(self.text, node.range());
        if node.data & DECODE == 0 {
            return content;
        }
        self.decoded.add(content.slice(self.text), content.start())
    }

    /// Text that stands for itself.
    fn verbatim(&mut self, id: NodeId, content: TextRange) {
        let first_child = if content.is_empty() {
            NodeId::NONE
        } else {
            push(&mut self.nodes, NodeKind::TemplateLiteral, 0, content, NodeId::NONE)
        };
        let node = self.node_mut(id);
        (node.first_child, node.data) = (first_child, template::VERBATIM);
    }

    /// Puts what the string holds into the tree: a template below its node, an expression instead
    /// of it.
    fn splice(&mut self, id: NodeId, content: TextRange, mut piece: Piece, form: Form) {
        for error in piece.errors.drain(..).take(1) {
            let range = self.decoded.in_source(moved(error.range, content.start()));
            let message = match form {
                Form::Expression if content.slice(self.text).starts_with(b"${") => {
                    "expected a reference or a keyword, which has no `${ }` around it here".into()
                }
                _ => of_string(error.message),
            };
            let kind = match error.kind {
                SyntaxErrorKind::Limit => SyntaxErrorKind::Limit,
                _ => SyntaxErrorKind::Grammar,
            };
            self.report(kind, range, message, None);
        }
        // The empty body of the piece is of no use, nor is the root of a template.
        piece.nodes.pop();
        let root = piece.nodes[piece.expr.index() as usize];
        if form == Form::Template {
            piece.nodes.pop();
        }
        let base = u32::try_from(self.nodes.len()).expect("invariant: the file is small enough");
        let link = |link: NodeId| match link {
            NodeId::NONE => NodeId::NONE,
            NodeId(id) => NodeId(id + base),
        };
        let nodes = piece.nodes.into_iter().map(|node| Node {
            start: node.start + content.start(),
            end: node.end + content.start(),
            first_child: link(node.first_child),
            next_sibling: link(node.next_sibling),
            ..node
        });
        self.nodes.extend(nodes);
        let first_child = link(root.first_child);
        let node = self.node_mut(id);
        if form == Form::Template {
            (node.first_child, node.data) = (first_child, template::JSON);
        } else {
            let (start, end) = (root.start + content.start(), root.end + content.start());
            *node = Node { start, end, first_child, next_sibling: node.next_sibling, ..root };
        }
    }
}

/// A message about a text that ends with its string.
fn of_string(message: Cow<'static, str>) -> Cow<'static, str> {
    match message.strip_suffix("the end of the file") {
        Some(before) => format!("{before}the end of the string").into(),
        None => message,
    }
}

fn moved(range: TextRange, by: u32) -> TextRange {
    TextRange::new(range.start() + by, range.end() + by)
}

/// The range without the quotes, of which some may be missing.
pub(super) fn between_quotes(text: &[u8], range: TextRange) -> TextRange {
    let written = range.slice(text);
    let (mut start, mut end) = (range.start(), range.end());
    if written.first() == Some(&b'"') {
        start += 1;
        if written.len() > 1 && written.last() == Some(&b'"') {
            end -= 1;
        }
    }
    TextRange::new(start, end)
}
