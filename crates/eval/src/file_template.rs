//! `templatefile`: a file rendered as a template. The template has the names that it is given and
//! no others, and may not render further ones.

use source::{FileId, LineIndex, Text};
use value::{Origin, Reason, Type, Unknown, Value};

use crate::evaluate::Evaluator;
use crate::functions::{FunctionError, Outcome, Surroundings, is_identifier, text_of};
use crate::references::references;
use crate::render::Variables;
use crate::scope::{EvalError, Evaluated, Scope};

/// What the file at `path` comes to with `vars`.
pub(crate) fn templatefile(path: &str, vars: &Value, around: &Surroundings<'_>) -> Outcome {
    if around.in_template {
        let why = "a template may not render another one";
        return Err(FunctionError::new(why));
    }
    let unread = || Unknown::new(Type::Dynamic, Reason::File).into_value();
    let Some(text) = text_of(path, around)? else {
        return Ok(unread());
    };
    let Some(scope) = around.scope else {
        return Ok(unread());
    };
    if !around.budget.spend(text.len() / 32) {
        return Ok(Value::limit(Type::Dynamic));
    }
    let Evaluated { value, errors } = render_file(path, &text, vars, scope, around)?;
    if let Some(error) = errors.first() {
        let EvalError { summary, detail, .. } = error;
        let place = place(path, &text, error.location.range.start());
        return Err(FunctionError::new(format!("{place}: {summary}; {detail}")));
    }
    if value.is_null() {
        return Err(FunctionError::new(format!("{path}: the template comes to null")));
    }
    // What the template made is made by the call, as far as the configuration can tell.
    let inside = value.origin().steps().any(|step| step.location.file == FileId::NOWHERE);
    Ok(if inside { value.with_origin(Origin::default()) } else { value })
}

fn render_file(
    path: &str,
    text: &str,
    vars: &Value,
    scope: &dyn Scope,
    around: &Surroundings<'_>,
) -> Outcome<Evaluated> {
    let tree = syntax::parse_template(text.as_bytes());
    if let Some(error) = tree.errors().first() {
        let place = place(path, text, error.range.start());
        return Err(FunctionError::new(format!("{place}: {}", error.message)));
    }
    let Some(expr) = tree.expr() else {
        return Err(FunctionError::new(format!("{path}: the template is broken")));
    };
    let Some(variables) = vars.as_entries() else {
        return Err(FunctionError::argument(1, "the variables are no map"));
    };
    if let Some(name) = variables.keys().find(|name| !is_identifier(name)) {
        let why = format!("the variable {name:?} has a name that no template can use");
        return Err(FunctionError::argument(1, why));
    }
    for reference in references(expr) {
        if !variables.contains_key(reference.root) {
            let place = place(path, text, reference.range.start());
            let name = &reference.root;
            let why =
                format!("the template needs the variable {name:?} at {place}, which is not given");
            return Err(FunctionError::argument(1, why));
        }
    }
    let scope = Variables { variables, functions: scope };
    let mut evaluator = Evaluator::new(FileId::NOWHERE, &scope, around.budget);
    evaluator.in_template = true;
    let value = evaluator.eval(expr);
    Ok(evaluator.finish(value))
}

/// A place in a template: `files/a.tftpl:1,3`.
fn place(path: &str, text: &str, offset: u32) -> String {
    let text: Text = text.as_bytes().into();
    let at = LineIndex::new(&text).position(&text, offset);
    format!("{path}:{},{}", at.line, at.column)
}
