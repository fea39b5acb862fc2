//! Bad input: a clear diagnostic, and the rest of the run goes on.

use std::fs;
use std::process::{Command, Output};

use crate::folder::{project, run};

const GOOD: &str = "locals {\n  fine = true\n}\n";
/// A client with one certain fault, to see that the run went on.
const FAULTY: &str = r#"resource "aws_cognito_user_pool_client" "app" {
  name                = "web"
  user_pool_id        = aws_cognito_user_pool.main.id
  explicit_auth_flows = ["MAGIC"]
}
"#;

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

/// Runs over `files` beside a faulty client and expects `rule` in the output and the fault found.
fn check(files: &[(&str, &[u8])], rule: &str) -> String {
    let mut all = vec![("client.tf", FAULTY.as_bytes())];
    all.extend_from_slice(files);
    let folder = project(all);
    let output = run(folder.path(), &["--format", "concise"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains(&format!("[{rule}]")), "no {rule} in:\n{text}");
    assert!(text.contains("[cognito/auth-flow-unknown]"), "the run did not go on:\n{text}");
    text
}

#[test]
fn syntax_errors() {
    let text = check(&[("broken.tf", b"locals {\n  a = \n  b = 1\n}\n")], "core/syntax-error");
    assert!(text.contains("broken.tf:2:"), "{text}");
}

#[test]
fn an_argument_given_twice() {
    let text =
        check(&[("twice.tf", b"locals {\n  a = 1\n  a = 2\n}\n")], "core/duplicate-attribute");
    assert!(text.contains("twice.tf:3:3"), "{text}");
}

#[test]
fn other_encodings() {
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(GOOD.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let text = check(&[("utf16.tf", &utf16)], "core/syntax-error");
    assert_eq!(text.matches("utf16.tf").count(), 1, "one error is enough:\n{text}");
    check(&[("latin1.tf", b"locals {\n  a = \"caf\xe9\"\n}\n")], "core/syntax-error");
}

#[test]
fn huge_and_deep_files() {
    let huge = vec![b' '; (16 << 20) + 1];
    check(&[("huge.tf", &huge)], "core/limit");
    let deep = format!("locals {{\n  a = {}\n}}\n", "[".repeat(100_000));
    check(&[("deep.tf", deep.as_bytes())], "core/limit");
    let wide = format!("locals {{\n  a = 1{}\n}}\n", " + 1".repeat(100_000));
    let folder = project([("wide.tf", wide.as_bytes())]);
    assert_eq!(run(folder.path(), &[]).status.code(), Some(0));
}

#[test]
fn a_long_chain_of_locals() {
    let links = (1..20_000).map(|index| format!("  a{index} = local.a{}\n", index - 1));
    let links: String = links.collect();
    let chain = format!("locals {{\n  a0 = [\"MAGIC\"]\n{links}}}\n");
    let folder = project([("chain.tf", chain.as_bytes())]);
    assert_eq!(run(folder.path(), &[]).status.code(), Some(0));
}

#[test]
fn a_cycle_of_locals() {
    let text = check(
        &[("cycle.tf", b"locals {\n  a = local.b\n  b = [local.a]\n  c = local.c\n}\n")],
        "core/reference-cycle",
    );
    assert_eq!(text.matches("core/reference-cycle").count(), 2, "{text}");
}

#[test]
fn many_locals_in_one_circle() {
    let all: Vec<String> = (0..200).map(|index| format!("local.a{index}")).collect();
    let lines = (0..200).map(|index| format!("  a{index} = [{}]\n", all.join(", ")));
    let text = format!("locals {{\n{}}}\n", lines.collect::<String>());
    let found = check(&[("circle.tf", text.as_bytes())], "core/reference-cycle");
    assert_eq!(found.matches("core/reference-cycle").count(), 1);
}

#[cfg(unix)]
#[test]
fn an_override_file_that_cannot_be_read() {
    let folder = project([("client.tf", FAULTY.as_bytes())]);
    fs::create_dir(folder.path().join("other")).expect("a folder");
    fs::write(folder.path().join("other/client.tf"), FAULTY).expect("a file");
    // A link to nowhere cannot be read by anybody.
    std::os::unix::fs::symlink("nowhere", folder.path().join("x_override.tf")).expect("a link");
    let text = stdout(&run(folder.path(), &["--format", "concise"]));
    assert!(text.contains("x_override.tf:1:1: error[core/unreadable-file]"), "{text}");
    let found: Vec<_> = text.lines().filter(|line| line.contains("[cognito/")).collect();
    let is_elsewhere = found.iter().all(|line| line.starts_with("other/"));
    assert!(!found.is_empty() && is_elsewhere, "what it changes is not known: {text}");
}

#[test]
fn an_override_file_that_is_broken() {
    let broken =
        b"resource \"aws_cognito_user_pool_client\" \"app\" {\n  explicit_auth_flows = [\n";
    let folder = project([("client.tf", FAULTY.as_bytes()), ("x_override.tf", broken)]);
    let text = stdout(&run(folder.path(), &["--format", "concise"]));
    assert!(text.contains("x_override.tf:"), "{text}");
    assert!(!text.contains("[cognito/"), "what it changes is not known: {text}");
}

#[test]
fn an_expression_that_terraform_refuses() {
    let text = check(&[("bad.tf", b"locals {\n  a = 1 + \"x\"\n}\n")], "core/invalid-expression");
    assert!(text.contains("bad.tf:2:"), "{text}");
}

#[test]
fn any_bytes() {
    let mut state: u64 = 42;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize
    };
    let pieces: [&[u8]; 24] = [
        b"{",
        b"}",
        b"\"",
        b"${",
        b"%{",
        b"<<E\n",
        b"\nE\n",
        b"[",
        b"]",
        b"(",
        b")",
        b"=",
        b" ",
        b"\n",
        b"resource \"aws_cognito_user_pool_client\" \"a\" {\n",
        b"name = ",
        b"for",
        b"\xff",
        b"/*",
        b"#",
        b"allowed_oauth_flows = [",
        b"var.x",
        b"? :",
        b"dynamic \"b\" {",
    ];
    let folder = project::<&str, &str>([]);
    for index in 0..200 {
        let text: Vec<u8> = (0..80).flat_map(|_| pieces[next() % pieces.len()]).copied().collect();
        fs::write(folder.path().join(format!("{index}.tf")), text).expect("a file");
    }
    let output = run(folder.path(), &["--format", "json"]);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok());
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_or_round() {
    use std::os::unix::fs::symlink;

    let folder = project([("client.tf", FAULTY.as_bytes())]);
    symlink(folder.path(), folder.path().join("loop")).expect("a link");
    symlink("/nonexistent", folder.path().join("gone.tf")).expect("a link");
    let output = run(folder.path(), &["--format", "concise"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("gone.tf") && text.contains("[core/unreadable-file]"), "{text}");
    assert_eq!(text.matches("auth-flow-unknown").count(), 1, "{text}");
}

#[test]
fn names_and_text_of_strangers_reach_no_terminal_raw() {
    let bad = b"resource \"aws_cognito_user_pool_client\" \"app\" {\n  name = \"a\x1b[31mb\xe2\x80\xae\"\n  \
        user_pool_id = \"x\"\n  explicit_auth_flows = [\"\x1b]0;t\x07\"]\n}\n";
    let folder = project([("a.tf", bad)]);
    for format in ["full", "concise"] {
        let output = run(folder.path(), &["--format", format]);
        let text = stdout(&output);
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{format}: {text:?}");
    }
}

#[test]
fn the_same_bytes_with_one_thread_and_two() {
    let files: Vec<(String, String)> =
        (0..40).map(|index| (format!("m{index}/main.tf"), FAULTY.to_owned())).collect();
    let borrowed: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let folder = project(borrowed);
    for format in ["json", "sarif", "concise", "full"] {
        let one = run(folder.path(), &["--format", format, "--threads", "1"]);
        let two = run(folder.path(), &["--format", format, "--threads", "2"]);
        assert!(!one.stdout.is_empty());
        assert_eq!(stdout(&one), stdout(&two), "{format}");
    }
}

#[test]
fn secrets_are_not_printed() {
    let text = r#"
variable "flow" {
  type      = string
  sensitive = true
  default   = "hunter1"
}
variable "given" {
  sensitive = true
}
variable "other" {
  type = string
}
resource "aws_cognito_user_pool_client" "app" {
  name                = "web"
  user_pool_id        = aws_cognito_user_pool.main.id
  explicit_auth_flows = [var.flow, var.given, var.other, sensitive("hunter4")]
}
"#;
    let tfvars = b"given = \"hunter2\"\n";
    let folder = project([("a.tf", text.as_bytes()), ("terraform.tfvars", tfvars)]);
    for format in ["full", "concise", "json", "sarif"] {
        let output = Command::new(env!("CARGO_BIN_EXE_cfglint"))
            .args(["--format", format])
            .env("TF_VAR_other", "hunter3")
            .current_dir(folder.path())
            .output()
            .expect("the binary runs");
        let text = stdout(&output);
        assert!(text.contains("auth-flow-unknown"), "{text}");
        assert!(!text.contains("hunter"), "{format}: {text}");
    }
}

#[test]
fn output_files_damage_nothing() {
    let folder = project([("client.tf", FAULTY.as_bytes()), ("sub/x", b"old")]);
    let path = |name: &str| folder.path().join(name);
    fs::hard_link(path("client.tf"), path("same.json")).expect("a link");
    let refused = |arguments: &[&str], words: &str| {
        let output = run(folder.path(), arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words) && output.stdout.is_empty(), "{said}");
    };
    refused(&["--output", "json=client.tf"], "configuration file");
    refused(&["--output", "json=-"], "write `--format json`");
    let twice = ["--output", "json=out.json", "--output", "sarif=sub/../out.json"];
    refused(&twice, "`sub/../out.json` is named twice");
    #[cfg(unix)]
    {
        fs::write(path("vars"), "x = 1\n").expect("a file");
        std::os::unix::fs::symlink("client.tf", path("link.json")).expect("a link");
        refused(&["--output", "json=link.json"], "configuration file");
        refused(&["--var-file", "vars", "--output", "json=vars"], "configuration file");
    }
    // What cannot be written hides neither the findings nor the other files.
    let output = run(
        folder.path(),
        &["--output", "json=no/out.json", "--output", "json=sub", "--output", "json=sub/x"],
    );
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(stdout(&output).contains("auth-flow-unknown"), "{said}");
    for name in ["no/out.json", "sub"] {
        assert!(said.contains(&format!("error: `{name}` cannot be written: ")), "{said}");
    }
    assert!(fs::read_to_string(path("sub/x")).expect("is there").starts_with('{'));
    assert_eq!(run(folder.path(), &["--output", "json=same.json"]).status.code(), Some(1));
    assert_eq!(fs::read_to_string(path("client.tf")).expect("is there"), FAULTY);
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_printed() {
    let folder = project([("client.tf", FAULTY.as_bytes())]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
    let output = Command::new(env!("CARGO_BIN_EXE_cfglint"))
        .args(["--output", "json=out.json"])
        .current_dir(folder.path())
        .stdout(full)
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("error: standard output cannot be written: no space left"), "{said}");
    assert!(folder.path().join("out.json").is_file());
}

#[test]
fn variables_that_no_module_declares() {
    let folder = project([
        ("a.tf", "variable \"known\" {\n  default = 1\n}\n"),
        ("p.tfvars", "known = 1\nother = \"hunter2\"\n"),
    ]);
    let arguments = ["--var", "known=1", "--var", "strange=hunter2", "--var-file", "p.tfvars"];
    let output = run(folder.path(), &arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("note: no module declares the variable `strange` that --var sets\n")
            && said
                .contains("note: no module declares the variable `other` that `p.tfvars` sets\n")
            && !said.contains("`known`")
            && !said.contains("hunter2"),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(0));
}
