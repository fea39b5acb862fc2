//! Functions of sets.

use value::{MAX_ELEMENTS, Marks, Reason, Refinement, Type, Unknown, Value, convert, unify};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::sequences::Seen;
use super::unknown;

const FIRST: Parameter = Parameter::new("first_set", ParameterType::SetOfAny).dynamic();
const OTHERS: Parameter = Parameter::new("other_sets", ParameterType::SetOfAny).dynamic();

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("setunion", &[FIRST], set_type, union).variadic(OTHERS),
    Function::new("setintersection", &[FIRST], set_type, |arguments, ty| keep(arguments, ty, true))
        .variadic(OTHERS),
    Function::new(
        "setsubtract",
        &[
            Parameter::new("a", ParameterType::SetOfAny).dynamic(),
            Parameter::new("b", ParameterType::SetOfAny).dynamic(),
        ],
        set_type,
        |arguments, ty| keep(arguments, ty, false),
    ),
    Function::new("setproduct", &[], product_type, product)
        .variadic(Parameter::new("sets", ParameterType::Any).marked().unknown()),
];

fn set_type(arguments: &[Value]) -> Outcome<Type> {
    let mut types = Vec::new();
    for argument in arguments {
        let Some(element) = argument.ty().element().cloned() else {
            continue;
        };
        if argument.length() != Some(0) || element != Type::Dynamic {
            types.push(element);
        }
    }
    if types.is_empty() {
        return Ok(Type::set(Type::Dynamic));
    }
    unify(&types)
        .map(Type::set)
        .ok_or_else(|| FunctionError::new("the elements of the sets have no type in common"))
}

fn converted(arguments: &[Value], ty: &Type) -> Outcome<Vec<Value>> {
    let convert = |(at, argument): (usize, &Value)| {
        convert(argument, ty).map_err(|error| FunctionError::argument(at, error.message))
    };
    arguments.iter().enumerate().map(convert).collect()
}

fn set(ty: &Type, elements: Vec<Value>) -> Value {
    Value::set(ty.element().cloned().unwrap_or(Type::Dynamic), elements)
}

fn union(arguments: &[Value], ty: &Type) -> Outcome {
    let mut all = Vec::new();
    for argument in converted(arguments, ty)? {
        all.extend_from_slice(argument.as_elements().unwrap_or_default());
        if all.len() > MAX_ELEMENTS {
            return Ok(Value::limit(ty.clone()));
        }
    }
    Ok(set(ty, all))
}

/// The elements of the first set that are in all others, or in none of them.
fn keep(arguments: &[Value], ty: &Type, in_others: bool) -> Outcome {
    let sets = converted(arguments, ty)?;
    if !sets.iter().all(Value::is_wholly_known) {
        return Ok(unknown(ty.clone()));
    }
    let mut kept = sets.first().and_then(Value::as_elements).unwrap_or_default().to_vec();
    for other in sets.iter().skip(1) {
        let mut seen = Seen::default();
        for element in other.as_elements().unwrap_or_default() {
            seen.insert(element);
        }
        kept.retain(|element| seen.contains(element) == in_others);
    }
    Ok(set(ty, kept))
}

fn product_type(arguments: &[Value]) -> Outcome<Type> {
    if arguments.len() < 2 {
        return Err(FunctionError::new("at least two arguments are required"));
    }
    let mut lists = true;
    let mut types = Vec::with_capacity(arguments.len());
    for (at, argument) in arguments.iter().enumerate() {
        types.push(match argument.ty() {
            Type::Set(element) => {
                lists = false;
                (*element).clone()
            }
            Type::List(element) => (*element).clone(),
            Type::Tuple(elements) if elements.is_empty() => Type::Dynamic,
            Type::Tuple(elements) => unify(&elements).ok_or_else(|| {
                FunctionError::argument(at, "the elements have no type in common")
            })?,
            _ => return Err(FunctionError::argument(at, "a set or a list is required")),
        });
    }
    let row = Type::tuple(types);
    Ok(if lists { Type::list(row) } else { Type::set(row) })
}

fn product(arguments: &[Value], ty: &Type) -> Outcome {
    let marks = arguments.iter().fold(Marks::NONE, |marks, argument| marks | argument.marks());
    let Some(Type::Tuple(types)) = ty.element().cloned() else {
        return Ok(unknown(ty.clone()));
    };
    if arguments.iter().any(|argument| argument.is_unknown() || argument.length().is_none()) {
        return Ok(unknown_product(arguments, ty).marked(marks));
    }
    let mut columns = Vec::with_capacity(arguments.len());
    let mut total = 1usize;
    for (at, (argument, ty)) in arguments.iter().zip(&*types).enumerate() {
        let elements = argument.as_elements().unwrap_or_default();
        total = total.saturating_mul(elements.len());
        let converted: Result<Vec<Value>, _> =
            elements.iter().map(|element| convert(element, ty)).collect();
        columns.push(converted.map_err(|error| FunctionError::argument(at, error.message))?);
    }
    if total > MAX_ELEMENTS || total.saturating_mul(columns.len()) > 2 * MAX_ELEMENTS {
        return Ok(Value::limit(ty.clone()).marked(marks));
    }
    let row = |index: usize| {
        // The last column runs fastest.
        let mut rest = index;
        let mut row: Vec<Value> = Vec::with_capacity(columns.len());
        for column in columns.iter().rev() {
            row.push(column[rest % column.len()].clone());
            rest /= column.len();
        }
        row.reverse();
        Value::tuple(row)
    };
    let rows: Vec<Value> = (0..total).map(row).collect();
    let element = Type::Tuple(types.clone());
    let result = match ty {
        Type::List(_) => Value::list(element, rows),
        _ => Value::set(element, rows),
    };
    Ok(result.marked(marks))
}

/// The product of sets of unknown length: what is certain is how long it can get.
fn unknown_product(arguments: &[Value], ty: &Type) -> Value {
    let mut longest = 1u64;
    for argument in arguments {
        let Some(length) = argument.length_range().1.filter(|length| *length <= 1024) else {
            return unknown(ty.clone());
        };
        longest *= length;
        if longest > 2048 {
            return unknown(ty.clone());
        }
    }
    let refinement = if longest == 0 {
        Refinement::with_length(0, Some(0))
    } else {
        Refinement::with_length(1, Some(longest))
    };
    Unknown::new(ty.clone(), Reason::Derived).refined(refinement).into_value()
}
