//! The usual forms of a client, as documentation shows them, and exactly what is found in each with
//! the presets `recommended` and `strict`: the files `recommended` and `strict` beside them.
//! `UPDATE_FIXTURES=1` writes them anew, for somebody to compare each finding with
//! `docs/rules-from-catalogue.md`.

use std::path::Path;

use super::folder::run;
use super::recorded::compare;

#[track_caller]
fn check(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name);
    for preset in ["recommended", "strict"] {
        let arguments = ["--no-config", "--preset", preset, "--format", "concise", "."];
        let output = run(&folder, &arguments);
        let text = String::from_utf8(output.stdout).expect("is UTF-8");
        assert!(!text.contains(": error["), "the forms are accepted by AWS:\n{text}");
        compare(&folder.join(preset), &text);
    }
}

#[test]
fn a_basic_client() {
    check("seed-basic");
}

#[test]
fn a_client_without_srp() {
    check("seed-no-srp");
}

#[test]
fn a_client_with_pinpoint_analytics() {
    check("seed-pinpoint");
}
