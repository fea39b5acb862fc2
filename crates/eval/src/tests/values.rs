//! Errors, references and refinements.

use std::sync::Arc;

use value::{Marks, Reason, Type, Unknown, Value};

use super::{Fixture, check, expr, tree};
use crate::{references, truth};

#[test]
fn only_the_first_error_of_an_expression_is_reported() {
    let check_all = |text: &str, expect: &[&str]| {
        let errors = Fixture::default().eval(text).errors;
        let summaries: Vec<_> = errors.iter().map(|error| &*error.summary).collect();
        assert_eq!(summaries, expect, "{text}");
    };
    check_all("([] + 1)[0].a", &["Invalid operand"]);
    check_all("upper(1 + [])", &["Invalid operand"]);
    check_all("[1 + [], 2 + []]", &["Invalid operand", "Invalid operand"]);
    check_all("[for x in [1, 2, 3] : x + []]", &["Invalid operand"]);
    check_all("\"${[]}${{}}\"", &["Invalid template interpolation value"]);
    check_all("true ? 1 : 1 + []", &[]);
    check_all("false && null.a", &[]);
}

#[test]
fn an_error_leaves_the_rest_known() {
    let evaluated = Fixture::default().eval("[1, 2 + []]");
    assert_eq!(evaluated.value.unknown_to_json(), "[false,true]");
    let broken = evaluated.value.get(1).and_then(Value::as_unknown).map(|it| it.reason.clone());
    assert_eq!(broken, Some(Reason::Error));
}

#[test]
fn errors_mark_the_smallest_piece() {
    let at = |text: &str, expect: &str| {
        let errors = Fixture::default().eval(text).errors;
        let range = errors.first().expect("an error").location.range;
        assert_eq!(String::from_utf8_lossy(range.slice(text.as_bytes())), expect, "{text}");
    };
    at("{ a = 1 }.bc", "bc");
    at("[1, 2][5]", "5");
    at("1 + [2]", "[2]");
    at("max([1, 2], 3)", "[1, 2]");
    at("\"x${[1]}\"", "[1]");
    at("[for x in 5 : x]", "5");
    at("nope(1)", "nope");
    at("var.missing.attribute", "var.missing.attribute");
}

#[test]
fn undeclared_names_are_refused_wherever_they_stand() {
    check("try(var.nope, 1)", "Undeclared: no `var`");
    check("try(1, var.nope)", "Undeclared: no `var`");
    check("true ? 1 : var.nope", "Undeclared: no `var`");
    check("false && var.nope", "Undeclared: no `var`");
    check("[for x in [] : var.nope]", "Undeclared: no `var`");
    check("\"%{ for x in [] }${var.nope}%{ endfor }\"", "Undeclared: no `var`");
    check("[for x in [] : x.y]", "[]");
}

#[test]
fn functions_beyond_terraforms() {
    check("first(7)", "7");
    check("first()", "Error in function call: `first`: nothing");
    check("nope()", "Call to unknown function: there is no function `nope`");
    check("provider::aws::arn_parse(\"a\")", "unknown any");
    check("can(nope())", "false");
}

