//! Module calls: what goes in and comes out, what leads nowhere, and how much of it there may be.

mod support;

use std::fmt::Write;

use cfglint_module::{Absence, Plan, Settings};
use serde_json::{Value as Json, json};
use support::{Loaded, all_problems};

/// What is planned for the module in `.`, and what Terraform refuses.
fn planned(loaded: &Loaded) -> (Json, Vec<String>) {
    let (modules, settings) = (loaded.modules(), Settings::default());
    let evaluation = loaded.evaluation(&modules, &settings);
    let plan = serde_json::from_str(&Plan::of(&evaluation).to_json()).expect("JSON");
    (plan, all_problems(loaded, &evaluation))
}

/// The outputs that are planned for modules in which nothing is refused.
fn outputs(texts: &[(&str, &str)]) -> Json {
    let (plan, problems) = planned(&Loaded::new(texts));
    assert_eq!(problems, Vec::<String>::new());
    plan["outputs"].clone()
}

/// What is refused in modules; their values are not looked at.
fn refused(loaded: &Loaded) -> Vec<String> {
    planned(loaded).1
}

#[test]
fn values_go_in_and_come_out() {
    let main = r#"
        module "a" {
          source   = "./m"
          for_each = { x = 1, y = "2" }
          n        = each.value
        }
        module "b" {
          source = "./m"
          count  = 2
          n      = module.a["y"].n + count.index
        }
        output "a" { value = { for k, m in module.a : k => m.n } }
        output "b" { value = module.b[*].path }
        output "c" { value = module.b[1].id }
    "#;
    let inner = r#"
        variable "n" { type = number }
        resource "terraform_data" "r" { input = var.n }
        output "n" { value = terraform_data.r.input * 10 }
        output "path" { value = "${path.module}/${var.n}" }
        output "id" { value = terraform_data.r.id }
    "#;
    let found = outputs(&[("main.tf", main), ("m/main.tf", inner)]);
    assert_eq!(found["a"]["value"], json!({"x": 10, "y": 20}));
    assert_eq!(found["b"]["value"], json!(["m/20", "m/21"]));
    assert_eq!(found["c"], json!({"unknown": true}));
}

/// Two modules may each need an output of the other, as long as no value needs itself.
#[test]
fn outputs_are_computed_one_by_one() {
    let main = r#"
        module "a" {
          source = "./m"
          x      = module.b.y
          z      = 1
        }
        module "b" {
          source = "./m"
          x      = "s"
          z      = module.a.w
        }
        output "o" { value = [module.a.y, module.b.w] }
    "#;
    let inner = r#"
        variable "x" {}
        variable "z" {}
        output "y" { value = "y${var.x}" }
        output "w" { value = var.z + 1 }
    "#;
    let found = outputs(&[("main.tf", main), ("m/main.tf", inner)]);
    assert_eq!(found["o"]["value"], json!(["yys", 3]));
}

/// The same holds where calls are repeated, for outputs that are named after an index.
#[test]
fn outputs_of_repeated_calls_are_computed_one_by_one() {
    let main = r#"
        module "a" {
          source = "./m"
          count  = 1
          x      = module.b[0].y
          z      = 1
        }
        module "b" {
          source = "./m"
          count  = 1
          x      = "s"
          z      = module.a[0].w
        }
        output "o" { value = [module.a[0].y, module.b[*].w] }
        output "all" { value = module.a }
    "#;
    let inner = r#"
        variable "x" {}
        variable "z" {}
        output "y" { value = "y${var.x}" }
        output "w" { value = var.z + 1 }
    "#;
    let found = outputs(&[("main.tf", main), ("m/main.tf", inner)]);
    assert_eq!(found["o"]["value"], json!(["yys", [3]]));
    assert_eq!(found["all"]["value"], json!([{"w": 2, "y": "yys"}]));
}

/// What a called module declares as sensitive is not sensitive to Terraform, but never shown.
#[test]
fn sensitive_outputs_of_calls() {
    let main = r#"
        module "m" { source = "./m" }
        resource "terraform_data" "r" { input = [module.m.plain, module.m.marked] }
    "#;
    let inner = r#"
        output "plain" {
          value     = "x"
          sensitive = true
        }
        output "marked" {
          value     = sensitive("x")
          sensitive = true
        }
    "#;
    let (plan, problems) = planned(&Loaded::new(&[("main.tf", main), ("m/main.tf", inner)]));
    assert_eq!(problems, Vec::<String>::new());
    let sensitive = &plan["resources"]["terraform_data.r"]["sensitive"];
    assert_eq!(*sensitive, json!({"input": [false, true], "output": []}));
}

#[test]
fn arguments_and_blocks_of_types_that_are_not_known() {
    let main = r#"
        resource "x_y" "z" {
          count = 1
          name  = "n${count.index}"
          rule { port = 1 }
          dynamic "rule" {
            for_each = ["a", "b"]
            content {
              port = rule.key + 2
              inner { name = rule.value }
            }
          }
          dynamic "other" {
            for_each = x_y.z[0].id
            content {}
          }
          lifecycle {}
        }
    "#;
    let (plan, _) = planned(&Loaded::new(&[("main.tf", main)]));
    let found = &plan["resources"]["x_y.z[0]"];
    let made = |port: u8, name: &str| json!({"port": port, "inner": [{"name": name}]});
    let rules = json!([{"port": 1}, made(2, "a"), made(3, "b")]);
    assert_eq!(found["values"], json!({"name": "n0", "rule": rules}));
    assert_eq!(found["unknown"]["other"], json!(true));
    assert_eq!(found["index"], json!(0));
}

