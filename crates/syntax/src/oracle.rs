//! What the reference parser's command line prints (`hcl-oracle -list`, `-struct`, `-exprs`), from
//! our trees; for comparing the two.

use std::fmt::Write;

use crate::node::{NodeId, NodeKind};
use crate::tree::{SyntaxError, Tree};

/// The first error, if the text is not valid.
pub fn verdict(tree: &Tree) -> Option<&SyntaxError> {
    tree.errors().first()
}

/// Attributes and blocks with their byte ranges in source order: `A0-5 B7-20`.
pub fn structure(tree: &Tree) -> String {
    let mut line = String::new();
    let mut stack = vec![tree.body().id()];
    while let Some(id) = stack.pop() {
        let node = tree.node(id);
        let letter = match node.kind() {
            NodeKind::Attribute => Some('A'),
            NodeKind::Block => Some('B'),
            _ => None,
        };
        if let Some(letter) = letter {
            push_range(&mut line, letter, tree, id);
        }
        if node.kind() != NodeKind::Attribute {
            push_children(&mut stack, tree, id);
        }
    }
    line
}

/// Calls, conditionals, operations and `for` expressions with their byte ranges, sorted as text:
/// `B4-9 C12-20`.
pub fn expressions(tree: &Tree) -> String {
    let mut found = Vec::new();
    let mut stack = vec![tree.body().id()];
    stack.extend(tree.expr().map(crate::Expr::id));
    while let Some(id) = stack.pop() {
        let letter = match tree.node(id).kind() {
            NodeKind::Call => Some('C'),
            NodeKind::Conditional | NodeKind::TemplateIf => Some('T'),
            NodeKind::Binary => Some('B'),
            NodeKind::Unary => Some('U'),
            NodeKind::ForTuple | NodeKind::ForObject | NodeKind::TemplateFor => Some('F'),
            _ => None,
        };
        if let Some(letter) = letter {
            let mut text = String::new();
            push_range(&mut text, letter, tree, id);
            found.push(text);
        }
        push_children(&mut stack, tree, id);
    }
    found.sort_unstable();
    found.join(" ")
}

fn push_range(line: &mut String, letter: char, tree: &Tree, id: NodeId) {
    let range = tree.node(id).range();
    let space = if line.is_empty() { "" } else { " " };
    write!(line, "{space}{letter}{}-{}", range.start(), range.end())
        .expect("invariant: a string can be written to");
}

/// Puts the children on the stack, the first on top.
fn push_children(stack: &mut Vec<NodeId>, tree: &Tree, id: NodeId) {
    let from = stack.len();
    stack.extend(tree.children(id));
    stack[from..].reverse();
}
