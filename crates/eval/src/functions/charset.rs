//! `textencodebase64` and `textdecodebase64`: text in the character sets that Terraform knows. Never
//! writes a character that a set does not have.

use encoding_rs::Encoding;
use value::{MAX_STRING, Reason, Type, Unknown, Value};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::encoding::{base64_bytes, base64_encode};
use super::strings::string;
use super::text;

const ENCODING: Parameter = Parameter::new("encoding", ParameterType::String);

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "textencodebase64",
        &[Parameter::new("string", ParameterType::String), ENCODING],
        string,
        |arguments, _| encode(text(arguments, 0), text(arguments, 1)),
    )
    .quoting()
    .slow(),
    Function::new(
        "textdecodebase64",
        &[Parameter::new("source", ParameterType::String), ENCODING],
        string,
        |arguments, _| decode(text(arguments, 0), text(arguments, 1)),
    )
    .quoting()
    .slow(),
];

/// How a character set is read and written.
#[derive(Clone, Copy)]
enum Scheme {
    Ascii,
    Latin1,
    /// Like Windows-1254, but for the control characters.
    Latin5,
    Utf8,
    /// Big endian, with a byte order mark.
    Utf16,
    Utf16Be,
    Utf16Le,
    /// As the standard of the Web has it, except that what a set leaves open is an error.
    Whatwg(&'static Encoding),
    /// One that we cannot read.
    NotHere,
}

/// IANA's name of each character set that Terraform knows, and the names it is called by.
#[rustfmt::skip]
static SETS: &[(&str, &str, Scheme)] = &[
    ("Big5", "big5 csbig5", Scheme::Whatwg(encoding_rs::BIG5)),
    ("EUC-KR", "cseuckr euc-kr", Scheme::Whatwg(encoding_rs::EUC_KR)),
    ("Extended_UNIX_Code_Packed_Format_for_Japanese", "cseucpkdfmtjapanese euc-jp extended_unix_code_packed_format_for_japanese", Scheme::Whatwg(encoding_rs::EUC_JP)),
    ("GB18030", "csgb18030 gb18030", Scheme::Whatwg(encoding_rs::GB18030)),
    ("GBK", "cp936 csgbk gbk ms936 windows-936", Scheme::Whatwg(encoding_rs::GBK)),
    ("HZ-GB-2312", "hz-gb-2312", Scheme::NotHere),
    ("IBM00858", "ccsid00858 cp00858 csibm00858 ibm00858 pc-multilingual-850+euro", Scheme::NotHere),
    ("IBM01140", "ccsid01140 cp01140 csibm01140 ebcdic-us-37+euro ibm01140", Scheme::NotHere),
    ("IBM037", "cp037 csibm037 ebcdic-cp-ca ebcdic-cp-nl ebcdic-cp-us ebcdic-cp-wt ibm037", Scheme::NotHere),
    ("IBM1047", "csibm1047 ibm-1047 ibm1047", Scheme::NotHere),
    ("IBM437", "437 cp437 cspc8codepage437 ibm437", Scheme::NotHere),
    ("IBM850", "850 cp850 cspc850multilingual ibm850", Scheme::NotHere),
    ("IBM852", "852 cp852 cspcp852 ibm852", Scheme::NotHere),
    ("IBM855", "855 cp855 csibm855 ibm855", Scheme::NotHere),
    ("IBM860", "860 cp860 csibm860 ibm860", Scheme::NotHere),
    ("IBM862", "862 cp862 cspc862latinhebrew ibm862", Scheme::NotHere),
    ("IBM863", "863 cp863 csibm863 ibm863", Scheme::NotHere),
    ("IBM865", "865 cp865 csibm865 ibm865", Scheme::NotHere),
    ("IBM866", "866 cp866 csibm866 ibm866", Scheme::Whatwg(encoding_rs::IBM866)),
    ("ISO-2022-JP", "csiso2022jp iso-2022-jp", Scheme::Whatwg(encoding_rs::ISO_2022_JP)),
    ("ISO-8859-10", "csisolatin6 iso-8859-10 iso-ir-157 iso_8859-10:1992 l6 latin6", Scheme::Whatwg(encoding_rs::ISO_8859_10)),
    ("ISO-8859-13", "csiso885913 iso-8859-13", Scheme::Whatwg(encoding_rs::ISO_8859_13)),
    ("ISO-8859-14", "csiso885914 iso-8859-14 iso-celtic iso-ir-199 iso_8859-14 iso_8859-14:1998 l8 latin8", Scheme::Whatwg(encoding_rs::ISO_8859_14)),
    ("ISO-8859-15", "csiso885915 iso-8859-15 iso_8859-15 latin-9", Scheme::Whatwg(encoding_rs::ISO_8859_15)),
    ("ISO-8859-16", "csiso885916 iso-8859-16 iso-ir-226 iso_8859-16 iso_8859-16:2001 l10 latin10", Scheme::Whatwg(encoding_rs::ISO_8859_16)),
    ("ISO_8859-1:1987", "cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso_8859-1 iso_8859-1:1987 l1 latin1", Scheme::Latin1),
    ("ISO_8859-2:1987", "csisolatin2 iso-8859-2 iso-ir-101 iso_8859-2 iso_8859-2:1987 l2 latin2", Scheme::Whatwg(encoding_rs::ISO_8859_2)),
    ("ISO_8859-3:1988", "csisolatin3 iso-8859-3 iso-ir-109 iso_8859-3 iso_8859-3:1988 l3 latin3", Scheme::Whatwg(encoding_rs::ISO_8859_3)),
    ("ISO_8859-4:1988", "csisolatin4 iso-8859-4 iso-ir-110 iso_8859-4 iso_8859-4:1988 l4 latin4", Scheme::Whatwg(encoding_rs::ISO_8859_4)),
    ("ISO_8859-5:1988", "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso_8859-5 iso_8859-5:1988", Scheme::Whatwg(encoding_rs::ISO_8859_5)),
    ("ISO_8859-6-E", "csiso88596e iso-8859-6-e iso_8859-6-e", Scheme::Whatwg(encoding_rs::ISO_8859_6)),
    ("ISO_8859-6-I", "csiso88596i iso-8859-6-i iso_8859-6-i", Scheme::Whatwg(encoding_rs::ISO_8859_6)),
    ("ISO_8859-6:1987", "arabic asmo-708 csisolatinarabic ecma-114 iso-8859-6 iso-ir-127 iso_8859-6 iso_8859-6:1987", Scheme::Whatwg(encoding_rs::ISO_8859_6)),
    ("ISO_8859-7:1987", "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso_8859-7 iso_8859-7:1987", Scheme::Whatwg(encoding_rs::ISO_8859_7)),
    ("ISO_8859-8-E", "csiso88598e iso-8859-8-e iso_8859-8-e", Scheme::Whatwg(encoding_rs::ISO_8859_8)),
    ("ISO_8859-8-I", "csiso88598i iso-8859-8-i iso_8859-8-i", Scheme::Whatwg(encoding_rs::ISO_8859_8)),
    ("ISO_8859-8:1988", "csisolatinhebrew hebrew iso-8859-8 iso-ir-138 iso_8859-8 iso_8859-8:1988", Scheme::Whatwg(encoding_rs::ISO_8859_8)),
    ("ISO_8859-9:1989", "csisolatin5 iso-8859-9 iso-ir-148 iso_8859-9 iso_8859-9:1989 l5 latin5", Scheme::Latin5),
    ("KOI8-R", "cskoi8r koi8-r", Scheme::Whatwg(encoding_rs::KOI8_R)),
    ("KOI8-U", "cskoi8u koi8-u", Scheme::Whatwg(encoding_rs::KOI8_U)),
    ("Shift_JIS", "csshiftjis ms_kanji shift_jis", Scheme::Whatwg(encoding_rs::SHIFT_JIS)),
    ("US-ASCII", "ansi_x3.4-1968 ansi_x3.4-1986 cp367 csascii ibm367 iso-ir-6 iso646-us iso_646.irv:1991 us us-ascii", Scheme::Ascii),
    ("UTF-16", "csutf16 utf-16", Scheme::Utf16),
    ("UTF-16BE", "csutf16be utf-16be", Scheme::Utf16Be),
    ("UTF-16LE", "csutf16le utf-16le", Scheme::Utf16Le),
    ("UTF-8", "csutf8 utf-8", Scheme::Utf8),
    ("macintosh", "csmacintosh mac macintosh", Scheme::Whatwg(encoding_rs::MACINTOSH)),
    ("windows-1250", "cswindows1250 windows-1250", Scheme::Whatwg(encoding_rs::WINDOWS_1250)),
    ("windows-1251", "cswindows1251 windows-1251", Scheme::Whatwg(encoding_rs::WINDOWS_1251)),
    ("windows-1252", "cswindows1252 windows-1252", Scheme::Whatwg(encoding_rs::WINDOWS_1252)),
    ("windows-1253", "cswindows1253 windows-1253", Scheme::Whatwg(encoding_rs::WINDOWS_1253)),
    ("windows-1254", "cswindows1254 windows-1254", Scheme::Whatwg(encoding_rs::WINDOWS_1254)),
    ("windows-1255", "cswindows1255 windows-1255", Scheme::Whatwg(encoding_rs::WINDOWS_1255)),
    ("windows-1256", "cswindows1256 windows-1256", Scheme::Whatwg(encoding_rs::WINDOWS_1256)),
    ("windows-1257", "cswindows1257 windows-1257", Scheme::Whatwg(encoding_rs::WINDOWS_1257)),
    ("windows-1258", "cswindows1258 windows-1258", Scheme::Whatwg(encoding_rs::WINDOWS_1258)),
    ("windows-874", "cswindows874 windows-874", Scheme::Whatwg(encoding_rs::WINDOWS_874)),
];

fn find(name: &str) -> Result<(&'static str, Scheme), FunctionError> {
    let wanted = name.trim().to_ascii_lowercase();
    let named = |(_, names, _): &&(&str, &str, Scheme)| names.split(' ').any(|name| name == wanted);
    let found = SETS.iter().find(named).filter(|_| !wanted.is_empty());
    found.map(|(name, _, scheme)| (*name, *scheme)).ok_or_else(|| {
        let detail = format!("Terraform knows no encoding {name:?}");
        FunctionError::argument(1, detail)
    })
}

fn not_here() -> Value {
    Unknown::new(Type::String, Reason::Function).not_null().into_value()
}

fn encode(source: &str, name: &str) -> Outcome {
    let (name, scheme) = find(name)?;
    let bytes = match scheme {
        Scheme::NotHere => return Ok(not_here()),
        _ => encoded(source, scheme).ok_or_else(|| {
            let detail = format!("{name} lacks some of the characters");
            FunctionError::argument(0, detail)
        })?,
    };
    if bytes.len() > MAX_STRING {
        return Ok(Value::limit(Type::String));
    }
    Ok(Value::string(base64_encode(&bytes)))
}

fn encoded(source: &str, scheme: Scheme) -> Option<Vec<u8>> {
    let units = || source.encode_utf16();
    match scheme {
        Scheme::Ascii => source.is_ascii().then(|| source.as_bytes().to_vec()),
        Scheme::Latin1 => source.chars().map(|letter| u8::try_from(letter).ok()).collect(),
        Scheme::Latin5 => {
            source.chars().map(|letter| latin5(letter, encoding_rs::WINDOWS_1254)).collect()
        }
        Scheme::Utf8 => Some(source.as_bytes().to_vec()),
        Scheme::Utf16 if source.is_empty() => Some(Vec::new()),
        Scheme::Utf16 => {
            Some([0xfeff].into_iter().chain(units()).flat_map(u16::to_be_bytes).collect())
        }
        Scheme::Utf16Be => Some(units().flat_map(u16::to_be_bytes).collect()),
        Scheme::Utf16Le => Some(units().flat_map(u16::to_le_bytes).collect()),
        Scheme::Whatwg(encoding) if encoding.is_single_byte() && source.contains(is_control) => {
            None
        }
        Scheme::Whatwg(encoding) => {
            let (bytes, _, failed) = encoding.encode(source);
            (!failed).then(|| bytes.into_owned())
        }
        Scheme::NotHere => None,
    }
}

fn latin5(letter: char, close: &'static Encoding) -> Option<u8> {
    if is_control(letter) {
        return u8::try_from(letter).ok();
    }
    let mut buffer = [0; 4];
    let (bytes, _, failed) = close.encode(letter.encode_utf8(&mut buffer));
    let byte = *bytes.first().filter(|_| !failed)?;
    (!(0x80..0xa0).contains(&byte)).then_some(byte)
}

/// Characters from U+0080 to U+009F, with which the standard of the Web fills its sets.
fn is_control(letter: char) -> bool {
    matches!(letter, '\u{80}'..='\u{9f}')
}

fn decode(source: &str, name: &str) -> Outcome {
    let (name, scheme) = find(name)?;
    let Some(bytes) = base64_bytes(source) else {
        return Err(FunctionError::argument(0, "that is no Base64"));
    };
    if matches!(scheme, Scheme::NotHere) {
        return Ok(not_here());
    }
    let text = decoded(&bytes, scheme).filter(|text| !text.contains('\u{fffd}'));
    text.map(Value::string).ok_or_else(|| {
        let detail = format!("some of the bytes mean nothing in {name}");
        FunctionError::argument(0, detail)
    })
}

fn decoded(bytes: &[u8], scheme: Scheme) -> Option<String> {
    match scheme {
        Scheme::Ascii if bytes.is_ascii() => Some(bytes.iter().copied().map(char::from).collect()),
        Scheme::Latin1 => Some(bytes.iter().copied().map(char::from).collect()),
        Scheme::Latin5 => {
            let letter = |byte: &u8| match byte {
                0x80..0xa0 => Some(char::from(*byte)),
                _ => single(*byte, encoding_rs::WINDOWS_1254),
            };
            bytes.iter().map(letter).collect()
        }
        Scheme::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
        Scheme::Utf16 => match bytes {
            [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
            [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
            _ => utf16(bytes, u16::from_be_bytes),
        },
        Scheme::Utf16Be => utf16(bytes, u16::from_be_bytes),
        Scheme::Utf16Le => utf16(bytes, u16::from_le_bytes),
        Scheme::Whatwg(encoding) => {
            let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
            let filled = encoding.is_single_byte() && text.contains(is_control);
            (!filled).then(|| text.into_owned())
        }
        Scheme::Ascii | Scheme::NotHere => None,
    }
}

fn single(byte: u8, encoding: &'static Encoding) -> Option<char> {
    let bytes = [byte];
    encoding.decode_without_bom_handling_and_without_replacement(&bytes)?.chars().next()
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let check = |text: &str, name: &str, expect: Option<&str>| {
            let encoded = encode(text, name).ok();
            let encoded = encoded.as_ref().and_then(Value::as_str);
            assert_eq!(encoded, expect, "{text} {name}");
            if let Some(encoded) = encoded {
                let back = decode(encoded, name).expect("decodes");
                assert_eq!(back.as_str(), Some(text), "{text} {name}");
            }
        };
        check("hi", "UTF-16", Some("/v8AaABp"));
        check("hi", "utf-16le", Some("aABpAA=="));
        check("é\u{85}", "latin1", Some("6YU="));
        check("ğ\u{85}", "latin5", Some("8IU="));
        check("ı", "iso-8859-1", None);
        check("\u{81}", "windows-1252", None);
        check("€", "windows-1252", Some("gA=="));
        check("あ", "Shift_JIS", Some("gqA="));
        check("é", "us-ascii", None);
        check("x", "utf8", None);
        check("x", "", None);
    }

    #[test]
    fn what_is_not_here_is_unknown() {
        assert!(encode("x", "cp437").is_ok_and(|value| value.is_unknown()));
    }
}
