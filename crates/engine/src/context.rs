//! What a Rust check sees: a block instance or a module. Never reports anything.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use module::{
    Bindings, BlockInstance, Declared, Key, Module, ModuleValues, ProviderInUse, Remembered,
    ResourceMode, Shaper,
};
use schema::{Attribute, BlockSchema, NestedBlock};
use source::FileId;
use syntax::{Block, Expr};
use value::Value;

use crate::mentioned::Mentioned;

/// One block instance in front of a check, under what is assumed at present.
pub struct BlockContext<'a> {
    pub(crate) values: ModuleValues<'a>,
    pub(crate) declared: &'a Declared<'a>,
    pub(crate) schema: BlockSchema<'a>,
    pub(crate) key: Key,
    bindings: Bindings,
    memory: Rc<Memory<'a>>,
    /// Where it is not the block that is judged: the block as others see it.
    other: Option<BlockInstance<'a>>,
    /// Whether a check asked for something that is not wholly known.
    pub(crate) met_unknown: Rc<Cell<bool>>,
    /// What the unknown values are made of that a check asked for.
    pub(crate) mentioned: Rc<RefCell<Mentioned>>,
}

/// Which block instance a context is about.
#[derive(Clone)]
pub(crate) struct Site<'a> {
    pub(crate) values: ModuleValues<'a>,
    pub(crate) declared: &'a Declared<'a>,
    pub(crate) schema: BlockSchema<'a>,
    pub(crate) key: Key,
    /// What the arguments of the instance came to.
    pub(crate) memory: Rc<Memory<'a>>,
}

/// What the arguments and nested blocks of an instance came to that rules asked for.
#[derive(Debug, Default)]
pub(crate) struct Memory<'a> {
    /// Their names, each at its number.
    names: RefCell<Vec<&'a str>>,
    values: Remembered,
}

impl<'a> Memory<'a> {
    fn number(&self, name: &'a str) -> usize {
        let mut names = self.names.borrow_mut();
        names.iter().position(|known| *known == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        })
    }
}

impl<'a> BlockContext<'a> {
    /// The context of an instance; `None` when there is no such instance under what is assumed at
    /// present.
    pub(crate) fn new(site: &Site<'a>) -> Option<Self> {
        if site.values.exists() { Self::of_existing_module(site) } else { None }
    }

    /// The same where the instance of the module is known to exist.
    pub(crate) fn of_existing_module(site: &Site<'a>) -> Option<Self> {
        let Site { values, declared, schema, key, memory } = site.clone();
        let bindings = values.bindings(declared, &key)?;
        let context = Self {
            values,
            declared,
            schema,
            key,
            bindings,
            memory,
            other: None,
            met_unknown: Rc::default(),
            mentioned: Rc::default(),
        };
        context.forget();
        Some(context)
    }

    /// Forgets what a check asked for, before the next one.
    pub(crate) fn forget(&self) {
        self.met_unknown.set(false);
        // Where not every scenario has the instance, what it is made of may differ too.
        let is_certain = !self.bindings.may_be_absent && !self.values.may_be_absent();
        let mentioned = if is_certain { Mentioned::default() } else { Mentioned::all() };
        self.mentioned.replace(mentioned);
    }

    /// The context of another block that the same check looks at; `None` where its type is not known.
    pub(crate) fn other(&self, block: BlockInstance<'a>) -> Option<Self> {
        let values = block.values().clone();
        Some(Self {
            declared: block.declared(),
            schema: block.schema()?,
            key: block.key().clone(),
            bindings: values.bindings(block.declared(), block.key())?,
            memory: Rc::default(),
            values,
            other: Some(block),
            met_unknown: self.met_unknown.clone(),
            mentioned: self.mentioned.clone(),
        })
    }

