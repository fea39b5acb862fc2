//! Function calls.

use source::TextRange;
use syntax::Expr;
use syntax::view::Call;
use value::{Identity, Reason, Type, Unknown, Value, ValueKind};

use crate::constraint::{apply, read_type};
use crate::derived;
use crate::evaluate::Evaluator;
use crate::fault::{
    Fault, as_unknown, derived_reason, error_value, is_error, limit_value, unknown,
};
use crate::functions::{self, Function, Surroundings};
use crate::types::article;

/// An argument of a call: its expression, or what an expanded list gives.
pub(crate) enum Argument<'t> {
    Expr(Expr<'t>),
    Value(Value, TextRange),
}

impl Argument<'_> {
    pub(crate) fn range(&self) -> TextRange {
        match self {
            Self::Expr(expr) => expr.range(),
            Self::Value(_, range) => *range,
        }
    }
}

impl<'t> Evaluator<'_, 't> {
    pub(crate) fn call(&mut self, call: Call<'t>) -> Value {
        let name = call.name();
        let name = match name.strip_prefix("core::") {
            Some(plain) if functions::is_terraform_function(plain) => plain,
            _ => &*name,
        };
        if !self.scope.allows_functions() {
            let fault =
                Fault::new("Function calls not allowed", "functions may not be called here");
            self.push_error(fault, call.range());
            return error_value(Type::Dynamic);
        }
        let arguments = match self.arguments(call) {
            Ok(arguments) => arguments,
            Err(value) => return value,
        };
        match name {
            "try" => self.try_call(call, &arguments),
            "can" => self.can_call(call, &arguments),
            "templatestring" => self.templatestring(call, &arguments),
            "convert" => self.convert_call(call, &arguments),
            _ => self.plain_call(call, name, &arguments),
        }
    }

    /// The arguments, the last one expanded if the call says so; `Err` with the value of the call
    /// when that cannot be done.
    fn arguments(&mut self, call: Call<'t>) -> Result<Vec<Argument<'t>>, Value> {
        let mut arguments: Vec<_> = call.arguments().map(Argument::Expr).collect();
        if !call.is_expanded() {
            return Ok(arguments);
        }
        let Some(Argument::Expr(spread)) = arguments.pop() else {
            return Ok(arguments);
        };
        let mark = self.errors.len();
        let list = self.eval(spread);
        if self.errors.len() > mark || is_error(&list) {
            return Err(error_value(Type::Dynamic));
        }
        let detail = match list.kind() {
            ValueKind::List(_, elements)
            | ValueKind::Set(_, elements)
            | ValueKind::Tuple(elements) => {
                if !self.budget.spend(elements.len()) {
                    return Err(limit_value());
                }
                let expanded = |element: &Value| {
                    Argument::Value(element.clone().marked(list.marks()), spread.range())
                };
                arguments.extend(elements.iter().map(expanded));
                return Ok(arguments);
            }
            ValueKind::Unknown(unknown_list)
                if matches!(
                    unknown_list.ty,
                    Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_)
                ) =>
            {
                return Err(unknown(Type::Dynamic, derived_reason([&list])));
            }
            ValueKind::Null(Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
                "the argument before `...` is null".to_owned()
            }
            _ => {
                let ty = article(&list.ty());
                format!("the argument before `...` is {ty}; only a list, set or tuple expands")
            }
        };
        let fault = Fault::new("Invalid expanding argument value", detail);
        self.push_error(fault, spread.range());
        Err(error_value(Type::Dynamic))
    }

    pub(crate) fn argument(&mut self, argument: &Argument<'t>) -> Value {
        match argument {
            Argument::Expr(expr) => self.eval(*expr),
            Argument::Value(value, _) => value.clone(),
        }
    }

    /// The value of an argument that may fail; `None` if it does. References to what does not
    /// exist fail the whole call.
    fn attempt(&mut self, argument: &Argument<'t>) -> Option<Value> {
        let mark = self.errors.len();
        let value = self.argument(argument);
        let failed = self.errors.len() > mark || is_error(&value);
        self.errors.truncate(mark);
        (!failed).then_some(value)
    }

    fn try_call(&mut self, call: Call<'t>, arguments: &[Argument<'t>]) -> Value {
        let undeclared = self.undeclared.len();
        let mut result = None;
        for argument in arguments {
            match (&result, argument) {
                (None, _) => result = self.attempt(argument),
                (Some(_), Argument::Expr(expr)) => self.check_references(*expr, &[]),
                (Some(_), Argument::Value(..)) => {}
            }
        }
        if self.undeclared.len() > undeclared {
            return error_value(Type::Dynamic);
        }
        match result {
            Some(value) if value.is_wholly_known() => value,
            Some(value) if as_unknown(&value).is_some_and(|it| it.reason == Reason::Limit) => value,
            Some(value) => unknown(Type::Dynamic, derived_reason([&value])),
            None => {
                let detail = "none of the arguments of `try` can be evaluated";
                self.push_error(Fault::new("Error in function call", detail), call.range());
                error_value(Type::Dynamic)
            }
        }
    }

    fn can_call(&mut self, call: Call<'t>, arguments: &[Argument<'t>]) -> Value {
        let [argument] = arguments else {
            self.wrong_count(call, "can", arguments, 1);
            return error_value(Type::Bool);
        };
        let undeclared = self.undeclared.len();
        let value = match self.attempt(argument) {
            _ if self.undeclared.len() > undeclared => return error_value(Type::Bool),
            None => Value::bool(false),
            Some(value) if value.is_wholly_known() => Value::bool(true),
            Some(value) => unknown(Type::Bool, derived_reason([&value])),
        };
        self.made(value, call.range())
    }

    pub(crate) fn wrong_count(
        &mut self,
        call: Call<'t>,
        name: &str,
        arguments: &[Argument<'t>],
        expected: usize,
    ) {
        let given = arguments.len();
        let plural = if expected == 1 { "" } else { "s" };
        let detail = format!("`{name}` takes {expected} argument{plural}, not {given}");
        if let Some(surplus) = arguments.get(expected) {
            let fault = Fault::new("Too many function arguments", detail);
            self.push_error(fault, surplus.range());
        } else {
            let fault = Fault::new("Not enough function arguments", detail);
            self.push_error(fault, call.range());
        }
    }

    /// `convert(value, type)`, whose second argument is a type.
    fn convert_call(&mut self, call: Call<'t>, arguments: &[Argument<'t>]) -> Value {
        let [argument, Argument::Expr(ty)] = arguments else {
            self.wrong_count(call, "convert", arguments, 2);
            return error_value(Type::Dynamic);
        };
        let mark = self.errors.len();
        let value = self.argument(argument);
        let constraint = match read_type(*ty, self.file) {
            Ok(constraint) => constraint,
            Err(error) => {
                self.errors.push(error);
                return error_value(Type::Dynamic);
            }
        };
        if self.errors.len() > mark {
            return error_value(constraint.ty.without_optional());
        }
        match apply(&value, &constraint) {
            Ok(value) => value,
            Err(reason) => {
                let fault = Fault::new("Invalid function argument", format!("`convert`: {reason}"));
                self.report(fault, argument.range(), &[&value], mark);
                error_value(constraint.ty.without_optional())
            }
        }
    }

    fn plain_call(&mut self, call: Call<'t>, name: &str, arguments: &[Argument<'t>]) -> Value {
        let function = functions::find(name);
        let mark = self.errors.len();
        let values: Vec<_> = arguments.iter().map(|argument| self.argument(argument)).collect();
        let result = match function {
            _ if self.errors.len() > mark => error_value(Type::Dynamic),
            Some(function) => self.checked_call(call, function, arguments, &values),
            None if !self.budget.spend_on(&values) => limit_value(),
            None => self.foreign_call(call, name, &values),
        };
        self.result(result, call, function.map(|function| (function, &*values)))
    }

    /// A call of a function of the tables, and the report of what is wrong with its arguments.
    fn checked_call(
        &mut self,
        call: Call<'t>,
        function: &Function,
        arguments: &[Argument<'t>],
        values: &[Value],
    ) -> Value {
        let mark = self.errors.len();
        let around = Surroundings {
            budget: self.budget,
            scope: Some(self.scope),
            in_template: self.in_template,
        };
        function.call_within(&around, values).unwrap_or_else(|error| {
            let at = error.argument().and_then(|at| arguments.get(at));
            let range = at.map_or(call.range(), Argument::range);
            let mut fault = Fault::new(error.summary(), reworded(function.name, error.detail()));
            fault.missing_file = error.is_missing_file();
            let operands: Vec<_> = values.iter().collect();
            self.report(fault, range, &operands, mark);
            error_value(Type::Dynamic)
        })
    }

    /// A call of a function that is not implemented here.
    fn foreign_call(&mut self, call: Call<'t>, name: &str, values: &[Value]) -> Value {
        match self.scope.call(name, values) {
            Some(Ok(value)) => return value,
            Some(Err(reason)) => {
                let fault = Fault::new("Error in function call", format!("`{name}`: {reason}"));
                self.push_error(fault, call.range());
                return error_value(Type::Dynamic);
            }
            None => {}
        }
        let parts: Vec<_> = name.split("::").collect();
        if matches!(parts.as_slice(), ["provider", provider, _] if *provider != "terraform") {
            return unknown(Type::Dynamic, Reason::Function);
        }
        let summary =
            if parts.len() > 1 { "Unknown provider function" } else { "Call to unknown function" };
        let fault = Fault::new(summary, format!("there is no function `{name}`"));
        self.push_error(fault, call.name_range());
        error_value(Type::Dynamic)
    }

    /// The result of a call. What passed through it keeps its origin and identity; an impure
    /// result is the value of this call, but in a loop every round has a call of its own.
    fn result(
        &self,
        value: Value,
        call: Call<'t>,
        pure: Option<(&'static Function, &[Value])>,
    ) -> Value {
        if !self.budget.spend_on([&value]) {
            return limit_value();
        }
        let identity = match value.as_unknown() {
            Some(unknown) if unknown.identity.is_none() => match unknown.reason {
                Reason::Impure if self.names.is_empty() && self.items.is_empty() => {
                    let at = self.location(call.range());
                    self.scope.instance().map(|instance| Identity::Call(instance, at))
                }
                Reason::Error | Reason::Limit | Reason::Impure => None,
                _ => pure.and_then(|(function, values)| derived::of_call(function, values)),
            },
            _ => None,
        };
        if let (Some(identity), Some(unknown)) = (identity, value.as_unknown()) {
            let identified = Unknown::clone(unknown).identified(identity).into_value();
            return self.made(identified, call.range()).marked(value.marks());
        }
        if value.origin().is_empty() { self.made(value, call.range()) } else { value }
    }
}

/// Why a call is refused, in the form of the other messages.
fn reworded(name: &str, detail: &str) -> String {
    let quoted = |text: &str| -> Option<(String, String)> {
        let (quoted, rest) = text.strip_prefix('"')?.split_once('"')?;
        Some((quoted.to_owned(), rest.to_owned()))
    };
    if let Some((parameter, rest)) = detail.strip_prefix("Invalid value for ").and_then(quoted) {
        let reason = rest.strip_prefix(" parameter: ").unwrap_or(&rest);
        return format!("`{parameter}` of `{name}`: {reason}");
    }
    if let Some((_, rest)) = detail.strip_prefix("Call to function ").and_then(quoted) {
        return format!("`{name}`: {}", rest.strip_prefix(" failed: ").unwrap_or(&rest));
    }
    if let Some((_, rest)) = detail.strip_prefix("Function ").and_then(quoted) {
        return format!("`{name}`{rest}");
    }
    detail.to_owned()
}
