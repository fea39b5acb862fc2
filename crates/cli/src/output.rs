//! Where reports go: standard output and the files of `--output`.
#![expect(clippy::disallowed_methods, reason = "`--output` writes files")]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::bail;
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
        let format: Format = format.parse()?;
        if path == "-" {
            return Err(format!("for standard output write `--format {format}`"));
        }
        let path = PathBuf::from(path);
        if is_configuration(&path) {
            return Err("this is the name of a configuration file, which is not overwritten".into());
        }
        Ok(Self { format, path })
    }
}

/// Whether the name is that of a file that Terraform or its like reads.
fn is_configuration(path: &Path) -> bool {
    let name = path.as_os_str().to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".json").unwrap_or(&name);
    let of_terraform = [".tf", ".tofu", ".tfvars"].iter().any(|ending| name.ends_with(ending));
    of_terraform || path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("hcl"))
}

/// Refuses files of `--output` that the run reads, that are configuration by another name, or that
/// are named twice.
pub(crate) fn refuse_damage(
    options: &CheckOptions,
    is_input: impl Fn(&Path) -> bool,
) -> anyhow::Result<()> {
    let mut targets = BTreeSet::new();
    for OutputFile { path, .. } in &options.outputs {
        let target = target(path);
        if is_configuration(&target) || is_input(path) {
            bail!(
                "--output: `{}` is a configuration file, which is not overwritten",
                path.display()
            );
        }
        // Who writes to a stream or a device twice gets both.
        let is_other = is_stream(path) || fs::metadata(path).is_ok_and(|found| !found.is_file());
        if !is_other && !targets.insert(target) {
            bail!("--output: `{}` is named twice", path.display());
        }
    }
    Ok(())
}

/// The file that writing to `path` writes, links resolved.
fn target(path: &Path) -> PathBuf {
    let of_directory = || {
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = fs::canonicalize(directory.unwrap_or(Path::new("."))).ok()?;
        Some(directory.join(path.file_name()?))
    };
    fs::canonicalize(path).ok().or_else(of_directory).unwrap_or_else(|| path.to_owned())
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

/// Writes `report` to standard output, then to the files. What cannot be written hides nothing of
/// the rest; gives whether all was written.
pub(crate) fn write(
    report: &Report<'_>,
    options: &CheckOptions,
    streams: &mut Streams,
) -> anyhow::Result<bool> {
    let format = format(options, streams.is_terminal);
    let full = FullOptions {
        color: streams.color,
        width: streams.width,
        // The line says how long it took, which is no finding and differs from run to run.
        summary: false,
    };
    let printed = streams.write(&rendered(format, report, full)?);
    let printed = printed.err().map(|error| format!("{error:#}"));
    let is_nothing = report.summary.files == 0 && report.diagnostics.is_empty();
    let has_summary = !is_nothing && matches!(format, Format::Full | Format::Concise);
    let failures: Vec<_> = printed.into_iter().chain(write_to_files(report, options)?).collect();
    if has_summary {
        streams.note(&summary_line(report));
    }
    Ok(tell(&failures, streams))
}

/// Writes `report` to the files only.
pub(crate) fn write_files(
    report: &Report<'_>,
    options: &CheckOptions,
    streams: &mut Streams,
) -> anyhow::Result<bool> {
    let failures = write_to_files(report, options)?;
    Ok(tell(&failures, streams))
}

/// Says what could not be written; gives whether that is nothing.
fn tell(failures: &[String], streams: &mut Streams) -> bool {
    for failure in failures {
        streams.note(&format!("error: {}", report::escape(failure)));
    }
    failures.is_empty()
}

/// Writes `report` to the files; gives what could not be written.
fn write_to_files(report: &Report<'_>, options: &CheckOptions) -> anyhow::Result<Vec<String>> {
    let mut failures = Vec::new();
    for OutputFile { format, path } in &options.outputs {
        // Files are the same from run to run.
        let summary = report::Summary { elapsed: None, ..report.summary };
        let bytes = rendered(*format, &Report { summary, ..*report }, FullOptions::default())?;
        if let Err(error) = replace(path, &bytes) {
            let words = project::words(&error);
            failures.push(format!("`{}` cannot be written: {words}", path.display()));
        }
    }
    Ok(failures)
}

/// Replaces the file at `path`, so that there is never half a file.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let metadata = fs::metadata(path);
    // What is open already, a device or a pipe is written to, not replaced.
    if is_stream(path) || metadata.as_ref().is_ok_and(|metadata| !metadata.is_file()) {
        return File::options().append(true).open(path)?.write_all(bytes);
    }
    project::replace_file(&target(path), bytes)
}

/// Whether `path` names what is open already, which may be a log that must not be cut.
fn is_stream(path: &Path) -> bool {
    let streams = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc/self/fd"];
    streams.iter().any(|stream| path.starts_with(stream))
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

    #[test]
    fn configuration_is_not_overwritten() {
        for name in ["main.tf", "a/x.tofu", "p.tfvars", "x.tf.json", "x.tofu.json", "p.tfvars.json"]
        {
            assert!(format!("json={name}").parse::<OutputFile>().is_err(), "{name}");
        }
        assert!("json=.terraform.lock.hcl".parse::<OutputFile>().is_err());
        assert!("json=MAIN.TF".parse::<OutputFile>().is_err());
        assert!("json=tf.json".parse::<OutputFile>().is_ok());
        let hint = "sarif=-".parse::<OutputFile>().expect_err("not a file");
        assert_eq!(hint, "for standard output write `--format sarif`");
    }

    #[cfg(unix)]
    #[test]
    fn files_are_replaced_whole() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let path = folder.path().join("out.json");
        replace(&path, b"first").expect("is written");
        replace(&path, b"second").expect("is written");
        assert_eq!(fs::read(&path).expect("is there"), b"second");
        assert!(replace(&folder.path().join("no/out.json"), b"").is_err());
        assert!(replace(folder.path(), b"").is_err());
        assert_eq!(fs::read_dir(folder.path()).expect("is there").count(), 1);
        replace(Path::new("/dev/null"), b"x").expect("a device is written to");
        assert!(!fs::metadata("/dev/null").expect("is there").is_file());
        let log = File::options().append(true).open(&path).expect("is there");
        let open = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&log));
        if fs::metadata(&open).is_ok() {
            replace(Path::new(&open), b" third").expect("is written");
            assert_eq!(fs::read(&path).expect("is there"), b"second third");
        }
    }
}
