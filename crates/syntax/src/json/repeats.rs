//! Finds properties of one name in one object or body where Terraform allows only one. Never judges
//! what may be several blocks.

use std::borrow::Cow;
use std::collections::HashMap;

use super::decode;
use super::strings::has_template;
use super::structure::Structure;
use crate::node::{Node, NodeId, NodeKind, item};
use crate::tree::SyntaxErrorKind;

/// Up to that many names are compared one by one.
const FEW: usize = 16;

/// Where a name may come again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeats {
    /// Nowhere: each is an argument, or the key of a value.
    Never,
    /// Where each of them could be a block.
    AsBlocks,
    /// Wherever nobody reads it.
    Anywhere,
}

/// What is known of the first property of a name.
struct First {
    key: NodeId,
    is_argument: bool,
}

impl Structure<'_> {
    /// Reports what is set twice among `items`.
    pub(super) fn check_repeats(&mut self, items: &[(NodeId, Repeats)]) {
        if items.len() < 2 || self.errors.is_none() || self.are_few_and_distinct(items) {
            return;
        }
        let text = self.text;
        let mut seen: HashMap<Cow<'_, str>, First> = HashMap::with_capacity(items.len());
        let mut found = Vec::new();
        for (id, repeats) in items {
            let key = self.node(*id).first_child;
            let written = self.node(key).range().slice(text);
            let value = self.node(self.node(key).next_sibling);
            let is_read = *repeats != Repeats::Anywhere && self.node(*id).data != item::COMMENT;
            let name = decode(written);
            if !is_read || has_template(name.as_bytes()) {
                continue;
            }
            let is_argument = *repeats == Repeats::Never || is_scalar(value);
            match seen.get_mut(&name) {
                None => drop(seen.insert(name, First { key, is_argument })),
                Some(first) if first.is_argument || is_argument => {
                    found.push((key, first.key));
                }
                Some(_) => {}
            }
        }
        for (key, first) in found {
            self.report_repeat(key, first);
        }
    }

    /// Whether it is plain that no name comes twice.
    fn are_few_and_distinct(&self, items: &[(NodeId, Repeats)]) -> bool {
        if items.len() > FEW {
            return false;
        }
        let written = |(id, _): &(NodeId, Repeats)| {
            self.node(self.node(*id).first_child).range().slice(self.text)
        };
        let is_plain = |name: &[u8]| memchr::memchr(b'\\', name).is_none();
        (0..items.len()).all(|at| {
            let name = written(&items[at]);
            is_plain(name) && items[..at].iter().all(|before| written(before) != name)
        })
    }

    #[cold]
    fn report_repeat(&mut self, key: NodeId, first: NodeId) {
        let (range, first) = (self.node(key).range(), self.node(first).range());
        let name: String = decode(range.slice(self.text)).chars().take(40).collect();
        let name: String = name.chars().filter(|c| !c.is_control()).collect();
        let message = format!("property `{name}` is set already").into();
        let related = Some((first, "first set here".into()));
        self.report(SyntaxErrorKind::DuplicateAttribute, range, message, related);
    }
}

/// Whether a value can be no block.
fn is_scalar(value: &Node) -> bool {
    matches!(
        value.kind,
        NodeKind::Template | NodeKind::Number | NodeKind::Unary | NodeKind::True | NodeKind::False
    )
}
