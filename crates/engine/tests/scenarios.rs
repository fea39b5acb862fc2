//! Blocks judged in each consistent case of what is not decided: which questions are asked, what
//! follows from the answers, and what findings say of them.

mod support;

use std::fmt::Write as _;

use cfglint_engine::BuiltinRule;
use cfglint_engine::testing::check_files;
use support::{
    ANALYTICS, ANALYTICS_MISSING, CHOOSES, NEEDS_SECRET, NOT_IMPLICIT, SECRET, SECRET_NOTE,
    SECRET_OF_USERS, check, client, files,
};

/// Variables of which nothing but the type is known.
const VARIABLES: &str = r#"variable "a" {
  type = bool
}
variable "b" {
  type = bool
}
variable "c" {
  type = bool
}
variable "d" {
  type = bool
}
variable "env" {
  type = string
}
variable "n" {
  type = number
}
variable "l" {
  type = list(string)
}
variable "any" {}
variable "hidden" {
  type      = string
  sensitive = true
}
variable "stage" {
  type = string
  validation {
    condition     = contains(["dev", "test", "prod"], var.stage)
    error_message = "No such stage."
  }
}
"#;

/// The findings in a client with `body`.
fn finds(rule: &BuiltinRule, body: &str, expect: &[&str]) {
    check(rule, &[("main.tf", &client(body)), ("variables.tf", VARIABLES)], expect);
}

/// The ends of the findings of `SECRET` where `generate_secret` is `value`: when they hold.
fn secret_is_missing(value: &str, expect: &[&str]) {
    let text = client(&format!("  generate_secret = {value}"));
    let outcome = check_files(&SECRET, &files(&[("main.tf", &text), ("x.tf", VARIABLES)]));
    let when: Vec<_> =
        outcome.diagnostics.iter().map(|it| it.when.as_deref().unwrap_or("always")).collect();
    assert_eq!(when, expect, "{value}");
}

#[test]
fn correlated_conditions_are_consistent() {
    let body = |secret: &str| {
        format!(
            "  allowed_oauth_flows = var.a ? [\"client_credentials\"] : [\"code\"]\n  generate_secret = {secret}"
        )
    };
    for secret in ["var.a", "!(!var.a)", "var.a ? true : false", "var.a || false"] {
        finds(&NEEDS_SECRET, &body(secret), &[]);
        finds(&SECRET_OF_USERS, &body(secret), &[]);
    }
    finds(
        &NEEDS_SECRET,
        &body("!var.a"),
        &["main.tf:4:21 warning - !var.a | a secret is needed, when `var.a` is true"],
    );
    finds(
        &SECRET_OF_USERS,
        &body("!var.a"),
        &["main.tf:4:21 warning - !var.a | no secret for users, when `var.a` is false"],
    );
    finds(
        &NEEDS_SECRET,
        &body("false"),
        &["main.tf:4:21 warning - false | a secret is needed, when `var.a` is true"],
    );
}

#[test]
fn conditions_behind_locals_are_the_same_question() {
    let text = client(
        "  allowed_oauth_flows = local.flows\n  generate_secret     = local.machine ? true : null",
    );
    let locals = "locals {\n  machine = var.env == \"machine\"\n  flows   = var.env != \"machine\" ? [\"code\"] : [\"client_credentials\"]\n}\n";
    let texts = [("main.tf", &*text), ("locals.tf", locals), ("variables.tf", VARIABLES)];
    check(&NEEDS_SECRET, &texts, &[]);
    check(&SECRET_OF_USERS, &texts, &[]);
}

