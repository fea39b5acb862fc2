//! Rules for tests, and what they find as lines of text.

#![allow(dead_code, reason = "not every test file needs all of it")]

pub mod probe;
pub mod toys;

use cfglint_engine::testing::check_files;
use cfglint_engine::{BuiltinRule, RuleCode};
use diagnostics::Level;

const BLOCKS: &[(&str, &str)] = &[("resource", "aws_cognito_user_pool_client")];

/// A page whose check is `body`.
macro_rules! rule {
    ($body:literal) => {
        BuiltinRule {
            id: "test/bad-thing",
            aliases: &[],
            text: concat!(
                "# Bad thing\nSomething is bad.\n```hcl rule\nlevel   = \"error\"\ngroup   = \"api\"\n",
                "sources = [\"none\"]\ncheck \"resource\" \"aws_cognito_user_pool_client\" {\n",
                $body,
                "\n}\n```\n## Why\nIt is.\n## How to fix\nMend it.\n## Flagged\n```hcl\na = 1\n# ^ bad\n```\n",
                "## Fixed\n```hcl\na = 1\n```\n## Allowed\n```hcl\na = 1\n```\n"
            ),
            level: Level::Error,
            group: "api",
            preset: None,
            title: "Bad thing",
            blocks: BLOCKS,
            supersedes: &[],
            code: RuleCode::Page,
        }
    };
}

/// The flow `implicit` is bad.
pub const NOT_IMPLICIT: BuiltinRule = rule!(
    r#"each      = self.allowed_oauth_flows
condition = item != "implicit"
message   = "the flow `${item}` is bad"
fix "unsafe" {
  remove = item
}"#
);

/// Machines need a secret.
pub const NEEDS_SECRET: BuiltinRule = rule!(
    r#"when      = contains(self.allowed_oauth_flows, "client_credentials")
condition = self.generate_secret == true
at        = self.generate_secret
message   = "a secret is needed"
fix "unsafe" {
  set   = "generate_secret"
  value = true
}"#
);

/// Analytics need an application.
pub const ANALYTICS: BuiltinRule = rule!(
    r#"each      = self.analytics_configuration
condition = is_set(item.application_id) || is_set(item.application_arn)
message   = "no application"
fix "unsafe" {
  set   = "name"
  value = "x"
}"#
);

/// There must be analytics.
pub const ANALYTICS_MISSING: BuiltinRule = rule!(
    r#"condition = length(self.analytics_configuration) > 0
message   = "no analytics"
fix "unsafe" {
  set   = "name"
  value = "x"
}"#
);

/// A secret goes with no user's flow.
pub const SECRET_OF_USERS: BuiltinRule = rule!(
    r#"when      = contains(self.allowed_oauth_flows, "code")
condition = self.generate_secret != true
at        = self.generate_secret
message   = "no secret for users"
fix "unsafe" {
  set   = "generate_secret"
  value = false
}"#
);

/// There must be a secret, whatever else is set.
pub const SECRET: BuiltinRule = rule!(
    r#"condition = self.generate_secret == true
at        = self.generate_secret
message   = "no secret"
fix "unsafe" {
  set   = "generate_secret"
  value = true
}"#
);

/// The same as a note.
pub const SECRET_NOTE: BuiltinRule = rule!(
    r#"condition = self.generate_secret == true
at        = self.generate_secret
level     = "note"
message   = "no secret"
fix "unsafe" {
  set   = "generate_secret"
  value = true
}"#
);

/// A condition that chooses by what it is about.
pub const CHOOSES: BuiltinRule = rule!(
    r#"condition = (self.generate_secret ? self.name : "good") != "bad"
message   = "bad name"
fix "unsafe" {
  set   = "name"
  value = "good"
}"#
);

/// Names and texts as `check_files` takes them.
pub fn files(texts: &[(&str, &str)]) -> Vec<(String, String)> {
    texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// One line a finding: `file:line:column level instance text-marked | message, when …`.
pub fn check(rule: &BuiltinRule, texts: &[(&str, &str)], expect: &[&str]) {
    let outcome = check_files(rule, &files(texts));
    let found: Vec<String> = outcome
        .diagnostics
        .iter()
        .map(|diagnostic| {
            let file = outcome.files.get(diagnostic.location.file);
            let place = file.position(diagnostic.location.range.start());
            let marked = String::from_utf8_lossy(outcome.files.slice(diagnostic.location));
            let instance = diagnostic.instance.as_deref().unwrap_or("-");
            let when = diagnostic.when.as_ref();
            let when = when.map(|when| format!(", when {when}")).unwrap_or_default();
            format!(
                "{}:{}:{} {} {instance} {marked} | {}{when}",
                file.path(),
                place.line,
                place.column,
                diagnostic.level,
                diagnostic.message
            )
        })
        .collect();
    assert_eq!(found, expect, "{texts:#?}");
}

/// A root module with one client.
pub fn client(body: &str) -> String {
    format!(
        "provider \"aws\" {{}}\nresource \"aws_cognito_user_pool_client\" \"a\" {{\n{body}\n}}\n"
    )
}
