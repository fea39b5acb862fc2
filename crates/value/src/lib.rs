//! Terraform's types and values: known, unknown with what is certain about it, marked, and with
//! the places they come from. Never evaluates an expression and never reads files.

mod convert;
mod display;
mod equal;
mod identity;
mod json;
mod marks;
mod mismatch;
mod number;
mod origin;
mod set;
pub mod text;
mod ty;
mod unify;
mod unknown;
mod value;
mod written;

pub use convert::{ConvertError, PathStep, convert};
pub use display::quote;
pub use equal::{equals, raw_equals};
pub use identity::{Constant, Derivation, Identity, Operand, Token, Written};
pub use json::write_string as write_json_string;
pub use marks::Marks;
pub use mismatch::mismatch;
pub use number::{ArithmeticError, Number, NumberFormat};
pub use origin::{Origin, Step, StepKind};
pub use ty::{ObjectType, Type};
pub use unify::unify;
pub use unknown::{Bound, Range, Reason, Refinement, Unknown};
pub use value::{MAX_DEPTH, MAX_ELEMENTS, MAX_SIZE, MAX_STRING, Value, ValueKind};
