//! Checks the names in the expressions of a check and collects those that others must know.

use source::TextRange;
use syntax::Expr;
use syntax::view::{Call, ExprKind, ForParts, ObjectKey, Part};
use version::Constraints;

use crate::header::Problems;
use crate::page::{NameUse, UseKind};
use crate::shapes::{REFERRED, Shape};
use crate::suggest::did_you_mean;

/// The functions that take a condition on the version of the provider.
pub const VERSION_FUNCTIONS: &[&str] = &["provider_is", "provider_may_be"];

/// Walks the expressions of one check.
pub(crate) struct Names<'p, 't> {
    pub problems: &'p mut Problems,
    pub uses: &'p mut Vec<NameUse>,
    /// Index of the check.
    pub check: usize,
    /// Whether the check has `each`, so that `item` means something.
    pub has_item: bool,
    /// The shape of `item`, if it is known.
    pub item: Option<Shape>,
    /// Names that a `for` around has declared.
    bound: Vec<(&'t str, Option<Shape>)>,
    /// What the items of the splats around are.
    pub(crate) splat: Vec<Option<Shape>>,
}

impl<'p, 't> Names<'p, 't> {
    pub fn new(problems: &'p mut Problems, uses: &'p mut Vec<NameUse>, check: usize) -> Self {
        let (bound, splat) = (Vec::new(), Vec::new());
        Self { problems, uses, check, has_item: false, item: None, bound, splat }
    }

    /// Walks one expression.
    pub fn walk(&mut self, expr: Expr<'t>) {
        match expr.kind() {
            ExprKind::Number(_)
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::SplatItem
            | ExprKind::Missing => {}
            ExprKind::Template(template) => self.walk_parts(&template.parts()),
            ExprKind::Tuple(elements) => elements.iter().for_each(|element| self.walk(element)),
            ExprKind::Object(object) => {
                for (key, value) in object.items() {
                    if let ObjectKey::Expr(key) = key {
                        self.walk(key);
                    }
                    self.walk(value);
                }
            }
            ExprKind::For(each) => self.walk_for(each.parts()),
            ExprKind::Call(call) => self.walk_call(call, expr.range()),
            ExprKind::Variable(name) => self.variable(name, expr.range()),
            ExprKind::GetAttr { target, name, name_range } => {
                if self.is_self(target) {
                    self.record(UseKind::Argument, name, name_range);
                }
                self.attribute(target, name, name_range);
                self.walk(target);
            }
            ExprKind::Index { target, key } | ExprKind::LegacyIndex { target, key } => {
                self.walk(target);
                self.walk(key);
            }
            ExprKind::Splat { target, each, .. } => {
                self.walk(target);
                self.splat.push(self.shape(target).and_then(Shape::item));
                self.walk(each);
                self.splat.pop();
            }
            ExprKind::Conditional { condition, yes, no } => {
                for part in [condition, yes, no] {
                    self.walk(part);
                }
            }
            ExprKind::Binary { left, right, .. } => {
                self.walk(left);
                self.walk(right);
            }
            ExprKind::Unary { operand, .. } => self.walk(operand),
            ExprKind::Paren(inner) => self.walk(inner),
        }
    }

    fn walk_call(&mut self, call: Call<'t>, range: TextRange) {
        self.record(UseKind::Function, &call.name(), call.name_range());
        if VERSION_FUNCTIONS.contains(&&*call.name()) {
            self.expect_versions(call, range);
        }
        self.types(call, range);
        call.arguments().for_each(|argument| self.walk(argument));
    }

    /// A condition that cannot be read would keep a check silent for ever.
    fn expect_versions(&mut self, call: Call<'t>, range: TextRange) {
        let name = call.name();
        let arguments: Vec<_> = call.arguments().collect();
        let [condition] = arguments.as_slice() else {
            self.problems.add(range, format!("`{name}` takes one condition on the version"));
            return;
        };
        let text = condition.as_plain_string();
        let is_readable = text.is_some_and(|text| Constraints::parse(&text).is_some());
        if !is_readable {
            let message =
                format!("`{name}` takes a condition on the version in quotes: `\">= 4.0, < 5.0\"`");
            self.problems.add(condition.range(), message);
        }
    }

    /// Notes an attribute of what a function gives.
    fn attribute(&mut self, target: Expr<'t>, name: &str, range: TextRange) {
        match self.shape(target) {
            Some(Shape::Referred) if !REFERRED.contains(&name) => {
                let known = REFERRED.join("`, `");
                self.problems.add(range, format!("`refers_to` gives `{known}`, no `{name}`"));
            }
            Some(shape) => {
                if let Some(name) = shape.attribute(name) {
                    self.record(UseKind::ArgumentOf, &name, range);
                }
            }
            None => {}
        }
    }

