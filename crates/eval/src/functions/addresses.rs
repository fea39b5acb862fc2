//! Functions of IP networks, with the arithmetic of Terraform's library, its corner cases included.

use std::net::{Ipv4Addr, Ipv6Addr};

use value::{Type, Value};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::strings::{string, strings};
use super::{text, whole};

const PREFIX: Parameter = Parameter::new("prefix", ParameterType::String);
const NEWBITS: Parameter = Parameter::new("newbits", ParameterType::Number);

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "cidrhost",
        &[PREFIX, Parameter::new("hostnum", ParameterType::Number)],
        string,
        |arguments, _| {
            let number = big(&arguments[1])?;
            Network::parse(text(arguments, 0))?.host(number).map(Value::string)
        },
    )
    .quoting(),
    Function::new(
        "cidrsubnet",
        &[PREFIX, NEWBITS, Parameter::new("netnum", ParameterType::Number)],
        string,
        |arguments, _| {
            let bits = whole(&arguments[1]).map_err(FunctionError::new)?;
            let number = big(&arguments[2])?;
            Network::parse(text(arguments, 0))?.subnet(bits, number).map(Value::string)
        },
    )
    .quoting(),
    Function::new("cidrsubnets", &[PREFIX], strings, |arguments, _| subnets(arguments))
        .variadic(NEWBITS)
        .quoting(),
    Function::new("cidrnetmask", &[PREFIX], string, |arguments, _| {
        Network::parse(text(arguments, 0))?.mask(text(arguments, 0)).map(Value::string)
    })
    .quoting(),
];

/// A number of any size that an address can hold.
fn big(value: &Value) -> Outcome<i128> {
    let digits = value.as_number().and_then(|number| number.to_integer_text(10));
    let Some(digits) = digits else {
        return Err(FunctionError::new("value must be a whole number"));
    };
    // Terraform's own arithmetic breaks down beyond the size of an address.
    digits.parse().map_err(|_| FunctionError::new("the number is larger than any address"))
}

/// The first address of a network, as a number, and how many of its bits are fixed.
#[derive(Clone, Copy)]
struct Network {
    address: u128,
    prefix: u32,
    /// 32 or 128.
    bits: u32,
}

impl Network {
    fn parse(text: &str) -> Outcome<Self> {
        Self::read(text).ok_or_else(|| {
            FunctionError::new(format!("{text:?} is no address with a prefix length"))
        })
    }

    fn read(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let prefix = prefix.parse::<u32>().ok().filter(|_| digits(prefix))?;
        let (address, bits) = if address.contains(':') {
            (u128::from(address.parse::<Ipv6Addr>().ok()?), 128)
        } else {
            // Leading zeros are allowed and mean nothing.
            let parts: Vec<u8> = address
                .split('.')
                .map(|part| part.parse().ok().filter(|_| digits(part)))
                .collect::<Option<_>>()?;
            let parts = <[u8; 4]>::try_from(parts).ok()?;
            (u128::from(u32::from_be_bytes(parts)), 32)
        };
        (prefix <= bits).then(|| Self { address, prefix, bits }.masked())
    }

    /// Whether it is an IPv4 address written as IPv6.
    fn is_mapped(self) -> bool {
        self.bits == 128 && self.address >> 32 == 0xffff
    }

    /// Without what is not part of the prefix.
    fn masked(self) -> Self {
        Self { address: self.address & !low_bits(self.bits - self.prefix), ..self }
    }

    fn host(self, number: i128) -> Outcome<String> {
        let last = low_bits(self.bits - self.prefix);
        let wrong = || {
            FunctionError::new(format!(
                "a prefix of {} leaves no room for host {number}",
                self.prefix
            ))
        };
        let number = match u128::try_from(number) {
            Ok(number) => {
                // Only the low half is compared, and as a signed number.
                let low = low_half(number);
                if low >> 63 == 0 && u128::from(low) > last {
                    return Err(wrong());
                }
                number
            }
            Err(_) => last.checked_sub(number.unsigned_abs() - 1).ok_or_else(wrong)?,
        };
        // An IPv4 address written as IPv6 counts as one of 32 bits.
        let shift = if self.is_mapped() { 96 } else { 0 };
        self.with(number, shift).map(Self::show)
    }

