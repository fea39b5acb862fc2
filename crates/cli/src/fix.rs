//! `--fix` and `--diff`: plans fixes in memory, then writes the files or shows the difference. Never
//! writes before all of it is proved.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use ::fix::{Plan, Reason, Request, Texts, unified};
use diagnostics::{Diagnostic, Safety};
use project::Discovery;
use report::escape;
use source::{FileId, FileSet};

use crate::args::{CheckOptions, FixOptions};
use crate::check::{self, Checked};
use crate::session::{Judged, Session, Times};
use crate::streams::Streams;
use crate::{CLEAN, FOUND, USAGE, output};

/// Times that our own configuration is mended and read again.
const CONFIGURATIONS: usize = 4;
/// Fixes that were given up and are told of one by one.
const GIVEN_UP_SHOWN: usize = 10;

/// Mends what `options` name, or shows how; gives the exit code.
pub(crate) fn run(
    options: &CheckOptions,
    fix: FixOptions,
    streams: &mut Streams,
) -> anyhow::Result<u8> {
    let start = Instant::now();
    let mut times = Times::default();
    let mut session = Session::open(options, &mut times)?;
    output::refuse_damage(options, |path| session.discovery.reads(path))?;
    let mut done = Done::default();
    for _ in 0..CONFIGURATIONS {
        // What is found rests on the configuration.
        if !fix.writes || !mend_configuration(&session, fix, &mut done) {
            break;
        }
        session = Session::open(options, &mut times)?;
    }
    let judged = session.judge(&session.discovery.files, &mut times);
    // Rules may be on that are meant to be off.
    let is_misconfigured = check::has_config_error(&session.discovery, &judged.diagnostics);
    let locked = Locked::default();
    let may_edit = |discovery: &Discovery, file| {
        let is_trusted = !is_misconfigured || discovery.is_config(file);
        // Nothing is written for a difference, so that it is shown for a tree that is read-only too.
        is_trusted && (!fix.writes || locked.is_writable(discovery, file))
    };
    let plan = plan(&session, fix, &may_edit, &judged);
    done.failures.extend(locked.reasons());
    if is_misconfigured {
        streams
            .note("note: nothing else is mended while the configuration of cfglint has mistakes");
    }
    let run = Run { options, fix, start, plan };
    if fix.writes {
        run.write(session, judged, done, streams)
    } else {
        run.show(session, judged, streams)
    }
}

/// What was written so far.
#[derive(Default)]
struct Done {
    problems: usize,
    files: BTreeSet<String>,
    failures: BTreeSet<String>,
}

impl Done {
    /// Writes what is planned; gives what was written.
    fn write(&mut self, discovery: &Discovery, plan: &Plan) -> Texts {
        let mut written = Texts::new();
        for (file, text) in &plan.texts {
            if let Err(error) = discovery.write(*file, text) {
                self.failures.insert(error.to_string());
                continue;
            }
            written.insert(*file, text.clone());
            self.files.insert(discovery.files.get(*file).path().to_owned());
            self.problems += plan.fixed.get(file).copied().unwrap_or_default();
        }
        written
    }
}

/// Mends our own configuration, if it has mistakes with fixes; gives whether something was written.
fn mend_configuration(session: &Session, fix: FixOptions, done: &mut Done) -> bool {
    let discovery = &session.discovery;
    let mut problems = discovery.config_problems(&discovery.files).into_iter();
    if !problems.any(|problem| problem.fix.is_some()) {
        return false;
    }
    let locked = Locked::default();
    let may_edit = |discovery: &Discovery, file| {
        discovery.is_config(file) && locked.is_writable(discovery, file)
    };
    let judged = session.judge(&discovery.files, &mut Times::default());
    let plan = plan(session, fix, &may_edit, &judged);
    done.failures.extend(locked.reasons());
    !done.write(discovery, &plan).is_empty()
}

/// Why files that fixes would change cannot be written.
#[derive(Default)]
struct Locked(RefCell<BTreeMap<FileId, Option<String>>>);

impl Locked {
    /// Whether `file` can be written.
    fn is_writable(&self, discovery: &Discovery, file: FileId) -> bool {
        let mut asked = self.0.borrow_mut();
        let reason = asked.entry(file).or_insert_with(|| {
            let error = discovery.check_writable(file).err()?;
            Some(error.to_string())
        });
        reason.is_none()
    }

