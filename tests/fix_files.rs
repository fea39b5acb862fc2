//! How `--fix` and `--diff` treat files: what is written, what is kept, what is refused.

use std::fs;
use std::path::Path;
use tempfile::TempDir;

use crate::folder::{project, run};

/// A client with two faults that have safe fixes.
const FAULTY: &str = r#"resource "aws_cognito_user_pool_client" "app" {
  name                          = "web"
  user_pool_id                  = aws_cognito_user_pool.main.id
  explicit_auth_flows           = ["ALLOW_REFRESH_TOKEN_AUTH", "USER_SRP_AUTH"] # both
  prevent_user_existence_errors = "enabled"
}
"#;

/// `FAULTY` after its fixes.
fn mended() -> String {
    let text = FAULTY.replace("\"USER_SRP_AUTH\"", "\"ALLOW_USER_SRP_AUTH\"");
    text.replace("\"enabled\"", "\"ENABLED\"")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("is there")
}

/// The names of the files of a folder, so that nothing is left behind.
fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).expect("is there");
    let names = entries.map(|entry| entry.expect("readable").file_name());
    let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.retain(|name| name != ".git");
    names.sort();
    names
}

/// Fixes one file and expects that text and exit code; then expects that a second run finds nothing
/// to do.
#[track_caller]
fn check(before: &str, expect: &str, code: i32) {
    let folder = project([("main.tf", before)]);
    let output = run(folder.path(), &["--fix"]);
    assert_eq!(read(&folder, "main.tf"), expect);
    assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
    assert_eq!(names(&folder), ["main.tf"]);
    let again = run(folder.path(), &["--fix"]);
    assert_eq!(read(&folder, "main.tf"), expect);
    assert!(!text(&again.stderr).contains("Fixed"));
}

#[test]
fn safe_fixes_are_written() {
    check(FAULTY, &mended(), 0);
}

#[test]
fn what_remains_is_reported() {
    let folder = project([("main.tf", &FAULTY.replace("\"web\"", "\"caf\u{e9}\""))]);
    let output = run(folder.path(), &["--fix"]);
    assert_eq!(output.status.code(), Some(1));
    let (found, said) = (text(&output.stdout), text(&output.stderr));
    assert!(found.contains("cognito/client-name-characters") && !found.contains("auth-flow"));
    assert!(said.contains("Fixed 2 problems in 1 file.\nFound 1 error"), "{said}");
}

#[test]
fn line_ends_and_byte_order_marks_are_kept() {
    let [before, after] = [FAULTY.to_owned(), mended()];
    check(&before.replace('\n', "\r\n"), &after.replace('\n', "\r\n"), 0);
    check(&format!("\u{feff}{before}"), &format!("\u{feff}{after}"), 0);
    check(before.trim_end(), after.trim_end(), 0);
}

#[test]
fn unsafe_fixes_are_asked_for() {
    let unsafe_only = r#"resource "aws_cognito_user_pool_client" "app" {
  name          = "web"
  user_pool_id  = aws_cognito_user_pool.main.id
  callback_urls = ["http://app.example.org/cb"]
}
"#;
    let folder = project([("main.tf", unsafe_only)]);
    let output = run(folder.path(), &["--fix"]);
    assert_eq!(read(&folder, "main.tf"), unsafe_only);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("3 of them have fixes for --unsafe-fixes."), "{said}");
    let output = run(folder.path(), &["--fix", "--unsafe-fixes"]);
    assert!(text(&output.stderr).contains("Fixed "));
    assert!(read(&folder, "main.tf").contains("\"https://app.example.org/cb\""));
}

