//! The values of a module: variables and locals, each evaluated once, and the scope in which
//! expressions of the module are evaluated.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use eval::{Budget, EvalError, Evaluated, Lookup, Question, Scope, evaluate};
use source::{FileId, Location};
use syntax::Expr;
use value::{Identity, Marks, Reason, Refinement, Type, Unknown, Value, ValueKind};

use crate::declare::ResourceMode;
use crate::order::{LocalOrder, locals_read_by};
use crate::variables::{Given, Variable, assigned};
use crate::{Module, Settings};

/// The values of one module. Judged on its own: with its variable files and defaults when nobody
/// calls it, else with those variables unknown that some call sets.
pub struct ModuleValues<'a> {
    module: &'a Module<'a>,
    settings: &'a Settings,
    /// Variables that callers set; `None` when nobody calls the module.
    set_by_callers: Option<&'a BTreeSet<String>>,
    budget: Budget,
    assigned: BTreeMap<String, Given>,
    variables: RefCell<BTreeMap<String, Value>>,
    locals: RefCell<BTreeMap<String, Value>>,
    order: LocalOrder<'a>,
    problems: RefCell<Vec<Problem>>,
}

/// Terraform's summaries of references to what is not declared.
const UNDECLARED_VARIABLE: &str = "Reference to undeclared input variable";
const UNDECLARED_LOCAL: &str = "Reference to undeclared local value";

/// Something that Terraform refuses in a module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Problem {
    /// An expression that cannot be evaluated.
    Invalid {
        /// What and where.
        error: EvalError,
        /// Whether it rests on the default of a variable.
        from_default: bool,
    },
    /// A reference to a variable or local that no file read declares.
    Undeclared(EvalError),
    /// The evaluation took too long; values are missing.
    Limit,
    /// Locals that refer to each other in a circle: name and place of each, from the first
    /// declared on.
    Cycle(Vec<(String, Location)>),
}

/// What an expression is evaluated for: which instance of a block, inside which `dynamic` blocks.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    /// `each.key` and `each.value` of a block with `for_each`.
    pub each: Option<(Value, Value)>,
    /// `count.index` of a block with `count`.
    pub count_index: Option<Value>,
    /// Iterators of the `dynamic` blocks around, outermost first: name, key and value.
    pub iterators: Vec<(String, Value, Value)>,
}

impl<'a> ModuleValues<'a> {
    /// The values of `module` under `settings`; `set_by_callers` are the variables that calls of
    /// it set, `None` when nobody calls it.
    pub fn new(
        module: &'a Module<'a>,
        settings: &'a Settings,
        set_by_callers: Option<&'a BTreeSet<String>>,
    ) -> Self {
        let mut values = Self {
            module,
            settings,
            set_by_callers,
            budget: Budget::default(),
            assigned: BTreeMap::new(),
            variables: RefCell::default(),
            locals: RefCell::default(),
            order: LocalOrder::new(module),
            problems: RefCell::default(),
        };
        if set_by_callers.is_none() {
            values.assigned = assigned(module, settings, &values.budget);
        }
        values
    }

    /// The module.
    pub fn module(&self) -> &'a Module<'a> {
        self.module
    }

    /// Evaluates an expression of the module. Errors are in the result only.
    pub fn evaluate(&self, expr: Expr<'_>, file: FileId, bindings: &Bindings) -> Evaluated {
        self.prepare(expr);
        evaluate(expr, file, &ModuleScope { values: self, bindings }, &self.budget)
    }

    /// Evaluates an expression of the module and keeps its errors as problems of the module.
    pub fn value(&self, expr: Expr<'_>, file: FileId, bindings: &Bindings) -> Value {
        self.prepare(expr);
        self.value_prepared(expr, file, bindings)
    }

    /// The same where all locals that `expr` reads are evaluated already.
    fn value_prepared(&self, expr: Expr<'_>, file: FileId, bindings: &Bindings) -> Value {
        let scope = ModuleScope { values: self, bindings };
        let touched = TouchedDefault { inner: &scope, touched: Cell::new(false) };
        let evaluated = evaluate(expr, file, &touched, &self.budget);
        let from_default = touched.touched.get();
        let problem = |error: EvalError| match &*error.summary {
            UNDECLARED_VARIABLE | UNDECLARED_LOCAL => Problem::Undeclared(error),
            _ => Problem::Invalid { error, from_default },
        };
        self.problems.borrow_mut().extend(evaluated.errors.into_iter().map(problem));
        let value = evaluated.value;
        // `try` and `can` look at values without their marks showing in the result.
        if from_default && !value.marks_deep().contains(Marks::DEFAULT) {
            return value.marked(Marks::DEFAULT);
        }
        value
    }

    /// Evaluates all locals and checks the defaults of all variables, so that
    /// [`ModuleValues::problems`] is complete for them.
    pub fn evaluate_all(&self) {
        self.problems.borrow_mut().extend(self.order.circles().map(Problem::Cycle));
        for name in self.module.variables.keys() {
            self.variable(name);
        }
        for name in self.module.locals.keys() {
            self.ensure_local(name);
        }
    }

