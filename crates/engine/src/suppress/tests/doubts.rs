//! When a comment that silences nothing is called unused, and what is said of it.

use diagnostics::{Diagnostic, Level, RuleId};
use module::Sources;
use source::{FileId, FileSet, Location, SourceFile, TextRange};
use syntax::Syntax;

use super::super::suppress;
use super::{Run, check, index, unmarked};
use crate::Undecided;

#[test]
fn nothing_is_unused_where_it_cannot_be_known() {
    let (text, found) = unmarked("# cfglint:ignore web/open-door\na = 1\n");
    let run = |found: &[Diagnostic], is_judged: &dyn Fn(&RuleId, FileId) -> bool| {
        Run::of("main.tf", text.clone(), found.to_vec(), is_judged).lines()
    };
    assert_eq!(run(&found, &|_, _| true).len(), 1);
    assert!(run(&found, &|rule, _| rule.as_str() != "web/open-door").is_empty());
    // A wildcard may be about the rule that was left out.
    let (wildcard, found) = unmarked("# cfglint:ignore web/*\na = 1 # cfglint:ignore net/*\n");
    let run_wildcard = |is_judged: &dyn Fn(&RuleId, FileId) -> bool| {
        Run::of("main.tf", wildcard.clone(), found.clone(), is_judged).lines()
    };
    assert_eq!(run_wildcard(&|_, _| true).len(), 2);
    let net = "net/*: `net/*` silences nothing here";
    assert_eq!(run_wildcard(&|rule, _| rule.as_str() != "web/open-door"), [net]);
    assert!(run_wildcard(&|_, _| false).is_empty());
    let place = Location::new(FileId(0), TextRange::empty(0));
    let limit = Diagnostic::new(diagnostics::core::LIMIT, Level::Note, place, "a limit");
    assert_eq!(run(&[limit], &|_, _| true), [": a limit"]);
}

/// Where the comments of `files` are called unused; `undecided` has rules with the number of a file and
/// the label of a block in it.
fn unused(files: &[(&str, &str)], undecided: &[(&str, usize, &str)]) -> Vec<String> {
    let mut set = FileSet::new();
    let mut trees = Vec::new();
    for (path, text) in files {
        set.add(SourceFile::new(*path, text.as_bytes()));
        trees.push(syntax::parse_as(text.as_bytes(), Syntax::of_path(path)));
    }
    let place = |(rule, file, label): &(&str, usize, &str)| {
        let mut blocks = trees[*file].body().blocks();
        let block = blocks.find(|block| block.labels().any(|found| found.text() == *label));
        let range = block.expect("the block is there").range();
        let file = set.iter().nth(*file).expect("the file is there").0;
        Undecided { rules: [RuleId::new(rule)].into(), block: Location::new(file, range) }
    };
    let undecided: Vec<Undecided> = undecided.iter().map(place).collect();
    let mut found = Vec::new();
    let sources = Sources { files: &set, trees: &trees };
    suppress(sources, &index(), &|_, _| true, &undecided, &mut found);
    let line = |found: &Diagnostic| {
        let file = set.get(found.location.file);
        format!("{}:{}", file.path(), file.position(found.location.range.start()).line)
    };
    found.iter().map(line).collect()
}

#[test]
fn nothing_is_unused_where_a_rule_is_undecided() {
    let main = "resource \"t\" \"a\" {\n  x = 1 # cfglint:ignore web/open-door\n}\n\
                # cfglint:ignore web/open-door\nresource \"t\" \"b\" {\n  y = 1 # cfglint:ignore web/*\n}\n\
                locals {\n  # cfglint:ignore web/open-door\n  z = 1\n  w = 1 # cfglint:ignore net/*\n}\n";
    let other = "# cfglint:ignore-file web/open-door\n";
    let values = "x = 1 # cfglint:ignore web/open-door\n";
    let files = [("m/main.tf", main), ("m/o.tf", other), ("n/o.tf", other), ("v/p.tfvars", values)];
    let all = [
        "m/main.tf:2",
        "m/main.tf:4",
        "m/main.tf:6",
        "m/main.tf:9",
        "m/main.tf:11",
        "m/o.tf:1",
        "n/o.tf:1",
        "v/p.tfvars:1",
    ];
    assert_eq!(unused(&files, &[]), all);
    let left = unused(&files, &[("web/open-door", 0, "b")]);
    assert_eq!(left, ["m/main.tf:2", "m/main.tf:11", "n/o.tf:1"]);
    let left = unused(&files, &[("web/open-window", 0, "b")]);
    assert_eq!(left, [&all[..2], &all[3..]].concat());
}

#[test]
fn errors_make_files_of_values_doubtful() {
    let values = "x = 1 # cfglint:ignore web/open-door\n";
    let mut files = FileSet::new();
    let main = files.add(SourceFile::new("m/main.tf", &b""[..]));
    files.add(SourceFile::new("v/p.tfvars", values.as_bytes()));
    let trees = [syntax::parse(&b""[..]), syntax::parse(values.as_bytes())];
    let place = Location::new(main, TextRange::empty(0));
    let limit = Diagnostic::new(diagnostics::core::LIMIT, Level::Note, place, "a limit");
    for (mut found, expect) in [(vec![], 1), (vec![limit], 1)] {
        let sources = Sources { files: &files, trees: &trees };
        suppress(sources, &index(), &|_, _| true, &[], &mut found);
        assert_eq!(found.len(), expect, "{found:?}");
    }
}

#[test]
fn it_is_said_where_the_comment_belongs() {
    let block = "web/open-door: `web/open-door` silences nothing here: for other lines of the block \
                 there is `cfglint:ignore-block`";
    let unused = "web/open-door: `web/open-door` silences nothing here";
    let open = "web/open-door";
    check("# cfglint:ignore web/open-door\nr {\n  a = «web/open-door»1\n}\n", &[block, open]);
    check(
        "r {\n  # cfglint:ignore web/open-door\n  b = 1\n  a = «web/open-door»1\n}\n",
        &[block, open],
    );
    check("«web/open-door»r {\n} # cfglint:ignore web/open-door\n", &[open, block]);
    check(
        "r {\n  # cfglint:ignore web/open-door\n  b = 1\n}\ns {\n  a = «web/open-door»1\n}\n",
        &[unused, open],
    );
    let text = "a = 1\nb = a # cfglint:ignore web/open-door\n";
    let at = |offset| Location::new(FileId(0), TextRange::empty(offset));
    let found = Diagnostic::new(RuleId::new(open), Level::Warning, at(4), "m");
    let found = found.with_related(at(10), "it is used here");
    let run = Run::of("main.tf", text.to_owned(), vec![found], &|_, _| true);
    let value = "web/open-door: `web/open-door` silences nothing here: a comment about a value \
                 belongs where the value is written";
    assert_eq!(run.lines(), [open, value]);
}
