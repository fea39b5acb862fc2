//! What is said about files that are no JSON, or are written as Terraform does not read them, and
//! what is read of them all the same.

use cfglint_syntax as syntax;
use syntax::{Syntax, Tree};

/// Checks the errors, as `the text: the message`, and the blocks, as `type labels arguments`.
#[track_caller]
fn check(text: &str, errors: &[&str], blocks: &[&str]) {
    let tree = syntax::parse_as(text.as_bytes(), Syntax::Json);
    let told: Vec<String> = tree
        .errors()
        .iter()
        .map(|error| {
            let piece = String::from_utf8_lossy(error.range.slice(text.as_bytes()));
            format!("{piece}: {}", error.message)
        })
        .collect();
    assert_eq!(told, errors, "{text}");
    assert_eq!(shown(&tree), blocks, "{text}");
}

fn shown(tree: &Tree) -> Vec<String> {
    let mut all = Vec::new();
    for block in tree.body().blocks() {
        let labels: Vec<_> = block.labels().map(syntax::Label::text).collect();
        let names: Vec<_> = block.body().attributes().map(syntax::Attribute::name).collect();
        all.push(format!("{} {} {}", block.kind(), labels.join("."), names.join(",")));
    }
    all
}

#[test]
fn commas() {
    check(
        "{\n\"locals\": {\n\"a\": 1\n\"b\": 2,\n}\n}",
        &[
            ": expected a comma after this property",
            ",: JSON allows no comma after the last property",
        ],
        &["locals  a,b"],
    );
    check(
        r#"{"locals": {"a": [1 2], "b": 1}}"#,
        &[": expected a comma after this value"],
        &["locals  a,b"],
    );
    check(
        r#"{"locals": {"a": "b" 3, "c": 1}}"#,
        &["3: expected a comma or `}` after this property, found a number"],
        &["locals  a,c"],
    );
    check(
        r#"{"locals": {,"a": 1}}"#,
        &[",: expected a property before this comma"],
        &["locals  a"],
    );
}

#[test]
fn missing_values() {
    check(
        "{\"locals\": {\n\"a\":\n}, \"output\": {\"b\": {}}}",
        &[": expected a value, found `}`"],
        &["locals  a", "output b "],
    );
    check(
        "{\"locals\": {\n\"a\"\n,\"b\": 1}}",
        &[": expected a colon and a value after this property name, found a comma"],
        &["locals  a,b"],
    );
    check(
        "{\"locals\": {\n\"a\n}, \"output\": {\"b\": {}}}",
        &["\": this string is never closed"],
        &["locals  a", "output b "],
    );
}

