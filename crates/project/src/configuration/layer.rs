//! A configuration file with the files that it extends, and the chain of those that count for a
//! directory.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use config::{FILE_LIMIT, NamedFile};
use diagnostics::{Diagnostic, Level, core};
use ignore::gitignore::Gitignore;
use rulebook::RuleIndex;
use source::{Location, Text, TextRange};

use super::patterns::patterns;
use super::table::Table;
use crate::directory;
use crate::paths::resolved;
use crate::read::{read_error, refusal};
use crate::schemas::SchemaFile;

/// So many files may extend each other.
const MAX_FILES: usize = 100;

/// The files that count for a directory, the outermost first.
#[derive(Debug, Default)]
pub(super) struct Chain {
    pub(super) layers: Vec<Arc<Layer>>,
}

impl Chain {
    /// The same with one more layer inside.
    pub(super) fn with(&self, layer: Layer) -> Self {
        let layers = self.layers.iter().cloned().chain([Arc::new(layer)]);
        Self { layers: layers.collect() }
    }

    pub(super) fn has_patterns(&self) -> bool {
        self.layers.iter().any(|layer| !layer.patterns.is_empty())
    }

    /// Whether `path` is excluded: the innermost file with a pattern that matches decides.
    pub(super) fn excludes(&self, path: &Path, is_directory: bool) -> bool {
        let matches = |layer: &Arc<Layer>| {
            let found = layer.patterns.matched(path, is_directory);
            (!found.is_none()).then(|| found.is_ignore())
        };
        self.layers.iter().rev().find_map(matches).unwrap_or(false)
    }
}

/// One configuration file and those that it extends.
#[derive(Debug)]
pub(super) struct Layer {
    /// Their places in the table; what a later one says wins.
    pub(super) files: Vec<usize>,
    /// All their patterns.
    patterns: Gitignore,
    /// The schemas of providers that they name; what comes later goes before the others.
    pub(super) schemas: Vec<SchemaFile>,
    /// What is wrong with them together.
    pub(super) problems: Vec<Diagnostic>,
}

/// Where a file counts.
#[derive(Clone, Copy)]
pub(super) struct Base<'a> {
    /// The directory to which patterns are relative.
    pub(super) directory: &'a Path,
    /// Outside of this no file is read.
    pub(super) root: &'a Path,
}

impl Layer {
    /// The layer of the file at `file` of the `table`; reads what it extends.
    pub(super) fn new(
        file: usize,
        base: Base<'_>,
        table: &mut Table,
        texts: &HashMap<PathBuf, Text>,
        index: &RuleIndex,
    ) -> Self {
        let (files, problems) = (Vec::new(), Vec::new());
        let mut extending =
            Extending { base, table, texts, index, files, problems, way: Vec::new() };
        if let Err(error) = &extending.table.get(file).text {
            let place = Location::new(Table::id(file), TextRange::empty(0));
            extending.problems.push(problem(place, refusal(error, FILE_LIMIT)));
        }
        extending.visit(file);
        let Extending { mut files, mut problems, table, .. } = extending;
        files.reverse();
        let patterns = patterns(&files, base.directory, table, &mut problems);
        let schemas = schemas(&files, base.root, table, &mut problems);
        Self { files, patterns, schemas, problems }
    }
}

/// Where the file at `path` lies, links resolved, when that is inside `root`; else why it is not read.
fn located(path: &Path, root: &Path) -> Result<PathBuf, String> {
    match fs::canonicalize(path) {
        Ok(real) if real.starts_with(root) => Ok(real),
        // What is there outside of the project is not told.
        Err(error) if path.starts_with(root) => Err(refusal(&read_error(&error), FILE_LIMIT)),
        _ => Err("is not read: it lies outside the project".to_owned()),
    }
}

/// Reads the schemas that `files` name.
fn schemas(
    files: &[usize],
    root: &Path,
    table: &mut Table,
    problems: &mut Vec<Diagnostic>,
) -> Vec<SchemaFile> {
    let mut found = Vec::new();
    for file in files {
        let entry = table.get(*file);
        let directory = entry.path.parent().map(Path::to_owned).unwrap_or_default();
        for named in entry.reading.config.schemas.clone() {
            let path = resolved(Path::new(&named.path), &directory);
            let read = located(&path, root).and_then(|real| table.schemas(real, root));
            match read {
                Ok(schemas) => found.push(schemas),
                Err(message) => {
                    problems.push(problem(named.location, format!("the schema {message}")));
                }
            }
        }
    }
    found
}

/// Reads what files extend, those that win first.
struct Extending<'a> {
    base: Base<'a>,
    table: &'a mut Table,
    texts: &'a HashMap<PathBuf, Text>,
    index: &'a RuleIndex,
    files: Vec<usize>,
    problems: Vec<Diagnostic>,
    /// The files that lead to the one that is visited, each with the place where it extends the next.
    way: Vec<(usize, Location)>,
}

impl Extending<'_> {
    fn visit(&mut self, file: usize) {
        self.files.push(file);
        let entry = self.table.get(file);
        let directory = entry.path.parent().map(Path::to_owned).unwrap_or_default();
        let extends = entry.reading.config.extends.clone();
        for NamedFile { path, location } in extends.into_iter().rev() {
            self.way.push((file, location));
            match self.read(&path, &directory) {
                Ok(other) if self.way.iter().any(|(on_way, _)| *on_way == other) => {
                    self.cycle(other, location);
                }
                // What comes twice has said all it has to say where it wins.
                Ok(other) if self.files.contains(&other) => {}
                Ok(_) if self.files.len() >= MAX_FILES => {
                    let message = format!("more than {MAX_FILES} files extend each other");
                    self.problems.push(problem(location, message));
                }
                Ok(other) => self.visit(other),
                Err(message) => {
                    let message = format!("the file that is extended {message}");
                    self.problems.push(problem(location, message));
                }
            }
            self.way.pop();
        }
    }

    /// The place of the file at `path` in the table, or why it cannot be had.
    fn read(&mut self, path: &str, directory: &Path) -> Result<usize, String> {
        let path = resolved(Path::new(path), directory);
        let real = located(&path, self.base.root)?;
        if directory::is_of_terraform(&path) || directory::is_of_terraform(&real) {
            return Err("is not read: it is a file of Terraform".to_owned());
        }
        // By its own name, so that links lead to no file twice.
        let place = self.table.read(real, self.texts, self.index);
        match &self.table.get(place).text {
            Ok(_) => Ok(place),
            Err(error) => Err(refusal(error, FILE_LIMIT)),
        }
    }

    /// `location` extends `again`, which is on the way already.
    fn cycle(&mut self, again: usize, location: Location) {
        let start = self.way.iter().position(|(file, _)| *file == again).unwrap_or(0);
        let circle = &self.way[start..self.way.len() - 1];
        let message = if circle.is_empty() {
            "the file extends itself"
        } else {
            "the files extend each other"
        };
        let mut problem = problem(location, message);
        for (_, location) in circle {
            problem = problem.with_related(*location, "the way here goes through this");
        }
        self.problems.push(problem);
    }
}

/// A mistake at `location`.
pub(super) fn problem(location: Location, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(core::CONFIG, Level::Error, location, message)
}
