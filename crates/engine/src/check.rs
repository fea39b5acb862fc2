//! The run over all modules.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use diagnostics::{Diagnostic, RuleId};
use module::{
    Absence, Assumptions, Evaluation, Key, Module, ModuleFiles, ModuleId, ModuleValues, Modules,
    Resource, Settings, Sources,
};
use rayon::prelude::*;
use rulebook::Page;
use schema::{BlockSchema, Catalog};
use source::{FileSet, Files, Location, TextRange};

use crate::conformance::{Conformance, SchemaRules, Shared, Superseded};
use crate::context::{ModuleContext, Site};
use crate::judge::{Judge, Who, guarded, reporter, undisputed};
use crate::merge::{Calls, Merged, OfInstance};
use crate::uses::Uses;
use crate::{BuiltinRule, RuleCode, problems};

/// A root with more module instances than this that rules look at is judged in parts.
const SPLIT_FROM: usize = 32;
/// The same where schemas are all that is looked at, which costs less than what parts of one root
/// compute several times.
const SPLIT_FROM_OF_SCHEMAS: usize = 500;
/// The parts.
const PARTS: usize = 8;

/// What a run looks at.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// All files with their trees.
    pub sources: Sources<'a>,
    /// The modules, in the order of their directories.
    pub modules: &'a [ModuleFiles],
    /// What is set from outside.
    pub settings: &'a Settings,
    /// What directories are that calls lead to and that are no modules.
    pub absent: &'a BTreeMap<String, Absence>,
    /// The files that functions may read; `None` when nothing is known of them.
    pub files: Option<&'a dyn Files>,
    /// The schemas of providers.
    pub schemas: &'a Catalog<'a>,
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
    /// Time of each rule that ran, summed over all threads, in the order of the rules. Rules that
    /// rest on schemas share their work; the first one has the time of all.
    pub rules: Vec<(&'static str, Duration)>,
}

/// A block of which rules did not see all: it has no instance, or not all that they asked for is
/// known.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// The rules.
    pub rules: Arc<[RuleId]>,
    /// The whole block, or one that overrides it.
    pub block: Location,
}

