//! Where a diagnostic sits: turns the origin of a value into places in the source, and into the way
//! from one to the other.

use diagnostics::Related;
use source::{FileId, Location};
use value::{Step, StepKind, Value};

use module::Declared;

use crate::blame::Leaf;
use crate::uses::Uses;

/// The most steps of a way that are told; of a longer one both ends are.
const MAX_FLOW: usize = 100;
/// The most steps that are told as related places.
const MAX_RELATED: usize = 10;

/// A block in a file, with what overrides it in others.
#[derive(Clone, Copy)]
pub(crate) struct BlockPlace<'a> {
    pub(crate) file: FileId,
    declared: &'a Declared<'a>,
}

impl<'a> BlockPlace<'a> {
    pub(crate) fn new(declared: &'a Declared<'a>) -> Self {
        Self { file: declared.file, declared }
    }

    pub(crate) fn header(self) -> Location {
        self.declared.header()
    }

    /// Whether an override file changes the block.
    pub(crate) fn is_overridden(self) -> bool {
        self.declared.is_overridden()
    }

    fn holds(self, location: Location) -> bool {
        self.declared.holds(location)
    }
}

/// Where a value is to be blamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The piece of source to mark.
    pub(crate) location: Location,
    /// The other places on the way of the value.
    pub(crate) related: Vec<Related>,
    /// The way of the value, from what made it to its use; empty when that is one place.
    pub(crate) flow: Vec<Related>,
    /// Whether `location` is what made the value and has no other use, so that it may be edited.
    pub(crate) is_editable: bool,
    /// Of which repetitions the value is that of one element.
    pub(crate) own: Own,
}

/// Of which repetitions a value is that of one element, because it came through `each.value`; other
/// elements have text of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Own {
    /// Whether it is of one instance of the block.
    pub(crate) of_block: bool,
    /// The number of calls on its way of which it is of one instance.
    pub(crate) of_calls: usize,
}

impl Place {
    /// A place where nothing can be edited.
    pub(crate) fn at(location: Location) -> Self {
        Self {
            location,
            related: Vec::new(),
            flow: Vec::new(),
            is_editable: false,
            own: Own::default(),
        }
    }
}

/// The place of `value` as seen from `block`: what made it when that has one use; else what a call
/// passes, when it came through one; else its last mention in the block. `None` when nothing of it
/// stands in the source.
pub(crate) fn place_of(value: &Value, block: BlockPlace<'_>, uses: &Uses<'_, '_>) -> Option<Place> {
    let mut way: Vec<&Step> = value.origin().steps().collect();
    way.retain(|step| step.location.file != FileId::NOWHERE);
    way.reverse();
    let made = way.first()?;
    let has_source = !matches!(made.kind, StepKind::Reference(_));
    // Of several calls the one that is nearest to what made the value.
    let passed = way.iter().position(|step| matches!(step.kind, StepKind::Argument(_)));
    let shared = way.iter().position(|step| uses.is_shared(step));
    // What stands in another block that is looked at, without a way to this one.
    let is_elsewhere = way.last().is_some_and(|step| !block.holds(step.location));
    // A `null` far from the block is no mistake where it stands, but where it is used.
    let is_far_null = value.is_null() && !block.holds(made.location);
    let has_own_use = has_source && shared.is_none() && !is_far_null;
    let is_editable = has_own_use && !is_elsewhere;
    // What the called module does with its variable is not the caller's business.
    let has_one_use =
        has_own_use || has_source && !is_far_null && passed.is_some_and(|at| shared > Some(at));
    let location = match passed {
        _ if has_one_use => made.location,
        Some(at) => mention_in(&way[..at], way[at].location),
        None if is_elsewhere => way.last()?.location,
        None => way.iter().rev().find(|step| block.holds(step.location))?.location,
    };
    let own = own(&way, block);
    let (flow, related) = told(&way, location);
    Some(Place { location, related, flow, is_editable, own })
}

