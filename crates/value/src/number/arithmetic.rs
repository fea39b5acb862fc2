//! Arithmetic, with the precision and the errors of Terraform.

use std::fmt;

use num_bigint::BigUint;

use super::{FULL_PRECISION, Number, Repr, as_i64, as_u64};

/// An operation whose result is no number. The text is what Terraform says after "Error during
/// operation: ".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArithmeticError {
    /// Infinity plus negative infinity.
    Sum,
    /// Infinity minus infinity.
    Difference,
    /// Zero times infinity.
    Product,
    /// Zero by zero or infinity by infinity.
    Quotient,
    /// Remainder with an infinity.
    Remainder,
}

impl fmt::Display for ArithmeticError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Sum => "can't compute sum of opposing infinities",
            Self::Difference => "can't subtract infinity from itself",
            Self::Product => "can't multiply zero by infinity",
            Self::Quotient => "can't divide zero by zero or infinity by infinity",
            Self::Remainder => "can't use modulo with zero and infinity",
        })
    }
}

impl std::error::Error for ArithmeticError {}

impl Number {
    /// The sum.
    pub fn add(&self, other: &Self) -> Result<Self, ArithmeticError> {
        self.add_rounded(other, self.precision.max(other.precision))
    }

    /// The difference.
    pub fn sub(&self, other: &Self) -> Result<Self, ArithmeticError> {
        self.add(&other.neg()).map_err(|_| ArithmeticError::Difference)
    }

    fn add_rounded(&self, other: &Self, precision: u32) -> Result<Self, ArithmeticError> {
        if let (Repr::Int(one), Repr::Int(two)) = (&self.repr, &other.repr)
            && let Some(sum) = one.checked_add(*two)
            && fits(sum, precision)
        {
            return Ok(Self { repr: Repr::Int(sum), precision });
        }
        if let Repr::Infinity { negative } = self.repr {
            let opposed =
                matches!(other.repr, Repr::Infinity { negative: theirs } if theirs != negative);
            return if opposed { Err(ArithmeticError::Sum) } else { Ok(self.clone()) };
        }
        let (Some(one), Some(two)) = (self.parts(), other.parts()) else {
            return Ok(other.clone());
        };
        Ok(add_parts(one, two, precision))
    }

    /// The product.
    pub fn mul(&self, other: &Self) -> Result<Self, ArithmeticError> {
        let precision = self.precision.max(other.precision);
        if let (Repr::Int(one), Repr::Int(two)) = (&self.repr, &other.repr)
            && let Some(product) = one.checked_mul(*two)
            && (product != 0 || (*one >= 0 && *two >= 0))
        {
            let precision = precision.max(u64::BITS - product.unsigned_abs().leading_zeros());
            return Ok(Self { repr: Repr::Int(product), precision });
        }
        let mut product = self.mul_rounded(other, FULL_PRECISION)?;
        // The product of short numbers is exact; it keeps as many bits as it has.
        let bits = match &product.repr {
            Repr::Big(big) => u32::try_from(big.mantissa.bits()).unwrap_or(FULL_PRECISION),
            Repr::Int(int) => u64::BITS - int.unsigned_abs().leading_zeros(),
            Repr::NegativeZero | Repr::Infinity { .. } => 0,
        };
        product.precision = precision.max(bits);
        Ok(product)
    }

    fn mul_rounded(&self, other: &Self, precision: u32) -> Result<Self, ArithmeticError> {
        let (Some(one), Some(two)) = (self.parts(), other.parts()) else {
            if self.is_zero() || other.is_zero() {
                return Err(ArithmeticError::Product);
            }
            let negative = self.is_negative() != other.is_negative();
            return Ok(Self { repr: Repr::Infinity { negative }, precision });
        };
        Ok(Self::rounded(one.0 != two.0, one.1 * two.1, one.2 + two.2, false, precision))
    }

    /// The quotient. A number by zero is an infinity.
    pub fn div(&self, other: &Self) -> Result<Self, ArithmeticError> {
        let precision = self.precision.max(other.precision);
        let negative = self.has_sign() != other.has_sign();
        let infinity = Self { repr: Repr::Infinity { negative }, precision };
        match (self.parts(), other.parts()) {
            (None, None) => Err(ArithmeticError::Quotient),
            (None, Some(_)) => Ok(infinity),
            (Some(_), None) => Ok(Self::rounded(negative, BigUint::ZERO, 0, false, precision)),
            (Some((_, one, one_exponent)), Some((_, two, two_exponent))) => {
                if two.bits() == 0 {
                    let undefined = one.bits() == 0;
                    return if undefined { Err(ArithmeticError::Quotient) } else { Ok(infinity) };
                }
                let wanted = u64::from(precision) + 2 + two.bits();
                let shift = wanted.saturating_sub(one.bits());
                let dividend = one << shift;
                let quotient = &dividend / &two;
                let sticky = &quotient * &two != dividend;
                let exponent = one_exponent - two_exponent - as_i64(shift);
                Ok(Self::rounded(negative, quotient, exponent, sticky, precision))
            }
        }
    }

