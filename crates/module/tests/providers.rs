//! Which providers modules ask for, in which versions, and what the schemas of these say of values.

mod support;

use cfglint_module::{ProviderInUse, ResourceMode, Settings, Shaper};
use support::{Loaded, evaluated, shown};
use value::{Marks, Value};

const AWS: &str = "registry.terraform.io/hashicorp/aws";

/// The source of the provider of each resource, by address.
fn sources(texts: &[(&str, &str)]) -> Vec<String> {
    let loaded = Loaded::new(texts);
    let module = loaded.assemble();
    let line = |resource: &cfglint_module::Resource<'_>| {
        let source = module.provider_of(resource).unwrap_or("none".into());
        format!("{} {source}", resource.address())
    };
    module.resources.iter().map(line).collect()
}

/// What the resource or data source `x` of the root is of.
fn in_use(loaded: &Loaded, look: impl FnOnce(Option<ProviderInUse<'_>>)) {
    let (modules, settings) = (loaded.modules(), Settings::default());
    let evaluation = loaded.evaluation(&modules, &settings);
    let values = evaluation.root();
    let mut resources = values.module().resources.iter();
    let resource = resources.find(|resource| resource.name == "x").expect("a resource `x`");
    look(values.provider(resource));
}

/// The words for the provider of the resource `x`.
fn words(loaded: &Loaded) -> String {
    let mut words = String::new();
    in_use(loaded, |found| words = found.map_or("none".to_owned(), |found| found.words()));
    words
}

fn words_of(texts: &[(&str, &str)]) -> String {
    words(&Loaded::new(texts))
}

#[test]
fn providers_are_found_as_terraform_does() {
    let main = r#"
        terraform {
          required_providers {
            aws     = { source = "hashicorp/aws", version = "~> 5.0" }
            cloud   = { source = "Example.COM/Acme/Cloud" }
            short   = { source = "one" }
            legacy  = "~> 1.0"
            open    = { source = "registry.opentofu.org/hashicorp/google" }
            wrong   = { source = "a/b/c/d" }
            unknown = { source = var.x }
          }
        }
        resource "aws_vpc" "a" {}
        resource "aws_vpc" "b" {
          provider = aws.east
        }
        resource "aws_vpc" "c" {
          provider = "cloud.east"
        }
        resource "aws_vpc" "d" {
          provider = "cloud"
        }
        resource "aws_vpc" "e" {
          provider = cloud.by_region["x"]
        }
        resource "aws_vpc" "f" {
          provider = tostring(1)
        }
        resource "cloud_thing" "a" {}
        resource "short_thing" "a" {}
        resource "legacy_thing" "a" {}
        resource "open_thing" "a" {}
        resource "wrong_thing" "a" {}
        resource "unknown_thing" "a" {}
        resource "other_thing" "a" {}
        resource "Other" "a" {}
        resource "terraform_data" "a" {}
        data "terraform_remote_state" "a" {}
        data "aws_region" "a" {}
    "#;
    let expect = [
        "aws_vpc.a registry.terraform.io/hashicorp/aws",
        "aws_vpc.b registry.terraform.io/hashicorp/aws",
        "aws_vpc.c example.com/acme/cloud",
        "aws_vpc.d example.com/acme/cloud",
        "aws_vpc.e example.com/acme/cloud",
        "aws_vpc.f none",
        "cloud_thing.a example.com/acme/cloud",
        "short_thing.a registry.terraform.io/hashicorp/one",
        "legacy_thing.a registry.terraform.io/hashicorp/legacy",
        "open_thing.a registry.opentofu.org/hashicorp/google",
        "wrong_thing.a none",
        "unknown_thing.a none",
        "other_thing.a registry.terraform.io/hashicorp/other",
        "Other.a registry.terraform.io/hashicorp/other",
        "terraform_data.a terraform.io/builtin/terraform",
        "data.terraform_remote_state.a terraform.io/builtin/terraform",
        "data.aws_region.a registry.terraform.io/hashicorp/aws",
    ];
    assert_eq!(sources(&[("main.tf", main)]), expect);
}

#[test]
fn json_says_the_same() {
    let main = r#"{
        "terraform": {"required_providers": {"cloud": {"source": "acme/cloud", "version": "1.0"}}},
        "resource": {"aws_vpc": {"a": {"provider": "cloud.east"}, "b": {"provider": "cloud"}}}
    }"#;
    let expect = [
        "aws_vpc.a registry.terraform.io/acme/cloud",
        "aws_vpc.b registry.terraform.io/acme/cloud",
    ];
    assert_eq!(sources(&[("main.tf.json", main)]), expect);
}

