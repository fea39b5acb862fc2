//! The JSON syntax through the typed view: structure, names, values, and the exact range of all.

use cfglint_syntax as syntax;
use syntax::view::{ExprKind, ObjectKey, Part};
use syntax::{Block, Body, Expr, NodeKind, Syntax, Tree};

fn json(text: &str) -> Tree {
    syntax::parse_as(text.as_bytes(), Syntax::Json)
}

/// The text that an expression covers, and its kind.
fn shown(expr: Expr<'_>) -> String {
    let kind = expr.tree().node(expr.id()).kind();
    let text = String::from_utf8_lossy(expr.range().slice(expr.tree().text())).into_owned();
    format!("{kind:?} {text}")
}

/// Checks the text and kind of the value at a path of attribute names, blocks and keys.
#[track_caller]
fn check_value(text: &str, find: impl Fn(&Tree) -> Expr<'_>, expect: &str) {
    let tree = json(text);
    assert_eq!(tree.errors(), [], "{text}");
    assert_eq!(shown(find(&tree)), expect, "{text}");
}

fn local<'t>(tree: &'t Tree, name: &str) -> Expr<'t> {
    let blocks: Vec<_> = tree.body().blocks().filter(|block| block.kind() == "locals").collect();
    let found = blocks.iter().find_map(|block| block.body().attribute(name));
    found.expect("such a local").expr()
}

/// The text and ranges of the parts of a template.
fn parts(expr: Expr<'_>) -> Vec<String> {
    let ExprKind::Template(template) = expr.kind() else {
        panic!("{} is no template", shown(expr))
    };
    template.parts().into_iter().map(part).collect()
}

fn part(part: Part<'_>) -> String {
    match part {
        Part::Literal { text, range } => format!("{text:?} {range:?}"),
        Part::Interpolation { expr, range } => format!("${{{}}} {range:?}", shown(expr)),
        Part::If { condition, yes, no, range } => {
            let branch = |parts: Vec<Part<'_>>| parts.into_iter().map(self::part).collect();
            let yes: Vec<String> = branch(yes);
            let no: Option<Vec<String>> = no.map(branch);
            format!("if {} {yes:?} {no:?} {range:?}", shown(condition))
        }
        Part::For { value_name, collection, range, .. } => {
            format!("for {value_name} in {} {range:?}", shown(collection))
        }
    }
}

#[track_caller]
fn check_parts(string: &str, expect: &[&str]) {
    let text = format!("{{\"locals\":{{\"a\":{string}}}}}");
    let tree = json(&text);
    assert_eq!(tree.errors(), [], "{text}");
    let value = local(&tree, "a");
    assert_eq!(shown(value), format!("Template {string}"));
    assert_eq!(parts(value), expect, "{text}");
}

#[test]
fn syntax_by_name() {
    for (path, expect) in [
        ("a/main.tf", Syntax::Native),
        ("main.tf.json", Syntax::Json),
        ("main.tofu.json", Syntax::Json),
        ("terraform.tfvars.json", Syntax::JsonVariables),
        ("x.auto.tfvars.json", Syntax::JsonVariables),
        ("terraform.tfvars", Syntax::Native),
        ("json", Syntax::Native),
    ] {
        assert_eq!(Syntax::of_path(path), expect, "{path}");
    }
    assert!(json("{}").is_json());
    assert_eq!(json("{}").syntax(), Syntax::Json);
    assert!(!syntax::parse_as(&b"a = 1\n"[..], Syntax::Native).is_json());
}

