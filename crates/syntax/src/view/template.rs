//! Templates as they are to be evaluated. Literal text is decoded first, then stripped, then freed
//! of the indentation of `<<-`, all piece by piece in source order, as Go's HCL does it.

use std::borrow::Cow;

use source::TextRange;

use super::{Expr, child, child_of_kind};
use crate::lexer::hex_char;
use crate::node::{NodeId, NodeKind, strip, template};
use crate::tree::Tree;

/// A quoted string, a heredoc, or a template without quotes.
#[derive(Clone, Copy)]
pub struct Template<'t> {
    tree: &'t Tree,
    id: NodeId,
}

/// A piece of a template, as it is to be evaluated: escapes decoded, strip markers applied, the
/// indentation of `<<-` taken off.
#[derive(Clone)]
#[expect(missing_docs, reason = "the fields are named after the grammar")]
pub enum Part<'t> {
    /// Text, maybe empty; the range is where it stands.
    Literal { text: Cow<'t, str>, range: TextRange },
    /// `${ … }`; the range includes the braces.
    Interpolation { expr: Expr<'t>, range: TextRange },
    /// `%{ if }`
    If { condition: Expr<'t>, yes: Vec<Part<'t>>, no: Option<Vec<Part<'t>>>, range: TextRange },
    /// `%{ for }`
    For {
        key_name: Option<&'t str>,
        value_name: &'t str,
        collection: Expr<'t>,
        body: Vec<Part<'t>>,
        range: TextRange,
    },
}

/// A piece before it is put into its place.
enum Piece<'t> {
    Literal {
        text: Cow<'t, str>,
        range: TextRange,
    },
    Interpolation(NodeId),
    /// `%{ if }` or `%{ for }`, by the node of the whole.
    Begin(NodeId),
    Else,
    End,
}

/// A directive whose end is still to come.
struct Open<'t> {
    id: NodeId,
    outer: Vec<Part<'t>>,
    yes: Option<Vec<Part<'t>>>,
}

impl<'t> Template<'t> {
    pub(crate) const fn new(tree: &'t Tree, id: NodeId) -> Self {
        Self { tree, id }
    }

