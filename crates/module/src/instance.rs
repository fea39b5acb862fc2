//! Module instances: a module as one call, or nobody, uses it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use eval::Budget;

use crate::modules::{ModuleId, relative};
use crate::node::is_repeated;
use crate::values::Problem;
use crate::variables::Given;
use crate::{Declared, Module};

/// One of the module instances of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct InstanceId(u32);

impl InstanceId {
    /// The root module.
    pub(crate) const ROOT: Self = Self(0);

    pub(crate) fn new(index: usize) -> Option<Self> {
        u32::try_from(index).ok().map(Self)
    }

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Which of the instances of a block with `count` or `for_each`, if it has one of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The block has neither.
    None,
    /// One of `count`.
    Index(usize),
    /// One of `for_each`.
    Name(Arc<str>),
    /// Which there are is not known; one stands for all.
    Unknown,
}

/// As addresses write it: `[0]`, `["eu"]`; nothing where there is none, `[?]` where it is not known.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Name(name) => write!(f, "[{}]", value::quote(name)),
            Self::Unknown => f.write_str("[?]"),
        }
    }
}

/// Which call made an instance.
pub(crate) struct CalledBy<'m> {
    /// The instance that the call is in.
    pub(crate) caller: InstanceId,
    /// The name of the call.
    pub(crate) name: &'m str,
    /// The call.
    pub(crate) call: &'m Declared<'m>,
    /// Which instance of the call.
    pub(crate) key: Key,
}

/// A module as one call uses it.
pub(crate) struct ModuleInstance<'m> {
    pub(crate) id: InstanceId,
    pub(crate) module: ModuleId,
    pub(crate) called_by: Option<CalledBy<'m>>,
    /// Its address: `module.a["x"].module.b`; empty for the root.
    pub(crate) address: Arc<str>,
    /// The names of the calls on the way, joined by dots.
    pub(crate) path: String,
    /// The directory as seen from that of the root, when that is known.
    pub(crate) directory: Option<String>,
    /// What is set from outside for variables of the root.
    pub(crate) assigned: BTreeMap<String, Given>,
    /// Whether it is not known that there is such an instance.
    pub(crate) may_be_absent: bool,
    /// Whether calls in the module have `count` or `for_each`.
    pub(crate) has_repeated_calls: bool,
    pub(crate) budget: Budget,
    pub(crate) problems: RefCell<Vec<Problem>>,
}

impl<'m> ModuleInstance<'m> {
    /// A module that nobody calls.
    pub(crate) fn root(
        (module, declared): (ModuleId, &Module<'_>),
        assigned: BTreeMap<String, Given>,
        budget: Budget,
    ) -> Self {
        Self {
            id: InstanceId::ROOT,
            module,
            called_by: None,
            address: "".into(),
            path: String::new(),
            directory: Some(".".to_owned()),
            assigned,
            has_repeated_calls: has_repeated_calls(declared),
            may_be_absent: false,
            budget,
            problems: RefCell::default(),
        }
    }

    /// The module that a call of `self` leads to.
    pub(crate) fn called(
        &self,
        id: InstanceId,
        (module, root): ((ModuleId, &Module<'_>), &Module<'_>),
        called_by: CalledBy<'m>,
    ) -> Self {
        let CalledBy { name, key, .. } = &called_by;
        let (id_of_module, module) = module;
        Self {
            id,
            module: id_of_module,
            address: self.within(&format!("module.{name}{key}")).into(),
            path: self.path_of(name),
            directory: relative(&root.files.directory, &module.files.directory),
            assigned: BTreeMap::new(),
            has_repeated_calls: has_repeated_calls(module),
            may_be_absent: self.may_be_absent,
            budget: Budget::beside(&self.budget),
            problems: RefCell::default(),
            called_by: Some(called_by),
        }
    }

    /// The address of what has the address `inner` in the module.
    pub(crate) fn within(&self, inner: &str) -> String {
        if self.address.is_empty() { inner.to_owned() } else { format!("{}.{inner}", self.address) }
    }

    /// The names of the calls on the way to the module that the call `name` leads to.
    pub(crate) fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

fn has_repeated_calls(module: &Module<'_>) -> bool {
    module.module_calls.values().any(is_repeated)
}
