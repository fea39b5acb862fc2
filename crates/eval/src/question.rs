//! The questions that an undecided condition asks.

use source::Location;
use syntax::BinaryOp;
use value::{Identity, Reason, Value};

use crate::fault::as_unknown;
use crate::operators::truth;
use crate::scope::{Predicate, Question, Scope};

/// A condition taken apart at `&&`, `||` and `!`, every part evaluated.
pub(crate) enum Node {
    Leaf(Box<Leaf>),
    Not(Box<Self>),
    Logic { any: bool, parts: Vec<Self> },
}

/// A part of a condition that is not taken apart any further.
pub(crate) struct Leaf {
    at: Location,
    value: Value,
    form: Form,
}

/// What a leaf asks.
pub(crate) enum Form {
    Value,
    Compare { op: BinaryOp, left: Value, right: Value },
    Call { name: String, arguments: Vec<Value> },
}

impl Node {
    pub(crate) fn leaf(at: Location, value: Value, form: Form) -> Self {
        Self::Leaf(Box::new(Leaf { at, value, form }))
    }

    /// The truth without asking.
    fn known(&self) -> Option<bool> {
        match self {
            Self::Leaf(leaf) if leaf.value.is_null() => Some(false),
            Self::Leaf(leaf) => truth(&leaf.value),
            Self::Not(inner) => inner.known().map(|known| !known),
            Self::Logic { any, parts } => {
                let mut all = true;
                for part in parts {
                    match part.known() {
                        Some(known) if known == *any => return Some(*any),
                        Some(_) => {}
                        None => all = false,
                    }
                }
                all.then_some(!any)
            }
        }
    }

    /// The truth under the assumptions of `scope`. Asks in source order, and only what matters.
    pub(crate) fn ask(&self, scope: &dyn Scope) -> Option<bool> {
        if let Some(known) = self.known() {
            return Some(known);
        }
        match self {
            Self::Leaf(leaf) => leaf.ask(scope),
            Self::Not(inner) => inner.ask(scope).map(|answer| !answer),
            Self::Logic { any, parts } => {
                let mut all = true;
                for part in parts {
                    match part.ask(scope) {
                        Some(answer) if answer == *any => return Some(*any),
                        Some(_) => {}
                        None => all = false,
                    }
                }
                all.then_some(!any)
            }
        }
    }
}

impl Leaf {
    fn ask(&self, scope: &dyn Scope) -> Option<bool> {
        let Self { at, value, form } = self;
        let at = *at;
        let unknown = as_unknown(value)?;
        if matches!(unknown.reason, Reason::Error | Reason::Limit) {
            return None;
        }
        // Whether something is null is never asked.
        if let Form::Compare { left, right, .. } = form
            && (left.is_null() || right.is_null())
        {
            return None;
        }
        let predicate = match form {
            Form::Value => Predicate::Value,
            Form::Compare { op, left, right } => Predicate::Compare { op: *op, left, right },
            Form::Call { name, arguments } => Predicate::Call { name, arguments },
        };
        // A negation made elsewhere asks for what it negates.
        if let (Predicate::Value, Some(Identity::Address(address))) = (predicate, &unknown.identity)
            && let Some(inner) = address.strip_prefix('!')
        {
            let identity = Identity::Address(inner.into());
            let question = Question { at, value, identity: Some(&identity), predicate };
            return scope.assume(&question).map(|answer| !answer);
        }
        scope.assume(&Question { at, value, identity: unknown.identity.as_ref(), predicate })
    }
}
