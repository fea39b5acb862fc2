//! Models of several versions are joined, and what is joined is found again.

use version::{Admitted, Version};

use super::Model;
use crate::{
    Attribute, BlockSchema, Catalog, Constraint, Data, Demand, Distance, Kind, Mode, Provider,
    Selection, Snapshots,
};

/// A model with one resource type `b_one` whose block has the JSON `block`.
fn model(block: &str) -> Model {
    let text = format!(
        r#"{{"format_version": "1.0", "provider_schemas": {{"a.b/c/d": {{"resource_schemas":
        {{"b_one": {{"block": {block}}}}}}}}}}}"#
    );
    let mut models = Model::from_terraform_json(text.as_bytes()).expect("a schema");
    models.pop().expect("one provider")
}

fn version(major: u64) -> Version {
    Version::new(major, 0, 0)
}

/// Versions 1.0.0, 2.0.0, … with these blocks.
fn joined(blocks: &[&str]) -> Model {
    let models = (1..).map(version).zip(blocks.iter().map(|block| model(block)));
    Model::join(models).expect("are joined")
}

fn data(model: &Model) -> Data {
    Data::new(model.encode().expect("is small")).expect("is whole")
}

fn in_snapshot(data: &Data, number: usize) -> BlockSchema<'_> {
    let snapshots = Snapshots::one(number);
    let selection = Selection {
        snapshots,
        may_be_newer: false,
        may_be_older: false,
        distance: Distance::SameMajor,
    };
    let found = data.provider().find(Kind::Resource, "b_one").expect("is there");
    BlockSchema::new(found.body(), selection)
}

const SOME: &str = r#"{"attributes": {
    "same": {"type": "string", "optional": true},
    "gone": {"type": "string", "optional": true, "deprecated": true, "replaced_by": "same"},
    "other": {"type": "number", "required": true}},
  "block_types": {"part": {"nesting_mode": "list", "max_items": 1, "block": {
    "attributes": {"x": {"type": "string", "optional": true}}}}}}"#;
const MORE: &str = r#"{"attributes": {
    "same": {"type": "string", "optional": true},
    "new": {"type": "bool", "optional": true},
    "other": {"type": "string", "optional": true}},
  "block_types": {"part": {"nesting_mode": "list", "block": {
    "attributes": {"x": {"type": "string", "optional": true}, "y": {"type": "string", "optional": true}}}}}}"#;

#[test]
fn what_differs_is_a_variant() {
    let data = data(&joined(&[SOME, MORE]));
    let (old, new) = (in_snapshot(&data, 0), in_snapshot(&data, 1));
    let names = |schema: BlockSchema<'_>| {
        schema.attributes().map(|one| one.name().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(old), ["gone", "other", "same"]);
    assert_eq!(names(new), ["new", "other", "same"]);
    assert_eq!(old.argument("other").map(Attribute::mode), Some(Mode::Required));
    assert_eq!(new.argument("other").map(Attribute::mode), Some(Mode::Optional));
    let body = old.body;
    assert_eq!(body.attributes_named("other").count(), 2);
    assert_eq!(body.attributes_named("same").count(), 1);
    let gone = body.attributes_named("gone").next().expect("is there");
    assert_eq!((gone.presence(), gone.replaced_by()), (Snapshots::one(0), Some("same")));
    let part = |schema: BlockSchema<'_>| schema.block("part").expect("is there").max_items();
    assert_eq!((part(old), part(new)), (Some(1), None));
    let y = |schema: BlockSchema<'_>| {
        schema.nested(schema.block("part").expect("is there")).argument("y").is_some()
    };
    assert_eq!((y(old), y(new)), (false, true));
}

