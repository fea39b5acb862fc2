//! Finds the values that made a condition what it is: those that alone keep it so, whatever all
//! others may be. Knows nothing of rules, and looks at the condition only by evaluating it.

mod mask;
mod search;

use std::cell::RefCell;

use eval::{Budget, Lookup, Scope, evaluate, truth};
use source::{FileId, Location, TextRange};
use syntax::view::ExprKind;
use syntax::{BinaryOp, Expr, NodeKind, UnaryOp};
use value::Value;

use mask::{Mask, Name, key};
use search::Search;

/// The work that the search for the reasons of one condition may take, in steps of evaluation.
const STEPS: u64 = 200_000;

/// Values that together make a condition what it is; no one of them can be left out.
#[derive(Clone, Debug)]
pub(crate) struct Reason {
    /// Those values, the one to show first.
    pub(crate) leaves: Vec<Leaf>,
}

/// A value, or the absence of one, that a condition rests on.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// The name and the way down from it: `self.callback_urls[1]`.
    pub(crate) path: String,
    /// The value; a collection when it is to blame as a whole, be it for what is missing in it.
    pub(crate) value: Value,
    /// What it is a part of, the innermost first.
    pub(crate) around: Vec<Value>,
}

/// Why `condition`, which stands in `file`, comes to `answer` in `scope`: at most `limit` reasons,
/// each enough by itself. A value that is to blame is in one reason only. No reasons when the
/// condition comes to something else; one without leaves when no value that it reads matters.
///
/// Each value that the condition reads is replaced by an unknown one of its type. Where the answer
/// stays, the value does not matter, as what is not known decides nothing. Of a collection elements
/// are left out, because one that is not known often makes all unknown, as it does under the `if` of
/// a `for`. What remains when no more can be left out is to blame; if all can, something is missing,
/// and the collection is.
pub(crate) fn blame(
    condition: Expr<'_>,
    file: FileId,
    scope: &dyn Scope,
    answer: bool,
    limit: usize,
) -> Vec<Reason> {
    let budget = Budget::new(STEPS);
    let comes_to = |(expr, answer): &(Expr<'_>, bool)| {
        truth(&evaluate(*expr, file, scope, &budget).value) == Some(*answer)
    };
    if !comes_to(&(condition, answer)) {
        return Vec::new();
    }
    let mut parts = deciding_parts(condition, answer);
    parts.retain(comes_to);
    if parts.is_empty() {
        parts.push((condition, answer));
    }
    let mut reasons: Vec<Reason> = Vec::new();
    for (part, answer) in parts {
        let form = Form::of(part);
        let names = names_read(part, file, scope, &form);
        let is_reached = |names: &[Name]| {
            let scope = mask::MaskedScope { inner: scope, names };
            truth(&evaluate(part, file, &scope, &budget).value) == Some(answer)
        };
        let mut search = Search::new(names, &is_reached, form.counts_positions, &budget);
        for reason in search.reasons(limit.saturating_sub(reasons.len())) {
            let first = |reason: &Reason| reason.leaves.first().map(|leaf| leaf.path.clone());
            if reasons.iter().all(|other| first(other) != first(&reason)) {
                reasons.push(reason);
            }
        }
    }
    reasons
}

/// The parts of a condition of which each one decides by itself: what stands between the `&&` of a
/// condition that is false. With each part, what it has to come to for that.
fn deciding_parts(condition: Expr<'_>, answer: bool) -> Vec<(Expr<'_>, bool)> {
    let mut parts = Vec::new();
    let mut open = vec![(condition, answer)];
    while let Some((expr, answer)) = open.pop() {
        let expr = expr.without_parens();
        match expr.kind() {
            ExprKind::Unary { op: UnaryOp::Not, operand } => open.push((operand, !answer)),
            ExprKind::Binary { op: BinaryOp::And, left, right } if !answer => {
                open.extend([(right, answer), (left, answer)]);
            }
            ExprKind::Binary { op: BinaryOp::Or, left, right } if answer => {
                open.extend([(right, answer), (left, answer)]);
            }
            _ => parts.push((expr, answer)),
        }
    }
    parts
}

/// What matters of the form of a condition.
#[derive(Default)]
struct Form {
    /// Whether it picks elements by their positions.
    counts_positions: bool,
    /// What chooses between the arms of a `?:`.
    predicates: Vec<TextRange>,
}

impl Form {
    fn of(expr: Expr<'_>) -> Self {
        let tree = expr.tree();
        let mut form = Self::default();
        let mut open = vec![expr.id()];
        while let Some(id) = open.pop() {
            let inner = Expr::of(tree, id);
            match tree.node(id).kind() {
                NodeKind::Index | NodeKind::LegacyIndex => {
                    let key = tree.children(id).nth(1).map(|key| Expr::of(tree, key));
                    let is_name = key.is_some_and(|key| key.as_plain_string().is_some());
                    form.counts_positions |= !is_name;
                }
                NodeKind::Call => {
                    if let ExprKind::Call(call) = inner.kind() {
                        let picks = matches!(&*call.name(), "element" | "index" | "slice");
                        form.counts_positions |= picks;
                    }
                }
                NodeKind::Conditional => {
                    if let ExprKind::Conditional { condition, .. } = inner.kind() {
                        form.predicates.push(condition.range());
                    }
                }
                _ => {}
            }
            open.extend(tree.children(id));
        }
        form
    }

    fn is_predicate(&self, range: TextRange) -> bool {
        self.predicates.iter().any(|predicate| predicate.contains(range))
    }
}

/// The names that `expr` looks up, each once, in the order in which they stand there. None is a
/// part of another.
fn names_read(expr: Expr<'_>, file: FileId, scope: &dyn Scope, form: &Form) -> Vec<Name> {
    let recorder = Recorder { inner: scope, names: RefCell::default() };
    evaluate(expr, file, &recorder, &Budget::new(STEPS));
    let mut names = recorder.names.into_inner();
    names.sort_by_key(|read| read.range);
    let is_part = |key: &[String]| {
        let mut names = names.iter();
        names.any(|other| other.key.len() < key.len() && key.starts_with(&other.key))
    };
    let whole = names.iter().filter(|read| !is_part(&read.key));
    whole
        .map(|read| Name {
            key: read.key.clone(),
            value: read.value.clone(),
            mask: Mask::None,
            left: read.value.clone(),
            is_predicate: form.is_predicate(read.range),
        })
        .collect()
}

/// A name that was looked up.
struct Read {
    key: Vec<String>,
    value: Value,
    /// Where it stands last: what chooses an arm may be used in it, too.
    range: TextRange,
}

/// A scope that remembers what was looked up in it.
struct Recorder<'s> {
    inner: &'s dyn Scope,
    names: RefCell<Vec<Read>>,
}

impl Scope for Recorder<'_> {
    fn lookup(&self, root: &str, attributes: &[&str], at: Location) -> Lookup {
        let lookup = self.inner.lookup(root, attributes, at);
        if let Lookup::Found { value, consumed } = &lookup {
            let key: Vec<String> = key(root, attributes, *consumed).map(str::to_owned).collect();
            let mut names = self.names.borrow_mut();
            match names.iter_mut().find(|known| known.key == key) {
                Some(known) => known.range = known.range.max(at.range),
                None => names.push(Read { key, value: value.clone(), range: at.range }),
            }
        }
        lookup
    }

    fn around(&self) -> Option<&dyn Scope> {
        Some(self.inner)
    }
}

#[cfg(test)]
mod tests;
