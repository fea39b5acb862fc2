//! One golden file for each format over one set of diagnostics that has all that is difficult.
//! `UPDATE_FIXTURES=1 cargo test -p cfglint-report` writes them anew.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "golden files are files")]

mod sample;

use std::path::Path;

use cfglint_report::{Format, FullOptions};
use sample::Sample;

fn check(name: &str, format: Format, options: FullOptions) {
    let sample = Sample::new();
    let mut out = Vec::new();
    format.write(&sample.report(), options, &mut out).expect("memory takes it all");
    let found = String::from_utf8(out).expect("output is UTF-8");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/report").join(name);
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(&path, &found).expect("the fixture can be written");
    }
    let expected = std::fs::read_to_string(&path).expect("the fixture is there");
    assert_eq!(found, expected, "{name}; UPDATE_FIXTURES=1 writes it anew");
    if !options.color {
        let hidden = |c: &char| cfglint_report::is_hidden(*c) && *c != '\n';
        assert_eq!(found.chars().find(hidden), None, "{name} has hidden characters");
    }
}

#[test]
fn full() {
    check(
        "full.txt",
        Format::Full,
        FullOptions { color: false, width: 100, ..FullOptions::default() },
    );
}

#[test]
fn full_in_colour() {
    check(
        "full-color.txt",
        Format::Full,
        FullOptions { color: true, width: 100, ..FullOptions::default() },
    );
}

#[test]
fn full_in_a_narrow_terminal() {
    check(
        "full-narrow.txt",
        Format::Full,
        FullOptions { color: false, width: 40, ..FullOptions::default() },
    );
}

#[test]
fn concise() {
    check("concise.txt", Format::Concise, FullOptions::default());
}

#[test]
fn json() {
    check("output.json", Format::Json, FullOptions::default());
}

#[test]
fn sarif() {
    check("output.sarif", Format::Sarif, FullOptions::default());
}
