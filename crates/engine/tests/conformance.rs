//! Blocks against the schemas of their providers: what is told, where, at which level.

mod support;

use cfglint_engine::testing::check_with;
use cfglint_engine::{BuiltinRule, RuleCode};
use diagnostics::Level;
use schema::Catalog;
use support::files;
use support::toys::{FEET, LOCKED, lines, rules, run, toys};

/// What is found in a `toy_box` of version 2.0.0 with `name`, two feet and `body`, which begins on
/// line 1.
fn boxed(body: &str, expect: &[&str]) {
    let text = format!(
        "resource \"toy_box\" \"a\" {{ {body}\n  name = \"x\"\n{FEET}}}\n{LOCKED}provider \"toy\" {{}}\nvariable \"v\" {{}}\n"
    );
    assert_eq!(lines(&run(&[("main.tf", &text)])), expect, "{text}");
}

/// What is found in `text` with version 2.0.0.
fn whole(text: &str, expect: &[&str]) {
    let text = format!("{text}\n{LOCKED}provider \"toy\" {{}}\nvariable \"v\" {{}}\n");
    assert_eq!(lines(&run(&[("main.tf", &text)])), expect, "{text}");
}

#[test]
fn what_is_right_is_silent() {
    boxed("", &[]);
    boxed("\nsize = 3\nis_open = true\ntags = { a = 1 }\nid = null\narn = null", &[]);
    boxed(
        "\ncount = 2\ndepends_on = []\nprovider = toy\nlifecycle { ignore_changes = [size] }",
        &[],
    );
    boxed("\nrule {\n port = 1\n}\nrule {}", &[]);
    boxed("\nrule = [{ port = 1, label = \"a\" }]", &[]);
    boxed("\nlid {\n shape = var.v\n handle { length = 2 }\n handle {}\n}", &[]);
    boxed("\ndynamic \"lid\" {\n for_each = var.v\n content {\n shape = lid.value\n }\n}", &[]);
}

#[test]
fn names_are_known() {
    boxed(
        "\nnam = 1",
        &[
            "2 error unknown-argument nam | `toy_box` has no argument `nam` in hashicorp/toy 2.0.0; did you mean `name`?",
        ],
    );
    boxed(
        "\nsizee = 1",
        &[
            "2 error unknown-argument sizee | `toy_box` has no argument `sizee` in hashicorp/toy 2.0.0; did you mean `size`? -> size",
        ],
    );
    boxed(
        "\nquite_different = 1\nlid {\n shape = \"a\"\n weigt = 1\n}",
        &[
            "2 error unknown-argument quite_different | `toy_box` has no argument `quite_different` in hashicorp/toy 2.0.0",
            "5 error unknown-argument weigt | `lid` of `toy_box` has no argument `weigt` in hashicorp/toy 2.0.0; did you mean `weight`? -> weight",
        ],
    );
    boxed(
        "\nlidd { shape = \"a\" }\nother {}",
        &[
            "2 error unknown-block lidd | `toy_box` has no block `lidd` in hashicorp/toy 2.0.0; did you mean `lid`? -> lid",
            "3 error unknown-block other | `toy_box` has no block `other` in hashicorp/toy 2.0.0",
        ],
    );
    boxed(
        "\ndynamic \"lidd\" {\n for_each = []\n content {}\n}",
        &[
            "2 error unknown-block \"lidd\" | `toy_box` has no block `lidd` in hashicorp/toy 2.0.0; did you mean `lid`? -> \"lid\"",
        ],
    );
}

#[test]
fn blocks_and_arguments_are_not_mixed_up() {
    boxed(
        "\nlid = {}\ntags {\n a = 1\n}\ncount {}\nlifecycle = 1",
        &[
            "2 error block-as-argument lid | `lid` is a block of `toy_box`, not an argument, in hashicorp/toy 2.0.0: write `lid { … }`",
            "3 error argument-as-block tags | `tags` is an argument of `toy_box`, not a block, in hashicorp/toy 2.0.0: write `tags = { … }`",
            "6 error argument-as-block count | `count` is an argument of `toy_box`, not a block, in hashicorp/toy 2.0.0: write `count = …`",
            "7 error block-as-argument lifecycle | `lifecycle` is a block of `toy_box`, not an argument, in hashicorp/toy 2.0.0: write `lifecycle { … }`",
        ],
    );
}

