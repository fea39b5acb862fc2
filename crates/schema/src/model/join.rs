//! Joins models of several versions of a provider. Never joins what differs: what has another type or
//! other flags in another version is a variant of its own.

use std::collections::BTreeMap;

use version::Version;

use super::{AttributeModel, BlockModel, BlockTypeModel, BodyModel, Model, ModelError, TypeModel};

/// How many snapshots there may be.
const MAX_SNAPSHOTS: usize = 32;

impl Model {
    /// Joins models of one provider, each of one version, in ascending order of their versions.
    pub fn join(snapshots: impl IntoIterator<Item = (Version, Self)>) -> Result<Self, ModelError> {
        let mut joined: Option<Self> = None;
        for (version, model) in snapshots {
            let known = joined.get_or_insert_with(|| Self {
                source: model.source.clone(),
                versions: Vec::new(),
                types: BTreeMap::new(),
            });
            if known.versions.len() == MAX_SNAPSHOTS {
                return Err(ModelError(format!("more than {MAX_SNAPSHOTS} versions")));
            }
            if known.versions.last().is_some_and(|last| *last >= version) {
                return Err(ModelError(format!("`{version}` is not in ascending order")));
            }
            if known.source != model.source {
                return Err(ModelError(format!("`{}` is another provider", model.source)));
            }
            let bit = 1 << known.versions.len();
            known.versions.push(version);
            for (name, found) in model.types {
                known.types.entry(name).or_default().add(found, bit);
            }
        }
        joined.ok_or_else(|| ModelError("no version".to_owned()))
    }
}

impl BlockTypeModel {
    fn add(&mut self, other: Self, bit: u32) {
        self.presence |= bit;
        self.deprecated |= other.deprecated * bit;
        self.replaced_by = other.replaced_by.or(self.replaced_by.take());
        self.body.add(other.body, bit);
    }
}

impl BodyModel {
    /// Adds the body that a snapshot has.
    fn add(&mut self, other: Self, bit: u32) {
        // Content that one version does not describe cannot be judged in any.
        self.is_open |= other.is_open;
        for attribute in other.attributes {
            self.add_attribute(attribute, bit);
        }
        for block in other.blocks {
            let place = self.blocks.binary_search_by(|one| one.name.cmp(&block.name));
            match place {
                Ok(at) => self.blocks[at].add(block, bit),
                Err(at) => self.blocks.insert(at, block.alone(bit)),
            }
        }
    }

    fn add_attribute(&mut self, mut attribute: AttributeModel, bit: u32) {
        let start = self.attributes.partition_point(|one| one.name < attribute.name);
        let count = self.attributes[start..].partition_point(|one| one.name == attribute.name);
        let variants = &mut self.attributes[start..start + count];
        let same = variants.iter_mut().find(|one| one.is_same(&attribute));
        if let Some(same) = same {
            same.presence |= bit;
            same.replaced_by = attribute.replaced_by.or(same.replaced_by.take());
            same.ty.add(attribute.ty, bit);
        } else {
            attribute.presence = bit;
            attribute.ty.set_presence(bit);
            self.attributes.insert(start + count, attribute);
        }
    }

    /// Says that all of it is in the snapshots of `bits`.
    fn set_presence(&mut self, bits: u32) {
        for attribute in &mut self.attributes {
            attribute.presence = bits;
            attribute.ty.set_presence(bits);
        }
        for block in &mut self.blocks {
            for variant in &mut block.variants {
                variant.presence = bits;
            }
            block.body.set_presence(bits);
        }
    }
}

impl BlockModel {
    fn alone(mut self, bit: u32) -> Self {
        for variant in &mut self.variants {
            variant.presence = bit;
        }
        self.body.set_presence(bit);
        self
    }

    fn add(&mut self, other: Self, bit: u32) {
        for mut variant in other.variants {
            let same = self.variants.iter_mut().find(|one| {
                (one.nesting, one.min_items, one.max_items, one.is_deprecated)
                    == (
                        variant.nesting,
                        variant.min_items,
                        variant.max_items,
                        variant.is_deprecated,
                    )
            });
            if let Some(same) = same {
                same.presence |= bit;
                same.replaced_by = variant.replaced_by.or(same.replaced_by.take());
            } else {
                variant.presence = bit;
                self.variants.push(variant);
            }
        }
        self.body.add(other.body, bit);
    }
}

impl AttributeModel {
    /// Whether both are one variant; the attributes of objects that have modes of their own may differ.
    fn is_same(&self, other: &Self) -> bool {
        let flags = |one: &Self| {
            (one.mode, one.is_sensitive, one.is_write_only, one.is_deprecated, one.is_nested)
        };
        flags(self) == flags(other) && self.ty.is_same(&other.ty, self.is_nested)
    }
}

impl TypeModel {
    fn is_same(&self, other: &Self, is_nested: bool) -> bool {
        match (self, other) {
            (Self::List(one), Self::List(two))
            | (Self::Set(one), Self::Set(two))
            | (Self::Map(one), Self::Map(two)) => one.is_same(two, is_nested),
            (Self::Object(one), Self::Object(two)) => is_nested || one.has_same_types(two),
            (Self::Tuple(one), Self::Tuple(two)) => {
                one.len() == two.len()
                    && one.iter().zip(two).all(|(one, two)| one.is_same(two, false))
            }
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// Joins what is in the objects of a type that is the same.
    fn add(&mut self, other: Self, bit: u32) {
        match (self, other) {
            (Self::List(one), Self::List(two))
            | (Self::Set(one), Self::Set(two))
            | (Self::Map(one), Self::Map(two)) => one.add(*two, bit),
            (Self::Object(one), Self::Object(two)) => one.add(two, bit),
            (Self::Tuple(one), Self::Tuple(two)) => {
                one.iter_mut().zip(two).for_each(|(one, two)| one.add(two, bit));
            }
            _ => {}
        }
    }

    fn set_presence(&mut self, bits: u32) {
        match self {
            Self::List(of) | Self::Set(of) | Self::Map(of) => of.set_presence(bits),
            Self::Object(of) => of.set_presence(bits),
            Self::Tuple(of) => of.iter_mut().for_each(|of| of.set_presence(bits)),
            Self::Dynamic | Self::String | Self::Number | Self::Bool => {}
        }
    }
}

impl BodyModel {
    /// Whether two plain objects have the same attributes of the same types. These have one variant
    /// each, as an object with others is another type.
    fn has_same_types(&self, other: &Self) -> bool {
        let is_same = |(one, two): (&AttributeModel, &AttributeModel)| {
            one.name == two.name && one.mode == two.mode && one.ty.is_same(&two.ty, false)
        };
        self.attributes.len() == other.attributes.len()
            && self.attributes.iter().zip(&other.attributes).all(is_same)
    }
}
