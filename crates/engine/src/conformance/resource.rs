//! Judges one resource or data source with all rules: its type and what stands in it once, its values
//! in each instance.

use std::cell::Cell;
use std::rc::Rc;

use diagnostics::{Diagnostic, Level, RuleId};
use eval::{Budget, evaluate};
use module::{Assumptions, Key, ModuleValues, NoNames, ProviderInUse, Resource, ResourceMode};
use schema::BlockSchema;
use value::Value;

use super::SchemaRules;
use super::doubt::{Doubt, Doubts, Repetition};
use super::evaluate::{Values, is_wrong};
use super::frames::Frames;
use super::literal::{is_right, plain};
use super::plan::{Owner, Plan, Slot, TOP};
use super::shared::Shared;
use super::types::Judged;
use super::walk::{Scope, Walk, is_unread};
use crate::context::{BlockContext, Site};
use crate::judge::{Leaf, guarded, judged, leaf_of};
use crate::merge::Merged;
use crate::place::BlockPlace;
use crate::reporter::{Found, Reporter};

/// What is said when the comparison crashes.
const WHO: &str = "the comparison with the provider's schema";
/// The rule that a reporter begins with.
const FIRST_RULE: RuleId = RuleId::from_static("schema/wrong-type");

/// So many scenarios of one value are told apart.
const MAX_SCENARIOS: usize = 8;

/// A resource of a known provider that is to be judged.
pub(crate) struct Conformance<'c, 'a> {
    shared: &'c Shared<'c, 'a>,
    values: &'c ModuleValues<'a>,
    resource: &'a Resource<'a>,
    walked: Rc<Walked<'a>>,
    /// What may be wrong in it.
    parts: Vec<(Part, Doubt)>,
    met_unknown: bool,
    panic: Option<Diagnostic>,
}

/// What the text of a resource comes to, the same in all instances of its module.
pub(super) struct Walked<'a> {
    provider: ProviderInUse<'a>,
    schema: Option<BlockSchema<'a>>,
    plan: Plan<'a>,
    /// The places of values that refer to nothing and are wrong.
    wrong_literals: Vec<usize>,
    repetition: Repetition,
    panic: Option<Diagnostic>,
}

/// The value of what refers to nothing.
fn literal(slot: &Slot<'_>) -> Value {
    evaluate(slot.expr(), slot.argument.file, &NoNames, &Budget::default()).value
}

/// What was found in a resource.
pub(crate) struct OfResource {
    /// What does not depend on values.
    pub(crate) found: Vec<Diagnostic>,
    /// Whether some value is wrong, so that it matters where it comes from.
    pub(crate) has_values: bool,
    /// Whether all values that matter are known.
    pub(crate) is_decided: bool,
}

/// Something that is evaluated, by its place in the plan.
#[derive(Clone, Copy)]
enum Part {
    Slot(usize),
    Count(usize),
}

/// What was found in an instance before scenarios were told apart.
#[derive(Default)]
struct First {
    /// For each part: what was found, and whether more may be when more is known.
    parts: Vec<(Vec<Found>, bool)>,
    /// The frames that make something.
    alive: Vec<bool>,
    is_decided: bool,
}

impl<'c, 'a> Conformance<'c, 'a> {
    /// A resource to be judged; `None` where nothing is known of its provider.
    pub(crate) fn new(
        shared: &'c Shared<'c, 'a>,
        values: &'c ModuleValues<'a>,
        resource: &'a Resource<'a>,
    ) -> Option<Self> {
        let walked = shared.walked(values, resource, || {
            let provider = values.provider(resource).filter(ProviderInUse::is_described)?;
            Some(Walked::new(shared.rules, provider, resource))
        })?;
        let doubts = Doubts::new(values, &resource.declared, (&walked.plan, walked.repetition));
        let mut parts = Vec::new();
        let panic = guarded(&WHO, resource.declared.header(), || {
            let Plan { slots, counts, .. } = &walked.plan;
            for (at, slot) in slots.iter().enumerate().filter(|(_, slot)| !slot.is_literal) {
                parts.push((Part::Slot(at), doubts.of_slot(slot)));
            }
            for (at, count) in counts.iter().enumerate() {
                parts.push((Part::Count(at), doubts.of_count(count)));
            }
        });
        parts.retain(|(_, doubt)| *doubt != Doubt::None);
        let met_unknown = doubts.met_unknown.get();
        Some(Self { shared, values, resource, walked, parts, met_unknown, panic })
    }

