//! What rules may ask of the versions of a provider.

mod support;

use cfglint_engine::testing::check_files;
use cfglint_engine::{BuiltinRule, RuleCode};
use diagnostics::Level;

/// A rule that finds something where all versions are before 4.62, and something worse where all are
/// of the fifth major version.
const PAGE: BuiltinRule = BuiltinRule {
    id: "test/versions",
    aliases: &[],
    text: concat!(
        "# Bad thing\nSomething is bad.\n```hcl rule\nlevel   = \"error\"\ngroup   = \"api\"\n",
        "sources = [\"none\"]\ncheck \"resource\" \"aws_cognito_user_pool_client\" {\n",
        "when      = provider_is(\"< 4.62\")\ncondition = self.name == null\nat = self.name\n",
        "message   = \"it is old\"\nlevel = \"note\"\n}\n",
        "check \"resource\" \"aws_cognito_user_pool_client\" {\n",
        "when      = provider_may_be(\"~> 5.0\")\ncondition = self.name == null\nat = self.name\n",
        "message   = \"it may be five\"\nlevel = provider_is(\"~> 5.0\") ? \"error\" : \"warning\"\n}\n",
        "```\n## Why\nIt is.\n## How to fix\nMend it.\n## Flagged\n```hcl\na = 1\n# ^ bad\n```\n",
        "## Allowed\n```hcl\na = 1\n```\n"
    ),
    level: Level::Error,
    group: "api",
    preset: None,
    title: "Bad thing",
    blocks: &[("resource", "aws_cognito_user_pool_client")],
    supersedes: &[],
    code: RuleCode::Page,
};

/// The same in Rust, for the first of them.
const CODE: BuiltinRule = BuiltinRule {
    code: RuleCode::Block(|block, reporter| {
        if block.provider_is("< 4.62") == Some(true) {
            reporter.report(&block.get("name"), "it is old").level(Level::Note).emit();
        }
    }),
    ..PAGE
};

/// The client of `provider`, which is a provider's local name and constraint.
fn found(rule: &BuiltinRule, provider: &str) -> Vec<String> {
    let required = format!("terraform {{\n  required_providers {{\n{provider}\n  }}\n}}\n");
    let client = "resource \"aws_cognito_user_pool_client\" \"c\" {\n  name = \"a\"\n}\n";
    let files = [("main.tf".to_owned(), required + client)];
    let found = check_files(rule, &files).diagnostics.into_iter();
    found.map(|found| format!("{}: {}", found.level, found.message)).collect()
}

#[track_caller]
fn check(version: &str, expect: &[&str]) {
    let provider = format!("aws = {{\n source = \"hashicorp/aws\"\n version = \"{version}\"\n}}");
    assert_eq!(found(&PAGE, &provider), expect, "{version}");
    let notes: Vec<_> = expect.iter().filter(|found| found.starts_with("note")).collect();
    assert_eq!(found(&CODE, &provider).len(), notes.len(), "{version}");
}

#[test]
fn rules_ask_for_versions() {
    let (old, maybe, five) =
        ("note: it is old", "warning: it may be five", "error: it may be five");
    check("~> 4.31.0", &[old]);
    check("~> 3.31.0", &[old]);
    check("~> 4.31", &[]);
    check(">= 4.0", &[maybe]);
    check("~> 5.0", &[five]);
    check("5.31.0", &[five]);
    check(">= 5.0, < 6.0", &[five]);
    check("~> 6.0", &[]);
    // Contradictions say nothing.
    check("< 4.0, > 5.0", &[]);
}

#[test]
fn without_constraints_the_newest_version_counts() {
    assert_eq!(found(&PAGE, ""), [""; 0]);
    assert_eq!(found(&PAGE, "aws = {\n source = \"hashicorp/aws\"\n}"), [""; 0]);
}

#[test]
fn the_provider_of_the_block_is_meant() {
    let two = "new = {\n source = \"hashicorp/aws\"\n}\naws = {\n source = \"elsewhere/aws\"\n version \
               = \"4.0.0\"\n}";
    let client =
        "resource \"aws_cognito_user_pool_client\" \"c\" {\n  provider = new\n name = \"a\"\n}\n";
    let json = r#"{"resource": {"aws_cognito_user_pool_client": {"c": {"name": "a"}}}}"#;
    let run = |files: &[(&str, String)]| {
        let files: Vec<_> =
            files.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect();
        check_files(&PAGE, &files).diagnostics.len()
    };
    let required =
        |text: &str| format!("terraform {{\n  required_providers {{\n{text}\n  }}\n}}\n");
    assert_eq!(run(&[("main.tf", required(two) + client)]), 0);
    let old =
        required(&two.replace("4.0.0", "9").replace(
            "source = \"hashicorp/aws\"",
            "source = \"hashicorp/aws\"\n version = \"4.0.0\"",
        ));
    assert_eq!(run(&[("main.tf", old + client)]), 1);
    let aws = required("aws = {\n source = \"hashicorp/aws\"\n version = \"4.0.0\"\n}");
    assert_eq!(run(&[("main.tf", aws), ("client.tf.json", json.to_owned())]), 1);
}

#[test]
fn what_no_version_has_is_null() {
    let rule = BuiltinRule {
        code: RuleCode::Block(|block, reporter| {
            let rotation = block.get("refresh_token_rotation");
            if rotation.is_null() {
                reporter.report_block("there is no such block").emit();
            }
        }),
        ..PAGE
    };
    let aws = |version: &str| {
        format!("aws = {{\n source = \"hashicorp/aws\"\n version = \"{version}\"\n}}")
    };
    assert_eq!(found(&rule, &aws("4.31.0")), ["error: there is no such block"]);
    assert_eq!(found(&rule, &aws("5.100.0")), [""; 0]);
}
