//! `csvdecode`: RFC 4180 as Go reads it.

use std::collections::BTreeSet;
use std::sync::Arc;

use value::{MAX_ELEMENTS, Type, Value};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::text;

pub(super) static FUNCTIONS: &[Function] = &[Function::new(
    "csvdecode",
    &[Parameter::new("str", ParameterType::String)],
    |arguments| {
        if arguments[0].is_unknown() {
            return Ok(Type::Dynamic);
        }
        let names = header(&mut Reader::new(text(arguments, 0)))?;
        let columns = names.into_iter().map(|name| (name, Type::String));
        Ok(Type::list(Type::object(columns)))
    },
    decode,
)
.quoting()
.slow()];

/// The names of the columns.
fn header(reader: &mut Reader<'_>) -> Outcome<Vec<String>> {
    let Some(names) = reader.record()? else {
        return Err(FunctionError::new("missing header line"));
    };
    let mut seen = BTreeSet::new();
    if let Some(name) = names.iter().find(|name| !seen.insert(*name)) {
        return Err(FunctionError::new(format!("duplicate column name {name:?}")));
    }
    Ok(names)
}

fn decode(arguments: &[Value], ty: &Type) -> Outcome {
    let mut reader = Reader::new(text(arguments, 0));
    let names: Vec<Arc<str>> =
        header(&mut reader)?.iter().map(|name| value::text::normalize(name).into()).collect();
    let mut rows = Vec::new();
    while let Some(fields) = reader.record()? {
        if fields.len() != names.len() {
            let line = reader.start;
            let message = format!("CSV parse error on line {line}: wrong number of fields");
            return Err(FunctionError::new(message));
        }
        rows.push(Value::object(names.iter().cloned().zip(fields.iter().map(Value::string))));
        if rows.len() > MAX_ELEMENTS {
            return Ok(Value::limit(ty.clone()));
        }
    }
    Ok(Value::list(ty.element().cloned().unwrap_or(Type::Dynamic), rows))
}

struct Reader<'t> {
    rest: &'t str,
    /// The line of the rest, counted from one.
    line: usize,
    /// The line that the last record starts at.
    start: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text, line: 1, start: 1 }
    }

    /// The next line that is not empty, with its end as `\n`, split into fields.
    fn record(&mut self) -> Outcome<Option<Vec<String>>> {
        loop {
            if self.rest.is_empty() {
                return Ok(None);
            }
            let Some(rest) =
                self.rest.strip_prefix('\n').or_else(|| self.rest.strip_prefix("\r\n"))
            else {
                break;
            };
            self.rest = rest;
            self.line += 1;
        }
        self.start = self.line;
        let mut fields = Vec::new();
        loop {
            let (field, more) = if let Some(rest) = self.rest.strip_prefix('"') {
                self.rest = rest;
                self.quoted()?
            } else {
                self.plain()?
            };
            fields.push(field);
            if !more {
                return Ok(Some(fields));
            }
        }
    }

    fn failed(&self, what: &str) -> FunctionError {
        FunctionError::new(format!("CSV parse error on line {}: {what}", self.line))
    }

    /// A field without quotes, and whether another follows.
    fn plain(&mut self) -> Outcome<(String, bool)> {
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let (field, rest) = self.rest.split_at(end);
        let more = rest.starts_with(',');
        let field = if more { field } else { field.strip_suffix('\r').unwrap_or(field) };
        if field.contains('"') {
            return Err(self.failed("bare \" in non-quoted-field"));
        }
        self.rest = rest.get(1..).unwrap_or_default();
        if !more {
            self.line += 1;
        }
        Ok((field.to_owned(), more))
    }

    /// A field whose opening quote is passed, and whether another follows.
    fn quoted(&mut self) -> Outcome<(String, bool)> {
        let mut field = String::new();
        loop {
            let Some(end) = self.rest.find('"') else {
                self.line += self.rest.matches('\n').count();
                return Err(self.failed("extraneous or missing \" in quoted-field"));
            };
            let part = &self.rest[..end];
            self.line += part.matches('\n').count();
            field.push_str(&part.replace("\r\n", "\n"));
            self.rest = &self.rest[end + 1..];
            if let Some(rest) = self.rest.strip_prefix('"') {
                field.push('"');
                self.rest = rest;
            } else if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
                return Ok((field, true));
            } else if let Some(rest) =
                self.rest.strip_prefix('\n').or_else(|| self.rest.strip_prefix("\r\n"))
            {
                self.rest = rest;
                self.line += 1;
                return Ok((field, false));
            } else if self.rest.is_empty() {
                return Ok((field, false));
            } else {
                return Err(self.failed("extraneous or missing \" in quoted-field"));
            }
        }
    }
}
