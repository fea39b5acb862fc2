//! What is to be told and to be evaluated of a block, as one walk over it found. Never evaluates
//! anything.

use std::fmt;

use diagnostics::{Fix, Level, Related};
use module::Argument;
use schema::{Attribute, NestedBlock, Selection};
use source::Location;
use syntax::Expr;

use crate::SchemaRule;

/// The number of the block that is judged among the owners, and of its instance among the frames.
pub(super) const TOP: usize = 0;

/// What a walk over a block found.
pub(super) struct Plan<'a> {
    /// The block and those nested in it.
    pub(super) owners: Vec<Owner<'a>>,
    /// The instance of the block, then the `dynamic` blocks in it.
    pub(super) frames: Vec<Frame<'a>>,
    /// What is wrong whatever values are, each with its frame.
    pub(super) findings: Vec<(usize, Finding)>,
    /// Arguments whose values are to be judged.
    pub(super) slots: Vec<Slot<'a>>,
    /// Nested blocks that are to be counted.
    pub(super) counts: Vec<Count<'a>>,
}

/// A block that is judged, or one in it.
pub(super) struct Owner<'a> {
    /// Its type.
    pub(super) name: &'a str,
    /// That which it is in, unless it is the outermost.
    pub(super) outer: Option<usize>,
    /// Where it begins.
    pub(super) header: Location,
    /// Whether it is of a data source.
    pub(super) is_data: bool,
}

/// A `dynamic` block.
pub(super) struct Frame<'a> {
    /// The one that it is in.
    pub(super) outer: usize,
    /// What it repeats its content over; `None` in the frame of the block that is judged.
    pub(super) for_each: Option<Argument<'a>>,
    /// What the elements are called.
    pub(super) iterator: String,
    /// Where it begins.
    pub(super) header: Location,
}

/// What a value has to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wants {
    /// What fits the type, or null.
    Anything,
    /// What fits the type.
    Value,
    /// Null, because the provider sets it.
    Null,
}

/// A value to be judged.
#[derive(Clone, Copy)]
pub(super) struct Slot<'a> {
    pub(super) owner: usize,
    pub(super) frame: usize,
    /// Its newest variant.
    pub(super) attribute: Attribute<'a>,
    pub(super) argument: Argument<'a>,
    pub(super) selection: Selection,
    pub(super) wants: Wants,
    /// Whether it refers to nothing, so that it is the same everywhere.
    pub(super) is_literal: bool,
}

impl<'a> Slot<'a> {
    pub(super) fn expr(&self) -> Expr<'a> {
        self.argument.expr()
    }
}

/// Nested blocks of one type, at least some of which are made by `dynamic` blocks.
pub(super) struct Count<'a> {
    pub(super) owner: usize,
    pub(super) frame: usize,
    pub(super) limits: Limits<'a>,
    /// Those that are written out.
    pub(super) written: Vec<Location>,
    /// The frames of those that are made.
    pub(super) made: Vec<usize>,
    pub(super) selection: Selection,
}

/// How many blocks there have to be and may be.
#[derive(Clone, Copy)]
pub(super) struct Limits<'a> {
    pub(super) name: &'a str,
    pub(super) min: usize,
    pub(super) max: Option<usize>,
}

impl<'a> Limits<'a> {
    /// What holds in all selected versions.
    pub(super) fn of(
        variants: impl Iterator<Item = NestedBlock<'a>>,
        selection: Selection,
    ) -> Option<Self> {
        let mut met = schema::Snapshots::NONE;
        let mut limits: Option<Self> = None;
        for block in variants.filter(|block| block.presence().intersects(selection.snapshots)) {
            met = met.union(block.presence());
            let (min, max) =
                (block.min_items() as usize, block.max_items().map(|max| max as usize));
            limits = Some(match limits {
                None => Self { name: block.name(), min, max },
                Some(known) => Self {
                    min: known.min.min(min),
                    max: known.max.zip(max).map(|(a, b)| a.max(b)),
                    ..known
                },
            });
        }
        let is_everywhere = met.contains_all(selection.snapshots);
        limits.map(|known| if is_everywhere { known } else { Self { min: 0, ..known } })
    }
}

/// Something that is wrong.
#[derive(Clone)]
pub(crate) struct Finding {
    pub(crate) rule: SchemaRule,
    /// Another level than that of the rule.
    pub(crate) level: Option<Level>,
    pub(crate) location: Location,
    pub(crate) message: String,
    pub(crate) related: Vec<Related>,
    pub(crate) fix: Option<Fix>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(top: Owner<'a>) -> Self {
        let instance =
            Frame { outer: TOP, for_each: None, iterator: String::new(), header: top.header };
        Self {
            owners: vec![top],
            frames: vec![instance],
            findings: Vec::new(),
            slots: Vec::new(),
            counts: Vec::new(),
        }
    }

    /// The words for an owner: `root_block_device` of `aws_instance`.
    pub(super) fn shown(&self, owner: usize) -> Shown<'_, 'a> {
        Shown { plan: self, owner }
    }

    /// The names of an owner and of those around it, outermost first, without that of the block that
    /// is judged.
    fn path(&self, owner: usize) -> String {
        let mut names = Vec::new();
        let mut at = owner;
        while let Some(outer) = self.owners[at].outer {
            names.push(self.owners[at].name);
            at = outer;
        }
        names.reverse();
        names.join(".")
    }
}

/// An owner in words.
pub(super) struct Shown<'p, 'a> {
    plan: &'p Plan<'a>,
    owner: usize,
}

impl fmt::Display for Shown<'_, '_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let top = &self.plan.owners[TOP];
        if self.owner != TOP {
            write!(formatter, "`{}` of ", self.plan.path(self.owner))?;
        }
        let kind = if top.is_data { "the data source " } else { "" };
        write!(formatter, "{kind}`{}`", top.name)
    }
}
