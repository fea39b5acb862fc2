//! Diagnostics with the source that they are about, for people in front of a terminal.

use std::io;

use codespan_reporting::diagnostic::{self as codespan, Label, LabelStyle, Severity};
use codespan_reporting::files::Error;
use codespan_reporting::term::termcolor::Ansi;
use codespan_reporting::term::{self, Config};
use diagnostics::{Diagnostic, Fix, Level, Related, Safety};
use source::{FileSet, Location};

use crate::excerpt::{Excerpts, TAB_WIDTH};
use crate::{Report, escape, summary_line, when};

/// How [`crate::Format::Full`] looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FullOptions {
    /// Whether to write ANSI colours.
    pub color: bool,
    /// Columns of the terminal; longer source lines are cut.
    pub width: usize,
    /// Whether the line with the counts closes the report.
    pub summary: bool,
}

impl Default for FullOptions {
    fn default() -> Self {
        Self { color: false, width: 120, summary: true }
    }
}

/// Related places that are shown with their source; further ones are notes.
const RELATED_SHOWN: usize = 6;
/// Characters of a replacement that are shown in the line of a fix.
const REPLACEMENT_SHOWN: usize = 60;

pub(crate) fn write(
    report: &Report<'_>,
    options: FullOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for diagnostic in report.active() {
        render(report, diagnostic, options, out).map_err(|error| match error {
            Error::Io(error) => error,
            other => io::Error::other(other),
        })?;
    }
    if options.summary {
        writeln!(out, "{}", summary_line(report))?;
    }
    Ok(())
}

fn render(
    report: &Report<'_>,
    diagnostic: &Diagnostic,
    options: FullOptions,
    out: &mut dyn io::Write,
) -> Result<(), Error> {
    if diagnostic.hides_source {
        let notes = place_notes(report.files, diagnostic);
        let (excerpts, _) = Excerpts::new(report.files, &[], options.width);
        return emit(report, diagnostic, options, (&excerpts, Vec::new(), notes), out);
    }
    let shown = diagnostic.related.len().min(RELATED_SHOWN);
    let locations: Vec<Location> = std::iter::once(diagnostic.location)
        .chain(diagnostic.related[..shown].iter().map(|related| related.location))
        .collect();
    let (excerpts, marks) = Excerpts::new(report.files, &locations, options.width);

    let mut labels = Vec::with_capacity(marks.len());
    let mut notes = Vec::new();
    for (at, mark) in marks.into_iter().enumerate() {
        let related = at.checked_sub(1).map(|at| &diagnostic.related[at]);
        let style = if related.is_none() { LabelStyle::Primary } else { LabelStyle::Secondary };
        match (mark, related) {
            (Some(mark), related) => {
                let message = related.map_or("".into(), |related| escape(&related.message));
                labels.push(Label::new(style, mark.file, mark.range).with_message(message));
            }
            (None, Some(related)) => notes.push(related_note(report.files, related)),
            (None, None) => {}
        }
    }
    let rest = diagnostic.related[shown..].iter();
    notes.extend(rest.map(|related| related_note(report.files, related)));
    emit(report, diagnostic, options, (&excerpts, labels, notes), out)
}

/// Writes one diagnostic; the labels point into the excerpts.
fn emit(
    report: &Report<'_>,
    diagnostic: &Diagnostic,
    options: FullOptions,
    (excerpts, labels, mut notes): (&Excerpts, Vec<Label<usize>>, Vec<String>),
    out: &mut dyn io::Write,
) -> Result<(), Error> {
    notes.extend(context_notes(report, diagnostic));
    let rendered = codespan::Diagnostic::new(severity(diagnostic.level))
        .with_code(escape(diagnostic.rule.as_str()))
        .with_message(escape(&diagnostic.message))
        .with_labels(labels)
        .with_notes(notes);
    let config = Config { tab_width: TAB_WIDTH, ..Config::default() };
    // In one piece: codespan-reporting writes in very small ones.
    let mut buffer = Vec::new();
    if options.color {
        let mut colored = Ansi::new(&mut buffer);
        term::emit_to_write_style(&mut colored, &config, excerpts, &rendered)?;
    } else {
        term::emit_to_io_write(&mut buffer, &config, excerpts, &rendered)?;
    }
    out.write_all(&buffer)?;
    Ok(())
}