    fn reasons(&self) -> Vec<String> {
        self.0.borrow().values().flatten().cloned().collect()
    }
}

fn plan(
    session: &Session,
    fix: FixOptions,
    may_edit: &dyn Fn(&Discovery, FileId) -> bool,
    judged: &Judged,
) -> Plan {
    let discovery = &session.discovery;
    let request = Request {
        files: &discovery.files,
        with_unsafe: fix.with_unsafe,
        may_edit: &|file| discovery.wants(file) && may_edit(discovery, file),
        syntax: &|file| discovery.syntax(file),
    };
    let mut judge = |texts: &Texts| {
        let files = with_texts(&discovery.files, texts);
        all_found(&session.judge(&files, &mut Times::default()))
    };
    let mut plan = ::fix::plan(request, all_found(judged), &mut judge);
    // They are the last ones, so that the indices of the others stay.
    plan.diagnostics.retain(|diagnostic| discovery.wants(diagnostic.location.file));
    plan
}

/// What was found, and at the end what is not wanted: it is not mended, but must not get worse.
fn all_found(judged: &Judged) -> Vec<Diagnostic> {
    let elsewhere = judged.elsewhere.iter().cloned().map(|mut diagnostic| {
        diagnostic.fix = None;
        diagnostic
    });
    judged.diagnostics.iter().cloned().chain(elsewhere).collect()
}

/// `files` with other texts for some.
fn with_texts(files: &FileSet, texts: &Texts) -> FileSet {
    let mut changed = files.clone();
    for (file, text) in texts {
        changed.set_text(*file, text.clone());
    }
    changed
}

/// A run whose fixes are planned.
struct Run<'r> {
    options: &'r CheckOptions,
    fix: FixOptions,
    start: Instant,
    plan: Plan,
}

impl Run<'_> {
    /// Writes the files and reports what remains.
    fn write(
        self,
        mut session: Session,
        judged: Judged,
        mut done: Done,
        streams: &mut Streams,
    ) -> anyhow::Result<u8> {
        let written = done.write(&session.discovery, &self.plan);
        let is_all_written = written.len() == self.plan.texts.len();
        for (file, text) in written {
            session.discovery.files.set_text(file, text);
        }
        let mut remaining = Judged { diagnostics: self.plan.diagnostics.clone(), ..judged };
        if !is_all_written {
            remaining = session.judge(&session.discovery.files, &mut Times::default());
        }
        let checked = checked(session, remaining);
        check::notices(&checked, self.options, streams);
        if is_all_written {
            self.tell_given_up(&checked, streams);
        }
        for failure in &done.failures {
            streams.note(&format!("error: {}", escape(failure)));
        }
        if done.problems > 0 {
            streams.note(&format!("Fixed {}.", amount(done.problems, done.files.len())));
        }
        let rules = check::rules(self.options);
        let report = checked.report(&rules, Some(self.start.elapsed()));
        let is_reported = output::write(&report, self.options, streams)?;
        self.tell_unsafe(&checked, streams);
        let is_done = is_reported && done.failures.is_empty();
        Ok(if is_done { checked.exit_code() } else { USAGE })
    }

    /// Shows the difference. Files of `--output` get what is found in the files as they are.
    fn show(self, session: Session, judged: Judged, streams: &mut Streams) -> anyhow::Result<u8> {
        let checked = checked(session, judged);
        check::notices(&checked, self.options, streams);
        let discovery = &checked.discovery;
        // Nothing applies a difference to a link, or twice to one file.
        let mut targets = BTreeMap::new();
        for (file, text) in &self.plan.texts {
            targets.entry(discovery.target_name(*file)).or_insert((*file, text));
        }
        let (base, shown) = names(discovery, targets.keys());
        let diffs = shown
            .iter()
            .zip(targets.values())
            .map(|(name, (file, text))| unified(name, discovery.files.get(*file).text(), text));
        let diff = diffs.collect::<Vec<_>>().concat();
        streams.write(&if streams.is_terminal { escaped(&diff) } else { diff })?;
        if let Some(base) = base {
            streams
                .note(&format!("note: the paths of the difference begin in `{}`", escape(&base)));
        }
        let fixed: usize = self.plan.fixed.values().sum();
        if fixed > 0 {
            streams.note(&format!("Would fix {}.", amount(fixed, self.plan.texts.len())));
        }
        let rules = check::rules(self.options);
        let elapsed: Option<Duration> = None;
        let is_written =
            output::write_files(&checked.report(&rules, elapsed), self.options, streams)?;
        Ok(match is_written && !checked.has_config_error() {
            false => USAGE,
            true if self.plan.texts.is_empty() => CLEAN,
            true => FOUND,
        })
    }

    /// Tells of fixes that would have made something worse.
    fn tell_given_up(&self, checked: &Checked, streams: &mut Streams) {
        for (index, reason) in self.plan.given_up.iter().take(GIVEN_UP_SHOWN) {
            let Some(diagnostic) = checked.diagnostics.get(*index) else { continue };
            let file = checked.discovery.files.get(diagnostic.location.file);
            let place = file.position(diagnostic.location.range.start());
            streams.note(&format!(
                "note: {}:{}:{}: the fix of {} is not applied: {}",
                escape(file.path()),
                place.line,
                place.column,
                diagnostic.rule,
                words(reason)
            ));
        }
        let more = self.plan.given_up.len().saturating_sub(GIVEN_UP_SHOWN);
        if more > 0 {
            streams.note(&format!("note: {more} more are not applied either"));
        }
    }

    /// Tells how many of the problems that remain have an unsafe fix.
    fn tell_unsafe(&self, checked: &Checked, streams: &mut Streams) {
        let is_fixable = |diagnostic: &&Diagnostic| {
            let fix = diagnostic.fix.as_ref();
            diagnostic.suppressed.is_none() && fix.is_some_and(|fix| fix.safety == Safety::Unsafe)
        };
        let count = checked.diagnostics.iter().filter(is_fixable).count();
        if count > 0 && !self.fix.with_unsafe {
            let have = if count == 1 { "has a fix" } else { "have fixes" };
            streams.note(&format!("{count} of them {have} for --unsafe-fixes."));
        }
    }
}

