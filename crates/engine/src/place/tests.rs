//! Places of values whose ways are made by hand.

use module::{Module, ModuleFiles, Sources};
use source::{FileSet, SourceFile, TextRange};
use syntax::Syntax;
use value::Origin;

use super::*;

const ROOT: &str = r#"
locals {
  once  = "L1"
  twice = "L2"
}
module "a" {
  source = "./m"
  one    = concat([local.once], [])
  two    = concat([local.twice], [])
  three  = [local.twice]
  four   = ["L4"]
}
"#;

const CHILD: &str = r#"
variable "one" {}
variable "two" {}
variable "four" {}
resource "aws_x" "y" {
  one  = var.one
  two  = var.two
  four = [var.four, var.four]
}
output "out" {
  value = "L5"
}
"#;

const OTHER: &str = r#"
resource "aws_x" "y" {
  name = module.m.out
}
"#;

/// Tells the place of a value that took `way` to the block `aws_x.y` of the last file: its text,
/// whether it may be edited, the related places and the flow. A step is a file, its text and kind.
fn place(calls: usize, way: &[(usize, &str, StepKind)]) -> (String, bool, Vec<String>, usize) {
    let mut set = FileSet::new();
    let mut trees = Vec::new();
    let mut modules = Vec::new();
    for (directory, text) in [(".", ROOT), ("m", CHILD), ("n", OTHER)] {
        let file = set.add(SourceFile::new(format!("{directory}/main.tf"), text.as_bytes()));
        trees.push(syntax::parse_as(text.as_bytes(), Syntax::of_path("main.tf")));
        let directory = directory.to_owned();
        modules.push(ModuleFiles { directory, config: vec![file], ..ModuleFiles::default() });
    }
    let sources = Sources { files: &set, trees: &trees };
    let modules: Vec<Module<'_>> =
        modules.iter().map(|files| Module::assemble(files, sources)).collect();
    let uses = Uses::new(modules.iter().map(|module| (module, calls)));
    let text_of = |location: Location| String::from_utf8_lossy(set.slice(location)).into_owned();
    let mut origin = Origin::default();
    for (file, text, kind) in way {
        let id = FileId(u32::try_from(*file).expect("few files"));
        let whole = String::from_utf8_lossy(set.get(id).text()).into_owned();
        let start = whole.find(text).expect("the text is in the file");
        let offset = |at: usize| u32::try_from(at).expect("small files");
        let range = TextRange::new(offset(start), offset(start + text.len()));
        origin = origin.then(Location::new(id, range), kind.clone());
    }
    let last = way.last().map_or(1, |(file, ..)| *file);
    let declared = &modules[last].resources[0].declared;
    let value = Value::string("x").with_origin(origin);
    let place = place_of(&value, BlockPlace::new(declared), &uses).expect("the value stands there");
    let related = place.related.iter();
    let related = related.map(|it| format!("{} | {}", text_of(it.location), it.message)).collect();
    (text_of(place.location), place.is_editable, related, place.flow.len())
}

fn reference(name: &str) -> StepKind {
    StepKind::Reference(name.into())
}

fn argument(name: &str) -> StepKind {
    StepKind::Argument(format!("module.a.var.{name}").into())
}

#[test]
fn a_literal_of_one_use_is_marked_through_a_call() {
    let (text, is_editable, related, flow) = place(
        1,
        &[
            (0, "\"L1\"", StepKind::Made),
            (0, "local.once", reference("local.once")),
            (0, "concat([local.once], [])", argument("one")),
            (1, "var.one", reference("var.one")),
        ],
    );
    assert_eq!((&*text, is_editable, flow), ("\"L1\"", true, 4));
    assert_eq!(
        related,
        [
            "local.once | `local.once` is used here",
            "concat([local.once], []) | passed to `module.a` as `one`",
            "var.one | `var.one` is used here",
        ]
    );
}

#[test]
fn a_shared_value_is_marked_in_the_callers_expression() {
    let (text, is_editable, related, flow) = place(
        1,
        &[
            (0, "\"L2\"", StepKind::Made),
            (0, "local.twice", reference("local.twice")),
            (0, "concat([local.twice], [])", argument("two")),
            (1, "var.two", reference("var.two")),
        ],
    );
    assert_eq!((&*text, is_editable, flow), ("local.twice", false, 4));
    assert_eq!(
        related,
        [
            "\"L2\" | the value is written here",
            "concat([local.twice], []) | passed to `module.a` as `two`",
            "var.two | `var.two` is used here",
        ]
    );
}

#[test]
fn what_the_called_module_does_with_a_value_is_its_own_business() {
    let way = [
        (0, "\"L4\"", StepKind::Made),
        (0, "[\"L4\"]", argument("four")),
        (1, "var.four", reference("var.four")),
    ];
    let (text, is_editable, related, _) = place(1, &way);
    assert_eq!((&*text, is_editable), ("\"L4\"", false));
    assert_eq!(
        related,
        ["[\"L4\"] | passed to `module.a` as `four`", "var.four | `var.four` is used here"]
    );
}

#[test]
fn steps_at_one_place_are_one() {
    let (_, _, related, flow) = place(
        1,
        &[
            (0, "\"L2\"", StepKind::Made),
            (0, "local.twice", reference("local.twice")),
            (0, "local.twice", argument("two")),
            (1, "var.two", reference("var.two")),
        ],
    );
    assert_eq!(flow, 3);
    let expect = ["\"L2\" | the value is written here", "var.two | `var.two` is used here"];
    assert_eq!(related, expect);
}

#[test]
fn an_output_is_shared_by_all_who_call_the_module() {
    let way = [
        (1, "\"L5\"", StepKind::Made),
        (1, "\"L5\"", StepKind::Output("module.m.out".into())),
        (2, "module.m.out", reference("module.m.out")),
    ];
    let (text, is_editable, related, _) = place(1, &way);
    assert_eq!((&*text, is_editable), ("\"L5\"", true));
    assert_eq!(related, ["module.m.out | `module.m.out` is used here"]);
    let (text, is_editable, related, _) = place(2, &way);
    assert_eq!((&*text, is_editable), ("module.m.out", false));
    assert_eq!(related, ["\"L5\" | given out as `module.m.out`"]);
}
