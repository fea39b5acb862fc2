//! Plans with judges made for the test, which know a few words and no Terraform.

use diagnostics::{Diagnostic, Edit, Fix, Level, RuleId, Safety};
use source::{FileId, FileSet, Location, SourceFile, TextRange};
use syntax::Syntax;

use crate::{Plan, Reason, Request, Texts, plan};

/// A word that is found, and what a fix writes instead.
#[derive(Clone, Copy)]
struct Word {
    rule: &'static str,
    text: &'static str,
    with: Option<&'static str>,
    safety: Safety,
}

const fn word(rule: &'static str, word: &'static str, with: &'static str) -> Word {
    Word { rule, text: word, with: Some(with), safety: Safety::Safe }
}

const fn unfixable(rule: &'static str, word: &'static str) -> Word {
    Word { rule, text: word, with: None, safety: Safety::Safe }
}

fn files(texts: &[(&str, &str)]) -> FileSet {
    let mut files = FileSet::new();
    for (path, text) in texts {
        files.add(SourceFile::new(*path, text.as_bytes()));
    }
    files
}

/// Finds `words` in all files, in the order of the files and places.
fn judge(files: &FileSet, texts: &Texts, words: &[Word]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (file, source) in files.iter() {
        let bytes = texts.get(&file).unwrap_or_else(|| source.text());
        let text = std::str::from_utf8(bytes).expect("tests are UTF-8");
        for Word { rule, text: word, with, safety } in words {
            for (start, _) in text.match_indices(word) {
                let start = u32::try_from(start).expect("tests are short");
                let end = start + u32::try_from(word.len()).expect("tests are short");
                let location = Location::new(file, TextRange::new(start, end));
                let edits = with.map(|with| vec![Edit { location, text: with.to_owned() }]);
                let fix = edits.map(|edits| {
                    let title = format!("write `{}`", with.unwrap_or_default());
                    Fix { safety: *safety, title, edits }
                });
                let diagnostic =
                    Diagnostic::new(RuleId::new(rule), Level::Warning, location, "found");
                found.push(diagnostic.with_fix(fix));
            }
        }
    }
    engine_order(&mut found);
    found
}

fn engine_order(found: &mut [Diagnostic]) {
    found.sort_by_key(|diagnostic| (diagnostic.location, diagnostic.rule.clone()));
}

struct Case<'c> {
    files: &'c [(&'c str, &'c str)],
    words: &'c [Word],
    with_unsafe: bool,
    locked: &'c [u32],
}

impl Case<'_> {
    fn run(&self) -> (Vec<String>, Plan, usize) {
        let files = files(self.files);
        let mut judgements = 0;
        let mut judge = |texts: &Texts| {
            judgements += 1;
            judge(&files, texts, self.words)
        };
        let request = Request {
            files: &files,
            with_unsafe: self.with_unsafe,
            may_edit: &|file| !self.locked.contains(&file.0),
            syntax: &|file| Syntax::of_path(files.get(file).path()),
        };
        let first = judge(&Texts::new());
        let plan = plan(request, first, &mut judge);
        let texts = files.iter().map(|(id, file)| {
            let text = plan.texts.get(&id).unwrap_or_else(|| file.text());
            String::from_utf8_lossy(text).into_owned()
        });
        (texts.collect(), plan, judgements)
    }
}

/// Runs over one file twice: expects that text and number of mended diagnostics, and that the second
/// run changes nothing.
fn check(text: &str, words: &[Word], expect: &str, fixed: usize) -> Plan {
    let files = [("main.tf", text)];
    let case = Case { files: &files, words, with_unsafe: false, locked: &[] };
    let (texts, plan, _) = case.run();
    assert_eq!(texts, [expect], "{text}");
    assert_eq!(plan.fixed.values().sum::<usize>(), fixed, "{text}");
    let again = [("main.tf", expect)];
    let (texts, second, _) = Case { files: &again, ..case }.run();
    assert_eq!(texts, [expect], "a second run changes something");
    assert!(second.texts.is_empty() && second.fixed.is_empty());
    plan
}

const GOOD: Word = word("t/bad", "BAD", "good");

#[test]
fn fixes_are_applied_until_none_is_left() {
    check("a = \"BAD\"\nb = \"BAD\"\n", &[GOOD], "a = \"good\"\nb = \"good\"\n", 2);
    check("a = \"x\"\n", &[GOOD], "a = \"x\"\n", 0);
    let chain = [word("t/a", "ONE", "TWO"), word("t/b", "TWO", "three")];
    // The second rule may find no more than before, which it does not in the end.
    check("a = \"ONE\"\n", &chain, "a = \"three\"\n", 2);
}

