//! `rsadecrypt`: text that was encrypted for an RSA key. Never prints what it decrypts: the result
//! is concealed. There is nothing here that an attacker could measure, so plain arithmetic does.

use num_bigint::BigUint;
use value::{Marks, Reason, Type, Unknown, Value};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::encoding::base64_bytes;
use super::strings::string;
use super::text;

/// Bits that a key may have.
const MAX_BITS: u64 = 8192;

pub(super) static FUNCTIONS: &[Function] = &[Function::new(
    "rsadecrypt",
    &[
        Parameter::new("ciphertext", ParameterType::String),
        Parameter::new("privatekey", ParameterType::String),
    ],
    string,
    |arguments, _| decrypt(text(arguments, 0), text(arguments, 1)),
)
.quoting()
.costing(|_| 20_000)];

fn decrypt(ciphertext: &str, key: &str) -> Outcome {
    let Some(bytes) = base64_bytes(ciphertext) else {
        let detail = "the cipher text is no Base64";
        return Err(FunctionError::argument(0, detail));
    };
    let Some((label, der)) = pem(key) else {
        return Err(FunctionError::argument(1, "invalid private key: ssh: no key found"));
    };
    let not_read = || Ok(Unknown::new(Type::String, Reason::Function).not_null().into_value());
    let Some(key) = der.and_then(|der| private_key(label, &der)) else {
        return not_read();
    };
    let number = BigUint::from_bytes_be(&bytes);
    if key.modulus.bits() > MAX_BITS || key.modulus.bits() < 1024 {
        return not_read();
    }
    if number >= key.modulus {
        return Err(failed());
    }
    let length = usize::try_from(key.modulus.bits().div_ceil(8)).unwrap_or(0);
    let clear = number.modpow(&key.exponent, &key.modulus).to_bytes_be();
    // The first byte of the padding is zero and left out.
    let padded = Some(&clear).filter(|clear| clear.len() + 1 == length && clear[0] == 2);
    let end = padded.and_then(|clear| clear.iter().position(|byte| *byte == 0));
    let text = end.filter(|end| *end > 8).map(|end| clear[end + 1..].to_vec());
    match text.map(String::from_utf8) {
        Some(Ok(text)) => Ok(Value::string(text).marked(Marks::CONCEALED)),
        Some(Err(_)) => not_read(),
        None => Err(failed()),
    }
}

fn failed() -> FunctionError {
    FunctionError::new("the key does not decrypt it")
}

/// The label and the bytes of the first block of armour; no bytes when it is encrypted or cannot be
/// read.
fn pem(text: &str) -> Option<(&str, Option<Vec<u8>>)> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let body: String = body.split_ascii_whitespace().collect();
    Some((label, base64_bytes(&body)))
}

struct Key {
    modulus: BigUint,
    exponent: BigUint,
}

fn private_key(label: &str, der: &[u8]) -> Option<Key> {
    match label {
        "RSA PRIVATE KEY" => rsa_key(der),
        "PRIVATE KEY" => {
            let (outer, _) = element(der, 0x30)?;
            let (_, rest) = element(outer, 0x02)?;
            let (algorithm, rest) = element(rest, 0x30)?;
            let (id, _) = element(algorithm, 0x06)?;
            let is_rsa = id == [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
            let (inner, _) = element(rest, 0x04)?;
            rsa_key(inner).filter(|_| is_rsa)
        }
        _ => None,
    }
}

/// The version, the modulus, the public and the private exponent, and more.
fn rsa_key(der: &[u8]) -> Option<Key> {
    let (fields, _) = element(der, 0x30)?;
    let (_, rest) = element(fields, 0x02)?;
    let (modulus, rest) = element(rest, 0x02)?;
    let (_, rest) = element(rest, 0x02)?;
    let (exponent, _) = element(rest, 0x02)?;
    let number = BigUint::from_bytes_be;
    Some(Key { modulus: number(modulus), exponent: number(exponent) })
}

/// The content of the first element of DER, which must have that tag, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    if *first != tag {
        return None;
    }
    let (length, rest) = match *length {
        short @ 0..=0x7f => (usize::from(short), rest),
        long => {
            let (bytes, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            if bytes.len() > 4 {
                return None;
            }
            let length = bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
            (length, rest)
        }
    };
    rest.split_at_checked(length)
}
