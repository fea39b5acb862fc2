//! Which values of a block may be wrong at all, in any instance and whatever is assumed. Only these are
//! evaluated.

use std::cell::Cell;

use module::{Argument, Declared, Key, ModuleValues, Parts, Possible, Standing, narrows};
use schema::{Attribute, Constraint, Format, Selection};
use value::{Reason, Type, Value, ValueKind, convert};

use super::plan::{Count, Frame, Limits, Plan, Slot, TOP, Wants};
use super::value::faults;

/// What there is to doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// Nothing: it is right whatever it comes to.
    None,
    /// It may come to something of which it is not known whether that is right.
    Open,
    /// The same of something that is made of much, so that it is worthwhile to look at each answer to
    /// conditions that are not decided.
    Document,
    /// It may come to something that is wrong.
    Wrong,
}

impl Doubt {
    fn wrong_if(is_wrong: bool) -> Self {
        if is_wrong { Self::Wrong } else { Self::None }
    }

    fn open_if(is_open: bool) -> Self {
        if is_open { Self::Open } else { Self::None }
    }

    /// Whether it is worthwhile to look at each answer to conditions that are not decided, in the
    /// instance `key` of a block.
    pub(super) fn is_worthwhile(self, key: &Key, declared: &Declared<'_>) -> bool {
        // Which instances there are takes much to compute, and matters little for documents.
        let is_repeated = || *key == Key::Unknown && declared.argument("for_each").is_some();
        self == Self::Wrong || self == Self::Document && !is_repeated()
    }

    /// Takes the larger one; whether it can grow no more.
    fn rise(&mut self, other: Self) -> bool {
        *self = (*self).max(other);
        *self == Self::Wrong
    }
}

/// How many blocks there may be, as far as that is known.
struct Numbers {
    least: usize,
    most: usize,
    doubt: Doubt,
}

impl Numbers {
    fn add(&mut self, number: usize) -> bool {
        self.least = self.least.min(number);
        self.most = self.most.max(number);
        false
    }
}

/// What says how often a block is there.
#[derive(Clone, Copy)]
pub(super) struct Repetition {
    /// Whether `count` or `for_each` says it.
    pub(super) is_repeated: bool,
    /// Whether there may be instances only where something is known of what is not known elsewhere.
    pub(super) narrows: bool,
}

impl Repetition {
    pub(super) fn of(declared: &Declared<'_>) -> Self {
        let said = declared.argument("count").or_else(|| declared.argument("for_each"));
        let narrows = said.is_some_and(|argument| narrows(argument.expr()));
        Self { is_repeated: said.is_some(), narrows }
    }
}

/// What may be doubted in a block in one instance of its module.
pub(super) struct Doubts<'d, 'a> {
    values: &'d ModuleValues<'a>,
    /// The block, where it is repeated.
    repeated: Option<&'d Declared<'a>>,
    plan: &'d Plan<'a>,
    narrows: bool,
    /// Whether something was met that is not known.
    pub(super) met_unknown: Cell<bool>,
}

impl<'d, 'a> Doubts<'d, 'a> {
    pub(super) fn new(
        values: &'d ModuleValues<'a>,
        declared: &'d Declared<'a>,
        (plan, repetition): (&'d Plan<'a>, Repetition),
    ) -> Self {
        let Repetition { is_repeated, narrows } = repetition;
        let repeated = is_repeated.then_some(declared);
        Self { values, repeated, plan, narrows, met_unknown: Cell::new(false) }
    }

    /// What there is to doubt in a value.
    pub(super) fn of_slot(&self, slot: &Slot<'a>) -> Doubt {
        let iterators = self.iterators(slot.frame);
        let Self { values, repeated, .. } = *self;
        let attribute = slot.attribute;
        let constraint = attribute.constraint();
        let is_exact = constraint.is_some() || attribute.object().is_some();
        let standing = Standing { values, repeated, iterators: &iterators, is_exact };
        let target = Target {
            doubts: self,
            block_type: self.plan.owners[TOP].name,
            selection: slot.selection,
            ty: &attribute.ty(),
            of: Of::Attribute(attribute),
        };
        let of = |possible: Possible<'_, 'a>| match (slot.wants, &possible) {
            (Wants::Null, Possible::Value(value)) if value.is_known() => {
                Doubt::wrong_if(!value.is_null())
            }
            (Wants::Null, Possible::Value(_) | Possible::Any(_) | Possible::Invalid)
            | (Wants::Value, Possible::Any(Type::Dynamic)) => Doubt::Open,
            (Wants::Null, _) => Doubt::Wrong,
            (Wants::Value, Possible::Value(value)) if value.is_null() => Doubt::Wrong,
            _ => target.of(possible, constraint),
        };
        // Of what cannot be anything the reason is told where it is evaluated.
        let mut most = None;
        let (expr, file) = (slot.expr(), slot.argument.file);
        standing
            .visit(expr, file, &mut |possible| most.get_or_insert(Doubt::None).rise(of(possible)));
        let doubt = most.unwrap_or(Doubt::Open);
        if doubt == Doubt::None {
            return doubt;
        }
        match standing.value(expr, file) {
            Some(value) if is_error(&value) => Doubt::Open,
            Some(value) if value.is_wholly_known() => of(Possible::Value(&value)),
            // More may be known of it where something is assumed.
            _ => doubt,
        }
    }

