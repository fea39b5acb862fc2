//! Applies as many fixes of a round as can be applied without anything getting worse, and finds those
//! that cannot.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use diagnostics::RuleId;
use source::{FileId, Location};

use crate::Reason;
use crate::choose::{Choice, choose};
use crate::counts::{Area, Counts};
use crate::plan::{Planner, State};
use crate::sound::Reading;

/// Judgements after which no more is searched: what is not proved by then is given up.
const MAX_JUDGEMENTS: usize = 200;
/// Rounds that are looked ahead to see whether what got worse is mended by further fixes.
const MAX_AHEAD: usize = 8;

/// Areas in which something is worse, each with a rule that finds more there.
type Worse = BTreeMap<Area, RuleId>;

impl Planner<'_, '_> {
    /// The state after all of `choices` when nothing is worse than at the `begin`, else after those
    /// that do no harm.
    pub(crate) fn commit(&mut self, state: &State, choices: &[Choice], begin: &State) -> State {
        let all: Vec<usize> = (0..choices.len()).collect();
        if let Some(trial) = self.with(state, choices, &all, &BTreeMap::new()) {
            let mut division = Division::default();
            loop {
                let worse = self.worse(&trial, begin, &division);
                if worse.is_empty() {
                    return trial;
                }
                let elsewhere = match self.search(state, choices, begin, &division, &worse) {
                    Ok(found) => return found,
                    Err(elsewhere) => elsewhere,
                };
                if !division.widen(self, &elsewhere) || self.judgements >= MAX_JUDGEMENTS {
                    break;
                }
            }
        }
        let mut state = state.clone();
        state.left_out.ban_all(choices, &Reason::Unproved);
        state
    }

    /// The state after those of `choices` at `indices`, in which the others are left out, for
    /// `reasons` where they have some.
    fn with(
        &mut self,
        state: &State,
        choices: &[Choice],
        indices: &[usize],
        reasons: &BTreeMap<usize, RuleId>,
    ) -> Option<State> {
        let tried: BTreeSet<usize> = indices.iter().copied().collect();
        let mut state = state.clone();
        let others = choices.iter().enumerate().filter(|(index, _)| !tried.contains(index));
        for (index, choice) in others {
            let reason = reasons.get(&index).cloned().map_or(Reason::Unproved, Reason::Worse);
            state.left_out.ban_all(std::slice::from_ref(choice), &reason);
        }
        let tried: Vec<&Choice> = tried.iter().map(|index| &choices[*index]).collect();
        self.applied(&state, &tried)
    }

    /// Halves the fixes in each area that is `worse`, in all of them at once, until those that do
    /// harm are alone; or the areas in which harm shows although none of them is there.
    fn search(
        &mut self,
        state: &State,
        choices: &[Choice],
        begin: &State,
        division: &Division,
        worse: &Worse,
    ) -> Result<State, BTreeSet<Area>> {
        let mut areas = Areas::new(division);
        let mut tested = Tested::new();
        for (index, choice) in choices.iter().enumerate() {
            let area = areas.of(self, state, choice.place());
            tested.entry(area).or_default().push(index);
        }
        let mut search = Search::default();
        search.learn(tested, worse)?;
        loop {
            let is_over = self.judgements >= MAX_JUDGEMENTS;
            let tested = if is_over { Tested::new() } else { search.next() };
            let with: Vec<usize> =
                search.accepted.iter().chain(tested.values().flatten()).copied().collect();
            let trial = self.with(state, choices, &with, &search.reasons);
            let trial = trial.ok_or_else(BTreeSet::new)?;
            let worse = self.worse(&trial, begin, division);
            if tested.is_empty() && worse.is_empty() {
                return Ok(trial);
            }
            search.learn(tested, &worse)?;
        }
    }

    /// Where `state` is worse than the `begin`, and stays so when further fixes are applied there.
    fn worse(&mut self, state: &State, begin: &State, division: &Division) -> Worse {
        let mut ahead = state.clone();
        let mut rounds = MAX_AHEAD;
        loop {
            let worse = self.worse_now(&ahead, begin, division);
            if worse.is_empty() || rounds == 0 || self.judgements >= MAX_JUDGEMENTS {
                return worse;
            }
            let mut areas = Areas::new(division);
            let mut choices = choose(&ahead.found, &ahead.texts, self.request, &ahead.left_out);
            choices.retain(|choice| worse.contains_key(&areas.of(self, &ahead, choice.place())));
            let all: Vec<&Choice> = choices.iter().collect();
            let next = if all.is_empty() { None } else { self.applied(&ahead, &all) };
            let Some(next) = next else { return worse };
            ahead = next;
            rounds -= 1;
        }
    }

