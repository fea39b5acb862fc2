//! What is known of the values that an attribute takes. Never judges a value.

use crate::bytes::{CONSTRAINT, Reader, Section, f64_at, u16_at, u24, u24_at};

/// Bits of a constraint.
pub(crate) mod flag {
    pub(crate) const OPEN: u8 = 1;
    pub(crate) const IGNORES_CASE: u8 = 2;
}

/// What a constraint asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// One of certain values.
    Choice,
    /// A pattern or a format.
    Form,
    /// A length of a text.
    Length,
    /// A range of numbers.
    Range,
    /// A number of elements.
    Items,
}

impl Demand {
    /// All of them.
    pub(crate) const ALL: [Self; 5] =
        [Self::Choice, Self::Form, Self::Length, Self::Range, Self::Items];

    /// Its bit among those of a constraint.
    pub(crate) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What a text has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format<'d> {
    /// An Amazon Resource Name; of this service, when that is always the same.
    Arn {
        /// The third part: `iam`.
        service: Option<&'d str>,
    },
    /// A range of addresses in CIDR notation; bits behind the prefix may be set.
    Cidr,
    /// A range of addresses in CIDR notation in which no bit behind the prefix is set.
    CidrNetwork,
    /// As [`Format::CidrNetwork`], of IPv4.
    Ipv4CidrNetwork,
    /// As [`Format::CidrNetwork`], of IPv6.
    Ipv6CidrNetwork,
    /// An address of IPv4 or IPv6.
    IpAddress,
    /// An address of IPv4.
    Ipv4Address,
    /// An address of IPv6.
    Ipv6Address,
    /// A JSON document.
    Json,
    /// An IAM policy document.
    Policy,
    /// A time stamp after RFC 3339.
    Timestamp,
    /// Another form, by the name that the data has for it.
    Other(&'d str),
}

impl<'d> Format<'d> {
    /// The format that the data calls so.
    pub(crate) fn of(name: &'d str, service: Option<&'d str>) -> Self {
        match name {
            "arn" => Self::Arn { service },
            "cidr" => Self::Cidr,
            "cidr_network" => Self::CidrNetwork,
            "ipv4_cidr" | "ipv4_cidr_network" => Self::Ipv4CidrNetwork,
            "ipv6_cidr" | "ipv6_cidr_network" => Self::Ipv6CidrNetwork,
            "ip" | "ip_address" => Self::IpAddress,
            "ipv4" | "ipv4_address" => Self::Ipv4Address,
            "ipv6" | "ipv6_address" => Self::Ipv6Address,
            "json" => Self::Json,
            "policy" => Self::Policy,
            "timestamp" | "rfc3339" => Self::Timestamp,
            other => Self::Other(other),
        }
    }
}

/// What is known of the values that an attribute takes.
#[derive(Clone, Copy)]
pub struct Constraint<'d> {
    reader: Reader<'d>,
    /// values 3, pattern 3, format 3, service 3, confidence and flags 1, demands 1, numbers 6 × 2
    record: &'d [u8; CONSTRAINT],
}

impl<'d> Constraint<'d> {
    /// The constraint of a number; 0 is none.
    pub(crate) fn read(reader: Reader<'d>, number: usize) -> Option<Self> {
        let record = reader.record(Section::Constraints, number.checked_sub(1)?)?;
        Some(Self { reader, record })
    }

    /// The values that there are; empty where they are not limited.
    pub fn values(self) -> impl ExactSizeIterator<Item = &'d str> {
        self.texts().iter().map(move |number| self.reader.text(u24(*number)))
    }

    /// The numbers of the texts that are the values.
    fn texts(self) -> &'d [[u8; 3]] {
        let list = u24_at(self.record, 0);
        // The first list is the empty one.
        if list == 0 {
            return &[];
        }
        self.reader.part(Section::ListEnds, Section::Lists, list).as_chunks().0
    }

    /// Whether only certain values are taken.
    pub fn has_values(self) -> bool {
        !self.texts().is_empty()
    }

    /// Whether `text` is one of [`Self::values`] as it is written.
    pub fn has_value(self, text: &str) -> bool {
        let mut numbers = self.texts().iter().map(|number| u24(*number));
        numbers.any(|number| self.reader.text_bytes(number) == text.as_bytes())
    }

    /// Whether values are added over time, so that an unknown one may be new.
    pub fn is_open(self) -> bool {
        self.flags() & flag::OPEN != 0
    }

    /// Whether the provider was seen to refuse a value for this demand.
    pub fn is_enforced(self, demand: Demand) -> bool {
        self.record[13] & demand.bit() != 0
    }

    /// Whether upper and lower case are the same among the values that there are.
    pub fn ignores_case(self) -> bool {
        self.flags() & flag::IGNORES_CASE != 0
    }

    fn flags(self) -> u8 {
        self.record[12] >> 4
    }

    /// How many sources agree, and one more: 3 for two, 2 for one.
    pub fn confidence(self) -> u8 {
        self.record[12] & 15
    }

    /// The pattern that the whole text has to match, in the syntax of the regex crate.
    pub fn pattern(self) -> Option<&'d str> {
        self.reader.optional_text(u24_at(self.record, 3))
    }

    /// What the text has to be.
    pub fn format(self) -> Option<Format<'d>> {
        let name = self.reader.optional_text(u24_at(self.record, 6))?;
        let service = self.reader.optional_text(u24_at(self.record, 9));
        Some(Format::of(name, service))
    }

    fn number(self, at: usize) -> Option<f64> {
        let number = usize::from(u16_at(self.record, 14 + at * 2)).checked_sub(1)?;
        let numbers = self.reader.section(Section::Numbers);
        f64_at(numbers, number * 8).filter(|number| number.is_finite())
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
    fn count(self, at: usize) -> Option<u64> {
        self.number(at).map(|number| number as u64)
    }

    /// The fewest characters that a text has.
    pub fn min_length(self) -> Option<u64> {
        self.count(0)
    }

    /// The most characters that a text has.
    pub fn max_length(self) -> Option<u64> {
        self.count(1)
    }

    /// The least number.
    pub fn minimum(self) -> Option<f64> {
        self.number(2)
    }

    /// The greatest number.
    pub fn maximum(self) -> Option<f64> {
        self.number(3)
    }

    /// The fewest elements that a collection has.
    pub fn min_items(self) -> Option<u64> {
        self.count(4)
    }

    /// The most elements that a collection has.
    pub fn max_items(self) -> Option<u64> {
        self.count(5)
    }
}

impl std::fmt::Debug for Constraint<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Constraint")
            .field("values", &self.values().collect::<Vec<_>>())
            .field("pattern", &self.pattern())
            .field("format", &self.format())
            .field("length", &(self.min_length(), self.max_length()))
            .field("range", &(self.minimum(), self.maximum()))
            .field("items", &(self.min_items(), self.max_items()))
            .field("confidence", &self.confidence())
            .field("enforced", &Demand::ALL.map(|demand| self.is_enforced(demand)))
            .finish_non_exhaustive()
    }
}
