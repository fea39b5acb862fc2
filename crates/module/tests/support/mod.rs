//! Modules made of texts, and all that is known about their values as lines of text.

#![allow(dead_code, reason = "not every test file needs all of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use cfglint_module::{
    Absence, Argument, Assumptions, Bindings, Declared, Evaluation, Key, MergedBody, Module,
    ModuleFiles, ModuleValues, Modules, Plan, Problem, Settings, Sources,
};
use schema::Catalog;
use source::{Entry, EntryKind, FileId, FileSet, Files, ReadError, SourceFile, Text};
use syntax::{Item, Syntax, Tree};
use value::{Marks, Value};

/// The providers whose schema is built in.
static CATALOG: Catalog<'static> = Catalog::builtin();

/// The files of one directory and those below it, parsed.
pub struct Loaded {
    files: FileSet,
    trees: Vec<Tree>,
    modules: BTreeMap<String, ModuleFiles>,
    absent: BTreeMap<String, Absence>,
}

impl Loaded {
    /// The modules that Terraform makes of files of these paths; there is always one in `.`.
    pub fn new<T: AsRef<[u8]> + Ord + Copy>(texts: &[(&str, T)]) -> Self {
        let mut texts = texts.to_vec();
        texts.sort_unstable();
        let mut loaded = Self {
            files: FileSet::new(),
            trees: Vec::new(),
            modules: BTreeMap::new(),
            absent: BTreeMap::new(),
        };
        loaded.module(".");
        for (path, text) in texts {
            loaded.add(path, text.as_ref());
        }
        let Self { files, modules, .. } = &mut loaded;
        for module in modules.values_mut() {
            module.variable_files.sort_by_key(|file| {
                let path = files.get(*file).path();
                match path.rsplit('/').next() {
                    Some("terraform.tfvars") => 0,
                    Some("terraform.tfvars.json") => 1,
                    _ => 2,
                }
            });
        }
        loaded
    }

    fn module(&mut self, directory: &str) -> &mut ModuleFiles {
        let new = || ModuleFiles { directory: directory.to_owned(), ..ModuleFiles::default() };
        self.modules.entry(directory.to_owned()).or_insert_with(new)
    }

    fn add(&mut self, path: &str, text: &[u8]) {
        let (directory, name) = path.rsplit_once('/').unwrap_or((".", path));
        let stem = name.strip_suffix(".json").unwrap_or(name);
        let is_loaded = stem == "terraform.tfvars" || stem.ends_with(".auto.tfvars");
        let is_config = stem.strip_suffix(".tf").is_some();
        let file = self.files.add(SourceFile::new(path, text));
        let syntax = if is_config || is_loaded { Syntax::of_path(path) } else { Syntax::Native };
        let is_read = is_config || is_loaded;
        self.trees.push(syntax::parse_as(if is_read { text } else { b"" }, syntax));
        if !is_read {
            return;
        }
        let module = self.module(directory);
        match stem.strip_suffix(".tf") {
            Some(stem) if stem == "override" || stem.ends_with("_override") => {
                module.overrides.push(file);
            }
            Some(_) => module.config.push(file),
            None => module.variable_files.push(file),
        }
    }

    /// Says why a directory is no module.
    pub fn set_absent(&mut self, directory: &str, absence: Absence) {
        self.absent.insert(directory.to_owned(), absence);
    }

    /// Says which version of a provider the lock file in `.` names.
    pub fn lock(&mut self, provider: &str, version: &str) {
        self.module(".").locked.insert(provider.to_owned(), version.to_owned());
    }

    /// Says where the module is installed to which the calls of a key lead.
    pub fn install(&mut self, key: &str, directory: &str) {
        self.module(".").installed.insert(key.to_owned(), directory.to_owned());
    }

