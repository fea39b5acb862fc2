//! Diagnostics that cfglint itself gives: syntax errors and what cannot be evaluated.

use diagnostics::{Diagnostic, Level, core};
use module::{ModuleValues, Problem, Sources};
use source::{FileId, Location, TextRange};
use syntax::{SyntaxError, SyntaxErrorKind};

/// The syntax errors of all files.
pub(crate) fn of_syntax(sources: Sources<'_>) -> Vec<Diagnostic> {
    let files = sources.files.iter().filter(|(file, _)| (file.0 as usize) < sources.trees.len());
    files
        .flat_map(|(file, _)| {
            sources.tree(file).errors().iter().map(move |error| of_syntax_error(file, error))
        })
        .collect()
}

fn of_syntax_error(file: FileId, error: &SyntaxError) -> Diagnostic {
    let rule = match error.kind {
        SyntaxErrorKind::Grammar | SyntaxErrorKind::Encoding => core::SYNTAX_ERROR,
        SyntaxErrorKind::DuplicateAttribute => core::DUPLICATE_ATTRIBUTE,
        SyntaxErrorKind::Limit => core::LIMIT,
    };
    let location = Location::new(file, error.range);
    let diagnostic = Diagnostic::new(rule, Level::Error, location, error.message.as_ref());
    match &error.related {
        Some((range, message)) => {
            diagnostic.with_related(Location::new(file, *range), message.as_ref())
        }
        None => diagnostic,
    }
}

/// What Terraform refuses to evaluate in a module.
pub(crate) fn of_module(values: &ModuleValues<'_>) -> Vec<Diagnostic> {
    let problems = values.problems();
    let first = values.module().files.config.first();
    problems.iter().filter_map(|problem| of_problem(problem, *first?)).collect()
}

/// The diagnostic about `problem`, if it is certain; `first` is the first file of the module.
fn of_problem(problem: &Problem, first: FileId) -> Option<Diagnostic> {
    match problem {
        // What is not declared here may be in a file that a tool generates, and an expression that
        // fails with the default of a variable shows that the default is not what is used.
        Problem::Undeclared(_) | Problem::Invalid { from_default: true, .. } => None,
        Problem::Invalid { error, .. } if error.location.file == FileId::NOWHERE => None,
        Problem::Invalid { error, .. } => {
            let message = format!("{}: {}", lower_first(&error.summary), error.detail);
            let rule = core::INVALID_EXPRESSION;
            Some(Diagnostic::new(rule, Level::Error, error.location, message))
        }
        Problem::Limit => {
            let place = Location::new(first, TextRange::empty(0));
            let message = "this module takes too long to evaluate; some values are not known";
            Some(Diagnostic::new(core::LIMIT, Level::Note, place, message))
        }
        Problem::Cycle(members) => {
            let (first, rest) = members.split_first()?;
            let names: Vec<String> =
                members.iter().map(|(name, _)| format!("`local.{name}`")).collect();
            let message = match rest {
                [] => format!("{} refers to itself", names[0]),
                _ => format!("these locals refer to each other in a circle: {}", names.join(", ")),
            };
            let rule = core::REFERENCE_CYCLE;
            let diagnostic = Diagnostic::new(rule, Level::Error, first.1, message);
            Some(rest.iter().fold(diagnostic, |diagnostic, (name, place)| {
                diagnostic.with_related(*place, format!("`local.{name}` is part of the circle"))
            }))
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
