//! Tests of reading one file. Marks in the text, `«` and `»`, say where a diagnostic sits.

mod joining;
mod mutations;

use diagnostics::{Diagnostic, Level, core};
use rulebook::{RuleEntry, RuleIndex};
use source::{FileId, TextRange};

use crate::{Config, FailOn, Preset, Reading, Setting, read};

const FILE: FileId = FileId(7);

fn index() -> RuleIndex {
    let rule = |id, level, group| RuleEntry { id, level, group, preset: None, aliases: &[] };
    RuleIndex::new([
        RuleEntry {
            aliases: &["cognito/implicit-flow"],
            ..rule("cognito/oauth-implicit-flow", Level::Warning, "best-practice")
        },
        rule("cognito/oauth-flow-unknown", Level::Error, "api"),
        rule("cognito/client-name-style", Level::Warning, "style"),
        rule("cognito/scope-hint", Level::Note, "best-practice"),
        rule("other/thing", Level::Error, "api"),
        rule("core/config", Level::Error, "core"),
        rule("core/limit", Level::Error, "core"),
    ])
}

fn reading(text: &str) -> Reading {
    read(text.as_bytes().into(), FILE, &index())
}

/// What a text without mistakes says.
fn config(text: &str) -> Config {
    let Reading { config, problems } = reading(text);
    assert!(problems.is_empty(), "{text}: {problems:?}");
    config
}

/// The only diagnostic of `marked`, which sits between its marks, and the text after its fix.
fn problem(marked: &str) -> (Diagnostic, Option<String>) {
    let text = marked.replace(['«', '»'], "");
    let Reading { problems, .. } = reading(&text);
    let [problem] = &problems[..] else { panic!("{text}: {problems:?}") };
    assert_eq!(problem.rule, core::CONFIG);
    let start = marked.find('«').expect("there is a mark");
    let end = marked.find('»').expect("there is a mark") - '«'.len_utf8();
    let at = |offset: usize| u32::try_from(offset).expect("a short text");
    let range = TextRange::new(at(start), at(end));
    assert_eq!((problem.location.file, problem.location.range), (FILE, range), "{marked}");
    let fixed = problem.fix.as_ref().map(|fix| {
        let mut fixed = text.clone();
        for edit in fix.edits.iter().rev() {
            let range = edit.location.range;
            fixed.replace_range(range.start() as usize..range.end() as usize, &edit.text);
        }
        fixed
    });
    (problem.clone(), fixed)
}

/// The text has one mistake, told by `message`; its fix, if any, gives `fixed`, which has none.
fn check(marked: &str, message: &str, fixed: Option<&str>) {
    let (problem, after) = problem(marked);
    assert_eq!((problem.level, &*problem.message), (Level::Error, message));
    assert_eq!(after.as_deref(), fixed, "{marked}");
    if let Some(fixed) = fixed {
        config(fixed);
    }
}

fn rules(config: &Config) -> Vec<(String, Setting)> {
    config.rules.iter().map(|rule| (rule.pattern.to_string(), rule.setting)).collect()
}

#[test]
fn a_file_sets_all_there_is() {
    let config = config(
        "root = true\npreset = \"strict\"\nfail_on = \"never\"\nexclude = [\"vendor/\", \"!keep.tf\"]\n\
         extends = \"../base.hcl\"\nrule \"cognito/*\" {\n  level = \"off\"\n}\n\
         rule \"core/limit\" { level = \"note\" }\n",
    );
    assert!(config.root);
    assert_eq!((config.preset, config.fail_on), (Some(Preset::Strict), Some(FailOn::Never)));
    let patterns: Vec<_> = config.exclude.iter().map(|exclude| &*exclude.pattern).collect();
    assert_eq!(patterns, ["vendor/", "!keep.tf"]);
    assert_eq!(config.extends[0].path, "../base.hcl");
    let expect = [
        ("cognito/*".to_owned(), Setting::Off),
        ("core/limit".to_owned(), Setting::Level(Level::Note)),
    ];
    assert_eq!(rules(&config), expect);
}

