//! The functions of Terraform's built-in provider: values as expressions and as variable files.
//! Never looks up a name: such a file has none.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::LazyLock;

use source::{FileId, Location};
use value::{MAX_STRING, Reason, Refinement, Type, Unknown, Value, ValueKind};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType, Surroundings};
use super::strings::string;
use super::text;
use crate::evaluate::evaluate;
use crate::scope::{Lookup, Scope};

const VALUE: &[Parameter] = &[Parameter::new("value", ParameterType::Any).unknown()];

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("provider::terraform::encode_expr", VALUE, string, |arguments, _| {
        encode_expr(&arguments[0])
    }),
    Function::new("provider::terraform::encode_tfvars", VALUE, string, |arguments, _| {
        encode_tfvars(&arguments[0])
    }),
    Function::asking(
        "provider::terraform::decode_tfvars",
        &[Parameter::new("src", ParameterType::String)],
        |_| Ok(Type::Dynamic),
        |arguments, around| decode_tfvars(text(arguments, 0), around),
    )
    .quoting()
    .slow(),
];

fn encode_expr(value: &Value) -> Outcome {
    if !value.is_wholly_known() {
        let first = match value.ty() {
            _ if !value.is_not_null() => None,
            Type::String => Some("\""),
            Type::Object(_) | Type::Map(_) => Some("{"),
            Type::Tuple(_) | Type::List(_) | Type::Set(_) => Some("["),
            _ => None,
        };
        let refinement = Refinement { prefix: first.map(Into::into), ..Refinement::NOT_NULL };
        return Ok(Unknown::new(Type::String, Reason::Derived).refined(refinement).into_value());
    }
    let mut writer = Writer::default();
    writer.value(value)?;
    Ok(writer.finish())
}

fn encode_tfvars(value: &Value) -> Outcome {
    let unknown = || Unknown::new(Type::String, Reason::Derived).not_null().into_value();
    if value.is_unknown() {
        return match value.ty() {
            Type::Object(_) | Type::Map(_) | Type::Dynamic => Ok(unknown()),
            _ => Err(no_object()),
        };
    }
    if !value.is_wholly_known() {
        return Ok(unknown());
    }
    let entries = value.as_entries().ok_or_else(no_object)?;
    let mut out = String::new();
    for (name, value) in entries {
        if !is_identifier(name) {
            let detail = format!("no variable can be named {name:?}");
            return Err(FunctionError::new(detail));
        }
        let mut writer = Writer::default();
        writer.value(value)?;
        // Each value is laid out for itself, so that the signs do not stand in line.
        let _ = writeln!(out, "{name} = {}", writer.laid_out());
        if out.len() > MAX_STRING {
            return Ok(Value::limit(Type::String));
        }
    }
    Ok(Value::string(out))
}

fn no_object() -> FunctionError {
    FunctionError::new("only the attributes of an object can be written as variables")
}

/// One line of an expression: what precedes the sign of an assignment that ends on this line, and
/// the rest.
#[derive(Default)]
struct Line {
    lead: String,
    assign: Option<String>,
    /// Brackets that it opens, less those that it closes.
    net: i32,
}

#[derive(Default)]
struct Writer {
    lines: Vec<Line>,
    line: Line,
    /// Where the value of an entry begins in the line, and the brackets before it.
    value_at: Option<(usize, i32)>,
    length: usize,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.length += text.len();
        self.line.lead.push_str(text);
    }

    fn bracket(&mut self, text: &str, change: i32) {
        self.line.net += change;
        self.put(text);
    }

    fn end_line(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        // An entry whose value goes on in other lines is not put in line with others.
        if let Some((at, net)) = self.value_at.take()
            && net == line.net
        {
            line.assign = Some(line.lead.split_off(at));
        }
        self.lines.push(line);
    }

    fn value(&mut self, value: &Value) -> Result<(), FunctionError> {
        if self.length > MAX_STRING {
            return Ok(());
        }
        match value.kind() {
            ValueKind::Null(_) | ValueKind::Unknown(_) => self.put("null"),
            ValueKind::Bool(bool) => self.put(if *bool { "true" } else { "false" }),
            ValueKind::Number(number) if number.is_infinite() => {
                self.put(if number.is_negative() { "-Inf" } else { "+Inf" });
            }
            ValueKind::Number(number) => {
                let too_large = "the number is too large to be written";
                let text = number.to_text().ok_or_else(|| FunctionError::new(too_large))?;
                self.put(&text);
            }
            ValueKind::String(text) => self.put(&quoted(text)),
            ValueKind::List(_, elements)
            | ValueKind::Set(_, elements)
            | ValueKind::Tuple(elements) => {
                self.bracket("[", 1);
                for (at, element) in elements.iter().enumerate() {
                    if at > 0 {
                        self.put(", ");
                    }
                    self.value(element)?;
                }
                self.bracket("]", -1);
            }
            ValueKind::Map(_, entries) | ValueKind::Object(entries) => {
                self.bracket("{", 1);
                if !entries.is_empty() {
                    self.end_line();
                }
                for (key, value) in entries.iter() {
                    let key = if is_identifier(key) { Cow::Borrowed(&**key) } else { quoted(key) };
                    self.put(&key);
                    self.value_at = Some((self.line.lead.len(), self.line.net));
                    self.put(" = ");
                    self.value(value)?;
                    self.end_line();
                }
                self.bracket("}", -1);
            }
        }
        Ok(())
    }

    fn finish(self) -> Value {
        let too_long = self.length > MAX_STRING;
        if too_long { Value::limit(Type::String) } else { Value::string(self.laid_out()) }
    }

    /// The lines, indented, with the signs of neighbours below each other.
    fn laid_out(mut self) -> String {
        let last = std::mem::take(&mut self.line);
        self.lines.push(last);
        let mut open: Vec<i32> = Vec::new();
        for line in &mut self.lines {
            for _ in 0..-line.net {
                let Some(top) = open.last_mut() else { break };
                *top -= 1;
                if *top == 0 {
                    open.pop();
                }
            }
            line.lead.insert_str(0, &"  ".repeat(open.len()));
            if line.net > 0 {
                open.push(line.net);
            }
        }
        let width = |line: &Line| value::text::graphemes(&line.lead).count();
        let mut out = String::with_capacity(self.length);
        for chain in self.lines.chunk_by(|one, two| one.assign.is_some() == two.assign.is_some()) {
            let widest = chain.iter().map(width).max().unwrap_or(0);
            for line in chain {
                if !out.is_empty() {
                    out.push('\n');
                }
                out.push_str(&line.lead);
                if let Some(assign) = &line.assign {
                    out.push_str(&" ".repeat(widest - width(line)));
                    out.push_str(assign);
                }
            }
        }
        out
    }
}

