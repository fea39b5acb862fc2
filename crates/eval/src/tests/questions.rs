//! Conditions that are not decided.

use value::Type;

use super::Fixture;

fn fixture() -> Fixture {
    Fixture::default()
        .open("a", Type::Bool)
        .open("b", Type::Bool)
        .open("env", Type::String)
        .open("l", Type::list(Type::String))
}

fn check(text: &str, answers: &[(&str, bool)], expect: &str, asked: &str) {
    let fixture = answers
        .iter()
        .fold(fixture(), |it, (identity, yes)| it.answer(identity, *yes));
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
    check(
        "var.a && var.b ? 1 : 2",
        &[("var.a", true), ("var.b", false)],
        "2",
        "var.a, var.b",
    );
    check(
        "var.a || !var.b ? 1 : 2",
        &[("var.b", false)],
        "1",
        "var.a, var.b",
    );
    check(
        "(var.a || true) && var.b ? 1 : 2",
        &[("var.b", true)],
        "1",
        "var.b",
    );
    check("var.a && false ? 1 : 2", &[], "2", "");
    check(
        "!(var.a && var.b) ? 1 : 2",
        &[("var.a", false)],
        "1",
        "var.a",
    );
}

#[test]
fn comparisons_are_known_by_their_operands() {
    let prod = "(var.env == \"prod\")";
    check("var.env == \"prod\" ? 1 : 2", &[(prod, true)], "1", prod);
    check("var.env != \"prod\" ? 1 : 2", &[(prod, true)], "2", prod);
    check(
        "contains(var.l, \"x\") ? 1 : 2",
        &[("contains/2", true)],
        "1",
        "contains/2",
    );
    let fixture = fixture().answer(prod, true);
    let other = fixture.eval("var.env != \"prod\"").value;
    let fixture = fixture.with("other", other);
    assert_eq!(fixture.show("var.other ? 1 : 2"), "2");
    assert_eq!(fixture.asked.borrow().join(", "), prod);
}

#[test]
fn only_conditionals_ask() {
    check(
        "[for x in [1] : x if var.a]",
        &[("var.a", true)],
        "unknown any",
        "",
    );
    check("var.a && true", &[("var.a", true)], "unknown bool", "");
}
