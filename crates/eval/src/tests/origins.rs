//! Where values come from.

use source::{FileId, Location, TextRange};
use value::{Origin, StepKind, Value};

use super::Fixture;

/// Checks the steps of the value, the last first, as `name@text` or `text` of what made it.
fn check(text: &str, expect: &str) {
    let at = |start, end| Location::new(FileId(9), TextRange::new(start, end));
    let element =
        |start| Value::string(format!("e{start}")).with_origin(Origin::made(at(start, start + 1)));
    let list = Value::tuple([element(1), element(2)]).with_origin(Origin::made(at(0, 3)));
    let fixture = Fixture::default().with("l", list).with("s", element(5));
    let evaluated = fixture.eval(text);
    assert!(evaluated.errors.is_empty(), "{text}: {:?}", evaluated.errors);
    let steps: Vec<_> = evaluated
        .value
        .origin()
        .steps()
        .map(|step| {
            let place = if step.location.file == FileId(9) {
                format!("#{}", step.location.range.start())
            } else {
                String::from_utf8_lossy(step.location.range.slice(text.as_bytes())).into_owned()
            };
            match &step.kind {
                StepKind::Reference(name) => format!("{name}@{place}"),
                _ => place,
            }
        })
        .collect();
    assert_eq!(steps.join(" < "), expect, "{text}");
}

#[test]
fn what_makes_a_value() {
    check("1", "1");
    check("[1, 2]", "[1, 2]");
    check("[1, 22][1]", "22");
    check("{ a = true }.a", "true");
    check("\"x${1}\"", "\"x${1}\"");
    check("upper(\"x\")", "upper(\"x\")");
    check("1 + 2", "1 + 2");
    check("[for x in [1] : x]", "[for x in [1] : x]");
}

#[test]
fn references_are_steps() {
    check("var.s", "var.s@var.s < #5");
    check("var.l[1]", "var.l@var.l < #2");
    check("[var.s][0]", "var.s@var.s < #5");
    check("\"${var.s}\"", "var.s@var.s < #5");
}

#[test]
fn passing_through_leaves_no_trace() {
    check("true ? var.s : \"x\"", "var.s@var.s < #5");
    check("try(var.s)", "var.s@var.s < #5");
    check("(var.l)[0]", "var.l@var.l < #1");
    check("coalesce(var.s, \"x\")", "var.s@var.s < #5");
    check("concat(var.l, [])[1]", "var.l@var.l < #2");
    check("tolist(var.l)[1]", "var.l@var.l < #2");
    check("(var.l[*])[0]", "var.l@var.l < #1");
    check("[for x in var.l : x][1]", "var.l@var.l < #2");
    check("element(var.l, 1)", "var.l@var.l < #2");
}
