//! Where findings sit, on which instance, at which level, and what their fixes write.

mod support;

use cfglint_engine::BuiltinRule;
use cfglint_engine::testing::{apply_fixes, check_files};
use support::{ANALYTICS, ANALYTICS_MISSING, NEEDS_SECRET, NOT_IMPLICIT, check, client, files};

#[test]
fn a_literal_is_marked_itself() {
    let text = client("  allowed_oauth_flows = [\"code\", \"implicit\"]");
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &text)],
        &["main.tf:3:34 error - \"implicit\" | the flow `implicit` is bad"],
    );
}

#[test]
fn a_value_that_came_through_one_name_is_marked_where_it_is_written() {
    let text = client("  allowed_oauth_flows = local.flows");
    let locals = "locals {\n  flows = concat([\"code\"], [\"implicit\"])\n}\n";
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &text), ("x.tf", locals)],
        &["x.tf:2:29 error - \"implicit\" | the flow `implicit` is bad"],
    );
    let variable = "variable \"flows\" {\n  default = [\"code\"]\n}\n";
    let text = client("  allowed_oauth_flows = var.flows");
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &text), ("x.tf", variable), ("a.auto.tfvars", "flows = [\"implicit\"]\n")],
        &["a.auto.tfvars:1:10 error - \"implicit\" | the flow `implicit` is bad"],
    );
}

#[test]
fn a_value_with_several_uses_is_marked_where_it_is_used() {
    let text = client("  allowed_oauth_flows = local.flows\n  read_attributes = local.flows");
    let locals = "locals {\n  flows = [\"implicit\"]\n}\n";
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &text), ("x.tf", locals)],
        &["main.tf:3:25 error - local.flows | the flow `implicit` is bad"],
    );
}

#[test]
fn an_absent_argument_is_blamed_on_the_header() {
    let text = client("  allowed_oauth_flows = [\"client_credentials\"]");
    check(
        &NEEDS_SECRET,
        &[("main.tf", &text)],
        &[
            "main.tf:2:1 error - resource \"aws_cognito_user_pool_client\" \"a\" | a secret is needed",
        ],
    );
    let text =
        client("  allowed_oauth_flows = [\"client_credentials\"]\n  generate_secret = \"false\"");
    check(
        &NEEDS_SECRET,
        &[("main.tf", &text)],
        &["main.tf:4:21 error - \"false\" | a secret is needed"],
    );
}

#[test]
fn what_is_not_known_is_silent() {
    let unknown = "variable \"x\" {}\n";
    for body in [
        "  allowed_oauth_flows = var.x",
        "  allowed_oauth_flows = [var.x]",
        "  allowed_oauth_flows = [data.aws_x.y.flow]",
        "  allowed_oauth_flows = [\"client_credentials\"]\n  generate_secret = var.x",
        "  allowed_oauth_flows = concat([\"code\"], module.m.flows)",
        "  allowed_oauth_flows = null",
        "  allowed_oauth_flows = [for flow in var.x : flow == \"x\" ? \"implicit\" : \"code\"]",
    ] {
        let text = client(body);
        check(&NOT_IMPLICIT, &[("main.tf", &text), ("x.tf", unknown)], &[]);
        check(&NEEDS_SECRET, &[("main.tf", &text), ("x.tf", unknown)], &[]);
    }
}

#[test]
fn what_rests_on_a_default_in_a_library_is_one_level_lower() {
    let variable = "variable \"flows\" {\n  default = [\"implicit\"]\n}\n";
    let client =
        "resource \"aws_cognito_user_pool_client\" \"a\" {\n  allowed_oauth_flows = var.flows\n}\n";
    let lower = "main.tf:2:14 warning - \"implicit\" | the flow `implicit` is bad";
    let text = format!("{variable}{client}");
    check(&NOT_IMPLICIT, &[("main.tf", &text)], &[lower]);
    let backend = "terraform {\n  backend \"s3\" {}\n}\n";
    let lower = lower.replace("warning", "error");
    check(&NOT_IMPLICIT, &[("main.tf", &text), ("b.tf", backend)], &[&lower]);
}

