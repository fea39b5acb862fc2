//! The work that the evaluation of one module instance may take. The limits on the size of values
//! are those of the crate `value`.

use std::cell::Cell;

use value::Value;

/// How deeply evaluations may be nested, those behind references included: as deeply as a stack
/// of 4 MiB allows in a debug build, at some 6 KiB a level. Only conditions nested in conditions
/// some 300 times get there before the parser's own limit.
const MAX_DEPTH: u32 = 640;
/// Steps of one module instance.
const DEFAULT_STEPS: u64 = 1_000_000;
/// Bytes of text that a step looks at.
const TEXT: u64 = 256;

/// What is left of the work that one module instance may take. Beyond it values are unknown with
/// `Reason::Limit`.
#[derive(Debug)]
pub struct Budget {
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
        Self { steps: Cell::new(steps), depth: Cell::new(0) }
    }

    /// Steps that are left.
    pub fn remaining(&self) -> u64 {
        self.steps.get()
    }

    /// Whether a limit on the steps has been reached.
    pub fn is_exhausted(&self) -> bool {
        self.steps.get() == 0
    }

    /// Takes `steps` off; `false`, and nothing left, when there are not so many.
    pub fn spend(&self, steps: usize) -> bool {
        let left = self.steps.get().checked_sub(steps as u64);
        self.steps.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Takes off the steps for looking at all of `values`, their text included.
    pub(crate) fn spend_on<'a>(&self, values: impl IntoIterator<Item = &'a Value>) -> bool {
        let steps = |value: &Value| u64::from(value.size()) / 16 + value.text_size() / TEXT;
        let steps = values.into_iter().map(steps).fold(0, u64::saturating_add);
        self.spend(usize::try_from(steps).unwrap_or(usize::MAX))
    }

    /// One level deeper, until the guard is dropped; `None` at the limit.
    pub(crate) fn enter(&self) -> Option<Depth<'_>> {
        let depth = self.depth.get();
        (depth < MAX_DEPTH).then(|| {
            self.depth.set(depth + 1);
            Depth(self)
        })
    }
}

/// A level of nesting; dropped, it is left.
pub(crate) struct Depth<'a>(&'a Budget);

impl Drop for Depth<'_> {
    fn drop(&mut self) {
        self.0.depth.set(self.0.depth.get().saturating_sub(1));
    }
}
