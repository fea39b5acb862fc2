//! Whether what stands in the files of a module is what is meant, although some text is broken.

use source::{FileId, TextRange};
use syntax::{SyntaxErrorKind, Tree};

use crate::{Module, Placed};

impl Module<'_> {
    /// Whether no text is lost that may change anything anywhere in the module.
    pub(crate) fn has_no_doubt(&self) -> bool {
        self.are_overrides_known() && !self.has_broken_json()
    }

    /// Whether what override files change is known. Where the text of one is broken inside a
    /// resource, only that resource is uncertain; anywhere else something may be lost that changes
    /// anything.
    fn are_overrides_known(&self) -> bool {
        let is_known = |file: &FileId| {
            let tree = self.sources.tree(*file);
            if holes(tree).next().is_none() {
                return true;
            }
            let blocks = tree.body().blocks();
            let resources = blocks.filter(|block| matches!(&*block.kind(), "resource" | "data"));
            let mut bodies: Vec<TextRange> = resources.map(|block| block.body().range()).collect();
            bodies.sort_unstable();
            holes(tree).all(|hole| {
                let after = bodies.partition_point(|body| body.start() <= hole.end());
                after.checked_sub(1).is_some_and(|at| hole.start() <= bodies[at].end())
            })
        };
        !self.files.has_unread_overrides && self.files.overrides.iter().all(is_known)
    }

    /// Whether some file is no valid JSON: what stands after the first mistake may have been read
    /// into another block than its own.
    fn has_broken_json(&self) -> bool {
        let files = self.files.config.iter().chain(&self.files.overrides);
        let mut trees = files.map(|file| self.sources.tree(*file)).filter(|tree| tree.is_json());
        trees.any(|tree| holes(tree).next().is_some())
    }
}

impl Placed<'_> {
    /// Whether something in the block could not be read.
    pub fn is_broken(self) -> bool {
        let body = self.block.body();
        let range = body.range();
        holes(body.tree()).any(|hole| hole.start() <= range.end() && range.start() <= hole.end())
    }
}

/// Where text could not be read.
pub fn holes(tree: &Tree) -> impl Iterator<Item = TextRange> {
    let holes = tree.errors().iter();
    let holes = holes.filter(|error| error.kind != SyntaxErrorKind::DuplicateAttribute);
    holes.map(|error| error.range)
}
