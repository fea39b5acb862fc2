//! Texts that are one expression, and what the view makes of them.

use cfglint_syntax as syntax;
use syntax::Expr;
use syntax::view::{ExprKind, ObjectKey};

/// The expression in a form that shows how it is built.
fn shown(expr: Expr<'_>) -> String {
    match expr.kind() {
        ExprKind::Number(text) | ExprKind::Variable(text) => text.to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Null => "null".into(),
        ExprKind::Template(_) => format!("{:?}", expr.as_plain_string().unwrap_or_default()),
        ExprKind::Tuple(items) => format!("[{}]", list(items.iter())),
        ExprKind::Object(object) => {
            let item = |(key, value)| match key {
                ObjectKey::Name(name, _) => format!("{name}={}", shown(value)),
                ObjectKey::Expr(key) => format!("<{}>={}", shown(key), shown(value)),
            };
            format!("{{{}}}", object.items().map(item).collect::<Vec<_>>().join(" "))
        }
        ExprKind::For(parts) => {
            let parts = parts.parts();
            let key = parts.key.map(|key| format!("{} => ", shown(key)));
            let names = [parts.key_name, Some(parts.value_name)].into_iter().flatten();
            format!(
                "(for {} in {}: {}{}{}{})",
                names.collect::<Vec<_>>().join(","),
                shown(parts.collection),
                key.unwrap_or_default(),
                shown(parts.value),
                if parts.group { "..." } else { "" },
                parts.condition.map(|it| format!(" if {}", shown(it))).unwrap_or_default(),
            )
        }
        ExprKind::Call(call) => {
            let dots = if call.is_expanded() { "..." } else { "" };
            format!("{}({}{dots})", call.name(), list(call.arguments()))
        }
        ExprKind::GetAttr { target, name, .. } => format!("{}.{name}", shown(target)),
        ExprKind::Index { target, key } => format!("{}[{}]", shown(target), shown(key)),
        ExprKind::LegacyIndex { target, key } => format!("{}.#{}", shown(target), shown(key)),
        ExprKind::Splat { target, each, full } => {
            format!("({} {} {})", shown(target), if full { "[*]" } else { ".*" }, shown(each))
        }
        ExprKind::SplatItem => "_".into(),
        ExprKind::Conditional { condition, yes, no } => {
            format!("({} ? {} : {})", shown(condition), shown(yes), shown(no))
        }
        ExprKind::Binary { op, left, right } => {
            format!("({} {} {})", shown(left), op.as_str(), shown(right))
        }
        ExprKind::Unary { op, operand } => format!("({}{})", op.as_str(), shown(operand)),
        ExprKind::Paren(inner) => format!("<{}>", shown(inner)),
        ExprKind::Missing => "?".into(),
    }
}

fn list<'t>(items: impl Iterator<Item = Expr<'t>>) -> String {
    items.map(shown).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(text: &str, expect: &str) {
    let tree = syntax::parse_expression(text.as_bytes());
    assert_eq!(tree.errors(), [], "{text}");
    assert_eq!(shown(tree.expr().expect("an expression")), expect, "{text}");
    assert_eq!(tree.body().items().count(), 0);
}

#[test]
fn operators() {
    check("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)");
    check("a || b && c == d < e + f * g", "(a || (b && (c == (d < (e + (f * g))))))");
    check("a * b + c < d == e && f || g", "((((((a * b) + c) < d) == e) && f) || g)");
    check("-a.b + !c[0]", "((-a.b) + (!c[0]))");
    check("a ? b : c ? d : e", "(a ? b : (c ? d : e))");
    check("(a + b) * c", "(<(a + b)> * c)");
    // Line ends are blanks here.
    check("a\n+\nb\n", "(a + b)");
}

#[test]
fn traversals() {
    check("a.b[0].c", "a.b[0].c");
    check("a.0.b", "a.#0.b");
    check("a[*].b[0]", "(a [*] _.b[0])");
    check("a.*.b.0[1]", "(a .* _.b.#0)[1]");
    check("a[*][*].b", "(a [*] (_ [*] _.b))");
    check("f(x).y", "f(x).y");
}

#[test]
fn collections() {
    check("[1, [], {}]", "[1 [] {}]");
    check(
        "{ a = 1, (b) = 2, c.d : 3, \"e\" = 4, null = 5 }",
        "{a=1 <<b>>=2 <c.d>=3 <\"e\">=4 null=5}",
    );
    check("[for i, x in y : x if i > 0]", "(for i,x in y: x if (i > 0))");
    check("{ for x in y : x => 1... }", "(for x in y: x => 1...)");
    check("provider :: aws::f(a, b...)", "provider::aws::f(a b...)");
}

#[test]
fn broken_text() {
    let broken = |text: &str| {
        let tree = syntax::parse_expression(text.as_bytes());
        assert_eq!(tree.errors().len(), 1, "{text}: {:?}", tree.errors());
        shown(tree.expr().expect("an expression"))
    };
    assert_eq!(broken(""), "?");
    assert_eq!(broken("a b"), "a");
    assert_eq!(broken("a +"), "(a + ?)");
    assert_eq!(broken("[1, 2"), "[1 2]");
    assert_eq!(broken("{ a = , b = 1 }"), "{a=? b=1}");
    assert_eq!(broken("f(1 2, 3)"), "f(1 3)");
    assert_eq!(broken("[for x in y]"), "(for x in y: ?)");
    assert_eq!(broken("{ for x in y : x }"), "(for x in y: ? => x)");
    assert_eq!(broken("a ? b"), "(a ? b : ?)");
    assert_eq!(broken("a.b."), "a.b.");
}
