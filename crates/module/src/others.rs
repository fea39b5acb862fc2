//! Block instances of an evaluation that others look at: all of a type, and what is written in each.
//! Judges nothing.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use schema::{Attribute, BlockSchema, NestedBlock};
use source::Location;
use value::{Identity, Marks, Origin, Reason, Type, Unknown, Value};

use crate::evaluation::Evaluation;
use crate::fast::FastMap;
use crate::given_out::GivenOut;
use crate::instance::{InstanceId, Key};
use crate::memo::Memo;
use crate::node::repetition_node;
use crate::refers::Unique;
use crate::resource::is_ignored;
use crate::shape::Shaper;
use crate::{Declared, ModuleId, ModuleValues, Resource, ResourceMode};

/// The name under which the object of a block has its address.
const ADDRESS: &str = "_address";

/// Module instance, place of the resource in its module, and which of its instances.
type Place = (InstanceId, usize, Key);

/// A type and one of its attributes.
type Sought = (Box<str>, Box<str>);

/// What an evaluation knows of blocks that others looked at.
#[derive(Default)]
pub(crate) struct Looks<'m> {
    /// By type and attribute.
    found: Memo<Sought, Rc<Index>>,
    /// Arguments and nested blocks by name.
    values: Memo<(Place, Box<str>)>,
    objects: Memo<Place>,
    /// The modules that have blocks of a type, or lead to some.
    leading: RefCell<FastMap<Box<str>, Rc<BTreeSet<ModuleId>>>>,
    given_out: OnceCell<Rc<GivenOut<'m>>>,
}

/// An instance of a managed resource.
#[derive(Clone)]
pub struct BlockInstance<'m> {
    values: ModuleValues<'m>,
    index: usize,
    key: Key,
}

/// All instances of a type, by an attribute.
#[derive(Default)]
struct Index {
    all: Vec<Found>,
    /// By what kind of attribute of which resource instance it is, where no two have it alike.
    unique: FastMap<(String, String), FastMap<Identity, Vec<usize>>>,
    /// All others.
    vague: Vec<usize>,
    marks: Marks,
}

impl Index {
    fn new(all: Vec<Found>, unique: impl Fn(&Value) -> Option<Unique>) -> Self {
        let mut index = Self::default();
        for (at, found) in all.iter().enumerate() {
            index.marks |= default_of(&found.value);
            match unique(&found.value) {
                Some(Unique { identity, kind, .. }) => {
                    index.unique.entry(kind).or_default().entry(identity).or_default().push(at);
                }
                None => index.vague.push(at),
            }
        }
        Self { all, ..index }
    }

    /// Those that may have a value that is `unique`, in their order.
    fn that_may_have(&self, unique: Option<&Unique>) -> Vec<usize> {
        let Some(Unique { identity, kind, .. }) = unique else {
            return (0..self.all.len()).collect();
        };
        let mut found = self.vague.clone();
        for (other, by_identity) in &self.unique {
            if other == kind {
                found.extend(by_identity.get(identity).into_iter().flatten());
            } else {
                found.extend(by_identity.values().flatten());
            }
        }
        found.sort_unstable();
        found
    }
}

/// The mark of values that rest on a default, if this one has it. Whether a block is there is no secret.
fn default_of(value: &Value) -> Marks {
    let rests_on_default = value.marks_deep().contains(Marks::DEFAULT);
    if rests_on_default { Marks::DEFAULT } else { Marks::default() }
}

/// An instance of a type that is looked for.
#[derive(Clone)]
struct Found {
    place: Place,
    value: Value,
    doubts: Rc<[Value]>,
    is_certain: bool,
    marks: Marks,
}

/// An instance of a type that is looked for, with what tells whether it is meant.
pub struct Candidate<'m> {
    /// The instance.
    pub block: BlockInstance<'m>,
    /// The value of its attribute that is looked at.
    pub value: Value,
    /// Whether that is [the same](ModuleValues::is_same) as what is looked for.
    pub is_same: Option<bool>,
    /// Whether there certainly is such an instance, and only that.
    pub is_certain: bool,
    /// The values on which it rests whether there is, where these are not known.
    pub doubts: Rc<[Value]>,
    /// The marks of the values on which it rests whether there is.
    pub marks: Marks,
}

impl<'m> BlockInstance<'m> {
    pub(crate) fn new(values: ModuleValues<'m>, index: usize, key: Key) -> Self {
        Self { values, index, key }
    }

