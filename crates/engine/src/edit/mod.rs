//! Edits that keep the layout of the file: list elements and arguments, formatted as
//! `terraform fmt` would. Never edits what is not written out as a value.

mod json;
#[cfg(test)]
mod tests;

use diagnostics::Edit;
use source::{FileId, Location, TextRange};
use syntax::view::ExprKind;
use syntax::{Attribute, Block, Expr, Item, NodeId, NodeKind, Tree};
use value::{Value, ValueKind};

/// Writes `with` in the place of the literal at `location`: one value anywhere, several or none
/// where it is an element of a list. Expressions that are no literals stay as they are.
pub(crate) fn replace(tree: &Tree, location: Location, with: &[Value]) -> Option<Vec<Edit>> {
    if !is_literal(tree, location.range) || !is_editable(tree, location.range) {
        return None;
    }
    let [single] = with else {
        if with.is_empty() {
            return remove(tree, location);
        }
        element(tree, location.range)?;
        let texts: Option<Vec<String>> = with.iter().map(|value| literal_in(tree, value)).collect();
        return Some(vec![Edit { location, text: texts?.join(", ") }]);
    };
    Some(vec![Edit { location, text: literal_in(tree, single)? }])
}

/// Takes the list element at `location` out of its list.
pub(crate) fn remove(tree: &Tree, location: Location) -> Option<Vec<Edit>> {
    let (elements, index) = element(tree, location.range)?;
    if has_comment_beside(tree, location.range) || !is_editable(tree, location.range) {
        return None;
    }
    let range = range_to_remove(tree, &elements, index);
    let loses_comment = tree.comments().iter().any(|comment| range.contains(*comment));
    (!loses_comment)
        .then(|| vec![Edit { location: Location::new(location.file, range), text: String::new() }])
}

/// The bytes that go with the element at `index`: its lines when it has them to itself, with a comma.
fn range_to_remove(tree: &Tree, elements: &[TextRange], index: usize) -> TextRange {
    let text = tree.text();
    let element = elements[index];
    let before = index.checked_sub(1).and_then(|before| elements.get(before));
    let after = elements.get(index + 1);
    let lines = own_lines(text, element);
    let has_comma = after_comma(text, element.end()) > element.end();
    match (before, after, lines) {
        // A comma in front of the next line would be left over.
        (_, Some(_), Some(lines)) if has_comma => lines,
        // JSON has no comma after the last element.
        (None, None, Some(lines)) => lines,
        (Some(_), None, Some(lines)) if !tree.is_json() => lines,
        (Some(before), ..) => TextRange::new(before.end(), element.end()),
        (None, Some(after), _) => TextRange::new(element.start(), after.start()),
        (None, None, None) => {
            let end = after_blank(text, after_comma(text, element.end()));
            TextRange::new(element.start(), end)
        }
    }
}

