//! Compression by DEFLATE (RFC 1951): a search for matches that begin at each byte, of which the
//! longer of two neighbours is taken, then blocks of tokens. The limits of the search and the choice
//! of blocks are those of Terraform's compression (Go's `compress/flate` at its usual level), as the
//! result must be the same to the byte. Never reads such data.

use super::huffman::{Code, codes};

const WINDOW: usize = 1 << 15;
const MIN_MATCH: usize = 4;
const MAX_MATCH: usize = 258;
const MAX_TOKENS: usize = 1 << 14;
const MAX_STORED: usize = 65_535;
const HASH_BITS: u32 = 17;
/// Beyond a match this long no better one is looked for at the next byte.
const LAZY: usize = 16;
/// A match this long ends the search.
const NICE: usize = 128;
/// Places that a search looks at.
const CHAIN: usize = 128;
/// A match of four bytes is not worth it further away.
const FAR: usize = 4096;

const END_OF_BLOCK: u16 = 256;
const LENGTHS: usize = 257;
const SYMBOLS: usize = 286;
const DISTANCES: usize = 30;

/// A literal, or a match.
#[derive(Clone, Copy)]
enum Token {
    Literal(u16),
    Match(Match),
}

/// The same bytes as `distance` bytes before.
#[derive(Clone, Copy)]
struct Match {
    length: usize,
    distance: usize,
}

/// What is not yet decided of the byte before the one that is looked at.
#[derive(Clone, Copy)]
enum Before {
    /// Nothing: a token holds it.
    Done,
    /// It becomes a literal.
    Literal,
    /// A match begins there, unless a longer one begins here.
    Match(Match),
}

impl Before {
    fn length(self) -> usize {
        match self {
            Self::Match(found) => found.length,
            Self::Done | Self::Literal => MIN_MATCH - 1,
        }
    }
}

/// `bytes` compressed, with the empty blocks that flushing and closing leave at the end.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut places = Places::new(bytes);
    let mut blocks = Blocks::new(bytes);
    let mut before = Before::Done;
    let mut at = 0;
    while at < bytes.len() {
        places.slide(at);
        blocks.lowest = places.lowest;
        let chain = places.remember(at);
        let is_open = before.length() < LAZY && before.length() < bytes.len() - at;
        let found = if is_open { places.longest(at, chain) } else { None };
        match before {
            Before::Match(earlier) if found.is_none_or(|it| it.length <= earlier.length) => {
                let end = at - 1 + earlier.length;
                for inside in at + 1..end {
                    places.remember(inside);
                }
                at = end;
                blocks.push(Token::Match(earlier), at);
                before = Before::Done;
            }
            _ => {
                blocks.push_waiting(before, at);
                before = found.map_or(Before::Literal, Before::Match);
                at += 1;
            }
        }
    }
    blocks.push_waiting(before, at);
    blocks.finish()
}

/// Where each four bytes have stood.
struct Places<'b> {
    input: &'b [u8],
    /// One more than the last place of each hash.
    last: Vec<u32>,
    /// One more than the place before, of each place that a match can reach.
    before: Vec<u32>,
    /// The lowest place that Terraform holds in memory. Nothing reaches below it.
    lowest: usize,
}

impl<'b> Places<'b> {
    fn new(input: &'b [u8]) -> Self {
        Self { input, last: vec![0; 1 << HASH_BITS], before: vec![0; WINDOW], lowest: 0 }
    }

    /// Forgets the first of two windows when the end of the second is near, and more follows.
    fn slide(&mut self, at: usize) {
        let end = self.lowest + 2 * WINDOW;
        if at + MIN_MATCH + MAX_MATCH > end && self.input.len() > end {
            self.lowest += WINDOW;
        }
    }

    /// Puts a place into the chain of its bytes; returns what was the last of it.
    fn remember(&mut self, at: usize) -> Option<usize> {
        let four = self.input.get(at..at + MIN_MATCH)?;
        let number = four.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
        let hash = number.wrapping_mul(0x1e35_a7bd) >> (32 - HASH_BITS);
        let last = &mut self.last[hash as usize];
        let before = std::mem::replace(last, u32::try_from(at + 1).unwrap_or(0));
        self.before[at % WINDOW] = before;
        (before as usize).checked_sub(1)
    }

    /// The longest match at a place, of several the nearest, with what a chain has.
    fn longest(&self, at: usize, chain: Option<usize>) -> Option<Match> {
        let here = &self.input[at..self.input.len().min(at + MAX_MATCH)];
        let lowest = self.lowest.max(at.saturating_sub(WINDOW));
        // What stood before a place at the far end of the window is overwritten.
        let next = |place: &usize| {
            let before = (at - place < WINDOW).then(|| self.before[place % WINDOW] as usize)?;
            before.checked_sub(1)
        };
        let places = std::iter::successors(chain, next).take_while(|place| *place >= lowest);
        let mut longest: Option<Match> = None;
        for place in places.take(CHAIN) {
            let there = &self.input[place..];
            let least = longest.map_or(MIN_MATCH - 1, |found| found.length);
            if there[least] != here[least] {
                continue;
            }
            let length = here.iter().zip(there).take_while(|(one, two)| one == two).count();
            let distance = at - place;
            if length > least && (length > MIN_MATCH || distance <= FAR) {
                longest = Some(Match { length, distance });
                if length >= NICE.min(here.len()) {
                    break;
                }
            }
        }
        longest
    }
}

