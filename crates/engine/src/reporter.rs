//! How a check reports: diagnostics with their places and fixes. Never evaluates anything.

use diagnostics::{Diagnostic, Edit, Fix, Level, RuleId, Safety};
use module::ModuleValues;
use source::{FileId, Location};
use syntax::{Block, Tree};
use value::{Marks, Step, Value, ValueKind};

use crate::edit;
use crate::place::{BlockPlace, Own, Place, place_of};
use crate::uses::Uses;

/// Where checks put what they find about one block instance or module.
pub struct Reporter<'a> {
    pub(crate) rule: RuleId,
    pub(crate) level: Level,
    pub(crate) uses: &'a Uses<'a, 'a>,
    pub(crate) values: ModuleValues<'a>,
    pub(crate) block: Option<(Block<'a>, BlockPlace<'a>)>,
    /// Whether what rests on the default of a variable is less certain in any root module: where
    /// Terraform would refuse the default, another value must be in use.
    pub(crate) doubts_defaults: bool,
    pub(crate) found: Vec<Found>,
}

/// A diagnostic about one instance.
pub(crate) struct Found {
    pub(crate) diagnostic: Diagnostic,
    /// Of which repetitions its fix leaves the other elements alone.
    pub(crate) fixes: Own,
    /// Whether its level is lower already, because it rests on a default.
    pub(crate) is_lowered: bool,
}

impl Found {
    /// One that has no fix and rests on nothing.
    pub(crate) fn plain(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, fixes: Own::default(), is_lowered: false }
    }
}

impl<'a> Reporter<'a> {
    /// Starts a diagnostic about `value`: it sits on what made it when that has one use, else on
    /// its mention in the block; on the block's header when nothing of it stands in the source (an
    /// absent argument).
    pub fn report(&mut self, value: &Value, message: impl Into<String>) -> Finding<'_, 'a> {
        let place = self.block.and_then(|(_, block)| place_of(value, block, self.uses));
        let place = place.or_else(|| {
            let location = self.block.map(|(_, block)| block.header());
            let in_file = |step: &&Step| step.location.file != FileId::NOWHERE;
            let location =
                location.or_else(|| Some(value.origin().steps().find(in_file)?.location));
            Some(Place::at(location?))
        });
        let mut finding = self.start(place, message.into());
        finding.rests_on(value);
        finding
    }

    /// Starts a diagnostic about the block itself.
    pub fn report_block(&mut self, message: impl Into<String>) -> Finding<'_, 'a> {
        let place = self.block.map(|(_, block)| Place::at(block.header()));
        self.start(place, message.into())
    }

    pub(crate) fn start(&mut self, place: Option<Place>, message: String) -> Finding<'_, 'a> {
        let diagnostic = place.as_ref().map(|place| {
            let diagnostic =
                Diagnostic::new(self.rule.clone(), self.level, place.location, message);
            Diagnostic { related: place.related.clone(), flow: place.flow.clone(), ..diagnostic }
        });
        let fixes = Own::default();
        Finding { reporter: self, diagnostic, place, from_default: false, fixes }
    }

    /// Of a list that a rule page made, the first element that stands in the source; else `value`.
    pub(crate) fn first_placed(&self, value: Value) -> Value {
        let is_placed = |value: &Value| {
            let block = self.block.map(|(_, block)| block);
            block.is_some_and(|block| place_of(value, block, self.uses).is_some())
        };
        match value.kind() {
            ValueKind::Tuple(elements) if !is_placed(&value) => {
                elements.iter().find(|element| is_placed(element)).cloned().unwrap_or(value)
            }
            _ => value,
        }
    }

    /// The place of `value`, if it may be edited there.
    fn editable(&self, value: &Value) -> Option<Place> {
        let (_, block) = self.block?;
        place_of(value, block, self.uses).filter(|place| place.is_editable)
    }
}

/// A diagnostic being built; it is reported when dropped.
pub struct Finding<'r, 'a> {
    pub(crate) reporter: &'r mut Reporter<'a>,
    /// `None` when the value has no place at all, so that nothing can be reported.
    diagnostic: Option<Diagnostic>,
    place: Option<Place>,
    from_default: bool,
    fixes: Own,
}

impl Finding<'_, '_> {
    /// Reports it. Dropping it does the same; this says so.
    pub fn emit(self) {}