#[test]
fn a_variable_is_what_its_caller_sets() {
    let module = "variable \"flows\" {\n  default = [\"implicit\"]\n}\nresource \"aws_cognito_user_pool_client\" \"a\" {\n  allowed_oauth_flows = var.flows\n}\n";
    let root = "module \"m\" {\n  source = \"./m\"\n  flows  = [\"code\"]\n}\n";
    check(&NOT_IMPLICIT, &[("main.tf", root), ("m/main.tf", module)], &[]);
    let escaped = "module \"m\" {\n  source = \"./m\"\n  _ {\n    flows = [\"code\"]\n  }\n}\n";
    check(&NOT_IMPLICIT, &[("main.tf", escaped), ("m/main.tf", module)], &[]);
}

#[test]
fn instances_are_named_when_not_all_are_at_fault() {
    let body = |clients: &str| {
        client(&format!(
            "  for_each = {clients}\n  allowed_oauth_flows = [\"client_credentials\"]\n  generate_secret = each.value"
        ))
    };
    check(
        &NEEDS_SECRET,
        &[("main.tf", &body("{ a = true, b = false }"))],
        &["main.tf:3:30 error [\"b\"] false | a secret is needed"],
    );
    let all = client("  count = 2\n  allowed_oauth_flows = [\"implicit\"]");
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &all)],
        &["main.tf:4:26 error - \"implicit\" | the flow `implicit` is bad"],
    );
    let none = client("  count = 0\n  allowed_oauth_flows = [\"implicit\"]");
    check(&NOT_IMPLICIT, &[("main.tf", &none)], &[]);
    let some = client("  count = var.n\n  allowed_oauth_flows = [\"implicit\"]");
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &some), ("x.tf", "variable \"n\" {}\n")],
        &["main.tf:4:26 error - \"implicit\" | the flow `implicit` is bad"],
    );
}

#[test]
fn a_library_is_judged_as_if_its_blocks_existed() {
    let text = "variable \"on\" {\n  default = false\n}\nresource \"aws_cognito_user_pool_client\" \"a\" {\n  count = var.on ? 1 : 0\n  allowed_oauth_flows = [\"implicit\"]\n}\n";
    let found = "main.tf:6:26 error - \"implicit\" | the flow `implicit` is bad";
    check(&NOT_IMPLICIT, &[("main.tf", text)], &[found]);
    check(&NOT_IMPLICIT, &[("main.tf", text), ("p.tf", "provider \"aws\" {}\n")], &[]);
}

#[test]
fn nested_and_dynamic_blocks() {
    let text = client("  analytics_configuration {\n    external_id = \"x\"\n  }");
    let flagged = |place: &str| format!("main.tf:{place} | no application");
    check(&ANALYTICS, &[("main.tf", &text)], &[&flagged("3:3 error - analytics_configuration")]);
    let dynamic = |collection: &str| {
        client(&format!(
            "  dynamic \"analytics_configuration\" {{\n    for_each = {collection}\n    content {{\n      external_id = \"x\"\n    }}\n  }}"
        ))
    };
    let place = "3:3 error - dynamic \"analytics_configuration\"";
    check(&ANALYTICS, &[("main.tf", &dynamic("[1]"))], &[&flagged(place)]);
    check(&ANALYTICS, &[("main.tf", &dynamic("[]"))], &[]);
    let variable = ("x.tf", "variable \"x\" {}\n");
    check(&ANALYTICS, &[("main.tf", &dynamic("var.x")), variable], &[&flagged(place)]);
    check(&ANALYTICS_MISSING, &[("main.tf", &dynamic("var.x")), variable], &[]);
    check(
        &ANALYTICS_MISSING,
        &[("main.tf", &dynamic("[]")), variable],
        &["main.tf:2:1 error - resource \"aws_cognito_user_pool_client\" \"a\" | no analytics"],
    );
    let set = client(
        "  analytics_configuration {\n    application_id = aws_pinpoint_app.a.application_id\n  }",
    );
    let app = ("x.tf", "resource \"aws_pinpoint_app\" \"a\" {}\n");
    check(&ANALYTICS, &[("main.tf", &set), app], &[]);
}

