//! Picks rules for blocks, runs them and turns what they find into diagnostics. Never reads files.

mod blame;
mod block_fixes;
mod block_text;
mod check;
mod conformance;
mod context;
mod edit;
mod judge;
mod mentioned;
mod merge;
mod others;
mod page_check;
mod page_scope;
mod place;
mod problems;
mod refers;
mod reporter;
mod rule;
mod suppress;
pub mod testing;
mod uses;
mod versions;
mod written;

pub use check::{Input, Outcome, RuleSet, Undecided, check, sort};
pub use context::{BlockContext, ModuleContext};
pub use module::{Referent, Referred};
pub use page_scope::FUNCTIONS as PAGE_FUNCTIONS;
pub use reporter::{Finding, Reporter};
pub use rule::{BuiltinRule, RuleCode, SchemaRule};
pub use suppress::suppress;
pub use written::LoneInterpolation;