    fn subnet(self, bits: i64, number: i128) -> Outcome<String> {
        let prefix = i64::from(self.prefix).saturating_add(bits);
        if prefix > i64::from(self.bits) {
            return Err(FunctionError::new(format!(
                "a prefix of {} has no {bits} bits left",
                self.prefix
            )));
        }
        let highest = u32::try_from(bits).ok().and_then(|bits| 1u64.checked_shl(bits));
        let highest = highest.map_or(u64::MAX, |count| count - 1);
        let prefix = u32::try_from(prefix).ok();
        let too_high = u128::try_from(number).is_ok_and(|bits| low_half(bits) > highest);
        let Some(prefix) = prefix.filter(|_| !too_high) else {
            return Err(FunctionError::new(format!(
                "{bits} more bits do not have room for a subnet numbered {number}"
            )));
        };
        let shift = self.bits - prefix;
        let subnet = match u128::try_from(number) {
            Ok(number) => self.with(number, shift)?,
            Err(_) => self.with_negative(number.unsigned_abs(), shift)?,
        };
        Ok(Self { prefix, ..subnet }.to_string())
    }

    /// With the bits of a negative number set, as Terraform does it: the result is a negative
    /// number in two's complement, of which the absolute value is taken for an address.
    fn with_negative(self, number: u128, shift: u32) -> Outcome<Self> {
        let shifted = Self { address: 0, ..self }.with(number, shift)?.address;
        Ok(Self { address: (!self.address & (shifted - 1)) + 1, ..self })
    }

    /// With the bits of a number set.
    fn with(self, number: u128, shift: u32) -> Outcome<Self> {
        let shifted = if number == 0 { Some(0) } else { number.checked_shl(shift) };
        let fits = |shifted: &u128| number == 0 || shifted >> shift == number;
        match shifted.filter(fits) {
            Some(shifted) if shifted <= low_bits(self.bits) => {
                Ok(Self { address: self.address | shifted, ..self })
            }
            _ => Err(FunctionError::new("the number is larger than any address")),
        }
    }

    fn mask(self, text: &str) -> Outcome<String> {
        if self.bits != 32 && !self.is_mapped() {
            let message = format!("{text} is of IPv6, which has no netmasks");
            return Err(FunctionError::new(message));
        }
        let mask = low_bits(self.bits) & !low_bits(self.bits - self.prefix);
        Ok(Self { address: mask, ..self }.show())
    }

    /// The address alone.
    fn show(self) -> String {
        if self.bits == 32 || self.is_mapped() {
            let low = u32::try_from(self.address & low_bits(32)).unwrap_or_default();
            return Ipv4Addr::from(low).to_string();
        }
        Ipv6Addr::from(self.address).to_string()
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Of a mapped address only the last 32 bits are shown, and only their prefix.
        let hidden = if self.is_mapped() { 96 } else { 0 };
        write!(formatter, "{}/{}", self.show(), self.prefix.saturating_sub(hidden))
    }
}

/// A number whose lowest `count` bits are set.
fn low_bits(count: u32) -> u128 {
    if count >= 128 { u128::MAX } else { (1 << count) - 1 }
}

fn low_half(number: u128) -> u64 {
    u64::try_from(number & u128::from(u64::MAX)).unwrap_or_default()
}

