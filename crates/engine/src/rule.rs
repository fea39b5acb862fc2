//! Built-in rules as the table of the `rules` crate holds them.

use diagnostics::Level;

use crate::{BlockContext, ModuleContext, Reporter};

/// A built-in rule.
#[derive(Clone, Copy)]
pub struct BuiltinRule {
    /// `pack/name`.
    pub id: &'static str,
    /// Ids that the rule had before.
    pub aliases: &'static [&'static str],
    /// Its page.
    pub text: &'static str,
    /// Level of its diagnostics unless a check says otherwise.
    pub level: Level,
    /// The group of the page.
    pub group: &'static str,
    /// The title of the page.
    pub title: &'static str,
    /// Kinds and types of the blocks that it judges: `("resource", "aws_x")`.
    pub blocks: &'static [(&'static str, &'static str)],
    /// What judges.
    pub code: RuleCode,
}

/// What judges for a rule.
#[derive(Clone, Copy)]
pub enum RuleCode {
    /// The conditions on its page.
    Page,
    /// A function, for each instance of a block that its checks name.
    Block(fn(&BlockContext<'_>, &mut Reporter<'_>)),
    /// A function, once a module.
    Module(fn(&ModuleContext<'_>, &mut Reporter<'_>)),
}

impl RuleCode {
    /// Whether the conditions on the page judge.
    pub(crate) const fn is_page(self) -> bool {
        matches!(self, Self::Page)
    }
}
