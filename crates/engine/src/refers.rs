//! What rules may ask of where values come from: which resource one is an attribute of, whether one is
//! made of an attribute, whether two are the same.

use module::{Referent, Referred, ResourceMode};
use value::{Identity, Operand, Origin, Reason, StepKind, Type, Unknown, Value};

use crate::BlockContext;

/// Operations that pass on one of their operands, which need not be the one that is looked for.
const CHOICES: [&str; 15] = [
    "?:",
    "[]",
    "coalesce",
    "coalescelist",
    "compact",
    "concat",
    "element",
    "lookup",
    "max",
    "merge",
    "min",
    "one",
    "setintersection",
    "setsubtract",
    "slice",
];

impl<'a> BlockContext<'a> {
    /// The value with the place where it refers to what [`BlockContext::refers_to`] tells; the place
    /// is where the reference stands, not what is written in the resource.
    pub fn at_reference(&self, value: &Value) -> Value {
        match self.refers_to(value) {
            Referent::Attribute(referred) => value.clone().with_origin(way_from(value, &referred)),
            Referent::Nothing | Referent::Unclear => value.clone(),
        }
    }

    /// What `value` refers to: [`Referent::Attribute`] when it is an attribute of a resource, be it
    /// behind locals, variables and outputs.
    pub fn refers_to(&self, value: &Value) -> Referent<'a> {
        let referent = self.values().referent(value);
        if matches!(referent, Referent::Unclear) {
            self.note(value);
        }
        referent
    }

    /// Whether something that is not known in `value` is, or is made of, that attribute of a managed
    /// resource of that type; `None` where something in it says nothing of itself. What is known is
    /// not looked at.
    pub fn mentions(&self, value: &Value, block_type: &str, attribute: &str) -> Option<bool> {
        let wanted = Wanted { block: self, block_type, attribute };
        let answer = wanted.is_in(value);
        if answer.is_none() {
            self.note(value);
        }
        answer
    }

    /// Whether two values are the same, also where both are not known but are one and the same
    /// attribute, or the ids of two managed resources; `None` where that does not tell.
    pub fn is_same(&self, one: &Value, two: &Value) -> Option<bool> {
        let answer = self.values().is_same(one, two);
        if answer.is_none() {
            self.note(one);
            self.note(two);
        }
        answer
    }
}

/// An attribute that is looked for.
struct Wanted<'w, 'a> {
    block: &'w BlockContext<'a>,
    block_type: &'w str,
    attribute: &'w str,
}

impl Wanted<'_, '_> {
    fn is_in(&self, value: &Value) -> Option<bool> {
        if value.is_wholly_known() {
            return Some(false);
        }
        if let Some(unknown) = value.as_unknown() {
            return self.is_in_unknown(unknown);
        }
        let elements = value.as_elements().into_iter().flatten();
        let entries = value.as_entries().into_iter().flat_map(|entries| entries.values());
        any(elements.chain(entries).map(|value| self.is_in(value)))
    }

    fn is_in_unknown(&self, unknown: &Unknown) -> Option<bool> {
        match unknown.identity.as_ref()? {
            Identity::Address(_) => {
                match self.block.values().referent(&unknown.clone().into_value()) {
                    Referent::Attribute(referred) => Some(self.is_it(&referred)),
                    Referent::Nothing | Referent::Unclear => None,
                }
            }
            Identity::Call(..) => Some(false),
            Identity::Single(_) => None,
            Identity::Derived(derivation) => {
                let operands = derivation.operands().iter().filter_map(|operand| match operand {
                    Operand::Unknown(unknown) => Some(self.is_in_unknown(unknown)),
                    Operand::Known(_) => None,
                });
                let found = any(operands);
                let is_choice = CHOICES.contains(&derivation.operation());
                found.filter(|found| !*found || !is_choice)
            }
        }
    }

    /// Whether something is the attribute, a part of it or all of the resource.
    fn is_it(&self, referred: &Referred<'_>) -> bool {
        let is_part = referred.attribute.as_deref().is_none_or(|attribute| {
            let rest = attribute.strip_prefix(self.attribute);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        });
        referred.mode == ResourceMode::Managed && referred.block_type == self.block_type && is_part
    }
}

/// Whether one of several answers is yes; not known where none is and one is not known.
fn any(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(false);
    for answer in answers {
        match answer {
            Some(true) => return answer,
            Some(false) => {}
            None => all = None,
        }
    }
    all
}

/// The way of a value from where it refers to a resource on: what made it before stands elsewhere.
pub(crate) fn way_from(value: &Value, referred: &Referred<'_>) -> Origin {
    let Referred { mode, block_type, name, .. } = referred;
    let data = if *mode == ResourceMode::Data { "data." } else { "" };
    let wanted = format!("{data}{block_type}.{name}");
    let mut way = Vec::new();
    for step in value.origin().steps() {
        way.push(step);
        if let StepKind::Reference(name) = &step.kind
            && name
                .strip_prefix(&*wanted)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        {
            break;
        }
    }
    let way = way.into_iter().rev();
    way.fold(Origin::default(), |way, step| way.then(step.location, step.kind.clone()))
}

/// What a value refers to, as pages see it: an object whose place is the reference, `null`, or
/// unknown.
pub(crate) fn shown(value: &Value, referent: &Referent<'_>) -> Value {
    let referred = match referent {
        Referent::Attribute(referred) => referred,
        Referent::Nothing => return Value::null(Type::Dynamic),
        Referent::Unclear => return Value::unknown(Type::Dynamic, Reason::Derived),
    };
    let Referred { mode, block_type, name, module, address, attribute, .. } = referred;
    let attribute = attribute.as_ref().map_or_else(|| Value::null(Type::String), Value::string);
    Value::object([
        ("kind".into(), Value::string(mode.block_kind())),
        ("type".into(), Value::string(block_type)),
        ("name".into(), Value::string(name)),
        ("attribute".into(), attribute),
        ("address".into(), Value::string(address)),
        ("module".into(), Value::string(module)),
    ])
    .with_origin(way_from(value, referred))
}
