//! A page as plain text for a terminal.

use std::fmt::Write;

use crate::markdown::{lines, plain};
use crate::page::{Example, Page};

/// The page as plain text: what `cfglint explain` prints. Holds no control characters besides
/// line ends, because a page may hold none.
pub fn explain(page: &Page) -> String {
    let mut text = format!("{}\n\n", page.title);
    for (name, value) in facts(page) {
        if !value.is_empty() {
            let _ = writeln!(text, "  {name:<9} {value}");
        }
    }
    let _ = write!(text, "\n{}\n", page.summary);
    for heading in ["Why", "How to fix"] {
        if let Some(section) = page.section(heading) {
            let _ = write!(text, "\n{heading}\n\n{}", indented(&prose(section)));
        }
    }
    for heading in ["Flagged", "Fixed"] {
        if let Some(example) = page.examples_in(heading).next() {
            let _ = write!(text, "\n{heading}\n\n{}", indented(&code(example)));
        }
    }
    if !page.sources.is_empty() {
        let sources = page.sources.join(
            "
",
        );
        let _ = write!(text, "\nSources\n\n{}", indented(&sources));
    }
    text
}

fn facts(page: &Page) -> [(&'static str, String); 9] {
    [
        ("rule", page.id.to_string()),
        ("level", page.level.to_string()),
        ("group", page.group.clone()),
        ("preset", page.preset.unwrap_or_default().to_owned()),
        ("security", page.security.clone().unwrap_or_default()),
        ("versions", page.versions.clone().unwrap_or_default()),
        ("tags", page.tags.join(", ")),
        ("formerly", page.aliases.join(", ")),
        ("replaces", page.supersedes.join(", ")),
    ]
}

/// Markdown as it reads without a renderer: links as their text, fences as their code,
/// set in.
fn prose(markdown: &str) -> String {
    let mut text = String::new();
    let mut in_fence = false;
    for line in lines(markdown) {
        if line.text.starts_with("```") {
            in_fence = !in_fence;
        } else if in_fence && !line.text.is_empty() {
            let _ = writeln!(text, "    {}", line.text);
        } else {
            let indent = &line.text[..line.text.len() - line.text.trim_start().len()];
            let _ = writeln!(text, "{indent}{}", plain(line.text));
        }
    }
    text
}

fn code(example: &Example) -> String {
    match example.files.as_slice() {
        [(_, text)] => text.clone(),
        files => {
            let files: Vec<_> = files
                .iter()
                .map(|(name, text)| {
                    format!(
                        "# {name}
{text}"
                    )
                })
                .collect();
            files.join(
                "
",
            )
        }
    }
}

fn indented(text: &str) -> String {
    let line = |line: &str| match line {
        "" => "\n".to_owned(),
        line => format!("  {line}\n"),
    };
    text.trim_end().lines().map(line).collect()
}
