//! The command line: one file a case under `tests/cmd`.

#[test]
fn cases() {
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cmd/*.toml");
    trycmd::TestCases::new().case(cases).env("NO_COLOR", "1");
}

/// The sample in the README is what the command prints today.
#[test]
fn readme_shows_real_output() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let readme = std::fs::read_to_string(format!("{root}/README.md")).expect("the page is there");
    let (_, rest) = readme.split_once("```text\n").expect("there is a sample");
    let (sample, _) = rest.split_once("```").expect("it ends");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_cfglint"))
        .args(["fixtures/example", "--format", "full", "--color", "never"])
        .current_dir(root)
        .output()
        .expect("the binary runs");
    let output = String::from_utf8_lossy(&output.stdout);
    let shown = sample.split("\n\n").filter(|part| part.contains("]: "));
    for part in shown {
        let part = part.trim_start_matches("…\n").trim_end();
        assert!(output.contains(part), "not printed any more:\n{part}");
    }
}
