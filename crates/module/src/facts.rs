//! What is assumed of single unknown values. Never guesses: what contradicts is refused.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use value::{
    Bound, Identity, Number, Origin, Range, Refinement, Type, Unknown, Value, ValueKind, equals,
    raw_equals,
};

/// More values than this are not tried one by one.
const MAX_CANDIDATES: usize = 64;

/// Something that is learnt about an unknown value.
#[derive(Clone, Debug)]
pub(crate) enum Knowledge {
    /// It is this known value.
    Is(Value),
    /// It is not this known value.
    IsNot(Value),
    /// It is one of these known values.
    OneOf(Vec<Value>),
    /// This is certain of it.
    Refined(Refinement),
}

/// What is assumed cannot be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contradiction;

/// All that is assumed of an unknown value.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    /// The value, as it was first met.
    pub(crate) unknown: Arc<Unknown>,
    /// Known, or unknown with all that is certain.
    pub(crate) value: Value,
    /// Known values of which it is one.
    pub(crate) candidates: Option<Vec<Value>>,
    /// Known values that it is not.
    pub(crate) excluded: Vec<Value>,
    /// A number for all of this; 0 when nothing is assumed.
    pub(crate) state: u64,
}

impl Fact {
    /// A value of which nothing is assumed as yet.
    pub(crate) fn new(unknown: &Arc<Unknown>) -> Self {
        Self {
            unknown: Arc::clone(unknown),
            value: Unknown::clone(unknown).into_value(),
            candidates: None,
            excluded: Vec::new(),
            state: 0,
        }
    }

    /// Adds what is learnt; whether that is more than was known.
    pub(crate) fn learn(&mut self, knowledge: &Knowledge) -> Result<bool, Contradiction> {
        let changed = if self.value.is_known() {
            self.agree(knowledge)?;
            false
        } else {
            self.narrow(knowledge)?
        };
        if changed {
            self.settle()?;
            self.state = self.hash();
        }
        Ok(changed)
    }

    /// Whether it can be `value`.
    pub(crate) fn could_be(&self, value: &Value) -> bool {
        let is_among = |values: &[Value]| values.iter().any(|it| raw_equals(it, value));
        equals(&self.value, value).as_bool() != Some(false)
            && !is_among(&self.excluded)
            && self.candidates.as_deref().is_none_or(is_among)
    }

    fn agree(&self, knowledge: &Knowledge) -> Result<(), Contradiction> {
        let same = |value: &Value| raw_equals(value, &self.value);
        let agrees = match knowledge {
            Knowledge::Is(value) => same(value),
            Knowledge::IsNot(value) => !same(value),
            Knowledge::OneOf(values) => values.iter().any(same),
            Knowledge::Refined(refinement) => {
                let refined = Unknown::new(self.value.ty(), self.unknown.reason.clone());
                let refined = refined.refined(refinement.clone()).into_value();
                equals(&refined, &self.value).as_bool() != Some(false)
            }
        };
        agrees.then_some(()).ok_or(Contradiction)
    }

    fn narrow(&mut self, knowledge: &Knowledge) -> Result<bool, Contradiction> {
        match knowledge {
            Knowledge::Is(value) => {
                if !self.could_be(value) {
                    return Err(Contradiction);
                }
                self.value = without_origin(value);
                Ok(true)
            }
            Knowledge::IsNot(value) => {
                if self.excluded.iter().any(|it| raw_equals(it, value)) {
                    return Ok(false);
                }
                self.excluded.push(value.clone());
                Ok(true)
            }
            Knowledge::OneOf(values) => {
                if values.len() > MAX_CANDIDATES {
                    return Ok(false);
                }
                let possible = values.iter().filter(|it| self.could_be(it));
                let possible: Vec<_> = possible.map(without_origin).collect();
                let fewer = self.candidates.as_ref().is_none_or(|all| possible.len() < all.len());
                self.candidates = Some(possible);
                Ok(fewer)
            }
            Knowledge::Refined(refinement) => self.refine(refinement),
        }
    }

