//! Which piece of source is blamed where a page names none, and the way of values that is told.

mod support;

use std::fmt::Write as _;

use cfglint_engine::testing::check_files;
use cfglint_engine::{BuiltinRule, RuleCode};
use diagnostics::{Level, Related};
use support::{ANALYTICS_MISSING, NOT_IMPLICIT, check, client, files};

/// A page whose check is `body`, which has no fix.
macro_rules! page {
    ($body:literal) => {
        BuiltinRule {
            id: "test/bad-thing",
            aliases: &[],
            text: concat!(
                "# Bad thing\nSomething is bad.\n```hcl rule\nlevel   = \"error\"\ngroup   = \"api\"\n",
                "sources = [\"none\"]\ncheck \"resource\" \"aws_cognito_user_pool_client\" {\n",
                $body,
                "\n}\n```\n## Why\nIt is.\n## How to fix\nMend it.\n## Flagged\n",
                "```hcl\na = 1\n# ^ bad\n```\n## Allowed\n```hcl\na = 1\n```\n"
            ),
            level: Level::Error,
            group: "api",
            preset: None,
            title: "Bad thing",
            blocks: &[("resource", "aws_cognito_user_pool_client")],
            supersedes: &[],
            code: RuleCode::Page,
        }
    };
}

const HTTPS: BuiltinRule = page!(
    r#"condition = alltrue([for url in self.callback_urls : startswith(url, "https://")])
message   = "not https""#
);

const NO_HTTP: BuiltinRule = page!(
    r#"condition = length([for url in self.callback_urls : url if startswith(url, "http://")]) == 0
message   = "not https""#
);

const HAS_CODE: BuiltinRule = page!(
    r#"condition = contains(self.allowed_oauth_flows, "code")
message   = "no code""#
);

const NOT_BOTH: BuiltinRule = page!(
    r#"condition = !(self.generate_secret == true && self.enable_token_revocation == false)
message   = "both""#
);

const SECRET_WHEN: BuiltinRule = page!(
    r#"when      = contains(self.allowed_oauth_flows, "client_credentials")
condition = self.generate_secret == true
message   = "a secret is needed""#
);

const DEFAULT_IS_CALLBACK: BuiltinRule = page!(
    r#"condition = contains(self.callback_urls, self.default_redirect_uri)
message   = "not a callback""#
);

const ANALYTICS_WHOLE: BuiltinRule = page!(
    r#"condition = alltrue([for it in self.analytics_configuration : it.application_id != null])
message   = "no application""#
);

const NO_ANALYTICS: BuiltinRule = page!(
    r#"condition = length(self.analytics_configuration) == 0
message   = "analytics""#
);

const URLS: &str = r#"  callback_urls = [
    "https://a",
    "http://b",
    "https://c",
    "http://d",
  ]"#;

#[test]
fn each_bad_element_is_a_finding_of_its_own() {
    let text = client(URLS);
    let expect = [
        "main.tf:5:5 error - \"http://b\" | not https",
        "main.tf:7:5 error - \"http://d\" | not https",
    ];
    check(&HTTPS, &[("main.tf", &text)], &expect);
    check(&NO_HTTP, &[("main.tf", &text)], &expect);
}

#[test]
fn an_element_is_found_where_it_was_written() {
    let text = client("  callback_urls = concat(local.urls, [\"https://c\"])");
    let locals = "locals {\n  urls = [\"https://a\", \"http://b\"]\n}\n";
    check(
        &HTTPS,
        &[("main.tf", &text), ("x.tf", locals)],
        &["x.tf:2:24 error - \"http://b\" | not https"],
    );
    let text = client("  callback_urls = local.urls\n  logout_urls   = local.urls");
    check(
        &NO_HTTP,
        &[("main.tf", &text), ("x.tf", locals)],
        &["main.tf:3:19 error - local.urls | not https"],
    );
}

#[test]
fn values_of_one_place_are_blamed_once() {
    let locals = "locals {\n  urls = [\"http://a\", \"http://b\"]\n}\n";
    let text = client("  callback_urls = local.urls\n  logout_urls   = local.urls");
    check(
        &HTTPS,
        &[("main.tf", &text), ("x.tf", locals)],
        &["main.tf:3:19 error - local.urls | not https"],
    );
}

#[test]
fn a_list_is_blamed_for_what_is_missing_in_it() {
    let text = client("  allowed_oauth_flows = [\"implicit\"]");
    check(&HAS_CODE, &[("main.tf", &text)], &["main.tf:3:25 error - [\"implicit\"] | no code"]);
}

