//! The values of one module instance, and the problems that showed when they were computed.

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use eval::{EvalError, Evaluated, evaluate};
use source::{FileId, Location};
use syntax::Expr;
use value::{Marks, Value};

use crate::evaluation::Evaluation;
use crate::instance::{InstanceId, ModuleInstance};
use crate::memo::Memo;
use crate::node::Node;
use crate::scope::{ModuleScope, Touched, UNDECLARED_LOCAL, UNDECLARED_VARIABLE};
use crate::validation_walk::Validation;
use crate::{Absence, Argument, Assumptions, Callee, Declared, Key, Module, ModuleId, NoNames};

/// Something that Terraform refuses in a module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Problem {
    /// An expression that cannot be evaluated.
    Invalid {
        /// What and where.
        error: EvalError,
        /// Whether it rests on the default of a variable.
        from_default: bool,
        /// Whether it rests on other values, and it is not known that what it stands in exists:
        /// there may be no instance of the block or of the module.
        may_be_absent: bool,
    },
    /// A reference to a variable or local that no file read declares.
    Undeclared(EvalError),
    /// The evaluation took too long; values are missing.
    Limit,
    /// Locals that refer to each other in a circle: name and place of each, from the first
    /// declared on.
    Cycle(Vec<(String, Location)>),
    /// A call of a local directory that is no module.
    AbsentModule {
        /// The source that the call names.
        place: Location,
        /// The directory, as output shows it.
        directory: String,
        /// Why it is none.
        absence: Absence,
    },
    /// A call that leads back to a module that it is made in or for.
    Recursion {
        /// The source that the call names.
        place: Location,
        /// The name of the call.
        name: String,
    },
}

/// What an expression is evaluated for: which instance of a block, inside which `dynamic` blocks.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    /// `each.key` and `each.value` of a block with `for_each`.
    pub each: Option<(Value, Value)>,
    /// `count.index` of a block with `count`.
    pub count_index: Option<Value>,
    /// Iterators of the `dynamic` blocks around, outermost first: name, key and value.
    pub iterators: Vec<(String, Value, Value)>,
    /// The address of the block instance, when it is one of several and known.
    pub address: Option<Arc<str>>,
    /// Whether it is not known that there is such an instance.
    pub may_be_absent: bool,
}

/// The values of one module instance. Cheap to clone.
#[derive(Clone)]
pub struct ModuleValues<'m> {
    pub(crate) evaluation: &'m Evaluation<'m>,
    pub(crate) instance: Rc<ModuleInstance<'m>>,
    /// Values are as they are while Terraform validates.
    pub(crate) validation: Option<Rc<Validation<'m>>>,
}

/// Values that a caller wants to be computed once for all assumptions under which they hold, by
/// numbers of its own.
#[derive(Debug, Default)]
pub struct Remembered(Memo<usize>);

impl<'m> ModuleValues<'m> {
    pub(crate) fn new(evaluation: &'m Evaluation<'m>, instance: Rc<ModuleInstance<'m>>) -> Self {
        Self { evaluation, instance, validation: None }
    }

    /// The module.
    pub fn module(&self) -> &'m Module<'m> {
        self.evaluation.modules.get(self.instance.module)
    }

    /// The evaluation that it is a part of.
    pub fn evaluation(&self) -> &'m Evaluation<'m> {
        self.evaluation
    }

    /// The address of the module instance: `module.a["x"]`; empty for the root.
    pub fn address(&self) -> &str {
        &self.instance.address
    }

    /// Which module it is an instance of.
    pub fn id_of_module(&self) -> ModuleId {
        self.instance.module
    }

    /// Whether it is not known that there is such an instance.
    pub fn may_be_absent(&self) -> bool {
        self.instance.may_be_absent
    }

    /// The address of what has the address `inner` within the module.
    pub fn within(&self, inner: &str) -> String {
        self.instance.within(inner)
    }

    /// Whether the root module is meant to be called by others, so that the defaults of its
    /// variables are not the last word.
    pub fn is_library(&self) -> bool {
        self.evaluation.modules.get(self.evaluation.root).is_library()
    }

    /// Whether what stands in the files of the module is what is meant: no text is lost that may
    /// change anything.
    pub fn is_certain(&self) -> bool {
        self.module().is_certain()
    }

