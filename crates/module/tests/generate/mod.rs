//! Random modules as data: what they declare, and expressions whose parts can be exchanged. Never
//! says what their values are.

pub mod agree;
mod declarations;
mod expressions;
pub mod shrink;
pub mod write;

use std::collections::BTreeMap;

/// What kind of value an expression is meant to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Bool,
    /// A list of texts.
    List,
    /// A map of texts.
    Map,
    /// An object with a text `a`, a number `n` and a bool `f`.
    Object,
}

impl Kind {
    pub const ALL: [Self; 6] =
        [Self::Text, Self::Number, Self::Bool, Self::List, Self::Map, Self::Object];

    /// The type constraint.
    pub fn constraint(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Number => "number",
            Self::Bool => "bool",
            Self::List => "list(string)",
            Self::Map => "map(string)",
            Self::Object => "object({ a = string, n = number, f = optional(bool, true) })",
        }
    }
}

/// An expression.
#[derive(Clone, Debug)]
pub enum Expr {
    /// As it is written.
    Text(String),
    /// Its parts, one after the other.
    All(Vec<Expr>),
    /// A reference to a local.
    Local(String),
    /// A conditional: condition, and what it gives when that is true and when it is not.
    If(Box<[Expr; 3]>),
    /// What only the provider knows: as it is written, and what it may turn out to be.
    Computed(String, String),
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    pub kind: Kind,
    pub has_type: bool,
    pub default: Option<String>,
    /// The texts that a validation lists.
    pub listed: Vec<String>,
    pub is_sensitive: bool,
    pub is_nullable: bool,
}

/// How often a block is repeated.
#[derive(Clone, Debug)]
pub enum Repeat {
    Once,
    Count(Expr),
    ForEach(Expr),
}

/// A resource of the type `terraform_data`.
#[derive(Clone, Debug)]
pub struct Resource {
    pub repeat: Repeat,
    pub arguments: Vec<(&'static str, Expr)>,
    /// Over what `store` is repeated, and what stands in it.
    pub store: Option<(Expr, Vec<(&'static str, Expr)>)>,
}

/// A call of one of the other modules.
#[derive(Clone, Debug)]
pub struct Call {
    pub module: usize,
    pub repeat: Repeat,
    pub arguments: Vec<(String, Expr)>,
}

/// An output.
#[derive(Clone, Debug)]
pub struct Output {
    pub kind: Kind,
    pub value: Expr,
    pub is_sensitive: bool,
}

/// What one directory declares.
#[derive(Clone, Debug, Default)]
pub struct Module {
    pub variables: BTreeMap<String, Variable>,
    pub locals: Vec<(String, Kind, Expr)>,
    pub resources: BTreeMap<String, Resource>,
    pub calls: BTreeMap<String, Call>,
    pub outputs: BTreeMap<String, Output>,
}

/// Modules, the root first; each calls only later ones.
#[derive(Clone, Debug)]
pub struct Project {
    pub modules: Vec<Module>,
    /// Whether the root says where its state is kept, so that it is not meant to be called.
    pub has_backend: bool,
}

impl Expr {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The parts of the expression.
    pub fn parts_mut(&mut self) -> &mut [Self] {
        match self {
            Self::All(parts) => parts,
            Self::If(parts) => &mut parts[..],
            Self::Text(_) | Self::Local(_) | Self::Computed(..) => &mut [],
        }
    }
}

impl Module {
    /// All expressions.
    pub fn expressions_mut(&mut self) -> Vec<&mut Expr> {
        let mut all: Vec<&mut Expr> = self.locals.iter_mut().map(|(_, _, value)| value).collect();
        for resource in self.resources.values_mut() {
            all.extend(repeated(&mut resource.repeat));
            all.extend(resource.arguments.iter_mut().map(|(_, value)| value));
            if let Some((over, arguments)) = &mut resource.store {
                all.push(over);
                all.extend(arguments.iter_mut().map(|(_, value)| value));
            }
        }
        for call in self.calls.values_mut() {
            all.extend(repeated(&mut call.repeat));
            all.extend(call.arguments.iter_mut().map(|(_, value)| value));
        }
        all.extend(self.outputs.values_mut().map(|output| &mut output.value));
        all
    }
}

fn repeated(repeat: &mut Repeat) -> Option<&mut Expr> {
    match repeat {
        Repeat::Once => None,
        Repeat::Count(expr) | Repeat::ForEach(expr) => Some(expr),
    }
}