/// The rules of a run, ready to be found by the type of a block.
pub struct RuleSet {
    rules: Vec<BuiltinRule>,
    pages: Vec<OnceLock<Page>>,
    /// By the type of the block: its kind and the index of the rule.
    by_type: HashMap<&'static str, Vec<(&'static str, usize)>>,
    schema: SchemaRules,
    /// Those of them that judge values.
    about_values: Arc<[RuleId]>,
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
        let schema = SchemaRules::new(rules);
        let about_values = schema.about_values().into();
        Self { rules: rules.to_vec(), pages, by_type, schema, about_values }
    }

    fn for_block(&self, kind: &str, block_type: &str) -> Vec<usize> {
        let found = self.by_type.get(block_type).into_iter().flatten();
        found.filter(|(of, _)| *of == kind).map(|(_, index)| *index).collect()
    }

    /// Whether some rule looks at a block of `module`.
    fn look_at(&self, module: &Module<'_>, schemas: &Catalog<'_>) -> bool {
        let is_known = |resource: &Resource<'_>| {
            let source = module.provider_of(resource);
            source.is_some_and(|source| schemas.knows(&source))
        };
        self.name_types_of(module)
            || self.schema.look_at_blocks() && module.resources.iter().any(is_known)
    }

    /// Whether some rule names the type of a block of `module`.
    fn name_types_of(&self, module: &Module<'_>) -> bool {
        let mut resources = module.resources.iter();
        resources.any(|found| {
            let of_type = self.by_type.get(&*found.block_type).into_iter().flatten();
            of_type.into_iter().any(|(kind, _)| *kind == found.mode.block_kind())
        })
    }

    /// Whether some rule looks at the `import` blocks of `module`, whose types no rule names.
    fn look_at_imports(&self, module: &Module<'_>) -> bool {
        let is_whole = |rule: &BuiltinRule| matches!(rule.code, RuleCode::Module(_));
        !module.imports.is_empty() && self.rules.iter().any(is_whole)
    }

    /// All blocks of a module that no rule has seen.
    fn undecided_in(&self, module: &Module<'_>) -> Vec<Undecided> {
        let mut all = Vec::new();
        for resource in &module.resources {
            let picked = self.for_block(resource.mode.block_kind(), &resource.block_type);
            all.extend(undecided(resource, &self.ids(picked.iter().copied())));
            all.extend(undecided(resource, &self.about_values));
        }
        all
    }

    /// The ids of the rules at `picked`.
    fn ids(&self, picked: impl Iterator<Item = usize>) -> Arc<[RuleId]> {
        picked.map(|index| RuleId::from_static(self.rules[index].id)).collect()
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
    let assembled: Vec<Module<'_>> =
        input.modules.par_iter().map(|files| Module::assemble(files, input.sources)).collect();
    let modules = Modules::new(assembled, input.absent, input.schemas);
    let roots = modules.roots();
    let assembling = start.elapsed();
    let start = Instant::now();
    let uses = Uses::new(modules.iter().map(|(id, module)| (module, modules.number_of_calls(id))));
    let named =
        modules.leading_to(|module| rules.name_types_of(module) || rules.look_at_imports(module));
    let judge = Root { modules: &modules, rules, uses: &uses, named: &named };
    let runs: Vec<Vec<ModuleRun>> =
        roots.par_iter().map(|root| judge.check(*root, input)).collect();
    let mut times = vec![Duration::ZERO; rules.rules.len()];
    let (mut calls, mut undecided) = (Calls::default(), Vec::new());
    for run in runs.into_iter().flatten() {
        calls.add(run.module, run.found);
        undecided.extend(run.undecided);
        for (rule, time) in run.times {
            times[rule] += time;
        }
    }
    for (_, module) in modules.iter().filter(|(id, _)| !calls.has(*id)) {
        undecided.extend(rules.undecided_in(module));
    }
    let mut diagnostics = problems::of_syntax(input.sources);
    let mut found = calls.into_diagnostics(|id| modules.get(id));
    Superseded::new(&rules.rules).remove_from(&mut found);
    diagnostics.extend(found);
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

/// What was found in one module instance.
struct ModuleRun {
    module: ModuleId,
    found: Vec<OfInstance>,
    undecided: Vec<Undecided>,
    times: Vec<(usize, Duration)>,
    /// Whether something was found for which it matters where values come from.
    blames_values: bool,
}

/// What the judgement of a root module takes.
struct Root<'r, 'm> {
    modules: &'m Modules<'m>,
    rules: &'r RuleSet,
    uses: &'m Uses<'m, 'm>,
    /// The modules with blocks whose types rules name, and those that lead to them: there it
    /// matters what must be assumed for an instance to exist. Where schemas are all that is looked
    /// at, scenarios without the instance are left out when they are met, which costs less.
    named: &'r BTreeSet<ModuleId>,
}

impl<'m> Root<'_, 'm> {
    /// Judges a root module and all that it calls; a large one in parts, side by side.
    fn check(&self, root: ModuleId, input: Input<'m>) -> Vec<ModuleRun> {
        // Where schemas are all that is looked at, values seldom have to tell where they come from.
        let has_origins = self.named.contains(&root);
        let evaluation = self.evaluation(root, input, has_origins);
        let instances = self.instances(&evaluation);
        if !self.is_large(&instances) {
            let runs = self.judge_all(instances.into_iter());
            let are_enough = has_origins || !runs.iter().any(|run| run.blames_values);
            return if are_enough { runs } else { self.check_part(root, input, true, (0, 1)) };
        }
        // The number of parts does not depend on that of the threads, so that the result does not.
        let parts = (0..PARTS).into_par_iter().flat_map_iter(|part| {
            let runs = self.check_part(root, input, has_origins, (part, PARTS));
            let are_enough = has_origins || !runs.iter().any(|run| run.blames_values);
            if are_enough { runs } else { self.check_part(root, input, true, (part, PARTS)) }
        });
        parts.collect()
    }

    /// Whether so many module instances are looked at that a root is judged in parts.
    fn is_large(&self, instances: &[(ModuleValues<'m>, Assumptions)]) -> bool {
        if instances.len() <= SPLIT_FROM {
            return false;
        }
        let modules = || instances.iter().map(|(values, _)| values.module());
        let schemas = self.modules.schemas();
        modules().filter(|module| self.rules.name_types_of(module)).count() > SPLIT_FROM
            || instances.len() > SPLIT_FROM_OF_SCHEMAS
                && modules().filter(|module| self.rules.look_at(module, schemas)).count()
                    > SPLIT_FROM_OF_SCHEMAS
    }

    /// Judges one of so many parts of a root module, in an evaluation of its own.
    fn check_part(
        &self,
        root: ModuleId,
        input: Input<'m>,
        has_origins: bool,
        (part, parts): (usize, usize),
    ) -> Vec<ModuleRun> {
        let evaluation = self.evaluation(root, input, has_origins);
        let instances = self.instances(&evaluation).into_iter();
        self.judge_all(instances.skip(part).step_by(parts))
    }

    fn evaluation(&self, root: ModuleId, input: Input<'m>, has_origins: bool) -> Evaluation<'m> {
        let evaluation = Evaluation::new(self.modules, root, input.settings, input.files);
        if has_origins { evaluation } else { evaluation.without_origins() }
    }

    /// All module instances of a root, each with what must be assumed for it to exist.
    fn instances(&self, evaluation: &'m Evaluation<'m>) -> Vec<(ModuleValues<'m>, Assumptions)> {
        let mut instances = vec![(evaluation.root(), Assumptions::default())];
        let mut at = 0;
        while at < instances.len() {
            let (values, assumed) = instances[at].clone();
            instances.extend(values.children(&assumed, self.named));
            at += 1;
        }
        instances
    }

    /// Judges some module instances of one evaluation.
    fn judge_all(
        &self,
        instances: impl Iterator<Item = (ModuleValues<'m>, Assumptions)>,
    ) -> Vec<ModuleRun> {
        let shared = Shared::new(&self.rules.schema, self.uses);
        // What is lost or in the wrong place may change anything, so nothing is certain then.
        let judge = |(values, assumed): (ModuleValues<'m>, Assumptions)| {
            let is_certain = values.is_certain();
            let run = if is_certain {
                self.check_module(&values, &assumed, &shared)
            } else {
                ModuleRun::new(&values)
            };
            (values, run, is_certain)
        };
        let mut runs: Vec<_> = instances.map(judge).collect();
        // After the rules, which get the first of the evaluation's budget.
        for (values, run, _) in runs.iter_mut().filter(|(.., is_certain)| *is_certain) {
            values.evaluate_all();
            run.add(values.address(), problems::of_module(values));
        }
        runs.into_iter().map(|(_, run, _)| run).collect()
    }

    fn check_module(
        &self,
        values: &ModuleValues<'m>,
        assumed: &Assumptions,
        shared: &Shared<'_, 'm>,
    ) -> ModuleRun {
        let mut run = ModuleRun::new(values);
        let start = Instant::now();
        for resource in &values.module().resources {
            let kind = resource.mode.block_kind();
            let picked = self.rules.for_block(kind, &resource.block_type);
            self.check_resource(resource, &picked, (values, assumed, shared), &mut run);
        }
        // What the others did not take.
        let others: Duration = run.times.iter().map(|(_, time)| *time).sum();
        let time = start.elapsed().saturating_sub(others);
        run.times.extend(self.rules.schema.first().map(|first| (first, time)));
        self.check_whole(values, shared, &mut run);
        run
    }

    /// Runs the rules that look at a whole module.
    fn check_whole(&self, values: &ModuleValues<'m>, shared: &Shared<'_, 'm>, run: &mut ModuleRun) {
        let module = values.module();
        for (index, rule) in self.rules.rules.iter().enumerate() {
            let RuleCode::Module(judge) = rule.code else { continue };
            let declares = |(kind, block_type): &(&str, &str)| {
                let mut resources = module.resources.iter();
                resources.any(|found| {
                    found.mode.block_kind() == *kind && found.block_type == *block_type
                })
            };
            if !rule.blocks.is_empty() && !rule.blocks.iter().any(declares) {
                continue;
            }
            let Some(first) = module.files.config.first() else { continue };
            let whole_file = Location::new(*first, TextRange::empty(0));
            let start = Instant::now();
            let mut reporter = reporter(rule, None, values, self.uses);
            let context = ModuleContext { values: values.clone() };
            let panic = guarded(&Who(rule), whole_file, || judge(&context, &mut reporter));
            run.times.push((index, start.elapsed()));
            let found = reporter.found.into_iter().map(|found| found.diagnostic);
            run.add(values.address(), found.chain(panic));
        }
        if self.rules.schema.look_at_modules() {
            run.add(values.address(), shared.judge_module(values));
        }
    }

    /// Runs the rules at `picked` on all instances of a resource, and those that rest on schemas.
    fn check_resource(
        &self,
        resource: &'m Resource<'m>,
        picked: &[usize],
        (values, assumed, shared): (&ModuleValues<'m>, &Assumptions, &Shared<'_, 'm>),
        run: &mut ModuleRun,
    ) {
        let looks = self.rules.schema.look_at_blocks();
        let conformance = looks.then(|| Conformance::new(shared, values, resource)).flatten();
        let schema = match &conformance {
            _ if picked.is_empty() => None,
            Some(conformance) => conformance.schema(),
            None => values.schema_of(resource),
        };
        let (base, keys) = match &conformance {
            _ if schema.is_some() => values.existing(&resource.declared, assumed),
            Some(conformance) if conformance.has_values() => conformance.existing(assumed),
            _ => (assumed.clone(), Vec::new()),
        };
        let mut merged = Merged::default();
        if let Some(schema) = schema {
            let site = Unkeyed { values, resource, schema };
            self.check_pages(&site, picked, (&base, &keys), &mut merged, run);
        }
        let mut found = Vec::new();
        if let Some(conformance) = conformance {
            let of_resource = conformance.judge(&base, &keys, &mut merged);
            run.blames_values |= of_resource.has_values;
            found = of_resource.found;
            if !of_resource.is_decided {
                run.undecided.extend(undecided(resource, &self.rules.about_values));
            }
        }
        if !found.is_empty() || !merged.is_empty() {
            let address = values.within(&resource.address());
            run.add(&address, found);
            run.found.extend(merged.into_found(keys.len(), &address));
        }
    }

    /// Runs the rules at `picked` on all instances of a resource.
    fn check_pages(
        &self,
        site: &Unkeyed<'_, 'm>,
        picked: &[usize],
        (base, keys): (&Assumptions, &[Key]),
        merged: &mut Merged,
        run: &mut ModuleRun,
    ) {
        let Unkeyed { values, resource, schema } = *site;
        let declared = &resource.declared;
        let block_type = (resource.mode.block_kind(), &*resource.block_type);
        // Whether each rule saw all there is in the block.
        let mut decided = vec![!keys.is_empty(); picked.len()];
        for (at, key) in keys.iter().enumerate() {
            let memory = Rc::default();
            let site = Site { values: values.clone(), declared, schema, key: key.clone(), memory };
            let shown = values.shown_key(declared, key);
            let of_rule = |index: &usize| {
                let rule = &self.rules.rules[*index];
                let page = (rule.code.is_page()).then(|| self.rules.page(*index));
                Judge { rule, page, block_type, uses: self.uses }
            };
            let all: Vec<_> = picked.iter().map(of_rule).collect();
            let known = undisputed(&site, base, &all);
            let said = all.iter().zip(known);
            let said = said.map(|(judge, known)| known.unwrap_or_else(|| judge.run(&site, base)));
            for ((index, decided), judgement) in picked.iter().zip(&mut decided).zip(said) {
                run.times.push((*index, judgement.time));
                *decided &= judgement.is_decided;
                for found in judgement.found {
                    merged.add(found, (at, shown.as_deref()));
                }
            }
        }
        let open = picked.iter().zip(&decided).filter(|(_, decided)| !**decided);
        let open = self.rules.ids(open.map(|(index, _)| *index));
        run.undecided.extend(undecided(resource, &open));
    }
}

/// A resource before its instances are told apart.
#[derive(Clone, Copy)]
struct Unkeyed<'s, 'm> {
    values: &'s ModuleValues<'m>,
    resource: &'m Resource<'m>,
    schema: BlockSchema<'m>,
}

impl ModuleRun {
    fn new(values: &ModuleValues<'_>) -> Self {
        let module = values.id_of_module();
        let (found, undecided, times) = (Vec::new(), Vec::new(), Vec::new());
        Self { module, found, undecided, times, blames_values: false }
    }

    fn add(&mut self, address: &str, found: impl IntoIterator<Item = Diagnostic>) {
        let of_instance =
            |diagnostic| OfInstance { diagnostic, address: address.to_owned(), of_calls: 0 };
        self.found.extend(found.into_iter().map(of_instance));
    }
}

/// A block and those that override it, as ones that `rules` did not see in full.
fn undecided(resource: &Resource<'_>, rules: &Arc<[RuleId]>) -> Vec<Undecided> {
    if rules.is_empty() {
        return Vec::new();
    }
    let of_part = |part: module::Placed<'_>| {
        let block = Location::new(part.file, part.block.range());
        Undecided { rules: rules.clone(), block }
    };
    resource.declared.body().parts().map(of_part).collect()
}
