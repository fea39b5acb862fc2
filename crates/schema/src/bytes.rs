//! Reads the numbers, texts and tables of compact data. What lies outside the bytes reads as zero or
//! as nothing, so that no data can do harm.

/// The first bytes of compact data. The last of them is the version of the format.
pub(crate) const MAGIC: &[u8; 8] = b"CFGSCH\x00\x02";

/// The version of the format of compact data, which the next one does not read.
pub const FORMAT: u8 = MAGIC[7];

/// Where the sections are named: an offset and a length for each, behind the checksum of all that
/// follows it.
pub(crate) const CHECKSUM_AT: usize = 8;
pub(crate) const SECTIONS_AT: usize = 12;

/// How deep blocks and types are nested at most; what lies deeper is not described.
pub(crate) const MAX_DEPTH: u8 = 64;

/// The tables of compact data, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// Source address of the provider and the versions of the snapshots: numbers of texts.
    Provider,
    /// Where each text ends, and the texts themselves.
    TextEnds,
    Texts,
    /// Sets of snapshots.
    Presences,
    /// Types: what kind, and of what.
    Types,
    /// Where each list of values ends, and the lists: numbers of texts.
    ListEnds,
    Lists,
    /// 64-bit floats of the constraints.
    Numbers,
    Constraints,
    Attributes,
    Blocks,
    /// Where each body ends, and the bodies: numbers of attributes, then of blocks.
    BodyEnds,
    Bodies,
    /// Block types by kind, sorted by name.
    Resources,
    DataSources,
    Ephemerals,
    ProviderBlock,
}

/// How many sections there are.
pub(crate) const SECTIONS: usize = Section::ProviderBlock as usize + 1;

/// Where the first section begins.
pub(crate) const HEADER: usize = SECTIONS_AT + SECTIONS * 8;

/// Sizes of the records of a table.
pub(crate) const PRESENCE: usize = 4;
pub(crate) const TYPE: usize = 4;
pub(crate) const CONSTRAINT: usize = 26;
pub(crate) const ATTRIBUTE: usize = 15;
pub(crate) const BLOCK: usize = 17;
pub(crate) const BLOCK_TYPE: usize = 13;

/// Compact data of one provider.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'d> {
    bytes: &'d [u8],
}

impl<'d> Reader<'d> {
    /// Reads `bytes`, whatever they are.
    pub(crate) const fn new(bytes: &'d [u8]) -> Self {
        Self { bytes }
    }

    /// The bytes of a section.
    pub(crate) fn section(self, section: Section) -> &'d [u8] {
        let at = SECTIONS_AT + section as usize * 8;
        let start = u32_at(self.bytes, at) as usize;
        let length = u32_at(self.bytes, at + 4) as usize;
        self.bytes.get(start..).and_then(|rest| rest.get(..length)).unwrap_or_default()
    }

    /// A record of a table; empty when there is none of that number.
    pub(crate) fn record(self, section: Section, size: usize, number: usize) -> &'d [u8] {
        let table = self.section(section);
        let start = number.checked_mul(size);
        let start = start.and_then(|start| table.get(start..));
        start.and_then(|rest| rest.get(..size)).unwrap_or_default()
    }

    /// The part of `section` that has the number, where `ends` tells where each part ends.
    pub(crate) fn part(self, ends: Section, section: Section, number: usize) -> &'d [u8] {
        let ends = self.section(ends);
        let start = if number == 0 { 0 } else { u32_at(ends, (number - 1) * 4) as usize };
        let end = u32_at(ends, number * 4) as usize;
        self.section(section).get(start..end).unwrap_or_default()
    }

    /// The bytes of a text.
    pub(crate) fn text_bytes(self, number: usize) -> &'d [u8] {
        self.part(Section::TextEnds, Section::Texts, number)
    }

    /// A text; empty when the bytes are none.
    pub(crate) fn text(self, number: usize) -> &'d str {
        std::str::from_utf8(self.text_bytes(number)).unwrap_or_default()
    }

    /// A text that may be missing: the text 0 is the empty one.
    pub(crate) fn optional_text(self, number: usize) -> Option<&'d str> {
        Some(self.text(number)).filter(|text| !text.is_empty())
    }
}

/// The 16-bit number at `at`.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    let read = |at: usize| bytes.get(at).copied().unwrap_or(0);
    u16::from_le_bytes([read(at), read(at + 1)])
}

/// The 24-bit number at `at`.
pub(crate) fn u24_at(bytes: &[u8], at: usize) -> usize {
    let read = |at: usize| bytes.get(at).copied().unwrap_or(0);
    u32::from_le_bytes([read(at), read(at + 1), read(at + 2), 0]) as usize
}

/// The 32-bit number at `at`.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let found = at.checked_add(4).and_then(|end| bytes.get(at..end));
    found.and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}

/// The 64-bit float at `at`.
pub(crate) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    let eight = bytes.get(at..at.checked_add(8)?)?;
    eight.try_into().ok().map(f64::from_le_bytes)
}
