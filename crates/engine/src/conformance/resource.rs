//! Judges one resource or data source with all rules: its type and what stands in it once, its values
//! in each instance.

use std::cell::Cell;
use std::rc::Rc;

use diagnostics::{Diagnostic, Level, RuleId};
use module::{Assumptions, Bindings, Key, ModuleValues, ProviderInUse, Resource, ResourceMode};
use schema::BlockSchema;

use super::SchemaRules;
use super::evaluate::Values;
use super::frames::Frames;
use super::plan::{Count, Owner, Plan, Slot, TOP};
use super::types::Judged;
use super::walk::{Scope, Walk, is_unread};
use crate::context::{BlockContext, Found, Reporter, Site};
use crate::judge::{Leaf, guarded, judged, leaf_of};
use crate::merge::Merged;
use crate::place::BlockPlace;
use crate::uses::Uses;

/// What is said when the comparison crashes.
const WHO: &str = "the comparison with the provider's schema";
/// The rule that a reporter begins with.
const FIRST_RULE: RuleId = RuleId::from_static("schema/wrong-type");

/// So many scenarios of one value are told apart.
const MAX_SCENARIOS: usize = 8;
/// So many judgements of values in scenarios are made in one root module, or in a part of a large
/// one. In modules that are mostly data nearly every value rests on the same few conditions.
const MAX_JUDGEMENTS: usize = 400;

/// What it counts as to ask in which scenarios a block exists.
const EXISTENCE: usize = 8;

/// How many judgements in scenarios are left.
pub(crate) struct Effort(Cell<usize>);

impl Default for Effort {
    fn default() -> Self {
        Self(Cell::new(MAX_JUDGEMENTS))
    }
}

impl Effort {
    /// How many scenarios may be told apart now, when that is more than one.
    fn limit(&self) -> Option<usize> {
        let limit = MAX_SCENARIOS.min(self.0.get().div_ceil(2));
        (limit > 1).then_some(limit)
    }

    fn spend(&self, judgements: usize) {
        self.0.set(self.0.get().saturating_sub(judgements));
    }
}

/// A resource of a known provider that is to be judged.
pub(crate) struct Conformance<'c, 'a> {
    rules: &'c SchemaRules,
    uses: &'a Uses<'a, 'a>,
    effort: &'c Effort,
    values: &'c ModuleValues<'a>,
    resource: &'a Resource<'a>,
    provider: ProviderInUse<'a>,
    schema: Option<BlockSchema<'a>>,
    plan: Plan<'a>,
    panic: Option<Diagnostic>,
}

/// What was found in a resource.
pub(crate) struct OfResource {
    /// What does not depend on values.
    pub(crate) found: Vec<Diagnostic>,
    /// Whether all values that matter are known.
    pub(crate) is_decided: bool,
}

/// Something that is evaluated.
#[derive(Clone, Copy)]
enum Part<'p, 'a> {
    Slot(&'p Slot<'a>),
    Count(&'p Count<'a>),
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
    /// Walks over a resource; `None` where nothing is known of its provider.
    pub(crate) fn new(
        (rules, uses, effort): (&'c SchemaRules, &'a Uses<'a, 'a>, &'c Effort),
        values: &'c ModuleValues<'a>,
        resource: &'a Resource<'a>,
    ) -> Option<Self> {
        let provider = values.provider(resource)?;
        let is_data = resource.mode == ResourceMode::Data;
        let header = resource.declared.header();
        let owner = || Owner { name: &resource.block_type, outer: None, header, is_data };
        let (mut schema, mut plan) = (None, Plan::new(owner()));
        let panic = guarded(&WHO, header, || {
            let (found, finding) = Judged { rules, provider: &provider, resource }.find();
            schema = found.map(|found| BlockSchema::new(found.body(), provider.selection));
            if let Some(schema) = schema {
                let walk = Walk::new(rules, &provider, owner());
                plan = walk.of(resource.declared.body(), schema);
            }
            plan.findings.extend(finding.map(|finding| (TOP, finding)));
        });
        Some(Self { rules, uses, effort, values, resource, provider, schema, plan, panic })
    }

    /// What may stand in the resource, when its type is known.
    pub(crate) fn schema(&self) -> Option<BlockSchema<'a>> {
        self.schema
    }

    /// Whether something in it is to be evaluated.
    pub(crate) fn has_values(&self) -> bool {
        let Plan { slots, counts, findings, .. } = &self.plan;
        slots.iter().any(|slot| !slot.is_literal || slot.frame != TOP)
            || !counts.is_empty()
            || findings.iter().any(|(frame, _)| *frame != TOP)
    }

    /// The instances of the resource, and what must be assumed for it to have any, on top of
    /// `assumed`. Where that takes too much effort one instance stands for all: scenarios in which
    /// there is none are left out later.
    pub(crate) fn existing(&self, assumed: &Assumptions) -> (Assumptions, Vec<Key>) {
        let declared = &self.resource.declared;
        let keys = || {
            let exists = self.values.exists();
            if exists { self.values.instances(declared) } else { Vec::new() }
        };
        let (keys, questions) = self.values.evaluation().under(assumed, keys);
        if questions.is_empty() || keys != [Key::Unknown] || self.effort.limit().is_none() {
            return (assumed.clone(), keys);
        }
        self.effort.spend(EXISTENCE);
        self.values.existing(declared, assumed)
    }

