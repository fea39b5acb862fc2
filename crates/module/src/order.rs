//! Locals of a module that go in a circle.

use std::collections::{BTreeMap, BTreeSet};

use eval::references;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use source::Location;
use syntax::Expr;

use crate::{Local, Module, Name};

/// The names of the locals that an expression reads.
fn locals_read_by(expr: Expr<'_>) -> Vec<String> {
    let references = references(expr).into_iter().filter(|reference| reference.root == "local");
    references.filter_map(|reference| Some(reference.attributes.first()?.to_string())).collect()
}

/// Locals that rest on each other: name and place of each, in source order.
pub(crate) type Circle = Vec<(String, Location)>;

/// The circles of a module.
pub(crate) fn circles(module: &Module<'_>) -> Vec<Circle> {
    let mut graph = DiGraph::new();
    let mut nodes = BTreeMap::new();
    for (name, local) in &module.locals {
        nodes.insert(name.clone(), graph.add_node((name.clone(), *local)));
    }
    for (name, local) in &module.locals {
        let reads: BTreeSet<String> = locals_read_by(local.expr).into_iter().collect();
        for read in reads.iter().filter_map(|read| nodes.get(read.as_str())) {
            graph.add_edge(nodes[name], *read, ());
        }
    }
    // Components come after those that they lead to.
    let components = kosaraju_scc(&graph);
    let goes_round = |component: &Vec<NodeIndex>| {
        component.len() > 1 || component.iter().any(|node| graph.contains_edge(*node, *node))
    };
    let place = |node: &NodeIndex| {
        let (name, local): &(Name<'_>, Local<'_>) = &graph[*node];
        (name.to_string(), Location::new(local.file, local.name_range))
    };
    let members = |component: Vec<NodeIndex>| {
        let mut members: Vec<_> = component.iter().map(place).collect();
        members.sort_by_key(|(_, place)| *place);
        members
    };
    components.into_iter().filter(goes_round).map(members).collect()
}
