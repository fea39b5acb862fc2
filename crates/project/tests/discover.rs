//! Discovery and reading over directories made for each test.
#![allow(clippy::disallowed_methods, reason = "tests make files")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use cfglint_project::{Discovery, FILE_LIMIT, ProjectError, Setup, find, find_module};
use support::tree;
use tempfile::TempDir;

fn discover(directory: &TempDir, cwd: &str, paths: &[&str]) -> Discovery {
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let cwd = directory.path().join(cwd);
    find(&paths, &cwd, Setup::default()).expect("all paths are there").load()
}

fn config(discovery: &Discovery) -> Vec<String> {
    let path = |id: &_| discovery.files.get(*id).path().to_owned();
    discovery.modules.iter().flat_map(|module| module.config.iter().map(path)).collect()
}

fn directories(discovery: &Discovery) -> Vec<&str> {
    discovery.modules.iter().map(|module| module.directory.as_str()).collect()
}

fn problems(discovery: &Discovery) -> Vec<String> {
    let show = |problem: &diagnostics::Diagnostic| {
        let path = discovery.files.get(problem.location.file).path();
        format!("{path}: {}[{}]: {}", problem.level, problem.rule, problem.message)
    };
    discovery.problems.iter().map(show).collect()
}

#[test]
fn finds_modules_and_leaves_out_what_git_ignores() {
    let tree = tree(&[
        (".gitignore", "ignored/\n*.secret.tf\n"),
        ("main.tf", ""),
        ("a.secret.tf", ""),
        ("modules/x/main.tofu", ""),
        ("modules/x/terraform.tfvars", ""),
        ("modules/x/.terraform.lock.hcl", ""),
        ("ignored/main.tf", ""),
        (".hidden/main.tf", ""),
        (".terraform/modules/y/main.tf", ""),
        ("modules/.terraform/z/main.tf", ""),
        ("docs/README.md", ""),
        ("json/main.tf.json", "{}"),
        ("link", "-> modules"),
        ("modules/x/loop", "-> .."),
    ]);
    let found = discover(&tree, ".", &["."]);
    assert_eq!(directories(&found), [".", "json", "modules/x"]);
    // Inside a module, ignored files count.
    let files = ["a.secret.tf", "main.tf", "json/main.tf.json", "modules/x/main.tofu"];
    assert_eq!(config(&found), files);
    assert_eq!(found.modules[2].variable_files.len(), 1);
    assert!(found.modules[2].has_lock_file && !found.modules[0].has_lock_file);
    assert_eq!(found.file_count(), 5);
    assert!(found.problems.is_empty() && found.notices.is_empty());
}

#[test]
fn lock_files_tell_versions_of_providers() {
    let lock = |version: &str| {
        format!(
            "provider \"registry.terraform.io/hashicorp/aws\" {{\n  version = \"{version}\"\n}}\n"
        )
    };
    let (five, six) = (lock("5.31.0"), lock("6.0.0"));
    let tree = tree(&[
        ("p/.git/HEAD", ""),
        ("p/a/main.tf", ""),
        ("p/a/.terraform.lock.hcl", &five),
        ("p/b/main.tf", "module \"c\" {\n  source = \"../c\"\n}\n"),
        ("p/b/.terraform.lock.hcl", &six),
        ("p/c/main.tf", ""),
        ("p/c/.terraform.lock.hcl/main.tf", ""),
        ("p/d/main.tf", ""),
        ("p/d/.terraform.lock.hcl", "-> ../../outside.hcl"),
        ("p/e/.terraform.lock.hcl", &five),
        ("p/f/main.tf", ""),
        ("p/f/.terraform.lock.hcl", "provider \"x\" {"),
        ("outside.hcl", &five),
    ]);
    let found = discover(&tree, "p", &["."]);
    assert_eq!(directories(&found), ["a", "b", "c", "d", "f"]);
    let versions = found.modules.iter().map(|module| module.locked.values().next());
    let versions: Vec<_> = versions.map(|version| version.map(String::as_str)).collect();
    assert_eq!(versions, [Some("5.31.0"), Some("6.0.0"), None, None, None]);
    assert_eq!(problems(&found), Vec::<String>::new());
    let one = discover(&tree, "p", &["b/main.tf"]);
    assert_eq!(one.modules[0].locked["registry.terraform.io/hashicorp/aws"], "6.0.0");
}

#[test]
fn reads_what_is_named() {
    let tree = tree(&[
        (".git/HEAD", ""),
        (".gitignore", "ignored/*\n"),
        ("ignored/main.tf", ""),
        (".hidden/main.tf", ""),
        ("real/main.tf", ""),
        ("link", "-> real"),
    ]);
    let found = discover(&tree, ".", &["ignored", ".hidden", "link", "./real/"]);
    assert_eq!(directories(&found), [".hidden", "ignored", "link", "real"]);
    let twice = discover(&tree, "real", &[".", "../real", "main.tf"]);
    assert_eq!(directories(&twice), ["."]);
    assert!(twice.wants(twice.modules[0].config[0]));
    assert_eq!(twice.directory, format!("{}/real", twice.root));
    let outside = discover(&tree, "real", &["../.hidden/main.tf"]);
    assert_eq!(config(&outside), ["../.hidden/main.tf"]);
}

