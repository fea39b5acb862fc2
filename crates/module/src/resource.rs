//! What is known of resources that others refer to: what their configuration sets is known, what the
//! provider computes is not, but keeps the identity of the resource.

use std::sync::Arc;

use schema::is_always_set;
use value::{Identity, Marks, Reason, Refinement, Type, Unknown, Value, ValueKind, convert};

use crate::calls::identified;
use crate::evaluation::Evaluation;
use crate::instance::{InstanceId, Key};
use crate::node::argument_node;
use crate::scope::unknown_string;
use crate::shape::Shaper;
use crate::{Resource, ResourceMode};

/// The resource type that Terraform brings along.
const BUILTIN_TYPE: &str = "terraform_data";

/// Whether all that Terraform will plan for a resource follows from its configuration.
pub(crate) fn is_builtin(resource: &Resource<'_>) -> bool {
    resource.mode == ResourceMode::Managed && resource.block_type == BUILTIN_TYPE
}

impl<'m> Evaluation<'m> {
    /// All instances of a resource: as one value where it is not repeated, else a tuple or object of
    /// them.
    pub(crate) fn resource(&'m self, id: InstanceId, index: usize) -> Value {
        let resource = &self.module(id).resources[index];
        let address = self.instance(id).within(&resource.address());
        let reason = reason(resource.mode);
        let whole = (address.as_str(), reason.clone());
        self.repeated(id, &resource.declared, whole, |key| {
            let address = format!("{address}{key}");
            if is_builtin(resource) {
                return self.builtin(id, index, key, &address);
            }
            let place = (id, index, key.clone());
            self.open.borrow_mut().insert(address.as_str().into(), place);
            identified(&address, reason.clone())
        })
    }

    /// An attribute of a resource instance that [`Evaluation::resource`] gave out; `None` when
    /// `address` is not that of one of which more is known.
    pub(crate) fn open_attribute(&'m self, address: &str) -> Option<Value> {
        if self.open.borrow().is_empty() {
            return None;
        }
        let (resource, attribute) = address.rsplit_once('.')?;
        let place = self.open.borrow().get(resource)?.clone();
        self.attribute(&place, resource, attribute)
    }

    /// What is known of an attribute of the resource instance at `place`, whose address is `address`.
    /// `None` when it is not set, or the provider may make something else of it.
    pub(crate) fn attribute(
        &'m self,
        place: &(InstanceId, usize, Key),
        address: &str,
        name: &str,
    ) -> Option<Value> {
        let (id, index, key) = place;
        let resource = &self.module(*id).resources[*index];
        let identity = || Some(Identity::Address(format!("{address}.{name}").into()));
        let is_managed = resource.mode == ResourceMode::Managed;
        if is_managed && is_always_set(&resource.block_type, name) {
            return Some(unknown_string(reason(resource.mode), identity()));
        }
        if !self.values(*id).is_certain() {
            return None;
        }
        let argument = resource.declared.argument(name)?;
        let value = self.get(&argument_node(*id, *index, key, argument));
        let schema = schema::resource(&resource.block_type).filter(|_| is_managed);
        let ty = schema.and_then(|schema| {
            let (_, ty) = schema.arguments.iter().find(|(argument, _)| *argument == name)?;
            Some(ty.ty())
        });
        // Where the type is not known, text that is a number or truth value too may be meant as one.
        let value = match ty {
            Some(ty) => convert(&value, &ty).ok()?,
            None if is_text(&value) => value,
            None => return None,
        };
        value.is_not_null().then_some(value)
    }

    /// What Terraform plans for an instance of `terraform_data` when it is created.
    fn builtin(&'m self, id: InstanceId, index: usize, key: &Key, address: &str) -> Value {
        let values = self.values(id);
        let resource = &self.module(id).resources[index];
        let (Some(bindings), Some(schema)) =
            (values.bindings(&resource.declared, key), schema::resource(BUILTIN_TYPE))
        else {
            return identified(address, Reason::Attribute);
        };
        let configured = Shaper::new(&values, resource.declared.body(), &bindings).object(schema);
        let planned = planned(&configured, address);
        planned.unwrap_or_else(|| identified(address, Reason::Attribute))
    }
}

fn reason(mode: ResourceMode) -> Reason {
    if mode == ResourceMode::Data { Reason::Data } else { Reason::Attribute }
}

/// Whether a value is a string whatever type the provider gives to the argument.
fn is_text(value: &Value) -> bool {
    match value.kind() {
        ValueKind::String(_) => {
            [Type::Number, Type::Bool].iter().all(|ty| convert(value, ty).is_err())
        }
        ValueKind::Unknown(unknown) => {
            let prefix = unknown.refinement.prefix.as_deref().unwrap_or_default();
            unknown.ty == Type::String && prefix.chars().next().is_some_and(char::is_alphabetic)
        }
        _ => false,
    }
}

/// What `terraform_data` plans for a `configured` object.
fn planned(configured: &Value, address: &str) -> Option<Value> {
    let computed = |name: &str, ty: Type, refinement| {
        let identity = Identity::Address(format!("{address}.{name}").into());
        let unknown = Unknown::new(ty, Reason::Attribute).refined(refinement);
        unknown.identified(identity).into_value()
    };
    let input = configured.get_attr("input")?.clone();
    let output = if input.is_null() {
        Value::null(input.ty())
    } else {
        computed("output", input.ty(), Refinement::default())
    };
    let store = configured.get_attr("store")?;
    let store = match store.as_elements() {
        Some([]) => Value::null(Type::Dynamic),
        Some([block, ..]) => stored(block, &computed)?,
        None => computed("store", Type::Dynamic, Refinement::default()),
    };
    let attributes: [(Arc<str>, Value); 5] = [
        ("id".into(), computed("id", Type::String, Refinement::NOT_NULL)),
        ("input".into(), input),
        ("output".into(), output),
        ("store".into(), store),
        ("triggers_replace".into(), configured.get_attr("triggers_replace")?.clone()),
    ];
    Some(Value::object(attributes))
}

/// The block `store` of `terraform_data`: its input is never stored, and comes out where `sensitive`
/// says.
fn stored(block: &Value, computed: &dyn Fn(&str, Type, Refinement) -> Value) -> Option<Value> {
    let sensitive = block.get_attr("sensitive")?;
    let is_sensitive = if sensitive.is_null() { Some(false) } else { sensitive.as_bool() };
    let output = |name: &str, is_here: Option<bool>| match is_here {
        Some(false) => Value::null(Type::Dynamic),
        _ => computed(&format!("store.{name}"), Type::Dynamic, Refinement::default()),
    };
    let sensitive_output = output("sensitive_output", is_sensitive);
    let attributes: [(Arc<str>, Value); 6] = [
        ("input".into(), Value::null(Type::Dynamic)),
        ("output".into(), output("output", is_sensitive.map(|it| !it))),
        ("replace".into(), block.get_attr("replace")?.clone()),
        ("sensitive".into(), sensitive.clone()),
        ("sensitive_output".into(), sensitive_output.marked(Marks::SENSITIVE)),
        ("version".into(), block.get_attr("version")?.clone()),
    ];
    Some(Value::object(attributes))
}