#[test]
fn over_both_versions_both_are_there() {
    let data = data(&joined(&[SOME, MORE]));
    let found = data.provider().find(Kind::Resource, "b_one").expect("is there");
    let constraints = version::Constraints::parse(">= 1.0, <= 2.0").expect("constraints");
    let selection = data.provider().select(&Admitted::Constraints(constraints));
    let schema = BlockSchema::new(found.body(), selection);
    let names: Vec<&str> = schema.arguments().map(Attribute::name).collect();
    assert_eq!(names, ["gone", "new", "other", "same"]);
    let other = schema.argument("other").expect("is there");
    assert_eq!(other.ty(), value::Type::String, "the newest counts");
}

#[test]
fn a_type_that_is_younger_shares_its_bodies() {
    let later = r#"{"format_version": "1.0", "provider_schemas": {"a.b/c/d": {"resource_schemas":
        {"b_one": {"block": BODY}, "b_two": {"block": BODY}}}}}"#;
    let later = later.replace("BODY", MORE);
    let later = Model::from_terraform_json(later.as_bytes()).expect("a schema").remove(0);
    let first = model(MORE);
    let alone = Model::join([(version(1), first.clone())]).expect("is joined");
    let both = Model::join([(version(1), first), (version(2), later)]).expect("are joined");
    let size = |model: &Model| model.encode().expect("is small").len();
    // A name, a version, a record of the type, and the presence of it: no second body.
    assert!(size(&both) < size(&alone) + 50, "{} and {}", size(&both), size(&alone));
    let data = data(&both);
    let two = data.provider().find(Kind::Resource, "b_two").expect("is there");
    assert_eq!(two.presence(), Snapshots::one(1));
    assert!(two.body().attributes().all(|one| one.presence() == Snapshots::one(1)));
}

#[test]
fn objects_that_differ_are_other_types() {
    let with = |ty: &str| {
        format!(
            r#"{{"attributes": {{"o": {{"type": ["set", ["object", {ty}]], "optional": true}}}}}}"#
        )
    };
    let (one, two) = (with(r#"{"a": "string"}"#), with(r#"{"a": "string", "b": "string"}"#));
    let data = data(&joined(&[&one, &two]));
    let count = |number| {
        let schema = in_snapshot(&data, number);
        let (_, object) = schema.object(schema.argument("o").expect("is there")).expect("objects");
        object.arguments().count()
    };
    assert_eq!((count(0), count(1)), (1, 2));
    assert_eq!(in_snapshot(&data, 0).body.attributes_named("o").count(), 2);
}

#[test]
fn nested_attributes_are_joined() {
    let with = |more: &str| {
        format!(
            r#"{{"attributes": {{"o": {{"optional": true, "nested_type": {{"nesting_mode": "single",
            "attributes": {{"a": {{"type": "string", "required": true}}{more}}}}}}}}}}}"#
        )
    };
    let (one, two) = (with(""), with(r#", "b": {"type": "string", "required": true}"#));
    let data = data(&joined(&[&one, &two]));
    let body = in_snapshot(&data, 0).body;
    let object = body.attributes_named("o").next().expect("is there");
    assert_eq!(body.attributes_named("o").count(), 1);
    let value::Type::Object(ty) = object.ty() else { panic!("an object") };
    // The first version does not have it.
    assert_eq!(ty.optional.iter().map(|name| &**name).collect::<Vec<_>>(), ["b"]);
    let count = |number| {
        let schema = in_snapshot(&data, number);
        schema.object(object).expect("an object").1.arguments().count()
    };
    assert_eq!((count(0), count(1)), (1, 2));
}

#[test]
fn constraints_reach_the_attributes() {
    let mut model = joined(&[SOME, MORE]);
    let json = r#"{"resource": {"b_one": {
        "same": {"enum": ["x", "y", 3], "open": true, "confidence": 3, "ignore_case": true, "checked": "provider"},
        "part.x": {"pattern": "[a-z]+", "min_length": 1, "max_length": 64, "confidence": 2,
            "checked_keys": ["max_length", "pattern"]},
        "other": {"min": 0.5, "max": 9223372036854775807, "min_items": 0, "format": "arn", "arn_service": "iam"},
        "nowhere": {"min": 1}}, "b_none": {"x": {"min": 1}}}}"#;
    let lost = model.set_constraints(json.as_bytes()).expect("constraints");
    assert_eq!(lost, ["b_none.x", "b_one.nowhere"]);
    let data = data(&model);
    for number in [0, 1] {
        let schema = in_snapshot(&data, number);
        let same = schema.argument("same").and_then(Attribute::constraint).expect("is there");
        assert_eq!(same.values().collect::<Vec<_>>(), ["x", "y", "3"]);
        assert_eq!((same.is_open(), same.ignores_case(), same.confidence()), (true, true, 3));
        let enforced = |of: Constraint<'_>| Demand::ALL.map(|demand| of.is_enforced(demand));
        assert_eq!(enforced(same), [true, false, false, false, false]);
        assert_eq!((same.pattern(), same.format(), same.max_length()), (None, None, None));
        let part = schema.nested(schema.block("part").expect("is there"));
        let x = part.argument("x").and_then(Attribute::constraint).expect("is there");
        assert_eq!((x.pattern(), x.values().len()), (Some("[a-z]+"), 0));
        assert_eq!((x.min_length(), x.max_length()), (Some(1), Some(64)));
        assert!(!x.is_open() && !x.ignores_case());
        assert_eq!(enforced(x), [false, true, false, false, false]);
        let other = schema.argument("other").and_then(Attribute::constraint).expect("is there");
        assert_eq!((other.minimum(), other.min_items()), (Some(0.5), Some(0)));
        assert_eq!(other.format(), Some(crate::Format::Arn { service: Some("iam") }));
    }
    assert!(in_snapshot(&data, 1).argument("new").is_some_and(|new| new.constraint().is_none()));
    let error = model.set_constraints(br#"{"resource": {"b_one": {"same": {"format": "word"}}}}"#);
    assert_eq!(error.map_err(|error| error.to_string()), Err("unknown format `word`".to_owned()));
}

