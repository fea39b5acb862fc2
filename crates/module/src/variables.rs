//! Input variables: their declarations and what is set for them from outside.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use eval::{Budget, EvalError, TypeConstraint, evaluate, type_constraint};
use source::{FileId, Location};
use syntax::Expr;
use value::{Identity, Marks, Reason, Refinement, StepKind, Type, Unknown, Value};

use crate::values::Problem;
use crate::{Argument, Assignment, Declared, Module, NoNames, Placed, Settings};

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
    declared: &'a Declared<'a>,
    constraint: Option<TypeConstraint>,
    ty: OnceCell<Type>,
    /// Whether Terraform refuses its type, so that nothing is known of its values.
    is_type_refused: bool,
    nullable: bool,
    marks: Marks,
    default: Option<Value>,
    problems: Vec<Problem>,
}

impl<'a> Variable<'a> {
    /// Stands for a default that Terraform refuses.
    fn no_default(&self) -> Value {
        let ty = self.constraint.as_ref().map_or(Type::Dynamic, |constraint| constraint.ty.clone());
        Value::unknown(ty.without_optional(), Reason::Error).marked(self.marks)
    }

    /// Reads the `variable` block `declared` and what overrides it.
    pub(crate) fn read(name: &'a str, declared: &'a Declared<'a>, budget: &Budget) -> Self {
        let flag = |argument| flag(declared.argument(argument), budget);
        let mut marks = Marks::NONE;
        if flag("sensitive") == Some(true) {
            marks |= Marks::SENSITIVE;
        }
        if flag("ephemeral") == Some(true) {
            marks |= Marks::EPHEMERAL;
        }
        let mut variable = Self {
            name,
            declared,
            constraint: None,
            ty: OnceCell::new(),
            is_type_refused: false,
            nullable: true,
            marks,
            default: None,
            problems: Vec::new(),
        };
        variable.read_part(declared.body().base(), budget);
        for part in declared.body().overrides() {
            variable.read_part(*part, budget);
        }
        if declared.is_overridden() {
            variable.fill_default();
        }
        variable
    }

    /// Reads type and default of the block or, after it, of one that overrides it.
    fn read_part(&mut self, part: Placed<'a>, budget: &Budget) {
        let argument = |name| part.body().argument(name);
        let (ty, default, nullable) = (argument("type"), argument("default"), argument("nullable"));
        let constraint = ty.and_then(|ty| self.read_type(ty.expr(), part.file));
        if let Some(default) = default {
            self.default = Some(self.read_default(default, constraint.as_ref(), budget));
        }
        if part.file == self.declared.file {
            self.constraint = constraint;
        } else {
            if let Some(constraint) = constraint {
                // Optional attributes keep the defaults that they have in the overridden type.
                let defaults = self.constraint.take().and_then(|base| base.defaults);
                self.constraint = Some(TypeConstraint { defaults, ..constraint });
            }
            self.convert_default(default.or(ty));
        }
        self.nullable = flag(nullable, budget).unwrap_or(self.nullable);
        let is_null = self.default.as_ref().is_some_and(Value::is_null);
        if let Some(changed) = default.or(nullable).filter(|_| is_null && !self.nullable) {
            let detail = "it is null, and the variable is not `nullable`";
            self.default = Some(self.unfit_default(changed.location(), detail));
        }
    }

    /// Converts the default, after an override has `changed` it or the type.
    fn convert_default(&mut self, changed: Option<Argument<'_>>) {
        let (Some(value), Some(changed), Some(constraint)) =
            (&self.default, changed, &self.constraint)
        else {
            return;
        };
        self.default = Some(match value::convert(value, &constraint.ty) {
            Ok(value) => value,
            Err(error) => self.unfit_default(changed.location(), &error.to_string()),
        });
    }

    /// Fills in defaults of optional attributes that the default of an override leaves out.
    fn fill_default(&mut self) {
        let filled = self.default.as_ref().and_then(|default| self.convert(default).ok());
        self.default = filled.or_else(|| self.default.take());
    }

    fn read_type(&mut self, expr: Expr<'_>, file: FileId) -> Option<TypeConstraint> {
        match type_constraint(expr, file) {
            Ok(constraint) => Some(constraint),
            // Old versions of Terraform take types in quotes, and which one is used is not known.
            Err(error) if error.summary == "Invalid quoted type constraints" => None,
            Err(error) => {
                self.refuse(error);
                self.is_type_refused = true;
                None
            }
        }
    }