#[test]
fn a_fix_leaves_other_instances_alone() {
    let shared = "  for_each = { a = [\"client_credentials\"], b = [\"code\"] }\n  allowed_oauth_flows = each.value";
    let found = check_files(&NEEDS_SECRET, &files(&[("main.tf", &client(shared))])).diagnostics;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].instance.as_deref(), &found[0].fix), (Some("[\"a\"]"), &None));
    let own =
        "  for_each = { a = [\"implicit\"], b = [\"code\"] }\n  allowed_oauth_flows = each.value";
    let found = check_files(&NOT_IMPLICIT, &files(&[("main.tf", &client(own))])).diagnostics;
    assert!(found[0].fix.is_some(), "what is in the map is of one instance only");
    let repeated = "  for_each = { for key, on in { a = true, b = false } : key => { flows = [\"implicit\"], on = on } }\n  allowed_oauth_flows = each.value.on ? each.value.flows : []";
    let found = check_files(&NOT_IMPLICIT, &files(&[("main.tf", &client(repeated))])).diagnostics;
    assert_eq!((found[0].instance.as_deref(), &found[0].fix), (Some("[\"a\"]"), &None));
    let own = "  for_each = var.all\n  allowed_oauth_flows = each.value.on ? each.value.flows : []";
    let all = "variable \"all\" {\n  type = map(object({ on = bool, flows = optional(list(string), [\"implicit\"]) }))\n}\n";
    let given = "all = { a = { on = true }, b = { on = false } }\n";
    let texts = [("main.tf", &*client(own)), ("all.tf", all), ("terraform.tfvars", given)];
    let found = check_files(&NOT_IMPLICIT, &files(&texts)).diagnostics;
    assert_eq!((found[0].instance.as_deref(), &found[0].fix), (Some("[\"a\"]"), &None));
    let twice = "  count = 2\n  allowed_oauth_flows = split(\",\", count.index == 0 ? \"implicit,implicit\" : \"code\")";
    let found = check_files(&NOT_IMPLICIT, &files(&[("main.tf", &client(twice))])).diagnostics;
    assert_eq!(found[0].instance.as_deref(), Some("[0]"));
}

#[test]
fn absence_is_not_claimed_where_the_text_is_broken() {
    for broken in
        ["  generate_secret {\n  }", "  \"generate_secret\" = true", "  generate_secret = \"x"]
    {
        let text = client(&format!("  allowed_oauth_flows = [\"client_credentials\"]\n{broken}"));
        let found = check_files(&NEEDS_SECRET, &files(&[("main.tf", &text)])).diagnostics;
        assert!(found.iter().all(|found| found.rule.pack() == "core"), "{broken}: {found:?}");
    }
}

/// What stands in a block `_` is read by Terraform as if it stood beside it.
#[test]
fn absence_is_not_claimed_beside_an_escaping_block() {
    let escaped = "  _ {\n    generate_secret = true\n  }";
    let text = client(&format!("  allowed_oauth_flows = [\"client_credentials\"]\n{escaped}"));
    check(&NEEDS_SECRET, &[("main.tf", &text)], &[]);
    check(&ANALYTICS_MISSING, &[("main.tf", &text)], &[]);
    let json = "{\"provider\": {\"aws\": {}}, \"resource\": {\"aws_cognito_user_pool_client\": {\"a\": {\"_\": {\"generate_secret\": true}, \"allowed_oauth_flows\": [\"client_credentials\"]}}}}";
    check(&NEEDS_SECRET, &[("main.tf.json", json)], &[]);
    let text =
        client("  allowed_oauth_flows = [\"client_credentials\"]\n  generate_secret = false");
    let over = format!("resource \"aws_cognito_user_pool_client\" \"a\" {{\n{escaped}\n}}\n");
    check(&NEEDS_SECRET, &[("main.tf", &text), ("override.tf", &over)], &[]);
    let text = client("  analytics_configuration {\n    external_id = \"x\"\n  }");
    check(&ANALYTICS, &[("main.tf", &text), ("override.tf", &over)], &[]);
}

