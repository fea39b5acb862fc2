//! Whether texts are IP addresses and ranges of them, as Go reads them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use diagnostics::Safety;
use schema::Format;
use value::Value;

use super::Replacement;
use super::words::shown;

/// What is wrong with a text where a range of addresses is wanted, and what may be meant.
pub(super) fn fault_of_range(
    value: &Value,
    text: &str,
    format: Format<'_>,
) -> Option<(String, Option<Replacement>)> {
    let shown = || shown(value);
    let kind = match format {
        Format::Ipv4CidrNetwork => "an IPv4 CIDR block",
        Format::Ipv6CidrNetwork => "an IPv6 CIDR block",
        _ => "a CIDR block",
    };
    let Some((address, length)) = parse(text) else {
        let example =
            if format == Format::Ipv6CidrNetwork { "2001:db8::/56" } else { "10.0.0.0/16" };
        let is_address = text.parse::<IpAddr>().is_ok();
        let hint = if is_address { "; it lacks the length of the prefix" } else { "" };
        return Some((format!("{} is not {kind} like `{example}`{hint}", shown()), None));
    };
    match (format, address) {
        (Format::Ipv4CidrNetwork, IpAddr::V6(_)) => {
            return Some((format!("{} is of IPv6; {kind} is wanted", shown()), None));
        }
        (Format::Ipv6CidrNetwork, IpAddr::V4(_)) => {
            return Some((format!("{} is of IPv4; {kind} is wanted", shown()), None));
        }
        (Format::Cidr, _) => return None,
        _ => {}
    }
    let network = network(address, length);
    if network == address {
        return None;
    }
    let shown = shown();
    let meant = format!("{network}/{length}");
    let message =
        format!("{shown} is no network: bits behind the prefix are set; did you mean `{meant}`?");
    if !value.marks_deep().is_printable() {
        return Some((format!("{shown} is no network: bits behind the prefix are set"), None));
    }
    let title = format!("write `{meant}`");
    let replacement = Replacement { safety: Safety::Unsafe, title, value: Value::string(meant) };
    Some((message, Some(replacement)))
}

/// What is wrong with a text where an address is wanted.
pub(super) fn fault_of_address(value: &Value, text: &str, format: Format<'_>) -> Option<String> {
    let (kind, is_one) = match format {
        Format::Ipv4Address => ("an IPv4 address", text.parse::<Ipv4Addr>().is_ok()),
        Format::Ipv6Address => ("an IPv6 address", text.parse::<Ipv6Addr>().is_ok()),
        _ => ("an IP address", text.parse::<IpAddr>().is_ok()),
    };
    (!is_one).then(|| format!("{} is not {kind}", shown(value)))
}

/// Address and length of the prefix of a range.
fn parse(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let is_number = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    let length: u8 = length.parse().ok().filter(|_| is_number)?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    (length <= most).then_some((address, length))
}

/// The address with no bit set behind the prefix.
fn network(address: IpAddr, length: u8) -> IpAddr {
    let length = u32::from(length);
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

#[cfg(test)]
mod tests {
    use value::Marks;

    use super::*;

    #[test]
    fn ranges() {
        let check = |text: &str, format: Format<'_>, expect: Option<&str>| {
            let found = fault_of_range(&Value::string(text), text, format);
            assert_eq!(found.map(|(message, _)| message).as_deref(), expect, "{text}");
        };
        let network = Format::CidrNetwork;
        for text in ["10.0.0.0/16", "0.0.0.0/0", "::/0", "2001:db8::/32", "1.2.3.4/32", "::1/128"] {
            check(text, network, None);
            check(text, Format::Cidr, None);
        }
        check("10.0.0.1/16", Format::Cidr, None);
        let message = "`10.0.0.1/16` is no network: bits behind the prefix are set; did you mean \
                       `10.0.0.0/16`?";
        check("10.0.0.1/16", network, Some(message));
        let message = "`10.0.0.0` is not a CIDR block like `10.0.0.0/16`; it lacks the length of \
                       the prefix";
        check("10.0.0.0", network, Some(message));
        for text in ["10.0.0.0/33", "010.0.0.0/16", "10.0.0/16", "x", "10.0.0.0/", "10.0.0.0/+8"] {
            let message = format!("`{text}` is not a CIDR block like `10.0.0.0/16`");
            check(text, network, Some(&message));
        }
        let message = "`::/0` is of IPv6; an IPv4 CIDR block is wanted";
        check("::/0", Format::Ipv4CidrNetwork, Some(message));
        let message = "`10.0.0.0/8` is of IPv4; an IPv6 CIDR block is wanted";
        check("10.0.0.0/8", Format::Ipv6CidrNetwork, Some(message));
    }

    #[test]
    fn secrets_stay_so() {
        let secret = Value::string("10.0.0.1/16").marked(Marks::SENSITIVE);
        let (message, fix) =
            fault_of_range(&secret, "10.0.0.1/16", Format::CidrNetwork).expect("a fault");
        assert!(!message.contains("10.0") && fix.is_none(), "{message}");
    }

    #[test]
    fn addresses() {
        let check = |text: &str, format: Format<'_>, expect: Option<&str>| {
            let found = fault_of_address(&Value::string(text), text, format);
            assert_eq!(found.as_deref(), expect, "{text}");
        };
        check("10.0.0.1", Format::Ipv4Address, None);
        check("::1", Format::Ipv6Address, None);
        check("::1", Format::IpAddress, None);
        check("::1", Format::Ipv4Address, Some("`::1` is not an IPv4 address"));
        check("10.0.0", Format::IpAddress, Some("`10.0.0` is not an IP address"));
    }
}