#[test]
fn calls_that_lead_nowhere() {
    let main = "module \"m\" {\n  source = \"./gone\"\n}\noutput \"o\" { value = module.m.x }";
    let mut loaded = Loaded::new(&[("main.tf", main)]);
    loaded.set_absent("gone", Absence::NotFound);
    assert_eq!(refused(&loaded), ["main.tf:2:12 no module in gone: NotFound"]);
    // A module that is not installed may be anything.
    let main = "module \"m\" { source = \"a/b/c\" }\noutput \"o\" { value = module.m.x }";
    assert_eq!(outputs(&[("main.tf", main)])["o"], json!({"unknown": true}));
}

#[test]
fn calls_that_lead_back() {
    let check = |texts: &[(&str, &str)], expect: &[&str]| {
        assert_eq!(refused(&Loaded::new(texts)), expect);
    };
    let own = "module \"m\" { source = \"./.\" }\noutput \"o\" { value = module.m.o }";
    check(&[("main.tf", own)], &["main.tf:1:23 the call m leads back"]);
    // Terraform reads it although it makes no instance.
    let none = "module \"m\" {\n  source = \"./.\"\n  count = 0\n}";
    check(&[("main.tf", none)], &["main.tf:2:12 the call m leads back"]);
    let (to_b, to_a) = ("module \"b\" { source = \"../b\" }", "module \"a\" { source = \"../a\" }");
    let main = "module \"a\" {\n  source = \"./a\"\n}";
    check(
        &[("main.tf", main), ("a/main.tf", to_b), ("b/main.tf", to_a)],
        &["b/main.tf:1:23 the call a leads back"],
    );
}

#[test]
fn long_chains() {
    let mut main = String::from("resource \"terraform_data\" \"r0\" { input = \"s\" }\n");
    for at in 1..2000 {
        let _ = writeln!(
            main,
            "resource \"terraform_data\" \"r{at}\" {{ input = terraform_data.r{}.input }}",
            at - 1
        );
    }
    main.push_str("output \"o\" { value = terraform_data.r1999.input }");
    assert_eq!(outputs(&[("main.tf", &main)])["o"]["value"], json!("s"));
}

/// Each resource reads the one after it, through an index.
#[test]
fn long_chains_of_repeated_resources() {
    let count = 1500;
    let mut main = String::new();
    for at in 0..count {
        let _ = writeln!(
            main,
            "resource \"x_y\" \"r{at}\" {{\n  count = 1\n  name = x_y.r{}[0].name\n}}",
            at + 1
        );
    }
    let _ = writeln!(main, "resource \"x_y\" \"r{count}\" {{\n  count = 1\n  name = \"s\"\n}}");
    main.push_str("output \"o\" { value = x_y.r0[0].name }");
    assert_eq!(outputs(&[("main.tf", &main)])["o"]["value"], json!("s"));
}

#[test]
fn deep_calls() {
    let depth = 200;
    let call = |to: String, n: &str| {
        format!(
            "variable \"n\" {{ default = 0 }}\nmodule \"m\" {{\n  source = \"{to}\"\n  n = {n}\n}}\n\
             output \"o\" {{ value = module.m.o }}"
        )
    };
    let mut texts = vec![("main.tf".to_owned(), call("./m1".to_owned(), "1"))];
    for at in 1..depth {
        let inner = call(format!("../m{}", at + 1), "var.n + 1");
        texts.push((format!("m{at}/main.tf"), inner));
    }
    let last = "variable \"n\" {}\noutput \"o\" { value = var.n }".to_owned();
    texts.push((format!("m{depth}/main.tf"), last));
    let texts: Vec<_> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert_eq!(outputs(&texts)["o"]["value"], json!(depth));
}

/// Neither many instances nor calls that double at each level take long.
#[test]
fn too_many_instances() {
    let huge = r#"
        resource "terraform_data" "r" {
          count = 1e9
          input = count.index
        }
        module "m" {
          source = "./m"
          count  = 1e9
        }
        output "o" { value = module.m[3].o }
    "#;
    let inner = "output \"o\" { value = 1 }";
    let found = outputs(&[("main.tf", huge), ("m/main.tf", inner)]);
    assert_eq!(found["o"], json!({"unknown": true}));

    let twice = |to: usize| {
        format!(
            "module \"a\" {{ source = \"../m{to}\" }}\nmodule \"b\" {{ source = \"../m{to}\" }}\n"
        )
    };
    let mut texts = vec![("main.tf".to_owned(), twice(1).replace("../", "./"))];
    texts.extend((1..40).map(|at| (format!("m{at}/main.tf"), twice(at + 1))));
    let texts: Vec<_> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert_eq!(refused(&Loaded::new(&texts)), ["Limit"]);
}