#[test]
fn a_file_brings_its_module() {
    let tree = tree(&[
        ("m/a.tf", "a"),
        ("m/b.tf", "b"),
        ("m/x.auto.tfvars", ""),
        ("m/c_override.tf", ""),
        ("m/notes.txt", ""),
        ("m/broken.tf", "-> nowhere"),
    ]);
    let found = discover(&tree, ".", &["m/a.tf", "m/c_override.tf", "m/notes.txt"]);
    assert_eq!(config(&found), ["m/a.tf", "m/b.tf"]);
    let wanted: Vec<bool> = found.modules[0].config.iter().map(|id| found.wants(*id)).collect();
    assert_eq!(wanted, [true, false]);
    assert_eq!(found.file_count(), 2);
    assert!(found.modules[0].has_unread_config);
    assert!(found.problems.is_empty(), "they are of other files");
    assert_eq!(found.notices, ["`m/notes.txt` is left out: Terraform does not load it by itself"]);
}

#[test]
fn what_cannot_be_read_is_a_diagnostic() {
    let tree = tree(&[
        ("p/.git/HEAD", ""),
        ("p/broken.tf", "-> nowhere"),
        ("p/directory.tf", "-> sub"),
        ("p/inside.tf", "-> sub/real.tf"),
        ("p/outside.tf", "-> ../outside.tf"),
        ("p/sub/real.tf", "x"),
        ("outside.tf", "secret"),
    ]);
    let large = fs::File::create(tree.path().join("p/large.tf")).expect("a file");
    large.set_len(FILE_LIMIT + 1).expect("a hole");
    let found = discover(&tree, "p", &["."]);
    assert_eq!(
        problems(&found),
        [
            "broken.tf: error[core/unreadable-file]: cannot be read: it is not there",
            "directory.tf: error[core/unreadable-file]: cannot be read: not a regular file",
            "large.tf: warning[core/limit]: is not read: it is longer than 16 MiB",
            "outside.tf: warning[core/unreadable-file]: is not read: \
             it is a link that leads out of the project",
        ]
    );
    assert_eq!(config(&found), ["inside.tf", "sub/real.tf"]);
    assert!(found.modules[0].has_unread_config);
    // A link that is named is read wherever it leads.
    assert_eq!(config(&discover(&tree, "p", &["outside.tf"]))[1], "outside.tf");
}

#[test]
fn missing_paths_are_errors() {
    let tree = tree(&[("a.tf", "")]);
    let missing = find(&["a.tf".into(), "b.tf".into()], tree.path(), Setup::default());
    assert!(matches!(missing, Err(ProjectError::Missing { path }) if path == Path::new("b.tf")));
    let mut found = discover(&tree, ".", &["."]);
    let missing = found.add_variable_file(Path::new("x.tfvars"));
    assert_eq!(missing.expect_err("there is none").to_string(), "`x.tfvars` does not exist");
}

#[test]
fn variable_files_are_read_once() {
    let tree = tree(&[("m/a.tf", ""), ("m/terraform.tfvars", "x = 1"), ("v/p.tfvars", "x = 2")]);
    let mut found = discover(&tree, "m", &["."]);
    let known = found.add_variable_file(Path::new("./terraform.tfvars")).expect("is there");
    assert_eq!(vec![known], found.modules[0].variable_files);
    let other = found.add_variable_file(Path::new("../v/p.tfvars")).expect("is there");
    assert_eq!(found.files.get(other).path(), "../v/p.tfvars");
    assert!(found.wants(other));
}

#[test]
fn a_variable_file_that_is_named_is_wanted() {
    let tree = tree(&[("a.tf", ""), ("x.auto.tfvars", "x = \n")]);
    let mut found = discover(&tree, ".", &["a.tf"]);
    let beside = found.modules[0].variable_files[0];
    assert!(!found.wants(beside));
    assert_eq!(found.add_variable_file(Path::new("x.auto.tfvars")).ok(), Some(beside));
    assert!(found.wants(beside));
}

