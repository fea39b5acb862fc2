//! References and what is wrong with them.

use diagnostics::Level;

use crate::testing::check_files;
use crate::{BuiltinRule, RuleCode, SchemaRule};

const PROVIDER: &str = r#"
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}
resource "aws_instance" "a" {
  ami = "x"
}
resource "aws_s3_bucket" "b" {
  count = 2
}
data "aws_region" "r" {}
"#;

/// The level and message of each finding, in source order.
pub(super) fn found(rule: SchemaRule, files: &[(&str, &str)]) -> Vec<(Level, String)> {
    let rule = BuiltinRule {
        id: "schema/x",
        aliases: &[],
        text: "",
        level: Level::Error,
        group: "correctness",
        preset: None,
        title: "X",
        blocks: &[],
        supersedes: &[],
        code: RuleCode::Schema(rule),
    };
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    let files: Vec<_> = files.iter().map(owned).collect();
    let outcome = check_files(&rule, &files);
    let found = outcome.diagnostics.into_iter().map(|it| (it.level, it.message));
    found.collect()
}

/// What is found in `text` beside the resources above.
fn check(text: &str, expect: &[&str]) {
    let expect: Vec<_> =
        expect.iter().map(|message| (Level::Error, (*message).to_owned())).collect();
    let files = [("main.tf", PROVIDER), ("more.tf", text)];
    assert_eq!(found(SchemaRule::UnknownAttribute, &files), expect, "{text}");
}

fn check_expr(expr: &str, expect: &[&str]) {
    check(&format!("output \"x\" {{\n  value = {expr}\n}}\n"), expect);
}

#[test]
fn what_there_is() {
    for expr in [
        "aws_instance.a.ami",
        "aws_instance.a",
        "aws_instance.a.id",
        "aws_s3_bucket.b[0].arn",
        "aws_s3_bucket.b[*].arn",
        "aws_s3_bucket.b.*.arn",
        "data.aws_region.r.name",
        "aws_instance.a.tags.anything",
        "aws_instance.a.tags[\"x\"]",
        "aws_instance.a.root_block_device[0].volume_size",
        "aws_instance.a.root_block_device.0.volume_size",
        "aws_instance.a.root_block_device[*].volume_size",
        "aws_instance.a.ebs_block_device.*.volume_size",
        "one(aws_instance.a.ebs_block_device).volume_siz",
        "[for device in aws_instance.a.ebs_block_device : device.x]",
        "[for aws_instance in [{ a = { nam = 1 } }] : aws_instance.a.nam]",
        "aws_instance.a.timeouts",
        // Nobody declares these, or nothing is known of them.
        "aws_instance.other.nam",
        "foo_bar.a.nam",
        "module.aws_instance.a.nam",
        "aws_s3_bucket.b",
    ] {
        check_expr(expr, &[]);
    }
}

#[test]
fn what_there_is_not() {
    let no = |name: &str, hint: &str| {
        format!("`aws_instance.a` has no attribute `{name}` in hashicorp/aws 5.100.0{hint}")
    };
    let near = no("instance_typ", "; did you mean `instance_type`?");
    check_expr("aws_instance.a.instance_typ", &[&near]);
    check_expr("\"x-${upper(aws_instance.a.instance_typ)}\"", &[&near]);
    check_expr("{ (aws_instance.a.instance_typ) = 1 }", &[&near]);
    check_expr("[1][aws_instance.a.instance_typ]", &[&near]);
    // Terraform looks before it evaluates.
    check_expr("try(aws_instance.a.instance_typ, null)", &[&near]);
    check_expr("can(aws_instance.a.lifecycle)", &[&no("lifecycle", "")]);
    let message = "`data.aws_region.r` has no attribute `nam` in hashicorp/aws 5.100.0; did you \
                   mean `name`?";
    check_expr("data.aws_region.r.nam", &[message]);
    let message = "`aws_s3_bucket.b` has no attribute `arm` in hashicorp/aws 5.100.0; did you mean \
                   `arn`?";
    check_expr("aws_s3_bucket.b[0].arm", &[message]);
    check("locals {\n  x = aws_instance.a.instance_typ\n}\n", &[&near]);
    check("module \"m\" {\n  source = \"x\"\n  y = aws_instance.a.instance_typ\n}\n", &[&near]);
}

#[test]
fn steps_into_blocks_and_values() {
    let message = "`root_block_device` of `aws_instance.a` has no attribute `volume_siz` in \
                   hashicorp/aws 5.100.0; did you mean `volume_size`?";
    check_expr("aws_instance.a.root_block_device[0].volume_siz", &[message]);
    let message = "`root_block_device` of `aws_instance.a` is a list, of which `volume_size` is no \
                   attribute: say which element, as in `[0].volume_size`";
    check_expr("aws_instance.a.root_block_device.volume_size", &[message]);
    let message = "`ebs_block_device` of `aws_instance.a` is a set, of which no element can be \
                   named: use `one(…)` or a `for` expression";
    check_expr("aws_instance.a.ebs_block_device[0].volume_size", &[message]);
    check_expr("aws_instance.a.ebs_block_device.volume_size", &[message]);
}

