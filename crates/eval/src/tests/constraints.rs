//! Type constraints and their defaults.

use source::FileId;
use value::Type;

use super::{Fixture, expr, tree};
use crate::{apply, type_constraint};

fn ty(text: &str, expect: &str) {
    let tree = tree(text);
    let shown = match type_constraint(expr(&tree), FileId(0)) {
        Ok(constraint) => constraint.ty.to_string(),
        Err(error) => {
            let place = String::from_utf8_lossy(error.location.range.slice(text.as_bytes()));
            format!("{} at {place}", error.summary)
        }
    };
    assert_eq!(shown, expect, "{text}");
}

fn applied(constraint: &str, value: &str, expect: &str) {
    let (tree, value) = (tree(constraint), Fixture::default().eval(value).value);
    let constraint = type_constraint(expr(&tree), FileId(0)).expect("a constraint");
    let shown = apply(&value, &constraint).map_or_else(|error| error, |value| value.to_json());
    assert_eq!(shown, expect, "{value:?}");
}

#[test]
fn types() {
    ty("string", "string");
    ty("any", "any");
    ty("list", "list(any)");
    ty("map", "map(any)");
    ty("map(set(number))", "map(set(number))");
    ty("tuple([string, bool])", "tuple([string, bool])");
    ty(
        "object({ a = string, b = optional(number, 1) })",
        "object({a = string, b = optional(number)})",
    );
    ty("\"string\"", "Invalid quoted type constraints at \"string\"");
    ty("set", "Invalid type specification at set");
    ty("list(string, number)", "Invalid type specification at number");
    ty("list(nope)", "Invalid type specification at nope");
    ty("optional(string)", "Invalid type specification at optional");
    ty("object({ a = string, a = number })", "Invalid type specification at a");
    ty("object({ \"a\" = string })", "Invalid type specification at \"a\"");
    ty(
        "object({ a = optional(number, \"x\") })",
        "Invalid default value for optional attribute at \"x\"",
    );
    ty("object({ a = optional(string, var.x) })", "Variables not allowed at var.x");
    ty(
        "object({ a = optional(string, upper(\"x\")) })",
        "Function calls not allowed at upper(\"x\")",
    );
}

#[test]
fn defaults() {
    let constraint =
        "object({ a = string, b = optional(number, 7), c = optional(list(string), []) })";
    applied(constraint, "{ a = 1 }", r#"{"a":"1","b":7,"c":[]}"#);
    applied(constraint, "{ a = 1, b = null, c = [2] }", r#"{"a":"1","b":7,"c":["2"]}"#);
    applied(
        "list(object({ a = optional(string, \"x\") }))",
        "[{}, { a = \"y\" }]",
        r#"[{"a":"x"},{"a":"y"}]"#,
    );
    applied("map(object({ a = optional(bool, true) }))", "{ k = {} }", r#"{"k":{"a":true}}"#);
    applied(
        "object({ o = optional(object({ a = optional(number, 1) }), {}) })",
        "{}",
        r#"{"o":{"a":1}}"#,
    );
    applied("tuple([object({ a = optional(number, 1) })])", "[{}]", r#"[{"a":1}]"#);
    applied("object({ a = optional(number, 1) })", "null", "null");
    applied("set(object({ a = optional(number, 1) }))", "[{}, { a = 1 }]", r#"[{"a":1}]"#);
}

#[test]
fn unknown_values_stay_unknown() {
    let fixture = Fixture::default().open("x", Type::String);
    let value = fixture.eval("{ a = var.x }").value;
    let tree = tree("object({ a = optional(string, \"d\"), b = optional(string, \"e\") })");
    let constraint = type_constraint(expr(&tree), FileId(0)).expect("a constraint");
    let value = apply(&value, &constraint).expect("a value");
    assert_eq!(value.unknown_to_json(), r#"{"a":true}"#);
    assert!(value.get_attr("a").is_some_and(value::Value::is_not_null));
}
