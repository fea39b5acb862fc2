//! Calls of modules: what they pass to variables, and what comes back from outputs.

use std::sync::Arc;

use value::{Identity, Marks, Reason, StepKind, Type, Unknown, Value};

use crate::evaluation::Evaluation;
use crate::instance::{CalledBy, InstanceId, Key};
use crate::node::{Node, repetition_node};
use crate::variables::Given;
use crate::{Argument, Bindings, Declared, Placed, Problem};

/// Arguments of a `module` block that are not variables of the called module.
const META_ARGUMENTS: [&str; 6] =
    ["source", "version", "count", "for_each", "providers", "depends_on"];

/// What `call` passes to the variable `name`. Arguments that have the name of a meta-argument may
/// stand in a block `_`.
pub(crate) fn passed<'a>(call: &Declared<'a>, name: &str) -> Option<Argument<'a>> {
    let escaped = call.body().blocks_of("_").find_map(|block| block.body().argument(name));
    escaped.or_else(|| call.argument(name).filter(|_| !META_ARGUMENTS.contains(&name)))
}

/// Whether the text of a call could not be read in full, so that it may pass more than is known.
fn is_broken(call: &Declared<'_>) -> bool {
    call.body().parts().any(Placed::is_broken)
}

impl<'m> Evaluation<'m> {
    /// The value of a variable of the module instance `id`.
    pub(crate) fn variable(&'m self, id: InstanceId, name: &'m str) -> Value {
        let instance = self.instance(id);
        let variable = self.declaration(id, name);
        let address: Arc<str> = instance.within(&format!("var.{name}")).into();
        let unset = || {
            self.note_unset(address.clone(), id, name);
            variable.unknown(&address)
        };
        let (value, problems) = match &instance.called_by {
            Some(called_by) => match passed(called_by.call, name) {
                Some(argument) => {
                    let given = self.passed_value(called_by, argument, &address);
                    variable.given(&given, &address, &instance.budget)
                }
                None if is_broken(called_by.call)
                    || !self.values(called_by.caller).is_certain() =>
                {
                    (unset(), Vec::new())
                }
                // Nobody sets it otherwise, so that it does not rest on a default any more.
                None => (variable.settled_default().unwrap_or_else(unset), Vec::new()),
            },
            None => match instance.assigned.get(name) {
                Some(given) => variable.given(given, &address, &instance.budget),
                None if self.module(id).files.has_unread_variables => (unset(), Vec::new()),
                None => (variable.default().unwrap_or_else(unset), Vec::new()),
            },
        };
        let problems = problems.into_iter().map(|problem| match problem {
            Problem::Invalid { error, from_default, .. } => {
                Problem::Invalid { error, from_default, may_be_absent: instance.may_be_absent }
            }
            other => other,
        });
        for problem in variable.problems().iter().cloned().chain(problems) {
            self.refuse(id, problem);
        }
        value
    }

    /// What a call passes to the variable whose address is `address`.
    fn passed_value(
        &'m self,
        called_by: &CalledBy<'m>,
        argument: Argument<'m>,
        address: &Arc<str>,
    ) -> Given {
        let location = argument.location();
        let bindings = self.values(called_by.caller).bindings(called_by.call, &called_by.key);
        let is_certain = self.values(called_by.caller).is_certain();
        let value = match bindings.filter(|_| is_certain) {
            Some(bindings) => {
                let values = self.values(called_by.caller);
                values.value(argument.expr(), argument.file, &bindings)
            }
            None => Value::unknown(Type::Dynamic, Reason::Derived),
        };
        Given::Value(self.step(value, location, StepKind::Argument(address.clone())), location)
    }

