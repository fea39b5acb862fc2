//! Blocks that override files change: what is judged, where findings sit, and which have a fix.

mod support;

use cfglint_engine::testing::{apply_fixes, check_files};
use support::{ANALYTICS, ANALYTICS_MISSING, NEEDS_SECRET, NOT_IMPLICIT, check, client, files};

/// An override of the client.
fn over(body: &str) -> String {
    format!("resource \"aws_cognito_user_pool_client\" \"a\" {{\n{body}\n}}\n")
}

const HEADER: &str = "resource \"aws_cognito_user_pool_client\" \"a\"";

#[test]
fn an_override_is_what_is_judged() {
    let bad = client("  allowed_oauth_flows = [\"implicit\"]");
    let good = over("  allowed_oauth_flows = [\"code\"]");
    check(&NOT_IMPLICIT, &[("main.tf", &bad), ("x_override.tf", &good)], &[]);
    let worse = over("  allowed_oauth_flows = [\"code\", \"implicit\"]");
    let found = "z_override.tf:2:34 error - \"implicit\" | the flow `implicit` is bad";
    let good_client = client("  allowed_oauth_flows = [\"code\"]");
    check(&NOT_IMPLICIT, &[("main.tf", &good_client), ("z_override.tf", &worse)], &[found]);
    let three = [("main.tf", &*bad), ("x_override.tf", &*good), ("z_override.tf", &*worse)];
    check(&NOT_IMPLICIT, &three, &[found]);
}

#[test]
fn an_absent_argument_is_blamed_on_the_block_that_is_overridden() {
    let text = client("  name = \"x\"");
    let machine = over("  allowed_oauth_flows = [\"client_credentials\"]");
    let found = format!("main.tf:2:1 error - {HEADER} | a secret is needed");
    check(&NEEDS_SECRET, &[("main.tf", &text), ("override.tf", &machine)], &[&found]);
    let no_secret =
        over("  allowed_oauth_flows = [\"client_credentials\"]\n  generate_secret = false");
    let found = "override.tf:3:21 error - false | a secret is needed";
    check(&NEEDS_SECRET, &[("main.tf", &text), ("override.tf", &no_secret)], &[found]);
    let secret = over("  generate_secret = true");
    let text = client("  allowed_oauth_flows = [\"client_credentials\"]");
    check(&NEEDS_SECRET, &[("main.tf", &text), ("override.tf", &secret)], &[]);
}

#[test]
fn a_mention_in_an_override_is_in_the_block() {
    let text = client("  name = \"x\"");
    let override_ = over("  allowed_oauth_flows = local.flows\n  read_attributes = local.flows");
    let locals = "locals {\n  flows = [\"implicit\"]\n}\n";
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &text), ("override.tf", &override_), ("x.tf", locals)],
        &["override.tf:2:25 error - local.flows | the flow `implicit` is bad"],
    );
}

#[test]
fn an_expression_that_is_overridden_is_no_use() {
    let text = client("  allowed_oauth_flows = local.flows\n  read_attributes = local.flows");
    let override_ = over("  read_attributes = []");
    let locals = "locals {\n  flows = [\"implicit\"]\n}\n";
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &text), ("override.tf", &override_), ("x.tf", locals)],
        &["x.tf:2:12 error - \"implicit\" | the flow `implicit` is bad"],
    );
    let text = client("  allowed_oauth_flows = local.flows");
    let locals = "locals {\n  flows = [\"implicit\"]\n  other = local.flows\n}\n";
    let override_ = "locals {\n  other = 1\n}\n";
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &text), ("override.tf", override_), ("x.tf", locals)],
        &["x.tf:2:12 error - \"implicit\" | the flow `implicit` is bad"],
    );
}

#[test]
fn locals_and_variables_are_overridden() {
    let text = client("  allowed_oauth_flows = local.flows");
    let locals = "locals {\n  flows = [\"code\"]\n}\n";
    check(
        &NOT_IMPLICIT,
        &[
            ("main.tf", &text),
            ("x.tf", locals),
            ("override.tf", "locals {\n  flows = [\"implicit\"]\n}\n"),
        ],
        &["override.tf:2:12 error - \"implicit\" | the flow `implicit` is bad"],
    );
    let text = client("  allowed_oauth_flows = var.flows");
    let variable = "variable \"flows\" {\n  default = [\"code\"]\n}\n";
    check(
        &NOT_IMPLICIT,
        &[
            ("main.tf", &text),
            ("x.tf", variable),
            ("override.tf", "variable \"flows\" {\n  default = [\"implicit\"]\n}\n"),
        ],
        &["override.tf:2:14 error - \"implicit\" | the flow `implicit` is bad"],
    );
}

#[test]
fn nested_blocks_are_replaced() {
    let text = client("  analytics_configuration {\n    external_id = \"x\"\n  }");
    let good = over("  analytics_configuration {\n    application_id = \"x\"\n  }");
    check(&ANALYTICS, &[("main.tf", &text), ("override.tf", &good)], &[]);
    let other = over("  name = \"x\"");
    let found = "main.tf:3:3 error - analytics_configuration | no application";
    check(&ANALYTICS, &[("main.tf", &text), ("override.tf", &other)], &[found]);
    let none = over(
        "  dynamic \"analytics_configuration\" {\n    for_each = []\n    content {\n    }\n  }",
    );
    let found = format!("main.tf:2:1 error - {HEADER} | no analytics");
    check(&ANALYTICS_MISSING, &[("main.tf", &text), ("override.tf", &none)], &[&found]);
    let bad = over("  analytics_configuration {\n    external_id = \"y\"\n  }");
    let found = "override.tf:2:3 error - analytics_configuration | no application";
    check(&ANALYTICS, &[("main.tf", &text), ("override.tf", &bad)], &[found]);
}