    /// What there is to doubt in the number of nested blocks.
    pub(super) fn of_count(&self, count: &Count<'a>) -> Doubt {
        let Limits { min, max, .. } = count.limits;
        let (mut least, mut most) = (count.written.len(), count.written.len());
        let mut doubt = Doubt::None;
        for frame in &count.made {
            let number = self.number(*frame);
            doubt.rise(number.doubt);
            least = least.saturating_add(number.least);
            most = most.saturating_add(number.most);
        }
        doubt.rise(Doubt::wrong_if(least < min || max.is_some_and(|max| most > max)));
        doubt
    }

    /// How many blocks a `dynamic` block may make.
    fn number(&self, frame: usize) -> Numbers {
        let mut numbers = Numbers { least: usize::MAX, most: 0, doubt: Doubt::None };
        let Frame { outer, for_each: Some(for_each), .. } = &self.plan.frames[frame] else {
            return Numbers { least: 0, most: 0, doubt: Doubt::Open };
        };
        let iterators = self.iterators(*outer);
        let Self { values, repeated, .. } = *self;
        let standing = Standing { values, repeated, iterators: &iterators, is_exact: true };
        standing.visit(for_each.expr(), for_each.file, &mut |possible| {
            let number = match possible {
                Possible::Value(value) => {
                    self.note(value);
                    // Nothing is said where the number is not known.
                    return value.length().is_some_and(|number| numbers.add(number));
                }
                Possible::Elements(parts) | Possible::Entries(parts) => parts.number(),
                Possible::Any(_) | Possible::Invalid => None,
            };
            match number {
                Some(number) => numbers.add(number),
                None => numbers.doubt.rise(Doubt::Open),
            }
        });
        numbers
    }

    fn note(&self, value: &Value) {
        if !value.is_wholly_known() {
            self.met_unknown.set(true);
        }
    }

    /// The `dynamic` blocks around what is in a frame, outermost first.
    fn iterators(&self, frame: usize) -> Vec<(&str, Option<Argument<'a>>)> {
        let mut iterators = Vec::new();
        let mut at = frame;
        while at != TOP {
            let frame = &self.plan.frames[at];
            iterators.push((frame.iterator.as_str(), frame.for_each));
            at = frame.outer;
        }
        iterators.reverse();
        iterators
    }
}

/// What a value or a part of one is for.
struct Target<'t, 'a> {
    doubts: &'t Doubts<'t, 'a>,
    block_type: &'t str,
    selection: Selection,
    ty: &'t Type,
    of: Of<'a>,
}

