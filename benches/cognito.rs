//! Measures what the pack `cognito` costs for a client block, in one thread: 3,000 clients of the
//! usual forms, each with a name and URLs of its own, in one module with their pools, domains and
//! resource servers.
//!
//! `cargo bench -p cfglint-benches --bench cognito`
#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use engine::{BuiltinRule, Input, Outcome, RuleSet};
use module::{ModuleFiles, Settings, Sources};
use rules::RULES;
use schema::Catalog;
use source::{FileSet, SourceFile};
use syntax::Tree;

const CLIENTS: usize = 3_000;
/// Clients of a pool.
const OF_POOL: usize = 6;
const ROUNDS: usize = 7;
/// How many of the slowest rules are named.
const SLOWEST: usize = 12;

fn main() {
    let project = Project::new(&text());
    let picked = |is_in: fn(&str) -> bool| {
        RULES.iter().copied().filter(|rule| is_in(rule.id)).collect::<Vec<_>>()
    };
    let pack = picked(is_of_pack);
    println!("{CLIENTS} clients, {} rules, best of {ROUNDS} rounds", pack.len());
    let outcome = compare(&project, "the pack against no rules", &pack, &[]);
    compare(&project, "all rules against all but the pack", RULES, &picked(|id| !is_of_pack(id)));
    println!("the slowest rules, with what they evaluate first:");
    let mut slowest = outcome.rules;
    slowest.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
    for (id, time) in slowest.into_iter().take(SLOWEST) {
        println!("  {:6.2} µs  {id}", a_client(time));
    }
}

fn is_of_pack(id: &str) -> bool {
    id.starts_with("cognito/")
}

/// Microseconds for each client.
fn a_client(time: Duration) -> f64 {
    let clients = u32::try_from(CLIENTS).unwrap_or(u32::MAX);
    time.as_secs_f64() * 1e6 / f64::from(clients)
}

/// Prints what `with` costs beyond `without`. The rounds of both alternate, so that a busy machine
/// is not busy for one of them only.
fn compare(
    project: &Project,
    name: &str,
    with: &[BuiltinRule],
    without: &[BuiltinRule],
) -> Outcome {
    let (with, without) = (RuleSet::new(with), RuleSet::new(without));
    let mut best = [Duration::MAX; 2];
    let mut last = None;
    for _ in 0..ROUNDS {
        for (best, rules) in best.iter_mut().zip([&without, &with]) {
            let start = Instant::now();
            let outcome = project.check(rules);
            *best = start.elapsed().min(*best);
            last = Some(outcome);
        }
    }
    let outcome = last.expect("invariant: there are rounds");
    let [less, more] = best;
    let found = outcome.diagnostics.len();
    println!(
        "{name}: {:.1} µs a client block ({more:.1?} - {less:.1?}), {found} findings",
        a_client(more.saturating_sub(less))
    );
    outcome
}

/// A module, parsed.
struct Project {
    files: FileSet,
    trees: Vec<Tree>,
    modules: Vec<ModuleFiles>,
}

impl Project {
    fn new(text: &str) -> Self {
        let mut files = FileSet::new();
        let file = files.add(SourceFile::new("main.tf", text.as_bytes()));
        let directory = ".".to_owned();
        let module = ModuleFiles { directory, config: vec![file], ..ModuleFiles::default() };
        Self { files, trees: vec![syntax::parse(text.as_bytes())], modules: vec![module] }
    }

    fn check(&self, rules: &RuleSet) -> Outcome {
        let (settings, absent, schemas) =
            (Settings::default(), BTreeMap::new(), Catalog::builtin());
        let input = Input {
            sources: Sources { files: &self.files, trees: &self.trees },
            modules: &self.modules,
            settings: &settings,
            absent: &absent,
            schemas: &schemas,
            files: None,
        };
        engine::check(input, rules)
    }
}

/// The configuration: one module that nobody calls.
fn text() -> String {
    let mut text = "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n\n\
                    variable \"domain\" {\n  type = string\n}\n\n\
                    variable \"stage\" {\n  type    = string\n  default = \"dev\"\n}\n"
        .to_owned();
    for at in 0..CLIENTS {
        if at % OF_POOL == 0 {
            pool(&mut text, at / OF_POOL);
        }
        client(&mut text, at, at / OF_POOL);
    }
    text
}

fn pool(text: &mut String, at: usize) {
    let _ = write!(
        text,
        r#"
resource "aws_cognito_user_pool" "p{at}" {{
  name                = "pool-{at}"
  deletion_protection = "ACTIVE"
  schema {{
    name                = "tenant{at}"
    attribute_data_type = "String"
    string_attribute_constraints {{}}
  }}
}}

resource "aws_cognito_user_pool_domain" "p{at}" {{
  domain       = "login-{at}"
  user_pool_id = aws_cognito_user_pool.p{at}.id
}}

resource "aws_cognito_resource_server" "p{at}" {{
  identifier   = "https://api{at}.acme.dev"
  name         = "api-{at}"
  user_pool_id = aws_cognito_user_pool.p{at}.id
  scope {{
    scope_name        = "read"
    scope_description = "Read"
  }}
}}
"#
    );
}

/// A client of one of the usual forms.
fn client(text: &mut String, at: usize, pool: usize) {
    let form = FORMS[at % FORMS.len()];
    let form = form.replace("<at>", &at.to_string()).replace("<pool>", &pool.to_string());
    let form = form.replace("<minutes>", &(5 + at % 50).to_string());
    let _ = write!(
        text,
        "\nresource \"aws_cognito_user_pool_client\" \"c{at}\" {{\n  name         = \"client-{at}\"\n  \
         user_pool_id = aws_cognito_user_pool.p{pool}.id{form}\n}}\n"
    );
}

/// What stands in a client beside its name and its pool: nothing, a web site, a machine, an app that
/// signs in by itself, a single-page app, and an app on a phone.
const FORMS: [&str; OF_POOL] = [
    "",
    r#"
  generate_secret                      = true
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_scopes                 = ["openid", "email", "profile"]
  callback_urls                        = ["https://app<at>.acme.dev/cb", "https://www<at>.acme.dev/cb"]
  logout_urls                          = ["https://app<at>.acme.dev/bye"]
  default_redirect_uri                 = "https://app<at>.acme.dev/cb"
  supported_identity_providers         = ["COGNITO"]
  prevent_user_existence_errors        = "ENABLED""#,
    r#"
  generate_secret                      = true
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["client_credentials"]
  allowed_oauth_scopes                 = ["${aws_cognito_resource_server.p<pool>.identifier}/read"]"#,
    r#"
  explicit_auth_flows           = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true
  read_attributes               = ["email", "name", "custom:tenant<pool>"]
  write_attributes              = ["email", "name"]
  access_token_validity         = <minutes>
  refresh_token_validity        = 30
  token_validity_units {
    access_token  = "minutes"
    refresh_token = "days"
  }"#,
    r#"
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code", "implicit"]
  allowed_oauth_scopes                 = ["openid"]
  callback_urls                        = ["https://spa<at>.${var.domain}/cb", "http://localhost:<at>/cb"]
  supported_identity_providers         = ["COGNITO"]"#,
    r#"
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_scopes                 = ["openid", "aws.cognito.signin.user.admin"]
  callback_urls                        = ["https://${var.stage}-<at>.acme.dev/cb", "dev.acme.app<at>://cb"]
  explicit_auth_flows                  = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]"#,
];
