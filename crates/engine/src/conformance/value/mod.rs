//! Judges one value against the attribute that it is for. Knows nothing of blocks or places.

mod arn;
mod certainty;
mod choice;
mod cidr;
mod form;
mod json;
mod kind;
mod measure;
mod pattern;
mod policy;
mod right;
mod words;

use diagnostics::{Level, Safety};
use schema::{Attribute, Body, Constraint, Demand, Mode, Nesting, Selection};
use value::{Value, ValueKind, convert};

use crate::SchemaRule;
use certainty::Certainty;
use choice::Choice;
use kind::part;
use right::is_right;

pub(super) use right::{are_right_elements, are_right_entries, is_right_string};

/// What is wrong with a value.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) rule: SchemaRule,
    pub(crate) level: Level,
    /// The part at fault, with its origin: one element of a list, or all of it.
    pub(crate) value: Value,
    pub(crate) message: String,
    pub(crate) replacement: Option<Replacement>,
}

/// What may be written instead.
#[derive(Clone, Debug)]
pub(crate) struct Replacement {
    pub(crate) safety: Safety,
    pub(crate) title: String,
    pub(crate) value: Value,
}

/// What is wrong with `value` as that of `attribute` of a block of the type `block_type`, in all
/// versions of `selection`.
pub(crate) fn faults(
    value: &Value,
    block_type: &str,
    attribute: Attribute<'_>,
    selection: Selection,
) -> Vec<Fault> {
    if value.is_null() {
        return Vec::new();
    }
    let newest = attribute.newest_in(selection.snapshots);
    let mut common = of_variant(value, block_type, newest.unwrap_or(attribute), selection);
    if common.is_empty() {
        return common;
    }
    let selected = |it: &Attribute<'_>| it.presence().intersects(selection.snapshots);
    for variant in attribute.variants().rev().filter(selected).skip(1) {
        let found = of_variant(value, block_type, variant, selection);
        common = common.into_iter().filter_map(|fault| in_both(fault, &found)).collect();
    }
    common
}

/// The fault when another variant has it too, at the milder level.
fn in_both(fault: Fault, others: &[Fault]) -> Option<Fault> {
    let same = others.iter().find(|other| is_same(other, &fault))?;
    Some(Fault { level: fault.level.min(same.level), ..fault })
}

/// What is wrong with `value` as that of one variant of an attribute.
fn of_variant(
    value: &Value,
    block_type: &str,
    attribute: Attribute<'_>,
    selection: Selection,
) -> Vec<Fault> {
    let mut judge = Judge { block_type, selection, faults: Vec::new() };
    let wanted = attribute.ty();
    if wanted.is_primitive() && value.ty() == wanted {
        judge.attribute(value, attribute);
        return judge.faults;
    }
    // Nothing is wrong with the type of what converts.
    let Ok(value) = convert(value, &wanted) else {
        return kind::judge(value, &wanted, attribute.name());
    };
    judge.attribute(&value, attribute);
    judge.faults
}

/// Whether two faults are of one rule and one part of the value.
fn is_same(one: &Fault, other: &Fault) -> bool {
    one.rule == other.rule && value::raw_equals(&one.value, &other.value)
}

/// What the judgement of a value takes.
struct Judge<'a> {
    block_type: &'a str,
    selection: Selection,
    faults: Vec<Fault>,
}

/// A constraint and what it is of.
#[derive(Clone, Copy)]
struct Limits<'d> {
    name: &'d str,
    constraint: Constraint<'d>,
    selection: Selection,
    /// Whether a zero value stands for one that is not set.
    skips_zero: bool,
}

impl Limits<'_> {
    fn certainty(self, demand: Demand) -> Certainty {
        Certainty::new(self.constraint, demand, self.selection)
    }
}

