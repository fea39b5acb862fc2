//! Calls whose answers the real terraform gave, by table.

use value::{Marks, Reason, Type, Value};

use super::*;

fn t(text: &str) -> Value {
    Value::string(text)
}

fn n(number: i64) -> Value {
    Value::number(number)
}

fn tuple(elements: &[Value]) -> Value {
    Value::tuple(elements)
}

fn open(ty: Type) -> Value {
    Value::unknown(ty, Reason::Variable)
}

fn called(name: &str, arguments: &[Value]) -> Result<Value, CallError> {
    find(name).expect("a function").call(arguments)
}

/// Checks value and type, or the error's detail.
fn check(name: &str, arguments: &[Value], expect: &str) {
    let shown = match called(name, arguments) {
        Ok(value) if value.is_wholly_known() => value.to_json(),
        Ok(value) => format!("{} {}", value.unknown_to_json(), value.ty()),
        Err(error) => error.detail().to_owned(),
    };
    assert_eq!(shown, expect, "{name}({arguments:?})");
}

#[test]
fn names() {
    assert!(find("core::upper").is_some() && find("nope").is_none());
    for name in ["upper", "core::upper", "try", "file", "cidrsubnet", "yamldecode", "timestamp"] {
        assert!(is_terraform_function(name), "{name}");
    }
    assert!(!is_terraform_function("nope"));
    assert!(is_special_form("can") && !is_special_form("upper"));
    assert!(
        called("list", &[t("a")]).is_err_and(|error| error.detail().contains("tolist([ ... ])"))
    );
}

#[test]
fn calls() {
    check("abs", &[], "Function \"abs\" needs 1 argument(s); \"num\" is missing");
    check("abs", &[n(1), n(2)], "Function \"abs\" takes no more than 1 argument(s)");
    check("join", &[], "Function \"join\" needs at least 1 argument(s); \"separator\" is missing");
    check(
        "abs",
        &[Value::bool(true)],
        "Invalid value for \"num\" parameter: number required, but have bool",
    );
    check(
        "abs",
        &[Value::null(Type::Dynamic)],
        "Invalid value for \"num\" parameter: argument must not be null",
    );
    check(
        "max",
        &[n(1), Value::null(Type::Number)],
        "Invalid value for \"numbers\" parameter: argument must not be null",
    );
    check("upper", &[open(Type::String)], "true string");
    check("upper", &[open(Type::Dynamic)], "true string");
    check("element", &[open(Type::Dynamic), n(0)], "true any");
    check("contains", &[tuple(&[t("a")]), Value::null(Type::Dynamic)], "true any");
    let secret = t("a").marked(Marks::SENSITIVE);
    let upper = called("upper", std::slice::from_ref(&secret)).expect("a value");
    assert_eq!((upper.as_str(), upper.marks()), (Some("A"), Marks::SENSITIVE));
    let kept = called("concat", &[tuple(&[secret]), tuple(&[t("b")])]).expect("a value");
    assert_eq!((kept.marks(), kept.marks_deep()), (Marks::NONE, Marks::SENSITIVE));
    assert!(called("upper", &[open(Type::String)]).is_ok_and(|value| value.is_not_null()));
}

#[test]
fn secrets_stay_secret() {
    let secret = |text: &str| t(text).marked(Marks::SENSITIVE);
    let object = Value::object([("a".into(), n(1))]);
    let calls: [(&str, Vec<Value>); 9] = [
        ("parseint", vec![secret("hunter2"), n(10)]),
        ("regex", vec![secret("(hunter2"), t("")]),
        ("regexall", vec![secret("(hunter2"), t("")]),
        ("replace", vec![t(""), secret("/(hunter2/"), t("")]),
        ("format", vec![secret("%shunter2%!"), t("")]),
        ("lookup", vec![object, secret("hunter2")]),
        ("tonumber", vec![secret("hunter2")]),
        ("base64decode", vec![secret("hunter2")]),
        ("cidrhost", vec![secret("hunter2"), n(1)]),
    ];
    for (name, arguments) in calls {
        let error = called(name, &arguments).expect_err("refused");
        assert!(!error.detail().contains("hunter2"), "{name}: {}", error.detail());
    }
}

