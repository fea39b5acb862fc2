//! Edits of lists: elements come and go with their commas and lines.

use diagnostics::Edit;
use source::{Location, TextRange};
use syntax::{NodeId, NodeKind, Tree};
use value::Value;

use super::{indentation, is_editable, line_break, line_end, line_start, literal, starts_line};

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
pub(super) fn range_to_remove(tree: &Tree, elements: &[TextRange], index: usize) -> TextRange {
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
    let new = literal(tree, value)?;
    let elements = elements(tree, tuple);
    let at = |range, text| vec![Edit { location: Location::new(location.file, range), text }];
    let (Some(top), Some(last)) = (elements.first(), elements.last()) else {
        let inside = TextRange::new(location.range.start() + 1, location.range.end() - 1);
        let is_blank = inside.slice(tree.text()).iter().all(u8::is_ascii_whitespace);
        return is_blank.then(|| at(inside, new));
    };
    if !first {
        let is_free = !is_followed_by_comment(tree, *last);
        let separator = separator(tree.text(), &elements, elements.len() - 1);
        return is_free.then(|| at(TextRange::empty(last.end()), format!("{separator}{new}")));
    }
    let start = start_with_comments(tree, *top);
    let separator = if start < top.start() && starts_line(tree.text(), start) {
        own_line(tree.text(), start)
    } else {
        separator(tree.text(), &elements, 0)
    };
    Some(at(TextRange::empty(start), format!("{new}{separator}")))
}

/// What stands between elements beside the one at `range`.
pub(super) fn separator_beside(tree: &Tree, range: TextRange) -> Option<String> {
    let (elements, index) = element(tree, range)?;
    if has_comment_beside(tree, range) {
        return Some(", ".to_owned());
    }
    Some(separator(tree.text(), &elements, index))
}

/// What stands between elements beside the one at `index`: as it does already, or as the line breaks
/// around the only one tell.
fn separator(text: &[u8], elements: &[TextRange], index: usize) -> String {
    let index = index.min(elements.len().saturating_sub(2));
    if let Some([before, after]) = elements.get(index..index + 2)
        && let Some(separator) = plain_separator(text, *before, *after)
    {
        return separator.to_owned();
    }
    let element = elements[index];
    match own_lines(text, element) {
        Some(_) => own_line(text, element.start()),
        None => ", ".to_owned(),
    }
}

/// What is written between two elements or properties, when that is a comma and at most one line
/// break.
pub(super) fn plain_separator(text: &[u8], before: TextRange, after: TextRange) -> Option<&str> {
    let between = text.get(before.end() as usize..after.start() as usize)?;
    let between = std::str::from_utf8(between).ok()?;
    let is_plain = between.trim_ascii() == "," && between.matches('\n').count() <= 1;
    is_plain.then_some(between)
}

/// A comma, and a line like the one of `offset`.
pub(super) fn own_line(text: &[u8], offset: u32) -> String {
    format!(",{}{}", line_break(text), indentation(text, offset))
}

/// Where the element at `range` begins with the comments before it that are about it.
fn start_with_comments(tree: &Tree, range: TextRange) -> u32 {
    let text = tree.text();
    let comments = tree.comments();
    let before = comments.partition_point(|comment| comment.end() <= range.start());
    let mut start = range.start();
    for comment in comments[..before].iter().rev() {
        let between = TextRange::new(comment.end(), start).slice(text);
        let lines = memchr::memchr_iter(b'\n', between).count();
        let is_beside = lines == 0 || (lines == 1 && starts_line(text, comment.start()));
        if !is_beside || !between.iter().all(u8::is_ascii_whitespace) {
            break;
        }
        start = comment.start();
    }
    start
}

/// The whole lines of an element that has them to itself, a comma aside.
pub(super) fn own_lines(text: &[u8], range: TextRange) -> Option<TextRange> {
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
pub(super) fn has_comment_beside(tree: &Tree, range: TextRange) -> bool {
    let text = tree.text();
    let start = line_start(text, range.start());
    let is_above = |comment: &TextRange| {
        starts_line(text, range.start())
            && TextRange::new(comment.end(), start).slice(text).iter().all(u8::is_ascii_whitespace)
            && starts_line(text, comment.start())
    };
    let before = tree.comments().partition_point(|comment| comment.end() <= start);
    let above = before.checked_sub(1).and_then(|above| tree.comments().get(above));
    is_followed_by_comment(tree, range) || above.is_some_and(is_above)
}

/// Whether a comment begins behind an element on its line.
fn is_followed_by_comment(tree: &Tree, range: TextRange) -> bool {
    let before = tree.comments().partition_point(|comment| comment.start() < range.end());
    let next = tree.comments().get(before);
    next.is_some_and(|comment| comment.start() <= line_end(tree.text(), range.end()))
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
    let path = tree.path_to(range);
    path.into_iter().find(|id| tree.node(*id).kind() == kind && tree.range(*id) == range)
}

/// The innermost node of `kind` that has a child which covers just `range`.
fn find_parent(tree: &Tree, range: TextRange, kind: NodeKind) -> Option<NodeId> {
    tree.path_to(range).into_iter().rev().find(|id| {
        tree.node(*id).kind() == kind && tree.children(*id).any(|child| tree.range(child) == range)
    })
}
