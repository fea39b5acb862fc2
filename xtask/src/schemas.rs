//! Packs the schemas that `tools/provider-schema` has written into the data that is built in. Never
//! writes data that has less than before without being told to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use schema::{Counts, Data, Model, Provider, Snapshots};
use version::Version;

const DATA: &str = "crates/schema/data";
const COUNTS: &str = "crates/schema/data/counts.txt";
const HEADER: &str = "\
# How much there is in each snapshot of each provider, nested attributes and blocks included, written by
# `cargo xtask schemas`. A test compares the data with it.
";

/// Packs `FOLDER/schemas/<provider>-<version>.json`, with `FOLDER/<provider>-constraints.json`.
pub fn run(root: &Path, folder: &Path, may_shrink: bool) -> Result<()> {
    let mut lines = read_counts(root);
    let mut packed = vec![("terraform".to_owned(), pack_terraform(root)?)];
    for (provider, snapshots) in snapshots(&folder.join("schemas"))? {
        let data = pack(&provider, &snapshots, folder)?;
        packed.push((provider, data));
    }
    for (name, data) in &packed {
        let counts = counts_of(data.provider());
        if !may_shrink {
            refuse_less(name, lines.get(name).map(Vec::as_slice).unwrap_or_default(), &counts)?;
        }
        lines.insert(name.clone(), counts);
    }
    for (name, data) in &packed {
        let path = root.join(DATA).join(format!("{name}.bin"));
        std::fs::write(&path, data.as_bytes()).with_context(|| format!("cannot write {name}"))?;
        println!("wrote {}: {} bytes", path.display(), data.as_bytes().len());
    }
    let lines = lines.iter().flat_map(|(name, counts)| counts.iter().map(move |one| (name, one)));
    let text = lines.fold(HEADER.to_owned(), |text, (name, one)| text + &one.line(name));
    std::fs::write(root.join(COUNTS), text).context("cannot write the counts")
}

/// The schema files of each provider by version.
fn snapshots(folder: &Path) -> Result<BTreeMap<String, BTreeMap<Version, PathBuf>>> {
    let mut found: BTreeMap<String, BTreeMap<Version, PathBuf>> = BTreeMap::new();
    let entries = std::fs::read_dir(folder);
    for entry in entries.with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let (provider, version) = stem.split_once('-').context("no version in a file name")?;
        let version = version.parse().with_context(|| format!("{stem}: no version"))?;
        found.entry(provider.to_owned()).or_default().insert(version, path);
    }
    Ok(found)
}

/// Packs the snapshots of one provider.
fn pack(name: &str, snapshots: &BTreeMap<Version, PathBuf>, folder: &Path) -> Result<Data> {
    let mut models = Vec::new();
    for (version, path) in snapshots {
        models.push((version.clone(), read_model(path)?));
    }
    let mut model = Model::join(models).with_context(|| format!("cannot join {name}"))?;
    let constraints = folder.join(format!("{name}-constraints.json"));
    if let Ok(json) = std::fs::read(&constraints) {
        let lost = model.set_constraints(&json).context("cannot read the constraints")?;
        println!("{name}: {} constraints lead to no attribute", lost.len());
        lost.iter().take(20).for_each(|path| println!("  {path}"));
    }
    encode(&model)
}

fn pack_terraform(root: &Path) -> Result<Data> {
    encode(&read_model(&root.join(DATA).join("terraform.json"))?)
}

fn encode(model: &Model) -> Result<Data> {
    let bytes = model.encode().context("too much for the format")?;
    Data::new(bytes).context("the data cannot be read back")
}

/// The one provider of a schema file.
pub fn read_model(path: &Path) -> Result<Model> {
    let json = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let models = Model::from_terraform_json(&json);
    let models = models.with_context(|| format!("{} is no schema", path.display()))?;
    let [model] = <[Model; 1]>::try_from(models)
        .map_err(|models| anyhow::anyhow!("{} providers in {}", models.len(), path.display()))?;
    Ok(model)
}

/// The counts of one snapshot.
#[derive(Clone)]
struct Line {
    version: String,
    counts: [usize; 6],
}

impl Line {
    fn line(&self, name: &str) -> String {
        let counts = self.counts.map(|count| count.to_string()).join(" ");
        format!("{name} {} {counts}\n", self.version)
    }
}

fn counts_of(provider: Provider<'_>) -> Vec<Line> {
    let mut versions: Vec<String> = provider.versions().map(str::to_owned).collect();
    if versions.is_empty() {
        versions.push("any".to_owned());
    }
    let line = |(number, version): (usize, &String)| {
        let Counts { resources, data_sources, ephemerals, attributes, blocks, constraints } =
            provider.counts(Snapshots::one(number));
        let counts = [resources, data_sources, ephemerals, attributes, blocks, constraints];
        Line { version: version.clone(), counts }
    };
    versions.iter().enumerate().map(line).collect()
}

/// The counts that are written; none where the file is missing.
fn read_counts(root: &Path) -> BTreeMap<String, Vec<Line>> {
    let text = std::fs::read_to_string(root.join(COUNTS)).unwrap_or_default();
    let mut lines: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let [name, version, counts @ ..] = words.as_slice() else { continue };
        let counts: Vec<usize> = counts.iter().filter_map(|count| count.parse().ok()).collect();
        if let Ok(counts) = counts.try_into() {
            let line = Line { version: (*version).to_owned(), counts };
            lines.entry((*name).to_owned()).or_default().push(line);
        }
    }
    lines
}

/// Refuses data that lacks a version which was there, or has less of one.
fn refuse_less(name: &str, before: &[Line], after: &[Line]) -> Result<()> {
    for old in before {
        let Some(new) = after.iter().find(|line| line.version == old.version) else {
            bail!("{name} {} is gone; pass --shrink if that is meant", old.version);
        };
        if old.counts.iter().zip(new.counts).any(|(old, new)| new < *old) {
            let (old, new) = (old.line(name), new.line(name));
            bail!("there is less than before; pass --shrink if that is meant\n{old}{new}");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(version: &str, resources: usize) -> Line {
        Line { version: version.to_owned(), counts: [resources, 1, 1, 1, 1, 1] }
    }

    #[test]
    fn less_than_before_is_refused() {
        let before = [line("1.0.0", 5), line("2.0.0", 6)];
        let check = |after: &[Line], expect| {
            assert_eq!(refuse_less("aws", &before, after).is_ok(), expect);
        };
        check(&[line("1.0.0", 5), line("2.0.0", 7), line("3.0.0", 1)], true);
        check(&[line("1.0.0", 4), line("2.0.0", 7)], false);
        check(&[line("2.0.0", 7)], false);
    }
}
