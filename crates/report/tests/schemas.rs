//! JSON and SARIF output against their schemas.

mod sample;

use cfglint_report::{Format, FullOptions, Report, Summary};
use diagnostics::{Diagnostic, Level, RuleId};
use sample::Sample;
use serde_json::Value;
use source::{FileSet, Location, SourceFile, TextRange};

const JSON_SCHEMA: &str = include_str!("../../../docs/schema/cfglint-output-v1.schema.json");
const SARIF_SCHEMA: &str = include_str!("../../../fixtures/report/sarif-2.1.0.schema.json");

fn write(format: Format, report: &Report<'_>) -> Value {
    let mut out = Vec::new();
    format.write(report, FullOptions::default(), &mut out).expect("memory takes it all");
    serde_json::from_slice(&out).expect("the output is JSON")
}

fn check(schema: &str, output: &Value) {
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is valid");
    let errors: Vec<String> = validator
        .iter_errors(output)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn empty(files: &FileSet) -> Report<'_> {
    Report {
        files,
        diagnostics: &[],
        rules: &[],
        summary: Summary::default(),
        version: "0.1.0",
        root: "",
        directory: "",
    }
}

#[test]
fn json_fits_its_schema() {
    check(JSON_SCHEMA, &write(Format::Json, &Sample::new().report()));
    check(JSON_SCHEMA, &write(Format::Json, &empty(&FileSet::new())));
}

#[test]
fn the_json_schema_refuses_what_is_wrong() {
    let schema = serde_json::from_str(JSON_SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is valid");
    let good = write(Format::Json, &Sample::new().report());
    for (pointer, wrong) in [
        ("/version", Value::from(2)),
        ("/diagnostics/0/level", Value::from("fatal")),
        ("/diagnostics/0/range/start/line", Value::from(0)),
        ("/diagnostics/0/fix", Value::from(false)),
        ("/diagnostics/0/rule", Value::from("no-pack")),
        ("/summary/errors", Value::Null),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).expect("the key is there") = wrong;
        assert!(!validator.is_valid(&bad), "{pointer}");
    }
}

#[test]
fn sarif_fits_its_schema() {
    for report in [Sample::new().report(), empty(&FileSet::new())] {
        let output = write(Format::Sarif, &report);
        check(SARIF_SCHEMA, &output);
        assert!(output.pointer("/runs/0/results").is_some_and(Value::is_array));
        assert!(!has_null(&output));
    }
}

#[test]
fn sarif_keeps_the_worst_results() {
    let mut files = FileSet::new();
    let file = files.add(SourceFile::new("a.tf", &b"a = 1\n"[..]));
    let found = |at: u32| {
        let level = if at == 5_999 { Level::Error } else { Level::Warning };
        let place = Location::new(file, TextRange::empty(at % 5));
        Diagnostic::new(RuleId::from_static("a/b"), level, place, format!("number {at}"))
    };
    let diagnostics: Vec<_> = (0..6_000).map(found).collect();
    let output = write(Format::Sarif, &Report { diagnostics: &diagnostics, ..empty(&files) });
    let results = output.pointer("/runs/0/results").and_then(Value::as_array).expect("results");
    assert_eq!(results.len(), 5_000);
    assert_eq!(results[0]["level"], "error");
    assert_eq!(output.pointer("/runs/0/properties/omittedResults"), Some(&Value::from(1_000)));
}

#[test]
fn sarif_has_the_way_of_a_value_as_a_flow() {
    let output = write(Format::Sarif, &Sample::new().report());
    let results = output.pointer("/runs/0/results").and_then(Value::as_array).expect("results");
    let flows: Vec<&Value> = results.iter().filter_map(|result| result.get("codeFlows")).collect();
    assert_eq!(flows.len(), 1, "only one diagnostic has a flow");
    let steps = flows[0].pointer("/0/threadFlows/0/locations").and_then(Value::as_array);
    let steps = steps.expect("a flow has steps");
    let told: Vec<_> = steps
        .iter()
        .map(|step| {
            let place = step.pointer("/location/physicalLocation/region/startLine");
            (place.and_then(Value::as_u64), step.pointer("/location/message/text"))
        })
        .collect();
    let text = |text: &str| Value::from(text);
    let (first, second) = (text(r"the value \[comes\] from here"), text("set in this argument"));
    assert_eq!(told, [(Some(2), Some(&first)), (Some(2), Some(&second))]);
}

#[test]
fn sarif_keeps_no_more_steps_than_are_shown() {
    let mut files = FileSet::new();
    let file = files.add(SourceFile::new("a.tf", &b"a = 1\n"[..]));
    let place = |at: u32| Location::new(file, TextRange::empty(at % 5));
    let found = |at: u32| {
        let mut found = Diagnostic::new(
            RuleId::from_static("a/b"),
            Level::Error,
            place(0),
            "the same for all instances",
        );
        found.instance = Some(format!("[{at}]"));
        for step in 0..100 {
            let message = format!("step {step} of {}", at / 2);
            found.flow.extend(found.clone().with_related(place(step), message).related.pop());
        }
        found
    };
    let diagnostics: Vec<_> = (0..40).map(found).collect();
    let output = write(Format::Sarif, &Report { diagnostics: &diagnostics, ..empty(&files) });
    check(SARIF_SCHEMA, &output);
    let flows = output.pointer("/runs/0/results/0/codeFlows").and_then(Value::as_array);
    assert_eq!(flows.map(Vec::len), Some(10), "equal flows are told once");
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.iter().any(has_null),
        Value::Object(entries) => entries.values().any(has_null),
        _ => false,
    }
}