#[test]
fn instances_are_those_of_the_override() {
    let text = client("  count = 0\n  allowed_oauth_flows = [\"implicit\"]");
    let found = "main.tf:4:26 error - \"implicit\" | the flow `implicit` is bad";
    check(&NOT_IMPLICIT, &[("main.tf", &text), ("override.tf", &over("  count = 1"))], &[found]);
}

#[test]
fn what_a_broken_override_may_change_is_not_known() {
    let text = client("  allowed_oauth_flows = [\"implicit\", \"client_credentials\"]");
    let broken = over("  allowed_oauth_flows = [\"code\"");
    for rule in [&NOT_IMPLICIT, &NEEDS_SECRET] {
        let found = check_files(rule, &files(&[("main.tf", &text), ("override.tf", &broken)]));
        let rules: Vec<_> = found.diagnostics.iter().map(|found| found.rule.pack()).collect();
        assert!(!rules.is_empty() && rules.iter().all(|pack| *pack == "core"), "{rules:?}");
    }
    let text = client("  analytics_configuration {\n    external_id = \"x\"\n  }");
    let broken = over("  analytics_configuration {\n    application_id = \"x\"\n  }\n  name = ");
    let broken_dynamic = over("  dynamic analytics_configuration\" {\n    for_each = []\n  }");
    for broken in [broken, broken_dynamic] {
        let texts = files(&[("main.tf", &text), ("override.tf", &broken)]);
        for rule in [&ANALYTICS, &ANALYTICS_MISSING] {
            let found = check_files(rule, &texts).diagnostics;
            let is_core = found.iter().all(|found| found.rule.pack() == "core");
            assert!(is_core && !found.is_empty(), "{broken}: {found:?}");
        }
    }
}

/// Whatever is typed so far of what makes the block right, nothing is claimed against it.
#[test]
fn half_of_an_override_makes_no_false_claims() {
    let text = client("  allowed_oauth_flows = local.flows");
    let locals = "locals {\n  flows = [\"client_credentials\", \"implicit\"]\n}\n";
    let native = "locals {\n  flows = [\"code\"]\n}\nresource \"aws_cognito_user_pool_client\" \"a\" {\n  allowed_oauth_flows = [\"code\"]\n}\n";
    let json = "{\"locals\": {\"flows\": [\"code\"]}, \"resource\": {\"aws_cognito_user_pool_client\": {\"a\": {\"allowed_oauth_flows\": [\"code\"]}}}}";
    let mut broken = 0;
    for (name, override_) in [("override.tf", native), ("override.tf.json", json)] {
        for end in 0..override_.len() {
            let texts = files(&[("main.tf", &text), ("x.tf", locals), (name, &override_[..end])]);
            for rule in [&NOT_IMPLICIT, &NEEDS_SECRET] {
                let found = check_files(rule, &texts).diagnostics;
                let is_broken =
                    found.iter().any(|found| found.rule.as_str() == "core/syntax-error");
                let claims = found.iter().filter(|found| found.rule.pack() != "core").count();
                assert!(!is_broken || claims == 0, "{}: {found:?}", &override_[..end]);
                broken += usize::from(is_broken);
            }
        }
    }
    assert!(broken > 400, "most of these texts are broken: {broken}");
}

#[test]
fn arguments_are_not_added_to_what_is_overridden() {
    let text = client("  allowed_oauth_flows = [\"client_credentials\"]");
    let texts = files(&[("main.tf", &text), ("override.tf", &over("  name = \"x\""))]);
    assert_eq!(apply_fixes(&NEEDS_SECRET, &texts), texts);
    let bad = over("  allowed_oauth_flows = [\"code\", \"implicit\"]");
    let fixed = apply_fixes(&NOT_IMPLICIT, &files(&[("main.tf", &text), ("override.tf", &bad)]));
    assert_eq!(fixed[1].1, over("  allowed_oauth_flows = [\"code\"]"));
}

#[test]
fn what_terraform_refuses_in_override_files() {
    let text = client("  name = \"x\"");
    let wrong = "resource \"aws_cognito_user_pool_client\" \"b\" {}\nmoved {}\n";
    let missing = "override.tf:1:1 error - resource \"aws_cognito_user_pool_client\" \"b\" | there is no `aws_cognito_user_pool_client.b` to override: only override files declare it";
    let moved = "override.tf:2:1 error - moved | override files may not hold `moved` blocks";
    check(&NOT_IMPLICIT, &[("main.tf", &text), ("override.tf", wrong)], &[missing, moved]);
    // What is missing may be in the part that cannot be read, or in the place where the files go.
    let broken = format!("{text}resource {{\n");
    let found = check_files(&NOT_IMPLICIT, &files(&[("main.tf", &broken), ("override.tf", wrong)]));
    let rules: Vec<_> = found.diagnostics.iter().map(|found| found.rule.as_str()).collect();
    assert_eq!(rules, ["core/syntax-error", "core/invalid-override"]);
    check(&NOT_IMPLICIT, &[("override.tf", wrong)], &[moved]);
}