#[test]
fn a_finding_in_some_scenarios_says_when() {
    finds(
        &NOT_IMPLICIT,
        "  allowed_oauth_flows = var.a ? [\"implicit\"] : [\"code\"]",
        &["main.tf:3:34 warning - \"implicit\" | the flow `implicit` is bad, when `var.a` is true"],
    );
    finds(
        &NOT_IMPLICIT,
        "  allowed_oauth_flows = var.a ? [\"implicit\"] : [\"code\", \"implicit\"]",
        &[
            "main.tf:3:34 error - \"implicit\" | the flow `implicit` is bad, when `var.a` is true",
            "main.tf:3:57 error - \"implicit\" | the flow `implicit` is bad, when `var.a` is false",
        ],
    );
    // What is beside another one is in some scenarios only, be that one in all of them.
    finds(
        &ANALYTICS,
        "  analytics_configuration {}\n  dynamic \"analytics_configuration\" {\n    for_each = var.a ? [1] : []\n    content {}\n  }",
        &[
            "main.tf:3:3 error - analytics_configuration | no application",
            "main.tf:4:3 warning - dynamic \"analytics_configuration\" | no application, when `var.a` is true",
        ],
    );
    // One place in both cases is one finding, of the rule's own level.
    finds(
        &NOT_IMPLICIT,
        "  allowed_oauth_flows = concat(var.a ? [\"code\"] : [], [\"implicit\"])",
        &["main.tf:3:56 error - \"implicit\" | the flow `implicit` is bad"],
    );
}

#[test]
fn an_answer_binds_the_value_it_is_about() {
    let bound = "  allowed_oauth_flows = var.env == \"implicit\" ? [var.env] : [\"code\"]";
    finds(
        &NOT_IMPLICIT,
        bound,
        &[
            "main.tf:3:50 warning - var.env | the flow `implicit` is bad, when `var.env` is \"implicit\"",
        ],
    );
    secret_is_missing("var.env == \"x\" ? \"${var.env}y\" == \"xy\" : true", &[]);
    secret_is_missing("var.n == 3 ? var.n + 1 == 4 : true", &[]);
    secret_is_missing("var.n == 3 ? var.n + 1 == 5 : true", &["`var.n` is 3"]);
}

#[test]
fn a_no_excludes_the_value() {
    secret_is_missing("var.env == \"x\" ? true : (var.env == \"x\" ? false : true)", &[]);
    secret_is_missing("var.env != \"x\" ? var.env != \"x\" : true", &[]);
    secret_is_missing("var.env == \"x\" ? true : var.env != \"x\"", &[]);
}

#[test]
fn comparisons_lengths_and_members_narrow() {
    secret_is_missing("var.n < 3 ? true : (var.n < 2 ? false : true)", &[]);
    secret_is_missing("var.n < 3 ? true : var.n >= 3", &[]);
    secret_is_missing("var.n > 10 ? var.n != 4 : true", &[]);
    secret_is_missing("length(var.l) == 0 ? true : (length(var.l) > 0 ? true : false)", &[]);
    secret_is_missing("length(var.l) == 0 ? length(var.l) < 1 : true", &[]);
    secret_is_missing("contains(var.l, \"x\") ? contains(var.l, \"x\") : true", &[]);
    secret_is_missing("contains(var.l, \"x\") ? length(var.l) > 0 : true", &[]);
    secret_is_missing("var.n < 3 ? true : false", &["`var.n < 3` is false"]);
}

#[test]
fn values_that_a_validation_lists_are_gone_through() {
    secret_is_missing(
        "var.stage == \"dev\" ? true : var.stage == \"test\" ? true : var.stage == \"prod\"",
        &[],
    );
    secret_is_missing(
        "var.stage == \"dev\" ? true : var.stage == \"test\" ? true : false",
        &["`var.stage` is \"prod\""],
    );
    secret_is_missing("var.stage == \"prod\"? true : false", &["`var.stage` is not \"prod\""]);
    secret_is_missing("var.stage == \"qa\" ? false : true", &[]);
    secret_is_missing("startswith(var.stage, \"p\") ? false : true", &["`var.stage` is \"prod\""]);
    secret_is_missing(
        "{ dev = false, test = true, prod = true }[var.stage] ? true : false",
        &["`var.stage` is \"dev\""],
    );
}

