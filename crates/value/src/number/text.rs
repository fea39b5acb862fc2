//! Numbers from text and to text.

use std::fmt;

use num_bigint::BigUint;

use super::{Big, FULL_PRECISION, Number, Repr, as_i64, as_u64};

/// Numbers of a larger binary exponent (about 4,900 digits) are not printed.
pub(super) const MAX_TEXT_EXPONENT: i64 = 16_384;
/// Digits read; further ones only say that there is more.
const MAX_DIGITS: usize = 2_000;
/// Powers of five up to this one are computed exactly.
const MAX_EXACT_POWER: u64 = 20_000;

/// How digits are laid out, as the verbs of Go's formatting are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NumberFormat {
    /// `123.45`
    Plain,
    /// `1.2345e+02`
    Exponent,
    /// The shorter of the two.
    General,
}

impl Number {
    /// Reads decimal text: a sign, digits with a point, an exponent. Also `Inf`, and an exponent
    /// of two after `p`, as Terraform does. The result has 512 bits.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if rest == "Inf" || rest == "inf" {
            return Some(Self { repr: Repr::Infinity { negative }, precision: FULL_PRECISION });
        }
        let (digits, exponent) = match rest.find(['e', 'E', 'p', 'P']) {
            Some(at) => (&rest[..at], Some((rest.as_bytes()[at], &rest[at + 1..]))),
            None => (rest, None),
        };
        let (mantissa, mut decimal) = parse_mantissa(digits)?;
        let mut binary = 0;
        match exponent {
            None => {}
            Some((b'e' | b'E', text)) => decimal = decimal.checked_add(parse_exponent(text)?)?,
            Some((_, text)) => binary = parse_exponent(text)?,
        }
        if mantissa.bits() == 0 {
            return Some(Self::rounded(negative, mantissa, 0, false, FULL_PRECISION));
        }
        scale(negative, mantissa, binary, decimal)
    }

    /// The text that Terraform converts it to: as many digits as tell it apart from its
    /// neighbours. `None` for exponents that no configuration needs.
    pub fn to_text(&self) -> Option<String> {
        if let Repr::Int(int) = self.repr
            && (self.precision >= 63 || int.unsigned_abs() >> self.precision == 0)
        {
            return Some(int.to_string());
        }
        self.format(NumberFormat::Plain, None)
    }

    /// The text in a layout, with that many digits after the point (with `General`: digits in
    /// all), or as many as are needed.
    pub fn format(&self, format: NumberFormat, digits: Option<usize>) -> Option<String> {
        let mut decimal = match &self.repr {
            Repr::Infinity { negative } => {
                return Some(if *negative { "-Inf" } else { "+Inf" }.to_owned());
            }
            Repr::Int(0) | Repr::NegativeZero => Decimal::default(),
            Repr::Int(_) | Repr::Big(_) => {
                let (_, mantissa, exponent) = self.parts()?;
                let top = as_i64(mantissa.bits()) + exponent;
                if top.abs() > MAX_TEXT_EXPONENT {
                    return None;
                }
                Decimal::new(&mantissa, exponent)
            }
        };
        let shortest = digits.is_none();
        let digits = if let Some(digits) = digits {
            match format {
                NumberFormat::Exponent => decimal.round(1 + as_isize(digits)),
                NumberFormat::Plain => decimal.round(decimal.exponent + as_isize(digits)),
                NumberFormat::General => decimal.round(as_isize(digits.max(1))),
            }
            if format == NumberFormat::General { digits.max(1) } else { digits }
        } else {
            self.shorten(&mut decimal);
            decimal.needed_digits(format)
        };
        let sign =
            if self.is_negative() || matches!(self.repr, Repr::NegativeZero) { "-" } else { "" };
        let text = match format {
            NumberFormat::Plain => decimal.plain(digits),
            NumberFormat::Exponent => decimal.exponent_text(digits),
            NumberFormat::General => decimal.general(digits, shortest),
        };
        Some(format!("{sign}{text}"))
    }

    /// Rounds `decimal` to the fewest digits that are nearer to this number than to any other of
    /// its precision.
    fn shorten(&self, decimal: &mut Decimal) {
        let Some((_, mantissa, exponent)) = self.parts() else {
            return;
        };
        if decimal.digits.is_empty() {
            return;
        }
        // One bit more than the precision, so that the last one is half of its last unit.
        let bits = mantissa.bits();
        let wanted = u64::from(self.precision) + 1;
        let (scaled, exponent) = if bits <= wanted {
            (mantissa << (wanted - bits), exponent - as_i64(wanted - bits))
        } else {
            (mantissa >> (bits - wanted), exponent + as_i64(bits - wanted))
        };
        let inclusive = !scaled.bit(1);
        let lower = Decimal::new(&(&scaled - 1u32), exponent);
        let upper = Decimal::new(&(&scaled + 1u32), exponent);
        for (at, &digit) in decimal.digits.iter().enumerate() {
            let (low, high) = (lower.at(at), upper.at(at));
            let down = low != digit || inclusive && at + 1 == lower.digits.len();
            let up =
                digit != high && (inclusive || digit + 1 < high || at + 1 < upper.digits.len());
            match (down, up) {
                (true, true) => decimal.round(as_isize(at + 1)),
                (true, false) => decimal.round_down(at + 1),
                (false, true) => decimal.round_up(at + 1),
                (false, false) => continue,
            }
            return;
        }
    }
}