#[test]
fn what_has_to_be_there_is_missed() {
    whole(
        "resource \"toy_box\" \"a\" {\nfoot {}\n}",
        &[
            "1 error missing-argument resource \"toy_box\" \"a\" | `toy_box` requires the argument `name` in hashicorp/toy 2.0.0",
            "1 error missing-block resource \"toy_box\" \"a\" | `toy_box` requires at least 2 blocks `foot` in hashicorp/toy 2.0.0",
        ],
    );
    boxed(
        "\nlid {}\nlid {\n  shape = null\n}",
        &[
            "2 error missing-argument lid | `lid` of `toy_box` requires the argument `shape` in hashicorp/toy 2.0.0",
            "3 error too-many-blocks lid | `toy_box` takes only one block `lid` in hashicorp/toy 2.0.0",
            "4 error missing-argument null | `lid` of `toy_box` requires the argument `shape` in hashicorp/toy 2.0.0, and this is `null`",
        ],
    );
    // What more there is may stand in text that cannot be read, or in what is escaped.
    for body in ["\nname = = 1\n", "\n_ {\n}\n"] {
        let text = format!("resource \"toy_box\" \"a\" {{{body}}}\n{LOCKED}");
        let found = lines(&run(&[("main.tf", &text)]));
        assert!(found.iter().all(|line| !line.contains("missing-")), "{found:#?}");
    }
}

#[test]
fn null_is_absent() {
    whole(
        "locals {\n  none = null\n}\nresource \"toy_box\" \"a\" {\n  name = local.none\n  foot {}\n  foot {}\n}",
        &[
            "5 error missing-argument local.none | `toy_box` requires the argument `name` in hashicorp/toy 2.0.0, and this is `null`",
        ],
    );
}

#[test]
fn blocks_that_are_made_are_counted() {
    boxed(
        "\ndynamic \"lid\" {\n for_each = [1, 2]\n content {\n shape = lid.value\n }\n}",
        &[
            "2 error too-many-blocks dynamic \"lid\" | `toy_box` takes only one block `lid` in hashicorp/toy 2.0.0",
        ],
    );
    boxed("\ndynamic \"foot\" {\n for_each = []\n content {\n nothing = 1\n }\n}", &[]);
    boxed("\ndynamic \"lid\" {\n for_each = toset([])\n content {\n nothing = 1\n }\n}", &[]);
    boxed(
        "\ndynamic \"lid\" {\n for_each = var.v\n content {\n nothing = 1\n }\n}",
        &[
            "4 error missing-argument content | `lid` of `toy_box` requires the argument `shape` in hashicorp/toy 2.0.0",
            "5 error unknown-argument nothing | `lid` of `toy_box` has no argument `nothing` in hashicorp/toy 2.0.0",
        ],
    );
    boxed(
        "\ndynamic \"lid\" {\n shape = 1\n}",
        &[
            "2 error missing-argument dynamic \"lid\" | a `dynamic` block requires the argument `for_each`",
            "2 error missing-block dynamic \"lid\" | a `dynamic` block requires a block `content`",
            "3 error unknown-argument shape | a `dynamic` block has no argument `shape`; it belongs into the block `content`",
        ],
    );
}

#[test]
fn what_the_provider_sets_is_not_set() {
    boxed(
        "\narn = \"a\"\nid = \"a\"",
        &[
            "2 error read-only-argument arn | only the provider sets `arn` of `toy_box` in hashicorp/toy 2.0.0",
            "3 error read-only-argument id | only the provider sets `id` of `toy_box` in hashicorp/toy 2.0.0",
        ],
    );
}

