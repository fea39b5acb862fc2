//! What a survey of a root module counts, which instances there are for it, and which errors are in
//! doubt.

mod support;

use cfglint_module::{Problem, Settings, Survey};
use support::{Loaded, evaluated};

fn surveyed(loaded: &Loaded) -> Survey {
    let (modules, settings) = (loaded.modules(), Settings::default());
    Survey::of(&loaded.evaluation(&modules, &settings))
}

/// The errors in a module and in those that it calls: where, what, and in which doubt.
fn errors(texts: &[(&str, &str)]) -> Vec<String> {
    let loaded = Loaded::new(texts);
    let mut lines = Vec::new();
    for (address, problem) in surveyed(&loaded).problems {
        let Problem::Invalid { error, from_default, may_be_absent } = problem else {
            lines.push(format!("{address} {problem:?}"));
            continue;
        };
        let mut line = format!("{address} {} {}", loaded.place(error.location), error.summary);
        line.push_str(if from_default { ", default" } else { "" });
        line.push_str(if may_be_absent { ", may be absent" } else { "" });
        lines.push(line.trim_start().to_owned());
    }
    lines.sort();
    lines.dedup();
    lines
}

/// The value of an expression in a module of one file.
fn value(text: &str, expression: &str) -> String {
    let loaded = Loaded::new(&[("main.tf", text)]);
    let (modules, settings) = (loaded.modules(), Settings::default());
    evaluated(&loaded.evaluation(&modules, &settings).root(), expression)
}

#[test]
fn everything_is_counted_in_every_instance() {
    let main = r#"
        variable "open" { type = string }
        locals {
          known   = "x"
          unknown = "${var.open}-${local.known}"
          both    = [local.known, var.open]
        }
        module "m" {
          source   = "./m"
          for_each = toset(["a", "b"])
          text     = local.unknown
        }
        resource "aws_thing" "t" {
          count = 2
          tags  = local.unknown
          dynamic "part" {
            for_each = ["x", "y"]
            content {
              name = part.value
            }
          }
          lifecycle { ignore_changes = [tags] }
        }
        output "ids" { value = aws_thing.t[*].id }
        output "wrong" { value = tonumber("x") }
    "#;
    let inner = r#"
        variable "text" { type = string }
        data "aws_other" "o" {
          name = "${var.text}!"
        }
        output "name" { value = data.aws_other.o.id }
    "#;
    let survey = surveyed(&Loaded::new(&[("main.tf", main), ("m/main.tf", inner)]));
    assert_eq!(survey.module_instances, 3);
    // The local, two repetitions, of each `aws_thing` the repetition of `part` and two names.
    assert_eq!(survey.known, 1 + 2 + 2 * 3);
    // The local `both`, and the output `ids`.
    assert_eq!(survey.partly_known, 2);
    assert_eq!((survey.in_error, survey.perhaps_in_error), (1, 0));
    let unknown = survey.unknown.iter().map(|(causes, count)| {
        let names: Vec<_> = causes.names().collect();
        (names.join(" "), *count)
    });
    let unknown: Vec<_> = unknown.collect();
    // The local, the argument and the name of each `m`, the tags of each `aws_thing`; and what the
    // data sources give.
    assert_eq!(unknown, [("variable".to_owned(), 1 + 2 * 2 + 2), ("data".to_owned(), 2)]);
}

#[test]
fn errors_in_what_may_not_exist_are_in_doubt() {
    let main = r#"
        variable "names" { type = set(string) }
        variable "text" {
          type    = string
          default = null
        }
        module "m" {
          source = "./m"
          count  = length(var.names)
        }
        module "n" {
          source = "./m"
        }
        resource "aws_thing" "t" {
          for_each = var.names
          a        = "-${local.nothing}"
          b        = tonumber("x")
        }
        resource "aws_thing" "u" {
          a = "-${local.nothing}"
          dynamic "part" {
            for_each = var.names
            content {
              b = "-${local.nothing}"
            }
          }
        }
        resource "aws_thing" "none" {
          count = 0
          a     = "-${local.nothing}"
        }
        locals {
          nothing = null
          default = "-${var.text}"
        }
    "#;
    let inner = r#"
        variable "text" {
          type    = string
          default = null
        }
        locals { text = "-${var.text}" }
    "#;
    let null = "Invalid template interpolation value";
    let expect = [
        format!("main.tf:16:26 {null}, may be absent"),
        "main.tf:17:31 Invalid function argument".to_owned(),
        format!("main.tf:20:19 {null}"),
        format!("main.tf:24:23 {null}, may be absent"),
        format!("main.tf:34:25 {null}, default"),
        format!("module.m[?] m/main.tf:6:29 {null}, may be absent"),
        format!("module.n m/main.tf:6:29 {null}"),
    ];
    assert_eq!(errors(&[("main.tf", main), ("m/main.tf", inner)]), expect);
}

#[test]
fn a_variable_of_a_refused_type_has_no_other_errors() {
    let main = r#"
        variable "v" {
          type    = object({ a = string, a = string, b = optional(string) })
          default = { a = "x" }
        }
        output "b" { value = var.v.b }
        module "m" {
          source = "./m"
          v      = { a = "x" }
        }
    "#;
    let inner = r#"
        variable "v" { type = object({ a = string, a = string, b = optional(string) }) }
        output "b" { value = var.v.b }
    "#;
    let expect = [
        "main.tf:3:42 Invalid type specification",
        "module.m m/main.tf:2:52 Invalid type specification",
    ];
    assert_eq!(errors(&[("main.tf", main), ("m/main.tf", inner)]), expect);
}

#[test]
fn long_keys_tell_instances_apart() {
    let key = "k".repeat(100);
    let text = format!(
        "resource \"aws_x\" \"y\" {{
           for_each = toset([\"{key}\", \"{key}_dl\"])
           name     = \"/${{each.key}}\"
         }}"
    );
    let shown = value(&text, "[for x in aws_x.y : length(x.name)]");
    assert_eq!(shown, r#"[101,104] ["tuple",["number","number"]]"#);
}

#[test]
fn a_number_of_instances_may_be_sensitive() {
    let text = r#"
        variable "secret" {
          type      = list(string)
          default   = ["a", "b"]
          sensitive = true
        }
        resource "terraform_data" "t" {
          count = length(var.secret)
          input = count.index
        }
    "#;
    let shown = value(text, "terraform_data.t[*].input");
    assert_eq!(shown, r#"[0,1] ["tuple",["number","number"]]"#);
}
