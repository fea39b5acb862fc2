//! Values that were computed once, and under which assumptions they hold.

use std::cell::RefCell;
use std::collections::hash_map::Entry as MapEntry;
use std::hash::Hash;
use std::rc::Rc;

use value::{Identity, Value};

use crate::Assumptions;
use crate::fast::FastMap;
use crate::instance::InstanceId;
use crate::values::Problem;

/// More identities than this are not told apart: the value holds only while all assumptions stay
/// the same.
const MAX_READS: usize = 1_000;

/// The number of an identity in an evaluation.
type IdentityId = u32;

/// What is assumed at present, by the numbers of identities.
#[derive(Default)]
pub(crate) struct Active {
    pub(crate) assumptions: Rc<Assumptions>,
    /// The identities of which something is assumed, with its state.
    states: FastMap<IdentityId, u64>,
}

impl Active {
    fn state(&self, id: IdentityId) -> u64 {
        if self.states.is_empty() { 0 } else { self.states.get(&id).copied().unwrap_or(0) }
    }
}

/// All identities that an evaluation has met.
#[derive(Default)]
pub(crate) struct Identities {
    known: FastMap<Identity, IdentityId>,
}

impl Identities {
    /// What `assumptions` say of them.
    pub(crate) fn active(&self, assumptions: Rc<Assumptions>) -> Active {
        let known = |(identity, state)| Some((*self.known.get(identity)?, state));
        let states = assumptions.states().filter_map(known).collect();
        Active { assumptions, states }
    }

    /// The number of `identity`; what is assumed of a new one is noted in `active`.
    fn id(&mut self, identity: &Identity, active: &mut Active) -> IdentityId {
        if let Some(id) = self.known.get(identity) {
            return *id;
        }
        let id = IdentityId::try_from(self.known.len()).unwrap_or(IdentityId::MAX);
        self.known.insert(identity.clone(), id);
        let state = active.assumptions.state(identity);
        if state != 0 {
            active.states.insert(id, state);
        }
        id
    }
}

/// What a computation read and asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    /// Identities of unknown values, with the state of the assumptions about each; sorted.
    reads: Vec<(IdentityId, u64)>,
    /// Whether there are more than are noted.
    reads_more: bool,
    /// Undecided conditions, in the order met.
    pub(crate) asked: Vec<Value>,
    /// What was found wrong under assumptions, and in which module instance.
    pub(crate) refused: Vec<(InstanceId, Problem)>,
}

impl Trace {
    /// Notes that an unknown value was read.
    pub(crate) fn read(
        &mut self,
        identity: &Identity,
        identities: &mut Identities,
        active: &mut Active,
    ) {
        if !self.reads_more {
            let id = identities.id(identity, active);
            self.add(id, active.state(id));
        }
    }

    fn add(&mut self, id: IdentityId, state: u64) {
        if let Err(at) = self.reads.binary_search_by_key(&id, |(id, _)| *id) {
            if self.reads.len() < MAX_READS {
                self.reads.insert(at, (id, state));
            } else {
                self.reads_more = true;
            }
        }
    }

    /// Notes an undecided condition.
    pub(crate) fn ask(&mut self, condition: &Value) {
        let new = identity(condition);
        if !self.asked.iter().any(|known| identity(known) == new) {
            self.asked.push(condition.clone());
        }
    }

    /// Adds what a computation did on which this one rests.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.reads_more |= other.reads_more;
        if self.reads.is_empty() {
            self.reads.clone_from(&other.reads);
        } else if !self.reads_more {
            other.reads.iter().for_each(|(id, state)| self.add(*id, *state));
        }
        other.asked.iter().for_each(|condition| self.ask(condition));
    }

    /// Whether nothing was assumed of what was read.
    pub(crate) fn is_free(&self) -> bool {
        !self.reads_more && self.reads.iter().all(|(_, state)| *state == 0)
    }

    fn is_empty(&self) -> bool {
        self.reads.is_empty() && self.asked.is_empty() && !self.reads_more
    }
}

fn identity(value: &Value) -> Option<&Identity> {
    value.as_unknown()?.identity.as_ref()
}

/// One value of something, and when it holds.
#[derive(Debug)]
struct Entry<V> {
    value: V,
    trace: Trace,
    /// Whether nothing was assumed of what was read.
    is_free: bool,
    /// The state of all assumptions, for traces that do not say all that they read.
    total: u64,
}

impl<V> Entry<V> {
    fn holds(&self, active: &Active) -> bool {
        if self.trace.reads_more && self.total != active.assumptions.total() {
            return false;
        }
        if active.states.is_empty() {
            return self.is_free;
        }
        self.trace.reads.iter().all(|(id, state)| active.state(*id) == *state)
    }
}

/// Values by what they are the values of.
#[derive(Debug)]
pub(crate) struct Memo<K, V = Value> {
    entries: RefCell<FastMap<K, Vec<Entry<V>>>>,
}

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self { entries: RefCell::default() }
    }
}

impl<K: Hash + Eq, V: Clone> Memo<K, V> {
    /// Whether there is a value that holds.
    pub(crate) fn holds(&self, key: &K, active: &Active) -> bool {
        let entries = self.entries.borrow();
        entries.get(key).is_some_and(|all| all.iter().any(|entry| entry.holds(active)))
    }

    /// The value that holds; what it rests on is added to `trace`.
    pub(crate) fn recall(&self, key: &K, active: &Active, trace: Option<&mut Trace>) -> Option<V> {
        let entries = self.entries.borrow();
        let entry = entries.get(key)?.iter().find(|entry| entry.holds(active))?;
        if let Some(trace) = trace.filter(|_| !entry.trace.is_empty()) {
            trace.extend(&entry.trace);
        }
        Some(entry.value.clone())
    }

    /// Whether conditions that are not decided play a part in the value that holds.
    pub(crate) fn asks(&self, key: &K, active: &Active) -> bool {
        let entries = self.entries.borrow();
        let mut all = entries.get(key).into_iter().flatten();
        all.find(|entry| entry.holds(active)).is_some_and(|entry| !entry.trace.asked.is_empty())
    }

    /// The value that holds whatever is assumed, if one is known to.
    pub(crate) fn settled(&self, key: &K) -> Option<V> {
        let entries = self.entries.borrow();
        let entry = entries.get(key)?.iter().find(|entry| entry.trace.is_free())?;
        Some(entry.value.clone())
    }

    /// Forgets the value of `key` that was kept last.
    pub(crate) fn forget(&self, key: &K) {
        if let Some(entries) = self.entries.borrow_mut().get_mut(key) {
            entries.pop();
        }
    }

    /// Keeps a value that holds under what is assumed at present.
    pub(crate) fn keep(&self, key: K, value: V, trace: Trace, active: &Active) {
        let total = if trace.reads_more { active.assumptions.total() } else { 0 };
        let is_free = trace.reads.iter().all(|(_, state)| *state == 0);
        let entry = Entry { value, trace, is_free, total };
        match self.entries.borrow_mut().entry(key) {
            MapEntry::Occupied(mut all) => all.get_mut().push(entry),
            MapEntry::Vacant(all) => {
                all.insert(vec![entry]);
            }
        }
    }
}
