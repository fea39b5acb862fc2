//! What a rule page holds.

use std::ops::Range;
use std::sync::Arc;

use diagnostics::{Level, RuleId, Safety};
use source::TextRange;
use syntax::{NodeId, Tree};

/// A rule page that was read and found valid.
#[derive(Debug)]
pub struct Page {
    /// `pack/name`, from the folder and the file stem.
    pub id: RuleId,
    /// The first heading: the problem, not the cure.
    pub title: String,
    /// The paragraph below it, as plain text on one line.
    pub summary: String,
    /// Level of its diagnostics unless a check says otherwise.
    pub level: Level,
    /// `schema`, `api`, `best-practice`, `drift`, `style`, `deprecated` or `cross-resource`.
    pub group: String,
    /// `low`, `medium`, `high` or `critical` for rules about security.
    pub security: Option<String>,
    /// Free words to find it by.
    pub tags: Vec<String>,
    /// Provider versions to which it applies, in words.
    pub versions: Option<String>,
    /// Addresses or names of the sources that it rests on.
    pub sources: Vec<String>,
    /// Earlier ids.
    pub aliases: Vec<String>,
    /// Ids of rules that say the same in more general words: where this rule reports at a place,
    /// what they report there is not told.
    pub supersedes: Vec<String>,
    /// The smallest preset that has it, where that is another than its level and group say.
    pub preset: Option<&'static str>,
    /// What it looks at.
    pub scope: Scope,
    /// Its checks, in page order; empty unless the scope is [`Scope::Block`].
    pub checks: Vec<Check>,
    /// The `##` sections in page order, Markdown.
    pub sections: Vec<Section>,
    /// The fenced examples that are tests.
    pub examples: Vec<Example>,
    /// Functions and arguments that the expressions of the checks name, in page order.
    pub uses: Vec<NameUse>,
    /// The `hcl rule` header, parsed; expressions of the checks are nodes of it.
    pub header: Arc<Tree>,
    /// Offset of the header's first byte in the page, for messages.
    pub header_offset: u32,
    /// The whole page.
    pub text: String,
}

impl Page {
    /// Whether a Rust function judges, not the page: a module rule, or checks without condition.
    pub fn needs_code(&self) -> bool {
        self.scope == Scope::Module || self.checks.iter().any(|check| check.condition.is_none())
    }

    /// The Markdown of the section with that heading.
    pub fn section(&self, heading: &str) -> Option<&str> {
        let section = self.sections.iter().find(|section| section.heading == heading)?;
        Some(&section.text)
    }

    /// The examples below that heading.
    pub fn examples_in<'a>(&'a self, heading: &'a str) -> impl Iterator<Item = &'a Example> {
        self.examples.iter().filter(move |example| example.section == heading)
    }
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One block at a time, of the types that its checks name.
    Block,
    /// A whole module, by a Rust function.
    Module,
    /// All blocks, which the engine compares with the schemas of their providers. The rules of the
    /// pack `schema` are such, and no others.
    Schema,
    /// What cfglint itself finds while it reads and evaluates: the page only explains. The rules
    /// of the pack `core` are such, and no others.
    Core,
}

/// One `check` block. Expressions are nodes of [`Page::header`].
#[derive(Debug)]
pub struct Check {
    /// `resource` or `data`.
    pub block_kind: String,
    /// The resource type.
    pub block_type: String,
    /// The collection whose elements are judged one by one as `item`.
    pub each: Option<NodeId>,
    /// Judge only where this is true.
    pub when: Option<NodeId>,
    /// What must hold: only a known `false` reports. Absent when a Rust function judges.
    pub condition: Option<NodeId>,
    /// The message, a template.
    pub message: Option<NodeId>,
    /// The value at fault; `item` or the block itself when not given.
    pub at: Option<NodeId>,
    /// Level, when other than the page's.
    pub level: Option<LevelTemplate>,
    /// Further places.
    pub related: Vec<RelatedTemplate>,
    /// Fixes; the first that applies is offered.
    pub fixes: Vec<FixTemplate>,
}

