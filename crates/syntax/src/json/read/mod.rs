//! Reads JSON into nodes: objects, lists and scalars, with recovery. What strings hold is not looked
//! at here.

mod recovery;

use source::TextRange;

use super::lexer::{Kind, Lexer, Token};
use crate::node::{Node, NodeId, NodeKind, UnaryOp};
use crate::parser::MAX_DEPTH;
use crate::tree::{SyntaxError, SyntaxErrorKind};
use recovery::push_error;

/// In the `data` of the node of a string: it does not mean its bytes. Gone in the finished tree.
pub(super) const DECODE: u8 = 0x80;

const NO_OBJECT: &str = "a file in the JSON syntax holds an object, or a list of objects";

pub(super) struct Reader<'t> {
    text: &'t [u8],
    lexer: Lexer<'t>,
    /// The next token.
    token: Token,
    /// The end of the last token that was taken.
    end: u32,
    /// Braces and brackets that are open.
    open: Vec<Open>,
    pub(super) nodes: Vec<Node>,
    pub(super) errors: Vec<SyntaxError>,
    /// The first one that was closed at another indentation than it was opened at.
    suspect: Option<Open>,
    /// Whether the end of the file was blamed on something.
    blamed: bool,
}

#[derive(Clone, Copy)]
struct Open {
    range: TextRange,
    is_object: bool,
    /// The width of the blanks at the start of its line.
    indent: usize,
}

/// Nodes side by side.
#[derive(Clone, Copy)]
pub(super) struct Chain {
    pub(super) first: NodeId,
    pub(super) last: NodeId,
}

impl Chain {
    pub(super) const fn new() -> Self {
        Self { first: NodeId::NONE, last: NodeId::NONE }
    }

    pub(super) fn add(&mut self, nodes: &mut [Node], child: NodeId) {
        if self.last == NodeId::NONE {
            self.first = child;
        } else {
            nodes[self.last.0 as usize].next_sibling = child;
        }
        self.last = child;
    }
}

