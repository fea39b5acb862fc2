//! What is known of resources that others refer to: what their configuration sets is known, what the
//! provider computes is not, but keeps the identity of the resource.

use std::collections::BTreeMap;
use std::sync::Arc;

use schema::{Attribute, BlockSchema, Constraint, Format, Mode, is_always_set};
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
    /// `None` when that is nothing at all.
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
        let values = self.values(*id);
        let schema = values.schema_of(resource);
        let known = schema.and_then(|schema| KnownAttribute::of(schema, name));
        let set = resource.declared.argument(name).filter(|_| values.is_certain());
        let set = set.filter(|_| is_kept(resource, name));
        let set = set.map(|argument| self.get(&argument_node(*id, *index, key, argument)));
        let set = set.and_then(|value| match &known {
            Some(known) => known.kept(&value),
            // Where the type is not known, text that is a number or truth value too may be meant as one.
            None => Some(value).filter(is_text),
        });
        let set = set.filter(|value| value.is_not_null() && !is_empty(value));
        let computed = || {
            let ty = known.as_ref()?.reference_type()?;
            let unknown = Unknown::new(ty, reason(resource.mode));
            Some(Unknown { identity: identity(), ..unknown }.into_value())
        };
        let is_sensitive = known.as_ref().is_some_and(|known| known.is_sensitive);
        let marks = if is_sensitive { Marks::SENSITIVE } else { Marks::default() };
        Some(set.or_else(computed)?.marked(marks))
    }

    /// What Terraform plans for an instance of `terraform_data` when it is created.
    fn builtin(&'m self, id: InstanceId, index: usize, key: &Key, address: &str) -> Value {
        let values = self.values(id);
        let resource = &self.module(id).resources[index];
        let (Some(bindings), Some(schema)) =
            (values.bindings(&resource.declared, key), values.schema_of(resource))
        else {
            return identified(address, Reason::Attribute);
        };
        let configured = Shaper::new(&values, resource.declared.body(), &bindings).object(schema);
        let planned = planned(&configured, address);
        planned.unwrap_or_else(|| identified(address, Reason::Attribute))
    }
}

/// An attribute as all versions of the provider that may be met have it.
pub(crate) struct KnownAttribute {
    /// `None` where they do not agree; nor those that are known where a newer one may be met, as it
    /// may differ likewise.
    ty: Option<Type>,
    /// Whether none of them sets it where the configuration does not.
    is_configured: bool,
    /// Whether it is null to all who read it, or a document that providers write in their own way.
    is_rewritten: bool,
    is_sensitive: bool,
}

impl KnownAttribute {
    /// `None` when there is no attribute of that name.
    pub(crate) fn of(schema: BlockSchema<'_>, name: &str) -> Option<Self> {
        let is_met = |one: &Attribute<'_>| one.presence().intersects(schema.selection.snapshots);
        let variants = || schema.body.attributes_named(name).filter(is_met);
        let newest = variants().next_back()?;
        let ty = newest.ty();
        let mut all = schema.body.attributes_named(name);
        let is_same =
            all.all(|one| !(schema.selection.may_be_newer || is_met(&one)) || one.ty() == ty);
        let is_configured =
            |one: Attribute<'_>| matches!(one.mode(), Mode::Required | Mode::Optional);
        Some(Self {
            ty: is_same.then_some(ty),
            is_configured: variants().all(is_configured),
            is_rewritten: variants().any(|one| one.is_write_only() || is_document(one)),
            is_sensitive: variants().all(Attribute::is_sensitive),
        })
    }

    /// What an argument that is set to `value` says later, when that is certain.
    fn kept(&self, value: &Value) -> Option<Value> {
        let ty = self.ty.as_ref().filter(|_| !self.is_rewritten)?;
        if *ty == Type::Dynamic {
            return Some(value.clone()).filter(is_text);
        }
        // Providers fill in what is left out in objects, and some do in maps.
        if has_object(ty) || matches!(ty, Type::Map(_)) && !self.is_configured {
            return None;
        }
        let value = convert(value, ty).ok()?;
        is_kept_as_written(&value, self.is_configured).then_some(value)
    }

    /// The type of the unknown value that a reference gives. Objects may have more attributes in
    /// versions that are newer than what is known.
    pub(crate) fn reference_type(&self) -> Option<Type> {
        let ty = self.ty.as_ref()?;
        (!has_object(ty) && !ty.has_dynamic()).then(|| ty.clone())
    }
}

/// Whether a type is an object, or has some in it.
fn has_object(ty: &Type) -> bool {
    match ty {
        Type::Object(_) | Type::Tuple(_) => true,
        other => other.element().is_some_and(has_object),
    }
}

/// Whether an argument takes a document.
fn is_document(attribute: Attribute<'_>) -> bool {
    let format = attribute.constraint().and_then(Constraint::format);
    matches!(format, Some(Format::Json | Format::Policy))
}

/// Whether providers keep a value as it is written. Where only the configuration sets an argument
/// they do so more often.
fn is_kept_as_written(value: &Value, is_configured: bool) -> bool {
    let is_kept = if is_configured { is_readable } else { is_plain };
    match value.kind() {
        ValueKind::String(text) => is_kept(text),
        ValueKind::Unknown(unknown) if unknown.ty.is_primitive() || is_configured => {
            let Refinement { prefix, suffix, .. } = &unknown.refinement;
            let is_kept = [prefix, suffix].into_iter().flatten().all(|text| is_kept(text));
            is_kept && (is_configured || unknown.ty != Type::String || is_text(value))
        }
        ValueKind::Null(_) | ValueKind::Unknown(_) => false,
        _ => {
            let mut elements = value.as_elements().into_iter().flatten();
            let mut entries = value.as_entries().into_iter().flat_map(BTreeMap::values);
            let is_kept = |part: &Value| is_kept_as_written(part, is_configured);
            elements.all(is_kept) && entries.all(is_kept)
        }
    }
}

/// Why what the provider computes is not known.
pub(crate) fn reason(mode: ResourceMode) -> Reason {
    if mode == ResourceMode::Data { Reason::Data } else { Reason::Attribute }
}

/// Whether an argument is what the attribute of that name says later.
pub(crate) fn is_kept(resource: &Resource<'_>, name: &str) -> bool {
    // What a data source is asked for is seldom written as the provider answers it.
    let is_answered =
        resource.mode == ResourceMode::Data && resource.block_type != REMOTE_STATE_TYPE;
    // By convention these are for writing only, and null to all who read them.
    let is_write_only = name.ends_with("_wo");
    !is_answered && !is_write_only && !is_ignored(resource, name)
}

/// Whether changes of an argument are ignored, so that what was once made may have another value.
pub(crate) fn is_ignored(resource: &Resource<'_>, name: &str) -> bool {
    let ignored = resource.declared.ignored_changes();
    ignored.iter().any(|(word, _)| word == name || word == "all")
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

/// Whether a text is no document and no name with a final dot. Where only the configuration sets an
/// argument, providers keep such text as it is written.
fn is_readable(text: &str) -> bool {
    let is_document = text.starts_with(['{', '[', '<']) || text.contains(['\n', '\r']);
    !is_document && !text.ends_with('.') && text.trim() == text
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
    let store = if store.is_null() {
        Value::null(Type::Dynamic)
    } else if store.is_known() {
        stored(store, &computed)?
    } else {
        computed("store", Type::Dynamic, Refinement::default())
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