#[test]
fn templates() {
    // The string begins at 15.
    check_parts(r#""""#, &[]);
    check_parts(r#""plain""#, &[r#""plain" 16..21"#]);
    check_parts(r#""${var.a}""#, &["${GetAttr var.a} 16..24"]);
    check_parts(r#""a${1}b""#, &[r#""a" 16..17"#, "${Number 1} 17..21", r#""b" 21..22"#]);
    check_parts(r#""$${a} %%{b}""#, &[r#""${a} %{b}" 16..27"#]);
    check_parts(
        r#""$ % { ${1} $""#,
        &[r#""$ % { " 16..22"#, "${Number 1} 22..26", r#"" $" 26..28"#],
    );
    check_parts(r#""a  ${~ 1 ~}  b""#, &[r#""a" 16..19"#, "${Number 1} 19..27", r#""b" 27..30"#]);
    check_parts(
        r#""%{ if true }y%{ else }n%{ endif }""#,
        &[r#"if True true ["\"y\" 28..29"] Some(["\"n\" 38..39"]) 16..49"#],
    );
    check_parts(r#""%{ for x in [1] }${x}%{ endfor }""#, &["for x in Tuple [1] 16..48"]);
}

#[test]
fn escapes() {
    check_parts(r#""\"\\\/\b\f\n\r\t""#, &["\"\\\"\\\\/\\u{8}\\u{c}\\n\\r\\t\" 16..32"]);
    check_parts(r#""\u0041\ud83d\ude00\ud83d""#, &["\"A😀\u{fffd}\" 16..40"]);
    check_parts(
        r#""\n${upper(\"\u0062\")}\t""#,
        &["\"\\n\" 16..18", r#"${Call upper(\"\u0062\")} 18..38"#, "\"\\t\" 38..40"],
    );
    // The template sequence itself is written as escapes.
    check_parts(r#""\u0024\u007b1}""#, &[r"${Number 1} 16..30"]);
    // A backslash that is none in the string stays one in the template.
    check_parts(r#""\\${1}\\""#, &["\"\\\\\" 16..18", "${Number 1} 18..22", "\"\\\\\" 22..24"]);
    check_parts(r#""\\n${\"\\n\"}""#, &[r#""\\n" 16..19"#, r#"${Template \"\\n\"} 19..29"#]);
}

#[test]
fn strings_in_expressions_with_escapes() {
    let text = r#"{"locals":{"a":"${f(\"x\\ty\", \"${b}\")}"}}"#;
    let tree = json(text);
    assert_eq!(tree.errors(), []);
    let ExprKind::Template(template) = local(&tree, "a").kind() else { panic!("a template") };
    let parts = template.parts();
    let [Part::Interpolation { expr, .. }] = parts.as_slice() else { panic!("one part") };
    let ExprKind::Call(call) = expr.kind() else { panic!("a call") };
    assert_eq!(call.name(), "f");
    assert_eq!(call.name_range().slice(tree.text()), b"f");
    let arguments: Vec<_> = call.arguments().collect();
    assert_eq!(arguments[0].as_plain_string().as_deref(), Some("x\ty"));
    assert_eq!(shown(arguments[0]), r#"Template \"x\\ty\""#);
    assert_eq!(shown(arguments[1]), r#"Template \"${b}\""#);
    let ExprKind::Template(inner) = arguments[1].kind() else { panic!("a template") };
    assert!(!inner.is_plain());
    assert_eq!(inner.parts().into_iter().map(part).collect::<Vec<_>>(), ["${Variable b} 33..37"]);
}

#[test]
fn scalars() {
    let text = r#"{"locals":{"a":[0, -1.5e3, true, false, null, "x", {"k": 1}]}}"#;
    let tree = json(text);
    assert_eq!(tree.errors(), []);
    let ExprKind::Tuple(elements) = local(&tree, "a").kind() else { panic!("a list") };
    let elements: Vec<_> = elements.iter().collect();
    let expect = [
        "Number 0",
        "Unary -1.5e3",
        "True true",
        "False false",
        "Null null",
        "Template \"x\"",
        "Object {\"k\": 1}",
    ];
    assert_eq!(elements.iter().map(|element| shown(*element)).collect::<Vec<_>>(), expect);
    let ExprKind::Unary { operand, .. } = elements[1].kind() else { panic!("a negation") };
    assert_eq!(shown(operand), "Number 1.5e3");
    let ExprKind::Object(object) = elements[6].kind() else { panic!("an object") };
    let items: Vec<_> = object.items().collect();
    let (ObjectKey::Expr(key), value) = &items[0] else { panic!("a key that is evaluated") };
    assert_eq!(key.as_plain_string().as_deref(), Some("k"));
    assert_eq!((shown(*key), shown(*value)), ("Template \"k\"".into(), "Number 1".into()));
}

#[test]
fn keys_are_templates_in_values_and_names_in_bodies() {
    let text = r#"{"locals":{"${a}":{"${b}":1,"\u0063":2}}}"#;
    let tree = json(text);
    assert_eq!(tree.errors(), []);
    let value = local(&tree, "${a}");
    let ExprKind::Object(object) = value.kind() else { panic!("an object") };
    let keys: Vec<_> = object.items().map(|(key, _)| key).collect();
    let [ObjectKey::Expr(first), ObjectKey::Expr(second)] = keys.as_slice() else { panic!("two") };
    assert_eq!(parts(*first), ["${Variable b} 20..24"]);
    assert_eq!(second.as_plain_string().as_deref(), Some("c"));
}

#[track_caller]
fn check_blocks(text: &str, expect: &[&str]) {
    let tree = json(text);
    assert_eq!(tree.errors(), [], "{text}");
    let found: Vec<String> = tree.body().blocks().map(block).collect();
    assert_eq!(found, expect, "{text}");
}

/// A block's type, labels and attributes, what its header and its range cover.
fn block(block: Block<'_>) -> String {
    let slice = |range: source::TextRange| {
        String::from_utf8_lossy(range.slice(block.tree().text())).into_owned()
    };
    let labels: Vec<_> = block.labels().map(syntax::Label::text).collect();
    let attributes: Vec<_> = block.body().attributes().map(syntax::Attribute::name).collect();
    let body = slice(block.body().range());
    let (kind, header) = (block.kind(), slice(block.header_range()));
    format!("{kind} {labels:?} {attributes:?} {header} | {} | {body}", slice(block.range()))
}

#[test]
fn blocks() {
    check_blocks(
        r#"{"locals":{"a":1}}"#,
        &[r#"locals [] ["a"] "locals" | "locals":{"a":1} | "a":1"#],
    );
    check_blocks(
        r#"{"resource":{"x":{"a":{"p":1},"b":{}},"y":{"c":null}}}"#,
        &[
            r#"resource ["x", "a"] ["p"] "a" | "a":{"p":1} | "p":1"#,
            r#"resource ["x", "b"] [] "b" | "b":{} | "#,
        ],
    );
    check_blocks(
        r#"[{"resource":[{"x":[{"a":[{"p":1},{}]}]}]},{"locals":[]}]"#,
        &[
            r#"resource ["x", "a"] ["p"] { | {"p":1} | "p":1"#,
            r#"resource ["x", "a"] [] { | {} | "#,
        ],
    );
    check_blocks(
        r#"{"output":{"a":[[{"value":1},{"description":""}],null]}}"#,
        &[
            r#"output ["a"] ["value", "description"] [ | [{"value":1},{"description":""}] | {"value":1},{"description":""}"#,
            r#"output ["a"] [] n | null | null"#,
        ],
    );
    check_blocks(
        r#"{"\u006cocals":{"\u0061":1},"variable":{"b\"c":{}},"//":"x"}"#,
        &[
            r#"locals [] ["a"] "\u006cocals" | "\u006cocals":{"\u0061":1} | "\u0061":1"#,
            r#"variable ["b\"c"] [] "b\"c" | "b\"c":{} | "#,
        ],
    );
}

fn only_block(tree: &Tree) -> Block<'_> {
    tree.body().blocks().next().expect("a block")
}

fn names(blocks: impl Iterator<Item = String>) -> Vec<String> {
    blocks.collect()
}

#[test]
fn what_a_provider_defines_is_argument_and_block() {
    let text = r#"{"resource":{"x":{"y":{
        "tags": {"a": 1},
        "ingress": [{"port": 1, "deep": {"er": true}}, {"port": 2}],
        "ingress": {"port": 3},
        "list": [1, [{"a": 1}, {"b": 2}]],
        "text": "t",
        "lifecycle": {"prevent_destroy": true},
        "provisioner": {"local-exec": [{"command": "a"}, {"command": "b"}]}
    }}}}"#;
    let tree = json(text);
    assert_eq!(tree.errors(), []);
    let body = only_block(&tree).body();
    let attributes: Vec<_> = body.attributes().map(syntax::Attribute::name).collect();
    assert_eq!(attributes, ["tags", "ingress", "ingress", "list", "text"]);
    let blocks: Vec<_> = body.blocks().map(|block| block.kind().into_owned()).collect();
    assert_eq!(blocks, ["lifecycle", "provisioner", "provisioner"]);
    let of = |body: Body<'_>, kind: &str| names(body.blocks_of(kind).map(block));
    assert_eq!(of(body, "tags"), [r#"tags [] ["a"] "tags" | "tags": {"a": 1} | "a": 1"#]);
    assert_eq!(
        of(body, "ingress"),
        [
            r#"ingress [] ["port", "deep"] { | {"port": 1, "deep": {"er": true}} | "port": 1, "deep": {"er": true}"#,
            r#"ingress [] ["port"] { | {"port": 2} | "port": 2"#,
            r#"ingress [] ["port"] "ingress" | "ingress": {"port": 3} | "port": 3"#,
        ]
    );
    assert_eq!(
        of(body, "list"),
        [r#"list [] ["a", "b"] [ | [{"a": 1}, {"b": 2}] | {"a": 1}, {"b": 2}"#]
    );
    assert!(of(body, "text").is_empty());
    assert_eq!(of(body, "lifecycle").len(), 1);
    let ingress = body.blocks_of("ingress").next().expect("a block");
    assert_eq!(of(ingress.body(), "deep").len(), 1);
    // The same property as an argument.
    let ingress = body.attribute("ingress").expect("an argument");
    assert_eq!(&text[ingress.name_range().start() as usize..][..9], "\"ingress\"");
    assert!(matches!(ingress.expr().kind(), ExprKind::Tuple(_)));
    assert!(body.attribute("lifecycle").is_some());
    assert!(body.attribute("absent").is_none());
}

#[test]
fn native_blocks_of() {
    let tree = syntax::parse(&b"a \"l\" {}\nb {}\na {}\na = 1\n"[..]);
    let found: Vec<_> = tree.body().blocks_of("a").map(Block::header_range).collect();
    assert_eq!(found, [source::TextRange::new(0, 5), source::TextRange::new(14, 15)]);
    assert_eq!(tree.body().blocks_of("c").count(), 0);
}

#[test]
fn dynamic_blocks() {
    let text = r#"{"resource":{"x":{"y":{"dynamic":{"set":[{
        "for_each":"${var.l}","iterator":"it","content":{"v":"${it.value}"}}]},
        "tags":{"dynamic":"yes"}, "map":{"dynamic":{"a":{"b":1}}}}}}}"#;
    let tree = json(text);
    assert_eq!(tree.errors(), []);
    let body = only_block(&tree).body();
    let dynamic = body.blocks().next().expect("a block");
    assert_eq!((dynamic.kind().as_ref(), dynamic.label(0).as_deref()), ("dynamic", Some("set")));
    let iterator = dynamic.body().attribute("iterator").expect("an argument");
    assert_eq!(shown(iterator.expr()), "Variable it");
    let content = dynamic.body().blocks().next().expect("a block");
    assert_eq!(content.kind(), "content");
    let value = content.body().attribute("v").expect("an argument");
    assert_eq!(parts(value.expr()), ["${GetAttr it.value} 105..116"]);
    let tags = body.blocks_of("tags").next().expect("maybe a block");
    assert_eq!(tags.body().attributes().count(), 1);
    let map = body.blocks_of("map").next().expect("maybe a block");
    assert_eq!(map.body().blocks().count(), 0);
}

#[test]
fn expressions_in_strings() {
    let attribute = |block: &'static [&'static str], name: &'static str| {
        move |text: &str| {
            let tree = json(text);
            assert_eq!(tree.errors(), [], "{text}");
            let mut body = only_block(&tree).body();
            for kind in block {
                body = body.blocks_of(kind).next().expect("a block").body();
            }
            shown(body.attribute(name).expect("an argument").expr())
        }
    };
    let of = attribute(&[], "type");
    assert_eq!(of(r#"{"variable":{"a":{"type":"list(string)"}}}"#), "Call list(string)");
    assert_eq!(of(r#"{"variable":{"a":{"type":" any "}}}"#), "Variable any");
    assert_eq!(
        of(r#"{"variable":{"a":{"type":"object({\n a = optional(string, \"x\")\n})"}}}"#),
        r#"Call object({\n a = optional(string, \"x\")\n})"#
    );
    assert_eq!(attribute(&[], "from")(r#"{"moved":{"from":"a.b[\"c\"]"}}"#), r#"Index a.b[\"c\"]"#);
    assert_eq!(attribute(&[], "to")(r#"{"import":{"to":"a.b[each.key]"}}"#), "Index a.b[each.key]");
    let of = attribute(&[], "provider");
    assert_eq!(of(r#"{"data":{"a":{"b":{"provider":"aws.us-west-1"}}}}"#), "GetAttr aws.us-west-1");
    assert_eq!(of(r#"{"data":{"a":{"b":{"provider":"google-beta"}}}}"#), "Variable google-beta");
    let of = attribute(&["lifecycle"], "ignore_changes");
    assert_eq!(
        of(r#"{"resource":{"a":{"b":{"lifecycle":{"ignore_changes":"all"}}}}}"#),
        "Variable all"
    );
    let of = attribute(&["provisioner"], "when");
    assert_eq!(
        of(r#"{"resource":{"a":{"b":{"provisioner":{"local-exec":{"when":"destroy"}}}}}}"#),
        "Variable destroy"
    );
    check_value(
        r#"{"module":{"m":{"source":"./m","providers":{"aws.a":"aws.b"}}}}"#,
        |tree| only_block(tree).body().attribute("providers").expect("an argument").expr(),
        r#"Object {"aws.a":"aws.b"}"#,
    );
}

#[test]
fn elements_that_are_expressions() {
    let text = r#"{"resource":{"a":{"b":{"depends_on":["a.c","module.\u006d"]}}},
        "module":{"m":{"providers":{"aws":"aws.b"}}},
        "terraform":{"required_providers":{"x":{"source":"a/x","configuration_aliases":["x.y"]}}}}"#;
    let tree = json(text);
    assert_eq!(tree.errors(), []);
    let blocks: Vec<_> = tree.body().blocks().collect();
    let elements = |expr: Expr<'_>| -> Vec<String> {
        let ExprKind::Tuple(elements) = expr.kind() else { panic!("a list") };
        elements.iter().map(shown).collect()
    };
    let depends_on = blocks[0].body().attribute("depends_on").expect("an argument").expr();
    assert_eq!(elements(depends_on), ["GetAttr a.c", r"GetAttr module.\u006d"]);
    let ExprKind::Tuple(list) = depends_on.kind() else { panic!("a list") };
    let second = list.iter().nth(1).expect("two");
    let ExprKind::GetAttr { name, name_range, .. } = second.kind() else { panic!("an attribute") };
    assert_eq!((name, name_range.slice(tree.text())), ("m", &br"\u006d"[..]));
    let providers = blocks[1].body().attribute("providers").expect("an argument").expr();
    let ExprKind::Object(object) = providers.kind() else { panic!("an object") };
    let items: Vec<_> = object.items().collect();
    assert!(matches!(&items[0].0, ObjectKey::Name("aws", _)));
    assert_eq!(shown(items[0].1), "GetAttr aws.b");
    let required = blocks[2].body().blocks().next().expect("a block").body();
    let ExprKind::Object(object) = required.attribute("x").expect("a provider").expr().kind()
    else {
        panic!("an object")
    };
    let values: Vec<_> = object.items().map(|(_, value)| shown(value)).collect();
    assert_eq!(values, ["Template \"a/x\"", "Tuple [\"x.y\"]"]);
    let aliases = object.items().nth(1).expect("two").1;
    assert_eq!(elements(aliases), ["GetAttr x.y"]);
}

#[test]
fn literal_strings() {
    for (text, kind, name) in [
        (r#"{"variable":{"a":{"default":"${b} %{ if"}}}"#, None, "default"),
        (r#"{"variable":{"a":{"description":"${b} %{ if"}}}"#, None, "description"),
        (r#"{"output":{"a":{"description":"${b} %{ if"}}}"#, None, "description"),
        (r#"{"terraform":{"required_version":"${b} %{ if"}}"#, None, "required_version"),
        (r#"{"terraform":{"backend":{"s3":{"key":"${b} %{ if"}}}}"#, Some("backend"), "key"),
    ] {
        let tree = json(text);
        assert_eq!(tree.errors(), [], "{text}");
        let block = only_block(&tree);
        let nested = kind.and_then(|kind| block.body().blocks_of(kind).next());
        let value = nested.unwrap_or(block).body().attribute(name).expect("an argument").expr();
        assert_eq!(value.as_plain_string().as_deref(), Some("${b} %{ if"), "{text}");
    }
}

#[test]
fn variable_files() {
    let text = r#"{"a":"${b}","//":"c","resource":{"${x":["\u0041$${"]},"n":-1}"#;
    let tree = syntax::parse_as(text.as_bytes(), Syntax::JsonVariables);
    assert_eq!(tree.errors(), []);
    let names: Vec<_> = tree.body().attributes().map(syntax::Attribute::name).collect();
    assert_eq!(names, ["a", "resource", "n"]);
    let value = |name: &str| tree.body().attribute(name).expect("an attribute").expr();
    assert_eq!(value("a").as_plain_string().as_deref(), Some("${b}"));
    let ExprKind::Object(object) = value("resource").kind() else { panic!("an object") };
    let (key, list) = object.items().next().expect("an item");
    assert!(matches!(key, ObjectKey::Expr(key) if key.as_plain_string().as_deref() == Some("${x")));
    let ExprKind::Tuple(list) = list.kind() else { panic!("a list") };
    let element = list.iter().next().expect("an element");
    assert_eq!(element.as_plain_string().as_deref(), Some("A$${"));
    for (text, range) in [(r#"[{"a":1}]"#, 0..1), (r#"{"a":1,"a":2}"#, 7..10)] {
        let tree = syntax::parse_as(text.as_bytes(), Syntax::JsonVariables);
        let [error] = tree.errors() else { panic!("{text}: {:?}", tree.errors()) };
        assert_eq!(error.range, source::TextRange::new(range.start, range.end), "{text}");
    }
}

#[test]
fn comments() {
    let text = r#"{"//":"one","locals":{"//":["two",3,"\"three"],"a":{"//":"no"}},
        "resource":{"x":{"y":{"//":"four","z":{"//":"five"}}}}}"#;
    let tree = json(text);
    assert_eq!(tree.errors(), []);
    let texts: Vec<_> = tree.comments().iter().map(|range| range.slice(tree.text())).collect();
    let texts: Vec<_> = texts.into_iter().map(String::from_utf8_lossy).collect();
    assert_eq!(texts, ["one", "two", r#"\"three"#, "four", "five"]);
    let locals = only_block(&tree).body();
    assert_eq!(locals.items().count(), 1);
    assert!(locals.attribute("//").is_none());
}

#[test]
fn memory_is_linear() {
    // Read as argument and as blocks on every level.
    let text = format!("{{\"provider\":{{\"x\":{}1{}}}}}", "{\"a\":".repeat(400), "}".repeat(400));
    let tree = json(&text);
    assert_eq!(tree.errors(), []);
    assert!(tree.heap_size() < text.len() * 40, "{} for {}", tree.heap_size(), text.len());
    let mut body = only_block(&tree).body();
    let mut depth = 0;
    while let Some(block) = body.blocks_of("a").next() {
        body = block.body();
        depth += 1;
    }
    assert_eq!(depth, 399);
    let attribute = body.attribute("a").expect("the innermost");
    assert_eq!(tree.node(attribute.expr().id()).kind(), NodeKind::Number);
}
