//! Turns a panic into a message that helps to report it.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

use report::escape;

use crate::{INTERNAL, ISSUES, streams};

/// What the last panic said.
static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Runs `work`; a panic in it becomes a message and the exit code of an internal error. Panics that
/// are caught further in, those of rules, are silent here.
pub(crate) fn catch_panics(work: impl FnOnce() -> u8) -> u8 {
    let default_hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(info.to_string());
        if streams::environment("RUST_BACKTRACE").is_some_and(|value| value != "0") {
            default_hook(info);
        }
    }));
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let last = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
        streams::note_on_stderr(&message(&last.unwrap_or_default()));
        INTERNAL
    })
}

fn message(panic: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let panic: Vec<_> = panic.lines().map(|line| format!("  {}", escape(line))).collect();
    format!(
        "internal error: cfglint {version} crashed; this is a bug of cfglint\n{}\n\
         Please report it at {ISSUES} with the lines above\n\
         and, if you may share it, the configuration.",
        panic.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_internal_error() {
        assert_eq!(catch_panics(|| 1), 1);
        assert_eq!(catch_panics(|| panic!("on purpose\u{1b}[31m")), INTERNAL);
        let _ = panic::take_hook();
        let message = message("panicked at x.rs:1:2:\non purpose\u{1b}");
        assert!(message.contains("  on purpose\\u{1b}\n") && message.contains(ISSUES));
    }
}
