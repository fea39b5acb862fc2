//! MD5 (RFC 1321) and the SHA family (FIPS 180-4): plain functions of bytes, not for keeping
//! secrets.

use std::sync::LazyLock;

/// The MD5 digest.
pub(super) fn md5(bytes: &[u8]) -> Vec<u8> {
    const SHIFTS: [[u32; 4]; 4] =
        [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut state = [0x6745_2301u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded(bytes, 64, false).chunks_exact(64) {
        let words: Vec<u32> = block.chunks_exact(4).map(little).collect();
        let [mut a, mut b, mut c, mut d] = state;
        for step in 0..64 {
            let (mixed, word) = match step / 16 {
                0 => (b & c | !b & d, step),
                1 => (d & b | !d & c, (5 * step + 1) % 16),
                2 => (b ^ c ^ d, (3 * step + 5) % 16),
                _ => (c ^ (b | !d), 7 * step % 16),
            };
            let sum = a.wrapping_add(mixed).wrapping_add(sine(step)).wrapping_add(words[word]);
            let turned = sum.rotate_left(SHIFTS[step / 16][step % 4]);
            (a, d, c, b) = (d, c, b, b.wrapping_add(turned));
        }
        for (sum, word) in state.iter_mut().zip([a, b, c, d]) {
            *sum = sum.wrapping_add(word);
        }
    }
    state.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The constant of a step of MD5: the first 32 bits of a sine.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the standard defines it so"
)]
fn sine(step: usize) -> u32 {
    (((step + 1) as f64).sin().abs() * 4_294_967_296.0) as u32
}

/// The SHA-1 digest.
#[expect(clippy::many_single_char_names, reason = "the names of the standard")]
pub(super) fn sha1(bytes: &[u8]) -> Vec<u8> {
    let mut state = [0x6745_2301u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded(bytes, 64, true).chunks_exact(64) {
        let mut words: Vec<u32> = block.chunks_exact(4).map(big).collect();
        for at in 16..80 {
            let word = words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16];
            words.push(word.rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (step, word) in words.iter().enumerate() {
            let (mixed, constant) = match step / 20 {
                0 => (b & c | !b & d, 0x5a82_7999u32),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => (b & c | b & d | c & d, 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6),
            };
            let sum = a.rotate_left(5).wrapping_add(mixed).wrapping_add(e);
            let sum = sum.wrapping_add(constant).wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, sum);
        }
        for (sum, word) in state.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(word);
        }
    }
    state.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// The SHA-256 digest.
pub(super) fn sha256(bytes: &[u8]) -> Vec<u8> {
    let constants: Vec<u32> = CUBE_ROOTS.iter().take(64).map(|root| high(*root)).collect();
    let mut state: Vec<u32> = SQUARE_ROOTS.iter().map(|root| high(*root)).collect();
    for block in padded(bytes, 64, true).chunks_exact(64) {
        let mut words: Vec<u32> = block.chunks_exact(4).map(big).collect();
        for at in 16..64 {
            let (early, late) = (words[at - 15], words[at - 2]);
            let early = early.rotate_right(7) ^ early.rotate_right(18) ^ early >> 3;
            let late = late.rotate_right(17) ^ late.rotate_right(19) ^ late >> 10;
            let sum = words[at - 16].wrapping_add(early).wrapping_add(words[at - 7]);
            words.push(sum.wrapping_add(late));
        }
        let mut work = state.clone();
        for (word, constant) in words.iter().zip(&constants) {
            let (a, e) = (work[0], work[4]);
            let mixed = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let chosen = e & work[5] ^ !e & work[6];
            let first = work[7].wrapping_add(mixed).wrapping_add(chosen);
            let first = first.wrapping_add(*constant).wrapping_add(*word);
            let mixed = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let second = mixed.wrapping_add(a & work[1] ^ a & work[2] ^ work[1] & work[2]);
            work[3] = work[3].wrapping_add(first);
            work[7] = first.wrapping_add(second);
            work.rotate_right(1);
        }
        for (sum, word) in state.iter_mut().zip(work) {
            *sum = sum.wrapping_add(word);
        }
    }
    state.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// The SHA-512 digest.
pub(super) fn sha512(bytes: &[u8]) -> Vec<u8> {
    let mut state = SQUARE_ROOTS.clone();
    for block in padded(bytes, 128, true).chunks_exact(128) {
        let mut words: Vec<u64> = block.chunks_exact(8).map(big_long).collect();
        for at in 16..80 {
            let (early, late) = (words[at - 15], words[at - 2]);
            let early = early.rotate_right(1) ^ early.rotate_right(8) ^ early >> 7;
            let late = late.rotate_right(19) ^ late.rotate_right(61) ^ late >> 6;
            let sum = words[at - 16].wrapping_add(early).wrapping_add(words[at - 7]);
            words.push(sum.wrapping_add(late));
        }
        let mut work = state.clone();
        for (word, constant) in words.iter().zip(&*CUBE_ROOTS) {
            let (a, e) = (work[0], work[4]);
            let mixed = e.rotate_right(14) ^ e.rotate_right(18) ^ e.rotate_right(41);
            let chosen = e & work[5] ^ !e & work[6];
            let first = work[7].wrapping_add(mixed).wrapping_add(chosen);
            let first = first.wrapping_add(*constant).wrapping_add(*word);
            let mixed = a.rotate_right(28) ^ a.rotate_right(34) ^ a.rotate_right(39);
            let second = mixed.wrapping_add(a & work[1] ^ a & work[2] ^ work[1] & work[2]);
            work[3] = work[3].wrapping_add(first);
            work[7] = first.wrapping_add(second);
            work.rotate_right(1);
        }
        for (sum, word) in state.iter_mut().zip(work) {
            *sum = sum.wrapping_add(word);
        }
    }
    state.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// The message, a bit, zeros, and its length in bits: whole blocks.
fn padded(bytes: &[u8], block: usize, big_endian: bool) -> Vec<u8> {
    let bits = (bytes.len() as u64).wrapping_mul(8);
    let field = block / 8;
    let mut message = bytes.to_vec();
    message.push(0x80);
    let used = (message.len() + field) % block;
    message.resize(message.len() + (block - used) % block + field - 8, 0);
    message.extend(if big_endian { bits.to_be_bytes() } else { bits.to_le_bytes() });
    message
}

fn little(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte))
}

fn big(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte))
}

