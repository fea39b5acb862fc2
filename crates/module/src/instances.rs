//! Instances of a block: `count` and `for_each` over what is known.

use std::cmp::Ordering;
use std::sync::Arc;

use value::{Bound, Identity, Marks, Number, Reason, Refinement, Type, Unknown, Value, ValueKind};

use crate::evaluation::Evaluation;
use crate::instance::{InstanceId, Key};
use crate::node::{is_repeated, repetition_node};
use crate::{Bindings, Declared, ModuleValues};

/// More instances than this are judged as one of which the key is not known.
const MAX_INSTANCES: usize = 10_000;

/// Keys and values over which a block is repeated.
pub type Repetition = Vec<(Value, Value)>;

impl<'m> Evaluation<'m> {
    /// The keys of a block with `count` or `for_each`; `None` when they are not known.
    pub(crate) fn keys(&'m self, id: InstanceId, declared: &Declared<'m>) -> Option<Vec<Key>> {
        let Some(node) = repetition_node(id, declared) else { return Some(vec![Key::None]) };
        let repeated = self.get(&node);
        if declared.argument("count").is_some() {
            let count = count_of(&repeated)?;
            return Some((0..count).map(Key::Index).collect());
        }
        // Sensitive keys cannot be those of instances.
        if repeated.marks().contains(Marks::SENSITIVE) {
            return None;
        }
        match repeated.kind() {
            ValueKind::Map(_, entries) | ValueKind::Object(entries)
                if entries.len() <= MAX_INSTANCES =>
            {
                Some(entries.keys().cloned().map(Key::Name).collect())
            }
            ValueKind::Set(_, elements) if elements.len() <= MAX_INSTANCES => {
                let key = |element: &Value| Some(Key::Name(element.as_str()?.into()));
                elements.iter().map(key).collect()
            }
            _ => None,
        }
    }
}

impl<'m> ModuleValues<'m> {
    /// The keys of the instances of a block. Where they are not known, one stands for all. So it
    /// does in a library where a default leaves none: callers set another value.
    pub fn instances(&self, declared: &Declared<'m>) -> Vec<Key> {
        let keys = self.evaluation.keys(self.instance.id, declared);
        match keys {
            Some(keys) if !keys.is_empty() || !self.is_up_to_callers(declared) => keys,
            _ => vec![Key::Unknown],
        }
    }

    /// Whether how often a block is repeated rests on a default of a module that is made to be
    /// called.
    fn is_up_to_callers(&self, declared: &Declared<'m>) -> bool {
        let node = repetition_node(self.instance.id, declared);
        let repeated = node.map(|node| self.evaluation.get(&node));
        let rests_on_default =
            repeated.is_some_and(|value| value.marks_deep().contains(Marks::DEFAULT));
        rests_on_default && self.is_library()
    }

    /// What `each` and `count` are in one instance of a block; `None` when there is no such
    /// instance.
    pub fn bindings(&self, declared: &Declared<'m>, key: &Key) -> Option<Bindings> {
        if !is_repeated(declared) {
            return (*key == Key::None).then(Bindings::default);
        }
        let is_count = declared.argument("count").is_some();
        let node = repetition_node(self.instance.id, declared)?;
        let repeated = self.evaluation.get(&node);
        let address = self.instance.within(&address_of(declared));
        if *key == Key::Unknown && has_none(&repeated) && !self.is_up_to_callers(declared) {
            return None;
        }
        let bindings = match key {
            Key::Index(index) => {
                if !is_count || count_of(&repeated).is_some_and(|count| *index >= count) {
                    return None;
                }
                // Terraform takes a sensitive number, and shows which instances there are.
                let marks = repeated.marks().without(Marks::SENSITIVE);
                let count_index = Some(Value::number(*index).with_marks(marks));
                Bindings { count_index, ..Bindings::default() }
            }
            Key::Name(_) if is_count => return None,
            Key::Name(name) => {
                let each = element(&repeated, name, &address)?;
                Bindings { each: Some(each), ..Bindings::default() }
            }
            Key::Unknown if is_count => {
                let count_index = Some(unknown_index(&repeated, &address));
                Bindings { count_index, ..Bindings::default() }
            }
            Key::Unknown => Bindings { each: Some(unknown_each(&address)), ..Bindings::default() },
            Key::None => return None,
        };
        let address = (*key != Key::Unknown).then(|| Arc::from(format!("{address}{key}")));
        let may_be_absent = match key {
            Key::Unknown => !has_some(&repeated, is_count),
            _ => repeated.is_unknown(),
        };
        Some(Bindings { address, may_be_absent, ..bindings })
    }

