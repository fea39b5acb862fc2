//! Evaluation of one expression: the way down its left edge and back up, without recursion for
//! long chains.

use std::sync::Arc;

use source::{FileId, Location, TextRange};
use syntax::view::ExprKind;
use syntax::{Expr, UnaryOp};
use value::{Origin, StepKind, Type, Unknown, Value, convert};

use crate::budget::Budget;
use crate::fault::{Fault, error_value, is_error, limit_value};
use crate::scope::{EvalError, Evaluated, Lookup, Scope};
use crate::{operators, steps};

/// The value of `expr`, which stands in `file`, and what Terraform would refuse in it.
///
/// A scope may call this from [`Scope::lookup`] with the same budget: references nested too deeply
/// come to an unknown value before the stack ends. It is better to evaluate what is referred to
/// first.
pub fn evaluate(expr: Expr<'_>, file: FileId, scope: &dyn Scope, budget: &Budget) -> Evaluated {
    // The frames of a scope that evaluates take about as much of the stack as two levels.
    let (Some(_first), Some(_second)) = (budget.enter(), budget.enter()) else {
        return Evaluated { value: limit_value(), errors: Vec::new() };
    };
    let mut evaluator = Evaluator::new(file, scope, budget);
    let value = evaluator.eval(expr);
    evaluator.finish(value)
}

/// The state of one evaluation.
pub(crate) struct Evaluator<'e, 't> {
    pub(crate) file: FileId,
    pub(crate) scope: &'e dyn Scope,
    pub(crate) budget: &'e Budget,
    /// What was refused so far and may yet be forgiven: by `try`, or in an arm that is not taken.
    pub(crate) errors: Vec<EvalError>,
    /// References to what does not exist; Terraform refuses them wherever they stand.
    pub(crate) undeclared: Vec<EvalError>,
    /// Names that `for` declares, the innermost last.
    pub(crate) names: Vec<(&'t str, Value)>,
    /// The elements that splats are at, the innermost last.
    pub(crate) items: Vec<Value>,
    /// Whether this is a template that a function renders; it may not render others.
    pub(crate) in_template: bool,
    /// Whether what is evaluated is known not to matter, so that its conditions are not asked.
    pub(crate) is_idle: bool,
    /// Whether values are to know where they come from.
    wants_origins: bool,
}

impl<'e, 't> Evaluator<'e, 't> {
    pub(crate) fn new(file: FileId, scope: &'e dyn Scope, budget: &'e Budget) -> Self {
        Self {
            file,
            scope,
            budget,
            errors: Vec::new(),
            undeclared: Vec::new(),
            names: Vec::new(),
            items: Vec::new(),
            in_template: false,
            wants_origins: scope.wants_origins(),
            is_idle: false,
        }
    }

    pub(crate) fn finish(self, value: Value) -> Evaluated {
        let mut errors = self.undeclared;
        errors.extend(self.errors);
        Evaluated { value, errors }
    }

    /// The value of `expr`. Goes down the left edge (operators, indices, attributes), evaluates
    /// what is at its end, and applies the rest on the way back.
    pub(crate) fn eval(&mut self, expr: Expr<'t>) -> Value {
        let budget = self.budget;
        let Some(_depth) = budget.enter() else {
            return limit_value();
        };
        let mark = self.errors.len();
        let mut spine = Vec::new();
        let mut base = expr;
        while let Some(inner) = left_edge(base) {
            spine.push(base);
            base = inner;
        }
        let (value, mut passed) = self.base(base, &mut spine);
        let mut value = self.assumed(value);
        while let Some(outer) = spine.pop() {
            if !budget.spend(1) {
                return limit_value();
            }
            if !is_step(outer) {
                value = self.settle(value, passed.take());
            }
            value = self.apply(value, outer, mark);
            value = self.assumed(value);
        }
        self.settle(value, passed)
    }

    /// The value, or what is assumed of it if it is not known. Its marks stay, and its origin unless
    /// what is assumed has one.
    pub(crate) fn assumed(&self, value: Value) -> Value {
        if value.as_unknown().is_none_or(|unknown| unknown.identity.is_none()) {
            return value;
        }
        match self.scope.assumed(&value) {
            Some(assumed) if assumed.origin().is_empty() => {
                assumed.marked(value.marks()).with_origin(value.origin().clone())
            }
            Some(assumed) => assumed.marked(value.marks()),
            _ => value,
        }
    }

