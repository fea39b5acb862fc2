//! Shapes a block instance as an object, by the schema of its type.

use std::cell::Cell;
use std::sync::Arc;

use schema::{Attribute, BlockSchema, NestedBlock, Nesting};
use source::Location;
use syntax::Expr;
use syntax::view::ExprKind;
use value::{Marks, Origin, Reason, Type, Value};

use crate::instances::repetition;
use crate::{Argument, Bindings, MergedBody, ModuleValues, Placed};

/// Nested blocks of one type.
pub struct NestedBlocks {
    /// What they come to by their nesting: a tuple of objects for lists and sets, an object by label
    /// for maps, else one object, or null where there is none. Unknown where their number is not
    /// known or is more than one where there may be one only.
    pub value: Value,
    /// Where their number is not known: what they would hold if they exist.
    pub possible: Vec<Value>,
}

/// Makes a value of a nested block.
type Shape<'f, 'm> = dyn Fn(Placed<'m>, &Bindings) -> Value + 'f;

/// How much of the text of a block could be read.
#[derive(Clone, Copy)]
struct Legibility {
    /// Something is not read, so that what is not there may be meant to be.
    is_broken: bool,
    /// That is in an override, so that it may change anything.
    is_uncertain: bool,
}

impl Legibility {
    fn of(body: MergedBody<'_, '_>) -> Self {
        let has_unread = |part: Placed<'_>| part.is_broken() || has_escaping_block(part);
        let is_uncertain = body.overrides().iter().any(|part| has_unread(*part));
        Self { is_broken: is_uncertain || has_unread(body.base()), is_uncertain }
    }
}

/// Whether more of the block stands in a block `_`, where names mean what they mean to the provider.
fn has_escaping_block(part: Placed<'_>) -> bool {
    part.block.body().blocks_of("_").next().is_some()
}

/// Shapes one block, nested or not, for one instance.
#[derive(Clone, Copy)]
pub struct Shaper<'s, 'm> {
    values: &'s ModuleValues<'m>,
    body: MergedBody<'s, 'm>,
    bindings: &'s Bindings,
    legibility: Legibility,
}

impl<'s, 'm> Shaper<'s, 'm> {
    /// Shapes what stands in `body`.
    pub fn new(
        values: &'s ModuleValues<'m>,
        body: MergedBody<'s, 'm>,
        bindings: &'s Bindings,
    ) -> Self {
        Self { values, body, bindings, legibility: Legibility::of(body) }
    }

    /// All arguments and nested blocks that `schema` names, as an object.
    pub fn object(&self, schema: BlockSchema<'m>) -> Value {
        let arguments = schema.arguments();
        let arguments = arguments
            .map(|argument| (Arc::from(argument.name()), self.attribute(argument, schema)));
        let blocks = schema.blocks();
        let blocks =
            blocks.map(|block| (Arc::from(block.name()), self.blocks(block, schema).value));
        Value::object(arguments.chain(blocks))
    }

    /// An argument of the schema of the block, converted to its type. Where it takes objects that may
    /// be written as blocks, these are what it is set to.
    pub fn attribute(&self, attribute: Attribute<'m>, schema: BlockSchema<'m>) -> Value {
        let (name, ty) = (attribute.name(), attribute.ty());
        let inner = attribute.accepts_blocks().then(|| schema.object(attribute)).flatten();
        match inner {
            Some((_, inner))
                if self.body.argument(name).is_none() && self.is_written_as_block(name) =>
            {
                let (blocks, complete) = self.nested_blocks(name, &shape_by(self.values, inner));
                let unknown = || Value::unknown(ty.without_optional(), Reason::Derived);
                if !complete {
                    return unknown();
                }
                value::convert(&Value::tuple(blocks), &ty).unwrap_or_else(|_| unknown())
            }
            _ => self.argument(name, ty),
        }
    }

    /// The argument `name`, converted to `ty`; `null` when it is not there. Unknown where it does not
    /// fit the type, and where text is broken that may hold it.
    pub fn argument(&self, name: &str, ty: Type) -> Value {
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
        self.body.blocks_of(name).next().is_some()
    }

    /// The nested blocks of a type that `schema`, that of the block itself, names: written out or made
    /// by `dynamic`.
    pub fn blocks(&self, block: NestedBlock<'m>, schema: BlockSchema<'m>) -> NestedBlocks {
        let inner = schema.nested(block);
        let shape = shape_by(self.values, inner);
        let (blocks, complete) = self.nested_blocks(block.name(), &shape);
        let value = if complete { self.nested(block, inner, &blocks) } else { None };
        match value {
            Some(value) => NestedBlocks { value, possible: Vec::new() },
            None => NestedBlocks { value: unknown_list(), possible: blocks },
        }
    }

    /// What nested blocks come to by their nesting; `None` where there are too many, or no labels that
    /// tell them apart.
    fn nested(
        &self,
        block: NestedBlock<'m>,
        schema: BlockSchema<'m>,
        blocks: &[Value],
    ) -> Option<Value> {
        match (block.nesting(), blocks) {
            (nesting, []) => Some(none_of(nesting, schema)),
            (Nesting::List | Nesting::Set, blocks) => Some(Value::tuple(blocks.to_vec())),
            (Nesting::Single | Nesting::Group, [one]) => Some(one.clone()),
            (Nesting::Single | Nesting::Group, _) => None,
            (Nesting::Map, blocks) => {
                // The labels of blocks that `dynamic` makes are in an argument of it.
                let written = self.body.blocks_of(block.name());
                let label = |placed: Placed<'m>| {
                    let is_written = placed.block.kind() == block.name();
                    placed.block.label(0).filter(|_| is_written)
                };
                let labels: Option<Vec<_>> = written.map(label).collect();
                let named = labels?.into_iter().zip(blocks);
                let named = named.map(|(label, one)| (Arc::from(&*label), one.clone()));
                Some(Value::object(named.collect::<Vec<_>>()))
            }
        }
    }

    /// The nested blocks called `name`, each as what `shape` makes of it.
    pub(crate) fn blocks_as(&self, name: &str, shape: &Shape<'_, 'm>) -> Value {
        let (blocks, complete) = self.nested_blocks(name, shape);
        if complete { Value::tuple(blocks) } else { unknown_list() }
    }

    /// The same, and whether these are all.
    fn nested_blocks(&self, name: &str, shape: &Shape<'_, 'm>) -> (Vec<Value>, bool) {
        let mut found = Vec::new();
        if self.legibility.is_uncertain {
            return (found, false);
        }
        let mut complete = !self.legibility.is_broken && !self.is_written_as_argument(name);
        for block in self.body.blocks_of(name) {
            if block.block.kind() == name {
                found.push(made(block.header(), shape(block, self.bindings)));
            } else {
                complete &= self.expand(block, name, shape, &mut found);
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
        dynamic: Placed<'m>,
        name: &str,
        shape: &Shape<'_, 'm>,
        found: &mut Vec<Value>,
    ) -> bool {
        let body = dynamic.body();
        let Some(content) = body.blocks_of("content").next() else { return false };
        let Some(for_each) = body.argument("for_each") else { return false };
        let iterator = body.argument("iterator").map(Argument::expr);
        let iterator = match iterator.map(Expr::kind) {
            Some(ExprKind::Variable(iterator)) => iterator.to_owned(),
            _ => name.to_owned(),
        };
        let collection = self.values.value(for_each.expr(), for_each.file, self.bindings);
        let pairs = repetition(&collection);
        let known = pairs.is_some();
        let unknown = || Value::unknown(Type::Dynamic, Reason::Each);
        // What is made from a secret is one, whatever stands in it.
        let marks = collection.marks().without(Marks::DEFAULT);
        for (key, value) in pairs.unwrap_or_else(|| vec![(unknown(), unknown())]) {
            let mut inner = self.bindings.clone();
            inner.may_be_absent |= !known;
            inner.iterators.push((iterator.clone(), key, value));
            found.push(made(dynamic.header(), shape(content, &inner)).marked(marks));
        }
        known
    }
}

/// Shapes nested blocks by the schema of what stands in them.
fn shape_by<'f, 'm>(
    values: &'f ModuleValues<'m>,
    schema: BlockSchema<'m>,
) -> impl Fn(Placed<'m>, &Bindings) -> Value + 'f
where
    'm: 'f,
{
    move |block, bindings| Shaper::new(values, block.body(), bindings).object(schema)
}

/// No block of a real provider holds more groups than this; schemas that were made to do harm have
/// groups that hold themselves.
const MAX_ABSENT: usize = 200;

/// A block in which nothing is set; `left` is how many more may be in it.
fn absent(schema: BlockSchema<'_>, left: &Cell<usize>) -> Value {
    let Some(rest) = left.get().checked_sub(1) else {
        return Value::unknown(Type::Dynamic, Reason::Limit);
    };
    left.set(rest);
    let arguments = schema.arguments();
    let arguments =
        arguments.map(|argument| (Arc::from(argument.name()), Value::null(argument.ty())));
    let blocks = schema.blocks().map(|block| {
        let nothing = none_within(block.nesting(), schema.nested(block), left);
        (Arc::from(block.name()), nothing)
    });
    Value::object(arguments.chain(blocks))
}

/// What no nested block comes to, where `schema` is that of one.
fn none_of(nesting: Nesting, schema: BlockSchema<'_>) -> Value {
    none_within(nesting, schema, &Cell::new(MAX_ABSENT))
}

fn none_within(nesting: Nesting, schema: BlockSchema<'_>, left: &Cell<usize>) -> Value {
    match nesting {
        Nesting::List | Nesting::Set => Value::tuple(Vec::new()),
        Nesting::Map => Value::object(Vec::<(Arc<str>, Value)>::new()),
        Nesting::Single => Value::null(Type::Dynamic),
        Nesting::Group => absent(schema, left),
    }
}

/// A nested block whose place is `header`.
fn made(header: Location, block: Value) -> Value {
    block.with_origin(Origin::made(header))
}

/// Nested blocks of which the number is not known.
fn unknown_list() -> Value {
    Value::unknown(Type::Dynamic, Reason::Derived)
}
