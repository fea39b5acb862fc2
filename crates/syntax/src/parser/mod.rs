//! The parser: recursive descent over the tokens. A file in order is parsed once, strictly; at the
//! first error the strict parser gives up, and the file is lexed and parsed again with recovery,
//! which may look at the layout.

mod body;
mod collection;
mod expression;
mod layout;
mod message;
pub(crate) mod recovery;
mod template;

use std::borrow::Cow;

use source::{Text, TextRange};

use crate::json::Decoded;
use crate::lexer::{Lexed, Start, Token, TokenKind as T, lex};
use crate::node::{Node, NodeId, NodeKind};
use crate::tree::{MAX_ERRORS, Syntax, SyntaxError, SyntaxErrorKind, Tree};
use layout::Layout;

/// How deep expressions, blocks and template directives may be nested. The parser recurses that
/// deep; code that walks trees may rely on it, except along chains (`a + b + …`, `a.b.c…`), which
/// lean to the left without limit.
pub const MAX_DEPTH: u32 = 500;

/// Parses a file. Never fails: what could not be read is missing from the tree and reported by
/// [`Tree::errors`].
pub fn parse(text: impl Into<Text>) -> Tree {
    read(&text.into(), Form::File)
}

/// Parses text that is one expression, as Go's `ParseExpression` does: line ends are blanks. The
/// tree's body is empty; see [`Tree::expr`].
pub fn parse_expression(text: impl Into<Text>) -> Tree {
    read(&text.into(), Form::Expression)
}

/// Parses text that is one template without quotes around it, as of a template file. The tree's
/// body is empty; see [`Tree::expr`].
pub fn parse_template(text: impl Into<Text>) -> Tree {
    read(&text.into(), Form::Template)
}

/// What text is to be read as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    File,
    Expression,
    Template,
}

/// An expression or template that is read for itself, with ranges from the start of its text.
pub(crate) struct Piece {
    pub(crate) nodes: Vec<Node>,
    pub(crate) expr: NodeId,
    pub(crate) errors: Vec<SyntaxError>,
}

/// Parses text that stands `depth` levels deep in a file as an expression or a template.
pub(crate) fn parse_piece(text: &[u8], form: Form, depth: u32) -> Piece {
    let mut parser = parsed(text, form, depth);
    recovery::tidy(text, &mut parser.errors);
    let expr = parser.expr.expect("invariant: no piece is read as a file");
    Piece { nodes: parser.nodes, expr, errors: parser.errors }
}

fn read(text: &Text, form: Form) -> Tree {
    if let Some(error) = refusal(text) {
        let mut parser = Parser::new(&[], lex(&[], Start::Code, false), None);
        parser.parse(form);
        let mut tree = parser.finish(text);
        tree.errors = vec![error];
        return tree;
    }
    parsed(text, form, 0).finish(text)
}

/// The parser after its work, recovered from errors if there were any.
fn parsed(text: &[u8], form: Form, depth: u32) -> Parser<'_> {
    let start = if form == Form::Template { Start::Template } else { Start::Code };
    let mut lexed = lex(text, start, false);
    let mut first_error = lexed.errors.pop();
    if first_error.is_none() {
        let mut parser = Parser::new(text, lexed, None);
        parser.depth = depth;
        parser.parse(form);
        first_error = parser.gave_up.take();
        if first_error.is_none() {
            return parser;
        }
    }
    let lexed = lex(text, start, true);
    let layout = Layout::new(text, &lexed);
    let mut parser = Parser::new(text, lexed, Some(layout));
    parser.depth = depth;
    parser.parse(form);
    if parser.errors.iter().all(|error| error.kind == SyntaxErrorKind::DuplicateAttribute) {
        parser.errors.extend(first_error);
    }
    parser
}

/// Why text is not even tried.
pub(crate) fn refusal(text: &[u8]) -> Option<SyntaxError> {
    let error = |kind, end, message: &'static str| SyntaxError {
        kind,
        range: TextRange::new(0, end),
        message: message.into(),
        related: None,
    };
    if text.len() >= u32::MAX as usize {
        return Some(error(SyntaxErrorKind::Limit, 0, "the file is larger than 4 GiB"));
    }
    let message = match text {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => "the file is UTF-32, not UTF-8",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=0x7f, 0, ..] | [1..=0x7f, 0, _, 0, ..] => {
            "the file is UTF-16, not UTF-8"
        }
        _ => return None,
    };
    Some(error(SyntaxErrorKind::Encoding, 2, message))
}

