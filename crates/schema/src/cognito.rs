//! Schema of `aws_cognito_user_pool_client`.

use crate::ArgumentType::{Bool, Number, SetOfString, String};
use crate::BlockSchema;

/// The resource type of [`USER_POOL_CLIENT`].
pub(crate) const USER_POOL_CLIENT_TYPE: &str = "aws_cognito_user_pool_client";

/// The arguments that can be set; `id` and `client_secret` cannot.
pub(crate) static USER_POOL_CLIENT: BlockSchema = BlockSchema {
    arguments: &[
        ("access_token_validity", Number),
        ("allowed_oauth_flows", SetOfString),
        ("allowed_oauth_flows_user_pool_client", Bool),
        ("allowed_oauth_scopes", SetOfString),
        ("auth_session_validity", Number),
        ("callback_urls", SetOfString),
        ("default_redirect_uri", String),
        ("enable_propagate_additional_user_context_data", Bool),
        ("enable_token_revocation", Bool),
        ("explicit_auth_flows", SetOfString),
        ("generate_secret", Bool),
        ("id_token_validity", Number),
        ("logout_urls", SetOfString),
        ("name", String),
        ("prevent_user_existence_errors", String),
        ("read_attributes", SetOfString),
        ("refresh_token_validity", Number),
        ("region", String),
        ("supported_identity_providers", SetOfString),
        ("user_pool_id", String),
        ("write_attributes", SetOfString),
    ],
    blocks: &[
        (
            "analytics_configuration",
            BlockSchema {
                arguments: &[
                    ("application_arn", String),
                    ("application_id", String),
                    ("external_id", String),
                    ("role_arn", String),
                    ("user_data_shared", Bool),
                ],
                blocks: &[],
            },
        ),
        (
            "refresh_token_rotation",
            BlockSchema {
                arguments: &[("feature", String), ("retry_grace_period_seconds", Number)],
                blocks: &[],
            },
        ),
        (
            "token_validity_units",
            BlockSchema {
                arguments: &[
                    ("access_token", String),
                    ("id_token", String),
                    ("refresh_token", String),
                ],
                blocks: &[],
            },
        ),
    ],
};
