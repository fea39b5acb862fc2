//! What the built-in data holds, how it is found, and that no bytes do harm.
#![expect(clippy::disallowed_methods, reason = "tests read files")]

use std::path::PathBuf;

use cfglint_schema::{
    Attribute, BlockSchema, BlockType, Body, Catalog, Constraint, Counts, Data, Distance, Kind,
    Mode, Nesting, Provider, Selection, Snapshots, TERRAFORM,
};
use testkit::Random;
use value::Type;
use version::Admitted;

fn provider(name: &str) -> Provider<'static> {
    let source = format!("registry.terraform.io/hashicorp/{name}");
    Catalog::builtin().provider(&source).unwrap_or_else(|| panic!("{name} is built in"))
}

/// A resource type of AWS as it is in the snapshot of `version`.
fn aws_in(version: &str, name: &str) -> Option<BlockSchema<'static>> {
    let aws = provider("aws");
    let locked = Admitted::Locked(version.parse().expect("a version"));
    let selection = aws.select(&locked);
    let found = aws.find(Kind::Resource, name)?;
    let is_there = found.presence().intersects(selection.snapshots);
    is_there.then(|| BlockSchema::new(found.body(), selection))
}

#[test]
fn counts_are_those_that_are_written() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/counts.txt");
    let written = std::fs::read_to_string(path).expect("the counts");
    let mut lines: Vec<String> = Vec::new();
    for provider in Catalog::builtins() {
        let name = provider.source().rsplit('/').next().unwrap_or_default();
        let mut versions: Vec<&str> = provider.versions().collect();
        if versions.is_empty() {
            versions.push("any");
        }
        for (number, version) in versions.into_iter().enumerate() {
            let Counts { resources, data_sources, ephemerals, attributes, blocks, constraints } =
                provider.counts(Snapshots::one(number));
            lines.push(format!(
                "{name} {version} {resources} {data_sources} {ephemerals} {attributes} {blocks} {constraints}"
            ));
        }
    }
    let written: Vec<&str> = written.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines, written);
}

#[test]
fn there_is_no_less_than_there_was() {
    let newest = |name| {
        let provider = provider(name);
        let newest = provider.snapshots().newest().expect("a snapshot");
        provider.counts(Snapshots::one(newest))
    };
    let check = |name, resources, data_sources, attributes, blocks| {
        let counts = newest(name);
        assert!(counts.resources >= resources, "{name}: {counts:?}");
        assert!(counts.data_sources >= data_sources, "{name}: {counts:?}");
        assert!(counts.attributes >= attributes, "{name}: {counts:?}");
        assert!(counts.blocks >= blocks, "{name}: {counts:?}");
    };
    check("aws", 1735, 685, 47_979, 9_105);
    check("azurerm", 1106, 396, 28_000, 4_000);
    check("google", 1375, 471, 37_000, 7_300);
    check("kubernetes", 81, 27, 9_300, 3_390);
    check("random", 10, 0, 82, 0);
    check("tls", 4, 2, 111, 3);
    check("null", 1, 1, 7, 0);
}

#[test]
fn the_source_finds_the_provider() {
    let catalog = Catalog::builtin();
    let check = |source: &str, expect: Option<&str>| {
        assert_eq!(catalog.provider(source).map(Provider::source), expect, "{source}");
    };
    check("registry.terraform.io/hashicorp/aws", Some("registry.terraform.io/hashicorp/aws"));
    check("registry.opentofu.org/hashicorp/aws", Some("registry.terraform.io/hashicorp/aws"));
    check(TERRAFORM, Some(TERRAFORM));
    check("example.com/hashicorp/aws", None);
    check("registry.terraform.io/other/aws", None);
    check("hashicorp/aws", None);
    check("", None);
}

#[test]
fn types_are_those_of_the_provider() {
    let client = aws_in("5.100.0", "aws_cognito_user_pool_client").expect("is there");
    let flows = client.argument("allowed_oauth_flows").expect("is there");
    assert_eq!(flows.ty(), Type::set(Type::String));
    assert_eq!(flows.mode(), Mode::OptionalComputed);
    let secret = client.attribute("client_secret").expect("is there");
    assert!(secret.is_sensitive() && !secret.is_settable());
    assert!(client.argument("client_secret").is_none());
    assert_eq!(client.argument("name").map(Attribute::mode), Some(Mode::Required));
    let units = client.block("token_validity_units").expect("is there");
    assert_eq!(units.nesting(), Nesting::List);
    assert!(client.nested(units).argument("access_token").is_some());
    assert!(client.argument("nam").is_none() && client.block("name").is_none());
    let names: Vec<&str> = client.arguments().map(Attribute::name).collect();
    assert!(names.is_sorted_by(|one, two| one < two), "each once: {names:?}");
}

