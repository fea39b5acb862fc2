//! Which questions are asked, and which never are.

use value::{Refinement, Type, Unknown, Value, ValueKind};

use super::Fixture;

/// Checks which questions the expression asks, in their order.
fn asks(text: &str, expect: &[&str]) {
    let fixture = Fixture::usual();
    fixture.leaves(&[text], 64);
    assert_eq!(*fixture.asked.borrow(), expect, "{text}");
}

#[test]
fn correlated_conditions_are_answered_alike() {
    let fixture = Fixture::usual();
    fixture.check(
        &["var.a ? [\"client_credentials\"] : [\"code\"]", "var.a"],
        &["[\"client_credentials\"] true", "[\"code\"] false"],
    );
    fixture.check(&["var.a ? 1 : 2", "!var.a ? 1 : 2"], &["1 2", "2 1"]);
    fixture.check(&["var.env == \"prod\" ? 1 : 2", "var.env != \"prod\" ? 1 : 2"], &["1 2", "2 1"]);
    fixture.check(&["var.n > 3 ? 1 : 2", "var.n <= 3 ? 1 : 2"], &["1 2", "2 1"]);
    fixture.check(&["var.any ? 1 : 2", "var.any && true ? 1 : 2"], &["1 1", "2 2"]);
    fixture.check(
        &["contains(var.l, \"x\") ? 1 : 2", "contains(var.l, \"x\")"],
        &["1 true", "2 false"],
    );
}

#[test]
fn conditions_are_split() {
    asks("var.a && !var.b || var.c ? 1 : 2", &["var.a", "var.b", "var.c"]);
    asks("var.env == \"x\" && var.a ? 1 : 2", &["var.env == \"x\"", "var.a"]);
    let fixture = Fixture::usual();
    fixture.check(&["var.a && var.b ? 1 : 2"], &["1", "2", "2"]);
    fixture.check(&["var.a || var.b ? 1 : 2"], &["1", "1", "2"]);
    fixture.check(&["!(var.a || var.b) ? 1 : 2"], &["2", "2", "1"]);
}

#[test]
fn only_predicates_of_conditionals_ask() {
    asks("var.a", &[]);
    asks("[for x in [1] : x if var.a]", &[]);
    asks("var.a && var.b", &[]);
    asks("\"%{ if var.a }x%{ endif }\"", &[]);
}

#[test]
fn what_does_not_matter_is_not_asked() {
    asks("true || var.a ? 1 : 2", &[]);
    asks("var.a ? (var.a ? 1 : 2) : 3", &["var.a"]);
    asks("var.a ? 1 : (var.b ? 2 : 3)", &["var.a", "var.b"]);
    let fixture = Fixture::usual();
    fixture.check(&["var.a ? 1 : (var.b ? 2 : 3)"], &["1", "2", "3"]);
}

#[test]
fn nullness_is_never_asked() {
    asks("var.env == null ? 1 : 2", &[]);
    asks("null != var.env ? 1 : 2", &[]);
    asks("!(var.env == null) ? 1 : 2", &[]);
    asks("(var.env == null) == true ? 1 : 2", &[]);
    asks("var.env == null || var.a ? 1 : 2", &["var.a"]);
    Fixture::usual().check(&["var.env != null && var.a ? 1 : 2"], &["?", "2"]);
}

#[test]
fn errors_chance_and_what_has_no_identity_are_never_asked() {
    asks("can(var.l[3]) ? 1 : 2", &[]);
    asks("try(var.l[3], \"\") == \"x\" ? 1 : 2", &[]);
    asks("uuid() == \"x\" ? 1 : 2", &[]);
    asks("timestamp() == var.env && var.a ? 1 : 2", &["var.a"]);
    asks("length([for x in var.l : x]) > 1 ? 1 : 2", &[]);
    asks("[for x in var.l : x == \"a\" ? 1 : 2]", &[]);
}

#[test]
fn elements_of_what_is_known_are_asked() {
    let fixture = Fixture::usual();
    fixture
        .check(&["[for x in [var.a, var.b] : x ? 1 : 2]"], &["[1,1]", "[1,2]", "[2,1]", "[2,2]"]);
}

#[test]
fn listed_values_are_the_answers() {
    let fixture = Fixture::usual().listed("env", &["dev", "stage", "prod"]);
    fixture.check(
        &["var.env == \"prod\" ? 1 : 2", "var.env"],
        &["2 \"dev\"", "2 \"stage\"", "1 \"prod\""],
    );
    fixture.check(&["startswith(var.env, \"s\") ? 1 : 2"], &["2", "1", "2"]);
    assert_eq!(*fixture.asked.borrow(), ["var.env"]);
    // Where there are too many, the condition itself is asked.
    let fixture = Fixture::usual().listed("env", &["a", "b", "c"]);
    let leaves = fixture.leaves(&["var.env == \"a\" ? 1 : 2"], 2);
    let results: Vec<_> = leaves.iter().map(|(_, result)| result.as_str()).collect();
    assert_eq!(results, ["1", "2"]);
}

#[test]
fn a_secret_can_be_asked() {
    let fixture = Fixture::usual();
    let secret = Value::string("k").marked(value::Marks::SENSITIVE);
    let fixture = fixture.with("secret", secret);
    fixture.check(
        &["var.env == var.secret ? 1 : 2", "var.env != var.secret ? 1 : 2", "var.env"],
        &["1 2 ?", "2 1 ?"],
    );
}

#[test]
fn what_is_certain_without_assumptions_is_not_asked() {
    let ValueKind::Unknown(unknown) = Fixture::usual().vars["l"].kind().clone() else {
        panic!("not known");
    };
    let at_least_one = Unknown::clone(&unknown).refined(Refinement::with_length(1, None));
    let fixture = Fixture::new(&[("a", Type::Bool)]).with("l", at_least_one.into_value());
    fixture.check(&["length(var.l) == 0 ? 1 : 2"], &["2"]);
    fixture.check(&["length(var.l) > 0 ? 1 : 2"], &["1"]);
}
