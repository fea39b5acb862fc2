//! Looks at other blocks: the resource that a value is an attribute of, and all that have a value. One
//! file because all tests ask the same probes.

mod support;

use cfglint_engine::testing::check_files;
use cfglint_engine::{BlockContext, BuiltinRule, RuleCode};
use support::files;
use support::probe::{answers, answers_of, ask, domain, page, pool, root};

const POOL: &str = "aws_cognito_user_pool.main.id";
/// Whether the pool of a client has no domain.
const NONE: &str =
    "length(others(\"aws_cognito_user_pool_domain\", \"user_pool_id\", self.user_pool_id)) == 0";
const NONE_KNOWN: &str = "length(known_others(\"aws_cognito_user_pool_domain\", \"user_pool_id\", self.user_pool_id)) == 0";
const CLOSED: &str = "is_closed(self.user_pool_id)";

/// The client of the pool `main` in a root module, with more.
fn main_pool(rest: &str) -> String {
    root(POOL, &(pool("main") + rest))
}

#[track_caller]
fn check(rest: &str, all: &[&str], known: &[&str]) {
    let text = main_pool(rest);
    ask(NONE, &text, all);
    ask(NONE_KNOWN, &text, known);
}

#[test]
fn all_that_refer_to_a_resource_are_found() {
    check("", &["yes"], &["yes"]);
    check(&domain("d", POOL), &["no"], &["no"]);
    check(&domain("d", "aws_cognito_user_pool.other.id"), &[], &["yes"]);
    let other = pool("other") + &domain("d", "aws_cognito_user_pool.other.id");
    check(&other, &["yes"], &["yes"]);
    let local = "locals {\n  pool = aws_cognito_user_pool.main.id\n}\n".to_owned();
    check(&(local + &domain("d", "local.pool")), &["no"], &["no"]);
}

#[test]
fn what_is_not_decided_is_not_claimed() {
    let variable = "variable \"v\" {}\n".to_owned();
    check(&(variable + &domain("d", "var.v")), &[], &["yes"]);
    check(&domain("d", "\"us-east-1_abc\""), &[], &["yes"]);
    check(&domain("d", "aws_cognito_user_pool.main.arn"), &[], &["yes"]);
    check(&domain("d", "lower(aws_cognito_user_pool.main.id)"), &[], &["yes"]);
    let data = "data \"aws_cognito_user_pool\" \"d\" {\n  user_pool_id = \"x\"\n}\n".to_owned();
    check(&(data + &domain("d", "data.aws_cognito_user_pool.d.id")), &[], &["yes"]);
    check(&domain("d", "try(aws_cognito_user_pool.main.id, \"\")"), &[], &["yes"]);
}

#[test]
fn values_that_are_no_attribute_of_a_declared_resource_leave_the_rest_open() {
    let rest =
        "variable \"v\" {}\ndata \"aws_cognito_user_pool\" \"d\" {\n  user_pool_id = \"x\"\n}\n";
    for value in [
        "var.v",
        "\"us-east-1_abc\"",
        "data.aws_cognito_user_pool.d.id",
        "aws_cognito_user_pool.gone.id",
    ] {
        ask(NONE, &root(value, &(rest.to_owned() + &domain("d", value))), &[]);
        ask(NONE, &root(value, rest), &[]);
        ask(NONE_KNOWN, &root(value, &(rest.to_owned() + &domain("d", value))), &["no"]);
    }
    ask(CLOSED, &root("\"us-east-1_abc\"", ""), &["no"]);
    ask(CLOSED, &root("data.aws_cognito_user_pool.d.id", rest), &["no"]);
    ask(CLOSED, &root("var.v", rest), &[]);
    ask(CLOSED, &root("aws_cognito_user_pool.gone.id", ""), &[]);
}

#[test]
fn providers_do_not_matter() {
    let west = "provider \"aws\" {\n  alias = \"west\"\n}\n".to_owned() + &domain("d", POOL);
    check(&west.replace("  domain", "  provider = aws.west\n  domain"), &["no"], &["no"]);
}

