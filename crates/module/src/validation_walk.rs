//! Values as Terraform knows them while it validates, before it plans: no variable has a value yet,
//! not even its default, and neither has a key, an index, an output, a data source or a resource. What
//! is wrong then is refused whatever the plan would say. Never keeps a problem.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use eval::{Lookup, Scope, evaluate};
use source::{FileId, Files, Location};
use syntax::Expr;
use value::{Reason, Type, Value};

use crate::{Bindings, ModuleValues};

/// What was met while values were computed as they are at validation.
#[derive(Default)]
pub(crate) struct Validation<'m> {
    /// The locals that were read; `None` while they are computed.
    locals: RefCell<HashMap<&'m str, Option<Value>>>,
    /// Whether something was read that has no value yet.
    is_open: Cell<bool>,
    /// Whether something was read that Terraform may know and we do not.
    is_doubtful: Cell<bool>,
}

impl<'m> ModuleValues<'m> {
    /// The same module instance as Terraform knows it while it validates. Bindings count for the
    /// iterators of `dynamic` blocks only.
    #[must_use]
    pub fn at_validation(&self) -> Self {
        Self { validation: Some(Rc::default()), ..self.clone() }
    }

    /// Whether `value`, which was computed as it is at validation, is known to Terraform exactly as far
    /// as it is known here.
    pub fn is_as_validated(&self, value: &Value) -> bool {
        let Some(validation) = &self.validation else { return false };
        let is_ours = value.as_unknown().is_some_and(|unknown| {
            !matches!(
                unknown.reason,
                Reason::Variable | Reason::Each | Reason::Attribute | Reason::Derived
            )
        });
        value.is_wholly_known()
            || validation.is_open.get() && !validation.is_doubtful.get() && !is_ours
    }

    /// The value of an expression at validation.
    pub(crate) fn validated(
        &self,
        validation: &Validation<'m>,
        expr: Expr<'_>,
        file: FileId,
        bindings: &Bindings,
    ) -> Value {
        let scope = ValidationScope { values: self, validation, bindings };
        evaluate(expr, file, &scope, &self.instance.budget).value
    }
}

/// The scope of a module while it is validated.
struct ValidationScope<'s, 'm> {
    values: &'s ModuleValues<'m>,
    validation: &'s Validation<'m>,
    bindings: &'s Bindings,
}

impl Scope for ValidationScope<'_, '_> {
    fn lookup(&self, root: &str, attributes: &[&str], _at: Location) -> Lookup {
        let first = attributes.first().copied();
        let mut iterators = self.bindings.iterators.iter().rev();
        if let Some((_, key, value)) = iterators.find(|(name, ..)| name == root) {
            return match first {
                Some("key") => found(key.clone(), 1),
                Some("value") => found(value.clone(), 1),
                _ => self.doubt(attributes.len()),
            };
        }
        match (root, first) {
            ("local", Some(name)) => self.local(name),
            ("var", Some(name)) => self.variable(name),
            ("path", Some("root")) => found(Value::string("."), 1),
            ("path", Some("module")) => match self.values.instance.directory.as_deref() {
                Some(directory) => found(Value::string(directory), 1),
                None => self.doubt(1),
            },
            ("terraform", Some("workspace")) => match &self.values.evaluation.settings.workspace {
                Some(name) => found(Value::string(name), 1),
                None => self.doubt(1),
            },
            ("terraform" | "path" | "self" | "ephemeral", _) | (_, None) => {
                self.doubt(attributes.len())
            }
            _ => {
                self.validation.is_open.set(true);
                found(Value::unknown(Type::Dynamic, Reason::Attribute), attributes.len())
            }
        }
    }

    fn instance(&self) -> Option<Arc<str>> {
        None
    }

    fn wants_origins(&self) -> bool {
        false
    }

    fn files(&self) -> Option<(&dyn Files, &str)> {
        let evaluation = self.values.evaluation;
        let directory = &evaluation.modules.get(evaluation.root).files.directory;
        Some((evaluation.files?, directory.as_str()))
    }
}

impl ValidationScope<'_, '_> {
    fn variable(&self, name: &str) -> Lookup {
        let Some((name, _)) = self.values.module().variables.get_key_value(name) else {
            return self.doubt(1);
        };
        self.validation.is_open.set(true);
        let declaration = self.values.evaluation.declaration(self.values.id(), name.as_ref());
        // At validation not even `nullable = false` says that it is not null.
        found(Value::unknown(declaration.unknown_type(), Reason::Variable), 1)
    }

    fn local(&self, name: &str) -> Lookup {
        let Some((name, local)) = self.values.module().locals.get_key_value(name) else {
            return self.doubt(1);
        };
        let known = self.validation.locals.borrow().get(name.as_ref()).cloned();
        match known {
            Some(Some(value)) => return found(value, 1),
            // It rests on itself, which Terraform refuses.
            Some(None) => return self.doubt(1),
            None => {}
        }
        self.validation.locals.borrow_mut().insert(name.as_ref(), None);
        let bindings = Bindings::default();
        let value = self.values.validated(self.validation, local.expr, local.file, &bindings);
        self.validation.locals.borrow_mut().insert(name.as_ref(), Some(value.clone()));
        found(value, 1)
    }

    /// What Terraform may know, or refuses.
    fn doubt(&self, consumed: usize) -> Lookup {
        self.validation.is_doubtful.set(true);
        found(Value::unknown(Type::Dynamic, Reason::Attribute), consumed)
    }
}

fn found(value: Value, consumed: usize) -> Lookup {
    Lookup::Found { value, consumed }
}