    fn refine(&mut self, refinement: &Refinement) -> Result<bool, Contradiction> {
        let Some(unknown) = self.value.as_unknown() else {
            return Ok(false);
        };
        let mut both = both(&unknown.refinement, refinement)?;
        if is_whole(&self.unknown) {
            both.number = whole(&both.number);
        }
        if both == unknown.refinement {
            return Ok(false);
        }
        self.value = Unknown { refinement: both, ..unknown.clone() }.into_value();
        Ok(true)
    }

    /// Draws what follows from what was learnt.
    fn settle(&mut self) -> Result<(), Contradiction> {
        self.exclude_bounds();
        if let Some(unknown) = self.value.as_unknown() {
            if is_empty(&unknown.refinement) {
                return Err(Contradiction);
            }
            let is_bool = unknown.ty == Type::Bool && unknown.refinement.not_null;
            if is_bool && self.candidates.is_none() && !self.excluded.is_empty() {
                self.candidates = Some(vec![Value::bool(true), Value::bool(false)]);
            }
        }
        let Some(mut candidates) = self.candidates.take() else {
            return Ok(());
        };
        candidates.retain(|value| {
            equals(&self.value, value).as_bool() != Some(false)
                && !self.excluded.iter().any(|it| raw_equals(it, value))
        });
        match candidates.as_slice() {
            [] => return Err(Contradiction),
            [only] => self.value = only.clone(),
            _ => {}
        }
        self.candidates = Some(candidates);
        Ok(())
    }

    /// A whole number that is at least 0 and not 0 is at least 1.
    fn exclude_bounds(&mut self) {
        // Each round uses one of them up; the next of a very large number may be itself.
        for _ in 0..self.excluded.len() {
            let Some(unknown) = self.value.as_unknown().filter(|_| is_whole(&self.unknown)) else {
                return;
            };
            let range = &unknown.refinement.number;
            let is_excluded = |bound: &Option<Bound<Number>>| {
                let mut excluded = self.excluded.iter().filter_map(Value::as_number);
                bound.as_ref().is_some_and(|it| it.inclusive && excluded.any(|no| *no == it.value))
            };
            let (min, max) = (is_excluded(&range.min), is_excluded(&range.max));
            if !min && !max {
                return;
            }
            let open = |bound: &Option<Bound<Number>>, is_open: bool| {
                bound.clone().map(|it| Bound { inclusive: it.inclusive && !is_open, ..it })
            };
            let number = Range { min: open(&range.min, min), max: open(&range.max, max) };
            let refinement = Refinement { number: whole(&number), ..unknown.refinement.clone() };
            self.value = Unknown { refinement, ..unknown.clone() }.into_value();
        }
    }

    fn hash(&self) -> u64 {
        let is_narrowed = self
            .value
            .as_unknown()
            .is_none_or(|unknown| unknown.refinement != self.unknown.refinement);
        if !is_narrowed && self.candidates.is_none() && self.excluded.is_empty() {
            return 0;
        }
        let mut hasher = DefaultHasher::new();
        self.unknown.identity.hash(&mut hasher);
        self.value.ty().to_json().hash(&mut hasher);
        match self.value.as_unknown() {
            Some(unknown) => format!("{:?}", unknown.refinement).hash(&mut hasher),
            None => self.value.to_json().hash(&mut hasher),
        }
        // Their order is that of the answers, which plays no part.
        let texts = |values: &[Value]| {
            let mut texts: Vec<_> = values.iter().map(Value::to_json).collect();
            texts.sort();
            texts
        };
        self.candidates.as_deref().map(texts).hash(&mut hasher);
        texts(&self.excluded).hash(&mut hasher);
        hasher.finish() | 1
    }
}

/// The value as one that no expression made: a literal of a condition is not where a value comes
/// from that is equal to it.
fn without_origin(value: &Value) -> Value {
    let all = |elements: &[Value]| elements.iter().map(without_origin).collect::<Vec<_>>();
    let entries = |entries: &BTreeMap<Arc<str>, Value>| {
        let entries = entries.iter();
        entries.map(|(key, value)| (key.clone(), without_origin(value))).collect::<Vec<_>>()
    };
    let plain = match value.kind() {
        ValueKind::List(ty, elements) => Value::list(ty.clone(), all(elements)),
        ValueKind::Tuple(elements) => Value::tuple(all(elements)),
        ValueKind::Map(ty, map) => Value::map(ty.clone(), entries(map)),
        ValueKind::Object(map) => Value::object(entries(map)),
        _ => return value.clone().with_origin(Origin::default()),
    };
    plain.marked(value.marks())
}

