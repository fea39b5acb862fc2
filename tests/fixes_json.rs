//! The examples of all rule pages once more, written in JSON syntax: the same is found in them, and the
//! same is mended.

use std::collections::BTreeSet;
use std::path::Path;

use engine::BuiltinRule;
use rulebook::Page;
use serde_json::{Map, Value, json};
use syntax::view::{ExprKind, ObjectKey};
use syntax::{Block, Body, Expr, Item, Syntax, Tree};

use crate::fixes::{Counts, Files, cfglint, counts, read};
use crate::folder::project;

/// Arguments in which Terraform wants the text of an expression, without `${`.
const AS_TEXT: [&str; 6] = ["type", "depends_on", "ignore_changes", "provider", "providers", "to"];

/// `text` in JSON syntax. `None` where JSON cannot say the same: errors, and arguments that are set twice.
fn to_json(text: &[u8]) -> Option<Value> {
    let tree = syntax::parse_as(text, Syntax::Native);
    tree.errors().is_empty().then(|| body(&tree, tree.body()))?
}

fn body(tree: &Tree, body: Body<'_>) -> Option<Value> {
    let mut object = Map::new();
    let mut names = BTreeSet::new();
    for item in body.items() {
        match item {
            Item::Attribute(attribute) => {
                let name = attribute.name().into_owned();
                let expr = attribute.expr();
                let is_text = AS_TEXT.contains(&&*name) && expr.as_plain_string().is_none();
                let value = if is_text { as_text(tree, expr) } else { value(tree, expr) };
                object.insert(name.clone(), value);
                if !names.insert(name) {
                    return None;
                }
            }
            Item::Block(block) => {
                let list = object.entry(block.kind()).or_insert_with(|| json!([]));
                list.as_array_mut()?.push(labelled(tree, block)?);
            }
        }
    }
    Some(Value::Object(object))
}

fn labelled(tree: &Tree, block: Block<'_>) -> Option<Value> {
    let labels: Vec<String> = block.labels().map(|label| label.text().into_owned()).collect();
    let body = body(tree, block.body())?;
    Some(labels.into_iter().rev().fold(body, |inner, label| json!({ label: inner })))
}

fn value(tree: &Tree, expr: Expr<'_>) -> Value {
    if let Some(text) = expr.as_plain_string() {
        return text.replace("${", "$${").replace("%{", "%%{").into();
    }
    match expr.kind() {
        ExprKind::Null => Value::Null,
        ExprKind::Bool(flag) => flag.into(),
        ExprKind::Number(digits) => serde_json::from_str(digits).expect("a number"),
        ExprKind::Tuple(elements) => elements.iter().map(|element| value(tree, element)).collect(),
        ExprKind::Object(object) => {
            let entries: Option<Map<_, _>> = object
                .items()
                .map(|(key, entry)| match key {
                    ObjectKey::Name(name, _) => Some((name.to_owned(), value(tree, entry))),
                    ObjectKey::Expr(key) => Some((key.as_plain_string()?, value(tree, entry))),
                })
                .collect();
            entries.map_or_else(|| format!("${{{}}}", source(tree, expr)).into(), Value::Object)
        }
        _ => format!("${{{}}}", source(tree, expr)).into(),
    }
}

fn as_text(tree: &Tree, expr: Expr<'_>) -> Value {
    match expr.kind() {
        ExprKind::Tuple(elements) => elements.iter().map(|of| source(tree, of)).collect(),
        _ => source(tree, expr).into(),
    }
}

fn source(tree: &Tree, expr: Expr<'_>) -> String {
    String::from_utf8_lossy(expr.range().slice(tree.text())).into_owned()
}

/// What is found in `files` before and after the fixes, and the files then.
fn fixed(files: &Files) -> (Counts, Counts, Files) {
    let folder = project(files);
    let before = counts(&cfglint(folder.path(), &["--format", "json"]));
    let after = counts(&cfglint(folder.path(), &["--fix", "--unsafe-fixes", "--format", "json"]));
    (before, after, read(folder.path(), files))
}

/// Rules that tell blocks from arguments, which JSON does not.
const ABOUT_SYNTAX: &[&str] =
    &["schema/argument-as-block", "schema/block-as-argument", "schema/unknown-block"];

