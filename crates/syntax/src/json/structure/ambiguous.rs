//! Properties of which only a provider knows whether they are arguments or blocks: read as both.

use super::{Source, Structure};
use crate::json::decode;
use crate::json::read::Chain;
use crate::json::repeats::Repeats;
use crate::json::schema::{self, Strings};
use crate::node::{NodeId, NodeKind, item};

impl Structure<'_> {
    /// Reads the value of `item`, of which only a provider knows what it is.
    pub(super) fn ambiguous(&mut self, item: NodeId, strings: Strings) {
        let (key, value) = self.key_and_value(item);
        if strings == Strings::Template && self.is_dynamic(key, value) {
            self.node_mut(item).data = item::BLOCKS;
            return self.blocks(item, 1, &schema::DYNAMIC);
        }
        let schema = &schema::OPEN;
        let parts = Chain { first: key, last: value };
        let mut source = Source { key, schema, labels: Vec::new(), parts };
        match self.kind(value) {
            NodeKind::Object => {
                let items = self.ambiguous_object(value, strings);
                self.add_block(&mut source, value, items, false);
            }
            NodeKind::Tuple => {
                self.depth += 1;
                for element in self.children(value) {
                    self.ambiguous_element(&mut source, element, strings);
                }
                self.depth -= 1;
            }
            _ => self.value(value, strings),
        }
    }

    /// Reads an element of a list that may be one of blocks.
    fn ambiguous_element(&mut self, source: &mut Source, element: NodeId, strings: Strings) {
        let items = match self.kind(element) {
            NodeKind::Object => self.ambiguous_object(element, strings),
            NodeKind::Tuple => {
                self.depth += 1;
                let mut items = Chain::new();
                for inner in self.children(element) {
                    if self.kind(inner) == NodeKind::Object {
                        self.ambiguous_object(inner, strings);
                        for item in self.children(inner) {
                            self.copy(item, &mut items);
                        }
                    } else {
                        self.value(inner, strings);
                    }
                }
                self.depth -= 1;
                if items.first == NodeId::NONE {
                    return;
                }
                items.first
            }
            _ => return self.value(element, strings),
        };
        self.add_block(source, element, items, true);
    }

    /// Reads an object as a value and as a body, and returns its first property.
    fn ambiguous_object(&mut self, object: NodeId, strings: Strings) -> NodeId {
        self.depth += 1;
        let items = self.children(object);
        for item in &items {
            let (key, value) = self.key_and_value(*item);
            let is_comment = decode(self.node(key).range().slice(self.text)) == "//";
            self.string(key, strings);
            if is_comment {
                self.comment(*item, value);
                self.value(value, Strings::Lenient);
            } else {
                self.ambiguous(*item, strings);
            }
        }
        if strings != Strings::Lenient {
            let items: Vec<_> = items.into_iter().map(|item| (item, Repeats::AsBlocks)).collect();
            self.check_repeats(&items);
        }
        self.depth -= 1;
        self.node(object).first_child
    }

    /// Whether a property is named `dynamic` and looks like such a block.
    fn is_dynamic(&self, key: NodeId, value: NodeId) -> bool {
        let is_named =
            |key: NodeId, name: &str| decode(self.node(key).range().slice(self.text)) == name;
        let objects = |id: NodeId| match self.kind(id) {
            NodeKind::Object => vec![id],
            NodeKind::Tuple => self.children(id),
            _ => Vec::new(),
        };
        let has = |id: NodeId, name: &str| {
            self.kind(id) == NodeKind::Object
                && self
                    .children(id)
                    .into_iter()
                    .any(|item| is_named(self.key_and_value(item).0, name))
        };
        let is_body = |id: NodeId| has(id, "for_each") && has(id, "content");
        let bodies = |item: NodeId| objects(self.key_and_value(item).1);
        is_named(key, "dynamic")
            && objects(value)
                .into_iter()
                .filter(|id| self.kind(*id) == NodeKind::Object)
                .flat_map(|id| self.children(id))
                .flat_map(bodies)
                .any(is_body)
    }
}
