//! Whatever the bytes: the parser returns, tokens are the text, nodes lie in their parents and in
//! order, and the view can be walked to the last leaf.

#![expect(clippy::disallowed_methods, reason = "reads fixtures")]

use cfglint_syntax as syntax;
use syntax::view::{ExprKind, ObjectKey, Part, Template};
use syntax::{Body, Expr, Item, NodeId, NodeKind, TokenKind, Tree};
use testkit::Random;

const PIECES: &[&str] = &[
    "a",
    "b",
    "for",
    "in",
    "if",
    "else",
    "endif",
    "endfor",
    "true",
    "null",
    "1",
    "0",
    "1.5",
    "1e5",
    ".",
    "..",
    "...",
    "\"",
    "\"x\"",
    "\"${",
    "${",
    "%{",
    "~}",
    "}",
    "{",
    "[",
    "]",
    "(",
    ")",
    "=",
    "==",
    "=>",
    "!",
    "<<E\n",
    "<<-E\n",
    "\nE\n",
    "<",
    "&&",
    "||",
    "&",
    "+",
    "-",
    "*",
    "/",
    "%",
    "?",
    ":",
    "::",
    ",",
    "\n",
    "\n",
    "\n  ",
    " ",
    "# c\n",
    "// c",
    "/* c */",
    "/*",
    "\\",
    "\\n",
    "\\u00e9",
    "$",
    "$${",
    "%%{",
    "\r\n",
    "\r",
    "é",
    "\u{37a}",
    "\u{a0}",
    "a = ",
    "\nb = ",
    "b \"l\" {\n",
    "\n}\n",
    "f(",
    "a.b",
    "a[0]",
    "a[*]",
    ".*",
    "\"a\" = 1",
    "%{ if a }",
    "%{ else }",
    "%{ endif }",
    "%{ for x in y }",
    "%{ endfor ~}",
    "[for x in y : x]",
    "{for k,v in m : k=>v...}",
    "~",
    "${~ a ~}",
    "'",
    "`",
    ";",
    "x ? y : z",
    "\u{feff}",
    "{ a = 1 }",
    "\0",
    "resource \"a\" \"b\" {\n  x = 1\n}\n",
];
const RAW: &[&[u8]] = &[b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xe9", b"\xf0\x9f"];

fn splice(random: &mut Random) -> Vec<u8> {
    let mut text = Vec::new();
    for _ in 0..random.below(24) {
        if random.below(40) == 0 {
            text.extend_from_slice(RAW[random.below(RAW.len())]);
        } else {
            text.extend_from_slice(PIECES[random.below(PIECES.len())].as_bytes());
        }
        if random.below(3) == 0 {
            text.push(b' ');
        }
    }
    text
}

#[test]
fn spliced_tokens() {
    let mut random = Random::new(7);
    for _ in 0..20_000 {
        check(&splice(&mut random));
    }
}

#[test]
fn damaged_files() {
    let mut random = Random::new(11);
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/syntax");
    for entry in std::fs::read_dir(directory).expect("fixtures") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "tf") {
            continue;
        }
        let text = std::fs::read(path).expect("a file");
        check(&text);
        for _ in 0..60 {
            let mut text = text.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(text.len() + 1);
                match random.below(3) {
                    0 => drop(text.drain(at..(at + random.below(9)).min(text.len()))),
                    1 => text.truncate(at),
                    _ => {
                        let piece = PIECES[random.below(PIECES.len())];
                        drop(text.splice(at..at, piece.bytes()));
                    }
                }
            }
            check(&text);
        }
    }
}

#[test]
fn every_byte_alone_and_in_a_string() {
    for byte in 0..=u8::MAX {
        check(&[byte]);
        check(&[b'a', b'=', b'"', byte, b'"', b'\n']);
        check(&[b'a', b'=', b'<', b'<', b'E', b'\n', byte, b'\n', b'E', b'\n']);
        check(&[b'#', byte, b'\n', b'a', byte, b'=', b'1']);
    }
}

