//! Type constraints as variables have them: `object({ a = optional(string, "x") })`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use source::{FileId, Location, TextRange};
use syntax::Expr;
use syntax::view::{Call, ExprKind, ObjectKey};
use value::{ObjectType, Type, Value, ValueKind, convert, unify};

use crate::budget::Budget;
use crate::evaluate::evaluate;
use crate::scope::{EvalError, Lookup, Scope};

const INVALID_TYPE: &str = "Invalid type specification";
const EMPTY_CONSTRAINT: &str =
    "a type is a keyword such as `string`, or a constructor such as `list(string)`";

/// A type constraint with the defaults of its optional attributes.
#[derive(Clone, Debug)]
pub struct TypeConstraint {
    /// The type; optional attributes are marked as such, `any` is `Dynamic`.
    pub ty: Type,
    /// Defaults of optional attributes, if there are any.
    pub defaults: Option<Defaults>,
}

/// Defaults of optional attributes, in the shape of the type.
#[derive(Clone, Debug)]
pub struct Defaults {
    shape: Shape,
    /// By attribute, of the attribute's type.
    values: BTreeMap<Arc<str>, Value>,
    /// By attribute or position; by the empty text for all elements of a collection.
    children: BTreeMap<Arc<str>, Defaults>,
}

impl Defaults {
    /// The default of an attribute that may be left out.
    pub fn value(&self, attribute: &str) -> Option<&Value> {
        self.values.get(attribute)
    }

    /// The defaults in an attribute, or where this is a collection in each element.
    pub fn within(&self, attribute: &str) -> Option<&Self> {
        let name = if self.shape == Shape::Collection { "" } else { attribute };
        self.children.get(name)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    Collection,
    Tuple,
    Object,
}

/// Reads the type constraint of a variable in `file`.
pub fn type_constraint(expr: Expr<'_>, file: FileId) -> Result<TypeConstraint, EvalError> {
    match expr.kind() {
        ExprKind::Variable("list") => Ok(TypeConstraint::of(Type::list(Type::Dynamic))),
        ExprKind::Variable("map") => Ok(TypeConstraint::of(Type::map(Type::Dynamic))),
        ExprKind::Template(_) => match expr.as_plain_string() {
            Some(text) => {
                let detail = format!("types are written without quotes: {}", unquoted(&text));
                Err(error(file, expr.range(), "Invalid quoted type constraints", detail))
            }
            None => read_type(expr, file),
        },
        _ => read_type(expr, file),
    }
}

/// Reads a type where only the full form is allowed, as in `convert(value, type)`.
pub(crate) fn read_type(expr: Expr<'_>, file: FileId) -> Result<TypeConstraint, EvalError> {
    Reader { file }.read(expr)
}

fn unquoted(text: &str) -> &'static str {
    match text {
        "string" => "`string`",
        "list" => "`list(string)`",
        "map" => "`map(string)`",
        _ => "`string`, `list(string)`",
    }
}

/// The value as one of the constraint: defaults first, then conversion. The error is the reason
/// without the name of the value.
pub fn apply(value: &Value, constraint: &TypeConstraint) -> Result<Value, String> {
    let filled = match &constraint.defaults {
        Some(defaults) => Cow::Owned(defaults.apply(value)),
        None => Cow::Borrowed(value),
    };
    convert(&filled, &constraint.ty).map_err(|error| error.to_string())
}

fn error(
    file: FileId,
    range: TextRange,
    summary: &'static str,
    detail: impl Into<String>,
) -> EvalError {
    EvalError {
        location: Location::new(file, range),
        summary: Cow::Borrowed(summary),
        detail: detail.into(),
        missing_file: false,
    }
}

impl TypeConstraint {
    fn of(ty: Type) -> Self {
        Self { ty, defaults: None }
    }

    fn collection(self, make: impl FnOnce(Type) -> Type) -> Self {
        let defaults = self.defaults.map(|element| Defaults {
            shape: Shape::Collection,
            values: BTreeMap::new(),
            children: BTreeMap::from([(Arc::from(""), element)]),
        });
        Self { ty: make(self.ty), defaults }
    }
}

struct Reader {
    file: FileId,
}

/// The type of an attribute as written, and whether it may be left out.
struct AttributeType<'t> {
    ty: Expr<'t>,
    is_optional: bool,
    default: Option<Expr<'t>>,
}

type Read = Result<TypeConstraint, EvalError>;

impl Reader {
    fn read(&self, expr: Expr<'_>) -> Read {
        match expr.kind() {
            ExprKind::Variable(name) => self.keyword(name, expr.range()),
            ExprKind::Bool(_) | ExprKind::Null => Err(self.no_type(expr.range())),
            ExprKind::Call(call) => self.constructor(call, expr),
            ExprKind::Missing => Ok(TypeConstraint::of(Type::Dynamic)),
            _ => Err(self.invalid(expr.range(), EMPTY_CONSTRAINT)),
        }
    }

