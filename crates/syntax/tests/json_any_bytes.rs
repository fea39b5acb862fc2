//! Whatever the bytes of a JSON file: the reader returns, all ranges are of the file, nodes lie in
//! their parents and in order, and the view can be walked to the last leaf. Deep and long input
//! gives one clear error.

#![expect(clippy::disallowed_methods, reason = "reads fixtures")]

use cfglint_syntax as syntax;
use source::TextRange;
use syntax::view::{ExprKind, ObjectKey, Part};
use syntax::{Body, Expr, Item, MAX_DEPTH, NodeId, NodeKind, Syntax, SyntaxErrorKind, Tree};
use testkit::Random;

const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "=",
    "\"",
    "\"a\"",
    "\"a\":",
    "\"a\":1,",
    "null",
    "true",
    "nul",
    "-",
    "1",
    "01",
    "1.5e3",
    "1e",
    "\\",
    "\\\"",
    "\\n",
    "\\u0041",
    "\\ud83d\\ude00",
    "\\ud800",
    "\\u12",
    "\\x",
    "${",
    "%{ if a }",
    "%{ endif }",
    "$${",
    "${var.x}",
    "${a.*.b[*]}",
    "${<<-E\\n  x\\n  E\\n}",
    "${[for a in b : \\\"c${d}\\\" if e]}",
    "\n",
    " ",
    "\t",
    "// c\n",
    "/* c */",
    "é",
    "\u{feff}",
    "😀",
    "\"//\":\"c\",",
    "\"locals\":{\"a\":",
    "\"resource\":{\"a\":{\"b\":{",
    "\"variable\":{\"a\":{\"type\":\"",
    "\"lifecycle\":{\"ignore_changes\":[",
    "\"dynamic\":{\"a\":{\"for_each\":[],\"content\":{",
    "}}}",
];
const RAW: &[&[u8]] = &[b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xe9", b"\0"];

fn piece(random: &mut Random) -> &'static [u8] {
    if random.below(40) == 0 {
        RAW[random.below(RAW.len())]
    } else {
        PIECES[random.below(PIECES.len())].as_bytes()
    }
}

#[test]
fn spliced_pieces() {
    let mut random = Random::new(7);
    for _ in 0..12_000 {
        let mut text = b"{".repeat(random.below(2));
        for _ in 0..random.below(20) {
            text.extend_from_slice(piece(&mut random));
        }
        check(&text);
    }
}

