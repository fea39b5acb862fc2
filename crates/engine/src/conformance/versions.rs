//! Tells what a provider has in other versions only than those that are met. Never evaluates anything.

use diagnostics::Fix;
use schema::{Provider, Snapshots};
use source::Location;

use super::arguments::renamed;
use super::plan::Finding;
use super::walk::{Scope, Walk};
use crate::SchemaRule;

impl<'a> Walk<'_, 'a> {
    /// Whether an argument or nested block of that name is in other versions; if so, tells it.
    pub(super) fn is_in_other_versions(
        &mut self,
        scope: &Scope<'_, 'a>,
        name: &str,
        location: Location,
    ) -> bool {
        let body = scope.schema.body;
        let attributes = body.attributes_named(name).filter(|one| one.is_settable());
        let attributes = attributes.map(|one| (one.presence(), one.replaced_by()));
        let blocks = body.blocks_named(name).map(|one| (one.presence(), one.replaced_by()));
        let mut presence = Snapshots::NONE;
        let mut replacement = None;
        for (known, replaced_by) in attributes.chain(blocks) {
            presence = presence.union(known);
            replacement = replaced_by.or(replacement);
        }
        if presence.is_empty() {
            return false;
        }
        if self.rules.runs(SchemaRule::ArgumentNotInVersion) {
            let owner = self.plan.shown(scope.owner);
            let words = self.provider.words();
            let selected = scope.schema.selection.snapshots;
            let when = when(self.provider.provider, presence, selected);
            let instead = replacement.map(|it| format!(", use `{it}`")).unwrap_or_default();
            let message = format!("{owner} has no `{name}` in {words}: {when}{instead}");
            let fix: Option<Fix> = renamed(scope, location, (name, replacement));
            self.add(
                scope,
                Finding {
                    rule: SchemaRule::ArgumentNotInVersion,
                    level: None,
                    location,
                    message,
                    related: Vec::new(),
                    fix,
                },
            );
        }
        true
    }
}

/// In which versions something is that the selected ones do not have, in words.
pub(super) fn when(provider: Provider<'_>, presence: Snapshots, selected: Snapshots) -> String {
    let version = |number: Option<usize>| provider.versions().nth(number?);
    let is_before = presence.newest() < selected.oldest();
    let is_after = presence.oldest() > selected.newest();
    match (version(presence.oldest()), version(presence.newest())) {
        (_, Some(last)) if is_before => format!("the last version known to have it is {last}"),
        (Some(first), _) if is_after => format!("the first version known to have it is {first}"),
        (Some(first), Some(last)) if first == last => format!("it is known of {first} only"),
        (Some(first), Some(last)) => format!("it is known of versions from {first} to {last}"),
        _ => "other versions have it".to_owned(),
    }
}
