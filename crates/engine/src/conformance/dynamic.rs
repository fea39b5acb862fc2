//! Walks over `dynamic` blocks, which make nested blocks. Never evaluates anything.

use module::{Argument, Placed};
use source::Location;
use syntax::view::ExprKind;
use syntax::{Expr, Item};

use super::blocks::Counted;
use super::plan::Frame;
use super::walk::{Scope, Walk};
use crate::SchemaRule;

/// What may stand in a `dynamic` block.
const ARGUMENTS: &[&str] = &["for_each", "iterator", "labels"];

impl<'a> Walk<'_, 'a> {
    /// A `dynamic` block: its own parts, and the content that it repeats.
    pub(super) fn dynamic(
        &mut self,
        scope: &Scope<'_, 'a>,
        placed: Placed<'a>,
        counted: &mut Vec<Counted<'a>>,
    ) {
        let Some(label) = placed.block.labels().next() else { return };
        let name = label.text();
        let place = Location::new(placed.file, label.range());
        let Some(found) = self.find_block(scope, &name, place) else { return };
        let body = placed.body();
        let for_each = body.argument("for_each");
        if scope.is_read && !placed.is_broken() {
            self.parts(scope, placed, for_each);
        }
        // Of an empty list nothing is made, and Terraform does not look at the content.
        if for_each.is_some_and(|argument| is_empty(argument.expr())) {
            Counted::of(counted, &found);
            return;
        }
        let iterator = body.argument("iterator").map(|it| it.expr().kind());
        let iterator = match iterator {
            Some(ExprKind::Variable(iterator)) => iterator.to_owned(),
            _ => name.into_owned(),
        };
        let frame = self.plan.frames.len();
        let header = placed.header();
        self.plan.frames.push(Frame { outer: scope.frame, for_each, iterator, header });
        Counted::of(counted, &found).made.push(frame);
        if let Some(content) = body.blocks_of("content").next() {
            self.enter(scope, &found, (content, frame));
        }
    }

    /// Judges what stands in a `dynamic` block beside its content.
    fn parts(&mut self, scope: &Scope<'_, 'a>, placed: Placed<'a>, for_each: Option<Argument<'a>>) {
        let place = |range| Location::new(placed.file, range);
        if for_each.is_none() && self.rules.runs(SchemaRule::MissingArgument) {
            let message = "a `dynamic` block requires the argument `for_each`".to_owned();
            self.tell(scope, (SchemaRule::MissingArgument, None), placed.header(), message);
        }
        let body = placed.block.body();
        if body.blocks_of("content").next().is_none() && self.rules.runs(SchemaRule::MissingBlock) {
            let message = "a `dynamic` block requires a block `content`".to_owned();
            self.tell(scope, (SchemaRule::MissingBlock, None), placed.header(), message);
        }
        if body.tree().is_json() {
            return;
        }
        for item in body.items() {
            match item {
                Item::Attribute(attribute) if ARGUMENTS.contains(&&*attribute.name()) => {}
                Item::Attribute(attribute) if self.rules.runs(SchemaRule::UnknownArgument) => {
                    let name = attribute.name();
                    let hint = belongs_into_content(scope, placed, &name);
                    let message = format!("a `dynamic` block has no argument `{name}`{hint}");
                    let location = place(attribute.name_range());
                    self.tell(scope, (SchemaRule::UnknownArgument, None), location, message);
                }
                Item::Block(block)
                    if block.kind() != "content" && self.rules.runs(SchemaRule::UnknownBlock) =>
                {
                    let name = block.kind();
                    let hint = belongs_into_content(scope, placed, &name);
                    let message = format!("a `dynamic` block has no block `{name}`{hint}");
                    let location = place(block.kind_range());
                    self.tell(scope, (SchemaRule::UnknownBlock, None), location, message);
                }
                _ => {}
            }
        }
    }
}

/// What is said of a name that may stand in the blocks that are made.
fn belongs_into_content(scope: &Scope<'_, '_>, placed: Placed<'_>, name: &str) -> &'static str {
    let made = placed.block.label(0).unwrap_or_default();
    let schema = match (scope.schema.block(&made), scope.schema.argument(&made)) {
        (Some(block), _) => Some(scope.schema.nested(block)),
        (None, Some(argument)) => scope.schema.object(argument).map(|(_, schema)| schema),
        _ => None,
    };
    let is_inner = schema
        .is_some_and(|schema| schema.argument(name).is_some() || schema.block(name).is_some());
    if is_inner { "; it belongs into the block `content`" } else { "" }
}

/// Whether an expression is a list or object that is written out and has nothing in it.
fn is_empty(expr: Expr<'_>) -> bool {
    match expr.without_parens().kind() {
        ExprKind::Tuple(elements) => elements.iter().next().is_none(),
        ExprKind::Object(object) => object.items().next().is_none(),
        _ => false,
    }
}
