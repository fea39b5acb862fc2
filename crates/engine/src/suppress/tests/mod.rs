//! Tables of suppressions: what they silence, what is said about them, and what the fix makes.

use diagnostics::{Diagnostic, Level, RuleId};
use module::Sources;
use rulebook::{RuleEntry, RuleIndex};
use source::{FileId, FileSet, Location, SourceFile, TextRange};
use syntax::Syntax;

use super::suppress;

mod doubts;
mod fixes;
mod json;
mod mutations;

fn index() -> RuleIndex {
    let rule =
        |id, aliases| RuleEntry { id, level: Level::Warning, group: "api", preset: None, aliases };
    RuleIndex::new([
        rule("web/open-door", &["web/door"][..]),
        rule("web/open-window", &[]),
        rule("net/loose-wire", &[]),
        rule("core/limit", &[]),
    ])
}

/// Runs over `text`, in which each `«rule»` stands before a place where that rule finds something.
struct Run {
    text: String,
    found: Vec<Diagnostic>,
}

impl Run {
    fn new(path: &str, marked: &str) -> Self {
        let (text, found) = unmarked(marked);
        Self::of(path, text, found, &|_, _| true)
    }

    fn of(
        path: &str,
        text: String,
        mut found: Vec<Diagnostic>,
        is_judged: &dyn Fn(&RuleId, FileId) -> bool,
    ) -> Self {
        let mut files = FileSet::new();
        files.add(SourceFile::new(path, text.as_bytes()));
        let trees = [syntax::parse_as(text.as_bytes(), Syntax::of_path(path))];
        suppress(Sources { files: &files, trees: &trees }, &index(), is_judged, &[], &mut found);
        for diagnostic in &found {
            let end = diagnostic.location.range.end() as usize;
            assert!(end <= text.len(), "{diagnostic:?} is not in the text");
            assert_eq!(rulebook::fault_of_message(&diagnostic.message, true, true), None);
        }
        found.sort_by_key(|diagnostic| diagnostic.location.range.start());
        Self { text, found }
    }

    /// One line for each finding, in their order, and for each complaint.
    fn lines(&self) -> Vec<String> {
        let line = |diagnostic: &Diagnostic| {
            if diagnostic.rule.pack() == "core" {
                let place = diagnostic.location.range.slice(self.text.as_bytes());
                let place = String::from_utf8_lossy(place);
                return format!("{place}: {}", diagnostic.message);
            }
            let Some(suppressed) = &diagnostic.suppressed else {
                return diagnostic.rule.to_string();
            };
            let reason = suppressed.justification.as_deref().unwrap_or("-");
            format!("({}) {reason}", diagnostic.rule)
        };
        self.found.iter().map(line).collect()
    }

    /// The text after all fixes, one after the other.
    fn fixed(self, path: &str) -> String {
        let mut run = self;
        while let Some(fix) = run.found.iter().find_map(|diagnostic| diagnostic.fix.clone()) {
            let mut findings = run.found;
            findings.retain(|diagnostic| diagnostic.rule.pack() != "core");
            let mut text = run.text.into_bytes();
            for edit in fix.edits {
                let (start, end) = (edit.location.range.start(), edit.location.range.end());
                text.splice(start as usize..end as usize, edit.text.bytes());
                let moved =
                    |at: u32| if at >= end { at - end + start + length(&edit.text) } else { at };
                for finding in &mut findings {
                    let range = finding.location.range;
                    let range = TextRange::new(moved(range.start()), moved(range.end()));
                    *finding = Diagnostic::new(
                        finding.rule.clone(),
                        finding.level,
                        Location::new(FileId(0), range),
                        "m",
                    );
                }
            }
            let text = String::from_utf8(text).expect("fixes keep text");
            run = Self::of(path, text, findings, &|_, _| true);
        }
        run.text
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).expect("short")
}

fn unmarked(marked: &str) -> (String, Vec<Diagnostic>) {
    let (mut text, mut found) = (String::new(), Vec::new());
    for part in marked.split('«') {
        let Some((rule, rest)) = part.split_once('»') else {
            text.push_str(part);
            continue;
        };
        let place = Location::new(FileId(0), TextRange::empty(length(&text)));
        found.push(Diagnostic::new(RuleId::new(rule), Level::Warning, place, "m"));
        text.push_str(rest);
    }
    (text, found)
}

#[track_caller]
fn check(marked: &str, expect: &[&str]) {
    let variants = [marked.to_owned(), marked.replace('\n', "\r\n"), format!("\u{feff}{marked}")];
    for text in variants {
        assert_eq!(Run::new("main.tf", &text).lines(), expect, "{text}");
    }
}

