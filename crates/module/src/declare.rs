//! What a module declares: variables, locals, resources, data, modules, outputs, providers.

use std::borrow::Cow;
use std::collections::BTreeMap;

use source::{FileId, Location, TextRange};
use syntax::{Body, Expr};

use crate::files::{ModuleFiles, Sources};
use crate::merged::Declared;
use crate::overrides::{self, Refused};
use crate::providers::RequiredProvider;

/// Name and text borrow from the tree wherever it is UTF-8.
pub type Name<'a> = Cow<'a, str>;

/// Everything that the files of one directory declare. Names that are declared twice keep their
/// first declaration; the others are in `duplicates`.
pub struct Module<'a> {
    /// The files that it is made of.
    pub files: &'a ModuleFiles,
    /// Bytes and trees of them.
    pub sources: Sources<'a>,
    /// `variable` blocks by name.
    pub variables: BTreeMap<Name<'a>, Declared<'a>>,
    /// Entries of `locals` blocks by name.
    pub locals: BTreeMap<Name<'a>, Local<'a>>,
    /// `output` blocks by name.
    pub outputs: BTreeMap<Name<'a>, Declared<'a>>,
    /// `module` blocks by name.
    pub module_calls: BTreeMap<Name<'a>, Declared<'a>>,
    /// `resource` and `data` blocks in the order of files and source.
    pub resources: Vec<Resource<'a>>,
    /// `provider` blocks in source order.
    pub providers: Vec<Declared<'a>>,
    /// `import` blocks in source order.
    pub imports: Vec<Declared<'a>>,
    /// `terraform` blocks in source order, those of override files last.
    pub settings: Vec<Declared<'a>>,
    /// Names that are declared again.
    pub duplicates: Vec<Duplicate<'a>>,
    /// What override files hold that Terraform refuses there.
    pub refused: Vec<Refused>,
    pub(crate) required_providers: BTreeMap<Name<'a>, RequiredProvider>,
    resource_index: BTreeMap<(ResourceMode, Name<'a>, Name<'a>), usize>,
    is_certain: bool,
}

/// An entry of a `locals` block.
#[derive(Clone, Copy)]
pub struct Local<'a> {
    /// The file.
    pub file: FileId,
    /// Where its name stands.
    pub name_range: TextRange,
    /// Its value.
    pub expr: Expr<'a>,
}

/// Whether a resource is managed or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceMode {
    /// `resource`
    Managed,
    /// `data`
    Data,
}

impl ResourceMode {
    /// The block type: `resource` or `data`.
    pub const fn block_kind(self) -> &'static str {
        match self {
            Self::Managed => "resource",
            Self::Data => "data",
        }
    }

    /// The address of such a resource within its module: `aws_x.y` or `data.aws_x.y`.
    pub(crate) fn address(self, block_type: &str, name: &str) -> String {
        match self {
            Self::Managed => format!("{block_type}.{name}"),
            Self::Data => format!("data.{block_type}.{name}"),
        }
    }
}

/// A `resource` or `data` block.
#[derive(Clone)]
pub struct Resource<'a> {
    /// Managed or data.
    pub mode: ResourceMode,
    /// Its type: `aws_iam_role`.
    pub block_type: Name<'a>,
    /// Its name.
    pub name: Name<'a>,
    /// The block and its file.
    pub declared: Declared<'a>,
}

impl Resource<'_> {
    /// Its address within the module: `aws_x.y` or `data.aws_x.y`.
    pub fn address(&self) -> String {
        self.mode.address(&self.block_type, &self.name)
    }
}

/// A name that is declared again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate<'a> {
    /// What is declared, as references say it: `var.x`, `local.y`, `aws_x.y`.
    pub what: Name<'a>,
    /// Where it is declared first.
    pub first: Location,
    /// Where it is declared again.
    pub again: Location,
}

impl<'a> Module<'a> {
    /// Reads the declarations of `files`.
    pub fn assemble(files: &'a ModuleFiles, sources: Sources<'a>) -> Self {
        let mut module = Self {
            files,
            sources,
            variables: BTreeMap::new(),
            locals: BTreeMap::new(),
            outputs: BTreeMap::new(),
            module_calls: BTreeMap::new(),
            resources: Vec::new(),
            providers: Vec::new(),
            imports: Vec::new(),
            settings: Vec::new(),
            duplicates: Vec::new(),
            refused: Vec::new(),
            required_providers: BTreeMap::new(),
            resource_index: BTreeMap::new(),
            is_certain: false,
        };
        for file in &files.config {
            module.add_file(*file);
        }
        if !files.overrides.is_empty() {
            overrides::merge(&mut module);
        }
        module.is_certain = module.has_no_doubt();
        module
    }

