//! `condition ? yes : no`.

use source::TextRange;
use syntax::Expr;
use value::{Reason, Refinement, Type, Unknown, Value, ValueKind, convert, unify};

use crate::derived;
use crate::evaluate::Evaluator;
use crate::fault::{Fault, as_unknown, derived_reason, error_value, is_error, limit_value};
use crate::operators::{self, truth};
use crate::scope::EvalError;
use crate::types::describe_mismatch;

/// One of the two results: its value, its errors and its place.
pub(crate) struct Arm {
    pub(crate) value: Value,
    pub(crate) errors: Vec<EvalError>,
    pub(crate) range: TextRange,
}

impl<'t> Evaluator<'_, 't> {
    pub(crate) fn conditional(
        &mut self,
        expr: Expr<'t>,
        condition: Expr<'t>,
        yes: Expr<'t>,
        no: Expr<'t>,
    ) -> Value {
        let (decided, condition_errors) = self.capture(condition);
        let decided = self.used_as(decided, &Type::Bool);
        if let Some(undecided) = as_unknown(&decided)
            && undecided.identity.is_some()
            && !matches!(undecided.reason, Reason::Error | Reason::Limit)
            && condition_errors.is_empty()
            && !self.is_idle
        {
            self.scope.ask(&decided);
        }
        let taken = truth(&decided);
        let yes = self.arm(yes, taken == Some(false));
        let no = self.arm(no, taken == Some(true));
        if !self.budget.spend_on([&yes.value, &no.value]) {
            return limit_value();
        }
        let mark = self.errors.len();
        let Some(ty) = self.arm_type(&yes, &no) else {
            return error_value(Type::Dynamic);
        };
        self.errors.extend(condition_errors);
        self.choose(&decided, condition, expr.range(), ty, yes, no, mark)
    }

    /// One of the results. The conditions in one that is not taken do not matter.
    fn arm(&mut self, expr: Expr<'t>, is_idle: bool) -> Arm {
        let outer = self.is_idle;
        self.is_idle |= is_idle;
        let (value, errors) = self.capture(expr);
        self.is_idle = outer;
        Arm { value, errors, range: expr.range() }
    }

    /// The type that both results are converted to; reports when there is none.
    pub(crate) fn arm_type(&mut self, yes: &Arm, no: &Arm) -> Option<Type> {
        let (one, two) = (yes.value.ty(), no.value.ty());
        if is_bare_null(&yes.value) {
            return Some(two);
        }
        if is_bare_null(&no.value) {
            return Some(one);
        }
        if one == Type::Dynamic || two == Type::Dynamic {
            return Some(Type::Dynamic);
        }
        let unified = unify(&[one.clone(), two.clone()]);
        if unified.is_none() {
            let detail = describe_mismatch(&one, &two);
            let fault = Fault::new("Inconsistent conditional result types", detail);
            let range = yes.range.cover(no.range);
            if !is_error(&yes.value) && !is_error(&no.value) {
                self.push_error(fault, range);
            } else {
                self.errors.extend(yes.errors.iter().chain(&no.errors).cloned());
            }
        }
        unified
    }

    /// The result, once the condition is evaluated. Its errors are those from `mark`.
    #[expect(clippy::too_many_arguments, reason = "the parts of one conditional")]
    pub(crate) fn choose(
        &mut self,
        decided: &Value,
        condition: Expr<'t>,
        range: TextRange,
        ty: Type,
        yes: Arm,
        no: Arm,
        mark: usize,
    ) -> Value {
        let decided = &self.used_as(decided.clone(), &Type::Bool);
        if let ValueKind::Null(_) = decided.kind() {
            let fault = Fault::new("Null condition", "the condition is null");
            self.report(fault, condition.range(), &[decided], mark);
            return error_value(ty);
        }
        let marks = decided.marks() | yes.value.marks() | no.value.marks();
        if as_unknown(decided).is_some() {
            let value = if self.errors.len() > mark || is_error(decided) {
                error_value(ty)
            } else {
                self.made(either(decided, ty, &yes.value, &no.value), range)
            };
            return value.marked(marks);
        }
        let answer = match convert(decided, &Type::Bool) {
            Ok(answer) => matches!(answer.kind(), ValueKind::Bool(true)),
            Err(error) => {
                let fault =
                    Fault::new("Incorrect condition type", format!("the condition: {error}"));
                self.report(fault, condition.range(), &[decided], mark);
                return error_value(ty);
            }
        };
        let arm = if answer { yes } else { no };
        self.errors.extend(arm.errors);
        let converted =
            if ty == Type::Dynamic { Ok(arm.value.clone()) } else { convert(&arm.value, &ty) };
        match converted {
            Ok(value) => value.marked(marks),
            Err(error) => {
                let fault = Fault::new("Inconsistent conditional result types", error.to_string());
                self.report(fault, arm.range, &[&arm.value], mark);
                error_value(ty).marked(marks)
            }
        }
    }
}

fn is_bare_null(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Null(Type::Dynamic)) && value.marks().is_none()
}

/// What is certain of a value that is one of two.
fn either(condition: &Value, ty: Type, yes: &Value, no: &Value) -> Value {
    let is_null = |value: &Value| matches!(value.kind(), ValueKind::Null(_));
    if is_null(yes) && is_null(no) {
        return Value::null(ty);
    }
    let (one, two) = (yes.refinement(), no.refinement());
    let common = one.common(&two);
    let refinement = match (yes.ty(), no.ty()) {
        (Type::Number, Type::Number) => common,
        (one, two) if one.is_collection() && one == two => common,
        _ => Refinement { not_null: common.not_null, ..Refinement::default() },
    };
    // As in Terraform the prefixes of strings are not compared.
    let refinement = Refinement { prefix: None, suffix: None, pieces: None, ..refinement };
    let unknown = Unknown::new(ty, derived_reason([condition])).refined(refinement);
    operators::identified(unknown, derived::of_operation("?:", &[condition, yes, no]))
}
