//! Reads the header of a page: the HCL in its `hcl rule` fence.

use std::str::FromStr;
use std::sync::Arc;

use diagnostics::Level;
use source::TextRange;
use syntax::view::ExprKind;
use syntax::{Attribute, Block, Body, Expr, Item, Tree};

use crate::PageError;
use crate::check::read_check;
use crate::index::{PRESETS, usual_preset};
use crate::page::{Check, NameUse, Scope};
use crate::suggest::did_you_mean;
use crate::wording::is_kebab_case;

const KEYS: &[&str] = &[
    "level",
    "group",
    "security",
    "tags",
    "versions",
    "sources",
    "aliases",
    "supersedes",
    "scope",
    "preset",
];
const GROUPS: &[&str] =
    &["schema", "api", "best-practice", "drift", "style", "deprecated", "cross-resource", "core"];
const NO_ID: &str = "no id `pack/name`";
const SECURITY: &[&str] = &["low", "medium", "high", "critical"];

/// What a header says. Fields of broken values hold something harmless; the errors tell.
#[derive(Debug)]
pub(crate) struct Header {
    pub level: Level,
    pub group: String,
    pub security: Option<String>,
    pub tags: Vec<String>,
    pub versions: Option<String>,
    pub sources: Vec<String>,
    pub aliases: Vec<String>,
    pub supersedes: Vec<String>,
    pub preset: Option<&'static str>,
    pub scope: Scope,
    pub checks: Vec<Check>,
    pub uses: Vec<NameUse>,
    pub tree: Arc<Tree>,
}

/// Errors of a header, in places of the page.
#[derive(Debug)]
pub(crate) struct Problems {
    /// Offset of the header in the page.
    pub offset: u32,
    pub errors: Vec<PageError>,
}

impl Problems {
    /// Adds an error at `range` of the header.
    pub fn add(&mut self, range: TextRange, message: impl Into<String>) {
        let error = PageError { range: self.in_page(range), message: message.into() };
        // One wrong expression may be met twice; nobody wants to read it twice.
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    /// `range` of the header as range of the page.
    pub fn in_page(&self, range: TextRange) -> TextRange {
        TextRange::new(range.start() + self.offset, range.end() + self.offset)
    }

    /// Adds an error when `name` is none of `known`.
    pub fn expect_one_of(&mut self, what: &str, name: &str, known: &[&str], range: TextRange) {
        if known.contains(&name) {
            return;
        }
        let hint = match did_you_mean(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("use {}", list(known)),
        };
        self.add(range, format!("`{name}` is not {what}; {hint}"));
    }

    /// The plain string that `attribute` is set to.
    pub fn text(&mut self, attribute: Attribute<'_>) -> Option<String> {
        let text = self.text_of(attribute.expr(), &attribute.name());
        if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
            self.add(attribute.expr().range(), format!("`{}` is empty", attribute.name()));
        }
        text
    }

    fn text_of(&mut self, expr: Expr<'_>, name: &str) -> Option<String> {
        let text = expr.as_plain_string();
        if text.is_none() {
            self.add(expr.range(), format!("`{name}` takes a quoted string without `${{}}`"));
        }
        text
    }

    fn texts(&mut self, attribute: Attribute<'_>) -> Vec<String> {
        let name = attribute.name();
        let ExprKind::Tuple(elements) = attribute.expr().kind() else {
            self.add(attribute.expr().range(), format!("`{name}` takes a list of strings"));
            return Vec::new();
        };
        elements.iter().filter_map(|element| self.text_of(element, &name)).collect()
    }

    /// The level that `expr` names.
    pub fn level(&mut self, expr: Expr<'_>) -> Option<Level> {
        let text = self.text_of(expr, "level")?;
        Level::from_str(&text).map_err(|message| self.add(expr.range(), message)).ok()
    }

    fn one_of(&mut self, attribute: Attribute<'_>, known: &[&str]) -> Option<String> {
        let text = self.text(attribute)?;
        let what = format!("a {}", attribute.name());
        self.expect_one_of(&what, &text, known, attribute.expr().range());
        Some(text)
    }
}

/// Reads the header whose text is `text`; it starts at `offset` of the page.
pub(crate) fn read_header(text: &str, offset: u32, errors: &mut Vec<PageError>) -> Header {
    let tree = Arc::new(syntax::parse(text.as_bytes()));
    let mut problems = Problems { offset, errors: Vec::new() };
    for error in tree.errors() {
        problems.add(error.range, error.message.clone());
    }
    let mut header = read_keys(&tree, &mut problems);
    header.scope = read_scope(tree.body(), &mut problems);
    header.preset = read_preset(tree.body(), &header, &mut problems);
    for (index, block) in tree.body().blocks().enumerate() {
        read_block(block, index, &mut header, &mut problems);
    }
    expect_checks(tree.body(), &header, &mut problems);
    errors.append(&mut problems.errors);
    header.tree = tree;
    header
}

