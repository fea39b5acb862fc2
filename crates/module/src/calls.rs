//! Which local modules are called, and with which arguments.

use std::collections::{BTreeMap, BTreeSet};

use syntax::Item;

use crate::{Argument, Module};

/// Arguments of a `module` block that are not variables of the called module.
const META_ARGUMENTS: [&str; 6] =
    ["source", "version", "count", "for_each", "providers", "depends_on"];

/// For each directory that a module of the run calls: the variables that some call sets.
#[derive(Debug, Default)]
pub struct CallIndex {
    variables: BTreeMap<String, BTreeSet<String>>,
}

impl CallIndex {
    /// Reads the calls of all modules of a run.
    pub fn new<'m, 'a: 'm>(modules: impl IntoIterator<Item = &'m Module<'a>>) -> Self {
        let mut variables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for module in modules {
            for call in module.module_calls.values() {
                let source = call.argument("source").map(Argument::expr);
                let source = source.and_then(syntax::Expr::as_plain_string);
                let Some(source) = source.filter(|source| is_local(source)) else { continue };
                let names = call.body().items().flat_map(|item| match item {
                    Item::Attribute(argument) => vec![argument.name().into_owned()],
                    // Arguments that have the name of a meta-argument may stand in a block `_`.
                    Item::Block(block) if block.kind() == "_" => {
                        let arguments = block.body().attributes();
                        arguments.map(|argument| argument.name().into_owned()).collect()
                    }
                    Item::Block(_) => Vec::new(),
                });
                let names = names.filter(|name| !META_ARGUMENTS.contains(&name.as_str()));
                variables.entry(join(&module.files.directory, &source)).or_default().extend(names);
            }
        }
        Self { variables }
    }

    /// The variables that calls of `directory` set; `None` when nobody calls it.
    pub fn variables_of(&self, directory: &str) -> Option<&BTreeSet<String>> {
        self.variables.get(directory)
    }
}

/// Whether a module source is a local path.
fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || matches!(source, "." | "..")
}

/// `path` relative to `base`, both `/`-separated, with `.` and `..` resolved where possible.
fn join(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "." => {}
            "" if !parts.is_empty() => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, ".." | "")) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_paths() {
        let check = |base, path, expect: &str| assert_eq!(join(base, path), expect);
        check(".", "./modules/a", "modules/a");
        check("envs/prod", "../../modules/a/", "modules/a");
        check("a", "..", ".");
        check(".", "../x", "../x");
        check("../x", "../y", "../y");
        check("/abs/a", "../b", "/abs/b");
        check("a", ".", "a");
    }
}