/// What a value is a part of.
#[derive(Clone, Copy)]
enum Of<'a> {
    /// It is all of the value of an attribute.
    Attribute(Attribute<'a>),
    /// It is an element of a list that an attribute takes.
    Element(Attribute<'a>),
    /// Of it only the type is known.
    Other,
}

impl<'a> Target<'_, 'a> {
    /// What there is to doubt in what is possible.
    fn of(&self, possible: Possible<'_, 'a>, constraint: Option<Constraint<'_>>) -> Doubt {
        match possible {
            Possible::Value(value) => self.of_value(value, constraint),
            Possible::Invalid => Doubt::Open,
            Possible::Any(ty) => {
                self.doubts.met_unknown.set(true);
                let format = constraint.and_then(Constraint::format);
                let is_document = matches!(format, Some(Format::Json | Format::Policy));
                if is_document {
                    return Doubt::Document;
                }
                Doubt::open_if(constraint.is_some() || !is_of(&ty, self.ty))
            }
            Possible::Elements(parts) => match self.ty {
                Type::List(element) | Type::Set(element) => {
                    Self::of_number(&parts, constraint).max(self.of_part(&parts, element))
                }
                ty => Doubt::wrong_if(*ty != Type::Dynamic || constraint.is_some()),
            },
            Possible::Entries(parts) => match self.ty {
                Type::Map(element) => {
                    Self::of_number(&parts, constraint).max(self.other(element).of_all(&parts))
                }
                Type::Object(_) => self.of_object(&parts),
                ty => Doubt::wrong_if(*ty != Type::Dynamic || constraint.is_some()),
            },
        }
    }

    fn of_value(&self, value: &Value, constraint: Option<Constraint<'_>>) -> Doubt {
        self.doubts.note(value);
        if let ValueKind::Unknown(unknown) = value.kind() {
            if self.doubts.narrows && unknown.reason == Reason::Variable {
                return Doubt::open_if(constraint.is_some() || !is_of(&unknown.ty, self.ty));
            }
            if is_error(value) {
                return Doubt::Open;
            }
            if constraint.is_none() && is_of(&unknown.ty, self.ty) {
                return Doubt::None;
            }
        }
        let is_wrong = match self.of {
            _ if constraint.is_none() && is_simply_of(value, self.ty) => false,
            Of::Attribute(attribute) => {
                !faults(value, self.block_type, attribute, self.selection).is_empty()
            }
            Of::Element(attribute) => {
                let list = Value::tuple([value.clone()]);
                !faults(&list, self.block_type, attribute, self.selection).is_empty()
            }
            Of::Other => !value.is_null() && convert(value, self.ty).is_err(),
        };
        Doubt::wrong_if(is_wrong)
    }

    /// What there is to doubt in the number of elements.
    fn of_number(parts: &Parts<'_, 'a>, constraint: Option<Constraint<'_>>) -> Doubt {
        let Some(constraint) = constraint else { return Doubt::None };
        let (min, max) = (constraint.min_items(), constraint.max_items());
        if min.is_none() && max.is_none() {
            return Doubt::None;
        }
        parts.number().map_or(Doubt::Open, |number| {
            let number = number as u64;
            let is_less = min.is_some_and(|min| number < min);
            Doubt::wrong_if(is_less || max.is_some_and(|max| number > max))
        })
    }

    fn of_part(&self, parts: &Parts<'_, 'a>, element: &Type) -> Doubt {
        let (Of::Attribute(attribute) | Of::Element(attribute)) = self.of else {
            return self.other(element).of_all(parts);
        };
        if attribute.object().is_some() {
            // Objects are judged attribute by attribute.
            return Doubt::Wrong;
        }
        let constraint = attribute.constraint();
        let target = Target { ty: element, of: Of::Element(attribute), ..*self };
        let mut doubt = Doubt::None;
        parts.visit(&mut |possible| doubt.rise(target.of(possible, constraint)));
        doubt
    }

    fn of_object(&self, parts: &Parts<'_, 'a>) -> Doubt {
        let (Type::Object(object), Of::Other) = (self.ty, self.of) else { return Doubt::Wrong };
        let mut missing = object.attributes.len();
        let mut doubt = Doubt::None;
        let are_named = parts.named(&mut |name, possible| {
            let Some(ty) = object.attributes.get(name) else { return false };
            match possible {
                None => {
                    missing = missing.saturating_sub(1);
                    false
                }
                Some(possible) => doubt.rise(self.other(ty).of(possible, None)),
            }
        });
        doubt.rise(Doubt::wrong_if(!are_named || missing > 0));
        doubt
    }

    fn of_all(&self, parts: &Parts<'_, 'a>) -> Doubt {
        let mut doubt = Doubt::None;
        parts.visit(&mut |possible| doubt.rise(self.of(possible, None)));
        doubt
    }

    fn other<'o>(&'o self, ty: &'o Type) -> Target<'o, 'a> {
        Target { ty, of: Of::Other, ..*self }
    }
}

/// Whether a value is what comes of something that Terraform refuses to compute.
fn is_error(value: &Value) -> bool {
    value.as_unknown().is_some_and(|unknown| unknown.reason == Reason::Error)
}

/// Whether each value of a type is one of another, or becomes one.
fn is_of(ty: &Type, wanted: &Type) -> bool {
    match (ty, wanted) {
        (_, Type::Dynamic) | (Type::String | Type::Number | Type::Bool, Type::String) => true,
        (Type::List(ty) | Type::Set(ty), Type::List(wanted) | Type::Set(wanted))
        | (Type::Map(ty), Type::Map(wanted)) => is_of(ty, wanted),
        (ty, wanted) => ty == wanted,
    }
}

/// Whether a known value is of a primitive type.
fn is_simply_of(value: &Value, wanted: &Type) -> bool {
    matches!(
        (value.kind(), wanted),
        (ValueKind::Null(_), _)
            | (ValueKind::String(_) | ValueKind::Number(_) | ValueKind::Bool(_), Type::String)
            | (ValueKind::Number(_), Type::Number)
            | (ValueKind::Bool(_), Type::Bool)
    )
}