    /// Notes the resource type that a call names, and the attribute of it. Where they could not be
    /// looked up, a mistake would keep a check silent for ever.
    fn types(&mut self, call: Call<'t>, range: TextRange) {
        let arguments: Vec<_> = call.arguments().collect();
        let (count, of, attribute) = match &*call.name() {
            "others" | "known_others" => (3..=3, 0, Some((1, UseKind::ArgumentOf))),
            "mentions" => (3..=3, 1, Some((2, UseKind::AttributeOf))),
            "resource_of" => (1..=2, 1, None),
            "refers_to" | "is_closed" => (1..=1, 1, None),
            "is_same" => (2..=2, 2, None),
            _ => return,
        };
        if !count.contains(&arguments.len()) {
            let (least, most) = (count.start(), count.end());
            let number = match (least, most) {
                (1, 1) => "1 argument".to_owned(),
                (least, most) if least == most => format!("{most} arguments"),
                (least, most) => format!("{least} or {most} arguments"),
            };
            self.problems.add(range, format!("`{}` takes {number}", call.name()));
            return;
        }
        let Some(of) = arguments.get(of) else { return };
        let Some(of_text) = of.as_plain_string() else {
            self.problems.add(of.range(), "a resource type stands here in quotes");
            return;
        };
        self.record(UseKind::Type, &of_text, of.range());
        let Some((at, kind)) = attribute else { return };
        match arguments[at].as_plain_string() {
            Some(name) => self.record(kind, &format!("{of_text}/{name}"), arguments[at].range()),
            None => self.problems.add(arguments[at].range(), "a name stands here in quotes"),
        }
    }

    /// The shape of what a name is bound to.
    pub(crate) fn shape_of_name(&self, name: &str) -> Option<Shape> {
        match self.bound.iter().rev().find(|(bound, _)| *bound == name) {
            Some((_, shape)) => shape.clone(),
            None => self.item.clone().filter(|_| name == "item"),
        }
    }

    /// Binds the names that a `for` declares over `collection`.
    fn bind(&mut self, key: Option<&'t str>, value: &'t str, collection: Expr<'t>) {
        let shape = self.shape(collection).and_then(Shape::item);
        self.bound.extend(key.map(|key| (key, None)));
        self.bound.push((value, shape));
    }

    fn walk_parts(&mut self, parts: &[Part<'t>]) {
        for part in parts {
            match part {
                Part::Literal { .. } => {}
                Part::Interpolation { expr, .. } => self.walk(*expr),
                Part::If { condition, yes, no, .. } => {
                    self.walk(*condition);
                    self.walk_parts(yes);
                    self.walk_parts(no.as_deref().unwrap_or_default());
                }
                Part::For { key_name, value_name, collection, body, .. } => {
                    self.walk(*collection);
                    let bound = self.bound.len();
                    self.bind(*key_name, value_name, *collection);
                    self.walk_parts(body);
                    self.bound.truncate(bound);
                }
            }
        }
    }

    fn walk_for(&mut self, parts: ForParts<'t>) {
        self.walk(parts.collection);
        let bound = self.bound.len();
        self.bind(parts.key_name, parts.value_name, parts.collection);
        let inner = [parts.key, Some(parts.value), parts.condition];
        inner.into_iter().flatten().for_each(|expr| self.walk(expr));
        self.bound.truncate(bound);
    }

    fn variable(&mut self, name: &str, range: TextRange) {
        if name == "self" || self.is_bound(name) {
            return;
        }
        if name == "item" {
            if !self.has_item {
                self.problems.add(range, "`item` has a value only in a check with `each`");
            }
            return;
        }
        let bound = self.bound.iter().map(|(name, _)| *name);
        let hint = match did_you_mean(name, ["self", "item"].into_iter().chain(bound)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "a check knows `self` and, with `each`, `item`".to_owned(),
        };
        self.problems.add(range, format!("there is no name `{name}` here; {hint}"));
    }

    fn is_self(&self, target: Expr<'t>) -> bool {
        let ExprKind::Variable(name) = target.without_parens().kind() else {
            return false;
        };
        name == "self" && !self.is_bound(name)
    }

    fn is_bound(&self, name: &str) -> bool {
        self.bound.iter().any(|(bound, _)| *bound == name)
    }

    /// Notes a name that others must know.
    pub fn record(&mut self, kind: UseKind, name: &str, range: TextRange) {
        let range = self.problems.in_page(range);
        self.uses.push(NameUse { kind, name: name.to_owned(), check: self.check, range });
    }
}