#[test]
fn undecided_existence_splits_into_cases() {
    let flag = "variable \"d\" {\n  type = bool\n}\n".to_owned();
    let counted = domain("d", POOL).replace("  domain", "  count = var.d ? 1 : 0\n  domain");
    let expect = ["no, when `var.d` is true", "yes, when `var.d` is false"];
    check(&(flag.clone() + &counted), &expect, &expect);
    let each =
        domain("d", POOL).replace("  domain", "  for_each = var.d ? { a = 1 } : {}\n  domain");
    check(&(flag.clone() + &each), &expect, &expect);
    let chosen = domain("d", "var.d ? aws_cognito_user_pool.main.id : aws_cognito_user_pool.o.id");
    check(&(flag + &chosen + &pool("o")), &expect, &expect);
    let number = "variable \"n\" {\n  type = number\n}\n".to_owned();
    let some = domain("d", POOL).replace("  domain", "  count = var.n\n  domain");
    check(&(number + &some), &[], &["yes"]);
}

#[test]
fn conditions_of_both_blocks_are_one() {
    // Where there is a client, there is a domain.
    let flag = "variable \"d\" {\n  type = bool\n}\n".to_owned();
    let text = main_pool(&(flag + &domain("d", POOL)));
    let text = text.replace("  domain", "  count = var.d ? 1 : 0\n  domain");
    let text = text.replace("  name = \"a\"", "  count = var.d ? 1 : 0\n  name = \"a\"");
    ask(NONE, &text, &["no"]);
    let text = text.replacen("count = var.d ? 1 : 0", "count = var.d ? 0 : 1", 1);
    ask(NONE, &text, &["yes"]);
}

#[test]
fn repeated_pools_are_told_apart() {
    let pools = "resource \"aws_cognito_user_pool\" \"p\" {\n  for_each = toset([\"a\", \"b\"])\n  name = each.key\n}\n";
    let clients = |key: &str, rest: &str| {
        let text = root(&format!("aws_cognito_user_pool.p[{key}].id"), &(pools.to_owned() + rest));
        text.replace("  name = \"a\"", "  for_each = toset([\"a\", \"b\"])\n  name = \"a\"")
    };
    let domain_of = |pool: &str| domain("d", &format!("aws_cognito_user_pool.p[{pool}].id"));
    let each = domain_of("each.key").replace("  domain", "  for_each = toset([\"a\"])\n  domain");
    ask(NONE, &clients("each.key", &each), &["no", "yes"]);
    ask(NONE, &clients("\"a\"", &domain_of("\"a\"")), &["no"]);
    ask(NONE, &clients("\"a\"", &domain_of("\"b\"")), &["yes"]);
    // Keys that are not known.
    let unknown = "variable \"k\" {\n  type = set(string)\n}\n".to_owned()
        + &pools.replace("toset([\"a\", \"b\"])", "var.k");
    let text = root("aws_cognito_user_pool.p[\"a\"].id", &(unknown + &domain_of("\"a\"")));
    ask(NONE, &text, &[]);
    ask(NONE_KNOWN, &text, &["no"]);
}

#[test]
fn a_pool_that_may_be_created_says_nothing_behind_try() {
    let rest = "variable \"v\" {}\nvariable \"create\" {\n  type = bool\n}\nresource \"aws_cognito_user_pool\" \"x\" {\n  count = var.create ? 1 : 0\n  name = \"x\"\n}\n";
    let value = "try(aws_cognito_user_pool.x[0].id, var.v)";
    ask(NONE, &root(value, rest), &[]);
    ask(CLOSED, &root(value, rest), &[]);
    ask(&NONE.replace("== 0", ">= 0"), &root(value, rest), &[]);
    let direct = root("var.create ? aws_cognito_user_pool.x[0].id : var.v", rest);
    ask(NONE, &direct, &["yes, when `var.create` is true"]);
    ask(CLOSED, &direct, &["yes, when `var.create` is true"]);
}

#[test]
fn modules_are_searched() {
    let child = "variable \"pool\" {}\nvariable \"make\" {\n  type = bool\n  default = true\n}\nresource \"aws_cognito_user_pool_domain\" \"d\" {\n  count = var.make ? 1 : 0\n  domain = \"d\"\n  user_pool_id = var.pool\n}\n";
    let check = |call: &str, expect: &[&str]| {
        let main = main_pool(&format!(
            "variable \"m\" {{\n  type = bool\n}}\nmodule \"d\" {{\n  source = \"./d\"\n{call}\n}}\n"
        ));
        let files = [("main.tf", main.as_str()), ("d/main.tf", child)];
        assert_eq!(answers(NONE, &files), expect, "{call}");
    };
    check("pool = aws_cognito_user_pool.main.id", &["no"]);
    check("pool = aws_cognito_user_pool.main.id\nmake = false", &["yes"]);
    check(
        "pool = aws_cognito_user_pool.main.id\nmake = var.m",
        &["no, when `var.m` is true", "yes, when `var.m` is false"],
    );
    check(
        "pool = aws_cognito_user_pool.main.id\ncount = var.m ? 1 : 0",
        &["no, when `var.m` is true", "yes, when `var.m` is false"],
    );
    check("pool = \"else\"", &[]);
}

