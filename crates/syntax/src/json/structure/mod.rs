//! Reads objects as bodies: finds the blocks that the language or a provider may see in properties
//! and tells strings what they are. Both readings of an object share its properties, so that the
//! tree stays linear in the text.

mod ambiguous;

use std::borrow::Cow;

use source::TextRange;

use super::Decoded;
use super::decode;
use super::read::{Chain, push};
use super::repeats::Repeats;
use super::schema::{self, Property, Schema, Strings};
use super::strings::between_quotes;
use crate::lexer::offset;
use crate::node::{Node, NodeId, NodeKind, item};
use crate::tree::{MAX_ERRORS, Syntax, SyntaxError, SyntaxErrorKind};

const COMMENT_LABEL: &str =
    "this is read as a label: a comment can stand at the top of the file or in the body of a block";

pub(super) struct Structure<'t> {
    pub(super) text: &'t [u8],
    pub(super) nodes: Vec<Node>,
    /// Of text that is no JSON nothing more is said: who knows what was meant to be in what.
    pub(super) errors: Option<Vec<SyntaxError>>,
    pub(super) comments: Vec<TextRange>,
    pub(super) decoded: Decoded,
    /// How many objects and lists surround what is being read.
    pub(super) depth: u32,
}

/// A property that is being read as blocks.
struct Source {
    key: NodeId,
    schema: &'static Schema,
    /// The keys of the labels so far.
    labels: Vec<NodeId>,
    /// The parts of the property: key, value and blocks.
    parts: Chain,
}

impl<'t> Structure<'t> {
    pub(super) fn new(text: &'t [u8], nodes: Vec<Node>, is_broken: bool) -> Self {
        let decoded = Decoded::after(offset(text.len()));
        let errors = (!is_broken).then(Vec::new);
        Self { text, nodes, errors, comments: Vec::new(), decoded, depth: 0 }
    }

