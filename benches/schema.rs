//! Measures look-ups in the built-in schemas, in one thread.
//!
//! `cargo bench -p cfglint-benches --bench schema`
#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use schema::{Attribute, BlockSchema, Body, Catalog, Kind, Provider, Snapshots};
use version::Admitted;

const AWS: &str = "registry.terraform.io/hashicorp/aws";
const ROUNDS: u32 = 5;

fn main() {
    let start = Instant::now();
    let aws = Catalog::builtin().provider(AWS).expect("invariant: it is built in");
    let first = black_box(argument(aws, "aws_cognito_user_pool_client", "allowed_oauth_flows"));
    println!("first look-up after the start: {:?}", start.elapsed());
    assert!(first.is_some(), "the first look-up finds nothing");

    let names: Vec<&str> = aws.names(Kind::Resource).collect();
    report("a resource type", names.len(), || {
        for name in &names {
            black_box(aws.find(Kind::Resource, name));
        }
    });
    let attributes: Vec<(Body<'_>, &str)> = aws
        .types(Kind::Resource)
        .flat_map(|found| found.body().attributes().map(move |one| (found.body(), one.name())))
        .collect();
    report("an argument of a body", attributes.len(), || {
        for (body, name) in &attributes {
            black_box(body.attributes_named(name).count());
        }
    });
    report("a name that is not there", attributes.len(), || {
        for (body, _) in &attributes {
            black_box(body.attributes_named("nothing_of_that_name").count());
        }
    });
    report("the type of an argument", attributes.len(), || {
        for (body, name) in &attributes {
            black_box(body.attributes_named(name).next().map(Attribute::ty));
        }
    });
    let newest = Snapshots::one(aws.snapshots().newest().unwrap_or(0));
    let counts = aws.counts(newest);
    report("all that one version has", counts.attributes + counts.blocks, || {
        black_box(aws.counts(newest));
    });
}

fn argument<'d>(aws: Provider<'d>, name: &str, argument: &str) -> Option<Attribute<'d>> {
    let found = aws.find(Kind::Resource, name)?;
    BlockSchema::new(found.body(), aws.select(&Admitted::Any)).argument(argument)
}

/// Prints the time of each of `count` things that `work` does, the best of some rounds.
fn report(what: &str, count: usize, work: impl Fn()) {
    let round = |_| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    let best = (0..ROUNDS).map(round).min().unwrap_or(Duration::ZERO);
    let each = best / u32::try_from(count.max(1)).unwrap_or(u32::MAX);
    println!("{what}: {each:?} each, {count} in {best:?}");
}
