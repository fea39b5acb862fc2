//! When a finding holds, in the words of the configuration. Never shows a secret.

use std::fmt::Write;
use std::sync::Arc;

use value::{Derivation, Identity, Unknown, Value, raw_equals};

use crate::Assumptions;
use crate::assumptions::Answer;

/// More alternatives than this are not told one by one.
const MAX_ALTERNATIVES: usize = 3;
/// Names that are told when the alternatives are not.
const MAX_NAMES: usize = 3;

/// When a finding holds that was made in those of all `leaves` that say so: `` `var.m2m` is
/// false ``, without the word "when". `None` when it holds in all of them. What `base` assumes
/// already is not told, nor what does not matter.
pub fn when(leaves: &[(Assumptions, bool)], base: &Assumptions) -> Option<String> {
    if leaves.iter().all(|(_, holds)| *holds) || !leaves.iter().any(|(_, holds)| *holds) {
        return None;
    }
    let table = Table::new(leaves, base);
    let terms = table.terms();
    let alternatives = table.merged(&terms);
    if alternatives.is_empty() || alternatives.iter().any(Vec::is_empty) {
        // The assumptions do not tell the leaves apart.
        return Some("some conditions hold".to_owned());
    }
    if alternatives.len() > MAX_ALTERNATIVES {
        return Some(table.in_general(&terms));
    }
    let texts = alternatives.iter().map(|parts| parts.join(" and "));
    let or = if alternatives.iter().any(|parts| parts.len() > 1) { ", or " } else { " or " };
    Some(texts.collect::<Vec<_>>().join(or))
}

/// What a leaf says of an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Yes,
    No,
    Nothing,
}

/// All answers, and what each leaf says of them.
struct Table<'a> {
    answers: Vec<&'a Answer>,
    /// By leaf and answer.
    says: Vec<Vec<Says>>,
    /// By leaf.
    holds: Vec<bool>,
    /// The answers of each leaf, in their order.
    own: Vec<Vec<usize>>,
}

fn is_same(one: &Answer, two: &Answer) -> bool {
    one.about.identity == two.about.identity && raw_equals(&one.value, &two.value)
}

impl<'a> Table<'a> {
    fn new(leaves: &'a [(Assumptions, bool)], base: &Assumptions) -> Self {
        let mut answers: Vec<&Answer> = Vec::new();
        let mut own = Vec::new();
        for (leaf, _) in leaves {
            let new = leaf.answers().iter();
            let new = new.filter(|it| !base.answers().iter().any(|old| is_same(old, it)));
            let places = new.map(|answer| {
                let known = answers.iter().position(|it| is_same(it, answer));
                known.unwrap_or_else(|| {
                    answers.push(answer);
                    answers.len() - 1
                })
            });
            own.push(places.collect());
        }
        let says = |leaf: &Assumptions, answer: &Answer| {
            let decided = leaf.decided(&answer.about);
            if decided.is_known() {
                if raw_equals(&decided, &answer.value) { Says::Yes } else { Says::No }
            } else if leaf.could_be(&answer.about, &answer.value) {
                Says::Nothing
            } else {
                Says::No
            }
        };
        let row = |leaf| answers.iter().map(|answer| says(leaf, answer)).collect();
        let says = leaves.iter().map(|(leaf, _)| row(leaf)).collect();
        let holds = leaves.iter().map(|(_, holds)| *holds).collect();
        Self { answers, says, holds, own }
    }

    /// Sets of answers, each of which is enough; together they cover all leaves that hold.
    fn terms(&self) -> Vec<Vec<usize>> {
        let mut terms: Vec<Vec<usize>> = Vec::new();
        for (leaf, own) in self.own.iter().enumerate() {
            let is_covered =
                |term: &Vec<usize>| term.iter().all(|at| self.says[leaf][*at] == Says::Yes);
            if !self.holds[leaf] || terms.iter().any(is_covered) {
                continue;
            }
            let mut term = own.clone();
            for at in own.iter().rev() {
                let fewer: Vec<_> = term.iter().copied().filter(|it| it != at).collect();
                if self.is_enough(&fewer) {
                    term = fewer;
                }
            }
            terms.push(term);
        }
        // In the order in which the questions were asked.
        terms.sort_by_key(|term| term.iter().map(|at| self.question(*at)).collect::<Vec<_>>());
        terms
    }

    /// The first answer to the question of an answer.
    fn question(&self, at: usize) -> usize {
        let identity = &self.answers[at].about.identity;
        self.answers.iter().position(|it| it.about.identity == *identity).unwrap_or(at)
    }

