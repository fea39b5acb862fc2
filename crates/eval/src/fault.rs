//! Faults without a place, and the unknown values that stand for what could not be had.

use std::borrow::Cow;

use value::{Identity, Marks, Reason, Type, Unknown, Value};

/// Something that Terraform refuses, before it is known where.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) summary: Cow<'static, str>,
    pub(crate) detail: String,
    /// Whether it is that a file is not there.
    pub(crate) missing_file: bool,
}

impl Fault {
    pub(crate) fn new(summary: &'static str, detail: impl Into<String>) -> Self {
        Self { summary: Cow::Borrowed(summary), detail: detail.into(), missing_file: false }
    }
}

/// An unknown value of a type and for a reason.
pub(crate) fn unknown(ty: Type, reason: Reason) -> Value {
    Value::unknown(ty, reason)
}

/// An unknown value that is not null.
pub(crate) fn unknown_not_null(ty: Type, reason: Reason) -> Value {
    Unknown::new(ty, reason).not_null().into_value()
}

/// Stands for what Terraform refuses.
pub(crate) fn error_value(ty: Type) -> Value {
    unknown(ty, Reason::Error)
}

/// Stands for what lies beyond a limit.
pub(crate) fn limit_value() -> Value {
    unknown(Type::Dynamic, Reason::Limit)
}

pub(crate) fn as_unknown(value: &Value) -> Option<&Unknown> {
    value.as_unknown()
}

pub(crate) fn is_error(value: &Value) -> bool {
    as_unknown(value).is_some_and(|unknown| unknown.reason == Reason::Error)
}

pub(crate) fn identity(value: &Value) -> Option<&Identity> {
    as_unknown(value)?.identity.as_ref()
}

/// Why a value made from `operands` is not known: an error or a limit wins, else it is derived.
pub(crate) fn derived_reason<'a>(operands: impl IntoIterator<Item = &'a Value>) -> Reason {
    let mut reason = Reason::Derived;
    for operand in operands.into_iter().filter_map(as_unknown) {
        match operand.reason {
            Reason::Error => return Reason::Error,
            Reason::Limit => reason = Reason::Limit,
            _ => {}
        }
    }
    reason
}

/// The marks of all `values` together.
pub(crate) fn all_marks<'a>(values: impl IntoIterator<Item = &'a Value>) -> Marks {
    values.into_iter().fold(Marks::NONE, |marks, value| marks | value.marks())
}
