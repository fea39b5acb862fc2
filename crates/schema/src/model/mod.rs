//! Schemas in memory, as they are read, joined over versions and written as compact data. Only what
//! makes data uses this; what reads data never does.

mod constraints;
mod encode;
mod join;
mod json;
mod summary;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use version::Version;

use crate::attribute::Mode;
use crate::body::Nesting;
use crate::provider::Kind;

/// What is known of one provider.
#[derive(Clone, Debug)]
pub struct Model {
    source: String,
    /// Versions of the snapshots, ascending; none where the version is not known.
    versions: Vec<Version>,
    types: BTreeMap<(Kind, String), BlockTypeModel>,
}

/// A block type and the snapshots that have it.
#[derive(Clone, Debug, Default)]
struct BlockTypeModel {
    presence: u32,
    deprecated: u32,
    replaced_by: Option<String>,
    body: BodyModel,
}

/// Attributes and blocks, both sorted by name, variants of a name the oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
struct BodyModel {
    attributes: Vec<AttributeModel>,
    blocks: Vec<BlockModel>,
    /// The content is not described.
    is_open: bool,
}

#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "flags that do not depend on each other")]
struct AttributeModel {
    name: String,
    presence: u32,
    mode: Mode,
    ty: TypeModel,
    is_sensitive: bool,
    is_write_only: bool,
    is_deprecated: bool,
    /// The type was given as attributes with modes of their own.
    is_nested: bool,
    replaced_by: Option<String>,
    constraint: Option<ConstraintModel>,
}

/// All variants of a block have one body, which is kept once.
#[derive(Clone, Debug, PartialEq)]
struct BlockModel {
    name: String,
    variants: Vec<BlockVariant>,
    body: BodyModel,
}

#[derive(Clone, Debug, PartialEq)]
struct BlockVariant {
    presence: u32,
    nesting: Nesting,
    min_items: u16,
    /// 0: no limit.
    max_items: u16,
    is_deprecated: bool,
    replaced_by: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
enum TypeModel {
    Dynamic,
    String,
    Number,
    Bool,
    List(Box<Self>),
    Set(Box<Self>),
    Map(Box<Self>),
    Object(BodyModel),
    Tuple(Vec<Self>),
}

/// What is known of the values of an attribute.
#[derive(Clone, Debug, Default, PartialEq)]
struct ConstraintModel {
    values: Vec<String>,
    is_open: bool,
    ignores_case: bool,
    /// The demands for which the provider was seen to refuse a value, by [`Demand::bit`].
    ///
    /// [`Demand::bit`]: crate::Demand::bit
    enforced: u8,
    pattern: Option<String>,
    format: Option<String>,
    service: Option<String>,
    confidence: u8,
    /// Lengths, range, items; least and most of each.
    numbers: [Option<f64>; 6],
}

/// Why bytes are no schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelError(pub(crate) String);

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ModelError {}

impl Model {
    /// The source address of the provider.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The versions of the snapshots.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }
}
