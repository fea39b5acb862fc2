//! Blocks in JSON: the same is found as in native syntax, and marked in the JSON text.

mod support;

use cfglint_engine::BuiltinRule;
use cfglint_engine::testing::check_files;
use support::{ANALYTICS, ANALYTICS_MISSING, NEEDS_SECRET, NOT_IMPLICIT, check, client, files};

const RULES: [&BuiltinRule; 4] = [&NOT_IMPLICIT, &NEEDS_SECRET, &ANALYTICS, &ANALYTICS_MISSING];

/// A root module with one client, in JSON.
fn json_client(body: &str) -> String {
    format!(
        "{{\"provider\": {{\"aws\": {{}}}},\n\"resource\": {{\"aws_cognito_user_pool_client\": {{\"a\": {{\n{body}\n}}}}}}}}"
    )
}

/// What is found, without places.
fn found(rule: &BuiltinRule, texts: &[(&str, &str)]) -> Vec<String> {
    let mut found: Vec<String> = check_files(rule, &files(texts))
        .diagnostics
        .iter()
        .map(|found| {
            format!("{} {:?} {} {}", found.level, found.instance, found.rule, found.message)
        })
        .collect();
    found.sort();
    found
}

/// Compares what is found in a client in both syntaxes, with the same files beside it; so many
/// things must be found by all rules together.
fn same(native: &str, json: &str, beside: &[(&str, &str)], expect: usize) {
    let (native, json) = (client(native), json_client(json));
    let mut count = 0;
    for rule in RULES {
        let with = |name, text| [&[(name, text)], beside].concat();
        let of_native = found(rule, &with("main.tf", &native));
        assert_eq!(found(rule, &with("main.tf.json", &json)), of_native, "{json}");
        count += of_native.len();
    }
    assert_eq!(count, expect, "{native}");
}

#[test]
fn arguments() {
    same(
        "  allowed_oauth_flows = [\"code\", \"implicit\"]",
        "\"allowed_oauth_flows\": [\"code\", \"implicit\"]",
        &[],
        2,
    );
    same(
        "  allowed_oauth_flows = [\"client_credentials\"]\n  generate_secret = \"true\"",
        "\"allowed_oauth_flows\": [\"client_credentials\"], \"generate_secret\": \"true\"",
        &[],
        1,
    );
    same(
        "  allowed_oauth_flows = split(\",\", \"implicit,client_credentials\")\n  generate_secret = null",
        "\"allowed_oauth_flows\": \"${split(\\\",\\\", \\\"implicit,client_credentials\\\")}\", \"generate_secret\": null",
        &[],
        3,
    );
    same(
        "  for_each = { a = \"implicit\", b = \"code\" }\n  allowed_oauth_flows = [each.value]",
        "\"for_each\": {\"a\": \"implicit\", \"b\": \"code\"}, \"allowed_oauth_flows\": [\"${each.value}\"]",
        &[],
        2,
    );
    let variable = "variable \"f\" {\n  default = \"implicit\"\n}\n";
    let json = "{\"variable\": {\"f\": {\"default\": \"implicit\"}}}";
    for beside in [("v.tf", variable), ("v.tf.json", json)] {
        same(
            "  allowed_oauth_flows = [\"${var.f}\"]",
            "\"allowed_oauth_flows\": [\"${var.f}\"]",
            &[beside],
            2,
        );
        let values = ("terraform.tfvars.json", "{\"f\": \"code\"}");
        same(
            "  allowed_oauth_flows = [var.f]",
            "\"allowed_oauth_flows\": [\"${var.f}\"]",
            &[beside, values],
            1,
        );
    }
}

#[test]
fn what_is_not_known_is_silent() {
    same(
        "  allowed_oauth_flows = [data.x.y.z]\n  analytics_configuration {\n    application_id = data.x.y.z\n  }",
        "\"allowed_oauth_flows\": [\"${data.x.y.z}\"], \"analytics_configuration\": {\"application_id\": \"${data.x.y.z}\"}",
        &[],
        0,
    );
}

#[test]
fn nested_blocks() {
    let one = "  analytics_configuration {\n    external_id = \"x\"\n  }";
    same(one, "\"analytics_configuration\": {\"external_id\": \"x\"}", &[], 1);
    same(one, "\"analytics_configuration\": [{\"external_id\": \"x\"}]", &[], 1);
    let two = "  analytics_configuration {\n    application_id = \"x\"\n  }\n  analytics_configuration {\n    external_id = \"x\"\n  }";
    same(
        two,
        "\"analytics_configuration\": [{\"application_id\": \"x\"}, {\"external_id\": \"x\"}]",
        &[],
        1,
    );
    same("  name = \"x\"", "\"analytics_configuration\": []", &[], 1);
    same("  name = \"x\"", "\"analytics_configuration\": null", &[], 1);
}

