//! Configuration files of cfglint: found upwards, joined, extended; what they exclude.
#![allow(clippy::disallowed_methods, reason = "tests make files")]

mod support;

use std::path::PathBuf;

use cfglint_project::{ConfigSource, Discovery, ProjectError, Setup, find};
use config::{Choice, FailOn};
use diagnostics::{Level, RuleId};
use rulebook::{RuleEntry, RuleIndex};
use support::tree;
use tempfile::TempDir;

const STRICT: &str = "fail_on = \"note\"\n";

fn setup(source: ConfigSource) -> Setup {
    let rule =
        |id| RuleEntry { id, level: Level::Warning, group: "api", preset: None, aliases: &[] };
    let index = RuleIndex::new([rule("a/x"), rule("a/y"), rule("core/config")]);
    Setup { source, index, ..Setup::default() }
}

fn discover(directory: &TempDir, cwd: &str, paths: &[&str], source: ConfigSource) -> Discovery {
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let cwd = directory.path().join(cwd);
    find(&paths, &cwd, setup(source)).expect("all paths are there").load()
}

fn search(directory: &TempDir, cwd: &str, paths: &[&str]) -> Discovery {
    discover(directory, cwd, paths, ConfigSource::Search)
}

/// The files whose diagnostics are wanted.
fn wanted(found: &Discovery) -> Vec<&str> {
    let files = found.files.iter().filter(|(id, _)| found.wants(*id) && !found.is_config(*id));
    files.map(|(_, file)| file.path()).collect()
}

/// The configuration files that were read.
fn read(found: &Discovery) -> Vec<&str> {
    let files = found.files.iter().filter(|(id, _)| found.is_config(*id));
    files.map(|(_, file)| file.path()).collect()
}

fn problems(found: &Discovery) -> Vec<String> {
    let problems = found.config_problems(&found.files);
    let show = |problem: &diagnostics::Diagnostic| {
        let place = problem.location;
        let path = found.files.get(place.file).path();
        let range = found.files.slice(place);
        format!("{path}: {}: {}", String::from_utf8_lossy(range), problem.message)
    };
    problems.iter().map(show).collect()
}

/// The level that fails for each Terraform file.
fn fail_on(found: &Discovery) -> Vec<(&str, FailOn)> {
    let files = found.files.iter().filter(|(id, _)| !found.is_config(*id));
    files.map(|(id, file)| (file.path(), found.policy(id).fail_on())).collect()
}

#[test]
fn files_on_the_way_up_are_joined() {
    let tree = tree(&[
        (".cfglint.hcl", STRICT),
        ("p/.git/HEAD", ""),
        ("p/.cfglint.hcl", "fail_on = \"error\"\nrule \"a/*\" { level = \"off\" }\n"),
        ("p/a.tf", ""),
        ("p/m/.cfglint.hcl", "fail_on = \"never\"\n"),
        ("p/m/n/a.tf", ""),
        ("p/top/.cfglint.hcl", "root = true\n"),
        ("p/top/a.tf", ""),
        ("p/sub/.git", "gitdir: elsewhere"),
        ("p/sub/a.tf", ""),
    ]);
    let found = search(&tree, "p", &["."]);
    let expect = [
        ("a.tf", FailOn::Error),
        ("m/n/a.tf", FailOn::Never),
        ("sub/a.tf", FailOn::Warning),
        ("top/a.tf", FailOn::Warning),
    ];
    assert_eq!(fail_on(&found), expect);
    let rule = RuleId::new("a/x");
    let off: Vec<_> =
        found.files.iter().map(|(id, _)| found.policy(id).choice(&rule) == Choice::Off).collect();
    assert_eq!(off[..4], [true, true, false, false]);
    assert_eq!(read(&found), [".cfglint.hcl", "m/.cfglint.hcl", "top/.cfglint.hcl"]);
    // From below it is the same.
    let below = search(&tree, "p/m/n", &["a.tf"]);
    assert_eq!(fail_on(&below), [("a.tf", FailOn::Never)]);
    assert_eq!(read(&below), ["../../.cfglint.hcl", "../.cfglint.hcl"]);
    assert!(below.policy(below.modules[0].config[0]).choice(&rule) == Choice::Off);
}