#[test]
fn names_that_look_alike_are_told_apart() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let tree = tree(&[]);
    for (directory, name) in
        [(&b"a\xff"[..], &b"x.tf"[..]), (b"a\xfe", b"x.tf"), (b"b", b"\xff.tf"), (b"b", b"\xfe.tf")]
    {
        let directory = tree.path().join(OsStr::from_bytes(directory));
        fs::create_dir_all(&directory).expect("directories");
        fs::write(directory.join(OsStr::from_bytes(name)), name).expect("a file");
    }
    let found = discover(&tree, ".", &["."]);
    assert_eq!(directories(&found), ["a\u{fffd}", "a\u{fffd}", "b"]);
    let twins = ["a\u{fffd}/x.tf", "a\u{fffd}/x.tf", "b/\u{fffd}.tf", "b/\u{fffd}.tf"];
    assert_eq!(config(&found), twins);
    assert_eq!(found.files.len(), 4);
}

#[test]
fn going_up_from_a_link_shows_the_real_path() {
    let tree = tree(&[
        ("a b/link", "-> ../sub/deep"),
        ("sub/a b/x.tf", ""),
        ("sub/deep/y.tf", ""),
        ("p.tfvars", ""),
        ("sub/p.tfvars", "x = 1"),
    ]);
    let mut found = discover(&tree, ".", &["a b/link/../a b", "sub/../sub/deep/y.tf"]);
    assert_eq!(directories(&found), ["sub/a b", "sub/deep"]);
    let id = found.add_variable_file(Path::new("a b/link/../p.tfvars")).expect("is there");
    assert_eq!(found.files.get(id).path(), "sub/p.tfvars");
}

#[test]
fn the_project_is_that_of_the_path() {
    let tree = tree(&[
        ("p/.git/HEAD", ""),
        ("p/.gitignore", "ignored/\n"),
        ("p/infra/a.tf", ""),
        ("p/infra/ignored/a.tf", ""),
        ("p/infra/link.tf", "-> ../shared.tf"),
        ("p/shared.tf", ""),
        ("q/.git/HEAD", ""),
        ("q/a.tf", "-> ../p/shared.tf"),
        (".gitignore", "infra/\n"),
        ("loose/infra/a.tf", ""),
    ]);
    let root = |found: &Discovery| found.root.rsplit_once('/').expect("has parts").1.to_owned();
    let above = discover(&tree, ".", &["p/infra"]);
    assert_eq!(config(&above), ["p/infra/a.tf", "p/infra/link.tf"]);
    assert!(above.problems.is_empty(), "the link stays in the project");
    assert_eq!(root(&above), "p");
    let beside = discover(&tree, "q", &["../p/infra/a.tf"]);
    assert_eq!(root(&beside), "p");
    let both = discover(&tree, "q", &[".", "../p"]);
    assert_eq!(root(&both), "q");
    let other = discover(&tree, "q", &["."]);
    assert_eq!(other.problems.len(), 1, "the link leads out");
    let loose = discover(&tree, "q", &["../loose"]);
    assert_eq!(
        (config(&loose), root(&loose)),
        (vec!["../loose/infra/a.tf".to_owned()], "loose".to_owned())
    );
}

#[test]
fn tofu_files_stand_in_for_those_that_are_named() {
    let tree = tree(&[("m.tf", ""), ("m.tofu", "")]);
    let found = discover(&tree, ".", &["m.tf"]);
    assert_eq!(found.notices, ["`m.tf` is left out: `m.tofu` stands in for it"]);
    assert!(!found.wants(found.modules[0].config[0]));
}

#[test]
fn a_path_that_cannot_be_looked_at_is_a_diagnostic() {
    // The superuser may look at everything, but not follow a circle.
    let tree = tree(&[("a.tf", ""), ("round", "-> round")]);
    let found = discover(&tree, ".", &["a.tf", "round"]);
    assert_eq!(
        problems(&found),
        ["round: error[core/unreadable-file]: cannot be read: \
             too many levels of symbolic links"]
    );
    assert_eq!(config(&found), ["a.tf"]);
    let missing = find(&["a.tf/x".into()], tree.path(), Setup::default());
    assert!(matches!(missing, Err(ProjectError::Missing { .. })));
}

#[test]
fn a_single_module_is_found_without_a_walk() {
    let tree = tree(&[("m/a.tf", ""), ("m/n/b.tf", "")]);
    let found = find_module(Path::new("m"), tree.path()).expect("is there").load();
    assert_eq!(directories(&found), ["m"]);
    assert!(found.reads(Path::new("m/n/../a.tf")));
    assert!(!found.reads(Path::new("m/n/b.tf")));
}

#[test]
fn the_order_does_not_depend_on_threads() {
    let names: Vec<String> = (0..60).map(|n| format!("d{}/e{}/f{n}.tf", n % 7, n % 3)).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let tree = tree(&files);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let found = pool.install(|| discover(&tree, ".", &["."]));
        let paths: Vec<_> = found.files.iter().map(|(_, file)| file.path().to_owned()).collect();
        (paths, found.modules)
    };
    let (paths, modules) = run(1);
    assert!(paths.is_sorted());
    for threads in [2, 8] {
        assert_eq!(run(threads), (paths.clone(), modules.clone()));
    }
}