    fn keyword(&self, name: &str, range: TextRange) -> Read {
        let ty = match name {
            "string" => Type::String,
            "number" => Type::Number,
            "bool" => Type::Bool,
            "any" => Type::Dynamic,
            "list" | "map" | "set" => {
                let detail = format!("`{name}` needs the type of its elements: `{name}(string)`");
                return Err(self.invalid(range, detail));
            }
            "object" => {
                let detail = "`object` needs the types of its attributes: `object({ … })`";
                return Err(self.invalid(range, detail));
            }
            "tuple" => {
                let detail = "`tuple` needs the types of its elements: `tuple([ … ])`";
                return Err(self.invalid(range, detail));
            }
            _ => return Err(self.no_type(range)),
        };
        Ok(TypeConstraint::of(ty))
    }

    fn constructor(&self, call: Call<'_>, expr: Expr<'_>) -> Read {
        let name = call.name();
        let mut arguments = call.arguments();
        let argument = arguments.next();
        let surplus = arguments.next();
        match &*name {
            "bool" | "string" | "number" | "any" => {
                Err(self.invalid(expr.range(), format!("`{name}` takes no arguments")))
            }
            "list" | "set" | "map" | "object" | "tuple" => {
                let (Some(argument), None) = (argument, surplus) else {
                    let range = surplus.map_or(expr.range(), Expr::range);
                    return Err(self.invalid(range, format!("`{name}` takes one argument")));
                };
                match &*name {
                    "list" => Ok(self.read(argument)?.collection(Type::list)),
                    "set" => Ok(self.read(argument)?.collection(Type::set)),
                    "map" => Ok(self.read(argument)?.collection(Type::map)),
                    "object" => self.object(argument),
                    _ => self.tuple(argument),
                }
            }
            "optional" => {
                let detail = "`optional` may only stand before the type of an object's attribute";
                Err(self.invalid(call.name_range(), detail))
            }
            _ => Err(self.invalid(expr.range(), format!("there is no type constructor `{name}`"))),
        }
    }

    fn object(&self, argument: Expr<'_>) -> Read {
        let ExprKind::Object(object) = argument.kind() else {
            let detail = "`object` takes a map from attribute names to types";
            return Err(self.invalid(argument.range(), detail));
        };
        let mut ty = ObjectType::default();
        let mut values = BTreeMap::new();
        let mut children = BTreeMap::new();
        for (key, attribute) in object.items() {
            let (name, name_range) = match key {
                ObjectKey::Name(name, range) => (Arc::<str>::from(name), range),
                ObjectKey::Expr(key) => {
                    return Err(self.invalid(key.range(), "an attribute has a bare name"));
                }
            };
            if ty.attributes.contains_key(&name) {
                let detail = format!("the attribute `{name}` is declared twice");
                return Err(self.invalid(name_range, detail));
            }
            let attribute = self.attribute(attribute)?;
            if attribute.is_optional {
                ty.optional.insert(Arc::clone(&name));
            }
            let read = self.read(attribute.ty)?;
            if let Some(default) = attribute.default {
                let value = self.default(default, &read.ty)?;
                values.insert(Arc::clone(&name), value);
            }
            ty.attributes.insert(Arc::clone(&name), read.ty);
            children.extend(read.defaults.map(|defaults| (name, defaults)));
        }
        let ty = Type::Object(Arc::new(ty));
        Ok(TypeConstraint { ty, defaults: Defaults::of(Shape::Object, values, children) })
    }

    /// Takes `optional(…)` off the type of an attribute.
    fn attribute<'t>(&self, expr: Expr<'t>) -> Result<AttributeType<'t>, EvalError> {
        let required = AttributeType { ty: expr, is_optional: false, default: None };
        let ExprKind::Call(call) = expr.kind() else {
            return Ok(required);
        };
        if call.name() != "optional" {
            return Ok(required);
        }
        let arguments: Vec<_> = call.arguments().collect();
        match arguments.as_slice() {
            [ty] => Ok(AttributeType { ty: *ty, is_optional: true, default: None }),
            [ty, default] => {
                Ok(AttributeType { ty: *ty, is_optional: true, default: Some(*default) })
            }
            [] => Err(self.invalid(expr.range(), "`optional` needs the type of the attribute")),
            [_, _, surplus, ..] => {
                let detail = "`optional` takes a type and a default, no more";
                Err(self.invalid(surplus.range(), detail))
            }
        }
    }

    fn default(&self, expr: Expr<'_>, ty: &Type) -> Result<Value, EvalError> {
        let budget = Budget::default();
        let evaluated = evaluate(expr, self.file, &Constants, &budget);
        if let Some(error) = evaluated.errors.into_iter().next() {
            return Err(error);
        }
        convert(&evaluated.value, ty).map_err(|reason| {
            let summary = "Invalid default value for optional attribute";
            error(self.file, expr.range(), summary, format!("the default: {reason}"))
        })
    }

    fn tuple(&self, argument: Expr<'_>) -> Read {
        let ExprKind::Tuple(elements) = argument.kind() else {
            return Err(self.invalid(argument.range(), "`tuple` takes a list of types"));
        };
        let mut types = Vec::new();
        let mut children = BTreeMap::new();
        for (at, element) in elements.iter().enumerate() {
            let read = self.read(element)?;
            types.push(read.ty);
            children.extend(read.defaults.map(|defaults| (at.to_string().into(), defaults)));
        }
        let defaults = Defaults::of(Shape::Tuple, BTreeMap::new(), children);
        Ok(TypeConstraint { ty: Type::tuple(types), defaults })
    }

    fn no_type(&self, range: TextRange) -> EvalError {
        self.invalid(range, EMPTY_CONSTRAINT)
    }

    fn invalid(&self, range: TextRange, detail: impl Into<String>) -> EvalError {
        error(self.file, range, INVALID_TYPE, detail)
    }
}

