//! Reads and validates the text of one file. Whatever the bytes are, the rest of the file counts.

use std::borrow::Cow;
use std::collections::HashSet;

use diagnostics::{Diagnostic, Level, core};
use rulebook::{RuleIndex, RulePattern, UnknownRule, did_you_mean, is_slip};
use source::{FileId, Text, TextRange};
use syntax::{Attribute, Block, Item, Label, SyntaxErrorKind};

use crate::config::{CORE, Config, Exclude, FailOn, NamedFile, Preset, RuleSetting, Setting};
use crate::values::{Values, shown};

/// Top-level arguments.
const ARGUMENTS: [&str; 6] = ["root", "preset", "fail_on", "exclude", "extends", "schema"];
/// The only block type.
const RULE: &str = "rule";
/// The only argument of a `rule` block.
const LEVEL: &str = "level";
/// More patterns than that would take long to match.
const MAX_EXCLUDES: usize = 1000;
/// Longest pattern, in bytes.
const MAX_PATTERN: usize = 1024;
/// Nobody extends so many files, or has so many schemas.
const MAX_PATHS: usize = 100;

/// What a text says and what is wrong with it.
#[derive(Debug, Default)]
pub struct Reading {
    /// What it says; what is wrong is left out.
    pub config: Config,
    /// Diagnostics of the rule `core/config`, in no order.
    pub problems: Vec<Diagnostic>,
}

/// Reads `text`, which is that of `file`; `index` has the rules that there are. Nests as deeply as
/// the parser and the evaluator do.
pub fn read(text: Text, file: FileId, index: &RuleIndex) -> Reading {
    let tree = syntax::parse(text);
    let mut reader = Reader {
        values: Values::new(&tree, file),
        index,
        config: Config::default(),
        patterns: Vec::new(),
        labels: tree.body().blocks_of(RULE).filter_map(|block| block.label(0)).collect(),
    };
    reader.syntax_errors();
    let mut seen = HashSet::new();
    for item in tree.body().items() {
        match item {
            // Of an argument that is set twice the first counts; the parser tells.
            Item::Attribute(attribute) => {
                if seen.insert(attribute.name()) {
                    reader.attribute(attribute);
                }
            }
            Item::Block(block) => reader.block(block),
        }
    }
    Reading { config: reader.config, problems: reader.values.problems }
}

struct Reader<'t> {
    values: Values<'t>,
    index: &'t RuleIndex,
    config: Config,
    /// Patterns of rules that came already, each with its place.
    patterns: Vec<(RulePattern, TextRange)>,
    /// The labels of all `rule` blocks.
    labels: HashSet<Cow<'t, str>>,
}

impl<'t> Reader<'t> {
    fn syntax_errors(&mut self) {
        let tree = self.values.tree;
        // In another encoding everything is wrong, which nobody wants to read.
        let encoding = tree.errors().iter().find(|error| error.kind == SyntaxErrorKind::Encoding);
        let all = if encoding.is_some() { &[][..] } else { tree.errors() };
        for error in encoding.into_iter().chain(all) {
            let location = self.values.location(error.range);
            let message = error.message.clone();
            let mut problem = Diagnostic::new(core::CONFIG, Level::Error, location, message);
            if let Some((range, message)) = &error.related {
                problem = problem.with_related(self.values.location(*range), message.clone());
            }
            self.values.problems.push(problem);
        }
    }

    fn attribute(&mut self, attribute: Attribute<'t>) {
        if self.values.is_broken(attribute.range()) {
            return;
        }
        match &*attribute.name() {
            "root" => self.config.root = self.values.truth(attribute).unwrap_or(false),
            "preset" => {
                let word = self.values.word(attribute, "a preset", &Preset::WORDS);
                self.config.preset = word.and_then(|word| word.parse().ok());
            }
            "fail_on" => {
                let word = self.values.word(attribute, "a level to fail on", &FailOn::WORDS);
                self.config.fail_on = word.and_then(|word| word.parse().ok());
            }
            "exclude" => self.exclude(attribute),
            "extends" => self.config.extends = self.named_files(attribute),
            "schema" => self.config.schemas = self.named_files(attribute),
            name => self.unknown_argument(name, attribute.name_range()),
        }
    }

