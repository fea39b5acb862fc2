//! Numbers as Terraform has them: binary floating point with up to 512 bits of mantissa, rounded
//! half to even, with infinities. Never slow: mantissas and exponents are bounded.

mod arithmetic;
mod text;

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use num_bigint::BigUint;

pub use arithmetic::ArithmeticError;
pub use text::NumberFormat;

/// Bits of mantissa of numbers read from text.
const FULL_PRECISION: u32 = 512;
/// Bits of mantissa of numbers made from machine integers.
const INTEGER_PRECISION: u32 = 64;
/// Bits of mantissa of numbers made from `f64`.
const FLOAT_PRECISION: u32 = 53;
/// The largest binary exponent; beyond it is infinity, and zero below its negative.
const MAX_EXPONENT: i64 = i32::MAX as i64;

/// A number. Equality is Terraform's: two numbers that print the same are equal.
#[derive(Clone)]
pub struct Number {
    repr: Repr,
    /// Bits of mantissa that results keep; part of what a number is, because it decides how many
    /// digits are printed.
    precision: u32,
}

#[derive(Clone)]
enum Repr {
    /// All numbers that fit are in this form.
    Int(i64),
    NegativeZero,
    Big(Arc<Big>),
    Infinity {
        negative: bool,
    },
}

/// `mantissa` × 2^`exponent`, not zero; the mantissa is odd.
#[derive(Clone)]
struct Big {
    negative: bool,
    mantissa: BigUint,
    exponent: i64,
}

impl Big {
    /// Position of the highest bit, plus one: the number is below 2^`top`.
    fn top(&self) -> i64 {
        as_i64(self.mantissa.bits()) + self.exponent
    }
}

impl Number {
    /// The number zero.
    pub const ZERO: Self = Self { repr: Repr::Int(0), precision: INTEGER_PRECISION };
    /// Positive infinity.
    pub const INFINITY: Self =
        Self { repr: Repr::Infinity { negative: false }, precision: INTEGER_PRECISION };
    /// Negative infinity.
    pub const NEGATIVE_INFINITY: Self =
        Self { repr: Repr::Infinity { negative: true }, precision: INTEGER_PRECISION };

    /// The number of an `f64`; `None` for NaN. Keeps 53 bits in what is computed with it.
    pub fn from_f64(float: f64) -> Option<Self> {
        if float.is_nan() {
            return None;
        }
        if float.is_infinite() {
            let repr = Repr::Infinity { negative: float < 0.0 };
            return Some(Self { repr, precision: FLOAT_PRECISION });
        }
        let bits = float.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let biased = i64::try_from((bits >> 52) & 0x7ff).unwrap_or_default();
        let (mantissa, exponent) =
            if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
        Some(Self::rounded(
            float.is_sign_negative(),
            mantissa.into(),
            exponent,
            false,
            FLOAT_PRECISION,
        ))
    }

    /// The nearest `f64`, half to even; infinite beyond its range.
    pub fn to_f64(&self) -> f64 {
        let big = match &self.repr {
            Repr::Int(int) => return int_to_f64(*int),
            Repr::NegativeZero => return -0.0,
            Repr::Infinity { negative: true } => return f64::NEG_INFINITY,
            Repr::Infinity { negative: false } => return f64::INFINITY,
            Repr::Big(big) => big,
        };
        let top = big.top();
        let sign = if big.negative { -1.0 } else { 1.0 };
        if top > 1024 {
            return sign * f64::INFINITY;
        }
        if top < -1074 {
            return sign * 0.0;
        }
        // Below 2^-1022 there are fewer bits of mantissa.
        let precision = u32::try_from((top + 1074).clamp(0, 53)).unwrap_or_default();
        if precision == 0 {
            // Between half of the smallest float and it: a tie (only one bit) goes to zero.
            let up = big.mantissa.bits() > 1;
            return sign * if up { f64::from_bits(1) } else { 0.0 };
        }
        let rounded = Self::rounded(false, big.mantissa.clone(), big.exponent, false, precision);
        let Some((_, mantissa, exponent)) = rounded.parts() else {
            return sign * f64::INFINITY;
        };
        let digits = mantissa.iter_u64_digits().next().unwrap_or_default();
        // Two steps keep the scale inside the range of `f64`.
        let half = i32::try_from(exponent / 2).unwrap_or_default();
        let rest = i32::try_from(exponent - exponent / 2).unwrap_or_default();
        sign * u64_to_f64(digits) * 2f64.powi(half) * 2f64.powi(rest)
    }

