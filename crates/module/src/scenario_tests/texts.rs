//! When a finding holds, as it is told.

use value::{Marks, Value};

use super::Fixture;
use crate::{Assumptions, when};

/// The text for findings in those scenarios in which the expression comes to 1.
fn told(fixture: &Fixture, text: &str, base: &Assumptions) -> Option<String> {
    let leaves = crate::scenarios(base, 64, |under| fixture.judge(&[text], under));
    let leaves: Vec<_> = leaves.into_iter().map(|(leaf, result)| (leaf, result == "1")).collect();
    when(&leaves, base)
}

fn check(text: &str, expect: &str) {
    let told = told(&Fixture::usual(), text, &Assumptions::default());
    assert_eq!(told.as_deref(), Some(expect), "{text}");
}

#[test]
fn in_the_words_of_the_configuration() {
    check("var.a ? 1 : 2", "`var.a` is true");
    check("var.a ? 2 : 1", "`var.a` is false");
    check("!var.a ? 1 : 2", "`var.a` is false");
    check("var.env == \"prod\" ? 1 : 2", "`var.env` is \"prod\"");
    check("var.env == \"prod\" ? 2 : 1", "`var.env` is not \"prod\"");
    check("\"prod\" != var.env ? 1 : 2", "`var.env` is not \"prod\"");
    check("var.env == var.region ? 1 : 2", "`var.env == var.region` is true");
    check("var.env != var.region ? 1 : 2", "`var.env != var.region` is true");
    check("length(var.l) > 0 ? 1 : 2", "`length(var.l) > 0` is true");
    check("length(var.l) >= 1 ? 1 : 2", "`length(var.l) >= 1` is true");
    check("3 < var.n ? 2 : 1", "`3 < var.n` is false");
    check("contains([\"a\"], var.env) ? 1 : 2", "`contains([\"a\"], var.env)` is true");
    check("var.any.on ? 1 : 2", "`var.any.on` is true");
}

#[test]
fn what_does_not_matter_is_dropped() {
    check("var.a ? (var.b ? 1 : 1) : 2", "`var.a` is true");
    check("[var.b ? 1 : 2, var.a ? 1 : 2][1]", "`var.a` is true");
    check("var.a && var.b ? 1 : 2", "`var.a` is true and `var.b` is true");
    let fixture = Fixture::usual();
    assert_eq!(told(&fixture, "var.a ? 1 : 1", &Assumptions::default()), None);
    assert_eq!(told(&fixture, "var.a ? 2 : 3", &Assumptions::default()), None);
}

#[test]
fn what_is_assumed_anyway_is_not_told() {
    let fixture = Fixture::usual();
    let (a, _) = fixture.value("var.a", &Assumptions::default());
    let base = Assumptions::default().given(&a, true).expect("possible");
    let told = told(&fixture, "var.a && var.b ? 1 : 2", &base);
    assert_eq!(told.as_deref(), Some("`var.b` is true"));
}

#[test]
fn alternatives() {
    check("var.a || var.b ? 1 : 2", "`var.a` is true or `var.b` is true");
    check(
        "var.a ? (var.b ? 1 : 2) : (var.c ? 1 : 2)",
        "`var.a` is true and `var.b` is true, or `var.a` is false and `var.c` is true",
    );
    check(
        "var.a || var.b || var.c ? 1 : 2",
        "`var.a` is true or `var.b` is true or `var.c` is true",
    );
    check(
        "var.a || var.b || var.c || var.d ? 1 : 2",
        "`var.a`, `var.b`, `var.c` and 1 more have certain values",
    );
}

#[test]
fn alternatives_of_one_value() {
    let fixture = Fixture::usual().listed("env", &["dev", "stage", "prod", "test"]);
    let told = |text: &str| told(&fixture, text, &Assumptions::default()).expect("in some");
    assert_eq!(told("var.env == \"dev\" ? 1 : 2"), "`var.env` is \"dev\"");
    assert_eq!(told("var.env == \"dev\" ? 2 : 1"), "`var.env` is not \"dev\"");
    let either = told("contains([\"dev\", \"test\"], var.env) ? 1 : 2");
    assert_eq!(either, "`var.env` is \"dev\" or \"test\"");
}

#[test]
fn secrets_are_never_told() {
    let secret = Value::string("hunter2").marked(Marks::SENSITIVE);
    let fixture = Fixture::usual().with("secret", secret);
    let told = |text: &str| told(&fixture, text, &Assumptions::default()).expect("in some");
    assert_eq!(told("var.env == var.secret ? 1 : 2"), "`var.env` is (sensitive value)");
    let longer = told("contains([\"x\", var.secret], var.env) ? 1 : 2");
    assert_eq!(longer, "`contains((sensitive value), var.env)` is true");
}
