//! Edits that keep the layout of the file: list elements and arguments, formatted as
//! `terraform fmt` would. Never edits what is not written out as a value.

mod argument;
#[cfg(test)]
mod argument_tests;
mod block;
mod json;
mod list;
mod reference;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use diagnostics::Edit;
use source::{Location, TextRange};
use syntax::view::ExprKind;
use syntax::{Expr, NodeKind, Tree};
use value::{Value, ValueKind};

pub(crate) use argument::{delete_argument, set_argument};
pub(crate) use block::{insert_block, insert_block_of, nested_at};
pub(crate) use list::{insert, remove};
pub(crate) use reference::{Address, Reference};

/// Writes `with` in the place of the literal at `location`: one value anywhere, several or none
/// where it is an element of a list. Expressions that are no literals stay as they are.
pub(crate) fn replace(tree: &Tree, location: Location, with: &[Value]) -> Option<Vec<Edit>> {
    if !is_literal(tree, location.range) || !is_editable(tree, location.range) {
        return None;
    }
    let texts: Option<Vec<String>> = with.iter().map(|value| literal(tree, value)).collect();
    let text = match texts?.as_slice() {
        [] => return remove(tree, location),
        [single] => single.clone(),
        several => several.join(&list::separator_beside(tree, location.range)?),
    };
    Some(vec![Edit { location, text }])
}

/// Whether a number, a boolean, `null` or a string without interpolation stands at `range`.
fn is_literal(tree: &Tree, range: TextRange) -> bool {
    let path = tree.path_to(range);
    let outermost = path.into_iter().find(|id| tree.range(*id) == range);
    outermost.is_some_and(|id| match tree.node(id).kind() {
        NodeKind::Number | NodeKind::True | NodeKind::False | NodeKind::Null => true,
        NodeKind::Template => Expr::of(tree, id).as_plain_string().is_some(),
        _ => false,
    })
}

/// Whether what is written at `range` makes a value for each element of a collection, as the result
/// of a `for` does, and the default of an `optional()` attribute.
pub(crate) fn is_repeated(tree: &Tree, range: TextRange) -> bool {
    let path = tree.path_to(range).into_iter();
    let mut repeated = path.filter(|id| {
        let kind = tree.node(*id).kind();
        matches!(kind, NodeKind::ForTuple | NodeKind::ForObject | NodeKind::Call)
    });
    repeated.any(|id| match Expr::of(tree, id).kind() {
        ExprKind::For(repeated) => !repeated.parts().collection.range().contains(range),
        ExprKind::Call(call) => call.name() == "optional",
        _ => false,
    })
}

/// Whether what is written at `range` is text of its own: in JSON syntax an expression may stand
/// inside a string.
fn is_editable(tree: &Tree, range: TextRange) -> bool {
    !tree.is_json() || json::is_value(tree, range)
}

/// The value as source of the syntax of `tree`, for values that a fix can write; never a secret.
fn literal(tree: &Tree, value: &Value) -> Option<String> {
    if !value.marks().is_printable() {
        return None;
    }
    match value.kind() {
        ValueKind::String(text) if tree.is_json() => json::string(text, tree.syntax()),
        ValueKind::String(text) => Some(quoted(text).replace("${", "$${").replace("%{", "%%{")),
        ValueKind::Bool(flag) => Some(flag.to_string()),
        ValueKind::Number(number) => Some(number.to_string()),
        ValueKind::List(_, elements) | ValueKind::Set(_, elements) | ValueKind::Tuple(elements) => {
            let elements = elements.iter().map(|element| literal(tree, element));
            let elements: Option<Vec<String>> = elements.collect();
            Some(format!("[{}]", elements?.join(", ")))
        }
        _ => None,
    }
}

/// `text` in quotes, with the escapes that HCL and JSON share.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn line_start(text: &[u8], offset: u32) -> u32 {
    let before = &text[..offset as usize];
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    u32::try_from(start).unwrap_or(u32::MAX)
}

/// The end of the line of `offset`, before its line break.
fn line_end(text: &[u8], offset: u32) -> u32 {
    let rest = &text[offset as usize..];
    let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let length = if rest[..length].ends_with(b"\r") { length - 1 } else { length };
    offset + u32::try_from(length).unwrap_or(0)
}

fn starts_line(text: &[u8], offset: u32) -> bool {
    let before = text[..offset as usize].iter().rev();
    let mut before = before.skip_while(|byte| matches!(byte, b' ' | b'\t'));
    before.next().is_none_or(|byte| *byte == b'\n')
}

/// The white space that the line of `offset` begins with.
fn indentation(text: &[u8], offset: u32) -> String {
    let line = &text[line_start(text, offset) as usize..];
    line.iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .map(|byte| char::from(*byte))
        .collect()
}

/// The line break that the file uses.
fn line_break(text: &[u8]) -> &'static str {
    match memchr::memchr(b'\n', text) {
        Some(at) if at > 0 && text[at - 1] == b'\r' => "\r\n",
        _ => "\n",
    }
}
