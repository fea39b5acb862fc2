//! Cuts a catalogue of rules into fixtures: for each rule an example that it must flag and one that
//! it must not, and a list of the rules. Never writes the words of the catalogue: the examples are
//! configuration, the list has facts.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

const FOLDER: &str = "fixtures/catalogue/cognito";
const INDEX: &str = "index.tsv";
const COLUMNS: &str = "id\tgroup\tseverity\tversions\n";

/// The labels of the fences of examples, which are also the names of their folders.
const EXAMPLES: [&str; 2] = ["bad", "good"];

/// A rule of the catalogue.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    id: String,
    group: String,
    severity: String,
    versions: String,
    /// The texts of [`EXAMPLES`].
    examples: [String; 2],
}

/// Writes the fixtures from the catalogue at `path`, and deletes those of rules that it no longer
/// has.
pub fn run(root: &Path, path: &Path) -> Result<()> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let rules = read(&text)?;
    let folder = root.join(FOLDER);
    write(&folder, &rules)?;
    println!("wrote {} rules to {}", rules.len(), folder.display());
    Ok(())
}

fn write(folder: &Path, rules: &[Rule]) -> Result<()> {
    for rule in rules {
        for (name, text) in EXAMPLES.iter().zip(&rule.examples) {
            let example = folder.join(&rule.id).join(name);
            fs::create_dir_all(&example)?;
            fs::write(example.join("main.tf"), text)?;
        }
    }
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_rule = entry.file_name().to_str().is_some_and(|name| ids.contains(name));
        if entry.file_type()?.is_dir() && !is_rule {
            fs::remove_dir_all(entry.path())?;
        }
    }
    fs::write(folder.join(INDEX), index(rules))?;
    Ok(())
}

/// The list of the rules, in their order.
fn index(rules: &[Rule]) -> String {
    let mut text = COLUMNS.to_owned();
    for Rule { id, group, severity, versions, .. } in rules {
        let _ = writeln!(text, "{id}\t{group}\t{severity}\t{versions}");
    }
    text
}

/// The rules of a catalogue: each has a heading of the third level, a line of facts and two fences.
/// Headings without such a line are of other things.
fn read(text: &str) -> Result<Vec<Rule>> {
    let mut rules: Vec<Rule> = Vec::new();
    for (id, section) in sections(text) {
        let Some(facts) = section.lines().find(|line| line.starts_with("- **group**")) else {
            continue;
        };
        ensure!(rulebook::fault_of_name("cognito", id).is_none(), "`{id}` is no name of a rule");
        ensure!(rules.iter().all(|rule| rule.id != id), "there are two rules `{id}`");
        rules.push(rule(id, facts, section).with_context(|| format!("the rule `{id}`"))?);
    }
    ensure!(!rules.is_empty(), "the catalogue has no rules");
    Ok(rules)
}

/// Headings of the third level, outside fences, and what stands below each.
fn sections(text: &str) -> Vec<(&str, &str)> {
    let mut starts = Vec::new();
    let (mut at, mut is_fenced) = (0, false);
    for line in text.split_inclusive('\n') {
        if line.starts_with("```") {
            is_fenced = !is_fenced;
        } else if line.starts_with('#') && !is_fenced {
            starts.push((at, line));
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    let headed = starts.iter().zip(ends);
    let sections = headed.filter_map(|((start, line), end)| {
        let heading = line.strip_prefix("### ")?.trim();
        Some((heading, &text[start + line.len()..end]))
    });
    sections.collect()
}

fn rule(id: &str, facts: &str, section: &str) -> Result<Rule> {
    let fact = |name: &str| {
        let mut parts = facts.trim_start_matches("- ").split(" · ");
        let found = parts.find_map(|part| part.strip_prefix(name)?.strip_prefix(' '));
        let text = found.map(str::trim).filter(|text| !text.is_empty());
        text.map(str::to_owned).with_context(|| format!("there is no {name}"))
    };
    let (group, severity) = (fact("**group**")?, fact("**severity**")?);
    let versions = fact("**versions**")?;
    ensure!(!versions.contains('\t'), "the versions have a tab");
    let [bad, good] = EXAMPLES;
    let examples = [example(section, bad)?, example(section, good)?];
    Ok(Rule { id: id.to_owned(), group, severity, versions, examples })
}

/// The text of the only fence `hcl LABEL` of a section.
fn example(section: &str, label: &str) -> Result<String> {
    let opening = format!("```hcl {label}");
    let mut found = None;
    let mut lines = section.split_inclusive('\n');
    while let Some(line) = lines.next() {
        if line.trim_end() != opening {
            continue;
        }
        ensure!(found.is_none(), "there are two examples `{label}`");
        let mut text = String::new();
        loop {
            match lines.next() {
                Some(line) if line.starts_with("```") => break,
                Some(line) => text.push_str(line),
                None => bail!("the example `{label}` does not end"),
            }
        }
        found = Some(text);
    }
    found.with_context(|| format!("there is no example `{label}`"))
}

#[cfg(test)]
mod tests {
    use super::{Rule, index, read, write};

    const TEXT: &str = "\
# A catalogue

### Other things

Words.

### name-missing

- **group** schema · **severity** error · **versions** v3 v4 (>=4.1)
- **message** words.

```hcl bad
# not a heading
a {}
```

```hcl good
b {}
```

## More

### second

- **group** api · **severity** note · **versions** v6

```hcl bad
c {}
```

```hcl good
```
";

    fn rules() -> Vec<Rule> {
        read(TEXT).expect("is well formed")
    }

    #[track_caller]
    fn spoil(from: &str, to: &str, expect: &str) {
        let text = TEXT.replacen(from, to, 1);
        assert_ne!(text, TEXT);
        let error = read(&text).expect_err("is spoilt");
        assert!(format!("{error:#}").contains(expect), "{error:#}");
    }

    #[test]
    fn rules_are_read() {
        let rules = rules();
        assert_eq!(
            index(&rules),
            "id\tgroup\tseverity\tversions\nname-missing\tschema\terror\tv3 v4 (>=4.1)\n\
             second\tapi\tnote\tv6\n"
        );
        assert_eq!(rules[0].examples, ["# not a heading\na {}\n", "b {}\n"]);
        assert_eq!(rules[1].examples, ["c {}\n", ""]);
    }

    #[test]
    fn what_is_missing_is_told() {
        spoil(" · **severity** error", "", "the rule `name-missing`: there is no **severity**");
        spoil("**versions** v6", "**versions** ", "the rule `second`: there is no **versions**");
        spoil("```hcl good\nb", "```hcl\nb", "there is no example `good`");
        spoil("```hcl good\nb", "```hcl bad\nb", "there are two examples `bad`");
        spoil("```hcl good\n```\n", "```hcl good\n", "the example `good` does not end");
        spoil("### second", "### name-missing", "there are two rules `name-missing`");
        spoil("### second", "### ../second", "`../second` is no name of a rule");
        assert!(read("# Nothing\n").is_err());
    }

    #[test]
    fn fixtures_of_rules_that_are_gone_are_deleted() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write(folder.path(), &rules()).expect("is written");
        let path = |name: &str| folder.path().join(name);
        assert!(path("second/good/main.tf").exists());
        write(folder.path(), &rules()[..1]).expect("is written");
        assert!(!path("second").exists());
        let bad = std::fs::read_to_string(path("name-missing/bad/main.tf")).expect("is there");
        assert_eq!(bad, "# not a heading\na {}\n");
        assert_eq!(std::fs::read_to_string(path("index.tsv")).ok(), Some(index(&rules()[..1])));
    }
}
