//! `yamlencode`: a value as YAML, laid out as Terraform does it: strings in double quotes, those
//! with line breaks as blocks, long ones folded. Never writes what is not known.

use std::collections::BTreeMap;
use std::sync::Arc;

use value::{MAX_STRING, Reason, Type, Value, ValueKind};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::strings::string;

pub(super) static FUNCTIONS: &[Function] = &[Function::new(
    "yamlencode",
    &[Parameter::new("value", ParameterType::Any).null().dynamic()],
    string,
    |arguments, _| encode(&arguments[0]),
)
.nullable()];

/// Columns after which double-quoted text is folded at a space.
const WIDTH: usize = 80;
const INDENT: usize = 2;
/// Bytes that a key may have to stand on one line with its value.
const SIMPLE_KEY: usize = 128;

fn encode(value: &Value) -> Outcome {
    if !value.is_wholly_known() {
        return Ok(Value::unknown(Type::String, Reason::Derived));
    }
    let mut writer = Writer::default();
    writer.node(value, Place { indent: 0, inner: INDENT, starts_line: false })?;
    writer.line(0);
    if is_plain(value) {
        // Nothing else tells where a plain scalar ends that is all there is.
        writer.put("...\n");
    }
    let too_long = writer.out.len() > MAX_STRING;
    Ok(if too_long { Value::limit(Type::String) } else { Value::string(writer.out) })
}

/// Whether a value is written without quotes or brackets.
fn is_plain(value: &Value) -> bool {
    matches!(
        value.kind(),
        ValueKind::Bool(_) | ValueKind::Number(_) | ValueKind::Null(_) | ValueKind::Unknown(_)
    )
}

/// Where a node stands.
#[derive(Clone, Copy)]
struct Place {
    /// The column at which the entries of a mapping stand, or the items of a sequence that does not
    /// stand below a key.
    indent: usize,
    /// The column at which further lines of a string stand.
    inner: usize,
    /// Whether a collection starts on a line of its own: below its key.
    starts_line: bool,
}

impl Place {
    /// Behind the sign of an item, or of a key that has a line of its own.
    fn behind(indent: usize) -> Self {
        Self { indent: indent + INDENT, inner: indent + INDENT, starts_line: false }
    }

