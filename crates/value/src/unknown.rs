//! Values that are not known before apply, with what is certain about them.

use std::sync::Arc;

use crate::text::safe_prefix;
use crate::{Constant, Identity, Number, Operand, Type, Value, ValueKind};

/// A value that is not known.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// Its type; `Dynamic` when not even that is known.
    pub ty: Type,
    /// What is certain about it.
    pub refinement: Refinement,
    /// Why it is not known.
    pub reason: Reason,
    /// What it is the value of, so that two unknowns can be known to be the same.
    pub identity: Option<Identity>,
}

/// What is certain about an unknown value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refinement {
    /// It is not null.
    pub not_null: bool,
    /// What a string begins with.
    pub prefix: Option<Arc<str>>,
    /// What a string ends with.
    pub suffix: Option<Arc<str>>,
    /// Pieces of text that a string holds, in this order, not overlapping; prefix and suffix are
    /// the first and last of them.
    pub pieces: Option<Arc<[Arc<str>]>>,
    /// Between which numbers a number lies.
    pub number: Range<Number>,
    /// Between which lengths the length of a collection lies, both included.
    pub length: Range<u64>,
}

/// Bounds on both sides; `None` is unbounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range<T> {
    /// Lower bound.
    pub min: Option<Bound<T>>,
    /// Upper bound.
    pub max: Option<Bound<T>>,
}

impl<T> Default for Range<T> {
    fn default() -> Self {
        Self { min: None, max: None }
    }
}

/// One end of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound<T> {
    /// The end.
    pub value: T,
    /// Whether the end itself is in the range.
    pub inclusive: bool,
}

/// Why a value is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A variable without default that nothing sets.
    Variable,
    /// An attribute that the provider computes, or that we do not follow.
    Attribute,
    /// A data source.
    Data,
    /// An output of a module that is not read.
    Module,
    /// `each.*` or `count.index` of a collection that is not known.
    Each,
    /// A function whose result differs from run to run.
    Impure,
    /// A function that we do not evaluate.
    Function,
    /// A file that is not read, or a path of the machine.
    File,
    /// `terraform.workspace` without `--workspace`.
    Workspace,
    /// Terraform would refuse the expression; an error says so.
    Error,
    /// A limit of the evaluation was reached.
    Limit,
    /// Made from unknown values.
    Derived,
}

impl Unknown {
    /// A value of which only the type is known.
    pub fn new(ty: Type, reason: Reason) -> Self {
        Self { ty, refinement: Refinement::default(), reason, identity: None }
    }

    /// The same, certainly not null.
    #[must_use]
    pub fn not_null(mut self) -> Self {
        self.refinement.not_null = true;
        self
    }

    /// The same with another refinement.
    #[must_use]
    pub fn refined(mut self, refinement: Refinement) -> Self {
        self.refinement = refinement;
        self
    }

    /// The same with an identity.
    #[must_use]
    pub fn identified(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// The value. Where the refinement leaves only one, that one: a number of a range of one, an
    /// empty collection, a list of so many unknown elements.
    pub fn into_value(self) -> Value {
        let refinement = &self.refinement;
        if self.ty != Type::Dynamic && refinement.not_null {
            if self.ty == Type::Number
                && let Some(number) = refinement.number.single()
            {
                return Value::number(number.clone());
            }
            if let Some(value) = self.value_of_length() {
                return value;
            }
        }
        Value::new(ValueKind::Unknown(Arc::new(self)))
    }

    /// The value whose length is certain, if that says enough.
    fn value_of_length(&self) -> Option<Value> {
        let length = *self.refinement.length.single()?;
        let element = self.ty.element()?;
        let unknown = |at: usize| {
            let identity = self.identity_of_element(at);
            Self { identity, ..Self::new(element.clone(), self.reason.clone()) }.into_value()
        };
        match (&self.ty, length) {
            (Type::List(_), 0) => Some(Value::list(element.clone(), [])),
            (Type::Set(_), 0) => Some(Value::set(element.clone(), [])),
            (Type::Map(_), 0) => Some(Value::map(element.clone(), [])),
            (Type::Set(_), 1) => Some(Value::set(element.clone(), [unknown(0)])),
            (Type::List(_), 1..=1_000) => {
                let count = usize::try_from(length).ok()?;
                Some(Value::list(element.clone(), (0..count).map(unknown).collect::<Vec<_>>()))
            }
            _ => None,
        }
    }

    /// What an element is the value of; the only one of a set counts as its first.
    fn identity_of_element(&self, at: usize) -> Option<Identity> {
        self.identity.as_ref()?;
        let at = Constant::new(&Value::number(at))?;
        let operands = [Operand::Unknown(Arc::new(self.clone())), Operand::Known(at)];
        Identity::derived("[]", operands)
    }
}

impl Refinement {
    /// Not null.
    pub const NOT_NULL: Self = Self {
        not_null: true,
        prefix: None,
        suffix: None,
        pieces: None,
        number: Range { min: None, max: None },
        length: Range { min: None, max: None },
    };

