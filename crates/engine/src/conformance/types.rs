//! Judges the types of resources and data sources: whether the provider has them. Never looks into
//! blocks.

use diagnostics::{Edit, Fix, Level, Safety};
use module::{ProviderInUse, Resource, ResourceMode};
use rulebook::did_you_mean;
use schema::{BlockType, Kind};
use source::Location;

use super::SchemaRules;
use super::certainty::of_unknown_name;
use super::plan::Finding;
use super::versions::when;
use crate::SchemaRule;

/// A type in front of the provider that should have it.
pub(super) struct Judged<'t, 'a> {
    pub(super) rules: &'t SchemaRules,
    pub(super) provider: &'t ProviderInUse<'a>,
    pub(super) resource: &'t Resource<'a>,
}

/// The kind of block type that describes resources of a mode.
pub(super) const fn kind_of(mode: ResourceMode) -> Kind {
    match mode {
        ResourceMode::Managed => Kind::Resource,
        ResourceMode::Data => Kind::Data,
    }
}

const fn kind_in_words(mode: ResourceMode) -> &'static str {
    match mode {
        ResourceMode::Managed => "a resource type",
        ResourceMode::Data => "a data source",
    }
}

impl<'a> Judged<'_, 'a> {
    /// The type, where some version that may be met has it; and what is wrong with it.
    pub(super) fn find(&self) -> (Option<BlockType<'a>>, Option<Finding>) {
        let ProviderInUse { provider, selection, .. } = self.provider;
        let name = &*self.resource.block_type;
        let Some(found) = provider.find(kind_of(self.resource.mode), name) else {
            return (None, self.unknown());
        };
        if !found.presence().intersects(selection.snapshots) {
            return (None, self.in_other_versions(found));
        }
        (Some(found), self.deprecated(found))
    }

    /// The type in words, with its kind.
    fn shown(&self, mode: ResourceMode) -> String {
        let name = &self.resource.block_type;
        match mode {
            ResourceMode::Managed => format!("the resource type `{name}`"),
            ResourceMode::Data => format!("the data source `{name}`"),
        }
    }

    /// Where the type stands.
    fn place(&self) -> Location {
        let declared = &self.resource.declared;
        let label = declared.block.labels().next();
        label.map_or_else(|| declared.header(), |it| Location::new(declared.file, it.range()))
    }

    fn finding(&self, rule: SchemaRule, level: Option<Level>, message: String) -> Finding {
        Finding { rule, level, location: self.place(), message, related: Vec::new(), fix: None }
    }

    fn unknown(&self) -> Option<Finding> {
        if !self.rules.runs(SchemaRule::UnknownType) {
            return None;
        }
        let ProviderInUse { provider, selection, .. } = self.provider;
        let (name, mode) = (&*self.resource.block_type, self.resource.mode);
        let other = match mode {
            ResourceMode::Managed => ResourceMode::Data,
            ResourceMode::Data => ResourceMode::Managed,
        };
        let is_selected = |found: &BlockType<'_>| found.presence().intersects(selection.snapshots);
        let is_other = provider.find(kind_of(other), name).is_some_and(|found| is_selected(&found));
        let types = provider.types(kind_of(mode)).filter(is_selected).map(BlockType::name);
        let meant = if is_other { None } else { did_you_mean(name, types) };
        // A name that is known for another kind is no slip, but may be added for this one.
        let level = of_unknown_name(*selection, name, meant)?;
        let hint = match meant {
            _ if is_other => format!("; there is {} of that name", kind_in_words(other)),
            Some(meant) => format!("; did you mean `{meant}`?"),
            None if selection.may_be_newer => "; a newer version may have it".to_owned(),
            None => String::new(),
        };
        let (shown, words) = (self.shown(mode), self.provider.words());
        let message = format!("{shown} does not exist in {words}{hint}");
        let fix = meant.and_then(|meant| self.rename(meant));
        Some(Finding { fix, ..self.finding(SchemaRule::UnknownType, Some(level), message) })
    }

    /// A fix that writes another type; not in JSON, where many blocks may share the word.
    fn rename(&self, name: &str) -> Option<Fix> {
        let declared = &self.resource.declared;
        if declared.block.tree().is_json() || declared.is_overridden() {
            return None;
        }
        let edits = vec![Edit { location: self.place(), text: format!("\"{name}\"") }];
        Some(Fix { safety: Safety::Unsafe, title: format!("rename to `{name}`"), edits })
    }

    fn in_other_versions(&self, found: BlockType<'_>) -> Option<Finding> {
        let ProviderInUse { provider, selection, .. } = self.provider;
        let rule = SchemaRule::ArgumentNotInVersion;
        if !self.rules.runs(rule) {
            return None;
        }
        let when = when(*provider, found.presence(), selection.snapshots);
        let instead = found.replaced_by().map(|it| format!(", use `{it}`")).unwrap_or_default();
        let (shown, words) = (self.shown(self.resource.mode), self.provider.words());
        let message = format!("{shown} does not exist in {words}: {when}{instead}");
        Some(self.finding(rule, None, message))
    }

    fn deprecated(&self, found: BlockType<'_>) -> Option<Finding> {
        let rule = SchemaRule::DeprecatedType;
        if !found.is_deprecated(self.provider.selection) || !self.rules.runs(rule) {
            return None;
        }
        let instead = found.replaced_by().map(|it| format!("; use `{it}`")).unwrap_or_default();
        let (shown, words) = (self.shown(self.resource.mode), self.provider.words());
        let message = format!("{shown} is deprecated in {words}{instead}");
        Some(self.finding(rule, None, message))
    }
}
