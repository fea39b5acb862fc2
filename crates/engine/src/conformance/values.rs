//! Notes which values of a block are to be judged. Never evaluates anything.

use diagnostics::{Edit, Fix, Safety};
use module::Argument;
use schema::Attribute;
use syntax::Expr;
use syntax::view::ExprKind;
use value::Type;

use super::literal::{is_literal, may_be_null, may_be_wrong, unquoted};
use super::plan::{Finding, Slot, Wants};
use super::walk::{Scope, Walk};
use crate::SchemaRule;

impl<'a> Walk<'_, 'a> {
    /// Notes the value of an argument, where it may be wrong.
    pub(super) fn slot(
        &mut self,
        scope: &Scope<'_, 'a>,
        argument: Argument<'a>,
        attribute: Attribute<'a>,
        wants: Wants,
    ) {
        let expr = argument.expr();
        if wants != Wants::Null {
            self.quoted(scope, argument, attribute);
        }
        if !self.judges_values {
            return;
        }
        let is_doubtful = match wants {
            Wants::Anything => false,
            Wants::Value => may_be_null(expr),
            Wants::Null => true,
        };
        if is_doubtful || may_be_wrong(expr, attribute) {
            self.plan.slots.push(Slot {
                owner: scope.owner,
                frame: scope.frame,
                attribute,
                argument,
                selection: scope.schema.selection,
                wants,
                is_literal: is_literal(expr),
            });
        }
    }

    /// Tells of a bool or number that is written in quotes.
    fn quoted(&mut self, scope: &Scope<'_, 'a>, argument: Argument<'a>, attribute: Attribute<'a>) {
        let expr = argument.expr();
        if !self.rules.runs(SchemaRule::QuotedLiteral)
            || !matches!(expr.kind(), ExprKind::Template(_))
        {
            return;
        }
        let ty = attribute.ty();
        let Some(text) = unquoted(expr, &ty).filter(|_| is_text_of_its_own(expr)) else { return };
        let what = if ty == Type::Bool { "bool" } else { "number" };
        let name = attribute.name();
        let message = format!("`{name}` is a {what} and is written in quotes");
        let edits = vec![Edit { location: argument.location(), text: text.clone() }];
        let title = format!("write `{text}`");
        self.add(
            scope,
            Finding {
                rule: SchemaRule::QuotedLiteral,
                level: None,
                location: argument.location(),
                message,
                related: Vec::new(),
                fix: Some(Fix { safety: Safety::Safe, title, edits }),
            },
        );
    }
}

/// Whether an expression stands between quotes in the text: in JSON it may be a part of a string.
fn is_text_of_its_own(expr: Expr<'_>) -> bool {
    let text = expr.range().slice(expr.tree().text());
    text.len() >= 2 && text.starts_with(b"\"") && text.ends_with(b"\"")
}
