//! Judges the calls of a module against the variables of what they call. Evaluates nothing.

use std::borrow::Cow;
use std::rc::Rc;

use diagnostics::{Edit, Fix, Safety};
use module::{Declared, Module, ModuleValues, Placed};
use rulebook::did_you_mean;
use source::{FileId, Location};
use syntax::{Attribute, Item};

use super::{Finding, OfModule, Shared};
use crate::SchemaRule;

/// Arguments of a `module` block that are not variables of the called module.
const META_ARGUMENTS: [&str; 6] =
    ["source", "version", "count", "for_each", "providers", "depends_on"];

/// Judges the calls of a module.
pub(super) fn judge<'m>(
    values: &ModuleValues<'m>,
    shared: &Shared<'_, 'm>,
    found: &mut OfModule<'_>,
) {
    let unknown = found.runs(SchemaRule::UnknownModuleArgument);
    let missing = found.runs(SchemaRule::MissingModuleArgument);
    if !unknown && !missing {
        return;
    }
    for (name, call) in &values.module().module_calls {
        let Some(called) = values.called_module(name).filter(|it| is_known(it)) else { continue };
        let arguments = arguments(call);
        let call = Call { name, block: call, called, caller: values.module(), arguments };
        if unknown {
            call.unknown(found);
        }
        if missing {
            call.missing(&shared.required(called), found);
        }
    }
}

/// Whether all variables of a module are known.
fn is_known(module: &Module<'_>) -> bool {
    // Override files alone wait for a module to be put beside them.
    module.is_certain() && !module.files.has_unread_config && !module.files.config.is_empty()
}

/// The variables that calls of a module have to set, by name.
pub(super) type Required<'m> = [(&'m str, &'m Declared<'m>)];

/// The variables that calls of `module` have to set, as far as that is certain.
pub(super) fn required<'m>(module: &'m Module<'m>) -> Rc<Required<'m>> {
    let variables = module.variables.iter().map(|(name, variable)| (&**name, variable));
    let has_none = |variable: &Declared<'_>| {
        variable.argument("default").is_none() && !variable.body().parts().any(Placed::is_broken)
    };
    variables.filter(|(_, variable)| has_none(variable)).collect()
}

/// A call and the module that it leads to.
struct Call<'c, 'm> {
    name: &'c str,
    block: &'c Declared<'m>,
    called: &'c Module<'m>,
    caller: &'c Module<'m>,
    arguments: Vec<Argument<'m>>,
}

/// An argument of a call that is meant for a variable.
struct Argument<'m> {
    name: Cow<'m, str>,
    file: FileId,
    attribute: Attribute<'m>,
}

/// All that a call sets, with where it stands; what overrides it in override files included.
fn arguments<'m>(call: &Declared<'m>) -> Vec<Argument<'m>> {
    let mut all = Vec::new();
    for Placed { file, block } in call.body().parts() {
        let argument =
            |attribute: Attribute<'m>| Argument { name: attribute.name(), file, attribute };
        let arguments = block.body().attributes().map(argument);
        all.extend(arguments.filter(|it| !META_ARGUMENTS.contains(&&*it.name)));
        // In a block `_` stand arguments that have the name of a meta-argument.
        let escaped = block.body().blocks_of("_").flat_map(|block| block.body().attributes());
        all.extend(escaped.map(argument));
    }
    all
}

impl Call<'_, '_> {
    /// Tells the arguments for which there is no variable.
    fn unknown(&self, found: &mut OfModule<'_>) {
        for Argument { name, file, attribute } in &self.arguments {
            // In JSON comments are members of the name `//`.
            if self.called.variables.contains_key(name) || name == "//" {
                continue;
            }
            // What is passed already cannot be meant.
            let passes = |name: &str| self.arguments.iter().any(|other| other.name == name);
            let names = self.called.variables.keys().map(AsRef::as_ref);
            let free = names.filter(|name| !passes(name));
            let meant = did_you_mean(name, free);
            let hint = match meant {
                Some(meant) => format!("; did you mean `{meant}`?"),
                None => String::new(),
            };
            let location = Location::new(*file, attribute.name_range());
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
    fn missing(&self, required: &Required<'_>, found: &mut OfModule<'_>) {
        if required.is_empty() {
            return;
        }
        // Broken text may pass more than is known.
        if self.block.body().parts().any(Placed::is_broken) {
            return;
        }
        let mut passed: Vec<_> = self.arguments.iter().map(|argument| &*argument.name).collect();
        passed.sort_unstable();
        let is_passed = |name: &&str| passed.binary_search(name).is_ok();
        for (name, variable) in required.iter().filter(|(name, _)| !is_passed(name)) {
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