#[test]
fn a_rule_never_asks() {
    finds(&CHOOSES, "  generate_secret = var.a\n  name = \"bad\"", &[]);
    finds(
        &CHOOSES,
        "  generate_secret = true\n  name = \"bad\"",
        &["main.tf:4:10 error - \"bad\" | bad name"],
    );
}

#[test]
fn nullness_chance_errors_and_elements_are_never_asked() {
    for value in [
        "var.env == null ? false : true",
        "var.any != null ? false : true",
        "var.a == null ? false : var.a",
        "uuid() == \"x\" ? false : true",
        "timestamp() == var.env ? false : true",
        "can(var.l[3]) ? false : true",
        "alltrue([for x in var.l : x == \"a\" ? false : true])",
        "var.a",
        "var.a && var.b",
        "coalesce(var.a, false)",
    ] {
        secret_is_missing(value, &[]);
    }
}

#[test]
fn a_new_question_starts_again_with_all_answers() {
    // The second question is met only where the first is answered with no.
    secret_is_missing(
        "var.a ? true : (var.b ? true : false)",
        &["`var.a` is false and `var.b` is false"],
    );
    secret_is_missing(
        "var.a ? (var.b ? false : true) : false",
        &["`var.a` is true and `var.b` is true", "`var.a` is false"],
    );
    // What the rule has read before the question was met is judged again.
    finds(
        &NEEDS_SECRET,
        "  allowed_oauth_flows = [var.a ? \"client_credentials\" : \"code\"]\n  generate_secret = var.b ? var.a : true",
        &[],
    );
}

/// Of a map with many undecided entries only the condition of the entry that is read is asked.
#[test]
fn conditions_that_are_not_read_are_not_asked() {
    let mut text = client("  allowed_oauth_flows = local.flows.k69");
    let mut entries = String::new();
    for at in 0..70 {
        let _ = writeln!(text, "variable \"v{at}\" {{\n  type = bool\n}}");
        let _ = writeln!(entries, "    k{at} = var.v{at} ? [\"implicit\"] : [\"code\"]");
    }
    let _ = writeln!(text, "locals {{\n  flows = {{\n{entries}  }}\n}}");
    let outcome = check_files(&NOT_IMPLICIT, &files(&[("main.tf", &text)]));
    let when: Vec<_> =
        outcome.diagnostics.iter().filter_map(|found| found.when.as_deref()).collect();
    assert_eq!(when, ["`var.v69` is true"]);
}

#[test]
fn many_conditions_cost_no_more_than_the_limit() {
    let mut variables = String::new();
    let mut flows = Vec::new();
    for at in 0..30 {
        writeln!(variables, "variable \"v{at}\" {{\n  type = bool\n}}").expect("memory takes it");
        flows.push(format!("var.v{at} ? \"implicit\" : \"code\""));
    }
    let text = client(&format!("  allowed_oauth_flows = [{}]", flows.join(", ")));
    let texts = files(&[("main.tf", &text), ("x.tf", &variables)]);
    let found = check_files(&NOT_IMPLICIT, &texts).diagnostics;
    let when: Vec<_> = found.iter().filter_map(|found| found.when.as_deref()).collect();
    // Six questions make 64 cases; the other conditions stay open, and what they say is silence.
    assert_eq!(when.len(), 6);
    assert_eq!(when[0], "`var.v0` is true");
    assert!(when[5].ends_with("`var.v4` is false and `var.v5` is true"), "{when:?}");
}

