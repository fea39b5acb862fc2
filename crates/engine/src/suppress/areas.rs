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
    /// Of each area the last one before it that goes on behind its start. What stands behind the end
    /// of an area is in none of those between the two.
    outer: Vec<Option<usize>>,
}

impl Areas {
    /// Says that number `by` silences `pattern` in `area`; of several that say so the first counts.
    pub(super) fn add(&mut self, area: TextRange, pattern: &RulePattern, by: usize) {
        let silent = self.building.entry((area.start(), area.end())).or_default();
        silent.entry(pattern.clone()).or_insert(by);
    }

    /// Ends the building.
    pub(super) fn finish(self) -> Finder {
        let building = self.building.into_iter();
        let areas: Vec<_> =
            building.map(|((start, end), silent)| (TextRange::new(start, end), silent)).collect();
        let mut outer: Vec<Option<usize>> = Vec::with_capacity(areas.len());
        for (index, (area, _)) in areas.iter().enumerate() {
            let mut before = index.checked_sub(1);
            while let Some(at) = before
                && areas[at].0.end() <= area.start()
            {
                before = outer[at];
            }
            outer.push(before);
        }
        Finder { areas, outer }
    }
}

impl Finder {
    /// What silences `rule` at `offset`: the area that begins last, in it the pattern that says most.
    pub(super) fn find(&self, rule: &RuleId, offset: u32) -> Option<usize> {
        let patterns = patterns(rule);
        let begun = self.areas.partition_point(|(area, _)| area.start() <= offset);
        let mut next = begun.checked_sub(1);
        while let Some(at) = next {
            let (area, silent) = &self.areas[at];
            let is_inside = offset < area.end();
            let found = || patterns.iter().find_map(|pattern| silent.get(pattern));
            if let Some(by) = is_inside.then(found).flatten() {
                return Some(*by);
            }
            next = self.outer[at];
        }
        None
    }
}

/// Places of a file by the rule that they are about; each is found by whatever means that rule.
#[derive(Debug, Default)]
pub(super) struct Spots {
    /// None is in another one, so they are sorted by their ends as well as by their starts.
    places: BTreeMap<RulePattern, Vec<TextRange>>,
}

impl Spots {
    /// The spots that `all` tells of. The places of a rule overlap only where they are the same.
    pub(super) fn new(all: impl IntoIterator<Item = (RuleId, TextRange)>) -> Self {
        let mut spots = Self::default();
        for (rule, place) in all {
            for pattern in patterns(&rule) {
                spots.places.entry(pattern).or_default().push(place);
            }
        }
        spots.places.values_mut().for_each(|places| places.sort_unstable());
        spots
    }

    /// The first place in or across `area` of a rule that `pattern` means.
    pub(super) fn find(&self, pattern: &RulePattern, area: TextRange) -> Option<TextRange> {
        let places = self.places.get(pattern)?;
        let first = places.partition_point(|place| place.end() <= area.start());
        places.get(first).copied().filter(|place| place.start() < area.end())
    }
}

/// What means `rule`, the pattern that says most first.
pub(super) fn patterns(rule: &RuleId) -> [RulePattern; 3] {
    let pack = RulePattern::Pack(rule.pack().to_owned());
    [RulePattern::Rule(rule.clone()), pack, RulePattern::All]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_that_begins_last_counts() {
        let spans = [(0, 100), (10, 30), (12, 14), (20, 40), (35, 50), (60, 61), (60, 70)];
        let rule = RuleId::from_static("a/b");
        let mut areas = Areas::default();
        for (by, (start, end)) in spans.into_iter().enumerate() {
            areas.add(TextRange::new(start, end), &RulePattern::Rule(rule.clone()), by);
        }
        let finder = areas.finish();
        for offset in 0..110 {
            let spans = spans.iter().enumerate().rev();
            let mut around = spans.filter(|(_, (start, end))| (*start..*end).contains(&offset));
            let expect = around.next().map(|(by, _)| by);
            assert_eq!(finder.find(&rule, offset), expect, "{offset}");
        }
        assert_eq!(finder.find(&RuleId::from_static("a/c"), 12), None);
    }
}
