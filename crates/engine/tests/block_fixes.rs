//! Fixes that edit the block beyond its values: in nested blocks, and whole arguments.

use cfglint_engine::testing::{apply_fixes, check_files};
use cfglint_engine::{BuiltinRule, RuleCode};
use diagnostics::Level;

/// A page whose check is `body`.
macro_rules! page {
    ($body:literal) => {
        BuiltinRule {
            id: "test/bad-thing",
            aliases: &[],
            text: concat!(
                "# Bad thing\nSomething is bad.\n```hcl rule\nlevel   = \"error\"\ngroup   = \"api\"\n",
                "sources = [\"none\"]\ncheck \"resource\" \"aws_cognito_user_pool_client\" {\n",
                $body,
                "\n}\n```\n## Why\nIt is.\n## How to fix\nMend it.\n## Flagged\n```hcl\na = 1\n# ^ bad\n```\n",
                "## Fixed\n```hcl\na = 1\n```\n## Allowed\n```hcl\na = 1\n```\n"
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

/// Units without that of the access token.
const UNIT: BuiltinRule = page!(
    r#"each      = self.token_validity_units
when      = self.access_token_validity != null
condition = is_set(item.access_token)
message   = "no unit"
fix "safe" {
  set   = "access_token"
  in    = item
  value = self.access_token_validity > 24 ? "minutes" : "hours"
}"#
);

/// A secret, and units of the refresh token.
const NEITHER: BuiltinRule = page!(
    r#"condition = self.generate_secret == null
at        = self.generate_secret
message   = "a secret"
fix "safe" {
  delete = self.generate_secret
}
}
check "resource" "aws_cognito_user_pool_client" {
each      = self.token_validity_units
condition = item.refresh_token == null
message   = "a unit"
fix "safe" {
  delete = item.refresh_token
}"#
);

/// No units at all.
const NO_UNITS: BuiltinRule = page!(
    r#"when      = self.access_token_validity != null || self.id_token_validity != null
condition = length(self.token_validity_units) > 0
message   = "no units"
fix "unsafe" {
  insert = "token_validity_units"
  value  = {
    access_token = self.access_token_validity == null ? null : "hours"
    id_token     = self.id_token_validity == null ? null : "days"
  }
}"#
);

/// A pool that is not referred to, and a scope of a server that is not.
const LITERAL: BuiltinRule = page!(
    r#"condition = self.user_pool_id != "eu-west-1_abc"
at        = self.user_pool_id
message   = "a literal"
fix "unsafe" {
  replace        = self.user_pool_id
  with_reference = "aws_cognito_user_pool.main.id"
}
fix "unsafe" {
  replace        = self.user_pool_id
  with_reference = "aws_cognito_user_pool.main[0].id"
}
}
check "resource" "aws_cognito_user_pool_client" {
each      = self.allowed_oauth_scopes
condition = item != "api/read"
message   = "a scope"
fix "unsafe" {
  replace        = item
  with_reference = "$${aws_cognito_resource_server.api.identifier}/read"
}"#
);

fn client(body: &str) -> String {
    format!("resource \"aws_cognito_user_pool_client\" \"a\" {{\n{body}}}\n")
}

/// What the fixes of `rule` make of the last of `files`.
fn fixed(rule: &BuiltinRule, files: &[(&str, &str)]) -> String {
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    let files: Vec<_> = files.iter().map(owned).collect();
    assert!(!check_files(rule, &files).diagnostics.is_empty(), "nothing is found in {files:?}");
    let after = apply_fixes(rule, &files);
    assert_eq!(after[..after.len() - 1], files[..files.len() - 1]);
    after.last().map(|(_, text)| text.clone()).unwrap_or_default()
}

/// The body of a client before and after the fixes of `rule`.
#[track_caller]
fn check(rule: &BuiltinRule, before: &str, after: &str) {
    assert_eq!(fixed(rule, &[("main.tf", &client(before))]), client(after), "{before}");
}

/// Fixes of `rule` leave `files` alone.
#[track_caller]
fn check_left(rule: &BuiltinRule, files: &[(&str, &str)]) {
    let last = files.last().map(|(_, text)| *text).unwrap_or_default();
    assert_eq!(fixed(rule, files), last);
}

const UNITS: &str = "  token_validity_units {\n    id_token = \"days\"\n  }\n";
const UNITS_FIXED: &str =
    "  token_validity_units {\n    id_token     = \"days\"\n    access_token = \"hours\"\n  }\n";

#[test]
fn arguments_of_nested_blocks_are_set() {
    let validity = "  access_token_validity = 5\n\n";
    check(&UNIT, &format!("{validity}{UNITS}"), &format!("{validity}{UNITS_FIXED}"));
    let null = "    access_token = null\n";
    check(
        &UNIT,
        &format!("{validity}  token_validity_units {{\n{null}  }}\n"),
        &format!(
            "{validity}  token_validity_units {{\n{}  }}\n",
            null.replace("null", "\"hours\"")
        ),
    );
    let comment = "  token_validity_units {\n    # none\n  }\n";
    check(
        &UNIT,
        &format!("{validity}{comment}"),
        &format!("{validity}{}", comment.replace("{\n", "{\n    access_token = \"hours\"\n")),
    );
}

#[test]
fn what_is_right_for_all_instances_is_set() {
    let same = format!("  count                 = 2\n  access_token_validity = 5\n{UNITS}");
    check(&UNIT, &same, &same.replace(UNITS, UNITS_FIXED));
    let other = format!("  count = 2\n  access_token_validity = 24 + count.index\n{UNITS}");
    check_left(&UNIT, &[("main.tf", &client(&other))]);
    let one = format!("  count = 2\n  access_token_validity = count.index > 0 ? 5 : null\n{UNITS}");
    check_left(&UNIT, &[("main.tf", &client(&one))]);
    let each =
        format!("  for_each = {{ a = 5, b = 6 }}\n  access_token_validity = each.value\n{UNITS}");
    check(&UNIT, &each, &each.replace(UNITS, UNITS_FIXED));
}

#[test]
fn what_is_right_for_all_calls_is_set() {
    let module = client(&format!("  access_token_validity = var.v\n{UNITS}"));
    let module = format!("variable \"v\" {{}}\n{module}");
    let call =
        |name: &str, v: u8| format!("module \"{name}\" {{\n source = \"./m\"\n v = {v}\n}}\n");
    let calls = |one, other| call("a", one) + &call("b", other);
    let after = fixed(&UNIT, &[("main.tf", &calls(5, 6)), ("m/main.tf", &module)]);
    assert_eq!(after, module.replace(UNITS, UNITS_FIXED));
    check_left(&UNIT, &[("main.tf", &calls(5, 30)), ("m/main.tf", &module)]);
}

#[test]
fn what_a_dynamic_block_makes_is_left() {
    let dynamic = "  access_token_validity = 5\n  dynamic \"token_validity_units\" {\n    \
                   for_each = [1]\n    content {\n      id_token = \"days\"\n    }\n  }\n";
    check_left(&UNIT, &[("main.tf", &client(dynamic))]);
    let deleted = dynamic.replace("id_token", "refresh_token");
    check_left(&NEITHER, &[("main.tf", &client(&deleted))]);
}

#[test]
fn what_is_overridden_is_left() {
    let text = client(&format!("  access_token_validity = 5\n{UNITS}"));
    let by = client("  name = \"x\"\n");
    check_left(&UNIT, &[("main_override.tf", &by), ("main.tf", &text)]);
    let text = client("  generate_secret = true\n");
    check_left(&NEITHER, &[("main_override.tf", &by), ("main.tf", &text)]);
}

#[test]
fn arguments_are_deleted() {
    check(&NEITHER, "  generate_secret = true\n", "");
    check(
        &NEITHER,
        "  name            = \"a\"\n  generate_secret = local.x\n}\nlocals {\n  x = true\n",
        "  name = \"a\"\n}\nlocals {\n  x = true\n",
    );
    check(
        &NEITHER,
        "  token_validity_units {\n    id_token      = \"days\"\n    refresh_token = \"days\"\n  }\n",
        "  token_validity_units {\n    id_token = \"days\"\n  }\n",
    );
    check_left(&NEITHER, &[("main.tf", &client("  generate_secret = true # why\n"))]);
    let one = "  count = 2\n  generate_secret = count.index > 0 ? true : null\n";
    check_left(&NEITHER, &[("main.tf", &client(one))]);
    let all = "  count           = 2\n  generate_secret = true\n";
    check(&NEITHER, all, "  count = 2\n");
}

#[test]
fn blocks_are_inserted() {
    let block = "\n  token_validity_units {\n    access_token = \"hours\"\n  }\n";
    let one = "  access_token_validity = 5\n";
    check(&NO_UNITS, one, &format!("{one}{block}"));
    let both = "  access_token_validity = 5\n  id_token_validity     = 6\n";
    let blocks = block.replace("hours\"\n", "hours\"\n    id_token     = \"days\"\n");
    check(&NO_UNITS, both, &format!("{both}{blocks}"));
    let count = format!("  count                 = 2\n{one}");
    check(&NO_UNITS, &count, &format!("{count}{block}"));
    let differ = "  count = 2\n  access_token_validity = 5\n  id_token_validity = count.index > 0 ? 6 : null\n";
    check_left(&NO_UNITS, &[("main.tf", &client(differ))]);
    let by = client("  name = \"x\"\n");
    check_left(&NO_UNITS, &[("main_override.tf", &by), ("main.tf", &client(one))]);
}

#[test]
fn blocks_of_override_files_are_seen() {
    let units = client("  token_validity_units {\n    id_token = \"days\"\n  }\n");
    let text = client("  access_token_validity = 5\n");
    let files = [("main.tf", text.as_str()), ("main_override.tf", units.as_str())];
    let files: Vec<_> = files.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    assert!(check_files(&NO_UNITS, &files).diagnostics.is_empty());
}

#[test]
fn blocks_in_json_are_edited_too() {
    let json = |body: &str| {
        format!("{{\"resource\": {{\"aws_cognito_user_pool_client\": {{\"a\": {{{body}}}}}}}}}\n")
    };
    let check = |rule: &BuiltinRule, before: &str, after: &str| {
        let (before, after) = (json(before), json(after));
        assert_eq!(fixed(rule, &[("main.tf.json", &before)]), after, "{before}");
    };
    check(
        &UNIT,
        "\"access_token_validity\": 5, \"token_validity_units\": {\"id_token\": \"days\"}",
        "\"access_token_validity\": 5, \"token_validity_units\": {\"id_token\": \"days\", \
         \"access_token\": \"hours\"}",
    );
    check(
        &UNIT,
        "\"access_token_validity\": 5, \"token_validity_units\": [{}]",
        "\"access_token_validity\": 5, \"token_validity_units\": [{\"access_token\": \"hours\"}]",
    );
    check(&NEITHER, "\"name\": \"a\", \"generate_secret\": true", "\"name\": \"a\"");
    check(
        &NEITHER,
        "\"token_validity_units\": [{\"refresh_token\": \"days\", \"id_token\": \"days\"}]",
        "\"token_validity_units\": [{\"id_token\": \"days\"}]",
    );
    check(
        &NO_UNITS,
        "\n  \"access_token_validity\": 5\n",
        "\n  \"access_token_validity\": 5,\n  \"token_validity_units\": {\n    \"access_token\": \
         \"hours\"\n  }\n",
    );
    let dynamic = "\"dynamic\": {\"token_validity_units\": {\"for_each\": [1], \"content\": {\
                   \"refresh_token\": \"days\"}}}";
    check_left(&NEITHER, &[("main.tf.json", &json(dynamic))]);
}

const POOL: (&str, &str) = (
    "a.tf",
    "resource \"aws_cognito_user_pool\" \"main\" {}\n\
     resource \"aws_cognito_resource_server\" \"api\" {}\n",
);
const POOLS: (&str, &str) =
    ("a.tf", "resource \"aws_cognito_user_pool\" \"main\" {\n  count = 2\n}\n");

#[test]
fn literals_become_references() {
    let check = |pools: (&str, &str), before: &str, after: &str| {
        let found = fixed(&LITERAL, &[pools, ("main.tf", &client(before))]);
        assert_eq!(found, client(after), "{before}");
    };
    let literal = "  user_pool_id = \"eu-west-1_abc\"\n";
    check(POOL, literal, "  user_pool_id = aws_cognito_user_pool.main.id\n");
    check(POOLS, literal, "  user_pool_id = aws_cognito_user_pool.main[0].id\n");
    check(
        POOL,
        "  allowed_oauth_scopes = [\"openid\", \"api/read\"]\n",
        "  allowed_oauth_scopes = [\"openid\", \"${aws_cognito_resource_server.api.identifier}/read\"]\n",
    );
    let local = "  count = 2\n  user_pool_id = local.id\n}\nlocals {\n  id = \"eu-west-1_abc\"\n";
    let with = "aws_cognito_user_pool.main.id";
    check(POOL, local, &local.replace("\"eu-west-1_abc\"", with));
}

#[test]
fn references_are_written_where_they_hold() {
    let left = |before: &str| check_left(&LITERAL, &[POOL, ("main.tf", &client(before))]);
    check_left(&LITERAL, &[("main.tf", &client("  user_pool_id = \"eu-west-1_abc\"\n"))]);
    left("  for_each = { a = \"eu-west-1_abc\" }\n  user_pool_id = each.value\n");
    left("  for_each = toset([\"eu-west-1_abc\"])\n  user_pool_id = each.key\n");
    left("  user_pool_id = var.id\n}\nvariable \"id\" {\n  default = \"eu-west-1_abc\"\n");
    left("  user_pool_id = format(\"eu-west-1_%s\", \"abc\")\n");
    left("  count = 2\n  user_pool_id = count.index > 0 ? \"eu-west-1_abc\" : \"eu-west-1_abd\"\n");
    let by = client("  name = \"x\"\n");
    let text = client("  user_pool_id = \"eu-west-1_abc\"\n");
    check_left(&LITERAL, &[POOL, ("main_override.tf", &by), ("main.tf", &text)]);
    // The literal stands in the caller, the pool in the module.
    let module = "variable \"id\" {}\n".to_owned() + &client("  user_pool_id = var.id\n") + POOL.1;
    let call = "module \"m\" {\n  source = \"./m\"\n  id     = \"eu-west-1_abc\"\n}\n";
    check_left(&LITERAL, &[("m/main.tf", &module), ("main.tf", call)]);
}

#[test]
fn references_are_written_in_json() {
    let json = |id: &str, scope: &str| {
        format!(
            "{{\"resource\": {{\"aws_cognito_user_pool_client\": {{\"a\": {{\"user_pool_id\": \"{id}\", \
             \"allowed_oauth_scopes\": [\"{scope}\"]}}}}}}}}\n"
        )
    };
    let after = json(
        "${aws_cognito_user_pool.main.id}",
        "${aws_cognito_resource_server.api.identifier}/read",
    );
    let before = json("eu-west-1_abc", "api/read");
    assert_eq!(fixed(&LITERAL, &[POOL, ("main.tf.json", &before)]), after);
}
