//! `regex`, `regexall` and `replace`.

#![expect(clippy::unnecessary_wraps, reason = "the shape that the table needs")]

use std::sync::Arc;

use regex::Captures;
use value::{MAX_ELEMENTS, MAX_STRING, Type, Value};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::pattern::{Pattern, PatternError, Work};
use super::strings::string;
use super::{text, unknown};
use crate::Budget;

const PATTERN: &[Parameter] = &[
    Parameter::new("pattern", ParameterType::String),
    Parameter::new("string", ParameterType::String),
];

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("regex", PATTERN, match_type, first_match)
        .costing(|arguments| cost(text(arguments, 0), text(arguments, 1)))
        .quoting(),
    Function::metered(
        "regexall",
        PATTERN,
        |arguments| match_type(arguments).map(Type::list),
        all_matches,
    )
    .costing(|arguments| cost(text(arguments, 0), text(arguments, 1)))
    .quoting(),
    Function::metered(
        "replace",
        &[
            Parameter::new("str", ParameterType::String),
            Parameter::new("substr", ParameterType::String),
            Parameter::new("replace", ParameterType::String),
        ],
        string,
        |arguments, _, budget| {
            replace(text(arguments, 0), text(arguments, 1), text(arguments, 2), budget)
        },
    )
    .costing(|arguments| {
        expression(text(arguments, 1)).map_or(0, |pattern| cost(pattern, text(arguments, 0)))
    })
    .quoting(),
];

/// Most bytes that all searches after the first one may look at.
const MAX_SEARCHED: usize = 100_000_000;

/// Steps for compiling an expression and a first search.
fn cost(pattern: &str, text: &str) -> usize {
    let states = Work::of(pattern).states;
    (states / 2).saturating_add(states.saturating_mul(text.len()) / 1_000)
}

/// What there is to search for between two slashes.
fn expression(search: &str) -> Option<&str> {
    search.strip_prefix('/').and_then(|search| search.strip_suffix('/'))
}

/// Minds the budget of repeated searches: each may look at all the rest of the text for nothing.
struct Searches<'a> {
    work: Work,
    length: usize,
    searched: usize,
    budget: &'a Budget,
}

impl<'a> Searches<'a> {
    fn new(pattern: &Pattern, text: &str, budget: &'a Budget) -> Self {
        Self { work: pattern.work, length: text.len(), searched: 0, budget }
    }

    /// Whether there may be a further search from `start` on.
    fn again(&mut self, start: usize) -> bool {
        let rest = self.length.saturating_sub(start);
        let ahead = if self.work.unbounded { rest } else { rest.min(4 * self.work.states) };
        self.searched = self.searched.saturating_add(ahead);
        let steps = ahead.saturating_mul(self.work.states.max(16)) / (1 << 16);
        self.searched <= MAX_SEARCHED && self.budget.spend(steps.saturating_add(1))
    }
}

/// The type of a match: an object of named groups, a tuple of others, or a string.
fn match_type(arguments: &[Value]) -> Outcome<Type> {
    if arguments[0].is_unknown() {
        return Ok(Type::Dynamic);
    }
    let pattern = match Pattern::of(text(arguments, 0)) {
        Ok(pattern) => pattern,
        Err(PatternError::Limit) => return Ok(Type::Dynamic),
        Err(PatternError::Invalid(what, place)) => {
            let message = format!("the pattern is malformed: {what} in {place}");
            return Err(FunctionError::argument(0, message));
        }
    };
    let named = pattern.names.iter().filter(|name| !name.is_empty()).count();
    let others = pattern.names.len() - named;
    match (named, others) {
        (0, 0) => Ok(Type::String),
        (0, _) => Ok(Type::tuple(vec![Type::String; others])),
        (_, 0) => {
            let attributes = pattern.names.iter().map(|name| (name.as_str(), Type::String));
            Ok(Type::object(attributes))
        }
        _ => {
            let message = "the pattern has groups with names beside groups without";
            Err(FunctionError::argument(0, message))
        }
    }
}

fn first_match(arguments: &[Value], ty: &Type) -> Outcome {
    let Ok(pattern) = Pattern::of(text(arguments, 0)) else {
        return Ok(Value::limit(ty.clone()));
    };
    if !pattern.suits(text(arguments, 1)) {
        return Ok(Value::limit(ty.clone()));
    }
    match pattern.regex.captures(text(arguments, 1)) {
        Some(captures) => Ok(groups(&pattern, &captures, ty)),
        None => Err(FunctionError::new("nothing in the text matches the pattern")),
    }
}

