//! What edits make of texts, in both syntaxes.

use source::{FileId, Location, TextRange};
use syntax::{Syntax, Tree, parse_as};
use value::Value;

use super::{insert, remove, replace, set_argument};
use diagnostics::Edit;

const FILE: FileId = FileId(0);

/// `text` with edits.
pub(super) fn applied(text: &str, edits: &[Edit]) -> String {
    let mut text = text.to_owned();
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.location);
    for edit in edits.iter().rev() {
        let range = edit.location.range;
        text.replace_range(range.start() as usize..range.end() as usize, &edit.text);
    }
    text
}

/// Edits `text` at the place between two `|`.
fn edited(
    text: &str,
    syntax: Syntax,
    edit: impl Fn(&Tree, Location) -> Option<Vec<Edit>>,
) -> Option<String> {
    let start = text.find('|').expect("a mark");
    let end = text.rfind('|').expect("a mark") - 1;
    let text = text.replace('|', "");
    let offset = |at| u32::try_from(at).expect("tests are short");
    let tree = parse_as(text.as_bytes(), syntax);
    assert!(tree.errors().is_empty(), "{text}: {:?}", tree.errors());
    let edits = edit(&tree, Location::new(FILE, TextRange::new(offset(start), offset(end))))?;
    let text = applied(&text, &edits);
    let tree = parse_as(text.as_bytes(), syntax);
    assert!(tree.errors().is_empty(), "{text}: {:?}", tree.errors());
    Some(text)
}

/// Removes the marked element of a list in JSON; `None` when that is left to people.
#[track_caller]
fn check_remove(list: &str, expect: Option<&str>) {
    let around = |list: &str| format!("{{\"locals\": {{\"a\": {list}}}}}\n");
    let found = edited(&around(list), Syntax::Json, remove);
    assert_eq!(found, expect.map(around), "{list}");
}

#[test]
fn elements_of_json_lists_go_with_their_comma() {
    check_remove("[|\"a\"|]", Some("[]"));
    check_remove("[|\"a\"|, \"b\"]", Some("[\"b\"]"));
    check_remove("[\"a\", |\"b\"|]", Some("[\"a\"]"));
    check_remove("[\"a\", |\"b\"|, \"c\"]", Some("[\"a\", \"c\"]"));
    check_remove("[ |1| , 2 ]", Some("[ 2 ]"));
    check_remove("[\n  |\"a\"|,\n  \"b\"\n]", Some("[\n  \"b\"\n]"));
    check_remove("[\n  \"a\",\n  |\"b\"|\n]", Some("[\n  \"a\"\n]"));
    check_remove("[\n  \"a\",\r\n  |\"b\"|,\r\n  \"c\"\n]", Some("[\n  \"a\",\r\n  \"c\"\n]"));
    check_remove("[\n  |\"a\"|\n]", Some("[\n]"));
    check_remove("[\n  |\"a\"|\n, \"b\"]", Some("[\n  \"b\"]"));
    check_remove("[\n  \"a\"\n, |\"b\"|\n, \"c\"]", Some("[\n  \"a\"\n, \"c\"]"));
    check_remove("\"${[|\\\"a\\\"|, \\\"b\\\"]}\"", None);
}

#[test]
fn a_comma_on_the_next_line_goes_too() {
    let found = edited("a = [\n  |1|\n  , 2\n]\n", Syntax::Native, remove);
    assert_eq!(found.as_deref(), Some("a = [\n  2\n]\n"));
}

