//! Whole powers, square roots and logarithms of floating-point numbers, to the last bit as
//! Terraform's binaries for amd64 give them: powers by repeated squaring of the fraction with the
//! exponent kept apart, logarithms by the series of FreeBSD's `e_log`. Other fractional powers
//! depend on an exponential function that is not here.

/// `base` to the power of `power`, NaN where there is no real result; `None` when its last bits
/// are not certain.
pub(super) fn power(base: f64, power: f64) -> Option<f64> {
    if let Some(result) = special(base, power) {
        return Some(result);
    }
    let whole = power.abs().trunc();
    if power.abs() > whole {
        return (base < 0.0).then_some(f64::NAN);
    }
    if whole >= 9_223_372_036_854_775_808.0 {
        return Some(huge(base, power > 0.0));
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked to be below 2^63")]
    let mut whole = whole as i64;
    let mut result = 1.0;
    let mut exponent = 0i64;
    let (mut square, mut square_exponent) = split(base);
    while whole != 0 {
        if !(-4096..=4096).contains(&square_exponent) {
            exponent += square_exponent;
            break;
        }
        if whole & 1 == 1 {
            result *= square;
            exponent += square_exponent;
        }
        square *= square;
        square_exponent *= 2;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        whole >>= 1;
    }
    if power < 0.0 {
        result = 1.0 / result;
        exponent = -exponent;
    }
    Some(scale(result, exponent))
}

/// The natural logarithm.
pub(super) fn logarithm(number: f64) -> f64 {
    if number.is_nan() || number < 0.0 {
        return f64::NAN;
    }
    if number == 0.0 {
        return f64::NEG_INFINITY;
    }
    if number.is_infinite() {
        return number;
    }
    // The number is 2^exponent × (1 + part), and 1 + part is between √½ and √2.
    let (mut fraction, mut exponent) = split(number);
    if fraction < std::f64::consts::FRAC_1_SQRT_2 {
        fraction *= 2.0;
        exponent -= 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "exponents are small")]
    let exponent = exponent as f64;
    let part = fraction - 1.0;
    let ratio = part / (2.0 + part);
    let square = ratio * ratio;
    let fourth = square * square;
    let odd =
        square * (SERIES[0] + fourth * (SERIES[2] + fourth * (SERIES[4] + fourth * SERIES[6])));
    let even = fourth * (SERIES[1] + fourth * (SERIES[3] + fourth * SERIES[5]));
    let half = 0.5 * part * part;
    let small = ratio * (half + (odd + even)) + exponent * LN_2_LOW;
    exponent * LN_2_HIGH - ((half - small) - part)
}

/// The logarithm of two in two parts; the first has so few bits that its multiples are exact.
const LN_2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
const LN_2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
/// The coefficients of the series.
const SERIES: [f64; 7] = [
    0.666_666_666_666_673_5,
    0.399_999_999_994_094_2,
    0.285_714_287_436_623_9,
    0.222_221_984_321_497_84,
    0.181_835_721_616_180_5,
    0.153_138_376_992_093_73,
    0.147_981_986_051_165_86,
];

/// The results that need no computation.
#[expect(clippy::float_cmp, reason = "these very numbers are special")]
fn special(base: f64, power: f64) -> Option<f64> {
    let odd =
        power.trunc() == power && power.abs() < 9.007_199_254_740_992e15 && power % 2.0 != 0.0;
    if power == 0.0 || base == 1.0 {
        Some(1.0)
    } else if power == 1.0 {
        Some(base)
    } else if base.is_nan() || power.is_nan() {
        Some(f64::NAN)
    } else if base == 0.0 {
        Some(match (power < 0.0, odd && base.is_sign_negative()) {
            (true, true) => f64::NEG_INFINITY,
            (true, false) => f64::INFINITY,
            (false, true) => base,
            (false, false) => 0.0,
        })
    } else if power.is_infinite() {
        Some(huge(base, power > 0.0))
    } else if base.is_infinite() {
        let magnitude = if power < 0.0 { 0.0 } else { f64::INFINITY };
        Some(if base < 0.0 && odd { -magnitude } else { magnitude })
    } else if power == 0.5 {
        Some(base.sqrt())
    } else if power == -0.5 {
        Some(1.0 / base.sqrt())
    } else {
        None
    }
}

/// The limit for a power beyond all bounds.
#[expect(clippy::float_cmp, reason = "minus one alone neither grows nor shrinks")]
fn huge(base: f64, positive: bool) -> f64 {
    if base == -1.0 {
        1.0
    } else if (base.abs() < 1.0) == positive {
        0.0
    } else {
        f64::INFINITY
    }
}

/// A fraction from one half to one, and the power of two to multiply it by.
fn split(float: f64) -> (f64, i64) {
    let (float, shift) =
        if float.abs() < f64::MIN_POSITIVE { (float * 2f64.powi(52), 52) } else { (float, 0) };
    let bits = float.to_bits();
    let exponent = i64::try_from((bits >> 52) & 0x7ff).unwrap_or_default() - 1022 - shift;
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent)
}

/// `fraction` × 2^`exponent`.
fn scale(fraction: f64, exponent: i64) -> f64 {
    let (fraction, own) = split(fraction);
    let exponent = exponent + own;
    if exponent > 1024 {
        return fraction * f64::INFINITY;
    }
    if exponent < -1080 {
        return fraction * 0.0;
    }
    let exponent = i32::try_from(exponent).unwrap_or_default();
    if exponent > 1000 {
        fraction * 2f64.powi(1000) * 2f64.powi(exponent - 1000)
    } else if exponent < -1000 {
        fraction * 2f64.powi(-1000) * 2f64.powi(exponent + 1000)
    } else {
        fraction * 2f64.powi(exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers() {
        let check = |base: f64, exponent: f64, expect: f64| {
            let result = power(base, exponent).map(f64::to_bits);
            assert_eq!(result, Some(expect.to_bits()), "{base} {exponent}");
        };
        check(2.0, 10.0, 1024.0);
        check(2.0, -1.0, 0.5);
        check(-2.0, 3.0, -8.0);
        check(10.0, 100.0, 1.000_000_000_000_000_2e100);
        check(9.0, 0.5, 3.0);
        check(10.0, -5.0, 1e-5);
        check(0.0, -1.0, f64::INFINITY);
        check(10.0, 400.0, f64::INFINITY);
        check(10.0, -400.0, 0.0);
        assert!(power(-1.0, 0.3).is_some_and(f64::is_nan));
        assert!(power(2.0, 0.3).is_none());
    }

    /// The sum is of the bits of what `terraform` 1.11 gives for `log(n, base)`.
    #[test]
    fn logarithms() {
        let check = |base: f64, expect: u64| {
            let bits = |n: u32| (logarithm(f64::from(n)) / logarithm(base)).to_bits();
            let sum =
                (1..1000).map(bits).fold(0u64, |sum, bits| sum.wrapping_mul(31).wrapping_add(bits));
            assert_eq!(sum, expect, "{base}");
        };
        check(2.0, 5_588_480_585_886_385_866);
        check(3.0, 4_793_986_397_407_204_778);
        check(10.0, 10_646_492_273_884_024_658);
        assert!(logarithm(0.0).is_infinite() && logarithm(f64::INFINITY).is_infinite());
        assert!(logarithm(-1.0).is_nan());
    }
}
