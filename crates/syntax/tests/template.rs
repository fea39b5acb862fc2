//! Templates as they are to be evaluated. The expected texts of heredocs are what Terraform gives.

use std::fmt::Write;

use cfglint_syntax as syntax;
use syntax::view::{ExprKind, Part, Template};

/// The parts of the template that is the value of the only argument in `text`: literals in
/// brackets, the rest as written.
fn cooked(text: &str) -> String {
    let tree = syntax::parse(text.as_bytes());
    assert_eq!(tree.errors(), []);
    let attribute = tree.body().attributes().next().expect("an argument");
    let ExprKind::Template(template) = attribute.expr().kind() else {
        panic!("no template: {text}")
    };
    shown(template)
}

fn shown(template: Template<'_>) -> String {
    let mut out = String::new();
    show(template, &template.parts(), &mut out);
    out
}

fn show(template: Template<'_>, parts: &[Part<'_>], out: &mut String) {
    let source = |expr: syntax::Expr<'_>| {
        String::from_utf8_lossy(expr.range().slice(template.tree().text())).into_owned()
    };
    for part in parts {
        match part {
            Part::Literal { text, .. } => write!(out, "[{text}]").expect("a string"),
            Part::Interpolation { expr, .. } => {
                write!(out, "${{{}}}", source(*expr)).expect("a string");
            }
            Part::If { condition, yes, no, .. } => {
                write!(out, "<if {}:", source(*condition)).expect("a string");
                show(template, yes, out);
                if let Some(no) = no {
                    *out += "|";
                    show(template, no, out);
                }
                *out += ">";
            }
            Part::For { key_name, value_name, collection, body, .. } => {
                write!(out, "<for {key_name:?} {value_name} {}:", source(*collection))
                    .expect("a string");
                show(template, body, out);
                *out += ">";
            }
        }
    }
}

#[track_caller]
fn check(text: &str, expect: &str) {
    assert_eq!(cooked(text), expect, "{text}");
}

