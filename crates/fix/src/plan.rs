//! Rounds of fixes, until none is left that may be applied. A fix with which something gets worse is
//! given up; the others are not.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use diagnostics::{Diagnostic, Edit, RuleId};
use source::{FileId, Text, TextRange};

use crate::apply::{apply, moved, uses_crlf};
use crate::choose::{Choice, LeftOut, asked, choose};
use crate::search::halves;
use crate::sound::{Reading, hash};
use crate::{Judge, Plan, Reason, Request, Texts};

/// Rounds after which fixes that find no end are given up. A block gets one new argument a round.
const MAX_ROUNDS: usize = 50;
/// Passes over the result, each of which would be a run of its own for a user.
const MAX_PASSES: usize = 4;
/// Attempts to go on without the files whose fixes find no end.
const MAX_RESTARTS: usize = 4;

/// Applies the fixes of `found`, which is what `judge` says of the files as they are, and those of
/// what is found then, as far as `request` allows.
///
/// Nothing of the result has more syntax errors, fewer comments (but for suppressions that were
/// mended) or, by rule and directory, more diagnostics than before. Planning is repeated over the
/// result until that changes nothing, a few times at most.
pub fn plan(request: Request<'_>, found: Vec<Diagnostic>, judge: &mut Judge<'_>) -> Plan {
    let mut planner = Planner { request, judge, judgements: 0, readings: HashMap::new() };
    let start = State {
        texts: Texts::new(),
        found: found.into(),
        fixed: BTreeMap::new(),
        left_out: LeftOut::default(),
    };
    let mut state = start;
    for _ in 0..MAX_PASSES {
        let begin = State { left_out: LeftOut::default(), ..state };
        planner.judgements = 0;
        state = planner.pass(&begin);
        let is_changed = state.texts != begin.texts;
        if !is_changed || state.left_out.is_empty() {
            break;
        }
    }
    let given_up = state.found.iter().enumerate().filter_map(|(index, diagnostic)| {
        let fix = asked(diagnostic, request)?;
        Some((index, state.left_out.reason(diagnostic, fix)?))
    });
    let given_up = given_up.collect();
    Plan { texts: state.texts, diagnostics: state.found.to_vec(), fixed: state.fixed, given_up }
}

/// The files between two rounds.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) texts: Texts,
    pub(crate) found: Rc<[Diagnostic]>,
    /// How many diagnostics were mended, by the file.
    pub(crate) fixed: BTreeMap<FileId, usize>,
    pub(crate) left_out: LeftOut,
}

pub(crate) struct Planner<'p, 'j> {
    pub(crate) request: Request<'p>,
    pub(crate) judge: &'p mut Judge<'j>,
    /// In this pass.
    pub(crate) judgements: usize,
    /// By the file and the hash of its text; most texts are asked for several times.
    readings: HashMap<(FileId, u64), Rc<Reading>>,
}

impl Planner<'_, '_> {
    /// Rounds from `begin` to where no fix is left but those that are left out.
    fn pass(&mut self, begin: &State) -> State {
        let mut endless = BTreeSet::new();
        for _ in 0..MAX_RESTARTS {
            let left_out = LeftOut { endless: endless.clone(), ..LeftOut::default() };
            match self.rounds(&State { left_out, ..begin.clone() }) {
                Ok(end) => return end,
                Err(found) => endless.extend(found),
            }
        }
        self.given_up(begin, &Reason::Endless)
    }

    /// `state`, with all fixes left out.
    fn given_up(&self, state: &State, reason: &Reason) -> State {
        let mut end = state.clone();
        for diagnostic in state.found.iter() {
            if let Some(fix) = asked(diagnostic, self.request) {
                end.left_out.ban(diagnostic, fix, reason.clone());
            }
        }
        end
    }

    /// The rounds, or the rules whose fixes found no end, with the files.
    fn rounds(&mut self, begin: &State) -> Result<State, BTreeSet<(FileId, RuleId)>> {
        let mut seen = vec![begin.texts.clone()];
        let mut last_good = begin.clone();
        let mut state = begin.clone();
        loop {
            let choices = choose(&state.found, &state.texts, self.request, &state.left_out);
            if choices.is_empty() {
                let is_good = self.is_within(&state, begin);
                return Ok(if is_good {
                    state
                } else {
                    self.given_up(&last_good, &Reason::Unproved)
                });
            }
            let choices = self.sound_ones(&mut state, choices);
            if choices.is_empty() {
                continue;
            }
            let next = self.commit(&state, &choices, begin);
            let is_changed = next.texts != state.texts;
            let is_endless = if is_changed {
                seen.len() > MAX_ROUNDS || seen.contains(&next.texts)
            } else {
                next.left_out.bans.len() == state.left_out.bans.len()
            };
            if is_endless {
                return Err(choices.iter().flat_map(Choice::rules).collect());
            }
            if is_changed {
                seen.push(next.texts.clone());
            }
            state = next;
            if self.is_within(&state, begin) {
                last_good = state.clone();
            }
        }
    }