    /// What may stand in the resource, when its type is known.
    pub(crate) fn schema(&self) -> Option<BlockSchema<'a>> {
        self.walked.schema
    }

    /// Whether something in it is to be evaluated.
    pub(crate) fn has_values(&self) -> bool {
        let Walked { plan, wrong_literals, .. } = &*self.walked;
        !self.parts.is_empty()
            || wrong_literals.iter().any(|at| plan.slots[*at].frame != TOP)
            || plan.findings.iter().any(|(frame, _)| *frame != TOP)
    }

    /// The instances of the resource, and what must be assumed for it to have any, on top of
    /// `assumed`. Where that takes too much effort one instance stands for all: scenarios in which
    /// there is none are left out later.
    pub(crate) fn existing(&self, assumed: &Assumptions) -> (Assumptions, Vec<Key>) {
        let declared = &self.resource.declared;
        if !self.walked.repetition.is_repeated {
            return (assumed.clone(), vec![Key::None]);
        }
        let keys = || {
            let exists = self.values.exists();
            if exists { self.values.instances(declared) } else { Vec::new() }
        };
        let (keys, questions) = self.values.evaluation().under(assumed, keys);
        // Of what is counted one instance is like the other; and in scenarios in which there is none
        // nothing is found.
        let is_alike = declared.argument("count").is_some() && !self.walked.repetition.narrows;
        let is_wrong = self.parts.iter().any(|(_, doubt)| *doubt == Doubt::Wrong);
        if questions.is_empty() || keys != [Key::Unknown] || is_alike || !is_wrong {
            return (assumed.clone(), keys);
        }
        let existing = || self.values.existing(declared, assumed);
        let known = self.shared.effort.try_run(self.values, existing);
        known.unwrap_or_else(|| (assumed.clone(), keys))
    }

    /// Judges the instances; what is found in them goes into `merged`. `base` must be assumed for
    /// them to exist.
    pub(crate) fn judge(self, base: &Assumptions, keys: &[Key], merged: &mut Merged) -> OfResource {
        // Where nothing is known of instances, what `dynamic` blocks make is not either.
        let mut alive = vec![keys.is_empty(); self.walked.plan.frames.len()];
        alive[TOP] = true;
        let mut is_decided = !self.met_unknown;
        if self.has_values() {
            is_decided &= !keys.is_empty();
            for (at, key) in keys.iter().enumerate() {
                let (found, first) = self.instance(base, key);
                is_decided &= first.is_decided;
                alive.iter_mut().zip(first.alive).for_each(|(alive, new)| *alive |= new);
                if found.is_empty() {
                    continue;
                }
                let shown = self.values.shown_key(&self.resource.declared, key);
                for found in found {
                    merged.add(found, (at, shown.as_deref()));
                }
            }
        }
        let mut found = self.literals(&alive);
        let has_values = !found.is_empty() || !merged.is_empty();
        found.extend(self.walked.panic.iter().chain(&self.panic).cloned());
        let findings = self.walked.plan.findings.iter().filter(|(frame, _)| alive[*frame]);
        let findings = findings.map(|(_, finding)| finding.clone());
        found.extend(findings.filter_map(|finding| self.shared.rules.diagnostic(finding)));
        OfResource { found, has_values, is_decided }
    }

    /// Judges the values that refer to nothing.
    fn literals(&self, alive: &[bool]) -> Vec<Diagnostic> {
        if self.walked.wrong_literals.is_empty() {
            return Vec::new();
        }
        let mut reporter = self.reporter();
        let literals = self.walked.wrong_literals.iter().map(|at| &self.walked.plan.slots[*at]);
        let literals = literals.filter(|slot| alive[slot.frame]);
        let mut panic = None;
        for slot in literals {
            panic = panic.or(guarded(&WHO, slot.argument.location(), || {
                let value = literal(slot);
                self.words(|values| values.value(slot, &value, Vec::new, &mut reporter));
            }));
        }
        reporter.found.into_iter().map(|found| found.diagnostic).chain(panic).collect()
    }

    fn words<T>(&self, judge: impl FnOnce(&Values<'_, 'a>) -> T) -> T {
        let words = || self.walked.provider.words();
        judge(&Values { rules: self.shared.rules, plan: &self.walked.plan, words: &words })
    }

    fn reporter(&self) -> Reporter<'a> {
        let declared = &self.resource.declared;
        Reporter {
            rule: FIRST_RULE,
            level: Level::Error,
            uses: self.shared.uses,
            values: self.values.clone(),
            block: Some((declared.block, BlockPlace::new(declared))),
            doubts_defaults: true,
            found: Vec::new(),
        }
    }

    /// Judges one instance: all at once, and then what rests on conditions that cannot be decided
    /// once for each answer to them.
    fn instance(&self, base: &Assumptions, key: &Key) -> (Vec<Found>, First) {
        let Some(schema) = self.walked.schema else { return (Vec::new(), First::default()) };
        let (values, declared) = (self.values.clone(), &self.resource.declared);
        let memory = Rc::default();
        let site = Site { values, declared, schema, key: key.clone(), memory };
        let evaluation = site.values.evaluation();
        let (first, questions) = evaluation.under_with(base, || self.first(&site), |_, _| true);
        let Some(mut first) = first else { return (Vec::new(), First::default()) };
        let mut all = Vec::new();
        for ((part, doubt), (found, is_open)) in
            self.parts.iter().zip(std::mem::take(&mut first.parts))
        {
            let leaf = || self.leaf(&site, *part);
            let in_scenarios = || judged(&site, base, MAX_SCENARIOS, leaf).found;
            let is_undecided =
                is_open && doubt.is_worthwhile(key, declared) && !questions.is_empty();
            let better =
                is_undecided.then(|| self.shared.effort.try_run(self.values, in_scenarios));
            all.extend(better.flatten().unwrap_or(found));
        }
        (all, first)
    }

    /// Judges an instance under what is assumed at present; `None` where there is none.
    fn first(&self, site: &Site<'a>) -> Option<First> {
        let evaluation = self.values.evaluation();
        let (block, asks_first) = evaluation.asking(|| BlockContext::of_existing_module(site));
        let block = block?;
        let frames = Frames::new(&self.walked.plan, &block);
        let mut reporter = self.reporter();
        let mut parts = Vec::new();
        let panic = guarded(&WHO, self.resource.declared.header(), || {
            for (part, _) in &self.parts {
                let judge = || self.part(*part, (&block, &frames), &mut reporter);
                let (is_open, asks) = evaluation.asking(judge);
                // What the instance and `dynamic` blocks rest on may have been asked for before.
                let is_open = is_open && (asks || asks_first || !self.is_at_top(*part));
                parts.push((std::mem::take(&mut reporter.found), is_open));
            }
        });
        if let Some(panic) = panic {
            parts.push((vec![Found::plain(panic)], false));
        }
        let numbers = 0..self.walked.plan.frames.len();
        let alive = numbers.map(|frame| !frames.is_dead(frame)).collect();
        let is_decided = !Cell::get(&block.met_unknown);
        Some(First { parts, alive, is_decided })
    }

    /// Whether a part is outside of `dynamic` blocks.
    fn is_at_top(&self, part: Part) -> bool {
        matches!(part, Part::Slot(at) if self.walked.plan.slots[at].frame == TOP)
    }

    fn part(
        &self,
        part: Part,
        (block, frames): (&BlockContext<'a>, &Frames<'_, 'a>),
        reporter: &mut Reporter<'_>,
    ) -> bool {
        let Plan { slots, counts, .. } = &self.walked.plan;
        self.words(|values| match part {
            Part::Slot(at) => values.slot(&slots[at], (block, frames), reporter),
            Part::Count(at) => values.count(&counts[at], frames, reporter),
        })
    }

    /// Judges a part in one scenario.
    fn leaf(&self, site: &Site<'a>, part: Part) -> Leaf {
        leaf_of(&WHO, site, self.reporter(), |block, reporter| {
            let frames = Frames::new(&self.walked.plan, block);
            self.part(part, (block, &frames), reporter);
        })
    }
}