    /// Judges the instances; what is found in them goes into `merged`. `base` must be assumed for
    /// them to exist.
    pub(crate) fn judge(self, base: &Assumptions, keys: &[Key], merged: &mut Merged) -> OfResource {
        // Where nothing is known of instances, what `dynamic` blocks make is not either.
        let mut alive = vec![keys.is_empty(); self.plan.frames.len()];
        alive[TOP] = true;
        let mut is_decided = true;
        if self.has_values() {
            is_decided = !keys.is_empty();
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
        found.extend(self.panic);
        let findings = self.plan.findings.into_iter();
        let findings = findings.filter(|(frame, _)| alive[*frame]).map(|(_, finding)| finding);
        found.extend(findings.filter_map(|finding| self.rules.diagnostic(finding)));
        OfResource { found, is_decided }
    }

    /// Judges the values that refer to nothing.
    fn literals(&self, alive: &[bool]) -> Vec<Diagnostic> {
        let mut reporter = self.reporter();
        let literals = self.plan.slots.iter().filter(|slot| slot.is_literal && alive[slot.frame]);
        let mut panic = None;
        for slot in literals {
            let bindings = Bindings::default();
            panic = panic.or(guarded(&WHO, slot.argument.location(), || {
                let value = self.values.evaluate(slot.expr(), slot.argument.file, &bindings).value;
                self.words(|values| values.value(slot, &value, Vec::new, &mut reporter));
            }));
        }
        reporter.found.into_iter().map(|found| found.diagnostic).chain(panic).collect()
    }

    fn words<T>(&self, judge: impl FnOnce(&Values<'_, 'a>) -> T) -> T {
        let words = || self.provider.words();
        judge(&Values { rules: self.rules, plan: &self.plan, words: &words })
    }

    fn reporter(&self) -> Reporter<'a> {
        let declared = &self.resource.declared;
        Reporter {
            rule: FIRST_RULE,
            level: Level::Error,
            uses: self.uses,
            values: self.values.clone(),
            block: Some((declared.block, BlockPlace::new(declared))),
            found: Vec::new(),
        }
    }

    fn parts(&self) -> impl Iterator<Item = Part<'_, 'a>> {
        let slots = self.plan.slots.iter().filter(|slot| !slot.is_literal).map(Part::Slot);
        slots.chain(self.plan.counts.iter().map(Part::Count))
    }

    /// Judges one instance: all at once, and then what rests on conditions that cannot be decided
    /// once for each answer to them.
    fn instance(&self, base: &Assumptions, key: &Key) -> (Vec<Found>, First) {
        let Some(schema) = self.schema else { return (Vec::new(), First::default()) };
        let (values, declared) = (self.values.clone(), &self.resource.declared);
        let memory = Rc::default();
        let site = Site { values, declared, schema, key: key.clone(), memory };
        let evaluation = site.values.evaluation();
        let (first, questions) = evaluation.under_with(base, || self.first(&site), |_, _| true);
        let Some(mut first) = first else { return (Vec::new(), First::default()) };
        let mut all = Vec::new();
        for (part, (found, is_open)) in self.parts().zip(std::mem::take(&mut first.parts)) {
            let limit = self.effort.limit().filter(|_| is_open && !questions.is_empty());
            match limit {
                Some(limit) => {
                    let leaf = || self.leaf(&site, part);
                    all.extend(judged(&site, base, limit, leaf).found);
                }
                None => all.extend(found),
            }
        }
        (all, first)
    }

    /// Judges an instance under what is assumed at present; `None` where there is none.
    fn first(&self, site: &Site<'a>) -> Option<First> {
        let block = BlockContext::new(site)?;
        let frames = Frames::new(&self.plan, &block);
        let mut reporter = self.reporter();
        let mut parts = Vec::new();
        let panic = guarded(&WHO, self.resource.declared.header(), || {
            for part in self.parts() {
                let is_open = self.part(part, (&block, &frames), &mut reporter);
                parts.push((std::mem::take(&mut reporter.found), is_open));
            }
        });
        if let Some(panic) = panic {
            parts.push((vec![Found::plain(panic)], false));
        }
        let numbers = 0..self.plan.frames.len();
        let alive = numbers.map(|frame| !frames.is_dead(frame)).collect();
        let is_decided = !Cell::get(&block.met_unknown);
        Some(First { parts, alive, is_decided })
    }

    fn part(
        &self,
        part: Part<'_, 'a>,
        (block, frames): (&BlockContext<'a>, &Frames<'_, 'a>),
        reporter: &mut Reporter<'_>,
    ) -> bool {
        self.words(|values| match part {
            Part::Slot(slot) => values.slot(slot, (block, frames), reporter),
            Part::Count(count) => values.count(count, frames, reporter),
        })
    }

    /// Judges a part in one scenario.
    fn leaf(&self, site: &Site<'a>, part: Part<'_, 'a>) -> Leaf {
        self.effort.spend(1);
        leaf_of(&WHO, site, self.reporter(), |block, reporter| {
            let frames = Frames::new(&self.plan, block);
            self.part(part, (block, &frames), reporter);
        })
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
