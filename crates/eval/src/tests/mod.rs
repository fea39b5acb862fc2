//! Tests of the evaluator that no recorded answer covers.

mod constraints;
mod limits;
mod origins;
mod questions;
mod values;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;

use source::{FileId, Location};
use syntax::Tree;
use value::{Identity, Reason, Type, Unknown, Value};

use crate::{Budget, Evaluated, Lookup, Predicate, Question, Scope, evaluate};

/// Variables by name, and the answers to questions by identity.
#[derive(Default)]
struct Fixture {
    vars: BTreeMap<String, Value>,
    answers: BTreeMap<String, bool>,
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

    fn answer(mut self, identity: &str, answer: bool) -> Self {
        self.answers.insert(identity.to_owned(), answer);
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
    fn lookup(&self, root: &str, attributes: &[Cow<'_, str>], _: Location) -> Lookup {
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

    fn assume(&self, question: &Question<'_>) -> Option<bool> {
        let identity = match (question.identity, &question.predicate) {
            (Some(Identity::Address(address)), _) => address.to_string(),
            (_, Predicate::Call { name, arguments }) => format!("{name}/{}", arguments.len()),
            _ => "?".to_owned(),
        };
        self.asked.borrow_mut().push(identity.clone());
        self.answers.get(&identity).copied()
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
