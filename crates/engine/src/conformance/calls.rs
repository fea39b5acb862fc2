//! Judges the calls of a module against the variables of what they call. Evaluates nothing.

use std::collections::HashSet;

use diagnostics::{Edit, Fix, Safety};
use module::{Declared, Module, ModuleValues, Placed};
use rulebook::did_you_mean;
use source::Location;
use syntax::{Attribute, Item};

use super::{Finding, OfModule};
use crate::SchemaRule;

/// Arguments of a `module` block that are not variables of the called module.
const META_ARGUMENTS: [&str; 6] =
    ["source", "version", "count", "for_each", "providers", "depends_on"];

/// Judges the calls of a module.
pub(super) fn judge(values: &ModuleValues<'_>, found: &mut OfModule<'_>) {
    let unknown = found.runs(SchemaRule::UnknownModuleArgument);
    let missing = found.runs(SchemaRule::MissingModuleArgument);
    if !unknown && !missing {
        return;
    }
    for (name, call) in &values.module().module_calls {
        let Some(called) = values.called_module(name).filter(|it| is_known(it)) else { continue };
        let call = Call { name, block: call, called, caller: values.module() };
        if unknown {
            call.unknown(found);
        }
        if missing {
            call.missing(found);
        }
    }
}

/// Whether all variables of a module are known.
fn is_known(module: &Module<'_>) -> bool {
    // Override files alone wait for a module to be put beside them.
    module.is_certain() && !module.files.has_unread_config && !module.files.config.is_empty()
}

/// A call and the module that it leads to.
struct Call<'c, 'm> {
    name: &'c str,
    block: &'c Declared<'m>,
    called: &'c Module<'m>,
    caller: &'c Module<'m>,
}

impl<'m> Call<'_, 'm> {
    /// All that the call sets, with where it stands; what overrides it in override files included.
    fn arguments(&self) -> impl Iterator<Item = (Placed<'m>, Attribute<'m>)> {
        let items = |part: Placed<'m>| {
            let attributes = part.block.body().attributes();
            let is_variable = |it: &Attribute<'m>| !META_ARGUMENTS.contains(&&*it.name());
            // In a block `_` stand arguments that have the name of a meta-argument.
            let escaped = part.block.body().blocks_of("_");
            let escaped = escaped.flat_map(|block| block.body().attributes());
            let all = attributes.filter(is_variable).chain(escaped);
            all.map(move |attribute| (part, attribute)).collect::<Vec<_>>()
        };
        self.block.body().parts().flat_map(items)
    }

    /// Tells the arguments for which there is no variable.
    fn unknown(&self, found: &mut OfModule<'_>) {
        for (part, attribute) in self.arguments() {
            let name = attribute.name();
            // In JSON comments are members of the name `//`.
            if self.called.variables.contains_key(&name) || name == "//" {
                continue;
            }
            // What is passed already cannot be meant.
            let passes = |name: &str| self.arguments().any(|(_, other)| other.name() == name);
            let names = self.called.variables.keys().map(AsRef::as_ref);
            let free = names.filter(|name| !passes(name));
            let meant = did_you_mean(&name, free);
            let hint = match meant {
                Some(meant) => format!("; did you mean `{meant}`?"),
                None => String::new(),
            };
            let location = Location::new(part.file, attribute.name_range());
            let message = format!("the module has no variable `{name}`{hint}");
            let fix = meant.map(|meant| self.renamed(location, meant));
            tell((location, message), fix, found);
        }
        self.blocks(found);
    }

    /// Tells the nested blocks, of which a call has none.
    fn blocks(&self, found: &mut OfModule<'_>) {
        for part in self.block.body().parts() {
            for item in part.block.body().items() {
                let Item::Block(block) = item else { continue };
                let kind = block.kind();
                // OpenTofu has a `lifecycle` there.
                if matches!(&*kind, "_" | "lifecycle") {
                    continue;
                }
                let is_variable = self.called.variables.contains_key(&*kind);
                let hint =
                    if is_variable { format!(": write `{kind} = …`") } else { String::new() };
                let message = format!("a call of a module takes no block `{kind}`{hint}");
                let location = Location::new(part.file, block.kind_range());
                tell((location, message), None, found);
            }
        }
    }

    /// Tells the variables that have to be passed and are not.
    fn missing(&self, found: &mut OfModule<'_>) {
        // Broken text may pass more than is known.
        if self.block.body().parts().any(Placed::is_broken) {
            return;
        }
        let passed: HashSet<_> = self.arguments().map(|(_, argument)| argument.name()).collect();
        for (name, variable) in &self.called.variables {
            let is_set = passed.contains(name) || variable.argument("default").is_some();
            if is_set || variable.body().parts().any(Placed::is_broken) {
                continue;
            }
            let message = format!(
                "`module.{}` does not set the variable `{name}`, which has no default",
                self.name
            );
            let header = self.block.header();
            let finding = Finding {
                rule: SchemaRule::MissingModuleArgument,
                level: None,
                location: header,
                message,
                related: vec![diagnostics::Related {
                    message: format!("`var.{name}` is declared here"),
                    location: variable.header(),
                }],
                fix: None,
            };
            found.add(finding);
        }
    }

    fn renamed(&self, location: Location, name: &str) -> Fix {
        let is_json = self.caller.sources.tree(location.file).is_json();
        let text = if is_json { format!("\"{name}\"") } else { name.to_owned() };
        let edits = vec![Edit { location, text }];
        let title = format!("rename to `{name}`");
        Fix { safety: Safety::Unsafe, title, edits }
    }
}

/// Tells something that a call has and the module does not take.
fn tell((location, message): (Location, String), fix: Option<Fix>, found: &mut OfModule<'_>) {
    let (rule, related) = (SchemaRule::UnknownModuleArgument, Vec::new());
    found.add(Finding { rule, level: None, location, message, related, fix });
}
