//! Scenarios: a judgement repeated for every consistent set of answers to the questions that it
//! meets. The leaves always partition the possibilities.

use std::collections::HashSet;

use value::Identity;

use crate::Assumptions;
use crate::question::{Question, Way};

/// A scenario that may yet be split.
struct Leaf<T> {
    assumptions: Assumptions,
    judged: Option<(T, Vec<Question>)>,
}

/// What `judge` gives in each scenario, from the root `base` on. It is told what is assumed and
/// says which questions it met, in their order; then it is asked again for each answer to the
/// first. Questions are refined breadth first; one that would make more than `limit` leaves is not
/// split, and stays open in every leaf. What cannot be is never judged. At most `2 * limit - 1`
/// judgements are made.
pub fn scenarios<T>(
    base: &Assumptions,
    limit: usize,
    mut judge: impl FnMut(&Assumptions) -> (T, Vec<Question>),
) -> Vec<(Assumptions, T)> {
    let mut leaves = vec![Leaf { assumptions: base.clone(), judged: None }];
    let mut refused = HashSet::new();
    let mut judgements = 0;
    loop {
        for leaf in leaves.iter_mut().filter(|leaf| leaf.judged.is_none()) {
            leaf.judged = Some(judge(&leaf.assumptions));
            judgements += 1;
        }
        let splits = splits(&leaves, &mut refused, limit);
        let new: usize = splits.iter().flatten().map(Vec::len).sum();
        if splits.iter().all(Option::is_none) || judgements + new > limit.saturating_mul(2) - 1 {
            break;
        }
        leaves = leaves
            .into_iter()
            .zip(splits)
            .flat_map(|(leaf, split)| match split {
                None => vec![leaf],
                Some(children) => children
                    .into_iter()
                    .map(|assumptions| Leaf { assumptions, judged: None })
                    .collect(),
            })
            .collect();
    }
    let judged = leaves.into_iter().filter_map(|leaf| {
        let (result, _) = leaf.judged?;
        Some((leaf.assumptions, result))
    });
    judged.collect()
}

/// The leaves that take the place of each, `None` where it stays. A question is split in all
/// leaves that ask it first, or in none.
fn splits<T>(
    leaves: &[Leaf<T>],
    refused: &mut HashSet<Identity>,
    limit: usize,
) -> Vec<Option<Vec<Assumptions>>> {
    let mut splits: Vec<Option<Vec<Assumptions>>> = leaves.iter().map(|_| None).collect();
    let mut count = leaves.len();
    loop {
        let first = leaves.iter().zip(&splits).find_map(|(leaf, split)| {
            let way = if split.is_none() { leaf.next(refused) } else { None };
            way.and_then(|way| way.about.identity.clone())
        });
        let Some(identity) = first else {
            return splits;
        };
        let asks = |leaf: &Leaf<T>| {
            let way = leaf.next(refused)?;
            (way.about.identity.as_ref() == Some(&identity)).then(|| leaf.answered(way))
        };
        let asking: Vec<_> = leaves
            .iter()
            .zip(&splits)
            .map(|(leaf, split)| if split.is_none() { asks(leaf) } else { None })
            .collect();
        let made: usize = asking.iter().flatten().map(Vec::len).sum();
        let left = count - asking.iter().flatten().count();
        if left + made > limit {
            refused.insert(identity);
            continue;
        }
        count = left + made;
        for (split, children) in splits.iter_mut().zip(asking) {
            if children.is_some() {
                *split = children;
            }
        }
    }
}

impl<T> Leaf<T> {
    /// What is to be asked next.
    fn next(&self, refused: &HashSet<Identity>) -> Option<&Way> {
        let (_, questions) = self.judged.as_ref()?;
        let mut ways = questions.iter().flat_map(|question| &question.ways);
        ways.find(|way| way.about.identity.as_ref().is_some_and(|it| !refused.contains(it)))
    }

    /// The assumptions with each answer that can be.
    fn answered(&self, way: &Way) -> Vec<Assumptions> {
        let answer = |value| self.assumptions.assuming(&way.about, value);
        way.answers.iter().filter_map(answer).collect()
    }
}
