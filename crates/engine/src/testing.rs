//! Runs one rule over files given as text, for tests of rule pages.

use std::collections::BTreeMap;

use diagnostics::{Diagnostic, Edit};
use module::{ModuleFiles, Settings, Sources};
use schema::Catalog;
use source::{FileSet, SourceFile};
use syntax::Syntax;

use crate::{BuiltinRule, Input, RuleSet, check};

/// Rounds of fixes after which a fix that never ends is given up.
const MAX_ROUNDS: usize = 10;

/// What a run over a few files found.
pub struct Outcome {
    /// The files.
    pub files: FileSet,
    /// What was found in them, sorted.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks `files` (name and text; names with `/` lie in further modules; `.tfvars` files are
/// loaded by themselves, `override.tf` and `*_override.tf` override; JSON likewise) with one rule.
pub fn check_files(rule: &BuiltinRule, files: &[(String, String)]) -> Outcome {
    check_with(std::slice::from_ref(rule), &Catalog::builtin(), files)
}

/// Checks `files` as [`check_files`] does, with several rules and the schemas of other providers.
pub fn check_with(
    rules: &[BuiltinRule],
    schemas: &Catalog<'_>,
    files: &[(String, String)],
) -> Outcome {
    let mut set = FileSet::new();
    let mut trees = Vec::new();
    let mut modules: BTreeMap<String, ModuleFiles> = BTreeMap::new();
    for (name, text) in files {
        let file = set.add(SourceFile::new(name.as_str(), text.as_bytes()));
        trees.push(syntax::parse_as(text.as_bytes(), Syntax::of_path(name)));
        let directory = name.rsplit_once('/').map_or(".", |(directory, _)| directory).to_owned();
        let module = modules.entry(directory.clone()).or_default();
        module.directory = directory;
        let stem = name.strip_suffix(".json").unwrap_or(name);
        let files = match stem.rsplit('/').next() {
            _ if stem.ends_with(".tfvars") => &mut module.variable_files,
            Some("override.tf") => &mut module.overrides,
            _ if stem.ends_with("_override.tf") => &mut module.overrides,
            _ => &mut module.config,
        };
        files.push(file);
    }
    let modules: Vec<ModuleFiles> = modules.into_values().collect();
    let sources = Sources { files: &set, trees: &trees };
    let settings = Settings::default();
    let absent = BTreeMap::new();
    let input = Input {
        sources,
        modules: &modules,
        settings: &settings,
        absent: &absent,
        files: None,
        schemas,
    };
    let diagnostics = check(input, &RuleSet::new(rules)).diagnostics;
    Outcome { files: set, diagnostics }
}

/// The files after all fixes, safe and unsafe, were applied until none is left.
pub fn apply_fixes(rule: &BuiltinRule, files: &[(String, String)]) -> Vec<(String, String)> {
    let mut files = files.to_vec();
    for _ in 0..MAX_ROUNDS {
        let outcome = check_files(rule, &files);
        if !apply_round(&outcome, &mut files) {
            break;
        }
    }
    files
}

/// Applies the fixes that do not overlap an earlier one; `false` when there is none.
fn apply_round(outcome: &Outcome, files: &mut [(String, String)]) -> bool {
    let mut edits: Vec<Edit> = Vec::new();
    for fix in outcome.diagnostics.iter().filter_map(|diagnostic| diagnostic.fix.as_ref()) {
        let overlaps = |new: &Edit| edits.iter().any(|old| overlap(old, new));
        if !fix.edits.iter().any(overlaps) {
            edits.extend(fix.edits.iter().cloned());
        }
    }
    edits.sort_by_key(|edit| (edit.location.file, edit.location.range));
    for edit in edits.iter().rev() {
        let text = &mut files[edit.location.file.0 as usize].1;
        let range = edit.location.range;
        text.replace_range(range.start() as usize..range.end() as usize, &edit.text);
    }
    !edits.is_empty()
}

fn overlap(a: &Edit, b: &Edit) -> bool {
    let (x, y) = (a.location.range, b.location.range);
    a.location.file == b.location.file && x.start() <= y.end() && y.start() <= x.end()
}