    /// The value of an output of the module instance `id`.
    pub(crate) fn output(&'m self, id: InstanceId, name: &'m str) -> Value {
        let instance = self.instance(id);
        let output = &self.module(id).outputs[name];
        let address: Arc<str> = instance.within(name).into();
        let Some(argument) = output.argument("value").filter(|_| self.values(id).is_certain())
        else {
            return identified(&address, Reason::Module);
        };
        let values = self.values(id);
        let value = values.value(argument.expr(), argument.file, &Bindings::default());
        let flag = |name| values.flag(output.argument(name));
        let mut value = self.step(value, argument.location(), StepKind::Output(address));
        // Terraform shows what comes out of a call as long as the value itself is not sensitive.
        let is_root = instance.called_by.is_none();
        let secret = if is_root { Marks::SENSITIVE } else { Marks::CONCEALED };
        for (name, mark) in [("sensitive", secret), ("ephemeral", Marks::EPHEMERAL)] {
            if flag(name) == Some(true) {
                value = value.marked(mark);
            }
        }
        value
    }

    /// The outputs of a call: an object, or where it is repeated a tuple or object of them. When
    /// only the output `part` is asked for, the others stay unknown: they may rest on what is being
    /// computed.
    pub(crate) fn outputs(&'m self, id: InstanceId, name: &'m str, part: Option<&'m str>) -> Value {
        let call = &self.module(id).module_calls[name];
        let address = self.instance(id).within(&format!("module.{name}"));
        self.repeated(id, call, (&address, Reason::Module), |key| match self.child(id, name, key) {
            Some(child) if !self.values(child).has_all_outputs() => {
                identified(&format!("{address}{key}"), Reason::Module)
            }
            Some(child) => {
                let names = self.module(child).outputs.keys();
                let output = |name: &'m str| {
                    if part.is_none_or(|part| part == name) {
                        return self.get(&Node::Output(child, name));
                    }
                    identified(&format!("{address}{key}.{name}"), Reason::Module)
                };
                let names = names.map(AsRef::as_ref);
                Value::object(names.map(|name| (Arc::from(name), output(name))))
            }
            None => identified(&format!("{address}{key}"), Reason::Module),
        })
    }

    /// The values of all instances of a block, as Terraform puts them together: a tuple for `count`,
    /// an object for `for_each`. Unknown as the value of `address` where they are not known.
    pub(crate) fn repeated(
        &'m self,
        id: InstanceId,
        declared: &Declared<'m>,
        (address, reason): (&str, Reason),
        value: impl Fn(&Key) -> Value,
    ) -> Value {
        let Some(node) = repetition_node(id, declared) else { return value(&Key::None) };
        let Some(keys) = self.keys(id, declared) else { return identified(address, reason) };
        if !self.instance(InstanceId::ROOT).budget.spend(keys.len()) {
            return Value::limit(Type::Dynamic);
        }
        let all = if declared.argument("count").is_some() {
            Value::tuple(keys.iter().map(value).collect::<Vec<_>>())
        } else {
            let named = keys.iter().filter_map(|key| match key {
                Key::Name(name) => Some((name.clone(), value(key))),
                _ => None,
            });
            Value::object(named)
        };
        // How many there are rests on the default, though none of them may.
        let rests_on_default = self.get(&node).marks_deep().contains(Marks::DEFAULT);
        if rests_on_default { all.marked(Marks::DEFAULT) } else { all }
    }
}

/// An unknown value of any type that is the value of `address`.
pub(crate) fn identified(address: &str, reason: Reason) -> Value {
    let identity = Identity::Address(address.into());
    Unknown::new(Type::Dynamic, reason).identified(identity).into_value()
}

/// The directory that a call in the module of `directory` names with `source`, when that is a local
/// path. Directories are written as in [`crate::ModuleFiles::directory`].
pub fn local_directory(directory: &str, source: &str) -> Option<String> {
    is_local(source).then(|| join(directory, source))
}

/// Whether a module source is a local path.
pub(crate) fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || matches!(source, "." | "..")
}

/// `path` relative to `base`, both `/`-separated, with `.` and `..` resolved where possible.
pub(crate) fn join(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "." => {}
            "" if !parts.is_empty() => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, ".." | "")) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_paths() {
        let check = |base, path, expect: &str| assert_eq!(join(base, path), expect);
        check(".", "./modules/a", "modules/a");
        check("envs/prod", "../../modules/a/", "modules/a");
        check("a", "..", ".");
        check(".", "../x", "../x");
        check("../x", "../y", "../y");
        check("/abs/a", "../b", "/abs/b");
        check("a", ".", "a");
    }
}
