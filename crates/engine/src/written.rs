//! What rules about style see of the text of a block: pieces of source, whatever they come to.

use diagnostics::{Edit, Safety};
use source::{Location, TextRange};
use syntax::view::{ExprKind, Part};
use syntax::{Expr, NodeId, NodeKind, Tree};
use value::{Origin, Step, Value};

use crate::place::{Own, Place};
use crate::{Finding, Reporter};

/// A quoted template that is one interpolation and nothing else: `"${x}"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoneInterpolation {
    location: Location,
    /// The expression inside, as it can stand in its place.
    pub inside: String,
}

impl<'a> Reporter<'a> {
    /// The strings that stand in the list literal that made `list`, in the order of the source and
    /// with what stands there twice; none when something else made it, such as a function.
    pub fn written_strings(&self, list: &Value) -> Vec<Value> {
        let mut steps: Vec<&Step> = list.origin().steps().collect();
        let Some(made) = steps.pop().map(|step| step.location) else {
            return Vec::new();
        };
        let tree = self.values.module().sources.tree(made.file);
        let Some(ExprKind::Tuple(elements)) = tuple_at(tree, made.range).map(Expr::kind) else {
            return Vec::new();
        };
        let strings = elements.iter().filter_map(|element| {
            let text = element.as_plain_string()?;
            let start = Origin::made(Location::new(made.file, element.range()));
            let way = steps.iter().rev();
            let origin = way.fold(start, |way, step| way.then(step.location, step.kind.clone()));
            Some(Value::string(text).marked(list.marks()).with_origin(origin))
        });
        strings.collect()
    }

    /// The lone interpolations in the block's own text, nested blocks included, but for keys of
    /// objects, where they have a meaning. None in the JSON syntax, which has no other expressions.
    pub fn lone_interpolations(&self) -> Vec<LoneInterpolation> {
        let Some((block, place)) = self.block.filter(|(block, _)| !block.tree().is_json()) else {
            return Vec::new();
        };
        let tree = block.tree();
        let mut found = Vec::new();
        // The nodes that are yet to be looked at, each with whether its value stands alone.
        let mut open = vec![(block.body().id(), true)];
        while let Some((id, is_alone)) = open.pop() {
            let kind = tree.node(id).kind();
            if kind == NodeKind::Template
                && let Some(inside) = inside(tree, id, is_alone)
            {
                found.push(LoneInterpolation {
                    location: Location::new(place.file, tree.range(id)),
                    inside,
                });
            }
            let skipped = usize::from(kind == NodeKind::ObjectItem);
            let children = tree.children(id).skip(skipped);
            open.extend(children.map(|child| (child, holds_alone(kind))));
        }
        found.sort_by_key(|found| found.location.range.start());
        found
    }

    /// Starts a diagnostic about a lone interpolation.
    pub fn report_lone(
        &mut self,
        at: &LoneInterpolation,
        message: impl Into<String>,
    ) -> Finding<'_, 'a> {
        self.start(Some(Place::at(at.location)), message.into())
    }
}

impl Finding<'_, '_> {
    /// Takes the element `target` out of the list that made it.
    #[must_use]
    pub fn remove(self, safety: Safety, title: impl Into<String>, target: &Value) -> Self {
        self.remove_element(safety, title.into(), target)
    }

    /// Writes what is inside of a lone interpolation in its place.
    #[must_use]
    pub fn unwrap_lone(
        self,
        safety: Safety,
        title: impl Into<String>,
        at: &LoneInterpolation,
    ) -> Self {
        let edit = Edit { location: at.location, text: at.inside.clone() };
        self.fix(safety, title, Some(vec![edit]), Own::default())
    }
}

fn tuple_at(tree: &Tree, range: TextRange) -> Option<Expr<'_>> {
    let mut path = tree.path_to(range).into_iter().rev();
    let is_it = |id: &NodeId| tree.range(*id) == range && tree.node(*id).kind() == NodeKind::Tuple;
    path.find(is_it).map(|id| Expr::of(tree, id))
}

/// The text inside of a template if that is one interpolation and can stand in its place.
fn inside(tree: &Tree, id: NodeId, is_alone: bool) -> Option<String> {
    let ExprKind::Template(template) = Expr::of(tree, id).kind() else {
        return None;
    };
    let Some(Part::Interpolation { expr, .. }) = template.only_part() else {
        return None;
    };
    let text = std::str::from_utf8(expr.range().slice(tree.text())).ok()?;
    let is_compound = match expr.kind() {
        ExprKind::Missing => return None,
        ExprKind::Conditional { .. } | ExprKind::Binary { .. } | ExprKind::Unary { .. } => true,
        // In braces a chain of names may go on below.
        _ => text.contains('\n') && !text.ends_with([')', ']', '}']),
    };
    let needs_parens = is_compound && (!is_alone || text.contains('\n'));
    Some(if needs_parens { format!("({text})") } else { text.to_owned() })
}

/// Whether what stands in a node of that kind ends where its value does.
fn holds_alone(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::Attribute | NodeKind::Tuple | NodeKind::Call | NodeKind::Paren)
}
