//! Tuples and objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use source::TextRange;
use syntax::Expr;
use syntax::view::{ExprKind, Exprs, Object, ObjectKey};
use value::{Marks, Type, Value, ValueKind, convert};

use crate::evaluate::Evaluator;
use crate::fault::{Fault, derived_reason, error_value, is_error, limit_value, unknown};

impl<'t> Evaluator<'_, 't> {
    pub(crate) fn tuple(&mut self, elements: Exprs<'t>, range: TextRange) -> Value {
        let values: Vec<_> = elements.iter().map(|element| self.eval(element)).collect();
        self.admit(values, range, Marks::NONE)
    }

    /// A tuple, if it is within the limits.
    pub(crate) fn admit(&self, values: Vec<Value>, range: TextRange, marks: Marks) -> Value {
        if !self.budget.spend(values.len()) {
            return limit_value().marked(marks);
        }
        self.made(Value::tuple(values), range).marked(marks)
    }

    /// An object, if it is within the limits.
    pub(crate) fn admit_object(
        &self,
        values: BTreeMap<Arc<str>, Value>,
        range: TextRange,
        marks: Marks,
    ) -> Value {
        if !self.budget.spend(values.len()) {
            return limit_value().marked(marks);
        }
        self.made(Value::object(values), range).marked(marks)
    }

    pub(crate) fn object(&mut self, object: Object<'t>, range: TextRange) -> Value {
        let mut values = BTreeMap::new();
        let mut marks = Marks::NONE;
        let mut unknown_key = None;
        for (key, value) in object.items() {
            let key_value = match key {
                ObjectKey::Name(name, _) => Ok(Value::string(name)),
                ObjectKey::Expr(key) => self.object_key(key),
            };
            let value = self.eval(value);
            let key = match key_value {
                Ok(key) => key,
                Err(refused) => {
                    unknown_key = Some(refused);
                    continue;
                }
            };
            marks |= key.marks();
            match key.kind() {
                ValueKind::String(name) => {
                    values.insert(Arc::clone(name), value);
                }
                _ => unknown_key = Some(key),
            }
        }
        match unknown_key {
            None => self.admit_object(values, range, marks),
            Some(key) => self.made(unknown(Type::Dynamic, derived_reason([&key])), range),
        }
    }

    /// The key as a string, known or not; `Err` with the value that stands for it when there is
    /// none.
    fn object_key(&mut self, expr: Expr<'t>) -> Result<Value, Value> {
        if is_traversal(expr) {
            let detail = "a name with attributes is no key: put it in parentheses to refer to \
                          something, or in quotes for a name with dots";
            self.push_error(Fault::new("Ambiguous attribute key", detail), expr.range());
            return Err(error_value(Type::Dynamic));
        }
        let mark = self.errors.len();
        let key = self.eval(expr);
        if self.errors.len() > mark || is_error(&key) {
            return Err(error_value(Type::Dynamic));
        }
        let fault = match key.kind() {
            ValueKind::Null(_) => Fault::new("Null value as key", "the key is null"),
            _ => match convert(&key, &Type::String) {
                Ok(key) => return Ok(key),
                Err(error) => Fault::new("Incorrect key type", format!("the key: {error}")),
            },
        };
        self.push_error(fault, expr.range());
        Err(error_value(Type::Dynamic))
    }
}

/// Whether `expr` is a name with attributes or constant indices, as written.
fn is_traversal(expr: Expr<'_>) -> bool {
    let mut base = expr;
    loop {
        base = match base.kind() {
            ExprKind::GetAttr { target, .. } | ExprKind::LegacyIndex { target, .. } => target,
            ExprKind::Index { target, key } if is_constant(key) => target,
            ExprKind::Variable(_) => return base.id() != expr.id(),
            _ => return false,
        };
    }
}

fn is_constant(key: Expr<'_>) -> bool {
    matches!(key.kind(), ExprKind::Number(_)) || key.as_plain_string().is_some()
}