    /// Whether all outputs that the module has are known.
    pub(crate) fn has_all_outputs(&self) -> bool {
        self.is_certain() && !self.module().files.has_unread_config
    }

    /// How many steps the evaluation of the root module, with all that it calls, may still take.
    pub fn steps_left(&self) -> u64 {
        self.instance.budget.remaining_together()
    }

    /// Evaluates an expression of the module. Errors are in the result only.
    pub fn evaluate(&self, expr: Expr<'_>, file: FileId, bindings: &Bindings) -> Evaluated {
        self.note_parts(expr, file);
        evaluate(expr, file, &ModuleScope { values: self, bindings }, &self.instance.budget)
    }

    /// Notes which parts of repeated calls an expression reads, so that the others play no part.
    fn note_parts(&self, expr: Expr<'_>, file: FileId) {
        if self.instance.has_repeated_calls {
            self.evaluation.reads.note(expr, file);
        }
    }

    /// Evaluates an expression of the module and keeps its errors as problems of the module.
    pub fn value(&self, expr: Expr<'_>, file: FileId, bindings: &Bindings) -> Value {
        if let Some(validation) = &self.validation {
            return self.validated(validation, expr, file, bindings);
        }
        self.note_parts(expr, file);
        let scope = ModuleScope { values: self, bindings };
        let touched = Touched::new(&scope);
        let evaluated = evaluate(expr, file, &touched, &self.instance.budget);
        let from_default = touched.default.get();
        // What refers to nothing is wrong in every instance, and Terraform refuses it even where
        // there is none.
        let may_be_absent =
            touched.any.get() && (bindings.may_be_absent || self.instance.may_be_absent);
        for error in evaluated.errors {
            let problem = match &*error.summary {
                UNDECLARED_VARIABLE | UNDECLARED_LOCAL => Problem::Undeclared(error),
                _ => Problem::Invalid { error, from_default, may_be_absent },
            };
            self.evaluation.refuse(self.instance.id, problem);
        }
        let value = evaluated.value;
        // `try` and `can` look at values without their marks showing in the result.
        if from_default && !value.marks_deep().contains(Marks::DEFAULT) {
            return value.marked(Marks::DEFAULT);
        }
        value
    }

    /// The value that `compute` gives for a number, computed anew only where `memory` has none that
    /// holds under the present assumptions.
    pub fn remembered(
        &self,
        memory: &Remembered,
        number: usize,
        compute: impl FnOnce() -> Value,
    ) -> Value {
        self.evaluation.remembered(&memory.0, number, compute)
    }

    /// A known boolean argument that may refer to nothing.
    pub(crate) fn flag(&self, argument: Option<Argument<'_>>) -> Option<bool> {
        let Argument { file, attribute } = argument?;
        let value = evaluate(attribute.expr(), file, &NoNames, &self.instance.budget).value;
        eval::truth(&value)
    }

    /// The module that the call of that name leads to, when it is read.
    pub fn called_module(&self, name: &str) -> Option<&'m Module<'m>> {
        let call = self.module().module_calls.get(name)?;
        Some(self.evaluation.modules.get(self.called_id(name, call)?))
    }

    /// The same of a call that is at hand.
    pub(crate) fn called_id(&self, name: &str, call: &Declared<'_>) -> Option<ModuleId> {
        match self.evaluation.callee(&self.instance, name, call) {
            Callee::Module(id) => Some(id),
            _ => None,
        }
    }

    /// Evaluates all variables, locals, outputs and calls, so that [`ModuleValues::problems`] is
    /// complete for them.
    pub fn evaluate_all(&self) {
        let (module, id) = (self.module(), self.instance.id);
        for circle in self.evaluation.circles(self.instance.module).iter() {
            self.evaluation.refuse(id, Problem::Cycle(circle.clone()));
        }
        for name in module.variables.keys() {
            self.evaluation.get(&Node::Variable(id, name.as_ref()));
        }
        for name in module.locals.keys() {
            self.evaluation.get(&Node::Local(id, name.as_ref()));
        }
        for name in module.outputs.keys() {
            self.evaluation.get(&Node::Output(id, name.as_ref()));
        }
        self.evaluate_calls();
    }