    /// Behind a key that stands at `indent`.
    fn below(indent: usize) -> Self {
        Self { starts_line: true, ..Self::behind(indent) }
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    column: usize,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn put_letter(&mut self, letter: char) {
        self.out.push(letter);
        self.column = if is_break(letter) { 0 } else { self.column + 1 };
    }

    /// Goes to a column of a line that nothing stands on.
    fn line(&mut self, indent: usize) {
        if self.column > 0 {
            self.put_letter('\n');
        }
        self.fill(indent);
    }

    fn fill(&mut self, indent: usize) {
        let spaces = indent.saturating_sub(self.column);
        self.put(&" ".repeat(spaces));
    }

    /// Goes to where an entry of a collection stands. The first one may be on the line that the
    /// collection starts on.
    fn entry(&mut self, indent: usize, on_same_line: bool) {
        if on_same_line { self.fill(indent) } else { self.line(indent) }
    }

    fn node(&mut self, value: &Value, place: Place) -> Result<(), FunctionError> {
        if self.out.len() > MAX_STRING {
            return Ok(());
        }
        let is_block = value.as_elements().is_some_and(|elements| !elements.is_empty())
            || value.as_entries().is_some_and(|entries| !entries.is_empty());
        if !is_block && !self.out.is_empty() {
            self.put(" ");
        }
        match value.kind() {
            ValueKind::Bool(known) => self.put(if *known { "true" } else { "false" }),
            ValueKind::Number(number) if number.is_infinite() => {
                self.put(if number.is_negative() { "-Inf" } else { "+Inf" });
            }
            ValueKind::Number(number) => {
                let too_large = "the number is too large to be written";
                self.put(&number.to_text().ok_or_else(|| FunctionError::new(too_large))?);
            }
            ValueKind::String(text) => self.string(text, place.inner),
            ValueKind::List(_, elements)
            | ValueKind::Set(_, elements)
            | ValueKind::Tuple(elements) => self.sequence(elements, place)?,
            ValueKind::Map(_, entries) | ValueKind::Object(entries) => {
                self.mapping(entries, place)?;
            }
            ValueKind::Null(_) | ValueKind::Unknown(_) => self.put("null"),
        }
        Ok(())
    }

    fn sequence(&mut self, items: &[Value], place: Place) -> Result<(), FunctionError> {
        if items.is_empty() {
            self.put("[]");
        }
        // Below a key the signs of the items stand in line with the key.
        let indent = if place.starts_line { place.indent - INDENT } else { place.indent };
        for (at, item) in items.iter().enumerate() {
            self.entry(indent, at == 0 && !place.starts_line);
            self.put("-");
            self.node(item, Place::behind(indent))?;
        }
        Ok(())
    }

    fn mapping(
        &mut self,
        entries: &BTreeMap<Arc<str>, Value>,
        place: Place,
    ) -> Result<(), FunctionError> {
        if entries.is_empty() {
            self.put("{}");
        }
        let indent = place.indent;
        for (at, (key, value)) in entries.iter().enumerate() {
            self.entry(indent, at == 0 && !place.starts_line);
            if key.len() <= SIMPLE_KEY && !key.contains(is_break) {
                self.quoted(key, None);
                self.put(":");
                self.node(value, Place::below(indent))?;
            } else {
                self.put("? ");
                self.string(key, indent + INDENT);
                self.line(indent);
                self.put(":");
                self.node(value, Place::behind(indent))?;
            }
        }
        Ok(())
    }

    /// A string, which may have further lines at `indent`.
    fn string(&mut self, text: &str, indent: usize) {
        if text.contains('\n') && may_be_block(text) {
            self.literal(text, indent);
        } else {
            self.quoted(text, Some(indent));
        }
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.put("|");
        if text.starts_with(|letter| letter == ' ' || is_break(letter)) {
            self.put("2");
        }
        // What becomes of the line breaks at the end: one stays unless something else is said.
        let breaks = text.chars().rev().take(2).take_while(|letter| is_break(*letter)).count();
        let is_all = breaks == text.chars().count();
        match breaks {
            0 => self.put("-"),
            1 if !is_all => {}
            _ => self.put("+"),
        }
        self.put_letter('\n');
        for letter in text.chars() {
            if self.column == 0 && !is_break(letter) {
                self.fill(indent);
            }
            self.put_letter(letter);
        }
    }

    /// A string in quotes. It is folded at single spaces if `indent` says where it goes on.
    fn quoted(&mut self, text: &str, indent: Option<usize>) {
        self.put("\"");
        // A byte order mark at the start makes Terraform take every letter for one.
        let all_escaped = text.starts_with('\u{feff}');
        let mut after_space = false;
        let mut letters = text.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            let as_it_is = is_printable(letter) && !is_break(letter) && !all_escaped;
            let is_inside = at > 0 && at + 1 < text.len();
            let may_fold = letter == ' ' && !after_space && is_inside && self.column > WIDTH;
            match indent.filter(|_| may_fold && as_it_is) {
                _ if !as_it_is || matches!(letter, '"' | '\\') => self.escaped(letter),
                None => self.put_letter(letter),
                Some(indent) => {
                    self.line(indent);
                    // A space at the start of a line means nothing unless it is escaped.
                    if letters.peek().is_some_and(|(_, next)| *next == ' ') {
                        self.put("\\");
                    }
                }
            }
            after_space = letter == ' ' && as_it_is;
        }
        self.put("\"");
    }

    fn escaped(&mut self, letter: char) {
        self.put("\\");
        let short = match letter {
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '"' | '\\' => letter,
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                let code = u32::from(letter);
                let text = match code {
                    0..=0xff => format!("x{code:02X}"),
                    0x100..=0xffff => format!("u{code:04X}"),
                    _ => format!("U{code:08X}"),
                };
                self.put(&text);
                return;
            }
        };
        self.put_letter(short);
    }
}

fn is_break(letter: char) -> bool {
    matches!(letter, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What is written as it is; nothing beyond the basic plane, nor a tab.
fn is_printable(letter: char) -> bool {
    matches!(
        letter,
        '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}'
    )
}

/// Whether text can stand as a block: all of it printable, no space before a line break or at the
/// end.
fn may_be_block(text: &str) -> bool {
    let mut before = None;
    for letter in text.chars() {
        if !is_printable(letter) || is_break(letter) && before == Some(' ') {
            return false;
        }
        before = Some(letter);
    }
    before != Some(' ')
}
