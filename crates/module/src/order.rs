//! The order in which the locals of a module can be evaluated, and those that go in a circle.

use std::collections::{BTreeMap, BTreeSet};

use eval::references;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use source::Location;
use syntax::Expr;

use crate::{Local, Module, Name};

/// The names of the locals that an expression reads.
pub(crate) fn locals_read_by(expr: Expr<'_>) -> Vec<String> {
    let references = references(expr).into_iter().filter(|reference| reference.root == "local");
    references
        .filter_map(|reference| Some(reference.attributes.first()?.clone().into_owned()))
        .collect()
}

/// The locals of a module with the references between them.
pub(crate) struct LocalOrder<'a> {
    /// In the order of their names; edges lead to what a local reads.
    graph: DiGraph<(Name<'a>, Local<'a>), ()>,
    /// By name.
    nodes: BTreeMap<Name<'a>, NodeIndex>,
    /// For each local its place in an order in which all that it reads comes before it.
    ranks: Vec<usize>,
    circles: Vec<Vec<NodeIndex>>,
    in_circle: BTreeSet<NodeIndex>,
}

impl<'a> LocalOrder<'a> {
    /// Orders the locals of `module`.
    pub(crate) fn new(module: &Module<'a>) -> Self {
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
        let mut ranks = vec![0; graph.node_count()];
        let in_order = components.iter().flatten().enumerate();
        in_order.for_each(|(rank, node)| ranks[node.index()] = rank);
        let goes_round = |component: &Vec<NodeIndex>| {
            component.len() > 1 || component.iter().any(|node| graph.contains_edge(*node, *node))
        };
        let circles: Vec<Vec<NodeIndex>> = components.into_iter().filter(goes_round).collect();
        let in_circle = circles.iter().flatten().copied().collect();
        Self { graph, nodes, ranks, circles, in_circle }
    }

    /// The local `name` and all that it rests on, each after what it reads; what `is_done` and
    /// what that rests on is left out.
    pub(crate) fn needed_by(&self, name: &str, is_done: impl Fn(&str) -> bool) -> Vec<NodeIndex> {
        let mut needed = BTreeSet::new();
        let mut stack: Vec<NodeIndex> = self.nodes.get(name).copied().into_iter().collect();
        while let Some(node) = stack.pop() {
            let is_new = !is_done(self.local(node).0);
            if is_new && needed.insert((self.ranks[node.index()], node)) {
                stack.extend(self.graph.neighbors(node));
            }
        }
        needed.into_iter().map(|(_, node)| node).collect()
    }

    /// Name and declaration of a local.
    pub(crate) fn local(&self, node: NodeIndex) -> (&str, Local<'a>) {
        let (name, local) = &self.graph[node];
        (name, *local)
    }

    /// Whether a local rests on itself.
    pub(crate) fn is_in_circle(&self, node: NodeIndex) -> bool {
        self.in_circle.contains(&node)
    }

    /// Name and place of the members of each group of locals that rest on each other, in source
    /// order.
    pub(crate) fn circles(&self) -> impl Iterator<Item = Vec<(String, Location)>> {
        self.circles.iter().map(|circle| {
            let mut members: Vec<(String, Location)> = circle
                .iter()
                .map(|node| {
                    let (name, local) = self.local(*node);
                    (name.to_owned(), Location::new(local.file, local.name_range))
                })
                .collect();
            members.sort_by_key(|(_, place)| *place);
            members
        })
    }
}