    /// The remainder of the division that rounds towards zero. By zero it is the number itself.
    pub fn modulo(&self, other: &Self) -> Result<Self, ArithmeticError> {
        if other.is_zero() {
            return Ok(self.clone());
        }
        if self.is_infinite() || other.is_infinite() {
            return Err(ArithmeticError::Remainder);
        }
        let mut whole = self.div(other)?.truncate();
        whole.precision = self.precision;
        let product = whole.mul_rounded(other, self.precision)?;
        self.add_rounded(&product.neg(), self.precision)
    }

    /// The number with the other sign.
    #[must_use]
    pub fn neg(&self) -> Self {
        let precision = self.precision;
        let repr = match &self.repr {
            Repr::Int(0) => Repr::NegativeZero,
            Repr::NegativeZero => Repr::Int(0),
            Repr::Infinity { negative } => Repr::Infinity { negative: !negative },
            Repr::Int(_) | Repr::Big(_) => {
                let Some((negative, mantissa, exponent)) = self.parts() else {
                    return self.clone();
                };
                return Self::rounded(!negative, mantissa, exponent, false, precision);
            }
        };
        Self { repr, precision }
    }

    /// The number without its sign.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.has_sign() { self.neg() } else { self.clone() }
    }

    /// The largest integer that is not above it.
    #[must_use]
    pub fn floor(&self) -> Self {
        self.round_to_integer(self.is_negative())
    }

    /// The smallest integer that is not below it.
    #[must_use]
    pub fn ceil(&self) -> Self {
        self.round_to_integer(self.signum() > 0)
    }

    /// The integer next to it towards zero.
    #[must_use]
    pub fn truncate(&self) -> Self {
        self.round_to_integer(false)
    }

    /// Rounds towards zero, or `away` from it.
    fn round_to_integer(&self, away: bool) -> Self {
        let Repr::Big(big) = &self.repr else {
            return self.clone();
        };
        if big.exponent >= 0 {
            return self.clone();
        }
        let mut whole = &big.mantissa >> as_u64(-big.exponent);
        if away {
            whole += 1u32;
        }
        let negative = big.negative && whole.bits() > 0;
        Self::rounded(negative, whole, 0, false, self.precision)
    }

    /// Whether its sign is minus, that of zero included.
    fn has_sign(&self) -> bool {
        self.is_negative() || matches!(self.repr, Repr::NegativeZero)
    }
}

/// Whether an integer has no more than `precision` bits.
fn fits(int: i64, precision: u32) -> bool {
    precision >= u64::BITS || int.unsigned_abs() >> precision == 0
}

/// The sum of two finite numbers, rounded.
fn add_parts(one: (bool, BigUint, i64), two: (bool, BigUint, i64), precision: u32) -> Number {
    if one.1.bits() == 0 && two.1.bits() == 0 {
        return Number::rounded(one.0 && two.0, BigUint::ZERO, 0, false, precision);
    }
    let top = |part: &(bool, BigUint, i64)| as_i64(part.1.bits()) + part.2;
    let (large, small) = if two.1.bits() == 0 || (one.1.bits() > 0 && top(&one) >= top(&two)) {
        (one, two)
    } else {
        (two, one)
    };
    // What lies far below the last bit cannot change the rounded sum.
    let reach = i64::from(precision) + as_i64(large.1.bits()) + 8;
    if small.1.bits() == 0 || top(&large) - top(&small) > reach {
        return Number::rounded(large.0, large.1, large.2, false, precision);
    }
    let exponent = large.2.min(small.2);
    let large_mantissa = large.1 << as_u64(large.2 - exponent);
    let small_mantissa = small.1 << as_u64(small.2 - exponent);
    if large.0 == small.0 {
        let sum = large_mantissa + small_mantissa;
        return Number::rounded(large.0, sum, exponent, false, precision);
    }
    if large_mantissa >= small_mantissa {
        let difference = large_mantissa - small_mantissa;
        let negative = large.0 && difference.bits() > 0;
        Number::rounded(negative, difference, exponent, false, precision)
    } else {
        let difference = small_mantissa - large_mantissa;
        Number::rounded(small.0, difference, exponent, false, precision)
    }
}
