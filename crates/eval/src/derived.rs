//! Identities of results, and results of identities. Never asks a scope.

use value::{
    Derivation, Identity, Number, Operand, Reason, Type, Unknown, Value, ValueKind, Written,
};

use crate::fault::{as_unknown, identity, is_error};
use crate::functions::{self, Function};
use crate::{operators, steps};

/// Functions whose result is not a matter of the values of their arguments alone: the time, chance,
/// files and the machine, marks.
const IMPURE: [&str; 13] = [
    "abspath",
    "bcrypt",
    "ephemeralasnull",
    "file",
    "filebase64",
    "fileexists",
    "fileset",
    "issensitive",
    "pathexpand",
    "plantimestamp",
    "templatefile",
    "timestamp",
    "uuid",
];

/// What an operator makes of values: the identity of its result.
pub(crate) fn of_operation(operation: &'static str, operands: &[&Value]) -> Option<Identity> {
    Identity::derived(operation, Operand::all(operands.iter().copied())?)
}

/// The identity of what a function gives.
pub(crate) fn of_call(function: &Function, arguments: &[Value]) -> Option<Identity> {
    let is_impure = IMPURE.contains(&function.name)
        || function.name.starts_with("file")
        || arguments.iter().any(is_error);
    if is_impure { None } else { Identity::derived(function.name, Operand::all(arguments)?) }
}

/// The identity of `left == right`. Comparisons with null have none, because whether something is
/// null is not asked.
pub(crate) fn of_equality(left: &Value, right: &Value) -> Option<Identity> {
    if left.is_null() || right.is_null() {
        return None;
    }
    let operands = Operand::all([left, right])?;
    let [one, two] = <[Operand; 2]>::try_from(operands.into_vec()).ok()?;
    // A constant stands on the right, and of two unknown values the order is always the same.
    let swapped = match (one.identity(), two.identity()) {
        (Some(one), Some(two)) => hash(one) > hash(two),
        (one, _) => one.is_none(),
    };
    let operands = if swapped { [two, one] } else { [one, two] };
    let written = Written { operator: "==", swapped, negated: false };
    Identity::compared("==", operands, written)
}

fn hash(identity: &Identity) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    identity.hash(&mut hasher);
    hasher.finish()
}

/// The identity of `left < right`, where that is what `written` says.
pub(crate) fn of_order(left: &Value, right: &Value, written: Written) -> Option<Identity> {
    let operands = Operand::all([left, right])?;
    Identity::compared("<", <[Operand; 2]>::try_from(operands.into_vec()).ok()?, written)
}

/// The same comparison, said to be written with another operator: `!=` for `==`.
pub(crate) fn rewritten(identity: Identity, operator: &'static str, negated: bool) -> Identity {
    let Some(derivation) = identity.derivation() else {
        return identity;
    };
    let (Some(written), [one, two]) = (derivation.written(), derivation.operands()) else {
        return identity;
    };
    let written = Written { operator, negated, ..written };
    let operands = [one.clone(), two.clone()];
    Identity::compared(derivation.operation(), operands, written).unwrap_or(identity)
}

/// The identity of `!value`, of which the value is an unknown bool.
pub(crate) fn of_negation(value: &Value) -> Option<Identity> {
    if let Some(Identity::Derived(derivation)) = identity(value)
        && let ("!", [inner]) = (derivation.operation(), derivation.operands())
    {
        return inner.identity().cloned();
    }
    of_operation("!", &[value])
}

