//! Templates that are values: `templatestring`, and the text of template files.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use source::{FileId, Location};
use syntax::Expr;
use syntax::view::{Call, ExprKind};
use value::{Type, Value, convert};

use crate::budget::Budget;
use crate::call::Argument;
use crate::evaluate::Evaluator;
use crate::fault::{Fault, derived_reason, error_value, unknown, unknown_not_null};
use crate::functions::is_identifier;
use crate::references::references;
use crate::scope::{EvalError, Evaluated, Lookup, Scope};

const NO_VARIABLE: &str = "Unknown template variable";

/// Renders `text`, a template without quotes around it, in which `variables` are the only names.
/// `functions` is asked for functions beyond Terraform's own. Locations are those in `file`, which
/// stands for the text. `Err`: the text is no template, or names a variable that is not given.
pub fn render(
    text: &str,
    file: FileId,
    variables: &BTreeMap<Arc<str>, Value>,
    functions: &dyn Scope,
    budget: &Budget,
) -> Result<Evaluated, String> {
    let tree = syntax::parse_template(text.as_bytes());
    if let Some(error) = tree.errors().first() {
        return Err(format!("the template is broken: {}", error.message));
    }
    let Some(expr) = tree.expr() else {
        return Err("the template is broken".to_owned());
    };
    for reference in references(expr) {
        if !variables.contains_key(reference.root) {
            let name = &reference.root;
            return Err(format!("the template needs the variable `{name}`, which is not given"));
        }
    }
    let scope = Variables { variables, functions };
    let mut evaluator = Evaluator::new(file, &scope, budget);
    evaluator.in_template = true;
    let value = evaluator.eval(expr);
    Ok(evaluator.finish(value))
}

/// The variables of a template as the only names, and what surrounds the call for the rest.
pub(crate) struct Variables<'a> {
    pub(crate) variables: &'a BTreeMap<Arc<str>, Value>,
    pub(crate) functions: &'a dyn Scope,
}

impl Scope for Variables<'_> {
    fn lookup(&self, root: &str, _: &[&str], _: Location) -> Lookup {
        match self.variables.get(root) {
            Some(value) => Lookup::Found { value: value.clone(), consumed: 0 },
            None => Lookup::Undeclared {
                summary: Cow::Borrowed(NO_VARIABLE),
                detail: format!("the variable `{root}` is not given"),
            },
        }
    }

    fn around(&self) -> Option<&dyn Scope> {
        Some(self.functions)
    }

    /// Templates have no place that tells their calls apart.
    fn instance(&self) -> Option<Arc<str>> {
        None
    }
}

impl<'t> Evaluator<'_, 't> {
    /// `templatestring(template, vars)`, whose first argument must be a reference.
    pub(crate) fn templatestring(&mut self, call: Call<'t>, arguments: &[Argument<'t>]) -> Value {
        let [template, vars] = arguments else {
            self.wrong_count(call, "templatestring", arguments, 2);
            return error_value(Type::String);
        };
        if self.in_template {
            let detail = "a template may not render another one";
            self.push_error(Fault::new("Error in function call", detail), call.range());
            return error_value(Type::String);
        }
        if !matches!(template, Argument::Expr(expr) if is_reference(*expr)) {
            let detail = "`template` must be a reference to a template; one that is written here \
                          needs no function";
            self.push_error(Fault::new("Invalid function argument", detail), template.range());
            return error_value(Type::String);
        }
        let mark = self.errors.len();
        let text = self.argument(template);
        let variables = self.argument(vars);
        if self.errors.len() > mark {
            return error_value(Type::String);
        }
        let marks = text.marks() | variables.marks_deep();
        match self.rendered(&text, &variables) {
            Ok(value) => self.made(value, call.range()).marked(marks),
            Err((fault, at)) => {
                let range =
                    at.and_then(|at| arguments.get(at)).map_or(call.range(), Argument::range);
                self.report(fault, range, &[&text, &variables], mark);
                error_value(Type::String).marked(marks)
            }
        }
    }

    /// The text; or what is wrong, and with which argument.
    fn rendered(&self, text: &Value, vars: &Value) -> Result<Value, (Fault, Option<usize>)> {
        let invalid =
            |at: usize, detail: String| (Fault::new("Invalid function argument", detail), Some(at));
        let text = convert(text, &Type::String)
            .map_err(|error| invalid(0, format!("`template`: {error}")))?;
        if text.is_null() || vars.is_null() {
            let (at, name) = if text.is_null() { (0, "template") } else { (1, "vars") };
            return Err(invalid(at, format!("`{name}` is null")));
        }
        let Some(template) = text.as_str() else {
            return Ok(unknown(Type::String, derived_reason([&text])));
        };
        let not_known = || unknown_not_null(Type::String, derived_reason([&text, vars]));
        let Some(variables) = vars.as_entries() else {
            return match vars.as_unknown().map(|unknown| &unknown.ty) {
                Some(Type::Dynamic | Type::Map(_) | Type::Object(_)) => Ok(not_known()),
                _ => Err(invalid(1, "`vars` must be a map or an object".to_owned())),
            };
        };
        if let Some(name) = variables.keys().find(|name| !is_identifier(name)) {
            let detail = format!("`{name}` is no name that a template can use");
            return Err(invalid(1, detail));
        }
        let evaluated = render(template, self.file, variables, self.scope, self.budget)
            .map_err(|detail| invalid(0, detail))?;
        let failed = |detail: String| (Fault::new("Error in function call", detail), None);
        if let Some(EvalError { summary, detail, .. }) = evaluated.errors.first() {
            return Err(failed(format!("in the template: {summary}: {detail}")));
        }
        if evaluated.value.is_null() {
            return Err(failed("the template comes to null".to_owned()));
        }
        convert(&evaluated.value, &Type::String)
            .map_err(|error| failed(format!("the template comes to no string: {error}")))
    }
}

/// Whether `expr` is a name with attributes, indices and splats; what stands in the brackets does not
/// matter.
fn is_reference(expr: Expr<'_>) -> bool {
    let mut base = expr;
    loop {
        base = match base.kind() {
            ExprKind::GetAttr { target, .. }
            | ExprKind::Index { target, .. }
            | ExprKind::LegacyIndex { target, .. }
            | ExprKind::Splat { target, .. } => target,
            ExprKind::Variable(_) => return true,
            _ => return false,
        };
    }
}
