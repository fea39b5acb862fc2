//! What is known of resources that others refer to: what their configuration sets is known, what the
//! provider computes is not, but keeps the identity of the resource.

use std::sync::Arc;

use eval::references;
use schema::is_always_set;
use syntax::Expr;
use syntax::view::ExprKind;
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

/// The type of the data sources of Terraform itself.
const REMOTE_STATE_TYPE: &str = "terraform_remote_state";

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
        if !is_kept(resource, name) {
            return None;
        }
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
        (value.is_not_null() && !is_empty(&value)).then_some(value)
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

/// Why what the provider computes is not known.
pub(crate) fn reason(mode: ResourceMode) -> Reason {
    if mode == ResourceMode::Data { Reason::Data } else { Reason::Attribute }
}

/// Whether an argument is what the attribute of that name says later.
fn is_kept(resource: &Resource<'_>, name: &str) -> bool {
    // What a data source is asked for is seldom written as the provider answers it.
    let is_answered =
        resource.mode == ResourceMode::Data && resource.block_type != REMOTE_STATE_TYPE;
    // By convention these are for writing only, and null to all who read them.
    let is_write_only = name.ends_with("_wo");
    !is_answered && !is_write_only && !is_ignored(resource, name)
}

/// Whether changes of an argument are ignored, so that what was once made may have another value.
fn is_ignored(resource: &Resource<'_>, name: &str) -> bool {
    let Some(ignored) = resource.declared.body().lifecycle("ignore_changes") else { return false };
    let is_it = |word: &str| word == name || word == "all";
    let is_text_of_it = |element: Expr<'_>| element.as_plain_string().is_some_and(|it| is_it(&it));
    let texts = match ignored.expr().kind() {
        ExprKind::Tuple(elements) => elements.iter().any(is_text_of_it),
        _ => is_text_of_it(ignored.expr()),
    };
    texts || references(ignored.expr()).iter().any(|reference| is_it(&reference.root))
}

/// Whether a value is as good as absent to many providers, which then compute one.
fn is_empty(value: &Value) -> bool {
    value.as_str() == Some("") || value.as_elements().is_some_and(<[_]>::is_empty)
}

/// Whether providers keep a text as it is written: many write documents, domain names with a final
/// dot and text with white space in their own way, or keep a hash of it.
fn is_plain(text: &str) -> bool {
    !text.contains(char::is_whitespace) && !text.starts_with(['{', '[']) && !text.ends_with('.')
}

/// Whether a value is a string whatever type the provider gives to the argument.
fn is_text(value: &Value) -> bool {
    match value.kind() {
        ValueKind::String(text) => {
            is_plain(text)
                && [Type::Number, Type::Bool].iter().all(|ty| convert(value, ty).is_err())
        }
        ValueKind::Unknown(unknown) => {
            let Refinement { prefix, suffix, .. } = &unknown.refinement;
            let [prefix, suffix] = [prefix, suffix].map(|it| it.as_deref().unwrap_or_default());
            let is_plain = is_plain(prefix) && is_plain(suffix);
            is_plain
                && unknown.ty == Type::String
                && prefix.chars().next().is_some_and(char::is_alphabetic)
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
