//! Conditions that are not decided.

use value::{Identity, Type};

use super::Fixture;

fn fixture() -> Fixture {
    Fixture::default()
        .open("a", Type::Bool)
        .open("b", Type::Bool)
        .open("env", Type::String)
        .open("l", Type::list(Type::String))
}

fn check(text: &str, answers: &[(&str, bool)], expect: &str, asked: &str) {
    let fixture = answers.iter().fold(fixture(), |it, (identity, yes)| it.answer(identity, *yes));
    assert_eq!(fixture.show(text), expect, "{text}");
    assert_eq!(fixture.asked.borrow().join(", "), asked, "{text}");
}

#[test]
fn answers_decide() {
    check("var.a ? 1 : 2", &[("var.a", true)], "1", "var.a");
    check("!var.a ? 1 : 2", &[("var.a", true)], "2", "var.a");
    check("var.a ? 1 : 2", &[], "unknown number", "var.a");
    check("var.a ? 1 : 1", &[], "1", "var.a");
    check("true ? 1 : 2", &[], "1", "");
}

#[test]
fn questions_are_split() {
    check("var.a && var.b ? 1 : 2", &[("var.a", false)], "2", "var.a");
    check("var.a && var.b ? 1 : 2", &[("var.a", true), ("var.b", false)], "2", "var.a, var.b");
    check("var.a || !var.b ? 1 : 2", &[("var.b", false)], "1", "var.a, var.b");
    check("(var.a || true) && var.b ? 1 : 2", &[("var.b", true)], "1", "var.b");
    check("var.a && false ? 1 : 2", &[], "2", "");
    check("!(var.a && var.b) ? 1 : 2", &[("var.a", false)], "1", "var.a");
}

#[test]
fn comparisons_are_known_by_their_operands() {
    let prod = "(var.env == \"prod\")";
    check("var.env == \"prod\" ? 1 : 2", &[(prod, true)], "1", prod);
    check("var.env != \"prod\" ? 1 : 2", &[(prod, true)], "2", prod);
    check("contains(var.l, \"x\") ? 1 : 2", &[("contains/2", true)], "1", "contains/2");
    let fixture = fixture().answer(prod, true);
    let other = fixture.eval("var.env != \"prod\"").value;
    let fixture = fixture.with("other", other);
    assert_eq!(fixture.show("var.other ? 1 : 2"), "2");
    assert_eq!(fixture.asked.borrow().join(", "), prod);
}

#[test]
fn null_is_never_asked_for() {
    check("var.env == null ? 1 : 2", &[], "unknown number", "");
    check("null != var.env ? 1 : 2", &[], "unknown number", "");
    let other = fixture().eval("var.env == null").value;
    assert!(other.as_unknown().is_some_and(|unknown| unknown.identity.is_none()));
}

#[test]
fn parts_are_known_by_their_address() {
    let identity = |text: &str, expect: Option<&str>| {
        let fixture = fixture().open("m", Type::map(Type::String)).open("d", Type::Dynamic);
        let value = fixture.eval(text).value;
        let identity = value.as_unknown().and_then(|unknown| unknown.identity.clone());
        let expect = expect.map(|address| Identity::Address(address.into()));
        assert_eq!(identity, expect, "{text}");
    };
    identity("var.m.k", Some("var.m.k"));
    identity("var.m[\"k\"]", Some("var.m.k"));
    identity("var.m[\"a b\"]", Some("var.m[\"a b\"]"));
    identity("var.d.a[0].b", Some("var.d.a[0].b"));
    identity("var.l[\"1\"]", Some("var.l[1]"));
    identity("var.l[var.d]", None);
    identity("\"${var.env}x\"", None);
    identity("[for x in [1] : uuid()][0]", None);
}

#[test]
fn only_conditionals_ask() {
    check("[for x in [1] : x if var.a]", &[("var.a", true)], "unknown any", "");
    check("var.a && true", &[("var.a", true)], "unknown bool", "");
}
