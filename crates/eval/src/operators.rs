//! Operators on values.
//!
//! `logic` is one function because only one `match` shows that its cases exclude each other.

use std::sync::Arc;

use syntax::{BinaryOp, UnaryOp};
use value::{Bound, Identity, Number, Type, Unknown, Value, ValueKind, convert, equals};

use crate::fault::{
    Fault, all_marks, as_unknown, derived_reason, error_value, identity, is_error, unknown_not_null,
};
use crate::scope::EvalError;
use crate::types::article;
use crate::{evaluate::Evaluator, steps};
use syntax::Expr;

/// What an operation is refused for, and which operand is at fault; `None` is the whole.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) fault: Fault,
    pub(crate) operand: Option<usize>,
}

type Operation = Result<Value, Refused>;

impl<'t> Evaluator<'_, 't> {
    /// `left op right`, of which the left operand is evaluated. Its errors are those from `mark`.
    pub(crate) fn binary(
        &mut self,
        op: BinaryOp,
        left: Value,
        right: Expr<'t>,
        outer: Expr<'t>,
        mark: usize,
    ) -> Value {
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            let left_errors = self.errors.split_off(mark);
            let (right_value, right_errors) = self.capture(right);
            return self.logic(op, (left, left_errors), (right_value, right_errors), right, outer);
        }
        let right_value = self.eval(right);
        self.operate(op, &left, &right_value, right, outer, mark)
    }

    /// The value of a comparison or of arithmetic.
    pub(crate) fn operate(
        &mut self,
        op: BinaryOp,
        left: &Value,
        right: &Value,
        right_expr: Expr<'t>,
        outer: Expr<'t>,
        mark: usize,
    ) -> Value {
        let result = binary(op, left, right);
        let left_expr = left_operand(outer);
        self.operation(
            result,
            result_type(op),
            &[left, right],
            &[left_expr, right_expr],
            outer,
            mark,
        )
    }

    /// The value of an operation, or the report of why it has none.
    pub(crate) fn operation(
        &mut self,
        result: Operation,
        ty: Type,
        operands: &[&Value],
        exprs: &[Expr<'t>],
        outer: Expr<'t>,
        mark: usize,
    ) -> Value {
        match result {
            Ok(value) if self.errors.len() == mark => self.made(value, outer.range()),
            Ok(_) => error_value(ty).marked(all_marks(operands.iter().copied())),
            Err(Refused { fault, operand }) => {
                let at = operand.and_then(|at| exprs.get(at)).unwrap_or(&outer);
                self.report(fault, at.range(), operands, mark);
                error_value(ty)
            }
        }
    }

    /// `&&` and `||`: as in Terraform both sides are evaluated, and the errors of a side that does
    /// not matter are forgotten.
    pub(crate) fn logic(
        &mut self,
        op: BinaryOp,
        left: (Value, Vec<EvalError>),
        right: (Value, Vec<EvalError>),
        right_expr: Expr<'t>,
        outer: Expr<'t>,
    ) -> Value {
        let marks = left.0.marks() | right.0.marks();
        let mark = self.errors.len();
        let converted = [
            self.logic_operand(op, &left.0, left_operand(outer), left.1.is_empty()),
            self.logic_operand(op, &right.0, right_expr, right.1.is_empty()),
        ];
        let [Some(one), Some(two)] = converted else {
            self.errors.extend(left.1);
            self.errors.extend(right.1);
            return error_value(Type::Bool);
        };
        let decisive = op == BinaryOp::Or;
        let unknown = || unknown_not_null(Type::Bool, derived_reason([&one, &two]));
        let value = match (logic_truth(&one), logic_truth(&two)) {
            (None, None) if left.1.is_empty() => unknown(),
            (Some(known), _) if known == decisive => {
                self.errors.extend(left.1);
                steps::bool(decisive)
            }
            (_, Some(known)) if known == decisive => {
                self.errors.extend(right.1);
                steps::bool(decisive)
            }
            (None, Some(_)) => {
                self.errors.extend(left.1);
                unknown()
            }
            (Some(_), None) => {
                self.errors.extend(right.1);
                unknown()
            }
            _ => {
                self.errors.extend(left.1);
                self.errors.extend(right.1);
                if self.errors.len() > mark || is_error(&one) || is_error(&two) {
                    error_value(Type::Bool)
                } else if let Err(refused) = reject_null(op.as_str(), &[&one, &two]) {
                    self.push_error(refused.fault, outer.range());
                    error_value(Type::Bool)
                } else {
                    steps::bool(!decisive)
                }
            }
        };
        self.made(value, outer.range()).marked(marks)
    }

    fn logic_operand(
        &mut self,
        op: BinaryOp,
        value: &Value,
        expr: Expr<'t>,
        is_sound: bool,
    ) -> Option<Value> {
        match convert(value, &Type::Bool) {
            Ok(converted) => Some(converted),
            Err(_) if !is_sound || is_error(value) => Some(error_value(Type::Bool)),
            Err(error) => {
                let detail = format!("`{}` needs a bool: {error}", op.as_str());
                self.push_error(Fault::new("Invalid operand", detail), expr.range());
                None
            }
        }
    }
}