#[test]
fn objects_may_be_written_as_blocks_where_the_sdk_lets_them() {
    let group = aws_in("5.100.0", "aws_security_group").expect("is there");
    let ingress = group.argument("ingress").expect("is there");
    assert!(ingress.accepts_blocks());
    let (nesting, inner) = group.object(ingress).expect("an object");
    assert_eq!(nesting, Nesting::Set);
    assert_eq!(inner.attribute("from_port").map(Attribute::ty), Some(Type::Number));
    let Type::Set(element) = ingress.ty() else { panic!("a set") };
    let Type::Object(object) = &*element else { panic!("an object") };
    assert_eq!(object.attributes.len(), inner.attributes().count());
}

#[test]
fn versions_differ() {
    let region = |version| {
        aws_in(version, "aws_cognito_user_pool_client").expect("is there").argument("region")
    };
    assert!(region("5.100.0").is_none());
    assert!(region("6.0.0").is_some());
    assert!(aws_in("5.100.0", "aws_opsworks_stack").is_some());
    assert!(aws_in("6.0.0", "aws_opsworks_stack").is_none());
    // What lies between two snapshots is met in both.
    let aws = provider("aws");
    let between = aws.select(&Admitted::Locked("5.99.0".parse().expect("a version")));
    assert_eq!(between.snapshots.numbers().count(), 2);
}

#[test]
fn the_provider_of_terraform_is_there() {
    let terraform = Catalog::builtin().provider(TERRAFORM).expect("is built in");
    let selection = terraform.select(&Admitted::Any);
    assert!(!selection.may_be_newer);
    let data = terraform.find(Kind::Resource, "terraform_data").expect("is there");
    let schema = BlockSchema::new(data.body(), selection);
    let names: Vec<&str> = schema.arguments().map(Attribute::name).collect();
    assert_eq!(names, ["input", "triggers_replace"]);
    assert_eq!(schema.argument("input").map(Attribute::ty), Some(Type::Dynamic));
    assert!(schema.block("store").is_some());
    assert!(terraform.find(Kind::Data, "terraform_remote_state").is_some());
    assert!(terraform.find(Kind::Provider, "").is_none());
}

#[test]
fn every_name_is_found() {
    for provider in Catalog::builtins() {
        for kind in Kind::ALL {
            let names: Vec<&str> = provider.names(kind).collect();
            assert!(names.is_sorted_by(|one, two| one < two), "{provider:?} {kind:?}");
            for found in provider.types(kind) {
                assert_eq!(
                    provider.find(kind, found.name()).map(BlockType::name),
                    Some(found.name())
                );
                for attribute in found.body().attributes() {
                    let mut variants = found.body().attributes_named(attribute.name());
                    assert!(variants.any(|one| one.presence() == attribute.presence()));
                }
                for block in found.body().blocks() {
                    let mut variants = found.body().blocks_named(block.name());
                    assert!(variants.any(|one| one.presence() == block.presence()));
                }
            }
        }
    }
}

#[test]
fn what_is_looked_up_in_one_step_is_what_is_found_in_all() {
    for provider in Catalog::builtins() {
        let snapshots = [provider.snapshots(), Snapshots::one(0)];
        for body in provider.types(Kind::Resource).map(BlockType::body) {
            let required = body.attributes().filter(|one| one.mode() == Mode::Required);
            let found = body.required().map(|one| (one.name(), one.presence()));
            assert!(found.eq(required.map(|one| (one.name(), one.presence()))));
            for attribute in body.attributes() {
                let named = body.attributes_named(attribute.name());
                let all = attribute.variants().map(Attribute::presence);
                assert!(all.eq(named.map(Attribute::presence)), "{attribute:?}");
                for snapshots in snapshots {
                    let is_met = |one: &Attribute<'_>| one.presence().intersects(snapshots);
                    let newest = attribute.variants().rfind(is_met);
                    let found = attribute.newest_in(snapshots).map(Attribute::presence);
                    assert_eq!(found, newest.map(Attribute::presence), "{attribute:?}");
                }
                let has_values = |one: Constraint<'_>| one.has_values() == (one.values().len() > 0);
                assert!(attribute.constraint().is_none_or(has_values), "{attribute:?}");
            }
        }
    }
}

