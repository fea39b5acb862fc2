//! Judges a block by the conditions on a rule page.

use std::collections::BTreeSet;

use eval::{Budget, evaluate, truth};
use rulebook::{Check, FixTemplate, LevelTemplate, Page};
use source::FileId;
use syntax::{Expr, NodeId};
use value::{Value, ValueKind};

use crate::blame::{Leaf, Reason, blame};
use crate::context::{BlockContext, elements_of};
use crate::page_scope::{PageScope, for_people};
use crate::place::{Place, place_of_leaf};
use crate::reporter::{Finding, Reporter};

/// The most pieces of source that one check blames in one block.
const MAX_REASONS: usize = 20;
/// The most places that are told beside one of these.
const MAX_OTHERS: usize = 3;

/// Runs the checks of `page` that name the type of the block.
pub(crate) fn run(
    page: &Page,
    block_type: (&str, &str),
    block: &BlockContext<'_>,
    reporter: &mut Reporter<'_>,
) {
    for check in &page.checks {
        if (check.block_kind.as_str(), check.block_type.as_str()) == block_type {
            let judge = Judge { page, check, block };
            judge.run(reporter);
        }
    }
}

/// What a finding rests on.
struct Because {
    condition: Value,
    when: Option<Value>,
}

/// What is at fault.
enum At<'v> {
    /// A value that the page names.
    Value(Value),
    /// What the condition rests on, and with what else together.
    Leaf(Place, &'v Leaf, &'v [Leaf]),
    /// The block.
    Block,
}

struct Judge<'p, 'b> {
    page: &'p Page,
    check: &'p Check,
    block: &'p BlockContext<'b>,
}

impl Judge<'_, '_> {
    fn run(&self, reporter: &mut Reporter<'_>) {
        let Some(each) = self.check.each else {
            self.judge(None, reporter);
            return;
        };
        for item in self.items(each) {
            if !item.is_null() {
                self.judge(Some(&item), reporter);
            }
        }
    }

    /// The elements that `each` names; for nested blocks also those that may not exist.
    fn items(&self, each: NodeId) -> Vec<Value> {
        let expr = self.expr(each);
        if let syntax::view::ExprKind::GetAttr { target, name, .. } = expr.kind()
            && matches!(target.kind(), syntax::view::ExprKind::Variable(root) if root == "self")
            && self.block.is_open(name)
        {
            return self.block.elements(name);
        }
        elements_of(&self.value(each, None))
    }

    fn judge(&self, item: Option<&Value>, reporter: &mut Reporter<'_>) {
        let Some(condition) = self.check.condition else { return };
        let when = self.check.when.map(|when| self.value(when, item));
        if when.as_ref().is_some_and(|when| truth(when) != Some(true)) {
            return;
        }
        let condition = self.value(condition, item);
        if truth(&condition) != Some(false) {
            return;
        }
        let because = Because { condition, when };
        match (self.check.at, item) {
            (Some(at), _) => {
                let at = At::Value(reporter.first_placed(self.value(at, item)));
                self.report(at, &because, item, reporter);
            }
            (None, Some(value)) => self.report(At::Value(value.clone()), &because, item, reporter),
            (None, None) => self.report_reasons(&because, reporter),
        }
    }

    /// Reports each piece of source that makes the condition false by itself; the block when there
    /// is none.
    fn report_reasons(&self, because: &Because, reporter: &mut Reporter<'_>) {
        let mut places = BTreeSet::new();
        for Reason { leaves } in self.blame(self.check.condition, false, MAX_REASONS) {
            let Some((first, others)) = leaves.split_first() else { continue };
            let Some((_, block)) = reporter.block else { continue };
            let place = place_of_leaf(first, block, reporter.uses);
            // Values that came the same way have one place.
            if places.insert(place.location) {
                self.report(At::Leaf(place, first, others), because, None, reporter);
            }
        }
        if places.is_empty() {
            self.report(At::Block, because, None, reporter);
        }
    }

    fn blame(&self, condition: Option<NodeId>, answer: bool, limit: usize) -> Vec<Reason> {
        let scope = PageScope::new(self.block, None, self.page);
        condition.map_or_else(Vec::new, |condition| {
            blame(self.expr(condition), FileId::NOWHERE, &scope, answer, limit)
        })
    }

    fn report(
        &self,
        at: At<'_>,
        because: &Because,
        item: Option<&Value>,
        reporter: &mut Reporter<'_>,
    ) {
        let message = self.message(self.check.message, item);
        let mut finding = match at {
            At::Value(value) => reporter.report(&value, message),
            At::Leaf(place, first, others) => {
                let finding = reporter.start(Some(place), message).because(&[&first.value]);
                self.explain(others, because, finding)
            }
            At::Block => reporter.report_block(message),
        };
        finding = finding.because(&[&because.condition]);
        if let Some(when) = &because.when {
            finding = finding.because(&[when]);
        }
        match self.check.level {
            Some(LevelTemplate::Fixed(level)) => finding = finding.level(level),
            Some(LevelTemplate::Choice { condition, yes, no }) => {
                let condition = self.value(condition, item);
                let level = match truth(&condition) {
                    Some(true) => yes,
                    Some(false) => no,
                    None => yes.min(no),
                };
                finding = finding.level(level).because(&[&condition]);
            }
            None => {}
        }
        for related in &self.check.related {
            let place = self.value(related.at, item);
            finding = finding.related(&place, self.message(Some(related.message), item));
        }
        for fix in &self.check.fixes {
            finding = self.offer(fix, item, finding);
            if finding.has_fix() {
                break;
            }
        }
    }

