//! Which modules the `module` blocks of one directory call, as far as their words tell.

use std::collections::BTreeMap;

use module::ModuleFiles;
use source::FileId;
use syntax::{Block, Body, Tree};

/// One `module` block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Call {
    /// Its label.
    pub(crate) name: String,
    /// Its source; `None` when that is not written out.
    pub(crate) source: Option<String>,
    pub(crate) version: Version,
}

/// What a call says of the version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Version {
    #[default]
    Any,
    Constraint(String),
    /// It is not written out.
    Unknown,
}

/// The calls of `module`, sorted by name. What an override file says wins.
pub(crate) fn calls_of(module: &ModuleFiles, trees: &[Tree]) -> Vec<Call> {
    let mut calls: BTreeMap<String, Call> = BTreeMap::new();
    for (name, block) in blocks(&module.config, trees) {
        calls.entry(name.clone()).or_insert_with(|| {
            let mut call = Call { name, ..Call::default() };
            call.read(block);
            call
        });
    }
    for (name, block) in blocks(&module.overrides, trees) {
        if let Some(call) = calls.get_mut(&name) {
            call.read(block);
        }
    }
    calls.into_values().collect()
}

/// The `module` blocks of `files` and their labels.
fn blocks<'t>(files: &'t [FileId], trees: &'t [Tree]) -> impl Iterator<Item = (String, Block<'t>)> {
    let bodies = files.iter().map(|file| trees[file.0 as usize].body());
    let blocks = bodies.flat_map(Body::blocks).filter(|block| block.kind() == "module");
    blocks.filter_map(|block| Some((block.label(0)?.into_owned(), block)))
}

impl Call {
    /// Takes what `block` says.
    fn read(&mut self, block: Block<'_>) {
        let body = block.body();
        if let Some(source) = body.attribute("source") {
            self.source = source.expr().as_plain_string();
        }
        if let Some(version) = body.attribute("version") {
            let text = version.expr().as_plain_string();
            self.version = text.map_or(Version::Unknown, Version::Constraint);
        }
    }
}
