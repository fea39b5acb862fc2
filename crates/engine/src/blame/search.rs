//! The search for the values that a condition rests on, by taking away what does not matter.

use std::cmp::Reverse;

use eval::Budget;
use value::{Marks, Value, ValueKind};

use super::mask::{Mask, Name, parts_of};
use super::{Leaf, Reason};

/// So many elements of a collection may be to blame together; if more are, the collection is.
const MAX_JOINT: usize = 3;
/// Parts nested more deeply than this are not looked at one by one.
const MAX_DEPTH: usize = 24;

/// A part of the value of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Spot {
    /// The place of the name among all.
    name: usize,
    /// Which part of which part.
    path: Vec<usize>,
}

impl Spot {
    fn part(&self, index: usize) -> Self {
        let mut path = self.path.clone();
        path.push(index);
        Self { name: self.name, path }
    }
}

/// One search.
pub(super) struct Search<'s> {
    names: Vec<Name>,
    /// Whether the condition still comes to the same with what is left of the names.
    is_reached: &'s dyn Fn(&[Name]) -> bool,
    /// Whether the condition counts positions, which leaving elements out would shift.
    counts_positions: bool,
    budget: &'s Budget,
    needed: Vec<Spot>,
}

impl<'s> Search<'s> {
    /// A search among `names`.
    pub(super) fn new(
        mut names: Vec<Name>,
        is_reached: &'s dyn Fn(&[Name]) -> bool,
        counts_positions: bool,
        budget: &'s Budget,
    ) -> Self {
        // What is tried first is least likely to be kept.
        names.reverse();
        names.sort_by_key(|name| Reverse(rank(name, &name.value)));
        Self { names, is_reached, counts_positions, budget, needed: Vec::new() }
    }

    /// At most `limit` reasons.
    pub(super) fn reasons(&mut self, limit: usize) -> Vec<Reason> {
        let mut reasons = Vec::new();
        while reasons.len() < limit {
            let masks: Vec<Mask> = self.names.iter().map(|name| name.mask.clone()).collect();
            self.needed.clear();
            for name in 0..self.names.len() {
                let value = self.names[name].value.clone();
                self.shrink(&Spot { name, path: Vec::new() }, &value);
            }
            for (name, mask) in masks.into_iter().enumerate() {
                self.names[name].mask = mask;
                self.refresh(name);
            }
            let spots = self.presented();
            let leaves = spots.iter().map(|spot| self.leaf(spot)).collect();
            reasons.push(Reason { leaves });
            let is_more = spots.first().is_some_and(|first| self.exclude(first));
            if !is_more {
                break;
            }
        }
        reasons
    }

    /// Takes away all of `value` at `spot` that does not matter; what matters is needed.
    fn shrink(&mut self, spot: &Spot, value: &Value) {
        if self.names[spot.name].mask == Mask::Unknown || self.take(spot, Mask::Unknown) {
            return;
        }
        let before = self.needed.len();
        let parts = parts_of(value);
        if !parts.is_empty() && spot.path.len() < MAX_DEPTH {
            let kept = match value.kind() {
                ValueKind::Object(_) => Some(self.thin(spot, parts.len(), &Mask::Unknown)),
                _ => self.kept_elements(spot, parts.len()),
            };
            for index in kept.unwrap_or_default() {
                self.shrink(&spot.part(index), parts[index]);
            }
        }
        if self.needed.len() == before {
            self.needed.push(spot.clone());
        }
    }

    /// The elements of the collection at `spot` that matter; `None` when none does by itself.
    fn kept_elements(&mut self, spot: &Spot, count: usize) -> Option<Vec<usize>> {
        let is_whole = !self.names[spot.name].mask.touches(&spot.path);
        if is_whole && self.take(spot, Mask::Counted) {
            return None;
        }
        // Many functions know nothing where one element is not known, so elements are left out.
        let before = self.names[spot.name].mask.clone();
        let is_few = |kept: &Vec<usize>| (1..=MAX_JOINT).contains(&kept.len());
        let kept =
            if self.counts_positions { Vec::new() } else { self.thin(spot, count, &Mask::Removed) };
        if is_few(&kept) && !self.budget.is_exhausted() {
            return Some(kept);
        }
        // With none left the condition is the same: something is missing, unless there is one that
        // decides where it stands.
        self.names[spot.name].mask = before;
        self.refresh(spot.name);
        let open = self.open(spot, count);
        let ends = [open.first(), open.last()];
        let is_loose = ends.into_iter().flatten().any(|index| self.is_without(spot, *index));
        if open.len() < 2 || !is_loose {
            return None;
        }
        let kept = self.thin(spot, count, &Mask::Unknown);
        Some(kept).filter(|kept| is_few(kept) && !self.budget.is_exhausted())
    }

    /// The parts at `spot` that are not taken away yet.
    fn open(&self, spot: &Spot, count: usize) -> Vec<usize> {
        let mask = &self.names[spot.name].mask;
        (0..count).filter(|index| !mask.hides(&spot.part(*index).path)).collect()
    }

    /// Whether the condition stays with one element unknown.
    fn is_without(&mut self, spot: &Spot, index: usize) -> bool {
        let part = spot.part(index);
        let before = self.put(&part, Mask::Unknown);
        let stays = self.check(part.name);
        self.put(&part, before);
        self.refresh(part.name);
        stays
    }