#[test]
fn values_may_be_computed() {
    let config = config(
        "preset = lower(\"STRICT\")\nexclude = [for x in [\"a\", \"b\"] : \"${x}/\"]\n\
         extends = concat([\"a.hcl\"], [\"b.hcl\"])\nroot = 1 < 2\nfail_on = null\n",
    );
    assert_eq!((config.preset, config.fail_on, config.root), (Some(Preset::Strict), None, true));
    assert_eq!((config.exclude.len(), config.extends.len()), (2, 2));
}

#[test]
fn unknown_settings_are_told() {
    check(
        "«presett» = \"strict\"",
        "cfglint has no setting `presett`; did you mean `preset`?",
        Some("preset = \"strict\""),
    );
    let known =
        "there are `root`, `preset`, `fail_on`, `exclude`, `extends`, `schema` and `rule` blocks";
    check("«colour» = 1", &format!("cfglint has no setting `colour`; {known}"), None);
    check(
        "«rules» \"core/limit\" { level = \"note\" }",
        "cfglint has no blocks `rules`; did you mean `rule`?",
        Some("rule \"core/limit\" { level = \"note\" }"),
    );
    check("«plugin» \"x\" {}", "cfglint has no blocks `plugin`; the only blocks are `rule`", None);
    check("«exclude» {}", "`exclude` is an argument; write `exclude = …`", None);
    check("«rule» = {}", "`rule` is a block; write `rule \"pack/name\" { level = \"off\" }`", None);
    // Both together would be set twice.
    let two = reading("preset = \"strict\"\npresett = \"strict\"\n").problems;
    assert!(two.len() == 1 && two[0].fix.is_none());
}

#[test]
fn wrong_values_are_told() {
    let mistake = "is not a preset; did you mean";
    let fixed = Some("preset = \"strict\"");
    check("preset = «\"stirct\"»", &format!("`stirct` {mistake} `strict`?"), fixed);
    let all = "use `recommended`, `strict` or `minimal`";
    check("preset = «\"loud\"»", &format!("`loud` is not a preset; {all}"), None);
    check("preset = «lower(\"STIRCT\")»", &format!("`stirct` {mistake} `strict`?"), None);
    check("preset = «strict»", "`strict` is not in quotes; write `\"strict\"`", fixed);
    check("preset = «elsewhere»", "there is nothing called `elsewhere` here", None);
    let takes = "takes a quoted string: `recommended`, `strict` or `minimal`";
    check("preset = «[\"strict\"]»", &format!("`preset` {takes}"), None);
    check(
        "fail_on = «\"warn\"»",
        "`warn` is not a level to fail on; did you mean `warning`?",
        Some("fail_on = \"warning\""),
    );
    // `none` is nearer to `note`, but means the contrary.
    check(
        "fail_on = «\"none\"»",
        "`none` is not a level to fail on; did you mean `never`?",
        Some("fail_on = \"never\""),
    );
    check(
        "rule \"*\" { level = «none» }",
        "`none` is not in quotes; write `\"off\"`",
        Some("rule \"*\" { level = \"off\" }"),
    );
    check("preset = «\"none\"»", &format!("`none` is not a preset; {all}"), None);
    check("root = «\"true\"»", "`root` takes `true` or `false`", Some("root = true"));
    check("root = «yes»", "`root` takes `true` or `false`", None);
    check("root = «1»", "`root` takes `true` or `false`", None);
    check("preset = «timestamp()»", "the value of `preset` is not known", None);
    check("preset = \"a${1 + «\"b\"»}\"", "`+` needs a number: a number is required", None);
}