#[test]
fn escapes() {
    check(r#"a = "x""#, "[x]");
    check(r#"a = """#, "");
    check(r#"a = "\n\r\t\"\\""#, "[\n\r\t\"\\]");
    check(r#"a = "\u00e9\U0001F600""#, "[é😀]");
    check(r#"a = "$${a} %%{b} $ % $$ $5""#, "[${a} %{b} $ % $$ $5]");
    check(r#"a = "$$${a}""#, "[$${a}]");
    check(r#"a = "$${~ x}""#, "[${~ x}]");
}

#[test]
fn strip_markers() {
    check(r#"a = "a ${~ b ~} c""#, "[a]${b}[c]");
    check(r#"a = "a ${b ~} ${~ c} d""#, "[a ]${b}[]${c}[ d]");
    check(r#"a = "a\n\n ${~ b}""#, "[a]${b}");
    check(r#"a = "${b ~}${c}  d""#, "${b}${c}[  d]");
    check(r#"a = "%{~ if b ~} c %{~ else ~} d %{~ endif ~} e""#, "<if b:[c]|[d]>[e]");
    check(r#"a = "%{ for k, v in m ~} ${v} %{ endfor } x""#, "<for Some(\"k\") v m:[]${v}[ ]>[ x]");
}

#[test]
fn directives_in_directives() {
    check(
        r#"a = "%{ for x in l }%{ if x }${x}%{ else }-%{ endif },%{ endfor }""#,
        "<for None x l:<if x:${x}|[-]>[,]>",
    );
    check(r#"a = "%{ if b }%{ endif }""#, "<if b:>");
}

#[test]
fn heredocs() {
    check("a = <<E\nx\n  y\nE\n", "[x\n  y\n]");
    check("a = <<E\nE\n", "");
    check("a = <<E\nx \\n \"y\" $${z}\nE\n", "[x \\n \"y\" ${z}\n]");
    // A strip marker reaches to the end of the line's token, not over it.
    check("a = <<E\nx\n\n${~ b ~}\n\n y\nE\n", "[x\n]${b}[\n y\n]");
    check(
        "a = <<E\n%{ for x in l ~}\n- ${x}\n%{ endfor ~}\nz\nE\n",
        "<for None x l:[- ]${x}[\n]>[z\n]",
    );
    check("a = <<E\r\nx\r\nE\r\n", "[x\r\n]");
}

#[test]
fn flush_heredocs() {
    check("a = <<-E\n    x\n      y\n\n    z\n    E\n", "[x\n  y\n\nz\n]");
    // A line that begins with a sequence is not indented, so none is.
    check("a = <<-E\n  ${b}\n${c}\n  E\n", "[  ]${b}[\n]${c}[\n]");
    check("a = <<-E\n    ${b}\n  c\n  E\n", "[  ]${b}[\nc\n]");
    // Tabs count one each; a line of blanks only keeps them.
    check("a = <<-E\n\t\tx\n\ty\n   \n\tE\n", "[\tx\ny\n   \n]");
    // After the stripped line end no new line begins.
    check("a = <<-E\n  %{ if b ~}\n  x\n  %{ endif ~}\n  E\n", "[]<if b:[  x\n]>[]");
}

#[test]
fn one_interpolation_is_alone() {
    check(r#"a = "${b}""#, "${b}");
    // The empty text keeps it from being passed through as it is.
    check("a = <<E\n${b ~}\nE\n", "${b}[]");
}

#[test]
fn literal_ranges() {
    let text = "a = <<-E\n    x\n    y\n    E\n";
    let tree = syntax::parse(text.as_bytes());
    let expr = tree.body().attribute("a").expect("an argument").expr();
    let ExprKind::Template(template) = expr.kind() else { panic!("no template") };
    let [Part::Literal { range, .. }] = &template.parts()[..] else { panic!("not one literal") };
    assert_eq!(range.slice(text.as_bytes()), b"x\n    y\n");
}

#[test]
fn bare_templates() {
    let tree = syntax::parse_template(&b"x \"q\" \\n\n${ a ~}\n%{ if b }\ny%{ endif }$"[..]);
    assert_eq!(tree.errors(), []);
    let ExprKind::Template(template) = tree.expr().expect("a template").kind() else {
        panic!("no template")
    };
    assert_eq!(shown(template), "[x \"q\" \\n\n]${a}[]<if b:[\ny]>[$]");
    assert!(!template.is_heredoc());
}

#[test]
fn strip_markers_see_the_tokens_of_go() {
    // After `%` or `$` and one blank, the line end is a token of its own.
    check("a = <<E\nx% \n${~ b}\nE\n", "[x% ]${b}[\n]");
    check("a = <<E\nx$\r\n${~ b}\nE\n", "[x$\r]${b}[\n]");
    check("a = <<E\nx5 \n${~ b}\nE\n", "[x5]${b}[\n]");
    // In a bare template nothing counts after a carriage return alone.
    let tree = syntax::parse_template(&b"a ${b}\rc ${"[..]);
    assert_eq!(tree.errors(), []);
}

#[test]
fn labels() {
    let tree = syntax::parse(&br#"b "a\"b" c "$${d} \u00e9" {}"#[..]);
    assert_eq!(tree.errors(), []);
    let block = tree.body().blocks().next().expect("a block");
    let labels: Vec<_> = block.labels().map(syntax::Label::text).collect();
    assert_eq!(labels, ["a\"b", "c", "${d} é"]);
}

#[test]
fn plain_strings() {
    let plain = |text: &str| {
        let tree = syntax::parse_expression(text.as_bytes());
        tree.expr().expect("an expression").as_plain_string()
    };
    assert_eq!(plain(r#""a\tb""#).as_deref(), Some("a\tb"));
    assert_eq!(plain(r#""""#).as_deref(), Some(""));
    assert_eq!(plain("<<-E\n  a\n   b\n  E\n").as_deref(), Some("a\n b\n"));
    assert_eq!(plain(r#""a${b}""#), None);
    assert_eq!(plain("a"), None);
}

#[test]
fn text_beside_bytes_that_are_not_utf8() {
    let check = |text: &[u8], expect: &str| {
        let tree = syntax::parse(text);
        let argument = tree.body().attribute("a").expect("an argument");
        assert_eq!(argument.expr().as_plain_string().as_deref(), Some(expect));
    };
    check(b"a = \"\xc3\xa9\"\n# \xff\n", "é");
    check(b"a = \"x\xffy\"\n", "x\u{fffd}y");
    check(b"a = \"\\\"\xff\"\n", "\"\u{fffd}");
    check(b"a = <<E\n\xff\nE\n", "\u{fffd}\n");
}
