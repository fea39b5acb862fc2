//! The same module in both syntaxes has the same values, whichever of its files is in which.

mod support;

use support::{Loaded, describe};

/// Blocks nested in resources, as a provider would define them.
const BLOCKS: [&str; 5] = ["setting", "store", "inner", "provisioner", "connection"];

/// The values of files named `NAME.tf`, `NAME.tfvars`; texts that begin with `{` or `[` are JSON.
fn values(texts: &[(&str, &str)]) -> String {
    let is_json = |text: &str| text.starts_with(['{', '[']);
    let named = texts.iter().map(|(name, text)| {
        let end = if is_json(text) { ".json" } else { "" };
        (format!("{name}{end}"), *text)
    });
    let named: Vec<_> = named.collect();
    let texts: Vec<_> = named.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let loaded = Loaded::new(&texts);
    assert_eq!(loaded.syntax_errors(), Vec::<String>::new(), "{texts:#?}");
    describe(&loaded, &BLOCKS)
}

/// Compares a module in native syntax with the same in JSON; `lines` must be among its values.
fn check(native: &str, json: &str, lines: &[&str]) {
    let found = values(&[("main.tf", json)]);
    assert_eq!(found, values(&[("main.tf", native)]), "{json}");
    for line in lines {
        assert!(found.lines().any(|found| found == *line), "{line} is not in\n{found}");
    }
}

#[test]
fn locals_and_literals() {
    check(
        r#"locals {
             text   = "a\"b\\c\n\u00e9\U0001F600"
             dollar = "$${x} %%{y} $x"
             number = -1.50
             huge   = 123456789012345678901234567890
             yes    = true
             none   = null
             list   = [1, "a", [], {}]
             object = { a = 1, "b c" = { d = [null] } }
           }"#,
        r#"{"locals": {
             "//": "a comment",
             "text": "a\"b\\c\n\u00e9\ud83d\ude00",
             "dollar": "$${x} %%{y} $x",
             "number": -1.50,
             "huge": 123456789012345678901234567890,
             "yes": true,
             "none": null,
             "list": [1, "a", [], {}],
             "object": {"a": 1, "b c": {"d": [null]}}
           }}"#,
        &[r#"local.dollar = "${x} %{y} $x" "string""#, r#"local.number = -1.5 "number""#],
    );
}

#[test]
fn templates() {
    check(
        r#"locals {
             n      = 3
             whole  = "${local.n}"
             list   = [for i in range(local.n) : "${i}-\"${upper("a")}\""]
             if     = "%{ if local.n > 2 }big%{ else }small%{ endif }"
             map    = { (upper("k")) = local.n, plain = "x ${local.n}" }
             quotes = "${join(",", ["a", "b"])}!"
           }"#,
        r#"{"locals": {
             "n": 3,
             "whole": "${local.n}",
             "list": "${[for i in range(local.n) : \"${i}-\\\"${upper(\"a\")}\\\"\"]}",
             "if": "%{ if local.n > 2 }big%{ else }small%{ endif }",
             "map": {"${upper(\"k\")}": "${local.n}", "plain": "x ${local.n}"},
             "quotes": "${join(\u0022,\", [\"a\", \"b\"])}!"
           }}"#,
        &[r#"local.whole = 3 "number""#, r#"local.quotes = "a,b!" "string""#],
    );
}

#[test]
fn variables() {
    check(
        r#"variable "a" {
             type    = object({ x = optional(string, "d"), y = list(number) })
             default = { y = ["1", 2] }
           }
           variable "b" {
             type        = map(string)
             default     = { k = "$${literal}" }
             description = "text"
             sensitive   = true
           }
           variable "c" {
             default  = "x $${y} z"
             nullable = false
           }
           variable "d" {
             type = list(string)
             validation {
               condition     = length(var.d) > 0
               error_message = "Empty."
             }
           }"#,
        r#"{"variable": {
             "a": {
               "type": "object({ x = optional(string, \"d\"), y = list(number) })",
               "default": {"y": ["1", 2]}
             },
             "b": {
               "type": "map(string)", "default": {"k": "${literal}"},
               "description": "text", "sensitive": true
             },
             "c": [{"default": "x ${y} z", "nullable": false}],
             "d": {
               "type": "list(string)",
               "validation": {"condition": "${length(var.d) > 0}", "error_message": "Empty."}
             }
           }}"#,
        &[
            r#"var.b = {"k":"${literal}"} ["map","string"] sensitive"#,
            r#"var.c = "x ${y} z" "string""#,
        ],
    );
}

#[test]
fn variable_files() {
    let main = "variable \"a\" {\n  type = list(number)\n}\nvariable \"b\" {}\nvariable \"c\" {\n  type = map(string)\n}";
    let native = "a = [\"1\"]\nb = \"$${x}\"\nc = { k = true }";
    let json = r#"{"a": ["1"], "b": "${x}", "c": {"k": true}}"#;
    let expect = values(&[("main.tf", main), ("terraform.tfvars", native)]);
    assert!(expect.contains("var.b = \"${x}\""), "{expect}");
    assert_eq!(values(&[("main.tf", main), ("terraform.tfvars", json)]), expect);
    assert_eq!(values(&[("main.tf", main), ("x.auto.tfvars", json)]), expect);
}

