//! A provider and its block types. Never says which of its versions is in use.

use version::{Admitted, Version};

use crate::body::Body;
use crate::bytes::{BLOCK_TYPE, Reader, Section, Sections, u16_at, u24_at};
use crate::selection::{Selection, Snapshots, select};

/// What a block type describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A managed resource.
    Resource,
    /// A data source.
    Data,
    /// An ephemeral resource.
    Ephemeral,
    /// The configuration of the provider itself; its only type has the empty name.
    Provider,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Resource, Self::Data, Self::Ephemeral, Self::Provider];

    const fn section(self) -> Section {
        match self {
            Self::Resource => Section::Resources,
            Self::Data => Section::DataSources,
            Self::Ephemeral => Section::Ephemerals,
            Self::Provider => Section::ProviderBlock,
        }
    }
}

/// What is known of a provider in all versions that are known.
#[derive(Clone, Copy)]
pub struct Provider<'d> {
    reader: Reader<'d>,
}

/// How much there is of a provider in one snapshot, nested attributes and blocks included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Resource types.
    pub resources: usize,
    /// Data source types.
    pub data_sources: usize,
    /// Ephemeral resource types.
    pub ephemerals: usize,
    /// Attributes, each once for every place at which it may be written.
    pub attributes: usize,
    /// Nested blocks, each once for every place at which it may be written.
    pub blocks: usize,
    /// Attributes of which constraints are known.
    pub constraints: usize,
}

impl<'d> Provider<'d> {
    /// Reads compact data, whatever the bytes are.
    pub(crate) const fn new(bytes: &'d [u8], sections: &'d Sections) -> Self {
        Self { reader: Reader::new(bytes, sections) }
    }

    /// The source address: `registry.terraform.io/hashicorp/aws`.
    pub fn source(self) -> &'d str {
        self.reader.text(u24_at(self.reader.section(Section::Provider), 0))
    }

    /// The versions of the snapshots, oldest first. None where the data does not say of which version
    /// it is; then there is one snapshot.
    pub fn versions(self) -> impl Iterator<Item = &'d str> {
        let numbers = self.reader.section(Section::Provider).get(3..).unwrap_or_default();
        numbers.chunks_exact(3).take(32).map(move |number| self.reader.text(u24_at(number, 0)))
    }

    /// The version of the newest snapshot.
    pub fn newest(self) -> Option<&'d str> {
        self.versions().last()
    }

    /// All snapshots.
    pub fn snapshots(self) -> Snapshots {
        snapshots(self.reader)
    }

    /// Which snapshots speak of the versions that may be met.
    pub fn select(self, admitted: &Admitted) -> Selection {
        let versions: Option<Vec<Version>> =
            self.versions().map(|text| text.parse().ok()).collect();
        select(&versions.unwrap_or_default(), admitted)
    }

    /// A block type by its name. That of [`Kind::Provider`] has the empty name.
    pub fn find(self, kind: Kind, name: &str) -> Option<BlockType<'d>> {
        let records = self.records(kind);
        let text_at = |number: usize| records.get(number).map_or(0, |record| u24_at(record, 0));
        let number = self.reader.named(records.len(), name, text_at).next()?;
        Some(BlockType { reader: self.reader, record: records.get(number)? })
    }

    fn records(self, kind: Kind) -> &'d [[u8; BLOCK_TYPE]] {
        self.reader.section(kind.section()).as_chunks().0
    }

    /// The block types of a kind, sorted by name.
    pub fn types(self, kind: Kind) -> impl Iterator<Item = BlockType<'d>> {
        self.records(kind).iter().map(move |record| BlockType { reader: self.reader, record })
    }

    /// The names of the block types of a kind, sorted.
    pub fn names(self, kind: Kind) -> impl Iterator<Item = &'d str> {
        self.types(kind).map(BlockType::name)
    }

    /// How much there is in the snapshots of `within`.
    pub fn counts(self, within: Snapshots) -> Counts {
        let mut counts = Counts::default();
        for kind in Kind::ALL {
            for found in self.types(kind).filter(|found| found.presence().intersects(within)) {
                match kind {
                    Kind::Resource => counts.resources += 1,
                    Kind::Data => counts.data_sources += 1,
                    Kind::Ephemeral => counts.ephemerals += 1,
                    Kind::Provider => {}
                }
                found.body().count(within, &mut counts);
            }
        }
        counts
    }
}

/// All snapshots of the data.
fn snapshots(reader: Reader<'_>) -> Snapshots {
    let versions = (reader.section(Section::Provider).len() / 3).saturating_sub(1);
    Snapshots::first(versions.max(1))
}

/// A block type: a resource type, a data source type, …
#[derive(Clone, Copy)]
pub struct BlockType<'d> {
    reader: Reader<'d>,
    /// name 3, body 3, presence 2, deprecated in 2, replacement 3
    record: &'d [u8; BLOCK_TYPE],
}

impl<'d> BlockType<'d> {
    /// Its name: `aws_vpc`. Empty for the configuration of the provider.
    pub fn name(self) -> &'d str {
        self.reader.text(u24_at(self.record, 0))
    }

    /// What may stand in it, over all snapshots.
    pub fn body(self) -> Body<'d> {
        Body::new(self.reader, u24_at(self.record, 3), self.presence(), 0)
    }

    /// The snapshots that have it.
    pub fn presence(self) -> Snapshots {
        Snapshots::read(self.reader, u16_at(self.record, 6)).and(snapshots(self.reader))
    }

    /// The snapshots in which it is deprecated.
    pub fn deprecation(self) -> Snapshots {
        Snapshots::read(self.reader, u16_at(self.record, 8)).and(self.presence())
    }

    /// Whether it is deprecated in all snapshots of the selection that have it, and one has.
    pub fn is_deprecated(self, selection: Selection) -> bool {
        let met = self.presence().and(selection.snapshots);
        !met.is_empty() && self.deprecation().contains_all(met)
    }

    /// What to use instead of it, when that is known and it is deprecated or removed.
    pub fn replaced_by(self) -> Option<&'d str> {
        self.reader.optional_text(u24_at(self.record, 10))
    }
}

impl std::fmt::Debug for Provider<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Provider").field(&self.source()).finish()
    }
}

impl std::fmt::Debug for BlockType<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("BlockType").field(&self.name()).finish()
    }
}
