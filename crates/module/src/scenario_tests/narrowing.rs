//! What follows from answers, and what cannot be together.

use value::{Marks, Type, Value};

use super::{Fixture, show};
use crate::Assumptions;

#[test]
fn yes_to_an_equality_binds() {
    let fixture = Fixture::usual();
    let prod = "var.env == \"prod\" ? 1 : 2";
    fixture.check(&[prod, "var.env"], &["1 \"prod\"", "2 ?"]);
    fixture.check(&[prod, "upper(\"${var.env}-x\")"], &["1 \"PROD-X\"", "2 ?"]);
    fixture.check(&["var.env == var.region ? 1 : 2", "var.env"], &["1 ?", "2 ?"]);
    fixture.check(&["var.any == \"x\" ? 1 : 2", "var.any"], &["1 \"x\"", "2 ?"]);
    // Of another type nothing is equal, and what is secret or large is not passed on.
    fixture.check(&["var.env == 1 ? 1 : 2"], &["2"]);
    let default = Value::string("prod").marked(Marks::DEFAULT);
    let fixture = Fixture::usual().with("default", default);
    fixture.check(&["var.env == var.default ? 1 : 2", "var.env"], &["1 \"prod\"", "2 ?"]);
}

#[test]
fn what_is_bound_decides_all_else() {
    Fixture::usual().check(
        &[
            "var.env == \"prod\" ? 1 : 2",
            "var.env == \"dev\" ? 1 : 2",
            "contains([\"prod\", \"stage\"], var.env) ? 1 : 2",
        ],
        &["1 2 1", "2 1 2", "2 2 1", "2 2 2"],
    );
}

#[test]
fn no_to_an_equality_excludes() {
    let fixture = Fixture::usual();
    fixture.check(
        &["var.env == \"a\" ? 1 : 2", "contains([\"a\"], var.env) ? 1 : 2"],
        &["1 1", "2 2"],
    );
    fixture.check(
        &["contains([\"a\", \"b\"], var.env) ? 1 : 2", "var.env == \"a\" ? 1 : 2", "var.env"],
        &["1 1 \"a\"", "1 2 \"b\"", "2 2 ?"],
    );
}

#[test]
fn orders_narrow_numbers() {
    let fixture = Fixture::usual();
    fixture.check(&["var.n > 3 ? 1 : 2", "var.n > 2 ? 1 : 2"], &["1 1", "2 1", "2 2"]);
    fixture.check(&["var.n > 3 ? 1 : 2", "var.n == 3 ? 1 : 2"], &["1 2", "2 1", "2 2"]);
    fixture.check(&["var.n < 3 ? 1 : 2", "var.n >= 3 ? 1 : 2"], &["1 2", "2 1"]);
    // Of "not below 3" and "not above 3" both can be, but not neither.
    fixture
        .check(&["var.n < 3 ? 1 : 2", "3 < var.n ? 1 : 2", "var.n"], &["1 2 ?", "2 1 ?", "2 2 3"]);
    fixture.check(&["var.n < 3 ? 1 : 2", "var.n <= 3 ? 1 : 2"], &["1 1", "2 2", "2 1"]);
    fixture.check(&["var.n < 3 ? 1 : 2", "var.n == null"], &["1 false", "2 false"]);
}

#[test]
fn lengths_are_whole_numbers() {
    let fixture = Fixture::usual();
    let some = "length(var.l) > 0 ? 1 : 2";
    fixture.check(&[some, "length(var.l) == 0 ? 1 : 2"], &["1 2", "2 1"]);
    fixture.check(&[some, "var.l"], &["1 ?", "2 []"]);
    fixture.check(&["length(var.l) == 0 ? 1 : 2", some], &["1 2", "2 1"]);
    fixture.check(&[some, "length(var.l) >= 1 ? 1 : 2"], &["1 1", "2 2"]);
    fixture.check(
        &["length(var.l) == 1 ? 1 : 2", some, "length(var.l)"],
        &["1 1 1", "2 1 ?", "2 2 0"],
    );
    fixture.check(&[some, "var.l == null"], &["1 false", "2 false"]);
    // The number after one that is too large to be exact may be itself.
    let large = ["length(var.l) < 1e300 ? 1 : 2", "length(var.l) == 1e300 ? 1 : 2"];
    fixture.check(&large, &["1 2", "2 1", "2 2"]);
}

#[test]
fn prefixes_narrow_texts() {
    Fixture::usual().check(
        &[
            "startswith(var.env, \"prod\") ? 1 : 2",
            "var.env == \"dev\" ? 1 : 2",
            "startswith(var.env, \"prod\")",
        ],
        &["1 2 true", "2 1 false", "2 2 false"],
    );
}

