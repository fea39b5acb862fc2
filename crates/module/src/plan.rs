//! What Terraform would plan for a root module of which nothing exists yet: every instance of its
//! managed resources and of those of the modules that it calls, its outputs, its variables. Never
//! says what is wrong with it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write as _;
use std::sync::Arc;

use syntax::Item;
use value::{Marks, Reason, Type, Value, write_json_string};

use crate::evaluation::Evaluation;
use crate::instance::InstanceId;
use crate::node::Node;
use crate::resource::is_builtin;
use crate::{Bindings, Key, MergedBody, ModuleValues, Resource, ResourceMode, Shaper};

/// Arguments and blocks of a resource that are Terraform's, not the provider's. More of the latter
/// stand in a block `_`.
const META_ARGUMENTS: [&str; 8] =
    ["count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection", "_"];

/// A plan that creates everything.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Instances of managed resources by their address. Blocks of which it is not known how often
    /// they are repeated have none.
    pub resources: BTreeMap<String, PlannedResource>,
    /// Outputs of the root module by name.
    pub outputs: BTreeMap<String, Value>,
    /// Variables of the root module by name: what is given for them, before it is converted to
    /// their type, or their default.
    pub variables: BTreeMap<String, Value>,
}

/// One instance of a managed resource.
#[derive(Clone, Debug)]
pub struct PlannedResource {
    /// The address of its module instance; empty for the root.
    pub module: Arc<str>,
    /// Which of the instances of its block.
    pub key: Key,
    /// Its attributes. Of resource types whose provider is not known, the arguments and nested
    /// blocks as they are written, and nothing more.
    pub values: Value,
}

impl Plan {
    /// What Terraform would plan for the root module of `evaluation`.
    pub fn of<'m>(evaluation: &'m Evaluation<'m>) -> Self {
        let mut plan = Self { variables: evaluation.planned_variables(), ..Self::default() };
        let mut stack = vec![InstanceId::ROOT];
        while let Some(id) = stack.pop() {
            let values = evaluation.values(id);
            for (index, resource) in values.module().resources.iter().enumerate() {
                if resource.mode == ResourceMode::Managed {
                    plan.add(&values, index, resource);
                }
            }
            for (name, call) in &values.module().module_calls {
                let keys = evaluation.keys(id, call).unwrap_or_default();
                let child = |key| evaluation.child(id, name.as_ref(), key);
                stack.extend(keys.iter().filter_map(child));
            }
        }
        for name in evaluation.root().module().outputs.keys() {
            let value = evaluation.get(&Node::Output(InstanceId::ROOT, name.as_ref()));
            plan.outputs.insert(name.to_string(), value);
        }
        plan
    }

    /// Adds the instances of a resource.
    fn add<'m>(&mut self, values: &ModuleValues<'m>, index: usize, resource: &Resource<'m>) {
        let (evaluation, id) = (values.evaluation(), values.id());
        let module = &values.instance.address;
        let address = values.instance.within(&resource.address());
        let builtin = is_builtin(resource).then(|| evaluation.get(&Node::Resource(id, index)));
        for key in evaluation.keys(id, &resource.declared).unwrap_or_default() {
            // A second block of one address is not planned.
            let Entry::Vacant(place) = self.resources.entry(format!("{address}{key}")) else {
                continue;
            };
            let planned = match &builtin {
                Some(all) => instance_of(all, &key).cloned(),
                None => values.bindings(&resource.declared, &key).map(|bindings| {
                    written(values, resource.declared.body(), &bindings, &META_ARGUMENTS)
                }),
            };
            let unknown = || Value::unknown(Type::Dynamic, Reason::Limit);
            let values = planned.unwrap_or_else(unknown);
            place.insert(PlannedResource { module: module.clone(), key, values });
        }
    }

    /// As JSON, in the shapes in which `terraform show -json` writes the parts of a plan. Sensitive
    /// values are in it, and which they are.
    pub fn to_json(&self) -> String {
        let mut out = String::from("{\"resources\":");
        write_object(&mut out, &self.resources, |out, planned| planned.write(out));
        out.push_str(",\"outputs\":");
        write_object(&mut out, &self.outputs, write_output);
        out.push_str(",\"variables\":");
        write_object(&mut out, &self.variables, |out, value| out.push_str(&value.to_json()));
        out.push('}');
        out
    }
}