fn read_keys(tree: &Arc<Tree>, problems: &mut Problems) -> Header {
    let mut header = Header {
        level: Level::Warning,
        group: String::new(),
        security: None,
        tags: Vec::new(),
        versions: None,
        sources: Vec::new(),
        aliases: Vec::new(),
        supersedes: Vec::new(),
        preset: None,
        scope: Scope::Block,
        checks: Vec::new(),
        uses: Vec::new(),
        tree: Arc::clone(tree),
    };
    for attribute in tree.body().attributes() {
        let name = attribute.name();
        match name.as_ref() {
            "level" => header.level = problems.level(attribute.expr()).unwrap_or(Level::Warning),
            "group" => header.group = problems.one_of(attribute, GROUPS).unwrap_or_default(),
            "security" => header.security = problems.one_of(attribute, SECURITY),
            "tags" => header.tags = problems.texts(attribute),
            "versions" => header.versions = problems.text(attribute),
            "sources" => header.sources = problems.texts(attribute),
            "aliases" => header.aliases = problems.texts(attribute),
            "supersedes" => header.supersedes = problems.texts(attribute),
            "scope" | "preset" => {}
            other => problems.expect_one_of("a key of a rule", other, KEYS, attribute.name_range()),
        }
        let range = attribute.expr().range();
        match name.as_ref() {
            "tags" => check_words(&header.tags, is_kebab_case, "not", range, problems),
            "aliases" => check_words(&header.aliases, is_id, NO_ID, range, problems),
            "supersedes" => check_words(&header.supersedes, is_id, NO_ID, range, problems),
            _ => {}
        }
    }
    for key in ["level", "group"] {
        if tree.body().attribute(key).is_none() {
            problems.add(TextRange::empty(0), format!("the header lacks `{key}`"));
        }
    }
    header
}

/// Adds an error for each of `words` that is not formed as it must be.
fn check_words(
    words: &[String],
    is_well_formed: fn(&str) -> bool,
    fault: &str,
    range: TextRange,
    problems: &mut Problems,
) {
    for word in words.iter().filter(|word| !is_well_formed(word)) {
        let message = format!("`{word}` is {fault} of lower-case words joined by hyphens");
        problems.add(range, message);
    }
}

/// Whether `text` is `pack/name`.
fn is_id(text: &str) -> bool {
    text.split_once('/').is_some_and(|(pack, name)| is_kebab_case(pack) && is_kebab_case(name))
}

fn read_scope(body: Body<'_>, problems: &mut Problems) -> Scope {
    let Some(attribute) = body.attribute("scope") else {
        return Scope::Block;
    };
    match problems.one_of(attribute, &["module", "schema", "core"]).as_deref() {
        Some("schema") => Scope::Schema,
        Some("core") => Scope::Core,
        _ => Scope::Module,
    }
}

/// The smallest preset that has the rule, where the page says so. It may be larger than that of its
/// level and group, not smaller.
fn read_preset(body: Body<'_>, header: &Header, problems: &mut Problems) -> Option<&'static str> {
    let attribute = body.attribute("preset")?;
    let range = attribute.expr().range();
    let text = problems.one_of(attribute, PRESETS)?;
    let rank = |preset: &str| PRESETS.iter().position(|known| *known == preset);
    let usual = usual_preset(header.level, &header.group);
    if header.scope == Scope::Core {
        problems.add(range, "rules of the pack `core` are in every preset");
    } else if rank(&text) < rank(usual) {
        let message = format!(
            "a rule of this level and group is not in the preset `{text}`, but in `{usual}` at first"
        );
        problems.add(range, message);
    }
    PRESETS.iter().find(|known| **known == text).copied()
}

fn read_block(block: Block<'_>, index: usize, header: &mut Header, problems: &mut Problems) {
    if block.kind() == "check" {
        let check = read_check(block, index, &mut header.uses, problems);
        header.checks.push(check);
    } else {
        let known = &["check"];
        problems.expect_one_of("a block of a rule", &block.kind(), known, block.kind_range());
    }
}

fn expect_checks(body: Body<'_>, header: &Header, problems: &mut Problems) {
    let blocks: Vec<_> = body.blocks().filter(|block| block.kind() == "check").collect();
    match (header.scope, blocks.first()) {
        (Scope::Block, None) => {
            let message = "the header needs a `check` block or `scope = \"module\"`";
            problems.add(TextRange::empty(0), message);
        }
        (Scope::Module | Scope::Schema | Scope::Core, Some(check)) => {
            let message = "only a rule of scope block has `check` blocks";
            problems.add(check.header_range(), message);
        }
        _ => {}
    }
    let judged = header.checks.iter().filter(|check| check.condition.is_some()).count();
    if judged > 0 && judged < header.checks.len() {
        let missing = header.checks.iter().position(|check| check.condition.is_none());
        let range = missing.and_then(|at| blocks.get(at)).map(|block| block.header_range());
        let message = "this check has no `condition` but others have: a Rust function judges all \
                       checks of a page or none";
        problems.add(range.unwrap_or_default(), message);
    }
}

/// Adds an error for each item of `body` that is not one of the known attributes and blocks.
pub(crate) fn expect_items(
    body: Body<'_>,
    what: &str,
    attributes: &[&str],
    blocks: &[&str],
    problems: &mut Problems,
) {
    for item in body.items() {
        match item {
            Item::Attribute(attribute) => {
                let what = format!("an argument of {what}");
                let name = attribute.name();
                problems.expect_one_of(&what, &name, attributes, attribute.name_range());
            }
            Item::Block(block) if blocks.is_empty() => {
                problems.add(block.kind_range(), format!("{what} has no blocks"));
            }
            Item::Block(block) => {
                let what = format!("a block of {what}");
                problems.expect_one_of(&what, &block.kind(), blocks, block.kind_range());
            }
        }
    }
}

/// `a`, `b` or `c`.
pub(crate) fn list(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