    /// Whether no text is lost that may change anything anywhere in the module.
    pub fn is_certain(&self) -> bool {
        self.is_certain
    }

    /// The resource of that mode, type and name.
    pub fn resource(
        &self,
        mode: ResourceMode,
        block_type: &str,
        name: &str,
    ) -> Option<&Resource<'a>> {
        self.resource_position(mode, block_type, name).map(|at| &self.resources[at])
    }

    /// Where the resource of that mode, type and name stands in `resources`.
    pub(crate) fn resource_position(
        &self,
        mode: ResourceMode,
        block_type: &str,
        name: &str,
    ) -> Option<usize> {
        let key = (mode, Cow::Borrowed(block_type), Cow::Borrowed(name));
        self.resource_index.get(&key).copied()
    }

    /// The same, to be changed.
    pub(crate) fn resource_mut(
        &mut self,
        mode: ResourceMode,
        block_type: &str,
        name: &str,
    ) -> Option<&mut Resource<'a>> {
        let at = self.resource_position(mode, block_type, name)?;
        self.resources.get_mut(at)
    }

    /// All blocks that are declared, but for `import` and `terraform` blocks.
    pub fn declared(&self) -> impl Iterator<Item = &Declared<'a>> {
        let named = [&self.variables, &self.outputs, &self.module_calls];
        let named = named.into_iter().flat_map(BTreeMap::values);
        let resources = self.resources.iter().map(|resource| &resource.declared);
        named.chain(resources).chain(&self.providers)
    }

    /// Whether it is meant to be called by others: no backend, no provider configuration, no lock
    /// file.
    pub fn is_library(&self) -> bool {
        let mut settings = self.settings.iter();
        let has_backend = settings.any(|terraform| {
            let mut blocks = terraform.block.body().blocks();
            blocks.any(|block| matches!(&*block.kind(), "backend" | "cloud"))
        });
        !has_backend && self.providers.is_empty() && !self.files.has_lock_file
    }

    fn add_file(&mut self, file: FileId) {
        for block in self.sources.tree(file).body().blocks() {
            let declared = Declared::new(file, block);
            match &*block.kind() {
                "locals" => self.add_locals(file, block.body()),
                "resource" => self.add_resource(ResourceMode::Managed, declared),
                "data" => self.add_resource(ResourceMode::Data, declared),
                "variable" => add(&mut self.variables, &mut self.duplicates, "var", declared),
                "output" => add(&mut self.outputs, &mut self.duplicates, "output", declared),
                "module" => add(&mut self.module_calls, &mut self.duplicates, "module", declared),
                "provider" => self.providers.push(declared),
                "import" => self.imports.push(declared),
                "terraform" => {
                    self.add_required_providers(file, block, false);
                    self.settings.push(declared);
                }
                _ => {}
            }
        }
    }

    fn add_locals(&mut self, file: FileId, body: Body<'a>) {
        for attribute in body.attributes() {
            let name_range = attribute.name_range();
            let local = Local { file, name_range, expr: attribute.expr() };
            let name = attribute.name();
            if let Some(first) = self.locals.get(&name) {
                self.duplicates.push(Duplicate {
                    what: format!("local.{name}").into(),
                    first: Location::new(first.file, first.name_range),
                    again: Location::new(file, name_range),
                });
            } else {
                self.locals.insert(name, local);
            }
        }
    }

    fn add_resource(&mut self, mode: ResourceMode, declared: Declared<'a>) {
        let mut labels = declared.block.labels();
        let (Some(block_type), Some(name), None) = (labels.next(), labels.next(), labels.next())
        else {
            return;
        };
        let (block_type, name) = (block_type.text(), name.text());
        let resource = Resource { mode, block_type, name, declared };
        let key = (mode, resource.block_type.clone(), resource.name.clone());
        if let Some(first) = self.resource_index.get(&key) {
            self.duplicates.push(Duplicate {
                what: resource.address().into(),
                first: self.resources[*first].declared.header(),
                again: resource.declared.header(),
            });
        } else {
            self.resource_index.insert(key, self.resources.len());
        }
        // A second block of one address is judged like the first.
        self.resources.push(resource);
    }
}

fn add<'a>(
    map: &mut BTreeMap<Name<'a>, Declared<'a>>,
    duplicates: &mut Vec<Duplicate<'a>>,
    prefix: &str,
    declared: Declared<'a>,
) {
    let Some(name) = declared.block.label(0) else { return };
    match map.get(&name) {
        Some(first) => duplicates.push(Duplicate {
            what: format!("{prefix}.{name}").into(),
            first: first.header(),
            again: declared.header(),
        }),
        None => {
            map.insert(name, declared);
        }
    }
}
