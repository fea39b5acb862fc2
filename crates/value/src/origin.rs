//! Where a value comes from: the expressions that it passed through.

use std::sync::Arc;

use source::Location;

/// The way of a value, from the expression that made it to its last use. Cheap to clone; empty for
/// values that no source text made (environment, computed).
#[derive(Clone, Default, Debug)]
pub struct Origin(Option<Arc<Step>>);

/// One expression that a value passed through.
#[derive(Debug)]
pub struct Step {
    /// The expression.
    pub location: Location,
    /// What it did.
    pub kind: StepKind,
    previous: Origin,
}

/// What an expression did with a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StepKind {
    /// Made it: a literal, a list, a template, a call.
    Made,
    /// Took it from a named value: `var.x`, `local.y`. The location is the reference.
    Reference(Arc<str>),
    /// It is the default of the variable of that name. The location is the default expression.
    Default(Arc<str>),
    /// It is an entry of a variable file for the variable of that name.
    Assignment(Arc<str>),
    /// A call passes it to the variable of that name: `module.a.var.x`. The location is the
    /// argument of the call.
    Argument(Arc<str>),
    /// It is what the output of that name gives: `module.a.x`. The location is the expression of
    /// the output.
    Output(Arc<str>),
}

impl Origin {
    /// A value made by the expression at `location`.
    pub fn made(location: Location) -> Self {
        Self::default().then(location, StepKind::Made)
    }

    /// The same way with one more step.
    #[must_use]
    pub fn then(&self, location: Location, kind: StepKind) -> Self {
        Self(Some(Arc::new(Step { location, kind, previous: self.clone() })))
    }

    /// Steps from the last to the first.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        std::iter::successors(self.0.as_deref(), |step| step.previous.0.as_deref())
    }

    /// The expression that made the value.
    pub fn first(&self) -> Option<&Step> {
        self.steps().last()
    }

    /// The last expression that it passed through.
    pub fn last(&self) -> Option<&Step> {
        self.0.as_deref()
    }

    /// Whether nothing is known about it.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl Drop for Step {
    /// Takes a long chain apart without recursion.
    fn drop(&mut self) {
        let mut next = self.previous.0.take();
        while let Some(step) = next {
            next = Arc::into_inner(step).and_then(|mut step| step.previous.0.take());
        }
    }
}
