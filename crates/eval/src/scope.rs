//! How evaluation asks its surroundings for names, functions and assumptions.

use std::borrow::Cow;

use source::Location;
use syntax::BinaryOp;
use value::{Identity, Value};

/// What expressions are evaluated in. All methods must give the same answer each time.
pub trait Scope {
    /// The value of the traversal `root.attributes[0].attributes[1]…`; as many of the attributes
    /// as belong to the name are consumed (`var.x.y` consumes one). The evaluator applies the
    /// rest. Names that a `for` declares never get here.
    fn lookup(&self, root: &str, attributes: &[Cow<'_, str>], at: Location) -> Lookup;

    /// A function beyond Terraform's own; its arguments are evaluated. `None`: there is none of
    /// that name.
    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        let _ = (name, arguments);
        None
    }

    /// Whether functions may be called at all.
    fn allows_functions(&self) -> bool {
        true
    }

    /// The assumed answer to an undecided condition of the configuration, if one is assumed.
    fn assume(&self, question: &Question<'_>) -> Option<bool> {
        let _ = question;
        None
    }
}

/// The answer to [`Scope::lookup`].
#[derive(Debug)]
pub enum Lookup {
    /// The value, and how many attributes its name took.
    Found {
        /// The value.
        value: Value,
        /// Number of attributes consumed.
        consumed: usize,
    },
    /// There is no such name.
    Undeclared {
        /// Terraform's summary: `Reference to undeclared input variable`.
        summary: Cow<'static, str>,
        /// What is wrong, in our words.
        detail: String,
    },
}

/// An undecided condition of a `?:`, split at `&&`, `||` and `!`; of `a != b` it is `a == b` that
/// is asked.
#[derive(Debug)]
pub struct Question<'a> {
    /// Where it stands.
    pub at: Location,
    /// Its value, unknown.
    pub value: &'a Value,
    /// What it is the value of, when that is known; a comparison made elsewhere and referred to
    /// here has the identity that [`crate::comparison_identity`] gives.
    pub identity: Option<&'a Identity>,
    /// What it asks, with the values of the operands.
    pub predicate: Predicate<'a>,
}

/// What a [`Question`] asks.
#[derive(Clone, Copy, Debug)]
pub enum Predicate<'a> {
    /// Whether the value is true.
    Value,
    /// Whether a comparison holds: `==`, `<`, `<=`, `>` or `>=`.
    Compare {
        /// The operator.
        op: BinaryOp,
        /// The value left of it.
        left: &'a Value,
        /// The value right of it.
        right: &'a Value,
    },
    /// What a function says of its arguments: `contains`, `can`, `startswith`, …
    Call {
        /// The name of the function.
        name: &'a str,
        /// The values of the arguments; none for `try` and `can`, which evaluate them themselves.
        arguments: &'a [Value],
    },
}

/// What an expression came to.
#[derive(Debug)]
pub struct Evaluated {
    /// The value; unknown with `Reason::Error` where there is an error.
    pub value: Value,
    /// What Terraform would refuse, in the order met.
    pub errors: Vec<EvalError>,
}

/// Something that Terraform refuses to evaluate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EvalError {
    /// The piece of source at fault.
    pub location: Location,
    /// Terraform's summary: `Invalid function argument`.
    pub summary: Cow<'static, str>,
    /// What is wrong, lower case, no final stop.
    pub detail: String,
}
