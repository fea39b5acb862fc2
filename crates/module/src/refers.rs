//! Which resource a value is an attribute of: by its identity where it is not known, else by the way
//! that it came. Never says what the value is.

use eval::truth;
use schema::is_always_set;
use value::{Identity, StepKind, Value, equals};

use crate::evaluation::Evaluation;
use crate::instance::{InstanceId, Key};
use crate::node::is_repeated;
use crate::others::BlockInstance;
use crate::{ModuleValues, ResourceMode};

/// First words of addresses that are no resource types.
const NO_TYPES: [&str; 9] =
    ["each", "count", "ephemeral", "local", "module", "path", "self", "terraform", "var"];

/// What a value refers to.
pub enum Referent<'m> {
    /// It is an attribute of a resource, or all of one.
    Attribute(Referred<'m>),
    /// It is known, and no such attribute that was passed on as it is.
    Nothing,
    /// That is not known.
    Unclear,
}

/// An attribute of a resource, or all of one.
pub struct Referred<'m> {
    /// Whether the resource is managed or read.
    pub mode: ResourceMode,
    /// Its type.
    pub block_type: String,
    /// Its name.
    pub name: String,
    /// The address of the module instance that it is in; empty for the root.
    pub module: String,
    /// The address of the resource instance, that of the module included.
    pub address: String,
    /// Which attribute it is, with the steps into it; `None` for the whole instance.
    pub attribute: Option<String>,
    /// The instance, where it is declared and known to be one of the resource.
    pub instance: Option<BlockInstance<'m>>,
}

/// An attribute that no two managed resource instances of a type have alike.
#[derive(Clone)]
pub(crate) struct Unique {
    pub(crate) identity: Identity,
    /// Type and attribute.
    pub(crate) kind: (String, String),
    address: String,
}

impl Unique {
    /// Whether it is the attribute of the same instance; `None` where the attributes are of two kinds.
    fn is_same(&self, other: &Self) -> Option<bool> {
        (self.kind == other.kind).then(|| self.address == other.address)
    }
}

impl<'m> ModuleValues<'m> {
    /// What a value refers to that is seen in this module.
    pub fn referent(&self, value: &Value) -> Referent<'m> {
        let Some(unknown) = value.as_unknown() else {
            return self.known_referent(value);
        };
        match &unknown.identity {
            Some(Identity::Address(address)) => self.evaluation.addressed(address),
            _ => Referent::Unclear,
        }
    }

    /// Whether two values are the same. Besides what is known of both, the ids of two resource
    /// instances that are known to be two are not; `None` where that does not tell.
    pub fn is_same(&self, one: &Value, two: &Value) -> Option<bool> {
        self.is_same_as(one, two, &|| self.unique(two))
    }

    /// The same where `unique` tells what is unique of the second one.
    pub(crate) fn is_same_as(
        &self,
        one: &Value,
        two: &Value,
        unique: &dyn Fn() -> Option<Unique>,
    ) -> Option<bool> {
        if let Some(answer) = truth(&equals(one, two)) {
            return Some(answer);
        }
        let identity = |value: &'_ Value| value.as_unknown()?.identity.clone();
        if identity(one)? == identity(two)? {
            return Some(true);
        }
        self.unique(one)?.is_same(&unique()?)
    }

    /// What a value is, where no two managed resource instances of a type have it alike.
    pub(crate) fn unique(&self, value: &Value) -> Option<Unique> {
        let identity = value.as_unknown()?.identity.clone()?;
        let Referent::Attribute(referred) = self.referent(value) else { return None };
        let Referred { mode, block_type, attribute, address, instance, .. } = referred;
        let attribute = attribute.filter(|attribute| is_always_set(&block_type, attribute))?;
        let is_one = mode == ResourceMode::Managed && instance.is_some();
        is_one.then_some(Unique { identity, kind: (block_type, attribute), address })
    }

    /// Where a known value comes from, as long as it is only passed on after that.
    fn known_referent(&self, value: &Value) -> Referent<'m> {
        let mut module = self.address().to_owned();
        for step in value.origin().steps() {
            match &step.kind {
                StepKind::Made => return Referent::Nothing,
                StepKind::Default(_) | StepKind::Assignment(_) => {}
                StepKind::Argument(address) => module = modules_of(address, 1),
                StepKind::Output(address) => module = modules_of(address, 0),
                StepKind::Reference(name) => {
                    let names = segments(name);
                    if names.first().is_some_and(|first| NO_TYPES.contains(first)) {
                        continue;
                    }
                    let Some(id) = self.evaluation.instance_at(&segments(&module)) else {
                        return Referent::Unclear;
                    };
                    // Else it is the iterator of a `dynamic` block.
                    if self.evaluation.declares(id, &names) {
                        return self.evaluation.attribute_at(id, &names);
                    }
                }
            }
        }
        if value.origin().is_empty() { Referent::Unclear } else { Referent::Nothing }
    }
}

