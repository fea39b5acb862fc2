//! Parts of values by the rest of an address: `.name`, `[0]`, `["key"]`. Never fails: what is no
//! such rest has no part.

use value::{Number, Value};

/// The part of `value` that `steps` lead to; `None` when there is none, or no step.
pub(crate) fn part(value: &Value, steps: &str) -> Option<Value> {
    let mut value = value.clone();
    let mut rest = steps;
    while !rest.is_empty() {
        let (next, after) = step(&value, rest)?;
        value = next.clone().marked(value.marks());
        rest = after;
    }
    (!steps.is_empty()).then_some(value)
}

fn step<'v, 's>(value: &'v Value, steps: &'s str) -> Option<(&'v Value, &'s str)> {
    if let Some(steps) = steps.strip_prefix('.') {
        let end = steps.find(['.', '[']).unwrap_or(steps.len());
        let (name, rest) = steps.split_at(end);
        return Some((value.as_entries()?.get(name)?, rest));
    }
    let steps = steps.strip_prefix('[')?;
    if let Some(quoted) = steps.strip_prefix('"') {
        // Keys with escapes are not looked for.
        let (key, rest) = quoted.split_once("\"]")?;
        return Some((value.as_entries()?.get(key).filter(|_| !key.contains('\\'))?, rest));
    }
    let (index, rest) = steps.split_once(']')?;
    let index = Number::parse(index)?.to_usize()?;
    Some((value.as_elements()?.get(index)?, rest))
}