#[test]
fn a_line_and_the_next_line() {
    let door = "(web/open-door) -";
    check("a = «web/open-door»1 # cfglint:ignore web/open-door\n", &[door]);
    check("a = «web/open-door»1 /* cfglint:ignore web/open-door */\n", &[door]);
    check("\ta = «web/open-door»1\t// cfglint:ignore web/open-door\n", &[door]);
    check("# cfglint:ignore web/open-door\na = «web/open-door»1\n", &[door]);
    check("/* cfglint:ignore web/open-door */ a = «web/open-door»1\n", &[door]);
    check("# cfglint:ignore web/open-door\n\n# why\n\n\ta = «web/open-door»1\n", &[door]);
    check(
        "# cfglint:ignore web/open-door why not\na = «web/open-door»1",
        &["(web/open-door) why not"],
    );
    check(
        "# cfglint:ignore web/open-door\n# cfglint:ignore web/open-window\na = «web/open-door»«web/open-window»1\n",
        &[door, "(web/open-window) -"],
    );
    check(
        "/*\n * Some words.\n * cfglint:ignore web/open-door one\n * cfglint:ignore web/open-window two\n */\na = «web/open-door»«web/open-window»1\n",
        &["(web/open-door) one", "(web/open-window) two"],
    );
    check(
        "a = 1 # cfglint:ignore web/open-door\nb = «web/open-door»1\n",
        &["web/open-door: `web/open-door` silences nothing here", "web/open-door"],
    );
    check(
        "# cfglint:ignore web/open-door\na = 1\nb = «web/open-door»1\n",
        &["web/open-door: `web/open-door` silences nothing here", "web/open-door"],
    );
    check("a = «web/open-door»1 /* x */ # cfglint:ignore web/open-door\n", &[door]);
    check("/* x\n*/ # cfglint:ignore web/open-door\na = «web/open-door»1\n", &[door]);
    check(
        "a = 1 # cfglint:ignore web/open-door\n# end",
        &["web/open-door: `web/open-door` silences nothing here"],
    );
    check(
        "a = 1\n# cfglint:ignore web/open-door",
        &["web/open-door: `web/open-door` silences nothing here"],
    );
}

#[test]
fn what_begins_on_the_line_belongs_to_it() {
    let unused = "web/open-door: `web/open-door` silences nothing here";
    let door = "(web/open-door) -";
    check(
        "# cfglint:ignore web/open-door\na = [\n  «web/open-door»1,\n  «web/open-door»2,\n]\n",
        &[door, door],
    );
    check(
        "a = [ # cfglint:ignore web/open-door\n  «web/open-door»1,\n  «web/open-door»2,\n]\n",
        &[door, door],
    );
    check(
        "a = [\n  # cfglint:ignore web/open-door\n  «web/open-door»1,\n  «web/open-door»2,\n]\n",
        &[door, "web/open-door"],
    );
    check("a = [\n  1,\n  «web/open-door»2, # cfglint:ignore web/open-door\n]\n", &[door]);
    check(
        "a = [\n  «web/open-door»2,\n] # cfglint:ignore web/open-door\n",
        &["web/open-door", unused],
    );
    check(
        "a = {\n  # cfglint:ignore web/open-door\n  b = {\n    c = «web/open-door»1\n  }\n  d = «web/open-door»1\n}\n",
        &[door, "web/open-door"],
    );
    check("a = [{\n}, { # cfglint:ignore web/open-door\n  b = «web/open-door»1\n}]\n", &[door]);
    check(
        "a = f(\n  # cfglint:ignore web/open-door\n  [\n    «web/open-door»1,\n  ],\n  «web/open-door»2,\n)\n",
        &[door, "web/open-door"],
    );
    check("# cfglint:ignore web/open-door\na = <<EOT\n${«web/open-door»b}\nEOT\n", &[door]);
    check(
        "a = <<EOT\n# cfglint:ignore web/open-door\nEOT\nb = «web/open-door»1\n",
        &["web/open-door"],
    );
    check("a = \"# cfglint:ignore web/open-door\"\nb = «web/open-door»1\n", &["web/open-door"]);
    check(
        "# cfglint:ignore web/open-door\n«web/open-door»resource \"a\" \"b\" {\n  c = «web/open-door»1\n}\n",
        &[door, "web/open-door"],
    );
    check(
        "«web/open-door»resource \"a\" \"b\" { # cfglint:ignore web/open-door\n  c = «web/open-door»1\n}\n",
        &[door, "web/open-door"],
    );
}