fn all_matches(arguments: &[Value], ty: &Type, budget: &Budget) -> Outcome {
    let Ok(pattern) = Pattern::of(text(arguments, 0)) else {
        return Ok(Value::limit(ty.clone()));
    };
    let Some(element) = ty.element() else {
        return Ok(unknown(ty.clone()));
    };
    let text = text(arguments, 1);
    if !pattern.suits(text) {
        return Ok(Value::limit(ty.clone()));
    }
    let mut searches = Searches::new(&pattern, text, budget);
    let mut found = Vec::new();
    for captures in pattern.regex.captures_iter(text) {
        let end = captures.get(0).map_or(text.len(), |whole| whole.end());
        if found.len() == MAX_ELEMENTS || !searches.again(end) {
            return Ok(Value::limit(ty.clone()));
        }
        found.push(groups(&pattern, &captures, element));
    }
    Ok(Value::list(element.clone(), found))
}

/// What a match gives; groups that take no part in it are null.
fn groups(pattern: &Pattern, captures: &Captures<'_>, ty: &Type) -> Value {
    let group = |at: usize| match captures.get(at) {
        Some(found) => Value::string(found.as_str()),
        None => Value::null(Type::String),
    };
    let count = pattern.names.len();
    match ty {
        Type::String => group(0),
        Type::Tuple(_) => Value::tuple((1..=count).map(group).collect::<Vec<_>>()),
        _ => Value::object(
            pattern.names.iter().enumerate().map(|(at, name)| (Arc::from(&**name), group(at + 1))),
        ),
    }
}

/// Replaces text or, between slashes, what a regular expression matches.
fn replace(text: &str, search: &str, replacement: &str, budget: &Budget) -> Outcome {
    let mut out = String::new();
    match expression(search).map(Pattern::of) {
        None => {
            let mut last = 0;
            for (start, found) in text.match_indices(search) {
                out.push_str(&text[last..start]);
                out.push_str(replacement);
                last = start + found.len();
                if out.len() > MAX_STRING {
                    return Ok(Value::limit(Type::String));
                }
            }
            out.push_str(&text[last..]);
        }
        Some(Err(PatternError::Limit)) => return Ok(Value::limit(Type::String)),
        Some(Err(PatternError::Invalid(what, place))) => {
            return Err(FunctionError::new(format!("the pattern is malformed: {what}: `{place}`")));
        }
        Some(Ok(pattern)) => {
            if !pattern.suits(text) {
                return Ok(Value::limit(Type::String));
            }
            let mut searches = Searches::new(&pattern, text, budget);
            let mut last = 0;
            for captures in pattern.regex.captures_iter(text) {
                let Some(found) = captures.get(0) else {
                    continue;
                };
                out.push_str(&text[last..found.start()]);
                expand(replacement, &pattern, &captures, &mut out);
                last = found.end();
                if out.len() > MAX_STRING || !searches.again(last) {
                    return Ok(Value::limit(Type::String));
                }
            }
            out.push_str(&text[last..]);
        }
    }
    Ok(Value::string(out))
}

/// Writes a replacement with what `$1`, `$name`, `${name}` and `$$` stand for.
fn expand(replacement: &str, pattern: &Pattern, captures: &Captures<'_>, out: &mut String) {
    let mut rest = replacement;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let (braced, name) = match rest.strip_prefix('{') {
            Some(inner) => (true, inner),
            None => (false, rest),
        };
        let end = name
            .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .unwrap_or(name.len());
        let (name, after) = name.split_at(end);
        let after = if braced { after.strip_prefix('}') } else { Some(after) };
        let (Some(after), false) = (after, name.is_empty()) else {
            out.push('$');
            continue;
        };
        rest = after;
        let number = name.parse::<usize>().ok().filter(|_| name == "0" || !name.starts_with('0'));
        let group = number.map_or_else(
            || {
                // Of groups of one name, the first that takes part.
                let mut groups = pattern.names.iter().enumerate().filter(|(_, own)| *own == name);
                groups.find_map(|(at, _)| captures.get(at + 1))
            },
            |number| captures.get(number),
        );
        out.push_str(group.map_or("", |group| group.as_str()));
    }
    out.push_str(rest);
}