/// Tokens, gathered into blocks.
struct Blocks<'b> {
    input: &'b [u8],
    out: Bits,
    tokens: Vec<Token>,
    /// Where the bytes of the tokens start.
    start: usize,
    /// The lowest place of which the bytes are still at hand.
    lowest: usize,
}

impl<'b> Blocks<'b> {
    fn new(input: &'b [u8]) -> Self {
        Self { input, out: Bits::default(), tokens: Vec::new(), start: 0, lowest: 0 }
    }

    /// Adds a token, whose bytes end at `end`.
    fn push(&mut self, token: Token, end: usize) {
        self.tokens.push(token);
        if self.tokens.len() == MAX_TOKENS {
            self.close(end);
        }
    }

    /// Adds the byte before `at` as a literal, if it waits.
    fn push_waiting(&mut self, before: Before, at: usize) {
        if !matches!(before, Before::Done) {
            self.push(Token::Literal(self.input[at - 1].into()), at);
        }
    }

    /// Writes the tokens so far in the shortest way.
    fn close(&mut self, end: usize) {
        let bytes = &self.input[self.start..end];
        let is_at_hand = self.start >= self.lowest && bytes.len() <= MAX_STORED;
        self.tokens.push(Token::Literal(END_OF_BLOCK));
        write_block(&mut self.out, &self.tokens, is_at_hand.then_some(bytes));
        self.tokens.clear();
        self.start = end;
    }

    fn finish(mut self) -> Vec<u8> {
        if !self.tokens.is_empty() {
            self.close(self.input.len());
        }
        self.out.stored_header(0, false);
        self.out.stored_header(0, true);
        self.out.align();
        self.out.bytes
    }
}

/// Lowest length, less three, of each symbol from [`LENGTHS`], and the bits that follow it.
fn length_symbol(length: usize) -> (usize, u32, usize) {
    if length == MAX_MATCH {
        return (SYMBOLS - 1, 0, 0);
    }
    let (symbol, extra, rest) = stepped(length - 3, 2);
    (LENGTHS + symbol, extra, rest)
}

/// The symbol of a distance and the bits that follow it.
fn distance_symbol(distance: usize) -> (usize, u32, usize) {
    stepped(distance - 1, 1)
}

/// Symbols for ever larger ranges: `1 << bits` of each size, the first two sizes alike. The number
/// of bits that follow, and what they say.
fn stepped(number: usize, bits: u32) -> (usize, u32, usize) {
    let size = (number >> bits).checked_ilog2().map_or(0, |log| log + 1);
    let extra = size.saturating_sub(1);
    let symbol = (number >> extra) + ((extra as usize) << bits);
    (symbol, extra, number & ((1 << extra) - 1))
}

fn write_block(out: &mut Bits, tokens: &[Token], stored: Option<&[u8]>) {
    let (mut symbols, mut distances) = ([0u32; SYMBOLS], [0u32; DISTANCES]);
    let mut extra_bits = 0;
    for token in tokens {
        match *token {
            Token::Literal(literal) => symbols[usize::from(literal)] += 1,
            Token::Match(Match { length, distance }) => {
                let (symbol, more, _) = length_symbol(length);
                symbols[symbol] += 1;
                let (symbol, further, _) = distance_symbol(distance);
                distances[symbol] += 1;
                extra_bits += (more + further) as usize;
            }
        }
    }
    // The code of distances must not be empty.
    if distances.iter().all(|count| *count == 0) {
        distances[0] = 1;
    }
    if stored.is_none() {
        extra_bits = 0;
    }
    let size = |codes: &Codes| codes.size(&symbols, &distances) + extra_bits;
    let fixed = Codes::fixed();
    let own = Codes { symbols: codes(&symbols, 15), distances: codes(&distances, 15) };
    let header = Header::new(&own, &symbols, &distances);
    let is_own = header.size() + size(&own) < 3 + size(&fixed);
    let best = if is_own { header.size() + size(&own) } else { 3 + size(&fixed) };
    if let Some(bytes) = stored.filter(|bytes| (bytes.len() + 5) * 8 < best) {
        out.stored_header(bytes.len(), false);
        out.align();
        out.bytes.extend_from_slice(bytes);
        return;
    }
    if is_own {
        header.write(out);
    } else {
        out.put(2, 3);
    }
    write_tokens(out, tokens, if is_own { &own } else { &fixed });
}

