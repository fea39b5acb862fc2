//! Lossless trees of HCL, in its native syntax and in JSON, with a typed view. Parsing always
//! returns a tree, whatever the bytes; errors are data beside it. Never evaluates anything and never
//! reads files.
//!
//! What is accepted, and the range of every node, is what Go's HCL accepts and gives; names follow
//! the Unicode version of `unicode-ident`. Nesting ends at [`MAX_DEPTH`], but chains (`a + b + …`,
//! `a.b.c…`) lean to the left without limit: walk down their left side in a loop.

mod json;
mod lexer;
mod node;
pub mod oracle;
mod parser;
mod tree;
pub mod view;

pub use json::parse_as;
pub use lexer::{Token, TokenKind, tokens};
pub use node::{BinaryOp, Node, NodeId, NodeKind, UnaryOp, strip};
pub use parser::{MAX_DEPTH, parse, parse_expression, parse_template};
pub use tree::{Syntax, SyntaxError, SyntaxErrorKind, Tree};
pub use view::{Attribute, Block, Body, Expr, Item, Label};