    /// The values of the module instance that it is in.
    pub(crate) fn values(&self) -> &ModuleValues<'a> {
        &self.values
    }

    /// The address of a block that was found by looking at others: `module.a.aws_x.y[0]`; `None` of the
    /// block that is judged.
    pub fn address(&self) -> Option<String> {
        self.other.as_ref().map(BlockInstance::address)
    }

    /// The block as written.
    pub fn block(&self) -> Block<'a> {
        self.declared.block
    }

    fn shaper(&self) -> Shaper<'_, 'a> {
        Shaper::new(&self.values, self.declared.body(), &self.bindings)
    }

    /// The block as an object shaped by the schema: every argument of the type is there, `null`
    /// when absent, converted to its type; a nested block type is a list of objects (unknown when
    /// a `dynamic` block makes a number of them that is not known).
    pub fn object(&self) -> Value {
        let arguments = self.schema.arguments().map(Attribute::name);
        let blocks = self.schema.blocks().map(NestedBlock::name);
        Value::object(arguments.chain(blocks).map(|name| (name.into(), self.get(name))))
    }

    /// An argument or nested block list of the block, `null` when absent or not of the type.
    pub fn get(&self, name: &str) -> Value {
        let value = self.compute(name).unwrap_or_else(|| Value::null(value::Type::Dynamic));
        self.note(&value);
        value
    }

    fn compute(&self, name: &str) -> Option<Value> {
        if let Some(other) = &self.other {
            return Some(other.get(name));
        }
        let remembered = |name, compute: &dyn Fn(Shaper<'_, 'a>) -> Value| {
            Some(self.values.remembered(&self.memory.values, self.memory.number(name), || {
                // Asked for again, so that what it rests on is noted for what is remembered.
                let bindings = self.values.bindings(self.declared, &self.key);
                let bindings = bindings.as_ref().unwrap_or(&self.bindings);
                compute(Shaper::new(&self.values, self.declared.body(), bindings))
            }))
        };
        if let Some(argument) = self.schema.argument(name) {
            let compute = |shaper: Shaper<'_, 'a>| shaper.attribute(argument, self.schema);
            return remembered(argument.name(), &compute);
        }
        let block = self.schema.block(name)?;
        remembered(block.name(), &|shaper| shaper.blocks(block, self.schema).value)
    }

    /// The provider of the block.
    pub(crate) fn provider(&self) -> Option<ProviderInUse<'a>> {
        let block = self.block();
        let modes = [ResourceMode::Managed, ResourceMode::Data];
        let mode = modes.into_iter().find(|mode| block.kind() == mode.block_kind())?;
        let (block_type, name) = (block.label(0)?, block.label(1)?);
        let resource = self.values.module().resource(mode, &block_type, &name)?;
        self.values.provider(resource)
    }

    /// What is bound in this instance.
    pub(crate) fn bindings(&self) -> &Bindings {
        &self.bindings
    }

    /// The value of an expression that stands in the block, inside of the `dynamic` blocks that
    /// `bindings` knows.
    pub(crate) fn value(&self, expr: Expr<'a>, file: FileId, bindings: &Bindings) -> Value {
        let value = self.values.value(expr, file, bindings);
        self.note(&value);
        value
    }

    /// Notes what is not known of a value that a check asked for.
    pub(crate) fn note(&self, value: &Value) {
        if !value.is_wholly_known() {
            self.met_unknown.set(true);
            self.mentioned.borrow_mut().add(value);
        }
    }

    /// Whether the number of nested blocks of that name is not known.
    pub(crate) fn is_open(&self, name: &str) -> bool {
        self.schema.block(name).is_some() && !self.get(name).is_known()
    }

    /// Elements, known and unknown, of an argument that is a list or set, or the nested blocks of
    /// that name, those included that may not exist. Empty when it is absent or wholly unknown.
    pub fn elements(&self, name: &str) -> Vec<Value> {
        let list = self.get(name);
        let may_be_more = self.other.is_none() && !list.is_known();
        match self.schema.block(name).filter(|_| may_be_more) {
            Some(block) => self.shaper().blocks(block, self.schema).possible,
            None => elements_of(&list),
        }
    }
}

/// The elements of a list, set or tuple, each with the marks of the whole and, where it has none of
/// its own, its origin; empty for all else.
pub(crate) fn elements_of(collection: &Value) -> Vec<Value> {
    let Some(elements) = collection.as_elements() else { return Vec::new() };
    let placed = |element: &Value| {
        let element = element.clone().marked(collection.marks());
        if element.origin().is_empty() {
            return element.with_origin(collection.origin().clone());
        }
        element
    };
    elements.iter().map(placed).collect()
}

/// A module in front of a check.
pub struct ModuleContext<'a> {
    pub(crate) values: ModuleValues<'a>,
}

impl<'a> ModuleContext<'a> {
    /// What the module declares.
    pub fn module(&self) -> &'a Module<'a> {
        self.values.module()
    }

    /// The ids that `import` blocks of the module name for resources of that type. Only a root module
    /// has any.
    pub fn ids_of_imports(&self, block_type: &str) -> Vec<Value> {
        if !self.values.address().is_empty() {
            return Vec::new();
        }
        let imports = self.values.imports().filter(|import| import.block_type == block_type);
        imports.filter_map(|import| self.values.id_of_import(&import)).collect()
    }

    /// Its values.
    pub fn values(&self) -> &ModuleValues<'a> {
        &self.values
    }
}