    /// The values of the module instance that it is in.
    pub fn values(&self) -> &ModuleValues<'m> {
        &self.values
    }

    /// Its resource.
    pub fn resource(&self) -> &'m Resource<'m> {
        &self.values.module().resources[self.index]
    }

    /// The block.
    pub fn declared(&self) -> &'m Declared<'m> {
        &self.resource().declared
    }

    /// Which of the instances of its resource it is.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Its address, that of the module included.
    pub fn address(&self) -> String {
        let address = format!("{}{}", self.resource().address(), self.key);
        self.values.within(&address)
    }

    /// What may stand in it; `None` where its type is not known.
    pub fn schema(&self) -> Option<BlockSchema<'m>> {
        self.values.schema_of(self.resource())
    }

    /// An argument of it, or its nested blocks of that name, as [`Shaper`] has them; `null` where
    /// there may be none of that name. What is made otherwise later, because changes of it are
    /// ignored, is not known.
    pub fn get(&self, name: &str) -> Value {
        let evaluation = self.values.evaluation;
        let key = (self.place(), Box::from(name));
        evaluation.remembered(&evaluation.looks.values, key, || self.compute(name))
    }

    fn compute(&self, name: &str) -> Value {
        let Some(schema) = self.schema() else { return self.unknown(name, Type::Dynamic) };
        let (argument, block) = (schema.argument(name), schema.block(name));
        let ty = argument.map_or(Type::Dynamic, Attribute::ty);
        let is_legible = self.values.is_certain() && !is_ignored(self.resource(), name);
        let bindings = self.values.bindings(self.declared(), &self.key);
        let Some(bindings) = bindings.filter(|_| is_legible) else {
            return self.unknown(name, ty);
        };
        let shaper = Shaper::new(&self.values, self.declared().body(), &bindings);
        match (argument, block) {
            (Some(argument), _) => shaper.attribute(argument, schema),
            (_, Some(block)) => shaper.blocks(block, schema).value,
            _ => Value::null(Type::Dynamic),
        }
    }

    /// What the attribute of that name is later.
    fn unknown(&self, name: &str, ty: Type) -> Value {
        let identity = Identity::Address(format!("{}.{name}", self.address()).into());
        Unknown::new(ty, Reason::Attribute).identified(identity).into_value()
    }

    /// All of it as an object whose place is the header of the block, with its address.
    pub fn object(&self) -> Value {
        let evaluation = self.values.evaluation;
        evaluation.remembered(&evaluation.looks.objects, self.place(), || {
            let Some(schema) = self.schema() else {
                return Value::unknown(Type::Dynamic, Reason::Derived);
            };
            let arguments = schema.arguments().map(Attribute::name);
            let names = arguments.chain(schema.blocks().map(NestedBlock::name));
            let values = names.map(|name| (Arc::from(name), self.get(name)));
            let address = (Arc::from(ADDRESS), Value::string(self.address()));
            Value::object(values.chain([address])).with_origin(Origin::made(self.header()))
        })
    }

    /// The place of its header.
    pub fn header(&self) -> Location {
        self.declared().header()
    }

    /// Whether all that refers to it is in sight: the files of all modules are read in full, nothing
    /// of it is given to modules that are not read or to what makes things of its own, and, where
    /// others may call the root module, nothing of it to these.
    pub fn is_in_sight(&self) -> bool {
        let given_out = self.values.evaluation.given_out();
        let is_called = self.values.is_library() && given_out.by_root(self.node());
        given_out.is_complete && !given_out.elsewhere(self.node()) && !is_called
    }

    /// Whether, besides that, no output of the root module has anything of it, no parameter, secret or
    /// object keeps any, and it is not imported.
    pub fn is_closed(&self) -> bool {
        let given_out = self.values.evaluation.given_out();
        let resource = self.resource();
        self.is_in_sight()
            && !given_out.by_root(self.node())
            && !given_out.is_stored(self.node())
            && !given_out.is_imported(&resource.block_type, &resource.name)
    }

    fn node(&self) -> (&str, usize) {
        (&self.values.instance.path, self.index)
    }

    fn place(&self) -> Place {
        (self.values.id(), self.index, self.key.clone())
    }
}

