//! Edits that keep the layout of the file: list elements and arguments, formatted as
//! `terraform fmt` would. Never edits what is not written out as a value.

mod json;
mod list;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use diagnostics::Edit;
use source::{FileId, Location, TextRange};
use syntax::view::ExprKind;
use syntax::{Attribute, Block, Expr, Item, NodeKind, Tree};
use value::{Value, ValueKind};

pub(crate) use list::{insert, remove};

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

/// Sets the argument `name` of `block` to `value`: replaces the literal that is there, else adds a line
/// after the last argument before any nested block, aligned with its neighbours.
pub(crate) fn set_argument(
    file: FileId,
    block: Block<'_>,
    name: &str,
    value: &Value,
) -> Option<Vec<Edit>> {
    let tree = block.tree();
    if tree.is_json() {
        return json::set_property(file, block, name, value);
    }
    let new = literal(tree, value)?;
    let text = tree.text();
    let body = block.body();
    if let Some(present) = body.attribute(name) {
        let range = present.expr().range();
        return is_literal(tree, range)
            .then(|| vec![Edit { location: Location::new(file, range), text: new }]);
    }
    let leading = body.items().map_while(|item| match item {
        Item::Attribute(attribute) => Some(attribute),
        Item::Block(_) => None,
    });
    let arguments: Vec<Attribute<'_>> = leading.collect();
    let Some(anchor) = arguments.last() else {
        return first_argument(text, file, block, &format!("{name} = {new}"));
    };
    let offset = line_end(text, end_of(text, *anchor));
    let splits = |comment: &TextRange| comment.start() < offset && offset < comment.end();
    if !starts_line(text, anchor.range().start()) || tree.comments().iter().any(splits) {
        return None;
    }
    let group = aligned_group(text, &arguments);
    // Where nothing is aligned, neighbours stay as they are.
    let present = common_width(text, &group);
    let width = present.map_or(0, |present| present.max(name.len()));
    let to_realign = group.iter().filter(|_| present.is_some_and(|present| present < width));
    let mut edits: Vec<Edit> =
        to_realign.filter_map(|argument| realign(text, file, *argument, width)).collect();
    let indent = indentation(text, anchor.range().start());
    edits.push(Edit {
        location: Location::new(file, TextRange::empty(offset)),
        text: format!("{}{indent}{name:width$} = {new}", line_break(text)),
    });
    Some(edits)
}

/// The first line of a block that has no argument before its nested blocks.
fn first_argument(text: &[u8], file: FileId, block: Block<'_>, line: &str) -> Option<Vec<Edit>> {
    let body = block.body().range();
    let indent = indentation(text, block.range().start());
    let line_break = line_break(text);
    let inside = body.slice(text);
    if inside.iter().all(u8::is_ascii_whitespace) {
        let text = format!("{line_break}{indent}  {line}{line_break}{indent}");
        return Some(vec![Edit { location: Location::new(file, body), text }]);
    }
    let starts_with_break = inside.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    (starts_with_break == Some(&b'\n')).then(|| {
        let location = Location::new(file, TextRange::empty(body.start()));
        vec![Edit { location, text: format!("{line_break}{indent}  {line}") }]
    })
}

/// The arguments at the end of `arguments` whose equals signs `terraform fmt` aligns: on lines that
/// follow each other, with values on one line or heredocs. Empty when the last has another value of
/// several lines.
fn aligned_group<'t>(text: &[u8], arguments: &[Attribute<'t>]) -> Vec<Attribute<'t>> {
    let mut group: Vec<Attribute<'t>> = Vec::new();
    for argument in arguments.iter().rev() {
        let end = end_of(text, *argument);
        let lines = TextRange::new(argument.range().start(), end).slice(text);
        let is_aligned = !lines.contains(&b'\n') || is_heredoc(*argument);
        let is_adjacent = group.last().is_none_or(|below| {
            let between = TextRange::new(end, below.range().start()).slice(text);
            let mut lines = between.split(|byte| *byte == b'\n').skip(1);
            lines.next().is_some() && lines.next().is_none()
        });
        if !is_aligned || !is_adjacent {
            break;
        }
        group.push(*argument);
    }
    group
}

fn is_heredoc(argument: Attribute<'_>) -> bool {
    matches!(argument.expr().kind(), ExprKind::Template(template) if template.is_heredoc())
}

/// The end of an argument without the line break that ends a heredoc.
fn end_of(text: &[u8], argument: Attribute<'_>) -> u32 {
    let range = argument.range();
    let lines = range.slice(text);
    let trimmed = lines.trim_ascii_end().len();
    range.start() + u32::try_from(trimmed).unwrap_or(range.len())
}

/// The width of a name in columns.
fn width_of(text: &[u8], name: TextRange) -> usize {
    String::from_utf8_lossy(name.slice(text)).chars().count()
}

/// The blanks between the name of `argument` and its equals sign, when there is nothing else.
fn padding(text: &[u8], argument: Attribute<'_>) -> Option<TextRange> {
    let name = argument.name_range();
    let between = TextRange::new(name.end(), argument.expr().range().start()).slice(text);
    let equals = between.iter().position(|byte| *byte == b'=')?;
    let is_blank = between[..equals].iter().all(|byte| *byte == b' ');
    is_blank.then_some(TextRange::new(name.end(), name.end() + u32::try_from(equals).ok()?))
}

/// The columns from the start of each argument to the blank before its equals sign, when that is the
/// same number for all.
fn common_width(text: &[u8], arguments: &[Attribute<'_>]) -> Option<usize> {
    let mut widths = arguments.iter().map(|argument| {
        let padding = padding(text, *argument)?.len() as usize;
        (width_of(text, argument.name_range()) + padding).checked_sub(1)
    });
    let first = widths.next()??;
    widths.all(|width| width == Some(first)).then_some(first)
}

/// Pads the name of `argument` to `width`.
fn realign(text: &[u8], file: FileId, argument: Attribute<'_>, width: usize) -> Option<Edit> {
    let missing = width + 1 - width_of(text, argument.name_range());
    let range = padding(text, argument)?;
    Some(Edit { location: Location::new(file, range), text: " ".repeat(missing) })
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