    /// The default as one of `constraint`.
    fn read_default(
        &mut self,
        argument: Argument<'_>,
        constraint: Option<&TypeConstraint>,
        budget: &Budget,
    ) -> Value {
        let location = argument.location();
        let evaluated = evaluate(argument.expr(), argument.file, &NoNames, budget);
        let has_errors = !evaluated.errors.is_empty();
        for error in evaluated.errors {
            self.refuse(error);
        }
        if has_errors {
            return self.no_default();
        }
        let step = StepKind::Default(self.name.into());
        let value = evaluated.value.push_step(location, step);
        match constraint.map_or_else(|| Ok(value.clone()), |to| eval::apply(&value, to)) {
            Ok(value) => value,
            Err(detail) => self.unfit_default(location, &detail),
        }
    }

    fn unfit_default(&mut self, location: Location, detail: &str) -> Value {
        self.refuse(EvalError {
            location,
            summary: "Invalid default value for variable".into(),
            detail: format!("the default of `{}` does not fit its type: {detail}", self.name),
            missing_file: false,
        });
        self.no_default()
    }

    /// What Terraform refuses in the declaration.
    pub(crate) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Its type, with the attributes that may be left out like all others.
    pub(crate) fn ty(&self) -> &Type {
        self.ty.get_or_init(|| {
            let ty = self.constraint.as_ref().map(|constraint| constraint.ty.without_optional());
            ty.unwrap_or(Type::Dynamic)
        })
    }

    /// Its type with the attributes that may be left out.
    pub(crate) fn constraint(&self) -> Option<&TypeConstraint> {
        self.constraint.as_ref()
    }

    /// The default where it stands for a null.
    pub(crate) fn instead_of_null(&self) -> Option<&Value> {
        self.default.as_ref().filter(|_| !self.nullable)
    }

    /// Its default, as one that callers may override.
    pub(crate) fn default(&self) -> Option<Value> {
        Some(self.settled_default()?.marked(Marks::DEFAULT))
    }

    /// Its default, when nobody overrides it.
    pub(crate) fn settled_default(&self) -> Option<Value> {
        let default = self.default.as_ref()?;
        if self.is_type_refused {
            return Some(self.no_default());
        }
        Some(default.clone().marked(self.marks))
    }

    /// Its value when `given` is set for it, and what Terraform refuses in that. `address` is that of
    /// the variable.
    pub(crate) fn given(
        &self,
        given: &Given,
        address: &Arc<str>,
        budget: &Budget,
    ) -> (Value, Vec<Problem>) {
        if self.is_type_refused {
            return (self.no_default(), Vec::new());
        }
        let value = self.as_given(given, budget);
        let location = match given {
            Given::Value(_, location) => *location,
            Given::Text(_) => self.declared.header(),
        };
        if value.is_null() && !self.nullable {
            let default = self.settled_default();
            return (default.unwrap_or_else(|| self.unknown(address)), Vec::new());
        }
        match self.convert(&value) {
            Ok(value) => (value.marked(self.marks), Vec::new()),
            Err(detail) => {
                let detail =
                    format!("the value for `{}` does not fit its type: {detail}", self.name);
                let summary = "Invalid value for input variable".into();
                let error = EvalError { location, summary, detail, missing_file: false };
                let from_default = value.marks_deep().contains(Marks::DEFAULT);
                (
                    self.unknown(address),
                    vec![Problem::Invalid { error, from_default, may_be_absent: false }],
                )
            }
        }
    }

    /// What is given for it, before it is converted to its type.
    fn as_given(&self, given: &Given, budget: &Budget) -> Value {
        match given {
            Given::Value(value, _) => value.clone(),
            Given::Text(text) => self.read_text(text, budget).marked(Marks::CONCEALED),
        }
    }

    /// What a plan stores of it: nothing of an ephemeral value that is given for it.
    pub(crate) fn planned(&self, given: Option<&Given>, budget: &Budget) -> Option<Value> {
        let given = given.filter(|_| !self.marks.contains(Marks::EPHEMERAL));
        given.map(|given| self.as_given(given, budget)).or_else(|| self.default.clone())
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

    /// The type that it has when its value is not known.
    pub(crate) fn unknown_type(&self) -> Type {
        let ty = self.constraint.as_ref().map(|constraint| constraint.ty.clone());
        ty.map_or(Type::Dynamic, |ty| ty.without_optional())
    }

    /// Its value when that is not known.
    pub(crate) fn unknown(&self, address: &Arc<str>) -> Value {
        let refinement = Refinement { not_null: !self.nullable, ..Refinement::default() };
        let unknown = Unknown::new(self.unknown_type(), Reason::Variable).refined(refinement);
        unknown.identified(Identity::Address(address.clone())).into_value().marked(self.marks)
    }

    fn refuse(&mut self, error: EvalError) {
        self.problems.push(Problem::Invalid { error, from_default: false, may_be_absent: false });
    }
}

/// A known boolean argument.
fn flag(argument: Option<Argument<'_>>, budget: &Budget) -> Option<bool> {
    let Argument { file, attribute } = argument?;
    eval::truth(&evaluate(attribute.expr(), file, &NoNames, budget).value)
}