#[test]
fn a_client_in_a_module_finds_what_its_caller_declares() {
    let child = "variable \"pool\" {}\nresource \"aws_cognito_user_pool_client\" \"c\" {\n  name = \"a\"\n  user_pool_id = var.pool\n}\n";
    let check = |rest: &str, expect: &[&str]| {
        let main = format!(
            "provider \"aws\" {{}}\n{}{rest}module \"c\" {{\n  source = \"./c\"\n  pool = {POOL}\n}}\n",
            pool("main")
        );
        let files = [("main.tf", main.as_str()), ("c/main.tf", child)];
        assert_eq!(answers(NONE, &files), expect, "{rest}");
    };
    check("", &["yes"]);
    check(&domain("d", POOL), &["no"]);
}

#[test]
fn what_is_given_to_what_cannot_be_seen_leaves_the_rest_open() {
    let open = |rest: &str| check(rest, &[], &["yes"]);
    let closed = |rest: &str| check(rest, &["yes"], &["yes"]);
    open(
        "module \"x\" {\n  source = \"registry/x/aws\"\n  pool = aws_cognito_user_pool.main.id\n}\n",
    );
    open(
        "module \"x\" {\n  source = \"./gone\"\n  pools = [for p in [aws_cognito_user_pool.main] : p.id]\n}\n",
    );
    open(
        "locals {\n  l = { pool = aws_cognito_user_pool.main.id }\n}\nmodule \"x\" {\n  source = \"registry/x/aws\"\n  all = local.l\n}\n",
    );
    closed("module \"x\" {\n  source = \"registry/x/aws\"\n  pool = \"x\"\n}\n");
    closed(
        "module \"x\" {\n  source = \"registry/x/aws\"\n  client = aws_cognito_user_pool_client.c.id\n}\n",
    );
    open(
        "module \"x\" {\n  source = \"registry/x/aws\"\n  client = aws_cognito_user_pool_client.c.user_pool_id\n}\n",
    );
    open(
        "module \"x\" {\n  source = \"registry/x/aws\"\n  client = aws_cognito_user_pool_client.c\n}\n",
    );
    open(
        "resource \"aws_cloudformation_stack\" \"s\" {\n  name = \"s\"\n  parameters = { Pool = aws_cognito_user_pool.main.id }\n}\n",
    );
    open("resource \"elsewhere_thing\" \"s\" {\n  pool = aws_cognito_user_pool.main.id\n}\n");
    open(
        "resource \"terraform_data\" \"s\" {\n  input = aws_cognito_user_pool.main.id\n  provisioner \"local-exec\" {\n    command = \"make\"\n  }\n}\n",
    );
    closed(
        "resource \"aws_ssm_parameter\" \"s\" {\n  name = \"s\"\n  value = aws_cognito_user_pool.main.id\n}\n",
    );
    open(
        "data \"aws_cognito_user_pools\" \"d\" {\n  name = aws_cognito_user_pool.main.name\n}\nmodule \"x\" {\n  source = \"registry/x/aws\"\n  pool = data.aws_cognito_user_pools.d.ids\n}\n",
    );
}

#[test]
fn what_is_not_read_may_hold_more() {
    check("resource \"aws_cognito_user_pool_domain\" {\n", &[], &["yes"]);
    let main = main_pool("");
    let broken = [("main.tf", main.as_str()), ("more.tf", "resource \"aws_cognito_user\n")];
    assert_eq!(answers(NONE, &broken), [""; 0]);
}

#[test]
fn outputs_matter_where_others_call() {
    let library = main_pool("").replace("provider \"aws\" {}\n", "");
    let output = |value: &str| format!("output \"o\" {{\n  value = {value}\n}}\n");
    ask(NONE, &library, &["yes"]);
    ask(CLOSED, &library, &["yes"]);
    for value in [
        POOL,
        "aws_cognito_user_pool.main.arn",
        "[aws_cognito_user_pool.main]",
        "aws_cognito_user_pool_client.c",
    ] {
        ask(NONE, &(library.clone() + &output(value)), &[]);
        ask(CLOSED, &(library.clone() + &output(value)), &["no"]);
        // What nobody calls gives nothing to modules; other states may read it.
        ask(NONE, &main_pool(&output(value)), &["yes"]);
        ask(CLOSED, &main_pool(&output(value)), &["no"]);
    }
    ask(NONE, &(library.clone() + &output("aws_cognito_user_pool_client.c.id")), &["yes"]);
    ask(CLOSED, &(library + &output("aws_cognito_user_pool_client.c.id")), &["yes"]);
}