impl fmt::Display for Number {
    /// Terraform's text, or one with an exponent where that would be too long.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.to_text() {
            return formatter.write_str(&text);
        }
        let top = if let Repr::Big(big) = &self.repr { Big::top(big) } else { 0 };
        let sign = if self.is_negative() { "-" } else { "" };
        // 30103 / 100000 is the logarithm of two.
        write!(formatter, "about {sign}1e{}", top * 30_103 / 100_000)
    }
}

/// Digits with at most one point: the integer of all digits and the power of ten to multiply by.
fn parse_mantissa(text: &str) -> Option<(BigUint, i64)> {
    let mut digits = Vec::with_capacity(text.len().min(MAX_DIGITS + 1));
    let mut decimal = 0i64;
    let mut point = false;
    let mut any = false;
    let mut more = false;
    for byte in text.bytes() {
        match byte {
            b'.' if !point => point = true,
            b'0'..=b'9' => {
                any = true;
                if digits.len() < MAX_DIGITS {
                    if byte != b'0' || !digits.is_empty() {
                        digits.push(byte);
                    }
                    decimal -= i64::from(point);
                } else {
                    more |= byte != b'0';
                    decimal += i64::from(!point);
                }
            }
            _ => return None,
        }
    }
    if !any {
        return None;
    }
    if more {
        digits.push(b'1');
        decimal -= 1;
    }
    if digits.is_empty() {
        return Some((BigUint::ZERO, 0));
    }
    Some((BigUint::parse_bytes(&digits, 10)?, decimal))
}

/// An exponent; `None` when it is no number or beyond 64 bits.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// `mantissa` × 2^`binary` × 10^`decimal`; `None` when the exponent is beyond all limits.
fn scale(negative: bool, mantissa: BigUint, binary: i64, decimal: i64) -> Option<Number> {
    let exponent = binary.checked_add(decimal)?;
    let top = exponent.checked_add(as_i64(mantissa.bits()))?;
    if top.abs() > super::MAX_EXPONENT {
        return None;
    }
    if decimal == 0 {
        return Some(Number::rounded(negative, mantissa, exponent, false, FULL_PRECISION));
    }
    let power = decimal.unsigned_abs();
    let (five, five_exponent) = power_of_five(power);
    if decimal > 0 {
        let exponent = exponent.checked_add(five_exponent)?;
        let product = mantissa * five;
        return Some(Number::rounded(negative, product, exponent, false, FULL_PRECISION));
    }
    let shift = (u64::from(FULL_PRECISION) + 2 + five.bits()).saturating_sub(mantissa.bits());
    let dividend = mantissa << shift;
    let quotient = &dividend / &five;
    let sticky = &quotient * &five != dividend;
    let exponent = exponent.checked_sub(five_exponent)?.checked_sub(as_i64(shift))?;
    Some(Number::rounded(negative, quotient, exponent, sticky, FULL_PRECISION))
}

/// 5^`power` as mantissa and exponent: exact, or with some bits to spare where it is huge.
fn power_of_five(power: u64) -> (BigUint, i64) {
    if power <= MAX_EXACT_POWER {
        let power = u32::try_from(power).unwrap_or(u32::MAX);
        return (BigUint::from(5u32).pow(power), 0);
    }
    let keep = u64::from(FULL_PRECISION) + 128;
    let cut = |(mantissa, exponent): (BigUint, i64)| {
        let extra = mantissa.bits().saturating_sub(keep);
        (mantissa >> extra, exponent + as_i64(extra))
    };
    let mut result = (BigUint::from(1u32), 0i64);
    for bit in (0..u64::BITS - power.leading_zeros()).rev() {
        result = cut((&result.0 * &result.0, result.1 * 2));
        if power >> bit & 1 == 1 {
            result = cut((result.0 * 5u32, result.1));
        }
    }
    result
}

