//! Values against attributes of a schema as it is read from Terraform.

use diagnostics::Level;
use schema::{Data, Distance, Kind, Model, Snapshots};
use value::{Marks, Number, Reason, Type};

use super::*;

const SCHEMA: &str = r#"{"format_version": "1.0", "provider_schemas": {"registry.terraform.io/hashicorp/aws": {
  "resource_schemas": {"aws_x": {"version": 0, "block": {"attributes": {
    "mode": {"type": "string", "optional": true},
    "kind": {"type": "string", "required": true},
    "size": {"type": "number", "optional": true},
    "on": {"type": "bool", "optional": true},
    "name": {"type": "string", "optional": true},
    "role": {"type": "string", "optional": true},
    "blocks": {"type": ["set", "string"], "optional": true},
    "names": {"type": ["list", "string"], "optional": true},
    "tags": {"type": ["map", "string"], "optional": true},
    "rules": {"type": ["list", ["object", {"port": "number", "text": "string"}]],
              "optional": true},
    "document": {"type": "string", "optional": true},
    "assume_role_policy": {"type": "string", "optional": true},
    "nested": {"nested_type": {"nesting_mode": "list", "attributes": {
        "mode": {"type": "string", "optional": true},
        "size": {"type": "number", "required": true}}}, "optional": true}
  }}}}}}}"#;

const CONSTRAINTS: &str = r#"{"resource": {"aws_x": {
  "mode": {"enum": ["FAST", "SLOW"], "confidence": 3, "checked": "provider"},
  "kind": {"enum": ["A", "B"], "confidence": 2},
  "size": {"min": 1, "max": 10, "confidence": 3, "checked": "provider"},
  "name": {"pattern": "[a-z-]+", "min_length": 3, "max_length": 5, "confidence": 3, "checked": "provider"},
  "role": {"format": "arn", "arn_service": "iam", "checked": "provider", "confidence": 3},
  "blocks": {"format": "cidr_network", "confidence": 3, "checked": "provider", "max_items": 2},
  "names": {"enum": ["a", "b"], "min_items": 2, "confidence": 3, "checked": "provider"},
  "tags": {"max_length": 3, "confidence": 2},
  "document": {"format": "json", "confidence": 3, "checked": "provider"},
  "assume_role_policy": {"format": "policy", "confidence": 3, "checked": "provider"},
  "nested.mode": {"enum": ["X", "Y"], "confidence": 3, "checked": "provider"}
}}}"#;