    /// The parts in source order. Literal neighbours are joined. A template that is one
    /// [`Part::Interpolation`] and nothing else gives that value as it is, not as a string.
    pub fn parts(self) -> Vec<Part<'t>> {
        if let Some(part) = self.only_part() {
            return vec![part];
        }
        let mut pieces = self.pieces();
        let node = self.tree.node(self.id);
        if node.kind() == NodeKind::Heredoc && node.data() == 1 {
            take_indentation(&mut pieces);
        }
        self.assemble(pieces)
    }

    /// The part of a template between quotes that has one only, as most have; `None` tells nothing.
    pub fn only_part(self) -> Option<Part<'t>> {
        let (tree, node) = (self.tree, self.tree.node(self.id));
        let id = node.first_child;
        if id == NodeId::NONE || tree.node(id).next_sibling != NodeId::NONE {
            return None;
        }
        if node.kind() != NodeKind::Template || node.data() != template::QUOTED {
            return None;
        }
        match tree.kind(id) {
            NodeKind::TemplateLiteral => {
                let range = tree.node(id).range();
                let text = literal(tree, range, true);
                Some(Part::Literal { text, range: tree.in_source(range) })
            }
            NodeKind::Interpolation => {
                let expr = Expr::new(tree, child(tree, id, 0));
                Some(Part::Interpolation { expr, range: tree.range(id) })
            }
            _ => None,
        }
    }

    /// Whether it is a heredoc.
    pub fn is_heredoc(self) -> bool {
        self.tree.kind(self.id) == NodeKind::Heredoc
    }

    /// Whether it has no template sequence.
    pub fn is_plain(self) -> bool {
        self.tree.parts(self.id).all(|id| self.tree.kind(id) == NodeKind::TemplateLiteral)
    }

    /// The whole template, quotes or markers included.
    pub fn range(self) -> TextRange {
        self.tree.range(self.id)
    }

    /// The tree that it is of.
    pub const fn tree(self) -> &'t Tree {
        self.tree
    }

    /// The node, as a key for maps.
    pub const fn id(self) -> NodeId {
        self.id
    }

    /// All pieces side by side, decoded and stripped.
    fn pieces(self) -> Vec<Piece<'t>> {
        let tree = self.tree;
        let node = tree.node(self.id);
        let is_quoted = node.kind() == NodeKind::Template && node.data() == template::QUOTED;
        let is_verbatim = node.kind() == NodeKind::Template && node.data() == template::VERBATIM;
        let mut stripper = Stripper { pieces: Vec::new(), strip_next: false };
        // Iterators of the children of the nodes that are being walked; the end of a directive
        // that has no marker of its own is made up.
        let mut stack = vec![(tree.children(self.id), false)];
        while let Some((children, is_directive)) = stack.last_mut() {
            let Some(id) = children.next() else {
                if *is_directive {
                    stripper.pieces.push(Piece::End);
                }
                stack.pop();
                continue;
            };
            let (node, is_last) = (tree.node(id), children.clone().next().is_none());
            match node.kind() {
                NodeKind::TemplateLiteral => {
                    let range = node.range();
                    let text = if is_verbatim {
                        tree.slice(range)
                    } else {
                        literal(tree, range, is_quoted)
                    };
                    stripper.literal(text, range);
                }
                NodeKind::Interpolation => {
                    stripper.sequence(node.data(), Some(Piece::Interpolation(id)));
                }
                NodeKind::TemplateIf | NodeKind::TemplateFor => {
                    let marker = child(tree, id, 0);
                    stripper.sequence(tree.node(marker).data(), Some(Piece::Begin(id)));
                    let mut children = tree.children(id);
                    children.next();
                    stack.push((children, true));
                }
                NodeKind::TemplateBody => stack.push((tree.children(id), false)),
                _ => stripper.sequence(node.data(), (!is_last).then_some(Piece::Else)),
            }
        }
        stripper.pieces
    }

    /// Puts the pieces into their places.
    fn assemble(self, pieces: Vec<Piece<'t>>) -> Vec<Part<'t>> {
        let tree = self.tree;
        let mut parts: Vec<Part<'t>> = Vec::new();
        let mut stack: Vec<Open<'t>> = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Literal { text, range } => match (parts.last_mut(), tree.in_source(range)) {
                    (Some(Part::Literal { text: before, range: whole }), range) => {
                        before.to_mut().push_str(&text);
                        *whole = whole.cover(range);
                    }
                    (_, range) => parts.push(Part::Literal { text, range }),
                },
                Piece::Interpolation(id) => {
                    let expr = Expr::new(tree, child(tree, id, 0));
                    parts.push(Part::Interpolation { expr, range: tree.range(id) });
                }
                Piece::Begin(id) => {
                    stack.push(Open { id, outer: std::mem::take(&mut parts), yes: None });
                }
                Piece::Else => {
                    if let Some(open) = stack.last_mut() {
                        open.yes = Some(std::mem::take(&mut parts));
                    }
                }
                Piece::End => {
                    let open = stack.pop().expect("invariant: directives are balanced");
                    let body = std::mem::replace(&mut parts, open.outer);
                    parts.push(directive(tree, open.id, open.yes, body));
                }
            }
        }
        parts
    }
}

/// Makes the part of a directive from the parts in it.
fn directive<'t>(
    tree: &'t Tree,
    id: NodeId,
    yes: Option<Vec<Part<'t>>>,
    last: Vec<Part<'t>>,
) -> Part<'t> {
    let (node, marker) = (tree.node(id), child(tree, id, 0));
    let range = tree.range(id);
    if node.kind() == NodeKind::TemplateIf {
        let condition = Expr::new(tree, child(tree, marker, 0));
        let (yes, no) = match yes {
            Some(yes) => (yes, Some(last)),
            None => (last, None),
        };
        return Part::If { condition, yes, no, range };
    }
    let is_name = |id: &NodeId| tree.kind(*id) == NodeKind::Name;
    let mut names = tree.children(marker).filter(is_name).map(|id| tree.text_of(id));
    let (first, second) = (names.next().unwrap_or_default(), names.next());
    let (key_name, value_name) = match second {
        Some(second) => (Some(first), second),
        None => (None, first),
    };
    let collection = child_of_kind(tree, marker, |kind| kind != NodeKind::Name);
    Part::For { key_name, value_name, collection: Expr::new(tree, collection), body: last, range }
}

/// Applies the strip markers.
struct Stripper<'t> {
    pieces: Vec<Piece<'t>>,
    strip_next: bool,
}

