//! Chooses the fixes of a round: in the order of the diagnostics, those that do not touch what was
//! chosen before.

use std::collections::{BTreeMap, BTreeSet};

use diagnostics::{Diagnostic, Edit, Fix, RuleId, Safety, core};
use source::{FileId, Location, TextRange};
use syntax::{NodeId, NodeKind, Tree};

use crate::{Reason, Request, Texts};

/// What tells a fix from others, also after other fixes have moved its text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) file: FileId,
    /// Where its diagnostic begins.
    pub(crate) start: u32,
    rule: RuleId,
    title: String,
}

impl Key {
    fn new(diagnostic: &Diagnostic, fix: &Fix) -> Self {
        Self {
            file: diagnostic.location.file,
            start: diagnostic.location.range.start(),
            rule: diagnostic.rule.clone(),
            title: fix.title.clone(),
        }
    }
}

/// A fix that is to be applied, for one diagnostic or several that ask for the same edits.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) edits: Vec<Edit>,
    pub(crate) keys: Vec<Key>,
    /// How many diagnostics it mends.
    pub(crate) mends: usize,
    /// Whether it mends suppressions, which are comments, so that it may change some.
    pub(crate) is_of_comments: bool,
}

impl Choice {
    /// Where its first edit is. There is one, or it would not be a choice.
    pub(crate) fn place(&self) -> Location {
        self.edits[0].location
    }

    /// The files that it edits.
    pub(crate) fn files(&self) -> impl Iterator<Item = FileId> {
        self.edits.iter().map(|edit| edit.location.file)
    }

    /// Its rules, each with the files that it edits.
    pub(crate) fn rules(&self) -> impl Iterator<Item = (FileId, RuleId)> {
        let rules = self.keys.iter().map(|key| &key.rule);
        rules.flat_map(|rule| self.files().map(|file| (file, rule.clone())))
    }
}

/// Fixes that are left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct LeftOut {
    pub(crate) bans: BTreeMap<Key, Reason>,
    /// Rules whose fixes of a file find no end.
    pub(crate) endless: BTreeSet<(FileId, RuleId)>,
}

impl LeftOut {
    pub(crate) fn is_empty(&self) -> bool {
        self.bans.is_empty() && self.endless.is_empty()
    }

    /// Leaves `choices` out.
    pub(crate) fn ban_all(&mut self, choices: &[Choice], reason: &Reason) {
        let keys = choices.iter().flat_map(|choice| &choice.keys);
        self.bans.extend(keys.map(|key| (key.clone(), reason.clone())));
    }

    /// Leaves the fix of `diagnostic` out.
    pub(crate) fn ban(&mut self, diagnostic: &Diagnostic, fix: &Fix, reason: Reason) {
        self.bans.insert(Key::new(diagnostic, fix), reason);
    }

    /// Why the fix of `diagnostic` is left out, if it is.
    pub(crate) fn reason(&self, diagnostic: &Diagnostic, fix: &Fix) -> Option<Reason> {
        let key = Key::new(diagnostic, fix);
        self.bans
            .get(&key)
            .cloned()
            .or_else(|| self.is_endless(&key, fix).then_some(Reason::Endless))
    }

    fn has(&self, key: &Key, fix: &Fix) -> bool {
        self.bans.contains_key(key) || self.is_endless(key, fix)
    }

    fn is_endless(&self, key: &Key, fix: &Fix) -> bool {
        let mut files = fix.edits.iter().map(|edit| edit.location.file);
        files.any(|file| self.endless.contains(&(file, key.rule.clone())))
    }
}

/// The fix of `diagnostic`, when it is one that `request` asks for.
pub(crate) fn asked<'d>(diagnostic: &'d Diagnostic, request: Request<'_>) -> Option<&'d Fix> {
    let fix = diagnostic.fix.as_ref().filter(|_| diagnostic.suppressed.is_none())?;
    let is_safe_enough = request.with_unsafe || fix.safety == Safety::Safe;
    let mut files = fix.edits.iter().map(|edit| edit.location.file);
    (is_safe_enough && !fix.edits.is_empty() && files.all(request.may_edit)).then_some(fix)
}