impl PlannedResource {
    fn write(&self, out: &mut String) {
        let Self { module, key, values } = self;
        let (json, unknown) = (values.to_json(), values.unknown_to_json());
        let _ = write!(out, "{{\"actions\":[\"create\"],\"values\":{json},\"unknown\":{unknown}");
        if values.marks_deep().contains(Marks::SENSITIVE) {
            let _ = write!(out, ",\"sensitive\":{}", values.marks_to_json(Marks::SENSITIVE));
        }
        match key {
            Key::Index(index) => {
                let _ = write!(out, ",\"index\":{index}");
            }
            Key::Name(name) => write_text(out, ",\"index\":", name),
            Key::None | Key::Unknown => {}
        }
        if !module.is_empty() {
            write_text(out, ",\"module\":", module);
        }
        out.push('}');
    }
}

fn write_text(out: &mut String, before: &str, text: &str) {
    out.push_str(before);
    write_json_string(out, text, false);
}

/// An output as JSON: its type only when all of it is known, its value unless none is.
fn write_output(out: &mut String, value: &Value) {
    let unknown = value.unknown_to_json();
    if value.is_wholly_known() {
        // In a plan null has no type.
        let ty = if value.is_null() { Type::Dynamic } else { value.ty() };
        let (json, ty) = (value.to_json(), ty.to_json());
        let _ = write!(out, "{{\"value\":{json},\"unknown\":false,\"type\":{ty}");
    } else if value.is_known() {
        let _ = write!(out, "{{\"value\":{},\"unknown\":{unknown}", value.to_json());
    } else {
        let _ = write!(out, "{{\"unknown\":{unknown}");
    }
    if value.marks_deep().contains(Marks::SENSITIVE) {
        out.push_str(",\"sensitive\":true");
    }
    out.push('}');
}

fn write_object<T>(
    out: &mut String,
    entries: &BTreeMap<String, T>,
    write: impl Fn(&mut String, &T),
) {
    out.push('{');
    for (at, (name, entry)) in entries.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_text(out, "", name);
        out.push(':');
        write(out, entry);
    }
    out.push('}');
}

impl<'m> Evaluation<'m> {
    /// The variables of the root module as a plan has them.
    fn planned_variables(&'m self) -> BTreeMap<String, Value> {
        let instance = self.instance(InstanceId::ROOT);
        let planned = |name: &'m str| {
            let variable = self.declaration(InstanceId::ROOT, name);
            let given = instance.assigned.get(name);
            Some((name.to_owned(), variable.planned(given, &instance.budget)?))
        };
        let names = self.module(InstanceId::ROOT).variables.keys();
        names.filter_map(|name| planned(name.as_ref())).collect()
    }
}

/// One instance out of the value of a resource.
fn instance_of<'v>(all: &'v Value, key: &Key) -> Option<&'v Value> {
    match key {
        Key::None => Some(all),
        Key::Index(index) => all.get(*index),
        Key::Name(name) => all.get_attr(name),
        Key::Unknown => None,
    }
}

/// The arguments and nested blocks of a body as they are written, those called as one of `left_out`
/// left out.
fn written<'m>(
    values: &ModuleValues<'m>,
    body: MergedBody<'_, 'm>,
    bindings: &Bindings,
    left_out: &[&str],
) -> Value {
    let shaper = Shaper::new(values, body, bindings);
    let mut parts: BTreeMap<Arc<str>, Value> = BTreeMap::new();
    for item in body.items() {
        let name: Arc<str> = match &item {
            Item::Attribute(attribute) => attribute.name().as_ref().into(),
            Item::Block(block) if block.kind() == "dynamic" => {
                block.label(0).unwrap_or_default().as_ref().into()
            }
            Item::Block(block) => block.kind().as_ref().into(),
        };
        if left_out.contains(&name.as_ref()) || parts.contains_key(&name) {
            continue;
        }
        let part = match item {
            Item::Attribute(_) => shaper.argument(&name, Type::Dynamic),
            Item::Block(_) => shaper
                .blocks_as(&name, &|block, bindings| written(values, block.body(), bindings, &[])),
        };
        parts.insert(name, part);
    }
    Value::object(parts)
}