#[test]
fn override_files_replace_entries_one_by_one() {
    let main = r#"
        terraform {
          required_providers {
            aws   = { source = "hashicorp/aws", version = "~> 5.0" }
            cloud = { source = "acme/cloud", version = "~> 1.0" }
          }
        }
    "#;
    let changed = r#"
        terraform {
          required_providers {
            cloud = { source = "other/cloud" }
          }
        }
    "#;
    let loaded = Loaded::new(&[("main.tf", main), ("override.tf", changed)]);
    let module = loaded.assemble();
    let text = |text: &Option<cfglint_module::PlacedText>| {
        text.as_ref().map(|text| format!("{} {}", text.text, loaded.place(text.location)))
    };
    let entries = module.required_providers().iter();
    let entries: Vec<_> =
        entries.map(|(name, it)| (name.to_string(), text(&it.source), text(&it.version))).collect();
    let some = |text: &str| Some(text.to_owned());
    let expect = [
        ("aws".to_owned(), some("hashicorp/aws main.tf:4:32"), some("~> 5.0 main.tf:4:59")),
        ("cloud".to_owned(), some("other/cloud override.tf:4:32"), None),
    ];
    assert_eq!(entries, expect);
}

#[test]
fn the_lock_file_goes_before_constraints() {
    let main = r#"
        terraform {
          required_providers {
            aws = { source = "hashicorp/aws", version = ">= 4.0, < 6.0" }
          }
        }
        resource "aws_vpc" "x" {}
    "#;
    let check = |locked: &[(&str, &str)], expect: &str| {
        let mut loaded = Loaded::new(&[("main.tf", main)]);
        for (source, version) in locked {
            loaded.lock(source, version);
        }
        assert_eq!(words(&loaded), expect, "{locked:?}");
    };
    check(&[], "hashicorp/aws >= 4.0, < 6.0");
    check(&[(AWS, "5.31.0")], "hashicorp/aws 5.31.0 as locked");
    let open = "registry.opentofu.org/hashicorp/aws";
    check(&[(open, "5.31.0")], "hashicorp/aws 5.31.0 as locked");
    check(&[(open, "5.30.0"), (AWS, "5.31.0")], "hashicorp/aws 5.31.0 as locked");
    // Another version has to be installed before anything can be planned.
    check(&[(AWS, "6.0.0")], "hashicorp/aws >= 4.0, < 6.0");
    check(&[(AWS, "newest")], "hashicorp/aws >= 4.0, < 6.0");
    check(&[("registry.terraform.io/hashicorp/google", "5.0.0")], "hashicorp/aws >= 4.0, < 6.0");
}

#[test]
fn the_constraints_of_all_modules_count() {
    let root = r#"
        terraform {
          required_providers {
            aws = { source = "hashicorp/aws", version = ">= 4.0" }
          }
        }
        resource "aws_vpc" "x" {}
        module "a" {
          source = "./a"
        }
        module "b" {
          source = "acme/b/aws"
        }
    "#;
    let called = r#"
        terraform {
          required_providers {
            amazon = { source = "hashicorp/aws", version = "~> 5.0" }
            aws    = { source = "acme/aws", version = "1.0" }
          }
        }
        module "c" {
          source = "../c"
        }
    "#;
    let legacy = "provider \"aws\" {\n  version = \"!= 5.7.0\"\n}\n";
    let unrelated = "terraform {\n  required_providers {\n    aws = \"3.0\"\n  }\n}\n";
    let installed = "terraform {\n  required_providers {\n    aws = \"< 5.90\"\n  }\n}\n";
    let mut loaded = Loaded::new(&[
        ("main.tf", root),
        ("a/main.tf", called),
        ("c/main.tf", legacy),
        ("d/main.tf", unrelated),
        (".terraform/modules/b/main.tf", installed),
    ]);
    loaded.install("b", ".terraform/modules/b");
    assert_eq!(words(&loaded), "hashicorp/aws >= 4.0, < 5.90, ~> 5.0, != 5.7.0");
}

#[test]
fn constraints_that_say_nothing_are_left_out() {
    let check = |version: &str, expect: &str| {
        let main = format!(
            "terraform {{
               required_providers {{
                 aws = {{
                   source  = \"hashicorp/aws\"
                   version = {version}
                 }}
               }}
             }}
             provider \"aws\" {{
               version = \"latest\"
             }}
             resource \"aws_vpc\" \"x\" {{}}"
        );
        assert_eq!(words_of(&[("main.tf", &main)]), expect, "{version}");
    };
    let newest = words_of(&[("main.tf", "resource \"aws_vpc\" \"x\" {}")]);
    assert!(newest.starts_with("hashicorp/aws 6."), "{newest}");
    check("\"~> 5.1\"", "hashicorp/aws ~> 5.1");
    check("\"five\"", &newest);
    check("var.version", &newest);
    check("\"~> 5.0, ~> 4.0\"", &newest);
}

