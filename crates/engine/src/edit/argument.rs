//! Edits of the arguments of a block in native syntax, with their lines and the alignment of their
//! neighbours.

use diagnostics::Edit;
use source::{FileId, Location, TextRange};
use syntax::view::ExprKind;
use syntax::{Attribute, Block, Item, Tree};
use value::Value;

use super::{
    indentation, is_literal, json, line_break, line_end, line_start, list, literal, starts_line,
};

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
    let arguments = leading_arguments(block);
    let Some(anchor) = arguments.last() else {
        let indent = indentation(text, block.range().start());
        return first_in(file, block, &format!("{indent}  {name} = {new}"));
    };
    let offset = end_of_line(tree, *anchor)?;
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

/// The arguments of a block before its nested blocks.
pub(super) fn leading_arguments(block: Block<'_>) -> Vec<Attribute<'_>> {
    let leading = block.body().items().map_while(|item| match item {
        Item::Attribute(attribute) => Some(attribute),
        Item::Block(_) => None,
    });
    leading.collect()
}

/// The end of the last line of an argument that has its lines to itself, where a line may be added.
pub(super) fn end_of_line(tree: &Tree, argument: Attribute<'_>) -> Option<u32> {
    let text = tree.text();
    let offset = line_end(text, end_of(text, argument));
    let splits = |comment: &TextRange| comment.start() < offset && offset < comment.end();
    let is_free = starts_line(text, argument.range().start());
    (is_free && !tree.comments().iter().any(splits)).then_some(offset)
}

/// The first lines in a block that has no argument before its nested blocks.
pub(super) fn first_in(file: FileId, block: Block<'_>, lines: &str) -> Option<Vec<Edit>> {
    let text = block.tree().text();
    let body = block.body().range();
    let line_break = line_break(text);
    let inside = body.slice(text);
    if inside.iter().all(u8::is_ascii_whitespace) {
        let indent = indentation(text, block.range().start());
        let text = format!("{line_break}{lines}{line_break}{indent}");
        return Some(vec![Edit { location: Location::new(file, body), text }]);
    }
    let starts_with_break = inside.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    (starts_with_break == Some(&b'\n')).then(|| {
        let location = Location::new(file, TextRange::empty(body.start()));
        let has_more = block.body().items().next().is_some();
        let gap =
            if has_more && !is_before_blank_line(text, body.start()) { line_break } else { "" };
        vec![Edit { location, text: format!("{line_break}{lines}{gap}") }]
    })
}

/// The arguments at the end of `arguments` whose equals signs `terraform fmt` aligns: on lines that
/// follow each other, with values on one line or heredocs. Empty when the last has another value of
/// several lines.
fn aligned_group<'t>(text: &[u8], arguments: &[Attribute<'t>]) -> Vec<Attribute<'t>> {
    let mut group: Vec<Attribute<'t>> = Vec::new();
    for argument in arguments.iter().rev() {
        let is_adjacent = group.last().is_none_or(|below| are_adjacent(text, *argument, *below));
        if !is_alignable(text, *argument) || !is_adjacent {
            break;
        }
        group.push(*argument);
    }
    group
}

/// Whether the equals sign of an argument is aligned with others: its value is on one line, or a
/// heredoc.
fn is_alignable(text: &[u8], argument: Attribute<'_>) -> bool {
    let lines = TextRange::new(argument.range().start(), end_of(text, argument)).slice(text);
    !lines.contains(&b'\n') || is_heredoc(argument)
}

/// Whether an argument begins on the line after the one on which `above` ends.
fn are_adjacent(text: &[u8], above: Attribute<'_>, below: Attribute<'_>) -> bool {
    let between = TextRange::new(end_of(text, above), below.range().start()).slice(text);
    memchr::memchr_iter(b'\n', between).count() == 1
}