    /// Reads the value of the whole file and returns the first of its items.
    pub(super) fn file(&mut self, value: NodeId, syntax: Syntax) -> NodeId {
        let schema = match syntax {
            Syntax::JsonVariables => &schema::VARIABLES,
            _ => &schema::FILE,
        };
        self.items(value, schema)
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(super) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0 as usize]
    }

    fn kind(&self, id: NodeId) -> NodeKind {
        self.node(id).kind
    }

    /// The children of an object or list.
    fn children(&self, id: NodeId) -> Vec<NodeId> {
        let mut all = Vec::new();
        let mut next = self.node(id).first_child;
        while next != NodeId::NONE {
            all.push(next);
            next = self.node(next).next_sibling;
        }
        all
    }

    fn key_and_value(&self, item: NodeId) -> (NodeId, NodeId) {
        let key = self.node(item).first_child;
        (key, self.node(key).next_sibling)
    }

    fn error(&mut self, at: NodeId, message: String) {
        // A collection is pointed at by its opening bracket.
        let range = self.node(at).range();
        let range = match self.kind(at) {
            NodeKind::Object | NodeKind::Tuple => TextRange::new(range.start(), range.start() + 1),
            NodeKind::Missing => return,
            _ => range,
        };
        self.report(SyntaxErrorKind::Grammar, range, message.into(), None);
    }

    pub(super) fn report(
        &mut self,
        kind: SyntaxErrorKind,
        range: TextRange,
        message: Cow<'static, str>,
        related: Option<(TextRange, Cow<'static, str>)>,
    ) {
        if let Some(errors) = self.errors.as_mut().filter(|errors| errors.len() < MAX_ERRORS) {
            errors.push(SyntaxError { kind, range, message, related });
        }
    }

    // Bodies.

    /// Reads `value` as a body and returns the first of its items.
    fn items(&mut self, value: NodeId, schema: &'static Schema) -> NodeId {
        self.depth += 1;
        let mut repeats = Vec::new();
        let first = match self.kind(value) {
            NodeKind::Object => {
                for item in self.children(value) {
                    let may_repeat = self.property(item, schema);
                    repeats.push((item, may_repeat));
                }
                self.node(value).first_child
            }
            NodeKind::Tuple if schema.merges => self.merged(value, schema, &mut repeats),
            NodeKind::Null if schema.merges => NodeId::NONE,
            _ => {
                let what =
                    if schema.merges { "an object or a list of objects" } else { "an object" };
                self.error(value, format!("expected {what}, which holds arguments"));
                self.value(value, Strings::Lenient);
                NodeId::NONE
            }
        };
        self.check_repeats(&repeats);
        self.depth -= 1;
        first
    }

    /// Reads the objects of a list as one body: copies of their properties, side by side.
    fn merged(
        &mut self,
        list: NodeId,
        schema: &'static Schema,
        repeats: &mut Vec<(NodeId, Repeats)>,
    ) -> NodeId {
        self.depth += 1;
        let mut items = Chain::new();
        for element in self.children(list) {
            if self.kind(element) != NodeKind::Object {
                self.error(element, "expected an object, which holds arguments and blocks".into());
                self.value(element, Strings::Lenient);
                continue;
            }
            for item in self.children(element) {
                let may_repeat = self.property(item, schema);
                repeats.push((item, may_repeat));
                self.copy(item, &mut items);
            }
        }
        self.depth -= 1;
        items.first
    }

    /// Adds to `items` another node of the parts that `item` has.
    fn copy(&mut self, item: NodeId, items: &mut Chain) {
        let Node { data, first_child, .. } = *self.node(item);
        let range = self.node(item).range();
        let copy = push(&mut self.nodes, NodeKind::ObjectItem, data, range, first_child);
        items.add(&mut self.nodes, copy);
    }

    /// Reads a property of a body. Returns whether it may come again.
    fn property(&mut self, item: NodeId, schema: &'static Schema) -> Repeats {
        let (key, value) = self.key_and_value(item);
        let name = decode(self.node(key).range().slice(self.text));
        let property = schema.property(&name);
        if name == "//" {
            self.string(key, Strings::Literal);
            self.comment(item, value);
            self.value(value, Strings::Lenient);
            return Repeats::Anywhere;
        }
        match property {
            Property::Argument(strings) => {
                self.string(key, Strings::Literal);
                self.value(value, strings);
                Repeats::Never
            }
            Property::Blocks(labels, schema) => {
                self.string(key, Strings::Literal);
                self.node_mut(item).data = item::BLOCKS;
                self.blocks(item, labels, schema);
                Repeats::AsBlocks
            }
            Property::Ambiguous(strings) => {
                self.string(key, Strings::Literal);
                self.ambiguous(item, strings);
                if strings == Strings::Lenient { Repeats::Anywhere } else { Repeats::AsBlocks }
            }
        }
    }

    /// Notes what a property `//` says.
    fn comment(&mut self, item: NodeId, value: NodeId) {
        self.node_mut(item).data = item::COMMENT;
        let texts = match self.kind(value) {
            NodeKind::Tuple => self.children(value),
            _ => vec![value],
        };
        for id in texts {
            if self.kind(id) == NodeKind::Template {
                self.comments.push(between_quotes(self.text, self.node(id).range()));
            }
        }
    }

    // Blocks.

    /// Reads the value of `item`, which is nothing but blocks.
    fn blocks(&mut self, item: NodeId, labels: u8, schema: &'static Schema) {
        let (key, value) = self.key_and_value(item);
        let parts = Chain { first: key, last: value };
        let mut source = Source { key, schema, labels: Vec::new(), parts };
        self.labelled(&mut source, value, labels);
    }

    /// Reads `value` as blocks that lack `labels` labels.
    fn labelled(&mut self, source: &mut Source, value: NodeId, labels: u8) {
        if labels == 0 {
            return self.unlabelled(source, value);
        }
        self.depth += 1;
        let mut is_empty = true;
        for holder in self.label_holders(value) {
            for item in self.children(holder) {
                is_empty = false;
                let (key, value) = self.key_and_value(item);
                if self.is_misplaced_comment(key, value) {
                    self.error(key, COMMENT_LABEL.into());
                    self.string(key, Strings::Literal);
                    self.value(value, Strings::Lenient);
                    continue;
                }
                self.string(key, Strings::Literal);
                source.labels.push(key);
                self.labelled(source, value, labels - 1);
                source.labels.pop();
            }
        }
        if is_empty {
            let name = self.name_of(source);
            let message =
                format!("expected a label of the `{name}` block as the name of a property");
            self.error(value, message);
        }
        self.depth -= 1;
    }

    /// Whether somebody took the place of a label for one of a comment.
    fn is_misplaced_comment(&self, key: NodeId, value: NodeId) -> bool {
        self.kind(value) == NodeKind::Template
            && decode(self.node(key).range().slice(self.text)) == "//"
    }

    /// The objects whose properties are named after labels.
    fn label_holders(&mut self, value: NodeId) -> Vec<NodeId> {
        match self.kind(value) {
            NodeKind::Object => return vec![value],
            NodeKind::Tuple => {}
            // The missing label is told.
            _ => {
                self.value(value, Strings::Lenient);
                return Vec::new();
            }
        }
        let mut holders = self.children(value);
        holders.retain(|element| {
            let is_object = self.kind(*element) == NodeKind::Object;
            if !is_object {
                self.error(*element, "expected an object, whose properties are labels".into());
                self.value(*element, Strings::Lenient);
            }
            is_object
        });
        holders
    }

    fn name_of(&self, source: &Source) -> String {
        let name: String =
            decode(self.node(source.key).range().slice(self.text)).chars().take(40).collect();
        name
    }

    /// Reads `value` as the bodies of blocks that have all their labels.
    fn unlabelled(&mut self, source: &mut Source, value: NodeId) {
        match self.kind(value) {
            NodeKind::Null | NodeKind::Missing => self.value(value, Strings::Literal),
            NodeKind::Object => self.block(source, value, false),
            NodeKind::Tuple => {
                self.depth += 1;
                for element in self.children(value) {
                    self.block(source, element, true);
                }
                self.depth -= 1;
            }
            _ => {
                let name = self.name_of(source);
                let message = format!(
                    "expected an object or a list of objects: the contents of `{name}` blocks"
                );
                self.error(value, message);
                self.value(value, Strings::Lenient);
            }
        }
    }

    /// Reads `value` as the body of a block.
    fn block(&mut self, source: &mut Source, value: NodeId, is_element: bool) {
        let items = self.items(value, source.schema);
        self.add_block(source, value, items, is_element);
    }

    /// Adds the block to the parts of its property.
    fn add_block(&mut self, source: &mut Source, value: NodeId, items: NodeId, is_element: bool) {
        let mut parts = Chain::new();
        let mut innermost = source.key;
        let nodes = &mut self.nodes;
        let mut named = |nodes: &mut Vec<Node>, kind, key: NodeId| {
            let range = nodes[key.0 as usize].range();
            let id = push(nodes, kind, 0, range, NodeId::NONE);
            parts.add(nodes, id);
        };
        named(nodes, NodeKind::Name, source.key);
        for label in &source.labels {
            named(nodes, NodeKind::Label, *label);
            innermost = *label;
        }
        let whole = nodes[value.0 as usize].range();
        let inside = inside(self.text, &nodes[value.0 as usize]);
        let body = push(nodes, NodeKind::Body, 0, inside, items);
        parts.add(nodes, body);
        let start = if is_element { whole.start() } else { nodes[innermost.0 as usize].start };
        let range = TextRange::new(start, whole.end());
        let block = push(nodes, NodeKind::Block, u8::from(is_element), range, parts.first);
        source.parts.add(nodes, block);
    }

    // Values.

    /// Reads a value that is no block.
    pub(super) fn value(&mut self, value: NodeId, strings: Strings) {
        match self.kind(value) {
            NodeKind::Template => self.string(value, strings),
            NodeKind::Tuple => {
                self.depth += 1;
                for element in self.children(value) {
                    self.value(element, strings);
                }
                self.depth -= 1;
            }
            NodeKind::Object => {
                self.depth += 1;
                self.object(value, strings);
                self.depth -= 1;
            }
            _ => {}
        }
    }

    fn object(&mut self, object: NodeId, strings: Strings) {
        let items = self.children(object);
        for item in &items {
            let (key, value) = self.key_and_value(*item);
            let name = decode(self.node(key).range().slice(self.text));
            let of_value = match strings {
                Strings::Requirement if name == "configuration_aliases" => Strings::Expression,
                strings => strings,
            };
            self.string(key, strings);
            self.value(value, of_value);
        }
        if matches!(strings, Strings::Template | Strings::Literal) {
            let items: Vec<_> = items.into_iter().map(|item| (item, Repeats::Never)).collect();
            self.check_repeats(&items);
        }
    }
}

/// The range between the brackets of a collection; a scalar's own.
fn inside(text: &[u8], node: &Node) -> TextRange {
    let range = node.range();
    let closer: &[u8] = match node.kind {
        NodeKind::Object => b"}",
        NodeKind::Tuple => b"]",
        _ => return range,
    };
    let is_closed = range.len() > 1 && range.slice(text).ends_with(closer);
    TextRange::new(range.start() + 1, range.end() - u32::from(is_closed))
}