#[test]
fn each_module_has_local_names_of_its_own() {
    let root = "module \"a\" {\n  source = \"./a\"\n}\nresource \"aws_vpc\" \"x\" {}\n";
    let child = r#"
        terraform {
          required_providers {
            aws    = { source = "acme/aws" }
            amazon = { source = "hashicorp/aws" }
          }
        }
        resource "aws_vpc" "x" {}
        resource "aws_vpc" "y" {
          provider = amazon
        }
    "#;
    let loaded = Loaded::new(&[("main.tf", root), ("a/main.tf", child)]);
    let (modules, settings) = (loaded.modules(), Settings::default());
    let evaluation = loaded.evaluation(&modules, &settings);
    let root = evaluation.root();
    let children = root.children(&cfglint_module::Assumptions::default(), &[].into());
    let (child, _) = &children[0];
    let is_known = |values: &cfglint_module::ModuleValues<'_>, at: usize| {
        values.schema_of(&values.module().resources[at]).is_some()
    };
    assert!(is_known(&root, 0));
    assert!(!is_known(child, 0));
    assert!(is_known(child, 1));
    assert!(child.provider_named("amazon").is_some() && child.provider_named("aws").is_none());
}

/// The value of an expression in the root.
fn value(text: &str, expression: &str) -> Value {
    let loaded = Loaded::new(&[("main.tf", text)]);
    let (modules, settings) = (loaded.modules(), Settings::default());
    let tree = syntax::parse_expression(expression.as_bytes());
    let expr = tree.expr().expect("an expression");
    let evaluation = loaded.evaluation(&modules, &settings);
    let nowhere = source::FileId::NOWHERE;
    evaluation.root().evaluate(expr, nowhere, &cfglint_module::Bindings::default()).value
}

