//! Tests of the evaluator that no recorded answer covers.

mod constraints;
mod files;
mod limits;
mod origins;
mod questions;
mod values;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use source::{FileId, Location};
use syntax::Tree;
use value::{Identity, Reason, Type, Unknown, Value};

use crate::{Budget, Evaluated, Lookup, Scope, evaluate};

/// Variables by name, and what is assumed by identity.
#[derive(Default)]
struct Fixture {
    vars: BTreeMap<String, Value>,
    answers: BTreeMap<String, Value>,
    asked: RefCell<Vec<String>>,
}

impl Fixture {
    fn with(mut self, name: &str, value: Value) -> Self {
        self.vars.insert(name.to_owned(), value);
        self
    }

    fn open(self, name: &str, ty: Type) -> Self {
        let address = Identity::Address(format!("var.{name}").into());
        let value = Unknown::new(ty, Reason::Variable).identified(address).into_value();
        self.with(name, value)
    }

    fn assume(mut self, identity: &str, value: Value) -> Self {
        self.answers.insert(identity.to_owned(), value);
        self
    }

    fn eval(&self, text: &str) -> Evaluated {
        evaluate(expr(&tree(text)), FileId(0), self, &Budget::default())
    }

    /// The value as JSON with `unknown` for what is not wholly known, or the first error.
    fn show(&self, text: &str) -> String {
        let Evaluated { value, errors } = self.eval(text);
        match errors.first() {
            Some(error) => format!("{}: {}", error.summary, error.detail),
            None if value.is_wholly_known() => value.to_json(),
            None => format!("unknown {}", value.ty()),
        }
    }
}

impl Scope for Fixture {
    fn lookup(&self, root: &str, attributes: &[&str], _: Location) -> Lookup {
        let name = attributes.first().filter(|_| root == "var");
        match name.and_then(|name| self.vars.get(&**name)) {
            Some(value) => Lookup::Found { value: value.clone(), consumed: 1 },
            None => Lookup::Undeclared {
                summary: Cow::Borrowed("Undeclared"),
                detail: format!("no `{root}`"),
            },
        }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        match name {
            "first" => Some(arguments.first().cloned().ok_or_else(|| "nothing".to_owned())),
            _ => None,
        }
    }

    fn assumed(&self, unknown: &Value) -> Option<Value> {
        let identity = unknown.as_unknown()?.identity.as_ref().expect("only those are asked for");
        self.answers.get(&identity.to_string()).cloned()
    }

    fn ask(&self, condition: &Value) {
        let unknown = condition.as_unknown().expect("only the undecided is asked");
        let identity = unknown.identity.as_ref().expect("only what has one is asked");
        self.asked.borrow_mut().push(identity.to_string());
    }

    fn instance(&self) -> Option<Arc<str>> {
        Some("aws_x.y".into())
    }
}

fn tree(text: &str) -> Tree {
    syntax::parse_expression(text.as_bytes())
}

fn expr(tree: &Tree) -> syntax::Expr<'_> {
    tree.expr().expect("an expression")
}

fn check(text: &str, expect: &str) {
    assert_eq!(Fixture::default().show(text), expect, "{text}");
}
