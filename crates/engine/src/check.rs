//! The run over all modules.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use diagnostics::{Diagnostic, Level, RuleId, core};
use module::{
    CallIndex, Module, ModuleFiles, ModuleValues, Resource, ResourceMode, Settings, Sources,
    instances,
};
use rayon::prelude::*;
use rulebook::Page;
use source::{FileSet, Location, TextRange};

use crate::context::{BlockContext, Found, ModuleContext, Reporter};
use crate::place::{BlockPlace, Uses};
use crate::{BuiltinRule, RuleCode, page_check, problems, shape};

/// What a run looks at.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// All files with their trees.
    pub sources: Sources<'a>,
    /// The modules, in the order of their directories.
    pub modules: &'a [ModuleFiles],
    /// What is set from outside.
    pub settings: &'a Settings,
}

/// What a run found and how long its parts took.
pub struct Outcome {
    /// In the order of [`sort`].
    pub diagnostics: Vec<Diagnostic>,
    /// Where a run with other values may find more.
    pub undecided: Vec<Undecided>,
    /// Time of assembling the modules: declarations and calls.
    pub assembling: Duration,
    /// Time of evaluating and judging.
    pub judging: Duration,
    /// Time of each rule that ran, summed over all threads, in the order of the rules.
    pub rules: Vec<(&'static str, Duration)>,
}

/// A block of which a rule did not see all: it has no instance, or not all that the rule asked for
/// is known.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// The rule.
    pub rule: RuleId,
    /// The whole block, or one that overrides it.
    pub block: Location,
}

/// The rules of a run, ready to be found by the type of a block.
pub struct RuleSet {
    rules: Vec<BuiltinRule>,
    pages: Vec<OnceLock<Page>>,
    /// By the type of the block: its kind and the index of the rule.
    by_type: HashMap<&'static str, Vec<(&'static str, usize)>>,
}

impl RuleSet {
    /// The set of `rules`. Pages are read when a block first asks for them.
    pub fn new(rules: &[BuiltinRule]) -> Self {
        let mut by_type: HashMap<_, Vec<_>> = HashMap::new();
        for (index, rule) in rules.iter().enumerate() {
            for (kind, block_type) in rule.blocks {
                let found = by_type.entry(*block_type).or_default();
                if !found.contains(&(*kind, index)) {
                    found.push((*kind, index));
                }
            }
        }
        let pages = rules.iter().map(|_| OnceLock::new()).collect();
        Self { rules: rules.to_vec(), pages, by_type }
    }

    fn for_block(&self, kind: &str, block_type: &str) -> Vec<usize> {
        let found = self.by_type.get(block_type).into_iter().flatten();
        found.filter(|(of, _)| *of == kind).map(|(_, index)| *index).collect()
    }

    /// The page of the rule at `index`.
    fn page(&self, index: usize) -> &Page {
        self.pages[index].get_or_init(|| {
            let rule = &self.rules[index];
            let id = RuleId::from_static(rule.id);
            let page = Page::parse(id.pack(), id.name(), rule.text);
            page.expect("invariant: the build has read the pages of all rules")
        })
    }
}

/// Checks all modules of `input` with `rules`. The result does not depend on the number of threads.
pub fn check(input: Input<'_>, rules: &RuleSet) -> Outcome {
    let start = Instant::now();
    let modules: Vec<Module<'_>> =
        input.modules.par_iter().map(|files| Module::assemble(files, input.sources)).collect();
    let calls = CallIndex::new(&modules);
    let assembling = start.elapsed();
    let start = Instant::now();
    let runs: Vec<ModuleRun> = modules
        .par_iter()
        .map(|module| check_module(module, input.settings, &calls, rules))
        .collect();
    let mut diagnostics = problems::of_syntax(input.sources);
    let mut times = vec![Duration::ZERO; rules.rules.len()];
    let mut undecided = Vec::new();
    for run in runs {
        diagnostics.extend(run.diagnostics);
        undecided.extend(run.undecided);
        for (rule, time) in run.times {
            times[rule] += time;
        }
    }
    sort(&mut diagnostics, input.sources.files);
    let judging = start.elapsed();
    let rules = rules.rules.iter().map(|rule| rule.id).zip(times).collect();
    Outcome { diagnostics, undecided, assembling, judging, rules }
}

