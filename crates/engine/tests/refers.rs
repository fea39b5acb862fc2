//! What rules may ask of where values come from.

mod support;

use support::probe::{answers, answers_of, ask, pool, root};

const POOL: &str = "aws_cognito_user_pool.main.id";

/// What `refers_to(self.user_pool_id).PART` is said to be.
#[track_caller]
fn refers(part: &str, is: &str, text: &str, expect: &[&str]) {
    ask(&format!("refers_to(self.user_pool_id).{part} == \"{is}\""), text, expect);
}

#[test]
fn an_attribute_is_known_by_its_resource() {
    let text = root("aws_cognito_user_pool.main.arn", &pool("main"));
    refers("attribute", "arn", &text, &["yes"]);
    refers("attribute", "id", &text, &["no"]);
    refers("kind", "resource", &text, &["yes"]);
    refers("type", "aws_cognito_user_pool", &text, &["yes"]);
    refers("name", "main", &text, &["yes"]);
    refers("address", "aws_cognito_user_pool.main", &text, &["yes"]);
    refers("module", "", &text, &["yes"]);
}

#[test]
fn resources_need_not_be_declared() {
    let text = root("aws_cognito_user_pool.main.arn", "");
    refers("attribute", "arn", &text, &["yes"]);
    let data = root("data.aws_cognito_user_pool.main.arn", "");
    refers("kind", "data", &data, &["yes"]);
    refers("attribute", "arn", &data, &["yes"]);
}

#[test]
fn ways_do_not_matter() {
    let rest = "locals {\n  pool = aws_cognito_user_pool.main.arn\n}\n".to_owned() + &pool("main");
    refers("attribute", "arn", &root("local.pool", &rest), &["yes"]);
    refers("attribute", "arn", &root("(aws_cognito_user_pool.main.arn)", &rest), &["yes"]);
    refers("attribute", "arn", &root("\"${aws_cognito_user_pool.main.arn}\"", &rest), &["yes"]);
    refers("attribute", "arn", &root("aws_cognito_user_pool.main[\"arn\"]", &rest), &["yes"]);
    ask(
        "refers_to(self.user_pool_id).attribute == null",
        &root("aws_cognito_user_pool.main", &rest),
        &["yes"],
    );
}

#[test]
fn what_is_known_is_known_by_its_way() {
    let text = |value: &str| {
        let locals = "locals {\n  n = aws_cognito_user_pool.main.name\n  w = \"main\"\n}\n";
        root(value, &(locals.to_owned() + &pool("main")))
    };
    refers("attribute", "name", &text("aws_cognito_user_pool.main.name"), &["yes"]);
    refers("attribute", "name", &text("local.n"), &["yes"]);
    ask("refers_to(self.user_pool_id) == null", &text("\"us-east-1_abc\""), &["yes"]);
    ask("refers_to(self.user_pool_id) == null", &text("local.w"), &["yes"]);
    // A document of its own says nothing.
    ask("refers_to(self.user_pool_id) == null", &text("null"), &["yes"]);
}

#[test]
fn what_says_nothing_of_itself_is_unknown() {
    let rest = "variable \"v\" {}\nvariable \"w\" {\n  type = bool\n}\n".to_owned() + &pool("main");
    for value in [
        "var.v",
        "lower(aws_cognito_user_pool.main.arn)",
        "var.w ? aws_cognito_user_pool.main.arn : var.v",
        "try(aws_cognito_user_pool.main.arn, var.v)",
        "\"${aws_cognito_user_pool.main.arn}-x\"",
        "one(aws_cognito_user_pool.other[*].arn)",
        "module.pools.user_pool.main.arn",
        "data.terraform_remote_state.s.outputs.pool_arn[0]",
    ] {
        let text = root(value, &rest);
        let expect: &[&str] = if value.starts_with("var.w") {
            &["yes, when `var.w` is true"]
        } else if value.starts_with("data") {
            &["no"]
        } else {
            &[]
        };
        ask("refers_to(self.user_pool_id).attribute == \"arn\"", &text, expect);
    }
}

#[test]
fn modules_are_followed() {
    let child = "resource \"aws_cognito_user_pool\" \"p\" {\n  name = \"p\"\n}\noutput \"arn\" {\n  value = aws_cognito_user_pool.p.arn\n}\noutput \"name\" {\n  value = aws_cognito_user_pool.p.name\n}\n";
    let calls = "module \"one\" {\n  source = \"./pool\"\n}\nmodule \"some\" {\n  source = \"./pool\"\n  for_each = toset([\"a.b\"])\n}\n";
    let ask = |value: &str, question: &str, expect: &[&str]| {
        let main = root(value, calls);
        let files = [("main.tf", main.as_str()), ("pool/main.tf", child)];
        assert_eq!(answers(question, &files), expect, "{value} {question}");
    };
    let address = |address: &str| format!("refers_to(self.user_pool_id).address == {address:?}");
    ask("module.one.arn", &address("module.one.aws_cognito_user_pool.p"), &["yes"]);
    ask("module.one.name", &address("module.one.aws_cognito_user_pool.p"), &["yes"]);
    ask("module.one.name", "refers_to(self.user_pool_id).attribute == \"name\"", &["yes"]);
    let keyed = address("module.some[\"a.b\"].aws_cognito_user_pool.p");
    ask("module.some[\"a.b\"].arn", &keyed, &["yes"]);
    ask("module.some[\"a.b\"].arn", "refers_to(self.user_pool_id).module == \"\"", &["no"]);
    ask("module.gone.pool.x.arn", "refers_to(self.user_pool_id).attribute == \"arn\"", &[]);
}

