//! Writes a model as compact data. Equal texts, types, attributes, blocks and bodies are written once,
//! and what is said of snapshots is said so that bodies of types of different age are equal.

use super::tables::{Parts, Records, put_u16, put_u24};
use super::{
    AttributeModel, BlockModel, BlockVariant, BodyModel, ConstraintModel, Model, TypeModel,
};
use crate::attribute::{Mode, flag, kind};
use crate::body::OPEN;
use crate::bytes::{HEADER, MAGIC, SECTIONS};
use crate::constraint;
use crate::provider::Kind;
use crate::selection::Snapshots;

/// The most entries that a table has.
const MAX_WIDE: usize = 1 << 24;
const MAX_NARROW: usize = 1 << 16;

#[derive(Default)]
struct Encoder {
    texts: Parts,
    presences: Records,
    types: Records,
    lists: Parts,
    numbers: Records,
    constraints: Records,
    attributes: Records,
    blocks: Records,
    bodies: Parts,
    /// All snapshots that there are.
    everywhere: u32,
}

impl Model {
    /// The model as compact data; `None` where it has more entries than the format can number.
    pub fn encode(&self) -> Option<Vec<u8>> {
        let everywhere = Snapshots::first(self.versions.len().max(1)).0;
        let mut encoder = Encoder { everywhere, ..Encoder::default() };
        // The first of each is what stands for nothing.
        encoder.texts.number(Vec::new());
        encoder.lists.number(Vec::new());
        encoder.bodies.number(Vec::new());
        let all = encoder.presence(1, 1);
        debug_assert_eq!(all, 0, "the first presence is everywhere");
        let mut provider = Vec::new();
        put_u24(&mut provider, encoder.text(&self.source));
        for version in &self.versions {
            put_u24(&mut provider, encoder.text(&version.to_string()));
        }
        let kinds = Kind::ALL.map(|kind| encoder.block_types(self, kind));
        encoder.finish(provider, kinds)
    }
}

impl Encoder {
    fn text(&mut self, text: &str) -> usize {
        self.texts.number(text.as_bytes().to_vec())
    }

    fn optional_text(&mut self, text: Option<&String>) -> usize {
        text.map_or(0, |text| self.text(text))
    }

    /// The number of a set of snapshots, of which only those of `around` matter. The others are chosen
    /// so that sets that say the same are equal: each is as the next older one that matters.
    fn presence(&mut self, presence: u32, around: u32) -> usize {
        let first = around.trailing_zeros();
        let mut last = first < 32 && presence & (1 << first) != 0;
        let mut chosen = 0;
        for number in 0..32 {
            let bit = 1 << number;
            if self.everywhere & around & bit != 0 {
                last = presence & bit != 0;
            }
            chosen |= if last { bit } else { 0 };
        }
        self.presences.number(chosen.to_le_bytes().to_vec())
    }

    fn block_types(&mut self, model: &Model, kind: Kind) -> Vec<u8> {
        let mut table = Vec::new();
        // The map is sorted by kind and name, and names are compared as bytes.
        for ((_, name), found) in model.types.iter().filter(|((of, _), _)| *of == kind) {
            let name = self.text(name);
            let body = self.body(&found.body, found.presence);
            put_u24(&mut table, name);
            put_u24(&mut table, body);
            let presence = self.presence(found.presence, self.everywhere);
            put_u16(&mut table, presence);
            let deprecated = self.presence(found.deprecated, found.presence);
            put_u16(&mut table, deprecated);
            let replaced_by = self.optional_text(found.replaced_by.as_ref());
            put_u24(&mut table, replaced_by);
        }
        table
    }

    /// The number of a body that lies in what the snapshots of `around` have.
    fn body(&mut self, body: &BodyModel, around: u32) -> usize {
        if body.is_open || body.attributes.len() >= MAX_NARROW {
            return OPEN;
        }
        let mut attributes = Vec::new();
        let mut count = 0;
        for attribute in body.attributes.iter().filter(|one| one.presence & around != 0) {
            let number = self.attribute(attribute, around);
            put_u24(&mut attributes, number);
            count += 1;
        }
        let mut part = Vec::new();
        put_u16(&mut part, count);
        part.append(&mut attributes);
        for block in &body.blocks {
            self.block(block, around, &mut part);
        }
        self.bodies.number(part)
    }

    fn attribute(&mut self, attribute: &AttributeModel, around: u32) -> usize {
        let mut flags = match attribute.mode {
            Mode::Required => 0,
            Mode::Optional => 1,
            Mode::OptionalComputed => 2,
            Mode::Computed => 3,
        };
        for (is_set, bit) in [
            (attribute.is_sensitive, flag::SENSITIVE),
            (attribute.is_write_only, flag::WRITE_ONLY),
            (attribute.is_deprecated, flag::DEPRECATED),
            (attribute.is_nested, flag::NESTED),
        ] {
            flags |= if is_set { bit } else { 0 };
        }
        let mut record = Vec::new();
        put_u24(&mut record, self.text(&attribute.name));
        put_u24(&mut record, self.ty(&attribute.ty, attribute.presence & around));
        put_u16(&mut record, flags.into());
        let constraint = attribute.constraint.as_ref();
        put_u16(&mut record, constraint.map_or(0, |constraint| self.constraint(constraint) + 1));
        put_u24(&mut record, self.optional_text(attribute.replaced_by.as_ref()));
        put_u16(&mut record, self.presence(attribute.presence, around));
        self.attributes.number(record)
    }