impl<'a> Walked<'a> {
    fn new(rules: &SchemaRules, provider: ProviderInUse<'a>, resource: &'a Resource<'a>) -> Self {
        let is_data = resource.mode == ResourceMode::Data;
        let header = resource.declared.header();
        let owner = || Owner { name: &resource.block_type, outer: None, header, is_data };
        let (mut schema, mut plan, mut wrong_literals) = (None, Plan::new(owner()), Vec::new());
        let panic = guarded(&WHO, header, || {
            let (found, finding) = Judged { rules, provider: &provider, resource }.find();
            schema = found.map(|found| BlockSchema::new(found.body(), provider.selection));
            if let Some(schema) = schema {
                let walk = Walk::new(rules, &provider, owner());
                plan = walk.of(resource.declared.body(), schema);
            }
            plan.findings.extend(finding.map(|finding| (TOP, finding)));
            let is_wrong = |(at, slot): (usize, &Slot<'a>)| {
                let value = || plain(slot.expr()).unwrap_or_else(|| literal(slot));
                let is_wrong = || is_wrong(slot, &value(), plan.owners[TOP].name);
                (slot.is_literal && !is_right(slot) && is_wrong()).then_some(at)
            };
            wrong_literals = plan.slots.iter().enumerate().filter_map(is_wrong).collect();
        });
        let repetition = Repetition::of(&resource.declared);
        Self { provider, schema, plan, wrong_literals, repetition, panic }
    }
}

impl<'a> Walk<'_, 'a> {
    /// Walks over the body of a resource.
    fn of(mut self, body: module::MergedBody<'_, 'a>, schema: BlockSchema<'a>) -> Plan<'a> {
        // What is lost in an override may change anything.
        if !body.overrides().iter().any(|part| is_unread(*part)) {
            let is_read = !is_unread(body.base());
            self.body(&Scope { body, schema, owner: TOP, frame: TOP, is_read, is_object: false });
        }
        self.plan
    }
}
