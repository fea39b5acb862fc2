//! Black-box tests: the built binary, and the structure of the sources.
#![expect(clippy::disallowed_methods, reason = "tests write files and start the binary")]

mod command_line;
mod fix_files;
mod fixes;
mod fixes_json;
mod folder;
mod robustness;
mod schema_rules;
mod schemas;
mod structure;
