//! Picks rules for blocks, runs them and turns what they find into diagnostics. Never reads files.

mod check;
mod context;
mod edit;
mod page_check;
mod place;
mod problems;
mod rule;
mod shape;
mod suppress;
pub mod testing;

pub use check::{Input, Outcome, RuleSet, Undecided, check, sort};
pub use context::{BlockContext, Finding, ModuleContext, Reporter};
pub use rule::{BuiltinRule, RuleCode};
pub use suppress::suppress;
