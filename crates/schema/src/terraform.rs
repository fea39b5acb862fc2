//! Schema of `terraform_data`, of the provider that is built into Terraform.

use crate::ArgumentType::{Any, Bool};
use crate::BlockSchema;

/// The resource type of [`DATA`].
pub(crate) const DATA_TYPE: &str = "terraform_data";

/// The arguments that can be set; `id` and `output` cannot.
pub(crate) static DATA: BlockSchema = BlockSchema {
    arguments: &[("input", Any), ("triggers_replace", Any)],
    blocks: &[(
        "store",
        BlockSchema {
            arguments: &[("input", Any), ("replace", Any), ("sensitive", Bool), ("version", Any)],
            blocks: &[],
        },
    )],
};
