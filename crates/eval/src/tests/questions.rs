//! Conditions that are not decided, and what unknown values are the values of.

use value::{Identity, Marks, Origin, Reason, Type, Unknown, Value};

use super::Fixture;

fn fixture() -> Fixture {
    Fixture::default()
        .open("a", Type::Bool)
        .open("b", Type::Bool)
        .open("any", Type::Dynamic)
        .open("env", Type::String)
        .open("n", Type::Number)
        .open("l", Type::list(Type::String))
        .open("m", Type::map(Type::String))
        .with("opaque", Unknown::new(Type::Bool, Reason::Variable).into_value())
}

/// Checks the value under assumptions, and which conditions are asked for.
fn check(text: &str, assumed: &[(&str, Value)], expect: &str, asked: &str) {
    let all = assumed.iter().cloned();
    let fixture = all.fold(fixture(), |it, (identity, value)| it.assume(identity, value));
    assert_eq!(fixture.show(text), expect, "{text}");
    assert_eq!(fixture.asked.borrow().join(", "), asked, "{text}");
}

fn yes() -> Value {
    Value::bool(true)
}

fn no() -> Value {
    Value::bool(false)
}

/// The identity of what an expression comes to.
fn identity(text: &str) -> Option<Identity> {
    fixture().eval(text).value.as_unknown().and_then(|unknown| unknown.identity.clone())
}

#[test]
fn undecided_conditions_are_told() {
    check("var.a ? 1 : 2", &[], "unknown number", "var.a");
    check("!var.a ? 1 : 2", &[], "unknown number", "!var.a");
    check("var.a && var.b ? 1 : 2", &[], "unknown number", "var.a && var.b");
    check("var.env != \"x\" ? 1 : 2", &[], "unknown number", "var.env != \"x\"");
    check("true ? 1 : 2", &[], "1", "");
    check("var.a && false ? 1 : 2", &[], "2", "");
}

#[test]
fn what_is_assumed_shows_everywhere() {
    check("var.a ? 1 : 2", &[("var.a", yes())], "1", "");
    check("var.a", &[("var.a", yes())], "true", "");
    check("[for x in [var.a] : !x]", &[("var.a", yes())], "[false]", "");
    check("var.l[0]", &[("var.l[0]", Value::string("x"))], "\"x\"", "");
    check("var.m.k == \"x\"", &[("var.m.k", Value::string("x"))], "true", "");
    check("length(var.l) == 2", &[("length(var.l)", Value::number(2))], "true", "");
    check("var.env == \"x\" ? 1 : 2", &[("var.env == \"x\"", yes())], "1", "");
    check("var.env != \"x\" ? 1 : 2", &[("var.env != \"x\"", no())], "2", "");
    check("var.n + 1 > 3", &[("var.n + 1", Value::number(5))], "true", "");
    check("-var.n", &[("-var.n", Value::number(5))], "5", "");
    check("[for x in [1] : x if var.a]", &[("var.a", yes())], "[1]", "");
}

#[test]
fn what_is_assumed_keeps_the_marks_and_the_origin() {
    let plain = fixture().eval("var.env").value;
    let secret = plain.clone().marked(Marks::SENSITIVE).with_origin(Origin::default());
    let fixture = fixture().with("env", secret).assume("var.env", Value::string("x"));
    let value = fixture.eval("var.env").value;
    assert_eq!((value.as_str(), value.marks()), (Some("x"), Marks::SENSITIVE));
    assert_eq!(value.origin().steps().count(), plain.origin().steps().count());
}

#[test]
fn a_value_of_any_type_is_assumed_to_be_what_it_is_used_as() {
    check("var.any ? 1 : 2", &[("var.any", yes())], "1", "");
    check("!var.any", &[("var.any", yes())], "false", "");
    check("var.any && var.a", &[("var.any", no())], "false", "");
    check("var.any > 1", &[("var.any", Value::number(2))], "true", "");
    check("var.env ? 1 : 2", &[], "unknown number", "tobool(var.env)");
}

