//! What follows for the operands when the result of an operation is known. Says only what must be.

use std::sync::Arc;

use value::{
    Bound, Identity, Marks, Number, Operand, Range, Refinement, Type, Unknown, Value, ValueKind,
    convert,
};

use crate::facts::{Fact, Knowledge};

/// Something learnt, and about which value.
pub(crate) type Learnt = Vec<(Arc<Unknown>, Knowledge)>;

/// The value of an unknown one under the present assumptions.
type ValueOf<'a> = &'a dyn Fn(&Arc<Unknown>) -> Value;

/// Adds what follows from `fact` for the values that its own is made of.
pub(crate) fn consequences(fact: &Fact, value_of: ValueOf<'_>, learnt: &mut Learnt) {
    let Some(derivation) = fact.unknown.identity.as_ref().and_then(Identity::derivation) else {
        return;
    };
    let truth = fact.value.as_bool();
    match (derivation.operation(), derivation.operands(), truth) {
        ("!", [operand], Some(known)) => is(operand, &Value::bool(!known), learnt),
        ("&&", operands, Some(known)) => logic(operands, known, false, value_of, learnt),
        ("||", operands, Some(known)) => logic(operands, known, true, value_of, learnt),
        ("==", [one, two], Some(known)) => {
            equality(one, two, known, value_of, learnt);
            equality(two, one, known, value_of, learnt);
        }
        ("<", [one, two], Some(known)) => order(one, two, known, value_of, learnt),
        ("contains", [list, item], Some(known)) => contains(list, item, known, learnt),
        ("startswith", [text, start], Some(known)) => {
            let refinement = |start: &str| Refinement::with_prefix(start);
            edge(text, start, known, refinement, learnt);
        }
        ("endswith", [text, end], Some(known)) => {
            let refinement =
                |end: &str| Refinement { suffix: Some(end.into()), ..Refinement::NOT_NULL };
            edge(text, end, known, refinement, learnt);
        }
        ("tobool", [text], Some(known)) => {
            let texts = if known { ["true", "1"] } else { ["false", "0"] };
            if let Operand::Unknown(unknown) = text
                && unknown.ty == Type::String
            {
                let texts = texts.map(Value::string).to_vec();
                learnt.push((Arc::clone(unknown), Knowledge::OneOf(texts)));
            }
        }
        ("length", [collection], _) => length(&fact.value, collection, learnt),
        _ => {}
    }
}

fn learn(operand: &Operand, knowledge: Knowledge, learnt: &mut Learnt) {
    if let Operand::Unknown(unknown) = operand {
        learnt.push((Arc::clone(unknown), knowledge));
    }
}

/// An operand that is used as a bool is this one.
fn is(operand: &Operand, value: &Value, learnt: &mut Learnt) {
    if let Operand::Unknown(unknown) = operand
        && unknown.ty == Type::Bool
    {
        learnt.push((Arc::clone(unknown), Knowledge::Is(value.clone())));
    }
}

/// What `&&` (or `||`, where true decides) says of its operands.
fn logic(
    operands: &[Operand],
    known: bool,
    decisive: bool,
    value_of: ValueOf<'_>,
    learnt: &mut Learnt,
) {
    if known != decisive {
        for operand in operands {
            is(operand, &Value::bool(known), learnt);
        }
        return;
    }
    let truth = |operand: &Operand| match operand {
        Operand::Unknown(unknown) => eval::truth(&value_of(unknown)),
        Operand::Known(constant) => eval::truth(constant.value()),
    };
    // One of them decides: when all others do not, this one does.
    for (at, operand) in operands.iter().enumerate() {
        let mut others = operands.iter().enumerate().filter(|(other, _)| *other != at);
        if others.all(|(_, other)| truth(other) == Some(!decisive)) {
            is(operand, &Value::bool(decisive), learnt);
        }
    }
}

fn known_value(operand: &Operand, value_of: ValueOf<'_>) -> Option<Value> {
    let value = match operand {
        Operand::Unknown(unknown) => value_of(unknown),
        Operand::Known(constant) => constant.value().clone(),
    };
    value.is_wholly_known().then_some(value)
}

/// What `one == two` says of `one`.
fn equality(one: &Operand, two: &Operand, known: bool, value_of: ValueOf<'_>, learnt: &mut Learnt) {
    let Operand::Unknown(unknown) = one else {
        return;
    };
    let Some(value) = known_value(two, value_of).filter(|value| can_bind(unknown, value)) else {
        return;
    };
    let knowledge = if known { Knowledge::Is(value) } else { Knowledge::IsNot(value) };
    learnt.push((Arc::clone(unknown), knowledge));
}

