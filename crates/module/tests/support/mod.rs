//! Modules made of texts, and all that is known about their values as lines of text.

#![allow(dead_code, reason = "not every test file needs all of it")]

use std::collections::BTreeSet;
use std::fmt::Write;

use cfglint_module::{
    Argument, Bindings, Declared, MergedBody, Module, ModuleFiles, ModuleValues, Problem, Settings,
    Sources, instances,
};
use source::{FileId, FileSet, SourceFile};
use syntax::{Item, Syntax, Tree};
use value::{Marks, Value};

/// The files of one directory, parsed.
pub struct Loaded {
    files: FileSet,
    trees: Vec<Tree>,
    module: ModuleFiles,
}

impl Loaded {
    /// The module that Terraform makes of files of these names.
    pub fn new<T: AsRef<[u8]> + Ord + Copy>(texts: &[(&str, T)]) -> Self {
        let mut texts = texts.to_vec();
        texts.sort_unstable();
        let mut loaded = Self {
            files: FileSet::new(),
            trees: Vec::new(),
            module: ModuleFiles { directory: ".".to_owned(), ..ModuleFiles::default() },
        };
        for (name, text) in texts {
            loaded.add(name, text.as_ref());
        }
        let files = &loaded.files;
        loaded.module.variable_files.sort_by_key(|file| match files.get(*file).path() {
            "terraform.tfvars" => 0,
            "terraform.tfvars.json" => 1,
            _ => 2,
        });
        loaded
    }

    fn add(&mut self, name: &str, text: &[u8]) {
        let stem = name.strip_suffix(".json").unwrap_or(name);
        let is_loaded = stem == "terraform.tfvars" || stem.ends_with(".auto.tfvars");
        let list = match stem.strip_suffix(".tf") {
            Some(stem) if stem == "override" || stem.ends_with("_override") => {
                &mut self.module.overrides
            }
            Some(_) => &mut self.module.config,
            None if is_loaded => &mut self.module.variable_files,
            None => return,
        };
        let file = self.files.add(SourceFile::new(name, text));
        list.push(file);
        self.trees.push(syntax::parse_as(text, Syntax::of_path(name)));
    }

    /// What the files declare.
    pub fn assemble(&self) -> Module<'_> {
        Module::assemble(&self.module, Sources { files: &self.files, trees: &self.trees })
    }

    /// `file:line:column` of a place.
    pub fn place(&self, location: source::Location) -> String {
        let file = self.files.get(location.file);
        let position = file.position(location.range.start());
        format!("{}:{}:{}", file.path(), position.line, position.column)
    }

    /// Where the syntax errors of all files are.
    pub fn syntax_error_places(&self) -> Vec<String> {
        let trees = self.files.iter().zip(&self.trees);
        let place = |(file, range)| self.place(source::Location::new(file, range));
        let errors = trees.flat_map(|((file, _), tree)| {
            tree.errors().iter().map(move |error| (file, error.range))
        });
        errors.map(place).collect()
    }

    /// The syntax errors of all files.
    pub fn syntax_errors(&self) -> Vec<String> {
        let errors = self.trees.iter().flat_map(Tree::errors);
        errors.map(|error| error.message.to_string()).collect()
    }
}

/// A value as a plan has it: JSON, or which of it is unknown; marked when it is sensitive.
pub fn shown(value: &Value) -> String {
    let mut text = if value.is_wholly_known() {
        format!("{} {}", value.to_json(), value.ty().to_json())
    } else {
        format!("unknown {}", value.unknown_to_json())
    };
    if value.marks_deep().contains(Marks::SENSITIVE) {
        text.push_str(" sensitive");
    }
    text
}

/// The value of an expression in the scope of a module, with the errors in it.
pub fn evaluated(values: &ModuleValues<'_>, text: &str) -> String {
    let tree = syntax::parse_expression(text.as_bytes());
    let expr = tree.expr().expect("an expression");
    let evaluated = values.evaluate(expr, FileId::NOWHERE, &Bindings::default());
    match evaluated.errors.first() {
        Some(error) => format!("error: {}", error.summary),
        None => shown(&evaluated.value),
    }
}

/// All values of a module, one a line: variables, locals, outputs, arguments of all instances of
/// resources and of their nested blocks, whose types are `blocks`; then what Terraform refuses.
pub fn describe(loaded: &Loaded, blocks: &[&str]) -> String {
    let module = loaded.assemble();
    let settings = Settings::default();
    let values = ModuleValues::new(&module, &settings, None);
    let mut out = String::new();
    for name in module.variables.keys() {
        let _ = writeln!(out, "var.{name} = {}", evaluated(&values, &format!("var.{name}")));
    }
    for name in module.locals.keys() {
        let _ = writeln!(out, "local.{name} = {}", evaluated(&values, &format!("local.{name}")));
    }
    for (name, output) in &module.outputs {
        let value = output.argument("value");
        let value = value.map(|argument| value_of(&values, argument, &Bindings::default()));
        let _ = writeln!(out, "output.{name} = {}", value.as_ref().map_or("none".into(), shown));
    }
    for resource in &module.resources {
        describe_block(&mut out, &values, &resource.address(), &resource.declared, blocks);
    }
    for (name, call) in &module.module_calls {
        describe_block(&mut out, &values, &format!("module.{name}"), call, blocks);
    }
    values.evaluate_all();
    let problems = values.problems();
    for refused in &module.refused {
        let _ = writeln!(out, "{} {:?}", loaded.place(refused.location), refused.reason);
    }
    for problem in problems {
        match problem {
            Problem::Invalid { error, .. } | Problem::Undeclared(error) => {
                let place = loaded.place(error.location);
                let _ = writeln!(out, "{place} {}: {}", error.summary, error.detail);
            }
            other => {
                let _ = writeln!(out, "{other:?}");
            }
        }
    }
    out
}

/// The value of an argument.
pub fn value_of(values: &ModuleValues<'_>, argument: Argument<'_>, bindings: &Bindings) -> Value {
    values.value(argument.expr(), argument.file, bindings)
}

fn describe_block(
    out: &mut String,
    values: &ModuleValues<'_>,
    address: &str,
    declared: &Declared<'_>,
    blocks: &[&str],
) {
    for instance in instances(values, declared) {
        let address = format!("{address}{}", instance.key.unwrap_or_default());
        let _ = writeln!(out, "{address}");
        describe_body(out, values, &address, declared.body(), (&instance.bindings, blocks));
    }
}

fn describe_body(
    out: &mut String,
    values: &ModuleValues<'_>,
    address: &str,
    body: MergedBody<'_, '_>,
    (bindings, blocks): (&Bindings, &[&str]),
) {
    let items: Vec<_> = body.items().collect();
    let names: BTreeSet<_> = items
        .iter()
        .filter_map(|item| match item {
            Item::Attribute(attribute) => Some(attribute.name()),
            Item::Block(_) => None,
        })
        .filter(|name| !blocks.contains(&name.as_ref()) && name != "depends_on")
        .collect();
    for name in names {
        let value = body.argument(&name).map(|argument| value_of(values, argument, bindings));
        let value = value.as_ref().map_or("none".into(), shown);
        let _ = writeln!(out, "{address}.{name} = {value}");
    }
    for kind in blocks {
        for (at, block) in body.blocks_of(kind).enumerate() {
            let mut address = format!("{address}.{}", block.block.kind());
            for label in block.block.labels() {
                let _ = write!(address, ".{}", label.text());
            }
            let _ = write!(address, "#{at}");
            let _ = writeln!(out, "{address}");
            describe_body(out, values, &address, block.body(), (bindings, blocks));
        }
    }
}
