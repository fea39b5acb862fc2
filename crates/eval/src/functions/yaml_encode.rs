//! `yamlencode`: a value as YAML, laid out as Terraform does it: strings in double quotes, those
//! with line breaks as blocks, long ones folded. Never writes what is not known.

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
    let mut writer = Writer { whitespace: true, indention: true, ..Writer::default() };
    writer.node(value, Context { root: true, ..Context::default() })?;
    writer.write_indent(None);
    if writer.open_ended {
        writer.indicator("...", true, false, false);
        writer.write_indent(None);
    }
    let too_long = writer.out.len() > MAX_STRING;
    Ok(if too_long { Value::limit(Type::String) } else { Value::string(writer.out) })
}

/// Where a node stands.
#[derive(Clone, Copy, Default)]
struct Context {
    root: bool,
    /// As a key or value of a mapping.
    mapping: bool,
    /// As a key on one line with its value.
    simple_key: bool,
    /// Columns by which what contains it is indented.
    indent: Option<usize>,
}

impl Context {
    /// The indent one level further in.
    fn deeper(self, at_root: usize) -> usize {
        self.indent.map_or(at_root, |indent| indent + INDENT)
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    column: usize,
    /// Whether the last that was written is white space.
    whitespace: bool,
    /// Whether the line has nothing but indicators like `-`.
    indention: bool,
    /// Whether a plain scalar at the root leaves the end of the document open.
    open_ended: bool,
}

impl Writer {
    fn put(&mut self, letter: char) {
        self.out.push(letter);
        self.column += 1;
    }

    fn put_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    fn write_indent(&mut self, indent: Option<usize>) {
        let indent = indent.unwrap_or(0);
        if !self.indention || self.column > indent || self.column == indent && !self.whitespace {
            self.put_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        self.whitespace = true;
        self.indention = true;
    }

    fn indicator(&mut self, text: &str, spaced: bool, is_space: bool, is_indention: bool) {
        if spaced && !self.whitespace {
            self.put(' ');
        }
        text.chars().for_each(|letter| self.put(letter));
        self.whitespace = is_space;
        self.indention &= is_indention;
        self.open_ended = false;
    }

    fn node(&mut self, value: &Value, context: Context) -> Result<(), FunctionError> {
        if self.out.len() > MAX_STRING {
            return Ok(());
        }
        match value.kind() {
            ValueKind::Bool(true) => self.plain("true", context),
            ValueKind::Bool(false) => self.plain("false", context),
            ValueKind::Number(number) if number.is_infinite() => {
                self.plain(if number.is_negative() { "-Inf" } else { "+Inf" }, context);
            }
            ValueKind::Number(number) => {
                let too_large = "the number is too large to be written";
                let text = number.to_text().ok_or_else(|| FunctionError::new(too_large))?;
                self.plain(&text, context);
            }
            ValueKind::String(text) => self.string(text, context),
            ValueKind::List(_, elements)
            | ValueKind::Set(_, elements)
            | ValueKind::Tuple(elements) => self.sequence(elements, context)?,
            ValueKind::Map(_, entries) | ValueKind::Object(entries) => {
                let entries = entries.iter().map(|(key, value)| (&**key, value));
                self.mapping(entries, context)?;
            }
            ValueKind::Null(_) | ValueKind::Unknown(_) => self.plain("null", context),
        }
        Ok(())
    }

    fn sequence(&mut self, elements: &[Value], context: Context) -> Result<(), FunctionError> {
        if elements.is_empty() {
            self.indicator("[", true, true, false);
            self.indicator("]", false, false, false);
            return Ok(());
        }
        // In a mapping the items stand right below the key.
        let indentless = context.mapping && !self.indention;
        let indent = match context.indent {
            Some(indent) if indentless => indent,
            _ => context.deeper(0),
        };
        for element in elements {
            self.write_indent(Some(indent));
            self.indicator("-", true, false, true);
            self.node(element, Context { indent: Some(indent), ..Context::default() })?;
        }
        Ok(())
    }

    fn mapping<'a>(
        &mut self,
        entries: impl ExactSizeIterator<Item = (&'a str, &'a Value)>,
        context: Context,
    ) -> Result<(), FunctionError> {
        if entries.len() == 0 {
            self.indicator("{", true, true, false);
            self.indicator("}", false, false, false);
            return Ok(());
        }
        let indent = Some(context.deeper(0));
        let inside = Context { mapping: true, indent, ..Context::default() };
        for (key, value) in entries {
            self.write_indent(indent);
            if key.len() <= SIMPLE_KEY && !key.contains(is_break) {
                self.string(key, Context { simple_key: true, ..inside });
                self.indicator(":", false, false, false);
            } else {
                self.indicator("?", true, false, true);
                self.string(key, inside);
                self.write_indent(indent);
                self.indicator(":", true, false, true);
            }
            self.node(value, inside)?;
        }
        Ok(())
    }

    fn plain(&mut self, text: &str, context: Context) {
        if !self.whitespace {
            self.put(' ');
        }
        text.chars().for_each(|letter| self.put(letter));
        self.whitespace = false;
        self.indention = false;
        self.open_ended = context.root;
    }

    fn string(&mut self, text: &str, context: Context) {
        let indent = context.deeper(INDENT);
        if text.contains('\n') && !context.simple_key && may_be_block(text) {
            self.literal(text, indent);
        } else {
            self.quoted(text, indent, !context.simple_key);
        }
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.indicator("|", true, false, false);
        if text.starts_with(|letter| letter == ' ' || is_break(letter)) {
            self.indicator("2", false, false, false);
        }
        let mut from_end = text.chars().rev();
        match (from_end.next().map(is_break), from_end.next().map(is_break)) {
            (Some(true), Some(false)) => {}
            (Some(true), _) => self.indicator("+", false, false, false),
            _ => self.indicator("-", false, false, false),
        }
        self.put_break();
        self.indention = true;
        self.whitespace = true;
        let mut at_start = true;
        for letter in text.chars() {
            if letter == '\n' {
                self.put_break();
            } else if is_break(letter) {
                self.put(letter);
                self.column = 0;
            } else {
                if at_start {
                    self.write_indent(Some(indent));
                }
                self.put(letter);
            }
            self.indention = is_break(letter);
            at_start = self.indention;
        }
    }

    fn quoted(&mut self, text: &str, indent: usize, may_fold: bool) {
        self.indicator("\"", true, false, false);
        // A byte order mark at the start makes Terraform take every letter for one.
        let all_escaped = text.starts_with('\u{feff}');
        let mut after_space = false;
        let mut letters = text.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            let is_plain = is_printable(letter) && !is_break(letter);
            if !is_plain || all_escaped || matches!(letter, '"' | '\\') {
                self.escaped(letter);
                after_space = false;
                continue;
            }
            let inside = at > 0 && at + 1 < text.len();
            if letter == ' ' && may_fold && !after_space && self.column > WIDTH && inside {
                self.write_indent(Some(indent));
                if letters.peek().is_some_and(|(_, next)| *next == ' ') {
                    self.put('\\');
                }
            } else {
                self.put(letter);
            }
            after_space = letter == ' ';
        }
        self.indicator("\"", false, false, false);
        self.whitespace = false;
        self.indention = false;
    }

    fn escaped(&mut self, letter: char) {
        self.put('\\');
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
                text.chars().for_each(|digit| self.put(digit));
                return;
            }
        };
        self.put(short);
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