fn big_long(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

fn high(word: u64) -> u32 {
    u32::try_from(word >> 32).unwrap_or_default()
}

/// Where SHA-2 starts.
static SQUARE_ROOTS: LazyLock<Vec<u64>> =
    LazyLock::new(|| primes().iter().take(8).map(|&prime| root(prime, 2)).collect());
/// The constants of the steps of SHA-2.
static CUBE_ROOTS: LazyLock<Vec<u64>> =
    LazyLock::new(|| primes().iter().map(|&prime| root(prime, 3)).collect());

/// The first eighty primes, of whose roots the constants of SHA-2 are made.
fn primes() -> Vec<u64> {
    let mut primes: Vec<u64> = Vec::with_capacity(80);
    let mut candidate = 2;
    while primes.len() < 80 {
        if primes.iter().all(|prime| candidate % prime != 0) {
            primes.push(candidate);
        }
        candidate += 1;
    }
    primes
}

/// The first 64 bits of the fraction of a square or cube root.
fn root(number: u64, degree: u32) -> u64 {
    // The largest x with x^degree <= number × 2^(64 × degree), found bit by bit.
    let target = num_power(u128::from(number), degree);
    let mut root = 0u128;
    for bit in (0..70).rev() {
        let candidate = root | 1 << bit;
        if product(candidate, degree) <= target {
            root = candidate;
        }
    }
    u64::try_from(root & u128::from(u64::MAX)).unwrap_or_default()
}

/// Four words of 64 bits, highest first: enough for the cube of 70 bits.
type Wide = [u128; 4];

/// `number` × 2^(64 × `degree`).
fn num_power(number: u128, degree: u32) -> Wide {
    if degree == 2 { [0, number, 0, 0] } else { [number, 0, 0, 0] }
}

fn product(number: u128, degree: u32) -> Wide {
    let mut result = [0, 0, 0, 1];
    for _ in 0..degree {
        result = times(result, number);
    }
    result
}

fn times(wide: Wide, number: u128) -> Wide {
    const LOW: u128 = u64::MAX as u128;
    let (high, low) = (number >> 64, number & LOW);
    let mut result = [0u128; 4];
    let mut carry = 0u128;
    for at in (0..4).rev() {
        let shifted = if at < 3 { wide[at + 1] * high } else { 0 };
        // Each product has fewer than 128 bits, and `high` fewer than seven.
        let (sum, over) = (wide[at] * low).overflowing_add(carry);
        let (sum, over_again) = sum.overflowing_add(shifted);
        result[at] = sum & LOW;
        carry = (sum >> 64) + (u128::from(over) + u128::from(over_again)) * (1 << 64);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests() {
        let digit = |sextet: u8| char::from_digit(u32::from(sextet), 16).unwrap_or_default();
        let hex = |bytes: Vec<u8>| -> String {
            bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
        };
        assert_eq!(hex(md5(b"")), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(hex(md5(b"abc")), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hex(sha1(b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
        let expect = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(sha256(b"abc")), expect);
        let expect = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                      2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
        assert_eq!(hex(sha512(b"abc")), expect);
        let long = vec![b'a'; 119];
        assert_eq!(hex(sha256(&long)).len(), 64);
        let expect = "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb";
        assert_eq!(hex(sha256(&long)), expect);
    }
}