/// Adds `value` to the list written at `location`, at its start or its end.
pub(crate) fn insert(
    tree: &Tree,
    location: Location,
    value: &Value,
    first: bool,
) -> Option<Vec<Edit>> {
    let tuple = find(tree, location.range, NodeKind::Tuple)?;
    if !is_editable(tree, location.range) {
        return None;
    }
    let new = literal_in(tree, value)?;
    let elements = elements(tree, tuple);
    let neighbour = if first { elements.first() } else { elements.last() };
    let Some(neighbour) = neighbour else {
        let inside = TextRange::new(location.range.start() + 1, location.range.end() - 1);
        let is_blank = inside.slice(tree.text()).iter().all(u8::is_ascii_whitespace);
        let edit = Edit { location: Location::new(location.file, inside), text: new };
        return is_blank.then(|| vec![edit]);
    };
    let separator = match own_lines(tree.text(), *neighbour) {
        Some(_) => {
            let indent = indentation(tree.text(), neighbour.start());
            format!(",{}{indent}", line_break(tree.text()))
        }
        None => ", ".to_owned(),
    };
    let (offset, text) = if first {
        (neighbour.start(), format!("{new}{separator}"))
    } else {
        (neighbour.end(), format!("{separator}{new}"))
    };
    let at = Location::new(location.file, TextRange::empty(offset));
    Some(vec![Edit { location: at, text }])
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
    let new = literal(value)?;
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
    let longest = group.iter().map(|argument| width_of(text, argument.name_range()));
    let width = longest.max().unwrap_or(0).max(name.len());
    let mut edits: Vec<Edit> =
        group.iter().filter_map(|argument| realign(text, file, *argument, width)).collect();
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

/// Pads the name of `argument` to `width`.
fn realign(text: &[u8], file: FileId, argument: Attribute<'_>, width: usize) -> Option<Edit> {
    let name = argument.name_range();
    let between = TextRange::new(name.end(), argument.expr().range().start());
    let equals = between.slice(text).iter().position(|byte| *byte == b'=')?;
    let gap = TextRange::new(name.end(), name.end() + u32::try_from(equals).ok()?);
    let padding = " ".repeat(width - width_of(text, name) + 1);
    (gap.slice(text) != padding.as_bytes())
        .then(|| Edit { location: Location::new(file, gap), text: padding })
}

/// Whether a number, a boolean, `null` or a string without interpolation stands at `range`.
fn is_literal(tree: &Tree, range: TextRange) -> bool {
    let path = path_to(tree, range);
    let outermost = path.into_iter().find(|id| tree.range(*id) == range);
    outermost.is_some_and(|id| match tree.node(id).kind() {
        NodeKind::Number | NodeKind::True | NodeKind::False | NodeKind::Null => true,
        NodeKind::Template => Expr::of(tree, id).as_plain_string().is_some(),
        _ => false,
    })
}

/// Whether what is written at `range` is text of its own: in JSON syntax an expression may stand
/// inside a string.
fn is_editable(tree: &Tree, range: TextRange) -> bool {
    !tree.is_json() || json::is_value(tree, range)
}

/// The value as source of the syntax of `tree`.
fn literal_in(tree: &Tree, value: &Value) -> Option<String> {
    if tree.is_json() { json::literal(value, tree.syntax()) } else { literal(value) }
}

/// The value as HCL source, for values that a fix can write; never a secret.
fn literal(value: &Value) -> Option<String> {
    if !value.marks().is_printable() {
        return None;
    }
    match value.kind() {
        ValueKind::String(text) => Some(quoted(text)),
        ValueKind::Bool(flag) => Some(flag.to_string()),
        ValueKind::Number(number) => Some(number.to_string()),
        ValueKind::List(_, elements) | ValueKind::Set(_, elements) | ValueKind::Tuple(elements) => {
            let elements: Option<Vec<String>> = elements.iter().map(literal).collect();
            Some(format!("[{}]", elements?.join(", ")))
        }
        _ => None,
    }
}

/// `text` as a quoted string of HCL.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '$' | '%' if rest.peek() == Some(&'{') => quoted.extend([c, c]),
            c if c.is_control() => quoted.push_str(&control_escape(c)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn control_escape(c: char) -> String {
    format!("\\u{:04x}", u32::from(c))
}

/// The ranges of the elements of the list that has an element at `range`, and its index.
fn element(tree: &Tree, range: TextRange) -> Option<(Vec<TextRange>, usize)> {
    let tuple = find_parent(tree, range, NodeKind::Tuple)?;
    let elements = elements(tree, tuple);
    let index = elements.iter().position(|element| *element == range)?;
    Some((elements, index))
}

fn elements(tree: &Tree, tuple: NodeId) -> Vec<TextRange> {
    tree.children(tuple).map(|id| tree.range(id)).collect()
}

/// The outermost node of `kind` that covers just `range`.
fn find(tree: &Tree, range: TextRange, kind: NodeKind) -> Option<NodeId> {
    let path = path_to(tree, range);
    path.into_iter().find(|id| tree.node(*id).kind() == kind && tree.range(*id) == range)
}

/// The innermost node of `kind` that has a child which covers just `range`.
fn find_parent(tree: &Tree, range: TextRange, kind: NodeKind) -> Option<NodeId> {
    path_to(tree, range).into_iter().rev().find(|id| {
        tree.node(*id).kind() == kind && tree.children(*id).any(|child| tree.range(child) == range)
    })
}

/// The nodes from the root down that hold `range`.
fn path_to(tree: &Tree, range: TextRange) -> Vec<NodeId> {
    let mut path = vec![tree.body().id()];
    while let Some(last) = path.last() {
        let next = tree.children(*last).find(|id| tree.range(*id).contains(range));
        match next {
            Some(next) => path.push(next),
            None => break,
        }
    }
    path
}

/// The whole lines of an element that has them to itself, a comma aside.
fn own_lines(text: &[u8], range: TextRange) -> Option<TextRange> {
    if !starts_line(text, range.start()) {
        return None;
    }
    let end = after_comma(text, range.end()) as usize;
    let rest = text[end..].iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r'))?;
    let end = end + rest;
    (text[end] == b'\n').then(|| {
        let start = line_start(text, range.start());
        TextRange::new(start, u32::try_from(end + 1).unwrap_or(u32::MAX))
    })
}

/// The offset after the comma that follows `offset`, or `offset` when there is none.
fn after_comma(text: &[u8], offset: u32) -> u32 {
    let rest = &text[offset as usize..];
    let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    if rest.get(blank) == Some(&b',') {
        offset + u32::try_from(blank + 1).unwrap_or(0)
    } else {
        offset
    }
}

/// The offset after the blanks that follow `offset`.
fn after_blank(text: &[u8], offset: u32) -> u32 {
    let rest = &text[offset as usize..];
    let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    offset + u32::try_from(blank).unwrap_or(0)
}

/// Whether a comment follows an element on its line or stands alone on the line above it: it is
/// about the element and cannot be told to go with it.
fn has_comment_beside(tree: &Tree, range: TextRange) -> bool {
    let text = tree.text();
    let line_end = line_end(text, range.end());
    let start = line_start(text, range.start());
    let is_first = starts_line(text, range.start());
    tree.comments().iter().any(|comment| {
        let follows = range.end() <= comment.start() && comment.start() <= line_end;
        let is_above = is_first
            && comment.end() <= start
            && TextRange::new(comment.end(), start).slice(text).iter().all(u8::is_ascii_whitespace)
            && starts_line(text, comment.start());
        follows || is_above
    })
}

fn line_start(text: &[u8], offset: u32) -> u32 {
    let before = &text[..offset as usize];
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    u32::try_from(start).unwrap_or(u32::MAX)
}

/// The end of the line of `offset`, before its line break.
fn line_end(text: &[u8], offset: u32) -> u32 {
    let rest = &text[offset as usize..];
    let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let length = if rest[..length].ends_with(b"\r") { length - 1 } else { length };
    offset + u32::try_from(length).unwrap_or(0)
}

fn starts_line(text: &[u8], offset: u32) -> bool {
    let before = &text[line_start(text, offset) as usize..offset as usize];
    before.iter().all(|byte| matches!(byte, b' ' | b'\t'))
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
    let first = text.iter().position(|byte| *byte == b'\n');
    match first {
        Some(at) if at > 0 && text[at - 1] == b'\r' => "\r\n",
        _ => "\n",
    }
}