#[test]
fn alternatives_are_joined() {
    secret_is_missing("var.a && var.b ? true : false", &["`var.a` is false or `var.b` is false"]);
    secret_is_missing("var.a || var.b ? false : true", &["`var.a` is true or `var.b` is true"]);
    secret_is_missing(
        "var.a && var.b && var.c ? true : false",
        &["`var.a` is false or `var.b` is false or `var.c` is false"],
    );
    secret_is_missing(
        "var.a && var.b && var.c && var.d ? true : false",
        &["`var.a`, `var.b`, `var.c` and 1 more have certain values"],
    );
    secret_is_missing(
        "var.stage == \"dev\" || var.stage == \"test\" ? false : true",
        &["`var.stage` is not \"prod\""],
    );
}

#[test]
fn what_does_not_matter_is_not_told() {
    finds(
        &NEEDS_SECRET,
        "  allowed_oauth_flows = concat(var.a ? [\"client_credentials\"] : [], var.b ? [\"x\"] : [\"y\"])",
        &[
            "main.tf:2:1 warning - resource \"aws_cognito_user_pool_client\" \"a\" | a secret is needed, when `var.a` is true",
        ],
    );
}

#[test]
fn secrets_are_not_told() {
    secret_is_missing("var.hidden == \"x\" ? false : true", &["`var.hidden` is \"x\""]);
    secret_is_missing(
        "var.env == sensitive(\"x\") ? false : true",
        &["`var.env` is (sensitive value)"],
    );
}

#[test]
fn the_level_is_lower_once() {
    // Error, under three conditions: a warning.
    finds(
        &SECRET,
        "  generate_secret = var.a && var.b && var.c ? false : true",
        &[
            "main.tf:3:47 warning - false | no secret, when `var.a` is true and `var.b` is true and `var.c` is true",
        ],
    );
    finds(
        &SECRET_NOTE,
        "  generate_secret = var.a ? false : true",
        &["main.tf:3:29 note - false | no secret, when `var.a` is true"],
    );
    let library = "variable \"x\" {\n  default = false\n}\nvariable \"a\" {}\nresource \"aws_cognito_user_pool_client\" \"a\" {\n  generate_secret = var.a ? var.x : true\n}\n";
    check(
        &SECRET,
        &[("main.tf", library)],
        &["main.tf:2:13 warning - false | no secret, when `var.a` is true"],
    );
}

#[test]
fn existence_is_assumed() {
    for repeated in [
        "count = var.a ? 1 : 0",
        "count = !var.a ? 0 : 1",
        "count = var.a && var.b ? 1 : 0",
        "count = var.a ? 2 : 0",
        "for_each = var.a ? { x = 1 } : {}",
        "for_each = var.a ? toset([\"x\"]) : toset([])",
        "for_each = toset(var.a ? [\"x\"] : [])",
    ] {
        finds(&SECRET, &format!("  {repeated}\n  generate_secret = var.a"), &[]);
        finds(
            &SECRET,
            &format!("  {repeated}\n  generate_secret = !var.a"),
            &["main.tf:4:21 error - !var.a | no secret"],
        );
        finds(
            &SECRET,
            &format!("  {repeated}\n  generate_secret = false"),
            &["main.tf:4:21 error - false | no secret"],
        );
    }
    finds(&SECRET, "  count = var.n\n  generate_secret = var.n > 0 ? true : false", &[]);
    finds(
        &SECRET,
        "  count = length(var.l)\n  generate_secret = length(var.l) == 0 ? false : true",
        &[],
    );
}

#[test]
fn modules_exist_where_they_are_judged() {
    let child = format!(
        "variable \"on\" {{\n  type = bool\n}}\n{}",
        &client("  generate_secret = var.on")[18..]
    );
    for repeated in ["count = var.a ? 1 : 0", "for_each = toset(var.a ? [\"x\"] : [])"] {
        let root = |on: &str| {
            format!(
                "provider \"aws\" {{}}\nmodule \"m\" {{\n  source = \"./m\"\n  {repeated}\n  on = {on}\n}}\n{VARIABLES}"
            )
        };
        check(&SECRET, &[("main.tf", &root("var.a")), ("m/main.tf", &child)], &[]);
        check(
            &SECRET,
            &[("main.tf", &root("!var.a")), ("m/main.tf", &child)],
            &["main.tf:5:8 error - !var.a | no secret"],
        );
    }
}

