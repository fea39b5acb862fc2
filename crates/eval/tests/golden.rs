//! What the real terraform answered for 3,000 expressions (`fixtures/golden`), compared with what
//! we answer: types, values, unknown parts, sensitive marks, summaries of errors.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that reads its cases and says how many ran"
)]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use cfglint_eval::{Budget, Evaluated, Lookup, Scope, evaluate, references};
use serde_json::Value as Json;
use source::{Entry, EntryKind, FileId, Files, Location, ReadError, Text};
use syntax::Tree;
use value::{Identity, Marks, Reason, Type, Unknown, Value};

/// Expressions that there are, known and unknown inputs; it may only grow. All of them run.
const AT_LEAST: [usize; 2] = [2787, 336];

/// Summaries that no syntax error has.
const IN_EVALUATION: [&str; 12] = [
    "Invalid function argument",
    "Invalid operand",
    "Error in function call",
    "Inconsistent conditional result types",
    "Operation failed",
    "Invalid index",
    "Too many function arguments",
    "Not enough function arguments",
    "Iteration over non-iterable value",
    "Invalid template interpolation value",
    "Reference to undeclared resource",
    "Unsupported attribute",
];

/// Files that were there when the answers were recorded and are not among the fixtures.
const NOT_KEPT: [&str; 2] = ["files/cipher.b64", "files/cipher2.b64"];

#[test]
fn known_inputs() {
    run("expressions.jsonl", AT_LEAST[0], &Golden::known());
}

#[test]
fn unknown_inputs() {
    run("unknowns.jsonl", AT_LEAST[1], &Golden::unknown());
}

/// Text that ends too early has holes in its tree; whatever it comes to, nothing panics.
#[test]
fn unfinished_text_is_survived() {
    let golden = Golden::unknown();
    for line in read("expressions.jsonl").lines().chain(read("unknowns.jsonl").lines()) {
        let case: Json = serde_json::from_str(line).expect("a line of JSON");
        let text = case["expr"].as_str().expect("an expression");
        for (end, _) in text.char_indices().step_by(3) {
            let tree = syntax::parse_expression(&text.as_bytes()[..end]);
            if let Some(expr) = tree.expr() {
                evaluate(expr, FileId(0), &golden, &Budget::new(10_000));
                references(expr);
            }
        }
    }
}

fn run(name: &str, at_least: usize, scope: &Golden) {
    let mut ran = 0;
    let mut wrong = String::new();
    let mut failed = 0;
    for line in read(name).lines() {
        let case: Json = serde_json::from_str(line).expect("a line of JSON");
        let id = case["id"].as_str().expect("an id");
        let text = case["expr"].as_str().expect("an expression");
        let file = format!("x = {text}\n");
        let tree = syntax::parse(file.as_bytes());
        ran += 1;
        if let Err(difference) = compare(&case, &tree, scope) {
            failed += 1;
            let _ = writeln!(wrong, "{id}: {text}\n    {difference}");
        }
    }
    let summary = format!("{name}: ran {ran}, wrong {failed}");
    assert!(wrong.is_empty(), "{wrong}\n{summary}");
    assert!(ran >= at_least, "{summary}: at least {at_least} should run");
    println!("{summary}");
}

fn read(name: &str) -> String {
    let path = golden().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn golden() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/golden")
}

