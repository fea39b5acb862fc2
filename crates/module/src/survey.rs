//! How much of a root module and of all that it calls is known: every argument of every block in
//! every module instance is evaluated and counted. Never says what is wrong with it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use eval::{Budget, Lookup, Scope, evaluate};
use source::{FileId, Files, Location};
use syntax::view::ExprKind;
use syntax::{Expr, Item};
use value::{Derivation, Identity, Operand, Reason, Type, Unknown, Value};

use crate::evaluation::Evaluation;
use crate::fast::FastMap;
use crate::instance::InstanceId;
use crate::instances::repetition;
use crate::node::Node;
use crate::scope::ModuleScope;
use crate::{Argument, Bindings, Declared, Key, MergedBody, ModuleValues, Placed, Problem};

/// What is not evaluated in resources, data sources and providers: it names things, or stands for
/// what happens later.
const NOT_VALUES: [&str; 6] =
    ["provider", "depends_on", "lifecycle", "provisioner", "connection", "alias"];
/// The same in calls of modules.
const NOT_PASSED: [&str; 4] = ["source", "version", "providers", "depends_on"];
/// Named values behind named values are followed so far to find why something is not known.
const MAX_DEPTH: usize = 64;

/// Counts of argument values.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Instances of modules, the root included.
    pub module_instances: usize,
    /// Values that are wholly known.
    pub known: usize,
    /// Values of which a part is known: a list with an unknown element.
    pub partly_known: usize,
    /// Values that are not known, by why.
    pub unknown: BTreeMap<Causes, usize>,
    /// Values that Terraform would refuse.
    pub in_error: usize,
    /// The same in blocks and modules of which it is not known that they exist.
    pub perhaps_in_error: usize,
    /// What Terraform would refuse, with the address of the module instance; in all expressions, of
    /// locals and variables too.
    pub problems: Vec<(Arc<str>, Problem)>,
}

/// Why a value is not known: the reasons of all that it was made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Causes(u16);

/// Reasons with their names; their places are those of the bits.
const REASONS: [(Reason, &str); 12] = [
    (Reason::Variable, "variable"),
    (Reason::Attribute, "attribute"),
    (Reason::Data, "data"),
    (Reason::Module, "module"),
    (Reason::Each, "each"),
    (Reason::Impure, "impure"),
    (Reason::Function, "function"),
    (Reason::File, "file"),
    (Reason::Workspace, "workspace"),
    (Reason::Error, "error"),
    (Reason::Limit, "limit"),
    (Reason::Derived, "derived"),
];

impl Causes {
    fn of(reason: &Reason) -> Self {
        let place = REASONS.iter().position(|(known, _)| known == reason);
        Self(place.map_or(0, |place| 1 << place))
    }

    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Their names.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let named = REASONS.iter().enumerate();
        named.filter(move |(place, _)| self.0 & (1 << place) != 0).map(|(_, (_, name))| *name)
    }
}

impl Survey {
    /// Evaluates everything in the root module of `evaluation` and in all that it calls.
    pub fn of<'m>(evaluation: &'m Evaluation<'m>) -> Self {
        let mut surveyor = Surveyor { survey: Self::default(), causes: Known::default() };
        let mut stack = vec![evaluation.root()];
        while let Some(values) = stack.pop() {
            surveyor.survey.module_instances += 1;
            surveyor.module(&values);
            stack.extend(values.all_children());
            values.evaluate_all();
            let address: Arc<str> = values.address().into();
            let problems = values.problems().into_iter();
            surveyor.survey.problems.extend(problems.map(|found| (address.clone(), found)));
        }
        surveyor.survey
    }

    /// Adds the counts and problems of another.
    pub fn add(&mut self, other: Self) {
        self.module_instances += other.module_instances;
        self.known += other.known;
        self.partly_known += other.partly_known;
        self.in_error += other.in_error;
        self.perhaps_in_error += other.perhaps_in_error;
        for (causes, count) in other.unknown {
            *self.unknown.entry(causes).or_default() += count;
        }
        self.problems.extend(other.problems);
    }
}