impl Judge<'_> {
    fn attribute(&mut self, value: &Value, attribute: Attribute<'_>) {
        if let Some(constraint) = attribute.constraint() {
            let limits = Limits {
                name: attribute.name(),
                constraint,
                selection: self.selection,
                skips_zero: attribute.mode() != Mode::Required,
            };
            self.whole(value, limits);
        }
        if let Some((nesting, body)) = attribute.object() {
            self.objects(value, nesting, body);
        }
    }

    /// The objects that the value of an attribute is made of.
    fn objects(&mut self, value: &Value, nesting: Nesting, body: Body<'_>) {
        if matches!(nesting, Nesting::Single | Nesting::Group) {
            return self.object(value, body);
        }
        let entries = value.as_entries().into_iter().flat_map(|entries| entries.values());
        for element in value.as_elements().into_iter().flatten().chain(entries) {
            self.object(&part(element, value), body);
        }
    }

    fn object(&mut self, value: &Value, body: Body<'_>) {
        let Some(entries) = value.as_entries() else { return };
        for (name, entry) in entries.iter().filter(|(_, entry)| !entry.is_null()) {
            let entry = part(entry, value);
            let Some(attribute) = body.attributes_named(name).next_back() else { continue };
            self.faults.extend(faults(&entry, self.block_type, attribute, self.selection));
        }
    }

    /// A value, of which the elements are judged one by one.
    fn whole(&mut self, value: &Value, limits: Limits<'_>) {
        let ty = value.ty();
        if !ty.is_collection() {
            return self.leaf(value, limits);
        }
        let is_unset = limits.skips_zero && value.length() == Some(0);
        if !value.is_null() && !is_unset {
            let range = (limits.constraint.min_items(), limits.constraint.max_items());
            let level = limits.certainty(Demand::Items).of_form();
            self.faults.extend(measure::items(value, range, limits.name, level));
        }
        // Providers leave out elements that are empty.
        let limits = Limits { skips_zero: true, ..limits };
        self.elements(value, limits);
    }

    /// The elements of a list or set. What is known of a map may be meant for its keys.
    fn elements(&mut self, value: &Value, limits: Limits<'_>) {
        for element in value.as_elements().into_iter().flatten() {
            let element = part(element, value);
            if element.ty().is_collection() {
                self.elements(&element, limits);
            } else {
                self.leaf(&element, limits);
            }
        }
    }

    /// A string, number or bool.
    fn leaf(&mut self, value: &Value, limits: Limits<'_>) {
        let Limits { name, constraint, skips_zero, .. } = limits;
        if value.is_null() || skips_zero && is_zero(value) || is_right(value, constraint) {
            return;
        }
        if let Some(format) = constraint.format() {
            let certainty = limits.certainty(Demand::Form);
            let certain = certainty.of_form() == Level::Error;
            let kind = policy::PolicyKind::of(self.block_type, name, certain);
            if let Some(found) = form::judge(value, format, (name, kind), certainty) {
                return self.faults.extend(found);
            }
        }
        if constraint.has_values() {
            let values: Vec<&str> = constraint.values().collect();
            let certainty = limits.certainty(Demand::Choice);
            let choice = Choice { name, values: &values, ignores_case: constraint.ignores_case() };
            self.faults.extend(choice.judge(value, certainty));
            return;
        }
        match value.kind() {
            ValueKind::Number(number) => {
                let range = (constraint.minimum(), constraint.maximum());
                let level = limits.certainty(Demand::Range).of_form();
                self.faults.extend(measure::number(value, number, range, name, level));
            }
            ValueKind::String(text) => {
                let range = (constraint.min_length(), constraint.max_length());
                let level = limits.certainty(Demand::Length).of_form();
                // The length is looked at first: it is cheaper, and easier to understand.
                let fault = measure::text(value, text, range, name, level);
                let level = limits.certainty(Demand::Form).of_form();
                let fault = fault
                    .or_else(|| form::pattern(value, text, constraint.pattern()?, name, level));
                self.faults.extend(fault);
            }
            _ => {}
        }
    }
}

/// Whether a value is one that many providers cannot tell from one that is not set.
fn is_zero(value: &Value) -> bool {
    match value.kind() {
        ValueKind::String(text) => text.is_empty(),
        ValueKind::Number(number) => number.is_zero(),
        ValueKind::Bool(bool) => !bool,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
