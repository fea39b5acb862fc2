//! Tables of compact data while they are made: equal entries are kept once. Never knows what an entry
//! means.

use std::collections::HashMap;

/// A table of records of one size, each once.
#[derive(Default)]
pub(super) struct Records {
    numbers: HashMap<Vec<u8>, usize>,
    pub(super) bytes: Vec<u8>,
}

impl Records {
    /// The number of the record, which is added when it is new.
    pub(super) fn number(&mut self, record: Vec<u8>) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry(record).or_insert_with_key(|record| {
            self.bytes.extend_from_slice(record);
            next
        })
    }

    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }
}

/// A table of parts of any size, each once.
#[derive(Default)]
pub(super) struct Parts {
    numbers: HashMap<Vec<u8>, usize>,
    pub(super) ends: Vec<u8>,
    pub(super) bytes: Vec<u8>,
}

impl Parts {
    /// The number of the part, which is added when it is new.
    pub(super) fn number(&mut self, part: Vec<u8>) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry(part).or_insert_with_key(|part| {
            self.bytes.extend_from_slice(part);
            // What is too long is found when the sizes are looked at in the end.
            let end = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
            self.ends.extend_from_slice(&end.to_le_bytes());
            next
        })
    }

    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }
}

/// Adds a number of 24 bits.
pub(super) fn put_u24(record: &mut Vec<u8>, number: usize) {
    record.extend_from_slice(&number.to_le_bytes()[..3]);
}

/// Adds a number of 16 bits.
pub(super) fn put_u16(record: &mut Vec<u8>, number: usize) {
    record.extend_from_slice(&number.to_le_bytes()[..2]);
}
