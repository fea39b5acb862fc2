//! Rounds of fixes, until none is left that may be applied. A fix with which something gets worse is
//! given up; the others are not.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;
use std::sync::Arc;

use diagnostics::{Diagnostic, Edit};
use source::{FileId, TextRange};

use crate::apply::{apply, moved, uses_crlf};
use crate::choose::{Choice, LeftOut, asked, choose};
use crate::counts::Counts;
use crate::sound::Reading;
use crate::{Judge, Plan, Request, Texts};

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
    let is_given_up = |diagnostic: &Diagnostic| {
        let fix = asked(diagnostic, request);
        fix.is_some_and(|fix| state.left_out.has_fix_of(diagnostic, fix))
    };
    let indices = 0..state.found.len();
    let given_up = indices.filter(|index| is_given_up(&state.found[*index])).collect();
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
            match self.rounds(State { left_out, ..begin.clone() }) {
                Ok(end) => return end,
                Err(found) => endless.extend(found),
            }
        }
        self.given_up(begin)
    }

    /// `begin`, with all fixes left out.
    fn given_up(&self, begin: &State) -> State {
        let asked = |diagnostic| Some((diagnostic, asked(diagnostic, self.request)?));
        let fixes = begin.found.iter().filter_map(asked);
        let endless = fixes.flat_map(|(diagnostic, fix)| {
            let rule = diagnostic.rule.as_str();
            fix.edits.iter().map(move |edit| (edit.location.file, rule.to_owned()))
        });
        let left_out = LeftOut { endless: endless.collect(), ..LeftOut::default() };
        State { left_out, ..begin.clone() }
    }

    /// The rounds, or the rules whose fixes found no end, with the files.
    fn rounds(&mut self, begin: State) -> Result<State, BTreeSet<(FileId, String)>> {
        let limits = Counts::of(&begin.found, self.request.files);
        let mut seen = vec![begin.texts.clone()];
        let mut last_good = begin.clone();
        let mut state = begin;
        loop {
            let choices = choose(&state.found, &state.texts, self.request, &state.left_out);
            if choices.is_empty() {
                let is_good = self.is_within(&state, &limits);
                return Ok(if is_good { state } else { self.given_up(&last_good) });
            }
            let choices = self.sound_ones(&mut state, choices);
            if choices.is_empty() {
                continue;
            }
            let next = self.commit(&state, &choices, &limits);
            if next.texts != state.texts {
                if seen.len() > MAX_ROUNDS || seen.contains(&next.texts) {
                    return Err(choices.iter().flat_map(Choice::rules).collect());
                }
                seen.push(next.texts.clone());
            }
            state = next;
            if self.is_within(&state, &limits) {
                last_good = state.clone();
            }
        }
    }

    /// Those of `choices` that give sound texts; the others are left out from now on.
    fn sound_ones(&mut self, state: &mut State, choices: Vec<Choice>) -> Vec<Choice> {
        let by_file = self.edited(state, &choices.iter().collect::<Vec<_>>());
        let unsound: BTreeSet<FileId> =
            by_file.iter().filter(|(_, edited)| !edited.is_sound).map(|(file, _)| *file).collect();
        let mut sound: Vec<Choice> = Vec::with_capacity(choices.len());
        for choice in choices {
            let is_suspect = choice.files().any(|file| unsound.contains(&file));
            let is_fine = !is_suspect || {
                let mut trial: Vec<&Choice> = sound.iter().collect();
                trial.push(&choice);
                let concerned: BTreeSet<FileId> = choice.files().collect();
                trial.retain(|choice| choice.files().any(|file| concerned.contains(&file)));
                let edited = self.edited(state, &trial);
                concerned.iter().all(|file| edited.get(file).is_some_and(|file| file.is_sound))
            };
            if is_fine {
                sound.push(choice);
            } else {
                state.left_out.bans.extend(choice.keys);
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

    fn reading(&mut self, file: FileId, text: &[u8]) -> Rc<Reading> {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let syntax = (self.request.syntax)(file);
        let known = self.readings.entry((file, hasher.finish()));
        Rc::clone(known.or_insert_with(|| Rc::new(Reading::of(text, syntax))))
    }

    fn text(&self, state: &State, file: FileId) -> Arc<[u8]> {
        Arc::clone(state.texts.get(&file).unwrap_or_else(|| self.request.files.get(file).text()))
    }

    /// The state after `choices`, judged; `None` when they give a text that is not sound. The
    /// `others` are left out from now on.
    pub(crate) fn applied(
        &mut self,
        state: &State,
        choices: &[&Choice],
        others: &[&Choice],
    ) -> Option<State> {
        let edited = self.edited(state, choices);
        if edited.values().any(|file| !file.is_sound) {
            return None;
        }
        let mut next = state.clone();
        next.left_out.bans.extend(others.iter().flat_map(|choice| choice.keys.clone()));
        self.move_bans(&mut next, &edits_by_file(choices));
        next.texts.extend(edited.into_iter().map(|(file, edited)| (file, edited.text)));
        next.texts.retain(|file, text| text != self.request.files.get(*file).text());
        for choice in choices {
            // A choice has an edit, or it would not be one.
            let Some(file) = choice.files().next() else { continue };
            *next.fixed.entry(file).or_default() += choice.mends;
        }
        self.judgements += 1;
        next.found = (self.judge)(&next.texts).into();
        Some(next)
    }

    /// Moves what is left out in the texts of `state` to where it is after `by_file`.
    fn move_bans(&self, state: &mut State, by_file: &BTreeMap<FileId, Vec<(&Edit, bool)>>) {
        let bans = std::mem::take(&mut state.left_out.bans);
        let moved = bans.into_iter().map(|mut key| {
            if let Some(edits) = by_file.get(&key.file) {
                let has_crlf = uses_crlf(&self.text(state, key.file));
                let edits: Vec<&Edit> = edits.iter().map(|(edit, _)| *edit).collect();
                key.start = moved(key.start, &edits, has_crlf);
            }
            key
        });
        state.left_out.bans = moved.collect();
    }

    /// Whether nothing got worse.
    pub(crate) fn is_within(&self, state: &State, limits: &Counts) -> bool {
        limits.worse_in(&Counts::of(&state.found, self.request.files)).is_empty()
    }
}

/// What edits made of a file.
struct Edited {
    text: Arc<[u8]>,
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
