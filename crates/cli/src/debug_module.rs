//! The module that `cfglint debug eval` and `cfglint debug values` look at, with all that it calls.
#![expect(clippy::disallowed_methods, reason = "the command knows its working directory")]

use std::env;
use std::path::Path;

use anyhow::Context as _;
use module::{Evaluation, Module, ModuleFiles, Modules, Settings, Sources};

use crate::args::GivenOptions;
use crate::session::settings;

/// What `look` makes of the root module in `directory` when `given` is set for it. A directory
/// without configuration is a module that declares nothing.
pub(crate) fn evaluate<T>(
    directory: &Path,
    given: &GivenOptions,
    look: impl for<'m> FnOnce(&'m Evaluation<'m>) -> T,
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
    let modules = Modules::new(modules, &discovery.absent);
    let mut all = modules.iter();
    let found = all.find(|(_, module)| module.files.directory == directory);
    let (root, _) = found.expect("invariant: the root is one of the modules");
    let overlay = discovery.overlay(&discovery.files);
    let evaluation = Evaluation::new(&modules, root, &settings, Some(&overlay));
    Ok(look(&evaluation))
}
