//! Instances of a block: `count` and `for_each` over what is known.

use value::{Marks, Reason, Refinement, Type, Unknown, Value, ValueKind};

use crate::{Argument, Bindings, Declared, ModuleValues};

/// More instances than this are judged as one of which the key is not known.
const MAX_INSTANCES: usize = 10_000;

/// One instance of a block.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Its key as addresses write it, `["eu"]` or `[0]`; `None` for a block without `count` and
    /// `for_each`, and where the key is not known or may not be shown.
    pub key: Option<String>,
    /// What `each` and `count` are in it.
    pub bindings: Bindings,
}

/// Keys and values over which a block is repeated.
pub type Repetition = Vec<(Value, Value)>;

/// The instances of the block `declared`. Where they are not known, one with unknown bindings stands
/// for all. So it does in a library where a default leaves none: callers set another value.
pub fn instances(values: &ModuleValues<'_>, declared: &Declared<'_>) -> Vec<Instance> {
    // An override file can add the one to the other; then Terraform looks at `count`.
    if let Some(argument) = declared.argument("count") {
        return count(values, argument);
    }
    if let Some(argument) = declared.argument("for_each") {
        return for_each(values, argument);
    }
    vec![Instance { key: None, bindings: Bindings::default() }]
}

fn for_each(values: &ModuleValues<'_>, argument: Argument<'_>) -> Vec<Instance> {
    let collection = values.value(argument.expr(), argument.file, &Bindings::default());
    let is_list = matches!(collection.kind(), ValueKind::List(..) | ValueKind::Tuple(..));
    // An empty collection is not the last word where callers may set another.
    let is_known = |pairs: &Repetition| {
        !is_list && (!pairs.is_empty() || !is_up_to_callers(values, &collection))
    };
    let Some(pairs) = repetition(&collection).filter(is_known) else {
        let unknown = Value::unknown(Type::Dynamic, Reason::Each);
        let each = Some((unknown_scalar(Type::String), unknown));
        return vec![Instance { key: None, bindings: Bindings { each, ..Bindings::default() } }];
    };
    let instance = |(key, value): (Value, Value)| Instance {
        key: key.marks_deep().is_printable().then(|| format!("[{key}]")),
        bindings: Bindings { each: Some((key, value)), ..Bindings::default() },
    };
    pairs.into_iter().map(instance).collect()
}

fn count(values: &ModuleValues<'_>, argument: Argument<'_>) -> Vec<Instance> {
    let count = values.value(argument.expr(), argument.file, &Bindings::default());
    let known = match value::convert(&count, &Type::Number).as_ref().map(Value::kind) {
        Ok(ValueKind::Number(number)) => number.to_usize().filter(|number| {
            *number <= MAX_INSTANCES && !(*number == 0 && is_up_to_callers(values, &count))
        }),
        _ => None,
    };
    let Some(known) = known else {
        let count_index = Some(unknown_scalar(Type::Number));
        let bindings = Bindings { count_index, ..Bindings::default() };
        return vec![Instance { key: None, bindings }];
    };
    let instance = |index| Instance {
        key: Some(format!("[{index}]")),
        bindings: Bindings { count_index: Some(Value::number(index)), ..Bindings::default() },
    };
    (0..known).map(instance).collect()
}

/// Whether `value` rests on a default of a module that is made to be called.
fn is_up_to_callers(values: &ModuleValues<'_>, value: &Value) -> bool {
    value.marks_deep().contains(Marks::DEFAULT) && values.module().is_library()
}

/// Keys and values of a collection over which a block can be repeated; `None` when it is not known
/// which keys there are. A list or tuple has its indices as keys, a set its elements.
pub fn repetition(collection: &Value) -> Option<Repetition> {
    if collection.marks().contains(Marks::SENSITIVE) {
        return None;
    }
    let marks = collection.marks();
    let pairs: Repetition = collection.iterate()?;
    let all_known = pairs.iter().all(|(key, _)| key.is_known() && !key.is_null());
    let marked = |value: Value| value.marked(marks);
    (all_known && pairs.len() <= MAX_INSTANCES)
        .then(|| pairs.into_iter().map(|(key, value)| (marked(key), marked(value))).collect())
}

fn unknown_scalar(ty: Type) -> Value {
    let refinement = Refinement { not_null: true, ..Refinement::default() };
    let unknown = Unknown { ty, refinement, reason: Reason::Each, identity: None };
    Value::new(ValueKind::Unknown(unknown.into()))
}
