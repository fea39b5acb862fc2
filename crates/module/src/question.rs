//! The questions that undecided conditions ask. Never about nullness, errors or chance.

use std::sync::Arc;

use value::{Identity, Operand, Type, Unknown, Value, convert};

use crate::Assumptions;

/// More answers than this are not gone through.
const MAX_ANSWERS: usize = 64;

/// An undecided question, with all answers to it.
#[derive(Clone, Debug)]
pub struct Question {
    /// What can be asked to the same end, the most telling first.
    pub(crate) ways: Vec<Way>,
}

/// One way to ask: what about, and the values that it can be.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) about: Arc<Unknown>,
    pub(crate) answers: Vec<Value>,
}

/// The values that a variable can have, by its identity.
type AnswersOf<'a> = &'a dyn Fn(&Identity) -> Option<Vec<Value>>;

impl Question {
    /// The first question that is open when `condition` is undecided under `current`. `None` for
    /// conditions that nothing can be asked of. `answers_of` gives the values that the `validation`
    /// of a variable lists.
    pub fn about(
        condition: &Value,
        current: &Assumptions,
        answers_of: &dyn Fn(&Identity) -> Option<Vec<Value>>,
    ) -> Option<Self> {
        let value::ValueKind::Unknown(condition) = condition.kind() else {
            return None;
        };
        let leaf = open_leaf(condition, current)?;
        let mut ways = Vec::new();
        if let Some(way) = enumerated(&leaf, current, answers_of) {
            ways.push(way);
        }
        let answers = vec![Value::bool(true), Value::bool(false)];
        ways.push(Way { about: leaf, answers });
        Some(Self { ways })
    }
}

/// The first part of a condition, split at `&&`, `||` and `!`, that is not decided and that can be
/// asked.
fn open_leaf(unknown: &Arc<Unknown>, current: &Assumptions) -> Option<Arc<Unknown>> {
    let identity = unknown.identity.as_ref()?;
    if current.decided(unknown).is_known() {
        return None;
    }
    if let Some(derivation) = identity.derivation()
        && matches!(derivation.operation(), "!" | "&&" | "||")
    {
        return derivation.operands().iter().find_map(|operand| match operand {
            Operand::Unknown(unknown) => open_leaf(unknown, current),
            Operand::Known(_) => None,
        });
    }
    // An operand of another type is asked as the bool that it is used as.
    let is_bool = unknown.ty == Type::Bool;
    (is_bool && can_be_asked(identity)).then(|| Arc::clone(unknown))
}

/// Whether the same question can be met again, and does not turn on null or chance.
fn can_be_asked(identity: &Identity) -> bool {
    match identity {
        Identity::Address(_) => true,
        Identity::Call(..) | Identity::Single(_) => false,
        // What a conditional gives is decided by its own condition.
        Identity::Derived(derivation) if derivation.operation() == "?:" => false,
        Identity::Derived(derivation) => {
            let is_null = |operand: &Operand| operand.known().is_some_and(Value::is_null);
            let mut operands = derivation.operands().iter();
            !(derivation.operation() == "==" && operands.clone().any(is_null))
                && operands.all(|operand| operand.identity().is_none_or(can_be_asked))
        }
    }
}

/// The first value that `leaf` is made of and of which all values are known that it can have.
fn enumerated(
    leaf: &Arc<Unknown>,
    current: &Assumptions,
    answers_of: AnswersOf<'_>,
) -> Option<Way> {
    let identity = leaf.identity.as_ref()?;
    if let Some(derivation) = identity.derivation() {
        return derivation.operands().iter().find_map(|operand| match operand {
            Operand::Unknown(unknown) => enumerated(unknown, current, answers_of),
            Operand::Known(_) => None,
        });
    }
    let listed = answers_of(identity).filter(|all| (1..=MAX_ANSWERS).contains(&all.len()))?;
    if current.decided(leaf).is_known() {
        return None;
    }
    let mut answers: Vec<Value> = Vec::new();
    for value in &listed {
        let value = convert(value, &leaf.ty).ok().filter(Value::is_wholly_known)?;
        if !answers.iter().any(|it| value::raw_equals(it, &value)) {
            answers.push(value);
        }
    }
    Some(Way { about: Arc::clone(leaf), answers })
}