/// Children of a node that is being built.
struct Children {
    first: NodeId,
    last: NodeId,
}

impl Children {
    const fn new() -> Self {
        Self { first: NodeId::NONE, last: NodeId::NONE }
    }
}

struct Parser<'t> {
    text: &'t [u8],
    tokens: Vec<Token>,
    comments: Vec<TextRange>,
    pos: usize,
    /// The end of the last token that was taken or skipped.
    end: u32,
    /// Whether line ends count, or are blanks as in brackets.
    newlines: bool,
    depth: u32,
    nodes: Vec<Node>,
    errors: Vec<SyntaxError>,
    /// An error was told, and no place found yet from which to go on.
    broken: bool,
    /// With a layout the parser recovers, else it gives up at the first error.
    layout: Option<Layout>,
    gave_up: Option<SyntaxError>,
    /// The start of the error that a `}` too many was put down to.
    excused: Option<u32>,
    /// Hashes of the names of the attributes of the bodies that are open.
    names: Vec<u32>,
    root: NodeId,
    expr: Option<NodeId>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t [u8], lexed: Lexed, layout: Option<Layout>) -> Self {
        Self {
            text,
            nodes: Vec::with_capacity(lexed.tokens.len() * 3 / 5 + 8),
            tokens: lexed.tokens,
            comments: lexed.comments,
            pos: 0,
            end: 0,
            newlines: true,
            depth: 0,
            errors: lexed.errors,
            broken: false,
            layout,
            gave_up: None,
            excused: None,
            names: Vec::new(),
            root: NodeId::NONE,
            expr: None,
        }
    }

    fn parse(&mut self, form: Form) {
        match form {
            Form::File => self.root = self.file(),
            Form::Expression => {
                self.newlines = false;
                let expr = self.expression();
                if self.kind() != T::End {
                    self.error_here("unexpected text after the expression");
                }
                self.set_expression(expr);
            }
            Form::Template => {
                let expr = self.bare_template();
                self.set_expression(expr);
            }
        }
    }

    fn set_expression(&mut self, expr: NodeId) {
        self.root = self.leaf(NodeKind::Body, 0, TextRange::empty(0));
        self.expr = Some(expr);
    }

    fn finish(self, text: &Text) -> Tree {
        let (mut nodes, mut comments, mut errors) = (self.nodes, self.comments, self.errors);
        nodes.shrink_to_fit();
        comments.shrink_to_fit();
        recovery::tidy(text, &mut errors);
        Tree {
            text: text.clone(),
            nodes,
            root: self.root,
            expr: self.expr,
            comments,
            errors,
            syntax: Syntax::Native,
            decoded: Decoded::default(),
        }
    }

    // Tokens.

    /// The kind of the next token, line ends skipped where they are blanks.
    #[inline]
    fn kind(&mut self) -> T {
        let kind = self.tokens[self.pos].kind;
        if kind == T::Newline && !self.newlines { self.kind_after_lines() } else { kind }
    }

    #[cold]
    fn kind_after_lines(&mut self) -> T {
        while self.tokens[self.pos].kind == T::Newline {
            // `name =` at the start of a line belongs to no expression.
            if self.layout.as_ref().is_some_and(|layout| layout.is_item(self.pos + 1)) {
                return T::Barrier;
            }
            self.pos += 1;
        }
        self.tokens[self.pos].kind
    }

    /// Takes the next token, which [`Self::kind`] has looked at.
    #[inline]
    fn bump(&mut self) -> Token {
        let token = self.tokens[self.pos];
        if token.kind != T::End {
            self.pos += 1;
        }
        self.end = token.end;
        token
    }

    #[inline]
    fn eat(&mut self, kind: T) -> bool {
        let found = self.kind() == kind;
        if found {
            self.bump();
        }
        found
    }

    /// The next token as it is.
    fn token(&self) -> Token {
        self.tokens[self.pos]
    }

    fn token_text(&self) -> &'t [u8] {
        self.token().range().slice(self.text)
    }

    /// Whether the next token is that keyword.
    fn at_keyword(&mut self, word: &[u8]) -> bool {
        self.kind() == T::Name && self.token_text() == word
    }

    // Nodes.

    #[inline]
    fn push(&mut self, node: Node) -> NodeId {
        #[expect(clippy::cast_possible_truncation, reason = "fewer nodes than four a byte")]
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        id
    }

    #[inline]
    fn leaf(&mut self, kind: NodeKind, data: u8, range: TextRange) -> NodeId {
        self.push(Node {
            kind,
            data,
            start: range.start(),
            end: range.end(),
            first_child: NodeId::NONE,
            next_sibling: NodeId::NONE,
        })
    }

    /// Makes a node from `start` to the end of the last token.
    #[inline]
    fn node(&mut self, kind: NodeKind, data: u8, start: u32, children: &Children) -> NodeId {
        let (end, first_child) = (self.end.max(start), children.first);
        self.push(Node { kind, data, start, end, first_child, next_sibling: NodeId::NONE })
    }

    #[inline]
    fn add(&mut self, children: &mut Children, child: NodeId) {
        if children.last == NodeId::NONE {
            children.first = child;
        } else {
            self.nodes[children.last.0 as usize].next_sibling = child;
        }
        children.last = child;
    }

    /// Makes a node of two children.
    #[inline]
    fn pair(&mut self, kind: NodeKind, data: u8, first: NodeId, second: NodeId) -> NodeId {
        self.nodes[first.0 as usize].next_sibling = second;
        let (start, end) = (self.start_of(first), self.nodes[second.0 as usize].end);
        self.push(Node {
            kind,
            data,
            start,
            end: end.max(start),
            first_child: first,
            next_sibling: NodeId::NONE,
        })
    }

    #[inline]
    fn start_of(&self, id: NodeId) -> u32 {
        self.nodes[id.0 as usize].start
    }

    /// Stands for an expression that is not there.
    fn missing(&mut self) -> NodeId {
        self.leaf(NodeKind::Missing, 0, TextRange::empty(self.end))
    }

    fn empty(&mut self, kind: NodeKind) -> NodeId {
        self.leaf(kind, 0, TextRange::empty(self.end))
    }

    // Errors.

    /// Reports an error, unless the last one still echoes.
    fn error(&mut self, range: TextRange, message: impl Into<Cow<'static, str>>) {
        self.report(SyntaxErrorKind::Grammar, range, message.into(), None);
    }

    fn error_with(
        &mut self,
        range: TextRange,
        message: impl Into<Cow<'static, str>>,
        related: TextRange,
        why: impl Into<Cow<'static, str>>,
    ) {
        self.report(SyntaxErrorKind::Grammar, range, message.into(), Some((related, why.into())));
    }

    /// Reports an error at the next token.
    fn error_here(&mut self, message: impl Into<Cow<'static, str>>) {
        let range = self.here();
        self.error(range, message);
    }

    #[cold]
    fn report(
        &mut self,
        kind: SyntaxErrorKind,
        range: TextRange,
        message: Cow<'static, str>,
        related: Option<(TextRange, Cow<'static, str>)>,
    ) {
        if self.broken {
            return;
        }
        self.broken = true;
        let error = SyntaxError { kind, range, message, related };
        if self.layout.is_none() {
            self.gave_up.get_or_insert(error);
            self.pos = self.tokens.len() - 1;
        } else if self.token().kind != T::Bad && self.errors.len() < MAX_ERRORS {
            // What is wrong with a bad token the lexer has told.
            self.errors.push(error);
        }
    }

    /// Where to point at when the next token is not what was expected: at the token, but not
    /// further than the end of the line.
    fn here(&mut self) -> TextRange {
        self.kind();
        let token = self.token();
        match token.kind {
            T::Newline | T::End => TextRange::empty(self.end),
            _ if self.is_on_later_line(token) => TextRange::empty(self.end),
            _ => token.range(),
        }
    }

    fn is_on_later_line(&self, token: Token) -> bool {
        let between = self.text.get(self.end as usize..token.start as usize);
        between.is_none_or(|between| memchr::memchr(b'\n', between).is_some()) && self.end > 0
    }

    /// One level down. `false`, and an error, when that is too deep.
    #[inline]
    fn descend(&mut self) -> bool {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.too_deep();
            return false;
        }
        true
    }

    #[inline]
    fn ascend(&mut self) {
        self.depth -= 1;
    }

    #[cold]
    fn too_deep(&mut self) {
        self.depth -= 1;
        let range = self.here();
        let message = format!("nested more than {MAX_DEPTH} levels deep");
        self.report(SyntaxErrorKind::Limit, range, message.into(), None);
    }
}
