//! Reads the rule pages and writes the table of rules, the modules of their Rust checks and one
//! test a page to `OUT_DIR`. A page with a mistake, a check without code and code without a page
//! do not build; nor does a page of the pack `schema` that the engine has no rule for.

#![allow(clippy::disallowed_methods, reason = "a build script reads and writes files")]
#![allow(clippy::print_stdout, reason = "cargo reads what a build script prints")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

use rulebook::{Page, Scope};
use source::{FileSet, SourceFile};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=.");
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    let mut mistakes = Vec::new();
    let rules = read_packs(&root, &mut mistakes)?;
    if !mistakes.is_empty() {
        for mistake in mistakes {
            println!("cargo::error={mistake}");
        }
        process::exit(1);
    }
    let out = PathBuf::from(variable("OUT_DIR"));
    fs::write(out.join("rules.rs"), table(&rules))?;
    fs::write(out.join("page_tests.rs"), tests(&rules))
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// A page and the Rust file beside it.
struct Rule {
    pack: String,
    name: String,
    path: PathBuf,
    page: Page,
    code: Option<PathBuf>,
}

impl Rule {
    fn module(&self) -> String {
        self.name.replace('-', "_")
    }
}

/// The rules of all packs: the folders beside `src` that hold pages.
fn read_packs(root: &Path, mistakes: &mut Vec<String>) -> io::Result<Vec<Rule>> {
    let mut rules = Vec::new();
    for folder in entries(root)? {
        let pack = file_name(&folder);
        if folder.is_dir() && !matches!(pack.as_str(), "src" | "target" | "tests") {
            rules.extend(read_pack(&folder, &pack, mistakes)?);
        }
    }
    Ok(rules)
}

fn read_pack(folder: &Path, pack: &str, mistakes: &mut Vec<String>) -> io::Result<Vec<Rule>> {
    let files = entries(folder)?;
    let of_extension = |wanted: &str| {
        let files = files.iter().filter(|file| file.extension().is_some_and(|e| e == wanted));
        files.cloned().collect::<Vec<_>>()
    };
    let mut codes: BTreeMap<String, PathBuf> = BTreeMap::new();
    for code in of_extension("rs") {
        if let Some(other) = codes.insert(stem(&code).replace('_', "-"), code.clone()) {
            mistakes.push(format!("{}: there is {} as well", shown(&code), shown(&other)));
        }
    }
    let mut rules = Vec::new();
    for path in of_extension("md") {
        let name = stem(&path);
        let text = fs::read_to_string(&path)?;
        let code = codes.remove(&name);
        match Page::parse(pack, &name, &text) {
            Ok(page) => {
                if let Some(mistake) = mismatch(&page, code.as_deref()) {
                    mistakes.push(format!("{}: {mistake}", shown(&path)));
                }
                rules.push(Rule { pack: pack.to_owned(), name, path, page, code });
            }
            Err(errors) => {
                let mut files = FileSet::new();
                let file = files.add(SourceFile::new(shown(&path), text.into_bytes()));
                for error in errors {
                    let place = files.get(file).position(error.range.start());
                    let (line, column) = (place.line, place.column);
                    mistakes.push(format!("{}:{line}:{column}: {}", shown(&path), error.message));
                }
            }
        }
    }
    for code in codes.values() {
        mistakes.push(format!("{}: there is no page of that name", shown(code)));
    }
    Ok(rules)
}

fn mismatch(page: &Page, code: Option<&Path>) -> Option<String> {
    let name = page.id.name();
    match (page.needs_code(), code) {
        (true, None) => Some(format!("no check has a `condition` and there is no `{name}.rs`")),
        (false, Some(_)) => Some(format!("`{name}.rs` is never run: the checks have conditions")),
        _ => None,
    }
}

/// The entries of a folder, sorted.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The path from the root of the workspace, which is how people know it.
fn shown(path: &Path) -> String {
    let parent = path.parent().map(file_name).unwrap_or_default();
    format!("rules/{parent}/{}", file_name(path))
}

