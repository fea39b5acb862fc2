//! Diagnostics that cfglint itself gives: syntax errors and what cannot be evaluated.

use diagnostics::{Diagnostic, Level, core};
use module::{
    Absence, Module, ModuleFiles, ModuleValues, Problem, Refused, RefusedReason, Sources, holes,
};
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

/// What Terraform refuses in a module.
pub(crate) fn of_module(values: &ModuleValues<'_>) -> Vec<Diagnostic> {
    let module = values.module();
    let first = module.files.config.first();
    let problems = values.problems();
    let evaluated = problems.iter().filter_map(|problem| of_problem(problem, *first?));
    let are_all_read = are_all_read(module);
    let refused = module.refused.iter().filter_map(|refused| of_override(refused, are_all_read));
    evaluated.chain(refused).collect()
}

/// Whether all that a module declares is known. Override files alone are no module, but wait for
/// one to be put beside.
fn are_all_read(module: &Module<'_>) -> bool {
    let ModuleFiles { config, overrides, .. } = module.files;
    let mut all = config.iter().chain(overrides);
    let is_whole = |file: &FileId| holes(module.sources.tree(*file)).next().is_none();
    !module.files.has_unread_config && !config.is_empty() && all.all(is_whole)
}

fn of_override(refused: &Refused, are_all_read: bool) -> Option<Diagnostic> {
    let mut first = None;
    let message = match &refused.reason {
        RefusedReason::NothingToOverride(_) if !are_all_read => return None,
        RefusedReason::NothingToOverride(what) => {
            format!("there is no `{what}` to override: only override files declare it")
        }
        RefusedReason::Block(kind) => format!("override files may not hold `{kind}` blocks"),
        RefusedReason::DependsOn => "override files may not set `depends_on`".to_owned(),
        RefusedReason::Second(kind, place) => {
            first = Some(*place);
            format!("an override file may hold one `{kind}` block only")
        }
    };
    let rule = core::INVALID_OVERRIDE;
    let diagnostic = Diagnostic::new(rule, Level::Error, refused.location, message);
    Some(match first {
        Some(place) => diagnostic.with_related(place, "the first one is here"),
        None => diagnostic,
    })
}

/// The diagnostic about `problem`, if it is certain; `first` is the first file of the module.
fn of_problem(problem: &Problem, first: FileId) -> Option<Diagnostic> {
    match problem {
        // What is not declared here may be in a file that a tool generates, and an expression that
        // fails with the default of a variable shows that the default is not what is used; one that
        // fails in a block of which it is not known that it exists shows that it does not.
        Problem::Undeclared(_)
        | Problem::Invalid { from_default: true, .. }
        | Problem::Invalid { may_be_absent: true, .. } => None,
        Problem::Invalid { error, .. } if error.location.file == FileId::NOWHERE => None,
        // A file that is not there may be made before Terraform runs.
        Problem::Invalid { error, .. } if error.missing_file => None,
        Problem::Invalid { error, .. } => {
            let message = format!("{}: {}", lower_first(&error.summary), error.detail);
            let rule = core::INVALID_EXPRESSION;
            Some(Diagnostic::new(rule, Level::Error, error.location, message))
        }
        Problem::AbsentModule { place, directory, absence } => {
            let rule = core::MISSING_MODULE;
            let message = match absence {
                Absence::NotFound => format!("there is no directory `{directory}` to call"),
                Absence::Empty => {
                    format!("the directory `{directory}` holds no Terraform configuration")
                }
                // It may well be one, but is not read.
                Absence::NotRead(_) | Absence::Alias(_) => return None,
            };
            Some(Diagnostic::new(rule, Level::Warning, *place, message))
        }
        Problem::Recursion { place, name } => {
            let message = format!("`module.{name}` calls a module from within itself, without end");
            Some(Diagnostic::new(core::MODULE_CYCLE, Level::Error, *place, message))
        }
        Problem::Limit => {
            let place = Location::new(first, TextRange::empty(0));
            let message = "this module takes too long to evaluate; some values are not known";
            Some(Diagnostic::new(core::LIMIT, Level::Note, place, message))
        }
        Problem::Cycle(members) => of_cycle(members),
    }
}

/// Locals that refer to each other in a circle.
fn of_cycle(members: &[(String, Location)]) -> Option<Diagnostic> {
    let (first, rest) = members.split_first()?;
    let names: Vec<String> = members.iter().map(|(name, _)| format!("`local.{name}`")).collect();
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

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
