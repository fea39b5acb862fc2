//! Nested blocks that fixes edit.

use source::{FileId, Location};
use syntax::{Block, Body};

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
