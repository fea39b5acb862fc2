//! Tables of sets, equality, limits and steps.

use source::{FileId, TextRange};

use super::*;
use crate::{Refinement, equals, raw_equals};

fn unknown(ty: Type) -> Value {
    Value::unknown(ty, Reason::Variable)
}

fn strings(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(Value::string).collect()
}

#[test]
fn sets_are_in_order() {
    let check = |set: &Value, json: &str| assert_eq!(set.to_json(), json);
    check(&Value::set(Type::String, strings(&["é", "e\u{301}", "z", "A"])), r#"["A","z","é"]"#);
    let numbers: Vec<Value> = ["-1", "-10", "0.5"]
        .iter()
        .filter_map(|text| Number::parse(text))
        .map(Value::number)
        .collect();
    check(&Value::set(Type::Number, numbers), "[-10,-1,0.5]");
    check(&Value::set(Type::Bool, [Value::bool(true), Value::bool(false)]), "[false,true]");
    let mut elements = strings(&["b", "a", "b"]);
    elements.extend([unknown(Type::String), Value::null(Type::String), unknown(Type::String)]);
    let set = Value::set(Type::String, elements);
    check(&set, r#"["a","b",null,null,null]"#);
    assert_eq!(set.length(), None);
    assert_eq!(set.length_range(), (3, Some(5)));
    let objects = [2, 1].map(|int| Value::object([("a".into(), Value::number(int))]));
    check(&Value::set(objects[0].ty(), objects), r#"[{"a":1},{"a":2}]"#);
    let marked = Value::set(Type::String, [Value::string("a").marked(Marks::SENSITIVE)]);
    assert!(marked.marks().contains(Marks::SENSITIVE));
    assert!(marked.get(0).is_some_and(|element| element.marks().is_none()));
}

#[test]
fn equality() {
    let check = |one: &Value, two: &Value, expect: Option<bool>| {
        assert_eq!(equals(one, two).as_bool(), expect, "{one} {two}");
        assert_eq!(equals(two, one).as_bool(), expect, "{two} {one}");
    };
    let u = unknown(Type::String);
    let dynamic = unknown(Type::Dynamic);
    let null = Value::null(Type::Dynamic);
    let (a, one) = (Value::string("a"), Value::number(1));
    check(&a, &a, Some(true));
    check(&one, &Value::string("1"), Some(false));
    check(&null, &null, Some(true));
    check(&null, &a, Some(false));
    check(&null, &u, None);
    check(&null, &u.clone().refined_not_null(), Some(false));
    check(&u, &u, None);
    check(&u, &one, Some(false));
    check(&dynamic, &one, None);
    let tuple = |parts: [&Value; 2]| Value::tuple(parts.map(Clone::clone));
    check(&tuple([&u, &one]), &tuple([&u, &a]), Some(false));
    check(&tuple([&one, &u]), &tuple([&one, &a]), None);
    check(&tuple([&one, &null]), &tuple([&one, &null]), Some(true));
    check(&tuple([&one, &null]), &tuple([&one, &u]), Some(false));
    check(&tuple([&one, &dynamic]), &tuple([&one, &a]), None);
    check(&Value::tuple([u.clone()]), &Value::tuple([]), Some(false));
    let list = Value::list(Type::String, [u.clone()]);
    check(&list, &Value::list(Type::String, strings(&["a", "b"])), Some(false));
    let set = Value::set(Type::String, [u.clone()]);
    check(&set, &Value::set(Type::String, strings(&["a"])), None);
    let prefixed =
        Unknown::new(Type::String, Reason::Derived).refined(Refinement::with_prefix("foo-"));
    check(&prefixed.clone().into_value(), &Value::string("bar"), Some(false));
    check(&prefixed.into_value(), &Value::string("foo-bar"), None);
    let secret = a.clone().marked(Marks::SENSITIVE);
    assert!(equals(&Value::tuple([secret]), &Value::tuple([a])).marks() == Marks::SENSITIVE);
    assert!(raw_equals(&u, &unknown(Type::String)) && !raw_equals(&u, &dynamic));
}

#[test]
fn certain_values_are_known() {
    let refined = |ty: Type, refinement| Unknown::new(ty, Reason::Derived).refined(refinement);
    let five = Value::number(5).refinement();
    assert_eq!(refined(Type::Number, five.clone()).into_value().to_json(), "5");
    let common = five.common(&Value::number(10).refinement());
    assert!(refined(Type::Number, common.clone()).into_value().is_unknown());
    let check = |number: i32, expect| {
        let value = refined(Type::Number, common.clone()).into_value();
        assert_eq!(equals(&value, &Value::number(number)).as_bool(), expect);
    };
    check(11, Some(false));
    check(7, None);
    let list = Type::list(Type::String);
    let value = refined(list.clone(), Refinement::with_length(2, Some(2))).into_value();
    assert_eq!(value.unknown_to_json(), "[true,true]");
    let value = refined(list, Refinement::with_length(0, Some(0))).into_value();
    assert_eq!(value.to_json(), "[]");
    let common = Value::string("foo-a").refinement().common(&Value::string("foo-ba").refinement());
    assert_eq!(common.prefix.as_deref(), Some("foo-"));
    assert_eq!(common.suffix.as_deref(), Some("a"));
}

#[test]
fn limits() {
    let limited = |value: &Value| value.as_unknown().is_some_and(|u| u.reason == Reason::Limit);
    assert!(limited(&Value::string("x".repeat(MAX_STRING + 1))));
    assert!(!limited(&Value::string("x".repeat(MAX_STRING))));
    let many = Value::list(Type::Bool, vec![Value::bool(true); MAX_ELEMENTS + 1]);
    assert!(limited(&many) && many.ty() == Type::list(Type::Bool));
    let mut doubled = Value::string("x").marked(Marks::SENSITIVE);
    for _ in 0..64 {
        doubled = Value::tuple([doubled.clone(), doubled]);
    }
    assert!(doubled.marks_deep().contains(Marks::SENSITIVE));
    assert!(doubled.size() <= MAX_SIZE);
    let mut deep = Value::bool(true);
    for _ in 0..100_000 {
        deep = Value::tuple([deep]);
    }
    assert!(deep.size() <= MAX_DEPTH + 1);
}

/// The deepest and widest values that there can be take no long time and no deep stack.
#[test]
fn all_operations_bear_the_limits() {
    let start = std::time::Instant::now();
    let mut deep = Value::string("x");
    for at in 0..MAX_DEPTH - 2 {
        let number = Value::number(i64::from(at));
        deep = if at % 2 == 0 {
            Value::tuple([deep, number])
        } else {
            Value::object([("a".into(), deep), ("b".into(), number)])
        };
    }
    let list = crate::convert(&Value::tuple([deep.clone()]), &Type::list(Type::Dynamic));
    assert!(list.is_ok());
    let pair = [deep.clone(), Value::tuple([deep.clone(), Value::bool(true)])];
    let _ = crate::unify(&pair.clone().map(|value| value.ty()));
    let _ = crate::convert(&Value::tuple(pair), &Type::list(Type::Dynamic));
    assert_eq!(equals(&deep, &deep).as_bool(), Some(true));
    assert!(!deep.to_json().is_empty() && !deep.ty().to_json().is_empty());
    assert!(!deep.to_string().is_empty() && !deep.unknown_to_json().is_empty());
    let rows: Vec<Value> = (0..50_000)
        .map(|at| Value::object([("a".into(), Value::number(i64::from(at % 7)))]))
        .collect();
    let wide = Value::tuple(rows);
    assert!(
        crate::convert(&wide, &Type::set(Type::Dynamic)).is_ok_and(|set| set.length() == Some(7))
    );
    let mixed: Vec<Value> = (0..50_000)
        .map(|at| if at % 2 == 0 { Value::number(i64::from(at)) } else { Value::bool(true) })
        .collect();
    let mixed = Value::tuple(mixed);
    assert!(crate::convert(&mixed, &Type::list(Type::Dynamic)).is_err());
    assert!(crate::convert(&mixed, &Type::list(Type::String)).is_ok());
    assert!(start.elapsed().as_secs() < 20);
}

#[test]
fn steps_and_marks() {
    let at = |start| Location::new(FileId(0), TextRange::new(start, start + 1));
    let element = Value::string("a").with_origin(Origin::made(at(1)));
    let list = Value::tuple([element.marked(Marks::SENSITIVE)]).with_origin(Origin::made(at(0)));
    let moved = list.push_step(at(9), StepKind::Reference("local.x".into()));
    let starts = |value: &Value| -> Vec<u32> {
        value.origin().steps().map(|step| step.location.range.start()).collect()
    };
    assert_eq!(starts(&moved), [9, 0]);
    assert_eq!(moved.get(0).map(starts), Some(vec![9, 1]));
    assert_eq!((moved.marks(), moved.marks_deep()), (Marks::NONE, Marks::SENSITIVE));
    let (plain, marks) = moved.unmark_deep();
    assert_eq!((plain.marks_deep(), marks), (Marks::NONE, Marks::SENSITIVE));
    assert_eq!(starts(&plain), [9, 0]);
}

#[test]
fn equal_elements_meet_in_a_set() {
    let long = |last: i64| Value::tuple([Value::number(10_000_000_000 + last)]);
    // Texts keep ten digits only.
    let numbers = [long(3), long(1), long(3), long(2), long(1)];
    let set = Value::set(numbers[0].ty(), numbers);
    assert_eq!(set.to_json(), "[[10000000001],[10000000002],[10000000003]]");
    let object = |names: &[&str]| {
        Value::object(names.iter().map(|name| (Arc::from(*name), Value::number(1))))
    };
    let objects = [object(&["a", "b"]), object(&["a"]), object(&["c"]), object(&["a", "b"])];
    let set = Value::set(Type::Dynamic, [objects.clone(), objects].concat());
    assert_eq!(set.as_elements().map(<[Value]>::len), Some(3));
}
