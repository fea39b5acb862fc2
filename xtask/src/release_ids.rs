//! Writes the list of released rule ids. Never takes an id out of it.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

use crate::packs::pages;

const PATH: &str = "rules/released.txt";
const HEADER: &str = "\
# All ids of rules that a release had, written by `cargo xtask release-ids` for each release.
# A test sees to it that each is still a rule or an alias of one.
";

/// Adds the ids of all pages to `rules/released.txt`.
pub fn run(root: &Path) -> Result<()> {
    let path = root.join(PATH);
    let before = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {PATH}")),
    };
    let text = list(&before, pages(root)?);
    std::fs::write(&path, text).with_context(|| format!("cannot write {PATH}"))?;
    println!("wrote {}", path.display());
    Ok(())
}

/// The list with the ids that `before` has and those of today.
fn list(before: &str, today: impl IntoIterator<Item = String>) -> String {
    let released = before.lines().map(str::trim);
    let released = released.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let ids: BTreeSet<String> = released.map(str::to_owned).chain(today).collect();
    ids.iter().fold(HEADER.to_owned(), |text, id| text + id + "\n")
}

#[cfg(test)]
mod tests {
    use super::{HEADER, list};
    use crate::packs::pages;

    #[test]
    fn ids_are_only_added() {
        let before = "# words\ncognito/gone\ncognito/here\n";
        let today = ["cognito/new", "cognito/here", "aws/first"].map(str::to_owned);
        let expect = format!("{HEADER}aws/first\ncognito/gone\ncognito/here\ncognito/new\n");
        let text = list(before, today);
        assert_eq!(text, expect);
        assert_eq!(list(&text, []), expect, "a second run changes nothing");
    }

    #[test]
    fn the_pages_are_found() {
        let ids = pages(&crate::root()).expect("the folder is readable");
        assert!(ids.contains(&"cognito/oauth-implicit-flow".to_owned()), "{ids:?}");
        assert!(ids.contains(&"core/syntax-error".to_owned()));
        assert!(ids.iter().all(|id| !id.starts_with("src/")), "{ids:?}");
    }
}
