//! Reads the modules that calls lead to and that the walk did not find. Never reads what lies outside
//! the project, links resolved, and never fetches anything.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use module::{Absence, local_directory};
use rayon::prelude::*;
use source::FileId;
use syntax::Tree;

use crate::calls::{Call, calls_of};
use crate::discover::{FoundModule, ShownPath};
use crate::installed::Installed;
use crate::load::Discovery;
use crate::look::{Look, Seen};
use crate::paths::{cleaned, display_path};

impl Discovery {
    /// Reads the modules that calls lead to and that were not found, and those that they call:
    /// because only a part of the project was given, because git or the configuration leaves them
    /// out, because they are hidden or links lead to them, or because `terraform init` has put them
    /// below `.terraform`. `trees` are those of the first files, by their ids; those of the others
    /// are added.
    pub fn follow_calls(&mut self, trees: &mut Vec<Tree>) {
        self.parse(trees);
        let mut follow = Follow::new(self, trees);
        follow.local();
        let mut installed = Installed::new(&mut follow);
        while installed.next(&mut follow) {
            follow.local();
        }
        installed.finish(follow.discovery);
        follow.doubt();
        let Follow { first_new, callees, new, .. } = follow;
        if first_new < self.modules.len() {
            self.settle(first_new, &callees, &new);
            self.parse(trees);
        }
    }

    /// Parses the files that have no tree in `trees` yet.
    pub fn parse(&self, trees: &mut Vec<Tree>) {
        let rest: Vec<_> = self.files.iter().skip(trees.len()).collect();
        let more = rest.into_par_iter().map(|(id, file)| self.parsed(id, file.text().clone()));
        trees.par_extend(more);
    }

    /// Says which of the modules from `first_new` on are wanted, and what configuration holds for
    /// them; sorts the modules.
    fn settle(&mut self, first_new: usize, callees: &[BTreeSet<usize>], new: &[NewModule]) {
        let mut stack: Vec<usize> = (0..first_new).filter(|at| self.places[*at].is_asked).collect();
        while let Some(at) = stack.pop() {
            for callee in callees[at].iter().copied().filter(|callee| *callee >= first_new) {
                let place = &mut self.places[callee];
                if !place.is_wanted && !new[callee - first_new].is_left_out {
                    place.is_wanted = true;
                    stack.push(callee);
                }
            }
        }
        let mut directories = BTreeSet::new();
        for (module, place) in new.iter().zip(&self.places[first_new..]) {
            if place.is_wanted {
                directories.insert(module.real.clone());
            } else {
                self.unwanted.extend(module.files.iter().copied());
            }
        }
        let added = self.configured.extend(directories, &mut self.files);
        self.ids.extend(added.into_iter().map(|(path, id)| (path, Ok(id))));
        for module in new {
            let is_foreign = self.is_foreign(&module.real);
            let directory = if is_foreign { own_part(&module.real) } else { &module.real };
            self.configured.add(module.files.iter().copied(), directory);
        }
        let places = std::mem::take(&mut self.places);
        let mut all: Vec<_> = std::mem::take(&mut self.modules).into_iter().zip(places).collect();
        all.sort_by(|(module, place), (other, its)| {
            (&module.directory, &place.path).cmp(&(&other.directory, &its.path))
        });
        (self.modules, self.places) = all.into_iter().unzip();
        self.finish();
    }
}

/// The part of `directory` above `.terraform`: the configuration of other people does not count.
fn own_part(directory: &Path) -> &Path {
    let mut above = directory.ancestors().filter(|path| path.ends_with(".terraform"));
    above.next().and_then(Path::parent).unwrap_or(directory)
}

/// What is kept of a module that was read because it is called.
pub(crate) struct NewModule {
    /// Its directory, links resolved.
    real: PathBuf,
    /// All its files, those that could not be read included.
    files: Vec<FileId>,
    /// Whether nothing in it is wanted, whoever calls it.
    is_left_out: bool,
}

/// The modules of a run while more are added to them; they are known by their place in it.
pub(crate) struct Follow<'d> {
    pub(crate) discovery: &'d mut Discovery,
    trees: &'d mut Vec<Tree>,
    /// The calls of each module.
    pub(crate) calls: Vec<Vec<Call>>,
    /// The modules that local calls of each lead to.
    pub(crate) callees: Vec<BTreeSet<usize>>,
    by_directory: HashMap<String, usize>,
    look: Look,
    /// Modules to which links lead: their own directory may not be what their calls count from.
    linked: BTreeSet<usize>,
    /// Modules from here on were not found by the walk.
    first_new: usize,
    new: Vec<NewModule>,
    /// Modules that are not read yet; their places follow those of the others.
    waiting: Vec<(ShownPath, FoundModule)>,
}

impl<'d> Follow<'d> {
    fn new(discovery: &'d mut Discovery, trees: &'d mut Vec<Tree>) -> Self {
        let modules = discovery.modules.iter().enumerate();
        let by_directory = modules.map(|(at, module)| (module.directory.clone(), at)).collect();
        let mut follow = Self {
            first_new: discovery.modules.len(),
            discovery,
            trees,
            calls: Vec::new(),
            callees: Vec::new(),
            by_directory,
            look: Look::default(),
            linked: BTreeSet::new(),
            new: Vec::new(),
            waiting: Vec::new(),
        };
        follow.scan();
        follow
    }

