//! Provider schemas as data: block types, their arguments and nested blocks in several versions of a
//! provider, and what values arguments take. Data is read where it lies, without decoding; the
//! format is described in `FORMAT.md` beside this crate. Never reads files.

mod attribute;
mod block_schema;
mod body;
mod bytes;
mod catalog;
mod constraint;
pub mod model;
mod provider;
mod selection;

pub use attribute::{Attribute, Mode};
pub use block_schema::BlockSchema;
pub use body::{Body, NestedBlock, Nesting};
pub use bytes::FORMAT;
pub use catalog::{Catalog, Data, TERRAFORM, public_name};
pub use constraint::{Constraint, Demand, Format};
pub use model::{Model, ModelError};
pub use provider::{BlockType, Counts, Kind, Provider};
pub use selection::{Distance, Selection, Snapshots};

/// Whether the provider always gives the attribute of a managed resource a string that is not null.
/// `id` and `arn` of every type of the AWS provider are such.
pub fn is_always_set(resource_type: &str, attribute: &str) -> bool {
    let aws = resource_type.starts_with("aws_");
    aws && matches!(attribute, "id" | "arn")
        || (resource_type, attribute) == ("aws_pinpoint_app", "application_id")
}
