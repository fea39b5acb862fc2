//! What is told about headers that are spoiled.

use super::{GOOD, errors, good, spoil};
use crate::page::FixTemplate;
use crate::{Page, Scope, UseKind, explain};

#[test]
fn header_keys_are_judged() {
    spoil("level    = \"warning\"\n", "", "lacks `level`", "");
    spoil("group    = \"best-practice\"\n", "", "lacks `group`", "");
    spoil("level    = \"warning\"", "levle = \"warning\"", "did you mean `level`?", "levle");
    spoil("\"warning\"", "\"critical\"", "`critical` is not a level", "\"critical\"");
    spoil("\"warning\"", "warning", "quoted string", "warning");
    spoil(
        "\"best-practice\"",
        "\"best-practise\"",
        "did you mean `best-practice`?",
        "\"best-practise\"",
    );
    spoil("\"medium\"", "\"huge\"", "use `low`", "\"huge\"");
    spoil("[\"oauth\"]", "\"oauth\"", "a list of strings", "\"oauth\"");
    spoil("[\"oauth\"]", "[\"OAuth 2\"]", "joined by hyphens", "[\"OAuth 2\"]");
    spoil("\"AWS provider 3 to 6\"", "\"\"", "`versions` is empty", "\"\"");
    spoil("check \"resource\"", "chek \"resource\"", "did you mean `check`?", "chek");
    let old = "\"cognito/old-name\"";
    for wrong in ["\"old-name\"", "\"cognito/old/name\"", "\"Cognito/name\"", "\"\""] {
        spoil(old, wrong, "is no id `pack/name`", &format!("[{wrong}]"));
    }
    spoil(old, "\"old-name\"]\nsupersedes = [\"generic\"", "is no id `pack/name`", "[\"generic\"]");
    spoil("aliases  =", "scope = \"modul\"\naliases  =", "did you mean `module`?", "\"modul\"");
    spoil(
        "aliases  =",
        "scope = \"module\"\naliases  =",
        "only a rule of scope block has",
        "check \"resource\" \"aws_x\"",
    );
    spoil("each      = self.flows", "each      = ", "", "");
}

#[test]
fn presets_are_judged() {
    let with = |preset: &str| format!("preset = \"{preset}\"\naliases  =");
    spoil("aliases  =", &with("strickt"), "did you mean `strict`?", "\"strickt\"");
    spoil("aliases  =", "preset = strict\naliases  =", "quoted string", "strict");
    let widens = "not in the preset `minimal`, but in `recommended`";
    spoil("aliases  =", &with("minimal"), widens, "\"minimal\"");
    let page = |level: &str, group: &str, preset: &str| {
        let text = GOOD.replace("aliases  =", &with(preset));
        let text = text.replace("level    = \"warning\"", &format!("level = \"{level}\""));
        text.replace("\"best-practice\"", &format!("\"{group}\""))
    };
    let read = |text: &str| Page::parse("cognito", "a", text).ok().and_then(|page| page.preset);
    assert_eq!(good().preset, None);
    assert_eq!(read(&page("warning", "api", "recommended")), Some("recommended"));
    assert_eq!(read(&page("warning", "api", "strict")), Some("strict"));
    assert_eq!(read(&page("error", "api", "recommended")), Some("recommended"));
    for (level, group) in [("note", "api"), ("warning", "style")] {
        let found = errors(&page(level, group, "recommended"));
        let message = "not in the preset `recommended`, but in `strict`";
        assert!(found.iter().any(|error| error.message.contains(message)), "{level}");
    }
    let told = explain(&Page::parse("cognito", "a", &page("note", "api", "strict")).expect("good"));
    assert!(told.contains("\n  preset    strict\n"), "{told}");
}

#[test]
fn conditions_on_versions_are_judged() {
    let when = "length([for flow in self.flows : upper(flow)]) > 0";
    let call = "provider_is(\">= 4.x\")";
    spoil(when, call, "takes a condition on the version in quotes", "\">= 4.x\"");
    spoil(when, "provider_may_be(self.flows)", "in quotes", "self.flows");
    spoil(when, "provider_is()", "takes one condition", "provider_is()");
    spoil(when, "!provider_is(\"4\", \"5\")", "takes one", "provider_is(\"4\", \"5\")");
    let good = GOOD.replace(when, "provider_is(\">= 4.62, < 5\") || provider_may_be(\"~> 3\")");
    assert_eq!(errors(&good), []);
}

