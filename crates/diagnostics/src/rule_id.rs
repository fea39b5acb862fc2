//! Ids of rules, `pack/name`.

use std::fmt;
use std::sync::Arc;

/// The id of a rule, `pack/name`. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(Repr);

#[derive(Clone)]
enum Repr {
    Static(&'static str),
    Shared(Arc<str>),
}

impl RuleId {
    /// The id of a built-in rule.
    pub const fn from_static(id: &'static str) -> Self {
        Self(Repr::Static(id))
    }

    /// The id of a rule read at run time.
    pub fn new(id: &str) -> Self {
        Self(Repr::Shared(id.into()))
    }

    /// `pack/name`.
    pub fn as_str(&self) -> &str {
        self.0.text()
    }

    /// The part before the slash.
    pub fn pack(&self) -> &str {
        self.as_str().split_once('/').map_or("", |(pack, _)| pack)
    }

    /// The part after the slash.
    pub fn name(&self) -> &str {
        self.as_str().split_once('/').map_or(self.as_str(), |(_, name)| name)
    }
}

impl Repr {
    fn text(&self) -> &str {
        match self {
            Self::Static(id) => id,
            Self::Shared(id) => id,
        }
    }
}

impl PartialEq for Repr {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Repr {}

impl PartialOrd for Repr {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Repr {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text().cmp(other.text())
    }
}

impl std::hash::Hash for Repr {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text().hash(state);
    }
}

impl fmt::Debug for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Ids of the diagnostics that cfglint itself gives. They can be given a level, never be dropped.
pub mod core {
    use super::RuleId;

    /// The text is not HCL.
    pub const SYNTAX_ERROR: RuleId = RuleId::from_static("core/syntax-error");
    /// An argument is set twice in one body.
    pub const DUPLICATE_ATTRIBUTE: RuleId = RuleId::from_static("core/duplicate-attribute");
    /// A file or directory could not be read.
    pub const UNREADABLE_FILE: RuleId = RuleId::from_static("core/unreadable-file");
    /// A limit of cfglint was reached: file size, nesting.
    pub const LIMIT: RuleId = RuleId::from_static("core/limit");
    /// The configuration of cfglint itself is wrong.
    pub const CONFIG: RuleId = RuleId::from_static("core/config");
    /// A rule crashed: a bug of cfglint.
    pub const RULE_PANIC: RuleId = RuleId::from_static("core/rule-panic");
    /// A suppression comment that silences nothing.
    pub const UNUSED_SUPPRESSION: RuleId = RuleId::from_static("core/unused-suppression");
    /// A suppression comment that names no rule that exists, or cannot be read.
    pub const INVALID_SUPPRESSION: RuleId = RuleId::from_static("core/invalid-suppression");
    /// Terraform refuses to evaluate an expression.
    pub const INVALID_EXPRESSION: RuleId = RuleId::from_static("core/invalid-expression");
    /// Terraform refuses what stands in an override file.
    pub const INVALID_OVERRIDE: RuleId = RuleId::from_static("core/invalid-override");
    /// Values refer to each other in a circle.
    pub const REFERENCE_CYCLE: RuleId = RuleId::from_static("core/reference-cycle");
    /// A call of a local directory that is no module.
    pub const MISSING_MODULE: RuleId = RuleId::from_static("core/missing-module");
    /// A module that is called from within itself.
    pub const MODULE_CYCLE: RuleId = RuleId::from_static("core/module-cycle");
}
