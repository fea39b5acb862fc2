//! Where reports go: standard output and the files of `--output`.
#![expect(clippy::disallowed_methods, reason = "`--output` writes files")]

use std::fs;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context as _;
use report::{Format, FullOptions, Report, summary_line};

use crate::args::CheckOptions;
use crate::streams::Streams;

/// `--output FORMAT=FILE`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutputFile {
    pub(crate) format: Format,
    pub(crate) path: PathBuf,
}

impl FromStr for OutputFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text.split_once('=').ok_or("write FORMAT=FILE")?;
        if path.is_empty() {
            return Err("the file is missing; write FORMAT=FILE".to_owned());
        }
        Ok(Self { format: format.parse()?, path: path.into() })
    }
}

/// The format of standard output.
pub(crate) fn format(options: &CheckOptions, is_terminal: bool) -> Format {
    let default = if is_terminal { Format::Full } else { Format::Concise };
    options.format.unwrap_or(default)
}

/// Whether some output lists the rules themselves.
pub(crate) fn needs_rule_pages(options: &CheckOptions) -> bool {
    let mut files = options.outputs.iter();
    options.format == Some(Format::Sarif) || files.any(|file| file.format == Format::Sarif)
}

/// Writes `report` to the files, then to standard output.
pub(crate) fn write(
    report: &Report<'_>,
    options: &CheckOptions,
    streams: &mut Streams,
) -> anyhow::Result<()> {
    for OutputFile { format, path } in &options.outputs {
        // Files are the same from run to run.
        let summary = report::Summary { elapsed: None, ..report.summary };
        let bytes = rendered(*format, &Report { summary, ..*report }, FullOptions::default())?;
        fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    let format = format(options, streams.is_terminal);
    let full = FullOptions {
        color: streams.color,
        width: streams.width,
        // The line says how long it took, which is no finding and differs from run to run.
        summary: false,
    };
    streams.write(&rendered(format, report, full)?)?;
    let is_nothing = report.summary.files == 0 && report.diagnostics.is_empty();
    if !is_nothing && matches!(format, Format::Full | Format::Concise) {
        streams.note(&summary_line(report));
    }
    Ok(())
}

fn rendered(format: Format, report: &Report<'_>, full: FullOptions) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    format.write(report, full, &mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_read() {
        let expect = OutputFile { format: Format::Sarif, path: "a=b.sarif".into() };
        assert_eq!("sarif=a=b.sarif".parse(), Ok(expect));
        assert_eq!("json".parse::<OutputFile>(), Err("write FORMAT=FILE".to_owned()));
        assert!("json=".parse::<OutputFile>().is_err());
        let wrong = "xml=f".parse::<OutputFile>().expect_err("no such format");
        assert_eq!(wrong, "`xml` is not a format; use one of full, concise, json, sarif");
    }
}