#[test]
fn checks_are_judged() {
    spoil(
        "check \"resource\" \"aws_x\"",
        "check \"aws_x\"",
        "a kind and a type",
        "check \"aws_x\"",
    );
    spoil(
        "check \"resource\" \"aws_x\"",
        "check \"resorce\" \"aws_x\"",
        "did you mean `resource`?",
        "\"resorce\"",
    );
    spoil("  at        = item", "  att = item", "did you mean `at`?", "att");
    spoil("  each      = self.flows\n", "", "only in a check with `each`", "item");
    spoil("  each      = self.flows", "  each = item", "only in a check with `each`", "item");
    spoil("item != \"implicit\"", "itm != \"implicit\"", "did you mean `item`?", "itm");
    spoil("item != \"implicit\"", "var.x == 1", "a check knows `self`", "var");
    spoil("  condition = item != \"implicit\"\n", "", "`message` without `condition`", "message");
    spoil("  condition = item != \"implicit\"\n", "", "is empty", "fix \"safe\"");
    spoil(
        "  message   = \"the flow `${item}` exposes tokens\"\n",
        "",
        "lacks `message`",
        "check \"resource\" \"aws_x\"",
    );
    spoil("  level     = \"note\"", "  level     = \"info\"", "`info` is not a level", "\"info\"");
    let choice = "  level     = is_known(item) ? \"error\" : \"info\"";
    spoil("  level     = \"note\"", choice, "`info` is not a level", "\"info\"");
    spoil("upper(flow)", "upper(flwo)", "did you mean `flow`?", "flwo");
}

#[test]
fn messages_are_judged() {
    let message = "\"the flow `${item}` exposes tokens\"";
    spoil(message, "\"The flow\"", "starts in lower case", "The flow");
    spoil(message, "\"the flow.\"", "no final stop", "the flow.");
    spoil(message, "\"the flow `${item}\"", "has no partner", "\"the flow `${item}\"");
    spoil(message, "\"\"", "is empty", "\"\"");
    spoil(message, "item", "is a quoted string", "item");
    spoil(message, "item == \"x\" ? \"fine\" : \"Bad\"", "starts in lower case", "Bad");
    spoil("\"it is set here\"", "\"Here\"", "starts in lower case", "Here");
}

#[test]
fn fixes_are_judged() {
    spoil("fix \"safe\"", "fix", "says whether it is safe", "fix");
    spoil("fix \"safe\"", "fix \"save\"", "says whether it is safe", "fix \"save\"");
    spoil("    replace = item\n", "", "exactly one of", "fix \"safe\"");
    spoil(
        "    replace = item\n",
        "    replace = item\n    remove = item\n",
        "exactly one of",
        "fix \"safe\"",
    );
    spoil("    replace = item\n", "    remove = item\n", "`with` belongs to `replace`", "with");
    spoil("    replace = item\n", "    append = item\n", "lacks `value`", "fix \"safe\"");
    spoil("    value = null\n", "", "lacks `value`", "fix \"unsafe\"");
    spoil("    value = null", "    vlaue = null", "did you mean `value`?", "vlaue");
    spoil("    message = \"it is set here\"\n", "", "lacks `message`", "related");
    spoil("    at      = self.other\n", "", "lacks `at`", "related");
}

#[test]
fn fixes_of_arguments_are_judged() {
    let fix =
        "    replace = item\n    with    = contains(self.flows, \"code\") ? [] : [\"code\"]\n";
    let with = |new: &str| GOOD.replace(fix, new);
    spoil(fix, "    delete = item\n", "`delete` names an argument: `self.x`", "item");
    spoil(fix, "    delte = self.x\n", "did you mean `delete`?", "delte");
    spoil(fix, "    delete = self.x\n    value = 1\n", "`value` belongs to", "value");
    spoil(fix, "    delete = self.x\n    in = item\n", "`in` belongs to `set`", "in");
    spoil(fix, "    set = \"x\"\n    in = itm\n    value = 1\n", "did you mean `item`?", "itm");
    spoil(fix, "    set = \"x\"\n    in = item\n", "lacks `value`", "fix \"safe\"");
    let fixes = |new: &str| {
        let page = Page::parse("cognito", "a", &with(new)).expect("the page is good");
        let nested = page.uses.iter().filter(|name| name.kind == UseKind::NestedArgument);
        let nested: Vec<_> = nested.map(|name| name.name.clone()).collect();
        (page.checks.into_iter().next().map(|check| check.fixes), nested)
    };
    let (read, nested) = fixes("    set = \"x\"\n    in = item\n    value = 1\n");
    let read = read.unwrap_or_default();
    assert!(matches!(&read[0], FixTemplate::Set { name, within: Some(_), .. } if name == "x"));
    assert_eq!(nested, ["flows.x"]);
    let (read, nested) = fixes("    delete = self.units[0].x\n");
    let read = read.unwrap_or_default();
    assert!(matches!(&read[0], FixTemplate::Delete { name, within: Some(_), .. } if name == "x"));
    assert_eq!(nested, ["units.x"]);
    let (read, nested) = fixes("    delete = self.x\n");
    let read = read.unwrap_or_default();
    assert!(matches!(&read[0], FixTemplate::Delete { name, within: None, .. } if name == "x"));
    assert_eq!(nested, [""; 0]);
}