#[test]
fn the_search_ends_at_the_project_root() {
    let tree = tree(&[
        (".cfglint.hcl", STRICT),
        ("p/a.tf", ""),
        ("q/.cfglint.hcl", "root = true"),
        ("q/m/a.tf", ""),
        ("q/m/up.tf", "-> ../shared.tf"),
        ("q/m/out.tf", "-> ../../p/a.tf"),
        ("q/shared.tf", ""),
    ]);
    // Without a sign of a root it is the working directory.
    assert_eq!(fail_on(&search(&tree, "p", &["."])), [("a.tf", FailOn::Warning)]);
    assert_eq!(fail_on(&search(&tree, ".", &["p"])), [("p/a.tf", FailOn::Note)]);
    assert_eq!(fail_on(&search(&tree, "p", &["../q/shared.tf"])).len(), 1);
    // A configuration file makes a root, also above the working directory.
    let found = search(&tree, "q/m", &["."]);
    assert!(found.root.ends_with("/q"), "{}", found.root);
    assert_eq!(read(&found), ["../.cfglint.hcl"]);
    let unread: Vec<_> = found.problems.iter().map(|problem| problem.location.file).collect();
    assert_eq!(unread.len(), 1);
    assert_eq!(found.files.get(unread[0]).path(), "out.tf");
}

#[test]
fn what_is_excluded_is_not_judged() {
    let tree = tree(&[
        (".cfglint.hcl", "exclude = [\"vendor/\", \"**/gen.tf\", \"/m/top.tf\", \"only/*.tf\"]"),
        ("a.tf", ""),
        ("gen.tf", ""),
        ("vendor/.cfglint.hcl", "nonsense = 1"),
        ("vendor/a.tf", ""),
        ("m/top.tf", ""),
        ("m/m/top.tf", ""),
        ("m/vendor/n/a.tf", ""),
        ("keep/.cfglint.hcl", "exclude = [\"!gen.tf\"]"),
        ("keep/gen.tf", ""),
        ("only/a.tf", ""),
        ("free/.cfglint.hcl", "root = true"),
        ("free/gen.tf", ""),
    ]);
    let all = ["a.tf", "free/gen.tf", "keep/gen.tf", "m/m/top.tf"];
    let found = search(&tree, ".", &["."]);
    assert_eq!(wanted(&found), all);
    // The module is read whole.
    assert_eq!((found.modules[0].config.len(), found.file_count()), (2, 4));
    assert!(problems(&found).is_empty());
    // What is named is checked all the same.
    assert_eq!(wanted(&search(&tree, ".", &["gen.tf"])), ["gen.tf"]);
    assert_eq!(wanted(&search(&tree, ".", &[".", "gen.tf"]))[..2], ["a.tf", "free/gen.tf"]);
    assert!(wanted(&search(&tree, ".", &[".", "gen.tf"])).contains(&"gen.tf"));
    assert_eq!(wanted(&search(&tree, ".", &["vendor"])), ["vendor/a.tf"]);
    assert_eq!(wanted(&search(&tree, "vendor", &["."])), ["a.tf"]);
    assert_eq!(wanted(&search(&tree, ".", &["only"])), [""; 0]);
    assert_eq!(wanted(&discover(&tree, ".", &["."], ConfigSource::None)).len(), 9);
}

#[test]
fn patterns_count_behind_a_link_that_is_named() {
    let tree = tree(&[
        ("p/.cfglint.hcl", "root = true\nexclude = [\"/m/a.tf\", \"/m/n/b.tf\"]"),
        ("p/m/a.tf", ""),
        ("p/m/n/b.tf", ""),
        ("p/m/n/c.tf", ""),
        ("link", "-> p/m"),
    ]);
    let found = search(&tree, ".", &["link"]);
    assert_eq!(wanted(&found), ["link/n/c.tf"]);
    assert_eq!(read(&found), ["p/.cfglint.hcl"]);
}