#[test]
fn fixes_that_overlap_or_touch_come_in_rounds() {
    let words = [word("t/long", "BAD, WORSE", "fine"), word("t/short", "WORSE", "worse")];
    check("a = \"BAD, WORSE\"\n", &words, "a = \"fine\"\n", 1);
    check("a = \"BADBADBAD\"\n", &[GOOD], "a = \"goodgoodgood\"\n", 3);
}

#[test]
fn the_same_edits_of_several_diagnostics_are_made_once() {
    let words = [GOOD, word("t/other", "BAD", "good")];
    check("a = \"BAD\"\n", &words, "a = \"good\"\n", 2);
    let words = [GOOD, word("t/other", "BAD", "best")];
    check("a = \"BAD\"\n", &words, "a = \"good\"\n", 1);
}

#[test]
fn fixes_that_write_the_same_into_a_list_come_in_rounds() {
    let words = [word("t/case", "\"Code\"", "\"code\""), word("t/old", "\"old\"", "\"code\"")];
    let judgements = |text| {
        let files = [("main.tf", text)];
        Case { files: &files, words: &words, with_unsafe: false, locked: &[] }.run().2
    };
    // One judgement of the start, and one for each round.
    assert_eq!(judgements("a = [\"Code\"]\nb = [\"old\"]\n"), 2);
    assert_eq!(judgements("a = [\"Code\", \"old\"]\n"), 3);
}

#[test]
fn unsafe_fixes_are_applied_on_request() {
    let words = [GOOD, Word { safety: Safety::Unsafe, ..word("t/u", "UNSAFE", "done") }];
    let files = [("main.tf", "a = \"BAD UNSAFE\"\n")];
    let case = Case { files: &files, words: &words, with_unsafe: false, locked: &[] };
    assert_eq!(case.run().0, ["a = \"good UNSAFE\"\n"]);
    assert_eq!(Case { with_unsafe: true, ..case }.run().0, ["a = \"good done\"\n"]);
}

#[test]
fn files_that_may_not_change_stay() {
    let files = [("a.tf", "a = \"BAD\"\n"), ("b.tf", "b = \"BAD\"\n")];
    let case = Case { files: &files, words: &[GOOD], with_unsafe: false, locked: &[0] };
    let (texts, plan, _) = case.run();
    assert_eq!(texts, ["a = \"BAD\"\n", "b = \"good\"\n"]);
    assert!(plan.given_up.is_empty() && plan.diagnostics.len() == 1);
}

#[test]
fn a_harmful_fix_does_not_spoil_the_others() {
    let words =
        [GOOD, word("t/trap", "TRAP", "HARM"), unfixable("t/harm", "HARM"), word("t/y", "Y", "y")];
    let text = "a = \"BAD\"\nb = \"TRAP\"\nc = \"Y\"\nd = \"TRAP\"\ne = \"BAD\"\n";
    let expect = "a = \"good\"\nb = \"TRAP\"\nc = \"y\"\nd = \"TRAP\"\ne = \"good\"\n";
    let plan = check(text, &words, expect, 3);
    let reason = Reason::Worse(RuleId::new("t/harm"));
    assert_eq!(plan.given_up, [(0, reason.clone()), (1, reason)]);
}

#[test]
fn what_gets_worse_elsewhere_is_not_made_up_for() {
    // In one directory a fix harms, in the other one mends the same rule.
    let words = [word("t/trap", "TRAP", "HARM"), word("t/harm", "HARM", "fine")];
    let only = [word("t/trap", "TRAP", "LOST"), unfixable("t/lost", "LOST"), words[1]];
    let files = [("a/main.tf", "a = \"TRAP\"\n"), ("b/main.tf", "b = \"HARM\"\n")];
    let case = Case { files: &files, words: &words, with_unsafe: false, locked: &[] };
    assert_eq!(case.run().0, ["a = \"fine\"\n", "b = \"fine\"\n"]);
    assert_eq!(Case { words: &only, ..case }.run().0, ["a = \"TRAP\"\n", "b = \"fine\"\n"]);
}

#[test]
fn many_fixes_with_one_that_harms_take_few_judgements() {
    let mut texts: Vec<(String, String)> =
        (0..64).map(|n| (format!("m{n}/main.tf"), "a = \"BAD\"\nb = \"BAD\"\n".into())).collect();
    texts[40].1 = "a = \"TRAP\"\nb = \"BAD\"\n".into();
    let files: Vec<(&str, &str)> =
        texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let words = [GOOD, word("t/trap", "TRAP", "HARM"), unfixable("t/harm", "HARM")];
    let case = Case { files: &files, words: &words, with_unsafe: false, locked: &[] };
    let (texts, plan, judgements) = case.run();
    assert_eq!(texts[40], "a = \"TRAP\"\nb = \"good\"\n");
    assert_eq!((plan.fixed.values().sum::<usize>(), plan.given_up.len()), (127, 1));
    assert!(judgements < 20, "{judgements}");
}

