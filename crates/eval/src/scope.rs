//! How evaluation asks its surroundings for names, functions and assumptions.

use std::borrow::Cow;
use std::sync::Arc;

use source::{Files, Location};
use value::Value;

/// What expressions are evaluated in. All methods must give the same answer each time.
pub trait Scope {
    /// The value of the traversal `root.attributes[0].attributes[1]…`; as many of the attributes
    /// as belong to the name are consumed (`var.x.y` consumes one). The evaluator applies the
    /// rest. Names that a `for` declares never get here.
    fn lookup(&self, root: &str, attributes: &[&str], at: Location) -> Lookup;

    /// The scope that this one only changes: it answers what this one does not.
    fn around(&self) -> Option<&dyn Scope> {
        None
    }

    /// A function beyond Terraform's own; its arguments are evaluated. `None`: there is none of
    /// that name.
    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        self.around()?.call(name, arguments)
    }

    /// Whether functions may be called at all.
    fn allows_functions(&self) -> bool {
        self.around().is_none_or(Scope::allows_functions)
    }

    /// What is assumed of an unknown value that has an identity: known, or with more that is
    /// certain. `None` when nothing is. Asked for every such value that a reference, an attribute,
    /// an operator or a function gives, and again as the bool or number that it is used as. The
    /// marks of the unknown value stay, and its origin unless the answer has one.
    fn assumed(&self, unknown: &Value) -> Option<Value> {
        self.around()?.assumed(unknown)
    }

    /// Told of an undecided condition of a `?:`, an unknown bool that has an identity; not in an arm
    /// of which it is known that it is not taken.
    fn ask(&self, condition: &Value) {
        if let Some(around) = self.around() {
            around.ask(condition);
        }
    }

    /// The address of the block instance that expressions are evaluated for, which tells the calls
    /// of impure functions apart; `None` when it is not one, or not known which one.
    fn instance(&self) -> Option<Arc<str>> {
        self.around()?.instance()
    }

    /// Whether it matters where values come from. Without their origins the values are the same, and
    /// made faster.
    fn wants_origins(&self) -> bool {
        self.around().is_none_or(Scope::wants_origins)
    }

    /// The files that functions may read, and the directory that paths are relative to. `None`:
    /// what they hold is not known.
    fn files(&self) -> Option<(&dyn Files, &str)> {
        self.around()?.files()
    }

    /// The home directory that `~` stands for in paths; `None` when it is not known.
    fn home(&self) -> Option<&str> {
        self.around()?.home()
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
    /// Whether it is that a file is not there, which a build step may make before Terraform runs.
    pub missing_file: bool,
}
