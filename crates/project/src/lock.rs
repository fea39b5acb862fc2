//! The lock file of `terraform init`: which version of each provider is installed. Never says what is
//! wrong with it.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;
use source::Text;

use crate::FILE_LIMIT;
use crate::discover::FoundModule;
use crate::disk::Disk;
use crate::read::read;

/// What the lock files of modules say, module by module, read in parallel.
pub(crate) fn read_all<'m>(
    modules: impl Iterator<Item = &'m FoundModule>,
    disk: &Disk,
) -> Vec<BTreeMap<String, String>> {
    let paths: Vec<_> = modules.map(|module| module.files.lock_file.as_deref()).collect();
    let versions = |path: &Path| read(path, disk.roots(), FILE_LIMIT).ok().map(versions);
    paths.into_par_iter().map(|path| path.and_then(versions).unwrap_or_default()).collect()
}

/// The source and the version of each provider. Of two entries of one provider the first counts; those
/// without a version that is written out are left out.
fn versions(text: Text) -> BTreeMap<String, String> {
    let tree = syntax::parse(text);
    let mut versions = BTreeMap::new();
    for block in tree.body().blocks_of("provider") {
        let version = block.body().attribute("version");
        let version = version.and_then(|version| version.expr().as_plain_string());
        if let (Some(source), Some(version)) = (block.label(0), version) {
            versions.entry(source.into_owned()).or_insert(version);
        }
    }
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<(String, String)> {
        versions(text.into()).into_iter().collect()
    }

    fn pair(source: &str, version: &str) -> (String, String) {
        (source.to_owned(), version.to_owned())
    }

    #[test]
    fn versions_are_read_as_terraform_writes_them() {
        let text = br#"# This file is maintained automatically by "terraform init".

provider "registry.opentofu.org/hashicorp/aws" {
  version = "6.1.0"
}

provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.31.0"
  constraints = "~> 5.0"
  hashes = [
    "h1:ltxyuBWIy9cq0kIKDJH1jeWJy/y7XJLjS4QrsQK4plA=",
  ]
}
"#;
        let aws = [
            pair("registry.opentofu.org/hashicorp/aws", "6.1.0"),
            pair("registry.terraform.io/hashicorp/aws", "5.31.0"),
        ];
        assert_eq!(read(text), aws);
    }

    #[test]
    fn broken_entries_are_left_out() {
        let text = br#"
provider "a" {}
provider { version = "1.0.0" }
provider "b" { version = var.x }
provider "c" { version = 1 }
provider "d" { version = "1.0.0" }
provider "d" { version = "2.0.0" }
provider "e" { version = "3.0.0"
"#;
        let read = read(text);
        assert!(read.contains(&pair("d", "1.0.0")), "{read:?}");
        assert!(!read.iter().any(|(source, _)| ["a", "b", "c"].contains(&&**source)), "{read:?}");
    }

    #[test]
    fn any_bytes_are_read() {
        for text in ["", "provider", "\u{0}", "provider \"x", "}}}{{{", "<<EOF", "provider \"${"] {
            assert_eq!(read(text.as_bytes()), []);
        }
        assert_eq!(read(b"\xff\xfeprovider"), []);
        assert_eq!(read("provider \"a\" {".repeat(20_000).as_bytes()), []);
    }
}
