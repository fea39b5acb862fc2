//! Values that were computed once, and under which assumptions they hold.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry as MapEntry;
use std::hash::Hash;
use std::rc::Rc;

use value::{Identity, Value};

use crate::Assumptions;

/// More identities than this are not told apart: the value holds only while all assumptions stay
/// the same.
const MAX_READS: usize = 64;

/// What a computation read and asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    /// Identities of unknown values, with the state of the assumptions about each.
    reads: HashMap<Identity, u64>,
    /// Whether there are more than are noted.
    reads_more: bool,
    /// Undecided conditions, in the order met.
    pub(crate) asked: Vec<Value>,
}

impl Trace {
    /// Notes that an unknown value was read.
    pub(crate) fn read(&mut self, identity: &Identity, assumptions: &Assumptions) {
        if self.reads_more || self.reads.contains_key(identity) {
            return;
        }
        self.add(identity.clone(), assumptions.state(identity));
    }

    fn add(&mut self, identity: Identity, state: u64) {
        if self.reads.len() < MAX_READS {
            self.reads.insert(identity, state);
        } else {
            self.reads_more = true;
        }
    }

    /// Notes an undecided condition.
    pub(crate) fn ask(&mut self, condition: &Value) {
        let identity = |value: &Value| value.as_unknown().and_then(|it| it.identity.clone());
        let new = identity(condition);
        if !self.asked.iter().any(|known| identity(known) == new) {
            self.asked.push(condition.clone());
        }
    }

    /// Adds what a computation did on which this one rests.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.reads_more |= other.reads_more;
        for (identity, state) in &other.reads {
            if !self.reads_more && !self.reads.contains_key(identity) {
                self.add(identity.clone(), *state);
            }
        }
        for condition in &other.asked {
            self.ask(condition);
        }
    }

    fn is_empty(&self) -> bool {
        self.reads.is_empty() && self.asked.is_empty() && !self.reads_more
    }
}

/// One value of something, and when it holds.
#[derive(Debug)]
struct Entry {
    value: Value,
    trace: Trace,
    /// The state of all assumptions, for traces that do not say all that they read.
    total: u64,
}

impl Entry {
    fn holds(&self, assumptions: &Assumptions) -> bool {
        if self.trace.reads_more && self.total != assumptions.total() {
            return false;
        }
        let mut reads = self.trace.reads.iter();
        reads.all(|(identity, state)| assumptions.state(identity) == *state)
    }
}

/// Values by what they are the values of.
#[derive(Debug)]
pub(crate) struct Memo<K> {
    entries: RefCell<HashMap<K, Vec<Rc<Entry>>>>,
}

impl<K> Default for Memo<K> {
    fn default() -> Self {
        Self { entries: RefCell::default() }
    }
}

impl<K: Hash + Eq> Memo<K> {
    /// Whether there is a value that holds.
    pub(crate) fn holds(&self, key: &K, assumptions: &Assumptions) -> bool {
        let entries = self.entries.borrow();
        entries.get(key).is_some_and(|all| all.iter().any(|entry| entry.holds(assumptions)))
    }

    /// The value that holds; what it rests on is added to `trace`.
    pub(crate) fn recall(
        &self,
        key: &K,
        assumptions: &Assumptions,
        trace: Option<&mut Trace>,
    ) -> Option<Value> {
        let entries = self.entries.borrow();
        let entry = entries.get(key)?.iter().find(|entry| entry.holds(assumptions))?;
        if let Some(trace) = trace.filter(|_| !entry.trace.is_empty()) {
            trace.extend(&entry.trace);
        }
        Some(entry.value.clone())
    }

    /// Keeps a value that holds under `assumptions`.
    pub(crate) fn keep(&self, key: K, value: Value, trace: Trace, assumptions: &Assumptions) {
        let total = if trace.reads_more { assumptions.total() } else { 0 };
        let entry = Rc::new(Entry { value, trace, total });
        match self.entries.borrow_mut().entry(key) {
            MapEntry::Occupied(mut all) => all.get_mut().push(entry),
            MapEntry::Vacant(all) => {
                all.insert(vec![entry]);
            }
        }
    }
}
