//! Tests of scenarios: expressions judged under all answers to the questions that they ask.

mod narrowing;
mod partition;
mod questions;
mod texts;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use eval::{Budget, Lookup, Scope, evaluate};
use source::{FileId, Location};
use value::{Identity, Reason, Type, Unknown, Value};

use crate::{Assumptions, Question, scenarios};

/// Variables, known or not, and the values that validations list.
#[derive(Default)]
struct Fixture {
    vars: BTreeMap<String, Value>,
    listed: BTreeMap<String, Vec<Value>>,
    judgements: Cell<usize>,
    /// What was asked about, in the order of the first judgement that met it.
    asked: RefCell<Vec<String>>,
}

impl Fixture {
    /// Unknown variables of these types that may be null.
    fn new(vars: &[(&str, Type)]) -> Self {
        let mut fixture = Self::default();
        for (name, ty) in vars {
            let address = Identity::Address(format!("var.{name}").into());
            let unknown = Unknown::new(ty.clone(), Reason::Variable).identified(address);
            fixture.vars.insert((*name).to_owned(), unknown.into_value());
        }
        fixture
    }

    /// Booleans `a` to `f`, strings `env` and `region`, a number `n`, a list `l`, anything `any`.
    fn usual() -> Self {
        let bools = ["a", "b", "c", "d", "e", "f"].map(|name| (name, Type::Bool));
        let others = [
            ("env", Type::String),
            ("region", Type::String),
            ("n", Type::Number),
            ("l", Type::list(Type::String)),
            ("any", Type::Dynamic),
        ];
        Self::new(&[&bools[..], &others].concat())
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.vars.insert(name.to_owned(), value);
        self
    }

    fn listed(mut self, name: &str, values: &[&str]) -> Self {
        let values = values.iter().map(Value::string).collect();
        self.listed.insert(format!("var.{name}"), values);
        self
    }

    /// The value of an expression under assumptions, and the questions that it asks.
    fn value(&self, text: &str, assumptions: &Assumptions) -> (Value, Vec<Question>) {
        let tree = syntax::parse_expression(text.as_bytes());
        let scope = Under { fixture: self, assumptions, asked: RefCell::default() };
        let expr = tree.expr().expect("an expression");
        let evaluated = evaluate(expr, FileId(0), &scope, &Budget::default());
        assert_eq!(evaluated.errors, [], "{text}");
        let listed = |identity: &Identity| self.listed.get(&identity.to_string()).cloned();
        let about = |condition: &Value| Question::about(condition, assumptions, &listed);
        (evaluated.value, scope.asked.take().iter().filter_map(about).collect())
    }

    fn judge(&self, texts: &[&str], assumptions: &Assumptions) -> (String, Vec<Question>) {
        self.judgements.set(self.judgements.get() + 1);
        let (values, questions): (Vec<_>, Vec<_>) =
            texts.iter().map(|text| self.value(text, assumptions)).unzip();
        let questions: Vec<_> = questions.into_iter().flatten().collect();
        if let Some(way) = questions.first().and_then(|question: &Question| question.ways.first()) {
            let identity = way.about.identity.as_ref().expect("only those are asked");
            let name = identity.to_string();
            let mut asked = self.asked.borrow_mut();
            if !asked.contains(&name) {
                asked.push(name);
            }
        }
        let shown: Vec<_> = values.iter().map(show).collect();
        (shown.join(" "), questions)
    }

    fn leaves(&self, texts: &[&str], limit: usize) -> Vec<(Assumptions, String)> {
        scenarios(&Assumptions::default(), limit, |under| self.judge(texts, under))
    }

    /// Checks what the expressions come to in each scenario.
    fn check(&self, texts: &[&str], expect: &[&str]) {
        let leaves = self.leaves(texts, 64);
        let results: Vec<_> = leaves.iter().map(|(_, result)| result.as_str()).collect();
        assert_eq!(results, expect, "{texts:?}");
    }
}

fn show(value: &Value) -> String {
    if value.is_wholly_known() { value.to_json() } else { "?".to_owned() }
}

/// Variables under assumptions.
struct Under<'a> {
    fixture: &'a Fixture,
    assumptions: &'a Assumptions,
    asked: RefCell<Vec<Value>>,
}

impl Scope for Under<'_> {
    fn lookup(&self, root: &str, attributes: &[&str], _: Location) -> Lookup {
        let name = attributes.first().filter(|_| root == "var");
        match name.and_then(|name| self.fixture.vars.get(&**name)) {
            Some(value) => Lookup::Found { value: value.clone(), consumed: 1 },
            None => Lookup::Undeclared { summary: "Undeclared".into(), detail: String::new() },
        }
    }

    fn assumed(&self, unknown: &Value) -> Option<Value> {
        self.assumptions.narrowed(unknown)
    }

    fn ask(&self, condition: &Value) {
        self.asked.borrow_mut().push(condition.clone());
    }

    fn instance(&self) -> Option<std::sync::Arc<str>> {
        Some("aws_x.y".into())
    }
}
