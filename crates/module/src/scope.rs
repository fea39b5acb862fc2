//! The names that expressions of a module can refer to.

use std::cell::Cell;
use std::sync::Arc;

use eval::{Lookup, Scope};
use schema::is_always_set;
use source::{Files, Location};
use value::{Identity, Marks, Reason, Refinement, Type, Unknown, Value};

use crate::calls::identified;
use crate::declare::ResourceMode;
use crate::node::{Node, is_repeated};
use crate::resource::{is_builtin, reason};
use crate::{Bindings, ModuleValues};

/// Terraform's summaries of references to what is not declared.
pub(crate) const UNDECLARED_VARIABLE: &str = "Reference to undeclared input variable";
pub(crate) const UNDECLARED_LOCAL: &str = "Reference to undeclared local value";

/// The scope of a module for one block instance.
pub(crate) struct ModuleScope<'s, 'm> {
    pub(crate) values: &'s ModuleValues<'m>,
    pub(crate) bindings: &'s Bindings,
}

impl Scope for ModuleScope<'_, '_> {
    fn lookup(&self, root: &str, attributes: &[&str], at: Location) -> Lookup {
        let first = attributes.first().map(AsRef::as_ref);
        if let Some((_, key, value)) =
            self.bindings.iterators.iter().rev().find(|(name, ..)| name == root)
        {
            return match first {
                Some("key") => found(key.clone(), 1),
                Some("value") => found(value.clone(), 1),
                _ => found(opaque(Reason::Each), attributes.len()),
            };
        }
        match (root, first) {
            ("var", Some(name)) => self.look_up_variable(name),
            ("local", Some(name)) => self.look_up_local(name),
            ("each", Some(part @ ("key" | "value"))) => self.each(part),
            ("count", Some("index")) => {
                let index = self.bindings.count_index.clone();
                found(index.unwrap_or_else(|| opaque(Reason::Each)), 1)
            }
            ("path", Some(part)) => self.path(part),
            ("terraform", Some("workspace")) => found(self.workspace(), 1),
            ("module", Some(name)) => self.module(name, &attributes[1..], at),
            ("data", Some(block_type)) => match attributes.get(1) {
                Some(name) => {
                    self.resource(ResourceMode::Data, block_type, name, &attributes[2..], 2)
                }
                None => found(opaque(Reason::Data), attributes.len()),
            },
            (
                "terraform" | "path" | "self" | "each" | "count" | "var" | "local" | "ephemeral",
                _,
            ) => found(opaque(Reason::Attribute), attributes.len()),
            (block_type, Some(name)) => {
                self.resource(ResourceMode::Managed, block_type, name, &attributes[1..], 1)
            }
            _ => found(opaque(Reason::Attribute), attributes.len()),
        }
    }

    fn assumed(&self, unknown: &Value) -> Option<Value> {
        let evaluation = self.values.evaluation;
        let identity = unknown.as_unknown()?.identity.as_ref()?;
        let mut typed = None;
        if let Identity::Address(address) = identity
            && let Some(value) = evaluation.open_attribute(address)
        {
            // Of what the provider computes no more is known than its type.
            let its = value.as_unknown().and_then(|unknown| unknown.identity.as_ref());
            if its != Some(identity) {
                return Some(value);
            }
            typed = Some(value).filter(|_| unknown.ty() == Type::Dynamic);
        }
        evaluation.note_read(identity);
        let assumptions = evaluation.assumptions();
        let unknown = typed.as_ref().unwrap_or(unknown);
        let narrowed = if assumptions.is_empty() { None } else { assumptions.narrowed(unknown) };
        narrowed.or(typed)
    }

    fn ask(&self, condition: &Value) {
        self.values.evaluation.note_question(condition);
    }

    fn instance(&self) -> Option<Arc<str>> {
        let Bindings { each, count_index, iterators, address, .. } = self.bindings;
        if !iterators.is_empty() {
            return None;
        }
        match address {
            Some(address) => Some(address.clone()),
            None if each.is_none() && count_index.is_none() => {
                Some(self.values.instance.address.clone())
            }
            None => None,
        }
    }

    fn wants_origins(&self) -> bool {
        self.values.evaluation.wants_origins
    }

    fn files(&self) -> Option<(&dyn Files, &str)> {
        let evaluation = self.values.evaluation;
        let directory = &evaluation.modules.get(evaluation.root).files.directory;
        Some((evaluation.files?, directory.as_str()))
    }
}

impl ModuleScope<'_, '_> {
    fn look_up_variable(&self, name: &str) -> Lookup {
        let module = self.values.module();
        if let Some((name, _)) = module.variables.get_key_value(name) {
            let node = Node::Variable(self.values.id(), name.as_ref());
            return found(self.values.evaluation.get(&node), 1);
        }
        if module.files.has_unread_config {
            return found(opaque(Reason::Variable), 1);
        }
        Lookup::Undeclared {
            summary: UNDECLARED_VARIABLE.into(),
            detail: format!("an input variable `{name}` is not declared in this module"),
        }
    }

