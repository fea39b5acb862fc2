//! The built-in rule pages and their Rust checks. Knows no output format.
//!
//! The table is written by `build.rs` from the pages in the folders beside this one, so there is no
//! list to edit: a new page is a new rule.

mod duration;
mod pool;
mod pool_text;
mod url;

#[cfg(test)]
mod page_tests;

use diagnostics::Level;
use engine::{BuiltinRule, RuleCode, SchemaRule};

include!(concat!(env!("OUT_DIR"), "/rules.rs"));