#[test]
fn lists_are_lists_of_strings() {
    check(
        "exclude = «\"vendor/\"»",
        "`exclude` takes a list of quoted strings",
        Some("exclude = [\"vendor/\"]"),
    );
    check("exclude = [\"a\", «1»]", "the elements of `exclude` are quoted strings", None);
    check("extends = «true»", "`extends` takes a quoted string or a list of quoted strings", None);
    check("extends = «\"\"»", "the path is empty", None);
    check("schema = «1»", "`schema` takes a quoted string or a list of quoted strings", None);
    check("schema = [«\"\"»]", "the path is empty", None);
    check("exclude = [«\" \"»]", "the pattern matches nothing", None);
    let comment = "a pattern that begins with `#` is a comment; write `\\\\#`";
    check("exclude = [«\"#x\"»]", comment, None);
    let dot = "a pattern with `.` in its path matches nothing; patterns are relative to the \
               directory of this file";
    check("exclude = [«\"./a/\"»]", dot, Some("exclude = [\"/a/\"]"));
    check("exclude = [«\"!./a\"»]", dot, Some("exclude = [\"!/a\"]"));
    check("exclude = [«\"\\u002e/a\"»]", dot, None);
    check("exclude = [«\"a/.\"»]", dot, None);
    check("exclude = [«\"./../a\"»]", dot, None);
    check("exclude = [«\"../a\"»]", &dot.replace("`.`", "`..`"), None);
    assert_eq!(config("exclude = [\".a\", \"..a/b.\", \" #a\"]").exclude.len(), 3);
    let many = format!("extends = [{}]", "\"a\",".repeat(101));
    let Reading { config, problems } = reading(&many);
    assert_eq!((config.extends.len(), problems.len()), (100, 1));
    let many = format!("schema = [{}]", "\"a\",".repeat(101));
    let Reading { config, problems } = reading(&many);
    assert_eq!((config.schemas.len(), problems.len()), (100, 1));
    assert_eq!(config.schemas[0].path, "a");
    let many = format!("exclude = [{}]", "\"a\",".repeat(1001));
    let Reading { config, problems } = reading(&many);
    assert_eq!((config.exclude.len(), problems.len()), (1000, 1));
}

#[test]
fn rules_are_checked() {
    check(
        "rule «\"cognito/oauth-implict-flow\"» { level = \"off\" }",
        "there is no rule `cognito/oauth-implict-flow`; did you mean `cognito/oauth-implicit-flow`?",
        Some("rule \"cognito/oauth-implicit-flow\" { level = \"off\" }"),
    );
    check(
        "rule «\"cognito\"» { level = \"off\" }",
        "there is no rule `cognito`; did you mean `cognito/*`?",
        Some("rule \"cognito/*\" { level = \"off\" }"),
    );
    check(
        "rule «\"aws/scope-hint\"» { level = \"off\" }",
        "there is no rule `aws/scope-hint`; did you mean `cognito/scope-hint`?",
        Some("rule \"cognito/scope-hint\" { level = \"off\" }"),
    );
    // It may be a rule of another version.
    check(
        "rule «\"cognito/client-naming-styles\"» { level = \"off\" }",
        "there is no rule `cognito/client-naming-styles`; did you mean `cognito/client-name-style`?",
        None,
    );
    let second =
        "rule \"core/limit\" { level = \"note\" }\nrule \"core/limt\" { level = \"note\" }";
    assert_eq!(reading(second).problems[0].fix, None);
    let lists = "`cfglint rules` lists all";
    check("rule «\"a/b\"» { level = \"off\" }", &format!("there is no rule `a/b`; {lists}"), None);
    let patterns = "`*` and `pack/*` are the only patterns";
    let expect = format!("there is no rule `cognito/xyz-*`; {patterns}");
    check("rule «\"cognito/xyz-*\"» { level = \"off\" }", &expect, None);
    check(
        "rule \"*\" { level = «\"eror\"» }",
        "`eror` is not a level; did you mean `error`?",
        Some("rule \"*\" { level = \"error\" }"),
    );
    let unlabelled = "`rule` needs the id of a rule; write `rule \"pack/name\" { … }`";
    check("«rule» { level = \"off\" }", unlabelled, None);
    let two = "`rule` takes one label; write a block for each rule";
    check("rule \"*\" «\"core/*\"» { level = \"note\" }", two, None);
    let missing = "`level` is missing; write `level = \"off\"` or another level";
    check("«rule \"*\"» {}", missing, None);
    check(
        "rule \"*\" { «levle» = \"note\" }",
        "`rule` has no setting `levle`; did you mean `level`?",
        Some("rule \"*\" { level = \"note\" }"),
    );
    let other = "`rule` has no setting `options`; there is only `level`";
    check("rule \"*\" {\n  level = \"note\"\n  «options» {}\n}", other, None);
}