#[test]
fn what_is_imported_is_not_closed() {
    ask(CLOSED, &main_pool(""), &["yes"]);
    let import = "import {\n  to = aws_cognito_user_pool.main\n  id = \"us-east-1_abc\"\n}\n";
    ask(CLOSED, &main_pool(import), &["no"]);
    ask(CLOSED, &main_pool(&import.replace("main", "other[0]")), &["yes"]);
    ask(CLOSED, &main_pool(&import.replace("main", "main[\"x\"]")), &["no"]);
}

#[test]
fn what_is_stored_for_others_is_not_closed() {
    let store = |value: &str| {
        format!(
            "resource \"aws_ssm_parameter\" \"s\" {{\n  name = \"s\"\n  type = \"String\"\n  value = {value}\n}}\n"
        )
    };
    ask(CLOSED, &main_pool(&store(POOL)), &["no"]);
    ask(NONE, &main_pool(&store(POOL)), &["yes"]);
    ask(
        CLOSED,
        &main_pool(&store("jsonencode({ pool = aws_cognito_user_pool.main.arn })")),
        &["no"],
    );
    ask(CLOSED, &main_pool(&store("aws_cognito_user_pool_client.c.id")), &["yes"]);
}

#[test]
fn the_block_itself_is_no_other() {
    let same = "length(others(\"aws_cognito_user_pool_client\", \"user_pool_id\", self.user_pool_id)) == 0";
    ask(same, &main_pool(""), &["yes"]);
    let second = "resource \"aws_cognito_user_pool_client\" \"d\" {\n  name = \"b\"\n  user_pool_id = aws_cognito_user_pool.main.id\n}\n";
    ask(same, &main_pool(second), &["no", "no"]);
    let counted = main_pool("").replace("  name = \"a\"", "  count = 2\n  name = \"a\"");
    ask(same, &counted, &["no"]);
    let unknown = "variable \"n\" {\n  type = number\n}\n";
    let counted = main_pool(unknown).replace("  name = \"a\"", "  count = var.n\n  name = \"a\"");
    ask(same, &counted, &[]);
}

#[test]
fn the_resource_of_a_value_is_seen_as_it_is_written() {
    let text = |body: &str, rest: &str| {
        root(
            POOL,
            &format!(
                "resource \"aws_cognito_user_pool\" \"main\" {{\n  name = \"p\"\n{body}\n}}\n{rest}"
            ),
        )
    };
    let names = "[for s in resource_of(self.user_pool_id).schema : s.name] == [\"x\"]";
    let schema = "schema {\n  name = \"x\"\n  attribute_data_type = \"String\"\n}\n";
    ask(names, &text(schema, ""), &["yes"]);
    ask(names, &text("", ""), &["no"]);
    let of_type = |of: &str| format!("resource_of(self.user_pool_id, {of:?}).name == \"p\"");
    ask(&of_type("aws_cognito_user_pool"), &text("", ""), &["yes"]);
    ask(&of_type("aws_cognito_user_pool_domain"), &text("", ""), &[]);
    ask(
        "resource_of(self.user_pool_id)._address == \"aws_cognito_user_pool.main\"",
        &text("", ""),
        &["yes"],
    );
    // What is ignored may have been made otherwise.
    let ignored = |what: &str| format!("{schema}\nlifecycle {{\n  ignore_changes = {what}\n}}\n");
    ask(names, &text(&ignored("[schema]"), ""), &[]);
    ask(names, &text(&ignored("all"), ""), &[]);
    ask(names, &text(&ignored("[schema[0].name]"), ""), &[]);
    ask(names, &text(&ignored("[name]"), ""), &["yes"]);
    let dynamic = "dynamic \"schema\" {\n  for_each = var.s\n  content {\n    name = \"x\"\n    attribute_data_type = \"String\"\n  }\n}\n";
    ask(names, &text(dynamic, "variable \"s\" {}\n"), &[]);
}

#[test]
fn ignored_arguments_of_candidates_are_open() {
    let ignored = domain("d", "aws_cognito_user_pool.o.id")
        .replace("  domain", "  lifecycle {\n    ignore_changes = [user_pool_id]\n  }\n  domain");
    check(&(pool("o") + &ignored), &[], &["yes"]);
}

