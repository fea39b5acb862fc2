//! Override files: what is in effect of blocks that they change, and what Terraform refuses.

mod support;

use cfglint_module::{Bindings, Settings};
use support::{Loaded, describe, shown, value_of};

/// Blocks nested in resources, as a provider would define them.
const BLOCKS: [&str; 4] = ["setting", "store", "provisioner", "connection"];

/// Compares all that is known about the module of `main.tf`, `override.tf` and `z_override.tf`.
fn check(main: &str, overrides: &[&str], expect: &str) {
    let names = ["override.tf", "z_override.tf"];
    let mut texts = vec![("main.tf", main)];
    texts.extend(names.into_iter().zip(overrides.iter().copied()));
    let loaded = Loaded::new(&texts);
    assert_eq!(loaded.syntax_errors(), Vec::<String>::new());
    let found = describe(&loaded, &BLOCKS);
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    };
    assert_eq!(lines(&found), lines(expect), "{main}\n{overrides:#?}");
}

#[test]
fn arguments_are_overridden_by_name() {
    check(
        "resource \"a\" \"b\" {\n  x = 1\n  y = 2\n}",
        &["resource \"a\" \"b\" {\n  y = 3\n  z = 4\n}"],
        "a.b
         a.b.x = 1 \"number\"
         a.b.y = 3 \"number\"
         a.b.z = 4 \"number\"",
    );
    check(
        "data \"a\" \"b\" {\n  x = 1\n}\nresource \"a\" \"b\" {\n  x = 1\n}",
        &["data \"a\" \"b\" {\n  x = 2\n}"],
        "data.a.b
         data.a.b.x = 2 \"number\"
         a.b
         a.b.x = 1 \"number\"",
    );
}

#[test]
fn later_overrides_win() {
    check(
        "locals {\n  a = 1\n}\nresource \"a\" \"b\" {\n  x = 1\n}",
        &[
            "locals {\n  a = 2\n}\nresource \"a\" \"b\" {\n  x = 2\n  y = 2\n}\nresource \"a\" \"b\" {\n  y = 3\n}",
            "locals {\n  a = 4\n}\nresource \"a\" \"b\" {\n  x = 4\n}",
        ],
        "local.a = 4 \"number\"
         a.b
         a.b.x = 4 \"number\"
         a.b.y = 3 \"number\"",
    );
}

#[test]
fn nested_blocks_of_a_type_are_replaced_together() {
    let main = "resource \"a\" \"b\" {
        setting { v = 1 }
        setting { v = 2 }
        store { v = 3 }
    }";
    check(
        main,
        &["resource \"a\" \"b\" {\n  setting { w = 4 }\n}"],
        "a.b
         a.b.setting#0
         a.b.setting#0.w = 4 \"number\"
         a.b.store#0
         a.b.store#0.v = 3 \"number\"",
    );
    check(
        main,
        &[
            "resource \"a\" \"b\" {\n  dynamic \"setting\" {\n    for_each = []\n    content {}\n  }\n}",
        ],
        "a.b
         a.b.dynamic.setting#0
         a.b.dynamic.setting#0.for_each = [] [\"tuple\",[]]
         a.b.store#0
         a.b.store#0.v = 3 \"number\"",
    );
    check(
        "resource \"a\" \"b\" {\n  dynamic \"setting\" {\n    for_each = []\n    content {}\n  }\n}",
        &["resource \"a\" \"b\" {\n  setting { v = 1 }\n}", "resource \"a\" \"b\" {\n  x = 1\n}"],
        "a.b
         a.b.x = 1 \"number\"
         a.b.setting#0
         a.b.setting#0.v = 1 \"number\"",
    );
    check(
        "resource \"a\" \"b\" {\n  provisioner \"p\" {}\n  provisioner \"q\" {}\n  connection { host = 1 }\n}",
        &["resource \"a\" \"b\" {\n  provisioner \"r\" {}\n  connection { port = 1 }\n}"],
        "a.b
         a.b.provisioner.r#0
         a.b.connection#0
         a.b.connection#0.port = 1 \"number\"",
    );
}

