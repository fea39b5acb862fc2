//! The values of a root module and of all that it calls: each is computed when it is first asked
//! for, after all that it rests on, and kept for all assumptions under which it holds.

use std::cell::RefCell;
use std::hash::Hash;
use std::rc::Rc;
use std::sync::Arc;

use eval::Budget;
use source::{Files, Location};
use value::{Identity, Reason, StepKind, Type, Value};

use crate::fast::{FastMap, FastSet};
use crate::in_use::Providers;
use crate::instance::{CalledBy, InstanceId, Key, ModuleInstance};
use crate::memo::{Active, Identities, Memo, Trace};
use crate::modules::{Callee, ModuleId, Modules};
use crate::node::{Node, Reads, repetition_node};
use crate::order::{self, Circle};
use crate::others::Looks;
use crate::possible::Flat;
use crate::values::{ModuleValues, Problem};
use crate::variables::{self, Variable};
use crate::{Argument, Assumptions, Declared, Module, Question, Settings};

/// Module instances of one root.
const MAX_INSTANCES: usize = 10_000;

/// Caller, name of the call, and which instance of the call.
type CallInstance<'m> = (InstanceId, &'m str, Key);

/// A node, steps into its value, and whether it matters which texts and numbers there may be.
type PossibleKey<'m> = (Node<'m>, Box<str>, bool);

