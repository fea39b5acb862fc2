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
    /// The smallest preset that has it, where its page says so.
    pub preset: Option<&'static str>,
    /// The title of the page.
    pub title: &'static str,
    /// Kinds and types of the blocks that it judges: `("resource", "aws_x")`.
    pub blocks: &'static [(&'static str, &'static str)],
    /// More general rules, whose findings this one stands for where both have some in one place.
    pub supersedes: &'static [&'static str],
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
    /// The comparison of blocks with the schemas of their providers, as far as this rule goes.
    Schema(SchemaRule),
}

impl RuleCode {
    /// Whether the conditions on the page judge.
    pub(crate) const fn is_page(self) -> bool {
        matches!(self, Self::Page)
    }
}

/// A rule of the pack `schema`: one thing that a provider's schema forbids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchemaRule {
    /// An argument that the type does not have.
    UnknownArgument,
    /// A nested block that the type does not have.
    UnknownBlock,
    /// A required argument that is not set.
    MissingArgument,
    /// Fewer nested blocks than the type requires.
    MissingBlock,
    /// More nested blocks than the type allows.
    TooManyBlocks,
    /// A nested block that is written as an argument.
    BlockAsArgument,
    /// An argument that is written as a nested block.
    ArgumentAsBlock,
    /// A value that does not convert to the type of its argument.
    WrongType,
    /// An argument that only the provider sets.
    ReadOnlyArgument,
    /// An argument or nested block that the provider is to drop.
    DeprecatedArgument,
    /// A type that the provider is to drop.
    DeprecatedType,
    /// A type that the provider does not have.
    UnknownType,
    /// What the provider has in other versions than those that are in use.
    ArgumentNotInVersion,
    /// A string that is none of those that the argument takes.
    UnknownValue,
    /// A string that does not have the form of the argument.
    ValuePattern,
    /// A string, list, set or map that is too short or too long.
    ValueLength,
    /// A number that is too small or too large.
    ValueRange,
    /// A string that is no ARN where one is wanted.
    MalformedArn,
    /// A string that is no CIDR block where one is wanted.
    MalformedCidr,
    /// A string that is no JSON where JSON is wanted.
    MalformedJson,
    /// A string that is no IAM policy document where one is wanted.
    MalformedPolicy,
    /// A reference to an attribute that the type does not have.
    UnknownAttribute,
    /// A bool or number that is written as a string.
    QuotedLiteral,
    /// An argument of a call that the module has no variable for.
    UnknownModuleArgument,
    /// A variable of a module that a call must set and does not.
    MissingModuleArgument,
}

impl SchemaRule {
    /// All of them, in the order of their declaration.
    pub const ALL: &'static [Self] = &[
        Self::UnknownArgument,
        Self::UnknownBlock,
        Self::MissingArgument,
        Self::MissingBlock,
        Self::TooManyBlocks,
        Self::BlockAsArgument,
        Self::ArgumentAsBlock,
        Self::WrongType,
        Self::ReadOnlyArgument,
        Self::DeprecatedArgument,
        Self::DeprecatedType,
        Self::UnknownType,
        Self::ArgumentNotInVersion,
        Self::UnknownValue,
        Self::ValuePattern,
        Self::ValueLength,
        Self::ValueRange,
        Self::MalformedArn,
        Self::MalformedCidr,
        Self::MalformedJson,
        Self::MalformedPolicy,
        Self::UnknownAttribute,
        Self::QuotedLiteral,
        Self::UnknownModuleArgument,
        Self::MissingModuleArgument,
    ];

    /// The rule of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.name() == name)
    }

    /// Its name, without the pack.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnknownArgument => "unknown-argument",
            Self::UnknownBlock => "unknown-block",
            Self::MissingArgument => "missing-argument",
            Self::MissingBlock => "missing-block",
            Self::TooManyBlocks => "too-many-blocks",
            Self::BlockAsArgument => "block-as-argument",
            Self::ArgumentAsBlock => "argument-as-block",
            Self::WrongType => "wrong-type",
            Self::ReadOnlyArgument => "read-only-argument",
            Self::DeprecatedArgument => "deprecated-argument",
            Self::DeprecatedType => "deprecated-type",
            Self::UnknownType => "unknown-type",
            Self::ArgumentNotInVersion => "argument-not-in-version",
            Self::UnknownValue => "unknown-value",
            Self::ValuePattern => "value-pattern",
            Self::ValueLength => "value-length",
            Self::ValueRange => "value-range",
            Self::MalformedArn => "malformed-arn",
            Self::MalformedCidr => "malformed-cidr",
            Self::MalformedJson => "malformed-json",
            Self::MalformedPolicy => "malformed-policy",
            Self::UnknownAttribute => "unknown-attribute",
            Self::QuotedLiteral => "quoted-literal",
            Self::UnknownModuleArgument => "unknown-module-argument",
            Self::MissingModuleArgument => "missing-module-argument",
        }
    }
}
