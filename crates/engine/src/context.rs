//! What a Rust check sees and how it reports.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use diagnostics::{Diagnostic, Edit, Fix, Level, RuleId, Safety};
use module::{
    Bindings, BlockInstance, Declared, Key, Module, ModuleValues, ProviderInUse, Remembered,
    ResourceMode, Shaper,
};
use schema::{Attribute, BlockSchema, NestedBlock};
use source::{FileId, Location};
use syntax::{Block, Expr, Tree};
use value::{Marks, Step, Value, ValueKind};

use crate::edit;
use crate::mentioned::Mentioned;
use crate::place::{BlockPlace, Own, Place, place_of};
use crate::uses::Uses;

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

/// Whether the source of a value with these marks is a secret. What is only concealed stands in no
/// source.
fn holds_secret(marks: Marks) -> bool {
    !marks.without(Marks::CONCEALED).is_printable()
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

/// Where checks put what they find about one block instance or module.
pub struct Reporter<'a> {
    pub(crate) rule: RuleId,
    pub(crate) level: Level,
    pub(crate) uses: &'a Uses<'a, 'a>,
    pub(crate) values: ModuleValues<'a>,
    pub(crate) block: Option<(Block<'a>, BlockPlace<'a>)>,
    /// Whether what rests on the default of a variable is less certain in any root module: where
    /// Terraform would refuse the default, another value must be in use.
    pub(crate) doubts_defaults: bool,
    pub(crate) found: Vec<Found>,
}

/// A diagnostic about one instance.
pub(crate) struct Found {
    pub(crate) diagnostic: Diagnostic,
    /// Of which repetitions its fix leaves the other elements alone.
    pub(crate) fixes: Own,
    /// Whether its level is lower already, because it rests on a default.
    pub(crate) is_lowered: bool,
}

impl Found {
    /// One that has no fix and rests on nothing.
    pub(crate) fn plain(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, fixes: Own::default(), is_lowered: false }
    }
}

impl<'a> Reporter<'a> {
    /// Starts a diagnostic about `value`: it sits on what made it when that has one use, else on
    /// its mention in the block; on the block's header when nothing of it stands in the source (an
    /// absent argument).
    pub fn report(&mut self, value: &Value, message: impl Into<String>) -> Finding<'_, 'a> {
        let place = self.block.and_then(|(_, block)| place_of(value, block, self.uses));
        let place = place.or_else(|| {
            let location = self.block.map(|(_, block)| block.header());
            let in_file = |step: &&Step| step.location.file != FileId::NOWHERE;
            let location =
                location.or_else(|| Some(value.origin().steps().find(in_file)?.location));
            Some(Place::at(location?))
        });
        let mut finding = self.start(place, message.into());
        finding.rests_on(value);
        finding
    }

    /// Starts a diagnostic about the block itself.
    pub fn report_block(&mut self, message: impl Into<String>) -> Finding<'_, 'a> {
        let place = self.block.map(|(_, block)| Place::at(block.header()));
        self.start(place, message.into())
    }

    pub(crate) fn start(&mut self, place: Option<Place>, message: String) -> Finding<'_, 'a> {
        let diagnostic = place.as_ref().map(|place| {
            let diagnostic =
                Diagnostic::new(self.rule.clone(), self.level, place.location, message);
            Diagnostic { related: place.related.clone(), flow: place.flow.clone(), ..diagnostic }
        });
        let fixes = Own::default();
        Finding { reporter: self, diagnostic, place, from_default: false, fixes }
    }

    /// Of a list that a rule page made, the first element that stands in the source; else `value`.
    pub(crate) fn first_placed(&self, value: Value) -> Value {
        let is_placed = |value: &Value| {
            let block = self.block.map(|(_, block)| block);
            block.is_some_and(|block| place_of(value, block, self.uses).is_some())
        };
        match value.kind() {
            ValueKind::Tuple(elements) if !is_placed(&value) => {
                elements.iter().find(|element| is_placed(element)).cloned().unwrap_or(value)
            }
            _ => value,
        }
    }

    /// The place of `value`, if it may be edited there.
    fn editable(&self, value: &Value) -> Option<Place> {
        let (_, block) = self.block?;
        place_of(value, block, self.uses).filter(|place| place.is_editable)
    }
}

/// A diagnostic being built; it is reported when dropped.
pub struct Finding<'r, 'a> {
    pub(crate) reporter: &'r mut Reporter<'a>,
    /// `None` when the value has no place at all, so that nothing can be reported.
    diagnostic: Option<Diagnostic>,
    place: Option<Place>,
    from_default: bool,
    fixes: Own,
}

impl Finding<'_, '_> {
    /// Reports it. Dropping it does the same; this says so.
    pub fn emit(self) {}

