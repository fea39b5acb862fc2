//! A scope without names and functions.

use eval::{Lookup, Scope};
use source::Location;

/// The scope of defaults and variable files: literals only.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoNames;

impl Scope for NoNames {
    fn lookup(&self, root: &str, _attributes: &[&str], _at: Location) -> Lookup {
        Lookup::Undeclared {
            summary: "Variables not allowed".into(),
            detail: format!("`{root}` cannot be referred to here"),
        }
    }

    fn allows_functions(&self) -> bool {
        false
    }
}
