//! What the real terraform planned for whole modules (`fixtures/golden`), compared with what we
//! plan: every instance of every resource, every output and variable.

#![expect(clippy::disallowed_methods, reason = "a test that reads its cases")]

mod support;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use cfglint_module::{Assignment, Plan, Settings};
use serde_json::Value as Json;
use support::{Loaded, all_problems};

/// The files of one golden module and what terraform said about them.
struct Case {
    name: String,
    texts: Vec<(String, Vec<u8>)>,
    expected: Json,
}

impl Case {
    fn read(directory: &Path) -> Self {
        let name = directory.file_name().expect("a name").to_string_lossy().into_owned();
        let (mut texts, mut expected) = (Vec::new(), Json::Null);
        let mut directories = vec![directory.to_owned()];
        while let Some(at) = directories.pop() {
            for entry in std::fs::read_dir(at).expect("a directory") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    directories.push(path);
                    continue;
                }
                let text = std::fs::read(&path).expect("a file");
                let inner = path.strip_prefix(directory).expect("a path below");
                let inner = inner.to_string_lossy().replace('\\', "/");
                if inner == "expected.json" {
                    expected = serde_json::from_slice(&text).expect("JSON");
                } else {
                    texts.push((inner, text));
                }
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

/// Says where two values differ.
fn differences(what: &str, found: &Json, expected: &Json, out: &mut String) {
    match (found, expected) {
        (Json::Object(found), Json::Object(expected)) => {
            for name in found.keys().filter(|name| !expected.contains_key(*name)) {
                let _ = writeln!(out, "{what}.{name} is not planned");
            }
            for (name, expected) in expected {
                let found = found.get(name).unwrap_or(&Json::Null);
                differences(&format!("{what}.{name}"), found, expected, out);
            }
        }
        _ if found == expected => {}
        _ => {
            let _ = writeln!(out, "{what}: {found} instead of {expected}");
        }
    }
}

#[test]
fn planned_modules() {
    let mut wrong = String::new();
    for case in Case::all("modules") {
        let (loaded, settings) = (case.load(), case.settings());
        let modules = loaded.modules();
        let evaluation = loaded.evaluation(&modules, &settings);
        let plan = Plan::of(&evaluation).to_json();
        let plan: Json = serde_json::from_str(&plan).expect("JSON");
        for part in ["resources", "outputs", "variables"] {
            let what = format!("{} {part}", case.name);
            differences(&what, &plan[part], &case.expected[part], &mut wrong);
        }
        for problem in all_problems(&loaded, &evaluation) {
            let _ = writeln!(wrong, "{}: {problem}", case.name);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn accepted_modules() {
    for case in Case::all("accepted-modules") {
        let (loaded, settings) = (case.load(), case.settings());
        let modules = loaded.modules();
        let evaluation = loaded.evaluation(&modules, &settings);
        assert_eq!(all_problems(&loaded, &evaluation), Vec::<String>::new(), "{}", case.name);
    }
}

/// Where terraform refuses a module, something is said, and about an override file on that line.
#[test]
fn invalid_modules() {
    for case in Case::all("invalid-modules") {
        let (loaded, settings) = (case.load(), case.settings());
        let modules = loaded.modules();
        let evaluation = loaded.evaluation(&modules, &settings);
        let said = all_problems(&loaded, &evaluation);
        let errors = case.expected["validate"]["diagnostics"].as_array().expect("diagnostics");
        for error in errors {
            let (file, start) = (&error["range"]["filename"], &error["range"]["start"]);
            let line = format!("{}:{}:", file.as_str().expect("a file"), start["line"]);
            let is_said = said.iter().any(|said| said.starts_with(&line));
            assert!(is_said, "{}: {} {line} {said:?}", case.name, error["summary"]);
        }
    }
}
