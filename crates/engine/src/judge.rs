//! Judges one block instance with one rule: once for each scenario that the judgement depends on.

use std::collections::{BTreeSet, HashMap};
use std::fmt::{self, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use diagnostics::{Diagnostic, Level, RuleId, core};
use module::{Assumptions, ModuleValues, scenarios, when};
use source::Location;
use value::Identity;

use crate::context::{BlockContext, Site};
use crate::mentioned::Mentioned;
use crate::merge::join;
use crate::place::BlockPlace;
use crate::reporter::{Found, Reporter};
use crate::uses::Uses;
use crate::{BuiltinRule, RuleCode, page_check};

/// So many scenarios of one block instance are told apart.
const MAX_SCENARIOS: usize = 64;

/// What one rule said of one block instance.
pub(crate) struct Judgement {
    pub(crate) found: Vec<Found>,
    /// Whether the rule saw all there is: no scenario is open, and all that it asked for is known.
    pub(crate) is_decided: bool,
    pub(crate) time: Duration,
}

/// A rule and what it is run on.
pub(crate) struct Judge<'j, 'a> {
    pub(crate) rule: &'j BuiltinRule,
    /// Its page, when its conditions stand there.
    pub(crate) page: Option<&'j rulebook::Page>,
    /// Kind and type of the block.
    pub(crate) block_type: (&'j str, &'j str),
    pub(crate) uses: &'a Uses<'a, 'a>,
}

/// What a rule found in one scenario; nothing where the block does not exist.
pub(crate) struct Leaf {
    found: Option<Vec<Found>>,
    is_decided: bool,
    /// What the unknown values that the rule saw are made of.
    mentioned: Mentioned,
}

impl Leaf {
    /// Whether what was found may rest on the value of `identity`.
    fn rests_on(&self, identity: &Identity) -> bool {
        self.found.is_some() && self.mentioned.holds(identity)
    }
}

impl<'a> Judge<'_, 'a> {
    /// Judges the instance of `site`; `base` must be assumed for it to exist.
    pub(crate) fn run(&self, site: &Site<'a>, base: &Assumptions) -> Judgement {
        judged(site, base, MAX_SCENARIOS, || self.leaf(site))
    }

    fn leaf(&self, site: &Site<'a>) -> Leaf {
        leaf_of(&Who(self.rule), site, self.reporter(site), |block, reporter| {
            self.check(block, reporter);
        })
    }

    fn reporter(&self, site: &Site<'a>) -> Reporter<'a> {
        let block = (site.declared.block, BlockPlace::new(site.declared));
        reporter(self.rule, Some(block), &site.values, self.uses)
    }

    fn check(&self, block: &BlockContext<'a>, reporter: &mut Reporter<'a>) {
        match (self.rule.code, self.page) {
            (RuleCode::Page, Some(page)) => {
                page_check::run(page, self.block_type, block, reporter);
            }
            (RuleCode::Block(judge), _) => judge(block, reporter),
            _ => {}
        }
    }
}

/// What rules say of the instance of `site` that ask for no condition that is not decided, as most do;
/// `None` for the others, which have to be run in scenarios. `base` must be assumed for it to exist.
pub(crate) fn undisputed<'a>(
    site: &Site<'a>,
    base: &Assumptions,
    judges: &[Judge<'_, 'a>],
) -> Vec<Option<Judgement>> {
    let evaluation = site.values.evaluation();
    let run = || {
        let (block, asks) = evaluation.asking(|| BlockContext::new(site));
        let block = block.filter(|_| !asks)?;
        let mut start = Instant::now();
        let judge = |judge: &Judge<'_, 'a>| {
            block.forget();
            let mut reporter = judge.reporter(site);
            let who = Who(judge.rule);
            let run =
                || guarded(&who, site.declared.header(), || judge.check(&block, &mut reporter));
            let (panic, asks) = evaluation.asking(run);
            let end = Instant::now();
            let time = end - std::mem::replace(&mut start, end);
            let mut found = reporter.found;
            found.extend(panic.map(Found::plain));
            (!asks).then(|| Judgement { found, is_decided: !block.met_unknown.get(), time })
        };
        Some(judges.iter().map(judge).collect())
    };
    let (said, _) = evaluation.under_with(base, run, |_: &Option<Vec<_>>, _| false);
    said.unwrap_or_else(|| judges.iter().map(|_| None).collect())
}

/// What `leaf` finds in the instance of `site` in all scenarios that it asks for, up to `limit`; `base`
/// must be assumed for it to exist.
pub(crate) fn judged(
    site: &Site<'_>,
    base: &Assumptions,
    limit: usize,
    leaf: impl Fn() -> Leaf,
) -> Judgement {
    let start = Instant::now();
    let evaluation = site.values.evaluation();
    let leaves = scenarios(base, limit, |assumptions| {
        evaluation.under_with(assumptions, &leaf, Leaf::rests_on)
    });
    let mut existing: Vec<(Assumptions, Leaf)> =
        leaves.into_iter().filter(|(_, leaf)| leaf.found.is_some()).collect();
    let is_decided = !existing.is_empty() && existing.iter().all(|(_, leaf)| leaf.is_decided);
    let found = match existing.as_mut_slice() {
        [] => Vec::new(),
        [(_, only)] => only.found.take().unwrap_or_default(),
        leaves => joined(leaves, base),
    };
    Judgement { found, is_decided, time: start.elapsed() }
}

