//! `yamldecode`: one document of YAML as a value. The reading of the syntax is the crate's that
//! follows libyaml, of which Terraform's reader is another copy; what its nodes mean is decided
//! here. Never follows an alias into itself.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use libyaml_safer::{Encoding, Event, EventData, Parser, ScalarStyle};
use value::{Reason, Type, Value, ValueKind, convert};

use super::call::{Function, FunctionError, Outcome, Parameter, ParameterType};
use super::{text, yaml_scalar};
use crate::Budget;

const MAPPING: &str = "tag:yaml.org,2002:map";
const SEQUENCE: &str = "tag:yaml.org,2002:seq";
const BYTE_ORDER_MARK: char = '\u{feff}';
const MERGE: &str = "tag:yaml.org,2002:merge";

pub(super) static FUNCTIONS: &[Function] = &[Function::metered(
    "yamldecode",
    &[Parameter::new("src", ParameterType::String)],
    |_| Ok(Type::Dynamic),
    |arguments, _, budget| decode(text(arguments, 0), budget),
)
.quoting()
.nullable()
.slow()];

fn decode(source: &str, budget: &Budget) -> Outcome {
    if is_puzzling(source) {
        return Ok(Value::unknown(Type::Dynamic, Reason::Function));
    }
    let source = finished(source);
    let mut decoder = Decoder::new(&source, budget);
    match decoder.document() {
        Ok(value) => Ok(value),
        Err(Stop::Limit) => Ok(Value::limit(Type::Dynamic)),
        Err(Stop::Unsure) => Ok(Value::unknown(Type::Dynamic, Reason::Function)),
        Err(Stop::Syntax(_)) if may_be_accepted(&source.text) => {
            Ok(Value::unknown(Type::Dynamic, Reason::Function))
        }
        Err(Stop::Syntax(why) | Stop::Refused(why)) => Err(FunctionError::new(why)),
    }
}

/// Why there is no value.
enum Stop {
    /// It is no YAML.
    Syntax(String),
    /// It is, but Terraform has no value for it.
    Refused(String),
    /// It is too large.
    Limit,
    /// The crate may read it in another way.
    Unsure,
}

fn refused<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Refused(why.into()))
}

/// Text that ends with a line break, without which the crate cannot read the last block scalar.
struct Finished<'t> {
    text: Cow<'t, str>,
    end: End,
}

/// What was done to the end of the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    AsItWas,
    /// A line break was added.
    Broken,
    /// Spaces were taken off a last line that had nothing else.
    Trimmed,
}

fn finished(source: &str) -> Finished<'_> {
    let source = source.strip_prefix(BYTE_ORDER_MARK).unwrap_or(source);
    let line = source.rfind('\n').map_or(0, |at| at + 1);
    let blank = source[line..].bytes().all(|byte| byte == b' ');
    let ends = source.ends_with(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
    let (text, end) = if source.is_empty() {
        (Cow::Borrowed("\n"), End::AsItWas)
    } else if ends {
        (Cow::Borrowed(source), End::AsItWas)
    } else if blank && line > 0 {
        (Cow::Borrowed(&source[..line]), End::Trimmed)
    } else {
        (Cow::Owned(format!("{source}\n")), End::Broken)
    };
    Finished { text, end }
}

/// A tag right before a comma in a flow collection, on which the crate panics, or a byte order mark
/// inside, which it minds.
fn is_puzzling(source: &str) -> bool {
    if source.rfind(BYTE_ORDER_MARK).is_some_and(|at| at > 0) {
        return true;
    }
    if !source.contains(['[', '{']) {
        return false;
    }
    source.match_indices('!').any(|(at, _)| {
        let before = source[..at].chars().next_back();
        let starts = before.is_none_or(|c| c.is_whitespace() || ",[]{}:-?!'\"".contains(c));
        let tag = source[at..].split(char::is_whitespace).next().unwrap_or_default();
        starts && tag.contains(',')
    })
}

/// Whether it may be that only the crate refuses the text: it is younger than Terraform's copy and
/// stricter in places.
fn may_be_accepted(source: &str) -> bool {
    let tags = || {
        source
            .split(char::is_whitespace)
            .any(|word| word.contains('!') && word.contains(['[', ']']))
    };
    source.contains("\\'")
        || [":,", ":]", ":}", ":[", ":{"].iter().any(|text| source.contains(text))
        || tags()
}

struct Decoder<'t> {
    parser: Parser<&'t [u8]>,
    /// Bytes of the text.
    length: u64,
    end: End,
    budget: &'t Budget,
    anchors: HashMap<String, Value>,
    /// Anchors whose nodes are not yet read to the end.
    pending: Vec<String>,
    depth: u32,
}

type Entries = BTreeMap<Arc<str>, Value>;

impl<'t> Decoder<'t> {
    fn new(source: &'t Finished<'_>, budget: &'t Budget) -> Self {
        let mut parser = Parser::new();
        parser.set_encoding(Encoding::Utf8);
        parser.set_input(source.text.as_bytes());
        let (length, end) = (source.text.len() as u64, source.end);
        let (anchors, pending) = (HashMap::new(), Vec::new());
        Self { parser, length, end, budget, anchors, pending, depth: 0 }
    }

    fn next(&mut self) -> Result<Event, Stop> {
        if !self.budget.spend(1) {
            return Err(Stop::Limit);
        }
        self.parser.parse().map_err(|error| Stop::Syntax(error.problem().to_owned()))
    }