impl<'m> ModuleValues<'m> {
    /// The module instances that the calls of this one make.
    fn all_children(&self) -> Vec<Self> {
        let mut children = Vec::new();
        for (name, call) in &self.module().module_calls {
            let child = |key: &Key| self.evaluation.child(self.id(), name.as_ref(), key);
            let keys = self.existing_keys(call);
            let ids = keys.iter().filter_map(child);
            children.extend(ids.map(|id| self.evaluation.values(id)));
        }
        children
    }

    /// The keys of the instances that Terraform would make, one for all where they are not known.
    fn existing_keys(&self, declared: &Declared<'m>) -> Vec<Key> {
        let keys = self.evaluation.keys(self.id(), declared);
        keys.unwrap_or_else(|| vec![Key::Unknown])
    }
}

/// Why named values are not known, as far as it was asked.
type Known<'m> = RefCell<FastMap<Node<'m>, Causes>>;

/// A survey in progress.
struct Surveyor<'m> {
    survey: Survey,
    causes: Known<'m>,
}

impl<'m> Surveyor<'m> {
    fn module(&mut self, values: &ModuleValues<'m>) {
        if !values.is_certain() {
            return;
        }
        let module = values.module();
        for local in module.locals.values() {
            self.value(values, local.expr, local.file, &Bindings::default());
        }
        for output in module.outputs.values() {
            self.argument(values, output.argument("value"));
        }
        for resource in &module.resources {
            self.block(values, &resource.declared, &NOT_VALUES);
        }
        for provider in &module.providers {
            self.block(values, provider, &NOT_VALUES);
        }
        for call in module.module_calls.values() {
            self.block(values, call, &NOT_PASSED);
        }
    }

    /// All instances of a block.
    fn block(&mut self, values: &ModuleValues<'m>, block: &'m Declared<'m>, left_out: &[&str]) {
        let repeated = ["count", "for_each"];
        for name in repeated {
            self.argument(values, block.argument(name));
        }
        let left_out = [left_out, &repeated].concat();
        for key in values.existing_keys(block) {
            if let Some(bindings) = values.bindings(block, &key) {
                self.body(values, block.body(), &bindings, &left_out);
            }
        }
    }

    fn body(
        &mut self,
        values: &ModuleValues<'m>,
        body: MergedBody<'_, 'm>,
        bindings: &Bindings,
        left_out: &[&str],
    ) {
        let mut nested = Vec::new();
        for item in body.items() {
            match item {
                Item::Attribute(attribute) => {
                    let name = attribute.name();
                    let argument = body.argument(&name).filter(|_| !left_out.contains(&&*name));
                    if let Some(Argument { file, attribute }) = argument {
                        self.value(values, attribute.expr(), file, bindings);
                    }
                }
                Item::Block(block) => {
                    let kind = block.kind();
                    let is_dynamic = kind == "dynamic";
                    let label = block.label(0).filter(|_| is_dynamic);
                    let name = label.unwrap_or(kind);
                    if !left_out.contains(&&*name) && !nested.contains(&name) {
                        nested.push(name);
                    }
                }
            }
        }
        for name in nested {
            for block in body.blocks_of(&name) {
                if block.block.kind() == name {
                    self.body(values, block.body(), bindings, &[]);
                } else {
                    self.dynamic(values, block, &name, bindings);
                }
            }
        }
    }

    fn dynamic(
        &mut self,
        values: &ModuleValues<'m>,
        dynamic: Placed<'m>,
        name: &str,
        bindings: &Bindings,
    ) {
        let body = dynamic.body();
        let content = body.blocks_of("content").next();
        let (Some(content), Some(for_each)) = (content, body.argument("for_each")) else { return };
        let iterator = match body.argument("iterator").map(|argument| argument.expr().kind()) {
            Some(ExprKind::Variable(iterator)) => iterator.to_owned(),
            _ => name.to_owned(),
        };
        let collection = self.value(values, for_each.expr(), for_each.file, bindings);
        let unknown = || Value::unknown(Type::Dynamic, Reason::Each);
        let pairs = repetition(&collection);
        let is_known = pairs.is_some();
        let pairs = pairs.unwrap_or_else(|| vec![(unknown(), unknown())]);
        for (key, value) in pairs {
            let mut inner = bindings.clone();
            inner.may_be_absent |= !is_known;
            inner.iterators.push((iterator.clone(), key, value));
            self.body(values, content.body(), &inner, &[]);
        }
    }

