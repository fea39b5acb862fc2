//! Nested blocks that fixes add and edit.

use std::fmt::Write as _;

use diagnostics::Edit;
use source::{FileId, Location, TextRange};
use syntax::{Block, Body};
use value::Value;

use super::argument::{end_of_line, first_in, is_before_blank_line, leading_arguments};
use super::{indentation, json, line_break, literal};

/// Adds a nested block `name` with these arguments, after the arguments of `block` and a blank line.
/// `None` where there is such a block already, or a `dynamic` one that makes them.
pub(crate) fn insert_block(
    file: FileId,
    block: Block<'_>,
    name: &str,
    arguments: &[(&str, &Value)],
) -> Option<Vec<Edit>> {
    let tree = block.tree();
    let literals = arguments.iter().map(|(name, value)| Some((*name, literal(tree, value)?)));
    insert_block_of(file, block, name, &literals.collect::<Option<Vec<_>>>()?)
}

/// The same with arguments whose values are written as they are.
pub(crate) fn insert_block_of(
    file: FileId,
    block: Block<'_>,
    name: &str,
    arguments: &[(&str, String)],
) -> Option<Vec<Edit>> {
    let tree = block.tree();
    let body = block.body();
    let is_made = |dynamic: Block<'_>| dynamic.label(0).as_deref() == Some(name);
    if body.attribute(name).is_some()
        || body.blocks_of(name).next().is_some()
        || body.blocks_of("dynamic").any(is_made)
    {
        return None;
    }
    if tree.is_json() {
        return json::insert_object(file, block, name, arguments);
    }
    let text = tree.text();
    let indent = indentation(text, block.range().start());
    let lines = lines_of(name, arguments, &format!("{indent}  "), line_break(text));
    let leading = leading_arguments(block);
    let Some(anchor) = leading.last() else {
        return first_in(file, block, &lines);
    };
    let offset = end_of_line(tree, *anchor)?;
    let line_break = line_break(text);
    let rest = &text[offset as usize..body.range().end() as usize];
    let is_last = rest.iter().all(u8::is_ascii_whitespace);
    let gap = if is_last || is_before_blank_line(text, offset) { "" } else { line_break };
    let location = Location::new(file, TextRange::empty(offset));
    Some(vec![Edit { location, text: format!("{line_break}{line_break}{lines}{gap}") }])
}

/// A block with its arguments aligned, without the line break at its end.
fn lines_of(name: &str, arguments: &[(&str, String)], indent: &str, line_break: &str) -> String {
    let width = arguments.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut lines = format!("{indent}{name} {{{line_break}");
    for (name, value) in arguments {
        let _ = write!(lines, "{indent}  {name:width$} = {value}{line_break}");
    }
    lines + indent + "}"
}

/// The nested block of `block`, which stands in `file`, whose header stands at `header`; `None` where
/// that is a `dynamic` block, whose text makes several.
pub(crate) fn nested_at(file: FileId, block: Block<'_>, header: Location) -> Option<Block<'_>> {
    let is_inside = header.file == file && block.range().contains(header.range);
    if is_inside { find(block.body(), header) } else { None }
}

fn find<'t>(body: Body<'t>, header: Location) -> Option<Block<'t>> {
    let mut blocks: Vec<Block<'t>> = body.blocks().collect();
    if body.tree().is_json() {
        // Which properties are blocks is not known here, but where the header of one stands is.
        let names = body.attributes().map(|attribute| attribute.name().into_owned());
        blocks.extend(names.flat_map(|name| body.blocks_of(&name).collect::<Vec<_>>()));
    }
    let mut around = blocks.into_iter().filter(|block| {
        block.kind() != "dynamic"
            && (block.range().contains(header.range) || block.header_range() == header.range)
    });
    around.find_map(|block| {
        if block.header_range() == header.range { Some(block) } else { find(block.body(), header) }
    })
}
