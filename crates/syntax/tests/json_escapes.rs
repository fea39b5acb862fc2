//! However the characters of a JSON string are escaped: the nodes and errors of its template are
//! those of the plain text, at the bytes of the file that stand for it.

use std::fmt::Write as _;

use cfglint_syntax as syntax;
use source::TextRange;
use syntax::{NodeId, NodeKind, Syntax, Tree};
use testkit::Random;

const TEMPLATES: &[&str] = &[
    "plain",
    "${var.x}",
    "a${var.é[0].b.*.c[*]}\u{1f600}${\"in \\\"quotes\\\" ${b}\"}z",
    "%{ if a == \"x\" ~}\n yes \u{e9} %{~ else }no%{ endif }\r\n",
    "%{ for k, v in { \"a\" = 1, (b) = [2, -3] } }${k}: ${v}\n%{ endfor }",
    "${[for x in f(a...) : upper(x) if x != null]}",
    "${<<-EOT\n  text \u{1f600} ${c}\n    more\n  EOT\n}",
    "$${not} %%{this} $ % ${a ? b : !c} \\ \\n \t",
    "\u{0}${1e5 + -2}\u{7f}\u{2028}",
    "open ${a",
    "\u{1f600} ${a +} ${b",
    "%{ if x }never closed",
    "${a.\u{1f600}}",
];

/// The text as the content of a JSON string at `start`, and for each offset of the text the place in
/// the file that stands for it.
fn escaped(text: &str, start: usize, random: &mut Random) -> (String, Vec<Option<usize>>) {
    let mut content = String::new();
    let mut places = vec![None; text.len() + 1];
    for (at, c) in text.char_indices() {
        places[at] = Some(start + content.len());
        let short = match c {
            '"' => Some("\\\""),
            '\\' => Some("\\\\"),
            '/' => Some("\\/"),
            '\n' => Some("\\n"),
            '\r' => Some("\\r"),
            '\t' => Some("\\t"),
            _ => None,
        };
        let must_escape = c < ' ' || matches!(c, '"' | '\\');
        match short {
            Some(short) if random.below(2) == 0 => content.push_str(short),
            _ if must_escape || random.below(3) == 0 => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(content, "\\u{unit:04x}");
                }
            }
            _ => content.push(c),
        }
    }
    places[text.len()] = Some(start + content.len());
    (content, places)
}

/// All below `id`, in order.
fn nodes(tree: &Tree, id: NodeId, found: &mut Vec<(NodeKind, TextRange)>) {
    for child in tree.children(id) {
        found.push((tree.node(child).kind(), tree.range(child)));
        nodes(tree, child, found);
    }
}

#[test]
fn nodes_stand_where_their_text_is_written() {
    let mut random = Random::new(5);
    let mut compared = 0;
    for template in TEMPLATES {
        let plain = syntax::parse_template(template.as_bytes());
        let root = plain.expr().expect("a template").id();
        let mut of_plain = Vec::new();
        nodes(&plain, root, &mut of_plain);
        for _ in 0..60 {
            let before = "{\"locals\":{\"t\":\"";
            let (content, places) = escaped(template, before.len(), &mut random);
            let file = format!("{before}{content}\", \"next\": \"\\n${{x}}\"}}}}");
            let place = |offset: u32| {
                let place = places[offset as usize].expect("a boundary of characters");
                u32::try_from(place).expect("a small file")
            };
            let moved = |range: TextRange| TextRange::new(place(range.start()), place(range.end()));
            let tree = syntax::parse_as(file.as_bytes(), Syntax::Json);
            let locals = tree.body().blocks().next().expect("the locals");
            let local = locals.body().attribute("t").expect("the local");
            let mut of_json = Vec::new();
            nodes(&tree, local.expr().id(), &mut of_json);
            let expect: Vec<_> =
                of_plain.iter().map(|(kind, range)| (*kind, moved(*range))).collect();
            assert_eq!(of_json, expect, "{file}");
            let first_error = plain.errors().first().map(|error| moved(error.range));
            let error = tree.errors().first().map(|error| error.range);
            assert_eq!(error, first_error, "{file}");
            compared += of_json.len();
        }
    }
    assert!(compared > 5_000, "only {compared} nodes were compared");
}