#[test]
fn patterns_that_cannot_be_read_are_told() {
    let tree =
        tree(&[(".cfglint.hcl", "exclude = [\"[z-a].tf\", \"b.tf\"]"), ("a.tf", ""), ("b.tf", "")]);
    let found = search(&tree, ".", &["."]);
    let expect = ".cfglint.hcl: \"[z-a].tf\": the pattern cannot be read: invalid range; `z` > `a`";
    assert_eq!(problems(&found), [expect]);
    assert_eq!(wanted(&found), ["a.tf"]);
}

#[test]
fn patterns_are_those_of_gitignore() {
    let check = |pattern: &str, expect: &[&str]| {
        let text = format!("exclude = [\"{pattern}\"]");
        let tree =
            tree(&[(".cfglint.hcl", &text), ("x/a.tf", ""), ("x/b.tf", ""), ("{{name}}/a.tf", "")]);
        let found = search(&tree, ".", &["."]);
        assert_eq!(problems(&found), [""; 0], "{pattern}");
        assert_eq!(wanted(&found), expect, "{pattern}");
        assert_eq!(found.leaves_out(), expect.len() < 3, "{pattern}");
    };
    let all = ["x/a.tf", "x/b.tf", "{{name}}/a.tf"];
    check("{a,b}.tf", &all);
    check("{a", &all);
    check("{{name}}/", &["x/a.tf", "x/b.tf"]);
    check("[{]*", &["x/a.tf", "x/b.tf"]);
    check("[!a].tf", &["x/a.tf", "{{name}}/a.tf"]);
    check("x/a.tf/", &all);
    check("X", &all);
    check("x  ", &["{{name}}/a.tf"]);
    check("/a.tf", &all);
}

#[test]
fn patterns_are_not_endless() {
    let long = format!("\"{}\",", "**/a*/".repeat(170));
    let text = |names: &str| format!("exclude = [{}]\nextends = [{names}]", long.repeat(40));
    let (own, other) = (text("\"other.hcl\""), text(""));
    let tree = tree(&[(".cfglint.hcl", &own), ("other.hcl", &other), ("a.tf", "")]);
    let told = problems(&search(&tree, ".", &["."]));
    let [told] = &told[..] else { panic!("{told:?}") };
    let expect = "the patterns from here on do not count: they are too long together";
    assert!(told.starts_with(".cfglint.hcl: ") && told.ends_with(expect), "{told}");
}

#[test]
fn values_of_variables_alone_are_not_checked() {
    let tree = tree(&[
        (".cfglint.hcl", "exclude = [\"*.tf\"]"),
        ("m/a.tf", ""),
        ("m/terraform.tfvars", ""),
        ("n/a.tofu", ""),
    ]);
    for path in [".", "m"] {
        let found = search(&tree, ".", &[path]);
        assert_eq!(found.modules.len(), usize::from(path == "."), "{path}");
        assert!(found.leaves_out());
    }
    let named = search(&tree, ".", &["m", "m/terraform.tfvars"]);
    assert_eq!(wanted(&named), ["m/terraform.tfvars"]);
}

#[test]
fn what_is_extended_is_read_first() {
    let tree = tree(&[
        ("p/.git/HEAD", ""),
        ("p/a.hcl", "fail_on = \"error\"\nexclude = [\"/x.tf\"]\nextends = \"more/c.hcl\""),
        ("p/b.hcl", "fail_on = \"never\"\nroot = true\nextends = [\"a.hcl\"]"),
        ("p/more/c.hcl", "rule \"a/x\" { level = \"error\" }\nfail_on = \"note\""),
        ("p/m/.cfglint.hcl", "extends = [\"../a.hcl\", \"../b.hcl\"]"),
        ("p/m/x.tf", ""),
        ("p/m/y.tf", ""),
        ("p/n/.cfglint.hcl", "extends = \"../a.hcl\"\nfail_on = \"warning\""),
        ("p/n/z.tf", ""),
    ]);
    let found = search(&tree, "p", &["."]);
    assert_eq!(problems(&found), [""; 0]);
    // Patterns count from where the file is extended.
    assert_eq!(wanted(&found), ["m/y.tf", "n/z.tf"]);
    let expect =
        [("m/x.tf", FailOn::Never), ("m/y.tf", FailOn::Never), ("n/z.tf", FailOn::Warning)];
    assert_eq!(fail_on(&found), expect);
    let rule = RuleId::new("a/x");
    let choice = found.policy(found.modules[0].config[0]).choice(&rule);
    assert_eq!(choice, Choice::Level(Level::Error));
    let files = ["a.hcl", "b.hcl", "m/.cfglint.hcl", "more/c.hcl", "n/.cfglint.hcl"];
    assert_eq!(read(&found), files);
}