/// The place of what a condition rests on: of the value, else of what it is a part of, else the
/// header of the block.
pub(crate) fn place_of_leaf(leaf: &Leaf, block: BlockPlace<'_>, uses: &Uses<'_, '_>) -> Place {
    if let Some(place) = place_of(&leaf.value, block, uses) {
        return place;
    }
    // Of nested blocks that are too many the last one is.
    let last = leaf.value.as_elements().and_then(<[Value]>::last);
    let mut others = last.into_iter().chain(&leaf.around);
    let place = others.find_map(|value| place_of(value, block, uses));
    match place {
        Some(place) => Place { is_editable: false, ..place },
        None => Place::at(block.header()),
    }
}

fn own(way: &[&Step], block: BlockPlace<'_>) -> Own {
    let each = way.iter().filter(|step| name_of(step) == Some("each.value"));
    let (in_block, in_calls): (Vec<&Step>, Vec<&Step>) =
        each.partition(|step| block.holds(step.location));
    Own { of_block: !in_block.is_empty(), of_calls: in_calls.len() }
}

/// The last reference of `way` that stands in the expression at `whole`, else all of it.
fn mention_in(way: &[&Step], whole: Location) -> Location {
    let is_inside = |step: &&&Step| {
        step.location.file == whole.file
            && whole.range.contains(step.location.range)
            && matches!(step.kind, StepKind::Reference(_))
    };
    way.iter().rev().find(is_inside).map_or(whole, |step| step.location)
}

/// The steps of `way` as a flow, and those that stand elsewhere than at `location` as related
/// places.
fn told(way: &[&Step], location: Location) -> (Vec<Related>, Vec<Related>) {
    let ends = way.len().saturating_sub(MAX_FLOW / 2);
    let mut flow: Vec<Related> = Vec::new();
    let mut related: Vec<Related> = Vec::new();
    for (at, step) in way.iter().enumerate() {
        if at >= MAX_FLOW / 2 && at < ends {
            continue;
        }
        let told = Related { message: message(step), location: step.location };
        // The whole default or entry says nothing beside the literal in it.
        let is_around = matches!(step.kind, StepKind::Default(_) | StepKind::Assignment(_))
            && way[0].location != step.location
            && way[0].location.file == step.location.file;
        if step.location != location && !is_around {
            match related.iter_mut().find(|other| other.location == step.location) {
                Some(other) => other.message.clone_from(&told.message),
                None => related.push(told.clone()),
            }
        }
        match flow.last_mut() {
            Some(last) if last.location == told.location => *last = told,
            _ => flow.push(told),
        }
    }
    if flow.len() < 2 {
        flow.clear();
    }
    if related.len() > MAX_RELATED {
        related.drain(MAX_RELATED / 2..related.len() - MAX_RELATED / 2);
    }
    (flow, related)
}

fn message(step: &Step) -> String {
    match &step.kind {
        StepKind::Made => "the value is written here".to_owned(),
        StepKind::Default(name) => format!("this is the default of `var.{name}`"),
        StepKind::Assignment(name) => format!("`{name}` is set here"),
        StepKind::Reference(name) => format!("`{name}` is used here"),
        StepKind::Argument(name) => match without_keys(name).rsplit_once(".var.") {
            Some((call, variable)) => format!("passed to `{call}` as `{variable}`"),
            None => format!("passed as `{name}`"),
        },
        StepKind::Output(name) => format!("given out as `{}`", without_keys(name)),
    }
}

/// An address as it is written, without the keys of instances: all instances say the same.
fn without_keys(address: &str) -> String {
    let (mut left, mut in_key, mut in_quotes) = (String::new(), false, false);
    let mut chars = address.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' if in_quotes => _ = chars.next(),
            '"' => in_quotes = !in_quotes,
            '[' if !in_quotes => in_key = true,
            ']' if !in_quotes => in_key = false,
            _ if !in_key => left.push(char),
            _ => {}
        }
    }
    left
}

fn name_of(step: &Step) -> Option<&str> {
    match &step.kind {
        StepKind::Reference(name) => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
