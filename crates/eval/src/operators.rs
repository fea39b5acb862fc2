//! Operators on values.
//!
//! `logic` is one function because only one `match` shows that its cases exclude each other.

use syntax::{BinaryOp, Expr, UnaryOp};
use value::{Bound, Identity, Number, Type, Unknown, Value, ValueKind, Written, convert, equals};

use crate::evaluate::Evaluator;
use crate::fault::{Fault, all_marks, derived_reason, error_value, is_error, limit_value};
use crate::scope::EvalError;
use crate::types::article;
use crate::{derived, steps};

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
        // What is null, and what is no collection, is compared at once.
        if !left.is_null() && !right_value.is_null() && !self.budget.spend_on([&left, &right_value])
        {
            return limit_value();
        }
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
        // What is assumed is assumed of operands as they are used.
        let used = |value: &Value| match op {
            BinaryOp::Equal | BinaryOp::NotEqual => value.clone(),
            _ => self.used_as(value.clone(), &Type::Number),
        };
        let (left, right) = (&used(left), &used(right));
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
        let unknown = || {
            let unknown = Unknown::new(Type::Bool, derived_reason([&one, &two])).not_null();
            identified(unknown, derived::of_logic(op.as_str(), &one, &two))
        };
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
            Ok(converted) => Some(self.assumed(converted)),
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
        BinaryOp::NotEqual => Ok(inequality(left, right)),
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
        _ => {
            let identity = if op == UnaryOp::Not {
                derived::of_negation(&converted)
            } else {
                derived::of_operation("-", &[&converted])
            };
            identified(Unknown::new(ty, derived_reason([operand])).not_null(), identity)
        }
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
        let unknown = Unknown::new(Type::Number, derived_reason([left, right])).not_null();
        let identity = derived::of_operation(op.as_str(), &[&one, &two]);
        return Ok(identified(unknown, identity).marked(marks));
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
        None => undecided_order(op, &one, &two),
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

/// `left op right` for `<` and its like, which are all kept as `<` or what that is not.
fn undecided_order(op: BinaryOp, left: &Value, right: &Value) -> Value {
    let swapped = matches!(op, BinaryOp::Greater | BinaryOp::LessEqual);
    let negated = matches!(op, BinaryOp::LessEqual | BinaryOp::GreaterEqual);
    let written = Written { operator: op.as_str(), swapped, negated };
    let (one, two) = if swapped { (right, left) } else { (left, right) };
    let identity = derived::of_order(one, two, written);
    let value = undecided(left, right, identity);
    if negated { negated_unknown(&value) } else { value }
}

fn equality(left: &Value, right: &Value) -> Value {
    let value = equals(left, right);
    if value.is_known() {
        return value;
    }
    undecided(left, right, derived::of_equality(left, right)).marked(value.marks())
}

/// `left != right`.
fn inequality(left: &Value, right: &Value) -> Value {
    let value = equals(left, right);
    if let ValueKind::Bool(known) = value.kind() {
        return steps::bool(!known).with_marks(value.marks());
    }
    let identity = derived::of_equality(left, right);
    let identity = identity.map(|identity| derived::rewritten(identity, "!=", true));
    negated_unknown(&undecided(left, right, identity)).marked(value.marks())
}

/// The negation of a comparison that is not decided.
fn negated_unknown(value: &Value) -> Value {
    let unknown = Unknown::new(Type::Bool, derived_reason([value])).not_null();
    identified(unknown, derived::of_negation(value))
}

/// A comparison that is not decided.
fn undecided(left: &Value, right: &Value, identity: Option<Identity>) -> Value {
    let unknown = Unknown::new(Type::Bool, derived_reason([left, right])).not_null();
    identified(unknown, identity)
}

pub(crate) fn identified(unknown: Unknown, identity: Option<Identity>) -> Value {
    match identity {
        Some(identity) => unknown.identified(identity).into_value(),
        None => unknown.into_value(),
    }
}