#[test]
fn what_cannot_be_extended_is_told_where_it_is() {
    let tree = tree(&[
        ("out.hcl", "fail_on = \"note\""),
        ("p/.git/HEAD", ""),
        (
            "p/.cfglint.hcl",
            "extends = [\"no.hcl\", \"../out.hcl\", \"link.hcl\", \"sub\", \"a.tf\", \"ok.hcl\", \"../no.hcl\"]",
        ),
        ("p/ok.hcl", "fail_on = \"error\""),
        ("p/link.hcl", "-> ../out.hcl"),
        ("p/sub/x", ""),
        ("p/a.tf", ""),
    ]);
    let found = search(&tree, "p", &["."]);
    let mut told = problems(&found);
    told.sort();
    let expect = [
        "\"../no.hcl\": the file that is extended is not read: it lies outside the project",
        "\"../out.hcl\": the file that is extended is not read: it lies outside the project",
        "\"a.tf\": the file that is extended is not read: it is a file of Terraform",
        "\"link.hcl\": the file that is extended is not read: it lies outside the project",
        "\"no.hcl\": the file that is extended cannot be read: it is not there",
        "\"sub\": the file that is extended cannot be read: not a regular file",
    ];
    assert_eq!(told, expect.map(|text| format!(".cfglint.hcl: {text}")));
    assert_eq!(fail_on(&found), [("a.tf", FailOn::Error)]);
}

#[test]
fn circles_are_told_where_they_close() {
    let tree = tree(&[
        (".cfglint.hcl", "extends = \"a.hcl\"\nfail_on = \"note\""),
        ("a.hcl", "extends = [\"b.hcl\"]"),
        ("b.hcl", "extends = [\"a.hcl\", \"b.hcl\"]"),
        ("a.tf", ""),
    ]);
    let found = search(&tree, ".", &["."]);
    let mut told = problems(&found);
    told.sort();
    let expect = [
        "b.hcl: \"a.hcl\": the files extend each other",
        "b.hcl: \"b.hcl\": the file extends itself",
    ];
    assert_eq!(told, expect);
    let both = found.config_problems(&found.files);
    let related: Vec<_> = both.iter().flat_map(|problem| &problem.related).collect();
    assert_eq!(found.files.get(related[0].location.file).path(), "a.hcl");
    assert_eq!(fail_on(&found), [("a.tf", FailOn::Note)]);
}

#[test]
fn links_lead_to_no_file_twice() {
    let tree = tree(&[
        (".cfglint.hcl", "extends = [\"loop/loop/a.hcl\", \"b.hcl\"]"),
        ("a.hcl", "extends = \"loop/b.hcl\""),
        ("b.hcl", "-> a.hcl"),
        ("loop", "-> ."),
        ("a.tf", ""),
    ]);
    let found = search(&tree, ".", &["."]);
    assert_eq!(read(&found), [".cfglint.hcl", "a.hcl"]);
    assert_eq!(problems(&found), ["a.hcl: \"loop/b.hcl\": the file extends itself"]);
}

#[test]
fn doubling_chains_cost_nothing() {
    let mut files = vec![("a.tf".to_owned(), String::new())];
    files.push((".cfglint.hcl".to_owned(), "extends = [\"0a.hcl\", \"0b.hcl\"]".to_owned()));
    for level in 0..60 {
        let text = format!("extends = [\"{0}a.hcl\", \"{0}b.hcl\"]", level + 1);
        for side in ["a", "b"] {
            files.push((format!("{level}{side}.hcl"), text.clone()));
        }
    }
    let files: Vec<_> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    let found = search(&tree(&files), ".", &["."]);
    assert_eq!(read(&found).len(), 100);
    assert!(
        problems(&found).iter().any(|text| text.ends_with("more than 100 files extend each other"))
    );
}

