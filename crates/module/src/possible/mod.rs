//! What an expression may come to, found by looking at how it is written: in all instances of its block
//! at once, and whatever is assumed. Far cheaper than to evaluate it in each instance, and never
//! narrower than what that gives, unless a condition elsewhere says what an unknown value is: of those
//! only what [`narrows`] sees is heeded.

mod functions;
mod names;
mod path;
mod texts;

use std::borrow::Cow;
use std::cell::Cell;

use eval::references;
use source::FileId;
use syntax::Expr;
use syntax::view::{ExprKind, ForParts, ObjectKey};
use syntax::{BinaryOp, UnaryOp};
use value::{Number, Type, Value};

use crate::{Argument, Bindings, Declared, ModuleValues};
pub(crate) use names::Flat;
use path::{Path, Step};

/// Expressions are not followed deeper than this.
const MAX_DEPTH: usize = 40;
/// So many steps are taken for one expression; after them it may be anything.
const MAX_STEPS: usize = 50_000;

/// One of the things that an expression may come to.
pub enum Possible<'p, 'm> {
    /// This value. Of what is not known of it no more is known in any instance.
    Value(&'p Value),
    /// Any value of a type. Null is among them where that is `Dynamic`.
    Any(Type),
    /// A list, set or tuple of these.
    Elements(Parts<'p, 'm>),
    /// A map or object of these, or a part of one.
    Entries(Parts<'p, 'm>),
    /// Nothing: Terraform refuses to compute it.
    Invalid,
}

impl Possible<'_, '_> {
    /// Any value of the type of `value`, which may be null only where that is.
    fn like(value: &Value) -> Self {
        Self::Any(if value.is_null() { Type::Dynamic } else { value.ty() })
    }
}

/// Takes what an expression may come to, one by one; `true` where it need not be told more.
pub type Visitor<'v, 'm> = dyn FnMut(Possible<'_, 'm>) -> bool + 'v;

/// Where an expression stands.
pub struct Standing<'s, 'm> {
    /// The module instance.
    pub values: &'s ModuleValues<'m>,
    /// The block, where `count` or `for_each` says how often it is there.
    pub repeated: Option<&'s Declared<'m>>,
    /// The `dynamic` blocks around, outermost first: the iterator's name, and what is repeated over.
    pub iterators: &'s [(&'s str, Option<Argument<'m>>)],
    /// Whether it matters which texts and numbers there may be, and not only that they are such.
    pub is_exact: bool,
}

impl<'m> Standing<'_, 'm> {
    /// Tells `visitor` all that an expression may come to; whether that wanted no more.
    pub fn visit(&self, expr: Expr<'m>, file: FileId, visitor: &mut Visitor<'_, 'm>) -> bool {
        let steps = Cell::new(MAX_STEPS);
        let block = self.repeated.map(Names::Block);
        self.within(block.as_ref(), self.iterators, (expr, file), &steps, visitor)
    }

    /// The value of an expression, where that is the same in all instances of the block and whatever
    /// conditions come to that are not decided.
    pub fn value(&self, expr: Expr<'m>, file: FileId) -> Option<Value> {
        let is_of_instance = |root: &str| {
            matches!(root, "each" | "count" | "self")
                || self.iterators.iter().any(|(name, _)| *name == root)
        };
        let has_instances = self.repeated.is_some() || !self.iterators.is_empty();
        let refers = || references(expr).iter().any(|reference| is_of_instance(reference.root));
        if has_instances && refers() {
            return None;
        }
        let evaluate = || self.values.evaluate(expr, file, &Bindings::default()).value;
        self.values.evaluation.undisputed(evaluate)
    }

