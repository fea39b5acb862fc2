//! Functions of numbers.

#![expect(clippy::unnecessary_wraps, reason = "the shape that the table needs")]

use value::{Number, Reason, Refinement, Type, Unknown, Value};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::power::{logarithm, power};
use super::{text, unknown, whole};

const NUM: Parameter = Parameter::new("num", ParameterType::Number);

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("abs", &[NUM.dynamic()], number, |arguments, _| {
        Ok(of_number(arguments, Number::abs))
    }),
    Function::new("ceil", &[NUM], number, |arguments, _| Ok(of_number(arguments, Number::ceil))),
    Function::new("floor", &[NUM], number, |arguments, _| Ok(of_number(arguments, Number::floor))),
    Function::new("signum", &[NUM], number, |arguments, _| {
        let number = whole(&arguments[0]).map_err(FunctionError::new)?;
        Ok(Value::number(number.signum()))
    }),
    Function::new("max", &[], number, |arguments, _| extreme(arguments, true))
        .variadic(Parameter::new("numbers", ParameterType::Number).dynamic()),
    Function::new("min", &[], number, |arguments, _| extreme(arguments, false))
        .variadic(Parameter::new("numbers", ParameterType::Number).dynamic()),
    Function::new(
        "pow",
        &[NUM, Parameter::new("power", ParameterType::Number)],
        number,
        |arguments, _| match power(float(&arguments[0])?, float(&arguments[1])?) {
            Some(result) => from_float(result),
            None => Ok(Unknown::new(Type::Number, Reason::Function).not_null().into_value()),
        },
    ),
    Function::new(
        "log",
        &[NUM, Parameter::new("base", ParameterType::Number)],
        number,
        |arguments, _| {
            from_float(logarithm(float(&arguments[0])?) / logarithm(float(&arguments[1])?))
        },
    ),
    Function::new(
        "parseint",
        &[
            Parameter::new("number", ParameterType::Any),
            Parameter::new("base", ParameterType::Number),
        ],
        |arguments| match arguments[0].ty() {
            Type::String => Ok(Type::Number),
            ty => Err(FunctionError::argument(
                0,
                format!("the first argument is {}, not a string", ty.friendly_name()),
            )),
        },
        |arguments, _| parse_int(text(arguments, 0), &arguments[1]),
    )
    .quoting(),
    Function::new("sum", &[Parameter::new("list", ParameterType::Any)], number, |arguments, _| {
        sum(&arguments[0])
    }),
    Function::new("range", &[], |_| Ok(Type::list(Type::Number)), |arguments, _| range(arguments))
        .variadic(Parameter::new("params", ParameterType::Number)),
];

pub(super) fn number(_: &[Value]) -> Outcome<Type> {
    Ok(Type::Number)
}

fn of_number(arguments: &[Value], change: fn(&Number) -> Number) -> Value {
    arguments[0]
        .as_number()
        .map_or_else(|| unknown(Type::Number), |number| Value::number(change(number)))
}

fn extreme(arguments: &[Value], largest: bool) -> Outcome {
    let mut result: Option<&Value> = None;
    for argument in arguments {
        let Some(number) = argument.as_number() else {
            continue;
        };
        let better = result.and_then(Value::as_number).is_none_or(|best| {
            let order = number.compare(best);
            if largest { order.is_gt() } else { order.is_lt() }
        });
        if better {
            result = Some(argument);
        }
    }
    result.cloned().ok_or_else(|| FunctionError::new("must pass at least one number"))
}

fn float(value: &Value) -> Outcome<f64> {
    let Some(number) = value.as_number() else {
        return Ok(f64::NAN);
    };
    let float = number.to_f64();
    if float.is_infinite() && !number.is_infinite() {
        let max = Number::from_f64(f64::MAX).map(|max| max.to_string()).unwrap_or_default();
        return Err(FunctionError::new(format!("numbers from -{max} to {max} are possible")));
    }
    Ok(float)
}

fn from_float(float: f64) -> Outcome {
    Number::from_f64(float)
        .map(Value::number)
        .ok_or_else(|| FunctionError::new("result is not a number"))
}