/// The rule about a form of expressions that JSON has no other for.
const ONLY_NATIVE: &str = "cognito/interpolation-only-expression";

/// Rules whose fixes edit names in expressions, which may stand in a string with escapes, labels, which
/// may be the name of several blocks, or elements that are templates.
const NOT_MENDED: &[&str] = &[
    "cognito/callback-url-localhost",
    "cognito/user-pool-reference-attribute",
    "schema/unknown-attribute",
    "schema/unknown-type",
];

/// The examples of the pages of `rules`, in HCL and as `write_json` writes them.
fn examples(rules: &[BuiltinRule], write_json: impl Fn(&Value) -> Vec<u8>) -> (Files, Files) {
    let (mut native, mut converted) = (Files::new(), Files::new());
    for rule in rules.iter().filter(|rule| !ABOUT_SYNTAX.contains(&rule.id)) {
        let (pack, name) = rule.id.split_once('/').expect("an id");
        let page = Page::parse(pack, name, rule.text).expect("a page");
        let wrong = page.examples_in("Flagged").chain(page.examples_in("Cases"));
        for (index, example) in wrong.enumerate() {
            let is_hcl = |path: &str| Path::new(path).extension().is_some_and(|end| end == "tf");
            let json: Option<Vec<_>> = example
                .files
                .iter()
                .map(|(path, text)| {
                    let path = format!("{name}/{index}/{path}");
                    if !is_hcl(&path) {
                        return Some((path, text.clone().into_bytes()));
                    }
                    let json = to_json(text.as_bytes())?;
                    Some((format!("{path}.json"), write_json(&json)))
                })
                .collect();
            let Some(json) = json else { continue };
            converted.extend(json);
            for (path, text) in &example.files {
                native.insert(format!("{name}/{index}/{path}"), text.clone().into_bytes());
            }
        }
    }
    (native, converted)
}

fn is_json(path: &str) -> bool {
    Syntax::of_path(path) != Syntax::Native
}

/// Whether an expression inside a string holds a list, whose elements are not edited there.
fn has_list_in_expression(files: &Files, directory: &str) -> bool {
    let of_directory = files.iter().filter(|(path, _)| path.starts_with(directory));
    let mut texts = of_directory.map(|(_, text)| String::from_utf8_lossy(text));
    texts.any(|text| text.contains("${[") || text.contains("${concat("))
}

/// So many rules are tried at once: each attempt at a fix judges all of them again.
const RULES_AT_ONCE: usize = 8;

#[test]
fn what_is_mended_in_hcl_is_mended_in_json() {
    let converted: usize = rules::RULES.chunks(RULES_AT_ONCE).map(check_rules).sum();
    assert!(converted > 50, "few examples were converted");
}

/// Checks the examples of `rules`; how many of their files there are in JSON.
fn check_rules(rules: &[BuiltinRule]) -> usize {
    let write_pretty = |json: &Value| serde_json::to_vec_pretty(json).expect("JSON");
    let (native, pretty) = examples(rules, write_pretty);
    let (_, one_line) = examples(rules, |json| serde_json::to_vec(json).expect("JSON"));
    let number = pretty.len();
    let (mut before, after, _) = fixed(&native);
    before.retain(|(rule, _), _| rule != ONLY_NATIVE);
    for converted in [pretty, one_line] {
        let (json_before, json_after, json) = fixed(&converted);
        assert_eq!(json_before, before);
        for (place, count) in &json_after {
            let is_mended = *count <= after.get(place).copied().unwrap_or_default();
            let is_left = NOT_MENDED.contains(&place.0.as_str())
                || has_list_in_expression(&converted, &place.1);
            assert!(is_mended || is_left, "{place:?} remains");
        }
        for (path, text) in json.iter().filter(|(path, _)| is_json(path)) {
            let is_valid = serde_json::from_slice::<Value>(text).is_ok();
            let has_lines = [&converted[path], text].map(|text| text.contains(&b'\n'));
            let is_kept = is_valid && has_lines[0] == has_lines[1];
            assert!(is_kept, "{path}: {}", String::from_utf8_lossy(text));
        }
    }
    number
}