    fn unknown_argument(&mut self, name: &str, range: TextRange) {
        if name == RULE {
            let message = "`rule` is a block; write `rule \"pack/name\" { level = \"off\" }`";
            self.values.problem(range, message, None);
            return;
        }
        if self.values.is_full() {
            return;
        }
        let near = did_you_mean(name, ARGUMENTS);
        let hint = near.map_or_else(
            || format!("there are `{}` and `rule` blocks", ARGUMENTS.join("`, `")),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("cfglint has no setting `{}`; {hint}", shown(name));
        // Not where the right name stands in the file too: it would be set twice.
        let body = self.values.tree.body();
        let text = near.filter(|near| body.attribute(near).is_none()).map(str::to_owned);
        self.values.problem(range, message, text);
    }

    /// The files that a list names. A single one will do.
    fn named_files(&mut self, attribute: Attribute<'t>) -> Vec<NamedFile> {
        let mut paths = self.values.texts(attribute, true);
        if paths.len() > MAX_PATHS {
            let message = format!("`{}` has more than {MAX_PATHS} files", attribute.name());
            self.values.problem(attribute.expr().range(), message, None);
            paths.truncate(MAX_PATHS);
        }
        let (empty, paths): (Vec<_>, Vec<_>) =
            paths.into_iter().partition(|(path, _)| path.is_empty());
        for (_, range) in empty {
            self.values.problem(range, "the path is empty", None);
        }
        let named = |(path, range)| NamedFile { path, location: self.values.location(range) };
        paths.into_iter().map(named).collect()
    }

    fn exclude(&mut self, attribute: Attribute<'t>) {
        let mut patterns = self.values.texts(attribute, false);
        if patterns.len() > MAX_EXCLUDES {
            let message = format!("`exclude` has more than {MAX_EXCLUDES} patterns");
            self.values.problem(attribute.expr().range(), message, None);
            patterns.truncate(MAX_EXCLUDES);
        }
        for (pattern, range) in patterns {
            if let Some(message) = mistake_in(&pattern) {
                let text = without_dot(&pattern).filter(|_| self.is_written(&pattern, range));
                self.values.problem(range, message, text.map(|text| format!("\"{text}\"")));
                continue;
            }
            let location = self.values.location(range);
            self.config.exclude.push(Exclude { pattern, location });
        }
    }

    /// Whether `text` stands at `range` as it is, in quotes.
    fn is_written(&self, text: &str, range: TextRange) -> bool {
        range.slice(self.values.tree.text()) == format!("\"{text}\"").as_bytes()
    }

    fn block(&mut self, block: Block<'t>) {
        if self.values.is_broken(block.header_range()) {
            return;
        }
        let (kind, range) = (block.kind(), block.kind_range());
        if kind == RULE {
            self.rule(block);
        } else if ARGUMENTS.contains(&&*kind) {
            let message = format!("`{kind}` is an argument; write `{kind} = …`");
            self.values.problem(range, message, None);
        } else {
            let near = did_you_mean(&kind, [RULE]);
            let hint = if near.is_some() { "did you mean" } else { "the only blocks are" };
            let end = if near.is_some() { "?" } else { "" };
            let message = format!("cfglint has no blocks `{}`; {hint} `{RULE}`{end}", shown(&kind));
            self.values.problem(range, message, near.map(str::to_owned));
        }
    }

    fn rule(&mut self, block: Block<'t>) {
        let mut labels = block.labels();
        let Some(label) = labels.next() else {
            let message = "`rule` needs the id of a rule; write `rule \"pack/name\" { … }`";
            self.values.problem(block.header_range(), message, None);
            return;
        };
        if let Some(more) = labels.next() {
            let message = "`rule` takes one label; write a block for each rule";
            self.values.problem(more.range(), message, None);
        }
        let pattern = self.pattern(label);
        let is_new = pattern.as_ref().is_none_or(|pattern| self.is_new(pattern, label.range()));
        let level = self.level(block);
        let (Some(pattern), Some((setting, range))) = (pattern, level) else { return };
        if setting == Setting::Off && pattern.is_of_pack(CORE) {
            let message = format!("`{pattern}` cannot be off; use `note`, `warning` or `error`");
            self.values.problem(range, message, None);
        } else if is_new {
            self.config.rules.push(RuleSetting { pattern, setting });
        }
    }

    /// What the label of a `rule` block means.
    fn pattern(&mut self, label: Label<'t>) -> Option<RulePattern> {
        let (text, range) = (label.text(), label.range());
        let is_pattern = text.contains('*') || self.index.get(&text).is_some();
        if self.values.is_full() && !is_pattern {
            return None;
        }
        match self.index.pattern(&text) {
            Ok(pattern) => {
                if let RulePattern::Rule(id) = &pattern
                    && id.as_str() != text
                {
                    let message = format!("the rule `{}` is called `{id}` now", shown(&text));
                    self.values.add(Level::Warning, range, message, Some(format!("\"{id}\"")));
                }
                Some(pattern)
            }
            Err(UnknownRule { suggestion }) => {
                let hint = match &suggestion {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None if text.contains('*') => {
                        "`*` and `pack/*` are the only patterns".to_owned()
                    }
                    None => "`cfglint rules` lists all".to_owned(),
                };
                let message = format!("there is no rule `{}`; {hint}", shown(&text));
                // A second block for the same rules would be no better.
                let is_free = |meant: &String| !self.labels.contains(&**meant);
                let is_sure = |meant: &String| is_certain(&text, meant);
                let fix = suggestion.filter(is_free).filter(is_sure);
                let text = fix.map(|meant| format!("\"{meant}\""));
                self.values.problem(range, message, text);
                None
            }
        }
    }

    /// Whether `pattern` comes for the first time; tells when not.
    fn is_new(&mut self, pattern: &RulePattern, range: TextRange) -> bool {
        let Some((_, first)) = self.patterns.iter().find(|(other, _)| other == pattern) else {
            self.patterns.push((pattern.clone(), range));
            return true;
        };
        let first = self.values.location(*first);
        let message = format!("the level of `{pattern}` is set twice");
        if self.values.add(Level::Error, range, message, None)
            && let Some(problem) = self.values.problems.last_mut()
        {
            let message = "it is set here first, which counts".to_owned();
            problem.related.push(diagnostics::Related { message, location: first });
        }
        false
    }

    /// What the body of a `rule` block sets, and where.
    fn level(&mut self, block: Block<'t>) -> Option<(Setting, TextRange)> {
        let mut level = None;
        let mut seen = HashSet::new();
        for item in block.body().items() {
            match item {
                Item::Attribute(attribute) if attribute.name() == LEVEL => {
                    if seen.insert(LEVEL) && !self.values.is_broken(attribute.range()) {
                        let word = self.values.word(attribute, "a level", &Setting::WORDS);
                        let setting = word.and_then(|word| word.parse().ok());
                        level = setting.map(|setting| (setting, attribute.expr().range()));
                    }
                }
                Item::Attribute(attribute) => {
                    seen.insert("another");
                    self.only_level(&attribute.name(), attribute.name_range(), block);
                }
                Item::Block(inner) => {
                    seen.insert("another");
                    self.only_level(&inner.kind(), inner.kind_range(), block);
                }
            }
        }
        if seen.is_empty() && !self.values.is_broken(block.range()) {
            let message = "`level` is missing; write `level = \"off\"` or another level";
            self.values.problem(block.header_range(), message, None);
        }
        level
    }

    fn only_level(&mut self, name: &str, range: TextRange, block: Block<'t>) {
        if self.values.is_full() || self.values.is_broken(range) {
            return;
        }
        let near = did_you_mean(name, [LEVEL]);
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "there is only `level`".to_owned(),
        };
        let message = format!("`rule` has no setting `{}`; {hint}", shown(name));
        let text = near.filter(|_| block.body().attribute(LEVEL).is_none()).map(str::to_owned);
        self.values.problem(range, message, text);
    }
}