/// A root module with all that it calls.
pub struct Evaluation<'m> {
    pub(crate) modules: &'m Modules<'m>,
    pub(crate) root: ModuleId,
    pub(crate) settings: &'m Settings,
    /// That of the root, of which all others know how deeply they are nested.
    budget: Budget,
    pub(crate) files: Option<&'m dyn Files>,
    /// Whether values know where they come from.
    pub(crate) wants_origins: bool,
    instances: RefCell<Vec<Rc<ModuleInstance<'m>>>>,
    /// Instances by caller, call and key; `None` where the call leads to no module that is read.
    children: RefCell<FastMap<CallInstance<'m>, Option<InstanceId>>>,
    memo: Memo<Node<'m>>,
    in_progress: RefCell<FastSet<Node<'m>>>,
    /// In a run of few steps, what was computed after they were used up.
    unfinished: RefCell<Option<Vec<Node<'m>>>>,
    declarations: RefCell<FastMap<(ModuleId, &'m str), Rc<Variable<'m>>>>,
    pub(crate) reads: Reads<'m>,
    circles: RefCell<FastMap<ModuleId, Rc<[Circle]>>>,
    identities: RefCell<Identities>,
    active: RefCell<Active>,
    traces: RefCell<Vec<Trace>>,
    /// Block instances whose attributes are looked up one by one, by their address.
    pub(crate) open: RefCell<FastMap<Arc<str>, (InstanceId, usize, Key)>>,
    pub(crate) providers: RefCell<Providers<'m>>,
    /// What nodes may come to, with the steps into them.
    pub(crate) possible: RefCell<FastMap<PossibleKey<'m>, Option<Rc<[Flat]>>>>,
    /// What blocks asked of others.
    pub(crate) looks: Looks<'m>,
    /// Variables that are not known, by their address.
    unset: RefCell<FastMap<Arc<str>, (ModuleId, &'m str)>>,
}

impl<'m> Evaluation<'m> {
    /// The values of the module `root` of `modules`, with what `settings` set for its variables.
    /// Functions read `files`.
    pub fn new(
        modules: &'m Modules<'m>,
        root: ModuleId,
        settings: &'m Settings,
        files: Option<&'m dyn Files>,
    ) -> Self {
        let budget = Budget::default();
        let assigned = variables::assigned(modules.get(root), settings, &budget);
        let instance =
            ModuleInstance::root((root, modules.get(root)), assigned, Budget::beside(&budget));
        Self {
            modules,
            root,
            settings,
            budget,
            files,
            wants_origins: true,
            instances: RefCell::new(vec![Rc::new(instance)]),
            children: RefCell::default(),
            memo: Memo::default(),
            in_progress: RefCell::default(),
            unfinished: RefCell::default(),
            declarations: RefCell::default(),
            reads: Reads::default(),
            circles: RefCell::default(),
            identities: RefCell::default(),
            active: RefCell::default(),
            traces: RefCell::default(),
            open: RefCell::default(),
            providers: RefCell::default(),
            possible: RefCell::default(),
            looks: Looks::default(),
            unset: RefCell::default(),
        }
    }

    /// The same with values that do not know where they come from, which are made faster.
    #[must_use]
    pub fn without_origins(mut self) -> Self {
        self.wants_origins = false;
        self
    }

    /// The value after one more step of its way.
    pub(crate) fn step(&self, value: Value, location: Location, kind: StepKind) -> Value {
        if self.wants_origins { value.push_step(location, kind) } else { value }
    }

    /// The values of the root module.
    pub fn root(&'m self) -> ModuleValues<'m> {
        self.values(InstanceId::ROOT)
    }

    pub(crate) fn values(&'m self, id: InstanceId) -> ModuleValues<'m> {
        ModuleValues::new(self, self.instance(id))
    }

    pub(crate) fn instance(&self, id: InstanceId) -> Rc<ModuleInstance<'m>> {
        self.instances.borrow()[id.index()].clone()
    }

    pub(crate) fn module(&self, id: InstanceId) -> &'m Module<'m> {
        self.modules.get(self.instance(id).module)
    }

    /// What is assumed at present.
    pub(crate) fn assumptions(&self) -> Rc<Assumptions> {
        self.active.borrow().assumptions.clone()
    }

    /// What `judge` gives under `assumptions`, and the questions about undecided conditions that it
    /// met, in order.
    pub fn under<T>(
        &self,
        assumptions: &Assumptions,
        judge: impl FnOnce() -> T,
    ) -> (T, Vec<Question>) {
        self.under_with(assumptions, judge, |_, _| true)
    }

    /// The same without questions about conditions on which the result is known not to rest:
    /// `is_relevant` is asked for the identity of each.
    pub fn under_with<T>(
        &self,
        assumptions: &Assumptions,
        judge: impl FnOnce() -> T,
        is_relevant: impl Fn(&T, &Identity) -> bool,
    ) -> (T, Vec<Question>) {
        let active = self.identities.borrow().active(Rc::new(assumptions.clone()));
        let outer = self.active.replace(active).assumptions;
        let (result, trace) = self.traced(judge);
        // Identities that are new since then may be among those of which something is assumed.
        let outer = self.identities.borrow().active(outer);
        self.active.replace(outer);
        let answers = |identity: &Identity| self.allowed_values(identity);
        let about = |condition: &Value| Question::about(condition, assumptions, &answers);
        let relevant = trace.asked.iter().filter(|condition| {
            let identity = condition.as_unknown().and_then(|unknown| unknown.identity.as_ref());
            identity.is_some_and(|identity| is_relevant(&result, identity))
        });
        let questions = relevant.filter_map(about).collect();
        (result, questions)
    }

    /// What `judge` gives, and whether it met conditions that are not decided.
    pub fn asking<T>(&self, judge: impl FnOnce() -> T) -> (T, bool) {
        let (result, trace) = self.traced(judge);
        let asks = !trace.asked.is_empty();
        if let Some(outer) = self.traces.borrow_mut().last_mut() {
            outer.extend(&trace);
        }
        (result, asks)
    }

    /// What `compute` gives, and what it read and asked.
    fn traced<T>(&self, compute: impl FnOnce() -> T) -> (T, Trace) {
        let depth = self.traces.borrow().len();
        self.traces.borrow_mut().push(Trace::default());
        let result = compute();
        // What panicked and was caught has left its own behind.
        self.traces.borrow_mut().truncate(depth + 1);
        let trace = self.traces.borrow_mut().pop();
        (result, trace.expect("invariant: pushed above"))
    }

    /// The value that `memo` keeps under `key`, or that `compute` gives.
    pub(crate) fn remembered<K: Hash + Eq>(
        &self,
        memo: &Memo<K>,
        key: K,
        compute: impl FnOnce() -> Value,
    ) -> Value {
        let recall =
            || memo.recall(&key, &self.active.borrow(), self.traces.borrow_mut().last_mut());
        let known = recall();
        known.unwrap_or_else(|| {
            let (value, mut trace) = self.traced(compute);
            self.settle(&value, &mut trace);
            if let Some(outer) = self.traces.borrow_mut().last_mut() {
                outer.extend(&trace);
            }
            memo.keep(key, value.clone(), trace, &self.active.borrow());
            value
        })
    }

    /// The same for what is no value: all conditions that are met on the way matter to it.
    pub(crate) fn kept<K: Hash + Eq, V: Clone>(
        &self,
        memo: &Memo<K, V>,
        key: K,
        compute: impl FnOnce() -> V,
    ) -> V {
        let recall =
            || memo.recall(&key, &self.active.borrow(), self.traces.borrow_mut().last_mut());
        let known = recall();
        known.unwrap_or_else(|| {
            let (found, trace) = self.traced(compute);
            if let Some(outer) = self.traces.borrow_mut().last_mut() {
                outer.extend(&trace);
            }
            memo.keep(key, found.clone(), trace, &self.active.borrow());
            found
        })
    }

    /// Notes that an unknown value was read, for what is being computed.
    pub(crate) fn note_read(&self, identity: &Identity) {
        if let Some(trace) = self.traces.borrow_mut().last_mut() {
            let (mut identities, mut active) =
                (self.identities.borrow_mut(), self.active.borrow_mut());
            trace.read(identity, &mut identities, &mut active);
        }
    }

    /// Notes an undecided condition, for what is being computed.
    pub(crate) fn note_question(&self, condition: &Value) {
        if let Some(trace) = self.traces.borrow_mut().last_mut() {
            trace.ask(condition);
        }
    }

    /// The value of `node`. What rests on itself is not known.
    pub(crate) fn get(&'m self, node: &Node<'m>) -> Value {
        let recall = || {
            let active = self.active.borrow();
            self.memo.recall(node, &active, self.traces.borrow_mut().last_mut())
        };
        if let Some(value) = recall() {
            return value;
        }
        // Which part of a repeated call is read shows only where references are listed first.
        let is_simple = !self.instance(node.instance()).has_repeated_calls;
        if is_simple && self.budget.is_shallow() {
            self.compute_now(node.clone());
        } else {
            self.ensure(node.clone());
        }
        recall().unwrap_or_else(|| Value::unknown(Type::Dynamic, Reason::Error))
    }

    /// The value of `node`; `None` where a condition that is not decided plays a part in it.
    pub(crate) fn get_undisputed(&'m self, node: &Node<'m>) -> Option<Value> {
        let value = self.get(node);
        let asks = self.memo.asks(node, &self.active.borrow());
        (!asks || value.is_wholly_known()).then_some(value)
    }

    /// What `compute` gives; `None` where a condition that is not decided plays a part in it.
    pub(crate) fn undisputed(&self, compute: impl FnOnce() -> Value) -> Option<Value> {
        let (value, asks) = self.asking(compute);
        (!asks || value.is_wholly_known()).then_some(value)
    }

    /// The module instance and the resource in it whose attributes are looked up one by one, when the
    /// value of `address` is one of its instances.
    pub(crate) fn open_place(&self, address: &str) -> Option<(InstanceId, usize)> {
        self.open.borrow().get(address).map(|(id, index, _)| (*id, *index))
    }

    /// Computes `node`, and on the way what it turns out to rest on.
    fn compute_now(&'m self, node: Node<'m>) {
        if !self.in_progress.borrow_mut().insert(node.clone()) {
            return;
        }
        let (value, mut trace) = self.traced(|| self.compute(&node));
        self.settle(&value, &mut trace);
        self.in_progress.borrow_mut().remove(&node);
        if self.budget.is_exhausted()
            && let Some(unfinished) = &mut *self.unfinished.borrow_mut()
        {
            unfinished.push(node.clone());
        }
        self.memo.keep(node, value, trace, &self.active.borrow());
    }

    /// What `run` gives, unless that takes more than so many steps of evaluation. Then nothing of it is
    /// kept that is not known in full.
    pub fn within_steps<T>(&self, steps: u64, run: impl FnOnce() -> T) -> Option<T> {
        let fence = self.budget.fence(steps);
        self.unfinished.replace(Some(Vec::new()));
        let result = run();
        let is_finished = !self.budget.is_exhausted();
        drop(fence);
        for node in self.unfinished.take().into_iter().flatten().rev() {
            self.memo.forget(&node);
        }
        is_finished.then_some(result)
    }

    /// Computes `node` after all that it rests on, in the order of the references: a chain of them
    /// may be as long as it likes.
    fn ensure(&'m self, node: Node<'m>) {
        let mut stack = vec![(node, false)];
        while let Some((node, is_entered)) = stack.pop() {
            let enter = || !self.holds(&node) && self.in_progress.borrow_mut().insert(node.clone());
            if !is_entered && !enter() {
                continue;
            }
            // What a call leads to is known only when it is known how often it is repeated.
            let open = |needed: &Node<'m>| {
                !self.holds(needed) && !self.in_progress.borrow().contains(needed)
            };
            let needed: Vec<_> = self.needed_by(&node).into_iter().filter(open).collect();
            if needed.is_empty() {
                self.in_progress.borrow_mut().remove(&node);
                self.compute_now(node);
            } else {
                stack.push((node, true));
                stack.extend(needed.into_iter().map(|needed| (needed, false)));
            }
        }
    }

    pub(crate) fn holds(&self, node: &Node<'m>) -> bool {
        self.memo.holds(node, &self.active.borrow())
    }

    /// Adds a problem of the module instance `id`, unless it is one under assumptions only.
    pub(crate) fn refuse(&self, id: InstanceId, problem: Problem) {
        if self.active.borrow().assumptions.is_empty() {
            self.add_problem(id, problem);
        } else if let Some(trace) = self.traces.borrow_mut().last_mut() {
            trace.refused.push((id, problem));
        }
    }

    fn add_problem(&self, id: InstanceId, problem: Problem) {
        self.instance(id).problems.borrow_mut().push(problem);
    }

    /// Leaves in the trace of a value that was computed what matters to others.
    fn settle(&self, value: &Value, trace: &mut Trace) {
        // What is known in spite of undecided conditions is the same whatever they are.
        if value.is_wholly_known() {
            trace.asked.clear();
        }
        // Problems that do not rest on what is assumed are added now: what is kept without
        // assumptions is not computed again.
        let refused = std::mem::take(&mut trace.refused);
        if trace.is_free() {
            for (id, problem) in refused {
                self.add_problem(id, problem);
            }
        }
    }

    /// The declaration of a variable of the module instance `id`.
    pub(crate) fn declaration(&self, id: InstanceId, name: &'m str) -> Rc<Variable<'m>> {
        let instance = self.instance(id);
        let key = (instance.module, name);
        if let Some(known) = self.declarations.borrow().get(&key) {
            return known.clone();
        }
        let declared = &self.modules.get(instance.module).variables[name];
        let variable = Rc::new(Variable::read(name, declared, &instance.budget));
        self.declarations.borrow_mut().insert(key, variable.clone());
        variable
    }

    /// The groups of locals of a module that rest on each other.
    pub(crate) fn circles(&self, module: ModuleId) -> Rc<[Circle]> {
        let mut known = self.circles.borrow_mut();
        let circles = || order::circles(self.modules.get(module)).into();
        known.entry(module).or_insert_with(circles).clone()
    }

    /// Notes that a variable is not known.
    pub(crate) fn note_unset(&self, address: Arc<str>, id: InstanceId, name: &'m str) {
        self.unset.borrow_mut().insert(address, (self.instance(id).module, name));
    }

    /// The values that its validation allows, when `identity` is that of a variable that lists them.
    fn allowed_values(&self, identity: &Identity) -> Option<Vec<Value>> {
        let Identity::Address(address) = identity else { return None };
        let (module, name) = *self.unset.borrow().get(address)?;
        let declared = self.modules.get(module).variables.get(name)?;
        crate::validation::listed_values(name, declared)
    }

    /// The instance of the module that a call leads to; `None` when that is not read.
    pub(crate) fn child(
        &'m self,
        caller: InstanceId,
        name: &'m str,
        key: &Key,
    ) -> Option<InstanceId> {
        let place = (caller, name, key.clone());
        if let Some(known) = self.children.borrow().get(&place) {
            return *known;
        }
        let call = &self.module(caller).module_calls[name];
        let id = self.add_child(CalledBy { caller, name, call, key: key.clone() });
        self.children.borrow_mut().insert(place, id);
        id
    }

    /// Whether it is not known that a call has an instance of that key, whatever is assumed.
    fn may_be_absent(&'m self, caller: InstanceId, call: &Declared<'m>, key: &Key) -> bool {
        let repeated = || self.memo.settled(&repetition_node(caller, call)?);
        match key {
            Key::None => false,
            Key::Unknown => true,
            Key::Index(_) | Key::Name(_) => !repeated().is_some_and(|value| value.is_known()),
        }
    }

    fn add_child(&'m self, called_by: CalledBy<'m>) -> Option<InstanceId> {
        let caller = self.instance(called_by.caller);
        let module = match self.callee(&caller, called_by.name, called_by.call) {
            Callee::Module(module) => module,
            Callee::Absent(directory, absence) => {
                let place = source_of(called_by.call);
                self.add_problem(caller.id, Problem::AbsentModule { place, directory, absence });
                return None;
            }
            Callee::Unknown => return None,
        };
        if self.callers(&caller).any(|caller| caller.module == module) {
            let (place, name) = (source_of(called_by.call), called_by.name.to_owned());
            self.add_problem(caller.id, Problem::Recursion { place, name });
            return None;
        }
        let count = self.instances.borrow().len();
        if count >= MAX_INSTANCES {
            self.add_problem(InstanceId::ROOT, Problem::Limit);
            return None;
        }
        let id = InstanceId::new(count)?;
        let modules = ((module, self.modules.get(module)), self.modules.get(self.root));
        let CalledBy { call, key, .. } = &called_by;
        let may_be_absent = caller.may_be_absent || self.may_be_absent(caller.id, call, key);
        let child = ModuleInstance { may_be_absent, ..caller.called(id, modules, called_by) };
        self.instances.borrow_mut().push(Rc::new(child));
        Some(id)
    }

    pub(crate) fn callee(
        &self,
        caller: &ModuleInstance<'m>,
        name: &str,
        call: &Declared<'_>,
    ) -> Callee {
        self.modules.callee(self.root, caller.module, &caller.path_of(name), call)
    }

    /// The instance itself, its caller, that of its caller, up to the root.
    fn callers(
        &self,
        instance: &Rc<ModuleInstance<'m>>,
    ) -> impl Iterator<Item = Rc<ModuleInstance<'m>>> {
        std::iter::successors(Some(instance.clone()), |instance| {
            Some(self.instance(instance.called_by.as_ref()?.caller))
        })
    }
}

/// Where a call says what it calls.
fn source_of(call: &Declared<'_>) -> Location {
    call.argument("source").map_or_else(|| call.header(), Argument::location)
}