    /// Another level than the page's.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        if let Some(diagnostic) = &mut self.diagnostic {
            diagnostic.level = level;
        }
        self
    }

    /// Values that the judgement rests on besides the one at fault: when one rests on a default
    /// that callers may override, the level is one lower.
    #[must_use]
    pub fn because(mut self, values: &[&Value]) -> Self {
        for value in values {
            self.rests_on(value);
        }
        self
    }

    fn rests_on(&mut self, value: &Value) {
        let marks = value.marks_deep();
        self.from_default |= marks.contains(Marks::DEFAULT);
        if let Some(diagnostic) = &mut self.diagnostic {
            diagnostic.hides_source |= holds_secret(marks);
        }
    }

    /// A further place: where `value` comes from. Left out when it has none.
    #[must_use]
    pub fn related(mut self, value: &Value, message: impl Into<String>) -> Self {
        let block = self.reporter.block.map(|(_, block)| block);
        let place = block.and_then(|block| place_of(value, block, self.reporter.uses));
        if let (Some(diagnostic), Some(place)) = (&mut self.diagnostic, place)
            && place.location != diagnostic.location
        {
            diagnostic.hides_source |= holds_secret(value.marks_deep());
            // What is said of a place goes before how a value came by there.
            diagnostic.related.retain(|other| other.location != place.location);
            diagnostic
                .related
                .push(diagnostics::Related { message: message.into(), location: place.location });
        }
        self
    }

    /// Writes `with` instead of the value at fault; does nothing when it has several uses.
    #[must_use]
    pub fn replace(self, safety: Safety, title: impl Into<String>, with: &Value) -> Self {
        let place = self.place.clone().filter(|place| place.is_editable);
        let with = std::slice::from_ref(with);
        self.edit(safety, title, place.as_ref(), |tree, at| edit::replace(tree, at, with))
    }

    pub(crate) fn remove_element(self, safety: Safety, title: String, target: &Value) -> Self {
        let place = self.reporter.editable(target);
        self.edit(safety, title, place.as_ref(), edit::remove)
    }

    pub(crate) fn replace_value(
        self,
        safety: Safety,
        title: String,
        target: &Value,
        with: &[Value],
    ) -> Self {
        let place = self.reporter.editable(target);
        self.edit(safety, title, place.as_ref(), |tree, at| edit::replace(tree, at, with))
    }

    /// Adds `value` to the list that made `target`.
    #[must_use]
    pub fn insert_element(
        self,
        safety: Safety,
        title: impl Into<String>,
        target: &Value,
        value: &Value,
        first: bool,
    ) -> Self {
        let place = self.reporter.editable(target);
        self.edit(safety, title, place.as_ref(), |tree, at| edit::insert(tree, at, value, first))
    }

    /// Sets the argument `name` of the block to `value`.
    #[must_use]
    pub fn set_argument(
        self,
        safety: Safety,
        title: impl Into<String>,
        name: &str,
        value: &Value,
    ) -> Self {
        // Where a block is overridden its own text may not be what is in effect.
        let block = self.reporter.block.filter(|(_, place)| !place.is_overridden());
        let edits =
            block.and_then(|(block, place)| edit::set_argument(place.file, block, name, value));
        self.fix(safety, title, edits, Own::default())
    }

    /// A fix that edits at `place`.
    fn edit(
        self,
        safety: Safety,
        title: impl Into<String>,
        place: Option<&Place>,
        edit: impl FnOnce(&Tree, Location) -> Option<Vec<Edit>>,
    ) -> Self {
        let Some(&Place { location, own, .. }) = place else { return self };
        let tree = self.reporter.values.module().sources.tree(location.file);
        let is_repeated = edit::is_repeated(tree, location.range);
        let fixes = if is_repeated { Own::default() } else { own };
        self.fix(safety, title, edit(tree, location), fixes)
    }

    pub(crate) fn fix(
        mut self,
        safety: Safety,
        title: impl Into<String>,
        edits: Option<Vec<Edit>>,
        fixes: Own,
    ) -> Self {
        if let (Some(diagnostic), Some(edits)) = (&mut self.diagnostic, edits)
            && diagnostic.fix.is_none()
        {
            diagnostic.fix = Some(Fix { safety, title: title.into(), edits });
            self.fixes = fixes;
        }
        self
    }

    pub(crate) fn has_fix(&self) -> bool {
        self.diagnostic.as_ref().is_some_and(|diagnostic| diagnostic.fix.is_some())
    }
}

impl Drop for Finding<'_, '_> {
    fn drop(&mut self) {
        let Some(mut diagnostic) = self.diagnostic.take() else { return };
        let is_doubted = self.reporter.doubts_defaults || self.reporter.values.is_library();
        let is_lowered = self.from_default && is_doubted;
        if is_lowered {
            diagnostic.level = diagnostic.level.lowered();
        }
        let fixes = self.fixes;
        self.reporter.found.push(Found { diagnostic, fixes, is_lowered });
    }
}
