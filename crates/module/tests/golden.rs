//! What the real terraform planned for whole modules (`fixtures/golden`), compared with what we
//! know of them: root variables, outputs, and the arguments of all instances of resources.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that reads its cases and says how many values it compared"
)]

mod support;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use cfglint_module::{
    Assignment, Bindings, Module, ModuleValues, Problem, Resource, ResourceMode, Settings,
    instances,
};
use serde_json::Value as Json;
use support::{Loaded, value_of};
use syntax::Item;
use value::Value;

/// Values that are compared; it may only grow.
const COMPARED_AT_LEAST: usize = 104;

/// Values that terraform knows and we do not yet, because they come out of module calls, data
/// sources or files; it may only shrink.
const NOT_KNOWN_AT_MOST: usize = 32;

/// The files of one golden module and what terraform said about them.
struct Case {
    name: String,
    texts: Vec<(String, Vec<u8>)>,
    expected: Json,
}

impl Case {
    fn read(directory: &Path) -> Self {
        let name = directory.file_name().expect("a name").to_string_lossy().into_owned();
        let mut texts = Vec::new();
        let mut expected = Json::Null;
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            let file = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() {
                continue;
            }
            let text = std::fs::read(&path).expect("a file");
            if file == "expected.json" {
                expected = serde_json::from_slice(&text).expect("JSON");
            } else {
                texts.push((file, text));
            }
        }
        Self { name, texts, expected }
    }

    fn all(folder: &str) -> Vec<Self> {
        let folder =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/golden").join(folder);
        let entries = std::fs::read_dir(&folder).expect("the golden modules");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn load(&self) -> Loaded {
        let texts: Vec<_> =
            self.texts.iter().map(|(name, text)| (name.as_str(), &**text)).collect();
        Loaded::new(&texts)
    }

    /// How terraform was run.
    fn settings(&self) -> Settings {
        let run = &self.expected["run"];
        let workspace = run["env"]["TF_WORKSPACE"].as_str().unwrap_or("default").to_owned();
        let arguments = run["args"].as_array().cloned().unwrap_or_default();
        let assignments = arguments.chunks(2).map(|pair| {
            assert_eq!(pair[0], "-var");
            let (name, text) = pair[1].as_str().and_then(|text| text.split_once('=')).expect("a=b");
            Assignment::Value(name.to_owned(), text.to_owned())
        });
        let environment = run["env"].as_object().into_iter().flatten();
        let environment = environment.filter_map(|(name, text)| {
            Some((name.strip_prefix("TF_VAR_")?.to_owned(), text.as_str()?.to_owned()))
        });
        Settings {
            environment: environment.collect(),
            assignments: assignments.collect(),
            workspace: Some(workspace),
        }
    }
}

/// What was compared, and what is wrong.
#[derive(Default)]
struct Comparison {
    compared: usize,
    not_known: Vec<String>,
    wrong: String,
}

impl Comparison {
    /// Compares a value with what terraform planned: its value, what of it is unknown, its type.
    fn value(&mut self, what: &str, found: &Value, value: &Json, unknown: &Json, ty: &Json) {
        let is_unknown = !matches!(unknown, Json::Null | Json::Bool(false)) && has_true(unknown);
        if !found.is_wholly_known() {
            if is_unknown {
                self.compared += 1;
            } else {
                self.not_known.push(what.to_owned());
            }
            return;
        }
        self.compared += 1;
        if is_unknown {
            let _ = writeln!(self.wrong, "{what}: {} is not known to terraform", found.to_json());
            return;
        }
        let (json, found_ty) = (parsed(&found.to_json()), parsed(&found.ty().to_json()));
        // Null has no type in a plan.
        let is_other_type = !ty.is_null() && !value.is_null() && found_ty != *ty;
        if json != *value || is_other_type {
            let _ = writeln!(self.wrong, "{what}: {json} {found_ty} instead of {value} {ty}");
        }
    }

    fn module(&mut self, case: &Case) {
        let loaded = case.load();
        let module = loaded.assemble();
        let settings = case.settings();
        let values = ModuleValues::new(&module, &settings, None);
        let Case { name, expected, .. } = case;
        for (variable, value) in expected["variables"].as_object().expect("variables") {
            // Plans hold what is given for a variable as it is before conversion to its type.
            let has_type = module.variables[variable.as_str()].argument("type").is_some();
            if has_type && is_given(variable, &module, &settings) {
                continue;
            }
            let tree = syntax::parse_expression(format!("var.{variable}").into_bytes());
            let expr = tree.expr().expect("an expression");
            let found = values.evaluate(expr, source::FileId::NOWHERE, &Bindings::default()).value;
            self.value(&format!("{name} var.{variable}"), &found, value, &Json::Null, &Json::Null);
        }
        for (output, planned) in expected["outputs"].as_object().expect("outputs") {
            let argument = module.outputs[output.as_str()].argument("value").expect("a value");
            let found = value_of(&values, argument, &Bindings::default());
            let what = format!("{name} output.{output}");
            self.value(&what, &found, &planned["value"], &planned["unknown"], &planned["type"]);
        }
        self.resources(case, &module, &values);
        values.evaluate_all();
        for problem in values.problems() {
            if !matches!(problem, Problem::Invalid { from_default: true, .. }) {
                let _ = writeln!(self.wrong, "{name}: {problem:?}");
            }
        }
        for refused in &module.refused {
            let _ = writeln!(self.wrong, "{name}: {refused:?}");
        }
        for error in loaded.syntax_errors() {
            let _ = writeln!(self.wrong, "{name}: {error}");
        }
    }