#[test]
fn no_resource_is_unknown() {
    for value in [
        "\"us-east-1_abc\"",
        "data.aws_cognito_user_pool.d.id",
        "aws_cognito_user_pool.gone.id",
        "var.v",
    ] {
        let text = root(
            value,
            "variable \"v\" {}\ndata \"aws_cognito_user_pool\" \"d\" {\n  user_pool_id = \"x\"\n}\n",
        );
        ask("resource_of(self.user_pool_id).name == null", &text, &[]);
        ask("resource_of(self.user_pool_id) == null", &text, &[]);
    }
}

#[test]
fn conditions_in_other_blocks_are_cases() {
    let flags = "variable \"a\" {\n  type = bool\n}\nvariable \"b\" {\n  type = bool\n}\n";
    let pool = "resource \"aws_cognito_user_pool\" \"main\" {\n  name = var.a ? \"x\" : \"y\"\n  alias_attributes = var.b ? [\"email\"] : null\n}\n";
    let text = root(POOL, &(flags.to_owned() + pool));
    // Only what is read matters.
    ask(
        "resource_of(self.user_pool_id, \"aws_cognito_user_pool\").name == \"x\"",
        &text,
        &["no, when `var.a` is false", "yes, when `var.a` is true"],
    );
    let text = text.replace("name = \"a\"", "name = var.a ? \"x\" : \"z\"");
    ask(
        "resource_of(self.user_pool_id).name == self.name",
        &text,
        &["no, when `var.a` is false", "yes, when `var.a` is true"],
    );
}

