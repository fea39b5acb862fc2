//! Random modules: written in another way they have the same values, and what is claimed while
//! variables are not known holds whatever they are.

mod generate;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;

use cfglint_module::{
    Assumptions, Bindings, Evaluation, Key, ModuleValues, Problem, Settings, Shaper, scenarios,
};
use generate::agree::{disagreement, has_error, shown};
use generate::shrink::shrunk;
use generate::write::{Style, WRAPPER, literal};
use generate::{Kind, Project};
use source::FileId;
use support::Loaded;
use testkit::Random;
use value::{Marks, Value};

/// The seeds of the modules that are looked at; more of them were when this was written.
const SEEDS: Range<u64> = 0..60;

/// All values of an evaluation by the address of what has them.
type Observed = BTreeMap<String, Value>;

fn load(files: &BTreeMap<String, String>) -> Loaded {
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Loaded::new(&files)
}

/// The values of all outputs of the root and of all block instances, those of which it is not known
/// whether they exist included.
fn observe<'m>(evaluation: &'m Evaluation<'m>) -> Observed {
    observe_some(evaluation, true)
}

fn observe_some<'m>(evaluation: &'m Evaluation<'m>, with_possible: bool) -> Observed {
    let mut observed = Observed::new();
    let root = evaluation.root();
    for (name, output) in &root.module().outputs {
        let argument = output.argument("value").expect("each output has one");
        let value = root.value(argument.expr(), argument.file, &Bindings::default());
        observed.insert(format!("output.{name}"), value);
    }
    let mut stack = vec![root];
    while let Some(values) = stack.pop() {
        for resource in &values.module().resources {
            let mut keys = values.instances(&resource.declared);
            keys.retain(|key| with_possible || *key != Key::Unknown);
            for key in keys {
                let Some(bindings) = values.bindings(&resource.declared, &key) else { continue };
                let body = resource.declared.body();
                let schema = values.schema_of(resource).expect("its schema");
                let value = Shaper::new(&values, body, &bindings).object(schema);
                let address = values.within(&format!("{}{key}", resource.address()));
                observed.insert(address, value);
            }
        }
        let children = values.children(&Assumptions::default(), &BTreeSet::new());
        let children = children.into_iter().map(|(child, _)| child);
        stack.extend(children.filter(|child| with_possible || !child.address().contains("[?]")));
    }
    observed
}

/// What Terraform refuses in anything that certainly exists, or that may exist.
fn refused(loaded: &Loaded, with_possible: bool) -> Vec<String> {
    let (modules, settings) = (loaded.modules(), Settings::default());
    let evaluation = loaded.evaluation(&modules, &settings);
    observe_some(&evaluation, with_possible);
    let mut refused = Vec::new();
    let mut stack = vec![evaluation.root()];
    while let Some(values) = stack.pop() {
        values.evaluate_all();
        refused.extend(values.problems().into_iter().map(|problem| match problem {
            Problem::Invalid { error, .. } | Problem::Undeclared(error) => {
                format!("{}: {}", error.summary, error.detail)
            }
            other => format!("{other:?}"),
        }));
        let children = values.children(&Assumptions::default(), &BTreeSet::new());
        let children = children.into_iter().map(|(child, _)| child);
        stack.extend(children.filter(|child| with_possible || !child.address().contains("[?]")));
    }
    refused
}

/// The observed values in each scenario.
fn leaves<'m>(evaluation: &'m Evaluation<'m>) -> Vec<(Assumptions, Observed)> {
    scenarios(&Assumptions::default(), 64, |under| evaluation.under(under, || observe(evaluation)))
}