#[test]
fn versions_count() {
    boxed(
        "\ncolour = \"a\"\ngone = \"a\"",
        &[
            "2 warning deprecated-argument colour | `colour` of `toy_box` is deprecated in hashicorp/toy 2.0.0",
            "3 error argument-not-in-version gone | `toy_box` has no `gone` in hashicorp/toy 2.0.0: the last version known to have it is 1.0.0",
        ],
    );
    let text = |version: &str| {
        format!(
            "terraform {{\n required_providers {{\n toy = {{\n source = \"hashicorp/toy\"\n version = \"{version}\"\n}}\n}}\n}}\nprovider \"toy\" {{}}\nresource \"toy_box\" \"a\" {{\n name = \"x\"\n{FEET} gone = 1\n added = 1\n colour = 1\n xyz = 1\n}}\n"
        )
    };
    let check = |version: &str, expect: &[&str]| {
        assert_eq!(lines(&run(&[("main.tf", &text(version))])), expect, "{version}");
    };
    check(
        "1.0.0",
        &[
            "15 error argument-not-in-version added | `toy_box` has no `added` in hashicorp/toy 1.0.0: the first version known to have it is 2.0.0",
            "17 error unknown-argument xyz | `toy_box` has no argument `xyz` in hashicorp/toy 1.0.0",
        ],
    );
    // What one of the versions has is not wrong.
    check(
        ">= 1.0.0",
        &[
            "17 warning unknown-argument xyz | `toy_box` has no argument `xyz` in hashicorp/toy >= 1.0.0; a newer version may have it",
        ],
    );
    // Nothing is known of versions that are all older.
    check("< 1.0.0", &[]);
}

#[test]
fn types_are_known() {
    whole(
        "resource \"toy_bocks\" \"a\" {}\nresource \"toy_shop\" \"a\" {}\nresource \"toy_lost\" \"a\" {}\nresource \"toy_old\" \"a\" {}\nresource \"unheard_of\" \"a\" {}",
        &[
            "1 error unknown-type \"toy_bocks\" | the resource type `toy_bocks` does not exist in hashicorp/toy 2.0.0; did you mean `toy_box`? -> \"toy_box\"",
            "2 error unknown-type \"toy_shop\" | the resource type `toy_shop` does not exist in hashicorp/toy 2.0.0; there is a data source of that name",
            "3 error argument-not-in-version \"toy_lost\" | the resource type `toy_lost` does not exist in hashicorp/toy 2.0.0: the last version known to have it is 1.0.0",
            "4 warning deprecated-type \"toy_old\" | the resource type `toy_old` is deprecated in hashicorp/toy 2.0.0",
        ],
    );
    whole(
        "data \"toy_shop\" \"a\" {}",
        &[
            "1 error missing-argument data \"toy_shop\" \"a\" | the data source `toy_shop` requires the argument `name` in hashicorp/toy 2.0.0",
        ],
    );
}

#[test]
fn literals_need_no_quotes() {
    boxed(
        "\nsize = \"3\"\nis_open = \"true\"\nlid {\n shape = \"3\"\n weight = \"1.5\"\n}",
        &[
            "2 note quoted-literal \"3\" | `size` is a number and is written in quotes -> 3",
            "3 note quoted-literal \"true\" | `is_open` is a bool and is written in quotes -> true",
            "6 note quoted-literal \"1.5\" | `weight` is a number and is written in quotes -> 1.5",
        ],
    );
    boxed("\nsize = \"1e2\"\nis_open = \"1\"", &[]);
}

#[test]
fn values_are_judged_in_each_instance() {
    let found = |text: &str| {
        lines(&run(&[("main.tf", &format!("{text}\n{LOCKED}provider \"toy\" {{}}\n"))]))
    };
    let text = format!(
        "resource \"toy_box\" \"a\" {{\n for_each = {{ a = 1, b = \"many\" }}\n name = \"x\"\n size = each.value\n{FEET}}}"
    );
    let [only] = &found(&text)[..] else { panic!("{:#?}", found(&text)) };
    assert!(only.starts_with("2 error wrong-type [\"b\"] \"many\" | "), "{only}");
    let text = format!(
        "variable \"many\" {{\n type = bool\n}}\nresource \"toy_box\" \"a\" {{\n name = \"x\"\n size = var.many ? \"many\" : 3\n{FEET}}}"
    );
    let [only] = &found(&text)[..] else { panic!("{:#?}", found(&text)) };
    assert!(only.starts_with("6 warning wrong-type \"many\" | "), "{only}");
    assert!(only.contains("when `var.many` is true"), "{only}");
}

