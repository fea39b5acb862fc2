//! What a scalar of YAML is: text, number, bool, null or time, as Terraform decides. Never looks
//! at what surrounds it.

use libyaml_safer::ScalarStyle;
use value::{Number, Type, Value, convert};

use super::encoding::base64_bytes;

const STRING: &str = "tag:yaml.org,2002:str";
const BINARY: &str = "tag:yaml.org,2002:binary";
const BOOL: &str = "tag:yaml.org,2002:bool";
const INTEGER: &str = "tag:yaml.org,2002:int";
const FLOAT: &str = "tag:yaml.org,2002:float";
const NULL: &str = "tag:yaml.org,2002:null";
const TIME: &str = "tag:yaml.org,2002:timestamp";

/// The value of a scalar, or why it has none.
pub(super) fn scalar(tag: &str, text: &str, style: ScalarStyle) -> Result<Value, String> {
    let value = resolve(tag, text, style)?;
    if tag.is_empty() && style != ScalarStyle::Plain {
        // Terraform finds the type first, without a look at the text, then converts what it reads.
        return convert(&value, &Type::String).map_err(|error| error.message);
    }
    Ok(value)
}

fn resolve(tag: &str, text: &str, style: ScalarStyle) -> Result<Value, String> {
    if !matches!(tag, "" | STRING | BINARY | BOOL | INTEGER | FLOAT | NULL | TIME) {
        return Err(format!("unsupported tag {tag:?}"));
    }
    let first = text.bytes().next();
    let may_be_more = first.is_none_or(|first| b"+-0123456789yYnNtTfFoO~.".contains(&first));
    if !may_be_more || matches!(tag, STRING | BINARY) {
        return tagged(tag, text);
    }
    if matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) {
        return Ok(Value::string(text));
    }
    if let Some(word) = word(text) {
        return Ok(word);
    }
    if tag.is_empty() && matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err("floating point NaN is not supported".to_owned());
    }
    match first {
        Some(b'.') => {
            if let Some(number) = decimal(text) {
                return Ok(Value::number(number));
            }
        }
        Some(b'+' | b'-' | b'0'..=b'9') => {
            if matches!(tag, "" | TIME)
                && let Some(time) = timestamp(text)
            {
                return Ok(Value::string(time));
            }
            if decimal(text).is_some() || is_based(text) {
                return tagged(INTEGER, text);
            }
        }
        _ => {}
    }
    tagged(tag, text)
}

/// The value that a tag says.
fn tagged(tag: &str, text: &str) -> Result<Value, String> {
    let refused = || format!("cannot parse {text:?} as {tag}");
    match tag {
        BINARY if base64_bytes(text).is_none() => Err(format!("{}: not valid base64", refused())),
        BOOL => word(text).filter(|word| word.as_bool().is_some()).ok_or_else(refused),
        INTEGER | FLOAT => {
            let plain = text.replace('_', "");
            let number = decimal(&plain).or_else(|| based(&plain)).ok_or_else(refused)?;
            Ok(Value::number(number))
        }
        TIME => timestamp(text).map(Value::string).ok_or_else(refused),
        NULL => Ok(Value::null(Type::Dynamic)),
        _ => Ok(Value::string(text)),
    }
}

fn word(text: &str) -> Option<Value> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::bool(false)
        }
        "" | "~" | "null" | "Null" | "NULL" => Value::null(Type::Dynamic),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::number(Number::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::number(Number::NEGATIVE_INFINITY),
        _ => return None,
    })
}

/// A number like `+1.5e3`, `.5` or `1.`.
fn decimal(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if !digits(whole) || !digits(part) || whole.len() + part.len() == 0 {
        return None;
    }
    let exponent = match exponent {
        Some(exponent) => {
            let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if unsigned.is_empty() || !digits(unsigned) {
                return None;
            }
            exponent
        }
        None => "0",
    };
    let sign = if text.starts_with('-') { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    let part = if part.is_empty() { "0" } else { part };
    Number::parse(&format!("{sign}{whole}.{part}e{exponent}"))
}

/// Whether it is a number like `0o17` or `0x1F`.
fn is_based(text: &str) -> bool {
    let all = |prefix: &str, base: u32| {
        let digits = text.strip_prefix(prefix).filter(|digits| !digits.is_empty());
        digits.is_some_and(|digits| digits.chars().all(|digit| digit.is_digit(base)))
    };
    all("0o", 8) || all("0x", 16)
}

/// A whole number with the prefix of its base, of at most 64 bits.
fn based(text: &str) -> Option<Number> {
    let negative = text.starts_with('-');
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text).to_ascii_lowercase();
    let base = match unsigned.get(..2)? {
        "0x" => 16,
        "0o" => 8,
        "0b" => 2,
        _ => return None,
    };
    let digits = unsigned[2..].chars().all(|digit| digit.is_digit(base));
    let number = u64::from_str_radix(&unsigned[2..], base).ok().filter(|_| digits)?;
    if negative {
        return (number <= 1 << 63).then(|| Number::from(number).neg());
    }
    Some(Number::from(number))
}