/// What is certain when both are.
pub(crate) fn both(one: &Refinement, two: &Refinement) -> Result<Refinement, Contradiction> {
    let both = Refinement {
        not_null: one.not_null || two.not_null,
        prefix: longer(one.prefix.as_ref(), two.prefix.as_ref(), |long, short| {
            long.starts_with(short)
        })?,
        suffix: longer(one.suffix.as_ref(), two.suffix.as_ref(), |long, short| {
            long.ends_with(short)
        })?,
        pieces: one.pieces.clone().or_else(|| two.pieces.clone()),
        number: Range {
            min: tighter(one.number.min.as_ref(), two.number.min.as_ref(), |one, two| {
                one.compare(two).is_gt()
            }),
            max: tighter(one.number.max.as_ref(), two.number.max.as_ref(), |one, two| {
                one.compare(two).is_lt()
            }),
        },
        length: Range {
            min: tighter(one.length.min.as_ref(), two.length.min.as_ref(), |one, two| one > two),
            max: tighter(one.length.max.as_ref(), two.length.max.as_ref(), |one, two| one < two),
        },
    };
    if is_empty(&both) { Err(Contradiction) } else { Ok(both) }
}

fn longer(
    one: Option<&Arc<str>>,
    two: Option<&Arc<str>>,
    holds: impl Fn(&str, &str) -> bool,
) -> Result<Option<Arc<str>>, Contradiction> {
    match (one, two) {
        (Some(one), Some(two)) if holds(one, two) => Ok(Some(Arc::clone(one))),
        (Some(one), Some(two)) if holds(two, one) => Ok(Some(Arc::clone(two))),
        (Some(_), Some(_)) => Err(Contradiction),
        (one, two) => Ok(one.or(two).cloned()),
    }
}

fn tighter<T: Clone + PartialEq>(
    one: Option<&Bound<T>>,
    two: Option<&Bound<T>>,
    is_tighter: impl Fn(&T, &T) -> bool,
) -> Option<Bound<T>> {
    match (one, two) {
        (Some(one), Some(two)) if one.value == two.value => {
            Some(Bound { value: one.value.clone(), inclusive: one.inclusive && two.inclusive })
        }
        (Some(one), Some(two)) if is_tighter(&one.value, &two.value) => Some(one.clone()),
        (_, Some(two)) => Some(two.clone()),
        (one, None) => one.cloned(),
    }
}

/// Whether no value is in the range.
fn is_empty(refinement: &Refinement) -> bool {
    let Refinement { number, length, .. } = refinement;
    let numbers = match (&number.min, &number.max) {
        (Some(min), Some(max)) if min.value == max.value => !(min.inclusive && max.inclusive),
        (Some(min), Some(max)) => min.value.compare(&max.value).is_gt(),
        _ => false,
    };
    let lengths = match (&length.min, &length.max) {
        (Some(min), Some(max)) => min.value > max.value,
        _ => false,
    };
    numbers || lengths
}

/// Whether only whole numbers can be the value.
fn is_whole(unknown: &Unknown) -> bool {
    let derivation = unknown.identity.as_ref().and_then(Identity::derivation);
    derivation.is_some_and(|derivation| derivation.operation() == "length")
}

/// The range of the whole numbers in a range, both ends included.
fn whole(range: &Range<Number>) -> Range<Number> {
    let end = |bound: &Bound<Number>, upper: bool| {
        let number = &bound.value;
        let end = if upper { number.floor() } else { number.ceil() };
        let step = Number::from(if upper { -1_i64 } else { 1 });
        let is_in = bound.inclusive || !number.is_integer();
        let value = if is_in { Ok(end) } else { end.add(&step) };
        // Beyond infinity there is nothing; the bound stays as it is.
        value.map_or_else(|_| bound.clone(), |value| Bound { value, inclusive: true })
    };
    Range {
        min: range.min.as_ref().map(|bound| end(bound, false)),
        max: range.max.as_ref().map(|bound| end(bound, true)),
    }
}
