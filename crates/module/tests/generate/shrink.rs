//! Makes a project for which something goes wrong as small as it gets. Never says what goes wrong.

use std::collections::BTreeSet;

use super::write::Style;
use super::{Expr, Project};

/// The smallest project found of which `fails` still holds.
pub fn shrunk(mut project: Project, fails: &dyn Fn(&Project) -> bool) -> Project {
    loop {
        let smaller = without_declarations(&project).chain(with_simpler_expressions(&project));
        let Some(next) = smaller.into_iter().find(|next| is_closed(next) && fails(next)) else {
            return project;
        };
        project = next;
    }
}

/// Whether all is declared that is referred to, and set that has to be.
fn is_closed(project: &Project) -> bool {
    let style = Style::default();
    let files = project.files(&style);
    project.modules.iter().enumerate().all(|(at, module)| {
        let path = if at == 0 { "f0.tf".to_owned() } else { format!("m{at}/f0.tf") };
        let text = files.get(&path).map_or("", String::as_str);
        let outputs =
            module.calls.values().flat_map(|call| project.modules[call.module].outputs.keys());
        let outputs: BTreeSet<&str> = outputs.map(String::as_str).collect();
        let are_known = |before: &str, is_known: &dyn Fn(&str) -> bool| {
            let names = text.split(before).skip(1).map(|after| {
                let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
                after.find(|letter| !is_letter(letter)).map_or(after, |end| &after[..end])
            });
            names.into_iter().all(is_known)
        };
        let is_local = |name: &str| module.locals.iter().any(|(local, ..)| local == name);
        let is_set = |call: &super::Call| {
            let variables = &project.modules[call.module].variables;
            let is_argument = |name: &str| call.arguments.iter().any(|(it, _)| it == name);
            variables.iter().all(|(name, it)| it.default.is_some() || is_argument(name))
                && call.arguments.iter().all(|(name, _)| variables.contains_key(name))
        };
        are_known("module.", &|name| module.calls.contains_key(name))
            && are_known("terraform_data.", &|name| module.resources.contains_key(name))
            && are_known("var.", &|name| module.variables.contains_key(name))
            && are_known("local.", &is_local)
            && are_known(".o", &|end| {
                end.parse::<usize>().is_err() || outputs.contains(&*format!("o{end}"))
            })
            && module.calls.values().all(is_set)
    })
}

fn without_declarations(project: &Project) -> impl Iterator<Item = Project> {
    let mut all = Vec::new();
    for (at, module) in project.modules.iter().enumerate() {
        let add = |all: &mut Vec<Project>, change: &dyn Fn(&mut super::Module)| {
            let mut next = project.clone();
            change(&mut next.modules[at]);
            all.push(next);
        };
        for name in module.outputs.keys() {
            add(&mut all, &|module| drop(module.outputs.remove(name)));
        }
        for name in module.calls.keys() {
            add(&mut all, &|module| drop(module.calls.remove(name)));
        }
        for (name, resource) in &module.resources {
            add(&mut all, &|module| drop(module.resources.remove(name)));
            if resource.store.is_some() {
                add(&mut all, &|module| {
                    module.resources.get_mut(name).into_iter().for_each(|it| it.store = None);
                });
            }
        }
        for at in 0..module.locals.len() {
            add(&mut all, &|module| drop(module.locals.remove(at)));
        }
        for name in module.variables.keys() {
            let mut next = project.clone();
            next.modules[at].variables.remove(name);
            let calls = next.modules.iter_mut().flat_map(|module| module.calls.values_mut());
            for call in calls.filter(|call| call.module == at) {
                call.arguments.retain(|(argument, _)| argument != name);
            }
            all.push(next);
        }
    }
    all.into_iter()
}

/// The projects in which one part of an expression is replaced by a part of it, or a literal.
fn with_simpler_expressions(project: &Project) -> impl Iterator<Item = Project> {
    (0..)
        .map_while(|at| {
            let mut place = project.clone();
            let node = node_at(&mut place, at)?;
            let mut simpler: Vec<Expr> = Vec::new();
            if !matches!(node, Expr::Text(_)) {
                let parts = node.parts_mut().iter().filter(|part| !matches!(part, Expr::Text(_)));
                simpler.extend(parts.cloned());
                simpler.extend(["1", "true", "\"a\"", "[\"a\"]", "{}"].map(Expr::text));
            }
            let replaced = move |expr| {
                let mut next = place.clone();
                *node_at(&mut next, at)? = expr;
                Some(next)
            };
            Some(simpler.into_iter().filter_map(replaced).collect::<Vec<_>>())
        })
        .flatten()
}

/// The part number `at` of all expressions.
fn node_at(project: &mut Project, mut at: usize) -> Option<&mut Expr> {
    fn within<'e>(expr: &'e mut Expr, at: &mut usize) -> Option<&'e mut Expr> {
        if *at == 0 {
            return Some(expr);
        }
        *at -= 1;
        expr.parts_mut().iter_mut().find_map(|part| within(part, at))
    }
    let all = project.modules.iter_mut().flat_map(super::Module::expressions_mut);
    all.into_iter().find_map(|expr| within(expr, &mut at))
}
