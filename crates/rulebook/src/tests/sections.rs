//! What is told about names, titles, sections and examples that are spoiled.

use super::{GOOD, errors, spoil};
use crate::Page;

#[test]
fn names_and_tops_are_judged() {
    let parse = |pack: &str, name: &str| Page::parse(pack, name, GOOD).is_ok();
    assert!(parse("cognito", "a-b"));
    for (pack, name) in [
        ("cognito", "no-implicit-flow"),
        ("cognito", "require-secret"),
        ("cognito", "Implicit"),
        ("Cognito", "a"),
        ("core", "a"),
        ("schema", "a"),
        ("cognito", ""),
    ] {
        assert!(!parse(pack, name), "{pack}/{name}");
    }
    spoil(
        "# OAuth implicit flow is enabled\n",
        "",
        "starts with its title",
        "Tokens end up in [history](https://example.org)",
    );
    spoil("is enabled\n", "is enabled.\n", "no final stop", "# OAuth implicit flow is enabled.");
    spoil("is enabled\n", "is enabled\n# Two\n", "has one title", "# Two");
    spoil("`logs`.", "`logs`", "ends with a full stop", "and `logs`");
    spoil("`logs`.", "`logs`\u{202e}.", "invisible character U+202E", "\u{202e}");
    spoil("```hcl rule", "```hcl", "lacks its header", "# OAuth implicit flow is enabled");
}

#[test]
fn sections_are_judged() {
    spoil("## Why", "## Wy", "did you mean `Why`?", "## Wy");
    spoil(
        "## Why",
        "## How to fix\n\nx\n\n## Why",
        "already has a section `How to fix`",
        "## How to fix",
    );
    spoil("## Allowed", "## Why", "already has a section `Why`", "## Why");
    spoil("## Allowed", "## Allowed\n\n## Fixed", "is empty", "## Allowed");
    spoil(
        "## Cases <!-- shown nowhere -->",
        "## Cases\n\n## Fixed",
        "already has a section `Fixed`",
        "## Fixed",
    );
    spoil("Because of [this](https://example.org).\n\n- A list.\n", "", "`Why` is empty", "## Why");
    spoil("## Fixed\n\n```hcl", "```hcl", "a section `Fixed` before this one", "## Allowed");
    spoil("#        ^^^^^^^^^^ exposes tokens", "", "an example under `Flagged` marks", "```hcl");
    spoil(
        "```sh\nterraform plan\n```",
        "```sh\nterraform plan",
        "nothing closes this fence",
        "```sh",
    );
    spoil("# file: b.tf", "# file: ../b.tf", "not the relative path", "# file: ../b.tf");
}

#[test]
fn an_order_is_kept() {
    let text = GOOD
        .replace("## Why", "## X")
        .replace("## How to fix", "## Why")
        .replace("## X", "## How to fix");
    assert!(errors(&text).iter().any(|error| error.message.contains("`Why` stands before")));
}

#[test]
fn examples_are_hcl() {
    let text = GOOD.replacen("## Allowed\n\n```hcl", "## Allowed\n\n```json", 1);
    let found = errors(&text);
    assert!(found.iter().any(|error| error.message.contains("an example is a fence")), "{found:?}");
    assert!(found.iter().any(|error| error.message.contains("has no example")), "{found:?}");
}

#[test]
fn fixed_needs_a_fix() {
    let start = GOOD.find("  fix \"safe\"").unwrap_or_default();
    let end = GOOD.find("}\n```\n\n## Why").unwrap_or_default();
    let text = format!("{}{}", &GOOD[..start], &GOOD[end..]);
    let found = errors(&text);
    assert!(
        found.iter().any(|error| error.message.contains("no check of this rule has a fix")),
        "{found:?}"
    );
}
