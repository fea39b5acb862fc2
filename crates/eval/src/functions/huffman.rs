//! Huffman codes of limited length (RFC 1951, section 3.2.2). Of several codes that are as good it is
//! the one that Terraform's compression takes. Never makes codes longer than asked for.

/// The code of a symbol, its first bit lowest.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) bits: u16,
    pub(super) length: u8,
}

impl Code {
    /// A code whose first bit is the highest of `number`.
    pub(super) fn new(number: u16, length: u8) -> Self {
        Self { bits: number.reverse_bits() >> (16 - length), length }
    }
}

/// The codes of symbols that are used so often; of at most `limit` bits each.
pub(super) fn codes(frequencies: &[u32], limit: usize) -> Vec<Code> {
    let mut codes = vec![Code::default(); frequencies.len()];
    let mut used: Vec<(u32, usize)> = frequencies
        .iter()
        .enumerate()
        .filter(|(_, frequency)| **frequency > 0)
        .map(|(symbol, frequency)| (*frequency, symbol))
        .collect();
    if used.len() <= 2 {
        for (number, (_, symbol)) in (0..).zip(&used) {
            codes[*symbol] = Code::new(number, 1);
        }
        return codes;
    }
    used.sort_unstable();
    let weights: Vec<u32> = used.iter().map(|(frequency, _)| *frequency).collect();
    let counts = counts_of_lengths(&weights, limit.min(used.len() - 1));
    let mut number = 0u16;
    let mut rest = used.as_mut_slice();
    for (length, count) in (1u8..).zip(counts) {
        number <<= 1;
        // The rarest have the longest codes; among equals the order is that of the symbols.
        let (shorter, here) = rest.split_at_mut(rest.len() - count);
        here.sort_unstable_by_key(|(_, symbol)| *symbol);
        for (_, symbol) in here {
            codes[*symbol] = Code::new(number, length);
            number += 1;
        }
        rest = shorter;
    }
    codes
}

/// How many of the symbols, whose weights ascend, have a code of one bit, of two, and so on: by the
/// method of packages and merging (Larmore and Hirschberg). `limit` bits are enough for them.
fn counts_of_lengths(weights: &[u32], limit: usize) -> Vec<usize> {
    let rows = rows(weights, limit);
    // A code is one bit longer for each row that has its symbol among the items in use. Those are
    // the lightest ones, so it is enough to know how many symbols each row uses.
    let mut items = 2 * weights.len() - 2;
    let used = rows.iter().rev().map(|row| {
        let symbols = row[..items].iter().filter(|item| item.is_symbol).count();
        items = 2 * (items - symbols);
        symbols
    });
    let mut used: Vec<usize> = used.collect();
    used.push(0);
    let lengths = used.windows(2).map(|pair| pair[0] - pair[1]);
    lengths.collect()
}

/// A symbol, or a package of two items of the row before.
struct Item {
    weight: u64,
    is_symbol: bool,
}

/// A row for each bit that a code may have, its items from light to heavy: all symbols, and the
/// packages of the row before. Of equal weight the package comes first.
fn rows(weights: &[u32], count: usize) -> Vec<Vec<Item>> {
    let mut rows: Vec<Vec<Item>> = Vec::with_capacity(count);
    for _ in 0..count {
        let before = rows.last().map(Vec::as_slice).unwrap_or_default();
        let packages = before.chunks_exact(2).map(|pair| pair[0].weight + pair[1].weight);
        let packages = packages.map(|weight| Item { weight, is_symbol: false });
        let symbols = weights.iter().map(|weight| u64::from(*weight));
        let symbols = symbols.map(|weight| Item { weight, is_symbol: true });
        let mut row: Vec<Item> = packages.chain(symbols).collect();
        // The sort keeps the order of equals.
        row.sort_by_key(|item| item.weight);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(frequencies: &[u32], limit: usize) -> Vec<u8> {
        codes(frequencies, limit).iter().map(|code| code.length).collect()
    }

    #[test]
    fn lengths_of_codes() {
        assert_eq!(lengths(&[0, 5, 0, 1], 15), [0, 1, 0, 1]);
        assert_eq!(lengths(&[1, 1, 2, 4, 8], 15), [4, 4, 3, 2, 1]);
        assert_eq!(lengths(&[1, 1, 2, 4, 8], 3), [3, 3, 3, 3, 1]);
        assert_eq!(lengths(&[3, 3, 3], 15), [2, 2, 1]);
    }
}