    /// A string, not null, that begins with `prefix`, as far as what follows cannot change it (a
    /// combining character can).
    pub fn with_prefix(prefix: &str) -> Self {
        let prefix = safe_prefix(prefix);
        let prefix = (!prefix.is_empty()).then(|| prefix.into());
        Self { prefix, ..Self::NOT_NULL }
    }

    /// A collection, not null, of that length.
    pub fn with_length(min: u64, max: Option<u64>) -> Self {
        Self { length: Range::inclusive(Some(min), max), ..Self::NOT_NULL }
    }

    /// Whether nothing is certain.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is certain about a value that is one of two.
    #[must_use]
    pub fn common(&self, other: &Self) -> Self {
        let text = |one: &Option<Arc<str>>, two: &Option<Arc<str>>, end: bool| {
            let (one, two) = (one.as_deref()?, two.as_deref()?);
            let common = if end { common_suffix(one, two) } else { common_prefix(one, two) };
            (!common.is_empty()).then(|| common.into())
        };
        Self {
            not_null: self.not_null && other.not_null,
            prefix: text(&self.prefix, &other.prefix, false),
            suffix: text(&self.suffix, &other.suffix, true),
            pieces: if self.pieces == other.pieces { self.pieces.clone() } else { None },
            number: Range {
                min: wider(self.number.min.as_ref(), other.number.min.as_ref(), false),
                max: wider(self.number.max.as_ref(), other.number.max.as_ref(), true),
            },
            length: Range {
                min: lesser(self.length.min.as_ref(), other.length.min.as_ref(), false),
                max: lesser(self.length.max.as_ref(), other.length.max.as_ref(), true),
            },
        }
    }
}

impl<T> Range<T> {
    /// From `min` to `max`, both included.
    pub fn inclusive(min: Option<T>, max: Option<T>) -> Self {
        let bound = |value| Bound { value, inclusive: true };
        Self { min: min.map(bound), max: max.map(bound) }
    }
}

impl<T: PartialEq> Range<T> {
    /// The only value in the range.
    fn single(&self) -> Option<&T> {
        match (&self.min, &self.max) {
            (Some(min), Some(max)) if min.inclusive && max.inclusive && min.value == max.value => {
                Some(&min.value)
            }
            _ => None,
        }
    }
}

/// The bound of two that leaves more numbers, if both have one. Terraform includes the end.
fn wider(
    one: Option<&Bound<Number>>,
    two: Option<&Bound<Number>>,
    upper: bool,
) -> Option<Bound<Number>> {
    let (one, two) = (one?, two?);
    let first = one.value.compare(&two.value).is_gt() == upper;
    let value = if first { &one.value } else { &two.value };
    Some(Bound { value: value.clone(), inclusive: true })
}

/// The bound of two that leaves more lengths, if both have one.
fn lesser(one: Option<&Bound<u64>>, two: Option<&Bound<u64>>, upper: bool) -> Option<Bound<u64>> {
    let (one, two) = (one?.value, two?.value);
    let value = if upper { one.max(two) } else { one.min(two) };
    Some(Bound { value, inclusive: true })
}

fn common_prefix<'a>(one: &'a str, two: &str) -> &'a str {
    let differ = one.char_indices().zip(two.chars()).find(|((_, a), b)| a != b);
    match differ {
        Some(((at, _), _)) => &one[..at],
        None => &one[..one.len().min(two.len())],
    }
}

fn common_suffix<'a>(one: &'a str, two: &str) -> &'a str {
    let same = one.chars().rev().zip(two.chars().rev()).take_while(|(a, b)| a == b);
    let length: usize = same.map(|(a, _)| a.len_utf8()).sum();
    &one[one.len() - length..]
}