/// No answer of a configuration in which variables are set contradicts the one without them.
#[test]
fn known_answers_stay() {
    let texts = [
        "count = var.a ? 1 : 0\n  user_pool_id = var.b ? aws_cognito_user_pool.main.id : aws_cognito_user_pool.o.id",
        "for_each = var.a ? toset([\"x\"]) : toset([])\n  user_pool_id = aws_cognito_user_pool.o.id",
        "count = var.a && var.b ? 1 : 0\n  user_pool_id = aws_cognito_user_pool.main.id",
        "user_pool_id = var.a ? var.b ? aws_cognito_user_pool.main.id : \"x\" : aws_cognito_user_pool.o.id",
        "user_pool_id = coalesce(var.a ? null : aws_cognito_user_pool.o.id, aws_cognito_user_pool.main.id)",
    ];
    let questions = [
        NONE,
        NONE_KNOWN,
        CLOSED,
        "is_same(self.user_pool_id, self.name)",
        "refers_to(self.user_pool_id).name == \"main\"",
    ];
    for body in texts {
        for pool_of_client in
            [POOL, "var.b ? aws_cognito_user_pool.main.id : aws_cognito_user_pool.o.id"]
        {
            let rest = format!(
                "{}{}resource \"aws_cognito_user_pool_domain\" \"d\" {{\n  domain = \"d\"\n  {body}\n}}\nvariable \"a\" {{\n  type = bool\n}}\nvariable \"b\" {{\n  type = bool\n}}\n",
                pool("main"),
                pool("o")
            );
            let text = root(pool_of_client, &rest);
            for question in questions {
                let open = answers(question, &[("main.tf", &text)]);
                for (a, b) in [(true, true), (true, false), (false, true), (false, false)] {
                    let set = format!("a = {a}\nb = {b}\n");
                    let closed = answers(question, &[("main.tf", &text), ("x.auto.tfvars", &set)]);
                    assert!(closed.len() <= 1, "{closed:?}");
                    if let [only] = &*open
                        && !only.contains("when")
                    {
                        assert_eq!(closed, open, "{question} {set}\n{text}");
                    }
                    for found in &closed {
                        let is_told = open.iter().any(|other| other.starts_with(&**found));
                        assert!(open.is_empty() || is_told, "{question} {set} {open:?} {closed:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn rust_checks_have_the_same() {
    const RULE: fn() -> BuiltinRule = || BuiltinRule {
        code: RuleCode::Block(|block, reporter| {
            let pool = block.get("user_pool_id");
            let of = ("aws_cognito_user_pool_domain", "user_pool_id");
            if let Some(others) = block.others(of.0, of.1, &pool) {
                let addresses: Vec<_> = others.iter().filter_map(BlockContext::address).collect();
                let known = block.known_others(of.0, of.1, &pool).len();
                let message =
                    format!("{} {known} {:?}", addresses.join(" "), block.is_closed(&pool));
                reporter.report_block(message).emit();
            }
            if let Some(pool) = block.resource_of(&pool) {
                let message = format!("of {:?}", pool.get("name").as_str());
                reporter.report(&pool.get("name"), message).emit();
            }
        }),
        ..page(
            "aws_cognito_user_pool_client",
            &["at = self.name\ncondition = true\nmessage = \"x\""],
        )
    };
    let text = main_pool(&("variable \"d\" {\n  type = bool\n}\n".to_owned() + &domain("d", POOL)));
    let found = |text: &str| {
        let outcome = check_files(&RULE(), &files(&[("main.tf", text)]));
        let found = outcome.diagnostics.iter().map(|found| {
            let line =
                outcome.files.get(found.location.file).position(found.location.range.start()).line;
            let when = found.when.as_ref().map(|when| format!(", when {when}")).unwrap_or_default();
            format!("{line}: {}{when}", found.message)
        });
        found.collect::<Vec<_>>()
    };
    assert_eq!(
        found(&text),
        ["2: aws_cognito_user_pool_domain.d 1 Some(true)", "7: of Some(\"main\")"]
    );
    let text = text.replace("  domain", "  count = var.d ? 1 : 0\n  domain");
    assert_eq!(
        found(&text),
        [
            "2:  0 Some(true), when `var.d` is false",
            "2: aws_cognito_user_pool_domain.d[0] 1 Some(true), when `var.d` is true",
            "7: of Some(\"main\")"
        ]
    );
}

#[test]
fn places_in_other_blocks_are_told_and_never_edited() {
    let body = "condition = resource_of(self.user_pool_id, \"aws_cognito_user_pool\").name != \"main\"\nmessage = \"bad pool\"\nat = self.name\nrelated {\n  at = resource_of(self.user_pool_id, \"aws_cognito_user_pool\").name\n  message = \"the name\"\n}\nrelated {\n  at = resource_of(self.user_pool_id, \"aws_cognito_user_pool\")\n  message = \"the pool\"\n}\n";
    let rule = page("aws_cognito_user_pool_client", &[body]);
    let outcome = check_files(&rule, &files(&[("main.tf", &main_pool(""))]));
    let [found] = &*outcome.diagnostics else { panic!("{:?}", outcome.diagnostics) };
    let lines: Vec<_> = found
        .related
        .iter()
        .map(|related| {
            let file = outcome.files.get(related.location.file);
            (file.position(related.location.range.start()).line, &*related.message)
        })
        .collect();
    assert_eq!(lines, [(7, "the name"), (6, "the pool")]);
    // Nor does a fix reach there.
    let fix = "each = [resource_of(self.user_pool_id, \"aws_cognito_user_pool\").name]\ncondition = item != \"main\"\nmessage = \"bad pool\"\nfix \"safe\" {\n  replace = item\n  with = \"x\"\n}\n";
    let rule = page("aws_cognito_user_pool_client", &[fix]);
    let mut rule = rule;
    rule.text = rule.text.replace("## Allowed", "## Fixed\n```hcl\na = 1\n```\n## Allowed").leak();
    let outcome = check_files(&rule, &files(&[("main.tf", &main_pool(""))]));
    let [found] = &*outcome.diagnostics else { panic!("{:?}", outcome.diagnostics) };
    assert!(found.fix.is_none());
}

#[test]
fn blame_finds_what_is_at_fault_in_the_block() {
    let body = "condition = !contains([for d in others(\"aws_cognito_user_pool_domain\", \"user_pool_id\", self.user_pool_id) : d.domain], self.name)\nmessage = \"the name of a domain\"";
    let rule = page("aws_cognito_user_pool_client", &[body]);
    let text = main_pool(&domain("a", POOL));
    let outcome = check_files(&rule, &files(&[("main.tf", &text)]));
    let [found] = &*outcome.diagnostics else { panic!("{:?}", outcome.diagnostics) };
    let texts = [found.location, found.related[0].location].map(|at| outcome.files.slice(at));
    assert_eq!(texts, [POOL.as_bytes(), b"\"a\""]);
}

#[test]
fn pools_may_look_at_others_too() {
    let question = "length(others(\"aws_cognito_user_pool_client\", \"user_pool_id\", self.user_pool_id)) == 1";
    let text = main_pool(&domain("d", POOL).replace("domain = ", "# name\n  domain = "));
    // Domains have no name to report at: the block is.
    assert_eq!(
        answers_of("aws_cognito_user_pool_domain", question, &[("main.tf", &text)]),
        ["yes"]
    );
}
