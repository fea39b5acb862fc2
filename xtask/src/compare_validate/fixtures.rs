//! The fixtures as they lie in the project: their files without the caret comments.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use rulebook::read_marked;

/// All fixtures, and the version of hashicorp/aws that they are about.
pub(super) struct Fixtures {
    pub(super) version: String,
    pub(super) lock: String,
    /// By name: path and text of each file.
    pub(super) all: BTreeMap<String, Vec<(String, String)>>,
}

impl Fixtures {
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let lock = std::fs::read_to_string(folder.join(".terraform.lock.hcl"))?;
        let version = lock.split('"').nth(3).context("the lock file names no version")?.to_owned();
        let mut all = BTreeMap::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "tf") {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let text = std::fs::read_to_string(&path)?;
                let example = read_marked(&text)
                    .map_err(|errors| anyhow!("{}: {}", path.display(), errors[0].message))?;
                all.insert(name, example.files);
            }
        }
        Ok(Self { version, lock, all })
    }

    /// Writes the files of a fixture below `folder`.
    pub(super) fn write(files: &[(String, String)], folder: &Path) -> Result<()> {
        for (path, text) in files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
            std::fs::write(path, text)?;
        }
        Ok(())
    }

    /// The block on the top level of a file that a line stands in: its first line, and its last
    /// label, or the word that it begins with when it has none.
    pub(super) fn block(&self, fixture: &str, path: &str, line: usize) -> (usize, String) {
        let files = self.all.get(fixture).map(Vec::as_slice).unwrap_or_default();
        let text = files.iter().find(|(name, _)| name == path).map_or("", |(_, text)| text);
        let starts_block =
            |line: &str| line.starts_with(|c: char| c.is_ascii_lowercase()) && line.contains('{');
        let lines = text.lines().enumerate().take(line);
        let Some((at, header)) = lines.filter(|(_, line)| starts_block(line)).last() else {
            return (0, String::new());
        };
        let word = header.split_whitespace().next().unwrap_or_default();
        let label = header.split('"').rev().nth(1).unwrap_or(word);
        (at + 1, label.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lie_in_blocks() {
        let text = "# a\n\nresource \"x\" \"y\" {\n  a = 1\n}\n\nlocals {\n  b = <<E\n}\nE\n}\n";
        let all = BTreeMap::from([("x".to_owned(), vec![("m.tf".to_owned(), text.to_owned())])]);
        let fixtures = Fixtures { version: String::new(), lock: String::new(), all };
        let check = |line: usize, expect: (usize, &str)| {
            let (at, label) = fixtures.block("x", "m.tf", line);
            assert_eq!((at, label.as_str()), expect, "line {line}");
        };
        check(1, (0, ""));
        check(3, (3, "y"));
        check(4, (3, "y"));
        check(10, (7, "locals"));
    }
}
