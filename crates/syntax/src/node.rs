//! The nodes of a tree: one flat table, linked by first child and next sibling.

use source::TextRange;

/// The place of a node in the table of its [`crate::Tree`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// Stands for "no node" in links.
    pub(crate) const NONE: Self = Self(u32::MAX);

    /// A number that is unique within the tree, for keys of maps.
    pub const fn index(self) -> u32 {
        self.0
    }
}

/// What a node is. Ranges are those that Go's hclsyntax gives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum NodeKind {
    /// Items of a file or block. Children: `Attribute`, `Block`, in source order; in the JSON
    /// syntax `ObjectItem`s, shared with the `Object` that the body is written as.
    Body,
    /// `name = expr`. Children: `Name`, expression (`Missing` when not typed yet).
    Attribute,
    /// `type "label" { … }`. Children: `Name`, `Label`s, `Body` (of the braces, exclusive). In the
    /// JSON syntax `data` is 1 for one of a list of blocks.
    Block,
    /// An identifier.
    Name,
    /// A block label, quotes included when it is a string. `data` is 1 for a quoted one.
    Label,

    /// A number literal.
    Number,
    /// `true`.
    True,
    /// `false`.
    False,
    /// `null`.
    Null,
    /// A quoted template, quotes included. Children: template parts. `data` is 1 for the template
    /// without quotes of [`crate::parse_template`], whose literals are lines as in a heredoc, 2 for
    /// a JSON string that is such a template between its quotes, 3 for a JSON string that is none.
    Template,
    /// A heredoc from `<<` to its end marker. Children: template parts. `data` is 1 for `<<-`.
    Heredoc,
    /// Literal text in a template, escapes not decoded. In a heredoc one node a line (the line end
    /// included), so that strip markers and indentation act as in Go's HCL.
    TemplateLiteral,
    /// `${ … }`. Child: expression. `data`: see [`strip`].
    Interpolation,
    /// `%{ if } … %{ else } … %{ endif }`. Children: `TemplateMarker` (child: the condition),
    /// `TemplateBody`, then maybe `TemplateMarker` of the else and `TemplateBody`, then
    /// `TemplateMarker` of the endif.
    TemplateIf,
    /// `%{ for } … %{ endfor }`. Children: `TemplateMarker` (children: `Name` once or twice,
    /// collection), `TemplateBody`, `TemplateMarker` of the endfor.
    TemplateFor,
    /// Parts inside a directive.
    TemplateBody,
    /// One `%{ … }`. `data`: see [`strip`].
    TemplateMarker,
    /// `[a, b]`. Children: expressions.
    Tuple,
    /// `{ k = v }`. Children: `ObjectItem`s.
    Object,
    /// `k = v` or `k : v`. Children: key expression, value expression. In the JSON syntax it may be
    /// an attribute or blocks too: then the `Block`s that it gives follow; `data` is 1 where it can
    /// be nothing but blocks, 2 where it is a comment.
    ObjectItem,
    /// `[for v in c : e if p]`. Children: `Name` once or twice, collection, element, then maybe
    /// `ForCondition`.
    ForTuple,
    /// `{for k, v in c : k => e... if p}`. Children: `Name` once or twice, collection, key, value,
    /// then maybe `ForCondition`. `data` is 1 when grouping (`...`).
    ForObject,
    /// The `if` of a `for`. Child: expression.
    ForCondition,
    /// `f(a, b...)`. Children: `Name` (with namespaces: `a::b::f`, one node), arguments. `data` is
    /// 1 when the last argument is expanded.
    Call,
    /// The first name of a traversal.
    Variable,
    /// `target.name`. Children: target, `Name`.
    GetAttr,
    /// `target[key]`. Children: target, key.
    Index,
    /// `target.0`. Children: target, `Number`.
    LegacyIndex,
    /// `target[*]` and all that follows it. Children: target, what is done with each element, a
    /// chain that starts at a `SplatItem`.
    Splat,
    /// `target.*` and the attributes that follow it. Children as of `Splat`.
    AttrSplat,
    /// The element that a splat works on. Covers no text of its own.
    SplatItem,
    /// `c ? a : b`. Children: the three.
    Conditional,
    /// `a op b`. Children: the two. `data`: [`BinaryOp`].
    Binary,
    /// `op a`. Child: the operand. `data`: [`UnaryOp`].
    Unary,
    /// `(a)`. Child: the expression.
    Paren,
    /// An expression that is not there or could not be read; a syntax error tells why. May be empty.
    Missing,
}

/// `data` of `Template`.
pub(crate) mod template {
    /// Between quotes, with escapes of the native syntax.
    pub(crate) const QUOTED: u8 = 0;
    /// A JSON string that is a template.
    pub(crate) const JSON: u8 = 2;
    /// A JSON string that stands for itself.
    pub(crate) const VERBATIM: u8 = 3;
}

/// `data` of `ObjectItem` in the JSON syntax.
pub(crate) mod item {
    /// An attribute, or an attribute or blocks.
    pub(crate) const ATTRIBUTE: u8 = 0;
    /// Nothing but blocks.
    pub(crate) const BLOCKS: u8 = 1;
    /// A property `//` of a body.
    pub(crate) const COMMENT: u8 = 2;
}

/// Bits of `data` in `Interpolation` and `TemplateMarker`.
pub mod strip {
    /// `${~` or `%{~`: white space before it is taken off.
    pub const BEFORE: u8 = 1;
    /// `~}`: white space after it is taken off.
    pub const AFTER: u8 = 2;
}

/// One node: 20 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    pub(crate) kind: NodeKind,
    pub(crate) data: u8,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) first_child: NodeId,
    pub(crate) next_sibling: NodeId,
}

impl Node {
    /// What it is.
    pub const fn kind(&self) -> NodeKind {
        self.kind
    }

    /// The bit of detail that [`NodeKind`] describes.
    pub const fn data(&self) -> u8 {
        self.data
    }

    /// The bytes that it covers, maybe of decoded text: to the outside [`crate::Tree::range`] tells.
    pub(crate) const fn range(&self) -> TextRange {
        TextRange::new(self.start, self.end)
    }
}

/// Operators with two operands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names of the operators say it all")]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl BinaryOp {
    const ALL: [Self; 13] = [
        Self::Or,
        Self::And,
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::LessEqual,
        Self::Greater,
        Self::GreaterEqual,
        Self::Add,
        Self::Subtract,
        Self::Multiply,
        Self::Divide,
        Self::Modulo,
    ];

    pub(crate) fn from_data(data: u8) -> Self {
        Self::ALL[usize::from(data)]
    }

    /// The operator as written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
        }
    }
}

/// Operators with one operand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum UnaryOp {
    /// `-a`
    Negate,
    /// `!a`
    Not,
}

impl UnaryOp {
    pub(crate) const fn from_data(data: u8) -> Self {
        if data == Self::Negate as u8 { Self::Negate } else { Self::Not }
    }

    /// The operator as written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Negate => "-",
            Self::Not => "!",
        }
    }
}