#[test]
fn many_fixes_that_harm_take_few_judgements() {
    let line = |n: usize, word: &str| format!("a{n} = \"{word}\"\n");
    let text = |good: &str| {
        let lines = (0..200).map(|n| line(n, if n % 2 == 0 { "TRAP" } else { good }));
        lines.collect::<String>()
    };
    let words = [GOOD, word("t/trap", "TRAP", "HARM"), unfixable("t/harm", "HARM")];
    let before = text("BAD");
    let files = [("main.tf", before.as_str())];
    let case = Case { files: &files, words: &words, with_unsafe: false, locked: &[] };
    let (texts, plan, judgements) = case.run();
    assert_eq!(texts, [text("good")]);
    assert_eq!((plan.fixed.values().sum::<usize>(), plan.given_up.len()), (100, 100));
    assert!(judgements < 20, "{judgements}");
}

#[test]
fn what_takes_too_long_to_prove_is_given_up() {
    // All harm shows in another directory.
    let line = |n: usize| format!("a{n} = \"TRAP\"\n");
    let text: String = (0..500).map(line).collect();
    let files = files(&[("a/main.tf", &text), ("b/main.tf", "")]);
    let place = Location::new(FileId(1), TextRange::empty(0));
    let mut judgements = 0;
    let mut judge = |texts: &Texts| {
        judgements += 1;
        let mut found = judge(&files, texts, &[word("t/trap", "TRAP", "HARM")]);
        let harm = 500 - found.len();
        let diagnostic = Diagnostic::new(RuleId::new("t/harm"), Level::Error, place, "harm");
        found.extend(std::iter::repeat_n(diagnostic, harm));
        found
    };
    let request = Request {
        files: &files,
        with_unsafe: false,
        may_edit: &|_| true,
        syntax: &|_| Syntax::Native,
    };
    let first = judge(&Texts::new());
    let plan = plan(request, first, &mut judge);
    assert!(plan.texts.is_empty());
    assert_eq!(plan.given_up.len(), 500);
    assert!(judgements < 250, "{judgements}");
}

#[test]
fn harm_elsewhere_is_traced_to_its_fix() {
    let files = files(&[("a/main.tf", "a = \"TRAP\"\nb = \"BAD\"\n"), ("b/main.tf", "")]);
    let place = Location::new(FileId(1), TextRange::empty(0));
    let mut judge = |texts: &Texts| {
        let mut found = judge(&files, texts, &[GOOD, word("t/trap", "TRAP", "HARM")]);
        if !found.iter().any(|found| found.rule.as_str() == "t/trap") {
            found.push(Diagnostic::new(RuleId::new("t/harm"), Level::Error, place, "harm"));
        }
        found
    };
    let request = Request {
        files: &files,
        with_unsafe: false,
        may_edit: &|_| true,
        syntax: &|_| Syntax::Native,
    };
    let first = judge(&Texts::new());
    let plan = plan(request, first, &mut judge);
    let text = plan.texts.get(&FileId(0)).expect("one is mended");
    assert_eq!(&**text, b"a = \"TRAP\"\nb = \"good\"\n");
    assert_eq!(plan.given_up, [(0, Reason::Worse(RuleId::new("t/harm")))]);
}

#[test]
fn one_unsound_fix_among_many_does_not_spoil_the_others() {
    let lines = |good: &str| {
        let line = |n| format!("a{n} = \"{}\"\n", if n == 77 { "OPEN" } else { good });
        (0..300).map(line).collect::<String>()
    };
    let words = [GOOD, word("t/brace", "OPEN", "\" {")];
    let plan = check(&lines("BAD"), &words, &lines("good"), 299);
    assert_eq!(plan.given_up, [(0, Reason::Unsound)]);
}

#[test]
fn fixes_that_find_no_end_are_given_up() {
    let circle = [word("t/a", "ONE", "TWO"), word("t/a", "TWO", "ONE")];
    let plan = check("a = \"ONE\"\n", &circle, "a = \"ONE\"\n", 0);
    assert_eq!(plan.given_up, [(0, Reason::Endless)]);
    let same = [GOOD, word("t/a", "ONE", "ONE"), word("t/end", "# end", "# end\n")];
    check("a = \"ONE\"\nb = \"BAD\"\n# end", &same, "a = \"ONE\"\nb = \"good\"\n# end", 1);
    let growing = [word("t/a", "X", "XX")];
    let plan = check("a = \"X\"\n", &growing, "a = \"X\"\n", 0);
    assert_eq!(plan.given_up, [(0, Reason::Worse(RuleId::new("t/a")))]);
    let words = [GOOD, circle[0], circle[1]];
    check("a = \"ONE\"\nb = \"BAD\"\n", &words, "a = \"ONE\"\nb = \"good\"\n", 1);
    let words = [GOOD, word("t/a", "ONE", "TWO"), word("t/b", "TWO", "ONE")];
    check("a = \"ONE\"\nb = \"BAD\"\n", &words, "a = \"ONE\"\nb = \"good\"\n", 1);
}