    fn block(&mut self, block: &BlockModel, around: u32, part: &mut Vec<u8>) {
        let presence = block.variants.iter().fold(0, |all, variant| all | variant.presence);
        if presence & around == 0 {
            return;
        }
        let body = self.body(&block.body, presence & around);
        for variant in block.variants.iter().filter(|one| one.presence & around != 0) {
            let number = self.block_variant(&block.name, body, variant, around);
            put_u24(part, number);
        }
    }

    fn block_variant(
        &mut self,
        name: &str,
        body: usize,
        variant: &BlockVariant,
        around: u32,
    ) -> usize {
        let mut record = Vec::new();
        put_u24(&mut record, self.text(name));
        put_u24(&mut record, body);
        record.push(variant.nesting as u8);
        record.push(variant.is_deprecated.into());
        put_u16(&mut record, variant.min_items.into());
        put_u16(&mut record, variant.max_items.into());
        put_u24(&mut record, self.optional_text(variant.replaced_by.as_ref()));
        put_u16(&mut record, self.presence(variant.presence, around));
        self.blocks.number(record)
    }

    fn ty(&mut self, ty: &TypeModel, around: u32) -> usize {
        let (what, number) = match ty {
            TypeModel::Dynamic => (kind::DYNAMIC, 0),
            TypeModel::String => (kind::STRING, 0),
            TypeModel::Number => (kind::NUMBER, 0),
            TypeModel::Bool => (kind::BOOL, 0),
            TypeModel::List(of) => (kind::LIST, self.ty(of, around)),
            TypeModel::Set(of) => (kind::SET, self.ty(of, around)),
            TypeModel::Map(of) => (kind::MAP, self.ty(of, around)),
            TypeModel::Object(body) => (kind::OBJECT, self.body(body, around)),
            TypeModel::Tuple(of) => (kind::TUPLE, self.tuple(of, around)),
        };
        let mut record = vec![what];
        put_u24(&mut record, number);
        self.types.number(record)
    }

    /// The elements of a tuple as a body: its attributes in their order.
    fn tuple(&mut self, of: &[TypeModel], around: u32) -> usize {
        let element = |(at, ty): (usize, &TypeModel)| {
            let name = format!("{at:08}");
            let element = AttributeModel::plain(name, Mode::Required, ty.clone());
            AttributeModel { presence: around, ..element }
        };
        let attributes = of.iter().enumerate().map(element).collect();
        self.body(&BodyModel { attributes, ..BodyModel::default() }, around)
    }

    fn constraint(&mut self, constraint: &ConstraintModel) -> usize {
        let mut list = Vec::new();
        for value in &constraint.values {
            put_u24(&mut list, self.text(value));
        }
        let mut record = Vec::new();
        put_u24(&mut record, self.lists.number(list));
        put_u24(&mut record, self.optional_text(constraint.pattern.as_ref()));
        put_u24(&mut record, self.optional_text(constraint.format.as_ref()));
        put_u24(&mut record, self.optional_text(constraint.service.as_ref()));
        let open = if constraint.is_open { constraint::flag::OPEN } else { 0 };
        let ignores_case = if constraint.ignores_case { constraint::flag::IGNORES_CASE } else { 0 };
        record.push(constraint.confidence.min(15) | (open | ignores_case) << 4);
        record.push(constraint.enforced);
        for number in constraint.numbers {
            let number = number.filter(|number| number.is_finite());
            let number = number.map_or(0, |it| self.numbers.number(it.to_le_bytes().to_vec()) + 1);
            put_u16(&mut record, number);
        }
        self.constraints.number(record)
    }

    fn finish(self, provider: Vec<u8>, kinds: [Vec<u8>; 4]) -> Option<Vec<u8>> {
        let wide = [
            self.texts.len(),
            self.types.len(),
            self.lists.len(),
            self.attributes.len(),
            self.blocks.len(),
            self.bodies.len(),
        ];
        let narrow = [self.presences.len(), self.numbers.len(), self.constraints.len()];
        if wide.into_iter().any(|count| count >= MAX_WIDE)
            || narrow.into_iter().any(|count| count >= MAX_NARROW - 1)
        {
            return None;
        }
        let [resources, data_sources, ephemerals, own] = kinds;
        let sections: [Vec<u8>; SECTIONS] = [
            provider,
            self.texts.ends,
            self.texts.bytes,
            self.presences.bytes,
            self.types.bytes,
            self.lists.ends,
            self.lists.bytes,
            self.numbers.bytes,
            self.constraints.bytes,
            self.attributes.bytes,
            self.blocks.bytes,
            self.bodies.ends,
            self.bodies.bytes,
            resources,
            data_sources,
            ephemerals,
            own,
        ];
        let mut named = Vec::new();
        let mut at = HEADER;
        for section in &sections {
            named.extend_from_slice(&u32::try_from(at).ok()?.to_le_bytes());
            named.extend_from_slice(&u32::try_from(section.len()).ok()?.to_le_bytes());
            at += section.len();
        }
        let rest = [named, sections.concat()].concat();
        let checksum = crc32fast::hash(&rest).to_le_bytes();
        Some([MAGIC.as_slice(), &checksum, &rest].concat())
    }
}
