//! Shapes a block instance as an object, by the schema of its type.

use std::collections::BTreeMap;
use std::sync::Arc;

use module::{Argument, Bindings, MergedBody, ModuleValues, Placed, repetition};
use schema::BlockSchema;
use source::Location;
use syntax::view::ExprKind;
use syntax::{Expr, SyntaxErrorKind};
use value::{Origin, Reason, Type, Value, ValueKind};

/// A block instance as an object.
pub(crate) struct Shaped {
    /// An object with every argument and nested block type of the schema.
    pub(crate) object: Value,
    /// Nested blocks of which the number is not known: what they would hold if they exist.
    pub(crate) possible: BTreeMap<&'static str, Vec<Value>>,
}

/// How much of the text of a block could be read.
#[derive(Clone, Copy)]
pub(crate) struct Legibility {
    /// Something is not read, so that what is not there may be meant to be.
    is_broken: bool,
    /// That is in an override, so that it may change anything.
    is_uncertain: bool,
}

impl Legibility {
    pub(crate) fn of(body: MergedBody<'_, '_>) -> Self {
        let has_unread = |part: Placed<'_>| is_broken(part) || has_escaping_block(part);
        let is_uncertain = body.overrides().iter().any(|part| has_unread(*part));
        Self { is_broken: is_uncertain || has_unread(body.base()), is_uncertain }
    }
}

/// Evaluates the arguments and nested blocks of `body` that `schema` names. Arguments that do not
/// fit their type are unknown, and so are those that are not there where the text is broken.
pub(crate) fn shape(
    values: &ModuleValues<'_>,
    (body, legibility): (MergedBody<'_, '_>, Legibility),
    bindings: &Bindings,
    schema: &BlockSchema,
) -> Shaped {
    let shaper = Shaper { values, body, bindings, legibility };
    let mut object = BTreeMap::new();
    let mut possible = BTreeMap::new();
    for (name, argument) in schema.arguments {
        object.insert(Arc::from(*name), shaper.argument(name, argument.ty()));
    }
    for (name, nested) in schema.blocks {
        let (blocks, complete) = shaper.nested_blocks(name, nested);
        let list = if complete {
            Value::new(ValueKind::Tuple(blocks.into()))
        } else {
            possible.insert(*name, blocks);
            Value::unknown(Type::Dynamic, Reason::Derived)
        };
        object.insert(Arc::from(*name), list);
    }
    Shaped { object: Value::new(ValueKind::Object(object.into())), possible }
}

/// Whether something in the block could not be read.
fn is_broken(part: Placed<'_>) -> bool {
    let body = part.block.body();
    let range = body.range();
    let mut errors = body.tree().errors().iter();
    errors.any(|error| {
        error.kind != SyntaxErrorKind::DuplicateAttribute
            && error.range.start() <= range.end()
            && range.start() <= error.range.end()
    })
}

/// Whether more of the block stands in a block `_`, where names mean what they mean to the provider.
fn has_escaping_block(part: Placed<'_>) -> bool {
    part.block.body().blocks_of("_").next().is_some()
}

/// Shapes one block, nested or not.
struct Shaper<'s, 'm, 'a> {
    values: &'s ModuleValues<'s>,
    body: MergedBody<'m, 'a>,
    bindings: &'s Bindings,
    legibility: Legibility,
}

impl Shaper<'_, '_, '_> {
    /// The argument `name`, converted to `ty`.
    fn argument(&self, name: &str, ty: Type) -> Value {
        let unknown = |ty| Value::unknown(ty, Reason::Error);
        match self.body.argument(name) {
            Some(argument) if !self.legibility.is_uncertain => {
                let value = self.values.value(argument.expr(), argument.file, self.bindings);
                value::convert(&value, &ty).unwrap_or_else(|_| unknown(ty))
            }
            None if !self.legibility.is_broken && !self.is_written_as_block(name) => {
                Value::null(ty)
            }
            _ => unknown(ty),
        }
    }

    fn is_written_as_block(&self, name: &str) -> bool {
        self.body.blocks_of(name).any(|block| block.block.kind() == name)
    }

    /// The nested blocks called `name`, written out or made by `dynamic`, and whether these are all.
    fn nested_blocks(&self, name: &str, schema: &BlockSchema) -> (Vec<Value>, bool) {
        let mut found = Vec::new();
        if self.legibility.is_uncertain {
            return (found, false);
        }
        let mut complete = !self.legibility.is_broken && !self.is_written_as_argument(name);
        for block in self.body.blocks_of(name) {
            if block.block.kind() == name {
                found.push(self.block_value(block.header(), block, self.bindings, schema));
            } else {
                complete &= self.expand(block, name, schema, &mut found);
            }
        }
        (found, complete)
    }

    /// Whether the nested blocks called `name` are set as no blocks can be. In JSON they look like
    /// an argument whose value is an object or a list of objects.
    fn is_written_as_argument(&self, name: &str) -> bool {
        let is_object = |expr: Expr<'_>| matches!(expr.kind(), ExprKind::Object(_));
        self.body.argument(name).is_some_and(|argument| {
            !argument.attribute.tree().is_json()
                || match argument.expr().kind() {
                    ExprKind::Object(_) | ExprKind::Null => false,
                    ExprKind::Tuple(elements) => !elements.iter().all(is_object),
                    _ => true,
                }
        })
    }

    /// Adds the blocks that a `dynamic` block makes; `false` when their number is not known.
    fn expand(
        &self,
        dynamic: Placed<'_>,
        name: &str,
        schema: &BlockSchema,
        found: &mut Vec<Value>,
    ) -> bool {
        let body = dynamic.body();
        let Some(content) = body.blocks_of("content").next() else { return false };
        let Some(for_each) = body.argument("for_each") else { return false };
        let iterator = body.argument("iterator").map(Argument::expr);
        let iterator = match iterator.map(Expr::kind) {
            Some(ExprKind::Variable(iterator)) => iterator.into_owned(),
            _ => name.to_owned(),
        };
        let collection = self.values.value(for_each.expr(), for_each.file, self.bindings);
        let pairs = repetition(&collection);
        let known = pairs.is_some();
        let unknown = || Value::unknown(Type::Dynamic, Reason::Each);
        for (key, value) in pairs.unwrap_or_else(|| vec![(unknown(), unknown())]) {
            let mut inner = self.bindings.clone();
            inner.iterators.push((iterator.clone(), key, value));
            found.push(self.block_value(dynamic.header(), content, &inner, schema));
        }
        known
    }

    /// A nested block as an object whose place is `header`.
    fn block_value(
        &self,
        header: Location,
        block: Placed<'_>,
        bindings: &Bindings,
        schema: &BlockSchema,
    ) -> Value {
        let body = block.body();
        let shaped = shape(self.values, (body, Legibility::of(body)), bindings, schema);
        shaped.object.with_origin(Origin::made(header))
    }
}
