//! Values are evaluated only where they may be wrong: whether these are found however they come about.

mod support;

use support::toys::{FEET, LOCKED, lines, run};

/// Values are evaluated only where they may be wrong; however they come about, these are.
#[test]
fn no_way_of_a_value_hides_that_it_is_wrong() {
    let ways = [
        "local.many",
        "local.all.many",
        "local.all[local.key]",
        "local.list[1]",
        "[for it in local.list : it][1]",
        "{ for key, it in local.all : key => it }.many",
        "{ many = \"many\" }[\"many\"]",
        "merge({ many = 1 }, local.all).many",
        "lookup({ a = 1 }, \"b\", \"many\")",
        "lookup(local.all, \"many\", 1)",
        "try({}.a, \"many\")",
        "coalesce(null, \"many\")",
        "element(local.list, 1)",
        "one([\"many\"])",
        "flatten([[1], [\"many\"]])[1]",
        "concat([1], [\"many\"])[1]",
        "values(local.all)[0]",
        "keys(local.all)[0]",
        "tolist(toset([\"many\"]))[0]",
        "([{ a = \"many\" }][*].a)[0]",
        "lower(\"MANY\")",
        "\"${local.ma}ny\"",
        "var.many",
        "var.objects[0].name",
        "1 == 1 ? \"many\" : \"1\"",
    ];
    let around = "locals {\n many = \"many\"\n ma = \"ma\"\n key = \"many\"\n all = { many = \"many\" }\n list = [1, \"many\"]\n}\n\
                  variable \"many\" {\n default = \"many\"\n}\n\
                  variable \"objects\" {\n type = list(object({ name = optional(string, \"many\") }))\n default = [{}]\n}\n";
    for way in ways {
        let text = format!(
            "resource \"toy_box\" \"a\" {{\n name = \"x\"\n size = {way}\n{FEET}}}\n{around}{LOCKED}provider \"toy\" {{}}\n"
        );
        let found = lines(&run(&[("main.tf", &text)]));
        let [only] = &found[..] else { panic!("{way}: {found:#?}") };
        assert!(only.contains("wrong-type") && only.contains("`\"many\"`"), "{way}: {only}");
    }
}

/// What is found in `body` of a box with two feet, of which something is said in a module `m` besides.
fn found_beside(body: &str, around: &str, module: &str) -> Vec<String> {
    let text = format!(
        "resource \"toy_box\" \"a\" {{\n{body}\n{FEET}}}\n{around}\n{LOCKED}provider \"toy\" {{}}\nvariable \"c\" {{\n type = bool\n}}\n"
    );
    lines(&run(&[("main.tf", &text), ("m/main.tf", module)]))
}

/// The same where it matters how many or in which order, which key, or what is null.
#[test]
fn no_collection_hides_that_a_value_is_wrong() {
    let around = "locals {\n object = { p = var.c ? \"many\" : 1 }\n lists = [[1], [var.c ? \"many\" : 2]]\n numbers = { 0 = var.c ? \"many\" : 1 }\n}\n\
                  resource \"toy_box\" \"b\" {\n for_each = { many = 1 }\n name = \"x\"\n foot {}\n foot {}\n}";
    let ways = [
        "one(local.object[*].p)",
        "concat(local.lists...)[1]",
        "tolist(toset([\"a\", var.c ? \"many\" : 1]))[0]",
        "local.numbers[0]",
        "[for key, it in toy_box.b : key][0]",
    ];
    for way in ways {
        let found = found_beside(&format!("name = \"x\"\nsize = {way}"), around, "");
        assert!(found.iter().any(|line| line.contains("wrong-type")), "{way}: {found:#?}");
    }
    let bodies = [
        "for_each = toy_box.b\nname = \"x\"\nsize = each.key",
        "for_each = { many = var.c ? \"many\" : 1 }\nname = \"x\"\nsize = each.value",
        "name = \"x\"\ndynamic \"rule\" {\n for_each = merge({ a = 1 }, { b = 2 })\n content {\n port = rule.key\n }\n}",
    ];
    for body in bodies {
        let found = found_beside(body, around, "");
        assert!(found.iter().any(|line| line.contains("wrong-type")), "{body}: {found:#?}");
    }
    let lids = "name = \"x\"\ndynamic \"lid\" {\n for_each = merge({ a = 1 }, { b = 2 })\n content {\n shape = \"x\"\n }\n}";
    let [only] = &found_beside(lids, "", "")[..] else { panic!("{lids}") };
    assert!(only.contains("too-many-blocks"), "{only}");
}

#[test]
fn no_way_of_a_value_hides_that_it_is_null() {
    let around = "locals {\n none = tostring(null)\n}";
    let bodies = [
        "name = var.c ? tostring(null) : \"x\"",
        "for_each = { a = { k = null } }\nname = tostring(each.value.k)",
        "for_each = { a = 1 }\nname = each.key == \"a\" ? local.none : \"x\"",
        "for_each = { a = {} }\nname = try(each.value.q, local.none)",
    ];
    for body in bodies {
        let found = found_beside(body, around, "");
        let [only] = &found[..] else { panic!("{body}: {found:#?}") };
        assert!(only.contains("and this is `null`"), "{body}: {only}");
    }
}

/// What a module makes of what is passed to it: a default, another order, what is left out.
#[test]
fn no_variable_hides_that_a_value_is_wrong() {
    let ways = [
        ("string", "default = \"d\"", "var.c ? null : \"x\"", "name = var.v"),
        (
            "object({ k = string })",
            "default = { k = \"q\" }",
            "var.c ? { k = null } : { k = \"x\" }",
            "name = var.v.k",
        ),
        (
            "object({ k = optional(string, \"many\") })",
            "",
            "var.c ? {} : { k = \"1\" }",
            "name = \"x\"\n size = values(var.v)[0]",
        ),
        (
            "set(string)",
            "",
            "[\"1\", var.c ? \"0x\" : \"2\"]",
            "name = \"x\"\n size = tolist(var.v)[0]",
        ),
    ];
    for (ty, default, passed, body) in ways {
        let call = format!("module \"m\" {{\n source = \"./m\"\n v = {passed}\n}}");
        let module = format!(
            "variable \"v\" {{\n type = {ty}\n {default}\n}}\nresource \"toy_box\" \"a\" {{\n {body}\n foot {{}}\n foot {{}}\n}}\n{LOCKED}"
        );
        let found = found_beside("name = \"x\"", &call, &module);
        let is_told = |line: &String| line.contains("wrong-type") || line.contains("is `null`");
        assert!(found.iter().any(is_told), "{body}: {found:#?}");
    }
}