/// Everything about values that does not depend on how they are written.
fn described(observed: &Observed) -> String {
    let mut text = String::new();
    for (address, value) in observed {
        let address = address.strip_prefix(&format!("module.{WRAPPER}.")).unwrap_or(address);
        let marks = value.marks_to_json(Marks::SENSITIVE);
        let rests_on_default = value.marks_deep().contains(Marks::DEFAULT);
        let value = parts(value).replace(&format!("module.{WRAPPER}."), "");
        let _ = writeln!(text, "{address} = {value} {marks} {rests_on_default}");
    }
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// A value with what is certain of each of its parts.
fn parts(value: &Value) -> String {
    if let Some(elements) = value.as_elements() {
        let elements: Vec<_> = elements.iter().map(parts).collect();
        return format!("{} [{}]", value.ty(), elements.join(", "));
    }
    if let Some(entries) = value.as_entries() {
        let entries: Vec<_> =
            entries.iter().map(|(key, value)| format!("{key:?}: {}", parts(value))).collect();
        return format!("{} {{{}}}", value.ty(), entries.join(", "));
    }
    shown(value)
}

/// The values of a project as it is, and those in all scenarios.
fn all_values(project: &Project, style: &Style) -> (Observed, Option<Vec<Observed>>) {
    let (loaded, settings) = (load(&project.files(style)), Settings::default());
    let modules = loaded.modules();
    let evaluation = loaded.evaluation(&modules, &settings);
    let plain = observe(&evaluation);
    let leaves = leaves(&evaluation);
    // Which conditions are met first decides which are asked, where there are too many; and where
    // Terraform refuses something in some cases the rest is not worth much.
    let is_comparable =
        leaves.len() < 32 && !leaves.iter().any(|(_, leaf)| leaf.values().any(has_error));
    let leaves = leaves.into_iter().map(|(_, observed)| observed);
    (plain, is_comparable.then(|| leaves.collect()))
}

fn is_accepted(project: &Project) -> bool {
    refused(&load(&project.files(&Style::default())), true).is_empty()
}

/// In which scenario an evaluation that has seen others says something else than one that has not.
fn misremembered(project: &Project) -> Option<String> {
    let (loaded, settings) = (load(&project.files(&Style::default())), Settings::default());
    let modules = loaded.modules();
    let old = loaded.evaluation(&modules, &settings);
    let leaves = leaves(&old);
    let under_nothing = (Assumptions::default(), observe(&old));
    leaves.iter().take(8).chain([&under_nothing]).find_map(|(assumptions, observed)| {
        let new = loaded.evaluation(&modules, &settings);
        let (fresh, _) = new.under(assumptions, || observe(&new));
        let (again, _) = old.under(assumptions, || observe(&old));
        let [observed, fresh, again] = [observed, &fresh, &again].map(described);
        let differs = observed != fresh || again != fresh;
        differs.then(|| format!("remembered:\n{observed}\n---\n{again}\n---\n{fresh}"))
    })
}

/// In which way a rewritten project has other values.
fn difference(project: &Project, styles: &[(&str, Style)]) -> Option<String> {
    // Where Terraform refuses something the rest is not worth much, to Terraform either.
    if !is_accepted(project) {
        return None;
    }
    if let Some(wrong) = misremembered(project) {
        return Some(wrong);
    }
    let (plain, all) = all_values(project, &Style::default());
    let plain = described(&plain);
    styles.iter().find_map(|(name, style)| {
        let (other, others) = all_values(project, style);
        let other = described(&other);
        if plain != other {
            return Some(format!("{name}:\n{plain}\n---\n{other}"));
        }
        let (all, others) = (all.as_ref()?, others?);
        // A condition in an arm that is not taken is asked all the same where it is that of a local,
        // so that one may tell apart more cases than the other.
        let differs = if style.inlines || style.turns {
            let has_like = |one: &Observed, all: &[Observed]| all.iter().any(|it| is_like(one, it));
            let has_all = |one: &[Observed], all| one.iter().all(|one| has_like(one, all));
            !has_all(all, &others) || !has_all(&others, all)
        } else {
            // What a condition decides may matter to nothing.
            let [all, others] =
                [all, &others].map(|all| all.iter().map(described).collect::<BTreeSet<_>>());
            all != others
        };
        let texts = |all: &[Observed]| all.iter().map(described).collect::<Vec<_>>();
        differs.then(|| format!("{name}: {:#?} but {:#?}", texts(all), texts(&others)))
    })
}

/// Whether of two cases one only says more than the other.
fn is_like(one: &Observed, two: &Observed) -> bool {
    one.len() == two.len()
        && one.iter().all(|(address, one)| {
            let other = two.get(address);
            other.is_some_and(|two| {
                disagreement(one, two).is_none() || disagreement(two, one).is_none()
            })
        })
}

fn styles(seed: u64) -> Vec<(&'static str, Style)> {
    let style = Style::default();
    vec![
        ("inlined", Style { inlines: true, ..style.clone() }),
        ("renamed", Style { renames: true, ..style.clone() }),
        ("reordered", Style { order: Some(seed), ..style.clone() }),
        ("split", Style { files: 3, ..style.clone() }),
        ("wrapped", Style { wraps: true, ..style.clone() }),
        ("turned round", Style { turns: true, ..style }),
    ]
}

/// Fails for a project, made small, with what is wrong with it.
fn report(seed: u64, project: Project, wrong: &dyn Fn(&Project) -> Option<String>) -> ! {
    let smallest = shrunk(project, &|project| wrong(project).is_some());
    let mut text = String::new();
    for (path, file) in smallest.files(&Style::default()) {
        let _ = writeln!(text, "# {path}\n{file}");
    }
    panic!("seed {seed}:\n{text}\n{}", wrong(&smallest).unwrap_or_default());
}

#[test]
fn rewritten() {
    let mut accepted = 0;
    for seed in SEEDS {
        let project = Project::random(seed);
        accepted += u64::from(is_accepted(&project));
        let wrong = |project: &Project| difference(project, &styles(seed));
        if wrong(&project).is_some() {
            report(seed, project, &wrong);
        }
    }
    assert!(accepted > SEEDS.end / 2, "{accepted} of {} are accepted", SEEDS.end);
}

/// What unknown variables of the root may be: name and text.
fn world(project: &Project, seed: u64) -> BTreeMap<String, String> {
    let mut random = Random::new(seed);
    let mut world = BTreeMap::new();
    for (name, variable) in &project.modules[0].variables {
        // Terraform takes an object that is not known for one that is not null.
        let can_be_null = variable.is_nullable && variable.kind != Kind::Object;
        let value = if can_be_null && variable.listed.is_empty() && random.below(12) == 0 {
            "null".to_owned()
        } else if variable.listed.is_empty() {
            literal(variable.kind, &mut random)
        } else {
            variable.listed[random.below(variable.listed.len())].clone()
        };
        if variable.default.is_none() {
            world.insert(name.clone(), value);
        }
    }
    world
}

/// The value of an expression in the root.
fn evaluated(values: &ModuleValues<'_>, text: &str) -> Value {
    let tree = syntax::parse_expression(text.as_bytes());
    let expr = tree.expr().expect("an expression");
    values.evaluate(expr, FileId::NOWHERE, &Bindings::default()).value
}

/// What a world says of unknown variables, as conditions; and whether that is all there is.
fn conditions(project: &Project, world: &BTreeMap<String, String>) -> (Vec<String>, bool) {
    let mut is_all = !project.files(&Style::default()).values().any(|text| {
        // What the provider computes is not known either.
        text.contains(".output") || text.contains(".id")
    });
    let mut all = Vec::new();
    for (name, value) in world {
        let variable = &project.modules[0].variables[name];
        let value = match variable.kind {
            _ if value == "null" => None,
            Kind::Text | Kind::Number | Kind::Bool => Some(value.clone()),
            _ if !variable.has_type || value == "[]" || value == "{  }" => None,
            Kind::List => Some(format!("tolist({value})")),
            Kind::Map => Some(format!("tomap({value})")),
            Kind::Object => Some(value.clone()),
        };
        match value {
            Some(value) => all.push(format!("var.{name} == {value}")),
            None => is_all = false,
        }
    }
    (all, is_all)
}

/// The address with `[?]` for the keys that `pattern` has so.
fn matches(pattern: &str, address: &str) -> bool {
    let mut pieces = pattern.split("[?]");
    let Some(mut rest) = pieces.next().and_then(|first| address.strip_prefix(first)) else {
        return false;
    };
    for piece in pieces {
        // The end of the key, which is no `]` in a text.
        let mut is_text = false;
        let mut is_escaped = false;
        let end = rest.char_indices().find_map(|(at, letter)| {
            is_text ^= letter == '"' && !is_escaped;
            is_escaped = letter == '\\' && !is_escaped;
            (letter == ']' && !is_text).then_some(at + 1)
        });
        let Some(after) = end.and_then(|end| rest.get(end..)?.strip_prefix(piece)) else {
            return false;
        };
        rest = after;
    }
    rest.is_empty()
}

/// What is claimed and is not so.
fn unsound(claimed: &Observed, actual: &Observed, is_refused: bool) -> Option<String> {
    // In a world too some keys may not be known: secret ones, and where a default leaves out what
    // is there for callers that set another value.
    let is_one = |address: &str| !address.contains("[?]");
    for (address, value) in actual.iter().filter(|(address, _)| is_one(address)) {
        let Some((_, claim)) = claimed.iter().find(|(pattern, _)| matches(pattern, address)) else {
            if is_refused {
                continue;
            }
            return Some(format!("{address} is not claimed"));
        };
        if let Some(what) = disagreement(claim, value).filter(|_| !is_refused || !has_error(value))
        {
            return Some(format!("{address}: {what}"));
        }
    }
    let is_there = |claimed: &str| actual.keys().any(|address| matches(address, claimed));
    let missing =
        claimed.keys().find(|address| !is_refused && is_one(address) && !is_there(address));
    missing.map(|address| format!("{address} is claimed"))
}

/// What is so in a world and claimed in none of the scenarios that fit it; where each value of the
/// world is known, what is claimed in one of them and not so.
fn unfit(fitting: &[&Observed], actual: &Observed, is_all: bool) -> Option<String> {
    actual.iter().filter(|(address, _)| !address.contains("[?]")).find_map(|(address, value)| {
        // What is assumed of one that stands for many does not hold of all of them.
        let is_one = fitting.iter().all(|claimed| claimed.contains_key(address));
        let one = BTreeMap::from([(address.clone(), value.clone())]);
        let wrong = |claimed: &&Observed| {
            let claimed = claimed.iter().filter(|(pattern, _)| matches(pattern, address));
            let claimed = claimed.map(|(pattern, claim)| (pattern.clone(), claim.clone()));
            unsound(&claimed.collect(), &one, false)
        };
        let wrong: Vec<_> = fitting.iter().filter_map(wrong).collect();
        let is_wrong = wrong.len() == fitting.len() || is_all && is_one && !wrong.is_empty();
        is_wrong.then(|| format!("{} of {} scenarios: {wrong:?}", wrong.len(), fitting.len()))
    })
}

/// What a project comes to when all variables have values: these, as text; what is observed then;
/// whether Terraform refuses something.
fn come_true(project: &Project, world: &BTreeMap<String, String>) -> (String, Observed, bool) {
    let mut files = project.files(&Style { is_world: true, ..Style::default() });
    let mut lines = String::new();
    for (name, value) in world {
        let _ = writeln!(lines, "{name} = {value}");
    }
    files.insert("terraform.tfvars".to_owned(), lines.clone());
    let (loaded, settings) = (load(&files), Settings::default());
    let modules = loaded.modules();
    let evaluation = loaded.evaluation(&modules, &settings);
    (lines, observe(&evaluation), !refused(&loaded, false).is_empty())
}

/// What is claimed of a project with unknown variables and does not hold in one of `worlds`.
fn falsehood(project: &Project, worlds: &[u64]) -> Option<String> {
    let files = project.files(&Style::default());
    let (loaded, settings) = (load(&files), Settings::default());
    let modules = loaded.modules();
    let evaluation = loaded.evaluation(&modules, &settings);
    let claimed = observe(&evaluation);
    // With an error on one side Terraform refuses `&&` and `||` as long as it does not know the
    // other one.
    let has_logic = files.values().any(|text| text.contains("&&") || text.contains("||"));
    let errors = if has_logic { Vec::new() } else { refused(&loaded, false) };
    let leaves = leaves(&evaluation);
    worlds.iter().find_map(|seed| {
        let world = world(project, *seed);
        let (lines, actual, is_refused) = come_true(project, &world);
        let said = |what: String| Some(format!("{what}\nin the world\n{lines}"));
        if let Some(error) = errors.first().filter(|_| !is_refused) {
            return said(format!("refused: {error}"));
        }
        if let Some(wrong) = unsound(&claimed, &actual, is_refused) {
            return said(wrong);
        }
        let (conditions, is_all) = conditions(project, &world);
        let conditions = conditions.iter().map(|text| evaluated(&evaluation.root(), text));
        let conditions: Vec<Value> = conditions.filter(Value::is_unknown).collect();
        let given = |base: &Assumptions| {
            let mut all = conditions.iter();
            all.try_fold(base.clone(), |base, condition| base.given(condition, true))
        };
        let Some(assumed) = given(&Assumptions::default()) else {
            return said("the world cannot be".to_owned());
        };
        let (under, _) = evaluation.under(&assumed, || observe(&evaluation));
        if let Some(wrong) = unsound(&under, &actual, is_refused) {
            return said(format!("assumed: {wrong}"));
        }
        let fitting = leaves.iter().filter(|(leaf, _)| given(leaf).is_some());
        let fitting: Vec<_> = fitting.map(|(_, observed)| observed).collect();
        let wrong = if is_refused { None } else { unfit(&fitting, &actual, is_all) };
        wrong.and_then(said)
    })
}

#[test]
fn claims_hold() {
    for seed in SEEDS {
        let project = Project::random(seed);
        let worlds = [seed, seed + 1_000_000, seed + 2_000_000];
        let wrong = |project: &Project| falsehood(project, &worlds);
        if wrong(&project).is_some() {
            report(seed, project, &wrong);
        }
    }
}
