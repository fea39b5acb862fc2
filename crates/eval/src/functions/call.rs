//! What a function is and how one is called: counting, converting and checking the arguments.

use value::{Marks, Reason, Refinement, Type, Unknown, Value, convert};

use crate::{Budget, Scope};

/// Why a function refuses its arguments, without the final stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// The argument at fault, if it is one.
    pub argument: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// Whether it is that a file is not there, which a build step may make.
    pub missing_file: bool,
}

impl FunctionError {
    /// The call as a whole is at fault.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { argument: None, message: message.into(), missing_file: false }
    }

    /// One argument is at fault.
    pub(crate) fn argument(index: usize, message: impl Into<String>) -> Self {
        Self { argument: Some(index), ..Self::new(message) }
    }

    /// The same, because a file is not there.
    #[must_use]
    pub(super) fn missing_file(mut self) -> Self {
        self.missing_file = true;
        self
    }
}

/// What a function makes of its arguments.
pub(crate) type Outcome<T = Value> = Result<T, FunctionError>;

/// A call that Terraform refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// Too few arguments.
    NotEnoughArguments {
        /// What is wrong.
        detail: String,
    },
    /// Too many arguments; the argument is the first superfluous one.
    TooManyArguments {
        /// Its position.
        argument: usize,
        /// What is wrong.
        detail: String,
    },
    /// An argument is at fault.
    InvalidArgument {
        /// Its position.
        argument: usize,
        /// What is wrong.
        detail: String,
        /// Whether it names a file that is not there.
        missing_file: bool,
    },
    /// The call is at fault.
    Failed {
        /// What is wrong.
        detail: String,
        /// Whether a file is not there.
        missing_file: bool,
    },
}

impl CallError {
    /// Terraform's summary.
    pub fn summary(&self) -> &'static str {
        match self {
            Self::NotEnoughArguments { .. } => "Not enough function arguments",
            Self::TooManyArguments { .. } => "Too many function arguments",
            Self::InvalidArgument { .. } => "Invalid function argument",
            Self::Failed { .. } => "Error in function call",
        }
    }

    /// Terraform's detail, without the final stop.
    pub fn detail(&self) -> &str {
        match self {
            Self::NotEnoughArguments { detail }
            | Self::TooManyArguments { detail, .. }
            | Self::InvalidArgument { detail, .. }
            | Self::Failed { detail, .. } => detail,
        }
    }

    /// Whether it is refused because a file is not there, which a build step may make.
    pub fn is_missing_file(&self) -> bool {
        matches!(
            self,
            Self::InvalidArgument { missing_file: true, .. }
                | Self::Failed { missing_file: true, .. }
        )
    }

    /// The argument at fault, if it is one.
    pub fn argument(&self) -> Option<usize> {
        match self {
            Self::TooManyArguments { argument, .. } | Self::InvalidArgument { argument, .. } => {
                Some(*argument)
            }
            Self::NotEnoughArguments { .. } | Self::Failed { .. } => None,
        }
    }
}

/// The type of a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ParameterType {
    Any,
    String,
    Number,
    ListOfAny,
    ListOfString,
    ListOfBool,
    SetOfAny,
    MapOfStringLists,
}

impl ParameterType {
    /// The type that arguments are converted to.
    pub fn ty(self) -> Type {
        match self {
            Self::Any => Type::Dynamic,
            Self::String => Type::String,
            Self::Number => Type::Number,
            Self::ListOfAny => Type::list(Type::Dynamic),
            Self::ListOfString => Type::list(Type::String),
            Self::ListOfBool => Type::list(Type::Bool),
            Self::SetOfAny => Type::set(Type::Dynamic),
            Self::MapOfStringLists => Type::map(Type::list(Type::String)),
        }
    }
}

/// A parameter, and which arguments reach the function itself.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent of each other")]
pub struct Parameter {
    /// Its name, which messages say.
    pub name: &'static str,
    /// Its type.
    pub ty: ParameterType,
    /// Whether it may be null.
    pub allow_null: bool,
    /// Whether the function is called with an unknown argument; otherwise its result is unknown.
    pub allow_unknown: bool,
    /// Whether the function is called with an argument of unknown type; otherwise not even the
    /// type of the result is known.
    pub allow_dynamic: bool,
    /// Whether the function minds the marks itself; otherwise the result has all of them.
    pub allow_marked: bool,
}

impl Parameter {
    /// A parameter that takes known values that are not null.
    pub(super) const fn new(name: &'static str, ty: ParameterType) -> Self {
        Self {
            name,
            ty,
            allow_null: false,
            allow_unknown: false,
            allow_dynamic: false,
            allow_marked: false,
        }
    }

    pub(super) const fn null(mut self) -> Self {
        self.allow_null = true;
        self
    }

    pub(super) const fn unknown(mut self) -> Self {
        self.allow_unknown = true;
        self
    }

