//! `docs/rules.md` is what the binary prints. `UPDATE_FIXTURES=1` writes it anew.

use std::path::Path;

use super::folder::run;
use super::recorded::compare;

#[test]
fn the_index_of_the_rules_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = run(&root, &["rules", "--format", "markdown"]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("is UTF-8");
    assert!(text.contains("\n## cognito\n"), "{text}");
    compare(&root.join("docs/rules.md"), &text);
}
