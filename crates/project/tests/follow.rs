//! Modules that calls lead to and that the walk did not find. One file because all tests look at a
//! run in the same way.
#![allow(clippy::disallowed_methods, reason = "tests make files")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use cfglint_project::{ConfigSource, Discovery, FILE_LIMIT, Setup, find, find_module};
use config::FailOn;
use module::Absence;
use support::tree;
use tempfile::TempDir;

const A: &str = "module \"a\" {\n  source = \"./a\"\n}\n";

fn discover(directory: &TempDir, cwd: &str, paths: &[&str]) -> Discovery {
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let cwd = directory.path().join(cwd);
    let found = find(&paths, &cwd, Setup::default()).expect("all paths are there");
    followed(found.load())
}

fn followed(mut discovery: Discovery) -> Discovery {
    let mut trees = Vec::new();
    discovery.follow_calls(&mut trees);
    assert_eq!(trees.len(), discovery.files.len());
    for (tree, (_, file)) in trees.iter().zip(discovery.files.iter()) {
        assert!(tree.text() == file.text() || file.path().ends_with(".cfglint.hcl"));
    }
    discovery
}

fn call(name: &str, source: &str) -> String {
    format!("module \"{name}\" {{\n  source = \"{source}\"\n}}\n")
}

fn directories(discovery: &Discovery) -> Vec<&str> {
    discovery.modules.iter().map(|module| module.directory.as_str()).collect()
}

fn checked(discovery: &Discovery) -> Vec<&str> {
    discovery.checked_modules().map(|module| module.directory.as_str()).collect()
}

/// The paths of the files whose diagnostics are wanted.
fn wanted(discovery: &Discovery) -> Vec<&str> {
    let files = discovery.files.iter().filter(|(id, _)| discovery.wants(*id));
    files.map(|(_, file)| file.path()).collect()
}

fn absent(discovery: &Discovery) -> Vec<(&str, &Absence)> {
    discovery.absent.iter().map(|(directory, absence)| (directory.as_str(), absence)).collect()
}

fn alias(directory: &str) -> Absence {
    Absence::Alias(directory.to_owned())
}

fn outside() -> Absence {
    Absence::NotRead("it lies outside of the project".to_owned())
}

#[test]
fn nothing_more_is_read_where_all_was_found() {
    let tree = tree(&[("main.tf", A), ("a/main.tf", ""), ("b/main.tf", "")]);
    let found = discover(&tree, ".", &["."]);
    assert_eq!(directories(&found), [".", "a", "b"]);
    assert_eq!((found.files.len(), found.file_count()), (3, 3));
    assert!(found.absent.is_empty());
}

