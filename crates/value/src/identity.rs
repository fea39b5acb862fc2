//! What an unknown value is the value of, so that two unknowns can be known to be the same.
//! Never decides what a value is.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use source::Location;

use crate::{Type, Unknown, Value, ValueKind, raw_equals};

/// What an unknown value is the value of. Equal identities are equal values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// An origin: a root-resolved address with attribute path, `module.a.aws_x.y.id` or `var.env`.
    Address(Arc<str>),
    /// What the call of an impure function at a place gives in an instance.
    Call(Arc<str>, Location),
    /// What an operator or a pure function makes of other values.
    Derived(Arc<Derivation>),
    /// A value of which only clones are known to be the same. A part of conditions, so that their
    /// other parts can be asked.
    Single(Token),
}

/// Equal to its clones only.
#[derive(Clone, Debug)]
pub struct Token(Arc<()>);

/// An operator or pure function and what it is applied to. Comparisons are kept in one form: `==`
/// with a constant on the right, and `<`; `!=`, `<=` and the others are made of these and `!`.
#[derive(Clone, Debug)]
pub struct Derivation {
    operation: &'static str,
    operands: Box<[Operand]>,
    written: Option<Written>,
    size: u32,
    hash: u64,
    lasts: bool,
}

/// How a comparison was written, which does not change what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The operator.
    pub operator: &'static str,
    /// Whether the operands stood the other way round.
    pub swapped: bool,
    /// Whether what was written is true when the comparison is false.
    pub negated: bool,
}

/// One operand of a [`Derivation`].
#[derive(Clone, Debug)]
pub enum Operand {
    /// An unknown value that has an identity.
    Unknown(Arc<Unknown>),
    /// A known value.
    Known(Constant),
}

/// A small known value that can be compared for being the same.
#[derive(Clone, Debug)]
pub struct Constant(Value);

impl Identity {
    /// The identity of a value that is the same as nothing else.
    pub fn single() -> Self {
        Self::Single(Token(Arc::new(())))
    }

    /// What `operation` makes of `operands`; `None` when it is too large, or made of constants.
    pub fn derived(operation: &'static str, operands: impl Into<Box<[Operand]>>) -> Option<Self> {
        Derivation::identity(operation, operands.into(), None)
    }

    /// What the comparison `operation` (`==` or `<`) makes of two operands.
    pub fn compared(
        operation: &'static str,
        operands: [Operand; 2],
        written: Written,
    ) -> Option<Self> {
        Derivation::identity(operation, operands.into(), Some(written))
    }

    /// The identity of what conversion to `wanted` makes of `unknown`. A value whose type is not
    /// known is taken to have the type that it is used as; but a set may have fewer elements.
    pub(crate) fn converted(unknown: &Unknown, wanted: &Type) -> Option<Self> {
        let identity = unknown.identity.clone()?;
        let is_open = unknown.ty == Type::Dynamic && !matches!(wanted, Type::Set(_));
        if is_open || unknown.ty == *wanted {
            return Some(identity);
        }
        let operand = Operand::Unknown(Arc::new(unknown.clone()));
        let function = match wanted {
            Type::String => "tostring",
            Type::Number => "tonumber",
            Type::Bool => "tobool",
            _ => {
                let ty = Constant::new(&Value::string(wanted.to_json()))?;
                return Self::derived("convert", [operand, Operand::Known(ty)]);
            }
        };
        Self::derived(function, [operand])
    }

    /// The operator or function and its operands, if it is that of one.
    pub fn derivation(&self) -> Option<&Derivation> {
        match self {
            Self::Derived(derivation) => Some(derivation),
            _ => None,
        }
    }

    /// Whether another evaluation of the same expression gives the same identity.
    pub fn lasts(&self) -> bool {
        match self {
            Self::Address(_) | Self::Call(..) => true,
            Self::Derived(derivation) => derivation.lasts,
            Self::Single(_) => false,
        }
    }

    fn size(&self) -> u32 {
        self.derivation().map_or(1, |derivation| derivation.size)
    }
}

impl Derivation {
    /// The most operations, constants and unknown values in an identity.
    const MAX_SIZE: u32 = 48;

