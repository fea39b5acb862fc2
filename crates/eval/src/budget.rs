//! The work that the evaluation of one module instance may take. The limits on the size of values
//! are those of the crate `value`.

use std::cell::Cell;
use std::rc::Rc;

use value::Value;

/// How deeply evaluations may be nested, those behind references included: as deeply as a stack
/// of 4 MiB allows in a debug build, at some 6 KiB a level. Only conditions nested in conditions
/// some 300 times get there before the parser's own limit.
const MAX_DEPTH: u32 = 640;
/// Steps of one module instance.
const DEFAULT_STEPS: u64 = 1_000_000;
/// Steps of all module instances of a root.
const SHARED_STEPS: u64 = 5_000_000;
/// Bytes of text that a step looks at.
const TEXT: u64 = 256;

/// What is left of the work that one module instance may take. Beyond it values are unknown with
/// `Reason::Limit`.
#[derive(Debug)]
pub struct Budget {
    steps: Cell<u64>,
    shared: Rc<Shared>,
}

/// What several budgets have in common, whose evaluations may be nested in each other.
#[derive(Debug)]
struct Shared {
    steps: Cell<u64>,
    depth: Cell<u32>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(DEFAULT_STEPS)
    }
}

impl Budget {
    /// A budget of `steps`; about one step an expression and element.
    pub fn new(steps: u64) -> Self {
        let shared = Shared { steps: Cell::new(steps.max(SHARED_STEPS)), depth: Cell::new(0) };
        Self { steps: Cell::new(steps), shared: Rc::new(shared) }
    }

    /// A budget of as many steps as usual for what is evaluated beside `other`: together they may
    /// take some times as many, and may be nested no deeper.
    #[must_use]
    pub fn beside(other: &Self) -> Self {
        Self { steps: Cell::new(DEFAULT_STEPS), shared: other.shared.clone() }
    }

    /// Steps that are left.
    pub fn remaining(&self) -> u64 {
        self.steps.get()
    }

    /// Steps that are left to all budgets that were made beside each other.
    pub fn remaining_together(&self) -> u64 {
        self.shared.steps.get()
    }

    /// Whether a limit on the steps has been reached.
    pub fn is_exhausted(&self) -> bool {
        self.steps.get() == 0 || self.shared.steps.get() == 0
    }

    /// Leaves all budgets that were made beside each other `steps` together, or less where less is
    /// left, until the fence is dropped.
    pub fn fence(&self, steps: u64) -> Fence {
        let within = self.shared.steps.get().min(steps);
        let beyond = self.shared.steps.get() - within;
        self.shared.steps.set(within);
        Fence { beyond, shared: self.shared.clone() }
    }

    /// Whether evaluations may well be nested once more, instead of one after the other.
    pub fn is_shallow(&self) -> bool {
        self.shared.depth.get() < MAX_DEPTH / 4
    }

    /// Takes `steps` off; `false`, and nothing left, when there are not so many.
    pub fn spend(&self, steps: usize) -> bool {
        let take = |from: &Cell<u64>| {
            let left = from.get().checked_sub(steps as u64);
            from.set(left.unwrap_or(0));
            left.is_some()
        };
        take(&self.steps) & take(&self.shared.steps)
    }

    /// Takes off the steps for looking at all of `values`, their text included.
    pub(crate) fn spend_on<'a>(&self, values: impl IntoIterator<Item = &'a Value>) -> bool {
        let steps = |value: &Value| u64::from(value.size()) / 16 + value.text_size() / TEXT;
        let steps = values.into_iter().map(steps).fold(0, u64::saturating_add);
        self.spend(usize::try_from(steps).unwrap_or(usize::MAX))
    }

    /// One level deeper, until the guard is dropped; `None` at the limit.
    pub(crate) fn enter(&self) -> Option<Depth<'_>> {
        let depth = self.shared.depth.get();
        (depth < MAX_DEPTH).then(|| {
            self.shared.depth.set(depth + 1);
            Depth(self)
        })
    }
}

/// A limit for a while; dropped, it gives back what is behind it.
#[derive(Debug)]
#[must_use]
pub struct Fence {
    /// The steps that are left behind it.
    beyond: u64,
    shared: Rc<Shared>,
}

impl Drop for Fence {
    fn drop(&mut self) {
        let steps = &self.shared.steps;
        steps.set(steps.get() + self.beyond);
    }
}

/// A level of nesting; dropped, it is left.
pub(crate) struct Depth<'a>(&'a Budget);

impl Drop for Depth<'_> {
    fn drop(&mut self) {
        let depth = &self.0.shared.depth;
        depth.set(depth.get().saturating_sub(1));
    }
}
