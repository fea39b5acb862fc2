//! The manifest of `terraform init`: where it has put the modules that are called. Never tells that a
//! call leads to a module that was installed for another one.

use std::collections::HashSet;

use serde::Deserialize;
use version::Constraints;

use crate::calls::{Call, Version};

/// Where the manifest lies in the directory in which Terraform ran.
pub(crate) const PATH: &str = ".terraform/modules/modules.json";

/// One module that was installed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Record {
    /// The names of the calls on the way, joined by dots; empty for the root.
    #[serde(rename = "Key")]
    pub(crate) key: String,
    #[serde(rename = "Source", default)]
    source: String,
    #[serde(rename = "Version", default)]
    version: Option<String>,
    /// Relative to the directory in which Terraform ran.
    #[serde(rename = "Dir")]
    pub(crate) directory: String,
    /// How many calls lead there from the root.
    #[serde(skip)]
    pub(crate) depth: usize,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "Modules")]
    modules: Vec<Record>,
}

/// The records of a manifest, callers before what they call. `None` when Terraform would not read it.
pub(crate) fn records(text: &[u8]) -> Option<Vec<Record>> {
    let Manifest { modules: mut records } = serde_json::from_slice(text).ok()?;
    let mut keys = HashSet::new();
    if !records.iter().all(|record| keys.insert(record.key.as_str())) {
        return None;
    }
    records.retain(|record| !record.key.is_empty());
    for record in &mut records {
        record.depth = record.key.split('.').count();
    }
    records.sort_by(|one, other| (one.depth, &one.key).cmp(&(other.depth, &other.key)));
    Some(records)
}

impl Record {
    /// The key of the caller and the name of the call.
    pub(crate) fn call(&self) -> (&str, &str) {
        self.key.rsplit_once('.').unwrap_or(("", &self.key))
    }

    /// Whether it was installed for `call` as it is written now; else Terraform asks for another
    /// `terraform init`.
    pub(crate) fn is_for(&self, call: &Call) -> bool {
        let Some(source) = &call.source else { return false };
        address(source) == address(&self.source)
            && match (&call.version, self.version.as_deref().filter(|text| !text.is_empty())) {
                (Version::Any, _) => true,
                (Version::Constraint(constraint), Some(version)) => satisfies(version, constraint),
                _ => false,
            }
    }
}

/// Whether `version` is one that the constraint of a call admits. Not where one of them cannot be
/// read.
fn satisfies(version: &str, constraint: &str) -> bool {
    let constraints = Constraints::parse_for_module(constraint);
    let admits = |it: Constraints| version.parse().is_ok_and(|version| it.admits(&version));
    constraints.is_some_and(admits)
}

/// Where modules without a host come from, for Terraform and for `OpenTofu`.
const REGISTRIES: [&str; 2] = ["registry.terraform.io/", "registry.opentofu.org/"];

