//! Diagnostics that cfglint itself gives: syntax errors and what cannot be evaluated.

use diagnostics::{Diagnostic, Level, RuleId, core};
use module::{ModuleValues, Problem, Sources};
use source::{FileId, Location};
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
    values.problems().iter().filter_map(of_problem).collect()
}

fn of_problem(problem: &Problem) -> Option<Diagnostic> {
    match problem {
        // An expression that fails with the default of a variable shows that the default is not
        // what is used, so nothing is certain.
        Problem::Invalid { from_default: true, .. } => None,
        // What is not declared here may be in a file that a tool generates.
        Problem::Invalid { error, .. } if error.summary.starts_with("Reference to undeclared") => {
            None
        }
        Problem::Invalid { error, .. } => {
            let level = Level::Error;
            let message = format!("{}: {}", lower_first(&error.summary), error.detail);
            let diagnostic = of_rule(core::INVALID_EXPRESSION, level, error.location, message);
            (error.location.file != FileId::NOWHERE).then_some(diagnostic)
        }
        Problem::Cycle(members) => {
            let (first, rest) = members.split_first()?;
            let names: Vec<String> =
                members.iter().map(|(name, _)| format!("`local.{name}`")).collect();
            let message = match rest {
                [] => format!("{} refers to itself", names[0]),
                _ => format!("these locals refer to each other in a circle: {}", names.join(", ")),
            };
            let diagnostic = of_rule(core::REFERENCE_CYCLE, Level::Error, first.1, message);
            Some(rest.iter().fold(diagnostic, |diagnostic, (name, place)| {
                diagnostic.with_related(*place, format!("`local.{name}` is part of the circle"))
            }))
        }
    }
}

fn of_rule(rule: RuleId, level: Level, location: Location, message: String) -> Diagnostic {
    Diagnostic::new(rule, level, location, message)
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
