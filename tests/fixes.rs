//! What is promised of fixes, tried on the examples of all rule pages and, where a list of them is
//! given, on real configuration with planted mistakes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::folder::project;
use engine::BuiltinRule;
use rulebook::Page;
use serde_json::Value;
use syntax::Syntax;

/// Names a file with directories, one a line, for the test over real configuration.
const CORPUS: &str = "CFGLINT_FIX_CORPUS";
/// Runs all rules.
const PRESET: [&str; 2] = ["--preset", "strict"];
const BOM: &[u8] = b"\xef\xbb\xbf";
/// How often mistakes are planted in every directory.
const PLANTINGS: u64 = 5;

/// Makes another text of one.
type Change = fn(&[u8]) -> Vec<u8>;
/// Texts by their paths.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;
/// Number of diagnostics by rule and directory.
pub(crate) type Counts = BTreeMap<(String, String), usize>;

pub(crate) fn cfglint(root: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_cfglint"))
        .args(PRESET)
        .args(arguments)
        .current_dir(root)
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {said}");
    output.stdout
}

pub(crate) fn read(root: &Path, like: &Files) -> Files {
    let text = |path: &String| fs::read(root.join(path)).expect("is still there");
    like.keys().map(|path| (path.clone(), text(path))).collect()
}

pub(crate) fn counts(json: &[u8]) -> Counts {
    let report: Value = serde_json::from_slice(json).expect("JSON");
    let mut counts = Counts::new();
    for found in report["diagnostics"].as_array().expect("a list") {
        if found["suppressed"].is_null() {
            let path = found["path"].as_str().expect("a path");
            let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
            let rule = found["rule"].as_str().expect("a rule");
            *counts.entry((rule.to_owned(), directory.to_owned())).or_default() += 1;
        }
    }
    counts
}

/// The files after `--fix --unsafe-fixes`, and what was found before and after. Complains of all that
/// was promised and is not so.
struct Fixed {
    files: Files,
    before: usize,
    after: usize,
    complaints: String,
}

fn fix(files: &Files) -> Fixed {
    let folder = project(files);
    let root = folder.path();
    let before = counts(&cfglint(root, &["--format", "json"]));
    let diff = cfglint(root, &["--diff", "--unsafe-fixes"]);
    let said = cfglint(root, &["--fix", "--unsafe-fixes", "--format", "json"]);
    let fixed = read(root, files);
    let again = cfglint(root, &["--fix", "--unsafe-fixes", "--format", "json"]);
    let mut complaints = String::new();
    if read(root, files) != fixed || said != again {
        complaints += "a second run changes something\n";
    }
    for (path, text) in patched(files, &diff) {
        if fixed[&path] != text {
            let _ = writeln!(complaints, "{path}: the difference shown is not the one made");
        }
    }
    let after = counts(&said);
    for (place, count) in &after {
        if *count > before.get(place).copied().unwrap_or_default() {
            let _ = writeln!(complaints, "{place:?} is found more often");
        }
    }
    for (path, text) in &fixed {
        for complaint in complaints_of(path, &files[path], text) {
            let _ = writeln!(complaints, "{path}: {complaint}");
        }
    }
    let entries: Vec<_> =
        walk(root).into_iter().filter(|path| path.contains("/.cfglint-")).collect();
    if !entries.is_empty() {
        let _ = writeln!(complaints, "left behind: {entries:?}");
    }
    let sum = |counts: &Counts| counts.values().sum();
    Fixed { files: fixed, before: sum(&before), after: sum(&after), complaints }
}

fn walk(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() { folders.push(path) } else { found.push(path.display().to_string()) }
        }
    }
    found
}

/// What is wrong with a text that fixes made.
fn complaints_of(path: &str, before: &[u8], after: &[u8]) -> Vec<&'static str> {
    let mut complaints = Vec::new();
    let syntax = Syntax::of_path(path);
    let trees = [before, after].map(|text| syntax::parse_as(text, syntax));
    if trees[1].errors().len() > trees[0].errors().len() {
        complaints.push("there are new syntax errors");
    }
    let [of_before, of_after] = [before, after].map(|text| is_read_elsewhere(text, syntax));
    if of_before && !of_after {
        complaints.push("another reader does not read it any more");
    }
    let [mut was, mut is] = trees.each_ref().map(|tree| {
        let texts = tree.comments().iter().map(|range| range.slice(tree.text()).trim_ascii_end());
        texts.filter(|text| !is_suppression(text)).map(<[u8]>::to_vec).collect::<Vec<_>>()
    });
    was.sort();
    is.sort();
    if was != is {
        complaints.push("the comments are not the same");
    }
    let [of_before, of_after] = [before, after].map(|text| (has_bom(text), ends_open(text)));
    if of_before != of_after {
        complaints.push("the byte order mark or the end of the file is not the same");
    }
    complaints
}