#[test]
fn dynamic_blocks() {
    let native = |for_each: &str| {
        format!(
            "  dynamic \"analytics_configuration\" {{\n    for_each = {for_each}\n    iterator = it\n    content {{\n      external_id = it.value\n    }}\n  }}"
        )
    };
    let json = |for_each: &str| {
        format!(
            "\"dynamic\": {{\"analytics_configuration\": {{\"for_each\": {for_each}, \"iterator\": \"it\", \"content\": {{\"external_id\": \"${{it.value}}\"}}}}}}"
        )
    };
    same(&native("[1]"), &json("[1]"), &[], 1);
    same(&native("[]"), &json("[]"), &[], 1);
    same(&native("var.x"), &json("\"${var.x}\""), &[("v.tf", "variable \"x\" {}\n")], 1);
    let listed = "\"dynamic\": [{\"analytics_configuration\": [{\"for_each\": [1], \"content\": [{\"external_id\": \"x\"}]}]}]";
    same(&native("[1]"), listed, &[], 1);
}

#[test]
fn what_terraform_refuses_makes_no_claims() {
    for body in [
        "\"analytics_configuration\": \"x\"",
        "\"analytics_configuration\": [1]",
        "\"analytics_configuration\": \"${var.x}\"",
        "\"allowed_oauth_flows\": {\"client_credentials\": true}",
        "\"allowed_oauth_flows\": [\"client_credentials\"], \"generate_secret\": {}",
        "\"allowed_oauth_flows\": [\"client_credentials\"], \"generate_secret\": [{}]",
    ] {
        let text = json_client(body);
        let rule = if body.starts_with("\"analytics") { &ANALYTICS_MISSING } else { &NEEDS_SECRET };
        check(rule, &[("main.tf.json", &text)], &[]);
    }
    let native = client("  analytics_configuration = []");
    check(&ANALYTICS_MISSING, &[("main.tf", &native)], &[]);
}

#[test]
fn the_json_text_is_marked() {
    let text = json_client("\"allowed_oauth_flows\": [\"code\", \"implicit\"]");
    let place = "main.tf.json:3:33 error - \"implicit\" | the flow `implicit` is bad";
    check(&NOT_IMPLICIT, &[("main.tf.json", &text)], &[place]);
    let text = json_client("\"allowed_oauth_flows\": \"${local.flows}\"");
    let locals =
        "{\"locals\": {\"flows\": \"${concat([\\\"\\u0063ode\\\"], [\\\"implicit\\\"])}\"}}";
    let place = "x.tf.json:1:50 error - \\\"implicit\\\" | the flow `implicit` is bad";
    check(&NOT_IMPLICIT, &[("main.tf.json", &text), ("x.tf.json", locals)], &[place]);
    let text = json_client("\"allowed_oauth_flows\": [\"client_credentials\"]");
    let place = "main.tf.json:2:47 error - \"a\" | a secret is needed";
    check(&NEEDS_SECRET, &[("main.tf.json", &text)], &[place]);
}

#[test]
fn overrides_in_json() {
    let text = client(
        "  allowed_oauth_flows = [\"implicit\"]\n  analytics_configuration {\n    external_id = \"x\"\n  }",
    );
    let good = "{\"resource\": {\"aws_cognito_user_pool_client\": {\"a\": {\"allowed_oauth_flows\": [\"code\"], \"analytics_configuration\": {\"application_id\": \"x\"}}}}}";
    for rule in RULES {
        check(rule, &[("main.tf", &text), ("x_override.tf.json", good)], &[]);
    }
    let bad = good.replace("code", "implicit");
    let place = "x_override.tf.json:1:78 error - \"implicit\" | the flow `implicit` is bad";
    check(&NOT_IMPLICIT, &[("main.tf", &text), ("x_override.tf.json", &bad)], &[place]);
    // Lists of lists and of nulls make blocks too, which replace those before.
    for blocks in ["[[{\"application_id\": \"x\"}]]", "[null]", "[[null]]"] {
        let other = good.replace("{\"application_id\": \"x\"}", blocks);
        check(&ANALYTICS, &[("main.tf", &text), ("x_override.tf.json", &other)], &[]);
    }
    let none = good.replace("{\"application_id\": \"x\"}", "[]");
    let found = "main.tf:4:3 error - analytics_configuration | no application";
    check(&ANALYTICS, &[("main.tf", &text), ("x_override.tf.json", &none)], &[found]);
    let mixed = [
        ("main.tf.json", &*json_client("\"allowed_oauth_flows\": [\"implicit\"]")),
        ("x_override.tf.json", good),
    ]
    .map(|(name, text)| (name, text.to_owned()));
    let mixed: Vec<_> = mixed.iter().map(|(name, text)| (*name, text.as_str())).collect();
    check(&NOT_IMPLICIT, &mixed, &[]);
}

#[test]
fn a_module_with_broken_json_is_not_judged() {
    let whole = json_client("\"allowed_oauth_flows\": [\"implicit\"]");
    let judged = |json: &str| {
        let found = found(&NOT_IMPLICIT, &[("main.tf.json", json), ("b.tf.json", "{}")]);
        found.into_iter().filter(|line| !line.contains("core/syntax-error")).count()
    };
    assert_eq!(judged(&whole), 1);
    assert_eq!(judged(whole.trim_end_matches('}')), 0);
    let elsewhere = [("main.tf.json", &*whole), ("b.tf.json", "{ \"locals\": [ }")];
    assert!(found(&NOT_IMPLICIT, &elsewhere).iter().all(|line| line.contains("core/")));
}
