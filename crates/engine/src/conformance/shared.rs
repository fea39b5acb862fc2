//! What the judgements of one evaluation have in common: the effort that they may take, and what is the
//! same in all instances of a module.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use diagnostics::Diagnostic;
use module::{Module, ModuleId, ModuleValues, Resource};

use super::calls::Required;
use super::resource::Walked;
use super::{OfModule, SchemaRules, calls, references};
use crate::uses::Uses;

/// So many runs through scenarios are made in one root module, or in a part of a large one, and so
/// many steps of evaluation for them. In modules that are mostly data nearly every value rests on the
/// same few conditions, and takes long to compute.
const MAX_RUNS: usize = 300;
const MAX_STEPS: u64 = 2_000;
/// So many of them in one run.
const MAX_STEPS_OF_RUN: u64 = 1_000;

/// The effort that scenarios may still take.
pub(super) struct Effort {
    runs: Cell<usize>,
    steps: Cell<u64>,
}

impl Default for Effort {
    fn default() -> Self {
        Self { runs: Cell::new(MAX_RUNS), steps: Cell::new(MAX_STEPS) }
    }
}

impl Effort {
    /// What `run` gives in scenarios, unless they take too much effort.
    pub(super) fn try_run<T>(
        &self,
        values: &ModuleValues<'_>,
        run: impl FnOnce() -> T,
    ) -> Option<T> {
        let runs = self.runs.get().checked_sub(1)?;
        let most = self.steps.get().min(MAX_STEPS_OF_RUN);
        if most == 0 {
            return None;
        }
        self.runs.set(runs);
        let before = values.steps_left();
        let result = values.evaluation().within_steps(most, run);
        let taken = before.saturating_sub(values.steps_left());
        self.steps.set(self.steps.get().saturating_sub(taken));
        result
    }
}

/// What the judgements of one evaluation have in common.
pub(crate) struct Shared<'s, 'a> {
    pub(super) rules: &'s SchemaRules,
    pub(super) uses: &'a Uses<'a, 'a>,
    pub(super) effort: Effort,
    /// By the address of the resource in memory, which stays as long as the evaluation.
    walked: RefCell<HashMap<*const Resource<'a>, Option<Rc<Walked<'a>>>>>,
    references: RefCell<HashMap<ModuleId, Rc<[Diagnostic]>>>,
    /// By the address of the module, as above.
    required: RefCell<HashMap<*const Module<'a>, Rc<Required<'a>>>>,
}

impl<'s, 'a> Shared<'s, 'a> {
    pub(crate) fn new(rules: &'s SchemaRules, uses: &'a Uses<'a, 'a>) -> Self {
        let (walked, references) = (RefCell::default(), RefCell::default());
        let required = RefCell::default();
        Self { rules, uses, effort: Effort::default(), walked, references, required }
    }

    /// What `walk` gives for a resource, once for all instances of its module.
    pub(super) fn walked(
        &self,
        values: &ModuleValues<'a>,
        resource: &'a Resource<'a>,
        walk: impl FnOnce() -> Option<Walked<'a>>,
    ) -> Option<Rc<Walked<'a>>> {
        // There is one instance of the root.
        if values.address().is_empty() {
            return walk().map(Rc::new);
        }
        let place = std::ptr::from_ref(resource);
        if let Some(known) = self.walked.borrow().get(&place) {
            return known.clone();
        }
        let walked = walk().map(Rc::new);
        self.walked.borrow_mut().insert(place, walked.clone());
        walked
    }

    /// What the rules find that look at a whole module.
    pub(crate) fn judge_module(&self, values: &ModuleValues<'a>) -> Vec<Diagnostic> {
        let mut found = OfModule { rules: self.rules, found: Vec::new() };
        calls::judge(values, self, &mut found);
        let mut all = found.found;
        all.extend(self.references_of(values).iter().cloned());
        all
    }

    /// The variables that calls of a module have to set.
    pub(super) fn required(&self, module: &'a Module<'a>) -> Rc<Required<'a>> {
        let place = std::ptr::from_ref(module);
        let mut known = self.required.borrow_mut();
        known.entry(place).or_insert_with(|| calls::required(module)).clone()
    }

    fn references_of(&self, values: &ModuleValues<'a>) -> Rc<[Diagnostic]> {
        let module = values.id_of_module();
        if let Some(known) = self.references.borrow().get(&module) {
            return known.clone();
        }
        let mut found = OfModule { rules: self.rules, found: Vec::new() };
        references::judge(values, &mut found);
        let found: Rc<[Diagnostic]> = found.found.into();
        self.references.borrow_mut().insert(module, found.clone());
        found
    }
}
