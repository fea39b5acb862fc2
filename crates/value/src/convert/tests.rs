//! Tables of what the real terraform answers.

use std::collections::BTreeSet;

use super::*;
use crate::{Marks, ObjectType, Origin};

fn tuple(elements: &[Value]) -> Value {
    Value::tuple(elements)
}

fn object(attributes: &[(&str, Value)]) -> Value {
    Value::object(attributes.iter().map(|(name, value)| ((*name).into(), value.clone())))
}

fn object_type(attributes: &[(&str, Type)], optional: &[&str]) -> Type {
    let attributes = attributes.iter().map(|(name, ty)| ((*name).into(), ty.clone())).collect();
    let optional: BTreeSet<_> = optional.iter().map(|name| (*name).into()).collect();
    Type::Object(Arc::new(ObjectType { attributes, optional }))
}

fn one() -> Value {
    Value::number(1)
}

fn text(text: &str) -> Value {
    Value::string(text)
}

#[test]
fn conversions() {
    let check = |value: &Value, ty: &Type, result: &str, json: &str| {
        let converted = convert(value, ty).expect("a conversion");
        assert_eq!(
            (converted.ty().to_string().as_str(), converted.to_json().as_str()),
            (result, json)
        );
    };
    let any = Type::Dynamic;
    check(&text("1"), &Type::Number, "number", "1");
    check(&text("1"), &Type::Bool, "bool", "true");
    check(&one(), &Type::String, "string", "\"1\"");
    check(&Value::bool(true), &Type::String, "string", "\"true\"");
    check(&one(), &any, "number", "1");
    check(&object(&[("a", one())]), &Type::map(Type::String), "map(string)", r#"{"a":"1"}"#);
    let ty = object_type(&[("a", Type::String), ("b", Type::Number)], &["b"]);
    check(
        &object(&[("a", one())]),
        &ty,
        "object({a = string, b = number})",
        r#"{"a":"1","b":null}"#,
    );
    let list = Type::list(any.clone());
    check(&tuple(&[one(), text("a")]), &list, "list(string)", r#"["1","a"]"#);
    check(&tuple(&[]), &list, "list(any)", "[]");
    check(&tuple(&[Value::null(any.clone()), one()]), &list, "list(number)", "[null,1]");
    let rows = tuple(&[tuple(&[Value::null(any.clone())]), tuple(&[one()])]);
    check(&rows, &list, "list(tuple([number]))", "[[null],[1]]");
    let rows = tuple(&[tuple(&[one()]), convert(&tuple(&[text("x")]), &list).expect("a list")]);
    check(&rows, &list, "list(list(string))", r#"[["1"],["x"]]"#);
    let mixed = tuple(&[object(&[("a", one())]), object(&[("b", one())])]);
    check(&mixed, &Type::set(any.clone()), "set(map(number))", r#"[{"a":1},{"b":1}]"#);
    let mixed = tuple(&[object(&[("a", Value::null(any.clone()))]), object(&[("b", text("y"))])]);
    check(&mixed, &list, "list(map(string))", r#"[{"a":null},{"b":"y"}]"#);
    let row = object(&[("a", Value::null(any.clone())), ("b", tuple(&[one()]))]);
    let map = Type::map(any.clone());
    check(&row, &map, "map(tuple([number]))", r#"{"a":null,"b":[1]}"#);
    let set = Value::set(Type::String, [text("b"), text("a"), text("b")]);
    check(&set, &Type::list(Type::String), "list(string)", r#"["a","b"]"#);
    check(&Value::null(any), &Type::String, "string", "null");
    let map = convert(&object(&[("a", one()), ("z", one())]), &Type::map(Type::Number));
    check(&map.expect("a map"), &ty, "object({a = string, b = number})", r#"{"a":"1","b":null}"#);
    let nested = Type::list(object_type(&[("a", Type::Dynamic)], &["a"]));
    let rows = tuple(&[object(&[("a", one())]), object(&[("a", text("x"))]), object(&[])]);
    check(&rows, &nested, "list(object({a = string}))", r#"[{"a":"1"},{"a":"x"},{"a":null}]"#);
}

#[test]
fn errors() {
    let check = |value: &Value, ty: &Type, message: &str, path: &str| {
        let error = convert(value, ty).expect_err("no conversion");
        assert_eq!((error.message.as_str(), error.path_text().as_str()), (message, path));
    };
    let any = Type::Dynamic;
    check(&text("x"), &Type::Number, "a number is required", "");
    check(&one(), &Type::Bool, "bool required, but have number", "");
    check(&tuple(&[]), &Type::String, "string required, but have tuple", "");
    let hint = "a bool is required; to convert from string, use lowercase \"true\"";
    check(&text("True"), &Type::Bool, hint, "");
    check(&tuple(&[one(), text("x")]), &Type::list(Type::Number), "a number is required", "[1]");
    let list = Type::list(Type::String);
    check(&tuple(&[one(), tuple(&[])]), &list, "element 1: string required, but have tuple", "");
    check(
        &tuple(&[one(), tuple(&[])]),
        &Type::list(any.clone()),
        "all list elements must have the same type",
        "",
    );
    let row = object(&[("a", one()), ("b", tuple(&[one()])), ("c", Value::null(any.clone()))]);
    let map = Type::map(any.clone());
    check(&row, &map, "all map elements must have the same type", "");
    check(&object(&[("a", one())]), &Type::set(any), "set of any single type required", "");
    check(&one(), &list, "list of string required, but have number", "");
    let ty = object_type(&[("a", Type::String), ("b", Type::Number), ("c", Type::Bool)], &[]);
    check(&object(&[]), &ty, "attributes \"a\", \"b\", and \"c\" are required", "");
    let wrong = object(&[("a", one()), ("b", Value::bool(true)), ("c", one())]);
    check(&wrong, &ty, "attribute \"b\": number required, but have bool", "");
    let wrong = object(&[("a", one()), ("b", text("x")), ("c", Value::bool(true))]);
    check(&wrong, &ty, "a number is required", ".b");
    let map = convert(&object(&[("a", one())]), &Type::map(Type::Number)).expect("a map");
    check(&map, &ty, "object required", "");
}

#[test]
fn unknown_values() {
    let check = |from: &Type, to: &Type, result: &str, json: &str| {
        let unknown = Unknown::new(from.clone(), Reason::Variable).not_null().into_value();
        let converted = convert(&unknown, to).expect("a conversion");
        assert_eq!(converted.ty().to_string(), result);
        assert_eq!(converted.unknown_to_json(), json);
    };
    let pair = Type::tuple([Type::String, Type::Number]);
    check(&Type::String, &Type::Number, "number", "true");
    check(&pair, &Type::list(Type::Dynamic), "list(string)", "[true,true]");
    check(&pair, &Type::set(Type::String), "set(string)", "true");
    check(&Type::Dynamic, &Type::String, "string", "true");
    let object = object_type(&[("a", Type::String), ("b", Type::Number)], &[]);
    check(&object, &Type::map(Type::Dynamic), "map(string)", "true");
}

#[test]
fn marks_and_origin_stay() {
    let at = source::Location::new(source::FileId(0), source::TextRange::new(3, 4));
    let element = one().with_origin(Origin::made(at)).marked(Marks::SENSITIVE);
    let list = convert(&tuple(&[element]), &Type::list(Type::String)).expect("a list");
    let element = list.get(0).expect("an element");
    assert_eq!(element.marks(), Marks::SENSITIVE);
    assert_eq!(element.origin().first().map(|step| step.location), Some(at));
}