/// Calls all that there is, as long as `steps` last.
fn look(body: Body<'_>, steps: &mut usize) {
    for attribute in body.attributes() {
        let Some(left) = steps.checked_sub(1) else { return };
        *steps = left;
        let _ = (attribute.name(), attribute.mode(), attribute.replaced_by(), attribute.presence());
        let _ = (attribute.ty(), attribute.accepts_blocks(), attribute.is_deprecated());
        if let Some(constraint) = attribute.constraint() {
            let _ = format!("{constraint:?}");
        }
        if let Some((_, body)) = attribute.object() {
            look(body, steps);
        }
        let _ = body.attributes_named(attribute.name()).count();
        let _ = attribute.newest_in(Snapshots::one(0));
    }
    let _ = body.required().take(99).count();
    for block in body.blocks() {
        let Some(left) = steps.checked_sub(1) else { return };
        *steps = left;
        let _ = (block.nesting(), block.min_items(), block.max_items(), block.replaced_by());
        let _ = body.blocks_named(block.name()).count();
        look(block.body(), steps);
    }
}

fn look_at_all(provider: Provider<'_>, mut steps: usize) {
    let _ = (provider.source(), provider.newest(), provider.snapshots());
    let selection = provider.select(&Admitted::Any);
    for kind in Kind::ALL {
        for found in provider.types(kind).take(steps) {
            let _ = provider.find(kind, found.name());
            let _ = (found.is_deprecated(selection), found.replaced_by(), found.presence());
            look(found.body(), &mut steps);
            let schema = BlockSchema::new(found.body(), selection);
            let _ = (schema.arguments().take(99).count(), schema.blocks().take(99).count());
        }
    }
}

#[test]
fn no_bytes_do_harm() {
    let whole = cfglint_schema::Model::from_terraform_json(SMALL.as_bytes()).expect("a schema");
    let whole = whole[0].encode().expect("is small");
    let mut random = Random::new(7);
    for round in 0..1000 {
        let mut bytes = whole.clone();
        for _ in 0..=random.below(8) {
            let at = random.below(bytes.len());
            bytes[at] = u8::try_from(random.below(256)).expect("a byte");
        }
        if round % 5 == 0 {
            bytes.truncate(random.below(bytes.len()));
        }
        assert!(bytes == whole || Data::new(bytes.clone()).is_none(), "the checksum is looked at");
        // Bytes that were made on purpose have the right checksum.
        if let Some(data) = with_checksum(bytes) {
            look_at_all(data.provider(), 100);
        }
    }
}

/// The data of `bytes` with the checksum that they should have.
fn with_checksum(mut bytes: Vec<u8>) -> Option<Data> {
    let checksum = crc32fast::hash(bytes.get(12..)?);
    bytes[8..12].copy_from_slice(&checksum.to_le_bytes());
    Data::new(bytes)
}

#[test]
fn a_body_that_holds_itself_comes_to_an_end() {
    let whole = cfglint_schema::Model::from_terraform_json(SMALL.as_bytes()).expect("a schema");
    let whole = whole[0].encode().expect("is small");
    // Every number of a body is tried in place of every byte, so that some body holds itself.
    for at in 12..whole.len() {
        for number in 1..4 {
            let mut bytes = whole.clone();
            bytes[at] = number;
            if let Some(data) = with_checksum(bytes) {
                look_at_all(data.provider(), 60);
            }
        }
    }
}

const SMALL: &str = r#"{"format_version": "1.0", "provider_schemas": {"example.com/a/b": {
    "provider": {"version": 0, "block": {"attributes": {"key": {"type": "string", "optional": true}}}},
    "resource_schemas": {"b_one": {"version": 1, "block": {
        "attributes": {
            "id": {"type": "string", "computed": true},
            "tags": {"type": ["map", "string"], "optional": true, "computed": true},
            "old": {"type": "number", "optional": true, "deprecated": true, "replaced_by": "new"},
            "rules": {"type": ["set", ["object", {"port": "number", "names": ["list", "string"]}]], "optional": true},
            "pair": {"type": ["tuple", ["string", "bool"]], "computed": true},
            "nested": {"nested_type": {"nesting_mode": "list", "attributes": {
                "a": {"type": "string", "required": true, "sensitive": true},
                "b": {"type": "bool", "optional": true, "write_only": true}}}, "optional": true}
        },
        "block_types": {
            "inner": {"nesting_mode": "list", "min_items": 1, "max_items": 3, "block": {
                "attributes": {"x": {"type": "dynamic", "optional": true}},
                "block_types": {"inner": {"nesting_mode": "single", "block": {"deprecated": true}}}}},
            "any": {"nesting_mode": "set", "block": {"open": true}}
        }}}},
    "data_source_schemas": {"b_two": {"version": 0, "block": {"deprecated": true}}}
}}}"#;

