//! What the expressions of a rule page see: its names, and the functions that exist only there.

use std::cell::RefCell;
use std::sync::Arc;

use eval::{Lookup, Scope};
use module::{BlockInstance, NoNames};
use rulebook::{NameUse, Page, UseKind};
use source::{FileId, Location};
use value::{Marks, Type, Value, ValueKind, raw_equals};

use crate::context::BlockContext;
use crate::{others, refers};

/// Strings longer than this are cut in messages.
const MAX_SHOWN: usize = 120;

/// The functions of rule pages that Terraform does not have.
pub const FUNCTIONS: &[&str] = &[
    "is_closed",
    "is_known",
    "is_same",
    "is_set",
    "known_others",
    "known_prefix",
    "literal_parts",
    "mentions",
    "others",
    "provider_is",
    "provider_may_be",
    "refers_to",
    "resource_of",
];

/// What is wrong with the arguments of a call.
const WRONG_ARGUMENTS: &str = "takes other arguments, see docs/rule-pages.md";

/// The names of rule pages: `self` and `item`.
pub(crate) struct PageScope<'p, 'b> {
    pub(crate) block: &'p BlockContext<'b>,
    pub(crate) item: Option<&'p Value>,
    /// The names that the page uses.
    pub(crate) uses: &'p [NameUse],
    /// Whether the result is shown, so that secrets must not be in it.
    pub(crate) for_people: bool,
    /// The values themselves of which something else is shown.
    hidden: RefCell<Vec<Value>>,
}

impl Scope for PageScope<'_, '_> {
    fn lookup(&self, root: &str, attributes: &[&str], at: Location) -> Lookup {
        let (value, consumed) = match (root, self.item, attributes.first()) {
            ("item", Some(item), _) => (item.clone(), 0),
            ("self", _, Some(name)) => (self.block.get(name), 1),
            ("self", _, None) => (self.block.object(), 0),
            _ => return NoNames.lookup(root, attributes, at),
        };
        Lookup::Found { value: if self.for_people { self.shown(value) } else { value }, consumed }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        let marks = arguments.iter().fold(Marks::NONE, |marks, value| marks | value.marks_deep());
        let itself: Vec<Value> = arguments.iter().map(|value| self.itself(value)).collect();
        if let Some(value) = self.look(name, &itself) {
            return Some(Ok(value.marked(marks)));
        }
        let value = match (name, arguments) {
            ("literal_parts", [text]) => Value::tuple(literal_parts(text)),
            ("known_prefix", [text]) => Value::string(known_prefix(text)),
            ("is_known", [value]) => Value::bool(value.is_wholly_known()),
            ("is_set", [value]) => is_set(value),
            ("provider_is", [condition]) => match condition.as_str() {
                Some(condition) => maybe(self.block.provider_is(condition)),
                None => return Some(Err(format!("`{name}` takes a text"))),
            },
            ("provider_may_be", [condition]) => match condition.as_str() {
                Some(condition) => Value::bool(self.block.provider_may_be(condition)),
                None => return Some(Err(format!("`{name}` takes a text"))),
            },
            _ if FUNCTIONS.contains(&name) => {
                return Some(Err(format!("`{name}` {WRONG_ARGUMENTS}")));
            }
            _ => return None,
        };
        Some(Ok(value.marked(marks)))
    }
}

impl<'p, 'b> PageScope<'p, 'b> {
    pub(crate) fn new(
        block: &'p BlockContext<'b>,
        item: Option<&'p Value>,
        page: &'p Page,
    ) -> Self {
        Self { block, item, uses: &page.uses, for_people: false, hidden: RefCell::default() }
    }

    /// The same where the result is shown.
    pub(crate) fn for_people(self) -> Self {
        Self { for_people: true, ..self }
    }

    /// What is shown of a value, in its place.
    fn shown(&self, value: Value) -> Value {
        let shown = for_people(&value).with_origin(value.origin().clone());
        self.hidden.borrow_mut().push(value);
        shown
    }

    /// The value itself of which `shown` is shown: the one that came the same way.
    fn itself(&self, shown: &Value) -> Value {
        let last = |value: &Value| {
            let mut steps = value.origin().steps();
            steps.find(|step| step.location.file != FileId::NOWHERE).map(|step| step.location)
        };
        let hidden = self.hidden.borrow();
        let is_it = |value: &&Value| {
            last(value).is_some()
                && last(value) == last(shown)
                && raw_equals(&for_people(value), shown)
        };
        hidden.iter().find(is_it).unwrap_or(shown).clone()
    }

