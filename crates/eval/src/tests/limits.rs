//! Long chains, deep nesting, large values.

use std::fmt::Write;
use std::time::{Duration, Instant};

use source::{FileId, Location};
use value::{MAX_SIZE, Reason, Type, Value};

use super::{Fixture, expr, tree};
use crate::{Budget, Lookup, Scope, evaluate, references};

/// Runs with the stack that a small thread has.
fn on_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(4 << 20).spawn(run);
    thread.expect("a thread").join().expect("no panic");
}

fn reason(value: &Value) -> Option<Reason> {
    value.as_unknown().map(|unknown| unknown.reason.clone())
}

#[test]
fn chains_need_no_stack() {
    on_small_stack(|| {
        let count = 100_000;
        let shown =
            |text: &str| Fixture::default().with("x", Value::null(Type::Dynamic)).show(text);
        assert_eq!(shown(&format!("0{}", " + 1".repeat(count))), count.to_string());
        assert_eq!(shown(&format!("true{}", " && true".repeat(count))), "true");
        let condition = format!("true{} ? 1 : 2", " && true".repeat(count));
        assert_eq!(shown(&condition), "1");
        let attributes = format!("var.x{}", ".a".repeat(count));
        assert!(shown(&attributes).starts_with("Attempt to get attribute"), "{attributes:.20}");
        assert!(shown(&format!("[]{}", "[0]".repeat(count))).starts_with("Invalid index"));
        let tree = tree(&attributes);
        assert_eq!(references(expr(&tree)).len(), 1);
    });
}

#[test]
fn the_deepest_nesting_fits_a_small_stack() {
    on_small_stack(|| {
        let depth = 480;
        let nested = |open: &str, inner: &str, close: &str| {
            let text = format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
            let tree = tree(&text);
            let evaluated =
                evaluate(expr(&tree), FileId(0), &Fixture::default(), &Budget::default());
            assert!(evaluated.errors.is_empty(), "{open}: {:?}", evaluated.errors);
            references(expr(&tree));
        };
        nested("[", "1", "]");
        nested("{ a = ", "1", " }");
        nested("(", "1", ")");
        nested("max(1, ", "1", ")");
        nested("try(", "1", ")");
        nested("[for x in [1] : ", "1", "]");
        nested("{ for x in [1] : x => ", "1", " }");
        nested("true ? ", "1", " : 1");
        nested("(true ? true : ", "true", ") ? true : true");
        nested("!(true && ", "true", ")");
        nested("[1][0 * ", "1", "]");
    });
}

#[test]
fn deep_templates_fit_a_small_stack() {
    on_small_stack(|| {
        let depth = 200;
        let text = format!("{}x{}", "\"a${".repeat(depth), "}\"".repeat(depth));
        let tree = tree(&text.replace('x', "1"));
        evaluate(expr(&tree), FileId(0), &Fixture::default(), &Budget::default());
    });
}

/// `var.x` is the value of the expression itself.
struct Endless<'a>(syntax::Expr<'a>, &'a Budget);

impl Scope for Endless<'_> {
    fn lookup(&self, _: &str, _: &[&str], _: Location) -> Lookup {
        let evaluated = evaluate(self.0, FileId(0), self, self.1);
        Lookup::Found { value: evaluated.value, consumed: 1 }
    }
}

#[test]
fn endless_references_fit_a_small_stack() {
    on_small_stack(|| {
        for text in ["max(1, [var.x][0])", "(var.x ? true : true) ? 1 : 2", "{ a = var.x }"] {
            let (tree, budget) = (tree(text), Budget::default());
            let value = evaluate(expr(&tree), FileId(0), &Endless(expr(&tree), &budget), &budget);
            assert!(!value.value.is_wholly_known(), "{text}");
        }
    });
}

