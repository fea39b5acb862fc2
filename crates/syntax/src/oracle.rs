//! What the reference parser's command line prints (`hcl-oracle -list`, `-struct`, `-exprs`), from
//! our trees; for comparing the two.

use std::fmt::Write;

use crate::node::{NodeId, NodeKind};
use crate::tree::{SyntaxError, Tree};

/// The first error, if the text is not valid.
pub fn verdict(tree: &Tree) -> Option<&SyntaxError> {
    tree.errors().first()
}

/// Attributes and blocks with their byte ranges in source order: `A0-5 B7-20`. In the JSON syntax
/// the blocks of the root, the ranges of their names and where they end, and their properties.
pub fn structure(tree: &Tree) -> String {
    if tree.is_json() {
        return json_structure(tree);
    }
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

fn json_structure(tree: &Tree) -> String {
    let mut words = Vec::new();
    for block in tree.body().blocks() {
        let kind = block.kind_range();
        let mut word = format!("B{}-{}", kind.start(), kind.end());
        for label in block.labels().map(crate::Label::range) {
            write!(word, ",{}-{}", label.start(), label.end())
                .expect("invariant: a string can be written to");
        }
        // Of a list of objects Go has no end, but its start.
        let body = block.body();
        let is_list = tree.text().get(body.range().end() as usize) == Some(&b']');
        let end = if is_list { body.range().start() - 1 } else { body.range().end() };
        words.push(format!("{word},{end}"));
        let mut properties: Vec<String> = Vec::new();
        for id in tree.children(body.id()).filter(|_| !is_list) {
            let attribute = crate::Attribute::new(tree, id);
            if attribute.name() != "//" {
                push_word(&mut properties, 'A', attribute.range());
            }
        }
        properties.sort_unstable();
        words.append(&mut properties);
    }
    words.join(" ")
}

fn push_word(words: &mut Vec<String>, letter: char, range: source::TextRange) {
    words.push(format!("{letter}{}-{}", range.start(), range.end()));
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
    let range = tree.range(id);
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