/// The identity of `left op right` for `&&` and `||`, both of them bools. A side that has none is
/// a value of its own: the other one can still be asked.
pub(crate) fn of_logic(op: &'static str, left: &Value, right: &Value) -> Option<Identity> {
    let is_open = |value: &Value| identity(value).is_some();
    match (left.as_bool(), right.as_bool()) {
        (Some(_), _) => return identity(right).cloned(),
        (_, Some(_)) => return identity(left).cloned(),
        _ if left.is_null() || right.is_null() => return None,
        _ if !is_open(left) && !is_open(right) => return None,
        _ => {}
    }
    let operand = |value: &Value| {
        let unknown = as_unknown(value)?;
        let is_askable = !matches!(unknown.reason, Reason::Error | Reason::Limit);
        let own = Unknown::new(Type::Bool, Reason::Derived).identified(Identity::single());
        Operand::new(value).or_else(|| is_askable.then(|| Operand::Unknown(own.into())))
    };
    Identity::derived(op, [operand(left)?, operand(right)?])
}

/// What the operation of `derivation` makes of `operands`, one for each of its own: with all that
/// is certain of the result, also where Terraform would not yet know. `None` where it would refuse
/// them, and for what cannot be made again.
pub fn derive(derivation: &Derivation, operands: &[Value]) -> Option<Value> {
    let operation = derivation.operation();
    let bool = |known: Option<bool>| match known {
        Some(known) => steps::bool(known),
        None => Value::unknown(Type::Bool, Reason::Derived),
    };
    Some(match (operation, operands) {
        ("==", [left, right]) => value::equals(left, right),
        ("<", [left, right]) => {
            let number = |value: &Value| {
                let number = value::convert(value, &Type::Number).ok()?;
                (!number.is_null()).then_some(number)
            };
            bool(less(&number(left)?, &number(right)?))
        }
        ("!", [operand]) => bool(operators::truth(operand).map(|known| !known)),
        ("&&" | "||", [left, right]) => {
            let decisive = operation == "||";
            match (operators::truth(left), operators::truth(right)) {
                (Some(known), _) | (_, Some(known)) if known == decisive => steps::bool(known),
                (Some(_), Some(_)) => steps::bool(!decisive),
                _ => bool(None),
            }
        }
        ("-", [operand]) => operators::unary(syntax::UnaryOp::Negate, operand).ok()?,
        (".", [target, name]) => steps::attribute(target, name.as_str()?).ok()?,
        ("[]", [target, key]) => steps::index(target, key).ok()?,
        (operator, [left, right]) if arithmetic(operator).is_some() => {
            operators::binary(arithmetic(operator)?, left, right).ok()?
        }
        (name, arguments) => functions::find(name)?.call(arguments).ok()?,
    })
}

fn arithmetic(operator: &str) -> Option<syntax::BinaryOp> {
    use syntax::BinaryOp::{Add, Divide, Modulo, Multiply, Subtract};
    [Add, Subtract, Multiply, Divide, Modulo].into_iter().find(|op| op.as_str() == operator)
}

/// A bound of a number, and whether it can be the number itself.
type Bound<'a> = Option<(&'a Number, bool)>;

/// Whether one number is below another, by all that is certain of both. Terraform takes bounds that
/// touch for undecided.
fn less(left: &Value, right: &Value) -> Option<bool> {
    let ([left_min, left_max], [right_min, right_max]) = (bounds(left)?, bounds(right)?);
    let compare = |one: Bound<'_>, two: Bound<'_>| {
        let ((one, one_in), (two, two_in)) = (one?, two?);
        Some((one.compare(two), one == two, one_in && two_in))
    };
    if let Some((order, same, both_in)) = compare(left_max, right_min)
        && (order.is_lt() && !same || same && !both_in)
    {
        return Some(true);
    }
    match compare(left_min, right_max) {
        Some((order, same, _)) if order.is_gt() || same => Some(false),
        _ => None,
    }
}

fn bounds(value: &Value) -> Option<[Bound<'_>; 2]> {
    match value.kind() {
        ValueKind::Number(number) => Some([Some((number, true)); 2]),
        ValueKind::Unknown(unknown) => {
            let range = &unknown.refinement.number;
            Some(
                [&range.min, &range.max]
                    .map(|bound| bound.as_ref().map(|bound| (&bound.value, bound.inclusive))),
            )
        }
        _ => None,
    }
}