#[test]
fn only_conditionals_ask() {
    check("[for x in [1] : x if var.a]", &[], "unknown any", "");
    check("var.a && true", &[], "unknown bool", "");
    check("\"%{ if var.a }x%{ endif }\"", &[], "unknown string", "");
}

#[test]
fn an_arm_that_is_not_taken_asks_nothing() {
    check("var.a ? (var.b ? 1 : 2) : 3", &[], "unknown number", "var.a, var.b");
    check("var.a ? (var.b ? 1 : 2) : 3", &[("var.a", no())], "3", "");
    check("var.a ? (var.b ? 1 : 2) : 3", &[("var.a", yes())], "unknown number", "var.b");
}

#[test]
fn null_is_never_asked_for() {
    check("var.env == null ? 1 : 2", &[], "unknown number", "");
    check("null != var.env ? 1 : 2", &[], "unknown number", "");
    check("can(var.l[3]) ? 1 : 2", &[], "unknown number", "");
    assert_eq!(identity("var.env == null"), None);
    // The other parts of the condition are asked all the same.
    check("var.env != null && var.a ? 1 : 2", &[("var.a", no())], "2", "");
    check("var.env != null && var.a ? 1 : 2", &[], "unknown number", "(unknown) && var.a");
    check("var.opaque ? 1 : 2", &[], "unknown number", "");
}

#[test]
fn parts_are_known_by_their_address() {
    let check = |text: &str, expect: Option<&str>| {
        let identity = identity(text).map(|identity| identity.to_string());
        assert_eq!(identity.as_deref(), expect, "{text}");
    };
    check("var.m.k", Some("var.m.k"));
    check("var.m[\"k\"]", Some("var.m.k"));
    check("var.m[\"a b\"]", Some("var.m[\"a b\"]"));
    check("var.any.a[0].b", Some("var.any.a[0].b"));
    check("var.l[\"1\"]", Some("var.l[1]"));
    check("var.l[var.n]", Some("var.l[var.n]"));
    check("{ x = 1 }[var.env]", Some("{ x = 1 }[var.env]"));
    check("jsondecode(var.env).a", Some("jsondecode(var.env).a"));
    check("jsondecode(var.env)[0]", Some("jsondecode(var.env)[0]"));
    check("[for x in [1] : uuid()][0]", None);
    check("uuid()", Some("(call)"));
    check("[for x in var.l : x][0]", None);
    check("[for x in [var.env] : upper(x)][0]", Some("upper(var.env)"));
    check("file(var.env)", None);
    check("issensitive(var.env)", None);
    check("nonsensitive(var.env)", Some("var.env"));
}

#[test]
fn what_is_the_same_has_one_identity() {
    let same = |one: &str, two: &str| {
        assert!(identity(one).is_some() && identity(one) == identity(two), "{one} and {two}");
    };
    same("var.env == \"x\"", "\"x\" == var.env");
    same("var.a == var.b", "var.b == var.a");
    same("var.a != var.b", "!(var.b == var.a)");
    same("!!var.a", "var.a");
    same("var.n > 1", "1 < var.n");
    same("var.n >= 1", "!(var.n < 1)");
    same("var.n <= 1", "!(var.n > 1)");
    same("true && var.a", "var.a");
    same("var.a || false", "var.a");
    same("contains([\"x\"], var.env)", "core::contains([\"x\"], (var.env))");
    let differ = |one: &str, two: &str| assert_ne!(identity(one), identity(two));
    differ("var.env == \"x\"", "var.env == \"y\"");
    differ("var.n < 1", "1 < var.n");
    differ("tostring(var.n)", "var.n");
    differ("toset(var.l)", "var.l");
    differ("length(toset(var.any))", "length(var.any)");
    differ("var.n == 1", "var.n == \"1\"");
    differ("var.n - 1", "1 - var.n");
}