#[test]
fn blocks() {
    let door = "(web/open-door) -";
    check(
        "# cfglint:ignore-block web/open-door\n\n«web/open-door»r \"a\" {\n  c {\n    d = «web/open-door»1\n  }\n}\n«web/open-door»s {}\n",
        &[door, door, "web/open-door"],
    );
    check("r \"a\" { # cfglint:ignore-block web/open-door\n  c = «web/open-door»1\n}\n", &[door]);
    check(
        "r \"a\" {\n  e = «web/open-door»1\n  # cfglint:ignore-block web/open-door\n  c {\n    d = «web/open-door»1\n  }\n}\n",
        &["web/open-door", door],
    );
    check(
        "r \"a\" {\n  b {}\n  c {}\n  # cfglint:ignore-block web/open-door\n  e = «web/open-door»1\n}\n",
        &[door],
    );
    check(
        "r {\n  «web/open-door»c {\n    d = «web/open-door»1 # cfglint:ignore-block web/open-door\n  }\n  f = «web/open-door»1\n}\n",
        &[door, door, "web/open-door"],
    );
    let none = "cfglint:ignore-block: `cfglint:ignore-block` stands neither in a block nor above one; for all of a file there is `cfglint:ignore-file`";
    check(
        "r {\n}\n# cfglint:ignore-block web/open-door\n«web/open-door»a = 1\n",
        &[none, "web/open-door"],
    );
    check(
        "r {\n  b = «web/open-door»1\n} # cfglint:ignore-block web/open-door\n«web/open-door»s {}\n",
        &[door, "web/open-door"],
    );
    check(
        "r {\n  c {\n    b = «web/open-door»1\n  } /* x */ // cfglint:ignore-block web/open-door\n  d = «web/open-door»1\n}\n",
        &[door, "web/open-door"],
    );
    check(
        "r {\n  c { b = «web/open-door»1 } # cfglint:ignore-block web/open-door\n  d = «web/open-door»1\n}\n",
        &[door, "web/open-door"],
    );
    check(
        "# cfglint:ignore-block web/open-door\nr {}\n",
        &["web/open-door: `web/open-door` silences nothing in this block"],
    );
}

#[test]
fn files() {
    check(
        "«web/open-door»a = 1\nr {\n  # cfglint:ignore-file web/open-door why\n}\nb = «web/open-door»«net/loose-wire»1",
        &["(web/open-door) why", "(web/open-door) why", "net/loose-wire"],
    );
    check(
        "# cfglint:ignore-file web/*\na = 1\n",
        &["web/*: `web/*` silences nothing in this file"],
    );
}

#[test]
fn patterns_and_reasons() {
    let with = |words: &str, expect: &[&str]| {
        check(&format!("# cfglint:ignore {words}\na = «web/open-door»1\n"), expect);
    };
    with("web/door", &["(web/open-door) -"]);
    with("web/*", &["(web/open-door) -"]);
    with("*", &["(web/open-door) -"]);
    with("* everything", &["(web/open-door) everything"]);
    with("web/open-door -- one -- two", &["(web/open-door) one -- two"]);
    with("web/open-door: one", &["(web/open-door) one"]);
    with("web/open-door because of JIRA-1", &["(web/open-door) of JIRA-1"]);
    with(
        "web/open-door - one/two and/or https://x/y",
        &["(web/open-door) one/two and/or https://x/y"],
    );
    with("web/open-door and/or https://x/y", &["(web/open-door) and/or https://x/y"]);
    with("web/open-door, https://x/y", &["(web/open-door) https://x/y"]);
    with("web/open-door, legacy-client", &["(web/open-door) legacy-client"]);
    with("web/open-door; some/thing else", &["(web/open-door) some/thing else"]);
    let wire = "net/loose-wire: `net/loose-wire` silences nothing here";
    with("net/loose-wire,web/open-door x", &[wire, "(web/open-door) x"]);
    with("net/loose-wire;web/open-door x", &[wire, "(web/open-door) x"]);
    with("net/loose-wire web/open-door x", &[wire, "(web/open-door) x"]);
    with("web/open-door , net/loose-wire x", &[wire, "(web/open-door) x"]);
    // The pattern that says most is the one in use.
    with(
        "*, web/*, web/open-door",
        &[
            "*: `*` silences nothing here",
            "web/*: `web/*` silences nothing here",
            "(web/open-door) -",
        ],
    );
    with(
        "web/open-door web/open-door",
        &["web/open-door: `web/open-door` silences nothing here", "(web/open-door) -"],
    );
}

#[test]
fn the_nearest_comment_is_in_use() {
    check(
        "# cfglint:ignore-file web/open-door file\nr { # cfglint:ignore-block web/* block\n  # cfglint:ignore * line\n  a = «web/open-door»1\n  b = «web/open-door»1\n}\n",
        &[
            "web/open-door: `web/open-door` silences nothing in this file",
            "(web/open-door) line",
            "(web/open-door) block",
        ],
    );
}

