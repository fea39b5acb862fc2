//! The names that an expression refers to, without evaluating it.

use source::TextRange;
use syntax::Expr;
use syntax::view::{ExprKind, ObjectKey, Part};

/// A name that an expression refers to: `root.attributes[0].attributes[1]…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference<'t> {
    /// The first name: `var`, `local`, a resource type, …
    pub root: &'t str,
    /// The attributes that follow as `.name`, up to the first index or splat.
    pub attributes: Vec<&'t str>,
    /// The attribute that comes right after one index or splat that follows: `c` of `a.b[0].c`.
    pub part: Option<&'t str>,
    /// From the root to the last of the attributes.
    pub range: TextRange,
}

/// The names that `expr` refers to, in source order, one entry a place. Names that a `for` of it
/// declares are left out.
pub fn references(expr: Expr<'_>) -> Vec<Reference<'_>> {
    let mut walk = Walk { tasks: vec![Task::Visit(expr)], ..Walk::default() };
    while let Some(task) = walk.tasks.pop() {
        match task {
            Task::Visit(expr) => walk.visit(expr),
            Task::Bind(name) => walk.bound.push(name),
            Task::Unbind(count) => walk.bound.truncate(walk.bound.len().saturating_sub(count)),
        }
    }
    walk.found.sort_by_key(|reference| reference.range);
    walk.found
}

enum Task<'t> {
    Visit(Expr<'t>),
    Bind(&'t str),
    Unbind(usize),
}

/// A walk with a stack of its own, so that long chains need no recursion.
#[derive(Default)]
struct Walk<'t> {
    tasks: Vec<Task<'t>>,
    bound: Vec<&'t str>,
    found: Vec<Reference<'t>>,
}

impl<'t> Walk<'t> {
    fn visit(&mut self, expr: Expr<'t>) {
        match expr.kind() {
            ExprKind::Variable(_) | ExprKind::GetAttr { .. } => self.traversal(expr, None),
            ExprKind::Template(template) if template.is_plain() => {}
            ExprKind::Template(template) => match template.only_part() {
                Some(part) => self.part(part),
                None => self.parts(template.parts()),
            },
            ExprKind::Tuple(elements) => self.all(elements.iter()),
            ExprKind::Object(object) => {
                for (key, value) in object.items() {
                    if let ObjectKey::Expr(key) = key {
                        self.push(key);
                    }
                    self.push(value);
                }
            }
            ExprKind::For(each) => {
                let parts = each.parts();
                self.push(parts.collection);
                let bodies = [parts.key, Some(parts.value), parts.condition];
                let names = [parts.key_name, Some(parts.value_name)];
                self.scoped(names, |walk| walk.all(bodies.into_iter().flatten()));
            }
            ExprKind::Call(call) => self.all(call.arguments()),
            ExprKind::Index { target, key } | ExprKind::LegacyIndex { target, key } => {
                self.all([target, key]);
            }
            ExprKind::Splat { target, each, .. } => {
                self.push(each);
                self.traversal(target, part_of_item(each));
            }
            ExprKind::Conditional { condition, yes, no } => self.all([condition, yes, no]),
            ExprKind::Binary { left, right, .. } => self.all([left, right]),
            ExprKind::Unary { operand, .. } => self.push(operand),
            ExprKind::Paren(inner) => self.push(inner),
            ExprKind::Number(_)
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::SplatItem
            | ExprKind::Missing => {}
        }
    }

    /// A name with the attributes after it, or an attribute of something else. `part` is the
    /// attribute that comes after an index or splat of it.
    fn traversal(&mut self, expr: Expr<'t>, part: Option<&'t str>) {
        let mut base = expr;
        let mut attributes = Vec::new();
        while let ExprKind::GetAttr { target, name, .. } = base.kind() {
            attributes.push(name);
            base = target;
        }
        match base.kind() {
            ExprKind::Variable(root) if !self.bound.contains(&root) => {
                attributes.reverse();
                let range = base.range().cover(expr.range());
                self.found.push(Reference { root, attributes, part, range });
            }
            ExprKind::Variable(_) => {}
            ExprKind::Index { target, key } | ExprKind::LegacyIndex { target, key }
                if is_traversal(target) =>
            {
                self.push(key);
                self.traversal(target, attributes.pop());
            }
            _ => self.push(base),
        }
    }

    fn parts(&mut self, parts: Vec<Part<'t>>) {
        for part in parts {
            self.part(part);
        }
    }

    fn part(&mut self, part: Part<'t>) {
        match part {
            Part::Literal { .. } => {}
            Part::Interpolation { expr, .. } => self.push(expr),
            Part::If { condition, yes, no, .. } => {
                self.push(condition);
                self.parts(yes);
                self.parts(no.unwrap_or_default());
            }
            Part::For { key_name, value_name, collection, body, .. } => {
                self.push(collection);
                self.scoped([key_name, Some(value_name)], |walk| walk.parts(body));
            }
        }
    }

    /// What `inner` pushes is visited with the names bound.
    fn scoped(&mut self, names: [Option<&'t str>; 2], inner: impl FnOnce(&mut Self)) {
        let names: Vec<_> = names.into_iter().flatten().collect();
        self.tasks.push(Task::Unbind(names.len()));
        inner(self);
        self.tasks.extend(names.into_iter().map(Task::Bind));
    }

    fn all(&mut self, exprs: impl IntoIterator<Item = Expr<'t>>) {
        self.tasks.extend(exprs.into_iter().map(Task::Visit));
    }

    fn push(&mut self, expr: Expr<'t>) {
        self.tasks.push(Task::Visit(expr));
    }
}

/// Whether an expression is a name with attributes after it.
fn is_traversal(mut expr: Expr<'_>) -> bool {
    while let ExprKind::GetAttr { target, .. } = expr.kind() {
        expr = target;
    }
    matches!(expr.kind(), ExprKind::Variable(_))
}

/// The attribute of the item of a splat that an expression reads.
fn part_of_item(mut each: Expr<'_>) -> Option<&str> {
    let mut part = None;
    loop {
        (each, part) = match each.kind() {
            ExprKind::GetAttr { target, name, .. } => (target, Some(name)),
            ExprKind::Index { target, .. } | ExprKind::LegacyIndex { target, .. } => (target, None),
            ExprKind::SplatItem => return part,
            _ => return None,
        };
    }
}