#[test]
fn calls_are_followed_to_any_depth() {
    let tree = tree(&[
        (".git/HEAD", ""),
        ("envs/prod/main.tf", &call("app", "../../modules/app")),
        ("envs/dev/main.tf", ""),
        ("modules/app/main.tf", &call("deep", "./deep//")),
        ("modules/app/terraform.tfvars", ""),
        ("modules/app/deep/main.tf.json", r#"{"module": {"x": {"source": "../../x"}}}"#),
        ("modules/x/main.tofu", &call("app", "../app")),
        ("modules/other/main.tf", ""),
    ]);
    let found = discover(&tree, "envs/prod", &["."]);
    let expect = [".", "../../modules/app", "../../modules/app/deep", "../../modules/x"];
    assert_eq!(directories(&found), expect);
    assert_eq!(checked(&found), expect);
    assert_eq!(found.file_count(), 5);
    let above = discover(&tree, ".", &["envs/prod"]);
    assert_eq!(directories(&above), ["envs/prod", "modules/app", "modules/app/deep", "modules/x"]);
    assert!(above.absent.is_empty());
    for (id, file) in above.files.iter() {
        assert!(above.reads(file.path().as_ref()) && above.wants(id));
        assert_eq!(above.policy(id).fail_on(), FailOn::Warning);
    }
}

#[test]
fn what_the_walk_leaves_out_is_read_when_it_is_called() {
    let calls = ["ignored", "hidden", ".hidden", "excluded", "link"].map(|name| {
        let source = format!("./{name}");
        call(&name.replace('.', "dot-"), &source)
    });
    let tree = tree(&[
        (".git/HEAD", ""),
        (".gitignore", "ignored/\n"),
        (".cfglint.hcl", "exclude = [\"excluded/\"]\n"),
        ("main.tf", &calls.concat()),
        ("ignored/main.tf", ""),
        (".hidden/main.tf", ""),
        ("excluded/main.tf", &call("in", "./in")),
        ("excluded/in/main.tf", ""),
        ("link", "-> store/m"),
        ("store/.gitignore", "*"),
        ("store/m/main.tf", ""),
    ]);
    let found = discover(&tree, ".", &["."]);
    let expect = [".", ".hidden", "excluded", "excluded/in", "ignored", "link"];
    assert_eq!(directories(&found), expect);
    assert_eq!(checked(&found), [".", ".hidden", "ignored", "link"]);
    assert_eq!(found.file_count(), 4);
    assert_eq!(absent(&found), [("hidden", &Absence::NotFound)]);
    // What was given counts even when it is excluded.
    let given = discover(&tree, ".", &["excluded/in"]);
    assert_eq!(checked(&given), ["excluded/in"]);
}

#[test]
fn single_excluded_files_of_a_called_module_are_not_wanted() {
    let tree = tree(&[
        (".git/HEAD", ""),
        (".cfglint.hcl", "exclude = [\"a/x.tf\", \"b/*.tf\"]\n"),
        ("r/main.tf", &(call("a", "../a") + &call("b", "../b"))),
        ("a/x.tf", ""),
        ("a/y.tf", ""),
        ("b/x.tf", ""),
    ]);
    let found = discover(&tree, ".", &["r"]);
    assert_eq!(checked(&found), ["a", "r"]);
    assert_eq!(wanted(&found), ["r/main.tf", ".cfglint.hcl", "a/y.tf"]);
}

#[test]
fn calls_of_a_file_that_was_given_alone_want_nothing_elsewhere() {
    let tree = tree(&[(".git/HEAD", ""), ("r/main.tf", &call("a", "../a")), ("a/x.tf", "")]);
    let found = discover(&tree, ".", &["r/main.tf"]);
    assert_eq!(directories(&found), ["a", "r"]);
    assert_eq!((checked(&found), found.file_count()), (vec!["r"], 1));
    let both = discover(&tree, ".", &["r/main.tf", "r"]);
    assert_eq!(checked(&both), ["a", "r"]);
}

#[test]
fn nothing_outside_of_the_project_is_read() {
    let calls = [
        call("out", "../other"),
        call("none", "../none"),
        call("far", "../../../../../../../../../../etc"),
        call("link", "./link"),
        call("through", "./link/sub"),
        call("lost", "./link/none"),
        call("case", "./Link/sub"),
        call("none_in_case", "./Link/none"),
    ];
    let tree = tree(&[
        ("p/.git/HEAD", ""),
        ("p/main.tf", &calls.concat()),
        ("p/link", "-> ../other"),
        ("other/main.tf", ""),
        ("other/sub/main.tf", ""),
    ]);
    let found = discover(&tree, "p", &["."]);
    assert_eq!(directories(&found), ["."]);
    assert_eq!(found.absent.len(), 8);
    // What is not there by that name, at least says nothing of what lies outside.
    let is_hidden = |(name, absence): (&String, &Absence)| {
        let expect = if name.starts_with("Link") { Absence::NotFound } else { outside() };
        *absence == expect
    };
    assert!(found.absent.iter().all(is_hidden), "{:?}", found.absent);
    // Both were given.
    let both = discover(&tree, "p", &[".", "../other"]);
    assert_eq!(both.absent.get("link"), Some(&alias("../other")));
    assert_eq!(both.absent.get("link/sub"), Some(&alias("../other/sub")));
}

#[test]
fn what_is_no_module_is_told() {
    let names = ["none", "empty", "file", "broken", "round", "file/x", "Case/m", "a\\nb"];
    let calls: String = names
        .iter()
        .enumerate()
        .map(|(at, it)| call(&format!("c{at}"), &format!("./{it}")))
        .collect();
    let tree = tree(&[
        ("main.tf", &calls),
        ("empty/README.md", ""),
        ("empty/terraform.tfvars", ""),
        ("file", ""),
        ("broken", "-> nowhere"),
        ("round", "-> round"),
        ("case/m/main.tf", ""),
    ]);
    let found = discover(&tree, ".", &["main.tf"]);
    let not_read = |words: &str| Absence::NotRead(words.to_owned());
    let case = not_read("a directory of that name is there, but in other upper and lower case");
    let round = not_read("too many levels of symbolic links");
    assert_eq!(
        absent(&found),
        [
            ("Case/m", &case),
            ("a\nb", &Absence::NotFound),
            ("broken", &Absence::NotFound),
            ("empty", &Absence::Empty),
            ("file", &Absence::NotFound),
            ("file/x", &not_read("not a directory")),
            ("none", &Absence::NotFound),
            ("round", &round),
        ]
    );
}

#[test]
fn one_directory_is_one_module() {
    let tree = tree(&[
        (".git/HEAD", ""),
        ("p/main.tf", &(call("a", "../p/a") + &call("b", "./link/../a") + &call("c", "./link"))),
        ("p/link", "-> a"),
        ("p/a/main.tf", &(call("self", "./") + &call("loop", "./loop/loop"))),
        ("p/a/loop", "-> ."),
    ]);
    let found = discover(&tree, "p", &["."]);
    assert_eq!(directories(&found), [".", "a"]);
    let a = &alias("a");
    assert_eq!(absent(&found), [("../p/a", a), ("a/loop/loop", a), ("link", a)]);
    let above = discover(&tree, ".", &["p/main.tf"]);
    assert_eq!(directories(&above), ["p", "p/a"]);
}

#[test]
fn a_called_directory_above_is_shown_by_the_shortest_way() {
    let tree =
        tree(&[(".git/HEAD", ""), ("p/a/main.tf", &call("b", "../../p/b")), ("p/b/b.tf", "")]);
    let found = discover(&tree, "p", &["a"]);
    assert_eq!(directories(&found), ["a", "b"]);
    assert_eq!(absent(&found), [("../p/b", &alias("b"))]);
    assert_eq!(wanted(&found), ["a/main.tf", "b/b.tf"]);
}

#[test]
fn going_up_from_a_link_leads_to_what_is_there() {
    let tree = tree(&[
        (".git/HEAD", ""),
        ("real/deep/main.tf", &(call("x", "../x") + &call("y", "../y") + &call("z", "../z"))),
        ("real/x/main.tf", ""),
        ("in/link", "-> ../real/deep"),
        ("in/y/main.tf", ""),
    ]);
    let found = discover(&tree, ".", &["in/link"]);
    assert_eq!(directories(&found), ["in/link", "in/y", "real/x"]);
    let expect = [("in/x", &alias("real/x")), ("in/z", &Absence::NotFound)];
    assert_eq!(absent(&found), expect);
}

#[test]
fn a_module_behind_a_link_may_count_from_the_link() {
    let tree = tree(&[
        ("main.tf", &call("m", "./stack/m")),
        ("stack/m", "-> ../modules/m"),
        ("stack/common/main.tf", ""),
        ("modules/m/main.tf", &(call("common", "../common") + &call("none", "./none"))),
    ]);
    let found = discover(&tree, ".", &["."]);
    assert_eq!(found.absent.get("stack/m"), Some(&alias("modules/m")));
    let unsure = Absence::NotRead("a link leads to the module that calls it".to_owned());
    assert_eq!(found.absent.get("modules/common"), Some(&unsure));
}

#[test]
fn only_what_is_written_out_is_followed() {
    let text = "module \"v\" {\n  source = var.s\n}\nmodule \"t\" {\n  source = \"./${local.x}\"\n}\n\
                module \"n\" {}\nmodule {\n  source = \"./b\"\n}\nmodule \"w\" {\n  source = [1]\n}\n\
                resource \"module\" \"x\" {\n  source = \"./b\"\n}\nmodule \"p\" {\n  source = \"x/y/z\"\n}\n";
    let tree = tree(&[("main.tf", text), ("b/main.tf", "")]);
    let found = discover(&tree, ".", &["main.tf"]);
    assert_eq!(directories(&found), ["."]);
    assert!(found.absent.is_empty());
}

#[test]
fn override_files_change_the_source() {
    let tree = tree(&[
        ("main.tf", A),
        ("x_override.tf", &(call("a", "./b") + &call("new", "./c"))),
        ("y_override.tf.json", r#"{"module": [{"a": {"source": "./d"}}, {"a": {"x": 1}}]}"#),
        ("a/main.tf", ""),
        ("b/main.tf", ""),
        ("c/main.tf", ""),
        ("d/main.tf", ""),
    ]);
    let found = discover(&tree, ".", &["main.tf"]);
    assert_eq!(directories(&found), [".", "d"]);
}

#[test]
fn problems_of_called_modules_are_told_where_they_are_wanted() {
    let tree = tree(&[
        (".git/HEAD", ""),
        (".cfglint.hcl", "exclude = [\"b/\"]\n"),
        ("r/main.tf", &(call("a", "../a") + &call("b", "../b"))),
        ("a/x.tf", "-> nowhere"),
        ("a/y.tf", ""),
        ("a/.cfglint.hcl", "mistake = 1\n"),
        ("b/x.tf", "-> nowhere"),
        ("b/.cfglint.hcl", "mistake = 1\n"),
    ]);
    let found = discover(&tree, ".", &["r"]);
    let path = |problem: &diagnostics::Diagnostic| {
        found.files.get(problem.location.file).path().to_owned()
    };
    assert_eq!(found.problems.iter().map(path).collect::<Vec<_>>(), ["a/x.tf"]);
    let config = found.config_problems(&found.files);
    assert_eq!(config.iter().map(path).collect::<Vec<_>>(), ["a/.cfglint.hcl"]);
    let a = found.modules.iter().find(|module| module.directory == "a").expect("is read");
    assert!(a.has_unread_config);
}

const MANIFEST: &str = ".terraform/modules/modules.json";

/// A manifest of `(key, source, version, directory)`.
fn manifest(records: &[(&str, &str, &str, &str)]) -> String {
    let record = |(key, source, version, directory): &(&str, &str, &str, &str)| {
        format!(
            r#"{{"Key":"{key}","Source":"{source}","Version":"{version}","Dir":"{directory}"}}"#
        )
    };
    let records: Vec<_> = records.iter().map(record).collect();
    format!(r#"{{"Modules":[{{"Key":"","Source":"","Dir":"."}},{}]}}"#, records.join(","))
}

fn installed(discovery: &Discovery, directory: &str) -> BTreeMap<String, String> {
    let module = discovery.modules.iter().find(|module| module.directory == directory);
    module.expect("is there").installed.clone()
}

fn map(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn installed_modules_are_read_by_the_manifest() {
    let registry = "registry.terraform.io/t/vpc/aws";
    let records = manifest(&[
        ("net.vpc", registry, "5.1.0", ".terraform/modules/net.vpc"),
        ("net", "../modules/net", "", "../modules/net"),
        ("net.vpc.sub", "git::https://h/sub.git", "", ".terraform/modules/net.vpc.sub/m"),
        ("net.vpc.here", "./here", "", ".terraform/modules/net.vpc/here"),
        ("stale", "registry.terraform.io/t/old/aws", "1.0.0", ".terraform/modules/stale"),
        ("gone", "h/x.zip", "", ".terraform/modules/gone"),
    ]);
    let vpc = call("sub", "git::https://h/sub.git") + &call("here", "./here");
    let tree = tree(&[
        (".git/HEAD", ""),
        (".gitignore", ".terraform"),
        (
            "r/main.tf",
            &(call("net", "../modules/net")
                + &call("stale", "h/x/new/aws")
                + &call("gone", "h/x.zip")),
        ),
        (&format!("r/{MANIFEST}"), &records),
        ("r/.terraform/modules/net.vpc/main.tf", &vpc),
        ("r/.terraform/modules/net.vpc/here/main.tf", ""),
        ("r/.terraform/modules/net.vpc/examples/x/main.tf", ""),
        ("r/.terraform/modules/net.vpc/.git/HEAD", ""),
        ("r/.terraform/modules/net.vpc/.cfglint.hcl", "mistake"),
        ("r/.terraform/modules/net.vpc.sub/m/main.tf", ""),
        ("r/.terraform/modules/net.vpc.sub/m/broken.tf", "-> nowhere"),
        ("r/.terraform/modules/stale/main.tf", ""),
        (
            "modules/net/main.tf",
            "module \"vpc\" {\n  source = \"t/vpc/aws\"\n  version = \"~> 5.0\"\n}\n",
        ),
    ]);
    for paths in [&["r"][..], &["."], &["r", "modules"]] {
        let found = discover(&tree, ".", paths);
        assert_eq!(
            directories(&found),
            [
                "modules/net",
                "r",
                "r/.terraform/modules/net.vpc",
                "r/.terraform/modules/net.vpc.sub/m",
                "r/.terraform/modules/net.vpc/here",
            ]
        );
        let expect = map(&[
            ("net.vpc", "r/.terraform/modules/net.vpc"),
            ("net.vpc.sub", "r/.terraform/modules/net.vpc.sub/m"),
        ]);
        assert_eq!(installed(&found, "r"), expect);
        assert_eq!(installed(&found, "modules/net"), map(&[]));
        assert_eq!(checked(&found), ["modules/net", "r"]);
        assert!(found.problems.is_empty() && found.notices.is_empty());
        assert!(found.config_problems(&found.files).is_empty());
        assert_eq!(found.file_count(), 2);
    }
    // What is given is wanted wherever it lies.
    let given = discover(&tree, ".", &["r/.terraform/modules/net.vpc"]);
    assert_eq!(checked(&given).len(), 3);
}

#[test]
fn directories_of_a_manifest_stay_in_the_project() {
    let absolute = tempfile::tempdir().expect("a directory");
    fs::write(absolute.path().join("main.tf"), "").expect("is written");
    let tree = tree(&[
        ("p/.git/HEAD", ""),
        ("p/main.tf", &["a", "b", "c", "d", "e"].map(|name| call(name, "h/x.zip")).concat()),
        ("p/link", "-> ../other"),
        ("p/in/main.tf", ""),
        ("other/main.tf", ""),
        (
            &format!("p/{MANIFEST}"),
            &manifest(&[
                ("a", "h/x.zip", "", "../other"),
                ("b", "h/x.zip", "", absolute.path().to_str().expect("is UTF-8")),
                ("c", "h/x.zip", "", "link"),
                ("d", "h/x.zip", "", "none/../in/."),
                ("e", "h/x.zip", "", ""),
            ]),
        ),
    ]);
    let found = discover(&tree, "p", &["."]);
    assert_eq!(directories(&found), [".", "in"]);
    assert_eq!(installed(&found, "."), map(&[("d", "in"), ("e", ".")]));
}

#[test]
fn a_manifest_behind_a_link_that_leads_out_is_not_read() {
    let tree = tree(&[
        ("p/.git/HEAD", ""),
        ("p/main.tf", &call("a", "h/x.zip")),
        ("p/.terraform", "-> ../data"),
        ("p/in/main.tf", ""),
        ("data/modules/modules.json", &manifest(&[("a", "h/x.zip", "", "in")])),
    ]);
    assert_eq!(installed(&discover(&tree, "p", &["."]), "."), map(&[]));
}

#[test]
fn any_manifest_is_survived() {
    let deep: Vec<String> = (1..300).map(|depth| vec!["a"; depth].join(".")).collect();
    let circle: Vec<_> = deep.iter().map(|key| (key.as_str(), "h/x.zip", "", ".")).collect();
    let texts = [
        Vec::new(),
        b"{".to_vec(),
        b"\xff\xfe\x00".to_vec(),
        "[".repeat(100_000).into_bytes(),
        br#"{"Modules":[{"Key":"a","Source":"h/x.zip","Dir":["in"]}]}"#.to_vec(),
        manifest(&[("a", "h/x.zip", "", "in"), ("a", "h/x.zip", "", "in")]).into_bytes(),
        manifest(&[("a.b", "h/x.zip", "", "in"), ("..", "", "", "in")]).into_bytes(),
        manifest(&[("a", "h/x.zip", "", "a\\u0000b")]).into_bytes(),
        manifest(&[("a", "h/x.zip", "", &"x/".repeat(100_000))]).into_bytes(),
        manifest(&circle).into_bytes(),
    ];
    for (at, text) in texts.iter().enumerate() {
        let tree = tree(&[("main.tf", &call("a", "h/x.zip")), ("in/main.tf", ""), (MANIFEST, "")]);
        fs::write(tree.path().join(MANIFEST), text).expect("is written");
        let found = discover(&tree, ".", &["main.tf"]);
        assert_eq!(directories(&found), ["."]);
        let expect = if at + 1 == texts.len() { deep.len() } else { 0 };
        assert_eq!(installed(&found, ".").len(), expect, "{at}");
    }
}

#[test]
fn keys_of_any_length_are_survived() {
    let long = vec!["a"; 500_000].join(".");
    let records = [("a", "h/x.zip", "", "in"), (long.as_str(), "h/x.zip", "", "in")];
    let tree = tree(&[
        ("main.tf", &call("a", "h/x.zip")),
        ("in/main.tf", ""),
        (MANIFEST, &manifest(&records)),
    ]);
    let found = discover(&tree, ".", &["main.tf"]);
    assert_eq!(installed(&found, "."), map(&[("a", "in")]));
}

#[test]
fn a_manifest_that_is_too_long_is_not_read() {
    let tree = tree(&[("main.tf", &call("a", "h/x.zip")), ("in/main.tf", "")]);
    fs::create_dir_all(tree.path().join(".terraform/modules")).expect("directories");
    let mut text = manifest(&[("a", "h/x.zip", "", "in")]).into_bytes();
    text.resize(usize::try_from(FILE_LIMIT).expect("fits"), b' ');
    let path = tree.path().join(MANIFEST);
    fs::write(&path, &text).expect("is written");
    assert_eq!(installed(&discover(&tree, ".", &["."]), ".").len(), 1);
    text.push(b' ');
    fs::write(&path, &text).expect("is written");
    assert_eq!(installed(&discover(&tree, ".", &["."]), ".").len(), 0);
}

#[test]
fn a_single_module_is_followed_too() {
    let tree = tree(&[(".git/HEAD", ""), ("r/main.tf", &call("a", "../a")), ("a/main.tf", A)]);
    let found = find_module("r".as_ref(), tree.path()).expect("is there").load();
    let found = followed(found);
    assert_eq!(directories(&found), ["a", "r"]);
    assert_eq!(absent(&found), [("a/a", &Absence::NotFound)]);
}

#[test]
fn a_variable_file_of_a_called_module_is_read_once() {
    let tree = tree(&[
        (".git/HEAD", ""),
        ("r/main.tf", &call("a", "../.a")),
        (".a/main.tf", ""),
        (".a/terraform.tfvars", "x = 1"),
    ]);
    let mut found = discover(&tree, ".", &["r"]);
    let known = found.add_variable_file(".a/terraform.tfvars".as_ref()).expect("is there");
    assert_eq!(found.modules[0].variable_files, [known]);
}

#[test]
fn the_command_line_may_leave_configuration_out() {
    let tree = tree(&[
        (".git/HEAD", ""),
        (".cfglint.hcl", "exclude = [\"a/\"]\n"),
        ("r/main.tf", &call("a", "../a")),
        ("a/main.tf", ""),
    ]);
    let setup = Setup { source: ConfigSource::None, ..Setup::default() };
    let found = find(&["r".into()], tree.path(), setup).expect("is there").load();
    assert_eq!(checked(&followed(found)), ["a", "r"]);
}

#[test]
fn the_order_does_not_depend_on_threads() {
    let names: Vec<String> = (0..40).map(|n| format!(".m{n}")).collect();
    let calls: String = names.iter().map(|name| call(&name[1..], &format!("./{name}"))).collect();
    let paths: Vec<String> = names.iter().map(|name| format!("{name}/main.tf")).collect();
    let mut files = vec![("main.tf", calls.as_str())];
    files.extend(paths.iter().map(|path| (path.as_str(), "")));
    let tree = tree(&files);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let found = pool.install(|| discover(&tree, ".", &["."]));
        let paths: Vec<_> = found.files.iter().map(|(_, file)| file.path().to_owned()).collect();
        (paths, found.modules)
    };
    let (paths, modules) = run(1);
    assert_eq!(modules.len(), 41);
    assert!(modules.is_sorted_by_key(|module| module.directory.clone()));
    for threads in [2, 8] {
        assert_eq!(run(threads), (paths.clone(), modules.clone()));
    }
}
