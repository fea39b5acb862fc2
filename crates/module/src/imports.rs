//! What `import` blocks bring under Terraform, as far as their text says. Never reads a state.

use source::Location;
use syntax::Expr;
use syntax::view::{ExprKind, Part};
use value::Value;

use crate::{Bindings, Declared, ModuleValues};

/// An `import` block of a root module.
#[derive(Clone)]
pub struct Import<'m> {
    /// The names of the calls on the way to the module of the resource, joined by points.
    path: String,
    /// The type of the resource.
    pub block_type: String,
    name: String,
    declared: &'m Declared<'m>,
}

impl<'m> Import<'m> {
    fn read(declared: &'m Declared<'m>) -> Option<Self> {
        let mut names = target_names(declared.argument("to")?.expr())?;
        let (name, block_type) = (names.pop()?, names.pop()?);
        let mut path = Vec::new();
        for call in names.chunks(2) {
            let [keyword, name] = call else { return None };
            if keyword != "module" {
                return None;
            }
            path.push(name.as_str());
        }
        Some(Self { path: path.join("."), block_type, name, declared })
    }

    /// Where the block stands.
    pub fn place(&self) -> Location {
        self.declared.header()
    }
}

/// The names of the target of an import, which is a text in JSON.
fn target_names(target: Expr<'_>) -> Option<Vec<String>> {
    if let Some(text) = target.as_plain_string() {
        return names_of(syntax::parse_expression(text.as_bytes()).expr()?);
    }
    match target.kind() {
        ExprKind::Template(template) => match template.parts().as_slice() {
            [Part::Interpolation { expr, .. }] => names_of(*expr),
            _ => None,
        },
        _ => names_of(target),
    }
}

/// The names of an address, without the keys of instances.
fn names_of(mut expr: Expr<'_>) -> Option<Vec<String>> {
    let mut names = Vec::new();
    loop {
        expr = match expr.kind() {
            ExprKind::GetAttr { target, name, .. } => {
                names.push(name.to_owned());
                target
            }
            ExprKind::Index { target, .. } | ExprKind::LegacyIndex { target, .. } => target,
            ExprKind::Variable(name) => {
                names.push(name.to_owned());
                names.reverse();
                return Some(names);
            }
            _ => return None,
        };
    }
}

impl<'m> ModuleValues<'m> {
    /// The `import` blocks of the root module whose target can be read. Of a called module there are
    /// none of its own.
    pub fn imports(&self) -> impl Iterator<Item = Import<'m>> + use<'m> {
        let root = self.evaluation.modules.get(self.evaluation.root);
        root.imports.iter().filter_map(Import::read)
    }

    /// The import of the resource of that type and name of this module.
    pub fn import_of(&self, block_type: &str, name: &str) -> Option<Import<'m>> {
        let is_it = |import: &Import<'_>| {
            import.block_type == block_type
                && import.name == name
                && import.path == *self.instance.path
        };
        self.imports().find(is_it)
    }

    /// The id that an import names, as far as it is known without the keys of `for_each`.
    pub fn id_of_import(&self, import: &Import<'m>) -> Option<Value> {
        let id = import.declared.argument("id")?;
        Some(self.evaluation.root().evaluate(id.expr(), id.file, &Bindings::default()).value)
    }
}