#[test]
fn parts_of_what_is_bound_are_known() {
    let object = Type::object([(std::sync::Arc::<str>::from("x"), Type::Number)]);
    let fixture = Fixture::new(&[("o", object)]);
    fixture.check(&["var.o.x == 1 ? 1 : 2", "var.o == { x = 2 } ? 1 : 2"], &["1 2", "2 1", "2 2"]);
    fixture.check(&["var.o == { x = 2 } ? 1 : 2", "var.o.x == 1 ? 1 : 2"], &["1 2", "2 1", "2 2"]);
    fixture.check(&["var.o == { x = 2 } ? var.o.x : 3"], &["2", "3"]);
}

#[test]
fn what_contradicts_is_never_judged() {
    let fixture = Fixture::usual();
    let texts = [
        "contains([\"dev\"], var.env) ? 1 : 2",
        "startswith(var.env, \"p\") ? 1 : 2",
        "var.env == \"prod\" ? 1 : 2",
        "var.env == \"pre\" ? 1 : 2",
    ];
    fixture.check(&texts, &["1 2 2 2", "2 1 1 2", "2 1 2 1", "2 1 2 2", "2 2 2 2"]);
    // An answer that was given before what it rests on was bound counts all the same.
    fixture.check(
        &["lower(var.env) == \"prod\" ? 1 : 2", "var.env == \"DEV\" ? 1 : 2"],
        &["1 2", "2 1", "2 2"],
    );
    fixture.check(
        &[
            "var.env == var.region ? 1 : 2",
            "var.env == \"x\" ? 1 : 2",
            "var.region == \"y\" ? 1 : 2",
        ],
        &["1 1 2", "1 2 1", "1 2 2", "2 1 1", "2 1 2", "2 2 1", "2 2 2"],
    );
}

#[test]
fn a_condition_can_be_given() {
    let fixture = Fixture::usual();
    let given = |text: &str, holds: bool| {
        let (condition, _) = fixture.value(text, &Assumptions::default());
        Assumptions::default().given(&condition, holds)
    };
    let shown = |base: &Assumptions, text: &str| show(&fixture.value(text, base).0);
    let both = given("var.a && !var.b", true).expect("possible");
    assert_eq!(shown(&both, "[var.a, var.b]"), "[true,false]");
    let neither = given("var.a || var.env == \"x\"", false).expect("possible");
    assert_eq!(shown(&neither, "[var.a, var.env == \"x\"]"), "[false,false]");
    let one = given("var.a || var.b", true).expect("possible");
    assert_eq!(shown(&one, "var.a"), "?");
    let (a, _) = fixture.value("var.a", &one);
    let other = one.given(&a, false).expect("possible");
    assert_eq!(shown(&other, "var.b"), "true");
    let (no, _) = fixture.value("var.b", &Assumptions::default());
    assert!(other.given(&no, false).is_none());
    assert!(given("true", true).is_some() && given("true", false).is_none());
}

#[test]
fn states_say_what_is_assumed() {
    let fixture = Fixture::usual();
    let unknown = |text: &str| fixture.value(text, &Assumptions::default()).0;
    let state = |assumptions: &Assumptions, text: &str| {
        let value = unknown(text);
        assumptions.state(value.as_unknown().and_then(|it| it.identity.as_ref()).expect("one"))
    };
    let none = Assumptions::default();
    assert!(none.is_empty() && none.total() == 0 && state(&none, "var.env") == 0);
    let is = |text: &str, holds: bool| none.given(&unknown(text), holds).expect("possible");
    let (prod, dev) = (is("var.env == \"prod\"", true), is("var.env == \"dev\"", true));
    let open = is("var.env == \"prod\"", false);
    assert_ne!(state(&prod, "var.env"), state(&dev, "var.env"));
    assert_eq!(state(&prod, "var.region"), 0);
    assert_ne!(state(&open, "var.env"), 0);
    assert_ne!(state(&open, "var.env == \"prod\""), 0);
    // It is made of what has a state.
    assert_eq!(state(&prod, "upper(var.env)"), 0);
    assert_ne!(prod.total(), dev.total());
    // The way to an assumption does not matter.
    let ends = prod.given(&unknown("var.a"), true).expect("possible");
    let starts = is("var.a", true).given(&unknown("var.env == \"prod\""), true).expect("possible");
    assert_eq!(state(&ends, "var.env"), state(&starts, "var.env"));
    assert_eq!(ends.total(), starts.total());
}
