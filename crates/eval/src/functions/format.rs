//! `format` and `formatlist`: reading the format string.

use value::{MAX_ELEMENTS, MAX_STRING, Reason, Refinement, Type, Unknown, Value};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::format_value::write_value;
use super::strings::{string, strings};
use super::{text, unknown, unknown_not_null};

const FORMAT: &[Parameter] = &[Parameter::new("format", ParameterType::String)];
const ARGS: Parameter = Parameter::new("args", ParameterType::Any).null().unknown().dynamic();

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("format", FORMAT, string, |arguments, _| format(arguments))
        .quoting()
        .variadic(ARGS),
    Function::new("formatlist", FORMAT, strings, |arguments, _| format_list(arguments))
        .quoting()
        .variadic(ARGS),
];

/// One `%…` of a format string.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the flags of the language")]
pub(super) struct Verb<'t> {
    /// Its text.
    pub raw: &'t str,
    /// Where it starts, in bytes.
    pub offset: usize,
    /// Which argument it shows, counted from one.
    pub argument: usize,
    /// The letter.
    pub mode: char,
    pub zero: bool,
    pub sharp: bool,
    pub plus: bool,
    pub minus: bool,
    pub space: bool,
    pub precision: Option<usize>,
    pub width: Option<usize>,
}

/// What keeps a text from being made.
pub(super) enum Refusal {
    Error(FunctionError),
    /// The text would be too long.
    Limit,
}

impl Refusal {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self::Error(FunctionError::new(message))
    }
}

fn format(arguments: &[Value]) -> Outcome {
    let format = text(arguments, 0);
    let arguments = &arguments[1..];
    if !arguments.iter().all(Value::is_wholly_known) {
        return Ok(unknown_text(format));
    }
    match formatted(format, arguments) {
        Ok(text) => Ok(Value::string(text)),
        Err(Refusal::Error(error)) => Err(error),
        Err(Refusal::Limit) => Ok(Value::limit(Type::String)),
    }
}

/// The result of unknown arguments begins as the format does.
fn unknown_text(format: &str) -> Value {
    match format.find('%') {
        Some(at) if at > 0 => Unknown::new(Type::String, Reason::Derived)
            .refined(Refinement::with_prefix(&format[..at]))
            .into_value(),
        _ => unknown(Type::String),
    }
}

fn format_list(arguments: &[Value]) -> Outcome {
    let ty = Type::list(Type::String);
    let format_text = text(arguments, 0);
    if arguments.len() == 1 {
        return Ok(Value::list(Type::String, [format(arguments)?]));
    }
    let arguments = &arguments[1..];
    let Some(length) = common_length(arguments)? else {
        return Ok(unknown(ty));
    };
    if length > MAX_ELEMENTS {
        return Ok(Value::limit(ty));
    }
    let mut results = Vec::with_capacity(length);
    let mut size = 0;
    for at in 0..length {
        let row: Vec<Value> = arguments
            .iter()
            .map(|argument| match argument.as_elements() {
                Some(elements) => elements[at].clone(),
                None => argument.clone(),
            })
            .collect();
        if !row.iter().all(Value::is_wholly_known) {
            results.push(unknown_not_null(Type::String));
            continue;
        }
        match formatted(format_text, &row) {
            Ok(text) => {
                size += text.len();
                results.push(Value::string(text));
            }
            Err(Refusal::Error(error)) => {
                let message = format!("in round {at}: {}", error.message);
                return Err(FunctionError::new(message));
            }
            Err(Refusal::Limit) => results.push(Value::limit(Type::String)),
        }
        if size > 16 * MAX_STRING {
            return Ok(Value::limit(ty));
        }
    }
    Ok(Value::list(Type::String, results))
}