    /// What Terraform refuses among what was evaluated so far, without repetitions.
    pub fn problems(&self) -> Vec<Problem> {
        let mut seen = HashSet::new();
        let mut problems = self.problems.borrow().clone();
        problems.retain(|problem| seen.insert(problem.clone()));
        if self.budget.is_exhausted() {
            problems.push(Problem::Limit);
        }
        problems
    }

    /// The value of the variable of that name, which is declared.
    fn variable(&self, name: &str) -> Value {
        if let Some(value) = self.variables.borrow().get(name) {
            return value.clone();
        }
        let (value, problems) = self.compute_variable(name);
        self.problems.borrow_mut().extend(problems);
        self.variables.borrow_mut().insert(name.to_owned(), value.clone());
        value
    }

    fn compute_variable(&self, name: &str) -> (Value, Vec<Problem>) {
        let declared = &self.module.variables[name];
        let variable = Variable::read(name, declared, &self.budget);
        let set_by_caller = self.set_by_callers.is_some_and(|set| set.contains(name));
        match self.assigned.get(name) {
            _ if set_by_caller => variable.unknown(),
            Some(given) => variable.given(given, &self.budget),
            None if self.module.files.has_unread_variables => variable.unknown(),
            None => variable.default_or_unknown(),
        }
    }

    /// The value of the local of that name; one that is being evaluated is not known.
    fn local(&self, name: &str) -> Value {
        let value = self.locals.borrow().get(name).cloned();
        value.unwrap_or_else(|| Value::unknown(Type::Dynamic, Reason::Error))
    }

    /// Makes sure that all locals that `expr` reads are evaluated, so that looking them up does
    /// not recurse.
    fn prepare(&self, expr: Expr<'_>) {
        for name in locals_read_by(expr) {
            self.ensure_local(&name);
        }
    }

    /// Evaluates the local `name` after all that it rests on, in the order of their references: a
    /// chain of locals may be as long as it likes.
    fn ensure_local(&self, name: &str) {
        let order = &self.order;
        let needed = order.needed_by(name, |name| self.locals.borrow().contains_key(name));
        for node in needed {
            let (name, local) = order.local(node);
            let value = if order.is_in_circle(node) {
                Value::unknown(Type::Dynamic, Reason::Error)
            } else {
                self.value_prepared(local.expr, local.file, &Bindings::default())
            };
            self.locals.borrow_mut().insert(name.to_owned(), value);
        }
    }
}

/// The scope of a module for one block instance.
struct ModuleScope<'s, 'a> {
    values: &'s ModuleValues<'a>,
    bindings: &'s Bindings,
}

impl Scope for ModuleScope<'_, '_> {
    fn lookup(&self, root: &str, attributes: &[Cow<'_, str>], _at: Location) -> Lookup {
        let first = attributes.first().map(AsRef::as_ref);
        if let Some((_, key, value)) =
            self.bindings.iterators.iter().rev().find(|(name, ..)| name == root)
        {
            return match first {
                Some("key") => found(key.clone(), 1),
                Some("value") => found(value.clone(), 1),
                _ => found(opaque(Reason::Each), attributes.len()),
            };
        }
        match (root, first) {
            ("var", Some(name)) => self.look_up_variable(name),
            ("local", Some(name)) => self.look_up_local(name),
            ("each", Some(part @ ("key" | "value"))) => self.each(part),
            ("count", Some("index")) => {
                let index = self.bindings.count_index.clone();
                found(index.unwrap_or_else(|| opaque(Reason::Each)), 1)
            }
            ("path", Some(part)) => self.path(part),
            ("terraform", Some("workspace")) => found(self.workspace(), 1),
            ("module", Some(name)) => {
                let address = format!("module.{name}");
                identified(address, &attributes[1..], 1, 2, Reason::Module)
            }
            ("data", Some(block_type)) => match attributes.get(1) {
                Some(name) => {
                    self.resource(ResourceMode::Data, block_type, name, &attributes[2..], 2)
                }
                None => found(opaque(Reason::Data), attributes.len()),
            },
            (
                "terraform" | "path" | "self" | "each" | "count" | "var" | "local" | "ephemeral",
                _,
            ) => found(opaque(Reason::Attribute), attributes.len()),
            (block_type, Some(name)) => {
                self.resource(ResourceMode::Managed, block_type, name, &attributes[1..], 1)
            }
            _ => found(opaque(Reason::Attribute), attributes.len()),
        }
    }
}

impl ModuleScope<'_, '_> {
    fn look_up_variable(&self, name: &str) -> Lookup {
        let module = self.values.module;
        if module.variables.contains_key(name) {
            return found(self.values.variable(name), 1);
        }
        if module.files.has_unread_config {
            return found(opaque(Reason::Variable), 1);
        }
        Lookup::Undeclared {
            summary: UNDECLARED_VARIABLE.into(),
            detail: format!("an input variable `{name}` is not declared in this module"),
        }
    }

