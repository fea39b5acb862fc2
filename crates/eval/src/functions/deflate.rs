//! Compression of bytes as Go's `compress/flate` (BSD 3-Clause, The Go Authors) does it at its
//! usual level, which Terraform uses: the result must be the same to the byte, so the search for
//! matches and the choice of blocks follow it. Never reads such data.

use super::huffman::{Code, codes};

const WINDOW: usize = 1 << 15;
const MIN_MATCH: usize = 4;
const MAX_MATCH: usize = 258;
const MAX_TOKENS: usize = 1 << 14;
const MAX_STORED: usize = 65_535;
const HASH_BITS: u32 = 17;
/// A match this long is not worth a look for a better one at the next byte.
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
    Match { length: usize, distance: usize },
}

/// `bytes` compressed, with the empty blocks that flushing and closing leave at the end.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut deflater = Deflater::new(bytes);
    deflater.run();
    let mut out = deflater.out;
    out.stored_header(0, false);
    out.stored_header(0, true);
    out.align();
    out.bytes
}

struct Deflater<'b> {
    input: &'b [u8],
    out: Bits,
    tokens: Vec<Token>,
    /// Where Go's window starts and ends, which it moves as it reads.
    window: (usize, usize),
    index: usize,
    block_start: usize,
    /// Whether the byte before the index waits for a better match.
    waiting: bool,
    length: usize,
    distance: usize,
    /// One more than the last place of each hash.
    heads: Vec<u32>,
    /// One more than the place before, of the places in the window.
    previous: Vec<u32>,
    chain: u32,
}

impl<'b> Deflater<'b> {
    fn new(input: &'b [u8]) -> Self {
        Self {
            input,
            out: Bits::default(),
            tokens: Vec::new(),
            window: (0, 0),
            index: 0,
            block_start: 0,
            waiting: false,
            length: MIN_MATCH - 1,
            distance: 0,
            heads: vec![0; 1 << HASH_BITS],
            previous: vec![0; WINDOW],
            chain: 0,
        }
    }

    fn run(&mut self) {
        while self.window.1 < self.input.len() {
            self.step(false);
            if self.index - self.window.0 >= 2 * WINDOW - (MIN_MATCH + MAX_MATCH) {
                self.window.0 += WINDOW;
            }
            self.window.1 = self.input.len().min(self.window.0 + 2 * WINDOW);
        }
        self.step(true);
    }

    /// Makes tokens of what the window holds; when not all is there yet, as long as a match cannot
    /// reach its end.
    fn step(&mut self, all: bool) {
        loop {
            let ahead = self.window.1 - self.index;
            if ahead < MIN_MATCH + MAX_MATCH && !all {
                return;
            }
            if ahead == 0 {
                if self.waiting {
                    self.literal(self.index - 1);
                    self.waiting = false;
                }
                if !self.tokens.is_empty() {
                    self.block();
                }
                return;
            }
            if self.is_hashed(self.index) {
                self.chain = self.remember(self.index);
            }
            let (length, distance) = (self.length, self.distance);
            (self.length, self.distance) = (MIN_MATCH - 1, 0);
            let earliest = self.index.saturating_sub(WINDOW).max(self.window.0);
            let reachable = self.chain as usize > earliest;
            if reachable && ahead > length && length < LAZY {
                self.search(ahead);
            }
            if length >= MIN_MATCH && self.length <= length {
                self.matched(length, distance);
            } else {
                self.unmatched();
            }
        }
    }

    /// Takes the match that began one byte before.
    fn matched(&mut self, length: usize, distance: usize) {
        self.tokens.push(Token::Match { length, distance });
        let end = self.index + length - 1;
        for index in self.index + 1..end {
            if self.is_hashed(index) {
                self.remember(index);
            }
        }
        self.index = end.max(self.index + 1);
        self.waiting = false;
        self.length = MIN_MATCH - 1;
        if self.tokens.len() == MAX_TOKENS {
            self.block();
        }
    }

    /// Goes on by a byte; the one before is a literal now.
    fn unmatched(&mut self) {
        if self.waiting {
            self.literal(self.index - 1);
            if self.tokens.len() == MAX_TOKENS {
                self.block();
            }
        }
        self.index += 1;
        self.waiting = true;
    }

    fn literal(&mut self, at: usize) {
        self.tokens.push(Token::Literal(self.input[at].into()));
    }

    fn is_hashed(&self, index: usize) -> bool {
        index + MIN_MATCH <= self.window.1
    }

    /// Puts a place into its chain; returns what was there before.
    fn remember(&mut self, index: usize) -> u32 {
        let four = &self.input[index..index + MIN_MATCH];
        let number = four.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
        let hash = number.wrapping_mul(0x1e35_a7bd) >> (32 - HASH_BITS);
        let head = &mut self.heads[hash as usize];
        let before = *head;
        self.previous[index % WINDOW] = before;
        *head = u32::try_from(index + 1).unwrap_or(0);
        before
    }

    /// Looks for the longest match at the index.
    fn search(&mut self, ahead: usize) {
        let here = &self.input[self.index..self.index + ahead.min(MAX_MATCH)];
        let nice = NICE.min(here.len());
        let earliest = self.index.checked_sub(WINDOW);
        let mut place = self.chain as usize - 1;
        for _ in 0..CHAIN {
            let there = &self.input[place..];
            if there[self.length] == here[self.length] {
                let same = here.iter().zip(there).take_while(|(one, two)| one == two).count();
                let near = same > MIN_MATCH || self.index - place <= FAR;
                if same > self.length && near {
                    (self.length, self.distance) = (same, self.index - place);
                    if same >= nice {
                        break;
                    }
                }
            }
            if Some(place) == earliest {
                break;
            }
            let before = self.previous[place % WINDOW] as usize;
            if before <= self.window.0.max(earliest.unwrap_or(0)) {
                break;
            }
            place = before - 1;
        }
    }

    /// Writes the tokens so far in the shortest way.
    fn block(&mut self) {
        let stored = (self.block_start >= self.window.0)
            .then(|| &self.input[self.block_start..self.index])
            .filter(|bytes| bytes.len() <= MAX_STORED);
        self.tokens.push(Token::Literal(END_OF_BLOCK));
        write_block(&mut self.out, &self.tokens, stored);
        self.tokens.clear();
        self.block_start = self.index;
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
            Token::Match { length, distance } => {
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
            Token::Match { length, distance } => {
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