    pub(super) const fn dynamic(mut self) -> Self {
        self.allow_dynamic = true;
        self
    }

    pub(super) const fn marked(mut self) -> Self {
        self.allow_marked = true;
        self
    }
}

/// What computes a result.
#[derive(Clone, Copy, Debug)]
enum Run {
    Plain(fn(&[Value], &Type) -> Outcome),
    /// It may take more than its arguments show.
    Metered(fn(&[Value], &Type, &Budget) -> Outcome),
    /// It asks for more than its arguments: for files, for functions.
    Asking(fn(&[Value], &Surroundings<'_>) -> Outcome),
}

/// What a call may ask beyond its arguments.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// What it may take.
    pub(crate) budget: &'a Budget,
    /// Whom to ask for files and functions; nobody outside of an evaluation.
    pub(crate) scope: Option<&'a dyn Scope>,
    /// Whether the call stands in a template that a function renders.
    pub(crate) in_template: bool,
}

/// Most steps that a call may cost beyond looking at its arguments.
const MAX_COST: usize = 200_000;

fn deep_marks(values: &[Value]) -> Marks {
    values.iter().fold(Marks::NONE, |marks, value| marks | value.marks_deep())
}

/// A function of Terraform.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The arguments it needs.
    pub parameters: &'static [Parameter],
    /// The further arguments it takes.
    pub variadic: Option<Parameter>,
    /// The type of the result, or what is wrong with the types of the arguments.
    result: fn(&[Value]) -> Outcome<Type>,
    /// The result. Arguments are as the parameters say.
    run: Run,
    /// What it takes beyond looking at its arguments once, in steps. They are those of the call,
    /// not converted.
    cost: fn(&[Value]) -> usize,
    /// Whether it takes no longer for larger elements.
    shallow: bool,
    /// Whether the result may be null.
    nullable: bool,
    /// Whether its complaints quote the arguments.
    quoting: bool,
}

impl Function {
    /// A function of known, unmarked arguments whose result is never null.
    pub(super) const fn new(
        name: &'static str,
        parameters: &'static [Parameter],
        result: fn(&[Value]) -> Outcome<Type>,
        run: fn(&[Value], &Type) -> Outcome,
    ) -> Self {
        Self {
            name,
            parameters,
            variadic: None,
            result,
            run: Run::Plain(run),
            cost: |_| 0,
            shallow: false,
            nullable: false,
            quoting: false,
        }
    }

    /// A function that minds the budget while it runs.
    pub(super) const fn metered(
        name: &'static str,
        parameters: &'static [Parameter],
        result: fn(&[Value]) -> Outcome<Type>,
        run: fn(&[Value], &Type, &Budget) -> Outcome,
    ) -> Self {
        let plain = Self::new(name, parameters, result, |_, ty| Ok(Value::limit(ty.clone())));
        Self { run: Run::Metered(run), ..plain }
    }

