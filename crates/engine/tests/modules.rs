//! Modules judged once for each call: where findings sit, which calls they name, at which level,
//! and which have a fix.

mod support;

use cfglint_engine::BuiltinRule;
use cfglint_engine::testing::{apply_fixes, check_files};
use support::{NEEDS_SECRET, NOT_IMPLICIT, SECRET, check, files};

/// A module with one client.
const CHILD: &str = r#"variable "flows" {
  type    = list(string)
  default = ["code", "implicit"]
}
variable "secret" {
  type    = bool
  default = null
}
resource "aws_cognito_user_pool_client" "a" {
  allowed_oauth_flows = var.flows
  generate_secret     = var.secret
}
"#;

/// What gives out what it gets.
const OUTPUTS: &str = "output \"flows\" {\n  value = var.flows\n}\n";

const DEFAULT_IS_BAD: &str = "m/main.tf:3:22";

/// A root module that is no library.
fn root(text: &str) -> String {
    format!("provider \"aws\" {{}}\n{text}")
}

/// A call of the module, from the second line of the root module on.
fn call(name: &str, arguments: &str) -> String {
    format!("module \"{name}\" {{\n  source = \"./m\"\n{arguments}}}\n")
}

/// Checks a root module and the module that it calls.
fn calls(rule: &BuiltinRule, text: &str, expect: &[&str]) {
    check(rule, &[("main.tf", &root(text)), ("m/main.tf", CHILD)], expect);
}

fn bad(place: &str, instance: &str, marked: &str) -> String {
    format!("{place} error {instance} {marked} | the flow `implicit` is bad")
}

#[test]
fn a_called_module_is_judged_with_what_its_callers_pass() {
    calls(&NOT_IMPLICIT, &call("m", "  flows = [\"code\"]\n"), &[]);
    calls(
        &NOT_IMPLICIT,
        &call("m", "  flows = [\"implicit\"]\n"),
        &[&bad("main.tf:4:12", "-", "\"implicit\"")],
    );
    calls(&NOT_IMPLICIT, &call("m", "  flows = data.aws_x.y.flows\n"), &[]);
    calls(&NEEDS_SECRET, &call("m", "  flows = [\"client_credentials\"]\n  secret = true\n"), &[]);
}

#[test]
fn a_default_that_no_caller_overrides_is_at_fault() {
    calls(&NOT_IMPLICIT, &call("m", ""), &[&bad(DEFAULT_IS_BAD, "-", "\"implicit\"")]);
    // A null is no value where that is not allowed.
    let strict = CHILD.replacen("  default", "  nullable = false\n  default", 1);
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &root(&call("m", "  flows = null\n"))), ("m/main.tf", &strict)],
        &[&bad("m/main.tf:4:22", "-", "\"implicit\"")],
    );
}

#[test]
fn a_finding_of_all_calls_is_one() {
    let twice = call("a", "") + &call("b", "");
    calls(&NOT_IMPLICIT, &twice, &[&bad(DEFAULT_IS_BAD, "-", "\"implicit\"")]);
    let counted = call("a", "  count = 3\n");
    calls(&NOT_IMPLICIT, &counted, &[&bad(DEFAULT_IS_BAD, "-", "\"implicit\"")]);
}

#[test]
fn a_finding_of_some_calls_names_them() {
    let good = "  flows = [\"code\"]\n";
    calls(
        &NOT_IMPLICIT,
        &(call("a", good) + &call("b", "")),
        &[&bad(DEFAULT_IS_BAD, "module.b.aws_cognito_user_pool_client.a", "\"implicit\"")],
    );
    calls(
        &NOT_IMPLICIT,
        &(call("a", good) + &call("b", "") + &call("c", "")),
        &[&bad(
            DEFAULT_IS_BAD,
            "module.b.aws_cognito_user_pool_client.a and 1 more",
            "\"implicit\"",
        )],
    );
    calls(
        &SECRET,
        &call("a", "  for_each = { x = true, y = false }\n  secret = each.value\n"),
        &["main.tf:4:30 error module.a[\"y\"].aws_cognito_user_pool_client.a false | no secret"],
    );
}

#[test]
fn each_caller_is_blamed_for_its_own_value() {
    let text = call("a", "  flows = [\"implicit\"]\n") + &call("b", "  flows = [\"implicit\"]\n");
    calls(
        &NOT_IMPLICIT,
        &text,
        &[
            "main.tf:4:12 error module.a.aws_cognito_user_pool_client.a \"implicit\" | the flow `implicit` is bad",
            "main.tf:8:12 error module.b.aws_cognito_user_pool_client.a \"implicit\" | the flow `implicit` is bad",
        ],
    );
}