/// A point in time in RFC 3339; the text has few digits where it likes.
fn timestamp(text: &str) -> Option<String> {
    let mut scan = Scan(text);
    let year = scan.number(4, 4)?;
    let month = scan.after("-")?.number(1, 2)?;
    let day = scan.after("-")?.number(1, 2)?;
    let days = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day == 0 || day > days {
        return None;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if scan.0.is_empty() {
        return Some(format!("{date}T00:00:00Z"));
    }
    let zoned = scan.0.starts_with(['T', 't']);
    if !zoned && !scan.0.starts_with(' ') {
        return None;
    }
    scan.0 = &scan.0[1..];
    let hour = scan.number(1, 2).filter(|hour| *hour < 24)?;
    let minute = scan.after(":")?.number(1, 2).filter(|minute| *minute < 60)?;
    let second = scan.after(":")?.number(1, 2).filter(|second| *second < 60)?;
    scan.fraction();
    let zone = if zoned { scan.zone()? } else { "Z".to_owned() };
    scan.0.is_empty().then(|| format!("{date}T{hour:02}:{minute:02}:{second:02}{zone}"))
}

struct Scan<'t>(&'t str);

impl Scan<'_> {
    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let digits = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if digits < least {
            return None;
        }
        let number = self.0[..digits].parse().ok();
        self.0 = &self.0[digits..];
        number
    }

    fn after(&mut self, text: &str) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(text)?;
        Some(self)
    }

    /// Parts of a second, which are left out of what is written.
    fn fraction(&mut self) {
        if let Some(rest) = self.0.strip_prefix(['.', ','])
            && rest.starts_with(|letter: char| letter.is_ascii_digit())
        {
            self.0 = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
        }
    }

    fn zone(&mut self) -> Option<String> {
        if self.after("Z").is_some() {
            return Some("Z".to_owned());
        }
        let sign = self.0.chars().next().filter(|sign| matches!(sign, '+' | '-'))?;
        self.0 = &self.0[1..];
        let hours = self.number(2, 2).filter(|hours| *hours <= 24)?;
        let minutes = self.after(":")?.number(2, 2).filter(|minutes| *minutes < 60)?;
        let zero = hours == 0 && minutes == 0;
        Some(if zero { "Z".to_owned() } else { format!("{sign}{hours:02}:{minutes:02}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let value = scalar("", text, ScalarStyle::Plain);
        let shown = value.map_or_else(|error| error, |value| value.to_json());
        assert_eq!(shown, expect, "{text}");
    }

    #[test]
    fn plain_scalars() {
        check("yes", "true");
        check("Off", "false");
        check("~", "null");
        check("+12", "12");
        check("1.", "1");
        check(".5e1", "5");
        check("0o17", "15");
        check("0x1F", "31");
        check("017", "17");
        check("1_000", "\"1_000\"");
        check("0b1", "\"0b1\"");
        check("-0x1", "\"-0x1\"");
        check("1e", "\"1e\"");
        check(".", "\".\"");
        check(
            "0xffffffffffffffffff",
            "cannot parse \"0xffffffffffffffffff\" as tag:yaml.org,2002:int",
        );
        check(".nan", "floating point NaN is not supported");
    }

    #[test]
    fn times() {
        check("2001-2-3", "\"2001-02-03T00:00:00Z\"");
        check("2001-12-14t21:59:43.10-05:00", "\"2001-12-14T21:59:43-05:00\"");
        check("2001-12-14 1:2:3", "\"2001-12-14T01:02:03Z\"");
        check("2001-02-29", "\"2001-02-29\"");
        check("2001-12-14T21:59:43", "\"2001-12-14T21:59:43\"");
    }

    #[test]
    fn tags_and_quotes() {
        let of = |tag: &str, text: &str, style| {
            scalar(tag, text, style).map_or_else(|error| error, |value| value.to_json())
        };
        assert_eq!(of(INTEGER, "1_0", ScalarStyle::Plain), "10");
        assert_eq!(of(INTEGER, "5", ScalarStyle::DoubleQuoted), "\"5\"");
        assert_eq!(of(STRING, "5", ScalarStyle::Plain), "\"5\"");
        assert_eq!(of("", "1.0", ScalarStyle::Literal), "\"1\"");
        assert_eq!(of("!x", "1", ScalarStyle::Plain), "unsupported tag \"!x\"");
    }
}