fn checked(session: Session, judged: Judged) -> Checked {
    let Judged { diagnostics, undeclared, .. } = judged;
    Checked { discovery: session.discovery, diagnostics, undeclared, times: Times::default() }
}

/// Why a fix is given up.
fn words(reason: &Reason) -> String {
    match reason {
        Reason::Worse(rule) => format!("with it {rule} would find more"),
        Reason::Unsound => "the file would lose a comment or could not be read as before".into(),
        Reason::Endless => "other fixes would follow it without end".into(),
        Reason::Unproved => "it could not be proved to do no harm".into(),
    }
}

/// `3 problems in 2 files`
fn amount(problems: usize, files: usize) -> String {
    let plural = |count, word| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    format!("{} in {}", plural(problems, "problem"), plural(files, "file"))
}

/// The paths of the changed files as the difference names them. Where some lie above the working
/// directory, all begin in a directory further up, which comes first: nothing applies a difference
/// with `../`.
fn names<'p>(
    discovery: &Discovery,
    paths: impl Iterator<Item = &'p String> + Clone,
) -> (Option<String>, Vec<String>) {
    let depth_of = |path: &String| path.split('/').take_while(|part| *part == "..").count();
    let up = paths.clone().map(depth_of).max().unwrap_or(0);
    if up == 0 {
        return (None, paths.cloned().collect());
    }
    let directory: Vec<&str> = discovery.directory.split('/').collect();
    let above = &directory[directory.len().saturating_sub(up)..];
    let names = paths.map(|path| {
        let own = depth_of(path);
        let down = above.iter().take(above.len().saturating_sub(own)).copied();
        let parts: Vec<&str> = down.chain(path.split('/').skip(own)).collect();
        parts.join("/")
    });
    (Some(vec![".."; up].join("/")), names.collect())
}

/// The difference as a terminal may see it.
fn escaped(diff: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(diff);
    let lines = text.split_inclusive('\n').map(|line| {
        let pieces: Vec<_> = line.trim_end_matches('\n').split('\t').map(escape).collect();
        format!("{}\n", pieces.join("\t"))
    });
    lines.collect::<String>().into_bytes()
}
