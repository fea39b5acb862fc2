//! Diagnostics as SARIF results.

use std::fmt::Write as _;

use diagnostics::{Diagnostic, Edit, Fix, Level};
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, Fix as SarifFix, Location as SarifLocation, Message,
    Replacement, Result as SarifResult, ResultLevel,
};
use source::FileId;

use super::place::Places;
use super::rules::Rules;
use super::{message, without_links};
use crate::{context, escape};

/// GitHub keeps so many locations of a result.
const RELATED_LIMIT: usize = 100;

/// Turns diagnostics into results.
pub(super) struct Results<'r, 'a> {
    pub(super) rules: &'r Rules<'r>,
    pub(super) places: &'r mut Places<'a>,
}

impl Results<'_, '_> {
    pub(super) fn result(&mut self, diagnostic: &Diagnostic) -> SarifResult {
        let id = diagnostic.rule.as_str();
        let fingerprint = self.places.fingerprint(diagnostic.location);
        let mut result = SarifResult::builder()
            .rule_id(id)
            .rule_index(self.rules.index(id))
            .level(level(diagnostic.level))
            .message(Message::builder().text(text(diagnostic)).build())
            .locations(vec![self.places.location(diagnostic.location)])
            .build();
        result.partial_fingerprints =
            fingerprint.map(|hash| [("primaryLocationLineHash".to_owned(), hash)].into());
        let related = self.related(diagnostic);
        result.related_locations = (!related.is_empty()).then_some(related);
        result.fixes = diagnostic.fix.as_ref().map(|fix| vec![self.fix(fix)]);
        result
    }

    /// The related places with the numbers by which the message links to them.
    fn related(&self, diagnostic: &Diagnostic) -> Vec<SarifLocation> {
        let related = diagnostic.related.iter().take(RELATED_LIMIT).zip(1..);
        related
            .map(|(related, id)| {
                let mut location = self.places.location(related.location);
                location.id = Some(id);
                location.message = Some(message(&related.message));
                location
            })
            .collect()
    }

    fn fix(&self, fix: &Fix) -> SarifFix {
        let mut changes: Vec<(FileId, Vec<Replacement>)> = Vec::new();
        for edit in &fix.edits {
            let file = edit.location.file;
            let replacement = self.replacement(edit);
            match changes.iter_mut().find(|(other, _)| *other == file) {
                Some((_, replacements)) => replacements.push(replacement),
                None => changes.push((file, vec![replacement])),
            }
        }
        let changes = changes.into_iter().map(|(file, replacements)| {
            ArtifactChange::builder()
                .artifact_location(self.places.artifact(file))
                .replacements(replacements)
                .build()
        });
        SarifFix::builder()
            .description(message(&fix.title))
            .artifact_changes(changes.collect::<Vec<_>>())
            .build()
    }

    fn replacement(&self, edit: &Edit) -> Replacement {
        // An empty text stays: reviewdog crashes without `insertedContent`.
        Replacement::builder()
            .deleted_region(self.places.region(edit.location))
            .inserted_content(ArtifactContent::builder().text(edit.text.as_str()).build())
            .build()
    }
}

fn level(level: Level) -> ResultLevel {
    match level {
        Level::Error => ResultLevel::Error,
        Level::Warning => ResultLevel::Warning,
        Level::Note => ResultLevel::Note,
    }
}

/// The message as a sentence (GitHub makes the first one the title), then links to the related
/// places, without which GitHub does not show them.
fn text(diagnostic: &Diagnostic) -> String {
    let plain = format!("{}{}", escape(&diagnostic.message), escape(&context(diagnostic)));
    let mut text = format!("{}.", without_links(&plain));
    for (related, id) in diagnostic.related.iter().take(RELATED_LIMIT).zip(1..) {
        let lead = if id == 1 { " See" } else { "," };
        let link =
            escape(&related.message).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
        let _ = write!(text, "{lead} [{link}]({id})");
    }
    if !diagnostic.related.is_empty() {
        text.push('.');
    }
    text
}