/// Checks what is said about `comment`; nothing when `expect` is empty.
#[track_caller]
fn with(comment: &str, expect: &str) {
    let text = format!("# {comment}\na = 1\n");
    let expect: Vec<&str> = Some(expect).into_iter().filter(|text| !text.is_empty()).collect();
    check(&text, &expect);
}

#[test]
fn words_that_name_no_rule() {
    with(
        "cfglint:ignore web/open-dor",
        "web/open-dor: there is no rule `web/open-dor`; did you mean `web/open-door`?",
    );
    with(
        "cfglint:ignore Web/Open-Door x",
        "Web/Open-Door: there is no rule `Web/Open-Door`; did you mean `web/open-door`?",
    );
    with(
        "cfglint:ignore open-door x",
        "open-door: there is no rule `open-door`; did you mean `web/open-door`?",
    );
    with(
        "cfglint:ignore some/thing",
        "some/thing: there is no rule `some/thing`; `cfglint rules` lists all",
    );
    with(
        "cfglint:ignore `web/open-door`",
        "`web/open-door`: there is no rule `'web/open-door'`; did you mean `web/open-door`?",
    );
    with("cfglint:ignore web x", "web: there is no rule `web`; did you mean `web/*`?");
    with("cfglint:ignore wep/*", "wep/*: there is no pack `wep/*`; did you mean `web/*`?");
    let none = "names no rule; write `pack/name`, `pack/*` or, for all rules, `*`";
    with("cfglint:ignore", &format!("cfglint:ignore: `cfglint:ignore` {none}"));
    with(
        "cfglint:ignore-block because x",
        &format!("cfglint:ignore-block: `cfglint:ignore-block` {none}"),
    );
    with(
        "cfglint:ignore-file https://x/y",
        &format!("cfglint:ignore-file: `cfglint:ignore-file` {none}"),
    );
    let core = "cannot be silenced: it stands for what cfglint itself reports";
    with("cfglint:ignore core/limit", &format!("core/limit: `core/limit` {core}"));
    with("cfglint:ignore core/*", &format!("core/*: `core/*` {core}"));
}

#[test]
fn directives_that_are_none() {
    with(
        "cfglint:ignor web/open-door",
        "cfglint:ignor: there is no `cfglint:ignor`; did you mean `cfglint:ignore`?",
    );
    with(
        "cfglint: ignore web/open-door",
        "cfglint: ignore: there is no `cfglint: ignore`; did you mean `cfglint:ignore`?",
    );
    with(
        "CFGLINT:IGNORE-FILE *",
        "CFGLINT:IGNORE-FILE: there is no `CFGLINT:IGNORE-FILE`; did you mean `cfglint:ignore-file`?",
    );
    with(
        "cfglint:ignore-next-line *",
        "cfglint:ignore-next-line: there is no `cfglint:ignore-next-line`; did you mean `cfglint:ignore`?",
    );
    with(
        "cfglint:ignore_blok *",
        "cfglint:ignore_blok: there is no `cfglint:ignore_blok`; did you mean `cfglint:ignore-block`?",
    );
    let all = "use `cfglint:ignore`, `cfglint:ignore-block` or `cfglint:ignore-file`";
    with(
        "cfglint:disable web/open-door",
        &format!("cfglint:disable: there is no `cfglint:disable`; {all}"),
    );
    with(
        "cfglint: disable web/open-door",
        &format!("cfglint: disable: there is no `cfglint: disable`; {all}"),
    );
    with(
        "cfglint:ignore:web/open-door",
        "cfglint:ignore: after `cfglint:ignore` there must be a blank",
    );
    with(
        "cfglint:ignore(web/open-door)",
        "cfglint:ignore: after `cfglint:ignore` there must be a blank",
    );
    with(
        "cfglint-ignore: web/open-door",
        "cfglint-ignore:: there is no `cfglint-ignore`; did you mean `cfglint:ignore`?",
    );
    with(
        "cfglint ignore-file web/*",
        "cfglint ignore-file: there is no `cfglint ignore-file`; did you mean `cfglint:ignore-file`?",
    );
    for prose in [
        "cfglint: complains here",
        "cfglint ignores this",
        "cfglint-ignore is not what to write",
        "cfglinter:ignore x/y",
        "cfglint:",
        "see cfglint:ignore x/y",
        "tfsec:ignore:x",
        "checkov:skip=CKV_1",
    ] {
        with(prose, "");
    }
}

#[test]
fn broken_text_is_only_silenced() {
    check(
        "# cfglint:ignore web/*\na = «web/open-door»1\n# cfglint:ignore net/*\nb = \n",
        &["(web/open-door) -"],
    );
}
