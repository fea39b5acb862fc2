//! Unified diffs that `patch -p1` and `git apply` read.

use std::fmt::Write as _;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

/// Lines shown before and after a change.
const CONTEXT: usize = 3;

/// The difference between two texts of the file at `path`; empty when there is none. Bytes are
/// written as they are.
pub fn unified(path: &str, before: &[u8], after: &[u8]) -> Vec<u8> {
    let old: Vec<&[u8]> = before.split_inclusive(|byte| *byte == b'\n').collect();
    let new: Vec<&[u8]> = after.split_inclusive(|byte| *byte == b'\n').collect();
    let changes = capture_diff_slices(Algorithm::Myers, &old, &new);
    let hunks = group_diff_ops(changes, CONTEXT);
    let is_change = |op: &DiffOp| op.tag() != DiffTag::Equal;
    if !hunks.iter().flatten().any(is_change) {
        return Vec::new();
    }
    let mut out = Vec::new();
    out.extend_from_slice(format!("--- {}\n", name("a", path)).as_bytes());
    out.extend_from_slice(format!("+++ {}\n", name("b", path)).as_bytes());
    for hunk in &hunks {
        write_hunk(hunk, &old, &new, &mut out);
    }
    out
}

fn write_hunk(hunk: &[DiffOp], old: &[&[u8]], new: &[&[u8]], out: &mut Vec<u8>) {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return };
    let of_old = lines(first.old_range().start, last.old_range().end);
    let of_new = lines(first.new_range().start, last.new_range().end);
    out.extend_from_slice(format!("@@ -{of_old} +{of_new} @@\n").as_bytes());
    for op in hunk {
        if op.tag() == DiffTag::Equal {
            write_lines(b' ', &old[op.old_range()], out);
        } else {
            write_lines(b'-', &old[op.old_range()], out);
            write_lines(b'+', &new[op.new_range()], out);
        }
    }
}

fn write_lines(mark: u8, lines: &[&[u8]], out: &mut Vec<u8>) {
    for line in lines {
        out.push(mark);
        out.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            out.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

/// A range of lines, from 0, as a hunk names it: start, from 1, and number unless it is 1. An empty
/// range is named by the line before it.
fn lines(start: usize, end: usize) -> String {
    match end - start {
        1 => format!("{}", start + 1),
        0 => format!("{start},0"),
        count => format!("{},{count}", start + 1),
    }
}

/// A path in the header, quoted as git does where it has to be.
fn name(prefix: &str, path: &str) -> String {
    let path = format!("{prefix}/{path}");
    if path.contains(|c: char| c.is_control() || matches!(c, '"' | '\\')) {
        return quoted(&path);
    }
    // Without the tab the name would end at a blank for some readers.
    if path.contains(' ') { format!("{path}\t") } else { path }
}

fn quoted(path: &str) -> String {
    let mut quoted = String::from("\"");
    for c in path.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(quoted, "\\{byte:03o}");
                }
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, before: &str, after: &str, expect: &str) {
        let diff = unified(path, before.as_bytes(), after.as_bytes());
        assert_eq!(String::from_utf8_lossy(&diff), expect, "{before:?} {after:?}");
    }

    #[test]
    fn differences_are_shown_as_patch_reads_them() {
        check("a.tf", "x\n", "x\n", "");
        check(
            "a.tf",
            "a\nb\nc\n",
            "a\nB\nc\n",
            "--- a/a.tf\n+++ b/a.tf\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n",
        );
        check("a.tf", "", "x\n", "--- a/a.tf\n+++ b/a.tf\n@@ -0,0 +1 @@\n+x\n");
        check("a.tf", "x\n", "", "--- a/a.tf\n+++ b/a.tf\n@@ -1 +0,0 @@\n-x\n");
    }

    #[test]
    fn ends_of_lines_are_kept() {
        let none = "\\ No newline at end of file\n";
        check(
            "a.tf",
            "a\nb",
            "a\nc",
            &format!("--- a/a.tf\n+++ b/a.tf\n@@ -1,2 +1,2 @@\n a\n-b\n{none}+c\n{none}"),
        );
        check(
            "a.tf",
            "a\r\nb\r\n",
            "a\r\nc\r\n",
            "--- a/a.tf\n+++ b/a.tf\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n",
        );
        check("a.tf", "a\rb\n", "a\rc\n", "--- a/a.tf\n+++ b/a.tf\n@@ -1 +1 @@\n-a\rb\n+a\rc\n");
    }

    #[test]
    fn distant_changes_are_hunks_of_their_own() {
        let before: Vec<String> = (1..=20).map(|line| format!("{line}\n")).collect();
        let mut after = before.clone();
        after[1] = "two\n".to_owned();
        after.remove(17);
        let expect = "--- a/a.tf\n+++ b/a.tf\n@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n 4\n 5\n\
                      @@ -15,6 +15,5 @@\n 15\n 16\n 17\n-18\n 19\n 20\n";
        check("a.tf", &before.concat(), &after.concat(), expect);
    }

    #[test]
    fn odd_names_are_quoted() {
        let first = |path| {
            let diff = unified(path, b"a\n", b"b\n");
            String::from_utf8_lossy(&diff).lines().next().unwrap_or_default().to_owned()
        };
        assert_eq!(first("my file.tf"), "--- a/my file.tf\t");
        assert_eq!(first("caf\u{e9}.tf"), "--- a/caf\u{e9}.tf");
        assert_eq!(first("x\n+++ b/y\u{1b}\".tf"), "--- \"a/x\\n+++ b/y\\033\\\".tf\"");
    }
}
