//! Which values the validation of a variable allows, where it lists them.

use eval::{Budget, evaluate};
use source::FileId;
use syntax::view::ExprKind;
use syntax::{BinaryOp, Expr};
use value::{Value, convert};

use crate::{Declared, NoNames};

/// More values than this are no list to choose from.
const MAX_VALUES: usize = 16;

/// The values that a `validation` block of the variable `name` lists: `contains([…], var.x)`, or
/// comparisons joined by `||`; also as one of several conditions that must hold. As the variable's
/// type has them; `None` when nothing lists them.
pub(crate) fn listed_values(name: &str, declared: &Declared<'_>) -> Option<Vec<Value>> {
    let conditions = declared.block.body().blocks_of("validation");
    let mut conditions = conditions.filter_map(|block| block.body().attribute("condition"));
    let values = conditions.find_map(|condition| listed(name, condition.expr(), declared.file))?;
    let ty = declared
        .argument("type")
        .and_then(|argument| Some(eval::type_constraint(argument.expr(), argument.file).ok()?.ty));
    let values = values.into_iter().map(|value| match &ty {
        Some(ty) => convert(&value, ty).ok(),
        None => Some(value),
    });
    let values: Vec<Value> = values.collect::<Option<_>>()?;
    (!values.is_empty() && values.len() <= MAX_VALUES).then_some(values)
}

/// The values that make `condition` true at most.
fn listed(name: &str, condition: Expr<'_>, file: FileId) -> Option<Vec<Value>> {
    let condition = condition.without_parens();
    match condition.kind() {
        ExprKind::Binary { op: BinaryOp::And, left, right } => {
            listed(name, left, file).or_else(|| listed(name, right, file))
        }
        ExprKind::Binary { op: BinaryOp::Or, left, right } => {
            let mut values = listed(name, left, file)?;
            values.extend(listed(name, right, file)?);
            Some(values)
        }
        ExprKind::Binary { op: BinaryOp::Equal, left, right } => {
            let other = if is_variable(name, left) { right } else { left };
            let is_about_it = is_variable(name, left) || is_variable(name, right);
            Some(vec![literal(other, file).filter(|_| is_about_it)?])
        }
        ExprKind::Call(call) if call.name() == "contains" => {
            let mut arguments = call.arguments();
            let (list, of) = (arguments.next()?, arguments.next()?);
            if !is_variable(name, of) {
                return None;
            }
            let elements = literal(list, file)?;
            Some(elements.as_elements()?.to_vec())
        }
        _ => None,
    }
}

fn is_variable(name: &str, expr: Expr<'_>) -> bool {
    let ExprKind::GetAttr { target, name: attribute, .. } = expr.without_parens().kind() else {
        return false;
    };
    attribute == name && matches!(target.kind(), ExprKind::Variable(root) if root == "var")
}

/// The value of an expression that refers to nothing and calls nothing.
fn literal(expr: Expr<'_>, file: FileId) -> Option<Value> {
    let evaluated = evaluate(expr, file, &NoNames, &Budget::default());
    let is_known = evaluated.errors.is_empty() && evaluated.value.is_wholly_known();
    (is_known && !evaluated.value.is_null()).then_some(evaluated.value)
}