    /// Those of `choices` that give sound texts; the others are left out from now on.
    fn sound_ones(&mut self, state: &mut State, choices: Vec<Choice>) -> Vec<Choice> {
        let edited = self.edited(state, &choices.iter().collect::<Vec<_>>());
        let is_sound = |choice: &Choice| choice.files().all(|file| edited[&file].is_sound);
        let (mut sound, suspects): (Vec<_>, Vec<_>) = choices.into_iter().partition(is_sound);
        let mut groups = vec![suspects];
        while let Some(mut group) = groups.pop() {
            let trial: Vec<&Choice> = sound.iter().chain(&group).collect();
            if self.edited(state, &trial).values().all(|file| file.is_sound) {
                sound.append(&mut group);
            } else if group.len() > 1 {
                groups.extend(halves(group));
            } else {
                state.left_out.ban_all(&group, &Reason::Unsound);
            }
        }
        sound
    }

    /// The texts of the files that `choices` edit.
    fn edited(&mut self, state: &State, choices: &[&Choice]) -> BTreeMap<FileId, Edited> {
        let by_file = edits_by_file(choices);
        let mut texts = BTreeMap::new();
        for (file, edits) in by_file {
            let before = self.text(state, file);
            let all: Vec<&Edit> = edits.iter().map(|(edit, _)| *edit).collect();
            let of_comments = edits.iter().filter(|(_, is_of_comments)| *is_of_comments);
            let changed: Vec<TextRange> =
                of_comments.map(|(edit, _)| edit.location.range).collect();
            let edited = match apply(&before, &all) {
                Some(text) => {
                    let [was, is] = [&*before, &text].map(|text| self.reading(file, text));
                    Edited { is_sound: was.becomes(&is, &changed), text: text.into() }
                }
                None => Edited { text: before, is_sound: false },
            };
            texts.insert(file, edited);
        }
        texts
    }

    pub(crate) fn reading(&mut self, file: FileId, text: &[u8]) -> Rc<Reading> {
        let syntax = (self.request.syntax)(file);
        let known = self.readings.entry((file, hash(text)));
        Rc::clone(known.or_insert_with(|| Rc::new(Reading::of(text, syntax))))
    }

    pub(crate) fn text(&self, state: &State, file: FileId) -> Text {
        state.texts.get(&file).unwrap_or_else(|| self.request.files.get(file).text()).clone()
    }

    /// The state after `choices`, judged; `None` when they give a text that is not sound.
    pub(crate) fn applied(&mut self, state: &State, choices: &[&Choice]) -> Option<State> {
        let edited = self.edited(state, choices);
        if edited.values().any(|file| !file.is_sound) {
            return None;
        }
        let mut next = state.clone();
        self.move_bans(&mut next, &edits_by_file(choices));
        next.texts.extend(edited.into_iter().map(|(file, edited)| (file, edited.text)));
        next.texts.retain(|file, text| text != self.request.files.get(*file).text());
        for choice in choices {
            *next.fixed.entry(choice.place().file).or_default() += choice.mends;
        }
        self.judgements += 1;
        next.found = (self.judge)(&next.texts).into();
        Some(next)
    }

    /// Moves what is left out in the texts of `state` to where it is after `by_file`.
    fn move_bans(&self, state: &mut State, by_file: &BTreeMap<FileId, Vec<(&Edit, bool)>>) {
        let bans = std::mem::take(&mut state.left_out.bans);
        let moved = bans.into_iter().map(|(mut key, reason)| {
            if let Some(edits) = by_file.get(&key.file) {
                let has_crlf = uses_crlf(&self.text(state, key.file));
                let edits: Vec<&Edit> = edits.iter().map(|(edit, _)| *edit).collect();
                key.start = moved(key.start, &edits, has_crlf);
            }
            (key, reason)
        });
        state.left_out.bans = moved.collect();
    }
}

/// What edits made of a file.
struct Edited {
    text: Text,
    is_sound: bool,
}

/// The edits of `choices`, sorted, each with whether it may change comments.
fn edits_by_file<'c>(choices: &[&'c Choice]) -> BTreeMap<FileId, Vec<(&'c Edit, bool)>> {
    let mut by_file: BTreeMap<FileId, Vec<(&Edit, bool)>> = BTreeMap::new();
    for choice in choices {
        for edit in &choice.edits {
            let of_file = by_file.entry(edit.location.file).or_default();
            of_file.push((edit, choice.is_of_comments));
        }
    }
    for edits in by_file.values_mut() {
        edits.sort_by_key(|(edit, _)| edit.location.range);
    }
    by_file
}