/// What `judge` makes of an argument in version 5 of the schema above.
fn of_argument<T>(argument: &str, judge: impl FnOnce(Attribute<'_>, Selection) -> T) -> T {
    let mut models = Model::from_terraform_json(SCHEMA.as_bytes()).expect("a schema");
    let mut model = models.remove(0);
    let lost = model.set_constraints(CONSTRAINTS.as_bytes()).expect("constraints");
    assert!(lost.is_empty(), "{lost:?}");
    let data = Data::new(model.encode().expect("few entries")).expect("data");
    let block = data.provider().find(Kind::Resource, "aws_x").expect("the type");
    let attribute = block.body().attributes_named(argument).next().expect("the argument");
    let selection = Selection {
        snapshots: block.presence(),
        may_be_newer: false,
        may_be_older: false,
        distance: Distance::SameMajor,
    };
    assert_ne!(selection.snapshots, Snapshots::default());
    judge(attribute, selection)
}

/// What is found, as rule, level and message of each.
fn found(argument: &str, value: &Value) -> Vec<(SchemaRule, Level, String)> {
    let faults =
        of_argument(argument, |attribute, selection| faults(value, "aws_x", attribute, selection));
    faults.into_iter().map(|fault| (fault.rule, fault.level, fault.message)).collect()
}

fn check(argument: &str, value: &Value, expect: &[(SchemaRule, Level, &str)]) {
    let expect: Vec<_> = expect.iter().map(|it| (it.0, it.1, it.2.to_owned())).collect();
    assert_eq!(found(argument, value), expect, "{argument} = {value}");
}

fn strings(texts: &[&str]) -> Value {
    Value::tuple(texts.iter().map(Value::string).collect::<Vec<_>>())
}

#[test]
fn what_is_seen_to_be_right_is_right() {
    const TEXTS: &[&str] = &["", "a", "abc", "abcdef", "A", "FAST", "fast", "10", "true", "::/0"];
    let arguments = ["mode", "kind", "size", "on", "name", "role", "blocks", "names", "tags"];
    let check = |argument: &str, value: &Value, is_right: bool| {
        assert!(!is_right || found(argument, value).is_empty(), "{argument} = {value}");
        usize::from(is_right)
    };
    let mut right = 0;
    for argument in arguments {
        for (at, text) in TEXTS.iter().enumerate() {
            let is_right = of_argument(argument, |it, of| is_right_string(text, it, of));
            right += check(argument, &Value::string(text), is_right);
            for texts in [&TEXTS[at..=at], &[text, text], &[text, "a"], &["a", "b", text]] {
                let is_right = of_argument(argument, |it, of| are_right_elements(texts, it, of));
                right += check(argument, &strings(texts), is_right);
            }
        }
        let entries = [("k".into(), Value::string("abcdef"))];
        let is_right = of_argument(argument, are_right_entries);
        right += check(argument, &Value::object(entries), is_right);
    }
    assert_eq!(right, 16);
}

#[test]
fn right_values() {
    let text = Value::string;
    check("mode", &text("FAST"), &[]);
    check("mode", &text(""), &[]);
    check("mode", &Value::null(Type::Dynamic), &[]);
    check("mode", &Value::unknown(Type::Dynamic, Reason::Variable), &[]);
    check("size", &text("10"), &[]);
    check("size", &Value::number(0), &[]);
    check("on", &text("true"), &[]);
    check("name", &text("abc"), &[]);
    check("blocks", &strings(&["10.0.0.0/8", "10.0.0.0/8", "::/0"]), &[]);
    check("names", &strings(&["a", "b", ""]), &[]);
    check("names", &strings(&[]), &[]);
    check("role", &text("arn:aws:iam::123456789012:role/x"), &[]);
    check("document", &text("[1]"), &[]);
}

#[test]
fn wrong_types() {
    let wrong = |argument: &str, value: &Value, message: &str| {
        check(argument, value, &[(SchemaRule::WrongType, Level::Error, message)]);
    };
    let text = Value::string;
    wrong("on", &text("yes"), "`on` must be a bool, not the string `\"yes\"`");
    wrong("size", &text("x"), "`size` must be a number, not the string `\"x\"`");
    wrong("name", &strings(&["x"]), "`name` must be a string, not a list");
    wrong("names", &text("x"), "`names` must be a list of string, not the string `\"x\"`");
    let unknown = Value::unknown(Type::list(Type::String), Reason::Variable);
    wrong("name", &unknown, "`name` must be a string, not a list of string");
    let nested = Value::tuple([text("a"), strings(&["x"])]);
    wrong("names", &nested, "`names[1]` must be a string, not a list");
    let map = Value::object([("a".into(), strings(&[])), ("b".into(), text("x"))]);
    wrong("tags", &map, "`tags[\"a\"]` must be a string, not a list");
    let rule = Value::object([("port".into(), text("x"))]);
    let lacks = "`rules[0]` lacks the attribute `text`; objects of this type have all attributes, \
                 those without a value as `null`";
    let port = "`rules[0].port` must be a number, not the string `\"x\"`";
    let expect =
        [(SchemaRule::WrongType, Level::Error, lacks), (SchemaRule::WrongType, Level::Error, port)];
    check("rules", &Value::tuple([rule]), &expect);
    let secret = text("hunter2").marked(Marks::SENSITIVE);
    wrong("size", &secret, "`size` must be a number, not a string");
    // Attributes with modes of their own may be left out.
    check("nested", &Value::tuple([Value::object([("size".into(), Value::number(1))])]), &[]);
    let empty = Value::tuple([Value::object([])]);
    let lacks = "`nested[0]` lacks the attribute `size`; objects of this type have all attributes, \
                 those without a value as `null`";
    wrong("nested", &empty, lacks);
}

#[test]
fn wrong_values() {
    let text = Value::string;
    let (error, warning) = (Level::Error, Level::Warning);
    let message = "`FOO` is not a value of `mode`; use `FAST` or `SLOW`";
    check("mode", &text("FOO"), &[(SchemaRule::UnknownValue, error, message)]);
    let message = "`\"\"` is not a value of `kind`; use `A` or `B`";
    check("kind", &text(""), &[(SchemaRule::UnknownValue, warning, message)]);
    let message = "`11` is too large for `size`; it must be from 1 to 10";
    check("size", &text("11"), &[(SchemaRule::ValueRange, error, message)]);
    let half = Value::number(Number::parse("0.5").expect("a number"));
    let message = "`0.5` is too small for `size`; it must be from 1 to 10";
    check("size", &half, &[(SchemaRule::ValueRange, error, message)]);
    let message = "`name` has 6 characters; at most 5 characters may be there";
    check("name", &text("ABCDEF"), &[(SchemaRule::ValueLength, error, message)]);
    let message = "`ABC` is not a value of `name`, which matches `[a-z-]+`";
    check("name", &text("ABC"), &[(SchemaRule::ValuePattern, error, message)]);
    // It may be the keys that must not be longer.
    let map = Value::object([("a".into(), text("abcd"))]);
    check("tags", &map, &[]);
    let message = "`c` is not a value of `names`; use `a` or `b`";
    check("names", &strings(&["a", "c"]), &[(SchemaRule::UnknownValue, error, message)]);
    let message = "`names` has 1 element; at least 2 elements must be there";
    check("names", &strings(&["a"]), &[(SchemaRule::ValueLength, error, message)]);
    let message = "`Z` is not a value of `mode`; use `X` or `Y`";
    let nested = Value::object([("size".into(), Value::number(1)), ("mode".into(), text("Z"))]);
    check("nested", &Value::tuple([nested]), &[(SchemaRule::UnknownValue, error, message)]);
}

#[test]
fn wrong_forms() {
    let text = Value::string;
    let error = Level::Error;
    let message = "`foo` is not an ARN like `arn:aws:iam:…`";
    check("role", &text("foo"), &[(SchemaRule::MalformedArn, error, message)]);
    let three = strings(&["10.0.0.0/8", "10.1.0.0/16", "x"]);
    let expect = [
        (
            SchemaRule::ValueLength,
            error,
            "`blocks` has 3 elements; at most 2 elements may be there",
        ),
        (SchemaRule::MalformedCidr, error, "`x` is not a CIDR block like `10.0.0.0/16`"),
    ];
    check("blocks", &three, &expect);
    let message = "`document` is not valid JSON: this is no value (character 1 of the text)";
    check("document", &text("foo"), &[(SchemaRule::MalformedJson, error, message)]);
    let message = "a policy is an object, not a list";
    check("assume_role_policy", &text("[]"), &[(SchemaRule::MalformedPolicy, error, message)]);
    let message = "`assume_role_policy` has the name `a` twice in one object";
    let twice = text(r#"{"a": 1, "a": 2}"#);
    check("assume_role_policy", &twice, &[(SchemaRule::MalformedPolicy, error, message)]);
    let secret = text("{}").marked(Marks::SENSITIVE);
    let message =
        "`assume_role_policy`, which is not shown, is not a policy in the language of IAM";
    check("assume_role_policy", &secret, &[(SchemaRule::MalformedPolicy, error, message)]);
}
