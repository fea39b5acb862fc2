//! Takes out what a more special rule says in the same place.

use std::collections::{HashMap, HashSet};

use diagnostics::Diagnostic;
use source::Location;

use crate::BuiltinRule;

/// Which rules stand for which others.
pub(crate) struct Superseded {
    by_rule: HashMap<&'static str, &'static [&'static str]>,
}

impl Superseded {
    pub(crate) fn new(rules: &[BuiltinRule]) -> Self {
        let rules = rules.iter().filter(|rule| !rule.supersedes.is_empty());
        Self { by_rule: rules.map(|rule| (rule.id, rule.supersedes)).collect() }
    }

    /// Removes the findings of rules that another one stands for in the same place.
    pub(crate) fn remove_from(&self, diagnostics: &mut Vec<Diagnostic>) {
        if self.by_rule.is_empty() {
            return;
        }
        let mut told: HashSet<(&'static str, Location)> = HashSet::new();
        for diagnostic in diagnostics.iter() {
            let general = self.by_rule.get(diagnostic.rule.as_str()).copied().unwrap_or_default();
            told.extend(general.iter().map(|rule| (*rule, diagnostic.location)));
        }
        if !told.is_empty() {
            diagnostics.retain(|it| !told.contains(&(it.rule.as_str(), it.location)));
        }
    }
}