#[test]
fn what_cannot_be_read_is_told() {
    let check = |text: &str, expect: &str| {
        let tree =
            tree(&[("out", STRICT), ("p/.git/HEAD", ""), ("p/.cfglint.hcl", text), ("p/a.tf", "")]);
        let found = search(&tree, "p", &["."]);
        assert_eq!(problems(&found), [format!(".cfglint.hcl: : {expect}")]);
        assert_eq!(fail_on(&found), [("a.tf", FailOn::Warning)]);
    };
    check("-> nowhere", "cannot be read: it is not there");
    check("-> .cfglint.hcl", "cannot be read: too many levels of symbolic links");
    check("-> ../out", "is not read: it is a link that leads out of the project");
    check("-> .git", "cannot be read: not a regular file");
    check(&" ".repeat(1024 * 1024 + 1), "is not read: it is longer than 1 MiB");
}

#[test]
fn only_what_counts_is_told() {
    let broken = "nonsense = 1";
    let tree = tree(&[
        ("a/.cfglint.hcl", broken),
        ("a/a.tf", ""),
        ("b/.cfglint.hcl", broken),
        ("c/a.tf", ""),
    ]);
    assert_eq!(problems(&search(&tree, ".", &["."])).len(), 1);
    assert_eq!(problems(&search(&tree, ".", &["c"])), [""; 0]);
    // A directory that was named counts even when nothing is in it.
    assert_eq!(problems(&search(&tree, ".", &["b"])).len(), 1);
}

#[test]
fn a_file_that_is_named_is_judged_alone() {
    let tree = tree(&[("m/.cfglint.hcl", "nonsense = 1"), ("m/a.tf", ""), ("m/n/b.tf", "")]);
    let found = search(&tree, ".", &["m/.cfglint.hcl"]);
    assert_eq!((problems(&found).len(), found.file_count()), (1, 0));
    assert_eq!(found.notices, ["of `m/.cfglint.hcl` only its own mistakes are reported"]);
}

#[test]
fn a_file_may_be_named_instead() {
    let tree = tree(&[
        (".cfglint.hcl", STRICT),
        ("ci/strict.hcl", "fail_on = \"error\"\nexclude = [\"/b.tf\"]\nextends = \"base.hcl\""),
        ("ci/base.hcl", "rule \"a/y\" { level = \"off\" }"),
        ("a.tf", ""),
        ("b.tf", ""),
    ]);
    let source = |path: &str| ConfigSource::File(path.into());
    let found = discover(&tree, ".", &["."], source("ci/strict.hcl"));
    assert_eq!(read(&found), ["ci/base.hcl", "ci/strict.hcl"]);
    assert_eq!((wanted(&found), fail_on(&found)[0].1), (vec!["a.tf"], FailOn::Error));
    let refused = |path: &str| {
        find(&[".".into()], tree.path(), setup(source(path))).expect_err("cannot be had")
    };
    assert!(matches!(refused("no.hcl"), ProjectError::Missing { .. }));
    assert!(matches!(refused("ci"), ProjectError::Unreadable { .. }));
    assert!(matches!(refused("a.tf"), ProjectError::NoConfig { .. }));
}

#[test]
fn other_texts_have_other_problems() {
    let tree = tree(&[
        (".cfglint.hcl", "presett = \"strict\"\nextends = \"no.hcl\""),
        ("a.tf", ""),
        ("link/b.tf", ""),
    ]);
    let mut found = search(&tree, ".", &["."]);
    assert_eq!(found.config_problems(&found.files).len(), 2);
    let own = found.files.iter().find(|(id, _)| found.is_config(*id)).expect("it is there").0;
    found.files.set_text(own, &b"preset = \"strict\"\nextends = \"no.hcl\""[..]);
    let [problem] = &found.config_problems(&found.files)[..] else { panic!("one is left") };
    assert_eq!(found.files.slice(problem.location), b"\"no.hcl\"");
}