    /// Evaluates all that the calls of the module pass on: what is wrong with that is its problem.
    fn evaluate_calls(&self) {
        for (name, call) in &self.module().module_calls {
            let mut keys = self.instances(call);
            // Terraform reads the module even if no instance of it is made.
            if keys.is_empty() {
                keys.push(Key::Unknown);
            }
            let child = |key| self.evaluation.child(self.instance.id, name.as_ref(), key);
            for child in keys.iter().filter_map(child) {
                for variable in self.evaluation.module(child).variables.keys() {
                    self.evaluation.get(&Node::Variable(child, variable.as_ref()));
                }
            }
        }
    }

    /// What Terraform refuses among what was evaluated so far, without repetitions.
    pub fn problems(&self) -> Vec<Problem> {
        let mut seen = HashSet::new();
        let mut problems = self.instance.problems.borrow().clone();
        if self.instance.budget.is_exhausted() {
            problems.push(Problem::Limit);
        }
        problems.retain(|problem| seen.insert(problem.clone()));
        problems
    }

    /// The module instances that the calls of this one make, each with what must be assumed for it
    /// to exist, on top of `assumed`; that is not looked for in modules that are not `wanted`. Calls
    /// that lead nowhere are left out.
    pub fn children(
        &self,
        assumed: &Assumptions,
        wanted: &BTreeSet<ModuleId>,
    ) -> Vec<(Self, Assumptions)> {
        let mut children = Vec::new();
        for (name, call) in &self.module().module_calls {
            let child = |key: &Key| {
                let id = self.evaluation.child(self.instance.id, name.as_ref(), key)?;
                Some(self.evaluation.values(id))
            };
            let all: Vec<Self> = self.instances(call).iter().filter_map(child).collect();
            if !all.iter().any(|child| wanted.contains(&child.instance.module)) {
                children.extend(all.into_iter().map(|child| (child, assumed.clone())));
                continue;
            }
            let (assumptions, keys) = self.existing(call, assumed);
            let existing = keys.iter().filter_map(child);
            children.extend(existing.map(|child| (child, assumptions.clone())));
        }
        children
    }

    /// The instances of a block, and what must be assumed for it to have any, on top of `assumed`:
    /// where its repetition is not decided and only one answer to the conditions in it leaves any
    /// instances, that answer. Where several do, the instances are those of all.
    pub fn existing(
        &self,
        declared: &Declared<'m>,
        assumed: &Assumptions,
    ) -> (Assumptions, Vec<Key>) {
        let keys = || if self.exists() { self.instances(declared) } else { Vec::new() };
        let judge = |under: &Assumptions| self.evaluation.under(under, keys);
        let (keys, questions) = judge(assumed);
        if questions.is_empty() || keys != [Key::Unknown] {
            return (assumed.clone(), keys);
        }
        let mut leaves = crate::scenarios(assumed, EXISTENCE_LIMIT, judge);
        leaves.retain(|(_, keys)| !keys.is_empty());
        if let [(assumptions, keys)] = &*leaves {
            return (assumptions.clone(), keys.clone());
        }
        // Each instance is judged in those scenarios in which there is one of its key.
        let all: BTreeSet<Key> = leaves.into_iter().flat_map(|(_, keys)| keys).collect();
        let is_known = (1..=MAX_UNDECIDED).contains(&all.len()) && !all.contains(&Key::Unknown);
        (assumed.clone(), if is_known { all.into_iter().collect() } else { keys })
    }

    /// Whether the module instance exists under the present assumptions, as far as that is known.
    pub fn exists(&self) -> bool {
        let mut instance = self.instance.clone();
        while let Some(called_by) = &instance.called_by {
            let caller = self.evaluation.values(called_by.caller);
            if caller.bindings(called_by.call, &called_by.key).is_none() {
                return false;
            }
            instance = caller.instance;
        }
        true
    }

    pub(crate) fn id(&self) -> InstanceId {
        self.instance.id
    }
}

/// So many cases of whether a block exists are told apart.
const EXISTENCE_LIMIT: usize = 8;
/// Instances of which it is not decided whether there are any are judged as one if there are more.
const MAX_UNDECIDED: usize = 100;