    fn look_up_local(&self, name: &str) -> Lookup {
        let module = self.values.module;
        if module.locals.contains_key(name) {
            return found(self.values.local(name), 1);
        }
        if module.files.has_unread_config {
            return found(opaque(Reason::Attribute), 1);
        }
        Lookup::Undeclared {
            summary: UNDECLARED_LOCAL.into(),
            detail: format!("a local value `{name}` is not declared in this module"),
        }
    }

    fn each(&self, part: &str) -> Lookup {
        match &self.bindings.each {
            Some((key, _)) if part == "key" => found(key.clone(), 1),
            Some((_, value)) => found(value.clone(), 1),
            None => found(opaque(Reason::Each), 1),
        }
    }

    /// `path.module` and `path.root` are `.` in a module that nobody calls; where the working
    /// directory lies is nobody's business.
    fn path(&self, part: &str) -> Lookup {
        let is_root = self.values.set_by_callers.is_none();
        match part {
            "module" | "root" if is_root => found(Value::string("."), 1),
            _ => found(unknown_string(Reason::Attribute, None), 1),
        }
    }

    fn workspace(&self) -> Value {
        if let Some(name) = &self.values.settings.workspace {
            return Value::string(name);
        }
        let identity = Identity::Address("terraform.workspace".into());
        unknown_string(Reason::Workspace, Some(identity))
    }

    /// An attribute of a resource: unknown, but known to be that attribute of that resource.
    fn resource(
        &self,
        mode: ResourceMode,
        block_type: &str,
        name: &str,
        rest: &[Cow<'_, str>],
        consumed: usize,
    ) -> Lookup {
        let reason = if mode == ResourceMode::Data { Reason::Data } else { Reason::Attribute };
        let prefix = if mode == ResourceMode::Data { "data." } else { "" };
        let address = format!("{prefix}{block_type}.{name}");
        let Some(attribute) = rest.first() else {
            return identified(address, &[], consumed, consumed, reason);
        };
        let is_managed = mode == ResourceMode::Managed;
        if is_managed
            && schema::is_always_set(block_type, attribute)
            && !self.is_repeated(block_type, name)
        {
            let identity = Identity::Address(format!("{address}.{attribute}").into());
            return found(unknown_string(reason, Some(identity)), consumed + 1);
        }
        identified(address, rest, consumed, consumed + 1, reason)
    }

    fn is_repeated(&self, block_type: &str, name: &str) -> bool {
        let resource = self.values.module.resource(ResourceMode::Managed, block_type, name);
        resource.is_some_and(|resource| {
            let declared = &resource.declared;
            declared.argument("count").is_some() || declared.argument("for_each").is_some()
        })
    }
}

/// An unknown of any type whose identity is `address` and the attribute after it. Consumes up to
/// `most` attributes.
fn identified(
    address: String,
    rest: &[Cow<'_, str>],
    consumed: usize,
    most: usize,
    reason: Reason,
) -> Lookup {
    let taken = if most > consumed { rest.first() } else { None };
    let address = match taken {
        Some(attribute) => format!("{address}.{attribute}"),
        None => address,
    };
    let unknown = Unknown {
        ty: Type::Dynamic,
        refinement: Refinement::default(),
        reason,
        identity: Some(Identity::Address(address.into())),
    };
    let value = Value::new(ValueKind::Unknown(Arc::new(unknown)));
    found(value, consumed + usize::from(taken.is_some()))
}

fn found(value: Value, consumed: usize) -> Lookup {
    Lookup::Found { value, consumed }
}

fn opaque(reason: Reason) -> Value {
    Value::unknown(Type::Dynamic, reason)
}

fn unknown_string(reason: Reason, identity: Option<Identity>) -> Value {
    let refinement = Refinement { not_null: true, ..Refinement::default() };
    let unknown = Unknown { ty: Type::String, refinement, reason, identity };
    Value::new(ValueKind::Unknown(Arc::new(unknown)))
}

/// Notes whether a value that rests on a variable's default was looked up.
struct TouchedDefault<'s, S> {
    inner: &'s S,
    touched: Cell<bool>,
}

impl<S: Scope> Scope for TouchedDefault<'_, S> {
    fn lookup(&self, root: &str, attributes: &[Cow<'_, str>], at: Location) -> Lookup {
        let lookup = self.inner.lookup(root, attributes, at);
        if let Lookup::Found { value, .. } = &lookup
            && value.marks_deep().contains(Marks::DEFAULT)
        {
            self.touched.set(true);
        }
        lookup
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        self.inner.call(name, arguments)
    }

    fn allows_functions(&self) -> bool {
        self.inner.allows_functions()
    }

    fn assume(&self, question: &Question<'_>) -> Option<bool> {
        self.inner.assume(question)
    }
}