impl<'m> ModuleValues<'m> {
    /// The instances of managed resources of a type in the whole evaluation whose attribute is the same
    /// as `value`, or may be, and the marks of what tells that the others are not. Those in modules
    /// that are not read are not among them.
    pub fn candidates(
        &self,
        block_type: &str,
        attribute: &str,
        value: &Value,
    ) -> (Vec<Candidate<'m>>, Marks) {
        let evaluation = self.evaluation;
        let key = (Box::from(block_type), Box::from(attribute));
        let index = evaluation.kept(&evaluation.looks.found, key, || {
            let all = evaluation.all_of(block_type, attribute);
            Rc::new(Index::new(all, |value| self.unique(value)))
        });
        let unique = self.unique(value);
        let candidate = |at: usize| {
            let found = &index.all[at];
            let is_same = self.is_same_as(&found.value, value, &|| unique.clone());
            let (id, index, key) = found.place.clone();
            (is_same != Some(false)).then(|| Candidate {
                block: BlockInstance::new(evaluation.values(id), index, key),
                value: found.value.clone(),
                is_same,
                is_certain: found.is_certain,
                doubts: found.doubts.clone(),
                marks: found.marks,
            })
        };
        let found = index.that_may_have(unique.as_ref());
        (found.into_iter().filter_map(candidate).collect(), index.marks)
    }
}

/// A module instance on the way to all blocks of a type.
#[derive(Clone)]
struct Way {
    id: InstanceId,
    is_certain: bool,
    doubts: Vec<Value>,
    marks: Marks,
}

impl Way {
    /// The same with what it rests on whether there is an instance of `key` of a block.
    fn with(&self, repeated: Option<&Value>, key: &Key) -> Self {
        let mut way = self.clone();
        way.is_certain &= *key != Key::Unknown;
        if let Some(repeated) = repeated {
            way.marks |= default_of(repeated);
            way.doubts.extend((!repeated.is_wholly_known()).then(|| repeated.clone()));
        }
        way
    }
}

impl<'m> Evaluation<'m> {
    fn all_of(&'m self, block_type: &str, attribute: &str) -> Vec<Found> {
        let leading = self.leading_to(block_type);
        let root = Way {
            id: InstanceId::ROOT,
            is_certain: true,
            doubts: Vec::new(),
            marks: Marks::default(),
        };
        let mut found = Vec::new();
        let mut ways = vec![root];
        while let Some(way) = ways.pop() {
            let values = self.values(way.id);
            for (index, resource) in values.module().resources.iter().enumerate() {
                if resource.mode == ResourceMode::Managed && resource.block_type == block_type {
                    self.add_instances(&way, index, attribute, &mut found);
                }
            }
            for (name, call) in &values.module().module_calls {
                let callee = values.called_id(name, call);
                if !callee.is_some_and(|callee| leading.contains(&callee)) {
                    continue;
                }
                let repeated = repetition_node(way.id, call).map(|node| self.get(&node));
                for key in values.instances(call) {
                    if let Some(child) = self.child(way.id, name.as_ref(), &key) {
                        ways.push(Way { id: child, ..way.with(repeated.as_ref(), &key) });
                    }
                }
            }
        }
        found
    }

    /// Adds the instances of a resource.
    fn add_instances(&'m self, way: &Way, index: usize, attribute: &str, to: &mut Vec<Found>) {
        let values = self.values(way.id);
        let declared = &values.module().resources[index].declared;
        let repeated = repetition_node(way.id, declared).map(|node| self.get(&node));
        for key in values.instances(declared) {
            let Some(bindings) = values.bindings(declared, &key) else { continue };
            let way = way.with(repeated.as_ref(), &key);
            let block = BlockInstance::new(values.clone(), index, key);
            to.push(Found {
                place: block.place(),
                value: block.get(attribute),
                doubts: way.doubts.into(),
                is_certain: way.is_certain && !bindings.may_be_absent,
                marks: way.marks,
            });
        }
    }

    /// The modules of the evaluation that have resources of a type, or lead to some.
    fn leading_to(&self, block_type: &str) -> Rc<BTreeSet<ModuleId>> {
        if let Some(known) = self.looks.leading.borrow().get(block_type) {
            return known.clone();
        }
        let has_some = |id: &ModuleId| {
            let mut resources = self.modules.get(*id).resources.iter();
            resources.any(|resource| resource.block_type == block_type)
        };
        let all = self.modules.tree(self.root);
        let with_some: BTreeSet<_> = all.iter().copied().filter(has_some).collect();
        // What is installed for the root is known only there.
        let has_installed = !self.modules.get(self.root).files.installed.is_empty();
        let leads =
            |id: &ModuleId| has_installed || !self.modules.tree(*id).is_disjoint(&with_some);
        let leading = if with_some.is_empty() {
            BTreeSet::new()
        } else {
            all.into_iter().filter(leads).collect()
        };
        let leading = Rc::new(leading);
        self.looks.leading.borrow_mut().insert(block_type.into(), leading.clone());
        leading
    }

    /// What is given out of the evaluation.
    fn given_out(&'m self) -> Rc<GivenOut<'m>> {
        self.looks.given_out.get_or_init(|| Rc::new(GivenOut::of(self))).clone()
    }
}