/// `source` in a form in which those that mean the same are mostly equal.
fn address(source: &str) -> String {
    let source = REGISTRIES.iter().find_map(|host| source.strip_prefix(host)).unwrap_or(source);
    let is_registry_name = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    let path = source.split("//").next().unwrap_or(source);
    let parts: Vec<&str> = path.split('/').collect();
    if parts.len() == 3 && parts.iter().all(|part| is_registry_name(part)) {
        return source.to_owned();
    }
    let rest = source.strip_prefix("git::").unwrap_or(source);
    let (scheme, rest) = rest.split_once("://").map_or(("", rest), |(scheme, rest)| (scheme, rest));
    let rest = rest.strip_prefix("git@").unwrap_or(rest);
    // `git@github.com:owner/name` is short for a path on that host.
    let rest = match rest.split_once(':') {
        Some((host, path)) if scheme.is_empty() && !host.contains('/') => format!("{host}/{path}"),
        _ => rest.to_owned(),
    };
    let (rest, query) = rest.split_once('?').map_or((&*rest, None), |(rest, q)| (rest, Some(q)));
    let (repository, within) = rest.split_once("//").map_or((rest, None), |(r, w)| (r, Some(w)));
    let mut out = repository.strip_suffix(".git").unwrap_or(repository).to_owned();
    for (sign, part) in [("//", within), ("?", query)] {
        if let Some(part) = part {
            out.push_str(sign);
            out.push_str(part);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(source: &str, version: Option<&str>) -> Record {
        let (version, directory) = (version.map(str::to_owned), String::new());
        Record { key: "a".to_owned(), source: source.to_owned(), version, directory, depth: 1 }
    }

    fn call(source: &str, version: Version) -> Call {
        Call { name: "a".to_owned(), source: Some(source.to_owned()), version }
    }

    #[test]
    fn records_are_read_as_terraform_writes_them() {
        let text = br#"{"Modules":[{"Key":"b.c","Source":"git::https://h/x","Dir":".terraform/modules/b.c"},
            {"Key":"b","Source":"registry.terraform.io/x/y/z","Version":"1.0.0","Dir":"d","More":1},
            {"Key":"","Source":"","Dir":"."}]}"#;
        let keys: Vec<_> = records(text).expect("is valid").into_iter().map(|it| it.key).collect();
        assert_eq!(keys, ["b", "b.c"]);
    }

    #[test]
    fn what_terraform_would_not_read_is_nothing() {
        for text in [
            "",
            "[]",
            "null",
            r#"{"Modules":{}}"#,
            r#"{"Modules":[{"Key":1,"Dir":""}]}"#,
            r#"{"Modules":[{"Key":"a","Dir":null}]}"#,
            r#"{"Modules":[{"Key":"a","Dir":"x"},{"Key":"a","Dir":"y"}]}"#,
            "{\"Modules\":[{\"Key\":\"a",
        ] {
            assert_eq!(records(text.as_bytes()), None, "{text}");
        }
        assert_eq!(records(b"\xff\xfe"), None);
        assert_eq!(records("[".repeat(1_000_000).as_bytes()), None);
    }

    #[test]
    fn a_module_that_was_installed_for_another_call_is_not_taken() {
        let check = |written: &str, installed: &str, expect| {
            let is_for = record(installed, None).is_for(&call(written, Version::Any));
            assert_eq!(is_for, expect, "{written}");
        };
        check("x/y/z", "registry.terraform.io/x/y/z", true);
        check("x/y/z//sub", "registry.terraform.io/x/y/z//sub", true);
        check("x/y/z", "registry.opentofu.org/x/y/z", true);
        check("registry.terraform.io/x/y/z", "registry.terraform.io/x/y/z", true);
        check("x/y/z", "example.com/x/y/z", false);
        check("x/y/other", "registry.terraform.io/x/y/z", false);
        check("example.com/x/y/z", "example.com/x/y/z", true);
        check("github.com/o/n", "git::https://github.com/o/n.git", true);
        check("github.com/o/n//m?ref=1", "git::https://github.com/o/n.git//m?ref=1", true);
        check("github.com/o/n?ref=2", "git::https://github.com/o/n.git?ref=1", false);
        check("git@github.com:o/n.git", "git::ssh://git@github.com/o/n.git", true);
        check("git::https://h:8443/n", "git::https://h:8443/n", true);
        check("s3::https://s3.amazonaws.com/b/k.zip", "./b", false);
    }

    #[test]
    fn the_version_must_be_one_that_the_call_allows() {
        let check = |version: Version, installed: Option<&str>, expect| {
            let record = record("registry.terraform.io/x/y/z", installed);
            assert_eq!(record.is_for(&call("x/y/z", version.clone())), expect, "{version:?}");
        };
        check(Version::Any, Some("1.2.3"), true);
        check(Version::Constraint("~> 1.2".to_owned()), Some("1.9.0"), true);
        check(Version::Constraint("~> 2.0".to_owned()), Some("1.9.0"), false);
        check(Version::Constraint("~> 1".to_owned()), Some("3.0.0"), true);
        check(Version::Constraint(">= 1.0".to_owned()), Some("1.2.0-beta"), false);
        check(Version::Constraint("1.2.0-beta".to_owned()), Some("1.2.0-beta"), true);
        check(Version::Constraint("1.0".to_owned()), None, false);
        check(Version::Constraint("latest".to_owned()), Some("1.9.0"), false);
        check(Version::Constraint(">= 1".to_owned()), Some("latest"), false);
        check(Version::Unknown, Some("1.9.0"), false);
    }
}