#[test]
fn templates_keep_what_is_certain() {
    let fixture = Fixture::default().open("u", Type::String);
    let certain = |text: &str| {
        let unknown = fixture.eval(text).value.as_unknown().cloned().expect("an unknown string");
        assert!(unknown.refinement.not_null, "{text}");
        let text = |text: Option<Arc<str>>| text.map(|text| text.to_string());
        let refinement = unknown.refinement;
        let pieces: Vec<_> =
            refinement.pieces.iter().flat_map(|it| it.iter()).map(ToString::to_string).collect();
        (text(refinement.prefix), text(refinement.suffix), pieces.join("|"))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(certain("\"arn:${var.u}/x\""), (some("arn:"), some("/x"), "arn:|/x".to_owned()));
    assert_eq!(certain("\"a/${var.u}-b-${var.u}\""), (some("a/"), None, "a/|-b-".to_owned()));
    assert_eq!(certain("\"${var.u}\u{301}a\""), (None, some("a"), "a".to_owned()));
    let nested = certain("\"x:${\"y:${var.u}/z\"}.\"");
    assert_eq!(nested, (some("x:y:"), some("/z."), "x:y:|/z.".to_owned()));
}

#[test]
fn marks_travel() {
    let fixture = Fixture::default()
        .with("s", Value::string("k").marked(Marks::SENSITIVE))
        .with("e", Value::number(1).marked(Marks::EPHEMERAL));
    let marks = |text: &str, expect: Marks| {
        assert_eq!(fixture.eval(text).value.marks(), expect, "{text}");
    };
    marks("\"x${var.s}\"", Marks::SENSITIVE);
    marks("[var.s]", Marks::NONE);
    marks("[var.s][0]", Marks::SENSITIVE);
    marks("{ (var.s) = 1 }", Marks::SENSITIVE);
    marks("var.e + 1", Marks::EPHEMERAL);
    marks("var.e == 1 ? var.s : \"y\"", Marks::SENSITIVE | Marks::EPHEMERAL);
    marks("[for x in [1] : x if var.s == \"k\"]", Marks::SENSITIVE);
    marks("upper(var.s)", Marks::SENSITIVE);
    assert_eq!(
        fixture.show("{ a = 1 }[var.s]"),
        "Invalid index: the object has no element of that key"
    );
}

#[test]
fn truths() {
    assert_eq!(truth(&Value::string("true")), Some(true));
    assert_eq!(truth(&Value::bool(false)), Some(false));
    assert_eq!(truth(&Value::null(Type::Bool)), None);
    assert_eq!(truth(&Value::string("yes")), None);
    assert_eq!(truth(&Unknown::new(Type::Bool, Reason::Variable).into_value()), None);
}

#[test]
fn parts_of_references() {
    let check = |text: &str, expect: &[Option<&str>]| {
        let tree = tree(text);
        let found = references(expr(&tree));
        let parts: Vec<_> = found.iter().map(|reference| reference.part).collect();
        assert_eq!(parts, expect, "{text}");
    };
    check("a.b.c", &[None]);
    check("a.b[0].c.d", &[Some("c")]);
    check("a.b.0.c[1]", &[Some("c")]);
    check("a.b[x.y].c", &[Some("c"), None]);
    check("a.b[*].c.d[0]", &[Some("c")]);
    check("a.b.*.c", &[Some("c")]);
    check("a.b[*]", &[None]);
    check("a.b[*][0].c", &[None]);
    check("a.b[0][1].c", &[None]);
    check("f(a.b)[0].c", &[None]);
}

#[test]
fn references_without_bound_names() {
    let names = |text: &str, expect: &str| {
        let tree = tree(text);
        let found: Vec<_> = references(expr(&tree))
            .into_iter()
            .map(|reference| {
                let mut names = vec![reference.root];
                names.extend(reference.attributes);
                let range = reference.range.slice(text.as_bytes());
                assert_eq!(String::from_utf8_lossy(range), names.join("."), "{text}");
                names.join(".")
            })
            .collect();
        assert_eq!(found.join(" "), expect, "{text}");
    };
    names("var.a.b[local.c].d", "var.a.b local.c");
    names(
        "[for k, v in var.m : \"${k}${v.x}${each.key}\" if v != local.x]",
        "var.m each.key local.x",
    );
    names("{ a = b, (c.d) = e, \"${f}\" = g }", "b c.d e f g");
    names("x[*].y[i.j] + f(z...)", "x i.j z");
    names("\"%{ for x in a.b }${x}${y}%{ endfor }${x}\"", "a.b y x");
    names("[for x in x : x]", "x");
    names("a ? -b : !c", "a b c");
}

#[test]
fn parts_of_unknown_values() {
    let attributes = [(Arc::from("a"), Type::String)];
    let fixture = Fixture::default()
        .open("list", Type::list(Type::String))
        .open("object", Type::object(attributes))
        .open("tuple", Type::tuple([Type::String]))
        .open("text", Type::String);
    let shown = |text: &str, expect: &str| {
        let shown = fixture.show(text);
        assert!(shown.starts_with(expect), "{text}: {shown}");
    };
    shown("var.list[-1]", "unknown string");
    shown("var.list[1.5]", "unknown string");
    shown("var.list[true]", "Invalid index");
    shown("var.object[1]", "unknown any");
    shown("var.object[\"a\"]", "unknown string");
    shown("var.object.b", "Unsupported attribute");
    shown("var.tuple[-1]", "Invalid index");
    shown("templatestring(var.text, [])", "unknown string");
    shown("templatestring(var.text, null)", "Invalid function argument");
    shown("templatestring(var.list[lower(\"A\") == \"a\" ? 0 : 1], {})", "unknown string");
    shown("[for x in [\"${1}\"] : templatestring(x, {})]", "[\"1\"]");
    shown("templatestring((var.text), {})", "Invalid function argument");
    shown("templatestring([var.text][0], {})", "Invalid function argument");
}

#[test]
fn calls_are_checked_where_files_are_not_read() {
    check(
        "yamlencode()",
        "Not enough function arguments: `yamlencode` needs 1 argument(s); \"value\" is missing",
    );
    check(
        "file(\"a\", \"b\")",
        "Too many function arguments: `file` takes no more than 1 argument(s)",
    );
    check("core::file(\"a\")", "unknown string");
    check("yamldecode(\"a\")", "\"a\"");
    check("templatefile(\"a\", {})", "unknown any");
}