impl<'m> Evaluation<'m> {
    /// What has the identity `address`.
    fn addressed(&'m self, address: &str) -> Referent<'m> {
        let all = segments(address);
        let (module, rest) = all.split_at(module_steps(&all));
        let Some(id) = self.instance_at(module) else { return Referent::Unclear };
        let is_output = |word: &&str| {
            let module = self.module(id);
            id != InstanceId::ROOT
                && (module.outputs.contains_key(*word) || !self.values(id).has_all_outputs())
        };
        let is_other = rest.first().is_none_or(|first| NO_TYPES.contains(first));
        if is_other || !self.declares(id, rest) && rest.first().is_some_and(is_output) {
            return Referent::Unclear;
        }
        self.attribute_at(id, rest)
    }

    /// What `names` (type, name, key and attribute) are in the module instance `id`.
    fn attribute_at(&'m self, id: InstanceId, names: &[&str]) -> Referent<'m> {
        let Some((mode, block_type, name, rest)) = resource_words(names) else {
            return Referent::Unclear;
        };
        let position = self.module(id).resource_position(mode, block_type, name);
        let is_key = |step: &&&str| step.starts_with('[');
        let key = rest.first().filter(is_key).copied();
        let mut instance = None;
        if let Some(index) = position {
            let declared = &self.module(id).resources[index].declared;
            // Without a key it may be that of an attribute as well.
            if is_repeated(declared) != key.is_some() {
                return Referent::Unclear;
            }
            let keys = self.keys(id, declared).unwrap_or_default();
            let is_it = |known: &Key| known.to_string() == key.unwrap_or_default();
            let key = keys.into_iter().find(is_it);
            instance = key.map(|key| BlockInstance::new(self.values(id), index, key));
        }
        let attribute = &rest[usize::from(key.is_some())..];
        if attribute.first().is_some_and(|first| matches!(*first, "each" | "count")) {
            return Referent::Unclear;
        }
        let address = format!("{}{}", mode.address(block_type, name), key.unwrap_or_default());
        Referent::Attribute(Referred {
            mode,
            block_type: block_type.to_owned(),
            name: name.to_owned(),
            module: self.instance(id).address.to_string(),
            address: self.instance(id).within(&address),
            attribute: (!attribute.is_empty()).then(|| joined(attribute)),
            instance,
        })
    }

    /// Whether the module instance `id` declares the resource that `names` begin with.
    fn declares(&'m self, id: InstanceId, names: &[&str]) -> bool {
        resource_words(names).is_some_and(|(mode, block_type, name, _)| {
            self.module(id).resource_position(mode, block_type, name).is_some()
        })
    }

    /// The module instance with that address; `None` where there is none, it is not read, or its
    /// keys are not known.
    fn instance_at(&'m self, mut steps: &[&str]) -> Option<InstanceId> {
        let mut id = InstanceId::ROOT;
        while let [_, name, rest @ ..] = steps {
            let (name, call) = self.module(id).module_calls.get_key_value(*name)?;
            let key = rest.first().filter(|step| step.starts_with('[')).copied();
            let text = key.unwrap_or_default();
            let key = self.keys(id, call)?.into_iter().find(|known| known.to_string() == text)?;
            id = self.child(id, name.as_ref(), &key)?;
            steps = &rest[usize::from(!text.is_empty())..];
        }
        Some(id)
    }
}

/// Mode, type and name of a resource, and what comes after them.
fn resource_words<'w, 'a>(
    names: &'w [&'a str],
) -> Option<(ResourceMode, &'a str, &'a str, &'w [&'a str])> {
    let (mode, names) = match names {
        ["data", rest @ ..] => (ResourceMode::Data, rest),
        names => (ResourceMode::Managed, names),
    };
    match names {
        [block_type, name, rest @ ..] if !block_type.starts_with('[') && !name.starts_with('[') => {
            Some((mode, block_type, name, rest))
        }
        _ => None,
    }
}

/// The steps of an address: names, and keys with their brackets.
fn segments(address: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let (mut start, mut in_key, mut in_quotes, mut is_escaped) = (0, false, false, false);
    for (at, char) in address.char_indices() {
        match char {
            _ if is_escaped => is_escaped = false,
            '\\' if in_quotes => is_escaped = true,
            '"' if in_key => in_quotes = !in_quotes,
            '[' if !in_key => {
                all.push(&address[start..at]);
                (start, in_key) = (at, true);
            }
            ']' if in_key && !in_quotes => {
                all.push(&address[start..=at]);
                (start, in_key) = (at + 1, false);
            }
            '.' if !in_key => {
                all.push(&address[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    all.push(&address[start..]);
    all.retain(|step| !step.is_empty());
    all
}

/// How many of the steps of an address are those of module instances.
fn module_steps(steps: &[&str]) -> usize {
    let mut at = 0;
    while let ["module", _, rest @ ..] = &steps[at..] {
        at += 2 + usize::from(rest.first().is_some_and(|step| step.starts_with('[')));
    }
    at
}

/// The address of the module instance that something with this address is in, without the last
/// `fewer` calls.
fn modules_of(address: &str, fewer: usize) -> String {
    let all = segments(address);
    let mut steps = &all[..module_steps(&all)];
    for _ in 0..fewer {
        let last = steps.iter().rposition(|step| *step == "module").unwrap_or_default();
        steps = &steps[..last];
    }
    joined(steps)
}

/// Steps as an address has them.
fn joined(steps: &[&str]) -> String {
    let mut text = String::new();
    for step in steps {
        if !text.is_empty() && !step.starts_with('[') {
            text.push('.');
        }
        text.push_str(step);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let address = r#"module.a["x.y\"]"].module.b.aws_x.y[0].id"#;
        let all = segments(address);
        assert_eq!(all, ["module", "a", r#"["x.y\"]"]"#, "module", "b", "aws_x", "y", "[0]", "id"]);
        assert_eq!(module_steps(&all), 5);
        assert_eq!(joined(&all), address);
        assert_eq!(modules_of(address, 1), r#"module.a["x.y\"]"]"#);
        assert_eq!(modules_of("module.a.var.x", 1), "");
        assert_eq!(modules_of("module.a.out", 0), "module.a");
    }
}