/// Whether an unknown value can be taken to be, or not to be, `value`: of its type and no secret.
fn can_bind(unknown: &Unknown, value: &Value) -> bool {
    let ty = value.ty();
    let is_type = ty == unknown.ty || unknown.ty == Type::Dynamic && ty.is_primitive();
    is_type && !value.is_null() && value.marks_deep().without(Marks::DEFAULT).is_none()
}

/// What `one < two` says of both.
fn order(one: &Operand, two: &Operand, known: bool, value_of: ValueOf<'_>, learnt: &mut Learnt) {
    let [(one_min, one_max), (two_min, two_max)] =
        [one, two].map(|operand| bounds(operand, value_of));
    let strict = |bound: Option<Bound<Number>>| {
        bound.map(|bound| Bound { inclusive: bound.inclusive && !known, ..bound })
    };
    let (one_range, two_range) = if known {
        (Range { min: None, max: strict(two_max) }, Range { min: strict(one_min), max: None })
    } else {
        (Range { min: strict(two_min), max: None }, Range { min: None, max: strict(one_max) })
    };
    for (operand, number) in [(one, one_range), (two, two_range)] {
        let is_number = matches!(operand, Operand::Unknown(unknown) if unknown.ty == Type::Number);
        if is_number {
            let refinement = Refinement { number, ..Refinement::NOT_NULL };
            learn(operand, Knowledge::Refined(refinement), learnt);
        }
    }
}

type Ends = (Option<Bound<Number>>, Option<Bound<Number>>);

fn bounds(operand: &Operand, value_of: ValueOf<'_>) -> Ends {
    let value = match operand {
        Operand::Unknown(unknown) => value_of(unknown),
        Operand::Known(constant) => constant.value().clone(),
    };
    let Ok(number) = convert(&value, &Type::Number) else {
        return (None, None);
    };
    let Range { min, max } = number.refinement().number;
    (min, max)
}

/// What `contains(list, item)` says of the item.
fn contains(list: &Operand, item: &Operand, known: bool, learnt: &mut Learnt) {
    let (Operand::Unknown(unknown), Some(list)) = (item, list.known()) else {
        return;
    };
    let Some(elements) = list.as_elements() else {
        return;
    };
    let is_secret = !list.marks_deep().without(Marks::DEFAULT).is_none();
    if is_secret || elements.iter().any(Value::is_null) {
        return;
    }
    let marked = |value: &Value| value.clone().marked(list.marks());
    let possible = elements.iter().filter(|value| can_bind(unknown, value)).map(marked);
    if known {
        // What has another type is not equal, unless the type is not known.
        let all_bind = elements.iter().all(|value| can_bind(unknown, value));
        if all_bind || unknown.ty.is_primitive() {
            let knowledge = Knowledge::OneOf(possible.collect());
            learnt.push((Arc::clone(unknown), knowledge));
        }
    } else {
        learnt.extend(possible.map(|value| (Arc::clone(unknown), Knowledge::IsNot(value))));
    }
}

/// What `startswith` and `endswith` say of the text.
fn edge(
    text: &Operand,
    edge: &Operand,
    known: bool,
    refinement: impl Fn(&str) -> Refinement,
    learnt: &mut Learnt,
) {
    let Operand::Unknown(unknown) = text else {
        return;
    };
    let Some(value) = edge.known().filter(|value| value.marks().is_printable()) else {
        return;
    };
    if let (Type::String, ValueKind::String(edge)) = (&unknown.ty, value.kind()) {
        let refinement = if known { refinement(edge) } else { Refinement::NOT_NULL };
        learnt.push((Arc::clone(unknown), Knowledge::Refined(refinement)));
    }
}

/// What a length says of the collection.
fn length(length: &Value, collection: &Operand, learnt: &mut Learnt) {
    let Operand::Unknown(unknown) = collection else {
        return;
    };
    if !unknown.ty.is_collection() {
        return;
    }
    let Range { min, max } = length.refinement().number;
    // The length of a fact is between whole numbers, both included.
    let min = min.and_then(|bound| bound.value.to_u64()).unwrap_or(0);
    let max = max.and_then(|bound| bound.value.to_u64());
    let refinement = Refinement::with_length(min, max);
    learnt.push((Arc::clone(unknown), Knowledge::Refined(refinement)));
}