    /// Reads the calls of the modules that are new.
    fn scan(&mut self) {
        let new = &self.discovery.modules[self.calls.len()..];
        let calls = new.par_iter().map(|module| calls_of(module, self.trees));
        self.calls.par_extend(calls);
    }

    /// Follows the local calls of all modules that were not looked at yet, until nothing is new.
    fn local(&mut self) {
        self.read();
        while self.callees.len() < self.calls.len() {
            for at in self.callees.len()..self.calls.len() {
                let callees =
                    (0..self.calls[at].len()).filter_map(|call| self.local_callee(at, call));
                // The closure looks at all of them.
                let callees: BTreeSet<usize> = callees.collect();
                self.callees.push(callees);
            }
            self.read();
        }
    }

    /// The module that a call of the module at `at` leads to, when its source is a local path.
    fn local_callee(&mut self, at: usize, call: usize) -> Option<usize> {
        let source = self.calls[at][call].source.clone()?;
        let directory = local_directory(&self.discovery.modules[at].directory, &source)?;
        let module = self.module_in(&directory);
        if module.is_some() || self.discovery.absent.contains_key(&directory) {
            return module;
        }
        let seen = self.look.local(self.discovery, at, &source);
        match self.take(seen) {
            Ok(callee) => {
                let shown = self.shown(callee);
                if shown != directory {
                    let base = &self.discovery.places[at].path;
                    if *self.path(callee) != cleaned(&base.join(source)) {
                        self.linked.insert(callee);
                    }
                    self.discovery.absent.insert(directory, Absence::Alias(shown));
                }
                Some(callee)
            }
            Err(absence) => {
                self.discovery.absent.insert(directory, absence);
                None
            }
        }
    }

    /// The module in `directory`, when one is known to be there.
    pub(crate) fn module_in(&self, directory: &str) -> Option<usize> {
        let alias = || match self.discovery.absent.get(directory)? {
            Absence::Alias(other) => self.by_directory.get(other),
            _ => None,
        };
        self.by_directory.get(directory).or_else(alias).copied()
    }

    /// The module in the directory at `path`, which is absolute; it may have to be read.
    pub(crate) fn module_at(&mut self, path: &Path) -> Option<usize> {
        let seen = self.look.at(self.discovery, path);
        self.take(seen).ok()
    }

    /// The directory of a module as output shows it.
    pub(crate) fn shown(&self, at: usize) -> String {
        let known = self.discovery.modules.len();
        match at.checked_sub(known) {
            Some(new) => self.waiting[new].0.0.clone(),
            None => self.discovery.modules[at].directory.clone(),
        }
    }

    fn path(&self, at: usize) -> &Path {
        let known = self.discovery.modules.len();
        match at.checked_sub(known) {
            Some(new) => &self.waiting[new].0.1,
            None => &self.discovery.places[at].path,
        }
    }

    /// Takes back that there is no directory where that is not sure.
    fn doubt(&mut self) {
        for at in &self.linked {
            let caller = &self.discovery.modules[*at].directory;
            let sources = self.calls[*at].iter().filter_map(|call| call.source.as_deref());
            for directory in sources.filter_map(|source| local_directory(caller, source)) {
                if let Some(absence @ Absence::NotFound) = self.discovery.absent.get_mut(&directory)
                {
                    let reason = "a link leads to the module that calls it";
                    *absence = Absence::NotRead(reason.to_owned());
                }
            }
        }
    }

    /// The place of the module that was seen, which is read later when it is new.
    fn take(&mut self, seen: Seen) -> Result<usize, Absence> {
        let (path, real, files) = match seen {
            Seen::Known(at) => return Ok(at),
            Seen::Absent(absence) => return Err(absence),
            Seen::New { path, real, files } => (path, real, files),
        };
        let at = self.discovery.modules.len() + self.waiting.len();
        let shown = display_path(&path, &self.discovery.cwd);
        // Names that are no UTF-8 may look alike.
        self.by_directory.entry(shown.clone()).or_insert(at);
        self.look.add(real.clone(), at);
        let wanted = self.discovery.wanted_files(&real, &files);
        let is_left_out = wanted.as_ref().is_some_and(BTreeSet::is_empty);
        self.new.push(NewModule { real, files: Vec::new(), is_left_out });
        self.waiting.push(((shown, path), FoundModule { files, wanted, is_whole: false }));
        Ok(at)
    }

    /// Reads the modules that wait for it, and their calls.
    fn read(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let first = self.discovery.modules.len() - self.first_new;
        let waiting = std::mem::take(&mut self.waiting);
        let ids = self.discovery.load_more(waiting);
        for (module, ids) in self.new[first..].iter_mut().zip(ids) {
            module.files = ids;
        }
        self.discovery.parse(self.trees);
        self.scan();
    }
}
