//! Scenarios: what is assumed about values that are not known. Decides nothing by itself; what
//! cannot be together is refused.

use std::collections::HashMap;
use std::sync::Arc;

use value::{Derivation, Identity, Operand, Type, Unknown, Value, ValueKind, convert, raw_equals};

use crate::address_steps::part;
use crate::consequences::consequences;
use crate::facts::{Contradiction, Fact, Knowledge, both};

/// How often what follows is drawn from what followed.
const ROUNDS: usize = 8;
/// More assumptions than this are not made.
const MAX_FACTS: usize = 1_000;

/// Answers to questions, and what follows from them about unknown values.
#[derive(Clone, Debug, Default)]
pub struct Assumptions {
    answers: Vec<Answer>,
    facts: Vec<Fact>,
    /// The facts about each identity; one for each type that it is used as.
    index: HashMap<Identity, Vec<usize>>,
    /// Facts whose value is known and has parts.
    whole: Vec<usize>,
}

/// What was answered to a question.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// What was asked about.
    pub(crate) about: Arc<Unknown>,
    /// What it is.
    pub(crate) value: Value,
}

impl Assumptions {
    /// Whether nothing is assumed.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// What is assumed of an unknown value: known, or with more that is certain; `None` when that is
    /// nothing.
    pub fn narrowed(&self, unknown: &Value) -> Option<Value> {
        let ValueKind::Unknown(unknown) = unknown.kind() else {
            return None;
        };
        if self.facts.is_empty() || !self.concerns(unknown.identity.as_ref()?) {
            return None;
        }
        let value = self.decided(unknown);
        let is_more = match value.as_unknown() {
            Some(narrowed) => narrowed.refinement != unknown.refinement,
            None => true,
        };
        is_more.then_some(value)
    }

    /// A number for all that is assumed of the value of `identity` itself: the same number, the same
    /// assumptions. 0 where there are none. What follows from those about the values that it is made
    /// of or a part of is not in it: who reads it has read them too.
    pub fn state(&self, identity: &Identity) -> u64 {
        let facts = self.index.get(identity).into_iter().flatten();
        let facts = facts.filter_map(|at| self.facts.get(*at));
        // One value as two types are two facts.
        facts.map(|fact| fact.state).fold(0, u64::wrapping_add)
    }

    /// The identities of which something is assumed, with their states.
    pub(crate) fn states(&self) -> impl Iterator<Item = (&Identity, u64)> {
        let all = self.index.keys().map(|identity| (identity, self.state(identity)));
        all.filter(|(_, state)| *state != 0)
    }

    /// A number for all that is assumed: the same number, the same answer to all questions.
    pub fn total(&self) -> u64 {
        self.facts.iter().map(|fact| fact.state).fold(0, u64::wrapping_add)
    }

    /// The same, and that the condition, an unknown bool with identity, is true or false. `None`
    /// when that cannot be.
    #[must_use]
    pub fn given(&self, condition: &Value, holds: bool) -> Option<Self> {
        match condition.kind() {
            ValueKind::Unknown(unknown) => self.assuming(unknown, &Value::bool(holds)),
            _ => (eval::truth(condition) == Some(holds)).then(|| self.clone()),
        }
    }

    /// The same, and that the unknown value is `value`; `None` when that cannot be.
    pub(crate) fn assuming(&self, about: &Arc<Unknown>, value: &Value) -> Option<Self> {
        let mut next = self.clone();
        if about.identity.is_none() || self.facts.len() > MAX_FACTS {
            return Some(next);
        }
        if let Some(known) = Some(self.decided(about)).filter(Value::is_known) {
            return raw_equals(&known, value).then_some(next);
        }
        next.answers.push(Answer { about: Arc::clone(about), value: value.clone() });
        next.learn(about, &Knowledge::Is(value.clone())).ok()?;
        next.close().ok()?;
        Some(next)
    }

    /// The answers, in the order in which they were given.
    pub(crate) fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// The value of an unknown one, with all that follows: known, or with what is certain.
    pub(crate) fn decided(&self, unknown: &Arc<Unknown>) -> Value {
        let view = View::of(self);
        let value = view.value_of(unknown);
        if value.is_known() {
            return value;
        }
        let derivation = unknown.identity.as_ref().and_then(Identity::derivation);
        let few = derivation.and_then(|derivation| self.enumerated(derivation));
        few.and_then(|fact| view.same_for_all(unknown, fact)).unwrap_or(value)
    }

    /// Whether it is known to be possible that the unknown value is `value`.
    pub(crate) fn could_be(&self, unknown: &Arc<Unknown>, value: &Value) -> bool {
        let decided = self.decided(unknown);
        if decided.is_known() {
            return raw_equals(&decided, value);
        }
        self.fact(unknown).is_none_or(|fact| fact.could_be(value))
    }

