//! The pieces of a file in which rules are silent, found by place.

use std::collections::BTreeMap;

use diagnostics::RuleId;
use rulebook::RulePattern;
use source::TextRange;

/// Areas of one sort with what is silent in each.
#[derive(Debug, Default)]
pub(super) struct Areas {
    /// By start and end.
    building: BTreeMap<(u32, u32), BTreeMap<RulePattern, usize>>,
}

/// The areas of a file, ready to be asked.
#[derive(Debug)]
pub(super) struct Finder {
    areas: Vec<(TextRange, BTreeMap<RulePattern, usize>)>,
    /// The greatest end of each area and all before it.
    ends: Vec<u32>,
}

impl Areas {
    /// Says that number `by` silences `pattern` in `area`; of several that say so the first counts.
    pub(super) fn add(&mut self, area: TextRange, pattern: &RulePattern, by: usize) {
        let silent = self.building.entry((area.start(), area.end())).or_default();
        silent.entry(pattern.clone()).or_insert(by);
    }

    /// Ends the building.
    pub(super) fn finish(self) -> Finder {
        let mut areas = Vec::with_capacity(self.building.len());
        let mut ends: Vec<u32> = Vec::with_capacity(self.building.len());
        for ((start, end), silent) in self.building {
            ends.push(ends.last().map_or(end, |last| end.max(*last)));
            areas.push((TextRange::new(start, end), silent));
        }
        Finder { areas, ends }
    }
}

impl Finder {
    /// What silences `rule` at `offset`: the area that begins last, in it the pattern that says most.
    pub(super) fn find(&self, rule: &RuleId, offset: u32) -> Option<usize> {
        let mut at = self.areas.partition_point(|(area, _)| area.start() <= offset);
        while at > 0 && self.ends[at - 1] > offset {
            at -= 1;
            let (area, silent) = &self.areas[at];
            if offset < area.end() {
                let patterns = [
                    RulePattern::Rule(rule.clone()),
                    RulePattern::Pack(rule.pack().to_owned()),
                    RulePattern::All,
                ];
                if let Some(by) = patterns.iter().find_map(|pattern| silent.get(pattern)) {
                    return Some(*by);
                }
            }
        }
        None
    }
}
