//! Which errors of ours terraform backs, and which of terraform's are ours too. Never runs anything.

use std::collections::BTreeSet;
use std::fmt;

use super::Verdict;
use super::fixtures::Fixtures;

/// Why an error is right although `terraform validate` does not report it: lines
/// `FIXTURE.BLOCK RULE: reason`, with `*` for any rule.
pub(super) struct Reasons(Vec<Reason>);

struct Reason {
    /// Fixture and block.
    place: String,
    rule: String,
}

impl Reasons {
    pub(super) fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let reason = |line: &str| {
            let (head, _) = line.split_once(": ")?;
            let (place, rule) = head.split_once(' ')?;
            Some(Reason { place: place.to_owned(), rule: rule.to_owned() })
        };
        Self(lines.filter_map(reason).collect())
    }
}

/// How the verdicts differ; each text is a line to print.
#[derive(Default)]
pub(super) struct Comparison {
    same_line: usize,
    same_block: usize,
    known: usize,
    /// Errors of ours that nothing backs.
    pub(super) unbacked: Vec<String>,
    /// Reasons that no error needs.
    pub(super) needless: Vec<String>,
    theirs: usize,
    /// Errors of terraform where we have a warning.
    lower: Vec<String>,
    /// Errors of terraform in whose block we find nothing.
    missed: Vec<String>,
}

/// Compares errors line by line; what stands elsewhere in the same block counts as backed too, since
/// terraform blames the header for much that lies in nested blocks.
pub(super) fn compare(
    fixtures: &Fixtures,
    ours: &[Verdict],
    theirs: &[Verdict],
    reasons: &Reasons,
) -> Comparison {
    let block = |verdict: &Verdict| block(fixtures, verdict);
    let line = |verdict: &Verdict| (verdict.fixture.clone(), verdict.path.clone(), verdict.line);
    let their_lines: BTreeSet<_> = theirs.iter().map(line).collect();
    let their_blocks: BTreeSet<_> = theirs.iter().map(|verdict| block(verdict).0).collect();
    let mut comparison = Comparison { theirs: theirs.len(), ..Comparison::default() };
    let mut needed = vec![false; reasons.0.len()];
    for verdict in ours.iter().filter(|verdict| verdict.level == "error") {
        let (at, place) = block(verdict);
        let is_reason = |Reason { place: at, rule }: &Reason| {
            *at == place && (*rule == verdict.what || rule == "*")
        };
        if their_lines.contains(&line(verdict)) {
            comparison.same_line += 1;
        } else if their_blocks.contains(&at) {
            comparison.same_block += 1;
        } else if let Some(reason) = reasons.0.iter().position(is_reason) {
            needed[reason] = true;
            comparison.known += 1;
        } else {
            comparison.unbacked.push(shown(verdict, &place));
        }
    }
    let needless = reasons.0.iter().zip(needed).filter(|(_, is_needed)| !is_needed);
    comparison.needless =
        needless.map(|(Reason { place, rule }, _)| format!("{place} {rule}")).collect();
    let of = |is_meant: fn(&Verdict) -> bool| -> BTreeSet<_> {
        ours.iter().filter(|verdict| is_meant(verdict)).map(|verdict| block(verdict).0).collect()
    };
    let (errors, all) = (of(|verdict| verdict.level == "error"), of(|_| true));
    for verdict in theirs {
        let (at, place) = block(verdict);
        if !all.contains(&at) {
            comparison.missed.push(shown(verdict, &place));
        } else if !errors.contains(&at) {
            comparison.lower.push(shown(verdict, &place));
        }
    }
    comparison
}

/// The block that a verdict stands in: where it begins, and fixture and label as reasons name them.
fn block(fixtures: &Fixtures, verdict: &Verdict) -> ((String, String, usize), String) {
    let Verdict { fixture, path, line, .. } = verdict;
    let (at, label) = fixtures.block(fixture, path, *line);
    ((fixture.clone(), path.clone(), at), format!("{fixture}.{label}"))
}

fn shown(verdict: &Verdict, place: &str) -> String {
    let Verdict { path, line, what, message, .. } = verdict;
    let message: String = message.chars().take(160).collect();
    format!("{place} ({path}:{line}) {what}: {message}")
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { same_line, same_block, known, unbacked, needless, theirs, lower, missed } = self;
        let total = same_line + same_block + known + unbacked.len();
        writeln!(f, "\n{total} errors of cfglint")?;
        writeln!(f, "{same_line:6} terraform has one on the same line")?;
        writeln!(f, "{same_block:6} terraform has one in the same block")?;
        writeln!(f, "{known:6} there is a known reason why terraform has none")?;
        list(f, "terraform has none", unbacked)?;
        writeln!(f, "\n{theirs} errors of terraform")?;
        let both = theirs - lower.len() - missed.len();
        writeln!(f, "{both:6} cfglint has one in the same block")?;
        list(f, "cfglint has a warning or a note", lower)?;
        list(f, "cfglint has nothing", missed)?;
        if !needless.is_empty() {
            writeln!(f)?;
            list(f, "reasons are not needed", needless)?;
        }
        Ok(())
    }
}

fn list(f: &mut fmt::Formatter<'_>, what: &str, lines: &[String]) -> fmt::Result {
    writeln!(f, "{:6} {what}", lines.len())?;
    lines.iter().try_for_each(|line| writeln!(f, "         {line}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn verdict(line: usize, level: &str, what: &str) -> Verdict {
        let [level, what] = [level, what].map(str::to_owned);
        let (fixture, path, message) = ("f".to_owned(), "main.tf".to_owned(), String::new());
        Verdict { fixture, path, line, level, what, message }
    }

    #[test]
    fn verdicts_are_told_apart() {
        let block = |name: &str| format!("resource \"x\" \"{name}\" {{\n  a = 1\n}}\n");
        let text: String = ["a", "b", "c", "d"].map(block).concat();
        let files = vec![("main.tf".to_owned(), text)];
        let all = BTreeMap::from([("f".to_owned(), files)]);
        let fixtures = Fixtures { version: String::new(), lock: String::new(), all };
        let ours = [(2, "error"), (5, "error"), (8, "error"), (11, "warning")];
        let ours = ours.map(|(line, level)| verdict(line, level, "rule"));
        let theirs = [2, 4, 11].map(|line| verdict(line, "error", "summary"));
        let check = |reasons: &str, expect: [usize; 7]| {
            let reasons = Reasons::parse(reasons);
            let it = compare(&fixtures, &ours, &theirs, &reasons);
            let lists = [&it.unbacked, &it.needless, &it.lower, &it.missed].map(Vec::len);
            let [unbacked, needless, lower, missed] = lists;
            let found = [it.same_line, it.same_block, it.known, unbacked, needless, lower, missed];
            assert_eq!(found, expect);
        };
        check("", [1, 1, 0, 1, 0, 1, 0]);
        check("# words\n\nf.c rule: because\n", [1, 1, 1, 0, 0, 1, 0]);
        check("f.c *: because\n", [1, 1, 1, 0, 0, 1, 0]);
        check("f.c other: because\n", [1, 1, 0, 1, 1, 1, 0]);
    }
}
