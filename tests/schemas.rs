//! `--schema` and the `schema` of configuration files: what they change, and the cache.

use std::fs;
use std::path::{Path, PathBuf};

use crate::folder::{project, run};

const SCHEMA: &str = r#"{"format_version": "1.0", "provider_schemas": {"example.com/team/example": {
    "resource_schemas": {"example_thing": {"version": 0, "block": {"attributes": {
        "name": {"type": "string", "required": true},
        "size": {"type": "number", "optional": true}}}}}}}}"#;

const MAIN: &str = r#"terraform {
  required_providers {
    example = { source = "example.com/team/example" }
  }
}
resource "example_thing" "one" {
  name = "x"
  sise = 1
}
"#;

const FOUND: &str = "error[schema/unknown-argument]: `example_thing` has no argument `sise`";

/// What is found in `folder`, and the exit code.
fn found(folder: &Path, arguments: &[&str]) -> (String, Option<i32>) {
    let output = run(folder, arguments);
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8(text).expect("is text"), output.status.code())
}

fn cached(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join(".cfglint/cache")).into_iter().flatten();
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.extension().is_some_and(|end| end == "bin")).collect()
}

#[test]
fn the_cache_lies_below_the_root_and_may_be_broken() {
    let folder = project([("a/main.tf", MAIN), ("schema.json", SCHEMA)]);
    let arguments = ["a", "--schema", "schema.json"];
    let first = found(folder.path(), &arguments);
    assert!(first.0.contains(FOUND) && first.1 == Some(1), "{}", first.0);
    let files = cached(folder.path());
    assert_eq!(files.len(), 1);
    let ignore = fs::read(folder.path().join(".cfglint/cache/.gitignore")).expect("is there");
    assert_eq!(ignore, b"*\n");
    let whole = fs::read(&files[0]).expect("is there");
    for broken in [&b""[..], b"x", &whole[..whole.len() / 2], &vec![0xff; whole.len()]] {
        fs::write(&files[0], broken).expect("is written");
        let again = found(folder.path(), &arguments);
        assert!(again.0.contains(FOUND) && again.1 == Some(1), "{}", again.0);
    }
    assert_eq!(fs::read(&files[0]).expect("is there"), whole, "it was mended");
    // Another text has another name.
    fs::write(folder.path().join("schema.json"), SCHEMA.replace("size", "sise"))
        .expect("is written");
    assert!(!found(folder.path(), &arguments).0.contains(FOUND));
    assert_eq!(cached(folder.path()).len(), 2);
}

#[test]
fn what_the_cache_holds_is_used() {
    let folder = project([("main.tf", MAIN), ("schema.json", SCHEMA), ("other.json", "")]);
    let other = SCHEMA.replace("size", "sise");
    fs::write(folder.path().join("other.json"), &other).expect("is written");
    found(folder.path(), &["--schema", "other.json"]);
    let of_other = cached(folder.path()).remove(0);
    let data = fs::read(&of_other).expect("is there");
    fs::remove_file(&of_other).expect("is removed");
    found(folder.path(), &["--schema", "schema.json"]);
    fs::write(&cached(folder.path())[0], data).expect("is written");
    assert!(!found(folder.path(), &["--schema", "schema.json"]).0.contains(FOUND));
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_the_cache_out_of_the_project() {
    let outside = tempfile::tempdir().expect("a folder");
    for link in [".cfglint", ".cfglint/cache"] {
        let folder = project([("main.tf", MAIN), ("schema.json", SCHEMA)]);
        let link = folder.path().join(link);
        fs::create_dir_all(link.parent().expect("has a parent")).expect("a folder");
        std::os::unix::fs::symlink(outside.path(), &link).expect("a link");
        assert!(found(folder.path(), &["--schema", "schema.json"]).0.contains(FOUND));
        let count = |path: &Path| fs::read_dir(path).expect("is there").count();
        assert_eq!(count(outside.path()), 0, "nothing is written there");
        assert!(cached(folder.path()).is_empty());
    }
}

#[test]
fn a_schema_holds_for_the_modules_of_its_configuration() {
    let folder = project([
        ("one/main.tf", MAIN),
        ("one/.cfglint.hcl", "schema = \"schema.json\"\n"),
        ("one/schema.json", SCHEMA),
        ("two/main.tf", MAIN),
        ("three/main.tf", MAIN),
        ("three/.cfglint.hcl", "schema = [\"schema.json\"]\n"),
        ("three/schema.json", &SCHEMA.replace("size", "sise")),
    ]);
    let (text, code) = found(folder.path(), &[]);
    assert_eq!((text.matches(FOUND).count(), code), (1, Some(1)), "{text}");
    assert!(text.starts_with("one/main.tf:8:3: "), "{text}");
    // The command line counts everywhere and wins.
    let (text, _) = found(folder.path(), &["--schema", "one/schema.json"]);
    assert_eq!(text.matches(FOUND).count(), 3, "{text}");
}

#[test]
fn configuration_names_files_of_the_project_only() {
    let outside = tempfile::tempdir().expect("a folder");
    let path = outside.path().join("schema.json");
    fs::write(&path, SCHEMA).expect("is written");
    let config = format!("schema = [\"{}\", \"none.json\", \"main.tf\"]\n", path.display());
    let folder = project([("main.tf", MAIN), (".cfglint.hcl", &config)]);
    let (text, code) = found(folder.path(), &[]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("the schema is not read: it lies outside the project"), "{text}");
    assert!(text.contains("the schema cannot be read: it is not there"), "{text}");
    assert!(text.contains("the schema is not what `terraform providers schema -json` prints"));
    assert!(!text.contains(FOUND));
    // Named on purpose it is read.
    let given = path.to_str().expect("is text");
    let (text, code) = found(folder.path(), &["--no-config", "--schema", given]);
    assert!(text.contains(FOUND) && code == Some(1), "{text}");
}
