//! The traversals that an expression holds, with all their steps. Never evaluates anything and never
//! judges.

use std::ops::Range;

use source::TextRange;
use syntax::view::{ExprKind, ObjectKey, Part, Template};
use syntax::{Expr, NodeKind};

use super::references_places::Places;

/// A name with the steps that follow it: `root.a[0].b`.
pub(super) struct Traversal<'t> {
    pub(super) root: &'t str,
    /// Whether it stands in `try` or `can`, which hide what fails when it is evaluated.
    pub(super) in_try: bool,
    /// Where its steps are among those of all.
    steps: Range<usize>,
}

/// The traversals of resources that an expression holds. Kept from one expression to the next for its
/// memory.
#[derive(Default)]
pub(super) struct Traversals<'t> {
    found: Vec<Traversal<'t>>,
    steps: Vec<Step<'t>>,
    tasks: Vec<Task<'t>>,
}

/// A step of a traversal.
#[derive(Clone)]
pub(super) enum Step<'t> {
    /// `.name`
    Attribute(&'t str, TextRange),
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

impl<'t> Traversals<'t> {
    /// Looks for those in `expr` that have one of `places`. Names that a `for` of it declares are left
    /// out.
    pub(super) fn find(&mut self, expr: Expr<'t>, places: &Places) {
        self.found.clear();
        self.steps.clear();
        let mut walk = Walk { all: self, places, bound: Vec::new(), in_try: false };
        walk.push(expr);
        while let Some(task) = walk.all.tasks.pop() {
            match task {
                Task::Visit(expr, in_try) => {
                    walk.in_try = in_try;
                    walk.visit(expr);
                }
                Task::Bind(name) => walk.bound.push(name),
                Task::Unbind(count) => walk.bound.truncate(walk.bound.len().saturating_sub(count)),
            }
        }
    }

    /// They with their steps, in no particular order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Traversal<'t>, &[Step<'t>])> {
        self.found.iter().map(|found| (found, &self.steps[found.steps.clone()]))
    }
}

enum Task<'t> {
    Visit(Expr<'t>, bool),
    Bind(&'t str),
    Unbind(usize),
}

/// A walk with a stack of its own, so that long chains need no recursion.
struct Walk<'t, 'w> {
    all: &'w mut Traversals<'t>,
    places: &'w Places,
    bound: Vec<&'t str>,
    in_try: bool,
}

impl<'t> Walk<'t, '_> {
    fn visit(&mut self, expr: Expr<'t>) {
        match expr.kind() {
            kind @ (ExprKind::Variable(_)
            | ExprKind::GetAttr { .. }
            | ExprKind::Index { .. }
            | ExprKind::LegacyIndex { .. }
            | ExprKind::Splat { .. }) => self.traversal(kind),
            ExprKind::Template(template) => self.template(template),
            ExprKind::Tuple(elements) => self.push_all(elements.iter()),
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
                self.scoped(names, |walk| walk.push_all(bodies.into_iter().flatten()));
            }
            ExprKind::Call(call) => {
                self.in_try |= matches!(&*call.name(), "try" | "can" | "core::try" | "core::can");
                self.push_all(call.arguments());
            }
            ExprKind::Conditional { condition, yes, no } => self.push_all([condition, yes, no]),
            ExprKind::Binary { left, right, .. } => self.push_all([left, right]),
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
    fn traversal(&mut self, kind: ExprKind<'t>) {
        let start = self.all.steps.len();
        let (mut kind, mut base) = (kind, None);
        loop {
            let target = match kind {
                ExprKind::GetAttr { target, name, name_range } => {
                    self.all.steps.push(Step::Attribute(name, name_range));
                    target
                }
                ExprKind::Index { target, key } | ExprKind::LegacyIndex { target, key } => {
                    self.index(key);
                    target
                }
                ExprKind::Splat { target, each, .. } => {
                    // What comes after the splat is about the list that it makes.
                    self.all.steps.truncate(start);
                    self.steps_of_item(each);
                    self.all.steps.push(Step::Splat);
                    target
                }
                _ => break,
            };
            (kind, base) = (target.kind(), Some(target));
        }
        match kind {
            ExprKind::Variable(root) if may_be_wanted(root) && !self.bound.contains(&root) => {
                self.all.steps[start..].reverse();
                let (in_try, steps) = (self.in_try, start..self.all.steps.len());
                self.all.found.push(Traversal { root, in_try, steps });
                return;
            }
            ExprKind::Variable(_) | ExprKind::SplatItem => {}
            _ => base.into_iter().for_each(|base| self.push(base)),
        }
        self.all.steps.truncate(start);
    }

    /// The steps from the item of a splat, the last one first.
    fn steps_of_item(&mut self, each: Expr<'t>) {
        let (start, mut base) = (self.all.steps.len(), each);
        loop {
            base = match base.kind() {
                ExprKind::GetAttr { target, name, name_range } => {
                    self.all.steps.push(Step::Attribute(name, name_range));
                    target
                }
                ExprKind::Index { target, key } | ExprKind::LegacyIndex { target, key } => {
                    self.index(key);
                    target
                }
                ExprKind::SplatItem => return,
                _ => {
                    self.push(base);
                    return self.all.steps.truncate(start);
                }
            };
        }
    }

    /// A step with a key, which is visited later.
    fn index(&mut self, key: Expr<'t>) {
        self.all.steps.push(Step::Index(key.as_plain_string(), key.range()));
        self.push(key);
    }

    fn template(&mut self, template: Template<'t>) {
        let tree = template.tree();
        let children = || tree.children(template.id()).map(|id| (id, tree.node(id).kind()));
        let is_part = |kind| matches!(kind, NodeKind::TemplateLiteral | NodeKind::Interpolation);
        if !children().all(|(_, kind)| is_part(kind)) {
            return self.parts(template.parts());
        }
        // Without directives the texts need not be put together.
        for (id, _) in children().filter(|(_, kind)| *kind == NodeKind::Interpolation) {
            self.push_all(tree.children(id).map(|id| Expr::of(tree, id)));
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
    fn scoped(&mut self, names: [Option<&'t str>; 2], inner: impl FnOnce(&mut Self)) {
        let names: Vec<_> = names.into_iter().flatten().collect();
        self.all.tasks.push(Task::Unbind(names.len()));
        inner(self);
        self.all.tasks.extend(names.into_iter().map(Task::Bind));
    }

    fn push_all(&mut self, exprs: impl IntoIterator<Item = Expr<'t>>) {
        exprs.into_iter().for_each(|expr| self.push(expr));
    }

    fn push(&mut self, expr: Expr<'t>) {
        if self.places.any_in(expr.range()) {
            self.all.tasks.push(Task::Visit(expr, self.in_try));
        }
    }
}
