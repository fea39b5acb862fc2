//! Black-box tests: the built binary, and the structure of the sources.

mod command_line;
mod robustness;
mod structure;
