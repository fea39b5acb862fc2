//! The one place where anything is printed: findings on standard output, all else on standard
//! error.
#![expect(clippy::disallowed_methods, reason = "colours and width depend on the environment")]

use std::io::{self, IsTerminal as _, Write};

use anyhow::anyhow;
use project::words;

use crate::color::{self, ColorChoice};
use crate::usage::Usage;

/// Width where there is no terminal to ask.
const DEFAULT_WIDTH: usize = 120;

/// The streams of the process.
pub(crate) struct Streams {
    /// Whether standard output is a terminal.
    pub(crate) is_terminal: bool,
    /// Whether to colour standard output.
    pub(crate) color: bool,
    /// Columns of the terminal.
    pub(crate) width: usize,
}

impl Streams {
    pub(crate) fn of_process(choice: ColorChoice) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let width = terminal_size::terminal_size_of(io::stdout());
        Self {
            is_terminal,
            color: color::is_wanted(choice, is_terminal, environment),
            width: width.map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0)),
        }
    }

    /// Writes findings. When their reader went away, it has seen enough: that is no error.
    #[expect(clippy::unused_self, reason = "who prints must hold the streams")]
    pub(crate) fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written
                .map_err(|error| anyhow!("standard output cannot be written: {}", words(&error))),
        }
    }

    /// Says something that is no finding.
    #[expect(clippy::unused_self, reason = "who prints must hold the streams")]
    pub(crate) fn note(&mut self, text: &str) {
        note_on_stderr(text);
    }
}

/// Prints what the reading of the arguments ended with: help, the version or an error.
pub(crate) fn print_usage(usage: &Usage, choice: ColorChoice) {
    let is_terminal =
        if usage.is_error { io::stderr().is_terminal() } else { io::stdout().is_terminal() };
    let text = usage.text(color::is_wanted(choice, is_terminal, environment));
    // There is nobody to tell that nothing can be told.
    let _ = if usage.is_error {
        io::stderr().lock().write_all(text.as_bytes())
    } else {
        io::stdout().lock().write_all(text.as_bytes())
    };
}

/// Says something where there are no streams.
pub(crate) fn note_on_stderr(text: &str) {
    // Who closed standard error does not want to know.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// An environment variable as text.
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}
