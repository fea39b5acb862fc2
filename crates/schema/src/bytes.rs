//! Reads the numbers, texts and tables of compact data. What lies outside the bytes reads as zero or
//! as nothing, so that no data can do harm.

use std::cmp::Ordering;
use std::ops::Range;

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

/// Where the sections of compact data begin and end, so that they are not looked up in its header each
/// time. That they lie within the bytes is seen when they are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sections {
    ranges: [(u32, u32); SECTIONS],
}

impl Sections {
    /// The sections that the header of `bytes` names, whatever they are.
    pub(crate) const fn of(bytes: &[u8]) -> Self {
        let mut ranges = [(0, 0); SECTIONS];
        let mut number = 0;
        while number < SECTIONS {
            let at = SECTIONS_AT + number * 8;
            let (start, length) = (u32_at(bytes, at), u32_at(bytes, at + 4));
            ranges[number] = (start, start.saturating_add(length));
            number += 1;
        }
        Self { ranges }
    }
}

/// Compact data of one provider.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'d> {
    bytes: &'d [u8],
    sections: &'d Sections,
}

impl<'d> Reader<'d> {
    /// Reads `bytes`, whatever they are. `sections` are those of these bytes.
    pub(crate) const fn new(bytes: &'d [u8], sections: &'d Sections) -> Self {
        Self { bytes, sections }
    }

    /// The bytes of a section.
    #[inline]
    pub(crate) fn section(self, section: Section) -> &'d [u8] {
        let (start, end) = self.sections.ranges[section as usize];
        self.bytes.get(start as usize..end as usize).unwrap_or_default()
    }

    /// A record of a table; `None` when there is none of that number.
    #[inline]
    pub(crate) fn record<const SIZE: usize>(
        self,
        section: Section,
        number: usize,
    ) -> Option<&'d [u8; SIZE]> {
        self.section(section).get(number.checked_mul(SIZE)?..)?.first_chunk()
    }

    /// The part of `section` that has the number, where `ends` tells where each part ends.
    #[inline]
    pub(crate) fn part(self, ends: Section, section: Section, number: usize) -> &'d [u8] {
        Parts { ends: self.section(ends), bytes: self.section(section) }.get(number)
    }

    /// All texts.
    #[inline]
    fn texts(self) -> Parts<'d> {
        Parts { ends: self.section(Section::TextEnds), bytes: self.section(Section::Texts) }
    }

    /// The bytes of a text.
    #[inline]
    pub(crate) fn text_bytes(self, number: usize) -> &'d [u8] {
        self.texts().get(number)
    }

    /// A text; empty when the bytes are none.
    pub(crate) fn text(self, number: usize) -> &'d str {
        std::str::from_utf8(self.text_bytes(number)).unwrap_or_default()
    }

    /// A text that may be missing: the text 0 is the empty one.
    #[inline]
    pub(crate) fn optional_text(self, number: usize) -> Option<&'d str> {
        if number == 0 {
            return None;
        }
        Some(self.text(number)).filter(|text| !text.is_empty())
    }

    /// The places, among `count` things sorted by their names, of those with this name. `text_at` is the
    /// number of the text that is the name of one of them; things of one name stand side by side and
    /// have one text.
    pub(crate) fn named(
        self,
        count: usize,
        name: &str,
        text_at: impl Fn(usize) -> usize,
    ) -> Range<usize> {
        let texts = self.texts();
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low.midpoint(high);
            let text = text_at(middle);
            match texts.get(text).cmp(name.as_bytes()) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return same(count, middle, |at| text_at(at) == text),
            }
        }
        low..low
    }
}

/// Parts of any length, and where each of them ends.
#[derive(Clone, Copy)]
struct Parts<'d> {
    ends: &'d [u8],
    bytes: &'d [u8],
}

impl<'d> Parts<'d> {
    #[inline]
    fn get(self, number: usize) -> &'d [u8] {
        let (start, end) = match number.checked_sub(1) {
            None => (0, u32_at(self.ends, 0)),
            Some(before) => {
                let (ends, _) = self.ends.as_chunks();
                let Some(&[start, end]) = ends.get(before..).and_then(|rest| rest.first_chunk())
                else {
                    return &[];
                };
                (u32::from_le_bytes(start), u32::from_le_bytes(end))
            }
        };
        self.bytes.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// Records of a table that are listed by their numbers.
#[derive(Clone, Copy)]
pub(crate) struct Listed<'d, const SIZE: usize> {
    numbers: &'d [[u8; 3]],
    records: &'d [[u8; SIZE]],
}

impl<'d, const SIZE: usize> Listed<'d, SIZE> {
    #[inline]
    pub(crate) fn new(reader: Reader<'d>, section: Section, numbers: &'d [[u8; 3]]) -> Self {
        Self { numbers, records: reader.section(section).as_chunks().0 }
    }

    #[inline]
    pub(crate) fn len(self) -> usize {
        self.numbers.len()
    }

    /// The record at a place of the list. One that is not there has all zeros.
    #[inline]
    pub(crate) fn get(self, at: usize) -> &'d [u8; SIZE] {
        let number = self.numbers.get(at).map(|number| u24(*number));
        number.and_then(|number| self.records.get(number)).unwrap_or(&[0; SIZE])
    }
}

/// The places around `at`, among `count`, of what is the same as what is there.
#[inline]
pub(crate) fn same(count: usize, at: usize, is_same: impl Fn(usize) -> bool) -> Range<usize> {
    let (mut start, mut end) = (at, at + 1);
    while start > 0 && is_same(start - 1) {
        start -= 1;
    }
    while end < count && is_same(end) {
        end += 1;
    }
    start..end
}

/// The 16-bit number at `at`.
#[inline]
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    let read = |at: usize| bytes.get(at).copied().unwrap_or(0);
    u16::from_le_bytes([read(at), read(at + 1)])
}

/// The 24-bit number at `at`.
#[inline]
pub(crate) fn u24_at(bytes: &[u8], at: usize) -> usize {
    let read = |at: usize| bytes.get(at).copied().unwrap_or(0);
    u24([read(at), read(at + 1), read(at + 2)])
}

/// A 24-bit number.
#[inline]
pub(crate) const fn u24([a, b, c]: [u8; 3]) -> usize {
    u32::from_le_bytes([a, b, c, 0]) as usize
}

/// The 32-bit number at `at`.
#[inline]
pub(crate) const fn u32_at(bytes: &[u8], at: usize) -> u32 {
    if at > bytes.len() || bytes.len() - at < 4 {
        return 0;
    }
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The 64-bit float at `at`.
pub(crate) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    let eight = bytes.get(at..at.checked_add(8)?)?;
    eight.try_into().ok().map(f64::from_le_bytes)
}
