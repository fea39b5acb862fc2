//! Which files of one directory Terraform reads, by their names.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What one directory holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DirectoryFiles {
    /// Sorted by name, those in JSON syntax among the others.
    pub(crate) config: Vec<PathBuf>,
    /// `override.tf`, `*_override.tf` and the same in other forms, sorted by name.
    pub(crate) overrides: Vec<PathBuf>,
    /// `terraform.tfvars`, `terraform.tfvars.json`, then `*.auto.tfvars` and `*.auto.tfvars.json`
    /// sorted by name.
    pub(crate) variable_files: Vec<PathBuf>,
    /// `.tf` files that are not read, and the `.tofu` files that stand in for them.
    pub(crate) replaced: BTreeMap<PathBuf, PathBuf>,
    /// `.terraform.lock.hcl`, which tells the versions of providers.
    pub(crate) lock_file: Option<PathBuf>,
}

impl DirectoryFiles {
    /// All files that are read.
    pub(crate) fn all(&self) -> impl Iterator<Item = &PathBuf> {
        self.config.iter().chain(&self.overrides).chain(&self.variable_files)
    }
}

/// What a file name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Config,
    Override,
    Variables,
    LockFile,
}

/// Whether a file of that name makes its directory a module.
pub(crate) fn is_config(name: &OsStr) -> bool {
    matches!(role(&name.to_string_lossy()), Some(Role::Config | Role::Override))
}

/// Whether Terraform may read the file at `path`, by its name.
pub(crate) fn is_of_terraform(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    role(&name).is_some() || name.strip_suffix(".json").unwrap_or(&name).ends_with(".tfvars")
}

/// Reads the names in `directory`.
pub(crate) fn list(directory: &Path) -> io::Result<DirectoryFiles> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        // What cannot be looked at is found out when it is read.
        if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            names.push(entry.file_name());
        }
    }
    names.sort();
    Ok(classify(directory, &names))
}

/// `names` must be sorted.
fn classify(directory: &Path, names: &[OsString]) -> DirectoryFiles {
    let mut files = DirectoryFiles::default();
    for name in names {
        let text = name.to_string_lossy();
        let path = directory.join(name);
        let role = role(&text);
        if let Some(Role::Config | Role::Override) = role
            && let Some(other) = replacement(name, names)
        {
            files.replaced.insert(path, directory.join(other));
            continue;
        }
        match role {
            Some(Role::Config) => files.config.push(path),
            Some(Role::Override) => files.overrides.push(path),
            Some(Role::Variables) => files.variable_files.push(path),
            Some(Role::LockFile) => files.lock_file = Some(path),
            None => {}
        }
    }
    // Terraform loads these two first; the sort keeps the order of the others.
    files.variable_files.sort_by_key(|path| match path.file_name().and_then(OsStr::to_str) {
        Some("terraform.tfvars") => 0,
        Some("terraform.tfvars.json") => 1,
        _ => 2,
    });
    files
}

fn role(name: &str) -> Option<Role> {
    if name == ".terraform.lock.hcl" {
        return Some(Role::LockFile);
    }
    if is_ignored(name) {
        return None;
    }
    let name = name.strip_suffix(".json").unwrap_or(name);
    if name == "terraform.tfvars" || name.ends_with(".auto.tfvars") {
        return Some(Role::Variables);
    }
    let stem = name.strip_suffix(".tf").or_else(|| name.strip_suffix(".tofu"))?;
    Some(if stem == "override" || stem.ends_with("_override") {
        Role::Override
    } else {
        Role::Config
    })
}

/// Hidden files and those that editors leave behind, as Terraform has it.
fn is_ignored(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

/// The `.tofu` file of the same stem that stands in for a `.tf` file.
fn replacement<'a>(name: &OsStr, names: &'a [OsString]) -> Option<&'a OsStr> {
    let name = name.as_encoded_bytes();
    let (stem, json) = name.strip_suffix(b".json").map_or((name, ""), |stem| (stem, ".json"));
    let stem = stem.strip_suffix(b".tf")?;
    let is_it = |other: &&OsString| {
        let other = other.as_encoded_bytes().strip_suffix(json.as_bytes());
        other.and_then(|other| other.strip_suffix(b".tofu")) == Some(stem)
    };
    names.iter().find(is_it).map(OsString::as_os_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classified(names: &[&str]) -> DirectoryFiles {
        let mut names: Vec<_> = names.iter().map(OsString::from).collect();
        names.sort();
        classify(Path::new("d"), &names)
    }

    fn names(paths: &[PathBuf]) -> Vec<&str> {
        paths.iter().filter_map(|path| path.file_name()?.to_str()).collect()
    }

    #[test]
    fn terraform_reads_by_name() {
        let files = classified(&[
            "b.tf",
            "a.tf",
            "B.tf",
            ".hidden.tf",
            "x.tf~",
            "#x.tf#",
            "README.md",
            "dir.tf.bak",
            "override.tf",
            "a_override.tf",
            "override.tf.json",
            "j.tf.json",
            "z.auto.tfvars",
            "a.auto.tfvars",
            "terraform.tfvars",
            "prod.tfvars",
            "terraform.tfvars.json",
            "c.auto.tfvars.json",
            ".terraform.lock.hcl",
        ]);
        assert_eq!(names(&files.config), ["B.tf", "a.tf", "b.tf", "j.tf.json"]);
        let variables = [
            "terraform.tfvars",
            "terraform.tfvars.json",
            "a.auto.tfvars",
            "c.auto.tfvars.json",
            "z.auto.tfvars",
        ];
        assert_eq!(names(&files.variable_files), variables);
        assert_eq!(names(&files.overrides), ["a_override.tf", "override.tf", "override.tf.json"]);
        assert_eq!(files.lock_file.as_deref(), Some(Path::new("d/.terraform.lock.hcl")));
    }

    #[test]
    fn tofu_files_replace_those_of_terraform() {
        let files = classified(&["a.tf", "a.tofu", "b.tf", "c.tofu", "d.tf.json", "d.tofu.json"]);
        assert_eq!(names(&files.config), ["a.tofu", "b.tf", "c.tofu", "d.tofu.json"]);
    }
}