#[test]
fn secrets_are_marked_as_such() {
    let text = client("  allowed_oauth_flows = [var.flow]");
    let variable = "variable \"flow\" {\n  sensitive = true\n  default = \"implicit\"\n}\n";
    let found = check_files(&NOT_IMPLICIT, &files(&[("main.tf", &text), ("x.tf", variable)]));
    assert!(found.diagnostics[0].hides_source);
    assert_eq!(found.diagnostics[0].message, "the flow `(sensitive value)` is bad");
}

#[test]
fn a_validation_is_no_use() {
    let text = client("  allowed_oauth_flows = var.flows");
    let variable = "variable \"flows\" {\n  default = [\"implicit\"]\n  validation {\n    condition = length(var.flows) > 0\n    error_message = \"Empty.\"\n  }\n}\n";
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &text), ("x.tf", variable)],
        &["x.tf:2:14 error - \"implicit\" | the flow `implicit` is bad"],
    );
}

fn check_fix(rule: &BuiltinRule, before: &str, after: &str) {
    let fixed = apply_fixes(rule, &files(&[("main.tf", &client(before))]));
    assert_eq!(fixed[0].1, client(after), "{before}");
}

#[test]
fn elements_are_removed_with_their_commas() {
    let check = |before: &str, after: &str| {
        check_fix(
            &NOT_IMPLICIT,
            &format!("  allowed_oauth_flows = {before}"),
            &format!("  allowed_oauth_flows = {after}"),
        );
    };
    check("[\"code\", \"implicit\"]", "[\"code\"]");
    check("[\"implicit\", \"code\"]", "[\"code\"]");
    check("[\"implicit\"]", "[]");
    check("[\"a\", \"implicit\", \"b\"]", "[\"a\", \"b\"]");
    check("[\n    \"a\",\n    \"implicit\",\n    \"b\",\n  ]", "[\n    \"a\",\n    \"b\",\n  ]");
    check("[\n    \"a\", # why\n\n    \"implicit\"\n  ]", "[\n    \"a\", # why\n\n  ]");
    check("[\"implicit\",]", "[]");
    // A comment beside an element is about it, and would be about its neighbour afterwards.
    let unchanged = "[\n    \"a\",\n    # why\n    \"implicit\", # how\n  ]";
    check(unchanged, unchanged);
}

#[test]
fn arguments_are_added_aligned() {
    check_fix(
        &NEEDS_SECRET,
        "  name                = \"x\"\n  allowed_oauth_flows = [\"client_credentials\"]",
        "  name                = \"x\"\n  allowed_oauth_flows = [\"client_credentials\"]\n  generate_secret     = true",
    );
    check_fix(
        &NEEDS_SECRET,
        "  allowed_oauth_flows = [\n    \"client_credentials\",\n  ]\n\n  name = \"x\"\n\n  lifecycle {}",
        "  allowed_oauth_flows = [\n    \"client_credentials\",\n  ]\n\n  name            = \"x\"\n  generate_secret = true\n\n  lifecycle {}",
    );
    check_fix(
        &NEEDS_SECRET,
        "  allowed_oauth_flows = [\"client_credentials\"]\n  generate_secret = false # for now",
        "  allowed_oauth_flows = [\"client_credentials\"]\n  generate_secret = true # for now",
    );
    check_fix(
        &NEEDS_SECRET,
        "  allowed_oauth_flows = [\"client_credentials\"]\n  name                = <<-E\n    x\n  E",
        "  allowed_oauth_flows = [\"client_credentials\"]\n  name                = <<-E\n    x\n  E\n  generate_secret     = true",
    );
    let unchanged = "  allowed_oauth_flows = [\"client_credentials\"] /* a\n  b */";
    check_fix(&NEEDS_SECRET, unchanged, unchanged);
}