fn compare(case: &Json, tree: &Tree, scope: &Golden) -> Result<(), String> {
    let expected_error = case["error"].as_str();
    if !tree.errors().is_empty() {
        // Syntax errors have our own words, so here only the verdict is compared.
        let refused = expected_error.is_some_and(|summary| !IN_EVALUATION.contains(&summary));
        let message = || format!("unexpected syntax error: {:?}", tree.errors());
        return refused.then_some(()).ok_or_else(message);
    }
    let attribute = tree.body().attribute("x").ok_or("no attribute `x`")?;
    let budget = Budget::default();
    let Evaluated { value, errors } = evaluate(attribute.expr(), FileId(0), scope, &budget);
    match (expected_error, errors.first()) {
        (Some(expected), Some(error)) if error.summary == expected => return Ok(()),
        (Some(expected), Some(error)) => {
            return Err(format!("expected error `{expected}`, got {error:?}"));
        }
        (Some(expected), None) => {
            return Err(format!("expected error `{expected}`, got {}", value.to_json()));
        }
        (None, Some(error)) => return Err(format!("unexpected {error:?}")),
        (None, None) => {}
    }
    if case["store_error"].is_string() {
        return Ok(());
    }
    let sensitive = json(&value.marks_to_json(Marks::SENSITIVE));
    same("sensitive", &pruned(&case["sensitive"]), &pruned(&sensitive))?;
    if case["result"]["unknown"] == Json::Bool(true) {
        return if value.is_unknown() { Ok(()) } else { Err("expected unknown".to_owned()) };
    }
    if let Json::Object(result) = &case["result"] {
        same("unknown", &Json::Bool(false), &pruned(&json(&value.unknown_to_json())))?;
        same("type", &result["type"], &json(&value.ty().to_json()))?;
        return same("value", &result["value"], &json(&value.to_json()));
    }
    same("unknown", &pruned(&case["unknown"]), &pruned(&json(&value.unknown_to_json())))?;
    if let Some(expected) = case["console_type"].as_str() {
        let expected: String = expected.split_whitespace().collect();
        let expected = expected.replace(",)", ")").replace(",]", "]").replace(",}", "}");
        same("type", &Json::String(expected), &Json::String(console(&value.ty())))?;
    }
    if case["status"] != "unknown" {
        same("value", &case["after"], &json(&value.to_json()))?;
    }
    Ok(())
}

