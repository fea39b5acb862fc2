//! Writes the page of a new rule. Never overwrites a file.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use rulebook::fault_of_name;

use crate::packs::NO_PACKS;

/// The pack of what cfglint itself finds.
const CORE: &str = "core";

const PAGE_CHECK: &str = r#"check "resource" "aws_cognito_user_pool_client" {
  condition = self.name != "TODO"
  at        = self.name
  message   = "`name` is TODO"
}"#;

const RUST_CHECK: &str = r#"check "resource" "aws_cognito_user_pool_client" {}"#;

const RUST_FILE: &str = r#"//! Judges TODO.

use engine::{BlockContext, Reporter};

/// Reports TODO.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let name = cx.get("name");
    if name.as_str() == Some("TODO") {
        reporter.report(&name, "`name` is TODO").emit();
    }
}
"#;

const PAGE: &str = r#"# TITLE

TODO: one or two sentences that say what is found.

```hcl rule
level    = "warning"
group    = "api"
tags     = ["todo"]
versions = "AWS provider 3 to 6"
sources  = ["TODO"]

CHECK
```

## Why

TODO: what goes wrong.
TODO: where it shows.
TODO: who says so.

## How to fix

TODO.

## Flagged

```hcl
resource "aws_cognito_user_pool_client" "app" {
  name         = "TODO"
  #              ^^^^^^ warning: `name` is TODO
  user_pool_id = aws_cognito_user_pool.main.id
}
```

## Allowed

```hcl
resource "aws_cognito_user_pool_client" "app" {
  name         = "web"
  user_pool_id = aws_cognito_user_pool.main.id
}
```

## Cases

What comes through a local is found where it is written:

```hcl
locals {
  name = "TODO"
  #      ^^^^^^ `name` is TODO
}

resource "aws_cognito_user_pool_client" "app" {
  name         = local.name
  user_pool_id = aws_cognito_user_pool.main.id
}
```

What is not known is left alone:

```hcl
variable "name" {
  type = string
}

resource "aws_cognito_user_pool_client" "app" {
  name         = var.name
  user_pool_id = aws_cognito_user_pool.main.id
}
```
"#;

/// Writes `rules/PACK/NAME.md` and, with `rust`, `rules/PACK/NAME.rs`.
pub fn run(root: &Path, id: &str, rust: bool) -> Result<()> {
    let (pack, name) = id.split_once('/').context("the id must be PACK/NAME")?;
    if let Some(fault) = fault_of_name(pack, name) {
        bail!(fault);
    }
    ensure!(pack != CORE && !NO_PACKS.contains(&pack), "`{pack}` cannot be the name of a pack");
    let folder = root.join("rules").join(pack);
    let (page, code) = (folder.join(format!("{name}.md")), folder.join(format!("{name}.rs")));
    for file in [&page, &code] {
        ensure!(!file.exists(), "{} is there already", file.display());
    }
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    if rust {
        write(&code, RUST_FILE)?;
    }
    let check = if rust { RUST_CHECK } else { PAGE_CHECK };
    write(&page, &PAGE.replace("TITLE", &title(name)).replace("CHECK", check))
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    println!("wrote {}", path.display());
    Ok(())
}

/// The name as words, with a capital: `Oauth implicit flow`.
fn title(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut rest = words.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::{env, fs, process};

    use rulebook::Page;

    use super::run;

    /// A folder that is gone when the test is over.
    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str) -> Self {
            Self(env::temp_dir().join(format!("cfglint-xtask-{test}-{}", process::id())))
        }

        fn read(&self, path: &str) -> String {
            fs::read_to_string(self.0.join(path)).expect("the file was written")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    /// The page as generated, and as it is when each TODO has been replaced.
    fn parse(text: &str) -> Page {
        for text in [text.to_owned(), text.replace("TODO", "odd").replace("todo", "odd")] {
            Page::parse("cognito", "some-fault", &text).expect("the template is a page");
        }
        Page::parse("cognito", "some-fault", text).expect("the template is a page")
    }

    #[test]
    fn a_page_with_a_condition() {
        let folder = Folder::new("page");
        run(&folder.0, "cognito/some-fault", false).expect("it is new");
        let page = parse(&folder.read("rules/cognito/some-fault.md"));
        assert!(!page.needs_code());
        assert_eq!(page.title, "Some fault");
        assert!(!page.tags.is_empty() && !page.sources.is_empty() && page.versions.is_some());
        assert!(!folder.0.join("rules/cognito/some-fault.rs").exists());
        assert!(run(&folder.0, "cognito/some-fault", true).is_err(), "it is there");
    }

    #[test]
    fn a_page_with_code() {
        let folder = Folder::new("rust");
        run(&folder.0, "cognito/some-fault", true).expect("it is new");
        let page = parse(&folder.read("rules/cognito/some-fault.md"));
        assert!(page.needs_code());
        let code = folder.read("rules/cognito/some-fault.rs");
        assert!(code.contains("pub(crate) fn check("), "{code}");
        for expectation in page.examples.iter().flat_map(|example| &example.expectations) {
            let words = expectation.text.trim_start_matches("warning: ");
            assert!(code.contains(words), "the code does not say “{words}”");
        }
        assert!(run(&folder.0, "cognito/some-fault", false).is_err(), "it is there");
    }

    #[test]
    fn names_that_are_refused() {
        let folder = Folder::new("names");
        for id in [
            "cognito",
            "a-/x",
            "cognito/a-",
            "cognito/some--x",
            "cognito/a_b",
            "cognito/A",
            "cognito/a/b",
            "cognito/no-x",
            "cognito/require-x",
            "cognito/",
            "../x",
            "src/x",
            "target/x",
            "tests/x",
            "core/x",
        ] {
            assert!(run(&folder.0, id, false).is_err(), "{id}");
        }
        assert!(!folder.0.exists(), "nothing was written");
    }
}
