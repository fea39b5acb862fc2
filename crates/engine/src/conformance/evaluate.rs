//! Judges the values of a block in one instance of it, under what is assumed at present.

use diagnostics::Level;
use schema::Attribute;
use value::{Type, Value, ValueKind, convert};

use super::SchemaRules;
use super::arguments::{name_of, requires};
use super::blocks::{needs, sets_only_the_provider, takes};
use super::certainty::Certainty;
use super::frames::Frames;
use super::plan::{Count, Limits, Plan, Slot, TOP, Wants};
use super::value::{Fault, faults};
use crate::SchemaRule;
use crate::context::BlockContext;
use crate::place::Place;
use crate::reporter::Reporter;

/// The values of one block.
pub(super) struct Values<'v, 'a> {
    pub(super) rules: &'v SchemaRules,
    pub(super) plan: &'v Plan<'a>,
    /// The provider and its versions in words.
    pub(super) words: &'v dyn Fn() -> String,
}

impl<'a> Values<'_, 'a> {
    /// Judges an argument; `true` where more may be found when more is known.
    pub(super) fn slot(
        &self,
        slot: &Slot<'a>,
        (block, frames): (&BlockContext<'a>, &Frames<'_, 'a>),
        reporter: &mut Reporter<'_>,
    ) -> bool {
        let made = frames.get(slot.frame);
        let mut is_open = frames.is_open(slot.frame);
        for bindings in &made.elements {
            let value = block.value(slot.expr(), slot.argument.file, bindings);
            is_open |= is_undecided(&value, slot);
            self.value(slot, &value, || frames.because(slot.frame), reporter);
        }
        is_open
    }

    /// Judges one value of an argument; what it exists for besides is in `because`.
    pub(super) fn value(
        &self,
        slot: &Slot<'a>,
        value: &Value,
        because: impl Fn() -> Vec<Value>,
        reporter: &mut Reporter<'_>,
    ) {
        if slot.wants == Wants::Null {
            // A null is as good as nothing, and only what is certainly none is set.
            if value.is_not_null() {
                self.read_only(slot, value, &because(), reporter);
            }
            return;
        }
        if value.is_null() {
            if slot.wants == Wants::Value {
                self.null(slot, value, &because(), reporter);
            }
            return;
        }
        let block_type = self.plan.owners[TOP].name;
        for fault in faults(value, block_type, slot.attribute, slot.selection) {
            self.fault(fault, &because(), reporter);
        }
    }

    fn fault(&self, fault: Fault, because: &[Value], reporter: &mut Reporter<'_>) {
        let Some((id, _)) = self.rules.get(fault.rule) else { return };
        reporter.rule = id;
        let because: Vec<&Value> = because.iter().collect();
        let message = format!("{} ({})", fault.message, (self.words)());
        let finding = reporter.report(&fault.value, message).level(fault.level).because(&because);
        match fault.replacement {
            Some(it) => finding.replace(it.safety, it.title, &it.value).emit(),
            None => finding.emit(),
        }
    }

    /// Tells that a required argument is null.
    fn null(&self, slot: &Slot<'a>, value: &Value, because: &[Value], reporter: &mut Reporter<'_>) {
        let owner = self.plan.shown(slot.owner).to_string();
        let message = requires(&owner, slot.attribute.name(), &(self.words)());
        let level = Certainty::of(slot.selection).of_structure();
        let Some(level) = self.start(SchemaRule::MissingArgument, level, reporter) else { return };
        let message = format!("{message}, and this is `null`");
        let because: Vec<&Value> = because.iter().collect();
        reporter.report(value, message).level(level).because(&because).emit();
    }

    /// Tells that what only the provider sets is set.
    fn read_only(
        &self,
        slot: &Slot<'a>,
        value: &Value,
        because: &[Value],
        reporter: &mut Reporter<'_>,
    ) {
        let owner = self.plan.shown(slot.owner).to_string();
        let message = sets_only_the_provider(&owner, slot.attribute.name(), &(self.words)());
        let level = Certainty::of(slot.selection).of_structure();
        let rule = SchemaRule::ReadOnlyArgument;
        let Some(level) = self.start(rule, level, reporter) else { return };
        let because: Vec<&Value> = because.iter().collect();
        let place = Some(Place::at(name_of(slot.argument)));
        reporter.start(place, message).level(level).because(&[value]).because(&because).emit();
    }

    /// Judges how many nested blocks there are; `true` where more may be found when more is known.
    pub(super) fn count(
        &self,
        count: &Count<'a>,
        frames: &Frames<'_, 'a>,
        reporter: &mut Reporter<'_>,
    ) -> bool {
        let mut is_open = frames.is_open(count.frame);
        let made: Vec<_> = count.made.iter().map(|frame| frames.get(*frame)).collect();
        for at in 0..frames.get(count.frame).elements.len() {
            let groups: Vec<_> = made.iter().filter_map(|made| made.groups.get(at)).collect();
            let certain: usize = groups.iter().filter_map(|group| group.number).sum();
            let number = count.written.len() + certain;
            let is_known = groups.iter().all(|group| group.number.is_some());
            is_open |= !is_known;
            let mut because = frames.because(count.frame);
            because.extend(groups.iter().map(|group| group.collection.clone()));
            self.number(count, (number, is_known), &because, reporter);
        }
        is_open
    }

    fn number(
        &self,
        count: &Count<'a>,
        (number, is_known): (usize, bool),
        because: &[Value],
        reporter: &mut Reporter<'_>,
    ) {
        let Limits { min, max, .. } = count.limits;
        let owner = || self.plan.shown(count.owner).to_string();
        let (rule, message, location) = if is_known && number < min {
            let message = needs(&owner(), count.limits, &(self.words)());
            (SchemaRule::MissingBlock, message, self.plan.owners[count.owner].header)
        } else if max.is_some_and(|max| number > max) {
            let message = takes(&owner(), count.limits, &(self.words)());
            let dynamic = count.made.last().map(|frame| self.plan.frames[*frame].header);
            let written = max.and_then(|max| count.written.get(max)).copied();
            let Some(location) = written.or(dynamic) else { return };
            (SchemaRule::TooManyBlocks, message, location)
        } else {
            return;
        };
        let level = Certainty::of(count.selection).of_structure();
        let Some(level) = self.start(rule, level, reporter) else { return };
        let because: Vec<&Value> = because.iter().collect();
        let finding = reporter.start(Some(Place::at(location)), message);
        finding.level(level).because(&because).emit();
    }

    /// Makes `reporter` that of a rule; its level, or another one that is certain. `None` where the
    /// rule does not run.
    fn start(
        &self,
        rule: SchemaRule,
        level: Option<Level>,
        reporter: &mut Reporter<'_>,
    ) -> Option<Level> {
        let (id, own) = self.rules.get(rule)?;
        reporter.rule = id;
        Some(level.unwrap_or(own))
    }
}

