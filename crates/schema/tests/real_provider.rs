//! Compares the built-in data of hashicorp/aws 5.100.0 with what the real provider says of itself, as
//! `cargo xtask schema-summary` recorded it from `terraform providers schema -json`. Names, types and
//! required flags of resource types must agree; each other difference is listed, with its reason, in
//! `aws-5.100.0.differences.txt`. With `UPDATE=1` in the environment that file is written.
#![expect(clippy::disallowed_methods, reason = "tests read files")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use cfglint_schema::{
    Attribute, Body, Catalog, Kind, Mode, NestedBlock, Nesting, Provider, Snapshots,
};
use value::Type;

const VERSION: &str = "5.100.0";

/// What differs, and why that is so.
const REASONS: [(&str, &str); 11] = [
    ("missing", "the sources do not have it"),
    ("added", "the sources have it, though the provider does not"),
    ("type", "the sources say another type"),
    ("required", "the sources say otherwise"),
    ("mode", "the sources cannot tell optional from optional and computed here"),
    ("nesting", "the sources say otherwise"),
    (
        "stricter",
        "the code of the provider limits how many blocks there are; its schema does not say it",
    ),
    ("looser", "the sources do not tell how many blocks there have to be or may be"),
    ("sensitive", "the sources do not know it"),
    ("write-only", "the sources do not know it"),
    ("deprecated", "the sources do not know it, or the provider says it in words only"),
];

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/provider-schema").join(name)
}

fn aws() -> Provider<'static> {
    Catalog::builtin().provider("registry.terraform.io/hashicorp/aws").expect("is built in")
}

/// What the real provider says.
struct Recorded<'t> {
    bodies: Vec<&'t str>,
    types: BTreeMap<(&'t str, &'t str), (usize, bool)>,
}

impl<'t> Recorded<'t> {
    fn read(text: &'t str) -> Self {
        let (mut bodies, mut types) = (Vec::new(), BTreeMap::new());
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["body", ..] => bodies.push(&line["body ".len()..]),
                [kind, name, body, rest @ ..] => {
                    let body = body.parse().expect("a number");
                    let name = if *name == "-" { "" } else { name };
                    types.insert((*kind, name), (body, !rest.is_empty()));
                }
                _ => panic!("{line:?} is no line of a summary"),
            }
        }
        Self { bodies, types }
    }

    /// The parts of a body: attributes of three words, blocks of five or more.
    fn parts(&self, body: usize) -> impl Iterator<Item = Vec<&'t str>> {
        let parts = self.bodies[body].split(',').filter(|part| !part.is_empty());
        parts.map(|part| part.split(' ').collect())
    }
}

/// Collects differences: what, and where.
struct Comparison<'t> {
    recorded: Recorded<'t>,
    here: Snapshots,
    found: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Comparison<'_> {
    fn differs(&mut self, what: &'static str, path: &str, detail: &str) {
        let line = if detail.is_empty() { path.to_owned() } else { format!("{path}: {detail}") };
        self.found.entry(what).or_default().insert(line);
    }

    fn body(&mut self, path: &str, recorded: usize, ours: Body<'_>) {
        let mut attributes: BTreeMap<&str, Attribute<'_>> = BTreeMap::new();
        for attribute in ours.attributes().filter(|one| one.presence().intersects(self.here)) {
            let before = attributes.insert(attribute.name(), attribute);
            assert!(before.is_none(), "{path}.{} is there twice", attribute.name());
        }
        let blocks = ours.blocks().filter(|one| one.presence().intersects(self.here));
        let mut blocks: BTreeMap<&str, NestedBlock<'_>> =
            blocks.map(|block| (block.name(), block)).collect();
        let parts: Vec<_> = self.recorded.parts(recorded).collect();
        for part in parts {
            let path = format!("{path}.{}", part[0]);
            if let [name, flags, ty] = part[..] {
                match attributes.remove(name) {
                    Some(attribute) => self.attribute(&path, flags, ty, attribute),
                    None => self.differs("missing", &path, "attribute"),
                }
            } else {
                match blocks.remove(part[0]) {
                    Some(block) => self.block(&path, &part, block),
                    None => self.differs("missing", &path, "block"),
                }
            }
        }
        for name in attributes.into_keys() {
            self.differs("added", &format!("{path}.{name}"), "attribute");
        }
        for name in blocks.into_keys() {
            self.differs("added", &format!("{path}.{name}"), "block");
        }
    }

    fn attribute(&mut self, path: &str, flags: &str, ty: &str, ours: Attribute<'_>) {
        let mode = match ours.mode() {
            Mode::Required => "r",
            Mode::Optional => "o",
            Mode::OptionalComputed => "oc",
            Mode::Computed => "c",
        };
        let theirs = flags.trim_end_matches(['s', 'w', 'd', 'n']);
        let what = if (theirs == "r") == (mode == "r") { "mode" } else { "required" };
        if theirs != mode {
            self.differs(what, path, &format!("{theirs} is {mode} here"));
        }
        let rest = &flags[theirs.len()..];
        for (flag, is_set, what) in [
            ('s', ours.is_sensitive(), "sensitive"),
            ('w', ours.is_write_only(), "write-only"),
            ('d', ours.is_deprecated(), "deprecated"),
        ] {
            if rest.contains(flag) != is_set {
                self.differs(what, path, if is_set { "only here" } else { "" });
            }
        }
        self.ty(path, ty, ours);
    }

    fn ty(&mut self, path: &str, theirs: &str, ours: Attribute<'_>) {
        if let (Some((_, body)), Some((before, rest))) =
            (ours.object(), theirs.split_once("object("))
        {
            let number = rest.trim_end_matches(')').parse().expect("the number of a body");
            let nesting = match ours.ty() {
                Type::Object(_) => "",
                Type::List(_) => "list(",
                Type::Set(_) => "set(",
                Type::Map(_) => "map(",
                _ => "?",
            };
            if nesting != before {
                self.differs("type", path, &format!("{before}… is {nesting}… here"));
            }
            self.body(path, number, body);
            return;
        }
        let shown = shown(&ours.ty());
        if shown != theirs {
            self.differs("type", path, &format!("{} is {shown} here", without_body(theirs)));
        }
    }

    fn block(&mut self, path: &str, part: &[&str], ours: NestedBlock<'_>) {
        let nesting = match ours.nesting() {
            Nesting::Single => "single",
            Nesting::Group => "group",
            Nesting::List => "list",
            Nesting::Set => "set",
            Nesting::Map => "map",
        };
        if part[1] != nesting {
            self.differs("nesting", path, &format!("{} is {nesting} here", part[1]));
        }
        let count = |text: &str| text.parse::<u32>().expect("a number");
        let (min, max) = (count(part[2]), count(part[3]));
        let (our_min, our_max) = (ours.min_items(), ours.max_items().unwrap_or(0));
        let is_one = matches!(ours.nesting(), Nesting::Single | Nesting::Group);
        if our_min > min || !is_one && our_max > 0 && (max == 0 || our_max < max) {
            let (theirs, limits) = ((min, max), (our_min, our_max));
            self.differs("stricter", path, &format!("{theirs:?} is {limits:?} here"));
        } else if our_min < min || !is_one && our_max != max {
            let (theirs, limits) = ((min, max), (our_min, our_max));
            self.differs("looser", path, &format!("{theirs:?} is {limits:?} here"));
        }
        if part.get(5).is_some() != ours.is_deprecated() {
            self.differs("deprecated", path, if ours.is_deprecated() { "only here" } else { "" });
        }
        self.body(path, part[4].parse().expect("the number of a body"), ours.body());
    }
}

