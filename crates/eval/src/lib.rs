//! Evaluates expressions as Terraform does, over a scope that the caller gives. Never reads files
//! and never decides which configuration there is.

mod budget;
mod call;
mod conditional;
mod constraint;
mod construct;
mod evaluate;
mod fault;
pub mod functions;
mod loops;
mod operators;
mod question;
mod references;
mod render;
mod scope;
mod steps;
mod template;
mod types;

pub use budget::Budget;
pub use constraint::{Defaults, TypeConstraint, apply, type_constraint};
pub use evaluate::evaluate;
pub use operators::{comparison_identity, truth};
pub use references::{Reference, references};
pub use render::render;
pub use scope::{EvalError, Evaluated, Lookup, Predicate, Question, Scope};

#[cfg(test)]
mod tests;