#[test]
fn what_is_absent_is_blamed_on_the_nearest_header() {
    let header = "resource \"aws_cognito_user_pool_client\" \"a\"";
    let absent = format!("main.tf:2:1 error - {header} | no analytics");
    check(&ANALYTICS_MISSING, &[("main.tf", &client(""))], &[&absent]);
    let nested = "  analytics_configuration {\n    external_id = \"x\"\n  }";
    check(
        &ANALYTICS_WHOLE,
        &[("main.tf", &client(nested))],
        &["main.tf:3:3 error - analytics_configuration | no application"],
    );
    check(
        &NO_ANALYTICS,
        &[("main.tf", &client(nested))],
        &["main.tf:3:3 error - analytics_configuration | analytics"],
    );
    let null = "  analytics_configuration {\n    application_id = null\n  }";
    check(
        &ANALYTICS_WHOLE,
        &[("main.tf", &client(null))],
        &["main.tf:4:22 error - null | no application"],
    );
}

/// The findings of `rule` as `line:column message`, related places indented.
fn told(rule: &BuiltinRule, texts: &[(&str, &str)]) -> Vec<String> {
    let outcome = check_files(rule, &files(texts));
    let place = |related: &Related| {
        let file = outcome.files.get(related.location.file);
        let start = file.position(related.location.range.start());
        format!("  {}:{}:{} {}", file.path(), start.line, start.column, related.message)
    };
    let mut lines = Vec::new();
    for found in &outcome.diagnostics {
        lines.push(format!("{} {}", found.message, {
            let file = outcome.files.get(found.location.file);
            file.position(found.location.range.start()).line
        }));
        lines.extend(found.related.iter().map(place));
        if !found.flow.is_empty() {
            lines.push("flow".to_owned());
            lines.extend(found.flow.iter().map(place));
        }
    }
    lines
}

#[test]
fn what_belongs_to_the_reason_is_related() {
    let text = client("  callback_urls = [\"https://a\"]\n  default_redirect_uri = \"https://b\"");
    assert_eq!(
        told(&DEFAULT_IS_CALLBACK, &[("main.tf", &text)]),
        ["not a callback 4", "  main.tf:3:19 this is part of the reason"]
    );
    let text = client("  enable_token_revocation = false\n  generate_secret = true");
    assert_eq!(
        told(&NOT_BOTH, &[("main.tf", &text)]),
        ["both 4", "  main.tf:3:29 this is part of the reason"]
    );
}

#[test]
fn what_makes_the_rule_apply_is_related() {
    let text = client("  allowed_oauth_flows = [\"code\", \"client_credentials\"]");
    assert_eq!(
        told(&SECRET_WHEN, &[("main.tf", &text)]),
        ["a secret is needed 2", "  main.tf:3:34 the rule applies because of this"]
    );
}

#[test]
fn the_way_of_a_value_is_told() {
    let text = client("  allowed_oauth_flows = local.b");
    let locals = "locals {\n  a = var.flows\n  b = concat([\"code\"], local.a)\n}\n";
    let variable = "variable \"flows\" {\n  default = [\"implicit\"]\n}\n";
    let texts = [("main.tf", &*text), ("locals.tf", locals), ("variables.tf", variable)];
    assert_eq!(
        told(&NOT_IMPLICIT, &texts),
        [
            "the flow `implicit` is bad 2",
            "  locals.tf:2:7 `var.flows` is used here",
            "  locals.tf:3:24 `local.a` is used here",
            "  main.tf:3:25 `local.b` is used here",
            "flow",
            "  variables.tf:2:14 the value is written here",
            "  variables.tf:2:13 this is the default of `var.flows`",
            "  locals.tf:2:7 `var.flows` is used here",
            "  locals.tf:3:24 `local.a` is used here",
            "  main.tf:3:25 `local.b` is used here",
        ]
    );
    let text = client("  allowed_oauth_flows = local.b\n  read_attributes = local.a");
    let texts = [("main.tf", &*text), ("locals.tf", locals), ("variables.tf", variable)];
    let told = told(&NOT_IMPLICIT, &texts);
    let related = [
        "the flow `implicit` is bad 3",
        "  variables.tf:2:14 the value is written here",
        "  locals.tf:2:7 `var.flows` is used here",
        "  locals.tf:3:24 `local.a` is used here",
        "flow",
    ];
    assert_eq!(told[..5], related);
}

#[test]
fn a_value_in_one_place_has_no_flow() {
    let text = client("  allowed_oauth_flows = [\"implicit\"]");
    assert_eq!(told(&NOT_IMPLICIT, &[("main.tf", &text)]), ["the flow `implicit` is bad 3"]);
}

#[test]
fn long_ways_are_told_by_their_ends() {
    let mut locals = "locals {\n  x0 = [\"implicit\"]\n".to_owned();
    for at in 1..500 {
        writeln!(locals, "  x{at} = local.x{}", at - 1).expect("memory takes it all");
    }
    locals.push_str("}\n");
    let text = client("  allowed_oauth_flows = local.x499");
    let outcome = check_files(&NOT_IMPLICIT, &files(&[("main.tf", &text), ("x.tf", &locals)]));
    let found = &outcome.diagnostics[0];
    assert_eq!((found.flow.len(), found.related.len()), (100, 10));
    let last = "`local.x499` is used here";
    assert_eq!(found.related.last().map(|related| &*related.message), Some(last));
    assert_eq!(found.flow.last().map(|step| &*step.message), Some(last));
    assert_eq!(found.flow[0].message, "the value is written here");
}

