//! Places as SARIF writes them: percent-encoded paths from the project root, UTF-16 columns, and
//! the fingerprints of lines.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_sarif::sarif::{ArtifactLocation, Location as SarifLocation, PhysicalLocation, Region};
use source::{FileId, FileSet, Location};

use crate::Report;
use crate::line_hash::line_hashes;

/// Turns locations into SARIF; keeps the line fingerprints of the files it saw.
pub(super) struct Places<'a> {
    files: &'a FileSet,
    root: &'a str,
    directory: &'a str,
    hashes: HashMap<FileId, Vec<String>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(report: &Report<'a>) -> Self {
        let Report { files, root, directory, .. } = *report;
        Self { files, root, directory, hashes: HashMap::new() }
    }

    pub(super) fn location(&self, location: Location) -> SarifLocation {
        let physical = PhysicalLocation::builder()
            .artifact_location(self.artifact(location.file))
            .region(self.region(location))
            .build();
        SarifLocation::builder().physical_location(physical).build()
    }

    pub(super) fn artifact(&self, file: FileId) -> ArtifactLocation {
        let uri = uri(self.root, self.directory, self.files.get(file).path());
        ArtifactLocation::builder().uri(uri).build()
    }

    pub(super) fn region(&self, location: Location) -> Region {
        let file = self.files.get(location.file);
        let at = |offset| file.lines().position_utf16(file.text(), offset);
        let (start, end) = (at(location.range.start()), at(location.range.end()));
        Region::builder()
            .start_line(i64::from(start.line))
            .start_column(i64::from(start.column))
            .end_line(i64::from(end.line))
            .end_column(i64::from(end.column))
            .build()
    }

    /// `primaryLocationLineHash` of the line on which `location` starts.
    pub(super) fn fingerprint(&mut self, location: Location) -> Option<String> {
        let file = self.files.get(location.file);
        let hashes = self
            .hashes
            .entry(location.file)
            .or_insert_with(|| line_hashes(&String::from_utf8_lossy(file.text())));
        let line = file.lines().line(location.range.start()) as usize;
        hashes.get(line - 1).cloned()
    }
}

/// `path`, which is relative to `directory`, from `root` and percent-encoded. A path that leaves the
/// root begins with `..`.
fn uri(root: &str, directory: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let root: Vec<&str> = root.split('/').filter(|part| !part.is_empty()).collect();
    let common = parts.iter().zip(&root).take_while(|(part, of_root)| part == of_root).count();
    let up = root.iter().skip(common).map(|_| "..");
    let mut uri = String::new();
    for part in up.chain(parts.iter().skip(common).copied()) {
        if !uri.is_empty() {
            uri.push('/');
        }
        percent_encode(part, &mut uri);
    }
    if uri.is_empty() { ".".to_owned() } else { uri }
}

/// All but the unreserved characters of RFC 3986.
fn percent_encode(part: &str, uri: &mut String) {
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(directory: &str, path: &str, expect: &str) {
        assert_eq!(uri("", directory, path), expect);
        let below = format!("home/ann/{directory}");
        assert_eq!(uri("home/ann", &below, path), expect);
    }

    #[test]
    fn paths_become_uris() {
        check("", "a/b.tf", "a/b.tf");
        check("infra/prod", "../modules/x/main.tf", "infra/modules/x/main.tf");
        check("infra", "./main.tf", "infra/main.tf");
        check("", "../out.tf", "../out.tf");
        check("", "my dir/é#%.tf", "my%20dir/%C3%A9%23%25.tf");
        check("", "c:x.tf", "c%3Ax.tf");
        check("", ".", ".");
    }

    #[test]
    fn the_root_may_lie_elsewhere() {
        assert_eq!(uri("home/ann/p", "home/ann", "p/a.tf"), "a.tf");
        assert_eq!(uri("home/ann/p", "home/bob", "../ann/p/m/a.tf"), "m/a.tf");
        assert_eq!(uri("home/ann/p", "home/ann", "q/a.tf"), "../q/a.tf");
    }
}
