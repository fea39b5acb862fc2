//! Compares blocks with the schemas of their providers: the rules of the pack `schema`. Never reads
//! files.

mod arguments;
mod blocks;
mod calls;
#[cfg(test)]
mod calls_tests;
mod certainty;
mod doubt;
mod dynamic;
mod evaluate;
mod frames;
mod literal;
mod plan;
mod references;
mod references_known;
mod references_places;
#[cfg(test)]
mod references_places_tests;
mod references_schema;
#[cfg(test)]
mod references_tests;
mod references_walk;
mod resource;
mod shared;
mod supersede;
mod types;
mod value;
mod values;
mod versions;
mod walk;

use diagnostics::{Diagnostic, Level, RuleId};

use crate::{BuiltinRule, RuleCode, SchemaRule};

pub(crate) use plan::Finding;
pub(crate) use resource::Conformance;
pub(crate) use shared::Shared;
pub(crate) use supersede::Superseded;

/// The rules of a run that rest on schemas.
pub(crate) struct SchemaRules {
    /// For each of them, where it runs, its id, its level, and its place among all rules.
    rules: Vec<Option<(RuleId, Level, usize)>>,
}

/// The rules that judge values, so that they may find more where other values are known.
const ABOUT_VALUES: &[SchemaRule] = &[
    SchemaRule::ReadOnlyArgument,
    SchemaRule::MissingArgument,
    SchemaRule::MissingBlock,
    SchemaRule::TooManyBlocks,
    SchemaRule::WrongType,
    SchemaRule::UnknownValue,
    SchemaRule::ValuePattern,
    SchemaRule::ValueLength,
    SchemaRule::ValueRange,
    SchemaRule::MalformedArn,
    SchemaRule::MalformedCidr,
    SchemaRule::MalformedJson,
    SchemaRule::MalformedPolicy,
];

/// The rules that look at blocks and not at whole modules.
fn is_about_blocks(rule: SchemaRule) -> bool {
    !matches!(
        rule,
        SchemaRule::UnknownAttribute
            | SchemaRule::UnknownModuleArgument
            | SchemaRule::MissingModuleArgument
    )
}

impl SchemaRules {
    /// Those among `rules`.
    pub(crate) fn new(rules: &[BuiltinRule]) -> Self {
        let mut found = vec![None; SchemaRule::ALL.len()];
        for (at, rule) in rules.iter().enumerate() {
            if let RuleCode::Schema(which) = rule.code {
                found[which as usize] = Some((RuleId::from_static(rule.id), rule.level, at));
            }
        }
        Self { rules: found }
    }

    /// Whether `rule` is among them.
    pub(crate) fn runs(&self, rule: SchemaRule) -> bool {
        self.rules[rule as usize].is_some()
    }

    /// Whether any of them looks at blocks.
    pub(crate) fn look_at_blocks(&self) -> bool {
        SchemaRule::ALL.iter().any(|rule| is_about_blocks(*rule) && self.runs(*rule))
    }

    /// Whether any of them looks at whole modules.
    pub(crate) fn look_at_modules(&self) -> bool {
        SchemaRule::ALL.iter().any(|rule| !is_about_blocks(*rule) && self.runs(*rule))
    }

    /// Whether any of them judges values.
    pub(crate) fn judge_values(&self) -> bool {
        ABOUT_VALUES.iter().any(|rule| self.runs(*rule))
    }

    /// Those that judge values.
    pub(crate) fn about_values(&self) -> Vec<RuleId> {
        ABOUT_VALUES.iter().filter_map(|rule| self.get(*rule)).map(|(id, _)| id).collect()
    }

    /// The place among all rules of the first one, on which the time of all is booked: they share
    /// one walk.
    pub(crate) fn first(&self) -> Option<usize> {
        self.rules.iter().flatten().map(|(.., at)| *at).min()
    }

    /// Its id and level.
    fn get(&self, rule: SchemaRule) -> Option<(RuleId, Level)> {
        self.rules[rule as usize].as_ref().map(|(id, level, _)| (id.clone(), *level))
    }

    /// The finding as a diagnostic; `None` when its rule does not run.
    fn diagnostic(&self, finding: Finding) -> Option<Diagnostic> {
        let (id, level) = self.get(finding.rule)?;
        let level = finding.level.unwrap_or(level);
        let diagnostic = Diagnostic::new(id, level, finding.location, finding.message);
        let Finding { related, fix, .. } = finding;
        Some(Diagnostic { related, fix, ..diagnostic })
    }
}

/// Where those rules put what they find that look at a whole module and not at a block.
pub(crate) struct OfModule<'r> {
    rules: &'r SchemaRules,
    found: Vec<Diagnostic>,
}

impl OfModule<'_> {
    /// Whether `rule` runs.
    pub(crate) fn runs(&self, rule: SchemaRule) -> bool {
        self.rules.runs(rule)
    }

    /// Adds a finding; does nothing when its rule does not run.
    pub(crate) fn add(&mut self, finding: Finding) {
        self.found.extend(self.rules.diagnostic(finding));
    }
}