    fn resources(&mut self, case: &Case, module: &Module<'_>, values: &ModuleValues<'_>) {
        let planned = case.expected["resources"].as_object().expect("resources");
        let mut expected: Vec<&String> = planned.keys().collect();
        expected.retain(|address| !address.starts_with("module."));
        for resource in &module.resources {
            if resource.mode == ResourceMode::Data {
                expected.retain(|address| !is_instance_of(address, resource));
                continue;
            }
            let is_repeated = ["count", "for_each"]
                .iter()
                .any(|argument| resource.declared.argument(argument).is_some());
            for instance in instances(values, &resource.declared) {
                if instance.key.is_none() && is_repeated {
                    let count = expected.len();
                    expected.retain(|address| !is_instance_of(address, resource));
                    let missed = (count - expected.len()).max(1);
                    self.not_known
                        .extend(vec![format!("{} {}", case.name, resource.address()); missed]);
                    continue;
                }
                let address = format!("{}{}", resource.address(), instance.key.unwrap_or_default());
                expected.retain(|expected| **expected != address);
                match planned.get(&address) {
                    Some(planned) => {
                        let what = format!("{} {address}", case.name);
                        self.arguments(&what, planned, resource, values, &instance.bindings);
                    }
                    None => {
                        let _ = writeln!(self.wrong, "{}: {address} is not planned", case.name);
                    }
                }
            }
        }
        for address in expected {
            let _ = writeln!(self.wrong, "{}: {address} is missing", case.name);
        }
    }

    fn arguments(
        &mut self,
        what: &str,
        planned: &Json,
        resource: &Resource<'_>,
        values: &ModuleValues<'_>,
        bindings: &Bindings,
    ) {
        for item in resource.declared.body().items() {
            let Item::Attribute(attribute) = item else { continue };
            let name = attribute.name();
            let Some(argument) = resource.declared.argument(&name) else { continue };
            if !matches!(&*name, "input" | "triggers_replace") {
                continue;
            }
            let found = value_of(values, argument, bindings);
            let what = format!("{what}.{name}");
            self.value(
                &what,
                &found,
                &planned["values"][&*name],
                &planned["unknown"][&*name],
                &Json::Null,
            );
        }
    }
}

fn is_given(variable: &str, module: &Module<'_>, settings: &Settings) -> bool {
    let assigned = settings
        .assignments
        .iter()
        .any(|assignment| matches!(assignment, Assignment::Value(name, _) if name == variable));
    let files = module.files.variable_files.iter();
    let mut bodies = files.map(|file| module.sources.tree(*file).body());
    assigned || bodies.any(|body| body.attribute(variable).is_some())
}

fn is_instance_of(address: &str, resource: &Resource<'_>) -> bool {
    let rest = address.strip_prefix(&resource.address());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
}

fn has_true(unknown: &Json) -> bool {
    match unknown {
        Json::Bool(is_unknown) => *is_unknown,
        Json::Array(parts) => parts.iter().any(has_true),
        Json::Object(parts) => parts.values().any(has_true),
        _ => false,
    }
}

fn parsed(text: &str) -> Json {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn planned_modules() {
    let mut comparison = Comparison::default();
    for case in Case::all("modules") {
        comparison.module(&case);
    }
    let Comparison { compared, not_known, wrong } = comparison;
    let summary = format!("compared {compared}, not known {}: {not_known:#?}", not_known.len());
    assert!(wrong.is_empty(), "{wrong}\n{summary}");
    assert!(compared >= COMPARED_AT_LEAST && not_known.len() <= NOT_KNOWN_AT_MOST, "{summary}");
    println!("{summary}");
}

#[test]
fn accepted_modules() {
    for case in Case::all("accepted-modules") {
        let loaded = case.load();
        let module = loaded.assemble();
        let settings = case.settings();
        let values = ModuleValues::new(&module, &settings, None);
        values.evaluate_all();
        assert_eq!(values.problems(), [], "{}", case.name);
        assert_eq!(module.refused, [], "{}", case.name);
        assert_eq!(loaded.syntax_errors(), Vec::<String>::new(), "{}", case.name);
    }
}

/// Where terraform refuses a module, something is said, and about an override file on that line.
#[test]
fn invalid_modules() {
    for case in Case::all("invalid-modules") {
        let loaded = case.load();
        let module = loaded.assemble();
        let settings = case.settings();
        let values = ModuleValues::new(&module, &settings, None);
        for output in module.outputs.values().filter_map(|output| output.argument("value")) {
            value_of(&values, output, &Bindings::default());
        }
        values.evaluate_all();
        let mut places: Vec<String> = Vec::new();
        for problem in values.problems() {
            if let Problem::Invalid { error, .. } | Problem::Undeclared(error) = problem {
                places.push(loaded.place(error.location));
            }
        }
        places.extend(module.refused.iter().map(|refused| loaded.place(refused.location)));
        places.extend(loaded.syntax_error_places());
        let errors = case.expected["validate"]["diagnostics"].as_array().expect("diagnostics");
        for error in errors {
            let (file, start) = (&error["range"]["filename"], &error["range"]["start"]);
            let line = format!("{}:{}:", file.as_str().expect("a file"), start["line"]);
            let is_said = places.iter().any(|place| place.starts_with(&line));
            assert!(is_said, "{}: {} {line} {places:?}", case.name, error["summary"]);
        }
    }
}
