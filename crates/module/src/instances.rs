//! Instances of a block: `count` and `for_each` over what is known.

use source::FileId;
use syntax::Expr;
use value::{Marks, Reason, Refinement, Type, Unknown, Value, ValueKind};

use crate::{Bindings, Declared, ModuleValues};

/// More instances than this are judged as one of which the key is not known.
const MAX_INSTANCES: usize = 10_000;

/// One instance of a block.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Its key as addresses write it, `["eu"]` or `[0]`; `None` for a block without `count` and
    /// `for_each`, and where the keys are not known.
    pub key: Option<String>,
    /// What `each` and `count` are in it.
    pub bindings: Bindings,
}

/// All instances of a block.
#[derive(Clone, Debug)]
pub struct Instances {
    /// They; a single one with unknown bindings stands for all when they are not known.
    pub list: Vec<Instance>,
    /// Whether these are all there are.
    pub known: bool,
}

/// Keys and values over which a block is repeated.
pub type Repetition = Vec<(Value, Value)>;

/// The instances of the block `declared`.
pub fn instances(values: &ModuleValues<'_>, declared: Declared<'_>) -> Instances {
    if let Some(expr) = declared.argument("for_each") {
        return for_each(values, expr, declared.file);
    }
    if let Some(expr) = declared.argument("count") {
        return count(values, expr, declared.file);
    }
    Instances { list: vec![Instance { key: None, bindings: Bindings::default() }], known: true }
}

fn for_each(values: &ModuleValues<'_>, expr: Expr<'_>, file: FileId) -> Instances {
    let collection = values.value(expr, file, &Bindings::default());
    let is_list = matches!(collection.kind(), ValueKind::List(..) | ValueKind::Tuple(..));
    let Some(pairs) = repetition(&collection).filter(|_| !is_list) else {
        let unknown = Value::unknown(Type::Dynamic, Reason::Each);
        let each = Some((unknown_scalar(Type::String), unknown));
        let bindings = Bindings { each, ..Bindings::default() };
        return Instances { list: vec![Instance { key: None, bindings }], known: false };
    };
    let list = pairs.into_iter().map(|(key, value)| Instance {
        key: Some(format!("[{key}]")),
        bindings: Bindings { each: Some((key, value)), ..Bindings::default() },
    });
    Instances { list: list.collect(), known: true }
}

fn count(values: &ModuleValues<'_>, expr: Expr<'_>, file: FileId) -> Instances {
    let count = values.value(expr, file, &Bindings::default());
    let known = match value::convert(&count, &Type::Number).as_ref().map(Value::kind) {
        Ok(ValueKind::Number(number)) => number.to_usize().filter(|count| *count <= MAX_INSTANCES),
        _ => None,
    };
    let Some(count) = known else {
        let bindings =
            Bindings { count_index: Some(unknown_scalar(Type::Number)), ..Bindings::default() };
        return Instances { list: vec![Instance { key: None, bindings }], known: false };
    };
    let list = (0..count).map(|index| Instance {
        key: Some(format!("[{index}]")),
        bindings: Bindings { count_index: Some(Value::number(index)), ..Bindings::default() },
    });
    Instances { list: list.collect(), known: true }
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
