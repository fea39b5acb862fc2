//! What each verb of `format` writes.

use value::text::graphemes;
use value::{MAX_STRING, Number, NumberFormat, Type, Value, convert};

use super::encoding::write_json;
use super::format::{Refusal, Verb};

/// Writes the argument that `verb` shows.
pub(super) fn write_value(
    verb: &Verb<'_>,
    arguments: &[Value],
    out: &mut String,
) -> Result<(), Refusal> {
    let Some(argument) = verb.argument.checked_sub(1).and_then(|at| arguments.get(at)) else {
        return Err(Refusal::new(format!(
            "{:?} at {} shows argument {}, but there are {}",
            verb.raw,
            verb.offset,
            verb.argument,
            arguments.len()
        )));
    };
    if verb.width.is_some_and(|width| width > MAX_STRING)
        || verb.precision.is_some_and(|precision| precision > MAX_STRING)
    {
        return Err(Refusal::Limit);
    }
    if verb.mode != 'v' && argument.is_null() {
        return Err(unsupported(verb, "it is null"));
    }
    let converted =
        |ty: &Type| convert(argument, ty).map_err(|error| unsupported(verb, &error.message));
    match verb.mode {
        'v' => write_any(verb, argument, out),
        't' => {
            let bool = converted(&Type::Bool)?.as_bool() == Some(true);
            out.push_str(if bool { "true" } else { "false" });
            Ok(())
        }
        'b' | 'd' | 'o' | 'x' | 'X' => write_integer(verb, &converted(&Type::Number)?, out),
        'e' | 'E' | 'f' | 'g' | 'G' => write_number(verb, &converted(&Type::Number)?, out),
        's' | 'q' => write_text(verb, &converted(&Type::String)?, out),
        mode => Err(Refusal::new(format!(
            "there is no verb {mode:?}, as in {:?} at offset {}",
            verb.raw, verb.offset
        ))),
    }
}

fn unsupported(verb: &Verb<'_>, reason: &str) -> Refusal {
    let (raw, offset) = (verb.raw, verb.offset);
    Refusal::new(format!("{raw:?} at {offset} cannot show the value: {reason}"))
}

fn write_any(verb: &Verb<'_>, argument: &Value, out: &mut String) -> Result<(), Refusal> {
    if !verb.sharp {
        if let Some(text) = argument.as_str() {
            pad(verb, text, out);
            return Ok(());
        }
        if let Some(number) = argument.as_number() {
            let text = number.format(NumberFormat::General, None).ok_or(Refusal::Limit)?;
            pad(verb, &text, out);
            return Ok(());
        }
    }
    let mut json = String::new();
    write_json(argument, &mut json).map_err(|reason| unsupported(verb, &reason))?;
    pad(verb, &json, out);
    Ok(())
}

fn write_text(verb: &Verb<'_>, value: &Value, out: &mut String) -> Result<(), Refusal> {
    let text = value.as_str().ok_or(Refusal::Limit)?;
    let cut: String = match verb.precision {
        Some(precision) if precision > 0 => graphemes(text).take(precision).collect(),
        _ => text.to_owned(),
    };
    if verb.mode == 'q' {
        let mut json = String::new();
        value::write_json_string(&mut json, &cut, true);
        pad(verb, &json, out);
    } else {
        pad(verb, &cut, out);
    }
    Ok(())
}

/// Fills up to the width, counted in characters.
fn pad(verb: &Verb<'_>, text: &str, out: &mut String) {
    let missing = verb.width.map_or(0, |width| width.saturating_sub(graphemes(text).count()));
    let filling = if verb.zero { "0" } else { " " }.repeat(missing);
    if verb.minus {
        out.push_str(text);
        out.push_str(&filling);
    } else {
        out.push_str(&filling);
        out.push_str(text);
    }
}

/// The sign of a number, as the flags want it.
fn sign(verb: &Verb<'_>, negative: bool) -> &'static str {
    match (negative, verb.plus, verb.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    }
}

fn write_integer(verb: &Verb<'_>, value: &Value, out: &mut String) -> Result<(), Refusal> {
    let number = value.as_number().ok_or(Refusal::Limit)?;
    if !number.is_integer() {
        return Err(unsupported(verb, "it is no whole number"));
    }
    let (base, prefix) = match verb.mode {
        'b' => (2, "0b"),
        'o' => (8, "0"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let digits = number.abs().to_integer_text(base).ok_or(Refusal::Limit)?;
    let digits = if verb.mode == 'X' { digits.to_uppercase() } else { digits };
    if verb.precision == Some(0) && digits == "0" {
        return Ok(());
    }
    let sign = sign(verb, number.is_negative());
    let prefix = if verb.sharp { prefix } else { "" };
    let mut zeros = verb.precision.map_or(0, |precision| precision.saturating_sub(digits.len()));
    let length = sign.len() + prefix.len() + zeros + digits.len();
    let mut missing = verb.width.map_or(0, |width| width.saturating_sub(length));
    if verb.zero && !verb.minus && verb.precision.is_none() {
        zeros = std::mem::take(&mut missing);
    }
    let filling = " ".repeat(missing);
    let (left, right) = if verb.minus { ("", &*filling) } else { (&*filling, "") };
    out.extend([left, sign, prefix, &"0".repeat(zeros), &digits, right]);
    Ok(())
}

fn write_number(verb: &Verb<'_>, value: &Value, out: &mut String) -> Result<(), Refusal> {
    let number = value.as_number().ok_or(Refusal::Limit)?;
    let (format, digits) = match verb.mode {
        'e' | 'E' => (NumberFormat::Exponent, Some(verb.precision.unwrap_or(6))),
        'f' => (NumberFormat::Plain, Some(verb.precision.unwrap_or(6))),
        _ => (NumberFormat::General, verb.precision),
    };
    let text = number.format(format, digits).ok_or(Refusal::Limit)?;
    let text =
        if verb.mode.is_uppercase() && !number.is_infinite() { text.to_uppercase() } else { text };
    let (own_sign, magnitude) = match text.as_bytes().first() {
        Some(b'-') => ("-", &text[1..]),
        // Infinity always has its sign.
        Some(b'+') => (if verb.space { " " } else { "+" }, &text[1..]),
        _ => (sign(verb, false), &*text),
    };
    write_filled(verb, own_sign, magnitude, number, out);
    Ok(())
}

fn write_filled(verb: &Verb<'_>, sign: &str, digits: &str, number: &Number, out: &mut String) {
    let missing = verb.width.map_or(0, |width| width.saturating_sub(sign.len() + digits.len()));
    if verb.minus {
        out.extend([sign, digits, &" ".repeat(missing)]);
    } else if verb.zero && !number.is_infinite() {
        out.extend([sign, &"0".repeat(missing), digits]);
    } else {
        out.extend([&*" ".repeat(missing), sign, digits]);
    }
}