    fn look_up_local(&self, name: &str) -> Lookup {
        let module = self.values.module();
        if let Some((name, _)) = module.locals.get_key_value(name) {
            let node = Node::Local(self.values.id(), name.as_ref());
            return found(self.values.evaluation.get(&node), 1);
        }
        if module.files.has_unread_config {
            return found(opaque(Reason::Attribute), 1);
        }
        Lookup::Undeclared {
            summary: UNDECLARED_LOCAL.into(),
            detail: format!("a local value `{name}` is not declared in this module"),
        }
    }

    fn each(&self, part: &str) -> Lookup {
        match &self.bindings.each {
            Some((key, _)) if part == "key" => found(key.clone(), 1),
            Some((_, value)) => found(value.clone(), 1),
            None => found(opaque(Reason::Each), 1),
        }
    }

    /// `path.module` as seen from the root, as Terraform has it; where the working directory lies is
    /// nobody's business.
    fn path(&self, part: &str) -> Lookup {
        let directory = match part {
            "root" => Some("."),
            "module" => self.values.instance.directory.as_deref(),
            _ => None,
        };
        let unknown = || unknown_string(Reason::Attribute, None);
        found(directory.map_or_else(unknown, Value::string), 1)
    }

    fn workspace(&self) -> Value {
        if let Some(name) = &self.values.evaluation.settings.workspace {
            return Value::string(name);
        }
        let identity = Identity::Address("terraform.workspace".into());
        unknown_string(Reason::Workspace, Some(identity))
    }

    fn module(&self, name: &str, rest: &[&str], at: Location) -> Lookup {
        let (evaluation, id) = (self.values.evaluation, self.values.id());
        let output = rest.first().map(AsRef::as_ref);
        let part = evaluation.reads.part(at);
        if let Some(node) = evaluation.node_of_call(id, name, output, part.as_deref()) {
            let consumed = if matches!(node, Node::Output(..)) { 2 } else { 1 };
            return found(evaluation.get(&node), consumed);
        }
        let address = self.values.instance.within(&format!("module.{name}"));
        part_of(&address, rest, 1, Reason::Module)
    }

    /// What is known of a resource: what is written for its arguments; what the provider computes is
    /// unknown, but known to be that attribute of that resource.
    fn resource(
        &self,
        mode: ResourceMode,
        block_type: &str,
        name: &str,
        rest: &[&str],
        consumed: usize,
    ) -> Lookup {
        let (evaluation, id) = (self.values.evaluation, self.values.id());
        let module = self.values.module();
        let reason = reason(mode);
        let address = self.values.instance.within(&mode.address(block_type, name));
        let Some(index) = module.resource_position(mode, block_type, name) else {
            // Wherever it is declared, then as one instance: otherwise Terraform refuses this.
            let is_managed = mode == ResourceMode::Managed;
            let set = rest.first().filter(|name| is_managed && is_always_set(block_type, name));
            let Some(attribute) = set else {
                return part_of(&address, rest, consumed, reason);
            };
            let identity = Identity::Address(format!("{address}.{attribute}").into());
            return found(unknown_string(reason, Some(identity)), consumed + 1);
        };
        let resource = &module.resources[index];
        let is_whole = is_repeated(&resource.declared) || is_builtin(resource);
        let Some(attribute) = rest.first().filter(|_| !is_whole) else {
            return found(evaluation.get(&Node::Resource(id, index)), consumed);
        };
        let instance = (id, index, crate::Key::None);
        if let Some(value) = evaluation.attribute(&instance, &address, attribute) {
            return found(value, consumed + 1);
        }
        part_of(&address, rest, consumed, reason)
    }
}

/// An unknown of any type whose identity is `address` and the attribute after it.
fn part_of(address: &str, rest: &[&str], consumed: usize, reason: Reason) -> Lookup {
    match rest.first() {
        Some(attribute) => {
            found(identified(&format!("{address}.{attribute}"), reason), consumed + 1)
        }
        None => found(identified(address, reason), consumed),
    }
}

fn found(value: Value, consumed: usize) -> Lookup {
    Lookup::Found { value, consumed }
}

/// An unknown about which nothing is known.
fn opaque(reason: Reason) -> Value {
    Value::unknown(Type::Dynamic, reason)
}

pub(crate) fn unknown_string(reason: Reason, identity: Option<Identity>) -> Value {
    let unknown = Unknown::new(Type::String, reason).refined(Refinement::NOT_NULL);
    Unknown { identity, ..unknown }.into_value()
}

/// Notes whether anything was looked up, and whether that rests on a variable's default.
pub(crate) struct Touched<'s, S> {
    pub(crate) inner: &'s S,
    pub(crate) any: Cell<bool>,
    pub(crate) default: Cell<bool>,
}

impl<'s, S> Touched<'s, S> {
    pub(crate) fn new(inner: &'s S) -> Self {
        Self { inner, any: Cell::new(false), default: Cell::new(false) }
    }
}

impl<S: Scope> Scope for Touched<'_, S> {
    fn lookup(&self, root: &str, attributes: &[&str], at: Location) -> Lookup {
        let lookup = self.inner.lookup(root, attributes, at);
        self.any.set(true);
        if let Lookup::Found { value, .. } = &lookup
            && value.marks_deep().contains(Marks::DEFAULT)
        {
            self.default.set(true);
        }
        lookup
    }

    fn around(&self) -> Option<&dyn Scope> {
        Some(self.inner)
    }
}