    /// Whether it has no fraction. Infinities are not integers.
    pub fn is_integer(&self) -> bool {
        match &self.repr {
            Repr::Int(_) | Repr::NegativeZero => true,
            Repr::Big(big) => big.exponent >= 0,
            Repr::Infinity { .. } => false,
        }
    }

    /// Whether it is an infinity.
    pub fn is_infinite(&self) -> bool {
        matches!(self.repr, Repr::Infinity { .. })
    }

    /// Whether it is zero, of either sign.
    pub fn is_zero(&self) -> bool {
        matches!(self.repr, Repr::Int(0) | Repr::NegativeZero)
    }

    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        self.signum() < 0
    }

    /// -1, 0 or 1.
    pub fn signum(&self) -> i8 {
        match &self.repr {
            Repr::Int(int) => i8::try_from(int.signum()).unwrap_or_default(),
            Repr::NegativeZero => 0,
            Repr::Big(big) => sign_of(big.negative),
            Repr::Infinity { negative } => sign_of(*negative),
        }
    }

    /// The same number as `i64` if it is an integer in that range.
    pub fn to_i64(&self) -> Option<i64> {
        match self.repr {
            Repr::Int(int) => Some(int),
            Repr::NegativeZero => Some(0),
            Repr::Big(_) | Repr::Infinity { .. } => None,
        }
    }

    /// The same number as `u64` if it is an integer in that range.
    pub fn to_u64(&self) -> Option<u64> {
        if let Repr::Big(big) = &self.repr
            && !big.negative
            && big.exponent >= 0
            && big.top() <= 64
        {
            let mantissa = big.mantissa.iter_u64_digits().next().unwrap_or_default();
            return Some(mantissa << big.exponent);
        }
        u64::try_from(self.to_i64()?).ok()
    }

    /// The same number as `usize` if it is an integer in that range.
    pub fn to_usize(&self) -> Option<usize> {
        usize::try_from(self.to_u64()?).ok()
    }

    /// An integer of digits in base 2 to 62, as `parseint` reads it: up to base 36 letters of
    /// either case, above it capitals after small letters. `None` if `text` is not one. The
    /// caller bounds the length.
    pub fn parse_integer(text: &str, base: u32) -> Option<Self> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let digit = |byte: u8| {
            let value = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'z' => byte - b'a' + 10,
                b'A'..=b'Z' if base <= 36 => byte - b'A' + 10,
                b'A'..=b'Z' => byte - b'A' + 36,
                _ => return None,
            };
            (u32::from(value) < base).then_some(value)
        };
        let digits: Vec<u8> = digits.bytes().map(digit).collect::<Option<_>>()?;
        if digits.is_empty() {
            return None;
        }
        let mantissa = BigUint::from_radix_be(&digits, base)?;
        let bits = u32::try_from(mantissa.bits()).unwrap_or(u32::MAX);
        // Negative zero cannot come from an integer.
        let negative = negative && bits > 0;
        Some(Self::rounded(negative, mantissa, 0, false, bits.max(INTEGER_PRECISION)))
    }

    /// Text of an integer in base 2 to 36; `None` if it is not an integer or too large to print.
    pub fn to_integer_text(&self, base: u32) -> Option<String> {
        let (negative, mantissa, exponent) = self.parts()?;
        if !(0..=text::MAX_TEXT_EXPONENT).contains(&exponent) {
            return None;
        }
        let digits = (mantissa << as_u64(exponent)).to_str_radix(base);
        let negative = negative && digits != "0";
        Some(if negative { format!("-{digits}") } else { digits })
    }

    /// Sign, mantissa and exponent of a finite number.
    fn parts(&self) -> Option<(bool, BigUint, i64)> {
        match &self.repr {
            Repr::Int(int) => Some((*int < 0, int.unsigned_abs().into(), 0)),
            Repr::NegativeZero => Some((true, BigUint::ZERO, 0)),
            Repr::Big(big) => Some((big.negative, big.mantissa.clone(), big.exponent)),
            Repr::Infinity { .. } => None,
        }
    }

    /// `mantissa` × 2^`exponent` rounded half to even to `precision` bits. `sticky` says that the
    /// exact number is a little larger than that; then the mantissa has at least two bits more
    /// than `precision`.
    fn rounded(
        negative: bool,
        mut mantissa: BigUint,
        mut exponent: i64,
        sticky: bool,
        precision: u32,
    ) -> Self {
        let bits = mantissa.bits();
        if bits > u64::from(precision) {
            let shift = bits - u64::from(precision);
            let half = mantissa.bit(shift - 1);
            let zeros = mantissa.trailing_zeros().unwrap_or_default();
            let above_half = sticky || zeros < shift - 1;
            mantissa >>= shift;
            if half && (above_half || mantissa.bit(0)) {
                mantissa += 1u32;
            }
            exponent += as_i64(shift);
        }
        let Some(zeros) = mantissa.trailing_zeros() else {
            let repr = if negative { Repr::NegativeZero } else { Repr::Int(0) };
            return Self { repr, precision };
        };
        if zeros > 0 {
            mantissa >>= zeros;
            exponent += as_i64(zeros);
        }
        Self { repr: Repr::normal(Big { negative, mantissa, exponent }), precision }
    }
}

