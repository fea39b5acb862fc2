//! Reasons of conditions over an object that stands for a block.

use value::Type;

use super::*;

/// `self` is an object; each of its leaves stands at a place of its own.
struct Block(Value);

impl Scope for Block {
    fn lookup(&self, root: &str, attributes: &[&str], _: Location) -> Lookup {
        assert_eq!(root, "self", "conditions of the tests know `self` only");
        match attributes.first() {
            Some(name) => {
                let value = self.0.get_attr(name).cloned();
                let value = value.unwrap_or_else(|| Value::null(Type::Dynamic));
                Lookup::Found { value, consumed: 1 }
            }
            None => Lookup::Found { value: self.0.clone(), consumed: 0 },
        }
    }
}

fn value_of(text: &str) -> Value {
    struct Nothing;
    impl Scope for Nothing {
        fn lookup(&self, root: &str, _: &[&str], _: Location) -> Lookup {
            Lookup::Undeclared { summary: "undeclared".into(), detail: root.to_owned() }
        }
    }
    let tree = syntax::parse_expression(text.as_bytes());
    let expr = tree.expr().expect("the text is an expression");
    let evaluated = evaluate(expr, FileId(0), &Nothing, &Budget::default());
    assert!(evaluated.errors.is_empty(), "{text}: {:?}", evaluated.errors);
    evaluated.value
}

/// The paths of each reason for which `condition` is false of the object `block`.
fn reasons(block: &str, condition: &str, limit: usize) -> Vec<String> {
    let tree = syntax::parse_expression(condition.as_bytes());
    let expr = tree.expr().expect("the condition is an expression");
    let found = blame(expr, FileId::NOWHERE, &Block(value_of(block)), false, limit);
    let paths = |reason: &Reason| {
        let paths: Vec<&str> = reason.leaves.iter().map(|leaf| leaf.path.as_str()).collect();
        paths.join(" + ")
    };
    found.iter().map(paths).collect()
}

#[track_caller]
fn check(block: &str, condition: &str, expect: &[&str]) {
    let mut found = reasons(block, condition, 20);
    found.sort();
    assert_eq!(found, expect, "{condition} of {block}");
}

const URLS: &str = r#"{ urls = ["https://a", "http://b", "https://c", "http://d"], none = [] }"#;

