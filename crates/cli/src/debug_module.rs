//! The module that `cfglint debug eval` and `cfglint debug values` look at, with all that it calls.
#![expect(clippy::disallowed_methods, reason = "the command knows its working directory")]

use std::env;
use std::path::Path;

use anyhow::Context as _;
use module::{Evaluation, Module, ModuleFiles, ModuleId, Modules, Settings, Sources};
use schema::Catalog;
use source::Files;

use crate::args::GivenOptions;
use crate::session::settings;

/// A root module that can be evaluated.
pub(crate) struct Root<'m> {
    modules: &'m Modules<'m>,
    id: ModuleId,
    settings: &'m Settings,
    files: &'m dyn Files,
}

impl Root<'_> {
    /// A new evaluation, which may take as much work as the first one.
    pub(crate) fn evaluation(&self) -> Evaluation<'_> {
        Evaluation::new(self.modules, self.id, self.settings, Some(self.files))
    }
}

/// What `look` makes of the root module in `directory` when `given` is set for it. A directory
/// without configuration is a module that declares nothing.
pub(crate) fn look_at<T>(
    directory: &Path,
    given: &GivenOptions,
    look: impl FnOnce(&Root<'_>) -> T,
) -> anyhow::Result<T> {
    let cwd = env::current_dir().context("cannot find the working directory")?;
    let mut discovery = project::find_module(directory, &cwd)?.load();
    let root = discovery.modules.first().map(|root| root.directory.clone());
    let mut trees = Vec::new();
    discovery.follow_calls(&mut trees);
    let settings: Settings = settings(given, &mut discovery)?;
    discovery.parse(&mut trees);

    let sources = Sources { files: &discovery.files, trees: &trees };
    let empty = ModuleFiles { directory: ".".to_owned(), ..ModuleFiles::default() };
    let directory = root.as_deref().unwrap_or(&empty.directory);
    let files = discovery.modules.iter().chain(root.is_none().then_some(&empty));
    let modules: Vec<_> = files.map(|files| Module::assemble(files, sources)).collect();
    let schemas = Catalog::builtin();
    let modules = Modules::new(modules, &discovery.absent, &schemas);
    let mut all = modules.iter();
    let found = all.find(|(_, module)| module.files.directory == directory);
    let (id, _) = found.expect("invariant: the root is one of the modules");
    let overlay = discovery.overlay(&discovery.files);
    Ok(look(&Root { modules: &modules, id, settings: &settings, files: &overlay }))
}