    /// Whether it holds in every leaf in which these answers can be.
    fn is_enough(&self, term: &[usize]) -> bool {
        let can_be = |says: &Vec<Says>| term.iter().all(|at| says[*at] != Says::No);
        self.says.iter().zip(&self.holds).all(|(says, holds)| *holds || !can_be(says))
    }

    /// The terms as texts, those that differ only in the value of one thing taken together.
    fn merged(&self, terms: &[Vec<usize>]) -> Vec<Vec<String>> {
        let mut merged: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
        for term in terms {
            let joined = merged.iter_mut().find(|(rest, values)| {
                let Some((last, others)) = term.split_last() else {
                    return false;
                };
                let first = values.first().map(|at| self.answers[*at]);
                let last = self.answers[*last];
                rest == others
                    && first.is_some_and(|it| it.about.identity == last.about.identity)
                    && last.value.as_bool().is_none()
            });
            match (joined, term.split_last()) {
                (Some((_, values)), Some((last, _))) => values.push(*last),
                (None, Some((last, rest))) => merged.push((rest.to_vec(), vec![*last])),
                _ => merged.push((Vec::new(), Vec::new())),
            }
        }
        let text = |(rest, values): &(Vec<usize>, Vec<usize>)| {
            let mut parts: Vec<_> = rest.iter().map(|at| text_of(self.answers[*at])).collect();
            parts.extend(self.text_of_values(values));
            parts
        };
        merged.iter().map(text).collect()
    }

    /// `` `var.env` is "a" or "b" ``, or that it is not the only other value.
    fn text_of_values(&self, values: &[usize]) -> Option<String> {
        let first = self.answers[*values.first()?];
        if values.len() == 1 {
            return Some(text_of(first));
        }
        let all = (0..self.answers.len())
            .filter(|at| self.answers[*at].about.identity == first.about.identity);
        let others: Vec<_> = all.filter(|at| !values.contains(at)).collect();
        let name = name_of(&first.about);
        let shown = |at: &usize| shown(&self.answers[*at].value);
        if let [other] = others.as_slice() {
            return Some(format!("`{name}` is not {}", shown(other)));
        }
        let shown: Vec<_> = values.iter().map(shown).collect();
        let (last, before) = shown.split_last()?;
        Some(format!("`{name}` is {} or {last}", before.join(", ")))
    }

    /// What the alternatives are about, where there are too many to tell.
    fn in_general(&self, terms: &[Vec<usize>]) -> String {
        let mut names: Vec<String> = Vec::new();
        for at in terms.iter().flatten() {
            let name = format!("`{}`", name_of(&self.answers[*at].about));
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let rest = names.len().saturating_sub(MAX_NAMES);
        let verb = if names.len() == 1 { "has" } else { "have" };
        names.truncate(MAX_NAMES);
        let mut text = match names.split_last() {
            Some((last, before)) if rest == 0 && !before.is_empty() => {
                format!("{} and {last}", before.join(", "))
            }
            _ => names.join(", "),
        };
        if rest > 0 {
            let _ = write!(text, " and {rest} more");
        }
        format!("{text} {verb} certain values")
    }
}

/// What an answer says.
fn text_of(answer: &Answer) -> String {
    let Answer { about, value } = answer;
    let Some(known) = value.as_bool() else {
        return format!("`{}` is {}", name_of(about), shown(value));
    };
    let derivation = about.identity.as_ref().and_then(Identity::derivation);
    if let Some(derivation) = derivation
        && let ("==", [one, two]) = (derivation.operation(), derivation.operands())
        && let (Some(one), Some(two)) = (one.identity(), two.known())
    {
        let not = if known { "" } else { " not" };
        return format!("`{one}` is{not} {}", shown(two));
    }
    let is_negated = derivation.and_then(Derivation::written).is_some_and(|it| it.negated);
    format!("`{}` is {}", name_of(about), known != is_negated)
}

/// What was asked about, as it is written.
fn name_of(about: &Arc<Unknown>) -> String {
    match &about.identity {
        Some(Identity::Derived(derivation)) => derivation.as_written().to_string(),
        Some(identity) => identity.to_string(),
        None => "a condition".to_owned(),
    }
}

/// A value, unless it may not be shown.
fn shown(value: &Value) -> String {
    if value.marks_deep().is_printable() {
        value.to_string()
    } else {
        "(sensitive value)".to_owned()
    }
}
