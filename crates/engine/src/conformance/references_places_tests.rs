//! Places that text tells, and the walk with and without them.
#![expect(clippy::disallowed_methods, reason = "the test reads the fixtures")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use syntax::{Block, Expr, Item, Tree};
use testkit::Random;

use super::references_places::Places;
use super::references_walk::{Step, Traversals};

/// The traversals of `expr` of which something is judged.
fn judged(expr: Expr<'_>, places: &Places) -> Vec<String> {
    let mut all = Traversals::default();
    all.find(expr, places);
    let mut found = Vec::new();
    for (traversal, steps) in all.iter() {
        let is_judged = match steps.first() {
            Some(Step::Attribute(..)) => true,
            first => first.is_some() && traversal.root == "self",
        };
        if is_judged {
            let mut text = format!("{} {}", traversal.root, traversal.in_try);
            for step in steps {
                let _ = match step {
                    Step::Attribute(name, range) => write!(text, " {name} {range:?}"),
                    Step::Index(key, range) => write!(text, " {key:?} {range:?}"),
                    Step::Splat => write!(text, " *"),
                };
            }
            found.push(text);
        }
    }
    found
}

/// Checks that no traversal is lost in a file; gives how many there are.
fn check(tree: &Tree) -> usize {
    let mut count = 0;
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let (everywhere, mut places) = (Places::default(), Places::default());
    let mut items = tree.body().items().collect::<Vec<_>>();
    while !items.is_empty() {
        for item in std::mem::take(&mut items) {
            let attribute = match item {
                Item::Block(block) => {
                    blocks.push(block);
                    continue;
                }
                Item::Attribute(attribute) => attribute,
            };
            let all = judged(attribute.expr(), &everywhere);
            count += all.len();
            // Found in the file as a whole, in the argument, and in its value.
            for range in [tree.body().range(), attribute.range(), attribute.expr().range()] {
                places.find(tree, range, true);
                assert_eq!(judged(attribute.expr(), &places), all, "{}", text_of(tree));
                assert!(all.is_empty() || places.any_in(attribute.range()));
            }
        }
        items.extend(blocks.drain(..).flat_map(|block| block.body().items()));
    }
    count
}

fn text_of(tree: &Tree) -> String {
    String::from_utf8_lossy(tree.text()).into_owned()
}

/// A file with `value` in it.
fn argument(value: &str) -> Tree {
    syntax::parse(format!("x = {value}\n").into_bytes())
}

/// How many traversals `text` has as the value of an argument.
fn count(text: &str) -> usize {
    check(&argument(text))
}

fn places(text: &str) -> usize {
    let tree = argument(text);
    let mut places = Places::default();
    places.find(&tree, tree.body().range(), false);
    (0..text.len() + 5)
        .filter(|at| {
            let at = u32::try_from(*at).unwrap_or_default();
            places.any_in(source::TextRange::new(at, at + 1))
        })
        .count()
}

#[test]
fn steps_wherever_they_stand() {
    for text in [
        "aws_a.b",
        "(aws_a .b)",
        "(aws_a\n  .b)",
        "(aws_a /* why */ .b)",
        "(aws_a # why.\n.b)",
        "(aws_a // why\r\n\t.b)",
        "data.aws_a.b",
        "self.a",
        "self[\"a\"]",
        "self [0]",
        "self.*.a",
        "\"${aws_a.b}\"",
        "\"%{ if aws_a.b.c }x%{ endif }\"",
        "<<-E\n  ${~ aws_a.b ~}\n  E",
        "<<E\n${aws_a.b}\nE",
        "{ (aws_a.b) = 1 }",
        "[for x in aws_a.b : x]",
        "x[aws_a.b].c",
        "x.*.y[aws_a.b]",
        "-aws_a.b",
        "1-aws_a.b",
        "é_a.b",
        "f(1, aws_a.b...)",
    ] {
        let is_valid = argument(text).errors().is_empty();
        assert!(is_valid, "{text}");
        assert_eq!(count(text), 1, "{text}");
    }
}

#[test]
fn most_text_has_none() {
    for text in ["var.a_b.c", "[each.value.a_b.c, \"a.b\"]", "module.x.y_z[0].w", "[1.5, local.x]"]
    {
        assert_eq!(places(text), 0, "{text}");
    }
    assert_eq!(places("[aws_a.b.c, var.x]"), 1);
}

/// An expression that holds whatever expressions may hold.
fn any_expr(random: &mut Random, depth: usize) -> String {
    const ROOTS: [&str; 8] = ["aws_a", "data", "self", "var", "x", "a-b_c", "é_ü", "_"];
    const GAPS: [&str; 8] = ["", "", "", " ", "\n", "/* a.b */", "# a_b.c\n", " // x\r\n\t"];
    let root = ROOTS[random.below(ROOTS.len())].to_owned();
    if depth == 0 {
        return root;
    }
    let gap = GAPS[random.below(GAPS.len())];
    let mut inner = || any_expr(random, depth - 1);
    let (one, two, three) = (inner(), inner(), inner());
    match random.below(18) {
        0 => format!("({one}{gap}.name)"),
        1 => format!("({one}{gap}.aws_b.c{gap}.d)"),
        2 => format!("({one}{gap}[{two}])"),
        3 => format!("({one}{gap}[\"k\"].x)"),
        4 => format!("({one}{gap}[*].a_b[{two}])"),
        5 => format!("({one}{gap}.*.a)"),
        6 => format!("({one}{gap}.0.b)"),
        7 => format!("[{one}, {two}{gap}]"),
        8 => format!("{{ ({one}) = {two}, a_b = {three} }}"),
        9 => format!("[for aws_a, v in {one} : {two} if {three}]"),
        10 => format!("{{for k in {one} : {two} => {three}...}}"),
        11 => format!("try({one}, {two}...)"),
        12 => format!("({one} ? {two}{gap}: {three})"),
        13 => format!("({one} - {two}-1)"),
        14 => format!("(!{one})"),
        15 => format!(
            "\"a_b.c ${{{one}}} $${{aws_a.b}} %{{ for aws_a in {two} }}${{{three}}}%{{ endfor }}\""
        ),
        16 => format!("<<-E\n  a.b ${{{one}}}\n  %{{ if {two} ~}}\n x_y.z\n%{{ endif }}\nE\n"),
        _ => format!("{one}.b_c.d"),
    }
}

#[test]
fn no_traversal_is_lost() {
    let mut random = Random::new(7);
    let (mut valid, mut found) = (0, 0);
    for _ in 0..3_000 {
        let depth = 1 + random.below(4);
        let tree = argument(&format!("({})", any_expr(&mut random, depth)));
        valid += usize::from(tree.errors().is_empty());
        found += check(&tree);
    }
    assert!(valid > 1_000 && found > 1_000, "{valid} {found}");
}

#[test]
fn no_traversal_is_lost_in_files() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let (mut pending, mut found): (Vec<PathBuf>, _) = (vec![fixtures], 0);
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(directory).expect("the fixtures are there") {
            let path = entry.expect("the fixtures can be read").path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|it| it == "tf") {
                found += check(&syntax::parse(fs::read(path).expect("a fixture can be read")));
            }
        }
    }
    assert!(found > 50, "{found}");
}
