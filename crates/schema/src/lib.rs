//! Provider schemas as data, looked up by resource type. So far the types that the built-in rules
//! judge; facts are of hashicorp/aws 5.100.0,
//! and `region` of 6.0.0.

mod cognito;
mod terraform;

use std::sync::Arc;

use value::Type;

/// The arguments and nested blocks of a block type.
#[derive(Debug)]
pub struct BlockSchema {
    /// Arguments with their types.
    pub arguments: &'static [(&'static str, ArgumentType)],
    /// Nested block types.
    pub blocks: &'static [(&'static str, BlockSchema)],
}

/// The type of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Terraform's")]
pub enum ArgumentType {
    String,
    Number,
    Bool,
    SetOfString,
    Any,
}

impl ArgumentType {
    /// The same as a type of the value model.
    pub fn ty(self) -> Type {
        match self {
            Self::String => Type::String,
            Self::Number => Type::Number,
            Self::Bool => Type::Bool,
            Self::SetOfString => Type::Set(Arc::new(Type::String)),
            Self::Any => Type::Dynamic,
        }
    }
}

/// The schema of a resource type, when it is known.
pub fn resource(block_type: &str) -> Option<&'static BlockSchema> {
    match block_type {
        cognito::USER_POOL_CLIENT_TYPE => Some(&cognito::USER_POOL_CLIENT),
        terraform::DATA_TYPE => Some(&terraform::DATA),
        _ => None,
    }
}

/// Whether the provider always gives the attribute of a managed resource a string that is not null.
/// `id` and `arn` of every type of the AWS provider are such.
pub fn is_always_set(resource_type: &str, attribute: &str) -> bool {
    let aws = resource_type.starts_with("aws_");
    aws && matches!(attribute, "id" | "arn")
        || (resource_type, attribute) == ("aws_pinpoint_app", "application_id")
}