#[test]
fn instances_of_a_conditional_collection() {
    finds(
        &NOT_IMPLICIT,
        "  for_each = var.a ? { x = \"implicit\" } : { y = \"code\" }\n  allowed_oauth_flows = [each.value]",
        &["main.tf:3:28 error [\"x\"] \"implicit\" | the flow `implicit` is bad"],
    );
    finds(
        &NOT_IMPLICIT,
        "  for_each = var.a ? { x = \"implicit\", y = \"code\" } : { y = \"code\" }\n  allowed_oauth_flows = [each.value]",
        &["main.tf:3:28 error [\"x\"] \"implicit\" | the flow `implicit` is bad"],
    );
    finds(
        &NOT_IMPLICIT,
        "  for_each = merge({ x = \"code\" }, var.a ? { y = \"implicit\" } : {})\n  allowed_oauth_flows = [each.value]",
        &["main.tf:3:50 error [\"y\"] \"implicit\" | the flow `implicit` is bad"],
    );
    finds(
        &NOT_IMPLICIT,
        "  count = var.a ? 1 : 2\n  allowed_oauth_flows = [count.index == 1 ? \"implicit\" : \"code\"]",
        &["main.tf:4:45 error [1] \"implicit\" | the flow `implicit` is bad"],
    );
}

#[test]
fn instances_of_an_unknown_collection_are_judged_as_one() {
    finds(
        &SECRET,
        "  for_each = toset(var.l)\n  generate_secret = each.key == \"x\" ? each.key == \"x\" : each.value != \"x\"",
        &[],
    );
    finds(
        &SECRET,
        "  for_each = toset(var.l)\n  generate_secret = each.key == \"x\" ? false : true",
        &["main.tf:4:39 warning - false | no secret, when `each.key` is \"x\""],
    );
    finds(
        &SECRET,
        "  count = length(var.l)\n  generate_secret = count.index == 0 ? true : false",
        &["main.tf:4:47 warning - false | no secret, when `count.index` is not 0"],
    );
}

#[test]
fn dynamic_blocks_of_a_conditional_collection() {
    let body = |collection: &str| {
        format!(
            "  dynamic \"analytics_configuration\" {{\n    for_each = {collection}\n    content {{\n      external_id = \"x\"\n    }}\n  }}"
        )
    };
    finds(
        &ANALYTICS,
        &body("var.a ? [1] : []"),
        &[
            "main.tf:3:3 warning - dynamic \"analytics_configuration\" | no application, when `var.a` is true",
        ],
    );
    finds(
        &ANALYTICS_MISSING,
        &body("var.a ? [1] : []"),
        &[
            "main.tf:2:1 warning - resource \"aws_cognito_user_pool_client\" \"a\" | no analytics, when `var.a` is false",
        ],
    );
    finds(&ANALYTICS_MISSING, &body("var.a ? [1] : [1, 2]"), &[]);
    finds(&ANALYTICS_MISSING, &body("var.l"), &[]);
}

#[test]
fn no_fix_is_offered_for_some_scenarios() {
    let offered = |body: &str| -> Vec<bool> {
        let texts = files(&[("main.tf", &client(body)), ("variables.tf", VARIABLES)]);
        let found = check_files(&NOT_IMPLICIT, &texts).diagnostics;
        found.iter().map(|found| found.fix.is_some()).collect()
    };
    assert_eq!(offered("  allowed_oauth_flows = var.a ? [\"implicit\"] : [\"code\"]"), [false]);
    assert_eq!(
        offered("  allowed_oauth_flows = [\"implicit\", \"code\"]\n  name = var.a ? \"x\" : \"y\""),
        [true]
    );
}
