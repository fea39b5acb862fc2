//! Tests of reading whole pages. The good page is here; the modules spoil it.

mod header;
mod sections;

use diagnostics::{Level, Safety};

use crate::page::{FixTemplate, LevelTemplate, Page, PageError, Scope, UseKind};
use crate::{explain, markdown};

const GOOD: &str = r#"# OAuth implicit flow is enabled

Tokens end up in [history](https://example.org)
and `logs`.

```hcl rule
level    = "warning"
group    = "best-practice"
security = "medium"
tags     = ["oauth"]
versions = "AWS provider 3 to 6"
sources  = ["https://example.org/rfc"]
aliases  = ["cognito/old-name"]

check "resource" "aws_x" {
  each      = self.flows
  when      = length([for flow in self.flows : upper(flow)]) > 0
  condition = item != "implicit"
  message   = "the flow `${item}` exposes tokens"
  at        = item
  level     = "note"

  related {
    at      = self.other
    message = "it is set here"
  }

  fix "safe" {
    replace = item
    with    = contains(self.flows, "code") ? [] : ["code"]
    title   = "use `code`"
  }

  fix "unsafe" {
    set   = "flow"
    value = null
  }
}
```

## Why

Because of [this](https://example.org).

- A list.

## How to fix

Do so:

```sh
terraform plan
```

## Flagged

```hcl
resource "aws_x" "a" {
  flows = ["implicit"]
  #        ^^^^^^^^^^ exposes tokens
}
```

## Fixed

```hcl
resource "aws_x" "a" {
  flows = ["code"]
}
```

## Allowed

```hcl
resource "aws_x" "a" {
  flows = ["code"]
}
```

## Cases <!-- shown nowhere -->

```hcl
# file: a.tf
resource "aws_x" "a" {}

# file: b.tf
resource "aws_x" "b" {}
```
"#;

fn good() -> Page {
    Page::parse("cognito", "oauth-implicit-flow", GOOD).expect("invariant: the page is good")
}

fn errors(text: &str) -> Vec<PageError> {
    Page::parse("cognito", "oauth-implicit-flow", text).err().unwrap_or_default()
}

/// Replaces `old` by `new` in the good page and expects one of the errors to hold `message` and to
/// mark `marked`.
#[track_caller]
fn spoil(old: &str, new: &str, message: &str, marked: &str) {
    assert_eq!(GOOD.matches(old).count(), 1, "{old:?} does not stand once in the page");
    let text = GOOD.replace(old, new);
    let found = errors(&text);
    let fits = |error: &PageError| {
        error.message.contains(message) && error.range.slice(text.as_bytes()) == marked.as_bytes()
    };
    let shown: Vec<_> = found
        .iter()
        .map(|error| (&error.message, String::from_utf8_lossy(error.range.slice(text.as_bytes()))))
        .collect();
    assert!(found.iter().any(fits), "expected {message:?} at {marked:?}, got {shown:#?}");
}

#[test]
fn a_good_page_is_read() {
    let page = good();
    assert_eq!(page.id.as_str(), "cognito/oauth-implicit-flow");
    assert_eq!(page.title, "OAuth implicit flow is enabled");
    assert_eq!(page.summary, "Tokens end up in history and `logs`.");
    assert_eq!((page.level, page.scope), (Level::Warning, Scope::Block));
    assert_eq!((page.group.as_str(), page.security.as_deref()), ("best-practice", Some("medium")));
    assert_eq!(
        (page.tags, page.aliases),
        (vec!["oauth".to_owned()], vec!["cognito/old-name".to_owned()])
    );
    let check = &page.checks[0];
    assert_eq!((check.block_kind.as_str(), check.block_type.as_str()), ("resource", "aws_x"));
    assert_eq!(check.level, Some(LevelTemplate::Fixed(Level::Note)));
    assert_eq!(check.related.len(), 1);
    assert!(matches!(check.fixes[0], FixTemplate::Replace { safety: Safety::Safe, .. }));
    assert!(
        matches!(&check.fixes[1], FixTemplate::Set { safety: Safety::Unsafe, name, .. } if name == "flow")
    );
    let headings: Vec<_> = page.sections.iter().map(|section| section.heading.as_str()).collect();
    assert_eq!(headings, ["Why", "How to fix", "Flagged", "Fixed", "Allowed", "Cases"]);
    assert_eq!(page.examples.len(), 4);
    assert_eq!(page.examples[3].files.len(), 2);
    let header = page.header_offset as usize;
    assert!(page.text[header..].starts_with("level    ="));
}

#[test]
fn names_are_collected() {
    let page = good();
    let of = |kind| {
        let uses = page.uses.iter().filter(move |name| name.kind == kind);
        uses.map(|name| (name.name.as_str(), name.range.slice(GOOD.as_bytes()))).collect::<Vec<_>>()
    };
    assert_eq!(
        of(UseKind::Function),
        [("length", &b"length"[..]), ("upper", b"upper"), ("contains", b"contains")]
    );
    assert_eq!(
        of(UseKind::Argument),
        [
            ("flows", &b"flows"[..]),
            ("flows", b"flows"),
            ("other", b"other"),
            ("flows", b"flows"),
            ("flow", b"\"flow\""),
        ]
    );
}

#[test]
fn windows_line_ends_do_no_harm() {
    let page = Page::parse("cognito", "oauth-implicit-flow", &GOOD.replace('\n', "\r\n"))
        .expect("invariant: a page may have any line ends");
    assert_eq!(page.summary, good().summary);
    let text = |page: &Page| page.examples.iter().map(|e| e.files.clone()).collect::<Vec<_>>();
    assert_eq!(text(&page), text(&good()));
    assert_eq!(explain(&page), explain(&good()));
}

#[test]
fn any_text_gives_errors_and_no_panic() {
    let mut at = 0;
    while at < GOOD.len() {
        if GOOD.is_char_boundary(at) {
            drop(Page::parse("a", "b", &GOOD[..at]));
            drop(Page::parse("a", "b", &GOOD[at..]));
        }
        at += 7;
    }
    for text in ["", "```hcl rule\n```", "# \n", "## Why\n```hcl\n", "\u{feff}# A\n"] {
        assert!(!errors(text).is_empty(), "{text}");
        assert_eq!(
            markdown::lines(text).map(|line| line.text.len()).sum::<usize>(),
            text.replace('\n', "").len()
        );
    }
}

#[test]
fn explained() {
    let expect = "\
OAuth implicit flow is enabled

  rule      cognito/oauth-implicit-flow
  level     warning
  group     best-practice
  security  medium
  versions  AWS provider 3 to 6
  tags      oauth
  formerly  cognito/old-name

Tokens end up in history and `logs`.

Why

  Because of this.

  - A list.

How to fix

  Do so:

      terraform plan

Flagged

  resource \"aws_x\" \"a\" {
    flows = [\"implicit\"]
  }

Fixed

  resource \"aws_x\" \"a\" {
    flows = [\"code\"]
  }

Sources

  https://example.org/rfc
";
    assert_eq!(explain(&good()), expect);
}