#[test]
fn an_absent_argument_is_blamed_in_the_module() {
    calls(
        &NEEDS_SECRET,
        &call("a", "  flows = [\"client_credentials\"]\n"),
        &["m/main.tf:11:25 error - var.secret | a secret is needed"],
    );
    let two = call("a", "  flows = [\"client_credentials\"]\n")
        + &call("b", "  flows = [\"client_credentials\"]\n  secret = true\n");
    calls(
        &NEEDS_SECRET,
        &two,
        &[
            "m/main.tf:11:25 error module.a.aws_cognito_user_pool_client.a var.secret | a secret is needed",
        ],
    );
}

#[test]
fn modules_are_judged_to_any_depth() {
    let outer = "variable \"x\" {}\nmodule \"m\" {\n  source = \"../m\"\n  flows  = concat([\"code\"], var.x)\n}\n";
    let text = root(
        "module \"o\" {\n  source = \"./o\"\n  x = [\"implicit\"]\n}\nmodule \"p\" {\n  source = \"./o\"\n  x = []\n}\n",
    );
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &text), ("o/main.tf", outer), ("m/main.tf", CHILD)],
        &[
            "main.tf:4:8 error module.o.module.m.aws_cognito_user_pool_client.a \"implicit\" | the flow `implicit` is bad",
        ],
    );
}

#[test]
fn outputs_flow_back() {
    let text = call("m", "  flows = [\"code\"]\n")
        + "resource \"aws_cognito_user_pool_client\" \"r\" {\n  allowed_oauth_flows = concat(module.m.flows, [\"implicit\"])\n}\n";
    let child = format!("{CHILD}{OUTPUTS}");
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &root(&text)), ("m/main.tf", &child)],
        &["main.tf:7:49 error - \"implicit\" | the flow `implicit` is bad"],
    );
    let text = call("m", "  flows = [\"client_credentials\"]\n  secret = true\n")
        + "resource \"aws_cognito_user_pool_client\" \"r\" {\n  allowed_oauth_flows = module.m.flows\n}\n";
    check(
        &NEEDS_SECRET,
        &[("main.tf", &root(&text)), ("m/main.tf", &child)],
        &[
            "main.tf:7:1 error - resource \"aws_cognito_user_pool_client\" \"r\" | a secret is needed",
        ],
    );
}

#[test]
fn what_rests_on_a_default_of_a_library_is_one_level_lower() {
    // A module that nobody calls and that has no provider configuration.
    check(
        &NOT_IMPLICIT,
        &[("m/main.tf", CHILD)],
        &["m/main.tf:3:22 warning - \"implicit\" | the flow `implicit` is bad"],
    );
    // One that somebody calls is no library: what it does not set stays as it is.
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &call("m", "")), ("m/main.tf", CHILD)],
        &["m/main.tf:3:22 error - \"implicit\" | the flow `implicit` is bad"],
    );
    let passes = "variable \"f\" {\n  default = [\"implicit\"]\n}\n".to_owned()
        + &call("m", "  flows = var.f\n");
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &passes), ("m/main.tf", CHILD)],
        &["main.tf:2:14 warning - \"implicit\" | the flow `implicit` is bad"],
    );
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &root(&passes)), ("m/main.tf", CHILD)],
        &["main.tf:3:14 error - \"implicit\" | the flow `implicit` is bad"],
    );
}

#[test]
fn a_fix_leaves_other_calls_alone() {
    let fixed = |text: &str| -> Vec<bool> {
        let texts = files(&[("main.tf", &root(text)), ("m/main.tf", CHILD)]);
        let found = check_files(&NOT_IMPLICIT, &texts).diagnostics;
        found.iter().map(|found| found.fix.is_some()).collect()
    };
    assert_eq!(fixed(&call("a", "")), [true], "all calls have it");
    assert_eq!(fixed(&(call("a", "") + &call("b", "  flows = []\n"))), [false]);
    let own = call("a", "  flows = [\"implicit\"]\n") + &call("b", "  flows = []\n");
    assert_eq!(fixed(&own), [true], "the text of one call is of that call only");
    let repeated = call("a", "  for_each = { x = [\"implicit\"], y = [] }\n  flows = each.value\n");
    assert_eq!(fixed(&repeated), [true]);
    let texts = files(&[("main.tf", &root(&own)), ("m/main.tf", CHILD)]);
    let after = apply_fixes(&NOT_IMPLICIT, &texts);
    assert_eq!(after[0].1, root(&own).replacen("[\"implicit\"]", "[]", 1));
    assert_eq!(after[1].1, CHILD);
}

#[test]
fn a_call_that_leads_back_ends() {
    let looped =
        format!("{CHILD}module \"again\" {{\n  source = \"../m\"\n  flows  = var.flows\n}}\n");
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &root(&call("m", ""))), ("m/main.tf", &looped)],
        &[
            "m/main.tf:10:25 error - var.flows | the flow `implicit` is bad",
            "m/main.tf:14:12 error - \"../m\" | `module.again` calls a module from within itself, without end",
        ],
    );
}