    /// Adds the places of what else a condition rests on, and of what makes the rule apply.
    fn explain<'r, 'a>(
        &self,
        others: &[Leaf],
        because: &Because,
        mut finding: Finding<'r, 'a>,
    ) -> Finding<'r, 'a> {
        for leaf in others.iter().take(MAX_OTHERS) {
            finding = finding.related(&leaf.value, "this is part of the reason");
        }
        // A page that names places knows better which ones help.
        if because.when.is_some()
            && self.check.related.is_empty()
            && let [Reason { leaves }] = &self.blame(self.check.when, true, 2)[..]
            && let [leaf] = &leaves[..]
        {
            finding = finding.related(&leaf.value, "the rule applies because of this");
        }
        finding
    }

    fn offer<'r, 'a>(
        &self,
        fix: &FixTemplate,
        item: Option<&Value>,
        finding: Finding<'r, 'a>,
    ) -> Finding<'r, 'a> {
        match fix {
            FixTemplate::Remove { safety, title, target } => {
                let shown = self.shown(*target, item);
                let title = self.title(*title, item, || format!("remove {shown}"));
                finding.remove_element(*safety, title, &self.value(*target, item))
            }
            FixTemplate::Replace { safety, title, target, with } => {
                let Some(with) = self.known(*with, item) else { return finding };
                let default = || format!("replace by `{}`", for_people(&with));
                let title = self.title(*title, item, default);
                let with = elements_or_one(with);
                finding.replace_value(*safety, title, &self.value(*target, item), &with)
            }
            FixTemplate::Refer { safety, title, target, with } => {
                let with = self.value(*with, item);
                let text = with.as_str().filter(|_| with.marks().is_printable());
                let Some(text) = text else { return finding };
                let title = self.title(*title, item, || format!("refer to `{text}`"));
                finding.replace_by_reference(*safety, title, &self.value(*target, item), text)
            }
            FixTemplate::Insert { safety, title, target, value, first } => {
                let Some(value) = self.known(*value, item) else { return finding };
                let title = self.title(*title, item, || format!("add `{value}`"));
                let target = self.value(*target, item);
                finding.insert_element(*safety, title, &target, &value, *first)
            }
            FixTemplate::Set { safety, title, name, value, within } => {
                let Some(value) = self.known(*value, item) else { return finding };
                let title = self.title(*title, item, || format!("set `{name} = {value}`"));
                let within = within.map(|within| self.value(within, item));
                finding.set_argument_in(*safety, title, within.as_ref(), name, &value)
            }
            FixTemplate::InsertBlock { safety, title, name, value } => {
                let Some(value) = self.known(*value, item) else { return finding };
                let title = self.title(*title, item, || format!("add the block `{name}`"));
                finding.insert_block(*safety, title, name, &value)
            }
            FixTemplate::Delete { safety, title, name, within } => {
                let within = within.map(|within| self.value(within, item));
                let title = self.title(*title, item, || format!("remove `{name}`"));
                finding.delete_argument(*safety, title, within.as_ref(), name)
            }
        }
    }

    /// A value that a fix may write; nothing of it is unknown, and it is not `null`.
    fn known(&self, node: NodeId, item: Option<&Value>) -> Option<Value> {
        let value = self.value(node, item);
        (!value.is_null() && value.is_wholly_known()).then_some(value)
    }

    fn title(
        &self,
        title: Option<NodeId>,
        item: Option<&Value>,
        default: impl FnOnce() -> String,
    ) -> String {
        title.map_or_else(default, |title| self.message(Some(title), item))
    }

    fn shown(&self, node: NodeId, item: Option<&Value>) -> String {
        format!("`{}`", self.value(node, item))
    }

    /// A message of the page, with values that may not be shown replaced.
    fn message(&self, template: Option<NodeId>, item: Option<&Value>) -> String {
        let message = template.map(|node| self.evaluate(node, item, true));
        match message.as_ref().map(Value::kind) {
            Some(ValueKind::String(text)) => text.to_string(),
            _ => self.page.title.clone(),
        }
    }

    fn value(&self, node: NodeId, item: Option<&Value>) -> Value {
        self.evaluate(node, item, false)
    }

    fn evaluate(&self, node: NodeId, item: Option<&Value>, for_people: bool) -> Value {
        let scope = PageScope::new(self.block, item, self.page);
        let scope = if for_people { scope.for_people() } else { scope };
        evaluate(self.expr(node), FileId::NOWHERE, &scope, &Budget::default()).value
    }

    fn expr(&self, node: NodeId) -> Expr<'_> {
        Expr::of(&self.page.header, node)
    }
}

/// The elements of a list; of all else that alone.
fn elements_or_one(value: Value) -> Vec<Value> {
    match value.kind() {
        ValueKind::List(..) | ValueKind::Set(..) | ValueKind::Tuple(_) => elements_of(&value),
        _ => vec![value],
    }
}