#[test]
fn the_argument_that_decides_is_to_blame() {
    check(r#"{ a = "x", b = "y" }"#, r#"self.a == "y""#, &["self.a"]);
    check(r#"{ a = "x", b = "y" }"#, r#"self.a == "y" && self.b == "y""#, &["self.a"]);
    check(r#"{ a = "x", b = "x" }"#, r#"!(self.a == "x" || self.b == "x")"#, &["self.a", "self.b"]);
    check(r#"{ a = "x", b = "x" }"#, r#"self.a == "y" || self.b == "y""#, &["self.a + self.b"]);
    check(
        r#"{ a = true, b = "x", c = "y" }"#,
        r#"self.a ? self.b == "y" : self.c == "y""#,
        &["self.b + self.a"],
    );
    check(
        r#"{ a = "x", b = "y" }"#,
        r#"self.a == "x" ? self.a == self.b : true"#,
        &["self.a + self.b"],
    );
    check(r#"{ a = "x" }"#, r#"can(regex("^[0-9]+$", self.a))"#, &["self.a"]);
    check(r#"{ a = "x" }"#, r#"length(self.a) > 3 || startswith(self.a, "y")"#, &["self.a"]);
    check("{ a = 5 }", "self.a != self.b", &[]);
    check("{ a = 5, b = 5 }", "self.a != self.b", &["self.a + self.b"]);
}

#[test]
fn one_element_is_to_blame_and_each_by_itself() {
    let both = &["self.urls[1]", "self.urls[3]"];
    for condition in [
        r#"alltrue([for url in self.urls : startswith(url, "https://")])"#,
        r#"!anytrue([for url in self.urls : startswith(url, "http://")])"#,
        r#"length([for url in self.urls : url if !startswith(url, "https://")]) == 0"#,
        r#"[for url in self.urls : url if startswith(url, "http://")] == []"#,
        r#"length(setsubtract(self.urls, ["https://a", "https://c"])) == 0"#,
        r#"length(regexall("http://", join(" ", self.urls))) == 0"#,
        r#"!contains(self.urls, "http://b") && !contains(self.urls, "http://d")"#,
        r#"length(self.urls) > 2 && alltrue([for u in self["urls"] : startswith(u, "https")])"#,
    ] {
        check(URLS, condition, both);
    }
    check(URLS, r#"startswith(self.urls[1], "https")"#, &["self.urls[1]"]);
    check(URLS, r#"startswith(element(self.urls, 5), "https")"#, &["self.urls[1]"]);
    check(URLS, r#"!contains(self.urls, "https://c")"#, &["self.urls[2]"]);
    let one = r#"{ urls = ["http://b"] }"#;
    check(
        one,
        r#"alltrue([for url in self.urls : startswith(url, "https://")])"#,
        &["self.urls[0]"],
    );
    check(one, r#"length([for u in self.urls : u if u == "http://b"]) == 0"#, &["self.urls[0]"]);
}

#[test]
fn elements_of_sets_and_maps_are_told_apart() {
    let block = r#"{ urls = toset(["https://a", "http://b", "https://c"]), tags = tomap({ a = "x", b = "BAD" }) }"#;
    let https = r#"alltrue([for url in self.urls : startswith(url, "https://")])"#;
    check(block, https, &["self.urls[0]"]);
    check(block, "length(self.urls) <= 2", &["self.urls"]);
    check(block, "length(self.tags) <= 1", &["self.tags"]);
    check(block, "alltrue([for k, v in self.tags : v == lower(v)])", &[r#"self.tags["b"]"#]);
    check(
        block,
        "length({ for k, v in self.tags : k => v if v != lower(v) }) == 0",
        &[r#"self.tags["b"]"#],
    );
    check(block, r#"self.tags.b == "x""#, &[r#"self.tags["b"]"#]);
}

#[test]
fn a_collection_is_to_blame_for_what_is_missing_and_for_its_length() {
    check(URLS, r#"contains(self.urls, "https://z")"#, &["self.urls"]);
    check(URLS, r#"anytrue([for url in self.urls : url == "https://z"])"#, &["self.urls"]);
    check(URLS, "length(self.urls) <= 3", &["self.urls"]);
    check(URLS, "length(self.urls) == 0", &["self.urls"]);
    check(URLS, "length(self.none) > 0", &["self.none"]);
    check(r#"{ a = ["x"] }"#, r#"contains(self.a, "y")"#, &["self.a"]);
    check(
        r#"{ a = ["x", "y", "x"] }"#,
        "length(distinct(self.a)) == length(self.a)",
        &["self.a[2] + self.a[0]"],
    );
}

#[test]
fn what_is_there_is_shown_before_what_is_not() {
    let block = r#"{ urls = ["https://a"], uri = "https://b", none = [] }"#;
    check(block, "contains(self.urls, self.uri)", &["self.uri + self.urls"]);
    check(block, "self.absent == self.uri", &["self.uri + self.absent"]);
    check(block, "self.absent != null", &["self.absent"]);
    let block = r#"{ urls = ["https://a"], more = ["https://b", "https://a", "https://c"] }"#;
    check(
        block,
        "alltrue([for url in self.more : contains(self.urls, url)])",
        &["self.more[0] + self.urls", "self.more[2] + self.urls"],
    );
}

#[test]
fn attributes_of_nested_blocks_are_to_blame() {
    let block = r#"{ b = [{ id = "x", n = 1 }, { id = null, n = 1 }, { id = "y", n = 9 }] }"#;
    check(block, "alltrue([for b in self.b : b.id != null])", &["self.b[1].id"]);
    check(block, "length([for b in self.b : b if b.n > 5]) == 0", &["self.b[2].n"]);
    check(
        block,
        "alltrue([for b in self.b : b.id != null && b.n < 5])",
        &["self.b[1].id", "self.b[2].n"],
    );
    check(block, "self.b[2].n < 5", &["self.b[2].n"]);
    check(block, "length(self.b) == 0", &["self.b"]);
}

#[test]
fn nothing_is_to_blame_where_the_condition_is_not_false() {
    check(URLS, "length(self.urls) == 4", &[]);
    check(URLS, "self.urls[9] == 1", &[]);
    check(URLS, "1 == 2", &[""]);
    assert_eq!(reasons(URLS, r#"!strcontains(join("", self.urls), "http")"#, 2).len(), 2);
}

#[test]
fn a_search_that_takes_too_long_blames_the_whole() {
    let block = "{ n = range(1024), m = [for x in range(1000) : x + 30] }";
    check(block, "contains(self.n, 7000)", &["self.n"]);
    check(
        block,
        "length([for x in self.n : x if contains(self.m, x)]) == 0 || 1 == 2",
        &["self.n + self.m"],
    );
    check(block, "alltrue([for x in self.n : x != 700])", &["self.n[700]"]);
}
