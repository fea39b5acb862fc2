//! Reads a `check` block of a header.

use diagnostics::Safety;
use source::TextRange;
use syntax::view::{ExprKind, ObjectKey, Part, Template};
use syntax::{Attribute, Block, Body, Expr, NodeId};

use crate::header::{Problems, expect_items, list};
use crate::names::Names;
use crate::page::{Check, FixTemplate, LevelTemplate, NameUse, RelatedTemplate, UseKind};
use crate::shapes::Shape;
use crate::wording::fault_of_message;

const ARGUMENTS: &[&str] = &["each", "when", "condition", "message", "at", "level"];
const BLOCKS: &[&str] = &["related", "fix"];
const ACTIONS: &[&str] = &["remove", "replace", "append", "prepend", "set", "insert", "delete"];

/// Reads the check `block`, the `index`th of its page.
pub(crate) fn read_check(
    block: Block<'_>,
    index: usize,
    uses: &mut Vec<NameUse>,
    problems: &mut Problems,
) -> Check {
    let body = block.body();
    let (block_kind, block_type) = read_labels(block, problems);
    expect_items(body, "a check", ARGUMENTS, BLOCKS, problems);
    let node = |name: &str| body.attribute(name).map(|attribute| attribute.expr().id());
    let level = body.attribute("level").and_then(|attribute| read_level(attribute, problems));
    let blocks = |kind: &'static str| body.blocks().filter(move |block| block.kind() == kind);
    let check = Check {
        block_kind,
        block_type,
        each: node("each"),
        when: node("when"),
        condition: node("condition"),
        message: node("message"),
        at: node("at"),
        level,
        related: blocks("related").filter_map(|block| read_related(block, problems)).collect(),
        fixes: blocks("fix").filter_map(|block| read_fix(block, problems)).collect(),
    };
    expect_whole(block, &check, problems);
    walk_names(body, index, uses, problems);
    check
}

fn read_labels(block: Block<'_>, problems: &mut Problems) -> (String, String) {
    let labels: Vec<_> = block.labels().collect();
    let [kind, of_type] = labels.as_slice() else {
        let message = "a check names a kind and a type: `check \"resource\" \"aws_x\"`";
        problems.add(block.header_range(), message);
        return (String::new(), String::new());
    };
    problems.expect_one_of("a kind of block", &kind.text(), &["resource", "data"], kind.range());
    (kind.text().into_owned(), of_type.text().into_owned())
}

/// A check has condition and message, or nothing at all, and then a Rust function judges.
fn expect_whole(block: Block<'_>, check: &Check, problems: &mut Problems) {
    match (check.condition, check.message) {
        (Some(_), None) => problems.add(block.header_range(), "this check lacks `message`"),
        (None, _) => {
            for attribute in block.body().attributes() {
                let name = attribute.name();
                if ARGUMENTS.contains(&name.as_ref()) {
                    let message = format!(
                        "`{name}` without `condition`: a check that a Rust function judges is empty"
                    );
                    problems.add(attribute.name_range(), message);
                }
            }
            for inner in block.body().blocks() {
                let message = "a check that a Rust function judges is empty";
                problems.add(inner.header_range(), message);
            }
        }
        (Some(_), Some(_)) => {}
    }
    if let Some(message) = block.body().attribute("message") {
        check_message(message.expr(), problems);
    }
}

/// A level, or a `?:` between two.
fn read_level(attribute: Attribute<'_>, problems: &mut Problems) -> Option<LevelTemplate> {
    let expr = attribute.expr();
    let ExprKind::Conditional { condition, yes, no } = expr.without_parens().kind() else {
        return Some(LevelTemplate::Fixed(problems.level(expr)?));
    };
    let (yes, no) = (problems.level(yes)?, problems.level(no)?);
    Some(LevelTemplate::Choice { condition: condition.id(), yes, no })
}

fn required(body: Body<'_>, name: &str, of: Block<'_>, problems: &mut Problems) -> Option<NodeId> {
    let attribute = body.attribute(name);
    if attribute.is_none() {
        let message = format!("this `{}` lacks `{name}`", of.kind());
        problems.add(of.header_range(), message);
    }
    Some(attribute?.expr().id())
}