fn check(text: &[u8]) {
    let shown = String::from_utf8_lossy(text).into_owned();
    check_tokens(text, &shown);
    for tree in [syntax::parse(text), syntax::parse_expression(text), syntax::parse_template(text)]
    {
        assert_eq!(tree.text().as_bytes(), text);
        check_node(&tree, tree.body().id(), &shown);
        walk_body(tree.body());
        if let Some(expr) = tree.expr() {
            check_node(&tree, expr.id(), &shown);
            walk(expr);
        }
        let size = u32::try_from(text.len()).expect("a small text");
        for error in tree.errors() {
            assert!(error.range.end() <= size, "{shown:?}: {error:?}");
            assert!(!error.message.contains(char::is_control), "{shown:?}: {error:?}");
            assert!(!error.message.ends_with('.'), "{shown:?}: {error:?}");
        }
        let starts = tree.errors().iter().map(|error| error.range.start());
        assert!(starts.is_sorted(), "{shown:?}: {:?}", tree.errors());
        let _ = syntax::oracle::structure(&tree) + &syntax::oracle::expressions(&tree);
    }
}

fn check_tokens(text: &[u8], shown: &str) {
    let mut end = 0;
    for token in syntax::tokens(text) {
        assert_eq!(token.range().start(), end, "{shown:?}");
        end = token.range().end();
        let piece = token.range().slice(text);
        if token.kind == TokenKind::Space && end > 3 {
            assert!(piece.iter().all(|byte| matches!(byte, b' ' | b'\t')), "{shown:?} {piece:?}");
        }
    }
    assert_eq!(end as usize, text.len(), "{shown:?}");
}

fn check_node(tree: &Tree, id: NodeId, shown: &str) {
    let node = tree.node(id);
    let whole = tree.range(id);
    let mut end = whole.start();
    for child in tree.children(id) {
        let range = tree.range(child);
        assert!(whole.contains(range), "{shown:?}: {node:?} {:?}", tree.node(child));
        assert!(end <= range.start(), "{shown:?}: order in {node:?}");
        end = range.end();
        check_node(tree, child, shown);
    }
    if node.kind() == NodeKind::Body {
        for child in tree.children(id) {
            let kind = tree.node(child).kind();
            assert!(matches!(kind, NodeKind::Attribute | NodeKind::Block), "{shown:?}");
        }
    }
}

fn walk_body(body: Body<'_>) {
    for item in body.items() {
        match item {
            Item::Attribute(attribute) => {
                assert!(!attribute.name().is_empty());
                walk(attribute.expr());
            }
            Item::Block(block) => {
                let labels: String = block.labels().map(syntax::Label::text).collect();
                let _ = (labels, block.kind(), block.header_range());
                walk_body(block.body());
            }
        }
    }
}

fn walk(expr: Expr<'_>) {
    let _ = expr.as_plain_string();
    match expr.kind() {
        ExprKind::Template(template) => walk_template(template),
        ExprKind::Tuple(items) => items.iter().for_each(walk),
        ExprKind::Object(object) => {
            for (key, value) in object.items() {
                if let ObjectKey::Expr(key) = key {
                    walk(key);
                }
                walk(value);
            }
        }
        ExprKind::For(parts) => {
            let parts = parts.parts();
            walk(parts.collection);
            parts.key.into_iter().chain([parts.value]).chain(parts.condition).for_each(walk);
        }
        ExprKind::Call(call) => {
            let _ = (call.name(), call.is_expanded(), call.range());
            call.arguments().for_each(walk);
        }
        // These are whole, whatever is around them.
        ExprKind::Number(text) | ExprKind::Variable(text) => {
            assert_eq!(text.as_bytes(), expr.range().slice(expr.tree().text()));
        }
        ExprKind::GetAttr { target, name, name_range } => {
            assert_eq!(name.as_bytes(), name_range.slice(target.tree().text()));
            walk(target);
        }
        ExprKind::Index { target, key } | ExprKind::LegacyIndex { target, key } => {
            walk(target);
            walk(key);
        }
        ExprKind::Splat { target, each, .. } => {
            walk(target);
            walk(each);
        }
        ExprKind::Conditional { condition, yes, no } => {
            [condition, yes, no].into_iter().for_each(walk);
        }
        ExprKind::Binary { left, right, .. } => {
            walk(left);
            walk(right);
        }
        ExprKind::Unary { operand, .. } => walk(operand),
        ExprKind::Paren(inner) => walk(inner),
        _ => {}
    }
}

fn walk_template(template: Template<'_>) {
    let parts = template.parts();
    walk_parts(&parts);
}

fn walk_parts(parts: &[Part<'_>]) {
    for part in parts {
        match part {
            Part::Literal { .. } => {}
            Part::Interpolation { expr, .. } => walk(*expr),
            Part::If { condition, yes, no, .. } => {
                walk(*condition);
                walk_parts(yes);
                walk_parts(no.as_deref().unwrap_or_default());
            }
            Part::For { collection, body, .. } => {
                walk(*collection);
                walk_parts(body);
            }
        }
    }
}
