//! Diagnostics as SARIF results.

use std::fmt::Write as _;

use diagnostics::{Diagnostic, Edit, Fix, Level, Related};
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, CodeFlow, Fix as SarifFix, Location as SarifLocation, Message,
    Replacement, Result as SarifResult, ResultLevel, ThreadFlow, ThreadFlowLocation,
};
use source::FileId;

use super::place::Places;
use super::rules::Rules;
use super::{message, without_links};
use crate::{escape, qualifier};

/// So many instances of a diagnostic are listed.
const CONTEXT_LIMIT: usize = 20;
/// GitHub keeps so many locations of a result.
const RELATED_LIMIT: usize = 100;
/// GitHub keeps so many steps of all flows of a result.
const FLOW_LIMIT: usize = 1_000;

/// Turns diagnostics into results.
pub(super) struct Results<'r, 'a> {
    pub(super) rules: &'r Rules<'r>,
    pub(super) places: &'r mut Places<'a>,
}

impl Results<'_, '_> {
    /// The result of diagnostics that say the same of the same place. What the first one has beside
    /// its message stands for all, but for the related places.
    pub(super) fn result(&mut self, group: &[&Diagnostic]) -> SarifResult {
        let diagnostic = group[0];
        let places = related(group);
        let id = diagnostic.rule.as_str();
        let fingerprint = self.places.fingerprint(diagnostic.location);
        let mut result = SarifResult::builder()
            .rule_id(id)
            .rule_index(self.rules.index(id))
            .level(level(diagnostic.level))
            .message(Message::builder().text(text(group, &places)).build())
            .locations(vec![self.places.location(diagnostic.location)])
            .build();
        result.partial_fingerprints =
            fingerprint.map(|hash| [("primaryLocationLineHash".to_owned(), hash)].into());
        let related = self.related(&places);
        result.related_locations = (!related.is_empty()).then_some(related);
        let flows = self.flows(group);
        result.code_flows = (!flows.is_empty()).then_some(flows);
        result.fixes = diagnostic.fix.as_ref().map(|fix| vec![self.fix(fix)]);
        result
    }

    /// The ways of the values at fault, each once. GitHub shows a step by its message.
    fn flows(&self, group: &[&Diagnostic]) -> Vec<CodeFlow> {
        let mut ways: Vec<&[Related]> = Vec::new();
        let mut steps = 0;
        for way in group.iter().map(|diagnostic| &diagnostic.flow[..]) {
            if !way.is_empty() && !ways.contains(&way) && steps + way.len() <= FLOW_LIMIT {
                steps += way.len();
                ways.push(way);
            }
        }
        let step = |step: &Related| {
            let mut location = self.places.location(step.location);
            location.message = Some(message(&step.message));
            ThreadFlowLocation::builder().location(location).build()
        };
        let flow = |way: &&[Related]| {
            let steps = way.iter().map(step).collect::<Vec<_>>();
            let thread = ThreadFlow::builder().locations(steps).build();
            CodeFlow::builder().thread_flows(vec![thread]).build()
        };
        ways.iter().map(flow).collect()
    }

    /// The related places with the numbers by which the message links to them.
    fn related(&self, related: &[&Related]) -> Vec<SarifLocation> {
        related
            .iter()
            .zip(1..)
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

/// The related places of all, each once.
fn related<'a>(group: &[&'a Diagnostic]) -> Vec<&'a Related> {
    let mut places: Vec<&Related> = Vec::new();
    for place in group.iter().flat_map(|diagnostic| &diagnostic.related) {
        if places.len() < RELATED_LIMIT && !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// For which instances and when the diagnostics hold, in brackets.
fn contexts(group: &[&Diagnostic]) -> String {
    // Where one holds always, the others say nothing new.
    let Some(all) =
        group.iter().map(|diagnostic| qualifier(diagnostic)).collect::<Option<Vec<_>>>()
    else {
        return String::new();
    };
    let mut listed = all;
    let more = listed.len().saturating_sub(CONTEXT_LIMIT);
    listed.truncate(CONTEXT_LIMIT);
    let mut text = listed.join("; ");
    if more > 0 {
        let _ = write!(text, "; and {more} more");
    }
    format!(" ({text})")
}

/// The message as a sentence (GitHub makes the first one the title), then links to the related
/// places, without which GitHub does not show them.
fn text(group: &[&Diagnostic], related: &[&Related]) -> String {
    let plain = format!("{}{}", escape(&group[0].message), escape(&contexts(group)));
    let mut text = format!("{}.", without_links(&plain));
    for (place, id) in related.iter().zip(1..) {
        let lead = if id == 1 { " See" } else { "," };
        let link = without_links(&escape(&place.message));
        let _ = write!(text, "{lead} [{link}]({id})");
    }
    if !related.is_empty() {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use diagnostics::RuleId;
    use source::{Location, TextRange};

    use super::*;

    #[test]
    fn instances_are_listed_in_one_message() {
        let place = Location::new(FileId(0), TextRange::empty(0));
        let mut one = Diagnostic::new(RuleId::from_static("a/b"), Level::Error, place, "wrong");
        one.instance = Some("[\"eu\"]".to_owned());
        let mut two = one.clone().with_related(place, "here");
        two.instance = Some("[\"us\"]".to_owned());
        two.when = Some("when `var.x` is true".to_owned());
        let group = [&one, &two];
        let expect =
            r#"wrong (instance \["eu"\]; instance \["us"\], when `var.x` is true). See [here](1)."#;
        assert_eq!(text(&group, &related(&group)), expect);
        let mut always = one.clone();
        always.instance = None;
        assert_eq!(text(&[&one, &always], &[]), "wrong.");
        let many = vec![&one; CONTEXT_LIMIT + 2];
        assert!(text(&many, &[]).ends_with("; and 2 more)."));
    }
}
