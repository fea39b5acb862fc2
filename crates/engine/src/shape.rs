//! Shapes a block instance as an object, by the schema of its type.

use std::collections::BTreeMap;
use std::sync::Arc;

use module::{Bindings, ModuleValues, repetition};
use schema::BlockSchema;
use source::{FileId, Location};
use syntax::{Block, Body, SyntaxErrorKind};
use value::{Origin, Reason, Type, Value, ValueKind};

/// A block instance as an object.
pub(crate) struct Shaped {
    /// An object with every argument and nested block type of the schema.
    pub(crate) object: Value,
    /// Nested blocks of which the number is not known: what they would hold if they exist.
    pub(crate) possible: BTreeMap<&'static str, Vec<Value>>,
}

/// Evaluates the arguments and nested blocks of `body` that `schema` names. Arguments that do not
/// fit their type are unknown, and so are those that are not there where the text is broken.
pub(crate) fn shape(
    values: &ModuleValues<'_>,
    body: Body<'_>,
    file: FileId,
    bindings: &Bindings,
    schema: &BlockSchema,
) -> Shaped {
    let mut object = BTreeMap::new();
    let mut possible = BTreeMap::new();
    let is_broken = is_broken(body);
    for (name, argument) in schema.arguments {
        let ty = argument.ty();
        let value = match body.attribute(name) {
            Some(attribute) => {
                let value = values.value(attribute.expr(), file, bindings);
                value::convert(&value, &ty)
                    .unwrap_or_else(|_| Value::unknown(ty.clone(), Reason::Error))
            }
            None if is_broken || body.blocks().any(|block| block.kind() == *name) => {
                Value::unknown(ty, Reason::Error)
            }
            None => Value::null(ty),
        };
        object.insert(Arc::from(*name), value);
    }
    for (name, nested) in schema.blocks {
        let (blocks, complete) = nested_blocks(values, body, file, bindings, name, nested);
        let list = if complete && !is_broken {
            Value::new(ValueKind::Tuple(blocks.into()))
        } else {
            possible.insert(*name, blocks);
            Value::unknown(Type::Dynamic, Reason::Derived)
        };
        object.insert(Arc::from(*name), list);
    }
    Shaped { object: Value::new(ValueKind::Object(object.into())), possible }
}

/// Whether something in `body` could not be read, so that what is not there may be meant to be.
fn is_broken(body: Body<'_>) -> bool {
    let range = body.range();
    let mut errors = body.tree().errors().iter();
    errors.any(|error| {
        error.kind != SyntaxErrorKind::DuplicateAttribute
            && error.range.start() <= range.end()
            && range.start() <= error.range.end()
    })
}

/// The nested blocks called `name`, written out or made by `dynamic`, and whether these are all.
fn nested_blocks(
    values: &ModuleValues<'_>,
    body: Body<'_>,
    file: FileId,
    bindings: &Bindings,
    name: &str,
    schema: &BlockSchema,
) -> (Vec<Value>, bool) {
    let mut found = Vec::new();
    let mut complete = true;
    for block in body.blocks() {
        if block.kind() == name {
            found.push(block_value(values, block, block.body(), file, bindings, schema));
        } else if block.kind() == "dynamic" && block.label(0).as_deref() == Some(name) {
            complete &= expand(values, block, file, bindings, name, schema, &mut found);
        }
    }
    (found, complete)
}

/// Adds the blocks that a `dynamic` block makes; `false` when their number is not known.
fn expand(
    values: &ModuleValues<'_>,
    dynamic: Block<'_>,
    file: FileId,
    bindings: &Bindings,
    name: &str,
    schema: &BlockSchema,
    found: &mut Vec<Value>,
) -> bool {
    let body = dynamic.body();
    let Some(content) = body.blocks().find(|block| block.kind() == "content") else { return false };
    let Some(for_each) = body.attribute("for_each") else { return false };
    let iterator = body.attribute("iterator").map(syntax::Attribute::expr);
    let iterator = match iterator.map(syntax::Expr::kind) {
        Some(syntax::view::ExprKind::Variable(iterator)) => iterator.into_owned(),
        _ => name.to_owned(),
    };
    let collection = values.value(for_each.expr(), file, bindings);
    let pairs = repetition(&collection);
    let known = pairs.is_some();
    let unknown = || Value::unknown(Type::Dynamic, Reason::Each);
    for (key, value) in pairs.unwrap_or_else(|| vec![(unknown(), unknown())]) {
        let mut inner = bindings.clone();
        inner.iterators.push((iterator.clone(), key, value));
        found.push(block_value(values, dynamic, content.body(), file, &inner, schema));
    }
    known
}

/// A nested block as an object whose place is the header of `block`.
fn block_value(
    values: &ModuleValues<'_>,
    block: Block<'_>,
    body: Body<'_>,
    file: FileId,
    bindings: &Bindings,
    schema: &BlockSchema,
) -> Value {
    let header = Location::new(file, block.header_range());
    shape(values, body, file, bindings, schema).object.with_origin(Origin::made(header))
}