#[test]
fn references_of_fixes_are_judged() {
    let with = "    with    = contains(self.flows, \"code\") ? [] : [\"code\"]\n";
    let refer = "    with_reference = \"${self.x}.id\"\n";
    spoil(with, &format!("{refer}    with = 1\n"), "exclude each other", "with");
    spoil(with, &refer.replace("self", "slef"), "did you mean `self`?", "slef");
    spoil(with, "    with_refrence = \"x\"\n", "did you mean `with_reference`?", "with_refrence");
    let other = "    remove = item\n    with_reference = \"x\"\n";
    let both = format!("    replace = item\n{with}");
    spoil(&both, other, "`with_reference` belongs to `replace`", "with_reference");
    let page = Page::parse("cognito", "a", &GOOD.replace(with, refer)).expect("the page is good");
    assert!(matches!(&page.checks[0].fixes[0], FixTemplate::Refer { .. }));
}

#[test]
fn fixes_of_blocks_are_judged() {
    let fix =
        "    replace = item\n    with    = contains(self.flows, \"code\") ? [] : [\"code\"]\n";
    spoil(fix, "    insert = item\n    value = {}\n", "`insert` takes a quoted string", "item");
    spoil(fix, "    insert = \"units\"\n", "lacks `value`", "fix \"safe\"");
    spoil(fix, "    insert = \"units\"\n    with = {}\n", "`with` belongs to `replace`", "with");
    let insert = "    insert = \"units\"\n    value = { a = item, \"b\" = itm }\n";
    spoil(fix, insert, "did you mean `item`?", "itm");
    let text = GOOD.replace(fix, &insert.replace("itm", "1"));
    let page = Page::parse("cognito", "a", &text).expect("the page is good");
    assert!(
        matches!(&page.checks[0].fixes[0], FixTemplate::InsertBlock { name, .. } if name == "units")
    );
    let names = page.uses.iter().map(|name| (name.kind, name.name.as_str()));
    let names: Vec<_> = names.collect();
    for expect in [
        (UseKind::Argument, "units"),
        (UseKind::NestedArgument, "units.a"),
        (UseKind::NestedArgument, "units.b"),
    ] {
        assert!(names.contains(&expect), "{names:?}");
    }
}

#[test]
fn checks_without_condition_are_judged_by_code() {
    let start = GOOD.find("check \"resource\"").unwrap_or_default();
    let end = GOOD.find("```\n\n## Why").unwrap_or_default();
    let text = format!("{}check \"resource\" \"aws_x\" {{}}\n{}", &GOOD[..start], &GOOD[end..]);
    let page = Page::parse("cognito", "a", &text).expect("invariant: a check may be empty");
    assert!(page.needs_code());
    assert!(!good().needs_code());
    let both = text.replace(
        "{}\n```",
        "{}\ncheck \"data\" \"aws_x\" {\n condition = true\n message = \"x\"\n}\n```",
    );
    assert!(errors(&both).iter().any(|error| error.message.contains("judges all")));
    let module = text.replace("check \"resource\" \"aws_x\" {}", "scope = \"module\"");
    let page = Page::parse("cognito", "a", &module).expect("invariant: a module rule has no check");
    assert!(page.needs_code() && page.checks.is_empty());
    let schema = text.replace("check \"resource\" \"aws_x\" {}", "scope = \"schema\"");
    let page = Page::parse("schema", "a", &schema).expect("invariant: the engine judges");
    assert!(!page.needs_code() && page.scope == Scope::Schema);
    assert!(errors(&schema).iter().any(|error| error.message.contains("go together")));
    assert!(Page::parse("schema", "a", &module).is_err(), "the engine has no such rule");
    let nothing = text.replace("check \"resource\" \"aws_x\" {}", "");
    assert!(errors(&nothing).iter().any(|error| error.message.contains("needs a `check` block")));
}

