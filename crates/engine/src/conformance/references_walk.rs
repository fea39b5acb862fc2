//! The traversals that an expression holds, with all their steps. Never evaluates anything and never
//! judges.

use std::borrow::Cow;

use source::TextRange;
use syntax::Expr;
use syntax::view::{ExprKind, ObjectKey, Part};

/// A name with the steps that follow it: `root.a[0].b`.
pub(super) struct Traversal<'t> {
    pub(super) root: Cow<'t, str>,
    pub(super) steps: Vec<Step<'t>>,
    /// Whether it stands in `try` or `can`, which hide what fails when it is evaluated.
    pub(super) in_try: bool,
}

/// A step of a traversal.
#[derive(Clone)]
pub(super) enum Step<'t> {
    /// `.name`
    Attribute(Cow<'t, str>, TextRange),
    /// `[key]` or `.0`; the key where it is a string, and where it stands.
    Index(Option<String>, TextRange),
    /// `[*]` or `.*`: what follows is of each element.
    Splat,
}

/// Whether a traversal that starts so may be of a resource: types have the name of their provider and
/// an underscore before their own.
fn may_be_wanted(root: &str) -> bool {
    root.contains('_') || matches!(root, "data" | "self")
}

/// The traversals of resources in `expr`, in no particular order. Names that a `for` of it declares are left out.
pub(super) fn traversals(expr: Expr<'_>) -> Vec<Traversal<'_>> {
    // Most expressions are written out.
    match expr.kind() {
        ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Null | ExprKind::Missing => {
            return Vec::new();
        }
        ExprKind::Template(template) if template.is_plain() => return Vec::new(),
        _ => {}
    }
    let mut walk = Walk { tasks: vec![Task::Visit(expr, false)], ..Walk::default() };
    while let Some(task) = walk.tasks.pop() {
        match task {
            Task::Visit(expr, in_try) => {
                walk.in_try = in_try;
                walk.visit(expr);
            }
            Task::Bind(name) => walk.bound.push(name),
            Task::Unbind(count) => walk.bound.truncate(walk.bound.len().saturating_sub(count)),
        }
    }
    walk.found
}

enum Task<'t> {
    Visit(Expr<'t>, bool),
    Bind(Cow<'t, str>),
    Unbind(usize),
}

/// A walk with a stack of its own, so that long chains need no recursion.
#[derive(Default)]
struct Walk<'t> {
    tasks: Vec<Task<'t>>,
    bound: Vec<Cow<'t, str>>,
    in_try: bool,
    found: Vec<Traversal<'t>>,
}

impl<'t> Walk<'t> {
    fn visit(&mut self, expr: Expr<'t>) {
        match expr.kind() {
            ExprKind::Variable(_)
            | ExprKind::GetAttr { .. }
            | ExprKind::Index { .. }
            | ExprKind::LegacyIndex { .. }
            | ExprKind::Splat { .. } => self.traversal(expr),
            ExprKind::Template(template) if template.is_plain() => {}
            ExprKind::Template(template) => self.parts(template.parts()),
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
            ExprKind::Call(call) => {
                self.in_try |= matches!(&*call.name(), "try" | "can" | "core::try" | "core::can");
                self.all(call.arguments());
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

    /// A name with the steps after it, or steps into something else.
    fn traversal(&mut self, expr: Expr<'t>) {
        let (base, mut steps) = self.steps(expr);
        match base.kind() {
            ExprKind::Variable(root) if may_be_wanted(&root) && !self.bound.contains(&root) => {
                steps.reverse();
                let in_try = self.in_try;
                self.found.push(Traversal { root, steps, in_try });
            }
            ExprKind::Variable(_) | ExprKind::SplatItem => {}
            _ => self.push(base),
        }
    }

    /// What the steps of `expr` start at, and the steps, the last one first. Keys are visited later.
    // Most are names without an index, for which a first look at the root saves the steps.
    fn steps(&mut self, expr: Expr<'t>) -> (Expr<'t>, Vec<Step<'t>>) {
        let mut root = expr;
        while let ExprKind::GetAttr { target, .. } = root.kind() {
            root = target;
        }
        if matches!(root.kind(), ExprKind::Variable(name) if !may_be_wanted(&name)) {
            return (root, Vec::new());
        }
        let (mut base, mut steps) = (expr, Vec::new());
        loop {
            base = match base.kind() {
                ExprKind::GetAttr { target, name, name_range } => {
                    steps.push(Step::Attribute(name, name_range));
                    target
                }
                ExprKind::Index { target, key } | ExprKind::LegacyIndex { target, key } => {
                    steps.push(Step::Index(key.as_plain_string(), key.range()));
                    self.push(key);
                    target
                }
                ExprKind::Splat { target, each, .. } => {
                    // What comes after the splat is about the list that it makes.
                    steps = self.steps_of_item(each);
                    steps.push(Step::Splat);
                    target
                }
                _ => return (base, steps),
            };
        }
    }

    /// The steps from the item of a splat, the last one first.
    fn steps_of_item(&mut self, each: Expr<'t>) -> Vec<Step<'t>> {
        let (mut base, mut steps) = (each, Vec::new());
        loop {
            base = match base.kind() {
                ExprKind::GetAttr { target, name, name_range } => {
                    steps.push(Step::Attribute(name, name_range));
                    target
                }
                ExprKind::Index { target, key } | ExprKind::LegacyIndex { target, key } => {
                    steps.push(Step::Index(key.as_plain_string(), key.range()));
                    self.push(key);
                    target
                }
                ExprKind::SplatItem => return steps,
                _ => {
                    self.push(base);
                    return Vec::new();
                }
            };
        }
    }

    fn parts(&mut self, parts: Vec<Part<'t>>) {
        for part in parts {
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
    }

    /// What `inner` pushes is visited with the names bound.
    fn scoped(&mut self, names: [Option<Cow<'t, str>>; 2], inner: impl FnOnce(&mut Self)) {
        let names: Vec<_> = names.into_iter().flatten().collect();
        self.tasks.push(Task::Unbind(names.len()));
        inner(self);
        self.tasks.extend(names.into_iter().map(Task::Bind));
    }

    fn all(&mut self, exprs: impl IntoIterator<Item = Expr<'t>>) {
        let in_try = self.in_try;
        self.tasks.extend(exprs.into_iter().map(|expr| Task::Visit(expr, in_try)));
    }

    fn push(&mut self, expr: Expr<'t>) {
        self.tasks.push(Task::Visit(expr, self.in_try));
    }
}
