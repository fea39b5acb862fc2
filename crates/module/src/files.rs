//! Which files make a module.

use std::collections::BTreeMap;

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
    /// What that says: the source of each provider (`registry.terraform.io/hashicorp/aws`) and the
    /// text of its version.
    pub locked: BTreeMap<String, String>,
    /// In which scope of the schemas it lies; 0 when it lies in none of its own.
    pub schema_scope: u32,
    /// Where `terraform init` has put the modules that this one calls, directly or not, when it is
    /// a root: names of the calls on the way, joined by dots (`vpc.subnets`), and directory as
    /// [`ModuleFiles::directory`] writes it.
    pub installed: BTreeMap<String, String>,
}

/// Why a directory that a call names is no module of the run by that name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Absence {
    /// There is no such directory.
    NotFound,
    /// It holds no configuration.
    Empty,
    /// It lies outside of the project, links resolved, or is left out for another reason, and is
    /// not read.
    NotRead(String),
    /// By other words it is this directory of the run: a link leads there, or `..` goes up and down
    /// again.
    Alias(String),
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