/// A string as a template without interpolations.
fn quoted(text: &str) -> Cow<'static, str> {
    let mut out = "\"".to_owned();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '$' | '%' => {
                out.push(letter);
                if letters.peek() == Some(&'{') {
                    out.push(letter);
                }
            }
            _ if is_printable(letter) => out.push(letter),
            _ => {
                let code = u32::from(letter);
                let _ = if code > 0xffff {
                    write!(out, "\\U{code:08x}")
                } else {
                    write!(out, "\\u{code:04x}")
                };
            }
        }
    }
    out.push('"');
    Cow::Owned(out)
}

/// Letters, marks, numbers, punctuation, symbols and the space.
fn is_printable(letter: char) -> bool {
    static PRINTABLE: LazyLock<Option<regex::Regex>> =
        LazyLock::new(|| regex::Regex::new(r"^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$").ok());
    if letter.is_ascii() {
        return matches!(letter, ' '..='~');
    }
    let mut buffer = [0; 4];
    let text: &str = letter.encode_utf8(&mut buffer);
    PRINTABLE.as_ref().is_some_and(|printable| printable.is_match(text))
}

/// Whether `name` is an identifier of the language.
pub(crate) fn is_identifier(name: &str) -> bool {
    let tree = syntax::parse_expression(name.as_bytes());
    let whole = tree.errors().is_empty() && !name.contains(char::is_whitespace);
    whole
        && tree.expr().is_some_and(|expr| match expr.kind() {
            syntax::view::ExprKind::Variable(root) => *root == *name,
            // Words of the language are identifiers too.
            syntax::view::ExprKind::Bool(_) | syntax::view::ExprKind::Null => true,
            _ => false,
        })
}

/// A scope without names and functions.
struct Nothing;

impl Scope for Nothing {
    fn lookup(&self, _: &str, _: &[&str], _: Location) -> Lookup {
        Lookup::Undeclared {
            summary: Cow::Borrowed("Variables not allowed"),
            detail: "variables may not be used here".to_owned(),
        }
    }

    fn allows_functions(&self) -> bool {
        false
    }
}

fn decode_tfvars(source: &str, around: &Surroundings<'_>) -> Outcome {
    let tree = syntax::parse(source.as_bytes());
    if let Some(error) = tree.errors().first() {
        return Err(FunctionError::new(format!("invalid tfvars syntax: {}", error.message)));
    }
    let body = tree.body();
    if let Some(block) = body.blocks().next() {
        let detail = format!("invalid tfvars content: `{}` is a block", block.kind());
        return Err(FunctionError::new(detail));
    }
    let mut variables = std::collections::BTreeMap::new();
    for attribute in body.attributes() {
        let name = attribute.name();
        let evaluated = evaluate(attribute.expr(), FileId::NOWHERE, &Nothing, around.budget);
        if let Some(error) = evaluated.errors.first() {
            let detail = format!("the value of {name:?}: {}; {}", error.summary, error.detail);
            return Err(FunctionError::new(detail));
        }
        let value = evaluated.value.with_origin(value::Origin::default());
        if variables.insert(std::sync::Arc::from(&*name), value).is_some() {
            let detail = format!("invalid tfvars syntax: {name:?} is set twice");
            return Err(FunctionError::new(detail));
        }
    }
    Ok(Value::object(variables))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers() {
        for name in ["a", "a-b", "_x", "é", "true", "null", "for"] {
            assert!(is_identifier(name), "{name}");
        }
        for name in ["", "1a", "a b", "a.b", "-", "(a)", "a\n", "# a"] {
            assert!(!is_identifier(name), "{name}");
        }
    }

    #[test]
    fn signs_stand_below_each_other() {
        let inner =
            Value::object([("d".into(), Value::string("e")), ("long".into(), Value::tuple([]))]);
        let value = Value::object([
            ("a".into(), Value::number(1)),
            ("b c".into(), Value::tuple([inner.clone(), inner])),
            ("def".into(), Value::object([])),
        ]);
        let expect = "{\n  a = 1\n  \"b c\" = [{\n    d    = \"e\"\n    long = []\n    }, {\n    \
                      d    = \"e\"\n    long = []\n  }]\n  def = {}\n}";
        assert_eq!(encode_expr(&value).expect("a value").as_str(), Some(expect));
    }
}