/// Why a pattern of `exclude` is none.
fn mistake_in(pattern: &str) -> Option<String> {
    // White space at the end does not count.
    let pattern = pattern.trim_end();
    if matches!(pattern, "" | "!" | "/" | "!/") {
        return Some("the pattern matches nothing".to_owned());
    }
    if pattern.starts_with('#') {
        return Some("a pattern that begins with `#` is a comment; write `\\\\#`".to_owned());
    }
    if pattern.len() > MAX_PATTERN {
        return Some(format!("the pattern is longer than {MAX_PATTERN} bytes"));
    }
    let path = pattern.strip_prefix('!').unwrap_or(pattern);
    let dots = path.split('/').find(|part| matches!(*part, "." | ".."))?;
    let way = "patterns are relative to the directory of this file";
    Some(format!("a pattern with `{dots}` in its path matches nothing; {way}"))
}

/// `./path` as patterns say it: `/path`.
fn without_dot(pattern: &str) -> Option<String> {
    let (not, path) = pattern.strip_prefix('!').map_or(("", pattern), |path| ("!", path));
    let text = format!("{not}/{}", path.strip_prefix("./")?);
    mistake_in(&text).is_none().then_some(text)
}

/// Whether `meant` is so near to `text` that it may be written without asking: a slip, the same name
/// in another pack, or a pack without its `*`. What is further off may be a rule of another version.
fn is_certain(text: &str, meant: &str) -> bool {
    let name =
        |id: &str| id.rsplit_once('/').map_or_else(|| id.to_owned(), |(_, name)| name.to_owned());
    is_slip(text, meant)
        || (name(text) == name(meant) && name(meant) != "*")
        || meant.strip_suffix("/*") == Some(text)
}