#[test]
fn json_literals_are_replaced() {
    let check = |list: &str, with: &[Value], expect: Option<&str>| {
        let around = |list: &str| format!("{{\"locals\": {{\"a\": {list}}}}}\n");
        let found = edited(&around(list), Syntax::Json, |tree, at| replace(tree, at, with));
        assert_eq!(found, expect.map(around), "{list}");
    };
    let text = |text: &str| Value::string(text);
    check("|\"a\"|", &[text("b")], Some("\"b\""));
    check("|\"a\\u0041\"|", &[text("q\"\\\n\u{1}é")], Some("\"q\\\"\\\\\\n\\u0001é\""));
    check("|1|", &[Value::bool(true)], Some("true"));
    check("[|\"a\"|, 1]", &[text("x"), text("y")], Some("[\"x\", \"y\", 1]"));
    check("[|\"a\"|, 1]", &[], Some("[1]"));
    // A template here, text elsewhere: not known.
    check("|\"a\"|", &[text("${x}")], None);
    check("|\"a${b}\"|", &[text("x")], None);
    check("\"${b ? |\\\"c\\\"| : 1}\"", &[text("x")], None);
}

#[test]
fn elements_are_added_to_json_lists() {
    let check = |list: &str, first: bool, expect: &str| {
        let around = |list: &str| format!("{{\"locals\": {{\"a\": {list}}}}}\n");
        let new = Value::string("n");
        let edit = |tree: &Tree, at| insert(tree, at, &new, first);
        let found = edited(&around(list), Syntax::Json, edit);
        assert_eq!(found.as_deref(), Some(&*around(expect)), "{list}");
    };
    check("|[]|", true, "[\"n\"]");
    check("|[ ]|", false, "[\"n\"]");
    check("|[\"a\"]|", false, "[\"a\", \"n\"]");
    check("|[\"a\"]|", true, "[\"n\", \"a\"]");
    check("|[\n  \"a\"\n]|", false, "[\n  \"a\",\n  \"n\"\n]");
    check("|[\n  \"a\",\n  2\n]|", true, "[\n  \"n\",\n  \"a\",\n  2\n]");
    check("|[1,2]|", true, "[\"n\",1,2]");
    check("|[1\n, 2]|", false, "[1\n, 2\n, \"n\"]");
}

#[test]
fn elements_are_added_to_lists_as_they_are_laid_out() {
    let check = |list: &str, first: bool, expect: Option<&str>| {
        let around = |list: &str| format!("a = {list}\n");
        let new = Value::string("n");
        let edit = |tree: &Tree, at| insert(tree, at, &new, first);
        let found = edited(&around(list), Syntax::Native, edit);
        assert_eq!(found, expect.map(around), "{list}");
    };
    check("|[1, 2]|", true, Some("[\"n\", 1, 2]"));
    check("|[1,\n     2]|", true, Some("[\"n\",\n     1,\n     2]"));
    check("|[1,\n     2]|", false, Some("[1,\n     2,\n     \"n\"]"));
    check("|[\n  1,\n]|", false, Some("[\n  1,\n  \"n\",\n]"));
    check("|[\n  1, 2,\n  3\n]|", true, Some("[\n  \"n\", 1, 2,\n  3\n]"));
    check("|[\n  1,\n\n  2\n]|", false, Some("[\n  1,\n\n  2,\n  \"n\"\n]"));
    check("|[ # all\n  1\n]|", true, Some("[ # all\n  \"n\",\n  1\n]"));
    check("|[\n  # one\n  1\n]|", true, Some("[\n  \"n\",\n  # one\n  1\n]"));
    check("|[\n  # all\n\n  1\n]|", true, Some("[\n  # all\n\n  \"n\",\n  1\n]"));
    check("|[/* one */ 1, 2]|", true, Some("[\"n\", /* one */ 1, 2]"));
    check("|[\n  1 # one\n]|", false, None);
    check("|[\n  1, # one\n]|", false, None);
    check("|[\n  1\n  # end\n]|", false, Some("[\n  1,\n  \"n\"\n  # end\n]"));
}

