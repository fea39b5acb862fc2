//! The rule page format: read, validate, explain. A rule is a Markdown page that holds its
//! metadata, its check, its documentation, its examples and its tests. Never evaluates anything.

mod check;
mod example;
mod explain;
mod header;
mod index;
mod markdown;
mod names;
mod page;
mod read;
mod shapes;
mod suggest;
#[cfg(test)]
mod tests;
mod wording;

pub use example::read_marked;
pub use explain::explain;
pub use index::{PRESETS, RuleEntry, RuleIndex, RulePattern, UnknownRule, usual_preset};
pub use names::VERSION_FUNCTIONS;
pub use page::{
    Check, Example, Expectation, FixTemplate, LevelTemplate, NameUse, Page, PageError,
    RelatedTemplate, Scope, Section, UseKind,
};
pub use suggest::{did_you_mean, is_slip};
pub use wording::{fault_of_message, fault_of_name};