    fn argument(&mut self, values: &ModuleValues<'m>, argument: Option<Argument<'m>>) {
        if let Some(argument) = argument {
            self.value(values, argument.expr(), argument.file, &Bindings::default());
        }
    }

    fn value(
        &mut self,
        values: &ModuleValues<'m>,
        expr: Expr<'m>,
        file: FileId,
        bindings: &Bindings,
    ) -> Value {
        let before = values.instance.problems.borrow().len();
        let value = values.value(expr, file, bindings);
        let survey = &mut self.survey;
        let problems = values.instance.problems.borrow();
        let in_doubt = |it: &Problem| matches!(it, Problem::Invalid { may_be_absent: true, .. });
        if problems.len() > before {
            let all_in_doubt = problems[before..].iter().all(in_doubt);
            let count =
                if all_in_doubt { &mut survey.perhaps_in_error } else { &mut survey.in_error };
            *count += 1;
            return value;
        }
        drop(problems);
        if let Some(unknown) = value.as_unknown() {
            let causes = match unknown.reason {
                Reason::Derived => causes_of((values, expr, file, bindings), &self.causes, 0),
                ref reason => Causes::of(reason),
            };
            *survey.unknown.entry(causes).or_default() += 1;
        } else if value.is_wholly_known() {
            survey.known += 1;
        } else {
            survey.partly_known += 1;
        }
        value
    }
}

/// Where an expression is evaluated.
type Place<'p, 'm> = (&'p ModuleValues<'m>, Expr<'m>, FileId, &'p Bindings);

/// Why an expression is not known: because of all unknown values that its evaluation meets.
fn causes_of<'m>(place: Place<'_, 'm>, known: &Known<'m>, depth: usize) -> Causes {
    let (values, expr, file, bindings) = place;
    let inner = ModuleScope { values, bindings };
    let (met, around) = (RefCell::default(), RefCell::default());
    let scope = Recorder { inner, known, met: &met, around: &around, depth };
    // A budget of its own: what is looked up was computed before.
    let evaluated = evaluate(expr, file, &scope, &Budget::default());
    let mut causes = met.into_inner();
    // Nothing that was met is unknown as a whole: it is because of parts.
    if causes.is_empty() {
        causes = around.into_inner();
    }
    if causes.is_empty() {
        causes = evaluated.value.as_unknown().map_or(Causes::default(), direct);
    }
    if causes.is_empty() { Causes::of(&Reason::Derived) } else { causes }
}

/// Why an unknown value is not known, as far as itself can say.
fn direct(unknown: &Unknown) -> Causes {
    if unknown.reason != Reason::Derived {
        return Causes::of(&unknown.reason);
    }
    let mut causes = Causes::default();
    let derivation = unknown.identity.as_ref().and_then(Identity::derivation);
    for operand in derivation.map(Derivation::operands).unwrap_or_default() {
        if let Operand::Unknown(operand) = operand {
            causes.add(direct(operand));
        }
    }
    causes
}

/// Why a value or its parts are not known, as far as they can say.
fn direct_or_parts(value: &Value) -> Causes {
    if let Some(unknown) = value.as_unknown() {
        return direct(unknown);
    }
    let mut causes = Causes::default();
    for element in value.as_elements().unwrap_or_default() {
        causes.add(direct_or_parts(element));
    }
    for entry in value.as_entries().into_iter().flat_map(BTreeMap::values) {
        causes.add(direct_or_parts(entry));
    }
    causes
}

