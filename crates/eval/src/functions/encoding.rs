//! JSON, Base64 and the form of URLs.

use value::write_json_string;
use value::{MAX_STRING, Number, Reason, Refinement, Type, Unknown, Value, ValueKind};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::strings::string;
use super::{digest, text};

const STR: &[Parameter] = &[Parameter::new("str", ParameterType::String)];

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "jsonencode",
        &[Parameter::new("val", ParameterType::Any).dynamic().unknown().null()],
        string,
        |arguments, _| json_encode(&arguments[0]),
    ),
    Function::new(
        "jsondecode",
        STR,
        |_| Ok(Type::Dynamic),
        |arguments, _| json_decode(text(arguments, 0)),
    )
    .quoting()
    .nullable()
    .slow(),
    Function::new("base64encode", STR, string, |arguments, _| {
        Ok(Value::string(base64_encode(text(arguments, 0).as_bytes())))
    }),
    Function::new("base64decode", STR, string, |arguments, _| base64_decode(text(arguments, 0)))
        .quoting(),
    Function::new("urlencode", STR, string, |arguments, _| {
        Ok(Value::string(url_encode(text(arguments, 0))))
    }),
    Function::new("md5", STR, string, |arguments, _| Ok(hashed(arguments, digest::md5))).slow(),
    Function::new("sha1", STR, string, |arguments, _| Ok(hashed(arguments, digest::sha1))).slow(),
    Function::new("sha256", STR, string, |arguments, _| Ok(hashed(arguments, digest::sha256)))
        .slow(),
    Function::new("sha512", STR, string, |arguments, _| Ok(hashed(arguments, digest::sha512)))
        .slow(),
    Function::new("base64sha256", STR, string, |arguments, _| {
        Ok(Value::string(base64_encode(&digest::sha256(text(arguments, 0).as_bytes()))))
    })
    .slow(),
    Function::new("base64sha512", STR, string, |arguments, _| {
        Ok(Value::string(base64_encode(&digest::sha512(text(arguments, 0).as_bytes()))))
    })
    .slow(),
];

fn hashed(arguments: &[Value], digest: fn(&[u8]) -> Vec<u8>) -> Value {
    Value::string(hex(&digest(text(arguments, 0).as_bytes())))
}

/// Bytes in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in bytes {
        out.extend(
            [byte >> 4, byte & 15].map(|sextet| DIGITS[usize::from(sextet)]).map(char::from),
        );
    }
    out
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

fn json_encode(value: &Value) -> Outcome {
    if !value.is_wholly_known() {
        return Ok(unknown_json(value));
    }
    let mut out = String::new();
    write_json(value, &mut out).map_err(FunctionError::new)?;
    Ok(if out.len() > MAX_STRING { Value::limit(Type::String) } else { Value::string(out) })
}

/// JSON of something not wholly known: its first letter tells what it is.
fn unknown_json(value: &Value) -> Value {
    let first = match value.ty() {
        _ if !value.is_not_null() => None,
        Type::String => Some("\""),
        Type::Object(_) | Type::Map(_) => Some("{"),
        Type::Tuple(_) | Type::List(_) | Type::Set(_) => Some("["),
        _ => None,
    };
    let refinement = Refinement { prefix: first.map(Into::into), ..Refinement::NOT_NULL };
    Unknown::new(Type::String, Reason::Derived).refined(refinement).into_value()
}