fn write_tokens(out: &mut Bits, tokens: &[Token], codes: &Codes) {
    for token in tokens {
        match *token {
            Token::Literal(literal) => out.code(codes.symbols[usize::from(literal)]),
            Token::Match(Match { length, distance }) => {
                let (symbol, extra, rest) = length_symbol(length);
                out.code(codes.symbols[symbol]);
                out.put(rest, extra);
                let (symbol, extra, rest) = distance_symbol(distance);
                out.code(codes.distances[symbol]);
                out.put(rest, extra);
            }
        }
    }
}

/// The codes of a block.
struct Codes {
    symbols: Vec<Code>,
    distances: Vec<Code>,
}

impl Codes {
    /// Those that need no header.
    fn fixed() -> Self {
        let symbol = |symbol: u16| match symbol {
            0..144 => Code::new(symbol + 48, 8),
            144..256 => Code::new(symbol + 256, 9),
            256..280 => Code::new(symbol - 256, 7),
            _ => Code::new(symbol - 88, 8),
        };
        Self {
            symbols: (0..286).map(symbol).collect(),
            distances: (0..30).map(|distance| Code::new(distance, 5)).collect(),
        }
    }

    /// Bits that so many symbols and distances take.
    fn size(&self, symbols: &[u32], distances: &[u32]) -> usize {
        code_bits(&self.symbols, symbols) + code_bits(&self.distances, distances)
    }
}

fn code_bits(codes: &[Code], counts: &[u32]) -> usize {
    let bits = |(code, count): (&Code, &u32)| usize::from(code.length) * *count as usize;
    codes.iter().zip(counts).map(bits).sum()
}

/// The header of a block with codes of its own: their lengths, in runs that have codes again.
struct Header {
    symbols: usize,
    distances: usize,
    /// A length, or a symbol for a run of them with what follows it.
    runs: Vec<(usize, usize)>,
    codes: Vec<Code>,
    counts: [u32; 19],
    /// How many of the codes for runs are told.
    told: usize,
}

const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Bits that follow the symbol of a run.
fn run_bits(symbol: usize) -> u32 {
    match symbol {
        16 => 2,
        17 => 3,
        18 => 7,
        _ => 0,
    }
}

impl Header {
    fn new(own: &Codes, symbols: &[u32], distances: &[u32]) -> Self {
        let used =
            |counts: &[u32]| counts.iter().rposition(|count| *count > 0).map_or(0, |at| at + 1);
        let (symbols, distances) = (used(symbols), used(distances));
        let lengths = own.symbols[..symbols].iter().chain(&own.distances[..distances]);
        let lengths: Vec<usize> = lengths.map(|code| usize::from(code.length)).collect();
        let runs: Vec<_> = lengths
            .chunk_by(|one, two| one == two)
            .flat_map(|run| runs_of(run[0], run.len()))
            .collect();
        let mut counts = [0; 19];
        for (symbol, _) in &runs {
            counts[*symbol] += 1;
        }
        let told = ORDER.iter().rposition(|symbol| counts[*symbol] > 0).map_or(0, |at| at + 1);
        Self { symbols, distances, runs, codes: codes(&counts, 7), counts, told: told.max(4) }
    }

    fn size(&self) -> usize {
        let extra = |symbol: usize| self.counts[symbol] as usize * run_bits(symbol) as usize;
        3 + 5
            + 5
            + 4
            + 3 * self.told
            + code_bits(&self.codes, &self.counts)
            + (16..19).map(extra).sum::<usize>()
    }

    fn write(&self, out: &mut Bits) {
        out.put(4, 3);
        out.put(self.symbols - 257, 5);
        out.put(self.distances - 1, 5);
        out.put(self.told - 4, 4);
        for symbol in &ORDER[..self.told] {
            out.put(self.codes[*symbol].length.into(), 3);
        }
        for (symbol, rest) in &self.runs {
            out.code(self.codes[*symbol]);
            out.put(*rest, run_bits(*symbol));
        }
    }
}

/// How a length that stands `count` times in a row is written.
fn runs_of(length: usize, mut count: usize) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    if length == 0 {
        while count >= 11 {
            let run = count.min(138);
            runs.push((18, run - 11));
            count -= run;
        }
        if count >= 3 {
            runs.push((17, count - 3));
            count = 0;
        }
    } else {
        runs.push((length, 0));
        count -= 1;
        while count >= 3 {
            let run = count.min(6);
            runs.push((16, run - 3));
            count -= run;
        }
    }
    runs.extend(std::iter::repeat_n((length, 0), count));
    runs
}

/// Bits in the making, the first lowest.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    open: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, bits: usize, count: u32) {
        self.open |= (bits as u64) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push((self.open & 0xff) as u8);
            self.open >>= 8;
            self.count -= 8;
        }
    }

    fn code(&mut self, code: Code) {
        self.put(code.bits.into(), code.length.into());
    }

    /// Fills up the last byte.
    fn align(&mut self) {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
    }

    fn stored_header(&mut self, length: usize, is_last: bool) {
        self.put(is_last.into(), 3);
        self.align();
        self.put(length & 0xffff, 16);
        self.put(!length & 0xffff, 16);
    }
}