    /// A function that asks its surroundings.
    pub(super) const fn asking(
        name: &'static str,
        parameters: &'static [Parameter],
        result: fn(&[Value]) -> Outcome<Type>,
        run: fn(&[Value], &Surroundings<'_>) -> Outcome,
    ) -> Self {
        let plain = Self::new(name, parameters, result, |_, ty| Ok(Value::limit(ty.clone())));
        Self { run: Run::Asking(run), ..plain }
    }

    /// A function that takes much longer than others for text.
    pub(super) const fn slow(self) -> Self {
        self.costing(|arguments| {
            let text = arguments.iter().map(Value::text_size).fold(0, u64::saturating_add);
            usize::try_from(text / 32).unwrap_or(usize::MAX)
        })
    }

    /// A function that does not look into its arguments.
    pub(super) const fn shallow(mut self) -> Self {
        self.shallow = true;
        self
    }

    pub(super) const fn costing(mut self, cost: fn(&[Value]) -> usize) -> Self {
        self.cost = cost;
        self
    }

    pub(super) const fn variadic(mut self, parameter: Parameter) -> Self {
        self.variadic = Some(parameter);
        self
    }

    pub(super) const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    pub(super) const fn quoting(mut self) -> Self {
        self.quoting = true;
        self
    }

    /// Calls it with evaluated arguments, without a budget and without files. Elements that come
    /// out as they went in keep their origin.
    pub fn call(&self, arguments: &[Value]) -> Result<Value, CallError> {
        let budget = Budget::new(u64::MAX);
        self.call_within(
            &Surroundings { budget: &budget, scope: None, in_template: false },
            arguments,
        )
    }

    /// The same, with `Reason::Limit` for what the budget does not allow. A call that takes a
    /// large part of any budget is not made, and leaves the budget for others.
    pub(crate) fn call_within(
        &self,
        around: &Surroundings<'_>,
        arguments: &[Value],
    ) -> Result<Value, CallError> {
        self.check_count(arguments)?;
        let budget = around.budget;
        let cost = (self.cost)(arguments);
        let within = cost <= MAX_COST && budget.spend(cost.saturating_add(1));
        let looked_at = if self.shallow { &[] } else { arguments };
        if !within || !budget.spend_on(looked_at) {
            return Ok(Value::limit(Type::Dynamic).marked(deep_marks(arguments)));
        }
        let mut converted = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.iter().enumerate() {
            converted.push(self.convert(index, argument)?);
        }
        self.call_converted(around, converted).map_err(|mut error| {
            if self.quoting && !arguments.iter().all(|it| it.marks_deep().is_printable()) {
                "the reason may hold a sensitive value".clone_into(&mut error.message);
            }
            self.refused(&error)
        })
    }

    fn check_count(&self, arguments: &[Value]) -> Result<(), CallError> {
        let (needed, given) = (self.parameters.len(), arguments.len());
        if let Some(missing) = self.parameters.get(given) {
            let at_least = if self.variadic.is_some() { " at least" } else { "" };
            return Err(CallError::NotEnoughArguments {
                detail: format!(
                    "Function {:?} needs{at_least} {needed} argument(s); {:?} is missing",
                    self.name, missing.name
                ),
            });
        }
        if given > needed && self.variadic.is_none() {
            return Err(CallError::TooManyArguments {
                argument: needed,
                detail: format!("Function {:?} takes no more than {needed} argument(s)", self.name),
            });
        }
        Ok(())
    }

    fn parameter(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or(self.variadic.as_ref())
    }

    fn convert(&self, index: usize, argument: &Value) -> Result<Value, CallError> {
        match self.parameter(index) {
            Some(parameter) if parameter.ty != ParameterType::Any => {
                convert(argument, &parameter.ty.ty())
                    .map_err(|error| self.refused(&FunctionError::argument(index, error.message)))
            }
            _ => Ok(argument.clone()),
        }
    }

    fn refused(&self, error: &FunctionError) -> CallError {
        let FunctionError { argument, ref message, missing_file } = *error;
        let Some(argument) = argument else {
            let detail = format!("Call to function {:?} failed: {message}", self.name);
            return CallError::Failed { detail, missing_file };
        };
        let name = self.parameter(argument).map_or("", |parameter| parameter.name);
        let detail = format!("Invalid value for {name:?} parameter: {message}");
        CallError::InvalidArgument { argument, detail, missing_file }
    }

    /// Calls it with arguments of the types that it declares; takes off the marks that it does not
    /// mind, and minds what is null or unknown for functions that do not.
    fn call_converted(&self, around: &Surroundings<'_>, mut arguments: Vec<Value>) -> Outcome {
        let mut marks = Marks::NONE;
        let mut unknown = false;
        let mut dynamic = false;
        for (index, argument) in arguments.iter_mut().enumerate() {
            let Some(parameter) = self.parameter(index) else {
                continue;
            };
            if !parameter.allow_marked {
                marks |= argument.marks_deep();
                *argument = argument.unmark_deep().0;
            }
            if dynamic {
                continue;
            }
            if argument.is_null() && !parameter.allow_null {
                return Err(FunctionError::argument(index, "argument must not be null"));
            }
            dynamic = !parameter.allow_dynamic && has_no_type(argument);
            unknown |= argument.is_unknown() && !parameter.allow_unknown;
        }
        if dynamic {
            return Ok(super::unknown(Type::Dynamic).marked(marks));
        }
        let ty = (self.result)(&arguments)?;
        let result = if unknown {
            self.unknown_result(&arguments, ty)
        } else {
            match self.run {
                Run::Plain(run) => run(&arguments, &ty)?,
                Run::Metered(run) => run(&arguments, &ty, around.budget)?,
                Run::Asking(run) => run(&arguments, around)?,
            }
        };
        let result = if self.nullable { result } else { result.refined_not_null() };
        Ok(result.marked(marks))
    }

    /// The result of unknown arguments. What a limit or an error keeps from being known has that
    /// for a reason.
    fn unknown_result(&self, arguments: &[Value], ty: Type) -> Value {
        let reason = arguments
            .iter()
            .filter_map(|argument| argument.as_unknown().map(|unknown| &unknown.reason))
            .find(|reason| matches!(reason, Reason::Limit | Reason::Error))
            .cloned();
        // Of a value of unknown type nothing else is certain either.
        let open = self.nullable || ty == Type::Dynamic;
        let refinement = if open { Refinement::default() } else { Refinement::NOT_NULL };
        Unknown::new(ty, reason.unwrap_or(Reason::Derived)).refined(refinement).into_value()
    }
}

/// Whether not even the type is known; a bare `null` has none either.
fn has_no_type(value: &Value) -> bool {
    value.as_unknown().map_or_else(
        || value.is_null() && value.ty() == Type::Dynamic,
        |unknown| unknown.ty == Type::Dynamic,
    )
}
