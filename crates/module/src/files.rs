//! Which files make a module.

use source::{FileId, FileSet};
use syntax::Tree;

/// The files of one directory that Terraform reads as one module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub struct ModuleFiles {
    /// The directory as output shows it; `.` for the working directory.
    pub directory: String,
    /// Configuration files in the order in which Terraform reads them: by name.
    pub config: Vec<FileId>,
    /// Override files, whose blocks are merged into those of `config`, in the order of their names.
    pub overrides: Vec<FileId>,
    /// Variable files that are loaded by themselves, in the order in which later ones win.
    pub variable_files: Vec<FileId>,
    /// Whether there is configuration that could not be read. Then nothing may be called undeclared.
    pub has_unread_config: bool,
    /// Whether some of it are override files, which may change anything: then nothing is judged.
    pub has_unread_overrides: bool,
    /// Whether there are variable files that could not be read. Then no default may be taken for
    /// the value of a variable.
    pub has_unread_variables: bool,
    /// Whether there is a `.terraform.lock.hcl`.
    pub has_lock_file: bool,
}

/// The files of a run with their trees.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// All files.
    pub files: &'a FileSet,
    /// The tree of each file, by its id.
    pub trees: &'a [Tree],
}

impl<'a> Sources<'a> {
    /// The tree of `file`.
    ///
    /// # Panics
    /// When `file` has no tree.
    pub fn tree(self, file: FileId) -> &'a Tree {
        &self.trees[file.0 as usize]
    }
}

/// What is set for variables from outside, and the answers that the command line gives.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `TF_VAR_name` of the environment: name and text.
    pub environment: Vec<(String, String)>,
    /// `--var` and `--var-file` in the order given.
    pub assignments: Vec<Assignment>,
    /// `--workspace`.
    pub workspace: Option<String>,
}

/// One `--var` or `--var-file`.
#[derive(Clone, Debug)]
pub enum Assignment {
    /// `--var name=text`
    Value(String, String),
    /// `--var-file`
    File(FileId),
}