#[test]
fn conditions_of_callers_are_questions_of_the_module() {
    calls(
        &NEEDS_SECRET,
        &("variable \"on\" {}\n".to_owned()
            + &call(
                "m",
                "  flows = var.on ? [\"client_credentials\"] : [\"code\"]\n  secret = var.on\n",
            )),
        &[],
    );
    calls(
        &NEEDS_SECRET,
        &("variable \"on\" {}\n".to_owned()
            + &call(
                "m",
                "  flows = var.on ? [\"client_credentials\"] : [\"code\"]\n  secret = false\n",
            )),
        &["main.tf:6:12 warning - false | a secret is needed, when `var.on` is true"],
    );
    let own = "variable \"on\" {}\nresource \"aws_cognito_user_pool_client\" \"a\" {\n  generate_secret = var.on ? false : true\n}\n";
    let root = root(
        "variable \"stage\" {}\nmodule \"m\" {\n  source = \"./m\"\n  on = var.stage == \"dev\"\n}\nmodule \"n\" {\n  source = \"./m\"\n  on = false\n}\n",
    );
    check(
        &SECRET,
        &[("main.tf", &root), ("m/main.tf", own)],
        &[
            "m/main.tf:3:30 warning module.m.aws_cognito_user_pool_client.a false | no secret, when `var.stage` is \"dev\"",
        ],
    );
}

#[test]
fn a_condition_that_decides_which_calls_there_are() {
    let own = "variable \"all\" {}\nresource \"aws_cognito_user_pool_client\" \"a\" {\n  for_each        = var.all\n  generate_secret = each.value\n}\n";
    let root = root(
        "variable \"on\" {\n  type = bool\n}\nmodule \"m\" {\n  source   = \"./m\"\n  for_each = var.on ? { x = true } : { y = false }\n  all      = { (each.key) = each.value }\n}\n",
    );
    check(
        &SECRET,
        &[("main.tf", &root), ("m/main.tf", own)],
        &["main.tf:7:44 error module.m[\"y\"].aws_cognito_user_pool_client.a false | no secret"],
    );
}

#[test]
fn a_fix_leaves_what_shares_its_text_alone() {
    let inner = r#"variable "flows" {}
variable "on" {}
resource "aws_cognito_user_pool_client" "a" {
  allowed_oauth_flows = var.on ? var.flows : []
}
"#;
    let fixed = |texts: &[(&str, &str)]| -> Vec<bool> {
        let found = check_files(&NOT_IMPLICIT, &files(texts)).diagnostics;
        found.iter().map(|found| found.fix.is_some()).collect()
    };
    // What a module between passes is the same for all who call that.
    let outer = |flows: &str| {
        format!(
            "variable \"on\" {{}}\nvariable \"flows\" {{\n  default = null\n}}\nmodule \"inner\" {{\n  source = \"./n\"\n  flows  = {flows}\n  on     = var.on\n}}\n"
        )
    };
    let both = call("a", "  on = true\n  flows = [\"implicit\"]\n") + &call("b", "  on = false\n");
    let nested = |outer: &str| {
        fixed(&[("main.tf", &root(&both)), ("m/main.tf", outer), ("m/n/main.tf", inner)])
    };
    assert_eq!(nested(&outer("[\"implicit\"]")), [false]);
    assert_eq!(nested(&outer("var.flows")), [true]);
    // What a call passes is the same for all its instances, but for what `each.value` is.
    let repeated =
        |arguments: &str| fixed(&[("main.tf", &root(&call("a", arguments))), ("m/main.tf", inner)]);
    let each =
        "  for_each = { x = true, y = false }\n  on = each.value\n  flows = [\"implicit\"]\n";
    assert_eq!(repeated(each), [false]);
    let each = "  for_each = { x = [\"implicit\"], y = [] }\n  on = each.key == \"x\"\n  flows = each.value\n";
    assert_eq!(repeated(each), [true]);
}

#[test]
fn a_finding_of_all_instances_of_a_call_is_one() {
    let both = call("m", "  count = 2\n  flows = [\"implicit\"]\n");
    calls(&NOT_IMPLICIT, &both, &[&bad("main.tf:5:12", "-", "\"implicit\"")]);
    let some =
        call("m", "  for_each = { a = 1, b = 1, \"c]\\\"\" = 1 }\n  flows = [\"implicit\"]\n")
            + &call("n", "  flows = []\n");
    calls(
        &NOT_IMPLICIT,
        &some,
        &[&bad(
            "main.tf:5:12",
            "module.m[\"a\"].aws_cognito_user_pool_client.a and 2 more",
            "\"implicit\"",
        )],
    );
}
