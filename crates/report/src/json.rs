//! JSON, version 1: `docs/json.md`, `docs/schema/cfglint-output-v1.schema.json`. Stable: keys and
//! their order do not change within a version.

use std::io;

use diagnostics::{Diagnostic, Edit, Fix, Safety, Suppression};
use serde::Serialize;
use serde_json::ser::CompactFormatter;
use source::{FileSet, LineColumn, Location};

use crate::Report;
use crate::escape::SafeFormatter;
use crate::summary::Counts;

/// One diagnostic a line, so that the output can be read by eye and by `grep`.
pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    write!(out, "{{\n  \"version\": 1,\n  \"tool\": ")?;
    write_compact(&Tool { name: "cfglint", version: report.version }, out)?;
    write!(out, ",\n  \"diagnostics\": [")?;
    for (at, diagnostic) in report.diagnostics.iter().enumerate() {
        write!(out, "{}\n    ", if at == 0 { "" } else { "," })?;
        write_compact(&JsonDiagnostic::new(report, diagnostic), out)?;
    }
    let close = if report.diagnostics.is_empty() { "" } else { "\n  " };
    write!(out, "{close}],\n  \"summary\": ")?;
    write_compact(&JsonSummary::new(report), out)?;
    writeln!(out, "\n}}")
}

fn write_compact(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let mut serializer =
        serde_json::Serializer::with_formatter(out, SafeFormatter(CompactFormatter));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    rule: &'a str,
    level: &'static str,
    message: &'a str,
    path: &'a str,
    range: JsonRange,
    instance: Option<&'a str>,
    when: Option<&'a str>,
    related: Vec<JsonRelated<'a>>,
    fix: Option<JsonFix<'a>>,
    suppressed: Option<JsonSuppression<'a>>,
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonRange {
    start: JsonPosition,
    end: JsonPosition,
}

#[derive(Serialize)]
struct JsonPosition {
    line: u32,
    column: u32,
    offset: u32,
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    message: &'a str,
    path: &'a str,
    range: JsonRange,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    safe: bool,
    title: &'a str,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    path: &'a str,
    range: JsonRange,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonSuppression<'a> {
    kind: &'static str,
    justification: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonSummary {
    files: usize,
    modules: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    fixable: usize,
}

impl<'a> JsonDiagnostic<'a> {
    fn new(report: &Report<'a>, diagnostic: &'a Diagnostic) -> Self {
        let files = report.files;
        let related = diagnostic.related.iter().map(|related| JsonRelated {
            message: &related.message,
            path: files.get(related.location.file).path(),
            range: JsonRange::new(files, related.location),
        });
        Self {
            rule: diagnostic.rule.as_str(),
            level: diagnostic.level.as_str(),
            message: &diagnostic.message,
            path: files.get(diagnostic.location.file).path(),
            range: JsonRange::new(files, diagnostic.location),
            instance: diagnostic.instance.as_deref(),
            when: crate::when(diagnostic),
            related: related.collect(),
            fix: diagnostic.fix.as_ref().map(|fix| JsonFix::new(files, fix)),
            suppressed: diagnostic.suppressed.as_ref().map(JsonSuppression::new),
            url: report.url(diagnostic),
        }
    }
}

impl JsonRange {
    fn new(files: &FileSet, location: Location) -> Self {
        let file = files.get(location.file);
        let at = |offset: u32| {
            let LineColumn { line, column } = file.position(offset);
            JsonPosition { line, column, offset }
        };
        Self { start: at(location.range.start()), end: at(location.range.end()) }
    }
}

impl<'a> JsonFix<'a> {
    fn new(files: &'a FileSet, fix: &'a Fix) -> Self {
        let edit = |edit: &'a Edit| JsonEdit {
            path: files.get(edit.location.file).path(),
            range: JsonRange::new(files, edit.location),
            text: &edit.text,
        };
        Self {
            safe: fix.safety == Safety::Safe,
            title: &fix.title,
            edits: fix.edits.iter().map(edit).collect(),
        }
    }
}

impl<'a> JsonSuppression<'a> {
    fn new(suppression: &'a Suppression) -> Self {
        Self {
            kind: suppression.kind.as_str(),
            justification: suppression.justification.as_deref(),
        }
    }
}

impl JsonSummary {
    fn new(report: &Report<'_>) -> Self {
        let Counts { errors, warnings, notes, fixable, suppressed: _ } = Counts::of(report);
        let crate::Summary { files, modules, elapsed: _ } = report.summary;
        Self { files, modules, errors, warnings, notes, fixable }
    }
}