/// Sorts in the order of all outputs, by path, place, rule, message and instance, and takes out
/// repetitions.
pub fn sort(diagnostics: &mut Vec<Diagnostic>, files: &FileSet) {
    diagnostics.sort_by(|a, b| order(a, files).cmp(&order(b, files)));
    diagnostics.dedup();
}

fn order<'d>(diagnostic: &'d Diagnostic, files: &'d FileSet) -> impl Ord + use<'d> {
    let Location { file, range } = diagnostic.location;
    let place = (files.get(file).path(), range.start(), &diagnostic.rule, range.end());
    (place, &diagnostic.message, &diagnostic.instance)
}

#[derive(Default)]
struct ModuleRun {
    diagnostics: Vec<Diagnostic>,
    undecided: Vec<Undecided>,
    times: Vec<(usize, Duration)>,
}

fn check_module(
    module: &Module<'_>,
    settings: &Settings,
    calls: &CallIndex,
    rules: &RuleSet,
) -> ModuleRun {
    let mut run = ModuleRun::default();
    if !problems::are_overrides_known(module) || problems::has_broken_json(module) {
        // What is lost or in the wrong place may change anything, so nothing is certain here.
        return run;
    }
    let set_by_callers = calls.variables_of(&module.files.directory);
    let values = ModuleValues::new(module, settings, set_by_callers);
    let uses = Uses::new(module);
    for resource in &module.resources {
        let picked = rules.for_block(resource.mode.block_kind(), &resource.block_type);
        if !picked.is_empty() {
            check_resource(resource, &picked, rules, &values, &uses, &mut run);
        }
    }
    check_whole(&values, rules, &uses, &mut run);
    // After the rules, which get the first of the evaluation's budget.
    values.evaluate_all();
    run.diagnostics.extend(problems::of_module(&values));
    run
}

/// Runs the rules that look at a whole module.
fn check_whole(
    values: &ModuleValues<'_>,
    rules: &RuleSet,
    uses: &Uses<'_, '_>,
    run: &mut ModuleRun,
) {
    let module = values.module();
    for (index, rule) in rules.rules.iter().enumerate() {
        let RuleCode::Module(judge) = rule.code else { continue };
        let declares = |(kind, block_type): &(&str, &str)| {
            let mut resources = module.resources.iter();
            resources
                .any(|found| found.mode.block_kind() == *kind && found.block_type == *block_type)
        };
        if !rule.blocks.is_empty() && !rule.blocks.iter().any(declares) {
            continue;
        }
        let Some(first) = module.files.config.first() else { continue };
        let whole_file = Location::new(*first, TextRange::empty(0));
        let mut reporter = reporter(rule, None, values, uses);
        let judged = judge_guarded(rule, whole_file, || {
            judge(&ModuleContext { values }, &mut reporter);
        });
        run.times.push((index, judged.time));
        run.diagnostics.extend(reporter.found.into_iter().map(|found| found.diagnostic));
        run.diagnostics.extend(judged.panic);
    }
}

/// Runs the rules at `picked` on all instances of a resource.
fn check_resource(
    resource: &Resource<'_>,
    picked: &[usize],
    rules: &RuleSet,
    values: &ModuleValues<'_>,
    uses: &Uses<'_, '_>,
    run: &mut ModuleRun,
) {
    let schema = schema::resource(&resource.block_type);
    let Some(schema) = schema.filter(|_| resource.mode == ResourceMode::Managed) else { return };
    let declared = &resource.declared;
    let place = BlockPlace::new(declared);
    let body = (declared.body(), shape::Legibility::of(declared.body()));
    let all = instances(values, declared);
    let mut merged = Merged::default();
    // Whether each rule saw all there is in the block.
    let mut decided = vec![!all.is_empty(); picked.len()];
    for (at, instance) in all.iter().enumerate() {
        let shaped = shape::shape(values, body, &instance.bindings, schema);
        let block = BlockContext::new(shaped, declared.block);
        for (index, decided) in picked.iter().zip(&mut decided) {
            let rule = &rules.rules[*index];
            let mut reporter = reporter(rule, Some((declared.block, place)), values, uses);
            let judged = judge_guarded(rule, place.header(), || match rule.code {
                RuleCode::Page => {
                    let block_type = (resource.mode.block_kind(), &*resource.block_type);
                    page_check::run(rules.page(*index), block_type, &block, &mut reporter);
                }
                RuleCode::Block(judge) => judge(&block, &mut reporter),
                RuleCode::Module(_) => {}
            });
            run.times.push((*index, judged.time));
            *decided &= !block.met_unknown.take();
            let panic = judged.panic.map(|diagnostic| Found { diagnostic, fixes_instance: false });
            for found in reporter.found.into_iter().chain(panic) {
                merged.add(found, (at, instance.key.as_deref()));
            }
        }
    }
    run.diagnostics.extend(merged.into_diagnostics(all.len()));
    let parts = [declared.body().base()].into_iter().chain(declared.body().overrides().to_vec());
    for part in parts {
        let block = Location::new(part.file, part.block.range());
        let open = picked.iter().zip(&decided).filter(|(_, decided)| !**decided);
        let ids = open.map(|(index, _)| RuleId::from_static(rules.rules[*index].id));
        run.undecided.extend(ids.map(|rule| Undecided { rule, block }));
    }
}