/// What `try` hides from an evaluation is told here; all else is told by that, and once.
#[test]
fn steps_into_values() {
    let both = |expr: &str, here: &str, evaluated: &str| {
        check_expr(&format!("try({expr}, null)"), &[here]);
        check_expr(expr, &[evaluated]);
    };
    let here = "`vpc_security_group_ids` of `aws_instance.a` is a set, of which no element can be \
                named: use `one(…)` or a `for` expression";
    let evaluated = "invalid index: a set has no order and no keys, so its elements cannot be \
                     picked one by one";
    both("aws_instance.a.vpc_security_group_ids[0]", here, evaluated);
    let here = "`arn` of `aws_instance.a` is a string, which has no parts";
    let evaluated = "unsupported attribute: a string has no attributes, so there is no `foo`";
    both("aws_instance.a.arn.foo", here, evaluated);
    let here = "`foo` of `aws_instance.a` is a string, which has no parts";
    let evaluated = "unsupported attribute: a string has no attributes, so there is no `bar`";
    both("aws_instance.a.tags.foo.bar", here, evaluated);
}

#[test]
fn splats_are_looked_at_where_there_are_elements() {
    let message = "`aws_s3_bucket.b` has no attribute `arm` in hashicorp/aws 5.100.0; did you mean \
                   `arn`?";
    let files = |text: &'static str| [("main.tf", PROVIDER), ("more.tf", text)];
    let expect = vec![(Level::Warning, message.to_owned())];
    let rule = SchemaRule::UnknownAttribute;
    assert_eq!(found(rule, &files("locals {\n  x = aws_s3_bucket.b[*].arm\n}\n")), expect);
    assert_eq!(found(rule, &files("locals {\n  x = aws_s3_bucket.b.*.arm\n}\n")), expect);
    check_expr("try(aws_s3_bucket.b[*].arm, [])", &[]);
}

#[test]
fn names_of_the_block_itself() {
    let block = |inner: &str| format!("resource \"aws_instance\" \"c\" {{\n{inner}\n}}\n");
    let message = "`aws_instance` has no attribute `amy` in hashicorp/aws 5.100.0; did you mean \
                   `ami`?";
    let ignore = |names: &str| block(&format!("lifecycle {{\n  ignore_changes = {names}\n}}"));
    check(&ignore("[amy]"), &[message]);
    check(&ignore("[ami, tags[\"x\"], tags.y, root_block_device[0].volume_size, id]"), &[]);
    let set = "`vpc_security_group_ids` of `aws_instance` is a set, of which no element can be \
               named: use `one(…)` or a `for` expression";
    check(&ignore("[vpc_security_group_ids[0]]"), &[set]);
    check(&ignore("all"), &[]);
    check(&ignore("[\"amy\"]"), &[]);
    check(&block("provisioner \"local-exec\" {\n  command = self.amy\n}"), &[message]);
    check(&block("provisioner \"local-exec\" {\n  command = self.ami\n}"), &[]);
    let message = "`aws_s3_bucket.b` has no attribute `arm` in hashicorp/aws 5.100.0; did you mean \
                   `arn`?";
    check(&block("lifecycle {\n  replace_triggered_by = [aws_s3_bucket.b[0].arm]\n}"), &[message]);
    check(&block("depends_on = [aws_s3_bucket.b.arm]"), &[]);
}

#[test]
fn what_is_overridden_does_not_count() {
    let base = "output \"x\" {\n  value = aws_instance.a.instance_typ\n}\n";
    let over = "output \"x\" {\n  value = aws_instance.a.amy\n}\n";
    let files = [("main.tf", PROVIDER), ("more.tf", base), ("override.tf", over)];
    let found = found(SchemaRule::UnknownAttribute, &files);
    let message = "`aws_instance.a` has no attribute `amy` in hashicorp/aws 5.100.0; did you mean \
                   `ami`?";
    assert_eq!(found, [(Level::Error, message.to_owned())]);
}

#[test]
fn long_chains_and_deep_expressions_are_borne() {
    let chain = format!("foo_bar.a{}", ".x".repeat(20_000));
    check_expr(&chain, &[]);
    let keys =
        format!("{}aws_instance.a.ami{}", "aws_instance.a.tags[".repeat(100), "]".repeat(100));
    check_expr(&keys, &[]);
}

#[test]
fn timeouts_are_no_list_in_old_versions() {
    let text = PROVIDER.replace("5.100.0", "4.67.0")
        + "output \"x\" {\n  value = [aws_instance.a.timeouts.create, aws_instance.a.timeouts.creat]\n}\n";
    let found = found(SchemaRule::UnknownAttribute, &[("main.tf", &text)]);
    let messages: Vec<_> = found.iter().map(|(_, message)| message.as_str()).collect();
    let expect = [
        "`timeouts` of `aws_instance.a` has no attribute `creat` in hashicorp/aws 4.67.0; did you mean `create`?",
    ];
    assert_eq!(messages, expect);
}