fn read_related(block: Block<'_>, problems: &mut Problems) -> Option<RelatedTemplate> {
    let body = block.body();
    expect_items(body, "a `related` block", &["at", "message"], &[], problems);
    if let Some(label) = block.labels().next() {
        problems.add(label.range(), "a `related` block has no label");
    }
    if let Some(message) = body.attribute("message") {
        check_message(message.expr(), problems);
    }
    let at = required(body, "at", block, problems);
    let message = required(body, "message", block, problems);
    Some(RelatedTemplate { at: at?, message: message? })
}

fn read_fix(block: Block<'_>, problems: &mut Problems) -> Option<FixTemplate> {
    let body = block.body();
    let safety = read_safety(block, problems);
    let known: Vec<&str> =
        ACTIONS.iter().copied().chain(["with", "with_reference", "value", "in", "title"]).collect();
    expect_items(body, "a fix", &known, &[], problems);
    let actions: Vec<_> = body
        .attributes()
        .filter(|attribute| ACTIONS.contains(&attribute.name().as_ref()))
        .collect();
    let [action] = actions.as_slice() else {
        let message = format!("a fix has exactly one of {}", list(ACTIONS));
        problems.add(block.header_range(), message);
        return None;
    };
    let title = body.attribute("title").map(|attribute| attribute.expr().id());
    expect_operand(body, *action, problems);
    let target = action.expr().id();
    let operand = |name, problems: &mut Problems| required(body, name, block, problems);
    Some(match action.name().as_ref() {
        "remove" => FixTemplate::Remove { safety, title, target },
        "replace" if body.attribute("with_reference").is_some() => {
            FixTemplate::Refer { safety, title, target, with: operand("with_reference", problems)? }
        }
        "replace" => {
            FixTemplate::Replace { safety, title, target, with: operand("with", problems)? }
        }
        "set" => {
            let name = problems.text(*action)?;
            let within = body.attribute("in").map(|attribute| attribute.expr().id());
            FixTemplate::Set { safety, title, name, value: operand("value", problems)?, within }
        }
        "insert" => {
            let name = problems.text(*action)?;
            FixTemplate::InsertBlock { safety, title, name, value: operand("value", problems)? }
        }
        "delete" => {
            let (name, within) = read_deleted(action.expr(), problems)?;
            FixTemplate::Delete { safety, title, name, within }
        }
        name => {
            let (first, value) = (name == "prepend", operand("value", problems)?);
            FixTemplate::Insert { safety, title, target, value, first }
        }
    })
}

/// The argument that `delete` names, and the nested block that it is of.
fn read_deleted(expr: Expr<'_>, problems: &mut Problems) -> Option<(String, Option<NodeId>)> {
    let Some((block, name)) = argument_of(expr) else {
        let message = "`delete` names an argument: `self.x`, or `item.x` in a nested block";
        problems.add(expr.range(), message);
        return None;
    };
    Some((name.to_owned(), (!is_self(block)).then(|| block.id())))
}

fn read_safety(block: Block<'_>, problems: &mut Problems) -> Safety {
    let label = block.label(0);
    match label.as_deref() {
        Some("safe") => return Safety::Safe,
        Some("unsafe") => {}
        _ => {
            let message = "a fix says whether it is safe: `fix \"safe\"` or `fix \"unsafe\"`";
            problems.add(block.header_range(), message);
        }
    }
    Safety::Unsafe
}

/// `with` and `with_reference` belong to `replace`, `value` to `append`, `prepend`, `set` and `insert`,
/// `in` to `set`.
fn expect_operand(body: Body<'_>, action: Attribute<'_>, problems: &mut Problems) {
    let action = action.name();
    let operands = [
        ("with", &["replace"][..]),
        ("with_reference", &["replace"]),
        ("value", &["append", "prepend", "set", "insert"]),
        ("in", &["set"]),
    ];
    if let (Some(with), Some(_)) = (body.attribute("with"), body.attribute("with_reference")) {
        problems.add(with.name_range(), "`with` and `with_reference` exclude each other");
    }
    for (operand, of) in operands {
        if let Some(attribute) = body.attribute(operand)
            && !of.contains(&action.as_ref())
        {
            let message = format!("`{operand}` belongs to {}, not to `{action}`", list(of));
            problems.add(attribute.name_range(), message);
        }
    }
}

fn walk_names(body: Body<'_>, index: usize, uses: &mut Vec<NameUse>, problems: &mut Problems) {
    let mut names = Names::new(problems, uses, index);
    if let Some(each) = body.attribute("each") {
        names.walk(each.expr());
        names.has_item = true;
        names.item = names.shape(each.expr()).and_then(Shape::item);
    }
    let walked =
        |attribute: &Attribute<'_>| !matches!(attribute.name().as_ref(), "each" | "set" | "insert");
    let attributes = body.attributes().filter(walked);
    attributes.for_each(|attribute| names.walk(attribute.expr()));
    for block in body.blocks() {
        let attributes = block.body().attributes().filter(walked);
        attributes.for_each(|attribute| names.walk(attribute.expr()));
        record_fixed(block.body(), body, &mut names);
    }
}

