//! Applies as many fixes of a round as can be applied without anything getting worse, and finds those
//! that cannot.

use std::collections::{BTreeMap, BTreeSet};

use crate::choose::{Choice, choose};
use crate::counts::{Counts, directory};
use crate::plan::{Planner, State};

/// Judgements after which no more is searched: what is not proved by then is given up.
const MAX_JUDGEMENTS: usize = 200;
/// Rounds that are looked ahead to see whether what got worse is mended by further fixes.
const MAX_AHEAD: usize = 3;

/// Names of directories.
type Directories = BTreeSet<String>;
/// By the directory, groups of fixes that are still to be tried.
type Groups = BTreeMap<String, Vec<Vec<usize>>>;

impl Planner<'_, '_> {
    /// The state after all of `choices` when nothing gets worse, else after those that do no harm.
    pub(crate) fn commit(&mut self, state: &State, choices: &[Choice], limits: &Counts) -> State {
        let all: Vec<usize> = (0..choices.len()).collect();
        let Some(trial) = self.with(state, choices, &all) else {
            return without(state, choices);
        };
        let worse = self.worse_in(&trial, limits);
        if worse.is_empty() {
            return trial;
        }
        let found = self.search_directories(state, choices, &worse, limits);
        found.unwrap_or_else(|| self.search_all(state, choices, limits))
    }

    /// The state after those of `choices` at `indices`, in which the others are left out.
    fn with(&mut self, state: &State, choices: &[Choice], indices: &[usize]) -> Option<State> {
        let (tried, others): (Vec<_>, Vec<_>) =
            choices.iter().enumerate().partition(|(index, _)| indices.contains(index));
        let [tried, others] = [tried, others]
            .map(|list| list.into_iter().map(|(_, choice)| choice).collect::<Vec<_>>());
        self.applied(state, &tried, &others)
    }

    /// The directories in which something is worse, and stays so when further fixes are applied there.
    fn worse_in(&mut self, state: &State, limits: &Counts) -> Directories {
        let mut ahead = state.clone();
        for round in 0.. {
            let counts = Counts::of(&ahead.found, self.request.files);
            let worse: Directories =
                limits.worse_in(&counts).into_iter().map(str::to_owned).collect();
            let is_end = round == MAX_AHEAD || self.judgements >= MAX_JUDGEMENTS;
            if worse.is_empty() || is_end {
                return worse;
            }
            let mut choices = choose(&ahead.found, &ahead.texts, self.request, &ahead.left_out);
            choices.retain(|choice| worse.contains(self.directory(choice)));
            let all: Vec<&Choice> = choices.iter().collect();
            let next = if all.is_empty() { None } else { self.applied(&ahead, &all, &[]) };
            match next {
                Some(next) => ahead = next,
                None => return worse,
            }
        }
        Directories::new()
    }

    /// The directory of the first file that a choice edits.
    fn directory(&self, choice: &Choice) -> &str {
        let file = choice.files().next();
        file.map_or("", |file| directory(self.request.files.get(file).path()))
    }

    /// Halves the fixes in each directory that is `worse`, in all of them at once, until those that
    /// do harm are alone. `None` when it cannot be told in which directory they are.
    fn search_directories(
        &mut self,
        state: &State,
        choices: &[Choice],
        worse: &Directories,
        limits: &Counts,
    ) -> Option<State> {
        let (mut groups, mut accepted) = self.groups(choices, worse);
        loop {
            let tested: BTreeMap<&String, Vec<usize>> = groups
                .iter_mut()
                .filter_map(|(directory, groups)| Some((directory, groups.pop()?)))
                .collect();
            let is_end = tested.is_empty();
            let with: Vec<usize> =
                accepted.iter().chain(tested.values().flatten()).copied().collect();
            let trial = self.with(state, choices, &with)?;
            let worse = self.worse_in(&trial, limits);
            if is_end {
                return worse.is_empty().then_some(trial);
            }
            if !worse.iter().all(|directory| tested.contains_key(directory)) {
                return None;
            }
            let mut split = Vec::new();
            for (directory, group) in tested {
                if worse.contains(directory) {
                    split.push((directory.clone(), group));
                } else {
                    accepted.extend(group);
                }
            }
            for (directory, group) in split {
                groups.entry(directory).or_default().extend(halves(group));
            }
        }
    }

    /// The fixes in the directories that are `worse`, halved as together they did harm, and the others.
    fn groups(&self, choices: &[Choice], worse: &Directories) -> (Groups, Vec<usize>) {
        let mut suspects: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut others = Vec::new();
        for (index, choice) in choices.iter().enumerate() {
            let directory = self.directory(choice);
            if worse.contains(directory) {
                suspects.entry(directory.to_owned()).or_default().push(index);
            } else {
                others.push(index);
            }
        }
        let groups = suspects.into_iter().map(|(directory, group)| (directory, halves(group)));
        (groups.collect(), others)
    }

    /// The same over all fixes, one group after the other.
    fn search_all(&mut self, state: &State, choices: &[Choice], limits: &Counts) -> State {
        let mut groups = halves((0..choices.len()).collect());
        let mut accepted: Vec<usize> = Vec::new();
        let mut best = None;
        while let Some(group) = groups.pop() {
            if self.judgements >= MAX_JUDGEMENTS {
                break;
            }
            let with: Vec<usize> = accepted.iter().chain(&group).copied().collect();
            let trial = self.with(state, choices, &with);
            match trial.filter(|trial| self.worse_in(trial, limits).is_empty()) {
                Some(trial) => {
                    accepted = with;
                    best = Some(trial);
                }
                None => groups.extend(halves(group)),
            }
        }
        best.unwrap_or_else(|| without(state, choices))
    }
}

/// The two halves of a group that does harm, the second first: the last one is taken next. None of a
/// single one, which is the one that does.
fn halves(mut group: Vec<usize>) -> Vec<Vec<usize>> {
    if group.len() < 2 {
        return Vec::new();
    }
    let second = group.split_off(group.len() / 2);
    vec![second, group]
}

/// `state` with all of `choices` left out.
fn without(state: &State, choices: &[Choice]) -> State {
    let mut state = state.clone();
    state.left_out.bans.extend(choices.iter().flat_map(|choice| choice.keys.clone()));
    state
}