fn subnets(arguments: &[Value]) -> Outcome {
    let network = Network::parse(text(arguments, 0))?;
    let mut current: Option<Network> = None;
    let mut subnets = Vec::new();
    for (at, argument) in arguments.iter().enumerate().skip(1) {
        let failed = |message: String| FunctionError::argument(at, message);
        let length = whole(argument).map_err(failed)?;
        if length < 1 {
            return Err(failed("a prefix has to grow by one bit or more".to_owned()));
        }
        let Some(length) = u32::try_from(length).ok().filter(|&length| length <= 32) else {
            return Err(failed("32 bits are the most that a prefix can grow".to_owned()));
        };
        let prefix = network.prefix + length;
        if prefix > network.bits {
            let protocol = if network.bits == 32 { "IPv4" } else { "IPv6" };
            return Err(failed(format!("an {protocol} address has no prefix of {prefix} bits")));
        }
        let next = Network { prefix, ..network }.after(current).filter(|next| {
            Network { prefix: network.prefix, ..*next }.masked().address == network.address
        });
        let Some(next) = next else {
            let after = current.unwrap_or(network);
            return Err(failed(format!(
                "no network with a prefix of {prefix} bits is left \
                 after {after}"
            )));
        };
        subnets.push(Value::string(next.to_string()));
        current = Some(next);
    }
    Ok(Value::list(Type::String, subnets))
}

impl Network {
    /// The first network of this size after another; this one if there is no other.
    fn after(self, other: Option<Self>) -> Option<Self> {
        let Some(other) = other else {
            return Some(self);
        };
        let last = other.address | low_bits(other.bits - other.prefix);
        let block = Self { address: last, ..self }.masked();
        let size = low_bits(self.bits - self.prefix);
        let address = (block.address | size).checked_add(1)?;
        (address <= low_bits(self.bits)).then_some(Self { address, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;

    #[test]
    fn networks() {
        let check = |name: &str, prefix: &str, numbers: &[&str], expect: &str| {
            let mut arguments = vec![Value::string(prefix)];
            arguments.extend(numbers.iter().map(Value::string));
            let shown = match find(name).expect("a function").call(&arguments) {
                Ok(value) => value.to_json(),
                Err(error) => error.detail().to_owned(),
            };
            assert_eq!(shown.trim_matches('"'), expect, "{name} {prefix} {numbers:?}");
        };
        check("cidrhost", "10.1.2.3/24", &["0"], "10.1.2.0");
        check("cidrhost", "10.0.0.0/24", &["-256"], "10.0.0.0");
        check("cidrhost", "2001:db8::/32", &["18446744073709551616"], "2001:db8:0:1::");
        check("cidrhost", "::ffff:10.0.0.0/104", &["1"], "0:1::ffff:a00:0");
        check("cidrhost", "0.0.0.0/0", &["-1"], "255.255.255.255");
        check("cidrsubnet", "10.0.0.0/16", &["-1", "0"], "10.0.0.0/15");
        check("cidrsubnet", "::/0", &["64", "18446744073709551615"], "ffff:ffff:ffff:ffff::/64");
        check("cidrsubnet", "1.2.3.4/032", &["0", "0"], "1.2.3.4/32");
        check("cidrsubnet", "10.1.2.3/16", &["4", "-1"], "0.0.16.0/20");
        check("cidrsubnet", "::ffff:10.0.0.0/104", &["8", "1"], "10.1.0.0/16");
        check("cidrnetmask", "00010.0.0.1/8", &[], "255.0.0.0");
        let mapped = "ffff:ffff:ffff:ffff:ffff:ffff:ff00:0";
        check("cidrnetmask", "::ffff:10.0.0.0/104", &[], mapped);
        let network = "::fff1:10.0.0.0/104";
        let refused = format!(
            "Call to function \"cidrnetmask\" failed: {network} is of IPv6, which has no netmasks"
        );
        check("cidrnetmask", network, &[], &refused);
        let too_large = "Call to function \"cidrhost\" failed: a prefix of 30 leaves no room for \
                         host 10";
        check("cidrhost", "10.1.2.3/30", &["10"], too_large);
        let expect = r#"["192.168.1.0/25","192.168.1.128/26","192.168.1.192/27"]"#;
        check("cidrsubnets", "192.168.1.0/24", &["1", "2", "3"], expect);
        check("cidrsubnets", "10.1.0.0/16", &[], "[]");
    }
}