/// Adds a node to the table.
pub(super) fn push(
    nodes: &mut Vec<Node>,
    kind: NodeKind,
    data: u8,
    range: TextRange,
    first_child: NodeId,
) -> NodeId {
    let id = u32::try_from(nodes.len()).expect("invariant: fewer nodes than eight a byte");
    let (start, end) = (range.start(), range.end());
    nodes.push(Node { kind, data, start, end, first_child, next_sibling: NodeId::NONE });
    NodeId(id)
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        let start =
            Token { kind: Kind::End, range: TextRange::empty(0), indent: 0, is_first: true };
        let mut reader = Self {
            text,
            lexer: Lexer::new(text),
            token: start,
            end: 0,
            open: Vec::new(),
            nodes: Vec::with_capacity(text.len() / 8 + 8),
            errors: Vec::new(),
            suspect: None,
            blamed: false,
        };
        reader.bump();
        reader.end = 0;
        reader
    }

    /// Reads the whole file; `None` when nothing is in it.
    pub(super) fn file(&mut self) -> Option<NodeId> {
        if self.token.kind == Kind::End {
            self.error(TextRange::empty(0), "the file is empty: expected an object, `{}` at least");
            return None;
        }
        if self.token.kind == Kind::Word {
            self.error(self.token.range, NO_OBJECT);
            return None;
        }
        let root = self.value();
        if self.token.kind != Kind::End && !self.blamed {
            self.error(self.token.range, "unexpected text after the end of the file's value");
        }
        match self.nodes[root.0 as usize].kind {
            NodeKind::Object | NodeKind::Tuple => {}
            NodeKind::Missing => return None,
            _ => {
                let range = self.nodes[root.0 as usize].range();
                self.error(range, NO_OBJECT);
                return None;
            }
        }
        Some(root)
    }

    fn bump(&mut self) -> Token {
        let token = self.token;
        self.end = token.range.end();
        let errors = &mut self.errors;
        self.token = self.lexer.next(&mut |fault| {
            push_error(errors, SyntaxErrorKind::Grammar, fault.range, fault.message);
        });
        token
    }

    /// The kind of the token after the next one.
    fn kind_after(&self) -> Kind {
        self.lexer.clone().next(&mut |_| {}).kind
    }

    /// Whether a property begins here: a name and a colon.
    fn at_property(&self) -> bool {
        matches!(self.token.kind, Kind::String { .. } | Kind::Word)
            && matches!(self.kind_after(), Kind::Colon | Kind::Equals)
    }

    fn value(&mut self) -> NodeId {
        match self.token.kind {
            Kind::OpenBrace | Kind::OpenBracket => self.collection(),
            Kind::String { .. } => self.string(),
            Kind::Number => self.number(),
            Kind::Word => self.word(),
            _ => {
                let found = self.found();
                self.error_here(format!("expected a value, found {found}"));
                self.leaf(NodeKind::Missing, 0, TextRange::empty(self.end))
            }
        }
    }

    fn leaf(&mut self, kind: NodeKind, data: u8, range: TextRange) -> NodeId {
        push(&mut self.nodes, kind, data, range, NodeId::NONE)
    }

    fn string(&mut self) -> NodeId {
        let token = self.bump();
        let decode = token.kind == Kind::String { decode: true };
        self.leaf(NodeKind::Template, if decode { DECODE } else { 0 }, token.range)
    }

    fn number(&mut self) -> NodeId {
        let range = self.bump().range;
        if range.slice(self.text).first() != Some(&b'-') || range.len() < 2 {
            return self.leaf(NodeKind::Number, 0, range);
        }
        let digits = TextRange::new(range.start() + 1, range.end());
        let digits = self.leaf(NodeKind::Number, 0, digits);
        push(&mut self.nodes, NodeKind::Unary, UnaryOp::Negate as u8, range, digits)
    }

    fn word(&mut self) -> NodeId {
        let range = self.bump().range;
        let kind = match range.slice(self.text) {
            b"true" => NodeKind::True,
            b"false" => NodeKind::False,
            b"null" => NodeKind::Null,
            word => {
                self.error(range, word_message(word));
                NodeKind::Missing
            }
        };
        self.leaf(kind, 0, range)
    }

    /// An object or a list.
    fn collection(&mut self) -> NodeId {
        if self.open.len() >= MAX_DEPTH as usize {
            return self.too_deep();
        }
        let is_object = self.token.kind == Kind::OpenBrace;
        let Token { range, indent, .. } = self.bump();
        self.open.push(Open { range, is_object, indent });
        let children = if is_object { self.properties() } else { self.elements() };
        self.open.pop();
        let kind = if is_object { NodeKind::Object } else { NodeKind::Tuple };
        let whole = TextRange::new(range.start(), self.end.max(range.end()));
        push(&mut self.nodes, kind, 0, whole, children.first)
    }

    /// The properties of the object whose brace is taken, and the brace that closes it.
    fn properties(&mut self) -> Chain {
        let mut items = Chain::new();
        loop {
            match self.token.kind {
                Kind::CloseBrace => {
                    self.close();
                    return items;
                }
                Kind::End => {
                    self.never_closed();
                    return items;
                }
                Kind::CloseBracket => {
                    self.wrong_closer();
                    return items;
                }
                Kind::String { .. } | Kind::Word => {
                    let item = self.property();
                    items.add(&mut self.nodes, item);
                }
                Kind::Comma => {
                    let message = "expected a property before this comma";
                    self.error(self.token.range, message);
                }
                _ => {
                    let found = self.found();
                    let message =
                        format!("expected a property name in double quotes, found {found}");
                    self.error_here(message);
                    self.skip();
                }
            }
            self.separator();
        }
    }

    /// `"name": value`
    fn property(&mut self) -> NodeId {
        let key = if let Kind::Word = self.token.kind {
            self.error(self.token.range, "a property name of JSON is in double quotes");
            let range = self.bump().range;
            self.leaf(NodeKind::Template, 0, range)
        } else {
            self.string()
        };
        let value = match self.token.kind {
            Kind::Colon => {
                self.bump();
                self.value()
            }
            Kind::Equals => {
                self.error(self.token.range, "JSON has a colon between name and value, not `=`");
                self.bump();
                self.value()
            }
            _ => {
                let found = self.found();
                self.error_here(format!(
                    "expected a colon and a value after this property name, found {found}"
                ));
                if self.is_on_later_line() || self.at_property() || !self.at_value() {
                    self.leaf(NodeKind::Missing, 0, TextRange::empty(self.end))
                } else {
                    self.value()
                }
            }
        };
        let node = |id: NodeId| self.nodes[id.0 as usize];
        let range = TextRange::new(node(key).start, node(value).end.max(node(key).end));
        self.nodes[key.0 as usize].next_sibling = value;
        push(&mut self.nodes, NodeKind::ObjectItem, 0, range, key)
    }

    fn at_value(&self) -> bool {
        matches!(
            self.token.kind,
            Kind::OpenBrace | Kind::OpenBracket | Kind::String { .. } | Kind::Number | Kind::Word
        )
    }

    /// The elements of the list whose bracket is taken, and the bracket that closes it.
    fn elements(&mut self) -> Chain {
        let mut items = Chain::new();
        loop {
            match self.token.kind {
                Kind::CloseBracket => {
                    self.close();
                    return items;
                }
                Kind::End => {
                    self.never_closed();
                    return items;
                }
                Kind::CloseBrace => {
                    self.wrong_closer();
                    return items;
                }
                Kind::Comma => {
                    self.error(self.token.range, "expected a value before this comma");
                }
                _ if self.at_value() => {
                    let item = self.value();
                    items.add(&mut self.nodes, item);
                }
                _ => {
                    let found = self.found();
                    self.error_here(format!("expected a value, found {found}"));
                    self.skip();
                }
            }
            self.separator();
        }
    }

    /// What stands after a property or an element.
    fn separator(&mut self) {
        let is_object = self.open.last().is_some_and(|open| open.is_object);
        let (closer, sign, what) = if is_object {
            (Kind::CloseBrace, "}", "property")
        } else {
            (Kind::CloseBracket, "]", "value")
        };
        match self.token.kind {
            Kind::Comma => {
                let comma = self.bump().range;
                if self.token.kind == closer {
                    let message = format!("JSON allows no comma after the last {what}");
                    self.error(comma, message);
                }
            }
            Kind::CloseBrace | Kind::CloseBracket | Kind::End => {}
            _ => {
                let next = if is_object { self.at_property() } else { self.at_value() };
                if next {
                    let range = TextRange::empty(self.end);
                    self.error(range, format!("expected a comma after this {what}"));
                    return;
                }
                let found = self.found();
                self.error_here(format!(
                    "expected a comma or `{sign}` after this {what}, found {found}"
                ));
                self.skip();
                if self.token.kind == Kind::Comma {
                    self.bump();
                }
            }
        }
    }

    fn close(&mut self) {
        let closer = self.bump();
        let open = *self.open.last().expect("invariant: something is open");
        if closer.is_first && closer.indent != open.indent {
            self.suspect.get_or_insert(open);
        }
    }
}

fn word_message(word: &[u8]) -> String {
    let text = String::from_utf8_lossy(word);
    let is_near = |keyword: &&'static str| text.eq_ignore_ascii_case(keyword);
    match ["true", "false", "null"].into_iter().find(is_near) {
        Some(keyword) => format!("did you mean `{keyword}`? JSON writes it in lower case"),
        None if text.len() > 40 => "strings of JSON are in double quotes".to_owned(),
        None => format!("`{text}` is no value of JSON; strings are in double quotes"),
    }
}
