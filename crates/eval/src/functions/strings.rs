//! Functions of strings.

#![expect(clippy::unnecessary_wraps, reason = "the shape that the table needs")]

use std::collections::HashSet;

use value::text::graphemes;
use value::{MAX_STRING, Type, Value};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::{elements, text, unknown, whole};

const STR: Parameter = Parameter::new("str", ParameterType::String);

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("upper", &[STR.dynamic()], string, |arguments, _| {
        Ok(Value::string(text(arguments, 0).chars().map(simple_upper).collect::<String>()))
    }),
    Function::new("lower", &[STR.dynamic()], string, |arguments, _| {
        Ok(Value::string(text(arguments, 0).chars().map(simple_lower).collect::<String>()))
    }),
    Function::new("title", &[STR], string, |arguments, _| Ok(title(text(arguments, 0)))),
    Function::new("strrev", &[STR.dynamic()], string, |arguments, _| {
        let clusters: Vec<&str> = graphemes(text(arguments, 0)).collect();
        Ok(Value::string(clusters.into_iter().rev().collect::<String>()))
    })
    .slow(),
    Function::new("chomp", &[STR], string, |arguments, _| {
        Ok(Value::string(text(arguments, 0).trim_end_matches(['\r', '\n'])))
    }),
    Function::new(
        "indent",
        &[Parameter::new("spaces", ParameterType::Number), STR],
        string,
        |arguments, _| indent(&arguments[0], text(arguments, 1)),
    ),
    Function::new("trimspace", &[STR], string, |arguments, _| {
        Ok(Value::string(text(arguments, 0).trim()))
    }),
    Function::new(
        "trim",
        &[STR, Parameter::new("cutset", ParameterType::String)],
        string,
        |arguments, _| {
            let cutset: HashSet<char> = text(arguments, 1).chars().collect();
            Ok(Value::string(text(arguments, 0).trim_matches(|letter| cutset.contains(&letter))))
        },
    ),
    Function::new(
        "trimprefix",
        &[STR, Parameter::new("prefix", ParameterType::String)],
        string,
        |arguments, _| {
            let (text, prefix) = (text(arguments, 0), text(arguments, 1));
            Ok(Value::string(text.strip_prefix(prefix).unwrap_or(text)))
        },
    ),
    Function::new(
        "trimsuffix",
        &[STR, Parameter::new("suffix", ParameterType::String)],
        string,
        |arguments, _| {
            let (text, suffix) = (text(arguments, 0), text(arguments, 1));
            Ok(Value::string(text.strip_suffix(suffix).unwrap_or(text)))
        },
    ),
    Function::new(
        "startswith",
        &[STR.unknown(), Parameter::new("prefix", ParameterType::String)],
        bool,
        |arguments, _| Ok(starts_with(&arguments[0], text(arguments, 1))),
    ),
    Function::new(
        "endswith",
        &[STR, Parameter::new("suffix", ParameterType::String)],
        bool,
        |arguments, _| Ok(Value::bool(text(arguments, 0).ends_with(text(arguments, 1)))),
    ),
    Function::new(
        "strcontains",
        &[STR, Parameter::new("substr", ParameterType::String)],
        bool,
        |arguments, _| Ok(Value::bool(text(arguments, 0).contains(text(arguments, 1)))),
    ),
    Function::new(
        "substr",
        &[
            STR.dynamic(),
            Parameter::new("offset", ParameterType::Number).dynamic(),
            Parameter::new("length", ParameterType::Number).dynamic(),
        ],
        string,
        |arguments, _| substr(text(arguments, 0), &arguments[1], &arguments[2]),
    )
    .slow(),
    Function::new(
        "split",
        &[Parameter::new("separator", ParameterType::String), STR],
        strings,
        |arguments, _| Ok(split(text(arguments, 0), text(arguments, 1))),
    )
    .slow(),
    Function::new(
        "join",
        &[Parameter::new("separator", ParameterType::String)],
        string,
        |arguments, _| join(arguments),
    )
    .variadic(Parameter::new("lists", ParameterType::ListOfString)),
    Function::new(
        "basename",
        &[Parameter::new("path", ParameterType::String)],
        string,
        |arguments, _| Ok(Value::string(base_name(text(arguments, 0)))),
    ),
    Function::new(
        "dirname",
        &[Parameter::new("path", ParameterType::String)],
        string,
        |arguments, _| Ok(Value::string(directory(text(arguments, 0)))),
    ),
];

pub(super) fn string(_: &[Value]) -> Outcome<Type> {
    Ok(Type::String)
}

pub(super) fn bool(_: &[Value]) -> Outcome<Type> {
    Ok(Type::Bool)
}

pub(super) fn strings(_: &[Value]) -> Outcome<Type> {
    Ok(Type::list(Type::String))
}