#[test]
fn several_values_are_laid_out_like_their_neighbours() {
    let check = |list: &str, expect: &str| {
        let around = |list: &str| format!("a = {list}\n");
        let with = [Value::string("x"), Value::string("y")];
        let edit = |tree: &Tree, at| replace(tree, at, &with);
        let found = edited(&around(list), Syntax::Native, edit);
        assert_eq!(found, Some(around(expect)), "{list}");
    };
    check("[|1|, 2]", "[\"x\", \"y\", 2]");
    check("[\n  |1|,\n  2\n]", "[\n  \"x\",\n  \"y\",\n  2\n]");
    check("[\n  1,\n  |2|\n]", "[\n  1,\n  \"x\",\n  \"y\"\n]");
    check("[\n  |1| # both\n]", "[\n  \"x\", \"y\" # both\n]");
}

/// Sets `secret = true` in the first block.
fn set(text: &str, syntax: Syntax) -> Option<String> {
    let tree = parse_as(text.as_bytes(), syntax);
    let block = tree.body().blocks().next().expect("a block");
    let edits = set_argument(FILE, block, "secret", &Value::bool(true))?;
    let text = applied(text, &edits);
    let errors = parse_as(text.as_bytes(), syntax).errors().to_vec();
    assert!(errors.is_empty(), "{text}: {errors:?}");
    Some(text)
}

#[test]
fn properties_are_set_in_the_style_of_their_neighbours() {
    let check = |body: &str, expect: Option<&str>| {
        let around = |body: &str| format!("{{\"resource\": {{\"t\": {{\"n\": {body}}}}}}}\n");
        assert_eq!(set(&around(body), Syntax::Json), expect.map(around), "{body}");
    };
    check("{}", Some("{\"secret\": true}"));
    check("{\"a\": 1}", Some("{\"a\": 1, \"secret\": true}"));
    check("{\"a\":1}", Some("{\"a\":1,\"secret\":true}"));
    check("{\"a\":1, \"b\":2}", Some("{\"a\":1, \"b\":2, \"secret\":true}"));
    check("{ \"a\": 1\n, \"b\": 2\n}", Some("{ \"a\": 1\n, \"b\": 2\n, \"secret\": true\n}"));
    check("{\n  \"a\" : 1\n}", Some("{\n  \"a\" : 1,\n  \"secret\" : true\n}"));
    check(
        "{\r\n\t\"a\": [\r\n\t]\r\n}",
        Some("{\r\n\t\"a\": [\r\n\t],\r\n\t\"secret\": true\r\n}"),
    );
    check("{\n}", Some("{\n  \"secret\": true\n}"));
    check("{\"secret\": false, \"b\": 1}", Some("{\"secret\": true, \"b\": 1}"));
    check("{\"secret\": \"${var.x}\"}", None);
    check("{\"a\": 1, \"//\": \"note\"}", Some("{\"a\": 1, \"//\": \"note\", \"secret\": true}"));
    check("[{\"a\": 1}]", Some("[{\"a\": 1, \"secret\": true}]"));
}

#[test]
fn arguments_are_set_beside_their_neighbours() {
    let check = |body: &str, expect: Option<&str>| {
        let around = |body: &str| format!("resource \"t\" \"n\" {{{body}}}\n");
        assert_eq!(set(&around(body), Syntax::Native), expect.map(around), "{body}");
    };
    check("", Some("\n  secret = true\n"));
    check("\n  a = 1\n", Some("\n  a      = 1\n  secret = true\n"));
    check("\r\n  a = 1 # c\r\n", Some("\r\n  a      = 1 # c\r\n  secret = true\r\n"));
    check("\n  a = 1\n  bc = 2\n", Some("\n  a = 1\n  bc = 2\n  secret = true\n"));
    check("\n  a  = 1\n  bc = 2\n", Some("\n  a      = 1\n  bc     = 2\n  secret = true\n"));
    check("\n  a        = 1\n", Some("\n  a        = 1\n  secret   = true\n"));
    check("\n\ta\t= 1\n", Some("\n\ta\t= 1\n\tsecret = true\n"));
    check("\n  a /* = */ = 1\n", Some("\n  a /* = */ = 1\n  secret = true\n"));
    check(" a = 1 ", None);
}