#[test]
fn attributes_have_the_types_of_the_schema() {
    let main = r#"
        resource "aws_vpc" "one" {
          cidr_block         = "10.0.0.0/16"
          enable_dns_support = "true"
          tags               = { Name = "main vpc", Cost = 1 }
        }
        resource "aws_vpc" "two" {
          for_each   = toset(["a"])
          cidr_block = "10.${each.key}.0.0/16"
        }
        resource "aws_iam_policy" "p" {
          policy      = "{}"
          description = <<-EOT
            two
            lines
          EOT
        }
        resource "aws_db_instance" "d" {
          password = "hunter2"
          port     = "5432"
        }
        data "aws_vpc" "found" {
          default = true
        }
        variable "open" { type = string }
        resource "aws_iam_role" "r" {
          path                 = var.open
          permissions_boundary = var.open
        }
    "#;
    let check = |expression: &str, expect: &str| {
        assert_eq!(shown(&value(main, expression)), expect, "{expression}");
    };
    check("aws_vpc.one.cidr_block", "\"10.0.0.0/16\" \"string\"");
    check("aws_vpc.one.enable_dns_support", "true \"bool\"");
    check("aws_vpc.one.tags", r#"{"Cost":"1","Name":"main vpc"} ["map","string"]"#);
    check("aws_vpc.two[\"a\"].cidr_block", "\"10.a.0.0/16\" \"string\"");
    check("aws_db_instance.d.port", "5432 \"number\"");
    check("aws_db_instance.d.password", "\"hunter2\" \"string\" sensitive");
    let ty = |expression: &str, expect: &str| {
        let value = value(main, expression);
        assert!(value.is_unknown(), "{expression}: {}", shown(&value));
        assert_eq!(value.ty().to_string(), expect, "{expression}");
    };
    ty("aws_vpc.one.main_route_table_id", "string");
    ty("aws_vpc.one.tags_all", "map(string)");
    ty("aws_vpc.two[\"a\"].enable_dns_support", "bool");
    ty("aws_vpc.one.no_such_attribute", "any");
    ty("aws_iam_policy.p.policy", "string");
    ty("aws_iam_policy.p.description", "string");
    ty("data.aws_vpc.found.default", "bool");
    ty("data.aws_vpc.found.cidr_block_associations", "any");
    assert!(value(main, "aws_db_instance.d.password").marks().contains(Marks::SENSITIVE));
}

#[test]
fn what_is_assumed_of_typed_attributes_holds() {
    let main = r#"
        resource "aws_vpc" "one" {}
        resource "aws_vpc" "two" {
          for_each = toset(["a"])
        }
    "#;
    let loaded = Loaded::new(&[("main.tf", main)]);
    let (modules, settings) = (loaded.modules(), Settings::default());
    let evaluation = loaded.evaluation(&modules, &settings);
    let values = evaluation.root();
    for attribute in ["aws_vpc.one.enable_dns_support", "aws_vpc.two[\"a\"].enable_dns_support"] {
        let tree = syntax::parse_expression(attribute.as_bytes());
        let expr = tree.expr().expect("an expression");
        let bindings = cfglint_module::Bindings::default();
        let evaluate = || values.evaluate(expr, source::FileId::NOWHERE, &bindings).value;
        let condition = evaluate();
        assert_eq!(condition.ty(), value::Type::Bool, "{attribute}");
        for answer in [true, false] {
            let assumed = cfglint_module::Assumptions::default().given(&condition, answer);
            let assumed = assumed.expect("no contradiction");
            let (under, _) = evaluation.under(&assumed, evaluate);
            assert_eq!(shown(&under), format!("{answer} \"bool\""), "{attribute}");
            let (text, _) = evaluation
                .under(&assumed, || evaluated(&values, &format!("\"is ${{{attribute}}}\"")));
            assert_eq!(text, format!("\"is {answer}\" \"string\""), "{attribute}");
        }
    }
}

#[test]
fn blocks_stand_for_lists_of_objects() {
    let main = r#"
        variable "open" { type = set(string) }
        resource "aws_security_group" "written" {
          ingress {
            from_port = 80
            to_port   = "81"
            protocol  = "tcp"
          }
          dynamic "egress" {
            for_each = ["a", "b"]
            content {
              from_port   = egress.key
              to_port     = 0
              protocol    = "-1"
              description = egress.value
            }
          }
        }
        resource "aws_security_group" "none" {
          dynamic "ingress" {
            for_each = []
            content {}
          }
          egress = []
        }
        resource "aws_security_group" "open" {
          dynamic "ingress" {
            for_each = var.open
            content {}
          }
        }
    "#;
    let loaded = Loaded::new(&[("main.tf", main)]);
    let (modules, settings) = (loaded.modules(), Settings::default());
    let evaluation = loaded.evaluation(&modules, &settings);
    let values = evaluation.root();
    let check = |name: &str, argument: &str, expect: &str| {
        let resource = values.module().resource(ResourceMode::Managed, "aws_security_group", name);
        let resource = resource.expect("a resource");
        let schema = values.schema_of(resource).expect("its schema");
        let bindings = cfglint_module::Bindings::default();
        let object = Shaper::new(&values, resource.declared.body(), &bindings).object(schema);
        let value = object.get_attr(argument).expect("an argument");
        let ty = value.ty().to_string();
        assert!(ty.starts_with("set(object"), "{name}.{argument}: {ty}");
        let shown = if value.is_wholly_known() { value.to_json() } else { "unknown".to_owned() };
        assert_eq!(shown, expect, "{name}.{argument}");
    };
    let rule = |parts: &str| {
        format!(
            "{{\"cidr_blocks\":null,\"description\":{parts},\"ipv6_cidr_blocks\":null,\
             \"prefix_list_ids\":null,\"protocol\":"
        )
    };
    let rest = |protocol: &str, to: &str| {
        format!("\"{protocol}\",\"security_groups\":null,\"self\":null,\"to_port\":{to}}}")
    };
    let with_from = |text: String, from: &str| {
        text.replace(",\"ipv6", &format!(",\"from_port\":{from},\"ipv6"))
    };
    let one = |description: &str, from: &str, protocol: &str, to: &str| {
        with_from(rule(description), from) + &rest(protocol, to)
    };
    check("written", "ingress", &format!("[{}]", one("null", "80", "tcp", "81")));
    let both = [one("\"a\"", "0", "-1", "0"), one("\"b\"", "1", "-1", "0")];
    check("written", "egress", &format!("[{}]", both.join(",")));
    check("none", "ingress", "[]");
    check("none", "egress", "[]");
    check("open", "ingress", "unknown");
    check("open", "egress", "null");
}

#[test]
fn what_another_version_has_is_not_claimed() {
    let typed = |version: &str| {
        let main = format!(
            "terraform {{
               required_providers {{
                 aws = \"{version}\"
               }}
             }}
             resource \"aws_vpc\" \"x\" {{
               cidr_block = \"10.0.0.0/16\"
             }}"
        );
        let loaded = Loaded::new(&[("main.tf", &main)]);
        let (modules, settings) = (loaded.modules(), Settings::default());
        let evaluation = loaded.evaluation(&modules, &settings);
        evaluated(&evaluation.root(), "aws_vpc.x.cidr_block")
    };
    for version in ["3.0", "~> 4.0", "~> 5.0", ">= 4.0", "~> 6.0", "~> 99.0"] {
        assert_eq!(typed(version), "\"10.0.0.0/16\" \"string\"", "{version}");
    }
}
