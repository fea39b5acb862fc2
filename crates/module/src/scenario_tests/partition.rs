//! That leaves partition the possibilities, and what that costs.

use std::fmt::Write;

use value::{Type, Value};

use super::{Fixture, show};
use crate::{Assumptions, scenarios};

fn booleans(count: usize) -> Fixture {
    let names: Vec<_> = (0..count).map(|at| format!("b{at}")).collect();
    let vars: Vec<_> = names.iter().map(|name| (name.as_str(), Type::Bool)).collect();
    Fixture::new(&vars)
}

#[test]
fn thirty_conditions_cost_no_more_than_64_leaves() {
    let fixture = booleans(30);
    let texts: Vec<_> = (0..30).map(|at| format!("var.b{at} ? 1 : 2")).collect();
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    let leaves = fixture.leaves(&texts, 64);
    assert_eq!((leaves.len(), fixture.judgements.get()), (64, 127));
    // The first six are decided in all leaves, the others in none.
    for (_, result) in &leaves {
        assert_eq!(result.matches('?').count(), 24, "{result}");
        assert!(!result[..12].contains('?'), "{result}");
    }
    // Nor do conditions in conditions.
    let fixture = booleans(30);
    let mut text = "0".to_owned();
    for at in 0..30 {
        text = format!("var.b{at} ? {at} : ({text})");
    }
    let leaves = fixture.leaves(&[&text], 64);
    assert_eq!(leaves.len(), 31);
    assert!(fixture.judgements.get() <= 127);
}

#[test]
fn a_question_that_does_not_fit_stays_open_in_every_leaf() {
    let fixture = booleans(2).listed("x", &["1", "2", "3"]);
    let fixture = fixture.with("x", Fixture::new(&[("x", Type::String)]).vars["x"].clone());
    let texts = ["var.b0 ? 1 : 2", "var.x == \"1\" ? 1 : 2", "var.b1 ? 1 : 2"];
    let results = |limit| {
        let leaves = fixture.leaves(&texts, limit);
        leaves.into_iter().map(|(_, result)| result).collect::<Vec<_>>()
    };
    assert_eq!(results(1), ["? ? ?"]);
    assert_eq!(results(2), ["1 ? ?", "2 ? ?"]);
    // Six do not fit, the four of yes and no do.
    assert_eq!(results(4), ["1 1 ?", "1 2 ?", "2 1 ?", "2 2 ?"]);
    assert_eq!(results(6).len(), 6);
    assert!(results(6).iter().all(|result| result.ends_with('?')));
    assert_eq!(results(12).len(), 12);
}

#[test]
fn each_new_question_starts_the_judgement_again() {
    let fixture = booleans(2);
    let mut seen = Vec::new();
    scenarios(&Assumptions::default(), 64, |under| {
        let judged = fixture.judge(&["var.b0 ? 1 : 2", "var.b1 ? 1 : 2"], under);
        seen.push(judged.0.clone());
        judged
    });
    assert_eq!(seen, ["? ?", "1 ?", "2 ?", "1 1", "1 2", "2 1", "2 2"]);
}

#[test]
fn what_is_assumed_already_is_not_asked() {
    let fixture = booleans(2);
    let (condition, _) = fixture.value("var.b0", &Assumptions::default());
    let base = Assumptions::default().given(&condition, true).expect("possible");
    let texts = ["var.b0 ? 1 : 2", "var.b1 ? 1 : 2"];
    let leaves = scenarios(&base, 64, |under| fixture.judge(&texts, under));
    let results: Vec<_> = leaves.iter().map(|(_, result)| result.as_str()).collect();
    assert_eq!(results, ["1 1", "1 2"]);
}

/// Numbers that look random, always the same.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn condition(&mut self, depth: usize) -> String {
        let part = |random: &mut Self| random.condition(depth - 1);
        match self.below(if depth == 0 { 9 } else { 12 }) {
            0 => format!("var.{}", self.pick(&["a", "b"])),
            1 | 2 => {
                let op = self.pick(&["==", "!="]);
                format!("var.env {op} {}", self.pick(&["\"dev\"", "\"prod\"", "var.region"]))
            }
            3 => {
                let op = self.pick(&["<", "<=", ">", ">=", "==", "!="]);
                format!("var.n {op} {}", self.pick(&["0", "1", "2", "1.5"]))
            }
            4 => {
                let op = self.pick(&["<", "<=", ">", ">=", "==", "!="]);
                format!("length(var.l) {op} {}", self.pick(&["0", "1", "2"]))
            }
            5 => {
                format!("contains([\"dev\", \"stage\"], {})", self.pick(&["var.env", "var.region"]))
            }
            6 => format!("startswith(var.env, \"{}\")", self.pick(&["d", "p", "st"])),
            7 => format!("var.n + {} > length(var.l)", self.below(3)),
            8 => format!("upper(var.env) == \"{}\"", self.pick(&["DEV", "PROD", "X"])),
            9 => format!("!({})", part(self)),
            10 => format!("({}) && ({})", part(self), part(self)),
            _ => format!("({}) || ({})", part(self), part(self)),
        }
    }
}

/// All variables with a value each.
fn worlds() -> Vec<Fixture> {
    let mut worlds = Vec::new();
    let texts = ["dev", "prod", "stage", "other"];
    for at in 0..(2 * 2 * 4 * 4 * 4 * 3_usize) {
        let mut rest = at;
        let mut next = |count: usize| {
            let digit = rest % count;
            rest /= count;
            digit
        };
        let number = ["0", "1", "1.5", "2.5"][next(4)];
        let number = value::Number::parse(number).expect("a number");
        let list = vec![Value::string("x"); next(3)];
        worlds.push(
            Fixture::default()
                .with("a", Value::bool(next(2) == 0))
                .with("b", Value::bool(next(2) == 0))
                .with("env", Value::string(texts[next(4)]))
                .with("region", Value::string(texts[next(4)]))
                .with("n", Value::number(number))
                .with("l", Value::list(Type::String, list)),
        );
    }
    worlds
}

#[test]
fn leaves_partition_the_possibilities_and_are_right() {
    let fixture = Fixture::usual();
    let worlds = worlds();
    let none = Assumptions::default();
    let mut random = Random(7);
    for round in 0..60 {
        let mut text = String::from("[");
        for at in 0..=random.below(4) {
            let _ = write!(text, "{} ? {at} : -{at}, ", random.condition(2));
        }
        text.push(']');
        let limit = [64, 64, 5][round % 3];
        let leaves = fixture.leaves(&[&text], limit);
        assert!(leaves.len() <= limit, "{text}");
        for world in worlds.iter().skip(round % 7).step_by(7) {
            let is_here = |leaf: &Assumptions| {
                leaf.answers().iter().all(|answer| {
                    let asked = answer.about.identity.as_ref().expect("asked").to_string();
                    show(&world.value(&asked, &none).0) == show(&answer.value)
                })
            };
            let here: Vec<_> = leaves.iter().filter(|(leaf, _)| is_here(leaf)).collect();
            assert_eq!(here.len(), 1, "{text}");
            let all = format!("concat({text}, [var.a, var.env, var.n, length(var.l)])");
            let real = world.value(&all, &none).0;
            let told = fixture.value(&all, &here[0].0).0;
            for (told, real) in
                told.as_elements().into_iter().flatten().zip(real.as_elements().expect("a tuple"))
            {
                assert!(told.is_unknown() || show(told) == show(real), "{text}");
            }
        }
    }
}