/// Takes the argument `name` of `block` out, with its line, and aligns its neighbours as they were
/// before. `None` where a comment stands beside it.
pub(crate) fn delete_argument(file: FileId, block: Block<'_>, name: &str) -> Option<Vec<Edit>> {
    let tree = block.tree();
    if tree.is_json() {
        return json::delete_property(file, block, name);
    }
    let text = tree.text();
    let items: Vec<Item<'_>> = block.body().items().collect();
    let mut named = items.iter().enumerate().filter_map(|(at, item)| match item {
        Item::Attribute(attribute) if attribute.is_named(name) => Some((at, *attribute)),
        _ => None,
    });
    let (at, argument) = named.next().filter(|_| named.next().is_none())?;
    let lines =
        list::own_lines(text, TextRange::new(argument.range().start(), end_of(text, argument)))?;
    let is_inside = |comment: &TextRange| lines.contains(*comment);
    if list::has_comment_beside(tree, argument.range()) || tree.comments().iter().any(is_inside) {
        return None;
    }
    let above = run(text, argument, items[..at].iter().rev(), |far, near| (far, near));
    let below = run(text, argument, items[at + 1..].iter(), |far, near| (near, far));
    let has_comment = |argument: &Attribute<'_>| {
        let end = end_of(text, *argument);
        tree.comments().iter().any(|it| end <= it.start() && it.start() <= line_end(text, end))
    };
    // Comments on lines that follow each other are aligned too.
    if above.first().is_some_and(has_comment) && below.first().is_some_and(has_comment) {
        return None;
    }
    let mut edits = realigned(text, file, argument, &above, &below);
    let range = with_blank_line(text, lines, block.body().range());
    edits.push(Edit { location: Location::new(file, range), text: String::new() });
    Some(edits)
}

/// The arguments that are aligned with each other and follow `argument` in the direction of `items`,
/// the nearest first.
fn run<'t, 'i>(
    text: &[u8],
    argument: Attribute<'t>,
    items: impl Iterator<Item = &'i Item<'t>>,
    in_order: fn(Attribute<'t>, Attribute<'t>) -> (Attribute<'t>, Attribute<'t>),
) -> Vec<Attribute<'t>>
where
    't: 'i,
{
    let mut run: Vec<Attribute<'t>> = Vec::new();
    for item in items {
        let Item::Attribute(next) = item else { break };
        let (above, below) = in_order(*next, run.last().copied().unwrap_or(argument));
        if !is_alignable(text, *next) || !are_adjacent(text, above, below) {
            break;
        }
        run.push(*next);
    }
    run
}

/// What aligns the neighbours of an argument that goes, where they were aligned and no wider than
/// they had to be.
fn realigned(
    text: &[u8],
    file: FileId,
    gone: Attribute<'_>,
    above: &[Attribute<'_>],
    below: &[Attribute<'_>],
) -> Vec<Edit> {
    let is_one_run = is_alignable(text, gone);
    let own = |argument: &Attribute<'_>| width_of(text, argument.name_range());
    let widest = |run: &[Attribute<'_>]| run.iter().map(own).max();
    let rest = [above, below].concat();
    let Some(width) = widest(&rest) else { return Vec::new() };
    let is_tight = |run: &[Attribute<'_>]| {
        let needed = if is_one_run { Some(width.max(own(&gone))) } else { widest(run) };
        run.is_empty() || common_width(text, run) == needed
    };
    if !is_tight(above) || !is_tight(below) {
        return Vec::new();
    }
    let is_other = |argument: &&Attribute<'_>| {
        common_width(text, std::slice::from_ref(*argument)) != Some(width)
    };
    let to_realign = rest.iter().filter(is_other);
    to_realign.filter_map(|argument| realign(text, file, *argument, width)).collect()
}

/// The lines that go, with a blank line beside them that would be one too many: before or after
/// another one, at the start or the end of the block.
fn with_blank_line(text: &[u8], lines: TextRange, body: TextRange) -> TextRange {
    let blank_before = blank_line_before(text, lines.start()).filter(|start| *start > body.start());
    let rest = &text[lines.end() as usize..];
    let blank_after = rest
        .iter()
        .position(|byte| *byte == b'\n')
        .filter(|end| rest[..*end].iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')));
    let is_first =
        text[body.start() as usize..lines.start() as usize].iter().all(u8::is_ascii_whitespace);
    let is_last =
        text[lines.end() as usize..body.end() as usize].iter().all(u8::is_ascii_whitespace);
    match (blank_before, blank_after) {
        (Some(start), after) if after.is_some() || is_last => TextRange::new(start, lines.end()),
        (_, Some(length)) if is_first => {
            let length = u32::try_from(length + 1).unwrap_or(0);
            TextRange::new(lines.start(), lines.end() + length)
        }
        _ => lines,
    }
}

/// Where the line before the one that begins at `offset` begins, when it is blank.
fn blank_line_before(text: &[u8], offset: u32) -> Option<u32> {
    let end = offset.checked_sub(1)?;
    let start = line_start(text, end);
    TextRange::new(start, end).slice(text).iter().all(u8::is_ascii_whitespace).then_some(start)
}

/// Whether the line after that of `offset` is blank.
pub(super) fn is_before_blank_line(text: &[u8], offset: u32) -> bool {
    let rest = &text[line_end(text, offset) as usize..];
    let mut lines = rest.split(|byte| *byte == b'\n').skip(1);
    lines.next().is_some_and(|line| line.iter().all(u8::is_ascii_whitespace))
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