    /// What a function comes to that looks at where values come from or at other blocks.
    fn look(&self, name: &str, arguments: &[Value]) -> Option<Value> {
        let block = self.block;
        Some(match (name, arguments) {
            ("refers_to", [value]) => refers::shown(value, &block.refers_to(value)),
            ("mentions", [value, of, attribute]) => {
                maybe(block.mentions(value, of.as_str()?, attribute.as_str()?))
            }
            ("is_same", [one, two]) => maybe(block.is_same(one, two)),
            ("is_closed", [value]) => maybe(block.is_closed(value)),
            ("resource_of", [value]) => self.resource_of(value, None),
            ("resource_of", [value, of]) => self.resource_of(value, Some(of.as_str()?)),
            ("others" | "known_others", [of, attribute, value]) => {
                let wants_all = name == "others";
                let (of, attribute) = (of.as_str()?, attribute.as_str()?);
                let found = block.matches(of, attribute, value, wants_all);
                if wants_all && !found.are_all {
                    return Some(others::unknown());
                }
                let objects = found.certain.iter().map(|other| self.object(other));
                Value::tuple(objects.collect::<Vec<_>>()).marked(found.marks)
            }
            _ => return None,
        })
    }

    /// The managed resource of which a value is an attribute, if that is of the type.
    fn resource_of(&self, value: &Value, of: Option<&str>) -> Value {
        let found = self.block.instance_of(value);
        let found = found.filter(|found| of.is_none_or(|of| found.resource().block_type == of));
        found.map_or_else(others::unknown, |found| self.object(&found))
    }

    fn object(&self, other: &BlockInstance<'_>) -> Value {
        let reads = self.uses.iter().filter(|name| name.kind == UseKind::ArgumentOf);
        let reads: Vec<&str> = reads
            .filter_map(|name| {
                let (of, path) = name.name.split_once('/')?;
                let is_read = of.is_empty() || of == other.resource().block_type;
                is_read.then(|| path.split('.').next().unwrap_or(path))
            })
            .collect();
        others::object(self.block, other, &reads)
    }
}

/// An answer that may not be known.
fn maybe(answer: Option<bool>) -> Value {
    answer.map_or_else(|| Value::unknown(Type::Bool, value::Reason::Derived), Value::bool)
}

/// The texts that are known to occur in a string.
fn literal_parts(text: &Value) -> Vec<Value> {
    match text.kind() {
        ValueKind::String(_) => vec![text.clone()],
        ValueKind::Unknown(unknown) => {
            let pieces = unknown.refinement.pieces.iter().flat_map(|pieces| pieces.iter());
            pieces.map(Value::string).collect()
        }
        _ => Vec::new(),
    }
}

/// What a string is known to begin with: all of it when it is known.
fn known_prefix(text: &Value) -> String {
    match text.kind() {
        ValueKind::String(text) => text.to_string(),
        ValueKind::Unknown(unknown) => {
            unknown.refinement.prefix.as_deref().unwrap_or_default().to_owned()
        }
        _ => String::new(),
    }
}

/// Whether a value is certainly not null, certainly null, or neither.
fn is_set(value: &Value) -> Value {
    match value.kind() {
        ValueKind::Null(_) => Value::bool(false),
        ValueKind::Unknown(unknown) if !unknown.refinement.not_null => maybe(None),
        _ => Value::bool(true),
    }
}

/// The value as a message may show it: secrets, unknown and overlong strings replaced.
pub(crate) fn for_people(value: &Value) -> Value {
    if !value.marks().is_printable() {
        return Value::string("(sensitive value)");
    }
    match value.kind() {
        ValueKind::String(text) if text.chars().count() > MAX_SHOWN => {
            let cut: String = text.chars().take(MAX_SHOWN).collect();
            Value::string(format!("{cut}…"))
        }
        ValueKind::Unknown(unknown) => match &unknown.refinement.pieces {
            Some(pieces) => Value::string(pieces.join("…")),
            None => Value::string("(unknown)"),
        },
        ValueKind::Set(_, elements) | ValueKind::List(_, elements) | ValueKind::Tuple(elements) => {
            Value::tuple(elements.iter().map(for_people).collect::<Vec<_>>())
        }
        ValueKind::Map(_, entries) | ValueKind::Object(entries) => {
            let entries = entries.iter().map(|(name, value)| (name.clone(), for_people(value)));
            Value::new(ValueKind::Object(Arc::new(entries.collect())))
        }
        _ => value.clone(),
    }
}
