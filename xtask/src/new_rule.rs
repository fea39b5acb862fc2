//! Writes the page of a new rule.

use std::path::Path;

use anyhow::{Context, Result, ensure};

const PAGE_CHECK: &str = r#"check "resource" "aws_cognito_user_pool_client" {
  condition = self.name != "TODO"
  message   = "`name` is wrong because of TODO"
}"#;

const RUST_CHECK: &str = r#"check "resource" "aws_cognito_user_pool_client" {
}"#;

const RUST_FILE: &str = r"//! Check of `PACK/NAME`.

use engine::{BlockContext, Reporter};

/// Reports TODO.
pub fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let name = cx.get(PLACEHOLDER);
    if name.is_null() {
        reporter.report(&name, PLACEHOLDER).emit();
    }
}
";

/// Writes `rules/PACK/NAME.md` and, with `rust`, its sibling file. Never overwrites.
pub fn run(root: &Path, id: &str, rust: bool) -> Result<()> {
    let (pack, name) = id.split_once('/').context("the id must be PACK/NAME")?;
    let is_word = |word: &str| {
        let mut bytes = word.bytes();
        bytes.next().is_some_and(|byte| byte.is_ascii_lowercase())
            && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    ensure!(is_word(pack) && is_word(name), "pack and name are made of a-z, 0-9 and -");
    ensure!(
        !name.starts_with("no-") && !name.starts_with("require-"),
        "a rule names the problem, not the cure: leave out `no-` and `require-`"
    );
    let folder = root.join("rules").join(pack);
    let page = folder.join(format!("{name}.md"));
    ensure!(!page.exists(), "{} is there already", page.display());
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let check = if rust { RUST_CHECK } else { PAGE_CHECK };
    write(&page, &page_text(name, check))?;
    if rust {
        let text = RUST_FILE.replace("PACK/NAME", id).replace("PLACEHOLDER", "\"name\"");
        write(&folder.join(format!("{}.rs", name.replace('-', "_"))), &text)?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a task of developers")]
fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    println!("wrote {}", path.display());
    Ok(())
}

fn page_text(name: &str, check: &str) -> String {
    let title = name.replace('-', " ");
    let mut title = title.chars();
    let title: String =
        title.next().into_iter().flat_map(char::to_uppercase).chain(title).collect();
    format!(
        r#"# {title}
TODO: one sentence on what goes wrong.
```hcl rule
level   = "warning"
group   = "api"
sources = ["TODO"]
{check}
```
## Why
TODO.
## How to fix
TODO.
## Flagged
```hcl
resource "aws_cognito_user_pool_client" "app" {{
  name         = "TODO"
  #              ^^^^^^ is wrong
  user_pool_id = aws_cognito_user_pool.main.id
}}
```
## Allowed
```hcl
resource "aws_cognito_user_pool_client" "app" {{
  name         = "web"
  user_pool_id = aws_cognito_user_pool.main.id
}}
```
## Cases
A value that is not known is left alone.
```hcl
variable "name" {{
  type = string
}}

resource "aws_cognito_user_pool_client" "app" {{
  name         = var.name
  user_pool_id = aws_cognito_user_pool.main.id
}}
```
"#
    )
}