    fn document(&mut self) -> Result<Value, Stop> {
        self.next()?;
        match self.next()?.data {
            EventData::DocumentStart { version_directive: Some(version), .. }
                if (version.major, version.minor) != (1, 1) =>
            {
                return refused("the document asks for another version of YAML than 1.1");
            }
            EventData::DocumentStart { .. } => {}
            _ => return refused("missing start of document"),
        }
        let event = self.next()?;
        let value = self.node(event)?;
        self.next()?;
        match self.next()?.data {
            EventData::StreamEnd => Ok(value),
            EventData::DocumentStart { .. } => refused("a second document follows"),
            _ => refused("something follows the document"),
        }
    }

    fn node(&mut self, event: Event) -> Result<Value, Stop> {
        let end = event.end_mark.index;
        match event.data {
            EventData::Scalar { anchor, tag, value, style, .. } => {
                let text = self.block_text(&value, style, end)?;
                let tag = tag.unwrap_or_default();
                let value = yaml_scalar::scalar(&tag, text, style).map_err(Stop::Refused)?;
                if let Some(anchor) = anchor {
                    self.anchors.insert(anchor, value.clone());
                }
                Ok(value)
            }
            EventData::Alias { anchor } => self.alias(&anchor),
            EventData::SequenceStart { anchor, tag, .. } => {
                self.collection("sequence", SEQUENCE, tag, anchor, Self::sequence)
            }
            EventData::MappingStart { anchor, tag, .. } => {
                self.collection("mapping", MAPPING, tag, anchor, Self::mapping)
            }
            _ => refused("a collection ends where a value should stand"),
        }
    }

    /// The text of a scalar without the line break that was added to the last one.
    fn block_text<'v>(
        &self,
        value: &'v str,
        style: ScalarStyle,
        end: u64,
    ) -> Result<&'v str, Stop> {
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        match self.end {
            End::Broken if is_block && end >= self.length => {
                Ok(value.strip_suffix('\n').unwrap_or(value))
            }
            // The spaces may have been more than its indent.
            End::Trimmed if is_block && end >= self.length => Err(Stop::Unsure),
            _ => Ok(value),
        }
    }

    fn alias(&self, anchor: &str) -> Result<Value, Stop> {
        if self.pending.iter().any(|pending| pending == anchor) {
            let why = format!("the anchor {anchor:?} holds an alias of itself");
            return refused(why);
        }
        match self.anchors.get(anchor) {
            Some(value) => Ok(value.clone()),
            None => refused(format!("there is no anchor {anchor:?}")),
        }
    }

    fn collection(
        &mut self,
        what: &str,
        tag_of_it: &str,
        tag: Option<String>,
        anchor: Option<String>,
        read: fn(&mut Self) -> Result<Value, Stop>,
    ) -> Result<Value, Stop> {
        if let Some(tag) = tag.filter(|tag| !tag.is_empty() && tag != tag_of_it) {
            return refused(format!("the tag {tag} does not fit a {what}"));
        }
        if self.depth >= value::MAX_DEPTH {
            return Err(Stop::Limit);
        }
        self.depth += 1;
        self.pending.extend(anchor.clone());
        let value = read(self)?;
        self.depth -= 1;
        if let Some(anchor) = anchor {
            self.pending.pop();
            self.anchors.insert(anchor, value.clone());
        }
        if is_limited(&value) { Err(Stop::Limit) } else { Ok(value) }
    }

    fn sequence(&mut self) -> Result<Value, Stop> {
        let mut elements = Vec::new();
        loop {
            let event = self.next()?;
            if event.data == EventData::SequenceEnd {
                return Ok(Value::tuple(elements));
            }
            elements.push(self.node(event)?);
        }
    }

    fn mapping(&mut self) -> Result<Value, Stop> {
        let mut entries = Entries::new();
        loop {
            let event = self.next()?;
            if event.data == EventData::MappingEnd {
                return Ok(Value::object(entries));
            }
            let EventData::Scalar { tag, value: text, style, .. } = event.data else {
                return refused("a key of a mapping is no string");
            };
            let tag = tag.unwrap_or_default();
            if tag == MERGE || tag.is_empty() && text == "<<" {
                let event = self.next()?;
                let merged = self.node(event)?;
                self.merge(&mut entries, &merged)?;
                continue;
            }
            let key = yaml_scalar::scalar(&tag, &text, style).map_err(Stop::Refused)?;
            let Ok(key) = convert(&key, &Type::String) else {
                return refused("a key of a mapping is no string");
            };
            let Some(key) = key.as_str() else {
                return refused("mapping key cannot be null");
            };
            let event = self.next()?;
            entries.insert(key.into(), self.node(event)?);
        }
    }

    /// Puts the entries of a merged mapping, or of a sequence of them, among the others.
    fn merge(&self, entries: &mut Entries, merged: &Value) -> Result<(), Stop> {
        match merged.kind() {
            ValueKind::Object(others) => {
                if !self.budget.spend(others.len()) {
                    return Err(Stop::Limit);
                }
                entries.extend(others.iter().map(|(key, value)| (key.clone(), value.clone())));
                Ok(())
            }
            ValueKind::Tuple(mappings) => {
                for mapping in mappings.iter() {
                    match mapping.kind() {
                        ValueKind::Object(_) => self.merge(entries, mapping)?,
                        _ => return refused("an element of the merged sequence is no mapping"),
                    }
                }
                Ok(())
            }
            _ => {
                let ty = merged.ty();
                refused(format!(
                    "{} is no mapping, so nothing can be merged from it",
                    ty.friendly_name()
                ))
            }
        }
    }
}

fn is_limited(value: &Value) -> bool {
    value.as_unknown().is_some_and(|unknown| unknown.reason == Reason::Limit)
}