#[test]
fn the_core_is_never_off() {
    let off = "`core/config` cannot be off; use `note`, `warning` or `error`";
    check("rule \"core/config\" { level = «\"off\"» }", off, None);
    let all = "`core/*` cannot be off; use `note`, `warning` or `error`";
    check("rule \"core/*\" { level = «\"off\"» }", all, None);
    assert!(reading("rule \"core/*\" { level = \"off\" }").config.rules.is_empty());
}

#[test]
fn former_ids_count_and_are_told() {
    let text = "rule «\"cognito/implicit-flow\"» { level = \"off\" }";
    let (problem, fixed) = problem(text);
    assert_eq!(problem.level, Level::Warning);
    let message = "the rule `cognito/implicit-flow` is called `cognito/oauth-implicit-flow` now";
    assert_eq!(problem.message, message);
    let expect = [("cognito/oauth-implicit-flow".to_owned(), Setting::Off)];
    let fixed = config(&fixed.expect("there is a fix"));
    assert_eq!(rules(&fixed), expect);
    assert_eq!(rules(&reading(&text.replace(['«', '»'], "")).config), expect);
}

#[test]
fn a_pattern_comes_once() {
    let text = "rule \"cognito/oauth-implicit-flow\" { level = \"off\" }\n\
                rule «\"cognito/oauth-implicit-flow\"» { level = \"error\" }\n";
    let (problem, _) = problem(text);
    assert_eq!(problem.message, "the level of `cognito/oauth-implicit-flow` is set twice");
    assert_eq!(problem.related[0].location.range, TextRange::new(5, 34));
    let first = reading(&text.replace(['«', '»'], "")).config;
    assert_eq!(rules(&first), [("cognito/oauth-implicit-flow".to_owned(), Setting::Off)]);
}

#[test]
fn broken_text_leaves_the_rest() {
    let text = "preset = \"strict\"\nfail_on = = \"note\"\nrule \"*\" {\n  level = \"off\"\n}\n";
    let Reading { config, problems } = reading(text);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!((config.preset, config.fail_on), (Some(Preset::Strict), None));
    assert_eq!(rules(&config), [("*".to_owned(), Setting::Off)]);
    let twice = reading("preset = \"strict\"\npreset = \"minimal\"\n");
    assert_eq!((twice.config.preset, twice.problems.len()), (Some(Preset::Strict), 1));
    let utf16: Vec<u8> = "preset = \"x\"\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let other = read([&[0xff, 0xfe], &utf16[..]].concat().into(), FILE, &index());
    assert_eq!((other.config, other.problems.len()), (Config::default(), 1));
}

#[test]
fn messages_are_not_longer_than_lines() {
    let long = "x".repeat(100_000);
    for text in [format!("{long} = 1"), format!("preset = \"{long}\""), format!("{long} {{}}")] {
        assert!(reading(&text).problems[0].message.len() < 300);
    }
    let control = reading("preset = \"a\\tb\"").problems;
    assert!(control[0].message.starts_with("`a\u{fffd}b` is not"), "{control:?}");
}