fn severity(level: Level) -> Severity {
    match level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Note => Severity::Note,
    }
}

/// The places of a diagnostic without their source.
fn place_notes(files: &FileSet, diagnostic: &Diagnostic) -> Vec<String> {
    let related = diagnostic.related.iter().map(|related| related_note(files, related));
    std::iter::once(place(files, diagnostic.location)).chain(related).collect()
}

fn related_note(files: &FileSet, related: &Related) -> String {
    format!("{}: {}", place(files, related.location), escape(&related.message))
}

fn place(files: &FileSet, location: Location) -> String {
    let file = files.get(location.file);
    let start = file.position(location.range.start());
    format!("{}:{}:{}", escape(file.path()), start.line, start.column)
}

/// For which instance, when, how to mend it and where to read on.
fn context_notes(report: &Report<'_>, diagnostic: &Diagnostic) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(instance) = &diagnostic.instance {
        notes.push(format!("instance {}", escape(instance)));
    }
    if let Some(when) = when(diagnostic) {
        notes.push(format!("when {}", escape(when)));
    }
    notes.extend(diagnostic.fix.as_ref().map(fix_note));
    if report.rule(diagnostic.rule.as_str()).is_some() {
        notes.push(format!("cfglint explain {}", diagnostic.rule));
    } else if let Some(url) = &diagnostic.url {
        notes.push(format!("see {}", escape(url)));
    }
    notes
}

/// What a fix does, and what it writes when that is short and the title does not say it.
fn fix_note(fix: &Fix) -> String {
    let title = escape(&fix.title);
    let text = match &fix.edits[..] {
        // What separates it from its neighbours is not what is written.
        [edit] => escape(edit.text.trim_matches(|c: char| c == ',' || c.is_whitespace())),
        _ => "".into(),
    };
    let is_small = !text.is_empty() && text.chars().count() <= REPLACEMENT_SHOWN;
    // Padding that aligns equals signs is no news.
    let is_said = title.contains(&*text.split_whitespace().collect::<Vec<_>>().join(" "));
    let replacement = if is_small && !is_said { format!(": `{text}`") } else { String::new() };
    let safety = match fix.safety {
        Safety::Safe => "",
        Safety::Unsafe => " (unsafe: may change what is deployed)",
    };
    format!("help: {title}{replacement}{safety}")
}

#[cfg(test)]
mod tests {
    use diagnostics::RuleId;
    use source::{SourceFile, TextRange};

    use super::*;
    use crate::Summary;

    #[test]
    fn source_that_holds_a_secret_is_not_shown() {
        let mut files = FileSet::new();
        let file = files.add(SourceFile::new("a.tf", &b"x = \"hunter2\"\n"[..]));
        let place = Location::new(file, TextRange::new(4, 13));
        let mut found = Diagnostic::new(RuleId::from_static("a/b"), Level::Error, place, "wrong")
            .with_related(place, "set here");
        found.hides_source = true;
        let report = Report {
            files: &files,
            diagnostics: &[found],
            rules: &[],
            summary: Summary::default(),
            version: "0",
            root: "",
            directory: "",
        };
        let mut out = Vec::new();
        let options = FullOptions { summary: false, ..FullOptions::default() };
        write(&report, options, &mut out).expect("memory takes it all");
        let text = String::from_utf8(out).expect("output is UTF-8");
        assert!(text.starts_with("error[a/b]: wrong\n"), "{text}");
        assert!(text.contains("a.tf:1:5\n") && text.contains("a.tf:1:5: set here\n"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}
