//! Checks the names in the expressions of a check and collects those that others must know.

use source::TextRange;
use syntax::Expr;
use syntax::view::{Call, ExprKind, ForParts, ObjectKey, Part};
use version::Constraints;

use crate::header::Problems;
use crate::page::{NameUse, UseKind};
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
    /// Names that a `for` around has declared.
    bound: Vec<&'t str>,
}

impl<'p, 't> Names<'p, 't> {
    pub fn new(problems: &'p mut Problems, uses: &'p mut Vec<NameUse>, check: usize) -> Self {
        Self { problems, uses, check, has_item: false, bound: Vec::new() }
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
                self.walk(target);
            }
            ExprKind::Index { target, key } | ExprKind::LegacyIndex { target, key } => {
                self.walk(target);
                self.walk(key);
            }
            ExprKind::Splat { target, each, .. } => {
                self.walk(target);
                self.walk(each);
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
                    self.bound.extend(*key_name);
                    self.bound.push(value_name);
                    self.walk_parts(body);
                    self.bound.truncate(bound);
                }
            }
        }
    }

    fn walk_for(&mut self, parts: ForParts<'t>) {
        self.walk(parts.collection);
        let bound = self.bound.len();
        self.bound.extend(parts.key_name);
        self.bound.push(parts.value_name);
        let inner = [parts.key, Some(parts.value), parts.condition];
        inner.into_iter().flatten().for_each(|expr| self.walk(expr));
        self.bound.truncate(bound);
    }

    fn variable(&mut self, name: &str, range: TextRange) {
        if name == "self" || self.bound.contains(&name) {
            return;
        }
        if name == "item" {
            if !self.has_item {
                self.problems.add(range, "`item` has a value only in a check with `each`");
            }
            return;
        }
        let bound = self.bound.iter().map(AsRef::as_ref);
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
        name == "self" && !self.bound.contains(&name)
    }

    /// Notes a name that others must know.
    pub fn record(&mut self, kind: UseKind, name: &str, range: TextRange) {
        let range = self.problems.in_page(range);
        self.uses.push(NameUse { kind, name: name.to_owned(), check: self.check, range });
    }
}