    fn worse_now(&mut self, state: &State, begin: &State, division: &Division) -> Worse {
        let directories = self.more_in_directories(state, begin);
        if directories.is_empty() || division.is_none() {
            return directories.into_iter().map(|(_, rule)| (Area::Everything, rule)).collect();
        }
        let [was, is] = [begin, state].map(|state| {
            let mut areas = Areas::new(division);
            Counts::of(&state.found, |place| areas.of(self, state, place))
        });
        let mut more = is.more_than(&was);
        // What a rule finds more in one block may be less in the next one.
        more.retain(|(area, rule)| {
            let directory = self.around(area);
            directories.contains(&(directory, rule.clone()))
        });
        more.into_iter().collect()
    }

    /// Whether nothing is worse than at the `begin`.
    pub(crate) fn is_within(&self, state: &State, begin: &State) -> bool {
        self.more_in_directories(state, begin).is_empty()
    }

    /// The rules that find more than at the `begin`, with the directories in which they do.
    fn more_in_directories(&self, state: &State, begin: &State) -> BTreeSet<(Area, RuleId)> {
        let [was, is] = [begin, state]
            .map(|state| Counts::of(&state.found, |place| self.directory(place.file)));
        is.more_than(&was)
    }

    fn directory(&self, file: FileId) -> Area {
        Area::Directory(self.request.files.get(file).directory().to_owned())
    }

    /// The directory that an area lies in.
    fn around(&self, area: &Area) -> Area {
        match area {
            Area::Item(file, _) => self.directory(*file),
            Area::Directory(_) | Area::Everything => area.clone(),
        }
    }
}

/// How files are divided into areas: each argument or block of a file is one, but for the wider
/// areas that are to stay whole.
#[derive(Default)]
struct Division {
    whole: BTreeSet<Area>,
}

impl Division {
    /// Whether all is one area.
    fn is_none(&self) -> bool {
        self.whole.contains(&Area::Everything)
    }

    /// Makes wider areas of `areas`; gives whether there are any.
    fn widen(&mut self, planner: &Planner<'_, '_>, areas: &BTreeSet<Area>) -> bool {
        let mut is_wider = false;
        for area in areas {
            is_wider |= self.whole.insert(match area {
                Area::Item(file, _) => planner.directory(*file),
                Area::Directory(_) | Area::Everything => Area::Everything,
            });
        }
        is_wider
    }
}

/// The areas of places in one state of the files.
struct Areas<'d> {
    division: &'d Division,
    readings: BTreeMap<FileId, Rc<Reading>>,
}

impl<'d> Areas<'d> {
    fn new(division: &'d Division) -> Self {
        Self { division, readings: BTreeMap::new() }
    }

    fn of(&mut self, planner: &mut Planner<'_, '_>, state: &State, place: Location) -> Area {
        if self.division.is_none() {
            return Area::Everything;
        }
        let directory = planner.directory(place.file);
        if self.division.whole.contains(&directory) {
            return directory;
        }
        let reading = self.readings.entry(place.file).or_insert_with(|| {
            let text = planner.text(state, place.file);
            planner.reading(place.file, &text)
        });
        Area::Item(place.file, reading.item(place.range.start()))
    }
}

/// By the area, a group of fixes.
type Tested = BTreeMap<Area, Vec<usize>>;

/// What is known of the fixes of a round.
#[derive(Default)]
struct Search {
    /// Those that do no harm.
    accepted: Vec<usize>,
    /// By the area, groups that are still to be tried.
    groups: BTreeMap<Area, Vec<Vec<usize>>>,
    /// Those that do harm, with a rule that finds more then.
    reasons: BTreeMap<usize, RuleId>,
}

impl Search {
    /// Takes note of which of the groups that were `tested` at once did harm; or the areas in which
    /// something is `worse` although none of them is there.
    fn learn(&mut self, tested: Tested, worse: &Worse) -> Result<(), BTreeSet<Area>> {
        let elsewhere = worse.keys().filter(|area| !tested.contains_key(area));
        let elsewhere: BTreeSet<Area> = elsewhere.cloned().collect();
        if !elsewhere.is_empty() {
            return Err(elsewhere);
        }
        for (area, group) in tested {
            match (worse.get(&area), group.as_slice()) {
                (None, _) => self.accepted.extend(group),
                (Some(rule), [single]) => drop(self.reasons.insert(*single, rule.clone())),
                (Some(_), _) => self.groups.entry(area).or_default().extend(halves(group)),
            }
        }
        Ok(())
    }

    /// One group of each area.
    fn next(&mut self) -> Tested {
        let groups = self.groups.iter_mut();
        groups.filter_map(|(area, groups)| Some((area.clone(), groups.pop()?))).collect()
    }
}

/// The two halves of a group of several that does harm, the second first: the last one is taken next.
pub(crate) fn halves<T>(mut group: Vec<T>) -> [Vec<T>; 2] {
    let second = group.split_off(group.len() / 2);
    [second, group]
}