    /// Another level than the page's.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        if let Some(diagnostic) = &mut self.diagnostic {
            diagnostic.level = level;
        }
        self
    }

    /// Values that the judgement rests on besides the one at fault: when one rests on a default
    /// that callers may override, the level is one lower.
    #[must_use]
    pub fn because(mut self, values: &[&Value]) -> Self {
        for value in values {
            self.rests_on(value);
        }
        self
    }

    fn rests_on(&mut self, value: &Value) {
        let marks = value.marks_deep();
        self.from_default |= marks.contains(Marks::DEFAULT);
        if let Some(diagnostic) = &mut self.diagnostic {
            diagnostic.hides_source |= holds_secret(marks);
        }
    }

    /// A further place: where `value` comes from. Left out when it has none.
    #[must_use]
    pub fn related(mut self, value: &Value, message: impl Into<String>) -> Self {
        let block = self.reporter.block.map(|(_, block)| block);
        let place = block.and_then(|block| place_of(value, block, self.reporter.uses));
        if let (Some(diagnostic), Some(place)) = (&mut self.diagnostic, place)
            && place.location != diagnostic.location
        {
            diagnostic.hides_source |= holds_secret(value.marks_deep());
            // What is said of a place goes before how a value came by there.
            diagnostic.related.retain(|other| other.location != place.location);
            diagnostic
                .related
                .push(diagnostics::Related { message: message.into(), location: place.location });
        }
        self
    }

    /// Writes `with` instead of the value at fault; does nothing when it has several uses.
    #[must_use]
    pub fn replace(self, safety: Safety, title: impl Into<String>, with: &Value) -> Self {
        let place = self.place.clone().filter(|place| place.is_editable);
        let with = std::slice::from_ref(with);
        self.edit(safety, title, place.as_ref(), |tree, at| edit::replace(tree, at, with))
    }

    pub(crate) fn remove_element(self, safety: Safety, title: String, target: &Value) -> Self {
        let place = self.reporter.editable(target);
        self.edit(safety, title, place.as_ref(), edit::remove)
    }

    pub(crate) fn replace_value(
        self,
        safety: Safety,
        title: String,
        target: &Value,
        with: &[Value],
    ) -> Self {
        let place = self.reporter.editable(target);
        self.edit(safety, title, place.as_ref(), |tree, at| edit::replace(tree, at, with))
    }

    /// Adds `value` to the list that made `target`.
    #[must_use]
    pub fn insert_element(
        self,
        safety: Safety,
        title: impl Into<String>,
        target: &Value,
        value: &Value,
        first: bool,
    ) -> Self {
        let place = self.reporter.editable(target);
        self.edit(safety, title, place.as_ref(), |tree, at| edit::insert(tree, at, value, first))
    }

    /// Sets the argument `name` of the block to `value`.
    #[must_use]
    pub fn set_argument(
        self,
        safety: Safety,
        title: impl Into<String>,
        name: &str,
        value: &Value,
    ) -> Self {
        // Where a block is overridden its own text may not be what is in effect.
        let block = self.reporter.block.filter(|(_, place)| !place.is_overridden());
        let edits =
            block.and_then(|(block, place)| edit::set_argument(place.file, block, name, value));
        self.fix(safety, title, edits, Own::default())
    }

    /// A fix that edits at `place`.
    fn edit(
        self,
        safety: Safety,
        title: impl Into<String>,
        place: Option<&Place>,
        edit: impl FnOnce(&Tree, Location) -> Option<Vec<Edit>>,
    ) -> Self {
        let Some(&Place { location, own, .. }) = place else { return self };
        let tree = self.reporter.values.module().sources.tree(location.file);
        let is_repeated = edit::is_repeated(tree, location.range);
        let fixes = if is_repeated { Own::default() } else { own };
        self.fix(safety, title, edit(tree, location), fixes)
    }

    pub(crate) fn fix(
        mut self,
        safety: Safety,
        title: impl Into<String>,
        edits: Option<Vec<Edit>>,
        fixes: Own,
    ) -> Self {
        if let (Some(diagnostic), Some(edits)) = (&mut self.diagnostic, edits)
            && diagnostic.fix.is_none()
        {
            diagnostic.fix = Some(Fix { safety, title: title.into(), edits });
            self.fixes = fixes;
        }
        self
    }

    pub(crate) fn has_fix(&self) -> bool {
        self.diagnostic.as_ref().is_some_and(|diagnostic| diagnostic.fix.is_some())
    }
}

impl Drop for Finding<'_, '_> {
    fn drop(&mut self) {
        let Some(mut diagnostic) = self.diagnostic.take() else { return };
        let is_doubted = self.reporter.doubts_defaults || self.reporter.values.is_library();
        let is_lowered = self.from_default && is_doubted;
        if is_lowered {
            diagnostic.level = diagnostic.level.lowered();
        }
        let fixes = self.fixes;
        self.reporter.found.push(Found { diagnostic, fixes, is_lowered });
    }
}

/// Whether the source of a value with these marks is a secret. What is only concealed stands in no
/// source.
fn holds_secret(marks: Marks) -> bool {
    !marks.without(Marks::CONCEALED).is_printable()
}