/// A type without the number of the body that an object has.
fn without_body(ty: &str) -> String {
    ty.split_once("object(").map_or_else(|| ty.to_owned(), |(before, _)| format!("{before}object"))
}

fn shown(ty: &Type) -> String {
    match ty {
        Type::Dynamic => "any".to_owned(),
        Type::String => "string".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::List(of) => format!("list({})", shown(of)),
        Type::Set(of) => format!("set({})", shown(of)),
        Type::Map(of) => format!("map({})", shown(of)),
        Type::Object(_) => "object".to_owned(),
        Type::Tuple(_) => "tuple".to_owned(),
    }
}

fn compare(text: &str) -> BTreeMap<&'static str, BTreeSet<String>> {
    let provider = aws();
    let number = provider.versions().position(|version| version == VERSION).expect("a snapshot");
    let here = Snapshots::one(number);
    let (recorded, found) = (Recorded::read(text), BTreeMap::new());
    let mut comparison = Comparison { recorded, here, found };
    let kinds = [
        ("resource", Kind::Resource),
        ("data", Kind::Data),
        ("ephemeral", Kind::Ephemeral),
        ("provider", Kind::Provider),
    ];
    for (word, kind) in kinds {
        let of_kind = comparison.recorded.types.iter().filter(|((of, _), _)| *of == word);
        let theirs: BTreeMap<_, _> = of_kind.map(|((_, name), body)| (*name, *body)).collect();
        let ours: BTreeMap<_, _> = provider
            .types(kind)
            .filter(|one| one.presence().intersects(here))
            .map(|one| (one.name(), one))
            .collect();
        for (name, (body, is_deprecated)) in &theirs {
            let path = format!("{word} {name}");
            let Some(ours) = ours.get(name) else {
                comparison.differs("missing", &path, "");
                continue;
            };
            if ours.deprecation().intersects(here) != *is_deprecated {
                let only = if *is_deprecated { "" } else { "only here" };
                comparison.differs("deprecated", &path, only);
            }
            comparison.body(&path, *body, ours.body());
        }
        for name in ours.keys().filter(|name| !theirs.contains_key(*name)) {
            comparison.differs("added", &format!("{word} {name}"), "");
        }
    }
    comparison.found
}

#[test]
fn the_data_is_that_of_the_real_provider() {
    let text = std::fs::read_to_string(fixture("aws-5.100.0.txt")).expect("the recorded summary");
    let found = compare(&text);
    let mut listed = String::new();
    for (what, reason) in REASONS {
        let Some(lines) = found.get(what) else { continue };
        let _ = writeln!(listed, "# {what}: {reason}");
        for line in lines {
            let _ = writeln!(listed, "{line}");
        }
    }
    let path = fixture("aws-5.100.0.differences.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &listed).expect("is written");
    }
    let expect = std::fs::read_to_string(&path).expect("the listed differences");
    assert!(listed == expect, "the differences are others; see them with UPDATE=1");
    for what in ["missing", "added", "type", "required", "nesting"] {
        let lines = found.get(what).into_iter().flatten();
        let wrong: Vec<_> = lines.filter(|line| line.starts_with("resource ")).collect();
        assert!(wrong.is_empty(), "{what}: {wrong:#?}");
    }
}

#[test]
fn the_record_is_whole() {
    let text = std::fs::read_to_string(fixture("aws-5.100.0.txt")).expect("the recorded summary");
    let recorded = Recorded::read(&text);
    let count = |kind| recorded.types.keys().filter(|(of, _)| *of == kind).count();
    assert_eq!((count("resource"), count("data"), count("ephemeral")), (1526, 608, 7));
}