/// Digits beyond this make a number that nobody means.
const MAX_DIGITS: usize = 4_000;

fn parse_int(text: &str, base: &Value) -> Outcome {
    let base = whole(base).map_err(|message| FunctionError::argument(1, message))?;
    let Some(base) = u32::try_from(base).ok().filter(|base| (2..=62).contains(base)) else {
        let message = "the base is a whole number from 2 to 62";
        return Err(FunctionError::argument(1, message));
    };
    if text.len() > MAX_DIGITS && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(Value::limit(Type::Number));
    }
    Number::parse_integer(text, base).map(Value::number).ok_or_else(|| {
        let message = format!("{text:?} is no whole number in base {base}");
        FunctionError::argument(0, message)
    })
}

fn sum(list: &Value) -> Outcome {
    let failed = |message: &str| FunctionError::argument(0, message);
    let ty = list.ty();
    if !ty.is_iterable() {
        return Err(failed("cannot sum noniterable"));
    }
    if list.length() == Some(0) {
        return Err(failed("cannot sum an empty list"));
    }
    let Some(elements) = list.as_elements() else {
        let name = ty.friendly_name();
        return Err(failed(&format!("{name} is no list, set or tuple")));
    };
    if !list.is_wholly_known() {
        return Ok(unknown(Type::Number));
    }
    let mut sum = None::<Number>;
    for element in elements {
        let converted = value::convert(element, &Type::Number).ok();
        let Some(number) = converted.as_ref().and_then(Value::as_number) else {
            return Err(failed("only a list, set or tuple of numbers has a sum"));
        };
        sum = Some(match sum {
            None => number.clone(),
            Some(sum) => sum.add(number).map_err(|error| FunctionError::new(error.to_string()))?,
        });
    }
    Ok(sum.map_or_else(|| unknown(Type::Number), Value::number))
}

/// Terraform's own limit.
const MAX_RANGE: usize = 1024;

fn range(arguments: &[Value]) -> Outcome {
    let numbers: Vec<&Number> = arguments.iter().filter_map(Value::as_number).collect();
    let one = Number::from(1);
    let step_to = |start: &Number, end: &Number| {
        if end.compare(start).is_lt() { one.neg() } else { one.clone() }
    };
    let zero = Number::ZERO;
    let (start, end, step) = match numbers.as_slice() {
        [end] => (&zero, *end, step_to(&zero, end)),
        [start, end] => (*start, *end, step_to(start, end)),
        [start, end, step] => (*start, *end, (*step).clone()),
        _ => return Err(FunctionError::new("one to three arguments are needed")),
    };
    let down = step.is_negative();
    let order = end.compare(start);
    if down && order.is_gt() {
        let message = "a negative step never gets from the start up to the end";
        return Err(FunctionError::argument(1, message));
    }
    if !down && order.is_lt() {
        let message = "a positive step never gets from the start down to the end";
        return Err(FunctionError::argument(1, message));
    }
    let mut values = Vec::new();
    let mut current = start.clone();
    while if down { current.compare(end).is_gt() } else { current.compare(end).is_lt() } {
        if values.len() >= MAX_RANGE {
            return Err(FunctionError::new("the range has more than 1024 numbers"));
        }
        values.push(Value::number(current.clone()));
        current = current.add(&step).map_err(|error| FunctionError::new(error.to_string()))?;
    }
    Ok(Value::list(Type::Number, values))
}

/// The length of a string in characters, not less than that of its certain beginning.
pub(super) fn length_of_text(value: &Value) -> Value {
    let count = |text: &str| Value::number(value::text::graphemes(text).count());
    if let Some(text) = value.as_str() {
        return count(text);
    }
    let prefix = value.as_unknown().and_then(|unknown| unknown.refinement.prefix.clone());
    let min = count(prefix.as_deref().unwrap_or_default()).as_number().cloned();
    let refinement =
        Refinement { number: value::Range::inclusive(min, None), ..Refinement::NOT_NULL };
    Unknown::new(Type::Number, Reason::Derived).refined(refinement).into_value()
}