fn is_suppression(comment: &[u8]) -> bool {
    String::from_utf8_lossy(comment).to_lowercase().contains("cfglint")
}

fn has_bom(text: &[u8]) -> bool {
    text.starts_with(BOM)
}

/// Whether the last line has no line break.
fn ends_open(text: &[u8]) -> bool {
    !text.is_empty() && !text.ends_with(b"\n")
}

fn is_read_elsewhere(text: &[u8], syntax: Syntax) -> bool {
    let text = text.strip_prefix(BOM).unwrap_or(text);
    match syntax {
        Syntax::Native => {
            let text = std::str::from_utf8(text).ok();
            text.is_some_and(|text| text.parse::<hcl_edit::structure::Body>().is_ok())
        }
        Syntax::Json | Syntax::JsonVariables => serde_json::from_slice::<Value>(text).is_ok(),
    }
}

/// `files` after a unified diff: hunks are put where they say, and must fit.
fn patched(files: &Files, diff: &[u8]) -> Files {
    let mut files = files.clone();
    let mut path = String::new();
    let mut lines = diff.split_inclusive(|byte| *byte == b'\n').peekable();
    let mut out: Vec<u8> = Vec::new();
    let mut rest: Vec<Vec<u8>> = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.next() {
        let next_is_open = lines.peek().is_some_and(|next| next.starts_with(b"\\ No newline"));
        let content = &line[1..];
        let content = if next_is_open { content.strip_suffix(b"\n") } else { Some(content) };
        let content = content.expect("lines of a difference end");
        match line[0] {
            b'-' if line.starts_with(b"--- a/") => {
                finish(&mut files, &path, &mut out, &rest, at);
                path = String::from_utf8_lossy(line[6..].trim_ascii_end()).into_owned();
                let text = &files[&path];
                rest = text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
                at = 0;
            }
            b'+' if line.starts_with(b"+++ b/") => {}
            b'@' => {
                let header = String::from_utf8_lossy(line);
                let start = header[4..].split([',', ' ']).next().expect("a number");
                let start: usize = start.parse().expect("a number");
                while at + 1 < start {
                    out.extend_from_slice(&rest[at]);
                    at += 1;
                }
            }
            b'+' => out.extend_from_slice(content),
            b'\\' => {}
            mark => {
                assert_eq!(rest[at], content, "{path}: the hunk does not fit");
                if mark == b' ' {
                    out.extend_from_slice(content);
                }
                at += 1;
            }
        }
    }
    finish(&mut files, &path, &mut out, &rest, at);
    files
}

fn finish(files: &mut Files, path: &str, out: &mut Vec<u8>, rest: &[Vec<u8>], at: usize) {
    if !path.is_empty() {
        out.extend(rest[at..].concat());
        files.insert(path.to_owned(), std::mem::take(out));
    }
}

fn with_crlf(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text).replace("\r\n", "\n");
    text.replace('\n', "\r\n").into_bytes()
}

fn with_bom(text: &[u8]) -> Vec<u8> {
    [BOM, text.strip_prefix(BOM).unwrap_or(text)].concat()
}

fn map(files: &Files, change: Change) -> Files {
    files.iter().map(|(path, text)| (path.clone(), change(text))).collect()
}

/// Tries all promises on `files`; gives how many diagnostics there were before and after.
#[track_caller]
fn check(name: &str, files: &Files) -> (usize, usize) {
    let plain = fix(files);
    let mut complaints = plain.complaints;
    let changes: [(&str, Change); 2] = [("CRLF", with_crlf), ("BOM", with_bom)];
    for (variant, change) in changes {
        let files = map(files, change);
        let folder = project(&files);
        cfglint(folder.path(), &["--fix", "--unsafe-fixes"]);
        let fixed = read(folder.path(), &files);
        for (path, text) in map(&plain.files, change) {
            if fixed[&path] != text {
                let _ = writeln!(complaints, "{variant}: {path} becomes another text");
            }
        }
    }
    assert!(complaints.is_empty(), "{name}:\n{complaints}");
    (plain.before, plain.after)
}

/// So many rules are tried at once: each attempt at a fix judges all of them again.
const RULES_AT_ONCE: usize = 8;