/// The fixes of a round, for files that have `texts` by now.
pub(crate) fn choose(
    found: &[Diagnostic],
    texts: &Texts,
    request: Request<'_>,
    left_out: &LeftOut,
) -> Vec<Choice> {
    let mut chosen: Vec<Choice> = Vec::new();
    let mut known: BTreeMap<Vec<(FileId, TextRange, &str)>, usize> = BTreeMap::new();
    let mut taken = Taken::new(texts, request);
    for diagnostic in found {
        let Some(fix) = asked(diagnostic, request) else { continue };
        let key = Key::new(diagnostic, fix);
        if left_out.has(&key, fix) {
            continue;
        }
        let identity = fix.edits.iter();
        let identity: Vec<_> = identity
            .map(|edit| (edit.location.file, edit.location.range, edit.text.as_str()))
            .collect();
        let is_of_comments =
            [core::UNUSED_SUPPRESSION, core::INVALID_SUPPRESSION].contains(&diagnostic.rule);
        if let Some(same) = known.get(&identity) {
            let same = &mut chosen[*same];
            same.mends += 1;
            same.is_of_comments &= is_of_comments;
            same.keys.push(key);
        } else if taken.add(&fix.edits) {
            known.insert(identity, chosen.len());
            let edits = sorted(&fix.edits);
            chosen.push(Choice { edits, keys: vec![key], mends: 1, is_of_comments });
        }
    }
    chosen
}

fn sorted(edits: &[Edit]) -> Vec<Edit> {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| edit.location);
    edits
}

/// What the chosen fixes edit.
struct Taken<'r> {
    texts: &'r Texts,
    request: Request<'r>,
    trees: BTreeMap<FileId, Tree>,
    /// Ranges, by their start the end. Those of different fixes do not touch.
    ranges: BTreeMap<(FileId, u32), u32>,
    /// What is written into a list. Two fixes that write the same know nothing of each other.
    written: BTreeSet<(FileId, TextRange, String)>,
}

impl<'r> Taken<'r> {
    fn new(texts: &'r Texts, request: Request<'r>) -> Self {
        let (trees, ranges, written) = Default::default();
        Self { texts, request, trees, ranges, written }
    }

    /// Takes the ranges of `edits`, unless one overlaps or touches what was taken before, or writes
    /// into a list what another one writes there.
    fn add(&mut self, edits: &[Edit]) -> bool {
        if edits.iter().any(|edit| self.touches(edit)) {
            return false;
        }
        let written: Vec<_> = edits.iter().filter_map(|edit| self.written_by(edit)).collect();
        if written.iter().any(|written| self.written.contains(written)) {
            return false;
        }
        self.written.extend(written);
        for edit in edits {
            let range = edit.location.range;
            let end = self.ranges.entry((edit.location.file, range.start())).or_default();
            *end = range.end().max(*end);
        }
        true
    }

    fn touches(&self, edit: &Edit) -> bool {
        let (file, range) = (edit.location.file, edit.location.range);
        let before = self.ranges.range((file, 0)..=(file, range.end())).next_back();
        before.is_some_and(|(_, end)| *end >= range.start())
    }

    /// What an edit of a list writes, and the range of the list.
    fn written_by(&mut self, edit: &Edit) -> Option<(FileId, TextRange, String)> {
        let (file, range) = (edit.location.file, edit.location.range);
        let text = edit.text.trim_matches(|c: char| c.is_whitespace() || c == ',');
        if text.is_empty() {
            return None;
        }
        let tree = self.trees.entry(file).or_insert_with(|| {
            let text = self.texts.get(&file).unwrap_or_else(|| self.request.files.get(file).text());
            syntax::parse_as(text.clone(), (self.request.syntax)(file))
        });
        Some((file, list_around(tree, range)?, text.to_owned()))
    }
}

/// The innermost list that holds `range`.
fn list_around(tree: &Tree, range: TextRange) -> Option<TextRange> {
    let is_list = |id: &NodeId| tree.node(*id).kind() == NodeKind::Tuple;
    let list = tree.path_to(range).into_iter().rfind(is_list)?;
    Some(tree.range(list))
}
