//! Tables of what the real terraform answers.

use super::*;

fn number(text: &str) -> Number {
    Number::parse(text).expect("a number")
}

fn text(number: &Number) -> String {
    number.to_text().expect("a number of reasonable size")
}

#[test]
fn parse_and_print() {
    let check = |from: &str, expect: &str| assert_eq!(text(&number(from)), expect, "{from}");
    check("0", "0");
    check("-0", "-0");
    check("010", "10");
    check("1.10", "1.1");
    check("5.", "5");
    check(".5", "0.5");
    check("+1", "1");
    check("1e21", "1000000000000000000000");
    check("1e-7", "0.0000001");
    check("123456.789e-3", "123.456789");
    check("1p3", "8");
    check("inf", "+Inf");
    check("-Inf", "-Inf");
    check("9223372036854775807", "9223372036854775807");
    check("-9223372036854775808", "-9223372036854775808");
    check("9223372036854775808", "9223372036854775808");
    check("123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789");
    let pi = "3.1415926535897932384626433832795028841971693993751";
    check(&format!("{pi}0"), pi);
    for wrong in
        ["", "-", ".", "e1", "1e", "1e+", "0x10", " 1", "1 ", "NaN", "Infinity", "1_0", "--1"]
    {
        assert_eq!(Number::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn arithmetic() {
    let check = |result: Result<Number, ArithmeticError>, expect: &str| {
        assert_eq!(text(&result.expect("a result")), expect);
    };
    let third = format!("0.{}5", "3".repeat(154));
    check(number("1").div(&number("3")), &third);
    check(number("-1").div(&number("3")), &format!("-{third}"));
    let ninth = format!("0.{}5", "1".repeat(155));
    check(number("1").div(&number("9")), &ninth);
    check(number("0.1").add(&number("0.2")), "0.3");
    check(number("0.1").mul(&number("0.1")), &format!("0.01{}1", "0".repeat(153)));
    let sevenths = format!("285714285714285714285714285714.{}2857", "285714".repeat(20));
    check(number("2e30").div(&number("7")), &sevenths);
    check(number("1.005").mul(&number("1000")), "1005");
    check(number("1e40").add(&number("1")).and_then(|sum| sum.sub(&number("1e40"))), "1");
    check(number("9007199254740993").add(&number("0")), "9007199254740993");
    check(number("99999999999999999999").sub(&number("1")), "99999999999999999998");
    check(number("123456789").mul(&number("987654321")), "121932631112635269");
    check(number("-7").modulo(&number("3")), "-1");
    check(number("7.5").modulo(&number("2")), "1.5");
    check(number("10").modulo(&number("0.1")), "0");
    check(number("-5").modulo(&number("0")), "-5");
    check(number("1").div(&number("0")), "+Inf");
    check(number("-1").div(&number("0")), "-Inf");
    check(number("1e400").div(&number("1e399")), "10");
    // Lengths keep 64 bits.
    check(Number::from(1i64).div(&Number::from(3i64)), "0.33333333333333333334");
    let failed = |result: Result<Number, ArithmeticError>, expect: ArithmeticError| {
        assert_eq!(result, Err(expect));
    };
    failed(number("0").div(&number("0")), ArithmeticError::Quotient);
    failed(number("0").mul(&Number::INFINITY), ArithmeticError::Product);
    failed(Number::INFINITY.add(&Number::NEGATIVE_INFINITY), ArithmeticError::Sum);
    failed(Number::INFINITY.sub(&Number::INFINITY), ArithmeticError::Difference);
    failed(number("5").modulo(&Number::INFINITY), ArithmeticError::Remainder);
}

#[test]
fn floats() {
    let check = |float: f64, expect: &str| {
        let number = Number::from_f64(float).expect("not NaN");
        assert_eq!(text(&number), expect);
        assert_eq!(number.to_f64().to_bits(), float.to_bits());
    };
    check(std::f64::consts::SQRT_2, "1.4142135623730951");
    check(2.095_903_274_289_385, "2.095903274289385");
    check(1e21, "1000000000000000000000");
    check(-0.0, "-0");
    check(1e-7, "0.0000001");
    check(f64::INFINITY, "+Inf");
    check(1.0, "1");
    let smallest = f64::from_bits(1);
    assert_eq!(number("5e-324").to_f64().to_bits(), smallest.to_bits());
    assert_eq!(number("1e-400").to_f64().to_bits(), 0);
    assert!(number("1e400").to_f64().is_infinite());
    assert_eq!(number("0.1").to_f64().to_bits(), 0.1f64.to_bits());
    let subnormal = f64::from_bits(0x000f_ffff_ffff_ffff);
    assert_eq!(number("2.2250738585072009e-308").to_f64().to_bits(), subnormal.to_bits());
}

#[test]
fn rounding() {
    let check = |from: &str, floor: &str, ceil: &str| {
        assert_eq!(text(&number(from).floor()), floor, "{from}");
        assert_eq!(text(&number(from).ceil()), ceil, "{from}");
    };
    check("1.5", "1", "2");
    check("-1.5", "-2", "-1");
    check("0.1", "0", "1");
    check("-0.1", "-1", "0");
    check("7", "7", "7");
    check("1e21", "1000000000000000000000", "1000000000000000000000");
    assert_eq!(text(&number("-5").abs()), "5");
    assert_eq!(text(&Number::from(i64::MIN).neg()), "9223372036854775808");
}

#[test]
fn order_and_equality() {
    let sorted = [
        "-Inf",
        "-1e30",
        "-2",
        "-1",
        "-0.5",
        "0",
        "1e-9",
        "0.5",
        "1",
        "9007199254740992",
        "9007199254740993",
        "1e30",
        "1e31",
        "Inf",
    ];
    for (one_at, one) in sorted.iter().enumerate() {
        for (two_at, two) in sorted.iter().enumerate() {
            let (one, two) = (number(one), number(two));
            assert_eq!(one.compare(&two), one_at.cmp(&two_at), "{one} {two}");
            assert_eq!(one == two, one_at == two_at, "{one} {two}");
        }
    }
    assert_eq!(number("0"), number("-0"));
    assert_eq!(number("0.1").add(&number("0.2")), Ok(number("0.3")));
    assert_ne!(number("1e-400"), Number::ZERO);
    let three = number("1").div(&number("7")).and_then(|seventh| seventh.mul(&number("7")));
    assert_eq!(three, Ok(number("1")));
}

#[test]
fn integers() {
    assert_eq!(number("18446744073709551615").to_u64(), Some(u64::MAX));
    assert_eq!(Number::from(u64::MAX).to_u64(), Some(u64::MAX));
    assert_eq!(number("1.5").to_i64(), None);
    assert_eq!(number("-1").to_usize(), None);
    assert!(number("1e30").is_integer() && !number("1e-1").is_integer());
    assert!(!Number::INFINITY.is_integer());
    let parsed = Number::parse_integer("ffffffffffffffffffff", 16).expect("an integer");
    assert_eq!(text(&parsed), "1208925819614629174706175");
    assert_eq!(Number::parse_integer("12", 2), None);
    assert_eq!(parsed.to_integer_text(16).as_deref(), Some("ffffffffffffffffffff"));
}

#[test]
fn layouts() {
    let check = |from: &str, format: NumberFormat, digits: Option<usize>, expect: &str| {
        assert_eq!(number(from).format(format, digits).as_deref(), Some(expect));
    };
    check("1234.5678", NumberFormat::Exponent, None, "1.2345678e+03");
    check("1234.5678", NumberFormat::Exponent, Some(2), "1.23e+03");
    check("1234.5678", NumberFormat::Plain, Some(2), "1234.57");
    check("1.005", NumberFormat::Plain, Some(2), "1.00");
    check("9.99", NumberFormat::Plain, Some(1), "10.0");
    check("0.04", NumberFormat::Plain, Some(1), "0.0");
    check("0", NumberFormat::Exponent, Some(6), "0.000000e+00");
    check("9007199254740993", NumberFormat::General, None, "9.007199254740993e+15");
    check("100000", NumberFormat::General, None, "100000");
    check("1e20", NumberFormat::General, Some(10), "1e+20");
    check("0.00001", NumberFormat::General, None, "1e-05");
}

#[test]
fn hostile_text_is_quick() {
    let start = std::time::Instant::now();
    let long = "9".repeat(1_000_000);
    let large = number(&long);
    assert_eq!(large.to_text(), None);
    assert!(large.compare(&number("1e999998")).is_gt());
    assert_eq!(
        number(&format!("0.{}", "1".repeat(1_000_000))),
        number(&format!("0.{}", "1".repeat(1_900)))
    );
    for text in ["1e999999999999999999999", "1e99999999999", "1e-99999999999"] {
        assert_eq!(Number::parse(text), None);
    }
    let huge = number("1e600000000");
    assert_eq!(huge.to_text(), None);
    assert!(huge.to_string().starts_with("about 1e"), "{huge}");
    assert!(huge.mul(&huge).is_ok_and(|product| product.is_infinite()));
    assert!(huge.add(&number("1")).is_ok_and(|sum| sum == huge));
    assert!(huge.modulo(&number("7")).is_ok());
    assert!(huge.compare(&number("1e599999999")).is_gt());
    assert_eq!(huge.floor(), huge);
    assert!(number("1e-600000000").ceil() == number("1"));
    assert!(start.elapsed().as_secs() < 5);
}
