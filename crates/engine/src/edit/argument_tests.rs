//! What edits of arguments and nested blocks make of texts, in both syntaxes.

use source::{FileId, Location};
use syntax::{Block, Syntax, parse_as};
use value::Value;

use super::tests::applied;
use super::{delete_argument, insert_block, nested_at, set_argument};
use diagnostics::Edit;

const FILE: FileId = FileId(0);

/// The first resource of `text` after `edit`; `None` when that is left to people.
pub(super) fn edited(
    text: &str,
    syntax: Syntax,
    edit: impl Fn(Block<'_>) -> Option<Vec<Edit>>,
) -> Option<String> {
    let tree = parse_as(text.as_bytes(), syntax);
    assert!(tree.errors().is_empty(), "{text}: {:?}", tree.errors());
    let block = tree.body().blocks().next().expect("a block");
    let text = applied(text, &edit(block)?);
    let errors = parse_as(text.as_bytes(), syntax).errors().to_vec();
    assert!(errors.is_empty(), "{text}: {errors:?}");
    Some(text)
}

/// Deletes the argument `gone` of a block with that body.
#[track_caller]
fn check_delete(body: &str, expect: Option<&str>) {
    let around = |body: &str| format!("resource \"t\" \"n\" {{{body}}}\n");
    let found = edited(&around(body), Syntax::Native, |block| delete_argument(FILE, block, "gone"));
    assert_eq!(found, expect.map(around), "{body}");
}

#[test]
fn arguments_go_with_their_lines() {
    check_delete("\n  gone = 1\n", Some("\n"));
    check_delete("\n  a    = 1\n  gone = 2\n  b    = 3\n", Some("\n  a = 1\n  b = 3\n"));
    check_delete("\n  gone = [\n    1,\n  ]\n  b = 3\n", Some("\n  b = 3\n"));
    check_delete("\n  gone = <<EOT\nx\nEOT\n  b    = 3\n", Some("\n  b = 3\n"));
    check_delete("\r\n  gone = 1\r\n  b    = 3\r\n", Some("\r\n  b = 3\r\n"));
    check_delete("\n  a {\n    gone = 1\n  }\n  gone = 2\n", Some("\n  a {\n    gone = 1\n  }\n"));
    check_delete("\n  a = 1\n", None);
    check_delete(" gone = 1 ", None);
    check_delete("\n  gone = 1 # c\n", None);
    check_delete("\n  gone = 1 /* c */\n", None);
    check_delete("\n  # c\n  gone = 1\n", None);
    check_delete("\n  gone = [ # c\n    1\n  ]\n", None);
    check_delete("\n  gone = 1\n  # c\n  b = 1\n", Some("\n  # c\n  b = 1\n"));
}

#[test]
fn neighbours_of_what_goes_are_aligned() {
    check_delete("\n  abcdef = 1\n  gone   = 2\n", Some("\n  abcdef = 1\n"));
    check_delete("\n  a    = 1 # c\n  gone = 2\n", Some("\n  a = 1 # c\n"));
    check_delete("\n  a = 1\n  gone = 2\n", Some("\n  a = 1\n"));
    check_delete("\n  a      = 1\n  gone   = 2\n", Some("\n  a      = 1\n"));
    // Comments would have to be aligned too.
    check_delete("\n  a    = 1  # c\n  gone = 2\n  b    = 11 # c\n", None);
    let (before, after) =
        ("\n  ab   = 1\n  gone = 2\n\n  abcd = 3\n", "\n  ab = 1\n\n  abcd = 3\n");
    check_delete(before, Some(after));
    // What stood between two runs goes, and they become one.
    let (before, after) = (
        "\n  ab = 1\n  c  = 2\n  gone = [\n    1\n  ]\n  abcdef = 3\n",
        "\n  ab     = 1\n  c      = 2\n  abcdef = 3\n",
    );
    check_delete(before, Some(after));
}

#[test]
fn blank_lines_do_not_pile_up() {
    check_delete("\n  a = 1\n\n  gone = 2\n\n  b = 3\n", Some("\n  a = 1\n\n  b = 3\n"));
    check_delete("\n  a = 1\n\n  gone = 2\n", Some("\n  a = 1\n"));
    check_delete("\n  gone = 2\n\n  b {\n  }\n", Some("\n  b {\n  }\n"));
    check_delete("\n  a = 1\n\n  gone = 2\n  b    = 3\n", Some("\n  a = 1\n\n  b = 3\n"));
    check_delete("\n\n  gone = 2\n", Some("\n"));
    check_delete("\n  # c\n\n  gone = 2\n\n  b = 1\n", None);
}

#[test]
fn properties_go_with_their_comma() {
    let check = |body: &str, expect: Option<&str>| {
        let around = |body: &str| format!("{{\"resource\": {{\"t\": {{\"n\": {body}}}}}}}\n");
        let found =
            edited(&around(body), Syntax::Json, |block| delete_argument(FILE, block, "gone"));
        assert_eq!(found, expect.map(around), "{body}");
    };
    check("{\"gone\": 1}", Some("{}"));
    check("{\"gone\": 1, \"b\": 2}", Some("{\"b\": 2}"));
    check("{\"a\": 1, \"gone\": [2]}", Some("{\"a\": 1}"));
    check("{\n  \"a\": 1,\n  \"gone\": 2\n}", Some("{\n  \"a\": 1\n}"));
    check("{\n  \"gone\": 2,\n  \"b\": 1\n}", Some("{\n  \"b\": 1\n}"));
    check("{\n  \"gone\": 2\n}", Some("{\n}"));
    check("{\"a\": 1, \"//\": \"note\", \"gone\": 2}", Some("{\"a\": 1, \"//\": \"note\"}"));
    check("{\"a\": 1}", None);
}

/// Sets `unit = "hours"` in the nested block whose header is between two `|`.
fn set_in(text: &str, syntax: Syntax) -> Option<String> {
    let start = text.find('|').expect("a mark");
    let end = text.rfind('|').expect("a mark") - 1;
    let offset = |at| u32::try_from(at).expect("tests are short");
    let header = source::TextRange::new(offset(start), offset(end));
    edited(&text.replace('|', ""), syntax, |block| {
        let nested = nested_at(FILE, block, Location::new(FILE, header))?;
        set_argument(FILE, nested, "unit", &Value::string("hours"))
    })
}

#[test]
fn arguments_of_nested_blocks_are_set() {
    let check = |body: &str, expect: Option<&str>| {
        let around = |body: &str| format!("resource \"t\" \"n\" {{\n{body}\n}}\n");
        assert_eq!(set_in(&around(body), Syntax::Native), expect.map(around), "{body}");
    };
    check("  |b| {}", Some("  b {\n    unit = \"hours\"\n  }"));
    check("  |b| {\n  }", Some("  b {\n    unit = \"hours\"\n  }"));
    check("  |b| {\n    a = 1\n  }", Some("  b {\n    a    = 1\n    unit = \"hours\"\n  }"));
    check("  b {\n  }\n  |b| {\n  }", Some("  b {\n  }\n  b {\n    unit = \"hours\"\n  }"));
    check("  |b| {\n    unit = \"x\" # c\n  }", Some("  b {\n    unit = \"hours\" # c\n  }"));
    check("  |b| {\n    unit = x\n  }", None);
    check(
        "  |b| {\n    c {\n    }\n  }",
        Some("  b {\n    unit = \"hours\"\n\n    c {\n    }\n  }"),
    );
    check(
        "  a {\n    |b \"c\"| {\n    }\n  }",
        Some("  a {\n    b \"c\" {\n      unit = \"hours\"\n    }\n  }"),
    );
    check("  |dynamic \"b\"| {\n    for_each = []\n    content {\n    }\n  }", None);
    check("  dynamic \"b\" {\n    for_each = []\n    |content| {\n    }\n  }", None);
}

#[test]
fn properties_of_nested_blocks_are_set() {
    let check = |body: &str, expect: Option<&str>| {
        let around = |body: &str| format!("{{\"resource\": {{\"t\": {{\"n\": {body}}}}}}}\n");
        assert_eq!(set_in(&around(body), Syntax::Json), expect.map(around), "{body}");
    };
    check("{|\"b\"|: {}}", Some("{\"b\": {\"unit\": \"hours\"}}"));
    check("{\"b\": [|{|}, {}]}", Some("{\"b\": [{\"unit\": \"hours\"}, {}]}"));
    check("{\"b\": [{}, |{|\"a\": 1}]}", Some("{\"b\": [{}, {\"a\": 1, \"unit\": \"hours\"}]}"));
    check(
        "{\"a\": {|\"b\"|: {\n  \"c\": 1\n}}}",
        Some("{\"a\": {\"b\": {\n  \"c\": 1,\n  \"unit\": \"hours\"\n}}}"),
    );
    check("{\"dynamic\": {|\"b\"|: {\"for_each\": [], \"content\": {}}}}", None);
}

/// Inserts a block `units` with one or two arguments.
fn inserted(text: &str, syntax: Syntax) -> Option<String> {
    let (one, other) = (Value::string("x"), Value::number(2));
    edited(text, syntax, |block| {
        insert_block(FILE, block, "units", &[("id", &one), ("access", &other)])
    })
}

#[test]
fn blocks_are_inserted_after_the_arguments() {
    const UNITS: &str = "  units {\n    id     = \"x\"\n    access = 2\n  }\n";
    let around = |body: &str| format!("resource \"t\" \"n\" {{{body}}}\n");
    let check = |body: &str, expect: &str| {
        let expect = around(&expect.replace("UNITS\n", UNITS));
        assert_eq!(inserted(&around(body), Syntax::Native), Some(expect), "{body}");
    };
    check("", "\nUNITS\n");
    check("\n", "\nUNITS\n");
    check("\n  a = 1\n", "\n  a = 1\n\nUNITS\n");
    check("\n  a = 1 # c\n", "\n  a = 1 # c\n\nUNITS\n");
    check("\n  a = [\n  ]\n\n  b {\n  }\n", "\n  a = [\n  ]\n\nUNITS\n\n  b {\n  }\n");
    check("\n  a = 1\n  b {\n  }\n", "\n  a = 1\n\nUNITS\n\n  b {\n  }\n");
    check("\n  a = 1\n  # end\n", "\n  a = 1\n\nUNITS\n\n  # end\n");
    check("\n  b {\n  }\n", "\nUNITS\n\n  b {\n  }\n");
    check("\n  a = <<EOT\nx\nEOT\n", "\n  a = <<EOT\nx\nEOT\n\nUNITS\n");
    check("\n  b {\n    units {\n    }\n  }\n", "\nUNITS\n\n  b {\n    units {\n    }\n  }\n");
    let windows = inserted(&around("\r\n  a = 1\r\n"), Syntax::Native);
    let expect = format!("\n  a = 1\n\n{UNITS}").replace('\n', "\r\n");
    assert_eq!(windows, Some(around(&expect)));
    for body in [
        " a = 1 ",
        "\n  units {\n  }\n",
        "\n  dynamic \"units\" {\n    for_each = []\n    content {\n    }\n  }\n",
        "\n  units = []\n",
        "\n  a = 1 /* x\n  y */\n",
    ] {
        assert_eq!(inserted(&around(body), Syntax::Native), None, "{body}");
    }
}

#[test]
fn objects_are_inserted_in_the_style_of_their_neighbours() {
    let around = |body: &str| format!("{{\"resource\": {{\"t\": {{\"n\": {body}}}}}}}\n");
    let check = |body: &str, expect: Option<&str>| {
        assert_eq!(inserted(&around(body), Syntax::Json), expect.map(around), "{body}");
    };
    check("{}", Some("{\"units\": {\"id\": \"x\", \"access\": 2}}"));
    check("{\"a\": 1}", Some("{\"a\": 1, \"units\": {\"id\": \"x\", \"access\": 2}}"));
    let units = "\"units\": {\n    \"id\": \"x\",\n    \"access\": 2\n  }\n}";
    check("{\n}", Some(&format!("{{\n  {units}")));
    check("{\n  \"a\": 1\n}", Some(&format!("{{\n  \"a\": 1,\n  {units}")));
    check("{\"units\": []}", None);
    check("{\"units\": {}}", None);
    check("{\"dynamic\": {\"units\": {\"for_each\": [], \"content\": {}}}}", None);
    check("{\"dynamic\": [{\"units\": {\"for_each\": [], \"content\": {}}}]}", None);
}