impl<'t> Stripper<'t> {
    fn literal(&mut self, mut text: Cow<'t, str>, range: TextRange) {
        if std::mem::take(&mut self.strip_next) {
            let blanks = text.len() - text.trim_start().len();
            cut_start(&mut text, blanks);
        }
        self.pieces.push(Piece::Literal { text, range });
    }

    fn sequence(&mut self, data: u8, piece: Option<Piece<'t>>) {
        if data & strip::BEFORE != 0
            && let Some(Piece::Literal { text, .. }) = self.pieces.last_mut()
        {
            match text {
                Cow::Borrowed(text) => *text = text.trim_end(),
                Cow::Owned(text) => text.truncate(text.trim_end().len()),
            }
        }
        self.strip_next = data & strip::AFTER != 0;
        self.pieces.extend(piece);
    }
}

/// Takes `length` bytes off the start.
fn cut_start(text: &mut Cow<'_, str>, length: usize) {
    match text {
        Cow::Borrowed(text) => *text = &text[length..],
        Cow::Owned(text) => drop(text.drain(..length)),
    }
}

/// Takes the indentation that all lines share off the lines of a `<<-` heredoc.
fn take_indentation(pieces: &mut [Piece<'_>]) {
    let mut least = usize::MAX;
    let mut starts = Vec::new();
    let mut at_line_start = true;
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Literal { text, .. } = piece else {
            if at_line_start {
                least = 0;
            }
            at_line_start = false;
            continue;
        };
        if at_line_start {
            let blanks = text.len() - text.trim_start().len();
            // A line of blanks only does not count, and keeps them.
            if blanks < text.len() || !text.ends_with('\n') {
                least = least.min(text[..blanks].chars().count());
                starts.push(at);
            }
        }
        at_line_start = text.ends_with('\n');
    }
    for at in starts {
        let Piece::Literal { text, range } = &mut pieces[at] else {
            continue;
        };
        let cut = text.char_indices().nth(least).map_or(text.len(), |(at, _)| at);
        cut_start(text, cut);
        let start = range.start() + u32::try_from(cut).unwrap_or(u32::MAX).min(range.len());
        *range = TextRange::new(start, range.end());
    }
}

/// What the literal text at `range` means.
fn literal(tree: &Tree, range: TextRange, is_quoted: bool) -> Cow<'_, str> {
    match tree.str_at(range) {
        Some(text) if !has_escapes(text) => Cow::Borrowed(text),
        _ => decode(tree.bytes(range), is_quoted),
    }
}

/// Whether it may mean something else than is written.
pub(super) fn has_escapes(text: &str) -> bool {
    text.bytes().any(is_special)
}

/// Whether an escape may begin with that byte.
const fn is_special(byte: u8) -> bool {
    matches!(byte, b'\\' | b'$' | b'%')
}

/// Literal text as meant: `$${` and `%%{` are what they escape, and in quotes the backslash
/// sequences too. What is no valid escape stays, without its backslash.
pub(crate) fn decode(text: &[u8], is_quoted: bool) -> Cow<'_, str> {
    if !text.iter().copied().any(is_special) {
        return String::from_utf8_lossy(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.iter().copied().position(is_special) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let taken = match rest {
            [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => {
                out.extend_from_slice(&rest[1..3]);
                3
            }
            [b'\\', ..] if is_quoted => escape(rest, &mut out),
            _ => {
                out.push(rest[0]);
                1
            }
        };
        rest = &rest[taken..];
    }
    out.extend_from_slice(rest);
    Cow::Owned(match String::from_utf8(out) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// Decodes the escape at the start of `text` into `out` and returns its length.
fn escape(text: &[u8], out: &mut Vec<u8>) -> usize {
    let digits = match text.get(1) {
        Some(b'n') => return one(b'\n', out),
        Some(b'r') => return one(b'\r', out),
        Some(b't') => return one(b'\t', out),
        Some(b'u') => 4,
        Some(b'U') => 8,
        Some(byte @ (b'"' | b'\\')) => return one(*byte, out),
        _ => return 1,
    };
    match text.get(2..2 + digits).and_then(hex_char) {
        Some(c) => {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            2 + digits
        }
        None => one(text[1], out),
    }
}

fn one(byte: u8, out: &mut Vec<u8>) -> usize {
    out.push(byte);
    2
}
