//! Whether texts, numbers and collections are as long or as large as an argument takes.

use diagnostics::Level;
use value::text::graphemes;
use value::{Number, Value};

use super::Fault;
use super::words::{counted, shown};
use crate::SchemaRule;

/// What is wrong with the length of `text`, which is that of `value`.
pub(super) fn text(
    value: &Value,
    text: &str,
    (min, max): (Option<u64>, Option<u64>),
    name: &str,
    level: Level,
) -> Option<Fault> {
    // Services count characters, some providers bytes, Terraform what is seen as one character. Only
    // what is wrong by all these counts is wrong.
    let most = text.len() as u64;
    let what = "character";
    let wanted = if min.is_some_and(|min| most < min) {
        at_least(min, what)
    } else if max.is_some_and(|max| most > max && graphemes(text).count() as u64 > max) {
        at_most(max, what)
    } else {
        return None;
    };
    let has = if value.marks_deep().is_printable() {
        counted(text.chars().count() as u64, what)
    } else {
        "too few or too many".to_owned()
    };
    let message = format!("`{name}` has {has}; {wanted}");
    Some(fault(SchemaRule::ValueLength, value, level, message))
}

/// What is wrong with the number of elements of `value`.
pub(super) fn items(
    value: &Value,
    (min, max): (Option<u64>, Option<u64>),
    name: &str,
    level: Level,
) -> Option<Fault> {
    let what = "element";
    let (least, most) = value.length_range();
    let (has, wanted) = if let Some(most) = most.filter(|most| min.is_some_and(|min| *most < min)) {
        let more = if least < most { "at most " } else { "" };
        (format!("{more}{}", counted(most, what)), at_least(min, what))
    } else if max.is_some_and(|max| least > max) {
        let more = if most == Some(least) { "" } else { "at least " };
        (format!("{more}{}", counted(least, what)), at_most(max, what))
    } else {
        return None;
    };
    let message = format!("`{name}` has {has}; {wanted}");
    Some(fault(SchemaRule::ValueLength, value, level, message))
}

/// What is wrong with the size of `number`, which is that of `value`.
pub(super) fn number(
    value: &Value,
    number: &Number,
    (min, max): (Option<f64>, Option<f64>),
    name: &str,
    level: Level,
) -> Option<Fault> {
    let (least, greatest) = (min.and_then(Number::from_f64), max.and_then(Number::from_f64));
    let is_below = least.as_ref().is_some_and(|least| number.compare(least).is_lt());
    let is_above = greatest.as_ref().is_some_and(|greatest| number.compare(greatest).is_gt());
    if !is_below && !is_above {
        return None;
    }
    let wanted = match (least, greatest) {
        (Some(least), Some(greatest)) => format!("it must be from {least} to {greatest}"),
        (Some(least), None) => format!("it must be at least {least}"),
        (None, Some(greatest)) => format!("it must be at most {greatest}"),
        (None, None) => return None,
    };
    let size = if is_below { "small" } else { "large" };
    let message = format!("{} is too {size} for `{name}`; {wanted}", shown(value));
    Some(fault(SchemaRule::ValueRange, value, level, message))
}

fn at_least(min: Option<u64>, what: &str) -> String {
    format!("at least {} must be there", counted(min.unwrap_or_default(), what))
}

fn at_most(max: Option<u64>, what: &str) -> String {
    format!("at most {} may be there", counted(max.unwrap_or_default(), what))
}

fn fault(rule: SchemaRule, value: &Value, level: Level, message: String) -> Fault {
    Fault { rule, level, value: value.clone(), message, replacement: None }
}

#[cfg(test)]
mod tests {
    use value::{Reason, Refinement, Type, Unknown};

    use super::*;

    fn message(fault: Option<Fault>) -> Option<String> {
        fault.map(|fault| fault.message)
    }

    #[test]
    fn lengths_of_texts() {
        let check = |text: &str, min: Option<u64>, max: Option<u64>, expect: Option<&str>| {
            let fault = super::text(&Value::string(text), text, (min, max), "x", Level::Error);
            assert_eq!(message(fault).as_deref(), expect, "{text}");
        };
        check("abc", Some(1), Some(3), None);
        check(
            "abc",
            Some(4),
            None,
            Some("`x` has 3 characters; at least 4 characters must be there"),
        );
        check("abc", None, Some(1), Some("`x` has 3 characters; at most 1 character may be there"));
        check("ééé", Some(4), None, None);
        check("ééé", None, Some(3), None);
        check("\u{1f44d}\u{1f3fd}", None, Some(1), None);
    }

    #[test]
    fn numbers_of_elements() {
        let check = |value: &Value, min: Option<u64>, max: Option<u64>, expect: Option<&str>| {
            let fault = items(value, (min, max), "x", Level::Error);
            assert_eq!(message(fault).as_deref(), expect, "{value}");
        };
        let unknown = || Value::unknown(Type::String, Reason::Variable);
        let two = Value::list(Type::String, [Value::string("a"), unknown()]);
        check(&two, Some(2), Some(2), None);
        check(&two, Some(3), None, Some("`x` has 2 elements; at least 3 elements must be there"));
        check(&two, None, Some(1), Some("`x` has 2 elements; at most 1 element may be there"));
        let set = Value::set(Type::String, [Value::string("a"), unknown(), unknown()]);
        check(&set, Some(3), Some(1), None);
        let message = "`x` has at most 3 elements; at least 4 elements must be there";
        check(&set, Some(4), None, Some(message));
        let refined = Unknown::new(Type::list(Type::String), Reason::Derived)
            .refined(Refinement::with_length(2, None))
            .into_value();
        check(&refined, Some(5), Some(2), None);
        let message = "`x` has at least 2 elements; at most 1 element may be there";
        check(&refined, None, Some(1), Some(message));
        check(&unknown(), Some(5), Some(1), None);
    }

    #[test]
    fn sizes_of_numbers() {
        let check = |text: &str, min: Option<f64>, max: Option<f64>, expect: Option<&str>| {
            let size = Number::parse(text).expect("a number");
            let value = Value::number(size.clone());
            let fault = number(&value, &size, (min, max), "x", Level::Error);
            assert_eq!(message(fault).as_deref(), expect, "{text}");
        };
        check("128", Some(128.0), Some(10240.0), None);
        let expect = "`5` is too small for `x`; it must be from 128 to 10240";
        check("5", Some(128.0), Some(10240.0), Some(expect));
        check("0.5", None, Some(0.25), Some("`0.5` is too large for `x`; it must be at most 0.25"));
        check("-1", Some(0.0), None, Some("`-1` is too small for `x`; it must be at least 0"));
        check("1e100", Some(0.0), None, None);
        check("1", None, None, None);
    }
}