    /// Whether anything is assumed of what an identity is made of.
    fn concerns(&self, identity: &Identity) -> bool {
        if self.index.contains_key(identity) {
            return true;
        }
        match identity {
            Identity::Address(_) => !self.whole.is_empty(),
            Identity::Derived(derivation) => {
                let mut operands = derivation.operands().iter().filter_map(Operand::identity);
                operands.any(|identity| self.concerns(identity))
            }
            _ => false,
        }
    }

    /// The first value that `derivation` is made of and that is one of few.
    fn enumerated(&self, derivation: &Derivation) -> Option<&Fact> {
        derivation.operands().iter().find_map(|operand| {
            let Operand::Unknown(unknown) = operand else {
                return None;
            };
            let fact = self.fact(unknown).filter(|fact| fact.value.is_unknown());
            fact.filter(|fact| fact.candidates.is_some()).or_else(|| {
                self.enumerated(unknown.identity.as_ref().and_then(Identity::derivation)?)
            })
        })
    }

    /// The fact about a value as one of its type.
    pub(crate) fn fact(&self, unknown: &Unknown) -> Option<&Fact> {
        let places = self.index.get(unknown.identity.as_ref()?)?;
        let mut facts = places.iter().filter_map(|at| self.facts.get(*at));
        facts.find(|fact| fact.unknown.ty == unknown.ty)
    }

    /// What is known of the value of any type that is used here as one of a certain type.
    fn fact_of_any(&self, unknown: &Unknown) -> Option<Value> {
        let places = self.index.get(unknown.identity.as_ref()?)?;
        let mut facts = places.iter().filter_map(|at| self.facts.get(*at));
        let any = facts.find(|fact| fact.unknown.ty == Type::Dynamic && fact.value.is_known())?;
        convert(&any.value, &unknown.ty).ok()
    }

    /// What follows from a known value of any type for where it is used as one of a certain type.
    fn as_other_types(&self, any: &Fact) -> Vec<(Arc<Unknown>, Knowledge)> {
        if any.unknown.ty != Type::Dynamic || any.value.is_unknown() {
            return Vec::new();
        }
        let places = any.unknown.identity.as_ref().and_then(|it| self.index.get(it));
        let others = places.into_iter().flatten().filter_map(|at| self.facts.get(*at));
        let others = others.filter(|other| other.unknown.ty != Type::Dynamic);
        let learnt = |other: &Fact| {
            let value = convert(&any.value, &other.unknown.ty).ok()?;
            Some((Arc::clone(&other.unknown), Knowledge::Is(value)))
        };
        others.filter_map(learnt).collect()
    }

    /// The part of a value that is assumed to be known, by the address of the part.
    fn part_of_whole(&self, address: &str) -> Option<Value> {
        self.whole.iter().find_map(|at| {
            let fact = self.facts.get(*at)?;
            let Some(Identity::Address(whole)) = &fact.unknown.identity else {
                return None;
            };
            part(&fact.value, address.strip_prefix(&**whole)?)
        })
    }

    /// Adds what is learnt of a value; whether that is more than was known.
    fn learn(
        &mut self,
        unknown: &Arc<Unknown>,
        knowledge: &Knowledge,
    ) -> Result<bool, Contradiction> {
        let Some(identity) = &unknown.identity else {
            return Ok(false);
        };
        let places = self.index.entry(identity.clone()).or_default();
        let facts = &self.facts;
        let same = |at: &&usize| facts.get(**at).is_some_and(|it| it.unknown.ty == unknown.ty);
        let at = if let Some(at) = places.iter().find(same) {
            *at
        } else {
            places.push(self.facts.len());
            self.facts.push(Fact::new(unknown));
            self.facts.len() - 1
        };
        let fact = &mut self.facts[at];
        let changed = fact.learn(knowledge)?;
        let has_parts = fact.value.as_entries().is_some() || fact.value.as_elements().is_some();
        if changed && has_parts {
            self.whole.push(at);
        }
        Ok(changed)
    }

    /// Draws all that follows, and looks at every assumption again.
    fn close(&mut self) -> Result<(), Contradiction> {
        for _ in 0..ROUNDS {
            let mut changed = false;
            let mut at = 0;
            while at < self.facts.len().min(MAX_FACTS) {
                changed |= self.review(at)?;
                at += 1;
            }
            if !changed {
                break;
            }
        }
        Ok(())
    }

