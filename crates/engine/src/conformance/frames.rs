//! What `dynamic` blocks make in one instance of a block: for each element what its content is
//! evaluated for.

use std::cell::RefCell;
use std::rc::Rc;

use module::{Bindings, repetition};
use value::{Reason, Type, Value};

use super::plan::{Plan, TOP};
use crate::context::BlockContext;

/// More elements than this are not told apart.
const MAX_ELEMENTS: usize = 10_000;

/// What a `dynamic` block makes.
pub(super) struct Expansion {
    /// By element of the frame around.
    pub(super) groups: Vec<Group>,
    /// What the content is evaluated for, in the order of the groups.
    pub(super) elements: Vec<Bindings>,
    /// Whether there may be others.
    pub(super) is_open: bool,
}

/// What one collection makes.
pub(super) struct Group {
    /// The number of elements, when it is known.
    pub(super) number: Option<usize>,
    pub(super) collection: Value,
}

/// The frames of a block in one instance, computed when they are asked for.
pub(super) struct Frames<'f, 'a> {
    plan: &'f Plan<'a>,
    block: &'f BlockContext<'a>,
    known: RefCell<Vec<Option<Rc<Expansion>>>>,
}

impl<'f, 'a> Frames<'f, 'a> {
    pub(super) fn new(plan: &'f Plan<'a>, block: &'f BlockContext<'a>) -> Self {
        Self { plan, block, known: RefCell::new(vec![None; plan.frames.len()]) }
    }

    /// What a frame makes.
    pub(super) fn get(&self, frame: usize) -> Rc<Expansion> {
        if let Some(known) = &self.known.borrow()[frame] {
            return known.clone();
        }
        let expansion = Rc::new(self.expand(frame));
        self.known.borrow_mut()[frame] = Some(expansion.clone());
        expansion
    }

    fn expand(&self, frame: usize) -> Expansion {
        if frame == TOP {
            let elements = vec![self.block.bindings().clone()];
            return Expansion { groups: Vec::new(), elements, is_open: false };
        }
        let outer = self.get(self.plan.frames[frame].outer);
        let mut made =
            Expansion { groups: Vec::new(), elements: Vec::new(), is_open: outer.is_open };
        for around in &outer.elements {
            self.repeat(frame, around, &mut made);
        }
        made
    }

    fn repeat(&self, frame: usize, around: &Bindings, made: &mut Expansion) {
        let unknown = || Value::unknown(Type::Dynamic, Reason::Each);
        let it = &self.plan.frames[frame];
        let collection = match it.for_each {
            Some(for_each) => self.block.value(for_each.expr(), for_each.file, around),
            None => unknown(),
        };
        let pairs = repetition(&collection);
        let pairs = pairs.filter(|pairs| made.elements.len() + pairs.len() <= MAX_ELEMENTS);
        made.is_open |= pairs.is_none();
        let number = pairs.as_ref().map(Vec::len);
        for (key, value) in pairs.unwrap_or_else(|| vec![(unknown(), unknown())]) {
            let mut inner = around.clone();
            inner.may_be_absent |= number.is_none();
            inner.iterators.push((it.iterator.clone(), key, value));
            made.elements.push(inner);
        }
        made.groups.push(Group { number, collection });
    }

    /// Whether the content of a frame is certainly never made.
    pub(super) fn is_dead(&self, frame: usize) -> bool {
        frame != TOP && self.get(frame).elements.is_empty()
    }

    /// Whether it is not known what a frame makes.
    pub(super) fn is_open(&self, frame: usize) -> bool {
        frame != TOP && self.get(frame).is_open
    }

    /// The collections on which a frame rests.
    pub(super) fn because(&self, frame: usize) -> Vec<Value> {
        let mut values = Vec::new();
        let mut at = frame;
        while at != TOP {
            values.extend(self.get(at).groups.iter().map(|group| group.collection.clone()));
            at = self.plan.frames[at].outer;
        }
        values
    }
}
