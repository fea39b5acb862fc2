//! What has a value of its own in an evaluation, what each of them rests on, and how it is computed.

use std::cell::RefCell;
use std::rc::Rc;

use eval::{Reference, references};
use source::{FileId, Location};
use syntax::{Expr, Item, NodeId};
use value::Value;

use crate::evaluation::Evaluation;
use crate::fast::{FastMap, FastSet};
use crate::instance::{InstanceId, Key};
use crate::{Argument, Bindings, Callee, Declared, ResourceMode, resource};

/// Something that has a value of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node<'m> {
    Variable(InstanceId, &'m str),
    Local(InstanceId, &'m str),
    Output(InstanceId, &'m str),
    /// The `count` or `for_each` at that place.
    Repetition(InstanceId, FileId, NodeId),
    /// All outputs of all instances of a call, or only one of them.
    Call(InstanceId, &'m str, Option<&'m str>),
    /// All instances of a resource.
    Resource(InstanceId, usize),
    /// What is written for an argument of one instance of a resource.
    Argument(InstanceId, usize, Key, FileId, NodeId),
    /// The same of all instances. It is computed so that the others are; its own value is nothing.
    Arguments(InstanceId, usize, FileId, NodeId),
}

impl Node<'_> {
    /// The module instance that it is in.
    pub(crate) fn instance(&self) -> InstanceId {
        match self {
            Self::Variable(id, _)
            | Self::Local(id, _)
            | Self::Output(id, _)
            | Self::Repetition(id, ..)
            | Self::Call(id, ..)
            | Self::Resource(id, _)
            | Self::Argument(id, ..)
            | Self::Arguments(id, ..) => *id,
        }
    }
}

/// File and node of an expression.
type ExprPlace = (FileId, NodeId);

/// The references of expressions that were looked at, by the place of the expression.
#[derive(Default)]
pub(crate) struct Reads<'m> {
    known: RefCell<FastMap<ExprPlace, Rc<[Reference<'m>]>>>,
    /// The part of what is repeated that is read at a place.
    parts: RefCell<FastMap<Location, Rc<str>>>,
    /// Expressions of which only the parts were looked at.
    noted: RefCell<FastSet<ExprPlace>>,
}

impl<'m> Reads<'m> {
    fn of(&self, expr: Expr<'m>, file: FileId) -> Rc<[Reference<'m>]> {
        let key = (file, expr.id());
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let found: Rc<[_]> = references(expr).into();
        self.note_parts(&found, file);
        self.known.borrow_mut().insert(key, found.clone());
        found
    }

    /// Looks at an expression on which nothing else rests, so that it reads the same parts as if
    /// something did.
    pub(crate) fn note(&self, expr: Expr<'_>, file: FileId) {
        let key = (file, expr.id());
        // Places of expressions that are in no file are not told apart.
        if file == FileId::NOWHERE || self.known.borrow().contains_key(&key) {
            return;
        }
        if self.noted.borrow_mut().insert(key) {
            self.note_parts(&references(expr), file);
        }
    }

    fn note_parts(&self, found: &[Reference<'_>], file: FileId) {
        for reference in found {
            if let Some(part) = &reference.part {
                let place = Location::new(file, reference.range);
                self.parts.borrow_mut().insert(place, (*part).into());
            }
        }
    }

    /// The part of what is repeated that the reference at a place reads, when it is one only.
    pub(crate) fn part(&self, at: Location) -> Option<Rc<str>> {
        self.parts.borrow().get(&at).cloned()
    }
}

impl<'m> Evaluation<'m> {
    /// What must be computed before `node`; more may show when that is done.
    pub(crate) fn needed_by(&'m self, node: &Node<'m>) -> Vec<Node<'m>> {
        match node {
            Node::Variable(id, name) => self.needed_by_variable(*id, name),
            Node::Local(id, name) => {
                let local = self.module(*id).locals[*name];
                self.needed_in(*id, local.expr, local.file)
            }
            Node::Output(id, name) => {
                let value = self.module(*id).outputs[*name].argument("value");
                value.map_or_else(Vec::new, |it| self.needed_in(*id, it.expr(), it.file))
            }
            Node::Repetition(id, file, expr) => {
                self.needed_in(*id, self.expr(*id, *file, *expr), *file)
            }
            Node::Argument(id, index, key, file, expr) => {
                let mut needed = self.needed_in(*id, self.expr(*id, *file, *expr), *file);
                if *key != Key::None {
                    let declared = &self.module(*id).resources[*index].declared;
                    needed.extend(repetition_node(*id, declared));
                }
                needed
            }
            Node::Call(id, name, part) => self.needed_by_call(*id, name, *part),
            Node::Resource(id, index) => self.needed_by_resource(*id, *index),
            Node::Arguments(id, index, file, expr) => {
                let declared = &self.module(*id).resources[*index].declared;
                let repetition = repetition_node(*id, declared);
                match repetition.filter(|node| !self.holds(node)) {
                    Some(repetition) => vec![repetition],
                    None => self.arguments(*id, *index, *file, *expr),
                }
            }
        }
    }

    fn needed_by_variable(&'m self, id: InstanceId, name: &str) -> Vec<Node<'m>> {
        let instance = self.instance(id);
        let Some(called_by) = &instance.called_by else { return Vec::new() };
        let Some(argument) = crate::calls::passed(called_by.call, name) else { return Vec::new() };
        let mut needed = self.needed_in(called_by.caller, argument.expr(), argument.file);
        if called_by.key != Key::None {
            needed.extend(repetition_node(called_by.caller, called_by.call));
        }
        needed
    }

    fn needed_by_call(
        &'m self,
        id: InstanceId,
        name: &'m str,
        part: Option<&'m str>,
    ) -> Vec<Node<'m>> {
        let call = &self.module(id).module_calls[name];
        if let Some(repetition) = repetition_node(id, call).filter(|node| !self.holds(node)) {
            return vec![repetition];
        }
        let keys = self.keys(id, call).unwrap_or_default();
        let children = keys.iter().filter_map(|key| self.child(id, name, key));
        let outputs = |child: InstanceId| {
            let names = self.module(child).outputs.keys().map(AsRef::as_ref);
            let names = names.filter(move |name| part.is_none_or(|part| part == *name));
            names.map(move |name| Node::Output(child, name))
        };
        children.flat_map(outputs).collect()
    }

    fn needed_by_resource(&'m self, id: InstanceId, index: usize) -> Vec<Node<'m>> {
        let found = &self.module(id).resources[index];
        let mut needed: Vec<_> = repetition_node(id, &found.declared).into_iter().collect();
        if resource::is_builtin(found) {
            self.needed_in_body(id, &found.declared, &mut needed);
        }
        needed
    }

    /// What the arguments of a block and of the blocks in it read.
    fn needed_in_body(
        &'m self,
        id: InstanceId,
        declared: &'m Declared<'m>,
        needed: &mut Vec<Node<'m>>,
    ) {
        for part in declared.body().parts() {
            let mut blocks = vec![part.block];
            while let Some(block) = blocks.pop() {
                for item in block.body().items() {
                    match item {
                        Item::Attribute(attribute) if attribute.name() != "depends_on" => {
                            needed.extend(self.needed_in(id, attribute.expr(), part.file));
                        }
                        Item::Attribute(_) => {}
                        Item::Block(block) => blocks.push(block),
                    }
                }
            }
        }
    }

    /// What `expr` in the module instance `id` reads.
    fn needed_in(&'m self, id: InstanceId, expr: Expr<'m>, file: FileId) -> Vec<Node<'m>> {
        let reads = self.reads.of(expr, file);
        reads.iter().flat_map(|reference| self.nodes_of(id, reference)).collect()
    }

    fn nodes_of(&'m self, id: InstanceId, reference: &Reference<'m>) -> Vec<Node<'m>> {
        let node = self.node_of(id, reference);
        let part = reference.part;
        let arguments = match (&node, part) {
            (Some(Node::Resource(id, index)), Some(part)) => self.arguments_node(*id, *index, part),
            _ => None,
        };
        arguments.into_iter().chain(node).collect()
    }

    /// An argument of a resource that is repeated and of which the provider makes more than is
    /// written.
    fn arguments_node(&'m self, id: InstanceId, index: usize, name: &str) -> Option<Node<'m>> {
        let found = &self.module(id).resources[index];
        let argument = found.declared.argument(name).filter(|_| !resource::is_builtin(found))?;
        Some(Node::Arguments(id, index, argument.file, argument.expr().id()))
    }

    /// An argument of a resource, in all instances.
    fn arguments(
        &'m self,
        id: InstanceId,
        index: usize,
        file: FileId,
        expr: NodeId,
    ) -> Vec<Node<'m>> {
        let keys = self.keys(id, &self.module(id).resources[index].declared).unwrap_or_default();
        keys.into_iter().map(|key| Node::Argument(id, index, key, file, expr)).collect()
    }

    fn node_of(&'m self, id: InstanceId, reference: &Reference<'m>) -> Option<Node<'m>> {
        let module = self.module(id);
        let mut names = reference.attributes.iter().map(AsRef::as_ref);
        match reference.root {
            "var" => {
                let (name, _) = module.variables.get_key_value(names.next()?)?;
                Some(Node::Variable(id, name.as_ref()))
            }
            "local" => {
                let (name, _) = module.locals.get_key_value(names.next()?)?;
                Some(Node::Local(id, name.as_ref()))
            }
            "module" => {
                let part = reference.part;
                self.node_of_call(id, names.next()?, names.next(), part)
            }
            "data" => {
                let (block_type, name) = (names.next()?, names.next()?);
                self.node_of_resource(id, (ResourceMode::Data, block_type, name), names.next())
            }
            block_type => {
                let name = names.next()?;
                self.node_of_resource(id, (ResourceMode::Managed, block_type, name), names.next())
            }
        }
    }

    /// What a reference to a call reads: one output when it has it, else all. Where the call is
    /// repeated, `part` is what is read of its instances. `None` when there is no such call.
    pub(crate) fn node_of_call(
        &'m self,
        id: InstanceId,
        name: &str,
        output: Option<&str>,
        part: Option<&str>,
    ) -> Option<Node<'m>> {
        let (name, call) = self.module(id).module_calls.get_key_value(name)?;
        if is_repeated(call) {
            let part = part.filter(|_| output.is_none());
            let part = part.and_then(|part| self.declared_output(id, name, call, part));
            return Some(Node::Call(id, name.as_ref(), part));
        }
        let declared = output.and_then(|output| {
            let child = self.child(id, name.as_ref(), &Key::None)?;
            let (output, _) = self.module(child).outputs.get_key_value(output)?;
            Some(Node::Output(child, output.as_ref()))
        });
        Some(declared.unwrap_or(Node::Call(id, name.as_ref(), None)))
    }

    /// The name of an output, when the module that is called declares it.
    fn declared_output(
        &'m self,
        id: InstanceId,
        name: &str,
        call: &Declared<'_>,
        output: &str,
    ) -> Option<&'m str> {
        let Callee::Module(callee) = self.callee(&self.instance(id), name, call) else {
            return None;
        };
        let (output, _) = self.modules.get(callee).outputs.get_key_value(output)?;
        Some(output.as_ref())
    }

    fn node_of_resource(
        &'m self,
        id: InstanceId,
        (mode, block_type, name): (ResourceMode, &str, &str),
        attribute: Option<&str>,
    ) -> Option<Node<'m>> {
        let index = self.module(id).resource_position(mode, block_type, name)?;
        let found = &self.module(id).resources[index];
        let attribute = attribute.filter(|_| !is_repeated(&found.declared));
        match attribute {
            Some(attribute) if !resource::is_builtin(found) => {
                let argument = found.declared.argument(attribute)?;
                Some(argument_node(id, index, &Key::None, argument))
            }
            _ => Some(Node::Resource(id, index)),
        }
    }

    fn expr(&'m self, id: InstanceId, file: FileId, expr: NodeId) -> Expr<'m> {
        Expr::of(self.module(id).sources.tree(file), expr)
    }

    /// The value of `node`, whose needs are met.
    pub(crate) fn compute(&'m self, node: &Node<'m>) -> Value {
        match node {
            Node::Variable(id, name) => self.variable(*id, name),
            Node::Local(id, name) => {
                let local = self.module(*id).locals[*name];
                self.values(*id).value(local.expr, local.file, &Bindings::default())
            }
            Node::Output(id, name) => self.output(*id, name),
            Node::Repetition(id, file, expr) => {
                let expr = self.expr(*id, *file, *expr);
                self.values(*id).value(expr, *file, &Bindings::default())
            }
            Node::Argument(id, index, key, file, expr) => {
                let declared = &self.module(*id).resources[*index].declared;
                let bindings = self.values(*id).bindings(declared, key);
                let expr = self.expr(*id, *file, *expr);
                bindings.map_or_else(
                    || Value::unknown(value::Type::Dynamic, value::Reason::Each),
                    |bindings| self.values(*id).value(expr, *file, &bindings),
                )
            }
            Node::Call(id, name, part) => self.outputs(*id, name, *part),
            Node::Resource(id, index) => self.resource(*id, *index),
            Node::Arguments(id, index, file, expr) => {
                for argument in self.arguments(*id, *index, *file, *expr) {
                    self.get(&argument);
                }
                Value::null(value::Type::Dynamic)
            }
        }
    }
}

/// What is written for an argument of a resource.
pub(crate) fn argument_node<'m>(
    id: InstanceId,
    index: usize,
    key: &Key,
    argument: Argument<'_>,
) -> Node<'m> {
    Node::Argument(id, index, key.clone(), argument.file, argument.expr().id())
}

/// The `count` or `for_each` of a block of the module instance `id`, if it has one.
pub(crate) fn repetition_node<'m>(id: InstanceId, declared: &Declared<'_>) -> Option<Node<'m>> {
    let argument = repetition(declared)?;
    Some(Node::Repetition(id, argument.file, argument.expr().id()))
}

/// The `count` or `for_each` of a block, if it has one.
fn repetition<'a>(declared: &Declared<'a>) -> Option<Argument<'a>> {
    // An override file can add the one to the other; then Terraform looks at `count`.
    declared.argument("count").or_else(|| declared.argument("for_each"))
}

/// Whether a block has `count` or `for_each`.
pub(crate) fn is_repeated(declared: &Declared<'_>) -> bool {
    repetition(declared).is_some()
}
