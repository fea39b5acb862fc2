//! How values and lists of values are named in messages; never shows what is secret.

use value::{Type, Value, ValueKind};

/// So many values are listed, of more their number is told.
const MAX_LISTED: usize = 6;

/// A value as the subject of a sentence: its text in backticks, or what can be said of it where it
/// may not be shown.
pub(super) fn shown(value: &Value) -> String {
    if !value.marks_deep().is_printable() {
        return "this value, which is not shown,".to_owned();
    }
    let text = value.to_string();
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match inner {
        Some(inner) if is_plain(inner) => format!("`{inner}`"),
        _ => format!("`{}`", text.replace('`', "'")),
    }
}

/// Whether a text is as clear without quotes.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains(['"', '\\', '`', '$', '%']) && text.trim() == text
}

/// Names in backticks, joined as in a sentence: "`a`, `b` or `c`".
pub(super) fn listed<'n>(names: impl IntoIterator<Item = &'n str>, last: &str) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [name] => name.clone(),
        [names @ .., name] => format!("{} {last} {name}", names.join(", ")),
    }
}

/// What to use instead, of all that may be: the values where they are few, else their number.
pub(super) fn choices(values: &[&str]) -> String {
    if values.len() <= MAX_LISTED {
        format!("use {}", listed(values.iter().copied(), "or"))
    } else {
        format!("it takes one of {} values", values.len())
    }
}

/// A number of things: "1 character", "2 characters".
pub(super) fn counted(number: u64, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// The name of a type with its article: "a list of string".
pub(super) fn of_type(ty: &Type) -> String {
    let name = match ty {
        Type::Tuple(_) => "list".to_owned(),
        ty => ty.friendly_name(),
    };
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// What a value is, as far as it may be told: itself where it is a primitive, else its type.
pub(super) fn kind_of(value: &Value) -> String {
    let ty = value.ty();
    match value.kind() {
        ValueKind::String(_) | ValueKind::Number(_) | ValueKind::Bool(_)
            if value.marks_deep().is_printable() =>
        {
            format!("the {} `{}`", ty.friendly_name(), value.to_string().replace('`', "'"))
        }
        _ => of_type(&ty),
    }
}

#[cfg(test)]
mod tests {
    use value::Marks;

    use super::*;

    #[test]
    fn values() {
        let check = |value: Value, expect: &str| assert_eq!(shown(&value), expect);
        check(Value::string("FOO"), "`FOO`");
        check(Value::string(""), "`\"\"`");
        check(Value::string(" a"), "`\" a\"`");
        check(Value::string("a`b"), "`\"a'b\"`");
        check(Value::string("a\nb"), "`\"a\\nb\"`");
        check(Value::number(5), "`5`");
        let secret = Value::string("hunter2").marked(Marks::SENSITIVE);
        check(secret.clone(), "this value, which is not shown,");
        assert_eq!(kind_of(&secret), "a string");
        assert_eq!(kind_of(&Value::string("x")), "the string `\"x\"`");
        assert_eq!(kind_of(&Value::tuple([])), "a list");
        assert_eq!(kind_of(&Value::object([])), "an object");
    }

    #[test]
    fn lists() {
        assert_eq!(choices(&["a"]), "use `a`");
        assert_eq!(choices(&["a", "b", "c"]), "use `a`, `b` or `c`");
        assert_eq!(choices(&["a"; 7]), "it takes one of 7 values");
        assert_eq!(counted(1, "character"), "1 character");
        assert_eq!(counted(0, "character"), "0 characters");
    }
}
