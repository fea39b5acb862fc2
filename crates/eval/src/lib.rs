//! Evaluates expressions as Terraform does, over a scope that the caller gives. Reads files through
//! that scope only, and never decides which configuration there is.

mod budget;
mod call;
mod conditional;
mod constraint;
mod construct;
mod derived;
mod evaluate;
mod fault;
mod file_template;
pub mod functions;
mod loops;
mod operators;
mod references;
mod render;
mod scope;
mod steps;
mod template;
mod types;

pub use budget::{Budget, Fence};
pub use constraint::{Defaults, TypeConstraint, apply, type_constraint};
pub use derived::derive;
pub use evaluate::evaluate;
pub use operators::truth;
pub use references::{Reference, references};
pub use render::render;
pub use scope::{EvalError, Evaluated, Lookup, Scope};

#[cfg(test)]
mod tests;