#[test]
fn doubling_costs_nothing() {
    let start = Instant::now();
    for (first, twice) in [
        (Value::string("xx"), "\"${var.x}${var.x}\""),
        (Value::tuple([Value::number(1)]), "[var.x, var.x]"),
        (Value::tuple([Value::number(1)]), "{ a = var.x, b = [for y in [1, 2] : var.x] }"),
        (Value::tuple([Value::number(1)]), "concat(var.x, var.x)"),
    ] {
        let budget = Budget::default();
        let mut value = first;
        let tree = tree(twice);
        for _ in 0..200 {
            let fixture = Fixture::default().with("x", value);
            value = evaluate(expr(&tree), FileId(0), &fixture, &budget).value;
        }
        assert!(value.size() <= MAX_SIZE, "{twice}");
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn steps_run_out() {
    let mut text = "[for a in range(1000) : ".to_owned();
    for name in ["b", "c", "d", "e"] {
        let _ = write!(text, "[for {name} in range(1000) : ");
    }
    let text = format!("{text}1{}", "]".repeat(5));
    let tree = tree(&text);
    let budget = Budget::default();
    let evaluated = evaluate(expr(&tree), FileId(0), &Fixture::default(), &budget);
    assert_eq!(reason(&evaluated.value), Some(Reason::Limit));
    assert!(evaluated.errors.is_empty() && budget.is_exhausted());
}

#[test]
fn values_beyond_a_limit_are_no_errors() {
    let fixture = Fixture::default().with("long", Value::string("x".repeat(1 << 19)));
    let limited = |text: &str| {
        let evaluated = fixture.eval(text);
        assert!(evaluated.errors.is_empty(), "{text}: {:?}", evaluated.errors);
        assert_eq!(reason(&evaluated.value), Some(Reason::Limit), "{text}");
    };
    limited("\"${var.long}${var.long}${var.long}\"");
    limited("\"%{ for x in [1, 2, 3] }${var.long}%{ endfor }\"");
    limited("upper(\"${var.long}${var.long}x\") == 5 ? 1 : \"${var.long}${var.long}x\"");
}

/// Steps that a default budget still has after `text`, and the reason of its value.
fn left(fixture: &Fixture, text: &str) -> (u64, Option<Reason>) {
    let budget = Budget::default();
    let tree = tree(text);
    let evaluated = evaluate(expr(&tree), FileId(0), fixture, &budget);
    (budget.remaining(), reason(&evaluated.value))
}

#[test]
fn text_takes_steps() {
    let fixture = Fixture::default()
        .with("long", Value::string("a".repeat(1 << 20)))
        .with("lines", Value::string("\n".repeat(9_000)))
        .with("json", Value::string(format!("[{}0]", "0,".repeat(100_000))))
        .with("list", Value::tuple(vec![Value::number(1); 50_000]));
    let takes = |text: &str, steps: u64| {
        let taken = 1_000_000 - left(&fixture, text).0;
        assert!((steps..1_000_000).contains(&taken), "{text}: {taken}");
    };
    takes(r#"can(regex("(\\pL{10}){10}|x", "x"))"#, 1_000);
    takes(r#"length(format("%1000000d", 1))"#, 4_000);
    takes("length(indent(100, var.lines))", 3_000);
    takes("substr(var.long, 999999, 1)", 30_000);
    takes("sha512(var.long)", 30_000);
    takes("can(length(jsondecode(var.json)))", 6_000);
    takes("lower(var.long)", 8_000);
    takes("var.list == var.list", 6_000);
    takes("[for i in [1, 2] : var.long != \"a\"]", 8_000);
    takes("[for i in [1, 2] : max(i, 1)]", 8);
}

#[test]
fn searches_take_steps() {
    let start = Instant::now();
    let digits = "01".repeat(1 << 19);
    let capitals = "A".repeat(100_000);
    let fixture =
        Fixture::default().with("digits", Value::string(digits)).with("a", Value::string(capitals));
    let replaced =
        r#"replace("${var.a}${var.a}${var.a}${var.a}${var.a}", "/.*[^A-Z]|[A-Z]/", "b")"#;
    let (remaining, why) = left(&fixture, replaced);
    assert!(remaining < 970_000 && why == Some(Reason::Limit), "{remaining} {why:?}");
    let found = r#"regexall(".*[^A-Z]|[A-Z]", var.a)"#;
    assert_eq!(left(&fixture, found).1, Some(Reason::Limit));
    let looped = r#"[for i in range(1000) : can(regex("[01]*1[01]{1000}x", var.digits))]"#;
    assert_eq!(left(&fixture, looped).1, None);
    // Searches that cannot look far ahead are as many as there are matches.
    let (remaining, why) = left(&fixture, r#"length(regexall("A", var.a))"#);
    assert!(remaining > 800_000 && why.is_none(), "{remaining} {why:?}");
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

/// A directory of which every entry is one like it.
struct Forest;

impl source::Files for Forest {
    fn read(&self, _: &str, _: &str, _: u64) -> Result<source::Text, source::ReadError> {
        Err(source::ReadError::NotFound)
    }

    fn kind(&self, _: &str, _: &str) -> Result<source::EntryKind, source::ReadError> {
        Ok(source::EntryKind::Directory)
    }

    fn list(&self, _: &str, _: &str) -> Result<Vec<source::Entry>, source::ReadError> {
        let entry = |name: u32| source::Entry {
            name: name.to_string(),
            kind: source::EntryKind::Directory,
            is_link: false,
        };
        Ok((0..100).map(entry).collect())
    }
}

impl Scope for Forest {
    fn lookup(&self, _: &str, _: &[&str], _: Location) -> Lookup {
        Lookup::Undeclared { summary: "Undeclared".into(), detail: String::new() }
    }

    fn files(&self) -> Option<(&dyn source::Files, &str)> {
        Some((&Forest, "."))
    }
}

#[test]
fn searches_for_files_end() {
    on_small_stack(|| {
        for pattern in ["**", "**/*a*a*a*a*b", "*/*/*/*/*/*"] {
            let (tree, budget) =
                (tree(&format!("fileset(\".\", \"{pattern}\")")), Budget::default());
            let value = evaluate(expr(&tree), FileId(0), &Forest, &budget).value;
            assert_eq!(reason(&value), Some(Reason::Limit), "{pattern}");
        }
    });
}

#[test]
fn yaml_that_grows_ends() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let below = format!("*a{}", level - 1);
        let nine = [below.as_str(); 9].join(", ");
        let _ = writeln!(laughs, "a{level}: &a{level} [{nine}]");
    }
    on_small_stack(move || {
        let fixture = Fixture::default()
            .with("laughs", Value::string(&laughs))
            .with("deep", Value::string("[".repeat(100_000)))
            .with("blocks", Value::string("- ".repeat(100_000)))
            .with("merges", Value::string(format!("a: &a {{}}\n{}", "<<: *a\n".repeat(50_000))));
        for name in ["laughs", "deep", "blocks"] {
            let (remaining, why) = left(&fixture, &format!("yamldecode(var.{name})"));
            assert_eq!(why, Some(Reason::Limit), "{name}");
            assert!(remaining > 800_000, "{name}: {remaining}");
        }
        let (remaining, why) = left(&fixture, "length(yamldecode(var.merges))");
        assert!(why.is_none() && (500_000..900_000).contains(&remaining), "{remaining} {why:?}");
    });
}

#[test]
fn functions_that_grow_end() {
    let fixture = Fixture::default()
        .with("long", Value::string("a".repeat(1 << 20)))
        .with("ones", Value::list(Type::Number, vec![Value::number(1); 90_000]));
    for text in [
        "format(\"%999999999s\", \"x\")",
        "setproduct(var.ones, var.ones)",
        "textencodebase64(var.long, \"UTF-16\")",
        "provider::terraform::encode_expr(\"${var.long}\")",
        "yamlencode(\"${var.long}\")",
        "join(var.long, [\"\", \"\", \"\"])",
        "[for i in range(100) : base64gzip(var.long)][99]",
    ] {
        let (_, why) = left(&fixture, text);
        assert_eq!(why, Some(Reason::Limit), "{text}");
    }
}