    /// Compares one fact with what the others make of it, and draws what follows from it.
    fn review(&mut self, at: usize) -> Result<bool, Contradiction> {
        let fact = &self.facts[at];
        let unknown = Arc::clone(&fact.unknown);
        let mut learnt = Vec::new();
        if let Some(made) = self.made_by_others(&unknown) {
            let knowledge = match made.as_unknown() {
                Some(made) => Knowledge::Refined(made.refinement.clone()),
                None => Knowledge::Is(made),
            };
            learnt.push((unknown, knowledge));
        }
        consequences(fact, &|unknown| View::of(self).value_of(unknown), &mut learnt);
        learnt.extend(self.as_other_types(fact));
        let mut changed = false;
        for (unknown, knowledge) in learnt {
            changed |= self.learn(&unknown, &knowledge)?;
        }
        Ok(changed)
    }

    /// What a value must be by what it is made of, if that says anything.
    fn made_by_others(&self, unknown: &Unknown) -> Option<Value> {
        let made = match unknown.identity.as_ref()? {
            Identity::Derived(derivation) => View::of(self).made(derivation)?,
            Identity::Address(address) => self.part_of_whole(address)?,
            _ => return None,
        };
        let fits = made.ty() == unknown.ty || unknown.ty == Type::Dynamic && made.is_known();
        (fits && (made.is_wholly_known() || made.is_unknown())).then_some(made)
    }
}

/// The values under assumptions, with one of them replaced.
#[derive(Clone, Copy)]
struct View<'a> {
    assumptions: &'a Assumptions,
    instead: Option<(&'a Identity, &'a Value)>,
}

impl<'a> View<'a> {
    fn of(assumptions: &'a Assumptions) -> Self {
        Self { assumptions, instead: None }
    }

    /// The value of an unknown one: known, or with what is certain.
    fn value_of(&self, unknown: &Arc<Unknown>) -> Value {
        let itself = || Value::new(ValueKind::Unknown(Arc::clone(unknown)));
        let Some(identity) = &unknown.identity else {
            return itself();
        };
        if let Some((_, value)) = self.instead.filter(|(replaced, _)| *replaced == identity) {
            return value.clone();
        }
        let fact = self.assumptions.fact(unknown);
        if let Some(fact) = fact.filter(|fact| fact.value.is_known()) {
            return fact.value.clone();
        }
        if let Some(known) = self.assumptions.fact_of_any(unknown) {
            return known;
        }
        let made = match identity {
            Identity::Derived(derivation) => self.made(derivation),
            Identity::Address(address) => self.assumptions.part_of_whole(address),
            _ => None,
        };
        let made = made.filter(|made| unknown.ty == Type::Dynamic || made.ty() == unknown.ty);
        if let Some(made) = made.as_ref().filter(|made| made.is_known()) {
            return made.clone();
        }
        let mut refinement = unknown.refinement.clone();
        let more = [fact.map(|fact| &fact.value), made.as_ref()];
        for more in more.into_iter().flatten().filter_map(Value::as_unknown) {
            // What contradicts is found when assumptions are made.
            refinement = both(&refinement, &more.refinement).unwrap_or(refinement);
        }
        if refinement == unknown.refinement {
            return itself();
        }
        Unknown { refinement, ..Unknown::clone(unknown) }.into_value()
    }

    /// What the operation makes of its operands; `None` when it would be refused.
    fn made(&self, derivation: &Derivation) -> Option<Value> {
        let values: Vec<_> = derivation
            .operands()
            .iter()
            .map(|operand| match operand {
                Operand::Unknown(unknown) => self.value_of(unknown),
                Operand::Known(constant) => constant.value().clone(),
            })
            .collect();
        if derivation.operation() == "==" && self.is_excluded(derivation, &values) {
            return Some(Value::bool(false));
        }
        eval::derive(derivation, &values)
    }

    /// Whether one side of an equality is known not to be the other.
    fn is_excluded(&self, derivation: &Derivation, values: &[Value]) -> bool {
        let [one, two] = values else {
            return false;
        };
        let operands = derivation.operands().iter();
        operands.zip([two, one]).any(|(operand, other)| match operand {
            Operand::Unknown(unknown) if other.is_wholly_known() => {
                let fact = self.assumptions.fact(unknown).filter(|fact| fact.value.is_unknown());
                fact.is_some_and(|fact| !fact.could_be(other))
            }
            _ => false,
        })
    }

    /// The value, if it is the same whichever of few values `fact` is about.
    fn same_for_all(&self, unknown: &Arc<Unknown>, fact: &Fact) -> Option<Value> {
        let identity = fact.unknown.identity.as_ref()?;
        let mut same: Option<Value> = None;
        for candidate in fact.candidates.as_deref()? {
            let view = View { instead: Some((identity, candidate)), ..*self };
            let value = view.value_of(unknown);
            let agrees = same.as_ref().is_none_or(|same| raw_equals(same, &value));
            if value.is_unknown() || !agrees {
                return None;
            }
            same = Some(value);
        }
        same
    }
}
