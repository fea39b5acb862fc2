//! `for` expressions, `%{ for }` in templates and splats.

use std::collections::BTreeMap;
use std::sync::Arc;

use source::TextRange;
use syntax::Expr;
use syntax::view::For;
use value::{Marks, Reason, Refinement, Type, Unknown, Value, ValueKind, convert};

use crate::evaluate::Evaluator;
use crate::fault::{
    Fault, as_unknown, derived_reason, error_value, is_error, limit_value, unknown,
};
use crate::types::article;

/// The names, the collection and the condition of a loop.
pub(crate) struct Head<'t> {
    pub(crate) key_name: Option<&'t str>,
    pub(crate) value_name: &'t str,
    pub(crate) collection: Expr<'t>,
    pub(crate) condition: Option<Expr<'t>>,
}

/// What a loop goes through: keys and values, and the marks of the collection.
pub(crate) struct Elements {
    pub(crate) pairs: Vec<(Value, Value)>,
    pub(crate) marks: Marks,
}

/// Whether an element is taken.
enum Include {
    Yes,
    No,
    Unknown,
}

impl<'t> Evaluator<'_, 't> {
    pub(crate) fn for_expr(&mut self, each: For<'t>, range: TextRange) -> Value {
        let parts = each.parts();
        let head = Head {
            key_name: parts.key_name,
            value_name: parts.value_name,
            collection: parts.collection,
            condition: parts.condition,
        };
        let elements = match self.open_loop(&head) {
            Ok(elements) if elements.pairs.is_empty() => {
                self.check_bodies(&head, parts.key, parts.value);
                elements
            }
            Ok(elements) => elements,
            Err(value) => {
                self.check_bodies(&head, parts.key, parts.value);
                return self.made(value, range);
            }
        };
        match parts.key {
            Some(key) => self.for_object(&head, &elements, key, parts.value, parts.group, range),
            None => self.for_tuple(&head, &elements, parts.value, range),
        }
    }

    fn check_bodies(&mut self, head: &Head<'t>, key: Option<Expr<'t>>, value: Expr<'t>) {
        let bound = head.names();
        for body in [key, Some(value), head.condition].into_iter().flatten() {
            self.check_references(body, &bound);
        }
    }

    /// Evaluates the collection; `Err` with the value of the whole loop when that is decided.
    pub(crate) fn open_loop(&mut self, head: &Head<'t>) -> Result<Elements, Value> {
        let mark = self.errors.len();
        let collection = self.eval(head.collection);
        let range = head.collection.range();
        if is_error(&collection) {
            return Err(error_value(Type::Dynamic));
        }
        if let ValueKind::Null(_) = collection.kind() {
            let fault = Fault::new("Iteration over null value", "the collection is null");
            self.report(fault, range, &[], mark);
            return Err(error_value(Type::Dynamic));
        }
        let ty = collection.ty();
        if ty == Type::Dynamic {
            let reason = derived_reason([&collection]);
            return Err(unknown(Type::Dynamic, reason).marked(collection.marks()));
        }
        if !ty.is_iterable() {
            let detail = format!("{} has no elements to iterate over", article(&ty));
            let fault = Fault::new("Iteration over non-iterable value", detail);
            self.report(fault, range, &[], mark);
            return Err(error_value(Type::Dynamic));
        }
        let condition_marks = match head.condition {
            Some(condition) => self.try_condition(head, condition)?,
            None => Marks::NONE,
        };
        let marks = collection.marks();
        match collection.iterate() {
            Some(pairs) if self.budget.spend(pairs.len()) => Ok(Elements { pairs, marks }),
            Some(_) => Err(limit_value().marked(marks)),
            None => {
                let reason = derived_reason([&collection]);
                Err(unknown(Type::Dynamic, reason).marked(marks | condition_marks))
            }
        }
    }

    /// Evaluates the condition once with elements that are not known, as Terraform does: what is
    /// wrong with every element is reported once, even if there is none.
    fn try_condition(&mut self, head: &Head<'t>, condition: Expr<'t>) -> Result<Marks, Value> {
        let mark = self.errors.len();
        let element = unknown(Type::Dynamic, Reason::Derived);
        let (names, _) = self.bind(head, &element, &element);
        let result = self.eval(condition);
        self.names.truncate(names);
        if self.errors.len() > mark {
            return Err(error_value(Type::Dynamic));
        }
        let fault = match (result.kind(), convert(&result, &Type::Bool)) {
            (ValueKind::Null(_), _) => Fault::new("Condition is null", "the `if` of `for` is null"),
            (_, Err(error)) => {
                Fault::new("Invalid 'for' condition", format!("the `if` of `for`: {error}"))
            }
            (_, Ok(_)) => return Ok(result.marks()),
        };
        self.report(fault, condition.range(), &[&result], mark);
        Err(error_value(Type::Dynamic))
    }

    /// Binds the names to an element; returns how many names there were before, and the number of
    /// errors.
    pub(crate) fn bind(&mut self, head: &Head<'t>, key: &Value, value: &Value) -> (usize, usize) {
        let before = self.names.len();
        if let Some(name) = &head.key_name {
            self.names.push((*name, key.clone()));
        }
        self.names.push((head.value_name, value.clone()));
        (before, self.errors.len())
    }

    fn include(&mut self, head: &Head<'t>, marks: &mut Marks) -> Include {
        let Some(condition) = head.condition else {
            return Include::Yes;
        };
        let mark = self.errors.len();
        let result = self.eval(condition);
        let result = self.used_as(result, &Type::Bool);
        *marks |= result.marks();
        let error = match convert(&result, &Type::Bool) {
            Ok(converted) => match converted.kind() {
                ValueKind::Bool(true) => return Include::Yes,
                ValueKind::Bool(false) => return Include::No,
                ValueKind::Null(_) => "it is null".to_owned(),
                _ => return Include::Unknown,
            },
            Err(error) => error.to_string(),
        };
        let fault = Fault::new("Invalid 'for' condition", format!("the `if` of `for`: {error}"));
        self.report(fault, condition.range(), &[&result], mark);
        Include::Unknown
    }

    fn for_tuple(
        &mut self,
        head: &Head<'t>,
        elements: &Elements,
        body: Expr<'t>,
        range: TextRange,
    ) -> Value {
        let mut marks = elements.marks;
        let mut values = Vec::with_capacity(elements.pairs.len());
        let mut known = true;
        let mark = self.errors.len();
        for (key, value) in &elements.pairs {
            let (names, errors) = self.bind(head, key, value);
            match self.include(head, &mut marks) {
                Include::Yes => values.push(self.eval(body)),
                Include::No => {}
                Include::Unknown => known = false,
            }
            self.names.truncate(names);
            self.keep_first(mark, errors);
            if self.budget.is_exhausted() {
                return limit_value().marked(marks);
            }
        }
        if known {
            return self.admit(values, range, marks);
        }
        self.undecided(mark, range, marks)
    }

    fn for_object(
        &mut self,
        head: &Head<'t>,
        elements: &Elements,
        key_expr: Expr<'t>,
        body: Expr<'t>,
        group: bool,
        range: TextRange,
    ) -> Value {
        let mut marks = elements.marks;
        let mut groups: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
        let mut known = true;
        let mark = self.errors.len();
        for (key, value) in &elements.pairs {
            let (names, errors) = self.bind(head, key, value);
            match self.include(head, &mut marks) {
                Include::Yes => match self.for_key(key_expr, &mut marks) {
                    Some(key) => {
                        let value = self.eval(body);
                        self.group(&mut groups, &key, value, group, key_expr.range());
                    }
                    None => known = false,
                },
                Include::No => {}
                Include::Unknown => known = false,
            }
            self.names.truncate(names);
            self.keep_first(mark, errors);
            if self.budget.is_exhausted() {
                return limit_value().marked(marks);
            }
        }
        if !known {
            return self.undecided(mark, range, marks);
        }
        let mut values = BTreeMap::new();
        for (key, mut group_values) in groups {
            let value = if group {
                self.made(Value::tuple(group_values), range)
            } else {
                group_values.swap_remove(0)
            };
            values.insert(key, value);
        }
        self.admit_object(values, range, marks)
    }

    fn group(
        &mut self,
        groups: &mut BTreeMap<Arc<str>, Vec<Value>>,
        key: &Arc<str>,
        value: Value,
        group: bool,
        range: TextRange,
    ) {
        let values = groups.entry(Arc::clone(key)).or_default();
        if group || values.is_empty() {
            values.push(value);
            return;
        }
        let detail = format!(
            "two elements have the key `{key}`; add `...` after the value to group them by key"
        );
        self.push_error(Fault::new("Duplicate object key", detail), range);
    }

    /// The key of an element; `None` when it is not known or refused.
    fn for_key(&mut self, expr: Expr<'t>, marks: &mut Marks) -> Option<Arc<str>> {
        let mark = self.errors.len();
        let key = self.eval(expr);
        *marks |= key.marks();
        let detail = match (key.kind(), convert(&key, &Type::String)) {
            (ValueKind::Null(_), _) => "the key of an element is null".to_owned(),
            (ValueKind::Unknown(_), _) => return None,
            (_, Ok(text)) => match text.kind() {
                ValueKind::String(name) => return Some(Arc::clone(name)),
                _ => return None,
            },
            (_, Err(error)) => format!("the key of an element: {error}"),
        };
        self.report(Fault::new("Invalid object key", detail), expr.range(), &[&key], mark);
        None
    }

    /// Of the errors that the elements of a loop have, only those of the first one that has any
    /// are kept: `mark` is where the loop began, `element` where the element did.
    pub(crate) fn keep_first(&mut self, mark: usize, element: usize) {
        if element > mark {
            self.errors.truncate(element);
        }
    }

    /// A loop of which it is not known what it gives.
    fn undecided(&self, mark: usize, range: TextRange, marks: Marks) -> Value {
        let reason = if self.errors.len() > mark { Reason::Error } else { Reason::Derived };
        self.made(unknown(Type::Dynamic, reason), range).marked(marks)
    }

    /// `source[*]…`: `each` for every element of `source`.
    pub(crate) fn splat(
        &mut self,
        source: &Value,
        target: Expr<'t>,
        each: Expr<'t>,
        mark: usize,
    ) -> Value {
        if self.errors.len() > mark || is_error(source) {
            return error_value(Type::Dynamic);
        }
        let ty = source.ty();
        let is_sequence = matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_));
        if let ValueKind::Null(_) = source.kind() {
            if !is_sequence {
                let empty = Value::tuple([]).with_origin(source.origin().clone());
                return empty.marked(source.marks());
            }
            let detail = format!("{} that is null has no elements", article(&ty));
            self.push_error(Fault::new("Splat of null value", detail), target.range());
            return error_value(Type::Dynamic);
        }
        if ty == Type::Dynamic {
            return unknown(Type::Dynamic, derived_reason([source])).marked(source.marks());
        }
        if is_sequence {
            return self.splat_sequence(source, &ty, each);
        }
        let maybe_null = as_unknown(source).is_some_and(|unknown| !unknown.refinement.not_null);
        let result = self.each(each, source.clone());
        if maybe_null {
            return unknown(Type::Dynamic, derived_reason([source, &result]))
                .marked(source.marks());
        }
        let tuple = Value::tuple([result]).with_origin(source.origin().clone());
        tuple.marked(source.marks())
    }

    fn splat_sequence(&mut self, source: &Value, ty: &Type, each: Expr<'t>) -> Value {
        let Some(elements) = source.as_elements() else {
            return self.splat_unknown(source, ty, each);
        };
        if !self.budget.spend(elements.len()) {
            return limit_value().marked(source.marks());
        }
        let mark = self.errors.len();
        let mut values = Vec::with_capacity(elements.len());
        for element in elements {
            let errors = self.errors.len();
            values.push(self.each(each, element.clone()));
            self.keep_first(mark, errors);
        }
        if self.errors.len() > mark {
            return error_value(Type::Dynamic).marked(source.marks());
        }
        let result = match ty {
            Type::Tuple(_) => Value::tuple(values),
            _ => match self.splat_list(values, ty, each) {
                Some(list) => list,
                None => return error_value(Type::Dynamic),
            },
        };
        result.with_origin(source.origin().clone()).marked(source.marks())
    }

    /// The list of the results; `None` when they are not of one type.
    fn splat_list(&mut self, values: Vec<Value>, ty: &Type, each: Expr<'t>) -> Option<Value> {
        let Some(first) = values.first() else {
            let element = self.splat_type(ty.element().cloned().unwrap_or(Type::Dynamic), each);
            return Some(Value::list(element, []));
        };
        let element = first.ty();
        if values.iter().any(|value| value.ty() != element) {
            let detail = "the inner splat gives elements of different types, so the outer one can \
                          give no list; a `for` expression can";
            let fault = Fault::new("Invalid nested splat expressions", detail);
            self.push_error(fault, each.range());
            return None;
        }
        Some(Value::list(element, values))
    }

    fn splat_unknown(&mut self, source: &Value, ty: &Type, each: Expr<'t>) -> Value {
        let mark = self.errors.len();
        let result = if let Type::Tuple(types) = ty {
            let types: Vec<_> = types.iter().map(|ty| self.splat_type(ty.clone(), each)).collect();
            Type::tuple(types)
        } else {
            let element = ty.element().cloned().unwrap_or(Type::Dynamic);
            Type::list(self.splat_type(element, each))
        };
        if self.errors.len() > mark {
            self.errors.truncate(mark + 1);
            return error_value(Type::Dynamic).marked(source.marks());
        }
        let length = as_unknown(source).map(|unknown| unknown.refinement.length.clone());
        let refinement = Refinement {
            length: length.filter(|_| result.is_collection()).unwrap_or_default(),
            ..Refinement::NOT_NULL
        };
        let unknown = Unknown::new(result, derived_reason([source])).refined(refinement);
        unknown.into_value().with_origin(source.origin().clone()).marked(source.marks())
    }

    fn splat_type(&mut self, element: Type, each: Expr<'t>) -> Type {
        self.each(each, unknown(element, Reason::Derived)).ty()
    }

    fn each(&mut self, each: Expr<'t>, item: Value) -> Value {
        self.items.push(item);
        let value = self.eval(each);
        self.items.pop();
        value
    }
}

impl Head<'_> {
    pub(crate) fn names(&self) -> Vec<&str> {
        self.key_name.iter().chain([&self.value_name]).map(AsRef::as_ref).collect()
    }
}