/// Any arguments give a value or an error, soon.
#[test]
fn no_call_panics() {
    let secret = t("é").marked(Marks::SENSITIVE);
    let huge = value::Number::parse("1e600000000").map(Value::number).expect("a number");
    let third = value::Number::from(1).div(&3.into()).expect("a number");
    let values = [
        Value::null(Type::Dynamic),
        Value::null(Type::list(Type::String)),
        open(Type::Dynamic),
        open(Type::String),
        open(Type::map(Type::Number)),
        Value::set(Type::String, [t("a"), open(Type::String)]),
        Value::object([("a".into(), secret.clone()), ("b".into(), open(Type::Dynamic))]),
        Value::map(Type::Number, [("a".into(), n(1))]),
        tuple(&[n(1), t("x"), Value::null(Type::Dynamic)]),
        tuple(&[]),
        Value::number(value::Number::NEGATIVE_INFINITY),
        Value::number(third),
        t(""),
        t("%5.2[1]f%v"),
        t("/([a-/"),
        t("10.0.0.0/8"),
        t(r#"{"a":["\\ud800"]}"#),
        n(-1),
        n(i64::MAX),
        Value::bool(true),
        secret,
        huge,
        Value::list(Type::String, [t("a"), open(Type::String)]),
    ];
    for function in TABLES.iter().copied().flatten() {
        for first in &values {
            for second in &values {
                for count in [1, 2, 3] {
                    let mut arguments = vec![first.clone(), second.clone(), first.clone()];
                    arguments.truncate(count);
                    let _ = function.call(&arguments);
                }
            }
        }
    }
}

#[test]
fn strings() {
    check("title", &[t("it's o'clock ǆ ßa")], r#""It'S O'Clock ǅ ßa""#);
    check("upper", &[t("straße")], r#""STRAßE""#);
    check("substr", &[t("hello"), n(-3), n(2)], r#""ll""#);
    check("substr", &[t("hello"), n(1), n(-1)], r#""ello""#);
    check("substr", &[t("hello"), n(9), n(1)], r#""""#);
    check("split", &[t(","), t("a,b")], r#"["a","b"]"#);
    check("split", &[t(""), t("")], "[]");
    check("join", &[t(","), tuple(&[n(1), Value::bool(true)])], r#""1,true""#);
    check("chomp", &[t("a\r\n\n")], r#""a""#);
    check("indent", &[n(2), t("a\nb")], r#""a\n  b""#);
    check("trim", &[t("?!hello?!"), t("!?")], r#""hello""#);
    check("strrev", &[t("a👍🏽b")], r#""b👍🏽a""#);
    check("dirname", &[t("a/../b/c")], r#""b""#);
    check("basename", &[t("a/b/")], r#""b""#);
}

#[test]
fn numbers() {
    check("parseint", &[t("ff"), n(16)], "255");
    check("parseint", &[t("Z"), n(62)], "61");
    check("pow", &[n(10), n(21)], "1000000000000000000000");
    check("log", &[n(10), n(3)], "2.095903274289385");
    check("range", &[n(4), n(1)], "[4,3,2]");
    check("sum", &[tuple(&[t("1.5"), n(2)])], "3.5");
    check("min", &[n(2), t("1")], "1");
    check("sum", &[tuple(&[])], "Invalid value for \"list\" parameter: cannot sum an empty list");
}

#[test]
fn collections() {
    check("flatten", &[tuple(&[n(1), tuple(&[n(2), tuple(&[n(3)])])])], "[1,2,3]");
    check("distinct", &[tuple(&[n(1), t("1"), n(1)])], r#"["1"]"#);
    check("element", &[tuple(&[t("a"), t("b")]), n(-1)], r#""b""#);
    check("coalesce", &[Value::null(Type::Dynamic), n(5), t("five")], r#""5""#);
    check(
        "index",
        &[tuple(&[n(1), n(2)]), t("2")],
        "Call to function \"index\" failed: item not found",
    );
    check("length", &[t("नमस्ते")], "4");
    let lists = Value::object([("a".into(), Value::null(Type::list(Type::String)))]);
    let refused = "Call to function \"transpose\" failed: one of the lists is null";
    check("transpose", &[lists], refused);
    check("length", &[open(Type::list(Type::String))], "true number");
    check("contains", &[tuple(&[open(Type::String), t("a")]), t("a")], "true");
    check("contains", &[tuple(&[open(Type::String), t("a")]), t("b")], "true bool");
    check("anytrue", &[tuple(&[open(Type::Bool), Value::bool(true)])], "true");
    check("reverse", &[Value::set(Type::String, [t("b"), t("a")])], r#"["b","a"]"#);
    check("chunklist", &[tuple(&[t("a"), t("b"), t("c")]), n(2)], r#"[["a","b"],["c"]]"#);
    check(
        "setproduct",
        &[tuple(&[t("a"), t("b")]), tuple(&[n(1), n(2)])],
        r#"[["a",1],["a",2],["b",1],["b",2]]"#,
    );
    check("setsubtract", &[tuple(&[t("1"), t("2")]), tuple(&[n(1)])], r#"["2"]"#);
    check("zipmap", &[tuple(&[t("a")]), tuple(&[n(1)])], r#"{"a":1}"#);
    check("sort", &[tuple(&[open(Type::String)])], "[true] list(string)");
}

#[test]
fn formats() {
    check(
        "format",
        &[t("%5.1f|%-4s|%03d|%v"), t("3.14159"), t("é"), n(7), tuple(&[n(1), t("<")])],
        r#""  3.1|é   |007|[1,\"\\u003c\"]""#,
    );
    check("format", &[t("%[2]s %[1]s"), t("a"), t("b")], r#""b a""#);
    check(
        "format",
        &[t("%s")],
        "Call to function \"format\" failed: \"%s\" at 0 shows argument 1, but there are 0",
    );
    check(
        "format",
        &[t("%"), t("x")],
        "Call to function \"format\" failed: the format is malformed from offset 1",
    );
    check("formatlist", &[t("%s-%s"), tuple(&[t("a"), t("b")]), t("x")], r#"["a-x","b-x"]"#);
    let begun = called("format", &[t("pre-%s"), open(Type::String)]).expect("a value");
    check("startswith", &[begun.clone(), t("pre-")], "true");
    check("startswith", &[begun, t("nope")], "false");
    let wide = called("format", &[t("%99999999999s"), t("x")]).expect("a value");
    assert_eq!(wide.as_unknown().map(|unknown| &unknown.reason), Some(&Reason::Limit));
}

#[test]
fn regexes() {
    check("regex", &[t("(?P<y>\\d+)-(?P<m>\\d+)"), t("2024-05")], r#"{"m":"05","y":"2024"}"#);
    check("regex", &[t("(a)(b)?"), t("a")], r#"["a",null]"#);
    check("regex", &[t("\\w+"), t("ééa")], r#""a""#);
    check("regex", &[t("(?P<1n>a)"), t("a")], r#"{"1n":"a"}"#);
    check("regex", &[t("[[&&a]+"), t("x[a&")], r#""[a&""#);
    check("regex", &[t("a{,2}"), t("a{,2}")], r#""a{,2}""#);
    let invalid = |pattern: &str, what: &str| {
        let detail =
            format!("Invalid value for \"pattern\" parameter: the pattern is malformed: {what}");
        check("regex", &[t(pattern), t("a")], &detail);
    };
    invalid("(?<=a)b", "invalid named capture in (?<=a)b");
    invalid("(a)\\1", "invalid escape sequence in \\1");
    invalid("a(?!b)", "invalid or unsupported Perl syntax in (?!");
    invalid("[", "missing closing ] in [");
    invalid("*", "missing argument to repetition operator in *");
    invalid("a{1001}", "invalid repeat count in {1001}");
    invalid("a**", "invalid nested repetition operator in **");
    invalid("(?x) a", "invalid or unsupported Perl syntax in (?x");
    check("regexall", &[t("a*"), t("baac")], r#"["","aa",""]"#);
    check("regexall", &[t("\\b"), t("ab cd")], r#"["","","",""]"#);
    check("regexall", &[t("a(?i)*"), t("aaA")], r#"["aa",""]"#);
    check("regexall", &[t("a*(?i)*"), t("aaA")], r#"["aa",""]"#);
    invalid("(?i)*", "missing argument to repetition operator in *");
    check("regexall", &[t("[+--]+"), t("+,-a")], r#"["+,-"]"#);
    check("regexall", &[t("[\\d-z]+"), t("0-zy")], r#"["0-z"]"#);
    check("regexall", &[t("\\p{^Greek}"), t("aα")], r#"["a"]"#);
    check("regexall", &[t("\\P{^Greek}"), t("aα")], r#"["α"]"#);
    check("regexall", &[t("[\\pL\\P{Any}]"), t("aα1")], r#"["a","α"]"#);
    invalid("\\p{greek}", "invalid character class range in \\p{greek}");
    invalid("\\p{Letter}", "invalid character class range in \\p{Letter}");
    check("regexall", &[t("\\B"), t("ab")], r#"[""]"#);
    check("regexall", &[t("\\B"), t("aα")], "true list(string)");
    check("replace", &[t("hello"), t("/(l)/"), t("${1}x")], r#""helxlxo""#);
    check("replace", &[t("abc"), t("//"), t("x")], r#""xaxbxcx""#);
    check("replace", &[t("abc"), t("/"), t("x")], r#""abc""#);
}

#[test]
fn limits() {
    let start = std::time::Instant::now();
    let limited = |name: &str, arguments: &[Value]| {
        let value = called(name, arguments).expect("a value");
        let reason = value.as_unknown().map(|unknown| unknown.reason.clone());
        assert_eq!(reason, Some(Reason::Limit), "{name}");
    };
    let long = t(&"a".repeat(value::MAX_STRING));
    limited("replace", &[long.clone(), t("a"), long.clone()]);
    limited("join", &[long.clone(), tuple(&[t("a"), t("b")])]);
    limited("indent", &[n(1 << 40), t("a\nb")]);
    limited("split", &[t(""), long.clone()]);
    limited("regexall", &[t(""), long.clone()]);
    limited("regex", &[t("((a{100}){100}){100}"), t("a")]);
    let list = Value::list(Type::Number, (0..1000).map(n).collect::<Vec<_>>());
    limited("setproduct", &[list.clone(), list.clone(), list]);
    let list = Value::list(Type::Number, (0..50_000).map(n).collect::<Vec<_>>());
    assert!(called("distinct", std::slice::from_ref(&list)).is_ok());
    assert!(called("setsubtract", &[list.clone(), list.clone()]).is_ok());
    limited("matchkeys", &[list.clone(), list.clone(), list]);
    limited("parseint", &[long, n(16)]);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    limited("jsondecode", &[t(&deep)]);
    assert!(start.elapsed().as_secs() < 20);
}

#[test]
fn csv() {
    let list = |text: &str, expect: &str| check("csvdecode", &[t(text)], expect);
    list("a,b\r\n1,2\r\n", r#"[{"a":"1","b":"2"}]"#);
    list("a,b\n\"say \"\"hi\"\"\",x", r#"[{"a":"say \"hi\"","b":"x"}]"#);
    list("a,b\n\"multi\nline\",", r#"[{"a":"multi\nline","b":""}]"#);
    list("a", "[]");
    let failed = |text: &str, what: &str| {
        list(text, &format!("Call to function \"csvdecode\" failed: {what}"));
    };
    failed("\n", "missing header line");
    failed("a,a\n", "duplicate column name \"a\"");
    failed("a,b\n1", "CSV parse error on line 2: wrong number of fields");
    failed("a,b\n1\"2,3", "CSV parse error on line 2: bare \" in non-quoted-field");
}

#[test]
fn json() {
    check(
        "jsondecode",
        &[t(r#" {"a":[1,0.5,null,"\u00e9\ud83d\ude00"]} "#)],
        r#"{"a":[1,0.5,null,"é😀"]}"#,
    );
    check("jsondecode", &[t("")], "Call to function \"jsondecode\" failed: EOF");
    check("jsonencode", &[tuple(&[t("<"), n(1)])], r#""[\"\\u003c\",1]""#);
    check("base64encode", &[t("hello")], r#""aGVsbG8=""#);
    check("base64decode", &[t("aGVsbG8=")], r#""hello""#);
    check(
        "base64decode",
        &[t("aGVsbG8")],
        "Call to function \"base64decode\" failed: \"aGVsbG8\" is no Base64",
    );
}