fn reporter<'a>(
    rule: &BuiltinRule,
    block: Option<(syntax::Block<'a>, BlockPlace<'a>)>,
    values: &'a ModuleValues<'a>,
    uses: &'a Uses<'a, 'a>,
) -> Reporter<'a> {
    Reporter {
        rule: RuleId::from_static(rule.id),
        level: rule.level,
        uses,
        module: values.module(),
        block,
        found: Vec::new(),
    }
}

struct Judged {
    time: Duration,
    panic: Option<Diagnostic>,
}

/// Runs `judge`; a panic in it becomes a diagnostic at `at`.
fn judge_guarded(rule: &BuiltinRule, at: Location, judge: impl FnOnce()) -> Judged {
    let start = Instant::now();
    let panic = catch_unwind(AssertUnwindSafe(judge)).err().map(|_| {
        let message = format!("the rule `{}` crashed here; this is a bug of cfglint", rule.id);
        Diagnostic::new(core::RULE_PANIC, Level::Error, at, message)
    });
    Judged { time: start.elapsed(), panic }
}

/// Findings of several instances of one block: what all have in common is said once.
#[derive(Default)]
struct Merged {
    found: Vec<(Found, Vec<InstanceName>)>,
    by_place: HashMap<(RuleId, Location), Vec<usize>>,
}

/// An instance: its place among all, and its key when that may be shown.
type InstanceName = (usize, Option<String>);

impl Merged {
    /// Adds what was found for an instance.
    fn add(&mut self, found: Found, (index, key): (usize, Option<&str>)) {
        let instance = (index, key.map(str::to_owned));
        let diagnostic = &found.diagnostic;
        let place = (diagnostic.rule.clone(), diagnostic.location);
        let same = self.by_place.entry(place).or_default();
        let known = same.iter().find(|at| is_same(&self.found[**at].0.diagnostic, diagnostic));
        let Some(known) = known else {
            same.push(self.found.len());
            self.found.push((found, vec![instance]));
            return;
        };
        let (known, instances) = &mut self.found[*known];
        if instances.last() != Some(&instance) {
            instances.push(instance);
        }
        // What mends one instance would be wrong for another.
        if known.diagnostic.fix != diagnostic.fix {
            known.diagnostic.fix = None;
        }
    }

    /// One diagnostic for what all of so many instances have in common, else one for each instance,
    /// with a fix only where it leaves the others alone.
    fn into_diagnostics(self, count: usize) -> impl Iterator<Item = Diagnostic> {
        self.found.into_iter().flat_map(move |(found, instances)| {
            let Found { mut diagnostic, fixes_instance } = found;
            let is_common = instances.len() == count;
            if !is_common && !fixes_instance {
                diagnostic.fix = None;
            }
            let keys = if is_common {
                vec![None]
            } else {
                instances.into_iter().map(|(_, key)| key).collect()
            };
            keys.into_iter().map(move |key| Diagnostic { instance: key, ..diagnostic.clone() })
        })
    }
}

/// Whether two findings are the same but for their fixes.
fn is_same(a: &Diagnostic, b: &Diagnostic) -> bool {
    (a.level, &a.message, &a.related) == (b.level, &b.message, &b.related)
}
