//! Looks at other blocks of the evaluation: the resource that a value is an attribute of, and all
//! blocks of a type that have a value. Claims nothing of blocks that it cannot see.

use module::{BlockInstance, Candidate, Key, Referent, ResourceMode};
use value::{Marks, Reason, Type, Value};

use crate::BlockContext;

/// Instances that have a value.
pub(crate) struct Matches<'a> {
    /// Those that are certain.
    pub(crate) certain: Vec<BlockInstance<'a>>,
    /// Whether there are no others.
    pub(crate) are_all: bool,
    /// The marks of what tells that.
    pub(crate) marks: Marks,
}

impl<'a> BlockContext<'a> {
    /// The instance of a managed resource of which `value` is an attribute; `None` when that is not
    /// known, or it is none. In it what is ignored by its `lifecycle` is not known.
    pub fn resource_of(&self, value: &Value) -> Option<Self> {
        self.other(self.instance_of(value)?)
    }

    /// All other instances of managed resources of that type whose attribute [is the
    /// same](Self::is_same) as `value`, in all modules; `None` unless these are known to be all.
    /// They are known where `value` is an attribute of a managed resource, all candidates
    /// are decided, all files are read, and nothing of that resource is given to modules that are not
    /// read, to what makes resources of its own, or, from a module that others call, by an output.
    pub fn others(&self, block_type: &str, attribute: &str, value: &Value) -> Option<Vec<Self>> {
        let found = self.matches(block_type, attribute, value, true);
        let all = found.certain.into_iter().map(|block| self.other(block));
        if found.are_all { all.collect() } else { None }
    }

    /// Those of them that certainly are there. There may be more.
    pub fn known_others(&self, block_type: &str, attribute: &str, value: &Value) -> Vec<Self> {
        let found = self.matches(block_type, attribute, value, false);
        found.certain.into_iter().filter_map(|block| self.other(block)).collect()
    }

    /// Whether `value` is an attribute of a managed resource that is a matter of this configuration
    /// alone: all that refers to it is in sight, no output of the root module has anything of it, it is
    /// not stored where other configurations read it (`aws_ssm_parameter`), and it is not imported. `None` where it is not known what `value` refers to.
    pub fn is_closed(&self, value: &Value) -> Option<bool> {
        match self.refers_to(value) {
            Referent::Attribute(referred) => match (referred.mode, referred.instance) {
                (ResourceMode::Data, _) => Some(false),
                (_, instance) => Some(instance?.is_closed()),
            },
            Referent::Nothing => Some(false),
            Referent::Unclear => None,
        }
    }

    /// Whether the block is that instance.
    fn is_instance(&self, block: &BlockInstance<'_>) -> bool {
        let (own, its) = (self.block(), block.declared().block);
        std::ptr::eq(own.tree(), its.tree())
            && own.range() == its.range()
            && self.key == *block.key()
            && self.values().address() == block.values().address()
    }

    pub(crate) fn instance_of(&self, value: &Value) -> Option<BlockInstance<'a>> {
        let Referent::Attribute(referred) = self.refers_to(value) else { return None };
        referred.instance.filter(|block| block.resource().mode == ResourceMode::Managed)
    }

    /// The instances of managed resources of a type whose attribute is the same as `value`. Where
    /// `wants_all`, nothing else is looked for.
    pub(crate) fn matches(
        &self,
        block_type: &str,
        attribute: &str,
        value: &Value,
        wants_all: bool,
    ) -> Matches<'a> {
        let owner = self.instance_of(value);
        let mut found = Matches {
            certain: Vec::new(),
            are_all: owner.is_some_and(|owner| owner.is_in_sight()),
            marks: Marks::default(),
        };
        if wants_all && !found.are_all {
            return found;
        }
        let (candidates, marks) = self.values().candidates(block_type, attribute, value);
        found.marks |= marks;
        for candidate in candidates {
            self.weigh(candidate, &mut found);
        }
        found
    }

    fn weigh(&self, candidate: Candidate<'a>, found: &mut Matches<'a>) {
        let Candidate { block, value, is_same, is_certain, doubts, marks } = candidate;
        let is_it = self.is_instance(&block);
        // One instance stands for all of which the keys are not known: the others are like it.
        if is_it && *block.key() != Key::Unknown {
            return;
        }
        if is_same == Some(true) && is_certain && !is_it {
            found.marks |= marks;
            found.certain.push(block);
            return;
        }
        if is_same.is_none() {
            self.note(&value);
        }
        doubts.iter().for_each(|doubt| self.note(doubt));
        found.are_all = false;
    }
}

/// The object of another block as pages see it. What the page reads of it is noted; all of it where
/// the page does not say what it reads.
pub(crate) fn object(cx: &BlockContext<'_>, block: &BlockInstance<'_>, reads: &[&str]) -> Value {
    if reads.is_empty() {
        let object = block.object();
        cx.note(&object);
        return object;
    }
    for name in reads {
        cx.note(&block.get(name));
    }
    block.object()
}

/// An object of which nothing is known.
pub(crate) fn unknown() -> Value {
    Value::unknown(Type::Dynamic, Reason::Derived)
}
