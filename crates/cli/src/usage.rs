//! What the reading of the arguments ends with when nothing is to be done: help, the version or an
//! error. Never prints.

use std::ffi::OsString;

use clap::ValueEnum as _;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue};
use report::escape;

use crate::USAGE;
use crate::args::parse;
use crate::color::ColorChoice;

/// A message of clap, made harmless.
pub(crate) struct Usage {
    /// Whether it is an error, else help or version.
    pub(crate) is_error: bool,
    pub(crate) code: u8,
    message: StyledStr,
}

impl Usage {
    /// The message of `error`, which `arguments` gave.
    pub(crate) fn new(error: clap::Error, arguments: &[OsString]) -> Self {
        let harmless: Vec<String> =
            arguments.iter().map(|word| escape(&word.to_string_lossy()).into_owned()).collect();
        let is_harmless = arguments.iter().zip(&harmless).all(|(word, safe)| word == safe.as_str());
        // The message repeats arguments: harmless ones give a harmless message.
        let error = if is_harmless { error } else { parse(harmless).err().unwrap_or(error) };
        Self {
            is_error: error.use_stderr(),
            code: u8::try_from(error.exit_code()).unwrap_or(USAGE),
            message: without_secret(error).render(),
        }
    }

    /// The message, with the end of its last line.
    pub(crate) fn text(&self, color: bool) -> String {
        if color {
            return self.message.ansi().to_string();
        }
        let plain = self.message.to_string();
        plain.split_inclusive('\n').map(escaped_line).collect()
    }
}

fn escaped_line(line: &str) -> String {
    match line.strip_suffix('\n') {
        Some(line) => format!("{}\n", escape(line)),
        None => escape(line).into_owned(),
    }
}

/// A `--var` that cannot be read may still hold a secret.
fn without_secret(mut error: clap::Error) -> clap::Error {
    let is_var = matches!(
        error.get(ContextKind::InvalidArg),
        Some(ContextValue::String(argument)) if argument.starts_with("--var <")
    );
    if is_var && error.get(ContextKind::InvalidValue).is_some() {
        let hidden = ContextValue::String("(not shown)".to_owned());
        error.insert(ContextKind::InvalidValue, hidden);
    }
    error
}

/// `--color` of arguments that cannot be read.
pub(crate) fn color_choice(arguments: &[OsString]) -> ColorChoice {
    let words: Vec<_> = arguments.iter().map(|word| word.to_string_lossy()).collect();
    let next = words.iter().skip(1).map(|word| &**word).chain([""]);
    let choices = words.iter().zip(next).filter_map(|(word, next)| {
        let value = if word == "--color" { next } else { word.strip_prefix("--color=")? };
        ColorChoice::from_str(value, false).ok()
    });
    choices.last().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(line: &[&str]) -> Usage {
        let words: Vec<OsString> =
            std::iter::once(&"cfglint").chain(line).map(OsString::from).collect();
        Usage::new(parse(&words).err().expect("invalid arguments"), &words)
    }

    #[test]
    fn nothing_of_strangers_reaches_the_terminal_raw() {
        for line in [&["--\u{1b}[31mx"][..], &["--format", "\nerror: x\u{202e}"], &["--var-file"]] {
            for color in [false, true] {
                let usage = usage(line);
                let text = usage.text(color);
                assert!(!text.contains("\u{1b}[31mx") && !text.contains('\u{202e}'), "{text}");
                assert!(!text.contains("\nerror: x"), "{text}");
                assert!(color || !text.contains('\u{1b}'), "{text}");
                assert_eq!((usage.code, usage.is_error), (USAGE, true));
            }
        }
        assert!(usage(&["--help"]).text(true).contains('\u{1b}'));
    }

    #[test]
    fn values_of_variables_are_not_shown() {
        for line in [
            &["--var", "hunter2"][..],
            &["--var=hunter2"],
            &["debug", "timing", "--var", "=hunter2"],
        ] {
            let text = usage(line).text(false);
            assert!(!text.contains("hunter2") && text.contains("write NAME=VALUE"), "{text}");
        }
    }

    #[test]
    fn the_choice_of_colours_is_found() {
        let check = |line: &str, expect| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(color_choice(&words), expect, "{line}");
        };
        check("cfglint --x", ColorChoice::Auto);
        check("cfglint --x --color never", ColorChoice::Never);
        check("cfglint --color=always --x", ColorChoice::Always);
        check("cfglint --color", ColorChoice::Auto);
    }
}