    /// The value as one of `ty` with what is assumed of that, if it is not known and converts;
    /// else the value as it is.
    pub(crate) fn used_as(&self, value: Value, ty: &Type) -> Value {
        let is_other = |unknown: &Unknown| unknown.identity.is_some() && unknown.ty != *ty;
        if !value.as_unknown().is_some_and(is_other) {
            return value;
        }
        match convert(&value, ty) {
            Ok(converted) => self.assumed(converted),
            Err(_) => value,
        }
    }

    /// The value of `expr`, and its errors kept apart.
    pub(crate) fn capture(&mut self, expr: Expr<'t>) -> (Value, Vec<EvalError>) {
        let mark = self.errors.len();
        let value = self.eval(expr);
        (value, self.errors.split_off(mark))
    }

    /// The value with the reference that it came through. That is noted only where its attributes
    /// and elements have been taken, so that the rest of a large value need not know of it.
    fn settle(&self, value: Value, passed: Option<(Location, Arc<str>)>) -> Value {
        match passed {
            Some((at, name)) if self.wants_origins => {
                let size = usize::try_from(value.size()).unwrap_or(usize::MAX);
                self.budget.spend(size.min(1_000) / 8);
                value.push_step(at, StepKind::Reference(name))
            }
            _ => value,
        }
    }

    /// The value at the left end of an expression, and the reference that it came through.
    fn base(
        &mut self,
        expr: Expr<'t>,
        spine: &mut Vec<Expr<'t>>,
    ) -> (Value, Option<(Location, Arc<str>)>) {
        if !self.budget.spend(1) {
            return (limit_value(), None);
        }
        match expr.kind() {
            ExprKind::Variable(root) => self.variable(root, expr, spine),
            _ => (self.operand(expr), None),
        }
    }

    fn operand(&mut self, expr: Expr<'t>) -> Value {
        match expr.kind() {
            ExprKind::Number(text) => self.made(steps::number(text), expr.range()),
            ExprKind::Bool(known) => self.made(steps::bool(known), expr.range()),
            ExprKind::Null => self.made(steps::null(Type::Dynamic), expr.range()),
            ExprKind::Template(template) => self.template(template),
            ExprKind::Tuple(elements) => self.tuple(elements, expr.range()),
            ExprKind::Object(object) => self.object(object, expr.range()),
            ExprKind::For(each) => self.for_expr(each, expr.range()),
            ExprKind::Call(call) => self.call(call),
            ExprKind::SplatItem => match self.items.last() {
                Some(item) => item.clone(),
                None => error_value(Type::Dynamic),
            },
            ExprKind::Conditional { condition, yes, no } => {
                self.conditional(expr, condition, yes, no)
            }
            _ => error_value(Type::Dynamic),
        }
    }

    /// What `outer` makes of `value`, which its left part came to. Errors from `mark` on are those
    /// of that part.
    fn apply(&mut self, value: Value, outer: Expr<'t>, mark: usize) -> Value {
        match outer.kind() {
            ExprKind::GetAttr { name, name_range, .. } => {
                let result = steps::attribute(&value, name);
                self.step(result, &value, name_range, mark)
            }
            ExprKind::Index { key, .. } | ExprKind::LegacyIndex { key, .. } => {
                let index = self.eval(key);
                let result = if is_error(&index) {
                    Ok(error_value(Type::Dynamic))
                } else {
                    steps::index(&value, &index)
                };
                self.step(result, &value, key.range(), mark)
            }
            ExprKind::Splat { target, each, .. } => self.splat(&value, target, each, mark),
            ExprKind::Binary { op, right, .. } => self.binary(op, value, right, outer, mark),
            ExprKind::Unary { op, operand } => {
                let ty = if op == UnaryOp::Not { Type::Bool } else { Type::Number };
                let value = self.used_as(value, &ty);
                let result = operators::unary(op, &value);
                self.operation(result, ty, &[&value], &[operand], outer, mark)
            }
            _ => value,
        }
    }

    /// The value of an attribute or element of `parent`, or the report of why there is none.
    fn step(
        &mut self,
        result: Result<Value, Fault>,
        parent: &Value,
        range: TextRange,
        mark: usize,
    ) -> Value {
        match result {
            Ok(value) => value,
            Err(fault) => {
                self.report(fault, range, &[parent], mark);
                error_value(Type::Dynamic)
            }
        }
    }