/// Notes why the unknown values are not known that an evaluation meets.
struct Recorder<'s, 'm> {
    inner: ModuleScope<'s, 'm>,
    known: &'s Known<'m>,
    /// Why values are not known that are unknown as a whole.
    met: &'s RefCell<Causes>,
    /// The same of values of which a part is known.
    around: &'s RefCell<Causes>,
    depth: usize,
}

impl<'m> Recorder<'_, 'm> {
    fn add(&self, causes: Causes) {
        self.met.borrow_mut().add(causes);
    }

    /// Why a named value is not known.
    fn behind(&self, root: &str, attributes: &[&str]) -> Causes {
        let (values, evaluation) = (self.inner.values, self.inner.values.evaluation);
        let name = attributes.first().map(AsRef::as_ref);
        let (Some(name), true) = (name, self.depth < MAX_DEPTH) else {
            return Causes::default();
        };
        let (module, id) = (values.module(), values.id());
        let output = attributes.get(1).map(AsRef::as_ref);
        let node = match root {
            "var" => {
                module.variables.get_key_value(name).map(|it| Node::Variable(id, it.0.as_ref()))
            }
            "local" => module.locals.get_key_value(name).map(|it| Node::Local(id, it.0.as_ref())),
            "module" => evaluation.node_of_call(id, name, output, None),
            _ => None,
        };
        node.map_or_else(Causes::default, |node| self.causes_of_node(evaluation, node))
    }

    fn causes_of_node(&self, evaluation: &'m Evaluation<'m>, node: Node<'m>) -> Causes {
        if let Some(known) = self.known.borrow().get(&node) {
            return *known;
        }
        // What rests on itself says nothing more.
        self.known.borrow_mut().insert(node.clone(), Causes::default());
        let causes = evaluation.expression_of(&node).map(|(id, expr, file, bindings)| {
            let values = evaluation.values(id);
            causes_of((&values, expr, file, &bindings), self.known, self.depth + 1)
        });
        let causes = causes.unwrap_or_default();
        self.known.borrow_mut().insert(node, causes);
        causes
    }
}

impl<'m> Evaluation<'m> {
    /// The expression that gives a named value, and what it is evaluated in.
    fn expression_of(
        &'m self,
        node: &Node<'m>,
    ) -> Option<(InstanceId, Expr<'m>, FileId, Bindings)> {
        match node {
            Node::Local(id, name) => {
                let local = self.module(*id).locals.get(*name)?;
                Some((*id, local.expr, local.file, Bindings::default()))
            }
            Node::Output(id, name) => {
                let value = self.module(*id).outputs.get(*name)?.argument("value")?;
                Some((*id, value.expr(), value.file, Bindings::default()))
            }
            Node::Variable(id, name) => {
                let instance = self.instance(*id);
                let called_by = instance.called_by.as_ref()?;
                let passed = crate::calls::passed(called_by.call, name)?;
                let caller = self.values(called_by.caller);
                let bindings = caller.bindings(called_by.call, &called_by.key)?;
                Some((called_by.caller, passed.expr(), passed.file, bindings))
            }
            _ => None,
        }
    }
}

impl Scope for Recorder<'_, '_> {
    fn lookup(&self, root: &str, attributes: &[&str], at: Location) -> Lookup {
        let lookup = self.inner.lookup(root, attributes, at);
        if let Lookup::Found { value, .. } = &lookup
            && !value.is_wholly_known()
        {
            let causes = direct_or_parts(value);
            let causes = if causes.is_empty() { self.behind(root, attributes) } else { causes };
            let noted = if value.is_known() { self.around } else { self.met };
            noted.borrow_mut().add(causes);
        }
        lookup
    }

    fn assumed(&self, unknown: &Value) -> Option<Value> {
        if let Some(unknown) = unknown.as_unknown() {
            self.add(direct(unknown));
        }
        self.inner.assumed(unknown)
    }

    fn instance(&self) -> Option<Arc<str>> {
        self.inner.instance()
    }

    fn files(&self) -> Option<(&dyn Files, &str)> {
        self.inner.files()
    }
}
