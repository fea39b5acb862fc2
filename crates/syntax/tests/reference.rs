//! Our verdicts and trees against recorded answers of Go's HCL (`fixtures/record-oracle.sh`), and
//! against hcl-edit.
#![expect(clippy::disallowed_methods, reason = "reads fixtures")]

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use cfglint_syntax as syntax;
use hcl_edit::structure::{BlockLabel, Body as OtherBody, Structure};
use syntax::{Body, Item, Syntax};

fn fixture(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../fixtures/syntax", name].iter().collect()
}

#[test]
fn files_as_go() {
    let recorded = fs::read_to_string(fixture("oracle.tsv")).expect("fixtures/syntax/oracle.tsv");
    for line in recorded.lines() {
        let mut columns = line.split('\t');
        let mut column = || columns.next().unwrap_or_default();
        let (name, verdict, structure, expressions) = (column(), column(), column(), column());
        let tree = syntax::parse(fs::read(fixture(name)).expect(name));
        let ours = syntax::oracle::verdict(&tree);
        assert_eq!(ours.is_none(), verdict == "ok", "{name}: {ours:?}");
        if ours.is_none() {
            assert_eq!(syntax::oracle::structure(&tree), structure, "{name}");
            assert_eq!(syntax::oracle::expressions(&tree), expressions, "{name}");
        }
    }
}

#[test]
fn json_files_as_go() {
    let recorded = fs::read_to_string(fixture("json-oracle.tsv")).expect("json-oracle.tsv");
    for line in recorded.lines() {
        let mut columns = line.split('\t');
        let mut column = || columns.next().unwrap_or_default();
        let (name, verdict, structure) = (column(), column(), column());
        let tree = syntax::parse_as(fs::read(fixture(name)).expect(name), Syntax::of_path(name));
        let ours = syntax::oracle::verdict(&tree);
        assert_eq!(ours.is_none(), verdict == "ok", "{name}: {ours:?}");
        assert_eq!(syntax::oracle::structure(&tree), structure, "{name}");
    }
}

#[test]
fn every_fixture_is_recorded() {
    let json = fs::read_to_string(fixture("json-oracle.tsv")).expect("json-oracle.tsv");
    let recorded = fs::read_to_string(fixture("oracle.tsv")).expect("fixtures/syntax/oracle.tsv");
    for entry in fs::read_dir(fixture("")).expect("fixtures/syntax") {
        let name = entry.expect("an entry").file_name().into_string().expect("a UTF-8 name");
        let (_, extension) = name.split_once('.').expect("an extension");
        let recorded = if extension == "tf" { &recorded } else { &json };
        if matches!(extension, "tf" | "tf.json") {
            let is_there = recorded.lines().any(|line| line.split('\t').next() == Some(&name));
            assert!(is_there, "{name}: run fixtures/record-oracle.sh");
        }
    }
}

#[test]
fn snippets_as_go() {
    check_snippets("snippets.tsv", Syntax::Native);
}

#[test]
fn json_snippets_as_go() {
    check_snippets("json-snippets.tsv", Syntax::Json);
}

fn check_snippets(table: &str, syntax: Syntax) {
    let recorded = fs::read_to_string(fixture(table)).expect(table);
    let mut wrong = String::new();
    for line in recorded.lines() {
        let (verdict, snippet) = line.split_once('\t').expect("two columns");
        let tree = syntax::parse_as(unescape(snippet), syntax);
        let ours = syntax::oracle::verdict(&tree);
        if ours.is_none() != (verdict == "ok") {
            writeln!(wrong, "{snippet}: Go says {verdict}, we say {ours:?}").expect("a string");
        }
    }
    assert_eq!(wrong, "");
}

/// Undoes the escapes of `snippets.tsv`.
fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        out.push(match bytes.next() {
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'x') => {
                let digit = |byte: Option<u8>| char::from(byte.expect("a digit")).to_digit(16);
                let high = digit(bytes.next()).expect("a digit");
                let low = digit(bytes.next()).expect("a digit");
                u8::try_from(high * 16 + low).expect("two digits")
            }
            other => other.expect("something after the backslash"),
        });
    }
    out
}

#[test]
fn items_as_hcl_edit() {
    let mut compared = 0;
    for entry in fs::read_dir(fixture("")).expect("fixtures/syntax") {
        let path = entry.expect("an entry").path();
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        if path.extension().is_none_or(|extension| extension != "tf") {
            continue;
        }
        let tree = syntax::parse(text.as_bytes());
        if let (Ok(other), []) = (hcl_edit::parser::parse_body(&text), tree.errors()) {
            let (mut ours, mut theirs) = (String::new(), String::new());
            our_items(tree.body(), &mut ours);
            their_items(&other, &mut theirs);
            assert_eq!(ours, theirs, "{}", path.display());
            compared += 1;
        }
    }
    assert!(compared >= 5, "hcl-edit reads only {compared} fixtures");
}

fn our_items(body: Body<'_>, out: &mut String) {
    for item in body.items() {
        match item {
            Item::Attribute(attribute) => {
                writeln!(out, "{} =", attribute.name()).expect("a string");
            }
            Item::Block(block) => {
                let labels: Vec<_> = block.labels().map(syntax::Label::text).collect();
                writeln!(out, "{} {labels:?} {{", block.kind()).expect("a string");
                our_items(block.body(), out);
                out.push_str("}\n");
            }
        }
    }
}

fn their_items(body: &OtherBody, out: &mut String) {
    for item in body {
        match item {
            Structure::Attribute(attribute) => {
                writeln!(out, "{} =", attribute.key.as_str()).expect("a string");
            }
            Structure::Block(block) => {
                let labels: Vec<_> = block.labels.iter().map(BlockLabel::as_str).collect();
                writeln!(out, "{} {labels:?} {{", block.ident.as_str()).expect("a string");
                their_items(&block.body, out);
                out.push_str("}\n");
            }
        }
    }
}
