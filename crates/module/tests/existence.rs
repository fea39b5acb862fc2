//! Blocks and calls of which it is not known that they exist: what is refused in them, and what is
//! kept of that when it is found under assumptions. What other resources set is known as far as
//! providers keep it.

mod support;

use std::collections::BTreeSet;

use cfglint_module::{Assumptions, ModuleValues, Problem, Settings};
use support::{Loaded, evaluated};

/// The places of errors in a module and those that it calls, a `?` after those that rest on
/// something that may not exist. All calls are judged where they exist, as rules would.
fn refused(texts: &[(&str, &str)]) -> Vec<String> {
    let loaded = Loaded::new(texts);
    let (modules, settings) = (loaded.modules(), Settings::default());
    let evaluation = loaded.evaluation(&modules, &settings);
    let wanted: BTreeSet<_> = modules.iter().map(|(id, _)| id).collect();
    let mut all = vec![(evaluation.root(), Assumptions::default())];
    let mut at = 0;
    while let Some((values, assumed)) = all.get(at).cloned() {
        evaluation.under(&assumed, || read_blocks(&values));
        all.extend(values.children(&assumed, &wanted));
        at += 1;
    }
    let mut lines = Vec::new();
    for (values, _) in &all {
        values.evaluate_all();
        for problem in values.problems() {
            if let Problem::Invalid { error, may_be_absent, .. } = problem {
                let doubt = if may_be_absent { "?" } else { "" };
                lines.push(format!("{}{doubt}", loaded.place(error.location)));
            }
        }
    }
    lines
}

/// Evaluates the argument `name` of all blocks.
fn read_blocks(values: &ModuleValues<'_>) {
    for resource in &values.module().resources {
        let Some(argument) = resource.declared.argument("name") else { continue };
        for key in values.instances(&resource.declared) {
            if let Some(bindings) = values.bindings(&resource.declared, &key) {
                values.value(argument.expr(), argument.file, &bindings);
            }
        }
    }
}

/// A module called `count` times, whose local `bad` rests on `value`.
fn called(count: &str, value: &str) -> Vec<String> {
    let main = format!(
        "variable \"on\" {{\n  type = bool\n}}\n\
         module \"m\" {{\n  source = \"./m\"\n  count  = {count}\n  text   = \"x\"\n}}\n"
    );
    let inner = format!(
        "variable \"text\" {{\n  type = string\n}}\n\
         locals {{\n  bad = tonumber({value})\n}}\n\
         resource \"aws_x\" \"y\" {{\n  name = local.bad\n}}\n"
    );
    refused(&[("main.tf", &main), ("m/main.tf", &inner)])
}

#[test]
fn errors_found_under_assumptions_are_kept() {
    let place = "m/main.tf:5:18";
    assert_eq!(called("1", "\"x\""), [place]);
    assert_eq!(called("var.on ? 1 : 0", "\"x\""), [place]);
}

#[test]
fn errors_where_a_call_may_have_no_instance_are_in_doubt() {
    let place = "m/main.tf:5:18";
    assert_eq!(called("1", "var.text"), [place]);
    assert_eq!(called("var.on ? 1 : 2", "var.text"), vec![format!("{place}?"); 2]);
    assert_eq!(called("var.on ? 1 : 0", "var.text"), [format!("{place}?")]);
}

#[test]
fn errors_under_one_answer_are_no_errors_of_all() {
    let main = r#"
        variable "on" {
          type = bool
        }
        resource "aws_x" "y" {
          name = var.on ? tonumber(local.text) : 1
        }
        locals {
          text = var.on ? "1" : "x"
        }
    "#;
    assert_eq!(refused(&[("main.tf", main)]), Vec::<String>::new());
}

/// The value of an expression beside the block `block`.
fn beside(block: &str, text: &str) -> String {
    let loaded = Loaded::new(&[("main.tf", block)]);
    let (modules, settings) = (loaded.modules(), Settings::default());
    let evaluation = loaded.evaluation(&modules, &settings);
    evaluated(&evaluation.root(), text)
}

#[test]
fn what_providers_write_in_their_own_way_is_not_known() {
    let check = |arguments: &str, attribute: &str, is_known: bool| {
        let block = format!("resource \"aws_x\" \"y\" {{\n{arguments}\n}}\n");
        let shown = beside(&block, &format!("aws_x.y.{attribute}"));
        assert_eq!(!shown.starts_with("unknown"), is_known, "{arguments}: {shown}");
    };
    check("a = \"plain\"", "a", true);
    check("a = \"arn:aws:x:y/${1 + 1}\"", "a", true);
    check("a = \"\"", "a", false);
    check("a = \"example.com.\"", "a", false);
    check("a = \"West Europe\"", "a", false);
    check("a = \"#!/bin/sh\\n\"", "a", false);
    check("a = jsonencode({ b = 1 })", "a", false);
    check("a_wo = \"plain\"", "a_wo", false);
    for ignored in ["[a]", "all", "[\"a\"]", "[b, a.c]", "[a[\"c\"]]"] {
        check(&format!("a = \"x\"\nlifecycle {{\nignore_changes = {ignored}\n}}"), "a", false);
    }
    check("a = \"x\"\nlifecycle {\nignore_changes = [b, c.a]\n}", "a", true);
}

#[test]
fn what_a_data_source_is_asked_for_is_not_what_it_says() {
    let data = "data \"aws_route53_zone\" \"z\" {\n  name = \"example.com\"\n}\n";
    assert_eq!(beside(data, "data.aws_route53_zone.z.name"), "unknown true");
    let state = "data \"terraform_remote_state\" \"s\" {\n  backend = \"local\"\n}\n";
    assert_eq!(beside(state, "data.terraform_remote_state.s.backend"), "\"local\" \"string\"");
}

#[test]
fn what_a_call_passes_is_evaluated_with_the_caller() {
    let main = r#"
        module "m" {
          source = "./m"
          text   = tonumber("x")
        }
    "#;
    let inner = "variable \"text\" {}\n";
    assert_eq!(refused(&[("main.tf", main), ("m/main.tf", inner)]), ["main.tf:4:29"]);
}

#[test]
fn known_values_ask_nothing() {
    let main = r#"
        variable "on" {
          type = bool
        }
        locals {
          all   = { a = "x", b = var.on ? "y" : "z" }
          known = local.all.a
          open  = local.all.b
        }
    "#;
    let loaded = Loaded::new(&[("main.tf", main)]);
    let (modules, settings) = (loaded.modules(), Settings::default());
    let evaluation = loaded.evaluation(&modules, &settings);
    let questions = |text: &str| {
        let judge = || evaluated(&evaluation.root(), text);
        evaluation.under(&Assumptions::default(), judge).1.len()
    };
    assert_eq!(questions("local.known"), 0);
    assert_eq!(questions("local.open"), 1);
}

#[test]
fn what_providers_always_set_is_not_null_wherever_it_is_declared() {
    let check = |text: &str, expect: &str| {
        let app = "resource \"aws_pinpoint_app\" \"here\" {}\n";
        assert_eq!(beside(app, &format!("{text} == null")), expect, "{text}");
    };
    check("aws_pinpoint_app.here.application_id", "false \"bool\"");
    check("aws_pinpoint_app.elsewhere.application_id", "false \"bool\"");
    check("aws_pinpoint_app.elsewhere.tags_all", "unknown true");
    check("data.aws_pinpoint_app.elsewhere.arn", "unknown true");
}