#[test]
fn what_is_open_in_one_version_is_open() {
    let data = data(&joined(&[r#"{"open": true}"#, MORE]));
    assert!(in_snapshot(&data, 1).body.is_open());
}

#[test]
fn only_versions_of_one_provider_in_order_are_joined() {
    let some = || model(SOME);
    assert!(Model::join([(version(2), some()), (version(1), some())]).is_err());
    assert!(Model::join([(version(1), some()), (version(1), some())]).is_err());
    assert!(Model::join([]).is_err());
    assert!(Model::join((1..=32).map(|major| (version(major), some()))).is_ok());
    assert!(Model::join((1..=33).map(|major| (version(major), some()))).is_err());
    let text = r#"{"format_version": "1.0", "provider_schemas": {"x": {}}}"#;
    let other = Model::from_terraform_json(text.as_bytes()).expect("a schema").remove(0);
    assert!(Model::join([(version(1), some()), (version(2), other)]).is_err());
    assert_eq!(Catalog::default().provider("a.b/c/d").map(Provider::source), None);
}

#[test]
fn types_nest_as_deep_as_the_format_says() {
    let depth = 20;
    let ty = format!(
        r#"{}"string"{}"#,
        r#"["list", ["object", {"a": "#.repeat(depth),
        "}]]".repeat(depth)
    );
    let body = format!(r#"{{"attributes": {{"o": {{"type": {ty}, "optional": true}}}}}}"#);
    let data = data(&joined(&[&body, &body]));
    let mut ty = in_snapshot(&data, 0).argument("o").expect("is there").ty();
    for level in 0..depth {
        let element = ty.element().cloned();
        let Some(value::Type::Object(object)) = element else { panic!("no object at {level}") };
        ty = object.attributes["a"].clone();
    }
    assert_eq!(ty, value::Type::String);
}