/// Whether something is wrong with a value of an argument of a block of the type `block_type`.
pub(super) fn is_wrong(slot: &Slot<'_>, value: &Value, block_type: &str) -> bool {
    match slot.wants {
        Wants::Null => value.is_not_null(),
        Wants::Value if value.is_null() => true,
        _ => !faults(value, block_type, slot.attribute, slot.selection).is_empty(),
    }
}

/// Whether what is not known of a value may make it a wrong one.
fn is_undecided(value: &Value, slot: &Slot<'_>) -> bool {
    if value.is_wholly_known() {
        return false;
    }
    let may_be_null = slot.wants != Wants::Anything && !value.is_not_null();
    may_be_null || slot.attribute.constraint().is_some() || !fits(value, slot.attribute)
}

/// Whether a value is of the type of an attribute, whatever is not known of it. Of what nothing at all
/// is known that is taken for granted: conditionals have one type, and it is seldom the wrong one.
fn fits(value: &Value, attribute: Attribute<'_>) -> bool {
    let wanted = attribute.ty();
    match value.kind() {
        ValueKind::Unknown(_) => {
            let ty = value.ty();
            ty == Type::Dynamic || ty == wanted || ty.is_primitive() && wanted == Type::String
        }
        _ => convert(value, &wanted).is_ok(),
    }
}