/// The level of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelTemplate {
    /// Always that.
    Fixed(Level),
    /// `condition ? "yes" : "no"`; where the condition is not known, the lower of the two.
    Choice {
        /// A node of [`Page::header`].
        condition: NodeId,
        /// Where it is true.
        yes: Level,
        /// Where it is false.
        no: Level,
    },
}

/// A `related` block of a check.
#[derive(Debug)]
pub struct RelatedTemplate {
    /// The value whose place is shown; one without a place is left out.
    pub at: NodeId,
    /// A template.
    pub message: NodeId,
}

/// A `fix` block of a check: exactly one of `remove`, `replace`, `append`, `prepend`, `set`,
/// `insert`, `delete`.
#[derive(Debug)]
#[expect(missing_docs, reason = "the fields are named after the page's words")]
pub enum FixTemplate {
    /// Takes an element out of its list.
    Remove { safety: Safety, title: Option<NodeId>, target: NodeId },
    /// Writes `with` in its place; a list gives several elements, an empty one removes, `null`
    /// means that this fix does not apply.
    Replace { safety: Safety, title: Option<NodeId>, target: NodeId, with: NodeId },
    /// Writes an expression in its place: `with` gives its text, an address or a template of some.
    Refer { safety: Safety, title: Option<NodeId>, target: NodeId, with: NodeId },
    /// Adds `value` to the list `target`, at its end or its start.
    Insert { safety: Safety, title: Option<NodeId>, target: NodeId, value: NodeId, first: bool },
    /// Sets the argument `name` of the block, or of the nested block `within`, to `value`; `null`
    /// means that it does not apply.
    Set {
        safety: Safety,
        title: Option<NodeId>,
        name: String,
        value: NodeId,
        within: Option<NodeId>,
    },
    /// Adds a nested block `name` with the arguments that the object `value` holds; those that are
    /// `null` are left out, and where all are, or `value` is `null`, it does not apply.
    InsertBlock { safety: Safety, title: Option<NodeId>, name: String, value: NodeId },
    /// Takes the argument `name` out of the block, or out of the nested block `within`.
    Delete { safety: Safety, title: Option<NodeId>, name: String, within: Option<NodeId> },
}

/// A `##` section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading: `Why`, `How to fix`, `Flagged`, `Fixed`, `Allowed`, `Cases`.
    pub heading: String,
    /// Its Markdown.
    pub text: String,
}

/// A fenced block under Flagged, Fixed, Allowed or Cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The heading that it stands under.
    pub section: String,
    /// Where its text stands in the page, without the fences.
    pub range: TextRange,
    /// File name and text, caret comments taken out: one file `main.tf` unless lines
    /// `# file: NAME` split it.
    pub files: Vec<(String, String)>,
    /// What the caret comments say, in page order.
    pub expectations: Vec<Expectation>,
}

/// A diagnostic that a caret comment of an example asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// Index of the file in [`Example::files`].
    pub file: usize,
    /// 1-based line of that file.
    pub line: u32,
    /// 1-based columns, in characters, half-open.
    pub columns: Range<u32>,
    /// What the message must contain.
    pub text: String,
    /// Where the caret comment stands in the page.
    pub range: TextRange,
}

/// A name in an expression of a check that somebody must know: the engine knows the functions, the
/// schema the arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameUse {
    /// What it names.
    pub kind: UseKind,
    /// The name.
    pub name: String,
    /// Index of the check in [`Page::checks`].
    pub check: usize,
    /// Where it stands in the page.
    pub range: TextRange,
}

/// What a [`NameUse`] names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseKind {
    /// A function.
    Function,
    /// An argument or nested block of the block: `self.name`, or the name that a fix sets.
    Argument,
    /// An argument of a nested block that a fix sets or takes out: `block.argument`.
    NestedArgument,
    /// A resource type that a function is about.
    Type,
    /// An argument or nested block of another block that a function gives: `type/name`, with the
    /// nested blocks that it is in, `type/block.name`. The type is empty where any may be meant.
    ArgumentOf,
    /// An attribute of another block, settable or not: `type/name`.
    AttributeOf,
}

/// Something wrong with a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageError {
    /// Where in the page.
    pub range: TextRange,
    /// What.
    pub message: String,
}