#[test]
fn overrides_and_json_are_read_as_terraform_does() {
    let main = format!(
        "resource \"toy_box\" \"a\" {{\n sizee = 1\n{FEET}}}\n{LOCKED}provider \"toy\" {{}}\n"
    );
    let more = "resource \"toy_box\" \"a\" {\n name = \"x\"\n nothing = 1\n foot {}\n}\n";
    let found = lines(&run(&[("main.tf", &main), ("more_override.tf", more)]));
    assert_eq!(
        found,
        [
            "1 error missing-block resource \"toy_box\" \"a\" | `toy_box` requires at least 2 blocks `foot` in hashicorp/toy 2.0.0",
            "2 error unknown-argument sizee | `toy_box` has no argument `sizee` in hashicorp/toy 2.0.0; did you mean `size`? -> size",
            "3 error unknown-argument nothing | `toy_box` has no argument `nothing` in hashicorp/toy 2.0.0",
        ]
    );
    let json = r#"{"provider": {"toy": {}}, "terraform": {"required_providers": {"toy": {"source": "hashicorp/toy", "version": "2.0.0"}}},
"resource": {"toy_box": {"a": {"//": "a comment", "name": "x", "count": 1, "lifecycle": {"prevent_destroy": true},
"foot": [{}, {"hight": 1}],
"lid": {"shape": "a", "handle": [{"length": 1}, {"len": 1}]},
"rule": [{"port": 1}],
"sizee": 2,
"size": "3"
}}}}"#;
    let found = lines(&run(&[("main.tf.json", json)]));
    assert_eq!(
        found,
        [
            "3 error unknown-argument \"hight\" | `foot` of `toy_box` has no argument `hight` in hashicorp/toy 2.0.0; did you mean `height`? -> \"height\"",
            "4 error unknown-argument \"len\" | `lid.handle` of `toy_box` has no argument `len` in hashicorp/toy 2.0.0",
            "6 error unknown-argument \"sizee\" | `toy_box` has no argument `sizee` in hashicorp/toy 2.0.0; did you mean `size`?",
            "7 note quoted-literal \"3\" | `size` is a number and is written in quotes -> 3",
        ]
    );
}

#[test]
fn a_special_rule_stands_for_a_general_one() {
    const SPECIAL: BuiltinRule = BuiltinRule {
        id: "test/no-name",
        aliases: &[],
        text: "",
        level: Level::Warning,
        group: "api",
        preset: None,
        title: "",
        blocks: &[("resource", "toy_box")],
        supersedes: &["schema/missing-argument"],
        code: RuleCode::Block(|block, reporter| {
            if block.get("name").is_null() {
                reporter.report_block("a box without a name").emit();
            }
        }),
    };
    let text = format!(
        "resource \"toy_box\" \"a\" {{\n{FEET} nothing = 1\n}}\n{LOCKED}provider \"toy\" {{}}\n"
    );
    let data = toys();
    let catalog = Catalog::builtin().with(&data);
    let all = [&rules()[..], &[SPECIAL]].concat();
    let found = lines(&check_with(&all, &catalog, &files(&[("main.tf", &text)])));
    assert_eq!(
        found,
        [
            "1 warning no-name resource \"toy_box\" \"a\" | a box without a name",
            "4 error unknown-argument nothing | `toy_box` has no argument `nothing` in hashicorp/toy 2.0.0",
        ]
    );
}

#[test]
fn what_a_called_module_gets_is_judged_for_each_call() {
    let main = format!(
        "{LOCKED}provider \"toy\" {{}}\nmodule \"m\" {{\n source = \"./m\"\n for_each = {{ a = 1, b = \"many\" }}\n size = each.value\n}}\n"
    );
    let called = format!(
        "variable \"size\" {{}}\nresource \"toy_box\" \"a\" {{\n name = \"x\"\n size = var.size\n sizee = 1\n{FEET}}}\n"
    );
    let found = lines(&run(&[("main.tf", &main), ("m/main.tf", &called)]));
    let [unknown, wrong] = &found[..] else { panic!("{found:#?}") };
    assert!(wrong.contains("error wrong-type module.m[\"b\"].toy_box.a \"many\" | "), "{wrong}");
    // What does not depend on the call is said once.
    assert!(unknown.starts_with("5 error unknown-argument sizee | "), "{unknown}");
}
