//! Measures evaluation and judgement, in one thread: a root with 200 calls of a module of 25
//! resources, a block of 30 undecided conditions, a chain of 10,000 locals, and the memory at the
//! end.
//!
//! `cargo bench -p cfglint-benches --bench evaluate`
#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]
#![expect(clippy::disallowed_methods, reason = "a benchmark asks the system for its memory")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use engine::{Input, Outcome, RuleSet};
use module::{ModuleFiles, Settings, Sources};
use schema::Catalog;
use source::{FileSet, SourceFile};
use syntax::Tree;

const ROUNDS: usize = 5;
const CALLS: usize = 200;
const RESOURCES: usize = 25;

fn main() {
    report("200 calls, 5,000 resources", &calls());
    report("30 undecided conditions in a block", &conditions());
    report("10,000 locals in a chain", &chain());
    if let Some(memory) = peak_memory() {
        println!("peak memory: {memory}");
    }
}

/// The files of a run: path and text.
type Texts = Vec<(String, String)>;

/// A root that calls one module many times, each time with other values.
fn calls() -> Texts {
    let mut root = "provider \"aws\" {}\nlocals { domain = \"example.com\" }\n".to_owned();
    for at in 0..CALLS {
        let _ = writeln!(
            root,
            "module \"m{at}\" {{\n  source = \"./child\"\n  name = \"m{at}\"\n  machine = {}\n  \
             urls = [\"https://m{at}.${{local.domain}}/callback\"]\n}}",
            at % 2 == 0
        );
    }
    let mut child = "variable \"name\" { type = string }\nvariable \"machine\" { type = bool }\n\
                     variable \"urls\" { type = set(string) }\n\
                     locals { prefix = \"${upper(var.name)}-\" }\n"
        .to_owned();
    for at in 0..RESOURCES {
        let _ = writeln!(
            child,
            "resource \"aws_cognito_user_pool_client\" \"c{at}\" {{\n  name = \"${{local.prefix}}{at}\"\n  \
             user_pool_id = aws_cognito_user_pool.p.id\n  callback_urls = var.urls\n  \
             generate_secret = var.machine\n  allowed_oauth_flows_user_pool_client = true\n  \
             allowed_oauth_flows = var.machine ? [\"client_credentials\"] : [\"code\"]\n  \
             allowed_oauth_scopes = var.machine ? [\"api/read\"] : [\"openid\"]\n}}"
        );
    }
    vec![("main.tf".to_owned(), root), ("child/main.tf".to_owned(), child)]
}

/// A block whose arguments depend on 30 variables that are not set.
fn conditions() -> Texts {
    let mut text = "provider \"aws\" {}\n".to_owned();
    for at in 0..30 {
        let _ = writeln!(text, "variable \"v{at}\" {{ type = bool }}");
    }
    let urls: Vec<String> = (0..30)
        .map(|at| {
            format!("var.v{at} ? \"https://a{at}.example.com\" : \"https://b{at}.example.com\"")
        })
        .collect();
    let _ = writeln!(
        text,
        "resource \"aws_cognito_user_pool_client\" \"c\" {{\n  name = \"c\"\n  user_pool_id = \"eu-west-1_abc\"\n  \
         callback_urls = [{}]\n}}",
        urls.join(", ")
    );
    vec![("main.tf".to_owned(), text)]
}

fn chain() -> Texts {
    let mut text = "provider \"aws\" {}\nlocals {\n  l0 = 0\n".to_owned();
    for at in 1..10_000 {
        let _ = writeln!(text, "  l{at} = local.l{} + 1", at - 1);
    }
    text.push_str("}\n");
    vec![("main.tf".to_owned(), text)]
}

fn report(name: &str, texts: &Texts) {
    let mut times = Vec::new();
    let mut found = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        found = black_box(check(texts)).diagnostics.len();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let median: Duration = times[ROUNDS / 2];
    println!("{name}: {median:.1?} (median of {ROUNDS}), {found} diagnostics");
}

fn check(texts: &Texts) -> Outcome {
    let mut files = FileSet::new();
    let mut trees: Vec<Tree> = Vec::new();
    let mut modules: BTreeMap<String, ModuleFiles> = BTreeMap::new();
    for (path, text) in texts {
        let file = files.add(SourceFile::new(path.as_str(), text.as_bytes()));
        trees.push(syntax::parse(text.as_bytes()));
        let directory = path.rsplit_once('/').map_or(".", |(directory, _)| directory).to_owned();
        let module = modules.entry(directory.clone()).or_default();
        module.directory = directory;
        module.config.push(file);
    }
    let modules: Vec<ModuleFiles> = modules.into_values().collect();
    let sources = Sources { files: &files, trees: &trees };
    let (settings, absent, schemas) = (Settings::default(), BTreeMap::new(), Catalog::builtin());
    let input = Input {
        sources,
        modules: &modules,
        settings: &settings,
        absent: &absent,
        schemas: &schemas,
        files: None,
    };
    engine::check(input, &RuleSet::new(rules::RULES))
}

/// The most memory that the process had, as the kernel writes it; `None` where it does not say.
fn peak_memory() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}
