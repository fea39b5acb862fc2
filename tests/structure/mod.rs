//! Meta tests: what the documents promise of the sources.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

mod ids;
mod rust;
mod sizes;
mod wording;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Crate folder and layer, as `docs/architecture.md` has them.
fn layers() -> BTreeMap<String, u32> {
    let page = fs::read_to_string(root().join("docs/architecture.md")).expect("the page is there");
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let folder = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        Some((folder.to_owned(), cells.next()?.parse().ok()?))
    });
    rows.collect()
}

/// The workspace crates that a manifest names under `[dependencies]` or `[build-dependencies]`.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut in_dependencies = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            in_dependencies = matches!(line, "[dependencies]" | "[build-dependencies]");
        } else if in_dependencies && let Some((name, _)) = line.split_once(['=', '.']) {
            names.push(name.trim().to_owned());
        }
    }
    names
}

#[test]
fn crates_use_only_lower_layers() {
    let layers = layers();
    assert!(layers.len() > 10, "the table of layers was not found");
    let folder_of = |name: &str| {
        let folder = format!("crates/{name}");
        if layers.contains_key(&folder) { folder } else { name.to_owned() }
    };
    for (folder, layer) in &layers {
        let path = root().join(folder).join("Cargo.toml");
        let manifest =
            fs::read_to_string(&path).unwrap_or_else(|_| panic!("no {}", path.display()));
        for name in dependencies(&manifest) {
            if let Some(below) = layers.get(&folder_of(&name)) {
                assert!(below < layer, "{folder} (layer {layer}) uses {name} (layer {below})");
            }
        }
    }
}

#[test]
fn every_crate_has_a_layer() {
    let layers = layers();
    for entry in fs::read_dir(root().join("crates")).expect("crates are there") {
        let name = entry.expect("readable").file_name().to_string_lossy().into_owned();
        assert!(
            layers.contains_key(&format!("crates/{name}")),
            "crates/{name} is not in the table of docs/architecture.md"
        );
    }
}

/// All Rust files of ours with their texts; the paths are those from the root of the workspace.
fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for folder in ["crates", "rules", "tests", "xtask", "benches"] {
        collect(&root().join(folder), &mut files);
    }
    assert!(files.len() > 50, "the sources were not found");
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("readable");
        let path = path.strip_prefix(root()).map(Path::to_owned).unwrap_or(path);
        (path, text)
    };
    files.into_iter().map(read).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() && !path.ends_with("target") {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