fn same(what: &str, expected: &Json, got: &Json) -> Result<(), String> {
    if expected == got { Ok(()) } else { Err(format!("{what}: expected {expected}, got {got}")) }
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A shape of marks or unknowns in one form: whatever has nothing `true` in it is `false`.
fn pruned(shape: &Json) -> Json {
    match shape {
        Json::Bool(true) => Json::Bool(true),
        Json::Array(elements) => {
            let elements: Vec<_> = elements.iter().map(pruned).collect();
            let any = elements.iter().any(|element| *element != Json::Bool(false));
            if any { Json::Array(elements) } else { Json::Bool(false) }
        }
        Json::Object(entries) => {
            let entries: serde_json::Map<_, _> = entries
                .iter()
                .map(|(key, value)| (key.clone(), pruned(value)))
                .filter(|(_, value)| *value != Json::Bool(false))
                .collect();
            if entries.is_empty() { Json::Bool(false) } else { Json::Object(entries) }
        }
        _ => Json::Bool(false),
    }
}

/// A type as `type()` of the console writes it, without white space.
fn console(ty: &Type) -> String {
    let list = |types: &mut dyn Iterator<Item = String>| types.collect::<Vec<_>>().join(",");
    match ty {
        Type::Dynamic => "dynamic".to_owned(),
        Type::String => "string".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::List(element) => format!("list({})", console(element)),
        Type::Set(element) => format!("set({})", console(element)),
        Type::Map(element) => format!("map({})", console(element)),
        Type::Tuple(types) => format!("tuple([{}])", list(&mut types.iter().map(console))),
        Type::Object(object) => {
            let attribute = |(name, ty): (&Arc<str>, &Type)| format!("{name}:{}", console(ty));
            format!("object({{{}}})", list(&mut object.attributes.iter().map(attribute)))
        }
    }
}

/// The root module that the expressions stand in.
struct Golden {
    locals: BTreeMap<String, Value>,
    resources: BTreeMap<String, Value>,
}

impl Golden {
    fn known() -> Self {
        let tree = syntax::parse(read("expressions_prelude.tf").as_bytes());
        let mut golden = Self { locals: BTreeMap::new(), resources: BTreeMap::new() };
        for block in tree.body().blocks().filter(|block| block.kind() == "locals") {
            for attribute in block.body().attributes() {
                let budget = Budget::default();
                let evaluated = evaluate(attribute.expr(), FileId(1), &golden, &budget);
                assert!(evaluated.errors.is_empty(), "{:?}", evaluated.errors);
                golden.locals.insert(attribute.name().into_owned(), evaluated.value);
            }
        }
        golden
    }

    /// Every `terraform_data` of the prelude gives its input as an output of the same type that is
    /// not known.
    fn unknown() -> Self {
        let tree = syntax::parse(read("unknowns_prelude.tf").as_bytes());
        let mut golden = Self { locals: BTreeMap::new(), resources: BTreeMap::new() };
        for block in tree.body().blocks() {
            for attribute in block.body().attributes() {
                let budget = Budget::default();
                if block.kind() == "locals" && attribute.name() == "ud" {
                    let unknown = Value::unknown(Type::Dynamic, Reason::Derived);
                    golden.locals.insert("ud".to_owned(), unknown);
                    continue;
                }
                let evaluated = evaluate(attribute.expr(), FileId(1), &golden, &budget);
                assert!(evaluated.errors.is_empty(), "{:?}", evaluated.errors);
                if block.kind() == "locals" {
                    golden.locals.insert(attribute.name().into_owned(), evaluated.value);
                } else {
                    let name = block.label(1).expect("a resource has two labels").into_owned();
                    let value = resource(&name, evaluated.value);
                    golden.resources.insert(name, value);
                }
            }
        }
        golden
    }
}

fn resource(name: &str, input: Value) -> Value {
    let address =
        |attribute: &str| Identity::Address(format!("terraform_data.{name}.{attribute}").into());
    let id = Unknown::new(Type::String, Reason::Attribute).not_null().identified(address("id"));
    let output = if input.is_null() {
        input.clone()
    } else {
        Unknown::new(input.ty(), Reason::Attribute).identified(address("output")).into_value()
    };
    Value::object([
        ("id".into(), id.into_value()),
        ("input".into(), input),
        ("output".into(), output),
        ("store".into(), Value::null(Type::Dynamic)),
        ("triggers_replace".into(), Value::null(Type::Dynamic)),
    ])
}

/// The files below `fixtures/golden`.
struct Fixtures;

impl Files for Fixtures {
    fn read(&self, _: &str, path: &str, limit: u64) -> Result<Text, ReadError> {
        if NOT_KEPT.contains(&path) {
            return Ok(Text::default());
        }
        let bytes = std::fs::read(golden().join(path)).map_err(|_| ReadError::NotFound)?;
        let length = bytes.len() as u64;
        if length > limit { Err(ReadError::TooLarge(length)) } else { Ok(bytes.into()) }
    }

    fn kind(&self, _: &str, path: &str) -> Result<EntryKind, ReadError> {
        let path = golden().join(path);
        match std::fs::metadata(&path) {
            Ok(found) if found.is_dir() => Ok(EntryKind::Directory),
            Ok(_) => Ok(EntryKind::File),
            Err(_) if NOT_KEPT.iter().any(|file| path.ends_with(file)) => Ok(EntryKind::File),
            Err(_) => Err(ReadError::NotFound),
        }
    }

    fn list(&self, base: &str, path: &str) -> Result<Vec<Entry>, ReadError> {
        let entries = std::fs::read_dir(golden().join(path)).map_err(|_| ReadError::NotFound)?;
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        if path == "files" {
            names.extend(NOT_KEPT.map(|file| file["files/".len()..].to_owned()));
        }
        names.sort();
        let entry = |name: String| {
            let kind = self.kind(base, &format!("{path}/{name}"))?;
            Ok(Entry { name, kind, is_link: false })
        };
        names.into_iter().map(entry).collect()
    }
}

impl Scope for Golden {
    fn files(&self) -> Option<(&dyn Files, &str)> {
        Some((&Fixtures, "."))
    }

    fn home(&self) -> Option<&str> {
        Some("/home/golden")
    }

    fn lookup(&self, root: &str, attributes: &[&str], _: Location) -> Lookup {
        let first = attributes.first().map(AsRef::as_ref);
        let found = |value: &Value, consumed| Lookup::Found { value: value.clone(), consumed };
        let undeclared = |summary: &'static str| Lookup::Undeclared {
            summary: Cow::Borrowed(summary),
            detail: String::new(),
        };
        match (root, first) {
            ("local" | "var" | "each", None) => undeclared("Invalid reference"),
            ("local", Some(name)) => match self.locals.get(name) {
                Some(value) => found(value, 1),
                None => undeclared("Reference to undeclared local value"),
            },
            ("path", Some("module" | "root")) => found(&Value::string("."), 1),
            ("path", _) => undeclared("Invalid \"path\" attribute"),
            ("terraform", Some("workspace")) => found(&Value::string("default"), 1),
            ("terraform", _) => undeclared("Invalid \"terraform\" attribute"),
            ("module", _) => undeclared("Reference to undeclared module"),
            ("each", _) => undeclared("Reference to \"each\" in context without for_each"),
            ("terraform_data", Some(name)) if self.resources.contains_key(name) => {
                found(&self.resources[name], 1)
            }
            _ => undeclared("Reference to undeclared resource"),
        }
    }
}
