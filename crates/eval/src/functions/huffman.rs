//! Huffman codes of limited length, as Go's `compress/flate` (BSD 3-Clause, The Go Authors) makes
//! them: of several codes that are as good it must be the same one. Never makes codes longer than
//! asked for.

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
    let counts = Levels::new(&weights, limit.min(used.len() - 1)).counts();
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

/// Stands for the weight of what there is no more of.
const NONE: u64 = u64::MAX;

/// One length of code in the making.
#[derive(Clone, Default)]
struct Level {
    /// The weight of the last item.
    last: u64,
    /// The weight of the next symbol.
    next_symbol: u64,
    /// The weight of the next pair from the level below.
    next_pair: u64,
    /// Items that are still needed before the level above goes on.
    needed: usize,
    /// How many symbols are left of the last item, at this level and at each below.
    symbols: Vec<usize>,
}

/// The package-merge method, one item at a time from the top.
struct Levels<'w> {
    weights: &'w [u32],
    levels: Vec<Level>,
}

impl<'w> Levels<'w> {
    /// At least three weights, the smallest first.
    fn new(weights: &'w [u32], depth: usize) -> Self {
        let weight = |at: usize| weights.get(at).map_or(NONE, |weight| u64::from(*weight));
        let level = |at: usize| {
            let mut symbols = vec![0; depth + 1];
            symbols[at] = 2;
            Level {
                last: weight(1),
                next_symbol: weight(2),
                next_pair: if at == 1 { NONE } else { weight(0) + weight(1) },
                needed: 0,
                symbols,
            }
        };
        let mut levels = vec![Level::default()];
        levels.extend((1..=depth).map(level));
        levels[depth].needed = 2 * weights.len() - 4;
        Self { weights, levels }
    }

    /// How many symbols have a code of one bit, of two, and so on.
    fn counts(mut self) -> Vec<usize> {
        let top = self.levels.len() - 1;
        let mut at = top;
        loop {
            let level = &self.levels[at];
            if level.next_pair == NONE && level.next_symbol == NONE {
                // Nothing is left here, so that nobody comes back.
                self.levels[at].needed = 0;
                self.levels[at + 1].next_pair = NONE;
                at += 1;
                continue;
            }
            let before = level.last;
            self.take(at);
            let level = &mut self.levels[at];
            level.needed -= 1;
            if level.needed == 0 {
                if at == top {
                    break;
                }
                let pair = before + level.last;
                self.levels[at + 1].next_pair = pair;
                at += 1;
            } else {
                while self.levels[at - 1].needed > 0 {
                    at -= 1;
                }
            }
        }
        let symbols = &self.levels[top].symbols;
        (1..=top).rev().map(|at| symbols[at] - symbols[at - 1]).collect()
    }

    /// Adds the lighter of the next symbol and the next pair.
    fn take(&mut self, at: usize) {
        let (below, level) = self.levels.split_at_mut(at);
        let (below, level) = (&mut below[at - 1], &mut level[0]);
        if level.next_symbol < level.next_pair {
            level.last = level.next_symbol;
            level.symbols[at] += 1;
            let next = self.weights.get(level.symbols[at]);
            level.next_symbol = next.map_or(NONE, |weight| u64::from(*weight));
        } else {
            level.last = level.next_pair;
            level.symbols[..at].copy_from_slice(&below.symbols[..at]);
            below.needed = 2;
        }
    }
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