/// JSON as Go's encoder writes it. The error is a number that JSON does not have.
pub(super) fn write_json(value: &Value, out: &mut String) -> Result<(), String> {
    match value.kind() {
        ValueKind::Null(_) | ValueKind::Unknown(_) => out.push_str("null"),
        ValueKind::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
        ValueKind::Number(number) if number.is_infinite() => {
            return Err("cannot serialize infinity as JSON".to_owned());
        }
        ValueKind::Number(number) => {
            let text = number.to_text().ok_or("the number is too large to be written")?;
            out.push_str(&text);
        }
        ValueKind::String(text) => write_json_string(out, text, true),
        ValueKind::List(_, elements) | ValueKind::Set(_, elements) | ValueKind::Tuple(elements) => {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_json(element, out)?;
            }
            out.push(']');
        }
        ValueKind::Map(_, entries) | ValueKind::Object(entries) => {
            out.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_json_string(out, key, true);
                out.push(':');
                write_json(value, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn json_decode(text: &str) -> Outcome {
    let mut reader = Reader { rest: text, depth: 0 };
    reader.space();
    if reader.rest.is_empty() {
        return Err(FunctionError::new("EOF"));
    }
    match reader.value().and_then(|value| {
        reader.space();
        if reader.rest.is_empty() { Ok(value) } else { Err(Broken::Syntax) }
    }) {
        Ok(value) => Ok(value),
        Err(Broken::TooDeep) => Ok(Value::limit(Type::Dynamic)),
        Err(Broken::Syntax) => Err(FunctionError::new(match reader.rest.chars().next() {
            None => "unexpected end of JSON input".to_owned(),
            Some(letter) => format!("invalid character {letter:?} in JSON"),
        })),
    }
}

enum Broken {
    Syntax,
    TooDeep,
}

struct Reader<'t> {
    rest: &'t str,
    depth: u32,
}

impl<'t> Reader<'t> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn skip(&mut self, text: &str) -> bool {
        let found = self.rest.strip_prefix(text);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn value(&mut self) -> Result<Value, Broken> {
        match self.rest.as_bytes().first() {
            Some(b'"') => self.string().map(Value::string),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ if self.skip("true") => Ok(Value::bool(true)),
            _ if self.skip("false") => Ok(Value::bool(false)),
            _ if self.skip("null") => Ok(Value::null(Type::Dynamic)),
            _ => Err(Broken::Syntax),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Broken>) -> Result<Value, Broken> {
        self.depth += 1;
        if self.depth > value::MAX_DEPTH {
            return Err(Broken::TooDeep);
        }
        self.rest = &self.rest[1..];
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// What follows `[`.
    fn array(&mut self) -> Result<Value, Broken> {
        let mut elements = Vec::new();
        self.space();
        if self.skip("]") {
            return Ok(Value::tuple(elements));
        }
        loop {
            self.space();
            elements.push(self.value()?);
            self.space();
            if self.skip("]") {
                return Ok(Value::tuple(elements));
            }
            if !self.skip(",") {
                return Err(Broken::Syntax);
            }
        }
    }

    /// What follows `{`.
    fn object(&mut self) -> Result<Value, Broken> {
        let mut attributes = Vec::new();
        self.space();
        if self.skip("}") {
            return Ok(Value::object(attributes));
        }
        loop {
            self.space();
            let key = self.string()?;
            self.space();
            if !self.skip(":") {
                return Err(Broken::Syntax);
            }
            self.space();
            let key = value::text::normalize(&key).into();
            attributes.push((key, self.value()?));
            self.space();
            if self.skip("}") {
                return Ok(Value::object(attributes));
            }
            if !self.skip(",") {
                return Err(Broken::Syntax);
            }
        }
    }

    fn number(&mut self) -> Result<Value, Broken> {
        let text = self.rest;
        self.skip("-");
        if !self.skip("0") {
            self.digits()?;
        }
        if self.skip(".") {
            self.digits()?;
        }
        if self.skip("e") || self.skip("E") {
            let _ = self.skip("+") || self.skip("-");
            self.digits()?;
        }
        let text = &text[..text.len() - self.rest.len()];
        Number::parse(text).map(Value::number).ok_or(Broken::Syntax)
    }

    fn digits(&mut self) -> Result<(), Broken> {
        let rest = self.rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
        if rest.len() == self.rest.len() {
            return Err(Broken::Syntax);
        }
        self.rest = rest;
        Ok(())
    }

    fn string(&mut self) -> Result<String, Broken> {
        if !self.skip("\"") {
            return Err(Broken::Syntax);
        }
        let mut text = String::new();
        loop {
            let end = self
                .rest
                .find(|letter: char| matches!(letter, '"' | '\\' | '\0'..='\u{1f}'))
                .ok_or(Broken::Syntax)?;
            text.push_str(&self.rest[..end]);
            self.rest = &self.rest[end..];
            if self.skip("\"") {
                return Ok(text);
            }
            if !self.skip("\\") {
                return Err(Broken::Syntax);
            }
            text.push(self.escape()?);
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<char, Broken> {
        let letter = self.rest.chars().next().ok_or(Broken::Syntax)?;
        let escaped = match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                self.rest = &self.rest[1..];
                return self.unicode();
            }
            _ => return Err(Broken::Syntax),
        };
        self.rest = &self.rest[1..];
        Ok(escaped)
    }

    /// What follows `\u`. Half a surrogate pair becomes U+FFFD.
    fn unicode(&mut self) -> Result<char, Broken> {
        let first = self.hex()?;
        if (0xd800..0xdc00).contains(&first)
            && let Some(rest) = self.rest.strip_prefix("\\u")
        {
            let mut ahead = Reader { rest, depth: 0 };
            let second = ahead.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                self.rest = ahead.rest;
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32, Broken> {
        let digits: &'t str = self.rest.get(..4).ok_or(Broken::Syntax)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Broken::Syntax);
        }
        self.rest = &self.rest[4..];
        u32::from_str_radix(digits, 16).map_err(|_| Broken::Syntax)
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn base64_encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let sextet = (group >> (18 - 6 * place)) & 63;
            out.push(if place > chunk.len() { '=' } else { letter(sextet) });
        }
    }
    out
}

fn letter(sextet: u32) -> char {
    char::from(ALPHABET[usize::try_from(sextet).unwrap_or_default() & 63])
}

fn base64_decode(text: &str) -> Outcome {
    let Some(bytes) = base64_bytes(text) else {
        return Err(FunctionError::new(format!("{text:?} is no Base64")));
    };
    String::from_utf8(bytes)
        .map(Value::string)
        .map_err(|_| FunctionError::new("what comes out is no UTF-8"))
}

/// Base64 with padding; line breaks are skipped.
pub(super) fn base64_bytes(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    if !digits.len().is_multiple_of(4) {
        return None;
    }
    let padding = digits.iter().rev().take_while(|byte| **byte == b'=').count();
    if padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    for chunk in digits.chunks(4) {
        let mut group = 0u32;
        for digit in chunk {
            let sextet = ALPHABET.iter().position(|letter| letter == digit);
            // Padding is only at the end, so it is not found anywhere else.
            let last = chunk.as_ptr_range().end == digits.as_ptr_range().end;
            let sextet = if *digit == b'=' && last { 0 } else { sextet? };
            group = group << 6 | u32::try_from(sextet).ok()?;
        }
        bytes.extend_from_slice(&group.to_be_bytes()[1..]);
    }
    let cut = digits.len() - padding;
    if digits[..cut].contains(&b'=') {
        return None;
    }
    bytes.truncate(bytes.len() - padding);
    Some(bytes)
}

/// Text as it stands in the query of a URL.
fn url_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => {
                let digit = |sextet: u8| char::from(b"0123456789ABCDEF"[usize::from(sextet)]);
                out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
    out
}
