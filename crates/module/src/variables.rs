//! Input variables: their declarations and what is set for them from outside.

use std::collections::BTreeMap;
use std::sync::Arc;

use eval::{Budget, EvalError, TypeConstraint, evaluate, type_constraint};
use source::{FileId, Location};
use syntax::Expr;
use value::{Identity, Marks, Reason, Refinement, StepKind, Type, Unknown, Value, ValueKind};

use crate::values::Problem;
use crate::{Assignment, Declared, Module, NoNames, Settings};

/// What is set for a variable from outside.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    /// The value of an entry of a variable file.
    Value(Value, Location),
    /// Text of the command line or the environment: read by the type of the variable.
    Text(String),
}

/// What is set for the variables of a module that nobody calls; later sources win: environment,
/// variable files that are loaded by themselves, command line.
pub(crate) fn assigned(
    module: &Module<'_>,
    settings: &Settings,
    budget: &Budget,
) -> BTreeMap<String, Given> {
    let mut given = BTreeMap::new();
    for (name, text) in &settings.environment {
        given.insert(name.clone(), Given::Text(text.clone()));
    }
    for file in &module.files.variable_files {
        read_file(module, *file, budget, &mut given);
    }
    for assignment in &settings.assignments {
        match assignment {
            Assignment::Value(name, text) => {
                given.insert(name.clone(), Given::Text(text.clone()));
            }
            Assignment::File(file) => read_file(module, *file, budget, &mut given),
        }
    }
    given
}

fn read_file(
    module: &Module<'_>,
    file: FileId,
    budget: &Budget,
    given: &mut BTreeMap<String, Given>,
) {
    for attribute in module.sources.tree(file).body().attributes() {
        let name = attribute.name().into_owned();
        let location = Location::new(file, attribute.expr().range());
        // Variable files may hold literals only; what they may not is unknown to us.
        let value = evaluate(attribute.expr(), file, &NoNames, budget).value;
        let value = value.push_step(location, StepKind::Assignment(name.as_str().into()));
        given.insert(name, Given::Value(value, location));
    }
}

/// A declaration that was read.
pub(crate) struct Variable<'a> {
    name: &'a str,
    declared: Declared<'a>,
    constraint: Option<TypeConstraint>,
    nullable: bool,
    marks: Marks,
    default: Option<Value>,
    problems: Vec<Problem>,
}

impl<'a> Variable<'a> {
    /// Reads the `variable` block `declared`.
    pub(crate) fn read(name: &'a str, declared: Declared<'a>, budget: &Budget) -> Self {
        let flag = |argument| flag(declared.argument(argument), declared.file, budget);
        let mut marks = Marks::NONE;
        if flag("sensitive") == Some(true) {
            marks |= Marks::SENSITIVE;
        }
        if flag("ephemeral") == Some(true) {
            marks |= Marks::EPHEMERAL;
        }
        let nullable = flag("nullable").unwrap_or(true);
        let constraint = declared.argument("type").map(|expr| type_constraint(expr, declared.file));
        let mut variable = Self {
            name,
            declared,
            constraint: None,
            nullable,
            marks,
            default: None,
            problems: Vec::new(),
        };
        match constraint {
            Some(Ok(constraint)) => variable.constraint = Some(constraint),
            // Old versions of Terraform take types in quotes, and which one is used is not known.
            Some(Err(error)) if error.summary == "Invalid quoted type constraints" => {}
            Some(Err(error)) => variable.refuse(error),
            None => {}
        }
        variable.read_default(budget);
        variable
    }

    fn read_default(&mut self, budget: &Budget) {
        let Some(expr) = self.declared.argument("default") else { return };
        let file = self.declared.file;
        let location = Location::new(file, expr.range());
        let evaluated = evaluate(expr, file, &NoNames, budget);
        let has_errors = !evaluated.errors.is_empty();
        for error in evaluated.errors {
            self.refuse(error);
        }
        if has_errors {
            self.default = Some(self.unknown_value());
            return;
        }
        let step = StepKind::Default(self.name.into());
        let value = evaluated.value.push_step(location, step).marked(Marks::DEFAULT);
        self.default = Some(match self.convert(&value) {
            Ok(value) => value,
            Err(detail) => {
                self.refuse(EvalError {
                    location,
                    summary: "Invalid default value for variable".into(),
                    detail: format!(
                        "the default of `{}` does not fit its type: {detail}",
                        self.name
                    ),
                });
                self.unknown_value()
            }
        });
    }

    /// Its value when a caller sets it to what we do not know.
    pub(crate) fn unknown(self) -> (Value, Vec<Problem>) {
        (self.unknown_value(), self.problems)
    }

    /// Its default, or unknown when it has none.
    pub(crate) fn default_or_unknown(mut self) -> (Value, Vec<Problem>) {
        let value = self.default.take().map(|value| value.marked(self.marks));
        (value.unwrap_or_else(|| self.unknown_value()), self.problems)
    }

    /// Its value when `given` is set for it.
    pub(crate) fn given(mut self, given: &Given, budget: &Budget) -> (Value, Vec<Problem>) {
        let (value, location) = match given {
            Given::Value(value, location) => (value.clone(), *location),
            Given::Text(text) => {
                let value = self.read_text(text, budget).marked(Marks::CONCEALED);
                (value, self.declared.header())
            }
        };
        if value.is_null() && !self.nullable {
            return self.default_or_unknown();
        }
        match self.convert(&value) {
            Ok(value) => (value.marked(self.marks), self.problems),
            Err(detail) => {
                self.refuse(EvalError {
                    location,
                    summary: "Invalid value for input variable".into(),
                    detail: format!(
                        "the value for `{}` does not fit its type: {detail}",
                        self.name
                    ),
                });
                (self.unknown_value(), self.problems)
            }
        }
    }

    /// The text itself for a primitive type or where none is written, else an expression.
    fn read_text(&self, text: &str, budget: &Budget) -> Value {
        let ty = self.constraint.as_ref().map(|constraint| &constraint.ty);
        if matches!(ty, None | Some(Type::String | Type::Number | Type::Bool)) {
            return Value::string(text);
        }
        let tree = syntax::parse_expression(text.as_bytes());
        match tree.expr().filter(|_| tree.errors().is_empty()) {
            Some(expr) => evaluate(expr, FileId::NOWHERE, &NoNames, budget).value,
            None => Value::unknown(Type::Dynamic, Reason::Error),
        }
    }

    fn convert(&self, value: &Value) -> Result<Value, String> {
        match &self.constraint {
            Some(constraint) => eval::apply(value, constraint),
            None => Ok(value.clone()),
        }
    }

    fn unknown_value(&self) -> Value {
        let ty = self.constraint.as_ref().map_or(Type::Dynamic, |constraint| constraint.ty.clone());
        let unknown = Unknown {
            ty,
            refinement: Refinement { not_null: !self.nullable, ..Refinement::default() },
            reason: Reason::Variable,
            identity: Some(Identity::Address(Arc::from(format!("var.{}", self.name)))),
        };
        Value::new(ValueKind::Unknown(Arc::new(unknown))).marked(self.marks)
    }

    fn refuse(&mut self, error: EvalError) {
        self.problems.push(Problem::Invalid { error, from_default: false });
    }
}

/// A known boolean argument.
fn flag(expr: Option<Expr<'_>>, file: FileId, budget: &Budget) -> Option<bool> {
    eval::truth(&evaluate(expr?, file, &NoNames, budget).value)
}