#[test]
fn resources_with_instances_and_nested_blocks() {
    check(
        r#"resource "a" "b" {
             for_each = { x = 1, y = 2 }
             name     = "${each.key}-${each.value}"
             list     = [each.key]
             setting {
               v = each.value
               inner {
                 w = 1
               }
               inner {
                 w = 2
               }
             }
             store {
               v = "s"
             }
             dynamic "setting" {
               for_each = [1]
               iterator = it
               content {}
             }
             lifecycle {
               ignore_changes = [name]
             }
             provisioner "p" {
               command = "c"
             }
           }
           resource "a" "c" {
             count = 2
             name  = count.index
           }
           data "a" "b" {
             name = "d"
           }"#,
        r#"{
             "resource": {"a": {
               "b": {
                 "for_each": {"x": 1, "y": 2},
                 "name": "${each.key}-${each.value}",
                 "list": ["${each.key}"],
                 "setting": [{"v": "${each.value}", "inner": [{"w": 1}, {"w": 2}]}],
                 "store": {"v": "s"},
                 "dynamic": {"setting": {"for_each": [1], "iterator": "it", "content": {}}},
                 "lifecycle": {"ignore_changes": ["name"]},
                 "provisioner": [{"p": {"command": "c"}}]
               },
               "c": {"count": 2, "name": "${count.index}"}
             }},
             "data": [{"a": [{"b": {"name": "d"}}]}]
           }"#,
        &[
            r#"a.b["y"].name = "y-2" "string""#,
            r#"a.b["y"].setting#0.inner#1.w = 2 "number""#,
            r#"a.c[1].name = 1 "number""#,
            r#"data.a.b.name = "d" "string""#,
        ],
    );
}

#[test]
fn module_calls_and_outputs() {
    check(
        r#"module "m" {
             source    = "./x"
             version   = "1.0"
             name      = "n"
             flows     = ["a", local.b]
             object    = { setting = { v = 1 } }
             providers = { p = p.q }
           }
           locals {
             b = "b"
           }
           output "o" {
             value       = "x ${local.b}"
             description = "d"
             depends_on  = [a.b]
           }"#,
        r#"[
             {"module": {"m": {
               "source": "./x", "version": "1.0", "name": "n", "flows": ["a", "${local.b}"],
               "object": {"setting": {"v": 1}},
               "providers": {"p": "p.q"}
             }}},
             {"locals": [{"b": "b"}]},
             {"output": {"o": {"value": "x ${local.b}", "description": "d", "depends_on": ["a.b"]}}}
           ]"#,
        &[
            r#"output.o = "x b" "string""#,
            r#"module.m.flows = ["a","b"] ["tuple",["string","string"]]"#,
        ],
    );
}

#[test]
fn overrides_in_either_syntax() {
    let main = [
        "variable \"v\" {\n  type    = number\n  default = 1\n}\nlocals {\n  a = 1\n  b = local.a\n}\nresource \"a\" \"b\" {\n  x = var.v\n  setting {\n    v = 1\n  }\n  store {\n    v = 2\n  }\n}",
        r#"{"variable": {"v": {"type": "number", "default": 1}}, "locals": {"a": 1, "b": "${local.a}"},
            "resource": {"a": {"b": {"x": "${var.v}", "setting": [{"v": 1}], "store": {"v": 2}}}}}"#,
    ];
    let overrides = [
        "variable \"v\" {\n  default = \"5\"\n}\nlocals {\n  a = 2\n}\nresource \"a\" \"b\" {\n  y = local.b\n  setting {\n    v = 3\n  }\n  setting {\n    v = 4\n  }\n}",
        r#"{"variable": {"v": {"default": "5"}}, "locals": {"a": 2},
            "resource": {"a": {"b": {"y": "${local.b}", "setting": [{"v": 3}, {"v": 4}], "store": null}}}}"#,
    ];
    let later = [
        "resource \"a\" \"b\" {\n  dynamic \"store\" {\n    for_each = []\n    content {}\n  }\n}",
        r#"{"resource": {"a": {"b": {"dynamic": {"store": {"for_each": [], "content": {}}}}}}}"#,
    ];
    let of = |at: [usize; 3]| {
        values(&[
            ("main.tf", main[at[0]]),
            ("override.tf", overrides[at[1]]),
            ("z_override.tf", later[at[2]]),
        ])
    };
    let native = of([0, 0, 0]);
    for line in [
        "var.v = 5 \"number\"",
        "local.b = 2 \"number\"",
        "a.b.setting#1.v = 4 \"number\"",
        "a.b.dynamic.store#0",
    ] {
        assert!(native.lines().any(|found| found == line), "{line} is not in\n{native}");
    }
    for at in 1..8 {
        assert_eq!(of([at & 1, at >> 1 & 1, at >> 2]), native, "{at:03b}");
    }
}

#[test]
fn what_is_refused_has_its_place() {
    let loaded = Loaded::new(&[
        ("main.tf.json", "{\n  \"locals\": {\"a\": \"${1 + \\\"x\\\"}\"}\n}"),
        ("override.tf.json", "{\n  \"moved\": {},\n  \"resource\": {\"a\": {\"b\": {}}}\n}"),
    ]);
    let found = describe(&loaded, &BLOCKS);
    for place in [
        "main.tf.json:2:26 Invalid operand",
        "override.tf.json:2:3 Block",
        "override.tf.json:3:22 Nothing",
    ] {
        assert!(found.lines().any(|line| line.starts_with(place)), "{place} is not in\n{found}");
    }
}

#[test]
fn what_makes_a_root_module() {
    let is_library = |json| Loaded::new(&[("main.tf.json", json)]).assemble().is_library();
    assert!(is_library(r#"{"terraform": {"required_version": "> 1"}, "locals": {}}"#));
    assert!(!is_library(r#"{"terraform": {"backend": {"s3": {}}}}"#));
    assert!(!is_library(r#"{"terraform": [{"cloud": [{}]}]}"#));
    assert!(!is_library(r#"{"provider": {"aws": [{"region": "eu-central-1"}]}}"#));
}