/// Where there are only constants, as in the defaults of optional attributes.
struct Constants;

impl Scope for Constants {
    fn lookup(&self, _: &str, _: &[&str], _: Location) -> Lookup {
        Lookup::Undeclared {
            summary: Cow::Borrowed("Variables not allowed"),
            detail: "a default in a type may not refer to anything".to_owned(),
        }
    }

    fn allows_functions(&self) -> bool {
        false
    }
}

impl Defaults {
    fn of(
        shape: Shape,
        values: BTreeMap<Arc<str>, Value>,
        children: BTreeMap<Arc<str>, Self>,
    ) -> Option<Self> {
        let is_empty = values.is_empty() && children.is_empty();
        (!is_empty).then_some(Self { shape, values, children })
    }

    /// The value with defaults in place of what is missing or null; not yet converted.
    fn apply(&self, value: &Value) -> Value {
        let filled = match value.kind() {
            ValueKind::Tuple(elements) => Value::tuple(self.elements(elements)),
            ValueKind::List(_, elements) if !elements.is_empty() => {
                let elements = self.elements(elements);
                match unified(&elements) {
                    Some((element, elements)) => Value::list(element, elements),
                    None => Value::tuple(elements),
                }
            }
            ValueKind::Set(_, elements) if !elements.is_empty() => {
                let elements = self.elements(elements);
                match unified(&elements) {
                    Some((element, elements)) => Value::set(element, elements),
                    None => Value::tuple(elements),
                }
            }
            ValueKind::Object(entries) => Value::object(self.entries(entries)),
            ValueKind::Map(_, entries) => {
                let entries = self.entries(entries);
                let values: Vec<_> = entries.values().cloned().collect();
                match unified(&values) {
                    Some((element, values)) => Value::map(element, entries.into_keys().zip(values)),
                    None if entries.is_empty() => return value.clone(),
                    None => Value::object(entries),
                }
            }
            _ => return value.clone(),
        };
        let marks = value.marks();
        filled.marked(marks).with_origin(value.origin().clone())
    }

    fn elements(&self, elements: &[Value]) -> Vec<Value> {
        let fill = |(at, element): (usize, &Value)| {
            let child = match self.shape {
                Shape::Tuple => self.children.get(&*at.to_string()),
                _ => self.children.get(""),
            };
            child.map_or_else(|| element.clone(), |child| child.apply(element))
        };
        elements.iter().enumerate().map(fill).collect()
    }

    fn entries(&self, entries: &BTreeMap<Arc<str>, Value>) -> BTreeMap<Arc<str>, Value> {
        let child = |name: &str| match self.shape {
            Shape::Object => self.children.get(name),
            _ => self.children.get(""),
        };
        let fill = |(name, value): (&Arc<str>, &Value)| {
            let value = child(name).map_or_else(|| value.clone(), |child| child.apply(value));
            (Arc::clone(name), value)
        };
        let mut filled: BTreeMap<_, _> = entries.iter().map(fill).collect();
        for (name, default) in &self.values {
            match filled.get_mut(name) {
                Some(value) if !value.is_null() => {
                    if default.is_not_null() {
                        *value = value.clone().refined_not_null();
                    }
                }
                _ => {
                    let default =
                        child(name).map_or_else(|| default.clone(), |child| child.apply(default));
                    filled.insert(Arc::clone(name), default);
                }
            }
        }
        filled
    }
}

/// The values converted to one type, if there is one.
fn unified(values: &[Value]) -> Option<(Type, Vec<Value>)> {
    let types: Vec<_> = values.iter().map(Value::ty).collect();
    let ty = unify(&types)?;
    let values: Result<Vec<_>, _> = values.iter().map(|value| convert(value, &ty)).collect();
    Some((ty, values.ok()?))
}