#[test]
fn keys_are_part_of_instances() {
    let pools = "variable \"n\" {\n  type = number\n}\nresource \"aws_cognito_user_pool\" \"p\" {\n  count = 2\n  name = \"p\"\n}\nresource \"aws_cognito_user_pool\" \"q\" {\n  count = var.n\n  name = \"q\"\n}\n";
    let address = "refers_to(self.user_pool_id).address == \"aws_cognito_user_pool.p[1]\"";
    ask(address, &root("aws_cognito_user_pool.p[1].id", pools), &["yes"]);
    ask(address, &root("aws_cognito_user_pool.p[0].id", pools), &["no"]);
    ask(address, &root("aws_cognito_user_pool.q[0].id", pools), &["no"]);
    ask(address, &root("aws_cognito_user_pool.p.1.id", pools), &["yes"]);
    ask(address, &root("element(aws_cognito_user_pool.p[*].id, 1)", pools), &["yes"]);
    ask(address, &root("element(aws_cognito_user_pool.q[*].id, 0)", pools), &[]);
}

#[test]
fn values_are_the_same_or_not() {
    let pools = pool("main")
        + &pool("other")
        + "variable \"v\" {}\ndata \"aws_cognito_user_pool\" \"d\" {\n  user_pool_id = \"x\"\n}\nlocals {\n  same = aws_cognito_user_pool.main.id\n}\n";
    let check = |one: &str, two: &str, expect: &[&str]| {
        let text = root(one, &pools).replace("name = \"a\"", &format!("name = {two}"));
        ask("is_same(self.user_pool_id, self.name)", &text, expect);
        let text = root(two, &pools).replace("name = \"a\"", &format!("name = {one}"));
        ask("is_same(self.user_pool_id, self.name)", &text, expect);
    };
    check(POOL, POOL, &["yes"]);
    check(POOL, "local.same", &["yes"]);
    check(POOL, "aws_cognito_user_pool.other.id", &["no"]);
    check(POOL, "aws_cognito_user_pool.undeclared.id", &[]);
    check(POOL, "aws_cognito_user_pool.other.arn", &[]);
    check(POOL, "aws_cognito_user_pool.main.arn", &[]);
    check("aws_cognito_user_pool.main.endpoint", "aws_cognito_user_pool.other.endpoint", &[]);
    check("aws_cognito_user_pool.main.endpoint", "aws_cognito_user_pool.main.endpoint", &["yes"]);
    check(POOL, "var.v", &[]);
    check("var.v", "var.v", &["yes"]);
    check(POOL, "data.aws_cognito_user_pool.d.id", &[]);
    check("data.aws_cognito_user_pool.d.id", "data.aws_cognito_user_pool.d.id", &["yes"]);
    check(POOL, "\"us-east-1_abc\"", &[]);
    check("\"a\"", "\"a\"", &["yes"]);
    check("\"a\"", "\"b\"", &["no"]);
}

#[test]
fn instances_are_told_apart_by_known_keys() {
    let pools = "variable \"n\" {\n  type = number\n}\nresource \"aws_cognito_user_pool\" \"p\" {\n  count = 2\n  name = \"p\"\n}\nresource \"aws_cognito_user_pool\" \"q\" {\n  count = var.n\n  name = \"q\"\n}\n";
    let check = |one: &str, two: &str, expect: &[&str]| {
        let text = root(one, pools).replace("name = \"a\"", &format!("name = {two}"));
        ask("is_same(self.user_pool_id, self.name)", &text, expect);
    };
    check("aws_cognito_user_pool.p[0].id", "aws_cognito_user_pool.p[1].id", &["no"]);
    check("aws_cognito_user_pool.p[1].id", "aws_cognito_user_pool.p[1].id", &["yes"]);
    check("aws_cognito_user_pool.p[0].id", "aws_cognito_user_pool.q[0].id", &[]);
    check("aws_cognito_user_pool.q[0].id", "aws_cognito_user_pool.q[1].id", &[]);
    check("aws_cognito_user_pool.q[0].id", "aws_cognito_user_pool.q[0].id", &["yes"]);
}

/// What mentions the secret of a client.
#[test]
fn values_mention_what_they_are_made_of() {
    let rest = "variable \"v\" {}\nvariable \"w\" {\n  type = bool\n}\n".to_owned();
    let client = "resource \"aws_cognito_user_pool_client\" \"x\" {\n  name = \"x\"\n  user_pool_id = var.v\n  generate_secret = true\n}\n";
    let question = "mentions(self.value, \"aws_cognito_user_pool_client\", \"client_secret\")";
    let check = |value: &str, expect: &[&str]| {
        let text = format!(
            "provider \"aws\" {{}}\nresource \"aws_ssm_parameter\" \"p\" {{\n  name = \"p\"\n  type = \"String\"\n  value = {value}\n}}\n{rest}{client}"
        );
        let found = answers_of("aws_ssm_parameter", question, &[("main.tf", &text)]);
        assert_eq!(found, expect, "{value}");
    };
    check("aws_cognito_user_pool_client.x.client_secret", &["yes"]);
    check("aws_cognito_user_pool_client.gone.client_secret", &["yes"]);
    check("nonsensitive(aws_cognito_user_pool_client.x.client_secret)", &["yes"]);
    check("base64encode(aws_cognito_user_pool_client.x.client_secret)", &["yes"]);
    check("jsonencode(aws_cognito_user_pool_client.x)", &["yes"]);
    check("aws_cognito_user_pool_client.x.id", &["no"]);
    check("\"text\"", &["no"]);
    check("var.v", &[]);
    check("coalesce(var.v, aws_cognito_user_pool_client.x.client_secret)", &[]);
    check(
        "var.w ? aws_cognito_user_pool_client.x.client_secret : \"none\"",
        &["no, when `var.w` is false", "yes, when `var.w` is true"],
    );
}