/// The one letter that Unicode's simple mapping gives; Rust has the full one.
fn simple_upper(letter: char) -> char {
    let mut upper = letter.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) => upper,
        // Greek letters with an iota below have a capital of one letter, too.
        _ => match letter {
            '\u{1f80}'..='\u{1faf}' if u32::from(letter) & 8 == 0 => shifted(letter, 8),
            '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => shifted(letter, 9),
            _ => letter,
        },
    }
}

fn simple_lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

fn shifted(letter: char, by: u32) -> char {
    char::from_u32(u32::from(letter) + by).unwrap_or(letter)
}

fn simple_title(letter: char) -> char {
    match letter {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        // Georgian has capitals, but not in titles.
        '\u{10d0}'..='\u{10ff}' => letter,
        _ => simple_upper(letter),
    }
}

/// Whether a word ends at a letter.
fn is_separator(letter: char) -> bool {
    if letter.is_ascii() {
        !(letter.is_ascii_alphanumeric() || letter == '_')
    } else {
        !letter.is_alphanumeric() && letter.is_whitespace()
    }
}

fn title(text: &str) -> Value {
    let mut before = ' ';
    let title = text.chars().map(|letter| {
        let first = is_separator(before);
        before = letter;
        if first { simple_title(letter) } else { letter }
    });
    Value::string(title.collect::<String>())
}

fn indent(spaces: &Value, text: &str) -> Outcome {
    let spaces = whole(spaces).map_err(FunctionError::new)?;
    let Ok(spaces) = usize::try_from(spaces) else {
        return Err(FunctionError::new("the number of spaces must not be negative"));
    };
    let added = text.matches('\n').count().saturating_mul(spaces);
    if added.saturating_add(text.len()) > MAX_STRING || spaces > MAX_STRING {
        return Ok(Value::limit(Type::String));
    }
    Ok(Value::string(text.replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}

fn starts_with(value: &Value, prefix: &str) -> Value {
    if let Some(text) = value.as_str() {
        return Value::bool(text.starts_with(prefix));
    }
    if prefix.is_empty() {
        return Value::bool(true);
    }
    let certain = value.as_unknown().and_then(|unknown| unknown.refinement.prefix.as_deref());
    match certain {
        Some(certain) if certain.starts_with(prefix) => Value::bool(true),
        Some(certain) if certain.len() >= prefix.len() => Value::bool(false),
        _ => unknown(Type::Bool),
    }
}

fn substr(text: &str, offset: &Value, length: &Value) -> Outcome {
    let mut offset = whole(offset).map_err(FunctionError::new)?;
    let length = whole(length).map_err(FunctionError::new)?;
    if offset < 0 {
        let total = i64::try_from(graphemes(text).count()).unwrap_or(i64::MAX);
        offset = offset.saturating_add(total);
    } else if length == 0 {
        return Ok(Value::string(""));
    }
    // Beginning before the text means at its beginning.
    let skipped = graphemes(text).skip(usize::try_from(offset).unwrap_or_default());
    // From a negative offset, a length of zero does not end the text.
    let taken = usize::try_from(length).ok().filter(|&length| length > 0).unwrap_or(usize::MAX);
    Ok(Value::string(skipped.take(taken).collect::<String>()))
}

fn split(separator: &str, text: &str) -> Value {
    let limit = value::MAX_ELEMENTS + 1;
    let parts: Vec<Value> = if separator.is_empty() {
        let mut buffer = [0; 4];
        text.chars()
            .take(limit)
            .map(|letter| Value::string(&*letter.encode_utf8(&mut buffer)))
            .collect()
    } else {
        text.split(separator).take(limit).map(Value::string).collect()
    };
    Value::list(Type::String, parts)
}

fn join(arguments: &[Value]) -> Outcome {
    let lists = &arguments[1..];
    if lists.is_empty() {
        return Err(FunctionError::new("at least one list is required"));
    }
    if !lists.iter().all(Value::is_wholly_known) {
        return Ok(unknown(Type::String));
    }
    let separator = text(arguments, 0);
    let mut joined = String::new();
    let mut first = true;
    for (list, _) in lists.iter().enumerate() {
        for (at, element) in elements(lists, list).iter().enumerate() {
            let Some(text) = element.as_str() else {
                let of =
                    if lists.len() > 1 { format!(" of list {}", list + 1) } else { String::new() };
                let message = format!("element {at}{of} is null, which has no text");
                return Err(FunctionError::argument(list + 1, message));
            };
            if !first {
                joined.push_str(separator);
            }
            first = false;
            joined.push_str(text);
            if joined.len() > MAX_STRING {
                return Ok(Value::limit(Type::String));
            }
        }
    }
    Ok(Value::string(joined))
}

fn base_name(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() { "/" } else { trimmed.rsplit('/').next().unwrap_or(trimmed) }
}

/// All but the last part of a path, made as short as it can be.
fn directory(path: &str) -> String {
    let end = path.rfind('/').map_or(0, |at| at + 1);
    super::paths::clean(&path[..end])
}