/// How often to format: the length of all lists; `None` if one is unknown.
fn common_length(arguments: &[Value]) -> Outcome<Option<usize>> {
    let mut length: Option<(usize, usize)> = None;
    let mut open = false;
    for (at, argument) in arguments.iter().enumerate() {
        let ty = argument.ty();
        if argument.is_null() || !matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_)) {
            open |= argument.is_unknown() && ty == Type::Dynamic;
            continue;
        }
        let Some(own) = argument.length() else {
            open = true;
            continue;
        };
        match length {
            Some((chooser, expected)) if expected != own => {
                let message = format!(
                    "argument {} has {own} elements, and argument {} has \
                     {expected}",
                    at + 1,
                    chooser + 1,
                );
                return Err(FunctionError::argument(at + 1, message));
            }
            _ => length = Some((length.map_or(at, |(chooser, _)| chooser), own)),
        }
        open |= argument.is_unknown();
    }
    Ok(if open { None } else { Some(length.map_or(1, |(_, length)| length)) })
}

/// The text of a format and known arguments.
fn formatted(format: &str, arguments: &[Value]) -> Result<String, Refusal> {
    let mut out = String::new();
    let mut next = 1;
    let mut highest = 0;
    let mut at = 0;
    while let Some(found) = format[at..].find('%') {
        out.push_str(&format[at..at + found]);
        at += found;
        if format[at..].starts_with("%%") {
            out.push('%');
            at += 2;
            continue;
        }
        let (verb, end) = read_verb(format, at, next)?;
        highest = highest.max(verb.argument);
        write_value(&verb, arguments, &mut out)?;
        if out.len() > MAX_STRING {
            return Err(Refusal::Limit);
        }
        next = verb.argument + 1;
        at = end;
    }
    out.push_str(&format[at..]);
    if highest < arguments.len() {
        let message = if highest == 0 {
            "the format shows none of the arguments".to_owned()
        } else {
            format!("the format shows only {highest} of the arguments")
        };
        return Err(Refusal::Error(FunctionError::argument(highest + 1, message)));
    }
    Ok(out)
}

/// The verb whose `%` is at `start`, and where it ends.
fn read_verb(format: &str, start: usize, next: usize) -> Result<(Verb<'_>, usize), Refusal> {
    let mut cursor = Cursor { format, at: start + 1 };
    let mut verb = Verb { offset: start, argument: next, ..Verb::default() };
    while let Some(flag @ (b'0' | b'#' | b'-' | b'+' | b' ')) = cursor.peek() {
        match flag {
            b'0' => verb.zero = true,
            b'#' => verb.sharp = true,
            b'-' => verb.minus = true,
            b'+' => verb.plus = true,
            _ => verb.space = true,
        }
        cursor.at += 1;
    }
    if matches!(cursor.peek(), Some(b'1'..=b'9')) {
        verb.width = Some(cursor.digits());
    }
    if cursor.peek() == Some(b'.') {
        cursor.at += 1;
        verb.precision = Some(cursor.digits());
    }
    if cursor.peek() == Some(b'[') {
        cursor.at += 1;
        if !matches!(cursor.peek(), Some(b'1'..=b'9')) {
            return Err(cursor.unexpected());
        }
        verb.argument = cursor.digits();
        if cursor.peek() != Some(b']') {
            return Err(cursor.unexpected());
        }
        cursor.at += 1;
    }
    match cursor.peek() {
        Some(mode) if mode.is_ascii_alphabetic() => verb.mode = char::from(mode),
        _ => return Err(cursor.unexpected()),
    }
    let end = cursor.at + 1;
    verb.raw = &format[start..end];
    Ok((verb, end))
}

struct Cursor<'t> {
    format: &'t str,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.as_bytes().get(self.at).copied()
    }

    /// A number; too large a one becomes the largest.
    fn digits(&mut self) -> usize {
        let mut number = 0usize;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number = number.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
            self.at += 1;
        }
        number
    }

    fn unexpected(&self) -> Refusal {
        match self.format[self.at..].chars().next() {
            Some(letter) => {
                let at = self.at;
                Refusal::new(format!("{letter:?} at offset {at} does not belong into a format"))
            }
            None => Refusal::new(format!("the format is malformed from offset {}", self.at)),
        }
    }
}
