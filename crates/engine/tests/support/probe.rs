//! What an expression of a rule page comes to in a configuration.

use cfglint_engine::testing::check_files;
use cfglint_engine::{BuiltinRule, RuleCode};
use diagnostics::Level;

use super::files;

/// A page whose checks of `block_type` are `checks`.
pub fn page(block_type: &str, checks: &[&str]) -> BuiltinRule {
    let check = |body: &&str| format!("check \"resource\" \"{block_type}\" {{\n{body}\n}}\n");
    let checks: String = checks.iter().map(check).collect();
    let text = format!(
        "# Bad thing\nSomething is bad.\n```hcl rule\nlevel   = \"error\"\ngroup   = \"api\"\n\
         sources = [\"none\"]\n{checks}```\n## Why\nIt is.\n## How to fix\nMend it.\n## Flagged\n\
         ```hcl\na = 1\n# ^ bad\n```\n## Allowed\n```hcl\na = 1\n```\n"
    );
    let block_type = block_type.to_owned().leak();
    BuiltinRule {
        id: "test/bad-thing",
        aliases: &[],
        text: text.leak(),
        level: Level::Error,
        group: "api",
        preset: None,
        title: "Bad thing",
        blocks: vec![("resource", &*block_type)].leak(),
        supersedes: &[],
        code: RuleCode::Page,
    }
}

/// What a question about the clients of a configuration comes to: for each of them `yes`, `no` or
/// nothing, with the case in which it does.
pub fn answers(question: &str, texts: &[(&str, &str)]) -> Vec<String> {
    answers_of("aws_cognito_user_pool_client", question, texts)
}

/// The same about blocks of any type that have a name.
pub fn answers_of(block_type: &str, question: &str, texts: &[(&str, &str)]) -> Vec<String> {
    let [yes, no] = ["!", ""].map(|not| {
        let message = if not.is_empty() { "no" } else { "yes" };
        format!("at = self.name\ncondition = {not}({question})\nmessage = \"{message}\"")
    });
    let rule = page(block_type, &[&yes, &no]);
    let outcome = check_files(&rule, &files(texts));
    let answer = |found: &diagnostics::Diagnostic| match &found.when {
        Some(when) => format!("{}, when {when}", found.message),
        None => found.message.clone(),
    };
    let of_rule = outcome.diagnostics.iter().filter(|found| found.rule.name() == "bad-thing");
    let mut all: Vec<String> = of_rule.map(answer).collect();
    all.sort();
    all
}

/// The same for one file.
#[track_caller]
pub fn ask(question: &str, text: &str, expect: &[&str]) {
    assert_eq!(answers(question, &[("main.tf", text)]), expect, "{question}\n{text}");
}

/// A client with an argument of any name, in a root module that nobody calls.
pub fn root(pool: &str, rest: &str) -> String {
    format!(
        "provider \"aws\" {{}}\nresource \"aws_cognito_user_pool_client\" \"c\" {{\n  name = \"a\"\n  \
         user_pool_id = {pool}\n}}\n{rest}"
    )
}

/// A pool of that name.
pub fn pool(name: &str) -> String {
    format!("resource \"aws_cognito_user_pool\" \"{name}\" {{\n  name = \"{name}\"\n}}\n")
}

/// A domain of a pool.
pub fn domain(name: &str, pool: &str) -> String {
    format!(
        "resource \"aws_cognito_user_pool_domain\" \"{name}\" {{\n  domain = \"{name}\"\n  \
         user_pool_id = {pool}\n}}\n"
    )
}