#[test]
fn what_terraform_prints_is_read() {
    let models = cfglint_schema::Model::from_terraform_json(SMALL.as_bytes()).expect("a schema");
    let data = Data::new(models[0].encode().expect("is small")).expect("is whole");
    let provider = data.provider();
    assert_eq!((provider.source(), provider.versions().count()), ("example.com/a/b", 0));
    let selection = provider.select(&Admitted::Any);
    let one = provider.find(Kind::Resource, "b_one").expect("is there");
    let schema = BlockSchema::new(one.body(), selection);
    let ty = |name| schema.attribute(name).expect("is there").ty();
    assert_eq!(ty("tags"), Type::map(Type::String));
    assert_eq!(ty("pair"), Type::tuple([Type::String, Type::Bool]));
    let rule = [("names", Type::list(Type::String)), ("port", Type::Number)];
    assert_eq!(ty("rules"), Type::set(Type::object(rule)));
    assert!(schema.attribute("rules").is_some_and(Attribute::accepts_blocks));
    let nested = schema.attribute("nested").expect("is there");
    assert!(!nested.accepts_blocks());
    let Type::List(element) = nested.ty() else { panic!("a list") };
    let Type::Object(object) = &*element else { panic!("an object") };
    assert_eq!(object.optional.iter().map(|name| &**name).collect::<Vec<_>>(), ["b"]);
    let (_, inner) = schema.object(nested).expect("an object");
    assert!(inner.attribute("a").is_some_and(Attribute::is_sensitive));
    assert!(inner.attribute("b").is_some_and(Attribute::is_write_only));
    let old = schema.argument("old").expect("is there");
    assert_eq!((old.is_deprecated(), old.replaced_by()), (true, Some("new")));
    let block = schema.block("inner").expect("is there");
    assert_eq!((block.min_items(), block.max_items()), (1, Some(3)));
    let deeper = schema.nested(block).block("inner").expect("is there");
    assert_eq!((deeper.max_items(), deeper.is_deprecated()), (Some(1), true));
    assert!(schema.block("any").is_some_and(|any| any.body().is_open()));
    let two = provider.find(Kind::Data, "b_two").expect("is there");
    assert!(two.is_deprecated(selection) && !one.is_deprecated(selection));
    assert!(provider.find(Kind::Provider, "").is_some());
    assert!(provider.find(Kind::Ephemeral, "b_one").is_none());
}

#[test]
fn other_text_is_no_schema() {
    let check = |text: &str, expect: &str| {
        let error = cfglint_schema::Model::from_terraform_json(text.as_bytes()).expect_err(text);
        assert!(error.to_string().contains(expect), "{text}: {error}");
    };
    check("", "EOF");
    check("1", "invalid type");
    check("{}", "format_version");
    check(r#"{"provider_schemas": {}}"#, "format_version");
    let with_type = |ty: &str| {
        format!(
            r#"{{"format_version": "1.0", "provider_schemas": {{"a": {{"resource_schemas":
            {{"b": {{"block": {{"attributes": {{"c": {{"type": {ty}}}}}}}}}}}}}}}}}"#
        )
    };
    let deep = "[\"list\",".repeat(10_000);
    check(&with_type(&deep), "recursion limit");
    check(&with_type("\"word\""), "unknown type `\"word\"` in `c` in `b`");
    check(&with_type("[\"list\"]"), "unknown type");
    check(&with_type("[\"object\", 1]"), "unknown type");
    let empty = r#"{"format_version": "1.0"}"#;
    assert_eq!(
        cfglint_schema::Model::from_terraform_json(empty.as_bytes()).map(|it| it.len()),
        Ok(0)
    );
}

#[test]
fn loaded_data_goes_first() {
    let text = SMALL.replace("example.com/a/b", "registry.terraform.io/hashicorp/aws");
    let models = cfglint_schema::Model::from_terraform_json(text.as_bytes()).expect("a schema");
    let data = Data::new(models[0].encode().expect("is small")).expect("is whole");
    let catalog = Catalog::builtin().with(&data);
    let aws = catalog.provider("registry.opentofu.org/hashicorp/aws").expect("is there");
    assert!(aws.find(Kind::Resource, "b_one").is_some());
    assert!(aws.find(Kind::Resource, "aws_vpc").is_none());
    let scoped = Catalog::builtin().with_in(2, &data);
    let is_loaded = |scope| {
        let aws = scoped.provider_in(scope, "registry.terraform.io/hashicorp/aws");
        aws.is_some_and(|aws| aws.find(Kind::Resource, "b_one").is_some())
    };
    assert_eq!([0, 1, 2].map(is_loaded), [false, false, true]);
    let selection = Selection {
        snapshots: Snapshots::one(0),
        may_be_newer: false,
        may_be_older: false,
        distance: Distance::SameMajor,
    };
    assert_eq!(aws.select(&Admitted::Locked("5.0.0".parse().expect("a version"))), selection);
}