/// Notes the arguments that a fix names.
fn record_fixed(fix: Body<'_>, check: Body<'_>, names: &mut Names<'_, '_>) {
    let each = check.attribute("each").map(Attribute::expr);
    let record =
        |within: Option<Expr<'_>>, name: &str, range, names: &mut Names<'_, '_>| match within {
            None => names.record(UseKind::Argument, name, range),
            Some(within) => {
                if let Some(block) = nested_block(within, each) {
                    names.record(UseKind::NestedArgument, &format!("{block}.{name}"), range);
                }
            }
        };
    if let Some(set) = fix.attribute("set")
        && let Some(name) = set.expr().as_plain_string()
    {
        record(fix.attribute("in").map(Attribute::expr), &name, set.expr().range(), names);
    }
    if let Some(insert) = fix.attribute("insert")
        && let Some(block) = insert.expr().as_plain_string()
    {
        names.record(UseKind::Argument, &block, insert.expr().range());
        for (name, range) in fix.attribute("value").map(keys_of).unwrap_or_default() {
            names.record(UseKind::NestedArgument, &format!("{block}.{name}"), range);
        }
    }
    if let Some(delete) = fix.attribute("delete")
        && let Some((within, name)) = argument_of(delete.expr())
        && !is_self(within)
    {
        record(Some(within), name, delete.expr().range(), names);
    }
}

/// The keys of the object that an attribute is set to, and where they stand.
fn keys_of(attribute: Attribute<'_>) -> Vec<(String, TextRange)> {
    let ExprKind::Object(object) = attribute.expr().without_parens().kind() else {
        return Vec::new();
    };
    let keys = object.items().filter_map(|(key, _)| match key {
        ObjectKey::Name(name, range) => Some((name.to_owned(), range)),
        ObjectKey::Expr(expr) => Some((expr.as_plain_string()?, expr.range())),
    });
    keys.collect()
}

/// What an attribute is taken of, and its name.
fn argument_of(expr: Expr<'_>) -> Option<(Expr<'_>, &str)> {
    match expr.without_parens().kind() {
        ExprKind::GetAttr { target, name, .. } => Some((target, name)),
        _ => None,
    }
}

/// The nested block that `item` is where `each` is all of its kind, or that an index picks; `None`
/// where it is not written that plainly.
fn nested_block<'t>(expr: Expr<'t>, each: Option<Expr<'t>>) -> Option<&'t str> {
    let all = match expr.without_parens().kind() {
        ExprKind::Variable("item") => each?,
        ExprKind::Index { target, .. } => target,
        _ => return None,
    };
    let (target, name) = argument_of(all)?;
    is_self(target).then_some(name)
}

/// Whether an expression is the block itself.
fn is_self(expr: Expr<'_>) -> bool {
    matches!(expr.without_parens().kind(), ExprKind::Variable(name) if name == "self")
}

/// Judges the wording of a message: of its templates, through conditions and parentheses.
fn check_message(expr: Expr<'_>, problems: &mut Problems) {
    match expr.kind() {
        ExprKind::Template(template) => check_template(expr, template, problems),
        ExprKind::Conditional { yes, no, .. } => {
            check_message(yes, problems);
            check_message(no, problems);
        }
        ExprKind::Paren(inner) => check_message(inner, problems),
        _ => problems.add(expr.range(), "a message is a quoted string"),
    }
}

fn check_template(expr: Expr<'_>, template: Template<'_>, problems: &mut Problems) {
    let parts = template.parts();
    if parts.is_empty() {
        problems.add(expr.range(), "this message is empty");
    }
    let mut backticks = 0;
    for (index, part) in parts.iter().enumerate() {
        let Part::Literal { text, range } = part else {
            continue;
        };
        backticks += text.matches('`').count();
        let (starts, ends) = (index == 0, index + 1 == parts.len());
        if let Some(fault) = fault_of_message(text, starts, ends) {
            problems.add(*range, fault);
        }
    }
    if backticks % 2 == 1 {
        problems.add(expr.range(), "a backtick of this message has no partner");
    }
}
