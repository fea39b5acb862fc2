//! `cfglint debug eval`: values of expressions in the scope of a module, as JSON.
#![expect(clippy::disallowed_methods, reason = "expressions stand on standard input")]

use std::fmt::Write as _;
use std::io::BufRead as _;
use std::path::Path;

use anyhow::Context as _;
use module::{Bindings, ModuleValues};
use source::FileId;
use syntax::Tree;
use value::{Marks, Value};

use crate::args::GivenOptions;
use crate::debug_module::look_at;
use crate::streams::Streams;

/// Answers each line of standard input, a JSON string that holds an expression, with a line of
/// JSON: type and value, or the shape of what is unknown, or an error.
pub(crate) fn run(directory: &Path, streams: &mut Streams) -> anyhow::Result<()> {
    look_at(directory, &GivenOptions::default(), |root| {
        for line in std::io::stdin().lock().lines() {
            let line = line.context("cannot read standard input")?;
            let expression: String =
                serde_json::from_str(&line).context("each line must be a JSON string")?;
            // What one line takes is not missing for the next.
            let evaluation = root.evaluation();
            let tree = syntax::parse_expression(expression.as_bytes());
            let answer = answer(&tree, &evaluation.root());
            streams.write(answer.as_bytes())?;
        }
        Ok(())
    })?
}

fn answer(tree: &Tree, values: &ModuleValues<'_>) -> String {
    if let Some(error) = tree.errors().first() {
        return failure(&error.message);
    }
    let Some(expr) = tree.expr() else { return failure("there is no expression") };
    let evaluated = values.evaluate(expr, FileId::NOWHERE, &Bindings::default());
    match evaluated.errors.first() {
        Some(error) => failure(&error.summary),
        None => success(&evaluated.value),
    }
}

fn failure(summary: &str) -> String {
    format!("{}\n", serde_json::json!({ "error": summary }))
}

fn success(value: &Value) -> String {
    let mut text = format!("{{\"type\":{}", value.ty().to_json());
    if value.is_wholly_known() {
        let _ = write!(text, ",\"value\":{}", value.to_json());
    } else {
        let _ = write!(text, ",\"unknown\":{}", value.unknown_to_json());
        if value.is_known() {
            let _ = write!(text, ",\"value\":{}", value.to_json());
        }
    }
    if value.marks_deep().contains(Marks::SENSITIVE) {
        let _ = write!(text, ",\"sensitive\":{}", value.marks_to_json(Marks::SENSITIVE));
    }
    text.push_str("}\n");
    text
}