    /// The key of an instance of a block as addresses write it; `None` when there is none, or it is
    /// not known or may not be shown.
    pub fn shown_key(&self, declared: &Declared<'m>, key: &Key) -> Option<String> {
        let each = self.bindings(declared, key)?.each;
        let is_shown = each.is_none_or(|(key, _)| key.marks_deep().is_printable());
        let is_one = matches!(key, Key::Index(_) | Key::Name(_));
        (is_one && is_shown).then(|| key.to_string())
    }
}

/// The address of a block within its module.
fn address_of(declared: &Declared<'_>) -> String {
    let label = |at| declared.block.label(at).unwrap_or_default();
    match declared.block.kind().as_ref() {
        "data" => format!("data.{}.{}", label(0), label(1)),
        "module" => format!("module.{}", label(0)),
        _ => format!("{}.{}", label(0), label(1)),
    }
}

/// Whether there is certainly an instance of what is repeated.
fn has_some(repeated: &Value, is_count: bool) -> bool {
    if !is_count {
        return repeated.length_range().0 > 0;
    }
    let count = value::convert(repeated, &Type::Number);
    let min = count.ok().and_then(|count| count.refinement().number.min);
    min.is_some_and(|min| min.value.to_usize().is_some_and(|min| min > 0))
}

/// The number of instances, when it is known and not too large.
fn count_of(count: &Value) -> Option<usize> {
    if count.marks().contains(Marks::EPHEMERAL) {
        return None;
    }
    let number = value::convert(count, &Type::Number).ok()?;
    number.as_number()?.to_usize().filter(|count| *count <= MAX_INSTANCES)
}

/// Whether a block that is repeated so often, or over this collection, certainly has no instance.
fn has_none(repeated: &Value) -> bool {
    let Refinement { number, length, .. } = repeated.refinement();
    let is_below_one = |most: Bound<Number>| match most.value.compare(&1_usize.into()) {
        Ordering::Less => true,
        Ordering::Equal => !most.inclusive,
        Ordering::Greater => false,
    };
    number.max.is_some_and(is_below_one)
        || length.max.is_some_and(|most| most.value == 0)
        || repeated.is_known() && repeated.length() == Some(0)
}

/// `each.key` and `each.value` of a key; unknown where the collection is. `None` when it certainly
/// has no such key.
fn element(collection: &Value, name: &Arc<str>, address: &str) -> Option<(Value, Value)> {
    let marks = collection.marks();
    match collection.kind() {
        ValueKind::Map(_, entries) | ValueKind::Object(entries) => {
            let value = entries.get(name)?.clone();
            Some((Value::string(name).marked(marks), value.marked(marks)))
        }
        ValueKind::Set(_, elements) => {
            let is_it = |element: &&Value| element.as_str() == Some(name);
            let found = elements.iter().find(is_it)?.clone().marked(marks);
            Some((found.clone(), found))
        }
        _ => {
            // Two keys do not have one value.
            let (_, value) = unknown_each(&format!("{address}{}", Key::Name(name.clone())));
            Some((Value::string(name), value))
        }
    }
}

/// `each.key` and `each.value` of a collection that is not known.
fn unknown_each(address: &str) -> (Value, Value) {
    let unknown = |ty, part: &str, refinement| {
        let identity = Identity::Address(format!("{address}.each.{part}").into());
        Unknown::new(ty, Reason::Each).refined(refinement).identified(identity).into_value()
    };
    let value = unknown(Type::Dynamic, "value", Refinement::default());
    (unknown(Type::String, "key", Refinement::NOT_NULL), value)
}

/// `count.index` of a number of instances that is not known. If there is one at most, it is the
/// first.
fn unknown_index(count: &Value, address: &str) -> Value {
    let most = count.as_unknown().and_then(|unknown| unknown.refinement.number.max.clone());
    if most.is_some_and(|most| most.value.to_usize().is_some_and(|most| most <= 1)) {
        return Value::number(0_usize);
    }
    let refinement = Refinement {
        number: value::Range::inclusive(Some(0_usize.into()), None),
        ..Refinement::NOT_NULL
    };
    let identity = Identity::Address(format!("{address}.count.index").into());
    Unknown::new(Type::Number, Reason::Each).refined(refinement).identified(identity).into_value()
}

/// Keys and values of a collection over which a block can be repeated; `None` when it is not known
/// which keys there are. A list or tuple has its indices as keys, a set its elements.
pub fn repetition(collection: &Value) -> Option<Repetition> {
    let marks = collection.marks();
    let pairs: Repetition = collection.iterate()?;
    let all_known = pairs.iter().all(|(key, _)| key.is_known() && !key.is_null());
    let marked = |value: Value| value.marked(marks);
    (all_known && pairs.len() <= MAX_INSTANCES)
        .then(|| pairs.into_iter().map(|(key, value)| (marked(key), marked(value))).collect())
}
