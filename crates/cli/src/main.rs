//! The `cfglint` binary; all of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    cfglint_cli::main()
}