impl Repr {
    /// The one form of a number that is not zero.
    fn normal(big: Big) -> Self {
        let top = big.top();
        if top > MAX_EXPONENT {
            return Self::Infinity { negative: big.negative };
        }
        if top < -MAX_EXPONENT {
            return if big.negative { Self::NegativeZero } else { Self::Int(0) };
        }
        if big.exponent >= 0 && top <= 64 {
            let mantissa = big.mantissa.iter_u64_digits().next().unwrap_or_default();
            let magnitude = i128::from(mantissa << big.exponent);
            if let Ok(int) = i64::try_from(if big.negative { -magnitude } else { magnitude }) {
                return Self::Int(int);
            }
        }
        Self::Big(Arc::new(big))
    }
}

impl From<i64> for Number {
    fn from(int: i64) -> Self {
        Self { repr: Repr::Int(int), precision: INTEGER_PRECISION }
    }
}

impl From<i32> for Number {
    fn from(int: i32) -> Self {
        i64::from(int).into()
    }
}

impl From<u64> for Number {
    fn from(int: u64) -> Self {
        Self::rounded(false, int.into(), 0, false, INTEGER_PRECISION)
    }
}

impl From<usize> for Number {
    fn from(int: usize) -> Self {
        (int as u64).into()
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (&self.repr, &other.repr) {
            (Repr::Infinity { negative: one }, Repr::Infinity { negative: two }) => one == two,
            (Repr::Big(one), Repr::Big(two)) => {
                if one.negative != two.negative || (one.top() - two.top()).abs() > 1 {
                    return false;
                }
                if one.exponent == two.exponent && one.mantissa == two.mantissa {
                    return true;
                }
                // Fractions are equal if they print the same.
                one.exponent < 0
                    && two.exponent < 0
                    && self.to_text().is_some_and(|text| other.to_text() == Some(text))
            }
            // What fits `i64` is never in another form.
            _ => match (self.to_i64(), other.to_i64()) {
                (Some(one), Some(two)) => one == two,
                _ => false,
            },
        }
    }
}

impl Eq for Number {}

impl Number {
    /// Order by size; unlike `==` it tells apart fractions that print the same, as Terraform does.
    pub fn compare(&self, other: &Self) -> Ordering {
        if let (Some(one), Some(two)) = (self.to_i64(), other.to_i64()) {
            return one.cmp(&two);
        }
        let by_sign = self.signum().cmp(&other.signum());
        if by_sign.is_ne() {
            return by_sign;
        }
        let magnitude = match (self.is_infinite(), other.is_infinite()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => self.compare_magnitude(other),
        };
        if self.is_negative() { magnitude.reverse() } else { magnitude }
    }

    fn compare_magnitude(&self, other: &Self) -> Ordering {
        let (Some((_, one, one_exponent)), Some((_, two, two_exponent))) =
            (self.parts(), other.parts())
        else {
            return Ordering::Equal;
        };
        let one_top = as_i64(one.bits()) + one_exponent;
        let two_top = as_i64(two.bits()) + two_exponent;
        // With the same top the exponents differ by no more than the lengths of the mantissas.
        one_top.cmp(&two_top).then_with(|| match one_exponent.cmp(&two_exponent) {
            Ordering::Less => one.cmp(&(two << as_u64(two_exponent - one_exponent))),
            _ => (one << as_u64(one_exponent - two_exponent)).cmp(&two),
        })
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

fn sign_of(negative: bool) -> i8 {
    if negative { -1 } else { 1 }
}

fn as_i64(bits: u64) -> i64 {
    i64::try_from(bits).unwrap_or(i64::MAX)
}

fn as_u64(bits: i64) -> u64 {
    u64::try_from(bits).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "`as` rounds half to even, as wanted")]
fn int_to_f64(int: i64) -> f64 {
    int as f64
}

#[expect(clippy::cast_precision_loss, reason = "at most 53 bits are set")]
fn u64_to_f64(int: u64) -> f64 {
    int as f64
}

#[cfg(test)]
mod tests;
