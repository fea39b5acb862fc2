//! What keeps a comment from being called unused: in another run, or without the errors that cfglint
//! reports here, it may have something to silence.

use std::collections::{BTreeSet, HashMap, HashSet};

use diagnostics::{Diagnostic, core};
use module::Sources;
use rulebook::RulePattern;
use source::{FileId, TextRange};
use syntax::Tree;

use super::areas::{Spots, patterns};
use super::directive::{CORE, Reach};
use crate::Undecided;

/// The doubts about all files.
pub(super) struct Doubts<'s> {
    sources: Sources<'s>,
    /// The directories in which something may have kept rules from finding all there is.
    directories: HashSet<&'s str>,
    undecided: HashMap<FileId, Vec<&'s Undecided>>,
    /// What means an undecided rule, by directory.
    patterns: HashMap<&'s str, BTreeSet<RulePattern>>,
    everywhere: BTreeSet<RulePattern>,
}

/// The doubts about one file.
pub(super) struct FileDoubts<'d> {
    is_certain: bool,
    /// What means a rule that is undecided somewhere in the module.
    patterns: Option<&'d BTreeSet<RulePattern>>,
    /// The blocks of the file that are undecided.
    blocks: Spots,
    /// All resources of the file.
    resources: Vec<TextRange>,
}

impl<'s> Doubts<'s> {
    /// The doubts that `diagnostics` leave, and `undecided`.
    pub(super) fn new(
        sources: Sources<'s>,
        diagnostics: &[Diagnostic],
        undecided: &'s [Undecided],
    ) -> Self {
        let own = diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.rule.pack() == CORE && diagnostic.rule != core::CONFIG);
        let directories =
            own.map(|diagnostic| sources.files.get(diagnostic.location.file).directory()).collect();
        let mut doubts = Self {
            sources,
            directories,
            undecided: HashMap::new(),
            patterns: HashMap::new(),
            everywhere: BTreeSet::new(),
        };
        let mut known = HashSet::new();
        for found in undecided {
            let Undecided { rules, block } = found;
            doubts.undecided.entry(block.file).or_default().push(found);
            // Many blocks share one list of rules.
            let directory = sources.files.get(block.file).directory();
            if !known.insert((directory, rules.as_ptr())) {
                continue;
            }
            let all = doubts.patterns.entry(directory).or_default();
            for rule in rules.iter() {
                all.extend(patterns(rule));
                doubts.everywhere.extend(patterns(rule));
            }
        }
        doubts
    }

    /// The doubts about `file`. A file of values may belong to any module.
    pub(super) fn about(&self, file: FileId, tree: &Tree) -> FileDoubts<'_> {
        let source = self.sources.files.get(file);
        let (is_doubtful, patterns) = if is_config(source.path()) {
            let directory = source.directory();
            (self.directories.contains(directory), self.patterns.get(directory))
        } else {
            (!self.directories.is_empty(), Some(&self.everywhere))
        };
        let here = self.undecided.get(&file).into_iter().flatten();
        let blocks = here.flat_map(|undecided| {
            undecided.rules.iter().map(|rule| (rule.clone(), undecided.block.range))
        });
        let resources = tree.body().blocks().filter(|block| block.kind() == "resource");
        let mut resources: Vec<TextRange> = resources.map(syntax::Block::range).collect();
        resources.sort_unstable();
        let is_certain = tree.errors().is_empty() && !is_doubtful;
        FileDoubts { is_certain, patterns, blocks: Spots::new(blocks), resources }
    }
}

impl FileDoubts<'_> {
    /// Whether all that could be found here was found.
    pub(super) fn is_certain(&self) -> bool {
        self.is_certain
    }

    /// Whether with other values `pattern` may have something to silence in `area`. What is found
    /// outside of resources is about one of them.
    pub(super) fn is_open(&self, pattern: &RulePattern, reach: Reach, area: TextRange) -> bool {
        let first = self.resources.partition_point(|resource| resource.end() <= area.start());
        let resource = self.resources.get(first).filter(|resource| resource.start() < area.end());
        match reach {
            Reach::Line | Reach::Block if resource.is_some() => {
                self.blocks.find(pattern, area).is_some()
            }
            _ => self.patterns.is_some_and(|patterns| patterns.contains(pattern)),
        }
    }
}

/// Whether the file at `path` belongs to the module of its directory.
fn is_config(path: &str) -> bool {
    let name = path.strip_suffix(".json").unwrap_or(path);
    matches!(name.rsplit_once('.'), Some((_, "tf" | "tofu")))
}
