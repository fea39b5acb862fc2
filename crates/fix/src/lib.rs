//! Applies fixes to texts in rounds, proves what comes out, and shows it as a diff. Never touches the
//! disk: who judges and who writes is told from outside.

mod apply;
mod choose;
mod counts;
mod diff;
mod plan;
mod search;
mod sound;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use diagnostics::{Diagnostic, RuleId};
use source::{FileId, FileSet, Text};
use syntax::Syntax;

pub use diff::unified;
pub use plan::plan;

/// The files that have another text than at the start.
pub type Texts = BTreeMap<FileId, Text>;

/// Judges the files of the run with other texts for some. A diagnostic that is not to be mended has
/// no fix.
pub type Judge<'j> = dyn FnMut(&Texts) -> Vec<Diagnostic> + 'j;

/// What may be mended.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The files as they were read.
    pub files: &'a FileSet,
    /// Whether fixes that may change what is deployed are applied too.
    pub with_unsafe: bool,
    /// Whether a file may be changed.
    pub may_edit: &'a dyn Fn(FileId) -> bool,
    /// The syntax that a file is written in.
    pub syntax: &'a dyn Fn(FileId) -> Syntax,
}

/// What fixes make of the files.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The files that change.
    pub texts: Texts,
    /// What is found in the files when they are changed so.
    pub diagnostics: Vec<Diagnostic>,
    /// How many diagnostics were mended, by the file that was changed for it.
    pub fixed: BTreeMap<FileId, usize>,
    /// Those of `diagnostics`, by their index, whose fix was asked for and given up.
    pub given_up: Vec<(usize, Reason)>,
}

/// Why a fix is given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// With it this rule would find more.
    Worse(RuleId),
    /// With it the file could not be read as before, or would lose a comment.
    Unsound,
    /// Other fixes would follow it without end.
    Endless,
    /// It could not be proved to do no harm.
    Unproved,
}