#[test]
fn broken_texts_and_lost_comments_are_given_up() {
    let words = [GOOD, word("t/brace", "OPEN", "\" {"), word("t/note", "# note", "")];
    let text = "a = \"BAD\"\nb = \"OPEN\" # note\nc = \"BAD\"\n";
    let plan = check(text, &words, "a = \"good\"\nb = \"OPEN\" # note\nc = \"good\"\n", 2);
    assert_eq!(plan.given_up, [(0, Reason::Unsound), (1, Reason::Unsound)]);
    // Ours reads on, hcl-edit refuses a key that is there twice.
    check("a = \"BAD\"\nB = 1\n", &[word("t/b", "B =", "a ="), GOOD], "a = \"good\"\nB = 1\n", 1);
}

#[test]
fn fixes_of_suppressions_may_take_comments_away() {
    let comment = "# cfglint:ignore a/b";
    let words = [word("core/unused-suppression", "# cfglint:ignore a/b\n", "")];
    check(&format!("{comment}\na = 1 # x\n"), &words, "a = 1 # x\n", 1);
    let both = [word("core/unused-suppression", "# cfglint:ignore a/b\n# x", "")];
    check(&format!("{comment}\n# x\na = 1\n"), &both, "\na = 1\n", 1);
    let other = [word("t/other", "# cfglint:ignore a/b\n", "")];
    check(&format!("{comment}\na = 1\n"), &other, &format!("{comment}\na = 1\n"), 0);
}

#[test]
fn line_ends_and_the_end_of_the_file_are_kept() {
    let split = [word("t/split", "SPLIT", "x\"\nb = \"y")];
    check("a = \"SPLIT\"\r\nc = 1\r\n", &split, "a = \"x\"\r\nb = \"y\"\r\nc = 1\r\n", 1);
    check("a = \"SPLIT\"\nc = 1\n", &split, "a = \"x\"\nb = \"y\"\nc = 1\n", 1);
    let last = [word("t/last", "c = 1", "")];
    check("a = 1\r\nc = 1", &last, "a = 1", 1);
    check("\u{feff}a = \"BAD\"", &[GOOD], "\u{feff}a = \"good\"", 1);
}

#[test]
fn json_is_read_by_another_reader_too() {
    let files = [("main.tf.json", "{\"a\": \"BAD\", \"b\": \"COMMA\"}\n")];
    let words = [GOOD, word("t/comma", "\"COMMA\"", "\"x\",")];
    let case = Case { files: &files, words: &words, with_unsafe: false, locked: &[] };
    assert_eq!(case.run().0, ["{\"a\": \"good\", \"b\": \"COMMA\"}\n"]);
}

#[test]
fn suppressed_diagnostics_are_not_mended() {
    let files = files(&[("main.tf", "a = \"BAD\"\n")]);
    let mut found = judge(&files, &Texts::new(), &[GOOD]);
    found[0].suppressed = Some(diagnostics::Suppression {
        kind: diagnostics::SuppressionKind::Comment,
        justification: None,
    });
    let request = Request {
        files: &files,
        with_unsafe: true,
        may_edit: &|_: FileId| true,
        syntax: &|_| Syntax::Native,
    };
    let plan = plan(request, found, &mut |_| panic!("nothing is to be judged"));
    assert!(plan.texts.is_empty());
}

#[test]
fn edits_that_do_not_fit_are_never_applied() {
    let files = files(&[("main.tf", "a = 1\n")]);
    for ranges in [&[(4, 90)][..], &[(90, 91)], &[(0, 3), (2, 4)]] {
        let edits: Vec<Edit> = ranges
            .iter()
            .map(|(start, end)| Edit {
                location: Location::new(FileId(0), TextRange::new(*start, *end)),
                text: "b".to_owned(),
            })
            .collect();
        let location = edits[0].location;
        let fix = Fix { safety: Safety::Safe, title: "t".to_owned(), edits };
        let found = Diagnostic::new(RuleId::new("t/x"), Level::Error, location, "m");
        let found = vec![found.with_fix(Some(fix))];
        let request = Request {
            files: &files,
            with_unsafe: true,
            may_edit: &|_: FileId| true,
            syntax: &|_| Syntax::Native,
        };
        let plan = plan(request, found, &mut |_| panic!("nothing is to be judged"));
        assert!(plan.texts.is_empty(), "{ranges:?}");
        assert_eq!(plan.given_up, [(0, Reason::Unsound)], "{ranges:?}");
    }
}