/// A check with that condition: the names that it uses, or what is wrong with it.
fn names_of(each: &str, condition: &str) -> Result<Vec<(UseKind, String)>, Vec<String>> {
    let start = GOOD.find("check \"resource\"").unwrap_or_default();
    let end = GOOD.find("```\n\n## Why").unwrap_or_default();
    let check = format!(
        "check \"resource\" \"aws_x\" {{\n{each}\n  condition = {condition}\n  message = \"bad\"\n  \
         fix \"safe\" {{\n    delete = self.a\n  }}\n}}\n"
    );
    let text = format!("{}{check}{}", &GOOD[..start], &GOOD[end..]);
    match Page::parse("cognito", "a", &text) {
        Ok(page) => {
            let about_others =
                |kind| matches!(kind, UseKind::ArgumentOf | UseKind::AttributeOf | UseKind::Type);
            let uses = page.uses.into_iter().filter(|name| about_others(name.kind));
            Ok(uses.map(|name| (name.kind, name.name)).collect())
        }
        Err(errors) => Err(errors.into_iter().map(|error| error.message).collect()),
    }
}

#[track_caller]
fn names_arguments(each: &str, condition: &str, expect: &[&str]) {
    let names = names_of(each, condition).expect("the page is good");
    let names = names.iter().filter(|(kind, _)| *kind == UseKind::ArgumentOf);
    let names: Vec<_> = names.map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, expect, "{each} {condition}");
}

#[test]
fn names_of_other_blocks_are_noted() {
    names_arguments("", "resource_of(self.a, \"aws_y\").b == 1", &["aws_y/b"]);
    names_arguments("", "resource_of(self.a).b == 1", &["/b"]);
    names_arguments("", "resource_of(self.a, \"aws_y\").b[0].c == 1", &["aws_y/b.c", "aws_y/b"]);
    names_arguments(
        "",
        "[for x in resource_of(self.a, \"aws_y\").b : x.c if x.d] == []",
        &["aws_y/b", "aws_y/b.c", "aws_y/b.d"],
    );
    names_arguments("", "others(\"aws_y\", \"k\", self.a)[*].b == []", &["aws_y/k", "aws_y/b"]);
    names_arguments("", "others(\"aws_y\", \"k\", self.a)[0].b == 1", &["aws_y/b", "aws_y/k"]);
    names_arguments(
        "each = known_others(\"aws_y\", \"k\", self.a)",
        "item.b != [for s in item.c : s.d]",
        &["aws_y/k", "aws_y/b", "aws_y/c", "aws_y/c.d"],
    );
    names_arguments(
        "",
        "[for x in others(\"aws_y\", \"k\", self.a) : [for y in x.b : y.c]] == []",
        &["aws_y/k", "aws_y/b", "aws_y/b.c"],
    );
    names_arguments(
        "",
        "flatten([for x in others(\"aws_y\", \"k\", self.a) : x.b]) == []",
        &["aws_y/k", "aws_y/b"],
    );
    names_arguments("", "one(others(\"aws_y\", \"k\", self.a)).b == 1", &["aws_y/b", "aws_y/k"]);
    names_arguments("", "refers_to(self.a).attribute == \"id\"", &[]);
}

#[test]
fn types_are_written_in_quotes() {
    let names = names_of("", "mentions(self.a, \"aws_y\", \"b\") == is_closed(self.a)");
    let expect = [(UseKind::Type, "aws_y"), (UseKind::AttributeOf, "aws_y/b")];
    let expect = expect.map(|(kind, name)| (kind, name.to_owned()));
    assert_eq!(names.expect("the page is good"), expect);
    for (condition, expect) in [
        ("others(self.b, \"k\", self.a) == []", "a resource type stands here in quotes"),
        ("others(\"aws_y\", self.b, self.a) == []", "a name stands here in quotes"),
        ("others(\"aws_y\", self.a) == []", "`others` takes 3 arguments"),
        ("is_same(self.a)", "`is_same` takes 2 arguments"),
        ("resource_of() == 1", "`resource_of` takes 1 or 2 arguments"),
        ("is_closed(self.a, self.b)", "`is_closed` takes 1 argument"),
        ("refers_to(self.a).attr == \"id\"", "no `attr`"),
    ] {
        let errors = names_of("", condition).expect_err("the page is bad");
        assert!(errors.iter().any(|error| error.contains(expect)), "{condition}: {errors:?}");
    }
}