#[test]
fn examples_of_all_pages() {
    let (mut number, mut before, mut after) = (0, 0, 0);
    for rules in rules::RULES.chunks(RULES_AT_ONCE) {
        let files = examples_of(rules);
        number += files.len();
        let of_these = check(&format!("rule pages from {}", rules[0].id), &files);
        before += of_these.0;
        after += of_these.1;
    }
    assert!(number > 50, "the examples were not found");
    // Many rules of `strict` have no fix.
    assert!(after + 1_000 < before, "{before} before, {after} after");
}

fn examples_of(rules: &[BuiltinRule]) -> Files {
    let mut files = Files::new();
    for rule in rules {
        let (pack, name) = rule.id.split_once('/').expect("an id");
        let page = Page::parse(pack, name, rule.text).expect("a page");
        let wrong = page.examples_in("Flagged").chain(page.examples_in("Cases"));
        for (index, example) in wrong.enumerate() {
            for (path, text) in &example.files {
                files.insert(format!("{name}/{index}/{path}"), text.clone().into_bytes());
            }
        }
    }
    files
}

#[test]
#[expect(clippy::print_stderr, reason = "tells when there is nothing to try")]
fn real_configuration() {
    let Some(list) = std::env::var_os(CORPUS) else {
        eprintln!("skipped: {CORPUS} names no list of directories");
        return;
    };
    let list = fs::read_to_string(list).expect("the list is readable");
    let mut files = Files::new();
    for (index, directory) in list.lines().enumerate() {
        for path in configuration_in(Path::new(directory)) {
            let name = path.file_name().expect("has a name").to_string_lossy().into_owned();
            files.insert(format!("d{index:03}/{name}"), fs::read(path).expect("readable"));
        }
    }
    eprintln!("{} files in {} directories", files.len(), list.lines().count());
    let (before, after) = check("as they are", &files);
    eprintln!("as they are: {before} found, {after} after the fixes");
    for seed in 1..=PLANTINGS {
        let mut seeds = Seeds(seed);
        let plant = |(path, text): (&String, &Vec<u8>)| (path.clone(), plant(text, &mut seeds));
        let planted: Files = files.iter().map(plant).collect();
        let changed = planted.iter().filter(|(path, text)| files[*path] != **text).count();
        let (before, after) = check(&format!("planting {seed}"), &planted);
        eprintln!("planting {seed}: {changed} files, {before} found, {after} after the fixes");
        assert!(after < before);
    }
}

fn configuration_in(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("the directory is there");
    let paths = entries.map(|entry| entry.expect("readable").path());
    let is_read = |path: &PathBuf| {
        let name = path.to_string_lossy();
        [".tf", ".tf.json", ".tfvars"].iter().any(|end| name.ends_with(end)) && path.is_file()
    };
    paths.filter(is_read).collect()
}

/// Numbers that look random and are the same in every run.
struct Seeds(u64);

impl Seeds {
    /// One in `n`.
    fn one_in(&mut self, n: u64) -> bool {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
        (self.0 >> 33).is_multiple_of(n)
    }
}

/// What is written instead of something right.
const MISTAKES: [(&str, &str); 16] = [
    ("\"code\"", "\"authorization_code\""),
    ("\"code\"", "\"code\", \"code\""),
    ("\"code\"", "\"code\", \"client_credentials\""),
    ("\"code\"", "\"Code\""),
    ("\"openid\"", "\"open_id\""),
    ("\"openid\", ", ""),
    ("\"openid\"", "\"OpenID\", \"openid\""),
    ("https://", "http://"),
    ("https://", "https://*."),
    ("https://", ""),
    ("\"ENABLED\"", "\"enabled\""),
    ("\"ALLOW_", "\""),
    ("_AUTH\"", "_AUTH\", \"MAGIC\""),
    ("generate_secret", "generate_secret = false #"),
    ("validity ", "validity = 99999 # "),
    ("\"COGNITO\"", "\"COGNITO\", \"COGNITO\""),
];

/// `text` with mistakes in its blocks of user pool clients.
fn plant(text: &[u8], seeds: &mut Seeds) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(text) else { return text.to_vec() };
    let mut is_client = false;
    let mut planted = String::new();
    for line in text.split_inclusive('\n') {
        is_client |= line.starts_with("resource \"aws_cognito_user_pool_client\"");
        let mut line = line.to_owned();
        for (right, wrong) in MISTAKES {
            if is_client && line.contains(right) && seeds.one_in(4) {
                line = line.replacen(right, wrong, 1);
            }
        }
        is_client &= !line.starts_with('}');
        planted.push_str(&line);
    }
    planted.into_bytes()
}
