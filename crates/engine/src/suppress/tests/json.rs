//! Suppressions in the JSON syntax.

use super::Run;

#[track_caller]
fn check_json(marked: &str, expect: &[&str]) {
    for text in [marked.to_owned(), marked.replace('\n', "\r\n")] {
        assert_eq!(Run::new("main.tf.json", &text).lines(), expect, "{text}");
    }
}

#[test]
fn json() {
    let door = "(web/open-door) -";
    let client = |comment: &str| {
        format!(
            "{{\n  \"resource\": {{\n    \"client\": {{\n      «web/open-door»\"app\": {{\n        {comment}\n        \
             \"a\": «web/open-door»1,\n        \"b\": {{ \"c\": «web/open-door»1 }}\n      }},\n      \
             «web/open-door»\"other\": {{}}\n    }}\n  }}\n}}\n"
        )
    };
    let open = "web/open-door";
    check_json(&client("\"//\": \"cfglint:ignore web\\/open-door\","), &[open, door, open, open]);
    check_json(
        &client("\"//\": \"cfglint:ignore-block web/open-door\","),
        &[door, door, door, open],
    );
    check_json(&client("\"//\": \"cfglint:ignore-file web/*\","), &[door, door, door, door]);
    check_json(
        &client("\"//\": [\"Words.\", \"cfglint:ignore * say \\\"why\\\"\"],"),
        &[open, "(web/open-door) say \"why\"", open, open],
    );
    check_json("{\"locals\": {\"//\": \"cfglint:ignore *\", \"a\": «web/open-door»1}}", &[door]);
    check_json(
        "{\"locals\": [{\"a\": «web/open-door»1}, {\n\"//\": \"cfglint:ignore-block *\", \"a\": «web/open-door»1}]}",
        &[open, door],
    );
    check_json(
        "{\n  \"//\": \"cfglint:ignore-block *\"\n}",
        &["cfglint:ignore-block: `cfglint:ignore-block` stands neither in a block nor above one; \
           for all of a file there is `cfglint:ignore-file`"],
    );
}

#[test]
fn fixes_keep_json() {
    let check = |marked: &str, expect: &str| {
        for path in ["main.tf.json", "terraform.tfvars.json"] {
            assert_eq!(Run::new(path, marked).fixed(path), expect, "{marked}");
        }
    };
    let unused = "\"//\": \"cfglint:ignore *\"";
    check(&format!("{{\n  {unused},\n  \"a\": 1\n}}"), "{\n  \"a\": 1\n}");
    check(&format!("{{\n  \"a\": 1,\n  {unused}\n}}"), "{\n  \"a\": 1\n}");
    check(&format!("{{\n  {unused}\n}}"), "{\n}");
    check(&format!("{{{unused}}}"), "{}");
    check(&format!("{{{unused}, \"a\": 1}}"), "{\"a\": 1}");
    check(&format!("{{\"a\": 1, {unused}}}"), "{\"a\": 1}");
    check(&format!("{{\"a\": 1 ,\n{unused} , \"b\": 1}}"), "{\"a\": 1 ,\n\"b\": 1}");
    check("{\"//\": [\"x\", \"cfglint:ignore *\"], \"a\": 1}", "{\"//\": [\"x\"], \"a\": 1}");
    check("{\"//\": [\"cfglint:ignore *\"]}", "{\"//\": []}");
    check("{\"\\u002f/\": \"cfglint:ignore *\", \"a\": 1}", "{\"a\": 1}");
    check(
        "{\"//\": [{\"a\": 1}, \"x\", {\"//\": \"y\"}, \"cfglint:ignore *\"]}",
        "{\"//\": [{\"a\": 1}, \"x\", {\"//\": \"y\"}]}",
    );
    check(
        "{\"//\": \"cfglint:ignore web\\/*, net/* \\u0041\", \"a\": «net/loose-wire»1}",
        "{\"//\": \"cfglint:ignore net/* \\u0041\", \"a\": 1}",
    );
    check("{\"//\": \"cfglint:ignore *\\ncfglint:ignore web/*\"}", "{}");
    let two = "{\"//\": \"cfglint:ignore *\\nwords\"}";
    check(two, two);
}
