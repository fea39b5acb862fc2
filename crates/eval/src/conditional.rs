//! `condition ? yes : no`.

use source::TextRange;
use syntax::view::ExprKind;
use syntax::{BinaryOp, Expr, UnaryOp};
use value::{Reason, Refinement, Type, Unknown, Value, ValueKind, convert, unify};

use crate::evaluate::Evaluator;
use crate::fault::{Fault, as_unknown, derived_reason, error_value, is_error, limit_value};
use crate::operators;
use crate::question::{Form, Node};
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
        let yes = self.arm(yes);
        let no = self.arm(no);
        if !self.budget.spend_on([&yes.value, &no.value]) {
            return limit_value();
        }
        let mark = self.errors.len();
        let Some(ty) = self.arm_type(&yes, &no) else {
            return error_value(Type::Dynamic);
        };
        let (decided, question) = self.predicate(condition);
        let decided = match as_unknown(&decided) {
            Some(undecided) if matches!(undecided.reason, Reason::Error | Reason::Limit) => decided,
            Some(_) if self.errors.len() == mark => match question.ask(self.scope) {
                Some(answer) => Value::bool(answer).with_marks(decided.marks()),
                None => decided,
            },
            _ => decided,
        };
        self.choose(&decided, condition, expr.range(), ty, yes, no, mark)
    }

    fn arm(&mut self, expr: Expr<'t>) -> Arm {
        let (value, errors) = self.capture(expr);
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

    /// The value of a condition, and the questions that it is made of.
    fn predicate(&mut self, condition: Expr<'t>) -> (Value, Node) {
        let budget = self.budget;
        let expr = condition.without_parens();
        let mark = self.errors.len();
        let Some(_depth) = budget.enter() else {
            return (
                limit_value(),
                Node::leaf(self.location(expr.range()), limit_value(), Form::Value),
            );
        };
        match expr.kind() {
            ExprKind::Unary { op: UnaryOp::Not, operand } => {
                let (value, inner) = self.predicate(operand);
                let result = operators::unary(UnaryOp::Not, &value);
                let value = self.operation(result, Type::Bool, &[&value], &[operand], expr, mark);
                (value, Node::Not(Box::new(inner)))
            }
            ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                self.logic_chain(op, expr)
            }
            ExprKind::Binary { op, left, right } if operators::result_type(op) == Type::Bool => {
                self.compared(op, expr, left, right)
            }
            ExprKind::Call(call) => {
                let name = call.name().into_owned();
                let (value, arguments) = self.call_with_arguments(call);
                let at = self.location(expr.range());
                let form = Form::Call { name, arguments };
                (value.clone(), Node::leaf(at, value, form))
            }
            _ => {
                let value = self.eval(expr);
                let at = self.location(expr.range());
                (value.clone(), Node::leaf(at, value, Form::Value))
            }
        }
    }

    /// `a && b && …`, from the left, without recursion.
    fn logic_chain(&mut self, op: BinaryOp, expr: Expr<'t>) -> (Value, Node) {
        let mut links = Vec::new();
        let mut first = expr;
        while let ExprKind::Binary { op: next, left, right } = first.kind() {
            if next != op {
                break;
            }
            links.push((first, right));
            first = left;
        }
        let mark = self.errors.len();
        let (mut value, node) = self.predicate(first);
        let mut parts = vec![node];
        while let Some((outer, right)) = links.pop() {
            if !self.budget.spend(1) {
                return (
                    limit_value(),
                    Node::leaf(self.location(expr.range()), limit_value(), Form::Value),
                );
            }
            let left_errors = self.errors.split_off(mark);
            let (right_value, node) = self.predicate(right);
            let right_errors = self.errors.split_off(mark);
            parts.push(node);
            value = self.logic(op, (value, left_errors), (right_value, right_errors), right, outer);
        }
        (value, Node::Logic { any: op == BinaryOp::Or, parts })
    }

    fn compared(
        &mut self,
        op: BinaryOp,
        expr: Expr<'t>,
        left: Expr<'t>,
        right: Expr<'t>,
    ) -> (Value, Node) {
        let mark = self.errors.len();
        let left = self.eval(left);
        let right_value = self.eval(right);
        let value = self.operate(op, &left, &right_value, right, expr, mark);
        let at = self.location(expr.range());
        let (asked, negate) = match op {
            BinaryOp::NotEqual => (BinaryOp::Equal, true),
            _ => (op, false),
        };
        let holds = match operators::binary(asked, &left, &right_value) {
            Ok(holds) if !is_error(&value) => holds,
            _ => value.clone(),
        };
        let form = Form::Compare { op: asked, left, right: right_value };
        let leaf = Node::leaf(at, holds, form);
        (value, if negate { Node::Not(Box::new(leaf)) } else { leaf })
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
    Unknown::new(ty, derived_reason([condition])).refined(refinement).into_value()
}