    fn within(
        &self,
        names: Option<&Names<'_, 'm>>,
        iterators: &[(&str, Option<Argument<'m>>)],
        (expr, file): (Expr<'m>, FileId),
        steps: &Cell<usize>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        if let [(name, for_each), rest @ ..] = iterators {
            let names = Names::Iterator { name, for_each: *for_each, outer: names };
            return self.within(Some(&names), rest, (expr, file), steps, visitor);
        }
        let Self { values, is_exact, .. } = *self;
        let at = At { values, file, names, depth: MAX_DEPTH, steps, is_exact };
        at.visit(expr, None, visitor)
    }
}

/// What names that are declared around an expression stand for.
enum Names<'p, 'm> {
    /// `each` and `count` of a block.
    Block(&'p Declared<'m>),
    /// The iterator of a `dynamic` block.
    Iterator { name: &'p str, for_each: Option<Argument<'m>>, outer: Option<&'p Names<'p, 'm>> },
    /// Names of a `for`.
    For {
        key: Option<&'p str>,
        value: &'p str,
        collection: Expr<'m>,
        outer: Option<&'p Names<'p, 'm>>,
    },
    /// The item of a splat.
    Item { target: Expr<'m>, outer: Option<&'p Names<'p, 'm>> },
}

impl<'p, 'm> Names<'p, 'm> {
    /// What is declared around it.
    fn outer(&self) -> Option<&'p Names<'p, 'm>> {
        match self {
            Self::Block(_) => None,
            Self::Iterator { outer, .. } | Self::For { outer, .. } | Self::Item { outer, .. } => {
                *outer
            }
        }
    }
}

/// What an expression is looked at in.
#[derive(Clone, Copy)]
struct At<'p, 'm> {
    values: &'p ModuleValues<'m>,
    file: FileId,
    names: Option<&'p Names<'p, 'm>>,
    depth: usize,
    steps: &'p Cell<usize>,
    is_exact: bool,
}

/// The elements or entries of what an expression may come to.
pub struct Parts<'p, 'm> {
    at: At<'p, 'm>,
    of: Expr<'m>,
}

impl<'m> Parts<'_, 'm> {
    /// How many there are, where that is written.
    pub fn number(&self) -> Option<usize> {
        match self.of.kind() {
            ExprKind::Tuple(elements) => Some(elements.iter().count()),
            ExprKind::Object(object) => Some(object.items().count()),
            _ => None,
        }
    }

    /// Tells all that one of them may come to.
    pub fn visit(&self, visitor: &mut Visitor<'_, 'm>) -> bool {
        self.visit_at(Some(&Path { step: Step::Element, rest: None }), visitor)
    }

    /// Tells all that what is at `path` may come to.
    fn visit_at(&self, path: Option<&Path<'_>>, visitor: &mut Visitor<'_, 'm>) -> bool {
        self.at.visit(self.of, path, visitor)
    }

    /// Tells the name of each and what it may come to; `false` where not all names are written.
    pub fn named(&self, visitor: &mut dyn FnMut(&str, Option<Possible<'_, 'm>>) -> bool) -> bool {
        let ExprKind::Object(object) = self.of.kind() else { return false };
        for (key, value) in object.items() {
            let name = match key {
                ObjectKey::Name(name, _) => Cow::Borrowed(name),
                ObjectKey::Expr(key) => match key.as_plain_string() {
                    Some(name) => Cow::Owned(name),
                    None => return false,
                },
            };
            // It is there, whatever it comes to.
            if visitor(&name, None)
                || self.at.visit(value, None, &mut |possible| visitor(&name, Some(possible)))
            {
                return true;
            }
        }
        true
    }
}

impl<'p, 'm> At<'p, 'm> {
    /// The same for an expression that stands elsewhere.
    fn elsewhere<'q>(
        self,
        values: &'q ModuleValues<'m>,
        file: FileId,
        names: Option<&'q Names<'q, 'm>>,
    ) -> At<'q, 'm>
    where
        'p: 'q,
    {
        let Self { depth, steps, is_exact, .. } = self;
        At { values, file, names, depth, steps, is_exact }
    }

    /// One level deeper; `None` where that is too deep.
    fn inner(self) -> Option<Self> {
        let left = self.steps.get().checked_sub(1)?;
        self.steps.set(left);
        Some(Self { depth: self.depth.checked_sub(1)?, ..self })
    }

    /// Tells what `expr` with the steps of `path` may come to.
    fn visit(self, expr: Expr<'m>, path: Option<&Path<'_>>, visitor: &mut Visitor<'_, 'm>) -> bool {
        let Some(at) = self.inner() else { return visitor(Possible::Any(Type::Dynamic)) };
        let mut known = |value: Value| path::of_value(&value, path, at, visitor);
        match expr.kind() {
            ExprKind::Null => known(Value::null(Type::Dynamic)),
            ExprKind::Bool(bool) => known(Value::bool(bool)),
            ExprKind::Number(digits) => match Number::parse(digits) {
                Some(number) => known(Value::number(number)),
                None => visitor(Possible::Any(Type::Number)),
            },
            ExprKind::Template(template) => at.template((expr, template), path, visitor),
            ExprKind::Paren(inner) => at.visit(inner, path, visitor),
            ExprKind::Tuple(_) => at.tuple(expr, path, visitor),
            ExprKind::Object(_) => at.object(expr, path, visitor),
            ExprKind::For(each) => at.each(expr, &each.parts(), path, visitor),
            ExprKind::Call(call) => at.call(call, expr, path, visitor),
            ExprKind::Variable(name) => at.name(name, path, visitor),
            ExprKind::GetAttr { target, name, .. } => {
                let step = Step::Name(name.into());
                at.visit(target, Some(&Path { step, rest: path }), visitor)
            }
            ExprKind::Index { target, key } | ExprKind::LegacyIndex { target, key } => {
                at.visit(target, Some(&Path { step: Step::of(key), rest: path }), visitor)
            }
            ExprKind::Splat { target, each, .. } => match path {
                None => visitor(Possible::Elements(Parts { at, of: expr })),
                Some(Path { rest, .. }) => {
                    let names = Names::Item { target, outer: at.names };
                    At { names: Some(&names), ..at }.visit(each, *rest, visitor)
                }
            },
            ExprKind::SplatItem => at.item(path, visitor),
            ExprKind::Conditional { condition, yes, no } => {
                at.conditional(condition, [yes, no], path, visitor)
            }
            ExprKind::Binary { op, .. } if is_arithmetic(op) => {
                at.evaluated(expr, &Type::Number, path, visitor)
            }
            ExprKind::Unary { op: UnaryOp::Negate, operand } => match negated(operand) {
                Some(number) => known(Value::number(number)),
                None => visitor(Possible::Any(Type::Number)),
            },
            ExprKind::Binary { .. } | ExprKind::Unary { op: UnaryOp::Not, .. } => {
                visitor(Possible::Any(Type::Bool))
            }
            // What is wrong with it is told elsewhere.
            ExprKind::Missing => false,
        }
    }

    fn tuple(self, expr: Expr<'m>, path: Option<&Path<'_>>, visitor: &mut Visitor<'_, 'm>) -> bool {
        let ExprKind::Tuple(elements) = expr.kind() else { return false };
        match path {
            None => visitor(Possible::Elements(Parts { at: self, of: expr })),
            Some(Path { step: Step::Index(index), rest }) => match elements.iter().nth(*index) {
                Some(element) => self.visit(element, *rest, visitor),
                None => visitor(Possible::Invalid),
            },
            Some(Path { step: Step::Element, rest }) => {
                elements.iter().any(|element| self.visit(element, *rest, visitor))
            }
            Some(Path { step: Step::Name(name), rest }) => match name.parse() {
                Ok(index) => {
                    self.tuple(expr, Some(&Path { step: Step::Index(index), rest: *rest }), visitor)
                }
                Err(_) => visitor(Possible::Invalid),
            },
        }
    }

    /// A `for`.
    fn each(
        self,
        expr: Expr<'m>,
        parts: &ForParts<'m>,
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        let Some(Path { rest, .. }) = path else {
            let made = Parts { at: self, of: expr };
            let is_object = parts.key.is_some();
            let made = if is_object { Possible::Entries(made) } else { Possible::Elements(made) };
            return visitor(made);
        };
        if parts.group {
            return visitor(Possible::Any(Type::Dynamic));
        }
        let (key, value) = (parts.key_name, parts.value_name);
        let names = Names::For { key, value, collection: parts.collection, outer: self.names };
        At { names: Some(&names), ..self }.visit(parts.value, *rest, visitor)
    }

    fn conditional(
        self,
        condition: Expr<'m>,
        arms: [Expr<'m>; 2],
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        let narrows = narrows(condition);
        // Which one it is differs from instance to instance.
        let is_of_instance = self.rests_on_names(condition);
        let mut arm = |possible: Possible<'_, 'm>| match possible {
            // In this arm it may be known.
            Possible::Value(value)
                if is_of_instance && !value.is_not_null() || narrows && value.is_unknown() =>
            {
                visitor(Possible::like(value))
            }
            other => visitor(other),
        };
        arms.into_iter().any(|expr| self.visit(expr, path, &mut arm))
    }

    /// Tells what an expression comes to that is evaluated, or that it may be anything of a type where
    /// that differs between instances or conditions.
    fn evaluated(
        self,
        expr: Expr<'m>,
        ty: &Type,
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        if self.rests_on_names(expr) {
            // In some instance Terraform may refuse it.
            return visitor(Possible::Invalid) || visitor(Possible::Any(path::of_type(ty, path)));
        }
        let evaluate = || self.values.evaluate(expr, self.file, &Bindings::default()).value;
        match self.values.evaluation.undisputed(evaluate) {
            Some(value) => path::of_value(&value, path, self, visitor),
            None => visitor(Possible::Any(path::of_type(ty, path))),
        }
    }

    /// Whether names that are declared around an expression occur in it.
    fn rests_on_names(self, expr: Expr<'m>) -> bool {
        if self.names.is_none() {
            return false;
        }
        references(expr).iter().any(|reference| {
            let root = reference.root;
            let is_it = |names: &Names<'_, 'm>| match names {
                Names::Block(_) => matches!(root, "each" | "count" | "self"),
                Names::Iterator { name, .. } => *name == root,
                Names::For { key, value, .. } => *value == root || *key == Some(root),
                Names::Item { .. } => true,
            };
            std::iter::successors(self.names, |names| names.outer()).any(is_it)
        })
    }

    fn object(
        self,
        expr: Expr<'m>,
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        let Some(Path { step, rest }) = path else {
            return visitor(Possible::Entries(Parts { at: self, of: expr }));
        };
        let ExprKind::Object(object) = expr.kind() else { return false };
        let wanted = step.name();
        let mut is_there = wanted.is_none();
        for (key, value) in object.items() {
            let may_be_it = match (&wanted, &key) {
                (None, _) => true,
                (Some(wanted), ObjectKey::Name(name, _)) => wanted == name,
                (Some(wanted), ObjectKey::Expr(key)) => {
                    key.as_plain_string().is_none_or(|name| *wanted == name)
                }
            };
            is_there |= may_be_it;
            if may_be_it && self.visit(value, *rest, visitor) {
                return true;
            }
        }
        !is_there && visitor(Possible::Invalid)
    }
}

/// The number that a minus before a written one makes.
fn negated(operand: Expr<'_>) -> Option<Number> {
    match operand.kind() {
        ExprKind::Number(digits) => Number::parse(&format!("-{digits}")),
        _ => None,
    }
}

fn is_arithmetic(op: BinaryOp) -> bool {
    use BinaryOp::{Add, Divide, Modulo, Multiply, Subtract};
    matches!(op, Add | Subtract | Multiply | Divide | Modulo)
}

/// Whether a condition may say what an unknown value is, where it holds.
pub fn narrows(condition: Expr<'_>) -> bool {
    let mut open = vec![condition];
    while let Some(expr) = open.pop() {
        match expr.kind() {
            ExprKind::Binary { op: BinaryOp::Equal | BinaryOp::NotEqual, left, right } => {
                let says_little = |side: Expr<'_>| {
                    matches!(side.without_parens().kind(), ExprKind::Null | ExprKind::Bool(_))
                        || side.as_plain_string().is_some_and(|text| text.is_empty())
                };
                if !says_little(left) && !says_little(right) {
                    return true;
                }
                open.extend([left, right]);
            }
            ExprKind::Binary { left, right, .. } => open.extend([left, right]),
            ExprKind::Unary { operand, .. } => open.push(operand),
            ExprKind::Paren(inner) => open.push(inner),
            ExprKind::Conditional { condition, yes, no } => open.extend([condition, yes, no]),
            ExprKind::Call(call) => {
                if !matches!(&*call.name(), "can" | "try" | "length" | "tobool" | "coalesce") {
                    return true;
                }
                open.extend(call.arguments());
            }
            // What a local says may be a condition too.
            ExprKind::Variable("local") => return true,
            ExprKind::GetAttr { target, .. } => open.push(target),
            _ => {}
        }
    }
    false
}