/// Decimal digits without leading or trailing zeros; the number is 0.`digits` × 10^`exponent`.
#[derive(Default)]
struct Decimal {
    digits: Vec<u8>,
    exponent: isize,
}

impl Decimal {
    /// The exact digits of `mantissa` × 2^`exponent`.
    fn new(mantissa: &BigUint, exponent: i64) -> Self {
        let (integer, fraction) = if exponent >= 0 {
            (mantissa << as_u64(exponent), 0)
        } else {
            let zeros = mantissa.trailing_zeros().unwrap_or_default().min(as_u64(-exponent));
            let places = u32::try_from(as_u64(-exponent) - zeros).unwrap_or(u32::MAX);
            ((mantissa >> zeros) * BigUint::from(5u32).pow(places), places)
        };
        let digits = integer.to_str_radix(10).into_bytes();
        let length = as_isize(digits.len());
        let mut decimal =
            Self { digits, exponent: length - isize::try_from(fraction).unwrap_or_default() };
        decimal.trim();
        decimal
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.exponent = 0;
        }
    }

    fn at(&self, index: usize) -> u8 {
        self.digits.get(index).copied().unwrap_or(b'0')
    }

    /// Rounds half to even to `count` digits.
    fn round(&mut self, count: isize) {
        let Ok(count) = usize::try_from(count) else {
            self.digits.clear();
            self.exponent = 0;
            return;
        };
        if count >= self.digits.len() {
            return;
        }
        let up = if self.at(count) == b'5' && count + 1 == self.digits.len() {
            count > 0 && (self.digits[count - 1] - b'0') % 2 == 1
        } else {
            self.at(count) >= b'5'
        };
        if up {
            self.round_up(count);
        } else {
            self.round_down(count);
        }
    }

    fn round_down(&mut self, count: usize) {
        self.digits.truncate(count);
        self.trim();
    }

    fn round_up(&mut self, count: usize) {
        self.digits.truncate(count);
        while self.digits.last() == Some(&b'9') {
            self.digits.pop();
        }
        if let Some(last) = self.digits.last_mut() {
            *last += 1;
        } else {
            self.digits.push(b'1');
            self.exponent += 1;
        }
    }

    fn needed_digits(&self, format: NumberFormat) -> usize {
        let length = as_isize(self.digits.len());
        let count = match format {
            NumberFormat::Exponent => length - 1,
            NumberFormat::Plain => length - self.exponent,
            NumberFormat::General => length,
        };
        usize::try_from(count).unwrap_or_default()
    }

    fn plain(&self, digits: usize) -> String {
        let mut text = String::new();
        if self.exponent > 0 {
            let whole = usize::try_from(self.exponent).unwrap_or_default();
            text.extend((0..whole).map(|at| char::from(self.at(at))));
        } else {
            text.push('0');
        }
        if digits > 0 {
            text.push('.');
            for place in 0..as_isize(digits) {
                let at = usize::try_from(self.exponent + place);
                text.push(at.map_or('0', |at| char::from(self.at(at))));
            }
        }
        text
    }

    fn exponent_text(&self, digits: usize) -> String {
        let mut text = String::from(char::from(self.at(0)));
        if digits > 0 {
            text.push('.');
            text.extend((1..=digits).map(|at| char::from(self.at(at))));
        }
        let exponent = if self.digits.is_empty() { 0 } else { self.exponent - 1 };
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{text}e{sign}{:02}", exponent.unsigned_abs())
    }

    fn general(&self, digits: usize, shortest: bool) -> String {
        let length = self.digits.len();
        let mut limit = as_isize(digits);
        if digits > length && as_isize(length) >= self.exponent {
            limit = as_isize(length);
        }
        if shortest {
            limit = 6;
        }
        let exponent = self.exponent - 1;
        if exponent < -4 || exponent >= limit {
            return self.exponent_text(digits.min(length).saturating_sub(1));
        }
        let digits = if as_isize(digits) > self.exponent { length } else { digits };
        self.plain(usize::try_from(as_isize(digits) - self.exponent).unwrap_or_default())
    }
}

fn as_isize(count: usize) -> isize {
    isize::try_from(count).unwrap_or(isize::MAX / 2)
}
