//! Black-box tests: the built binary, and the structure of the sources.
#![expect(clippy::disallowed_methods, reason = "tests write files and start the binary")]

mod catalogue;
mod command_line;
mod fix_files;
mod fixes;
mod fixes_json;
mod folder;
mod recorded;
mod robustness;
mod rules_page;
mod schema_rules;
mod schemas;
mod seed;
mod structure;