#[test]
fn brackets() {
    check(
        "{\n  \"locals\": {\n    \"a\": 1\n}\n",
        &["{: this object is never closed"],
        &["locals  a"],
    );
    check(r#"{"locals": {"a": 1"#, &["{: this object is never closed"], &["locals  a"]);
    check(
        r#"{"locals": {"a": {"b": 1], "c": 2}}"#,
        &["]: expected `}` to end the object, found `]`"],
        &["locals  a,c"],
    );
    check(
        r#"{"locals": {"a": 1}}}"#,
        &["}: unexpected text after the end of the file's value"],
        &["locals  a"],
    );
    check(
        r#"{"locals": {"a": 1}} {"locals": {}}"#,
        &["{: unexpected text after the end of the file's value"],
        &["locals  a"],
    );
    // A line break in a string makes a second one, which takes the closing braces.
    check(
        "{\"locals\": {\"a\": \"x\ny\"}}",
        &["\": this string is never closed", "\": this string is never closed"],
        &["locals  a"],
    );
}

#[test]
fn what_is_not_json() {
    check("", &[": the file is empty: expected an object, `{}` at least"], &[]);
    check(
        "resource \"a\" \"b\" {}\n",
        &["resource: a file in the JSON syntax holds an object, or a list of objects"],
        &[],
    );
    check(
        "\u{feff}{\"locals\": {\"a\": 1}}",
        &["\u{feff}: JSON must not begin with a byte order mark"],
        &["locals  a"],
    );
    check(
        "{\n// c\n\"locals\": {a = 1}\n/* d\n */ }",
        &[
            "// c: JSON has no comments; write a property `\"//\"` instead",
            "a: a property name of JSON is in double quotes",
            "/* d: JSON has no comments; write a property `\"//\"` instead",
        ],
        &["locals  a"],
    );
    check(
        "{\"locals\": {\n\"a\": True,\n\"b\": 01,\n\"c\": \"\\x\",\n\"d\": 'e'\n}}",
        &[
            "True: did you mean `true`? JSON writes it in lower case",
            "01: a number of JSON has no leading zeros",
            "\\x: `\\x` is not an escape sequence of JSON",
            "': single quotes are not valid; write strings in double quotes",
        ],
        &["locals  a,b,c,d"],
    );
}

#[test]
fn blocks_that_are_none() {
    check(
        r#"{"locals": 5, "output": {"x": 3}, "resource": {"a": 1, "b": [{"c": {}}, 2]}}"#,
        &[
            "5: expected an object or a list of objects: the contents of `locals` blocks",
            "3: expected an object or a list of objects: the contents of `output` blocks",
            "1: expected a label of the `resource` block as the name of a property",
            "2: expected an object, whose properties are labels",
        ],
        &["resource b.c "],
    );
    check(
        r#"[{"locals": [[{}]]}, 1]"#,
        &[
            "[: expected an object, which holds arguments",
            "1: expected an object, which holds arguments and blocks",
        ],
        &["locals  "],
    );
    check(
        r#"{"resource": {"//": "c", "a": {"//": "c", "b": {"//": "c"}}}}"#,
        &[
            "\"//\": this is read as a label: a comment can stand at the top of the file or in the body \
             of a block",
        ]
        .repeat(2),
        &["resource a.b "],
    );
    // What only a provider knows may be anything.
    check(
        r#"{"provider": {"a": {"b": 1, "c": [1], "dynamic": 2}}}"#,
        &[],
        &["provider a b,c,dynamic"],
    );
}

#[test]
fn strings_that_are_no_templates() {
    check(
        r#"{"resource": {"a": {"b": {"c": "${d", "e": {"f": ["\n${g h}"]}}}}}"#,
        &[
            "${: this template sequence is never closed",
            "h: expected `}` to end the interpolation, found `h`",
        ],
        &["resource a.b c,e"],
    );
    check(
        r#"{"moved": {"from": "${a.b}", "to": ""}, "variable": {"v": {"type": "list("}}}"#,
        &[
            "$: expected a reference or a keyword, which has no `${ }` around it here",
            ": expected an expression, found the end of the string",
            "list(: this call is never closed",
        ],
        &["moved  from,to", "variable v type"],
    );
    // Where nobody reads them, or not as templates.
    check(
        r#"{"//": "${", "unknown": "${", "variable": {"v": {"default": "${", "later": "${"}}}"#,
        &[],
        &["variable v default,later"],
    );
    // Text that is no JSON is mended first: nothing says what its strings are in.
    check(
        r#"{"locals": {"a": "${", "a": "${" "b": 1}}"#,
        &[": expected a comma after this property"],
        &["locals  a,a,b"],
    );
}

#[test]
fn properties_that_come_twice() {
    let twice = "a\": property `a` is set already";
    let twice = &[&*format!("\"{twice}")];
    check(r#"{"locals": {"a": {}, "a": {}}}"#, twice, &["locals  a,a"]);
    check(r#"{"locals": {"b": {"a": [], "a": []}}}"#, twice, &["locals  b"]);
    check(r#"{"module": {"m": {"a": {}, "a": {}}}}"#, twice, &["module m a,a"]);
    check(r#"{"module": {"m": [[{"a": 1}, {"a": 1}]]}}"#, twice, &["module m a,a"]);
    check(r#"{"data": {"d": {"e": {"a": "x", "a": "x"}}}}"#, twice, &["data d.e a,a"]);
    check(r#"{"data": {"d": {"e": {"b": {"a": {}, "a": "x"}}}}}"#, twice, &["data d.e b"]);
    check(r#"{"data": {"d": {"e": {"a": {}, "a": [{}], "a": null}}}}"#, &[], &["data d.e a,a,a"]);
    check(r#"{"locals": {"a": 1}, "locals": {"a": 1}}"#, &[], &["locals  a", "locals  a"]);
    check(r#"{"locals": {"b": {"${a}": 1, "${a}": 1}}}"#, &[], &["locals  b"]);
    check(
        r#"{"output": {"o": {"value": 1, "value": 2}}}"#,
        &["\"value\": property `value` is set already"],
        &["output o value,value"],
    );
    check(r#"{"later": {"a": 1, "a": 1}, "later": 1}"#, &[], &[]);
}