#[test]
fn damaged_files() {
    let mut random = Random::new(11);
    for name in ["blocks", "lists", "values"] {
        let path = format!("{}/../../fixtures/syntax/{name}.tf.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read(path).expect("a fixture");
        check(&text);
        for _ in 0..1_000 {
            let mut text = text.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(text.len() + 1);
                match random.below(4) {
                    0 => drop(text.drain(at..(at + random.below(9)).min(text.len()))),
                    1 if random.below(4) == 0 => text.truncate(at),
                    _ => drop(text.splice(at..at, piece(&mut random).iter().copied())),
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
        check(&[b'{', b'"', byte, b'"', b':', byte, b'}']);
        let around = |string: &[u8]| [b"{\"locals\":{\"a\":\"", string, b"\"}}"].concat();
        check(&around(&[byte]));
        check(&around(&[b'\\', byte]));
        check(&around(&[b'$', b'{', byte, b'}']));
        check(&around(&[b'\\', b'n', b'$', b'{', byte, b'}', byte]));
    }
}

fn check(text: &[u8]) {
    for syntax in [Syntax::Json, Syntax::JsonVariables] {
        let tree = syntax::parse_as(text, syntax);
        let shown = String::from_utf8_lossy(text);
        assert_eq!(tree.text().as_bytes(), text);
        check_node(&tree, tree.body().id(), &shown);
        let whole = tree.body().range();
        let mut walk = Walk { whole, shown: &shown };
        walk.body(tree.body());
        for error in tree.errors() {
            walk.range(error.range);
            walk.range(error.related.as_ref().map_or(error.range, |(range, _)| *range));
            assert!(!error.message.contains(char::is_control), "{shown:?}: {error:?}");
            assert!(!error.message.ends_with('.'), "{shown:?}: {error:?}");
        }
        assert!(tree.errors().iter().map(|error| error.range.start()).is_sorted(), "{shown:?}");
        assert!(tree.comments().is_sorted(), "{shown:?}");
        for comment in tree.comments() {
            walk.range(*comment);
        }
        let _ = syntax::oracle::structure(&tree) + &syntax::oracle::expressions(&tree);
    }
}

fn check_node(tree: &Tree, id: NodeId, shown: &str) {
    let whole = tree.range(id);
    let mut end = whole.start();
    for child in tree.children(id) {
        let range = tree.range(child);
        let kinds = (tree.node(id).kind(), tree.node(child).kind());
        assert!(whole.contains(range), "{shown:?}: {kinds:?} {whole:?} {range:?}");
        assert!(end <= range.start(), "{shown:?}: order in {kinds:?}");
        end = range.end();
        check_node(tree, child, shown);
    }
    if tree.node(id).kind() == NodeKind::Object {
        for child in tree.children(id) {
            assert_eq!(tree.node(child).kind(), NodeKind::ObjectItem, "{shown:?}");
        }
    }
}

/// Walks all of the view.
struct Walk<'a> {
    whole: TextRange,
    shown: &'a str,
}

impl Walk<'_> {
    fn range(&mut self, range: TextRange) {
        assert!(self.whole.contains(range), "{:?}: {range:?}", self.shown);
    }

    fn body(&mut self, body: Body<'_>) {
        self.range(body.range());
        for item in body.items() {
            match item {
                Item::Attribute(attribute) => {
                    self.range(attribute.range());
                    self.range(attribute.name_range());
                    let name = attribute.name();
                    for block in body.blocks_of(&name).take(1) {
                        self.block(block);
                    }
                    self.expr(attribute.expr());
                }
                Item::Block(block) => {
                    self.block(block);
                    self.body(block.body());
                }
            }
        }
    }

    fn block(&mut self, block: syntax::Block<'_>) {
        let header = block.header_range();
        self.range(block.range());
        assert!(block.range().contains(header) || header == block.kind_range(), "{}", self.shown);
        assert!(block.range().contains(block.body().range()), "{}", self.shown);
        let labels: String = block.labels().map(syntax::Label::text).collect();
        let _ = (labels, block.kind(), block.body().items().count());
    }

    fn expr(&mut self, expr: Expr<'_>) {
        self.range(expr.range());
        let _ = expr.as_plain_string();
        match expr.kind() {
            ExprKind::Template(template) => self.parts(&template.parts()),
            ExprKind::Tuple(items) => items.iter().for_each(|item| self.expr(item)),
            ExprKind::Object(object) => {
                for (key, value) in object.items() {
                    match key {
                        ObjectKey::Expr(key) => self.expr(key),
                        ObjectKey::Name(_, range) => self.range(range),
                    }
                    self.expr(value);
                }
            }
            _ => expr.tree().children(expr.id()).for_each(|id| {
                if expr.tree().node(id).kind() != NodeKind::Name {
                    self.expr(Expr::of(expr.tree(), id));
                }
            }),
        }
    }

    fn parts(&mut self, parts: &[Part<'_>]) {
        for part in parts {
            match part {
                Part::Literal { range, .. } => self.range(*range),
                Part::Interpolation { expr, range } => {
                    self.range(*range);
                    self.expr(*expr);
                }
                Part::If { condition, yes, no, .. } => {
                    self.expr(*condition);
                    self.parts(yes);
                    self.parts(no.as_deref().unwrap_or_default());
                }
                Part::For { collection, body, .. } => {
                    self.expr(*collection);
                    self.parts(body);
                }
            }
        }
    }
}

#[track_caller]
fn check_deep(text: &str, kind: SyntaxErrorKind) {
    for syntax in [Syntax::Json, Syntax::JsonVariables] {
        let tree = syntax::parse_as(text.as_bytes(), syntax);
        let [error] = tree.errors() else { panic!("{:?}", tree.errors().get(..3)) };
        assert_eq!(error.kind, kind, "{error:?}");
        let _ = syntax::oracle::expressions(&tree);
    }
}

#[test]
fn nested_100_000_deep() {
    for (open, inner, close) in [("[", "1", "]"), ("{\"a\":", "1", "}"), ("[{\"b\":", "1", "}]")] {
        let (opened, closed) = (open.repeat(100_000), close.repeat(100_000));
        check_deep(&format!("{{\"a\":{opened}{inner}{closed}}}"), SyntaxErrorKind::Limit);
        check_deep(&format!("{{\"a\":{opened}"), SyntaxErrorKind::Limit);
        let closed = close.repeat(490 / close.len());
        let opened = open.repeat(490 / close.len());
        check_deep(&format!("{{\"a\":{opened}{inner}{closed}"), SyntaxErrorKind::Grammar);
    }
}

#[test]
fn depth_of_file_and_expression_is_one() {
    let brackets = |count: u32, bracket: &str| bracket.repeat(count as usize);
    let text = |lists: u32, parens: u32| {
        let (open, close) = (brackets(lists, "["), brackets(lists, "]"));
        let (before, after) = (brackets(parens, "("), brackets(parens, ")"));
        format!("{{\"locals\":{{\"a\":{open}\"${{{before}1{after}}}\"{close}}}}}")
    };
    let errors = |text: &str| {
        let tree = syntax::parse_as(text.as_bytes(), Syntax::Json);
        tree.errors().iter().map(|error| error.kind).collect::<Vec<_>>()
    };
    assert_eq!(errors(&text(MAX_DEPTH - 10, 5)), []);
    assert_eq!(errors(&text(5, MAX_DEPTH - 10)), []);
    assert_eq!(errors(&text(300, 300)), [SyntaxErrorKind::Limit]);
}

#[test]
fn long_lines_and_many_errors() {
    let many = |piece: &str| format!("{{\"a\":[{}]}}", piece.repeat(100_000));
    for piece in ["{},", "}", "\"${a}\\n\",", "{\"a\" 1},", "x ", ",", "\"a\":{", "\n\"\n", "[\n}"]
    {
        let tree = syntax::parse_as(many(piece).into_bytes(), Syntax::Json);
        assert!(tree.errors().len() <= 1000, "{piece}");
        assert!(!tree.errors().is_empty(), "{piece}");
    }
    let text = many("{\"a\":\"${b}\"},").replace(",]", "]");
    let tree = syntax::parse_as(text.into_bytes(), Syntax::Json);
    assert_eq!(tree.errors(), []);
}

#[test]
fn a_long_string_that_is_not_utf8() {
    let bytes = [b"{\"locals\":{\"a\":\"".as_slice(), &vec![0xff; 500_000], b"${x}\"}}"].concat();
    let tree = syntax::parse_as(bytes, Syntax::Json);
    assert_eq!(tree.errors(), []);
    let locals = tree.body().blocks().next().expect("the locals");
    let local = locals.body().attribute("a").expect("the local");
    let ExprKind::Template(template) = local.expr().kind() else { panic!("a template") };
    let parts = template.parts();
    let [Part::Literal { text, range }, Part::Interpolation { range: after, .. }] = &parts[..]
    else {
        panic!("two parts")
    };
    assert_eq!(text.chars().filter(|c| *c == '\u{fffd}').count(), 500_000);
    assert_eq!((range.start(), range.end(), after.len()), (16, 500_016, 4));
}