#[test]
fn the_number_of_instances_can_be_overridden() {
    check(
        "resource \"a\" \"b\" {\n  count = 2\n}",
        &["resource \"a\" \"b\" {\n  count = 1\n}"],
        "a.b[0]\n a.b[0].count = 1 \"number\"",
    );
    check(
        "resource \"a\" \"b\" {\n  for_each = toset([\"x\"])\n  v = each.key\n}",
        &["resource \"a\" \"b\" {\n  for_each = { y = 1 }\n}"],
        "a.b[\"y\"]
         a.b[\"y\"].for_each = {\"y\":1} [\"object\",{\"y\":\"number\"}]
         a.b[\"y\"].v = \"y\" \"string\"",
    );
    check(
        "resource \"a\" \"b\" {\n  count = 1\n}",
        &["resource \"a\" \"b\" {\n  for_each = { y = 1 }\n}"],
        "a.b[0]
         a.b[0].count = 1 \"number\"
         a.b[0].for_each = {\"y\":1} [\"object\",{\"y\":\"number\"}]",
    );
}

#[test]
fn the_default_of_a_variable_is_converted_to_the_type_that_results() {
    check(
        "variable \"a\" {\n  type    = number\n  default = 1\n}\nvariable \"b\" {\n  default = \"1.50\"\n}",
        &["variable \"a\" {\n  default = \"2\"\n}\nvariable \"b\" {\n  type = number\n}"],
        "var.a = 2 \"number\"
         var.b = 1.5 \"number\"",
    );
    check(
        "variable \"a\" {\n  default = [\"b\", \"a\", \"b\"]\n}",
        &[
            "variable \"a\" {\n  type = set(string)\n}",
            "variable \"a\" {\n  type = list(string)\n}",
        ],
        "var.a = [\"a\",\"b\"] [\"list\",\"string\"]",
    );
    check(
        "variable \"a\" {\n  type    = number\n  default = 1\n}",
        &["variable \"a\" {\n  default = \"abc\"\n}"],
        "var.a = unknown true
         override.tf:2:13 Invalid default value for variable: the default of `a` does not fit its type: a number is required",
    );
    check(
        "variable \"a\" {\n  default = \"abc\"\n}",
        &["variable \"a\" {\n  type = number\n}"],
        "var.a = unknown true
         override.tf:2:10 Invalid default value for variable: the default of `a` does not fit its type: a number is required",
    );
    check(
        "variable \"a\" {\n  default  = 1\n  nullable = false\n}",
        &["variable \"a\" {\n  default = null\n}"],
        "var.a = unknown true
         override.tf:2:13 Invalid default value for variable: the default of `a` does not fit its type: it is null, and the variable is not `nullable`",
    );
}

/// Terraform merges types without the defaults of their optional attributes.
#[test]
fn defaults_of_optional_attributes_are_those_of_the_type_that_is_overridden() {
    let main = "variable \"v\" {
        type    = object({ a = optional(string, \"base\"), b = optional(number) })
        default = { b = 1 }
    }";
    check(
        main,
        &[
            "variable \"v\" {\n  type = object({ a = optional(string, \"over\"), b = optional(number, 7), c = optional(string, \"c\") })\n}",
        ],
        "var.v = {\"a\":\"base\",\"b\":1,\"c\":null} [\"object\",{\"a\":\"string\",\"b\":\"number\",\"c\":\"string\"}]",
    );
    check(
        main,
        &["variable \"v\" {\n  default = {}\n}"],
        "var.v = {\"a\":\"base\",\"b\":null} [\"object\",{\"a\":\"string\",\"b\":\"number\"}]",
    );
    check(
        "variable \"w\" {\n  type    = object({ a = optional(string) })\n  default = {}\n}",
        &["variable \"w\" {\n  type = object({ a = optional(string, \"over\") })\n}"],
        "var.w = {\"a\":null} [\"object\",{\"a\":\"string\"}]",
    );
}

#[test]
fn a_variable_can_become_sensitive() {
    check(
        "variable \"a\" {\n  default = 1\n}\noutput \"o\" {\n  value = 1\n}",
        &["variable \"a\" {\n  sensitive = true\n}\noutput \"o\" {\n  value = var.a\n}"],
        "var.a = 1 \"number\" sensitive
         output.o = 1 \"number\" sensitive",
    );
}

#[test]
fn module_calls_are_overridden_by_argument() {
    check(
        "module \"m\" {\n  source = \"./one\"\n  name   = \"main\"\n}",
        &["module \"m\" {\n  source    = \"./two\"\n  providers = {}\n}"],
        "module.m
         module.m.name = \"main\" \"string\"
         module.m.source = \"./two\" \"string\"",
    );
}

#[test]
fn what_is_not_there_cannot_be_overridden() {
    check(
        "locals {\n  a = 1\n}",
        &["variable \"v\" {}
           locals {
             n = 1
           }
           output \"o\" {}
           resource \"a\" \"b\" {}
           data \"a\" \"b\" {}
           module \"m\" {}
           provider \"p\" {}
           provider \"p\" {
             alias = \"x\"
           }"],
        "local.a = 1 \"number\"
         override.tf:1:1 NothingToOverride(\"var.v\")
         override.tf:3:14 NothingToOverride(\"local.n\")
         override.tf:5:12 NothingToOverride(\"output.o\")
         override.tf:6:12 NothingToOverride(\"a.b\")
         override.tf:7:12 NothingToOverride(\"data.a.b\")
         override.tf:8:12 NothingToOverride(\"module.m\")
         override.tf:10:12 NothingToOverride(\"p.x\")",
    );
}

#[test]
fn what_may_not_be_overridden() {
    check(
        "variable \"v\" {\n  default = 1\n}\nresource \"a\" \"b\" {}\noutput \"o\" {\n  value = 1\n}",
        &["variable \"v\" {
             validation {}
           }
           resource \"a\" \"b\" {
             depends_on = [a.c]
             lifecycle {
               precondition {}
               prevent_destroy = true
             }
           }
           output \"o\" {
             depends_on = []
             precondition {}
           }
           moved {}
           import {}
           check \"c\" {}
           removed {}
           ephemeral \"a\" \"b\" {}"],
        "var.v = 1 \"number\"
         output.o = 1 \"number\"
         a.b
         override.tf:2:14 Block(\"validation\")
         override.tf:7:16 Block(\"precondition\")
         override.tf:5:27 DependsOn
         override.tf:13:14 Block(\"precondition\")
         override.tf:15:12 Block(\"moved\")
         override.tf:16:12 Block(\"import\")
         override.tf:17:12 Block(\"check\")",
    );
}

#[test]
fn lifecycle_is_overridden_by_argument() {
    let loaded = Loaded::new(&[
        (
            "main.tf",
            "resource \"a\" \"b\" {
               lifecycle {
                 prevent_destroy       = true
                 create_before_destroy = true
                 ignore_changes        = [\"x\"]
                 replace_triggered_by  = [\"y\"]
               }
             }",
        ),
        (
            "override.tf",
            "resource \"a\" \"b\" {
               lifecycle {
                 prevent_destroy      = false
                 ignore_changes       = []
                 replace_triggered_by = [\"z\"]
               }
             }",
        ),
    ]);
    let (modules, settings) = (loaded.modules(), Settings::default());
    let evaluation = loaded.evaluation(&modules, &settings);
    let values = evaluation.root();
    let module = values.module();
    let check = |name, expect: &str| {
        let argument = module.resources[0].declared.body().lifecycle(name);
        let value = argument.map(|found| value_of(&values, found, &Bindings::default()));
        assert!(value.is_some_and(|value| shown(&value).starts_with(expect)), "{name}");
    };
    check("prevent_destroy", "false");
    check("create_before_destroy", "true");
    check("ignore_changes", "[\"x\"]");
    check("replace_triggered_by", "[\"y\"]");
}

#[test]
fn providers_are_found_by_alias() {
    let loaded = Loaded::new(&[
        ("main.tf", "provider \"p\" {\n  a = 1\n}\nprovider \"p\" {\n  alias = \"x\"\n  a = 2\n}"),
        (
            "override.tf",
            "provider \"p\" {\n  alias = \"x\"\n  a = 3\n}\nprovider \"q\" {\n  a = 4\n}",
        ),
    ]);
    let (modules, settings) = (loaded.modules(), Settings::default());
    let evaluation = loaded.evaluation(&modules, &settings);
    let values = evaluation.root();
    let module = values.module();
    let of = |at: usize| {
        let argument = module.providers[at].argument("a").expect("it is set");
        shown(&value_of(&values, argument, &Bindings::default()))
    };
    assert_eq!([of(0), of(1), of(2)], ["1 \"number\"", "3 \"number\"", "4 \"number\""]);
    assert_eq!(module.providers.len(), 3);
    assert!(!module.is_library());
}

#[test]
fn a_backend_may_come_from_an_override() {
    let library = Loaded::new(&[("main.tf", "locals {}")]);
    assert!(library.assemble().is_library());
    let terraform = "terraform {\n  backend \"s3\" {}\n}\n";
    let root = Loaded::new(&[("main.tf", "locals {}"), ("backend_override.tf", terraform)]);
    assert!(!root.assemble().is_library());
    let twice = terraform.repeat(2);
    let twice = Loaded::new(&[("main.tf", ""), ("backend_override.tf", &twice)]);
    assert_eq!(twice.assemble().refused.len(), 1);
}
