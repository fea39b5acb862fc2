//! Deep and long input: one clear error, and no stack overflow (tests run in threads of 2 MiB).

use cfglint_syntax as syntax;
use syntax::{MAX_DEPTH, SyntaxErrorKind};

#[track_caller]
fn check(open: &str, inner: &str, close: &str) {
    for (count, before, after) in
        [(100_000, "a = ", "\n"), (2_000, "b {\n  a = ", "\n  c = 1\n}\n")]
    {
        let text = format!("{before}{}{inner}{}{after}", open.repeat(count), close.repeat(count));
        let tree = syntax::parse(text.into_bytes());
        let [error] = tree.errors() else { panic!("{open}: {:?}", tree.errors().get(..3)) };
        let is_open = close.is_empty() && error.message.ends_with("is never closed");
        assert!(error.kind == SyntaxErrorKind::Limit || is_open, "{open}: {error:?}");
        let _ = syntax::oracle::expressions(&tree);
    }
}

#[test]
fn nested_100_000_deep() {
    check("[", "1", "]");
    check("(", "1", ")");
    check("{a=", "1", "}");
    check("{a=[f(", "1", ")]}");
    check("f(", "1", ")");
    check("a[", "1", "]");
    check("[for x in y : ", "1", "]");
    check("\"${", "1", "}\"");
    check("!", "1", "");
    check("-", "1", "");
    check("a ? b : ", "1", "");
    check("a ? ", "1", " : b");
    check("a || b && c == d < e + f * (", "1", ")");
    check("\"%{ if a }${", "1", "}%{ endif }\"");
}

#[test]
fn unclosed_100_000_deep() {
    for open in ["[", "(", "f(", "a[", "{a=", "\"${", "{\n", "[for x in "] {
        let tree = syntax::parse(format!("a = {}", open.repeat(100_000)).into_bytes());
        assert_eq!(tree.errors().len(), 1, "{open}: {:?}", tree.errors());
    }
}

#[test]
fn blocks_100_000_deep() {
    let text = "b {\n".repeat(100_000) + &"}\n".repeat(100_000) + "a = 1\n";
    let tree = syntax::parse(text.into_bytes());
    let [error] = tree.errors() else { panic!("{:?}", tree.errors()) };
    assert_eq!(error.kind, SyntaxErrorKind::Limit);
    assert!(tree.body().attribute("a").is_some());
    let tree = syntax::parse("b {\n".repeat(100_000).into_bytes());
    assert_eq!(tree.errors().len(), 1, "{:?}", tree.errors());
}

#[test]
fn directives_100_000_deep() {
    let count = 100_000;
    let text = format!("{}{}", "%{ if a }".repeat(count), "%{ endif }".repeat(count));
    let tree = syntax::parse(format!("a = \"{text}\"\n").into_bytes());
    assert_eq!(tree.errors().len(), 1, "{:?}", tree.errors());
    assert_eq!(syntax::parse_template(text.into_bytes()).errors().len(), 1);
}

#[test]
fn splats_100_000_deep() {
    let tree = syntax::parse(format!("a = a{}\nb = 1\n", "[*].b".repeat(100_000)).into_bytes());
    let [error] = tree.errors() else { panic!("{:?}", tree.errors()) };
    assert_eq!(error.kind, SyntaxErrorKind::Limit);
    assert!(tree.body().attribute("b").is_some());
}

#[test]
fn up_to_the_limit() {
    let count = MAX_DEPTH as usize - 1;
    for (open, close) in [("[", "]"), ("(", ")"), ("{a=", "}"), ("\"${", "}\"")] {
        let text = format!("a = {}1{}\n", open.repeat(count), close.repeat(count));
        assert_eq!(syntax::parse(text.into_bytes()).errors(), []);
    }
}

#[test]
fn chains_have_no_limit() {
    for step in [" + 1", " && a", ".b", "[0]", ".b.0", "[\"x\"]", " * 2 + 3"] {
        let tree = syntax::parse(format!("a = a{}\n", step.repeat(100_000)).into_bytes());
        assert_eq!(tree.errors(), [], "{step}");
        let _ = syntax::oracle::expressions(&tree);
    }
}
