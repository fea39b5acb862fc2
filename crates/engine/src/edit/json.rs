//! Edits of files in JSON syntax: they stay JSON, in the style of what stands beside.

use diagnostics::Edit;
use source::{FileId, Location, TextRange};
use syntax::{Block, NodeId, NodeKind, Syntax, Tree};
use value::Value;

use super::list::{own_line, plain_separator, range_to_remove};
use super::{indentation, is_literal, line_break, literal, quoted, starts_line};

/// Whether a JSON value stands at `range`, and no expression inside a string.
pub(super) fn is_value(tree: &Tree, range: TextRange) -> bool {
    let in_template = tree
        .path_to(range)
        .into_iter()
        .take_while(|id| tree.range(*id) != range)
        .any(|id| matches!(tree.node(id).kind(), NodeKind::Template | NodeKind::Interpolation));
    let text = tree.text();
    let before = text[..range.start() as usize].trim_ascii_end().last();
    let after = text[range.end() as usize..].trim_ascii_start().first();
    !in_template
        && matches!(before, Some(b'[' | b',' | b':'))
        && matches!(after, Some(b']' | b',' | b'}'))
}

/// `text` as a string of JSON. Text that a template would read as something else is left to people:
/// whether the place is a template is not known here.
pub(super) fn string(text: &str, syntax: Syntax) -> Option<String> {
    let is_template = text.contains("${") || text.contains("%{");
    (!is_template || syntax == Syntax::JsonVariables).then(|| quoted(text))
}

/// The property `name` of the object that `block` is: replaces its literal, else adds the property at
/// the end.
pub(super) fn set_property(
    file: FileId,
    block: Block<'_>,
    name: &str,
    value: &Value,
) -> Option<Vec<Edit>> {
    let tree = block.tree();
    let new = literal(tree, value)?;
    let body = block.body();
    if let Some(present) = body.attribute(name) {
        let range = present.expr().range();
        let is_plain = is_literal(tree, range) && is_value(tree, range);
        return is_plain.then(|| vec![Edit { location: Location::new(file, range), text: new }]);
    }
    add_property(file, block, name, &|_| new.clone())
}

/// Adds an object of these properties to the object that `block` is, at the end; on lines of its own
/// where the others are.
pub(super) fn insert_object(
    file: FileId,
    block: Block<'_>,
    name: &str,
    properties: &[(&str, String)],
) -> Option<Vec<Edit>> {
    let tree = block.tree();
    let all = |separator: &str| {
        let written = properties.iter().map(|(name, value)| format!("{}: {value}", quoted(name)));
        written.collect::<Vec<_>>().join(&format!(",{separator}"))
    };
    let line_break = line_break(tree.text());
    add_property(file, block, name, &|indent| match indent {
        Some(indent) => {
            let inner = format!("{line_break}{indent}  ");
            format!("{{{inner}{}{line_break}{indent}}}", all(&inner))
        }
        None => format!("{{{}}}", all(" ")),
    })
}

/// Adds a property at the end of the object that `block` is. `value` is told the indentation of its
/// line, where it has one to itself.
fn add_property(
    file: FileId,
    block: Block<'_>,
    name: &str,
    value: &dyn Fn(Option<&str>) -> String,
) -> Option<Vec<Edit>> {
    let tree = block.tree();
    let body = block.body();
    let text = tree.text();
    let inside = body.range();
    // A body may also be a list of objects, none of which is the one.
    let opens = text[..inside.start() as usize].last() == Some(&b'{');
    let closes = text.get(inside.end() as usize) == Some(&b'}');
    if !opens || !closes {
        return None;
    }
    let name = quoted(name);
    let mut properties: Vec<NodeId> = tree.children(body.id()).collect();
    properties.sort_by_key(|id| tree.range(*id).end());
    match properties.as_slice() {
        [] => add_first(tree, file, inside, &name, value),
        [.., before, last] => add_after(tree, file, Some(*before), *last, &name, value),
        [last] => add_after(tree, file, None, *last, &name, value),
    }
}

/// Takes the property `name` out of the object that `block` is.
pub(super) fn delete_property(file: FileId, block: Block<'_>, name: &str) -> Option<Vec<Edit>> {
    let tree = block.tree();
    let mut properties: Vec<TextRange> =
        tree.children(block.body().id()).map(|id| tree.range(id)).collect();
    properties.sort_by_key(|range| range.start());
    let mut named = block.body().attributes().filter(|attribute| attribute.is_named(name));
    let property = named.next().filter(|_| named.next().is_none())?.range();
    let index = properties.iter().position(|range| *range == property)?;
    let range = range_to_remove(tree, &properties, index);
    Some(vec![Edit { location: Location::new(file, range), text: String::new() }])
}

/// A property after the one that is `last`, as that follows the one `before`.
fn add_after(
    tree: &Tree,
    file: FileId,
    before: Option<NodeId>,
    last: NodeId,
    name: &str,
    value: &dyn Fn(Option<&str>) -> String,
) -> Option<Vec<Edit>> {
    let text = tree.text();
    let colon = colon_of(tree, last).unwrap_or(": ");
    let last = tree.range(last);
    let rest = text[last.end() as usize..].trim_ascii_start();
    if rest.first() != Some(&b'}') {
        return None;
    }
    let separator = match before.and_then(|id| plain_separator(text, tree.range(id), last)) {
        Some(separator) => separator.to_owned(),
        None if starts_line(text, last.start()) => own_line(text, last.start()),
        None if colon == ":" => ",".to_owned(),
        None => ", ".to_owned(),
    };
    let at = Location::new(file, TextRange::empty(last.end()));
    // The line of the new property is indented as the separator ends.
    let indent = separator.rsplit_once('\n').map(|(_, indent)| indent);
    let value = value(indent.filter(|indent| indent.trim().is_empty()));
    Some(vec![Edit { location: at, text: format!("{separator}{name}{colon}{value}") }])
}

/// The colon of a property with its blanks.
fn colon_of(tree: &Tree, property: NodeId) -> Option<&str> {
    let mut parts = tree.children(property).map(|part| tree.range(part));
    let (name, value) = (parts.next()?, parts.next()?);
    let between = tree.text().get(name.end() as usize..value.start() as usize)?;
    let between = std::str::from_utf8(between).ok()?;
    let is_blank = |c: char| matches!(c, ' ' | '\t');
    (between.trim_matches(is_blank) == ":").then_some(between)
}

/// The first property of an empty object.
fn add_first(
    tree: &Tree,
    file: FileId,
    inside: TextRange,
    name: &str,
    value: &dyn Fn(Option<&str>) -> String,
) -> Option<Vec<Edit>> {
    let text = tree.text();
    let blank = inside.slice(text);
    if !blank.iter().all(u8::is_ascii_whitespace) {
        return None;
    }
    let property = if blank.contains(&b'\n') {
        let indent = indentation(text, inside.start());
        let line_break = line_break(text);
        let value = value(Some(&format!("{indent}  ")));
        format!("{line_break}{indent}  {name}: {value}{line_break}{indent}")
    } else {
        format!("{name}: {}", value(None))
    };
    Some(vec![Edit { location: Location::new(file, inside), text: property }])
}
