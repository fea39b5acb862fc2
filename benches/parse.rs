//! Measures the HCL parser against hcl-edit, in one thread and in alternating rounds, so that the
//! ratio means something on a noisy machine; the memory that trees hold; and whether deep and long
//! input costs linear time.
//!
//! `cargo bench -p cfglint-benches --bench parse -- [LIST | DIRECTORY]`: a file that lists paths,
//! one a line, or a directory to be searched for `.tf` files. Without one (or the environment
//! variable `CFGLINT_BENCH`), the fixtures, repeated up to 30 MB.
#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads files and its environment")]
#![expect(clippy::cast_precision_loss, reason = "sizes become rates")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs, io};

use source::Text;

const ROUNDS: usize = 7;
const FIXTURE_BYTES: usize = 30_000_000;

fn main() -> io::Result<()> {
    let argument = env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let sources = match argument.or_else(|| env::var("CFGLINT_BENCH").ok()) {
        Some(path) => read(Path::new(&path))?,
        None => fixtures()?,
    };
    throughput(&sources);
    linearity();
    Ok(())
}

/// Files that a list names, or the `.tf` files under a directory.
fn read(path: &Path) -> io::Result<Vec<Text>> {
    let mut paths = Vec::new();
    if path.is_dir() {
        find(path, &mut paths)?;
    } else {
        paths.extend(fs::read_to_string(path)?.lines().map(PathBuf::from));
    }
    paths.into_iter().map(|path| Ok(fs::read(path)?.into())).collect()
}

fn find(directory: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "tf") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(())
}

fn fixtures() -> io::Result<Vec<Text>> {
    let files = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/syntax"))?;
    let size: usize = files.iter().map(|file| file.len()).sum();
    let times = FIXTURE_BYTES.checked_div(size).unwrap_or(0);
    Ok((0..times).flat_map(|_| files.iter().cloned()).collect())
}

fn throughput(sources: &[Text]) {
    let bytes: usize = sources.iter().map(|source| source.len()).sum();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut held, mut errors) = (0, 0);
    for _ in 0..ROUNDS {
        (held, errors) = (0, 0);
        ours.push(time(|| {
            for source in sources {
                let tree = syntax::parse(source.clone());
                held += tree.heap_size();
                errors += usize::from(!tree.errors().is_empty());
                black_box(&tree);
            }
        }));
        theirs.push(time(|| {
            for source in sources {
                let text = std::str::from_utf8(source).unwrap_or_default();
                drop(black_box(hcl_edit::parser::parse_body(text)));
            }
        }));
    }
    let speed = |times: &mut Vec<Duration>| {
        times.sort();
        let [best, .., _] = times[..] else {
            return (0.0, 0.0);
        };
        let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
        (rate(best), rate(times[times.len() / 2]))
    };
    let ((our_best, our_median), (their_best, their_median)) =
        (speed(&mut ours), speed(&mut theirs));
    println!("files {}, bytes {bytes}, files with errors {errors}", sources.len());
    println!("cfglint-syntax  best {our_best:6.1} MB/s, median {our_median:6.1} MB/s");
    println!("hcl-edit        best {their_best:6.1} MB/s, median {their_median:6.1} MB/s");
    println!(
        "ratio           best {:6.2}, median {:6.2}",
        our_best / their_best,
        our_median / their_median
    );
    let held = held as f64 / bytes as f64;
    println!("bytes held for a source byte: {held:.2} by trees, {:.2} with the source", held + 1.0);
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// Makes hostile text of a size.
type Shape = fn(usize) -> String;

/// Times hostile input of size n and 2n: the time should double.
fn linearity() {
    println!(
        "\n{:<28}{:>12}{:>12}{:>8}  errors",
        "100,000 and 200,000 of", "n, ms", "2n, ms", "ratio"
    );
    let shapes: [(&str, Shape); 16] = [
        ("`[`, closed", |n| nested("[", "1", "]", n)),
        ("`[`, open", |n| nested("[", "", "", n)),
        ("`(`, closed", |n| nested("(", "1", ")", n)),
        ("`(`, closed with `]`", |n| nested("(", "1", "]", n)),
        ("`{a=`, closed", |n| nested("{a=", "1", "}", n)),
        ("`f(`, open", |n| nested("f(", "", "", n)),
        ("`\"${`, closed", |n| nested("\"${", "1", "}\"", n)),
        ("`\"${`, open", |n| nested("\"${", "", "", n)),
        ("`%{ if a }`, open", |n| format!("a = \"{}\"\n", "%{ if a }".repeat(n))),
        ("blocks, closed", |n| format!("{}{}", "b {\n".repeat(n), "}\n".repeat(n))),
        ("blocks, open", |n| "b {\n".repeat(n)),
        ("heredocs, open", heredocs),
        ("`!`", |n| nested("!", "1", "", n)),
        ("`a ? b : `", |n| nested("a ? b : ", "1", "", n)),
        ("` + 1`", |n| format!("a = 1{}\n", " + 1".repeat(n))),
        ("`[*].a`", |n| format!("a = a{}\n", "[*].a".repeat(n))),
    ];
    for (name, shape) in shapes {
        let (first, _) = best_of_three(&shape(100_000));
        let (second, errors) = best_of_three(&shape(200_000));
        let ratio = second.as_secs_f64() / first.as_secs_f64();
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!("{name:<28}{:>12.2}{:>12.2}{ratio:>8.2}  {errors}", ms(first), ms(second));
    }
}

fn nested(open: &str, inner: &str, close: &str, n: usize) -> String {
    format!("a = {}{inner}{}\n", open.repeat(n), close.repeat(n))
}

fn heredocs(n: usize) -> String {
    let mut text = String::from("a = ");
    for at in 0..n {
        write!(text, "<<E{at}\n${{").unwrap_or_default();
    }
    text
}

fn best_of_three(text: &str) -> (Duration, usize) {
    let text: Text = text.as_bytes().into();
    let mut errors = 0;
    let run = || time(|| errors = syntax::parse(text.clone()).errors().len());
    let best = std::iter::repeat_with(run).take(3).min();
    (best.unwrap_or_default(), errors)
}