#[test]
fn only_what_was_asked_for_is_mended() {
    let folder = project([("a.tf", FAULTY), ("b.tf", &FAULTY.replace("\"app\"", "\"b\""))]);
    let output = run(folder.path(), &["--fix", "b.tf"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(read(&folder, "a.tf"), FAULTY);
    assert_eq!(read(&folder, "b.tf"), mended().replace("\"app\"", "\"b\""));
}

#[test]
fn silenced_findings_are_not_mended() {
    let comment = "# cfglint:ignore cognito/user-existence-errors-unknown the module expects it";
    let silenced = |text: &str| text.replace("abled\"\n", &format!("abled\" {comment}\n"));
    let expect = mended().replace("\"ENABLED\"", "\"enabled\"");
    check(&silenced(FAULTY), &silenced(&expect), 0);
}

#[test]
fn rules_that_are_off_mend_nothing() {
    let folder = project([("main.tf", FAULTY)]);
    run(folder.path(), &["--fix", "--skip", "cognito/auth-flow-unknown"]);
    assert_eq!(read(&folder, "main.tf"), FAULTY.replace("\"enabled\"", "\"ENABLED\""));
}

#[test]
fn our_own_configuration_is_mended_first() {
    let config = "rule \"cognito/auth-flow-unknown\" {\n  level = \"of\"\n}\n\n\
                  rule \"schema/unknown-value\" {\n  level = \"off\"\n}\n";
    let folder = project([("main.tf", FAULTY), (".cfglint.hcl", config)]);
    let output = run(folder.path(), &["--fix"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("Fixed 2 problems in 2 files."));
    assert_eq!(read(&folder, ".cfglint.hcl"), config.replace("\"of\"", "\"off\""));
    assert_eq!(read(&folder, "main.tf"), FAULTY.replace("\"enabled\"", "\"ENABLED\""));
}

#[test]
fn nothing_is_mended_by_a_configuration_with_mistakes() {
    // The first is mended, the second cannot be.
    let config = "rule \"cognito/auth-flow-unknown\" {\n  level = \"of\"\n}\nrule \"x/y\" {\n  \
                  level = \"off\"\n}\n";
    let folder = project([("main.tf", FAULTY), (".cfglint.hcl", config)]);
    let output = run(folder.path(), &["--diff"]);
    assert_eq!(output.status.code(), Some(2));
    let diff = text(&output.stdout);
    assert!(diff.starts_with("--- a/.cfglint.hcl\n") && !diff.contains("main.tf"), "{diff}");
    let output = run(folder.path(), &["--fix"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("note: nothing else is mended while the configuration"), "{said}");
    assert_eq!(read(&folder, ".cfglint.hcl"), config.replace("\"of\"", "\"off\""));
    assert_eq!(read(&folder, "main.tf"), FAULTY);
}

#[test]
fn fixes_that_would_harm_are_told_of_with_the_reason() {
    let client = r#"resource "aws_cognito_user_pool_client" "app" {
  name                = "web"
  user_pool_id        = aws_cognito_user_pool.main.id
  generate_secret     = true
  allowed_oauth_flows = ["client_credentials"]
}
"#;
    let folder = project([("main.tf", client)]);
    let output = run(folder.path(), &["--fix", "--unsafe-fixes"]);
    assert_eq!(read(&folder, "main.tf"), client);
    let said = text(&output.stderr);
    let expect = "note: main.tf:1:1: the fix of cognito/oauth-settings-not-enabled is not applied: \
                  with it cognito/client-credentials-without-scope would find more\n";
    assert!(said.starts_with(expect), "{said}");
}

#[test]
fn what_an_interrupted_run_left_is_not_read() {
    let rest = ".cfglint-1-0.tmp";
    let folder =
        project([("main.tf", mended().as_str()), (rest, "rule {"), ("a/x.tf", "locals {}\n")]);
    fs::write(folder.path().join("a").join(rest), "resource {").expect("is written");
    let output = run(folder.path(), &["--fix"]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), String::new()));
}

#[test]
fn fixes_that_write_the_same_do_not_write_it_twice() {
    let flows = |flows: &str| {
        format!(
            "resource \"aws_cognito_user_pool_client\" \"app\" {{\n  name = \"web\"\n  \
             user_pool_id = \"eu-west-1_EXAMPLE\"\n  allowed_oauth_flows = [{flows}]\n  \
             allowed_oauth_flows_user_pool_client = true\n  allowed_oauth_scopes = [\"openid\"]\n  \
             callback_urls = [\"https://app.example.org/cb\"]\n}}\n"
        )
    };
    let folder = project([("main.tf", &flows("\"Code\", \"implicit\""))]);
    run(folder.path(), &["--fix", "--unsafe-fixes"]);
    assert!(read(&folder, "main.tf").contains("= [\"code\"]\n"));
}

#[test]
fn broken_files_are_mended_where_they_can_be_read() {
    let broken = format!("{FAULTY}\nlocals {{\n  a = \n}}\n");
    let folder = project([("main.tf", &broken)]);
    let output = run(folder.path(), &["--fix"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(read(&folder, "main.tf"), format!("{}\nlocals {{\n  a = \n}}\n", mended()));
}

#[test]
fn the_difference_is_shown_and_nothing_is_written() {
    let folder = project([("main.tf", FAULTY), ("clean.tf", "locals {}\n")]);
    let output = run(folder.path(), &["--diff"]);
    assert_eq!(output.status.code(), Some(1));
    let diff = text(&output.stdout);
    assert!(diff.starts_with("--- a/main.tf\n+++ b/main.tf\n@@ -1,6 +1,6 @@\n"), "{diff}");
    assert!(diff.contains("\n-  prevent_user_existence_errors = \"enabled\"\n"), "{diff}");
    assert!(!diff.contains("clean.tf") && !diff.contains("error["), "{diff}");
    assert!(text(&output.stderr).contains("Would fix 2 problems in 1 file."));
    assert_eq!(read(&folder, "main.tf"), FAULTY);
    fs::write(folder.path().join("main.tf"), mended()).expect("is written");
    let output = run(folder.path(), &["--diff"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
}

#[test]
fn the_difference_above_the_working_directory_has_no_dots() {
    let folder = project([("a/main.tf", FAULTY), ("b/c/x.tf", "locals {}\n")]);
    let output = run(&folder.path().join("b/c"), &["--diff", "../../a", "."]);
    assert!(text(&output.stdout).starts_with("--- a/a/main.tf\n+++ b/a/main.tf\n"));
    assert!(text(&output.stderr).contains("begin in `../..`"));
}

#[test]
fn reports_go_to_their_files() {
    let folder = project([("main.tf", FAULTY)]);
    let output = run(folder.path(), &["--diff", "--output", "json=before.json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(read(&folder, "before.json").contains("cognito/auth-flow-unknown"));
    let output = run(folder.path(), &["--fix", "--output", "json=after.json", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(!read(&folder, "after.json").contains("\"rule\""));
    assert!(!text(&output.stdout).contains("\"rule\""));
}

#[cfg(unix)]
mod on_unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("is allowed");
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("is there").permissions().mode() & 0o7777
    }

    #[test]
    fn modes_are_kept() {
        let folder = project([("main.tf", FAULTY)]);
        let path = folder.path().join("main.tf");
        set_mode(&path, 0o640);
        assert_eq!(run(folder.path(), &["--fix"]).status.code(), Some(0));
        assert_eq!(mode(&path), 0o640);
        assert_eq!(read(&folder, "main.tf"), mended());
    }

    #[test]
    fn read_only_files_are_told_of_and_stay() {
        let other = FAULTY.replace("\"app\"", "\"b\"");
        let folder = project([("main.tf", FAULTY), ("b.tf", &other)]);
        let path = folder.path().join("main.tf");
        set_mode(&path, 0o444);
        let output = run(folder.path(), &["--fix"]);
        assert_eq!(output.status.code(), Some(2));
        let said = text(&output.stderr);
        assert!(said.contains("error: `main.tf` cannot be written: it is read-only\n"), "{said}");
        assert!(said.contains("Fixed 2 problems in 1 file."), "{said}");
        assert!(text(&output.stdout).contains("main.tf:5:"), "what remains is reported");
        assert_eq!(read(&folder, "main.tf"), FAULTY);
        assert_eq!(read(&folder, "b.tf"), mended().replace("\"app\"", "\"b\""));
        // Nothing is written for a difference.
        assert_eq!(run(folder.path(), &["--diff"]).status.code(), Some(1));
        // Nor is a clean file touched.
        fs::write(folder.path().join("b.tf"), "locals {}\n").expect("is written");
        set_mode(&path, 0o644);
        fs::write(&path, mended()).expect("is written");
        set_mode(&path, 0o444);
        assert_eq!(run(folder.path(), &["--fix"]).status.code(), Some(0));
    }

    #[test]
    fn the_target_of_a_link_is_replaced() {
        let folder = project([("shared/client.txt", FAULTY), ("app/x.tf", "locals {}\n")]);
        let link = folder.path().join("app/main.tf");
        symlink("../shared/client.txt", &link).expect("a link");
        let output = run(folder.path(), &["--fix"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(fs::symlink_metadata(&link).expect("is there").is_symlink());
        assert_eq!(read(&folder, "shared/client.txt"), mended());
    }

    #[test]
    fn the_difference_names_targets_of_links_and_each_once() {
        let folder = project([("a/main.tf", FAULTY), ("b/x.tf", "locals {}\n")]);
        symlink("../a/main.tf", folder.path().join("b/main.tf")).expect("a link");
        let of_both = text(&run(folder.path(), &["--diff"]).stdout);
        assert_eq!(of_both.matches("--- a/a/main.tf\n").count(), 1, "{of_both}");
        assert_eq!(of_both.matches("--- ").count(), 1, "{of_both}");
        assert_eq!(text(&run(folder.path(), &["--diff", "b"]).stdout), of_both);
    }

    #[test]
    fn other_names_of_a_file_keep_what_they_had() {
        let folder = project([("main.tf", FAULTY)]);
        let other = folder.path().join("copy.txt");
        fs::hard_link(folder.path().join("main.tf"), &other).expect("a link");
        assert_eq!(run(folder.path(), &["--fix"]).status.code(), Some(0));
        assert_eq!(read(&folder, "main.tf"), mended());
        assert_eq!(read(&folder, "copy.txt"), FAULTY);
    }

    #[test]
    fn links_out_of_the_project_are_left_alone() {
        let outside = TempDir::new().expect("a temporary folder");
        let target = outside.path().join("main.tf");
        fs::write(&target, FAULTY).expect("is written");
        let folder = project([("x.tf", "locals {}\n")]);
        symlink(&target, folder.path().join("main.tf")).expect("a link");
        run(folder.path(), &["--fix"]);
        assert_eq!(fs::read_to_string(&target).expect("is there"), FAULTY);
    }

    #[test]
    fn a_file_under_two_names_is_written_once() {
        let folder = project([("a/main.tf", FAULTY), ("b/x.tf", "locals {}\n")]);
        symlink("../a/main.tf", folder.path().join("b/main.tf")).expect("a link");
        let output = run(folder.path(), &["--fix"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(read(&folder, "a/main.tf"), mended());
    }
}
