//! The command line: one file a case under `tests/cmd`.

#[test]
fn cases() {
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cmd/*.toml");
    trycmd::TestCases::new().case(cases).env("NO_COLOR", "1");
}