fn left_operand(outer: Expr<'_>) -> Expr<'_> {
    match outer.kind() {
        syntax::view::ExprKind::Binary { left, .. } => left,
        _ => outer,
    }
}

/// What `&&` and `||` take a bool for: null counts as false, `None` is unknown.
pub(crate) fn logic_truth(value: &Value) -> Option<bool> {
    match value.kind() {
        ValueKind::Unknown(_) => None,
        kind => Some(matches!(kind, ValueKind::Bool(true))),
    }
}

/// The type of what an operator gives.
pub(crate) fn result_type(op: BinaryOp) -> Type {
    match op {
        BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::Divide
        | BinaryOp::Modulo => Type::Number,
        _ => Type::Bool,
    }
}

/// Whether a value is true or false, after conversion to bool; `None` when it is neither: not
/// known, null or no bool.
pub fn truth(value: &Value) -> Option<bool> {
    match convert(value, &Type::Bool).ok()?.kind() {
        ValueKind::Bool(known) => Some(*known),
        _ => None,
    }
}

/// Comparisons and arithmetic. Logic is not here: it forgives errors.
pub(crate) fn binary(op: BinaryOp, left: &Value, right: &Value) -> Operation {
    match op {
        BinaryOp::Equal => Ok(equality(left, right)),
        BinaryOp::NotEqual => Ok(negated(equality(left, right))),
        BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => {
            comparison(op, left, right)
        }
        _ => arithmetic(op, left, right),
    }
}

/// `!a` and `-a`.
pub(crate) fn unary(op: UnaryOp, operand: &Value) -> Operation {
    let ty = if op == UnaryOp::Not { Type::Bool } else { Type::Number };
    let converted = convert_operand(op.as_str(), operand, &ty, 0)?;
    reject_null(op.as_str(), &[&converted])?;
    let marks = operand.marks();
    let value = match converted.kind() {
        ValueKind::Bool(known) => steps::bool(!known),
        ValueKind::Number(number) => Value::number(number.neg()),
        _ if op == UnaryOp::Not => {
            let negated = unknown_not_null(ty, derived_reason([operand]));
            match negated_identity(identity(operand)) {
                Some(identity) => identified(negated, identity),
                None => negated,
            }
        }
        _ => unknown_not_null(ty, derived_reason([operand])),
    };
    Ok(value.marked(marks))
}

fn convert_operand(op: &str, value: &Value, ty: &Type, at: usize) -> Operation {
    convert(value, ty).map_err(|error| {
        let detail = format!("`{op}` needs {}: {error}", article(ty));
        Refused { fault: Fault::new("Invalid operand", detail), operand: Some(at) }
    })
}

fn reject_null(op: &str, operands: &[&Value]) -> Result<(), Refused> {
    let is_null = |value: &&&Value| matches!(value.kind(), ValueKind::Null(_));
    if operands.iter().any(|value| is_null(&value)) {
        let detail = format!("an operand of `{op}` is null");
        return Err(Refused { fault: Fault::new("Operation failed", detail), operand: None });
    }
    Ok(())
}

fn numbers(op: BinaryOp, left: &Value, right: &Value) -> Result<(Value, Value), Refused> {
    let one = convert_operand(op.as_str(), left, &Type::Number, 0)?;
    let two = convert_operand(op.as_str(), right, &Type::Number, 1)?;
    reject_null(op.as_str(), &[&one, &two])?;
    Ok((one, two))
}

fn arithmetic(op: BinaryOp, left: &Value, right: &Value) -> Operation {
    let (one, two) = numbers(op, left, right)?;
    let marks = left.marks() | right.marks();
    let (ValueKind::Number(a), ValueKind::Number(b)) = (one.kind(), two.kind()) else {
        return Ok(unknown_not_null(Type::Number, derived_reason([left, right])).marked(marks));
    };
    let result = match op {
        BinaryOp::Add => a.add(b),
        BinaryOp::Subtract => a.sub(b),
        BinaryOp::Multiply => a.mul(b),
        BinaryOp::Divide => a.div(b),
        _ => a.modulo(b),
    };
    result.map(|number| Value::number(number).marked(marks)).map_err(|_| {
        let fault = Fault::new("Operation failed", why_no_number(op));
        Refused { fault, operand: None }
    })
}

fn why_no_number(op: BinaryOp) -> String {
    match op {
        BinaryOp::Add | BinaryOp::Subtract => "infinities do not add up".to_owned(),
        BinaryOp::Multiply => "zero times infinity is no number".to_owned(),
        BinaryOp::Divide => "zero by zero and infinity by infinity are no numbers".to_owned(),
        _ => "there is no remainder with infinity".to_owned(),
    }
}

fn comparison(op: BinaryOp, left: &Value, right: &Value) -> Operation {
    let (one, two) = numbers(op, left, right)?;
    let marks = left.marks() | right.marks();
    let known = match (one.kind(), two.kind()) {
        (ValueKind::Number(a), ValueKind::Number(b)) => {
            let order = a.compare(b);
            Some(match op {
                BinaryOp::Less => order.is_lt(),
                BinaryOp::Greater => order.is_gt(),
                BinaryOp::LessEqual => order.is_lt() || a == b,
                _ => order.is_gt() || a == b,
            })
        }
        _ => compare_ranges(op, &one, &two),
    };
    let value = match known {
        Some(known) => steps::bool(known),
        None => undecided(op, left, right),
    };
    Ok(value.marked(marks))
}

/// Lower and upper bound of a number.
fn bounds(value: &Value) -> [Option<&Number>; 2] {
    match value.kind() {
        ValueKind::Number(number) => [Some(number), Some(number)],
        ValueKind::Unknown(unknown) => {
            let range = &unknown.refinement.number;
            [&range.min, &range.max].map(|bound| bound.as_ref().map(|Bound { value, .. }| value))
        }
        _ => [None, None],
    }
}

/// What is certain of a comparison when not both numbers are known. Like Terraform it takes all
/// bounds for inclusive, so that ranges that touch decide nothing.
fn compare_ranges(op: BinaryOp, left: &Value, right: &Value) -> Option<bool> {
    let ([left_min, left_max], [right_min, right_max]) = (bounds(left), bounds(right));
    let is_below = |one: Option<&Number>, two: Option<&Number>| match (one, two) {
        (Some(one), Some(two)) => one.compare(two).is_lt(),
        _ => false,
    };
    let below = is_below(left_max, right_min);
    let above = is_below(right_max, left_min);
    match op {
        BinaryOp::Less | BinaryOp::LessEqual if below => Some(true),
        BinaryOp::Less | BinaryOp::LessEqual if above => Some(false),
        BinaryOp::Greater | BinaryOp::GreaterEqual if above => Some(true),
        BinaryOp::Greater | BinaryOp::GreaterEqual if below => Some(false),
        _ => None,
    }
}

fn equality(left: &Value, right: &Value) -> Value {
    let value = equals(left, right);
    if value.is_known() {
        return value;
    }
    undecided(BinaryOp::Equal, left, right).marked(value.marks())
}

/// The other truth value.
fn negated(value: Value) -> Value {
    match value.kind() {
        ValueKind::Bool(known) => steps::bool(!known).with_marks(value.marks()),
        _ => match negated_identity(identity(&value)) {
            Some(identity) => identified(value, identity),
            None => value,
        },
    }
}

/// A comparison that is not decided.
fn undecided(op: BinaryOp, left: &Value, right: &Value) -> Value {
    let value = unknown_not_null(Type::Bool, derived_reason([left, right]));
    match comparison_identity(op, left, right) {
        Some(identity) => identified(value, identity),
        None => value,
    }
}

fn identified(value: Value, identity: Identity) -> Value {
    let marks = value.marks();
    match as_unknown(&value) {
        Some(unknown) => {
            let unknown = Unknown { identity: Some(identity), ..unknown.clone() };
            Value::new(ValueKind::Unknown(Arc::new(unknown))).with_marks(marks)
        }
        None => value,
    }
}

/// What the truth of `left op right` is the value of, when one side is an unknown of known
/// identity and the other is one too or a known primitive: the address `(var.env == "prod")`.
/// Comparisons with null have none, because whether something is null is not asked.
/// Sensitive operands have none, so that no secret gets into a text.
pub fn comparison_identity(op: BinaryOp, left: &Value, right: &Value) -> Option<Identity> {
    let text = |value: &Value| -> Option<String> {
        if !value.marks().is_printable() {
            return None;
        }
        match value.kind() {
            ValueKind::Unknown(unknown) => match unknown.identity.as_ref()? {
                Identity::Address(address) => Some(address.to_string()),
                Identity::Call(_) => None,
            },
            ValueKind::Bool(known) => Some(known.to_string()),
            ValueKind::String(text) => Some(format!("{text:?}")),
            ValueKind::Number(number) => Some(format!("{number:?}")),
            _ => None,
        }
    };
    let text = format!("({} {} {})", text(left)?, op.as_str(), text(right)?);
    Some(Identity::Address(text.into()))
}

/// The identity of `!value`.
fn negated_identity(of: Option<&Identity>) -> Option<Identity> {
    match of? {
        Identity::Address(address) => Some(Identity::Address(match address.strip_prefix('!') {
            Some(inner) => inner.into(),
            None => format!("!{address}").into(),
        })),
        Identity::Call(_) => None,
    }
}