/// The modules of the Rust checks and the table of all rules.
fn table(rules: &[Rule]) -> String {
    let mut text = String::new();
    for pack in packs(rules) {
        let coded: Vec<_> =
            rules.iter().filter(|rule| rule.pack == pack && rule.code.is_some()).collect();
        if coded.is_empty() {
            continue;
        }
        let _ = writeln!(text, "mod {} {{", pack.replace('-', "_"));
        for rule in coded {
            let code = rule.code.as_deref().unwrap_or(Path::new("")).to_string_lossy();
            let _ = writeln!(text, "    #[path = {code:?}]\n    pub(crate) mod {};", rule.module());
        }
        text.push_str("}\n\n");
    }
    text.push_str("/// All built-in rules, sorted by id.\npub static RULES: &[BuiltinRule] = &[\n");
    for rule in rules {
        let page = &rule.page;
        let blocks: Vec<(&str, &str)> = {
            let checks = page.checks.iter();
            let mut blocks: Vec<_> =
                checks.map(|c| (c.block_kind.as_str(), c.block_type.as_str())).collect();
            blocks.sort_unstable();
            blocks.dedup();
            blocks
        };
        let code = code(rule);
        let path = rule.path.to_string_lossy();
        let _ = writeln!(text, "    BuiltinRule {{");
        let _ = writeln!(text, "        id: {:?},", page.id.as_str());
        let _ = writeln!(text, "        aliases: &{:?},", page.aliases);
        let _ = writeln!(text, "        text: include_str!({path:?}),");
        let _ = writeln!(text, "        level: Level::{:?},", page.level);
        let _ = writeln!(text, "        group: {:?},", page.group);
        let _ = writeln!(text, "        preset: {:?},", page.preset);
        let _ = writeln!(text, "        title: {:?},", page.title);
        let _ = writeln!(text, "        blocks: &{blocks:?},");
        let _ = writeln!(text, "        supersedes: &{:?},", page.supersedes);
        let _ = writeln!(text, "        code: {code},\n    }},");
    }
    text.push_str("];\n");
    text
}

/// What judges for a rule, in Rust.
fn code(rule: &Rule) -> String {
    match (&rule.code, rule.page.scope) {
        (_, Scope::Schema) => {
            format!("RuleCode::Schema(SchemaRule::{})", variant(rule.page.id.name()))
        }
        (None, _) => "RuleCode::Page".to_owned(),
        (Some(_), scope) => {
            let kind = if scope == Scope::Module { "Module" } else { "Block" };
            let pack = rule.pack.replace('-', "_");
            format!("RuleCode::{kind}({pack}::{}::check)", rule.module())
        }
    }
}

/// The variant of `SchemaRule` for a page of that name: `UnknownArgument`.
fn variant(name: &str) -> String {
    let mut variant = String::new();
    for word in name.split('-') {
        let (first, rest) = word.split_at(word.len().min(1));
        variant += &first.to_ascii_uppercase();
        variant += rest;
    }
    variant
}

/// One test a page.
fn tests(rules: &[Rule]) -> String {
    let mut text = String::new();
    for pack in packs(rules) {
        let _ = writeln!(text, "mod {} {{", pack.replace('-', "_"));
        for rule in rules.iter().filter(|rule| rule.pack == pack) {
            let (module, id) = (rule.module(), rule.page.id.as_str());
            let _ = writeln!(text, "    #[test]\n    fn {module}() {{");
            let code = rule.code.as_deref().map_or_else(
                || "\"\"".to_owned(),
                |code| format!("include_str!({:?})", code.to_string_lossy()),
            );
            let _ =
                writeln!(text, "        crate::page_tests::check_page({id:?}, {code});\n    }}");
        }
        text.push_str("}\n");
    }
    text
}

fn packs(rules: &[Rule]) -> Vec<&str> {
    let mut packs: Vec<_> = rules.iter().map(|rule| rule.pack.as_str()).collect();
    packs.dedup();
    packs
}