#[test]
fn secrets_stay_out_of_ways() {
    let text = client("  allowed_oauth_flows = local.a");
    let locals = "locals {\n  a = [sensitive(\"implicit\")]\n}\n";
    let outcome = check_files(&NO_IMPLICIT, &files(&[("main.tf", &text), ("x.tf", locals)]));
    let found = &outcome.diagnostics[0];
    assert!(found.hides_source);
    assert!(found.flow.iter().all(|step| !step.message.contains("implicit")), "{found:#?}");
}

const NO_IMPLICIT: BuiltinRule = page!(
    r#"condition = !contains(self.allowed_oauth_flows, "implicit")
message   = "bad""#
);

/// A module that uses its variable `flows` once, and another that uses `twice` twice.
const CHILD: &str = r#"variable "flows" {
  default = []
}
variable "twice" {
  default = []
}
resource "aws_cognito_user_pool_client" "a" {
  allowed_oauth_flows = var.flows
}
resource "aws_cognito_user_pool_client" "b" {
  allowed_oauth_flows = var.twice
  read_attributes     = var.twice
}
output "given" {
  value = ["implicit"]
}
"#;

fn root(calls: &str) -> String {
    format!("provider \"aws\" {{}}\nlocals {{\n  bad = [\"implicit\"]\n}}\n{calls}")
}

#[test]
fn what_a_caller_writes_is_marked_there() {
    let text = root("module \"m\" {\n  source = \"./m\"\n  flows  = [\"code\", \"implicit\"]\n}\n");
    let texts = [("main.tf", &*text), ("m/main.tf", CHILD)];
    let expect = ["main.tf:7:21 error - \"implicit\" | the flow `implicit` is bad"];
    check(&NOT_IMPLICIT, &texts, &expect);
    let text = root("module \"m\" {\n  source = \"./m\"\n  twice  = [\"code\", \"implicit\"]\n}\n");
    check(&NOT_IMPLICIT, &[("main.tf", &*text), ("m/main.tf", CHILD)], &expect);
}

#[test]
fn what_a_caller_uses_twice_is_marked_in_its_expression() {
    let text = root(
        "module \"m\" {\n  source = \"./m\"\n  flows  = concat(local.bad, [])\n}\noutput \"o\" {\n  value = local.bad\n}\n",
    );
    let texts = [("main.tf", &*text), ("m/main.tf", CHILD)];
    check(&NOT_IMPLICIT, &texts, &["main.tf:7:19 error - local.bad | the flow `implicit` is bad"]);
    assert_eq!(
        told(&NOT_IMPLICIT, &texts),
        [
            "the flow `implicit` is bad 7",
            "  main.tf:3:10 the value is written here",
            "  main.tf:7:12 passed to `module.m` as `flows`",
            "  m/main.tf:8:25 `var.flows` is used here",
            "flow",
            "  main.tf:3:10 the value is written here",
            "  main.tf:7:19 `local.bad` is used here",
            "  main.tf:7:12 passed to `module.m` as `flows`",
            "  m/main.tf:8:25 `var.flows` is used here",
        ]
    );
}

#[test]
fn the_outermost_call_is_marked_when_modules_pass_a_value_on() {
    let text = root("module \"o\" {\n  source = \"./o\"\n  x = local.bad\n  y = local.bad\n}\n");
    let outer = "variable \"x\" {}\nvariable \"y\" {}\nmodule \"m\" {\n  source = \"../m\"\n  flows  = var.x\n}\n";
    let texts = [("main.tf", &*text), ("o/main.tf", outer), ("m/main.tf", CHILD)];
    check(&NOT_IMPLICIT, &texts, &["main.tf:7:7 error - local.bad | the flow `implicit` is bad"]);
    let told = told(&NOT_IMPLICIT, &texts);
    assert_eq!(
        told[1..4],
        [
            "  main.tf:3:10 the value is written here",
            "  o/main.tf:5:12 passed to `module.o.module.m` as `flows`",
            "  m/main.tf:8:25 `var.flows` is used here",
        ]
    );
}

#[test]
fn what_an_output_gives_is_marked_where_it_was_written() {
    let text = root("module \"m\" {\n  source = \"./m\"\n  flows  = []\n}\n")
        + "resource \"aws_cognito_user_pool_client\" \"r\" {\n  allowed_oauth_flows = module.m.given\n}\n";
    let texts = [("main.tf", &*text), ("m/main.tf", CHILD)];
    check(
        &NOT_IMPLICIT,
        &texts,
        &["m/main.tf:15:12 error - \"implicit\" | the flow `implicit` is bad"],
    );
    let again = format!("{text}module \"n\" {{\n  source = \"./m\"\n}}\n");
    check(
        &NOT_IMPLICIT,
        &[("main.tf", &*again), ("m/main.tf", CHILD)],
        &["main.tf:10:25 error - module.m.given | the flow `implicit` is bad"],
    );
}
