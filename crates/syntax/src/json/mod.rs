//! The JSON syntax of Terraform, read into the same trees as the native syntax. What is accepted is
//! what the `json` package of Go's HCL accepts; which property is a block, and what a string stands
//! for, is what Terraform's language says. Never guesses about what a provider defines: there a
//! property can be read as an argument and as blocks.

mod decoded;
mod lexer;
mod read;
mod repeats;
mod schema;
mod strings;
mod structure;

use source::{Text, TextRange};

use crate::lexer::offset;
use crate::node::{NodeId, NodeKind};
use crate::parser::{self, recovery};
use crate::tree::{Syntax, SyntaxError, SyntaxErrorKind, Tree};
pub(crate) use decoded::{Decoded, decode};
use read::{Reader, push};
use structure::Structure;

/// Larger files are refused.
const MAX_SIZE: usize = 256 << 20;

/// Parses a file of that syntax. Never fails, as [`crate::parse`].
pub fn parse_as(text: impl Into<Text>, syntax: Syntax) -> Tree {
    let text = text.into();
    if syntax == Syntax::Native {
        return crate::parse(text);
    }
    match refusal(&text) {
        Some(error) => {
            let mut tree = read(&Text::default(), syntax);
            tree.text = text;
            tree.errors = vec![error];
            tree
        }
        None => read(&text, syntax),
    }
}

/// Why text is not even tried.
fn refusal(text: &[u8]) -> Option<SyntaxError> {
    if text.len() <= MAX_SIZE {
        return parser::refusal(text);
    }
    Some(SyntaxError {
        kind: SyntaxErrorKind::Limit,
        range: TextRange::empty(0),
        message: "the file is larger than 256 MiB".into(),
        related: None,
    })
}

fn read(text: &Text, syntax: Syntax) -> Tree {
    let mut reader = Reader::new(text);
    let value = reader.file();
    let Reader { nodes, errors: mut no_json, .. } = reader;
    recovery::tidy(text, &mut no_json);
    let mut structure = Structure::new(text, nodes, !no_json.is_empty());
    let items = value.map_or(NodeId::NONE, |value| structure.file(value, syntax));
    let Structure { mut nodes, errors, mut comments, mut decoded, .. } = structure;
    let whole = TextRange::new(0, offset(text.len()));
    let root = push(&mut nodes, NodeKind::Body, 0, whole, items);
    let mut errors = errors.unwrap_or(no_json);
    errors.sort_by_key(|error| error.range.start());
    comments.sort_unstable();
    nodes.shrink_to_fit();
    decoded.shrink_to_fit();
    let text = text.clone();
    Tree { text, nodes, root, expr: None, comments, errors, syntax, decoded }
}