    /// What the files in `.` declare.
    pub fn assemble(&self) -> Module<'_> {
        Module::assemble(&self.modules["."], self.sources())
    }

    /// What all files declare.
    pub fn modules(&self) -> Modules<'_> {
        let modules = self.modules.values();
        let modules = modules.map(|files| Module::assemble(files, self.sources()));
        Modules::new(modules.collect(), &self.absent, &CATALOG)
    }

    fn sources(&self) -> Sources<'_> {
        Sources { files: &self.files, trees: &self.trees }
    }

    /// The values of the module in `.`.
    pub fn evaluation<'m>(
        &'m self,
        modules: &'m Modules<'m>,
        settings: &'m Settings,
    ) -> Evaluation<'m> {
        let mut all = modules.iter();
        let (root, _) = all.find(|(_, it)| it.files.directory == ".").expect("a root module");
        Evaluation::new(modules, root, settings, Some(self))
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

    /// `path` without `.` and `..`.
    fn clean(base: &str, path: &str) -> String {
        let mut parts = Vec::new();
        for part in base.split('/').chain(path.split('/')) {
            match part {
                "." | "" => {}
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        parts.join("/")
    }
}

/// The texts are all files that there are.
impl Files for Loaded {
    fn read(&self, base: &str, path: &str, limit: u64) -> Result<Text, ReadError> {
        let path = Self::clean(base, path);
        let found = self.files.iter().find(|(_, file)| file.path() == path);
        let text = found.ok_or(ReadError::NotFound)?.1.text();
        let size = text.len() as u64;
        if size > limit { Err(ReadError::TooLarge(size)) } else { Ok(text.clone()) }
    }

    fn kind(&self, base: &str, path: &str) -> Result<EntryKind, ReadError> {
        let path = Self::clean(base, path);
        let folder = format!("{path}/");
        let mut all = self.files.iter();
        let kind = all.find_map(|(_, file)| match file.path() {
            other if other == path => Some(EntryKind::File),
            other => other.starts_with(&folder).then_some(EntryKind::Directory),
        });
        kind.ok_or(ReadError::NotFound)
    }

    fn list(&self, base: &str, path: &str) -> Result<Vec<Entry>, ReadError> {
        let path = Self::clean(base, path);
        let folder = if path.is_empty() { String::new() } else { format!("{path}/") };
        let below = self.files.iter().filter_map(|(_, file)| file.path().strip_prefix(&folder));
        let entries: BTreeMap<_, _> = below
            .map(|rest| match rest.split_once('/') {
                Some((name, _)) => (name, EntryKind::Directory),
                None => (rest, EntryKind::File),
            })
            .collect();
        let entry = |(name, kind): (&str, _)| Entry { name: name.to_owned(), kind, is_link: false };
        Ok(entries.into_iter().map(entry).collect())
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
    let (modules, settings) = (loaded.modules(), Settings::default());
    let evaluation = loaded.evaluation(&modules, &settings);
    let values = evaluation.root();
    let module = values.module();
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
    for problem in problems(loaded, &values) {
        let _ = writeln!(out, "{problem}");
    }
    out
}

/// What Terraform refuses in a module instance, each with its place.
pub fn problems(loaded: &Loaded, values: &ModuleValues<'_>) -> Vec<String> {
    values.evaluate_all();
    let refused = values.module().refused.iter();
    let mut lines: Vec<_> = refused
        .map(|refused| format!("{} {:?}", loaded.place(refused.location), refused.reason))
        .collect();
    lines.extend(values.problems().into_iter().map(|problem| match problem {
        Problem::Invalid { error, .. } | Problem::Undeclared(error) => {
            format!("{} {}: {}", loaded.place(error.location), error.summary, error.detail)
        }
        Problem::AbsentModule { place, directory, absence } => {
            format!("{} no module in {directory}: {absence:?}", loaded.place(place))
        }
        Problem::Recursion { place, name } => {
            format!("{} the call {name} leads back", loaded.place(place))
        }
        other => format!("{other:?}"),
    }));
    lines
}

/// The same of a root module and of all that it calls, with the errors of syntax.
pub fn all_problems<'m>(loaded: &Loaded, evaluation: &'m Evaluation<'m>) -> Vec<String> {
    let place = |(place, message)| format!("{place} {message}");
    let of_syntax = loaded.syntax_error_places().into_iter().zip(loaded.syntax_errors());
    let mut lines: Vec<_> = of_syntax.map(place).collect();
    // All that is planned is evaluated.
    Plan::of(evaluation);
    let mut stack = vec![evaluation.root()];
    while let Some(values) = stack.pop() {
        lines.extend(problems(loaded, &values));
        let children = values.children(&Assumptions::default(), &BTreeSet::new());
        stack.extend(children.into_iter().map(|(child, _)| child));
    }
    lines
}

/// The value of an argument.
pub fn value_of(values: &ModuleValues<'_>, argument: Argument<'_>, bindings: &Bindings) -> Value {
    values.value(argument.expr(), argument.file, bindings)
}

fn describe_block<'m>(
    out: &mut String,
    values: &ModuleValues<'m>,
    address: &str,
    declared: &Declared<'m>,
    blocks: &[&str],
) {
    for key in values.instances(declared) {
        let Some(bindings) = values.bindings(declared, &key) else { continue };
        let key = if key == Key::Unknown { String::new() } else { key.to_string() };
        let address = format!("{address}{key}");
        let _ = writeln!(out, "{address}");
        describe_body(out, values, &address, declared.body(), (&bindings, blocks));
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