    /// Masks as many parts at `spot` as may be; returns the others.
    fn thin(&mut self, spot: &Spot, count: usize, mask: &Mask) -> Vec<usize> {
        let mut kept = Vec::new();
        let mut open = vec![self.open(spot, count)];
        while let Some(some) = open.pop() {
            // Of an element that is looked for by leaving out others there are not many.
            let is_hopeless = *mask == Mask::Removed && kept.len() > MAX_JOINT;
            if some.is_empty() || is_hopeless || self.take_all(spot, &some, mask) {
                continue;
            }
            if let [one] = some[..] {
                kept.push(one);
                continue;
            }
            let (first, second) = some.split_at(some.len() / 2);
            open.extend([second.to_vec(), first.to_vec()]);
        }
        kept
    }

    /// Masks what is at `spot` if the condition stays; otherwise leaves it as it was.
    fn take(&mut self, spot: &Spot, mask: Mask) -> bool {
        let before = self.put(spot, mask);
        let stays = self.check(spot.name);
        if !stays {
            self.put(spot, before);
            self.refresh(spot.name);
        }
        stays
    }

    /// The same for several parts at once.
    fn take_all(&mut self, spot: &Spot, parts: &[usize], mask: &Mask) -> bool {
        let mut before = Vec::with_capacity(parts.len());
        for index in parts {
            before.push(self.put(&spot.part(*index), mask.clone()));
        }
        let stays = self.check(spot.name);
        if !stays {
            for (index, before) in parts.iter().zip(before) {
                self.put(&spot.part(*index), before);
            }
            self.refresh(spot.name);
        }
        stays
    }

    fn put(&mut self, spot: &Spot, mask: Mask) -> Mask {
        self.names[spot.name].mask.put(&spot.path, mask)
    }

    fn check(&mut self, name: usize) -> bool {
        self.refresh(name);
        !self.budget.is_exhausted() && (self.is_reached)(&self.names)
    }

    fn refresh(&mut self, name: usize) {
        let name = &mut self.names[name];
        self.budget.spend(name.value.size() as usize / 8);
        name.left = name.mask.of(&name.value).unwrap_or_else(|| name.value.clone());
    }

    /// Takes away what was found to be to blame; whether the condition stays all the same.
    fn exclude(&mut self, spot: &Spot) -> bool {
        if self.take(spot, Mask::Unknown) {
            return true;
        }
        let Some((_, parent)) = spot.path.split_last() else { return false };
        let parent = Spot { name: spot.name, path: parent.to_vec() };
        let (whole, _) = self.value_at(&parent);
        match whole.kind() {
            // An attribute of a nested block goes with its block.
            ValueKind::Object(_) => self.exclude(&parent),
            _ => !self.counts_positions && self.take(spot, Mask::Removed),
        }
    }

    /// What is needed, in the order in which to show it.
    fn presented(&self) -> Vec<Spot> {
        let mut spots = self.needed.clone();
        // Of equal elements the later ones are too many.
        spots.reverse();
        spots.sort_by_key(|spot| rank(&self.names[spot.name], &self.value_at(spot).0));
        spots
    }

    /// The value at `spot` and what it is a part of, the outermost first.
    fn value_at(&self, spot: &Spot) -> (Value, Vec<Value>) {
        let mut value = self.names[spot.name].value.clone();
        let mut around = Vec::new();
        for index in &spot.path {
            let part = parts_of(&value)[*index].clone().marked(value.marks());
            around.push(std::mem::replace(&mut value, part));
        }
        (value, around)
    }

    fn leaf(&self, spot: &Spot) -> Leaf {
        let (value, mut around) = self.value_at(spot);
        let mut path = self.names[spot.name].key.join(".");
        for (index, whole) in spot.path.iter().zip(&around) {
            path.push_str(&step(whole, *index));
        }
        around.reverse();
        Leaf { path, value, around }
    }
}

/// How a part is written behind what it is a part of. Keys that may not be shown are not.
fn step(whole: &Value, index: usize) -> String {
    let name = whole.as_entries().and_then(|entries| entries.keys().nth(index));
    match (whole.kind(), name) {
        (ValueKind::Object(_), Some(name)) => format!(".{name}"),
        (_, Some(name)) if whole.marks().is_printable() => format!("[{name:?}]"),
        (_, Some(_)) => "[…]".to_owned(),
        _ => format!("[{index}]"),
    }
}

/// How little a part of `name` says as the one to blame: what is there says more than what is not,
/// what is compared more than what chooses the comparison, an element more than a collection, what
/// stands near more than what came a long way.
fn rank(name: &Name, value: &Value) -> (bool, bool, bool, bool, usize) {
    let is_collection = value.as_elements().is_some() || value.as_entries().is_some();
    let is_empty = value.is_null() || (is_collection && parts_of(value).is_empty());
    let is_absent = is_empty && value.origin().is_empty();
    // What rests on a default is less certain to be what is meant.
    let is_default = value.marks().contains(Marks::DEFAULT);
    let hops = value.origin().steps().count();
    (is_absent, name.is_predicate, is_collection, is_default, hops)
}
