//! The provider `hashicorp/toy`, and what the rules that rest on schemas find in its blocks.

use cfglint_engine::testing::{Outcome, check_with};
use cfglint_engine::{BuiltinRule, RuleCode, SchemaRule};
use diagnostics::Level;
use schema::{Catalog, Data, Model};

use super::files;

/// The provider `hashicorp/toy` in the versions 1.0.0 and 2.0.0.
pub fn toys() -> Data {
    let read = |text: &str| {
        let models = Model::from_terraform_json(text.as_bytes()).expect("a schema");
        models.into_iter().next().expect("a provider")
    };
    let one = read(include_str!("../schema/toy-1.0.0.json"));
    let two = read(include_str!("../schema/toy-2.0.0.json"));
    let versions = ["1.0.0", "2.0.0"].map(|text| text.parse().expect("a version"));
    let model = Model::join(versions.into_iter().zip([one, two])).expect("one provider");
    Data::new(model.encode().expect("a small model")).expect("the data of a model")
}

/// All rules that rest on schemas.
pub fn rules() -> Vec<BuiltinRule> {
    let rule = |rule: &SchemaRule| BuiltinRule {
        id: Box::leak(format!("schema/{}", rule.name()).into_boxed_str()),
        aliases: &[],
        text: "",
        level: match rule {
            SchemaRule::DeprecatedArgument | SchemaRule::DeprecatedType => Level::Warning,
            SchemaRule::QuotedLiteral => Level::Note,
            _ => Level::Error,
        },
        group: "schema",
        preset: None,
        title: "",
        blocks: &[],
        supersedes: &[],
        code: RuleCode::Schema(*rule),
    };
    SchemaRule::ALL.iter().map(rule).collect()
}

/// What the rules find in files.
pub fn run(texts: &[(&str, &str)]) -> Outcome {
    let data = toys();
    check_with(&rules(), &Catalog::builtin().with(&data), &files(texts))
}

/// What is found: `line level rule instance text-marked | message, when …`, and what the fix makes of
/// the text after `->`.
pub fn lines(outcome: &Outcome) -> Vec<String> {
    let line = |found: &diagnostics::Diagnostic| {
        let file = outcome.files.get(found.location.file);
        let place = file.position(found.location.range.start());
        let marked = String::from_utf8_lossy(outcome.files.slice(found.location));
        let instance = found.instance.as_deref().map(|it| format!("{it} ")).unwrap_or_default();
        let when = found.when.as_ref().map(|when| format!(", when {when}")).unwrap_or_default();
        let edits = found.fix.iter().flat_map(|fix| &fix.edits);
        let fix: Vec<String> = edits.map(|edit| format!(" -> {}", edit.text)).collect();
        let fix = fix.concat();
        let (rule, message) = (found.rule.name(), &found.message);
        format!("{} {} {rule} {instance}{marked} | {message}{when}{fix}", place.line, found.level)
    };
    outcome.diagnostics.iter().map(line).collect()
}

/// The blocks that a `toy_box` needs.
pub const FEET: &str = "foot {}\nfoot {}\n";
/// Selects the version 2.0.0 of the provider.
pub const LOCKED: &str = "terraform {\n  required_providers {\n    toy = {\n      source = \"hashicorp/toy\"\n      version = \"2.0.0\"\n    }\n  }\n}\n";