    fn identity(
        operation: &'static str,
        operands: Box<[Operand]>,
        written: Option<Written>,
    ) -> Option<Identity> {
        let mut size = 1;
        let mut lasts = true;
        let mut is_open = false;
        let mut hasher = DefaultHasher::new();
        operation.hash(&mut hasher);
        for operand in &operands {
            operand.hash(&mut hasher);
            match operand.identity() {
                Some(identity) => {
                    size += identity.size();
                    lasts &= identity.lasts();
                    is_open = true;
                }
                None => size += 1,
            }
            if size > Self::MAX_SIZE {
                return None;
            }
        }
        let hash = hasher.finish();
        let derivation = Self { operation, operands, written, size, hash, lasts };
        is_open.then(|| Identity::Derived(Arc::new(derivation)))
    }

    /// The operator (`==`, `<`, `!`, `&&`, `+`, …), the name of the function, `.` for an
    /// attribute, `[]` for an element, or `convert` for a conversion to a type that has no
    /// function.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Its operands or arguments.
    pub fn operands(&self) -> &[Operand] {
        &self.operands
    }

    /// How it was written, if it is a comparison.
    pub fn written(&self) -> Option<Written> {
        self.written
    }
}

impl PartialEq for Derivation {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
            && self.operation == other.operation
            && self.operands == other.operands
    }
}

impl Eq for Derivation {}

impl Hash for Derivation {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash.hash(state);
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Token {}

impl Hash for Token {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}

impl Operand {
    /// A value as an operand; `None` for unknown values without identity, values that are not
    /// wholly known, and large ones.
    pub fn new(value: &Value) -> Option<Self> {
        match value.kind() {
            ValueKind::Unknown(unknown) => {
                unknown.identity.is_some().then(|| Self::Unknown(Arc::clone(unknown)))
            }
            _ => Constant::new(value).map(Self::Known),
        }
    }

    /// All `values` as operands, if each can be one and one of them is unknown.
    pub fn all<'a>(values: impl IntoIterator<Item = &'a Value> + Clone) -> Option<Box<[Self]>> {
        let mut is_open = false;
        // Nearly always one of them is unknown without identity: look before anything is made.
        for value in values.clone() {
            match value.as_unknown() {
                Some(unknown) if unknown.identity.is_none() => return None,
                Some(_) => is_open = true,
                None => {}
            }
        }
        if !is_open {
            return None;
        }
        values.into_iter().map(Self::new).collect()
    }

    /// What an unknown operand is the value of.
    pub fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Unknown(unknown) => unknown.identity.as_ref(),
            Self::Known(_) => None,
        }
    }

    /// The known value.
    pub fn known(&self) -> Option<&Value> {
        match self {
            Self::Unknown(_) => None,
            Self::Known(constant) => Some(constant.value()),
        }
    }
}

/// What is certain about an unknown operand does not matter: equal identities are equal values.
impl PartialEq for Operand {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown(one), Self::Unknown(two)) => one.identity == two.identity,
            (Self::Known(one), Self::Known(two)) => one == two,
            _ => false,
        }
    }
}

impl Eq for Operand {}

impl Hash for Operand {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Unknown(unknown) => unknown.identity.hash(state),
            Self::Known(constant) => constant.hash(state),
        }
    }
}

impl Constant {
    /// The largest text of a constant, in bytes.
    const MAX_TEXT: u64 = 256;
    /// The most values in a constant.
    const MAX_SIZE: u32 = 64;

    /// `value` as a constant; `None` when it is not wholly known or too large.
    pub fn new(value: &Value) -> Option<Self> {
        let is_small = value.size() <= Self::MAX_SIZE && value.text_size() <= Self::MAX_TEXT;
        (is_small && value.is_wholly_known()).then(|| Self(value.clone()))
    }

    /// The value, with its marks.
    pub fn value(&self) -> &Value {
        &self.0
    }
}

impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        raw_equals(&self.0, &other.0)
    }
}

impl Eq for Constant {}

impl Hash for Constant {
    /// Numbers that are equal may be made of different bits, so that they are not looked at.
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self.0.kind()).hash(state);
        self.0.size().hash(state);
        match self.0.kind() {
            ValueKind::String(text) => text.hash(state),
            ValueKind::Bool(bool) => bool.hash(state),
            _ => {}
        }
    }
}