/// What `judge` finds in the instance of `site` under what is assumed at present. `who` is blamed
/// for a panic.
pub(crate) fn leaf_of<'a>(
    who: &dyn Display,
    site: &Site<'a>,
    mut reporter: Reporter<'a>,
    judge: impl FnOnce(&BlockContext<'a>, &mut Reporter<'a>),
) -> Leaf {
    let Some(block) = BlockContext::new(site) else {
        return Leaf { found: None, is_decided: false, mentioned: Mentioned::default() };
    };
    let panic = guarded(who, site.declared.header(), || judge(&block, &mut reporter));
    let mut found = reporter.found;
    found.extend(panic.map(Found::plain));
    let mentioned = block.mentioned.take();
    Leaf { found: Some(found), is_decided: !block.met_unknown.get(), mentioned }
}

/// A rule in words.
pub(crate) struct Who<'r>(pub(crate) &'r BuiltinRule);

impl Display for Who<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the rule `{}`", self.0.id)
    }
}

/// What was found in some scenarios: as it is where that is in all, else with the condition, and one
/// level lower, unless the rule is broken in the other scenarios too.
fn joined(leaves: &mut [(Assumptions, Leaf)], base: &Assumptions) -> Vec<Found> {
    let mut groups: Vec<(Found, Vec<bool>)> = Vec::new();
    let mut by_place: HashMap<Location, Vec<usize>> = HashMap::new();
    let count = leaves.len();
    for (at, (_, leaf)) in leaves.iter_mut().enumerate() {
        for found in leaf.found.take().unwrap_or_default() {
            let same = by_place.entry(found.diagnostic.location).or_default();
            if let Some(known) = same.iter().find(|known| is_same(&groups[**known].0, &found)) {
                let (known, holds) = &mut groups[*known];
                holds[at] = true;
                join(&mut known.diagnostic, &found.diagnostic);
            } else {
                let mut holds = vec![false; count];
                holds[at] = true;
                same.push(groups.len());
                groups.push((found, holds));
            }
        }
    }
    let kinds =
        groups.iter().map(|(found, holds)| (found.diagnostic.level, holds.clone())).collect();
    for (found, holds) in &mut groups {
        let leaves: Vec<_> = leaves.iter().map(|(it, _)| it.clone()).zip(holds.clone()).collect();
        let Some(when) = when(&leaves, base) else { continue };
        let diagnostic = &mut found.diagnostic;
        diagnostic.when = Some(when);
        // Twice uncertain is not more harmless.
        if !found.is_lowered && !is_broken_in_all(diagnostic.level, holds, &kinds) {
            diagnostic.level = diagnostic.level.lowered();
        }
        // What mends one case may be wrong for another.
        diagnostic.fix = None;
    }
    groups.into_iter().map(|(found, _)| found).collect()
}

/// Whether in each scenario that lacks a finding of that level there is another one in its stead,
/// which is as bad and never beside it: both arms of a conditional may be wrong, each in a place of
/// its own. `kinds` are the levels of all findings, with the scenarios in which they are.
fn is_broken_in_all(level: Level, holds: &[bool], kinds: &BTreeSet<(Level, Vec<bool>)>) -> bool {
    let mut is_met = holds.to_vec();
    for (_, others) in kinds.iter().filter(|(other, _)| *other >= level) {
        if !holds.iter().zip(others).any(|(here, there)| *here && *there) {
            is_met.iter_mut().zip(others).for_each(|(met, there)| *met |= there);
        }
    }
    is_met.into_iter().all(|met| met)
}

fn is_same(a: &Found, b: &Found) -> bool {
    let (a, b) = (&a.diagnostic, &b.diagnostic);
    (&a.rule, a.location, a.level, &a.message) == (&b.rule, b.location, b.level, &b.message)
}

pub(crate) fn reporter<'a>(
    rule: &BuiltinRule,
    block: Option<(syntax::Block<'a>, BlockPlace<'a>)>,
    values: &ModuleValues<'a>,
    uses: &'a Uses<'a, 'a>,
) -> Reporter<'a> {
    Reporter {
        rule: RuleId::from_static(rule.id),
        level: rule.level,
        uses,
        values: values.clone(),
        block,
        doubts_defaults: false,
        found: Vec::new(),
    }
}

/// Runs `judge`; a panic in it becomes a diagnostic at `at` that blames `who`.
pub(crate) fn guarded(who: &dyn Display, at: Location, judge: impl FnOnce()) -> Option<Diagnostic> {
    catch_unwind(AssertUnwindSafe(judge)).err().map(|_| {
        let message = format!("{who} crashed here; this is a bug of cfglint");
        Diagnostic::new(core::RULE_PANIC, Level::Error, at, message)
    })
}