    fn variable(
        &mut self,
        root: &str,
        expr: Expr<'t>,
        spine: &mut Vec<Expr<'t>>,
    ) -> (Value, Option<(Location, Arc<str>)>) {
        if let Some((_, value)) = self.names.iter().rev().find(|(name, _)| *name == root) {
            return (value.clone(), None);
        }
        let mut attributes = Vec::new();
        for outer in spine.iter().rev() {
            let ExprKind::GetAttr { name, .. } = outer.kind() else {
                break;
            };
            attributes.push(name);
        }
        let whole = spine.get(spine.len() - attributes.len()).map_or(expr, |outer| *outer);
        let at = self.location(expr.range().cover(whole.range()));
        match self.scope.lookup(root, &attributes, at) {
            Lookup::Found { value, consumed } => {
                let consumed = consumed.min(attributes.len());
                let rest = spine.len() - consumed;
                let last = spine.get(rest).map_or(expr, |outer| *outer);
                spine.truncate(rest);
                let name = std::iter::once(root)
                    .chain(attributes.iter().take(consumed).map(AsRef::as_ref))
                    .collect::<Vec<_>>()
                    .join(".");
                let at = self.location(expr.range().cover(last.range()));
                (value, Some((at, name.into())))
            }
            Lookup::Undeclared { summary, detail } => {
                let error = EvalError { location: at, summary, detail, missing_file: false };
                if !self.undeclared.contains(&error) {
                    self.undeclared.push(error);
                }
                (error_value(Type::Dynamic), None)
            }
        }
    }

    /// Looks up what `expr` refers to, although its value is not needed: Terraform refuses
    /// references to what does not exist wherever they stand.
    pub(crate) fn check_references(&mut self, expr: Expr<'t>, bound: &[&str]) {
        for reference in crate::references(expr) {
            let root = reference.root;
            let is_bound =
                bound.contains(&root) || self.names.iter().any(|(name, _)| *name == root);
            if is_bound || !self.budget.spend(1) {
                continue;
            }
            let at = self.location(reference.range);
            if let Lookup::Undeclared { summary, detail } =
                self.scope.lookup(root, &reference.attributes, at)
            {
                let error = EvalError { location: at, summary, detail, missing_file: false };
                if !self.undeclared.contains(&error) {
                    self.undeclared.push(error);
                }
            }
        }
    }

    pub(crate) fn location(&self, range: TextRange) -> Location {
        Location::new(self.file, range)
    }

    /// The value as one that the expression at `range` made.
    pub(crate) fn made(&self, value: Value, range: TextRange) -> Value {
        if !self.wants_origins {
            return value;
        }
        value.with_origin(Origin::made(self.location(range)))
    }

    /// Reports a fault, unless it only follows from an earlier one: from an error among
    /// `operands` or from those met since `mark`.
    pub(crate) fn report(
        &mut self,
        fault: Fault,
        range: TextRange,
        operands: &[&Value],
        mark: usize,
    ) {
        if self.errors.len() > mark || operands.iter().any(|operand| is_error(operand)) {
            return;
        }
        self.push_error(fault, range);
    }

    pub(crate) fn push_error(&mut self, fault: Fault, range: TextRange) {
        let location = self.location(range);
        let Fault { summary, detail, missing_file } = fault;
        self.errors.push(EvalError { location, summary, detail, missing_file });
    }
}

/// The part at the left end of `expr`, if it has one.
fn left_edge(expr: Expr<'_>) -> Option<Expr<'_>> {
    match expr.kind() {
        ExprKind::Paren(inner) => Some(inner),
        ExprKind::GetAttr { target, .. }
        | ExprKind::Index { target, .. }
        | ExprKind::LegacyIndex { target, .. }
        | ExprKind::Splat { target, .. } => Some(target),
        ExprKind::Binary { left, .. } => Some(left),
        ExprKind::Unary { operand, .. } => Some(operand),
        _ => None,
    }
}

/// Whether `outer` takes a part of the value that it is applied to, or leaves it as it is.
fn is_step(outer: Expr<'_>) -> bool {
    matches!(
        outer.kind(),
        ExprKind::GetAttr { .. }
            | ExprKind::Index { .. }
            | ExprKind::LegacyIndex { .. }
            | ExprKind::Paren(_)
    )
}
